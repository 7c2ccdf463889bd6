"""The acts of the demo's stories. Each act is one command of the real services."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.words import Disposition, GoodsCondition, PackageStatus, Rest, TransactionType
from services.outcomes import TermsWanted


class Tender(StrEnum):
    """How an order was paid."""

    CARD = "CARD"
    VOUCHER_AND_CARD = "VOUCHER_AND_CARD"
    BANK_SLIP = "BANK_SLIP"
    """Refunded by a bank, which accepts at once and finishes days later."""
    GIFT_CARD = "GIFT_CARD"
    """Refunded by a provider that is not configured: the refunds fail and need the owner."""


@dataclass(frozen=True, slots=True)
class Package:
    """The items that one seller sends together: (sku, units)."""

    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ChosenUnits:
    """Units of the order's line number `line`, counted from 1, with the reason's handle."""

    line: int
    units: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """The seller changes the status of package number `package`, counted from 1."""

    package: int
    to: PackageStatus


@dataclass(frozen=True, slots=True)
class RequestReturn:
    """The customer requests to cancel or return items."""

    choices: tuple[ChosenUnits, ...]


@dataclass(frozen=True, slots=True)
class OutOfStock:
    """The seller of the first line cancels units that it cannot send."""

    choices: tuple[ChosenUnits, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """The owner applies request number `request`, counted from 1; `unhurried` plans are not confirmed for weeks."""

    request: int = 1
    unhurried: bool = False


@dataclass(frozen=True, slots=True)
class ApplyTo:
    """The owner cancels or takes back units that the customer has not requested."""

    transaction: TransactionType
    choices: tuple[ChosenUnits, ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """The seller confirms all of a request, or only these (line, units) and says why not the rest, or keeps it waiting.

    With a `note` the owner does so for the seller.
    """

    request: int = 1
    accepted: tuple[tuple[int, int], ...] | None = None
    rest: Rest | None = None
    rest_reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """The seller or the owner rejects a request."""

    reason: str
    request: int = 1
    by_owner: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The customer withdraws a request."""

    request: int = 1


@dataclass(frozen=True, slots=True)
class Declare:
    """The customer withdraws from the contracts of the order, as the law lets it."""


@dataclass(frozen=True, slots=True)
class DeclareWithoutAccount:
    """Somebody of this name withdraws from them without signing in: it is to be verified."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Convert:
    """The customer turns a cancellation whose package has left into a return, which becomes the next request."""

    request: int = 1


@dataclass(frozen=True, slots=True)
class Expire:
    """A request expires."""

    request: int = 1


@dataclass(frozen=True, slots=True)
class Escalate:
    """A request that nobody has decided in time is handed to the owner."""

    request: int = 1


@dataclass(frozen=True, slots=True)
class Settle:
    """The owner settles a failed refund manually."""

    reference: str


@dataclass(frozen=True, slots=True)
class Work:
    """The worker executes what is due; with `answers_lost`, the ledger pays and its answers are lost."""

    answers_lost: bool = False


@dataclass(frozen=True, slots=True)
class SetReturnSettings:
    """The owner gives the seller of the first package return settings of its own."""

    terms: TermsWanted


@dataclass(frozen=True, slots=True)
class SendBack:
    """The customer sends the goods of the first request back."""

    tracking_number: str


@dataclass(frozen=True, slots=True)
class Receive:
    """The seller counts what has come back of the first request, everything or these (line, units)."""

    arrived: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """How units of the order's line number `line`, counted from 1, came back; the deduction is in the main unit."""

    line: int
    units: int
    condition: GoodsCondition = GoodsCondition.AS_NEW
    disposition: Disposition = Disposition.RESTOCK
    deduction: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Inspect:
    """The seller inspects what has come back of the first request."""

    grades: tuple[Graded, ...]


@dataclass(frozen=True, slots=True)
class Lose:
    """The owner calls the goods of the first request lost; nobody bears it yet."""

    note: str


@dataclass(frozen=True, slots=True)
class Waive:
    """The seller does not want the goods of the first request any more."""

    note: str


@dataclass(frozen=True, slots=True)
class PayAllowance:
    """The owner pays back an amount for the order's line number `line`, counted from 1, without taking units back."""

    line: int
    amount: Decimal
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class DisputePayment:
    """The customer disputes the first payment at the bank; `reason` is in the words of the bank."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReceiveUnannounced:
    """Units arrive that nobody expects, at the seller of the first line."""

    choices: tuple[ChosenUnits, ...]


Decision = Apply | Confirm | Reject | Withdraw | Convert
Goods = SendBack | Receive | Inspect | Lose | Waive
Opening = RequestReturn | OutOfStock | ApplyTo | ReceiveUnannounced
StoryAct = (
    Move
    | Opening
    | Decision
    | Goods
    | PayAllowance
    | Declare
    | DeclareWithoutAccount
    | DisputePayment
    | SetReturnSettings
    | Expire
    | Escalate
    | Settle
    | Work
)


@dataclass(frozen=True, slots=True)
class Story:
    """One order with its acts. Times are hours before the present."""

    customer: str
    placed: float
    packages: tuple[Package, ...]
    acts: tuple[tuple[float, StoryAct], ...] = ()
    tender: Tender = Tender.CARD
    discount_percent: int = 0
    currency: str = "EUR"
