"""Orders: what was bought, from which sellers, in which packages, and how it was paid."""

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

from domain.advice import advice_on
from domain.derive import Units, item_status
from domain.facts import PackageFacts
from domain.law import Exemption
from domain.words import (
    Advice,
    DisputeStatus,
    ItemStatus,
    MovementKind,
    OrderStatus,
    PackageStatus,
    Role,
    TransactionType,
)
from engine.execution.computed import Needs, computed
from resolvers import allowed_actions
from resolvers.context import Info
from resolvers.item_terms import TRAITS
from schema.common import VERSION, AllowedAction, Blocker, Money, Node, amount_of, money_of
from schema.disputes import Dispute
from schema.people import Customer, Seller
from schema.scalars import CurrencyCode, DateTime
from schema.terms import CancellationReason

if TYPE_CHECKING:
    from schema.events import Event
    from schema.plans import CancellationPlan
    from schema.requests import CancellationRequest
    from schema.returns import ReturnShipment
    from schema.withdrawals import Withdrawal

Requests = list[Annotated["CancellationRequest", strawberry.lazy("schema.requests")]]
Plans = list[Annotated["CancellationPlan", strawberry.lazy("schema.plans")]]
Shipments = list[Annotated["ReturnShipment", strawberry.lazy("schema.returns")]]
Withdrawals = list[Annotated["Withdrawal", strawberry.lazy("schema.withdrawals")]]
Events = list[Annotated["Event", strawberry.lazy("schema.events")]]

REMAINING = ("active", "cancel_held", "return_held")
_UNITS = ("active", "cancel_held", "canceled", "return_held", "returned")
_TOTAL = ("unit_price_minor", "quantity", "discount_minor", "tax_minor", "currency")
_ELIGIBILITY = ("active", "package.status", "package.return_until", "seller_order.status", "request_items.open")
"""The columns that computed fields read."""


def _lines(row: dict[str, Any]) -> list[str]:
    lines: str = row["lines"]
    return lines.split("\n")


@strawberry.type(description="An address, as people write it on a package or on an invoice.")
class Address:
    name: str = strawberry.field(description="The person or company at the address.")
    lines: list[str] = computed(
        _lines, needs=Needs("lines"), description="The lines between the name and the city: street, house, floor."
    )
    postal_code: str | None = strawberry.field(description="The postal code, if the address has one.")
    city: str | None = strawberry.field(description="The city, if the address has one.")
    region: str | None = strawberry.field(description="The state, province or region, if the address names one.")
    country: str = strawberry.field(description="The country: two letters of ISO 3166-1.")


def _reference(row: dict[str, Any], info: Info) -> str | None:
    reference: str = row["reference"]
    return reference if info.context.sees_references else None


def _total(row: dict[str, Any]) -> dict[str, str] | None:
    return None if row["total_minor"] is None else money_of(row["total_minor"], row["currency"])


def _disputed(row: dict[str, Any]) -> bool:
    return any(dispute["status"] == DisputeStatus.OPEN for dispute in row["disputes"])


@strawberry.type(description="Money that went back to a payment outside of Retour, such as before its order came in.")
class ExternalMovement(Node):
    prefix: ClassVar[str] = "movement"
    kind: MovementKind = strawberry.field(description="How it went back.")
    amount: Money = amount_of("amount_minor", description="The amount that went back.")
    at: DateTime = strawberry.field(description="The time at which it went back, or at which that became known.")
    reference: str | None = computed(
        _reference, needs=Needs("reference"), description="Its reference at the gateway; null for all but the owner."
    )


