"""Connections, filters and orders of the lists."""

from enum import Enum

import strawberry

from domain.words import (
    Action,
    OrderStatus,
    PlanStatus,
    RefundState,
    RefundStatus,
    RequestStatus,
    Subject,
    TransactionType,
    WaitingOn,
)
from schema.common import PageInfo
from schema.orders import Order
from schema.plans import CancellationPlan, Refund
from schema.requests import CancellationRequest
from schema.scalars import DateTime

_COUNT = "How many there are in all, counted only when asked for."


@strawberry.type
class OrderEdge:
    cursor: str
    node: Order


@strawberry.type(description="A page of orders.")
class OrderConnection:
    edges: list[OrderEdge]
    nodes: list[Order]
    page_info: PageInfo
    total_count: int = strawberry.field(description=_COUNT)


@strawberry.type
class CancellationRequestEdge:
    cursor: str
    node: CancellationRequest


@strawberry.type(description="A page of requests.")
class CancellationRequestConnection:
    edges: list[CancellationRequestEdge]
    nodes: list[CancellationRequest]
    page_info: PageInfo
    total_count: int = strawberry.field(description=_COUNT)


@strawberry.type
class CancellationPlanEdge:
    cursor: str
    node: CancellationPlan


@strawberry.type(description="A page of plans.")
class CancellationPlanConnection:
    edges: list[CancellationPlanEdge]
    nodes: list[CancellationPlan]
    page_info: PageInfo
    total_count: int = strawberry.field(description=_COUNT)


@strawberry.type
class RefundEdge:
    cursor: str
    node: Refund


@strawberry.type(description="A page of refunds.")
class RefundConnection:
    edges: list[RefundEdge]
    nodes: list[Refund]
    page_info: PageInfo
    total_count: int = strawberry.field(description=_COUNT)


@strawberry.input(description="Every condition given must hold.")
class OrderFilter:
    status: list[OrderStatus] | None = None
    has_open_request: bool | None = strawberry.field(default=None, description="Whether a request waits on it.")
    seller_id: strawberry.ID | None = None
    customer_id: strawberry.ID | None = None
    placed_after: DateTime | None = strawberry.field(default=None, description="At this moment or later.")
    placed_before: DateTime | None = strawberry.field(default=None, description="Before this moment.")
    number_starts_with: str | None = None


@strawberry.input(description="Every condition given must hold.")
class RequestFilter:
    status: list[RequestStatus] | None = None
    transaction: TransactionType | None = None
    waiting_on: list[WaitingOn] | None = None
    order_id: strawberry.ID | None = None
    seller_id: strawberry.ID | None = None
    customer_id: strawberry.ID | None = None
    submission_id: strawberry.ID | None = None
    created_after: DateTime | None = strawberry.field(default=None, description="At this moment or later.")
    created_before: DateTime | None = strawberry.field(default=None, description="Before this moment.")
    number_starts_with: str | None = strawberry.field(
        default=None, description="The beginning of the request's number or of its order's."
    )


@strawberry.input(description="Every condition given must hold.")
class PlanFilter:
    status: list[PlanStatus] | None = None
    transaction: TransactionType | None = None
    refund_state: list[RefundState] | None = None
    order_id: strawberry.ID | None = None
    seller_id: strawberry.ID | None = None


@strawberry.input(description="Every condition given must hold.")
class RefundFilter:
    status: list[RefundStatus] | None = None
    order_id: strawberry.ID | None = None


@strawberry.input(description="Every condition given must hold.")
class EventFilter:
    subject: Subject | None = None
    action: list[Action] | None = None
    order_id: strawberry.ID | None = None
    request_id: strawberry.ID | None = None
    plan_id: strawberry.ID | None = None


@strawberry.enum(description="How orders are sorted.")
class OrderOrder(Enum):
    PLACED_AT_DESC = "-placed_at"
    PLACED_AT_ASC = "placed_at"


@strawberry.enum(description="How requests are sorted.")
class RequestOrder(Enum):
    CREATED_AT_DESC = "-created_at"
    CREATED_AT_ASC = "created_at"
    UPDATED_AT_DESC = "-updated_at"


@strawberry.enum(description="How plans and refunds are sorted.")
class PlanOrder(Enum):
    CREATED_AT_DESC = "-created_at"
    CREATED_AT_ASC = "created_at"
