"""The interface of gateways that pay refunds.

Every gateway guarantees: one key moves money at most once, however often it is sent. If a gateway does not know the
result of a call, it raises `GatewayUnknown`; the caller then calls `find` and, if there is no credit, sends the same
order again.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from domain.words import DisputeStatus

T = TypeVar("T")


class Outcome(StrEnum):
    """The state of one refund at a gateway."""

    PENDING = "PENDING"
    """Accepted; the final outcome comes later, by webhook or by `find`."""
    SUCCEEDED = "SUCCEEDED"
    """The money has moved, as far as the gateway knows."""
    FAILED = "FAILED"
    """The money has not moved, and this attempt will never move it."""

    def supersedes(self, other: "Outcome") -> bool:
        """Whether this outcome of an attempt replaces `other`, in whichever order the two arrive.

        A bank can return money that had arrived, so the order is PENDING, SUCCEEDED, FAILED.
        """
        rank = list(Outcome)
        return rank.index(self) > rank.index(other)


class GatewayUnknown(Exception):
    """It is unknown whether the money has moved: a timeout, a lost answer, a gateway that is down."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RowsUnreadable(GatewayUnknown):
    """Rows of a gateway's list cannot be read, each with the reason. All others have been shown before."""

    def __init__(self, rows: Sequence[str]) -> None:
        super().__init__("; ".join(rows))
        self.rows = tuple(rows)


async def shown_in(rows: AsyncIterator[T]) -> tuple[list[T], tuple[str, ...]]:
    """What a gateway's list shows, and which of its rows cannot be read. Raises GatewayUnknown."""
    found: list[T] = []
    try:
        async for row in rows:
            found.append(row)
    except RowsUnreadable as unreadable:
        return found, unreadable.rows
    return found, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """One payment of money back to one payment; raises ValueError unless the amount is positive.

    `key` is the refund's id and never changes. `retry` counts how often the refund was ordered again after a definite
    FAILED. It never changes while an attempt is unknown: otherwise, a gateway that stores answers by key would repeat
    the old failure or pay a second time.
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
    """A gateway's answer about one refund; `reference` is its own id of the credit."""

    outcome: Outcome
    reference: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One credit in the gateway's own records; `key` is None if Retour did not order it.

    `also` are other references under which the gateway knows its payment.
    """

    key: str | None
    reference: str
    payment_reference: str
    amount_minor: int
    currency: str
    outcome: Outcome
    at: datetime | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDispute:
    """A dispute in the gateway's own records, with all references under which the gateway knows its payment.

    `shown_at` is the time at which the gateway showed it so; None is now. `evidence_due_at` is None if the gateway
    wants no evidence any more.
    """

    reference: str
    payments: tuple[str, ...]
    status: DisputeStatus
    amount_minor: int
    currency: str
    opened_at: datetime
    reason: str | None = None
    evidence_due_at: datetime | None = None
    shown_at: datetime | None = None


PROVIDERS = frozenset({"ledger", "stripe"})
"""The providers that gateways are written for, as in a payment's `provider` column."""


class Gateway(Protocol):
    """A provider that pays refunds."""

    @property
    def name(self) -> str:
        """The provider's name, as in a payment's `provider` column."""

    async def refund(self, order: RefundOrder) -> Answer:
        """Move the money unless this key has already moved it. Raises GatewayUnknown."""

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        """The state of a key; None if this retry has not arrived. Raises GatewayUnknown.

        A failure of an earlier retry does not count; a credit that was paid does, whichever retry made it.
        """

    def credits(self, since: datetime) -> AsyncIterator[Credit]:
        """All credits since a moment, in any order. Raises GatewayUnknown, at the end RowsUnreadable."""

    def disputes(self, since: datetime) -> AsyncIterator[ShownDispute]:
        """All disputes opened since a moment, in any order. Raises GatewayUnknown, at the end RowsUnreadable."""

    async def close(self) -> None:
        """Close the connections."""