@strawberry.type(description="A payment of an order. An order may be paid by several, such as a card and a voucher.")
class Payment(Node):
    prefix: ClassVar[str] = "payment"
    position: int = strawberry.field(description="The position among the order's payments; refunds fill them in order.")
    method: str = strawberry.field(description="The method, such as `card`.")
    provider: str = strawberry.field(description="The gateway that pays refunds back.")
    captured: Money = amount_of("captured_minor", description="The amount that was captured.")
    total: Money | None = computed(
        _total,
        needs=Needs("total_minor", "currency"),
        description="What the payment captured for all of its orders together; null if it pays for this one only.",
    )
    allocated: Money = amount_of(
        "allocated_minor", description="The part of it that refunds have paid back or are to pay back."
    )
    paid_back_elsewhere: Money = amount_of(
        "external_minor",
        description="The part of it that went back outside of Retour, such as before the order came in. No refund of "
        "Retour pays it again.",
    )
    external_movements: list[ExternalMovement] = strawberry.field(
        description="What went back to the payment outside of Retour, the oldest first."
    )
    disputes: list[Dispute] = strawberry.field(description="The disputes of the payment, the oldest first.")
    disputed: bool = computed(
        _disputed,
        needs=Needs("disputes.status"),
        description="Whether a dispute of the payment is open: nothing is sent back to it meanwhile.",
    )
    paid_at: DateTime | None = strawberry.field(description="The time at which the customer paid, if it is known.")
    instrument: str | None = strawberry.field(
        description="What the customer recognizes, such as `Visa •••• 4242`, if it is known; never a whole card number."
    )
    reference: str | None = computed(
        _reference, needs=Needs("reference"), description="The payment's id at its gateway; null for all but the owner."
    )


@strawberry.type(description="The sums of an order: what it cost, what was paid, and what went back.")
class OrderTotals:
    items: Money = amount_of("items_minor", description="The unit prices times the quantities.")
    discount: Money = amount_of("discount_minor", description="The discounts of all items.")
    tax: Money = amount_of("tax_minor", description="The taxes that were added to the prices.")
    included_tax: Money = amount_of("included_tax_minor", description="The taxes that the prices include.")
    shipping: Money = amount_of("shipping_minor", description="The shipping of all sellers.")
    captured: Money = amount_of("captured_minor", description="The captured amount of all payments.")
    refunded: Money = amount_of(
        "refunded_minor", description="The amount of all refunds that succeeded or were settled."
    )
    paid_back_elsewhere: Money = amount_of(
        "external_minor", description="What went back outside of Retour, such as before the order came in."
    )


@strawberry.type(description="Whether units of an item can be canceled or returned now, and if not, why.")
class Eligibility:
    transaction: TransactionType = strawberry.field(
        description="The type of a request on this item: CANCEL before its package is shipped, REFUND after. Sellers "
        "can cancel only."
    )
    quantity: int = strawberry.field(description="The number of units that can be requested; 0 if something blocks it.")
    until: DateTime | None = strawberry.field(
        description="The last moment of the return window, the end of a day in the market's zone; null before delivery."
    )
    exemption: Exemption | None = strawberry.field(
        description="Why the terms do not take the item back; null if they do, and for a cancellation. The owner can "
        "open a return all the same."
    )
    blockers: list[Blocker] = strawberry.field(description="Why no unit can be requested; empty if one can.")
    reasons: list[CancellationReason] = strawberry.field(description="The reasons to choose from for this item.")


def _status(row: dict[str, Any]) -> str:
    return _status_of(row["active"], row["cancel_held"], row["canceled"], row["return_held"], row["returned"])


@lru_cache(maxsize=1024)
def _status_of(*ledger: int) -> str:
    return item_status(Units(*ledger)).value


def _line_total(row: dict[str, Any]) -> dict[str, str]:
    minor = row["unit_price_minor"] * row["quantity"] - row["discount_minor"] + row["tax_minor"]
    return money_of(minor, row["currency"])


def _eligibility(row: allowed_actions.ItemRow, info: Info) -> dict[str, Any] | None:
    return allowed_actions.eligibility(row, info.context)


