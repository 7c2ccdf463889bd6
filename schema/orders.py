"""What was bought, from whom, in which parcels, and how it was paid."""

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

from domain.derive import Units, item_status
from domain.words import ItemStatus, OrderStatus, PackageStatus, Role, TransactionType
from engine.execution.computed import Needs, computed
from resolvers import allowed_actions
from resolvers.context import Info
from schema.common import AllowedAction, Blocker, Money, Node, amount_of, money_of
from schema.people import Customer, Seller
from schema.scalars import CurrencyCode, DateTime
from schema.terms import CancellationReason

if TYPE_CHECKING:
    from schema.events import Event
    from schema.plans import CancellationPlan
    from schema.requests import CancellationRequest

Requests = list[Annotated["CancellationRequest", strawberry.lazy("schema.requests")]]
Plans = list[Annotated["CancellationPlan", strawberry.lazy("schema.plans")]]
Events = list[Annotated["Event", strawberry.lazy("schema.events")]]

_UNITS = ("active", "cancel_held", "canceled", "return_held", "returned")
_TOTAL = ("unit_price_minor", "quantity", "discount_minor", "tax_minor", "currency")
_ELIGIBILITY = ("active", "package.status", "package.return_until", "seller_order.status", "request_items.open")
"""What computed fields read of their rows."""


@strawberry.type(description="Captured money, one for each means of payment.")
class Payment(Node):
    prefix: ClassVar[str] = "payment"
    position: int
    method: str
    provider: str = strawberry.field(description="Which gateway gives the money back.")
    captured: Money = amount_of("captured_minor")
    allocated: Money = amount_of("allocated_minor", description="What refunds have been promised out of it.")


@strawberry.type(description="What the order cost, what was paid and what went back.")
class OrderTotals:
    items: Money = amount_of("items_minor")
    discount: Money = amount_of("discount_minor")
    tax: Money = amount_of("tax_minor")
    shipping: Money = amount_of("shipping_minor")
    captured: Money = amount_of("captured_minor")
    refunded: Money = amount_of("refunded_minor")


@strawberry.type(description="Whether units of an item can be canceled or returned, and if not, why.")
class Eligibility:
    transaction: TransactionType = strawberry.field(description="What a request on this item would be, by its parcel.")
    quantity: int = strawberry.field(description="How many units can be asked for; 0 when something blocks it.")
    until: DateTime | None = strawberry.field(description="When the return window closes, once it has started.")
    blockers: list[Blocker]
    reasons: list[CancellationReason] = strawberry.field(description="The drop-down for this item.")


def _status(row: dict[str, Any]) -> str:
    return _status_of(row["active"], row["cancel_held"], row["canceled"], row["return_held"], row["returned"])


@lru_cache(maxsize=1024)
def _status_of(*ledger: int) -> str:
    return item_status(Units(*ledger)).value


def _line_total(row: dict[str, Any]) -> dict[str, str]:
    minor = row["unit_price_minor"] * row["quantity"] - row["discount_minor"] + row["tax_minor"]
    return money_of(minor, row["currency"])


def _eligibility(row: dict[str, Any], info: Info) -> dict[str, Any] | None:
    return allowed_actions.eligibility(row, info.context)


@strawberry.type(description="A line of an order, with its ledger of units: quantity = active + the four others.")
class OrderItem(Node):
    prefix: ClassVar[str] = "item"
    position: int
    sku: str
    name: str
    image_url: str | None
    quantity: int = strawberry.field(description="Units bought.")
    active: int = strawberry.field(description="Units as ordered.")
    cancel_held: int = strawberry.field(description="Units in a cancellation that is not decided.")
    canceled: int
    return_held: int = strawberry.field(description="Units in a return that is not completed.")
    returned: int
    seller: Seller
    package: Annotated["Package", strawberry.lazy("schema.orders")]
    status: ItemStatus = computed(_status, needs=Needs(*_UNITS))
    unit_price: Money = amount_of("unit_price_minor")
    discount: Money = amount_of("discount_minor", description="Of the whole line.")
    tax: Money = amount_of("tax_minor", description="Of the whole line, on top of the price.")
    total: Money = computed(_line_total, needs=Needs(*_TOTAL))
    eligibility: Eligibility | None = computed(
        _eligibility,
        needs=Needs(*_ELIGIBILITY),
        description="None for a viewer who never asks for a cancellation or return.",
    )


def _package_actions(row: dict[str, Any], info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_package(row, info.context)


@strawberry.type(description="A parcel of one seller.")
class Package(Node):
    prefix: ClassVar[str] = "package"
    number: str
    status: PackageStatus
    tracking_number: str | None
    shipped_at: DateTime | None
    delivered_at: DateTime | None
    return_until: DateTime | None = strawberry.field(description="When the return window closes.")
    version: int
    seller: Seller
    seller_order: Annotated["SellerOrder", strawberry.lazy("schema.orders")]
    items: list[OrderItem]
    allowed_actions: list[AllowedAction] = computed(
        _package_actions, needs=Needs("status", *[f"items.{name}" for name in _UNITS])
    )


def _shipping(row: dict[str, Any]) -> dict[str, str]:
    return money_of(row["shipping_minor"], row["order"]["currency"])


@strawberry.type(description="The part of an order that one seller fulfils.")
class SellerOrder(Node):
    prefix: ClassVar[str] = "part"
    status: OrderStatus
    order: Annotated["Order", strawberry.lazy("schema.orders")]
    seller: Seller
    packages: list[Package]
    items: list[OrderItem]
    requests: Requests
    shipping: Money = computed(_shipping, needs=Needs("shipping_minor", "order.currency"))


def _order_actions(row: dict[str, Any], info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_order(row, info.context)


def _totals(row: dict[str, Any], info: Info) -> dict[str, Any] | None:
    return None if info.context.actor.role is Role.SELLER else row


@strawberry.type(description="What one customer bought at once, from one or more sellers.")
class Order(Node):
    prefix: ClassVar[str] = "order"
    number: str = strawberry.field(description="For people; `id` is for programs.")
    status: OrderStatus
    currency: CurrencyCode
    placed_at: DateTime
    version: int = strawberry.field(description="Goes up by one with every command on the order.")
    customer: Customer
    seller_orders: list[SellerOrder]
    packages: list[Package]
    items: list[OrderItem]
    payments: list[Payment] = strawberry.field(
        description="Empty for sellers: how a customer paid is not theirs to see."
    )
    requests: Requests
    plans: Plans
    timeline: Events
    totals: OrderTotals | None = computed(
        _totals,
        needs=Needs("currency", embeds=True),
        description="None for sellers: the order's totals are made of other sellers' amounts too.",
    )
    allowed_actions: list[AllowedAction] = computed(
        _order_actions, needs=Needs("id", *[f"items.{path}" for path in _ELIGIBILITY])
    )
