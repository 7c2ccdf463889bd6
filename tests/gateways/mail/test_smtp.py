"""Mail servers that are away, slow or refuse, spoken to for real; and the bytes of a message."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from app.operations.doctor import examine
from gateways.mail.port import Mail, MailAway, MailOutcome
from gateways.mail.smtp import SmtpMailer
from gateways.mail.source import sender_of, source_of
from settings import Settings
from tests.services.messages.sink import Sink, sinking

MAIL = Mail(
    "message_01h455vb4pex5vsknk084sn02q",
    "Lumen & Söhne <returns@lumen.example>",
    "Ada Øster",
    "ada@example.org",
    "Ihre Rückgabe",
    f"Guten Tag\n.\n{'ä' * 2000}\n",
    f"<p>{'ä' * 2000}</p>\n",
    datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with sinking() as sink:
        yield sink


@pytest.fixture
async def mailer(sink: Sink) -> AsyncIterator[SmtpMailer]:
    mailer = SmtpMailer(sink.url, seconds=3)
    yield mailer
    await mailer.close()


async def test_a_message_arrives_as_it_is(sink: Sink, mailer: SmtpMailer) -> None:
    assert (await mailer.send(MAIL)).outcome is MailOutcome.ACCEPTED
    (got,) = sink.got
    assert got.content == source_of(MAIL)
    assert got.text.replace("\r\n", "\n") == MAIL.text
    assert got.subject == MAIL.subject


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("450 4.2.1 Busy", MailOutcome.LATER),
        ("452 4.2.2 Full", MailOutcome.LATER),
        ("550 5.1.1 No such user", MailOutcome.NO_SUCH_ADDRESS),
        ("550 No such user", MailOutcome.NO_SUCH_ADDRESS),
        ("550 5.7.1 Not from you", MailOutcome.REFUSED),
        ("554 5.5.0 No", MailOutcome.REFUSED),
        ("552 Too large", MailOutcome.REFUSED),
    ],
)
async def test_a_refusal_of_a_recipient_is_for_now_for_good_or_of_the_address(
    sink: Sink, mailer: SmtpMailer, answer: str, outcome: MailOutcome
) -> None:
    sink.to_recipients = [answer]
    refused = await mailer.send(MAIL)
    assert (refused.outcome, refused.message) == (outcome, answer)
    assert (await mailer.send(MAIL)).outcome is MailOutcome.ACCEPTED
    assert len(sink.got) == 1


async def test_what_says_nothing_about_the_message_is_being_away(sink: Sink, mailer: SmtpMailer) -> None:
    sink.to_recipients = ["421 4.3.2 Closing"]
    with pytest.raises(MailAway, match="421"):
        await mailer.send(MAIL)
    sink.to_recipients = [None]
    with pytest.raises(MailAway):
        await mailer.send(MAIL)
    stranger = SmtpMailer(sink.url.replace("//", "//ada:wrong@"), seconds=3)
    with pytest.raises(MailAway) as away:
        await stranger.send(MAIL)
    assert "wrong" not in str(away.value)
    await sink.close()
    await mailer.close()
    with pytest.raises(MailAway):
        await mailer.send(MAIL)
    await sink.open()
    assert (await mailer.send(MAIL)).outcome is MailOutcome.ACCEPTED


async def test_a_server_that_is_too_slow_is_away(sink: Sink) -> None:
    sink.hold = asyncio.Event()
    mailer = SmtpMailer(sink.url, seconds=0.3)
    with pytest.raises(MailAway):
        await mailer.send(MAIL)
    sink.hold.set()


async def test_the_doctor_tries_the_mail_server_and_sends_nothing(sink: Sink) -> None:
    async def problems(sender: str) -> list[str | None]:
        examined = examine(Settings(smtp_url=sink.url, mail_sender=sender), "postgresql://127.0.0.1:1/nowhere")
        return [finding.problem async for finding in examined if finding.name == "mail"]

    assert await problems("returns@lumen.example") == [None]
    (problem,) = await problems("Lumen")
    assert "MAIL_SENDER" in str(problem)
    await sink.close()
    (problem,) = await problems("returns@lumen.example")
    assert "check SMTP_URL" in str(problem)
    assert sink.got == []


def test_a_message_is_the_same_bytes_in_every_process() -> None:
    script = (
        "import sys, datetime\nfrom gateways.mail.port import Mail\nfrom gateways.mail.source import source_of\n"
        f"sys.stdout.buffer.write(source_of({MAIL!r}))"
    )
    for seed in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, capture_output=True, check=True,
        )  # fmt: skip
        assert made.stdout == source_of(MAIL)


def test_no_text_of_a_message_adds_a_header_or_a_long_line() -> None:
    evil = "x\r\nBcc: eve@example.org\r\n\r\nHello\u202e\0\u2028y"
    made = source_of(replace(MAIL, name=evil, subject=evil, text=evil * 100))
    message = message_from_bytes(made, policy=policy.default)
    assert sorted(message.keys()) == sorted(message_from_bytes(source_of(MAIL), policy=policy.default).keys())
    assert str(message["Subject"]) == "x Bcc: eve@example.org Hello y"
    assert max(map(len, made.split(b"\r\n"))) < 998
    assert message["Message-ID"] == f"<{MAIL.id}@lumen.example>"


@pytest.mark.parametrize(
    "text", ["Lumen", "a@b@c.org", "", "<a@b.org> <c@d.org>", "Ada\n<a@b.org>", "a@b.org, c@d.org", "a@localhost"]
)
def test_a_sender_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a sender"):
        sender_of(text)
