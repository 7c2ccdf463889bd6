"""The columns of the rows of an incoming order, as intake writes them: one class a table."""

from datetime import datetime
from typing import TypedDict

from domain.actions import Action
from domain.words import (
    AdjustmentKind,
    Bearer,
    OrderStatus,
    PackageStatus,
    PlanOrigin,
    PlanStatus,
    RefundState,
    RequestStatus,
    Role,
    Subject,
    TransactionType,
    WaitingOn,
)
from models.journal import Change


class OrderColumns(TypedDict):
    """Columns of `order`."""

    id: str
    number: str
    status: OrderStatus
    currency: str
    placed_at: datetime
    customer_id: str
    items_minor: int
    discount_minor: int
    tax_minor: int
    shipping_minor: int
    captured_minor: int
    refunded_minor: int
    external_minor: int
    tax_included: bool
    included_tax_minor: int
    country: str | None
    market: str | None
    version: int


class SellerOrderColumns(TypedDict):
    """Columns of `seller_order`."""

    id: str
    order_id: str
    seller_id: str
    status: OrderStatus
    placed_at: datetime
    shipping_minor: int
    shipping_surcharge_minor: int


class PackageColumns(TypedDict):
    """Columns of `package`."""

    order_id: str
    seller_order_id: str
    seller_id: str
    id: str
    number: str
    status: PackageStatus
    tracking_number: str | None
    shipped_at: datetime | None
    under_way_since: datetime | None
    delivered_at: datetime | None
    placed_at: datetime
    delivery_assumed: bool
    return_until: datetime | None
    version: int


class ItemColumns(TypedDict):
    """Columns of `order_item`."""

    order_id: str
    seller_order_id: str
    seller_id: str
    package_id: str
    id: str
    position: int
    sku: str
    name: str
    image_url: str | None
    currency: str
    unit_price_minor: int
    discount_minor: int
    tax_minor: int
    included_tax_minor: int
    weight_grams: int | None
    category: str | None
    tags: str | None
    quantity: int
    active: int
    cancel_held: int
    canceled: int
    return_held: int
    returned: int


class PaymentColumns(TypedDict):
    """Columns of `payment`."""

    id: str
    order_id: str
    position: int
    method: str
    provider: str
    reference: str
    currency: str
    captured_minor: int
    allocated_minor: int
    external_minor: int
    total_minor: int | None
    paid_at: datetime | None
    instrument: str | None


class AddressColumns(TypedDict):
    """Columns of `shipping_address` and of `billing_address`."""

    order_id: str
    name: str
    lines: str
    postal_code: str | None
    city: str | None
    region: str | None
    country: str


class EventColumns(TypedDict):
    """Columns of `event` that concern a package."""

    order_id: str
    seller_order_id: str
    seller_id: str
    customer_id: str
    at: datetime
    subject: Subject
    subject_id: str
    action: Action
    from_status: PackageStatus | None
    to_status: PackageStatus
    actor_role: Role
    actor_id: str
    version: int


class RequestColumns(TypedDict):
    """Columns of `cancellation_request` of one that came in completed; the database gives it its number."""

    id: str
    submission_id: str
    transaction: TransactionType
    status: RequestStatus
    waiting_on: WaitingOn
    opened_by: Role
    order_id: str
    seller_order_id: str
    seller_id: str
    customer_id: str
    created_at: datetime
    updated_at: datetime
    version: int


class RequestItemColumns(TypedDict):
    """Columns of `request_item`."""

    id: str
    request_id: str
    order_item_id: str
    seller_id: str
    position: int
    quantity: int
    accepted_quantity: int
    reason_id: str
    reason_label_id: int
    open: bool


class PlanColumns(TypedDict):
    """Columns of `cancellation_plan`."""

    id: str
    origin: PlanOrigin
    transaction: TransactionType
    status: PlanStatus
    refund_state: RefundState
    order_id: str
    request_id: str
    seller_id: str
    currency: str
    total_minor: int
    created_by: Role
    created_at: datetime
    updated_at: datetime
    version: int


class PlanLineColumns(TypedDict):
    """Columns of `plan_line`."""

    id: str
    plan_id: str
    order_item_id: str
    seller_id: str
    position: int
    quantity: int
    currency: str
    base_minor: int
    discount_share_minor: int
    tax_share_minor: int
    shipping_share_minor: int
    rounding_minor: int
    total_minor: int


class AdjustmentColumns(TypedDict):
    """Columns of `plan_adjustment`."""

    id: str
    plan_id: str
    seller_id: str
    position: int
    kind: AdjustmentKind
    currency: str
    asked_minor: int
    amount_minor: int
    reason: str
    bearer: Bearer
    by_role: Role


class MovementColumns(TypedDict):
    """Columns of `external_movement`."""

    id: str
    order_id: str
    payment_id: str
    provider: str
    reference: str
    currency: str
    amount_minor: int
    at: datetime


class OpeningColumns(TypedDict):
    """Columns of `event` of a request or plan that came in completed. `data` is as `services/standing.py` has it."""

    order_id: str
    seller_order_id: str
    seller_id: str
    customer_id: str
    request_id: str
    plan_id: str | None
    at: datetime
    subject: Subject
    subject_id: str
    action: Action
    from_status: None
    to_status: RequestStatus | PlanStatus
    actor_role: Role
    actor_id: str
    version: int
    data: dict[str, Change]
