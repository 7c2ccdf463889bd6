"""What a command wants, as plain frozen values. Paths of refusals are relative to a mutation's input.

Whatever comes in, by the API or from files, becomes one of these; so it is here that identifiers take their one
spelling (domain/identifiers.py), and nowhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar

from domain.facts import Decision, Handover, Inspection, ItemChoice, Loss, Proof, Receipt, Settlement, Split
from domain.identifiers import identifier
from domain.law import Basis
from domain.texts import is_blank
from domain.withdrawal import Objection
from domain.words import AdjustmentKind, Bearer, Disposition, GoodsCondition, PackageStatus, Rest, TransactionType

G = TypeVar("G")

ChangedIds: TypeAlias = dict[str, list[str]]
"""What a command brought about: kind → ids, for the answer and for a caller who repeats the command."""
GivenOfGoods: TypeAlias = Proof | Receipt | Inspection | Loss
Given: TypeAlias = ItemChoice | Decision | Settlement | Handover | Split | GivenOfGoods | Objection | None
"""What a command gives with an edge, in the words of the rules."""


def _spell(value: object, *names: str) -> None:
    """Give these fields of a frozen value the one spelling of identifiers."""
    for name in names:
        text: str | None = getattr(value, name)
        if text and (spelled := identifier(text)) is not text:
            object.__setattr__(value, name, spelled)


@dataclass(frozen=True, slots=True)
class ItemInput:
    """Some units of an order line, with the reason's handle."""

    order_item_id: str
    quantity: int
    reason: str
    note: str | None = None

    def __post_init__(self) -> None:
        _spell(self, "reason")


@dataclass(frozen=True, slots=True)
class ReturnInput:
    """Units to be canceled or returned. Without a transaction the package decides which of the two it is.

    `terms_version` is the number of the version of the terms that was shown, 0 for none.
    """

    items: tuple[ItemInput, ...]
    policy_version: str | None = None
    terms_version: int | None = None
    transaction: TransactionType | None = None
    basis: Basis = Basis.VOLUNTARY

    def __post_init__(self) -> None:
        _spell(self, "policy_version")


@dataclass(frozen=True, slots=True)
class RawAdjustment:
    """An adjustment whose amount is in the order's main unit, which only the order can count."""

    kind: AdjustmentKind
    amount: Decimal
    reason: str
    bearer: Bearer
    order_item_id: str | None = None
    seller_order_id: str | None = None
    reverses_id: str | None = None


