"""From messages to the mail server: one at a time in each process, in order for each address.

A message is leased before it is sent and settled afterwards. If the process dies in between, it is sent again after the
lease: the same bytes under the same Message-ID, at most one copy a death.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from tortoise.connection import get_connection

from domain.messages import MessageState
from gateways.mail.port import Mail, MailAnswer, MailAway, Mailer, MailOutcome
from models import Message
from services.messages.bouncing import hold_back
from services.messages.links import Links
from services.worker.loop import next_try

log = logging.getLogger("retour.messages")

LEASE = timedelta(seconds=60)
DELAYS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 120, 240, 480, 720, 1440, 1440))
"""Pauses between a try that was refused for now and the next, over three days; after the last one it has failed."""
IN_A_ROW = 20
"""Messages of one step, so that new ones are made meanwhile."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds without a try when no mail server answers, doubling each time up to the longest."""
LEAVE_WITHIN = 5.0
"""Seconds for a message under way when the process stops."""
# One statement finds, locks and leases. A message waits for earlier ones to its address that are still to be sent.
_LEASE = """
update message m set state = 'PROCESSING', due_at = $2, attempts = m.attempts + 1, updated_at = $1
where m.id = (
  select n.id from message n
  where n.state in ('PENDING', 'PROCESSING') and n.due_at <= $1 and not exists (
    select from message e where e.address = n.address and e.position < n.position
      and e.state in ('PENDING', 'PROCESSING'))
  order by n.position limit 1 for no key update of n skip locked
)
returning m.id, m.sender, m.name, m.address, m.subject, m.text, m.html, m.created_at as at, m.unsubscribe, m.attempts
"""


class _Columns(TypedDict, total=False):
    state: MessageState
    due_at: datetime | None
    sent_at: datetime | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class LeasedMessage:
    """A message that this process sends now, at which try."""

    mail: Mail
    attempts: int


@dataclass(slots=True)
class Sending:
    """Sends what is due; any number of processes share the work. `links` fills in the secrets of links to orders."""

    clock: Callable[[], datetime]
    mailer: Mailer
    lease: timedelta = LEASE
    delays: tuple[timedelta, ...] = DELAYS
    first_pause: float = FIRST_PAUSE
    links: Links | None = None
    _pause: float = field(default=0.0, init=False)
    _resume_at: float = field(default=0.0, init=False)

    async def send_due(self) -> bool:
        """Send some of what is due; returns whether there may be more."""
        if asyncio.get_running_loop().time() < self._resume_at:
            return False
        for _ in range(IN_A_ROW):
            leased = await self._lease()
            if leased is None:
                await self.mailer.rest()
                return False
            if not await self._sent_to_the_end(leased):
                return False
        return True

    async def _sent_to_the_end(self, leased: LeasedMessage) -> bool:
        """Send a message, also if the process stops meanwhile: cut off, it would be sent a second time."""
        sending = asyncio.ensure_future(self.send(leased))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            with suppress(TimeoutError):
                async with asyncio.timeout(LEAVE_WITHIN):
                    await asyncio.wait([sending])
            sending.cancel()
            raise

    async def send(self, leased: LeasedMessage) -> bool:
        """Send a message and store its result; returns whether a mail server has answered."""
        try:
            answer = await self.mailer.send(leased.mail)
        except MailAway as away:
            self._pause = min(max(self.first_pause, 2 * self._pause), LONGEST_PAUSE)
            self._resume_at = asyncio.get_running_loop().time() + self._pause
            log.warning("No mail server takes messages (%s); what is to be sent waits", away)
            await self._settle(leased, state=MessageState.PENDING, due_at=self.clock(), answer=str(away), counts=False)
            return False
        self._pause = 0.0
        await self._record(leased, answer)
        return True

    async def _record(self, leased: LeasedMessage, answer: MailAnswer) -> None:
        now, said = self.clock(), answer.message
        again = next_try(now, leased.attempts, self.delays)
        match answer.outcome:
            case MailOutcome.ACCEPTED:
                await self._settle(leased, state=MessageState.SENT, due_at=None, sent_at=now, answer=None)
            case MailOutcome.LATER if again:
                await self._settle(leased, state=MessageState.PENDING, due_at=again, answer=said)
            case MailOutcome.NO_SUCH_ADDRESS:
                await self._settle(leased, state=MessageState.BOUNCED, due_at=None, answer=said)
                await hold_back(leased.mail.address, now)
            case _:
                await self._settle(leased, state=MessageState.FAILED, due_at=None, answer=said)

    async def _lease(self) -> LeasedMessage | None:
        now = self.clock()
        rows = await get_connection("default").execute_query_dict(_LEASE, [now, now + self.lease])
        if not rows:
            return None
        columns = dict(rows[0])
        attempts: int = columns.pop("attempts")
        mail = Mail(**columns)
        return LeasedMessage(self.links.unsealed(mail) if self.links else mail, attempts)

    async def _settle(self, leased: LeasedMessage, *, counts: bool = True, **columns: Unpack[_Columns]) -> None:
        """Store what came of a try, unless another one has begun since. A try without a server does not count."""
        mine = Message.filter(id=leased.mail.id, state=MessageState.PROCESSING, attempts=leased.attempts)
        await mine.update(**columns, attempts=leased.attempts - (not counts), updated_at=self.clock())
