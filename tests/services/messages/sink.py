"""A mail server that keeps what it gets, real down to the socket, and what makes and sends a market's messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.parts import links_of
from events.notifier import ProcessNotifier
from gateways.mail.port import Mail, MailAnswer, Mailer
from gateways.mail.smtp import SmtpMailer
from gateways.mail.source import sender_of
from services.messages.granting import Granting
from services.messages.making import Letterhead, Making
from services.messages.reminding import Reminding
from services.messages.sending import Sending
from services.messages.worker import MessageWorker
from tests.market import SECRET, Market

SENDER = "Lumen Market <returns@lumen.example>"
LETTERHEAD = Letterhead(sender_of(SENDER), ("olga@lumen.example",), "en", ZoneInfo("UTC"))
ACCEPTED = "250 OK"
MOST_STEPS = 500
"""More than any test needs."""


@dataclass(slots=True)
class Got:
    """One message as it arrived."""

    recipients: list[str]
    content: bytes
    sender: str = ""

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())


@dataclass(slots=True)
class Sink:
    """Answers to recipients and to data with what is next in its lists, with 250 when there is nothing left.

    An answer of None hangs up; `hold` is waited for before data is answered, and `reached` set before that.
    """

    port: int = 0
    to_recipients: list[str | None] = field(default_factory=list)
    to_data: list[str | None] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    hold: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    server: asyncio.Server | None = None
    sessions: set[asyncio.Transport] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.to_recipients.pop(0) if self.to_recipients else ACCEPTED
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return self._said(server, answer)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        answer = self.to_data.pop(0) if self.to_data else ACCEPTED
        assert isinstance(envelope.original_content, bytes)
        if answer in (ACCEPTED, None):  # one that hangs up has taken the message
            self.got.append(Got(list(envelope.rcpt_tos), envelope.original_content, envelope.mail_from or ""))
        self.reached.set()
        if self.hold is not None:
            await self.hold.wait()
        return self._said(server, answer)

    def _said(self, server: SMTP, answer: str | None) -> str:
        if answer is None:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer or ACCEPTED

    def to(self, address: str) -> list[Got]:
        """What has arrived for an address, in its order."""
        return [got for got in self.got if address in got.recipients]

    async def open(self) -> None:
        """Listen, on the port of before if there was one."""
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Be away."""
        if self.server is not None:
            self.server.close()
            self.server = None

    def _protocol(self) -> SMTP:
        return SMTP(self, hostname="sink", loop=asyncio.get_running_loop(), enable_SMTPUTF8=False)


class Death(Exception):
    """What ends a process."""


class Dying:
    """A way to a mail server whose process dies before it learns that a message was accepted."""

    def __init__(self, mailer: Mailer) -> None:
        self.mailer = mailer

    async def send(self, mail: Mail) -> MailAnswer:
        await self.mailer.send(mail)
        raise Death

    async def rest(self) -> None:
        await self.mailer.rest()

    async def close(self) -> None:
        await self.mailer.close()


@asynccontextmanager
async def sinking(sink: Sink | None = None) -> AsyncIterator[Sink]:
    """A sink on a port of its own."""
    sink = sink or Sink()
    await sink.open()
    try:
        yield sink
    finally:
        await sink.close()


@asynccontextmanager
async def mailing(market: Market, url: str, *, letterhead: Letterhead = LETTERHEAD) -> AsyncIterator[MessageWorker]:
    """What makes and sends the messages of a market by the mail server at `url`, step by step."""
    mailer = SmtpMailer(url, seconds=5)
    links = links_of(market.one.settings, SECRET)
    sending = Sending(market.clock, mailer, first_pause=0.0, links=links)
    try:
        making = Making(market.clock, letterhead)
        granting = Granting(making, links, market.worker.commands) if links else None
        yield MessageWorker(making, Reminding(making), sending, ProcessNotifier(), granting)
    finally:
        await mailer.close()


async def deliver(worker: MessageWorker) -> None:
    """Make and send all that is due. Work that comes back after each step fails the test, and does not hang it."""
    for _ in range(MOST_STEPS):
        if not await worker.step():
            return
    raise AssertionError(f"After {MOST_STEPS} steps there is still something to do.")