@strawberry.type(
    description="An item of an order. Its units add up: "
    "quantity = active + cancelHeld + canceled + returnHeld + returned."
)
class OrderItem(Node):
    prefix: ClassVar[str] = "item"
    position: int = strawberry.field(description="The position of the item in the order.")
    sku: str = strawberry.field(description="The seller's stock keeping unit.")
    name: str = strawberry.field(description="The product's name.")
    image_url: str | None = strawberry.field(description="The address of a picture, if there is one.")
    quantity: int = strawberry.field(description="The number of units bought; of a cut item, those in its package.")
    active: int = strawberry.field(description="The units that stand as ordered.")
    cancel_held: int = strawberry.field(description="The units in a cancellation that is not decided yet.")
    canceled: int = strawberry.field(description="The units that were canceled.")
    return_held: int = strawberry.field(description="The units in a return that is not completed yet.")
    returned: int = strawberry.field(description="The units that were returned.")
    seller: Seller = strawberry.field(description="The seller of the item.")
    cut_from: Annotated["OrderItem", strawberry.lazy("schema.orders")] | None = strawberry.field(
        description="The item that this one was cut from when its units went into two packages; both are priced as the "
        "one line that was sold."
    )
    package: Annotated["Package", strawberry.lazy("schema.orders")] = strawberry.field(
        description="The package that the item is sent in."
    )
    status: ItemStatus = computed(_status, needs=Needs(*_UNITS), description="The status, derived from the units.")
    unit_price: Money = amount_of("unit_price_minor", description="The price of one unit before discount.")
    discount: Money = amount_of("discount_minor", description="The discount of all units together.")
    tax: Money = amount_of("tax_minor", description="The tax that is added to the price of all units together.")
    included_tax: Money = amount_of(
        "included_tax_minor",
        description="The tax that the price of all units together includes, a share of it; 0 if the tax is added.",
    )
    weight_grams: int | None = strawberry.field(description="The weight of one unit in grams, if it is known.")
    category: str | None = strawberry.field(description="The category of the product, if it is known.")
    tags: list[str] = computed(
        lambda row: row["tags"].split("\n") if row["tags"] else [],
        needs=Needs("tags"),
        description="The tags of the product.",
    )
    total: Money = computed(
        _line_total, needs=Needs(*_TOTAL), description="unitPrice × quantity - discount + tax, as it was sold."
    )
    eligibility: Eligibility | None = computed(
        _eligibility,
        needs=Needs(*_ELIGIBILITY, derived={"traits": TRAITS}),
        description="Whether units can be requested; null if the viewer's role may not request any.",
    )


def _advice(row: dict[str, Any]) -> list[dict[str, Any]]:
    held = sum(item["cancel_held"] for item in row["items"])
    found = advice_on(PackageFacts(PackageStatus(row["status"]), held, held))
    return [{"code": each.code.value, "units": each.units, "message": each.message} for each in found]


