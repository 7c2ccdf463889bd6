"""What the worker needs of a mail server.

One message id is one Message-ID, and a message that is sent twice is the same bytes: its reader sees that it is one.
That is all there is against copies, for SMTP has no keys: a server may accept a message whose sender dies before it
knows.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class MailOutcome(Enum):
    """What a mail server has done with a message."""

    ACCEPTED = "accepted"
    LATER = "later"  # refused for now: the same message may be accepted another time
    REFUSED = "refused"  # for good, and not because of the address
    NO_SUCH_ADDRESS = "no such address"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it is stored. `sender` may have a name, `Lumen <returns@lumen.example>`; `at` is UTC-aware.

    `unsubscribe` is the address of a page that stops such messages; None if the recipient is owed them.
    """

    id: str
    sender: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    at: datetime
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """What came of a message, with the server's own words."""

    outcome: MailOutcome
    message: str | None = None


NO_SUCH_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
"""Codes of RFC 3463 for an address that nobody has."""


def refusal_of(detailed: str) -> MailOutcome:
    """What a refusal for good says, by its code of RFC 3463."""
    return MailOutcome.NO_SUCH_ADDRESS if detailed in NO_SUCH_ADDRESS else MailOutcome.REFUSED


class MailAway(Exception):
    """No mail server answers, or it takes nothing from us now: what is to be sent waits until one does."""


class Mailer(Protocol):
    """A place that takes messages, one at a time."""

    async def send(self, mail: Mail) -> MailAnswer:
        """Send one message. Raises MailAway: then it may or may not have been accepted."""

    async def rest(self) -> None:
        """Nothing is to be sent for now."""

    async def close(self) -> None:
        """Close the connection."""
