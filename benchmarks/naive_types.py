"""The naive server's types: plain Strawberry over Tortoise's objects, a resolver wherever a name is not a column."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import strawberry

from benchmarks.floor_shapes import eligibility, item_status, money


@strawberry.type
class Money:
    amount: str
    currency: str


def _money(minor: int, currency: str) -> Money:
    return Money(**money(minor, currency))


@strawberry.type
class Customer:
    name: str
    email: str | None


@strawberry.type
class Seller:
    name: str


@strawberry.type
class Totals:
    items: Money
    shipping: Money
    captured: Money


@strawberry.type
class Payment:
    method: str

    @strawberry.field
    def captured(self) -> Money:
        row: Any = self
        return _money(row.captured_minor, row.currency)


@strawberry.type
class Package:
    id: strawberry.ID
    number: str
    status: str
    tracking_number: str | None
    delivered_at: datetime | None
    seller: Seller


@strawberry.type
class Eligibility:
    transaction: str
    quantity: int
    until: datetime | None


@strawberry.type
class OrderItem:
    id: strawberry.ID
    sku: str
    name: str
    image_url: str | None
    quantity: int
    active: int
    package: Package

    @strawberry.field
    def status(self) -> str:
        return item_status(vars(self))

    @strawberry.field
    def unit_price(self) -> Money:
        row: Any = self
        return _money(row.unit_price_minor, row.currency)

    @strawberry.field
    def total(self) -> Money:
        row: Any = self
        return _money(row.unit_price_minor * row.quantity - row.discount_minor + row.tax_minor, row.currency)

    @strawberry.field
    def eligibility(self) -> Eligibility:
        row: Any = self
        until = row.package.return_until
        found = eligibility(
            {
                "active": row.active,
                "open": any(line.open for line in row.request_items),
                "package_status": row.package.status,
                "part_status": row.seller_order.status,
                "return_until": until and until.isoformat(),
            },
            datetime.now(UTC),
        )
        return Eligibility(
            transaction=found["transaction"], quantity=found["quantity"], until=until if found["until"] else None
        )


@strawberry.type
class Reason:
    handle: str

    @strawberry.field
    def label(self) -> str:
        row: Any = self
        return str(row.labels["en"])


@strawberry.type
class RequestItem:
    quantity: int
    note: str | None
    order_item: OrderItem
    reason: Reason


@strawberry.type
class PlanLine:
    quantity: int
    order_item: OrderItem

    @strawberry.field
    def total(self) -> Money:
        row: Any = self
        return _money(row.total_minor, row.currency)


@strawberry.type
class Plan:
    id: strawberry.ID
    status: str
    refund_state: str

    @strawberry.field
    def total(self) -> Money:
        row: Any = self
        return _money(row.total_minor, row.currency)

    @strawberry.field
    def lines(self) -> list[PlanLine]:
        row: Any = self
        return list(row.lines)


@strawberry.type
class AllowedAction:
    action: str
    enabled: bool


@strawberry.type
class OrderShort:
    id: strawberry.ID
    number: str
    status: str
    placed_at: datetime


@strawberry.type
class CancellationRequest:
    id: strawberry.ID
    number: str
    transaction: str
    status: str
    waiting_on: str
    due_at: datetime | None
    created_at: datetime
    version: int
    order: OrderShort
    customer: Customer

    @strawberry.field
    def items(self) -> list[RequestItem]:
        row: Any = self
        return sorted(row.items, key=lambda line: (line.position, line.id))

    @strawberry.field
    def plan(self) -> Plan | None:
        row: Any = self
        plan: Plan | None = row.plan
        return plan

    @strawberry.field
    def allowed_actions(self) -> list[AllowedAction]:
        row: Any = self
        asked = row.transaction == "REFUND" or (row.plan is not None and row.plan.status == "CONFIRMATION_WAITING")
        enabled = row.status == "WAITING" and asked
        return [AllowedAction(action=name, enabled=enabled) for name in ("CONFIRM_REQUEST", "REJECT_REQUEST")]


@strawberry.type
class Order:
    id: strawberry.ID
    number: str
    status: str
    placed_at: datetime
    version: int
    customer: Customer

    @strawberry.field
    def totals(self) -> Totals:
        row: Any = self
        names = ("items", "shipping", "captured")
        return Totals(**{name: _money(getattr(row, f"{name}_minor"), row.currency) for name in names})

    @strawberry.field
    def payments(self) -> list[Payment]:
        row: Any = self
        return sorted(row.payments, key=lambda one: (one.position, one.id))

    @strawberry.field
    def packages(self) -> list[Package]:
        row: Any = self
        return sorted(row.packages, key=lambda one: (one.number, one.id))

    @strawberry.field
    def items(self) -> list[OrderItem]:
        row: Any = self
        return sorted(row.items, key=lambda one: (one.position, one.id))

    @strawberry.field
    def requests(self) -> list[CancellationRequest]:
        row: Any = self
        return sorted(row.requests, key=lambda one: (one.created_at, one.id))


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class OrderConnection:
    nodes: list[Order]
    page_info: PageInfo


@strawberry.type
class RequestConnection:
    nodes: list[CancellationRequest]
    page_info: PageInfo


@strawberry.type
class UserError:
    code: str
    field: list[str]
    message: str


@strawberry.type
class RequestReturnPayload:
    requests: list[CancellationRequest]
    user_errors: list[UserError]
    replayed: bool


@strawberry.type
class ConfirmRequestPayload:
    request: CancellationRequest
    plan: Plan
    user_errors: list[UserError]
    replayed: bool


@strawberry.enum
class RequestStatus(Enum):
    WAITING = "WAITING"
    APPROVED = "APPROVED"


@strawberry.input
class RequestFilter:
    status: list[RequestStatus]


@strawberry.input
class RequestItemInput:
    order_item_id: strawberry.ID
    quantity: int
    reason: str
    note: str | None = None


@strawberry.input
class RequestReturnInput:
    order_id: strawberry.ID
    items: list[RequestItemInput]
    policy_version: str
    idempotency_key: str


@strawberry.input
class ConfirmRequestInput:
    request_id: strawberry.ID
    idempotency_key: str
