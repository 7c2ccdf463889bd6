"""What is read of mail that comes back, and what is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.mail.bounces import ReturnPath, read_bounce
from gateways.mail.port import MailOutcome
from tests.examples import examples
from tests.services.messages.reports import NOBODY, report

ID = "message_01h455vb4pex5vsknk084sn02q"
PATH = ReturnPath("bounces@lumen.example", "a secret of the tests that is long enough")
BACK = PATH.of(ID)


def test_a_message_has_a_return_address_that_no_other_secret_makes() -> None:
    local, _, domain = BACK.partition("@")
    assert local.startswith("bounces+01h455vb4pex5vsknk084sn02q-")
    assert (len(local) <= 64, domain) == (True, "lumen.example")
    assert PATH.message(BACK.upper()) == PATH.message(f"x@y.org, {BACK}") == ID
    assert ReturnPath(PATH.address, "another secret of the tests, long enough").of(ID) != BACK
    assert PATH.is_usable
    assert not ReturnPath("b" * 17 + "@lumen.example", PATH.secret).is_usable
    assert not ReturnPath("bounces", PATH.secret).is_usable
    assert not ReturnPath("bounces@lümen.example", PATH.secret).is_usable


@pytest.mark.parametrize(
    ("status", "diagnosis", "outcome"),
    [
        ("5.1.1", NOBODY, MailOutcome.NO_SUCH_ADDRESS),
        ("5.0.0", NOBODY, MailOutcome.NO_SUCH_ADDRESS),
        ("5.0.0", "smtp; 550 No thanks", MailOutcome.REFUSED),
        ("5.7.1", "smtp; 550 5.7.1 Looks like spam", MailOutcome.REFUSED),
        ("4.4.7", "smtp; 450 5.1.1 is what it said for days", MailOutcome.REFUSED),
        ("5.2.2", "X-Unix; 73", MailOutcome.REFUSED),
        ("", "", MailOutcome.REFUSED),
    ],
)
def test_a_report_says_whether_nobody_has_the_address(status: str, diagnosis: str, outcome: MailOutcome) -> None:
    bounce = read_bounce(report(f"Lumen <{BACK}>", status=status, diagnosis=diagnosis), PATH)
    assert bounce is not None
    assert (bounce.id, bounce.answer.outcome) == (ID, outcome)


def test_the_words_of_the_other_server_are_kept_in_one_line() -> None:
    bounce = read_bounce(report(BACK, diagnosis="smtp; 550 5.1.1\n <ada@example.org>\n unknown" + "x" * 900), PATH)
    assert bounce is not None
    assert str(bounce.answer.message).startswith("It has come back: 550 5.1.1 <ada@example.org> unknownx")
    assert len(str(bounce.answer.message)) == 500


@pytest.mark.parametrize(
    "source",
    [
        report("bounces@lumen.example"),
        report(BACK.replace("-", "-0")),
        report(PATH.of("message_" + "0" * 26).replace("0" * 26, ID.removeprefix("message_"))),
        report(ReturnPath(PATH.address, "another secret of the tests, long enough").of(ID)),
        report(BACK.replace("lumen", "evil")),
        report(f"{ID}@lumen.example"),
        report(BACK, action="delayed", status="4.4.1"),
        report(BACK, action="delivered", status="2.0.0"),
        report(BACK).replace(b"message/delivery-status", b"text/plain"),
        f"To: {BACK}\nSubject: I am away\n\nUntil Monday.\n".encode(),
        report(BACK).replace(
            b"Content-Type: multipart", b"Content-Type: message/rfc822\n\n" * 4000 + b"Content-Type: x"
        ),
        report("(" * 5000),
        b"",
        b"\xff\x00" * 50,
    ],
)
def test_what_is_no_report_about_a_message_says_nothing(source: bytes) -> None:
    assert read_bounce(source, PATH) is None


@given(st.lists(st.tuples(st.integers(0, 1400), st.binary(max_size=6)), max_size=8), st.integers(0, 1500))
@settings(max_examples=examples(60), deadline=None)
def test_no_broken_report_is_more_than_no_report(changes: list[tuple[int, bytes]], end: int) -> None:
    source = bytearray(report(BACK)[:end])
    for place, text in changes:
        source[place : place + len(text)] = text
    bounce = read_bounce(bytes(source), PATH)
    assert bounce is None or bounce.id == ID
