"""What a place that gives money back must be able to do, in the worker's words.

The law of every gateway: one key moves money at most once, however often it is sent. Where a gateway
cannot say what became of a call it raises `GatewayUnknown`; the caller then asks `find` and, if nothing
is there, sends the same order again.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What a gateway says of one refund."""

    PENDING = "PENDING"
    """Accepted; the final answer comes later, by webhook or by asking again."""
    SUCCEEDED = "SUCCEEDED"
    """The money has moved, as far as the gateway can see."""
    FAILED = "FAILED"
    """The money has not moved and this attempt will never move it."""

    def supersedes(self, other: "Outcome") -> bool:
        """Whether this news about one attempt replaces `other`, in whichever order the two arrive.

        A bank can send back what had succeeded, so the order is PENDING, SUCCEEDED, FAILED.
        """
        rank = list(Outcome)
        return rank.index(self) > rank.index(other)


class GatewayUnknown(Exception):
    """Nobody here knows whether the money moved: a timeout, a lost answer, a gateway that is down."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """One movement of money back to one payment; raises ValueError unless the amount is positive.

    `key` is the refund's id, the same for its whole life. `retry` counts how often somebody ordered it
    anew after a definite FAILED: it never changes while an attempt is unknown, for a gateway that
    remembers answers by key would otherwise repeat the old failure or pay a second time.
    """

    key: str
    payment_reference: str
    amount_minor: int
    currency: str
    retry: int = 0

    def __post_init__(self) -> None:
        if self.amount_minor <= 0:
            raise ValueError(f"refund {self.key}: the amount must be positive, not {self.amount_minor}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A gateway's word on one refund; `reference` is its own name for the credit."""

    outcome: Outcome
    reference: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One line of the gateway's own book, for reconciliation; `key` is None where we did not order it."""

    key: str | None
    reference: str
    payment_reference: str
    amount_minor: int
    currency: str
    outcome: Outcome


class Gateway(Protocol):
    """A place that gives money back."""

    @property
    def name(self) -> str:
        """The provider's name, as a payment's `provider` column says it."""

    async def refund(self, order: RefundOrder) -> Answer:
        """Move the money unless this key already did; raises GatewayUnknown."""

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        """What became of a key; None if nothing of this retry arrived. Raises GatewayUnknown.

        A failure of an earlier retry is not news; a credit that stands is, whichever retry made it.
        """

    def credits(self, since: datetime) -> AsyncIterator[Credit]:
        """All lines of the gateway's book from an instant on, in no promised order; raises GatewayUnknown."""

    async def close(self) -> None:
        """Let go of connections."""