@dataclass(frozen=True, slots=True)
class AllowanceInput:
    """Money that the owner pays back without units, of one seller's part of an order."""

    adjustments: tuple[RawAdjustment, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ApplyInput:
    """The owner's decision: on a request, whole or in part, or on items for which a request is opened.

    `accepted` is (order item id, units) a line; None is all of it. With `override` and a `note` it holds though the
    seller has shipped another part of the order. `terms_version` is that of `ReturnInput`, for a request that it opens.
    """

    transaction: TransactionType
    confirm: bool
    request_id: str | None = None
    items: tuple[ItemInput, ...] | None = None
    expected_version: int | None = None
    accepted: tuple[tuple[str, int], ...] | None = None
    rest: Rest | None = None
    rest_reason: str | None = None
    override: bool = False
    note: str | None = None
    adjustments: tuple[RawAdjustment, ...] = ()
    terms_version: int | None = None


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """A decision on one request. `accepted` is (order item id, units) a line; None is all of it."""

    request_id: str
    expected_version: int | None = None
    reason: str | None = None
    accepted: tuple[tuple[str, int], ...] | None = None
    rest: Rest | None = None
    rest_reason: str | None = None
    note: str | None = None
    adjustments: tuple[RawAdjustment, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageMove:
    """The status that a package is to take; `despite_requests`, though a cancellation of units in it waits."""

    package_id: str
    status: PackageStatus
    tracking_number: str | None = None
    expected_version: int | None = None
    despite_requests: bool = False

    def __post_init__(self) -> None:
        _spell(self, "tracking_number")
        if self.tracking_number and is_blank(self.tracking_number):
            object.__setattr__(self, "tracking_number", None)


@dataclass(frozen=True, slots=True)
class PackageRevert:
    """A package whose last change of status is to be taken back."""

    package_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class PackageSplit:
    """A package, and what of it goes into a new one."""

    package_id: str
    split: Split
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RefundInput:
    """A refund that was paid outside the gateway, or is to be sent again (no reference)."""

    refund_id: str
    reference: str | None = None
    expected_version: int | None = None

    def __post_init__(self) -> None:
        _spell(self, "reference")


@dataclass(frozen=True, slots=True)
class ShortfallInput:
    """A plan whose refunds fall short, and the reference of the movement that paid the rest."""

    plan_id: str
    reference: str | None = None
    expected_version: int | None = None

    def __post_init__(self) -> None:
        _spell(self, "reference")


@dataclass(frozen=True, slots=True)
class ReturnMove(Generic[G]):
    """What is done with a return shipment; `given` is in the words of the rules, `note` for everybody who sees it."""

    return_id: str
    given: G
    expected_version: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LabelInput:
    """A label that is to be voided, or to be ordered again."""

    label_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RawGrade:
    """A grade whose deduction is an amount in the order's main unit, which only the order can count."""

    item: str
    quantity: int
    condition: GoodsCondition
    disposition: Disposition
    deduction: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RawInspection:
    """The grades of an inspection."""

    grades: tuple[RawGrade, ...]


@dataclass(frozen=True, slots=True)
class UnannouncedItem:
    """Units of an order line that have arrived unannounced, with the reason's handle."""

    order_item_id: str
    quantity: int
    reason: str
    note: str | None = None

    def __post_init__(self) -> None:
        _spell(self, "reason")


@dataclass(frozen=True, slots=True)
class UnannouncedInput:
    """Goods of one seller that have arrived unannounced; `return_id` names an expired return that they belong to."""

    items: tuple[UnannouncedItem, ...]
    return_id: str | None = None


@dataclass(frozen=True, slots=True)
class WentBack:
    """Units of a line that were canceled or returned before the order came in, with the reason's handle.

    `amount_minor` is what was paid back for the goods, `shipping_minor` what was paid back of the seller's shipping.
    """

    quantity: int
    reason: str
    amount_minor: int
    shipping_minor: int = 0

    def __post_init__(self) -> None:
        _spell(self, "reason")


@dataclass(frozen=True, slots=True)
class IncomingItem:
    """A line of an incoming order; amounts in minor units, discount and tax of the whole line, the weight of a unit.

    `canceled` and `returned` went back before the order came in. Terms read `category` and `tags`; None is unknown.
    """

    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0
    image_url: str | None = None
    weight_grams: int | None = None
    canceled: WentBack | None = None
    returned: WentBack | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _spell(self, "sku", "category")
        if self.tags:
            object.__setattr__(self, "tags", tuple(dict.fromkeys(map(identifier, self.tags))))


@dataclass(frozen=True, slots=True)
class IncomingPackage:
    """A package of an incoming order, as it stands: an import brings packages that left long ago."""

    items: tuple[IncomingItem, ...]
    status: PackageStatus = PackageStatus.PREPARING
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingPart:
    """What one seller fulfills of an incoming order; the surcharge is a share of the shipping."""

    seller_handle: str
    seller_name: str
    shipping_minor: int
    packages: tuple[IncomingPackage, ...]
    shipping_surcharge_minor: int = 0

    def __post_init__(self) -> None:
        _spell(self, "seller_handle")


@dataclass(frozen=True, slots=True)
class IncomingMovement:
    """Money that went back to a payment before the order came in, under its reference at the gateway.

    Without a time it counts as of the order's arrival.
    """

    reference: str
    amount_minor: int
    at: datetime | None = None

    def __post_init__(self) -> None:
        _spell(self, "reference")


@dataclass(frozen=True, slots=True)
class IncomingPayment:
    """Captured money of an incoming order.

    `total_minor` is what the payment captured for all of its orders together, stated if it pays for several.
    `instrument` is what a person recognizes, such as "Visa •••• 4242". `paid_back` went back before the order came in.
    """

    method: str
    provider: str
    reference: str
    captured_minor: int
    total_minor: int | None = None
    paid_at: datetime | None = None
    instrument: str | None = None
    paid_back: tuple[IncomingMovement, ...] = ()

    def __post_init__(self) -> None:
        _spell(self, "method", "provider", "reference", "instrument")


@dataclass(frozen=True, slots=True)
class IncomingAddress:
    """An address of an incoming order. The country's code has capital letters."""

    name: str
    lines: tuple[str, ...]
    country: str
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        _spell(self, "name", "country", "postal_code", "city", "region")
        object.__setattr__(self, "lines", tuple(map(identifier, self.lines)))
        object.__setattr__(self, "country", self.country.upper() if self.country.isascii() else self.country)


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """A paid order, as it comes in.

    With `tax_included` the tax of an item is a share of its price. The country is where it is delivered to, that of the
    shipping address if it has one. The market is where it was sold, by a name of the marketplace's own.
    """

    number: str
    currency: str
    placed_at: datetime
    customer_subject: str
    customer_name: str
    customer_email: str | None
    parts: tuple[IncomingPart, ...]
    payments: tuple[IncomingPayment, ...]
    customer_phone: str | None = None
    shipping_address: IncomingAddress | None = None
    billing_address: IncomingAddress | None = None
    country: str | None = None
    tax_included: bool = False
    market: str | None = None

    def __post_init__(self) -> None:
        _spell(self, "number", "customer_subject", "customer_phone", "country", "market")
        if self.country and self.country.isascii():
            object.__setattr__(self, "country", self.country.upper())

    @property
    def items(self) -> Iterator[IncomingItem]:
        """The lines of all sellers' packages, in the order in which they are numbered."""
        return (item for part in self.parts for package in part.packages for item in package.items)

    @property
    def went_back(self) -> bool:
        """Whether anything of the order went back before it came in."""
        for part in self.parts:
            for package in part.packages:
                for item in package.items:
                    if item.canceled or item.returned:
                        return True
        return any(payment.paid_back for payment in self.payments)
