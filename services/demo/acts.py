"""What can happen to an order of the demo. Each act is one command of the real services."""

from dataclasses import dataclass
from enum import StrEnum

from domain.words import PackageStatus, TransactionType


class Tender(StrEnum):
    """How an order was paid; the stage turns each into payments."""

    CARD = "CARD"
    VOUCHER_AND_CARD = "VOUCHER_AND_CARD"
    BANK_SLIP = "BANK_SLIP"
    """Given back by the bank: accepted at once, final only days later."""
    GIFT_CARD = "GIFT_CARD"
    """Given back by a provider that is not set up: its refunds fail and need the owner."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one seller sends together: (sku, units)."""

    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Units of the order's line at `line`, counted from 1, with the reason's handle."""

    line: int
    units: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """The seller moves the parcel at `parcel`, counted from 1."""

    parcel: int
    to: PackageStatus


@dataclass(frozen=True, slots=True)
class Ask:
    """The customer presses Return Selected Items."""

    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """The owner cancels the request at `request`, counted from 1; `unhurried` plans are not confirmed for weeks."""

    request: int = 1
    unhurried: bool = False


@dataclass(frozen=True, slots=True)
class ApplyTo:
    """The owner cancels or takes back units for which nobody has asked."""

    transaction: TransactionType
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """The seller agrees, to all of it or to (line, units) of it."""

    request: int = 1
    accepted: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """The seller, or the owner, says no."""

    reason: str
    request: int = 1
    by_owner: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The customer takes the request back."""

    request: int = 1


@dataclass(frozen=True, slots=True)
class Expire:
    """Nobody has decided in time."""

    request: int = 1


@dataclass(frozen=True, slots=True)
class Settle:
    """The owner pays a failed refund of this order by hand."""

    reference: str


@dataclass(frozen=True, slots=True)
class Work:
    """The worker does what is due; `answers_lost` makes it hear nothing of what the ledger has paid."""

    answers_lost: bool = False


Decision = Apply | Confirm | Reject | Withdraw
Act = Move | Ask | ApplyTo | Decision | Expire | Settle | Work


@dataclass(frozen=True, slots=True)
class Story:
    """One order, and what became of it. Times are hours before the present."""

    customer: str
    placed: float
    parcels: tuple[Parcel, ...]
    acts: tuple[tuple[float, Act], ...] = ()
    tender: Tender = Tender.CARD
    discount_percent: int = 0
    currency: str = "EUR"
