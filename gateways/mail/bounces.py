"""Mail that comes back: a report of RFC 3464 about a message that a mail server had accepted.

Each message leaves with a return address of its own, which only those who carry it learn. A report to such an address
is about that message, whatever else it says; one to any other address is about none.
"""

import hmac
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from domain.mail_addresses import mail_address
from gateways.mail.port import MailAnswer, MailOutcome, refusal_of

_TO = ("To", "X-Original-To", "Delivered-To")
"""Mail systems that rewrite the first keep it in one of the others."""
_MARK = 20
"""Letters of a mark: 80 bits."""
_PREFIX = "message_"
_DETAILED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """The address that mail comes back to, `bounces@lumen.example`, and the secret that marks it for each message."""

    address: str
    secret: str

    @property
    def is_usable(self) -> bool:
        """Whether mail servers take such addresses."""
        longest = self.of(f"{_PREFIX}{'0' * 26}")
        return mail_address(longest) == longest

    def of(self, id: str) -> str:
        """Where a message comes back to: `bounces+…@lumen.example`."""
        local, _, domain = self.address.rpartition("@")
        number = id.removeprefix(_PREFIX)
        return f"{local}+{number}-{self._mark(number)}@{domain}"

    def message(self, text: str) -> str | None:
        """The id of the message whose return address stands in a text; None if there is none."""
        local, _, domain = (re.escape(part) for part in self.address.rpartition("@"))
        addresses = re.findall(rf"{local}\+(\w{{26}})-(\w{{{_MARK}}})@{domain}", text.lower(), re.IGNORECASE | re.ASCII)
        ours = (number for number, mark in addresses if hmac.compare_digest(self._mark(number), mark))
        return next((f"{_PREFIX}{number}" for number in ours), None)

    def _mark(self, number: str) -> str:
        return hmac.digest(self.secret.encode(), number.encode(), "sha256").hex()[:_MARK]


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that has come back, and what that says of it and of its address."""

    id: str
    answer: MailAnswer


def read_bounce(source: bytes, path: ReturnPath) -> Bounce | None:
    """The message that a report says was not delivered; None for all else, such as delays, replies and forgeries."""
    try:
        report = message_from_bytes(source)
        failed = next((part for part in _recipients(report) if _said(part, "Action").lower() == "failed"), None)
    except RecursionError:  # it has more parts within parts than any report
        return None
    id = path.message(" ".join(str(value) for name in _TO for value in report.get_all(name, [])))
    if id is None or failed is None:
        return None
    status, diagnosis = _said(failed, "Status"), _said(failed, "Diagnostic-Code").partition(";")[2].strip()
    if status[1:] in ("", ".0.0"):  # it says nothing, and the server that refused the message may have
        detailed = _DETAILED.search(diagnosis)
        status = detailed[0] if detailed else status
    outcome = refusal_of(status) if status.startswith("5") else MailOutcome.REFUSED
    return Bounce(id, MailAnswer(outcome, f"It has come back: {diagnosis or status}"[:_LONGEST]))


def _recipients(report: Message) -> list[Message]:
    """What a report says of each recipient, a block each: the first is about the report."""
    for part in report.walk():
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        if isinstance(blocks, list):
            return [block for block in blocks[1:] if isinstance(block, Message)]
    return []


def _said(part: Message, name: str) -> str:
    return " ".join(str(part.get(name, "")).split())