def _package_actions(row: allowed_actions.PackageRow, info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_package(row, info.context)


@strawberry.type(description="What somebody should know of a package before it is handed to the carrier.")
class PackageAdvice:
    code: Advice = strawberry.field(description="The kind of advice.")
    units: int = strawberry.field(description="The number of units in the package that it is about.")
    message: str = strawberry.field(description="The advice in a sentence, for people.")


@strawberry.type(description="A package that one seller sends.")
class Package(Node):
    prefix: ClassVar[str] = "package"
    number: str = strawberry.field(description="The number that people read.")
    status: PackageStatus = strawberry.field(description="The status of the package.")
    tracking_number: str | None = strawberry.field(description="The carrier's tracking number, if it is known.")
    shipped_at: DateTime | None = strawberry.field(description="The time at which the carrier got the package.")
    delivered_at: DateTime | None = strawberry.field(description="The time at which the customer got the package.")
    delivery_assumed: bool = strawberry.field(
        description="Whether the time of delivery is assumed, as nobody has reported one; a later report corrects it."
    )
    return_until: DateTime | None = strawberry.field(
        description="The last moment of the return window, the end of a day in the market's zone; null before delivery."
    )
    version: int = strawberry.field(description=VERSION)
    order: Annotated["Order", strawberry.lazy("schema.orders")] = strawberry.field(
        description="The order that the package is of."
    )
    seller: Seller = strawberry.field(description="The seller who sends the package.")
    seller_order: Annotated["SellerOrder", strawberry.lazy("schema.orders")] = strawberry.field(
        description="The seller's part of the order."
    )
    items: list[OrderItem] = strawberry.field(description="The items in the package.")
    advice: list[PackageAdvice] = computed(
        _advice,
        needs=Needs("status", "items.cancel_held"),
        description="What should be known before the package is handed to the carrier; empty if nothing speaks "
        "against it. A seller ships in spite of a waiting cancellation only with `despiteRequests`.",
    )
    allowed_actions: list[AllowedAction] = computed(
        _package_actions,
        needs=Needs(
            *("status", "delivery_assumed", "version", "former", "items.returned"),
            *[f"items.{name}" for name in REMAINING],
        ),
        description="What the viewer's role can do with the package.",
    )


def _shipping(row: dict[str, Any]) -> dict[str, str]:
    return money_of(row["shipping_minor"], row["order"]["currency"])


@strawberry.type(description="The part of an order that one seller fulfills.")
class SellerOrder(Node):
    prefix: ClassVar[str] = "part"
    status: OrderStatus = strawberry.field(description="The status, derived from the part's packages and units.")
    order: Annotated["Order", strawberry.lazy("schema.orders")] = strawberry.field(description="The whole order.")
    seller: Seller = strawberry.field(description="The seller who fulfills this part.")
    packages: list[Package] = strawberry.field(description="The packages of this part.")
    items: list[OrderItem] = strawberry.field(description="The items of this part.")
    requests: Requests = strawberry.field(description="The requests on this part.")
    shipping: Money = computed(
        _shipping,
        needs=Needs("shipping_minor", "order.currency"),
        description="What the customer paid for shipping; it goes back with the last unit of this part.",
    )
    shipping_surcharge: Money = computed(
        lambda row: money_of(row["shipping_surcharge_minor"], row["order"]["currency"]),
        needs=Needs("shipping_surcharge_minor", "order.currency"),
        description="The share of the shipping for more than the least expensive delivery; a withdrawal from the "
        "contract does not bring it back.",
    )


def _order_actions(row: allowed_actions.OrderRow, info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_order(row, info.context)


def _totals(row: dict[str, Any], info: Info) -> dict[str, Any] | None:
    return None if info.context.actor.role is Role.SELLER else row


@strawberry.type(description="An order: what one customer bought at once, from one or more sellers.")
class Order(Node):
    prefix: ClassVar[str] = "order"
    number: str = strawberry.field(description="The number that people read; programs use `id`.")
    status: OrderStatus = strawberry.field(description="The status, derived from all sellers' parts.")
    currency: CurrencyCode = strawberry.field(description="The currency of all amounts of the order.")
    placed_at: DateTime = strawberry.field(description="The time at which the customer placed the order.")
    market: str | None = strawberry.field(
        description="The market that the order was placed in, by the marketplace's own name, if it is known."
    )
    country: str | None = strawberry.field(
        description="The country that the order is delivered to, two letters of ISO 3166-1, if it is known."
    )
    tax_included: bool = strawberry.field(description="Whether the prices of the order include the tax.")
    disputed: bool = strawberry.field(
        description="Whether the bank has yet to decide on a dispute of a payment of the order, or on an inquiry."
    )
    version: int = strawberry.field(description="The version, which goes up by one with every command on the order.")
    customer: Customer = strawberry.field(description="The customer who placed the order.")
    shipping_address: Address | None = strawberry.field(
        description="The address that the order is delivered to, if it is known."
    )
    billing_address: Address | None = strawberry.field(
        description="The address that the order is billed to, if it is known; null for sellers."
    )
    seller_orders: list[SellerOrder] = strawberry.field(description="The sellers' parts of the order.")
    packages: list[Package] = strawberry.field(description="The packages of the order.")
    items: list[OrderItem] = strawberry.field(description="The items of the order.")
    payments: list[Payment] = strawberry.field(
        description="The payments of the order; empty for sellers, who may not see how a customer paid."
    )
    requests: Requests = strawberry.field(description="The requests on the order.")
    plans: Plans = strawberry.field(description="The plans of those requests.")
    return_shipments: Shipments = strawberry.field(description="The goods of those requests on their way back.")
    withdrawals: Withdrawals = strawberry.field(
        description="The customer's withdrawals from the contracts of the order, the oldest first."
    )
    timeline: Events = strawberry.field(description="The events of the order and everything in it, the oldest first.")
    totals: OrderTotals | None = computed(
        _totals,
        needs=Needs("currency", embeds=True),
        description="The sums of the order; null for sellers, because other sellers' amounts are part of them.",
    )
    allowed_actions: list[AllowedAction] = computed(
        _order_actions,
        needs=Needs(
            *("id", "status", "items.seller_id", *[f"items.{path}" for path in _ELIGIBILITY]),
            derived={"items.traits": TRAITS},
        ),
        description="What the viewer's role can open on the order: offered if any item allows it.",
    )
