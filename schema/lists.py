"""Connections, filters and sort orders of the lists."""

from enum import Enum

import strawberry

from domain.actions import Action
from domain.words import (
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundState,
    RefundStatus,
    RequestStatus,
    ReturnKind,
    ReturnStatus,
    Subject,
    TransactionType,
    WaitingOn,
)
from schema.common import PageInfo
from schema.orders import Order, Package
from schema.plans import CancellationPlan, Refund
from schema.requests import CancellationRequest
from schema.returns import ReturnShipment
from schema.scalars import DateTime

CURSOR = "The position of this entry. Send it as `after` or `before` to continue from here."
EDGES = "The entries of the page, each with its cursor."
NODES = "The entries of the page, without cursors."
PAGE_INFO = "The position of the page in its list."
COUNT = "The number of entries in the whole list. It is counted only if this field is selected."
ALL_CONDITIONS = (
    "An entry is listed only if it fulfills every condition that is given. An empty list or text finds nothing."
)
_TOLD = "In a subscription: before or after the change."
STATUS = f"The status is one of these. {_TOLD}"
_TRANSACTION = "The transaction type is this one."
SEARCH = (
    "The entry or the order it belongs to has this text in a number, a name, an email address, an SKU, a tracking "
    "number or a note, as far as the viewer may read it; case and accents do not matter. One or two letters find only "
    "what begins with them."
)
CREATED_AFTER = "The entry was created at this time or later."
CREATED_BEFORE = "The entry was created before this time."
ORDER_ID = "The entry belongs to this order."
SELLER_ID = "The entry belongs to this seller."


@strawberry.type(description="An order on a page, with its cursor.")
class OrderEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: Order = strawberry.field(description="The order.")


@strawberry.type(description="A page of orders.")
class OrderConnection:
    edges: list[OrderEdge] = strawberry.field(description=EDGES)
    nodes: list[Order] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.type(description="A package on a page, with its cursor.")
class PackageEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: Package = strawberry.field(description="The package.")


@strawberry.type(description="A page of packages.")
class PackageConnection:
    edges: list[PackageEdge] = strawberry.field(description=EDGES)
    nodes: list[Package] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.type(description="A request on a page, with its cursor.")
class CancellationRequestEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: CancellationRequest = strawberry.field(description="The request.")


@strawberry.type(description="A page of requests.")
class CancellationRequestConnection:
    edges: list[CancellationRequestEdge] = strawberry.field(description=EDGES)
    nodes: list[CancellationRequest] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.type(description="A plan on a page, with its cursor.")
class CancellationPlanEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: CancellationPlan = strawberry.field(description="The plan.")


@strawberry.type(description="A page of plans.")
class CancellationPlanConnection:
    edges: list[CancellationPlanEdge] = strawberry.field(description=EDGES)
    nodes: list[CancellationPlan] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.type(description="A return shipment on a page, with its cursor.")
class ReturnShipmentEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: ReturnShipment = strawberry.field(description="The return shipment.")


@strawberry.type(description="A page of return shipments.")
class ReturnShipmentConnection:
    edges: list[ReturnShipmentEdge] = strawberry.field(description=EDGES)
    nodes: list[ReturnShipment] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.type(description="A refund on a page, with its cursor.")
class RefundEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: Refund = strawberry.field(description="The refund.")


@strawberry.type(description="A page of refunds.")
class RefundConnection:
    edges: list[RefundEdge] = strawberry.field(description=EDGES)
    nodes: list[Refund] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.input(description=f"Conditions on orders. {ALL_CONDITIONS}")
class OrderFilter:
    status: list[OrderStatus] | None = strawberry.field(default=None, description="The status is one of these.")
    has_open_request: bool | None = strawberry.field(
        default=None, description="True: a request on the order waits for a decision. False: none does."
    )
    disputed: bool | None = strawberry.field(
        default=None, description="True: the bank has yet to decide on a dispute of a payment. False: no bank has."
    )
    seller_id: strawberry.ID | None = strawberry.field(default=None, description="This seller has a part of the order.")
    customer_id: strawberry.ID | None = strawberry.field(default=None, description="This customer placed the order.")
    placed_after: DateTime | None = strawberry.field(
        default=None, description="The order was placed at this time or later."
    )
    placed_before: DateTime | None = strawberry.field(
        default=None, description="The order was placed before this time."
    )
    number_starts_with: str | None = strawberry.field(
        default=None, description="The order's number begins with this text; case and outer space do not matter."
    )
    search: str | None = strawberry.field(default=None, description=SEARCH)


@strawberry.input(description=f"Conditions on packages. {ALL_CONDITIONS}")
class PackageFilter:
    status: list[PackageStatus] | None = strawberry.field(default=None, description="The status is one of these.")
    order_id: strawberry.ID | None = strawberry.field(default=None, description=ORDER_ID)
    seller_id: strawberry.ID | None = strawberry.field(default=None, description=SELLER_ID)
    placed_after: DateTime | None = strawberry.field(
        default=None, description="The order was placed at this time or later."
    )
    placed_before: DateTime | None = strawberry.field(
        default=None, description="The order was placed before this time."
    )
    search: str | None = strawberry.field(default=None, description=SEARCH)


@strawberry.input(description=f"Conditions on requests. {ALL_CONDITIONS}")
class RequestFilter:
    status: list[RequestStatus] | None = strawberry.field(default=None, description=STATUS)
    transaction: TransactionType | None = strawberry.field(default=None, description=_TRANSACTION)
    waiting_on: list[WaitingOn] | None = strawberry.field(
        default=None, description=f"One of these is expected to act on the request. {_TOLD}"
    )
    order_id: strawberry.ID | None = strawberry.field(default=None, description=ORDER_ID)
    seller_id: strawberry.ID | None = strawberry.field(default=None, description=SELLER_ID)
    customer_id: strawberry.ID | None = strawberry.field(
        default=None, description="The entry belongs to this customer."
    )
    submission_id: strawberry.ID | None = strawberry.field(
        default=None, description="The request was made by this submission."
    )
    created_after: DateTime | None = strawberry.field(
        default=None, description="The request was created at this time or later."
    )
    created_before: DateTime | None = strawberry.field(
        default=None, description="The request was created before this time."
    )
    due_before: DateTime | None = strawberry.field(
        default=None, description=f"The request has a deadline, and it is before this time. {_TOLD}"
    )
    escalated: bool | None = strawberry.field(
        default=None,
        description="True: the request was handed to the owner, because a deadline had passed. False: it was not. "
        f"{_TOLD}",
    )
    allowance: bool | None = strawberry.field(
        default=None, description="True: the request is an allowance. False: it is none."
    )
    reason: list[str] | None = strawberry.field(
        default=None, description="One of these is the reason for an item, by the handles of the reasons."
    )
    number_starts_with: str | None = strawberry.field(
        default=None,
        description="The number of the request or of its order begins with this text; case and outer space do not "
        "matter.",
    )
    search: str | None = strawberry.field(default=None, description=SEARCH)


@strawberry.input(description=f"Conditions on plans. {ALL_CONDITIONS}")
class PlanFilter:
    status: list[PlanStatus] | None = strawberry.field(default=None, description=STATUS)
    transaction: TransactionType | None = strawberry.field(default=None, description=_TRANSACTION)
    refund_state: list[RefundState] | None = strawberry.field(
        default=None, description=f"The state of the plan's refunds is one of these. {_TOLD}"
    )
    order_id: strawberry.ID | None = strawberry.field(default=None, description=ORDER_ID)
    seller_id: strawberry.ID | None = strawberry.field(default=None, description=SELLER_ID)
    created_after: DateTime | None = strawberry.field(default=None, description=CREATED_AFTER)
    created_before: DateTime | None = strawberry.field(default=None, description=CREATED_BEFORE)
    search: str | None = strawberry.field(default=None, description=SEARCH)


@strawberry.input(description=f"Conditions on return shipments. {ALL_CONDITIONS}")
class ReturnFilter:
    status: list[ReturnStatus] | None = strawberry.field(default=None, description=STATUS)
    kind: ReturnKind | None = strawberry.field(default=None, description="The kind is this one.")
    order_id: strawberry.ID | None = strawberry.field(default=None, description=ORDER_ID)
    request_id: strawberry.ID | None = strawberry.field(default=None, description="The goods are of this request.")
    seller_id: strawberry.ID | None = strawberry.field(default=None, description=SELLER_ID)
    created_after: DateTime | None = strawberry.field(
        default=None, description="The shipment was opened at this time or later."
    )
    created_before: DateTime | None = strawberry.field(
        default=None, description="The shipment was opened before this time."
    )
    due_before: DateTime | None = strawberry.field(
        default=None, description="The shipment has a deadline, and it is before this time."
    )
    scanned: str | None = strawberry.field(
        default=None,
        description="The shipment's number or its tracking number begins with this text, or something is still to be "
        "done with goods of exactly this SKU; case and outer space do not matter.",
    )
    label_trouble: bool | None = strawberry.field(
        default=None,
        description="True: a carrier has refused a label of the shipment, or it is unknown whether one was bought or "
        "voided. False: no label is like that.",
    )
    search: str | None = strawberry.field(default=None, description=SEARCH)


@strawberry.input(description=f"Conditions on refunds. {ALL_CONDITIONS}")
class RefundFilter:
    status: list[RefundStatus] | None = strawberry.field(default=None, description="The status is one of these.")
    order_id: strawberry.ID | None = strawberry.field(default=None, description=ORDER_ID)
    created_after: DateTime | None = strawberry.field(default=None, description=CREATED_AFTER)
    created_before: DateTime | None = strawberry.field(default=None, description=CREATED_BEFORE)
    search: str | None = strawberry.field(default=None, description=SEARCH)


@strawberry.input(description=f"Conditions on events. {ALL_CONDITIONS}")
class EventFilter:
    subject: Subject | None = strawberry.field(default=None, description="An object of this type changed.")
    action: list[Action] | None = strawberry.field(default=None, description="One of these actions was taken.")
    order_id: strawberry.ID | None = strawberry.field(default=None, description=ORDER_ID)
    request_id: strawberry.ID | None = strawberry.field(
        default=None, description="The event belongs to this request, its plan or its refunds."
    )
    plan_id: strawberry.ID | None = strawberry.field(
        default=None, description="The event belongs to this plan or its refunds."
    )
    actor_id: str | None = strawberry.field(
        default=None, description="A person with this `sub` in the token took the action. For the owner only."
    )


@strawberry.enum(description="The sort order of events.")
class EventOrder(Enum):
    AT_ASC = strawberry.enum_value("xid", description="The oldest first.")
    AT_DESC = strawberry.enum_value("-xid", description="The newest first.")


@strawberry.enum(description="The sort order of orders.")
class OrderOrder(Enum):
    PLACED_AT_DESC = strawberry.enum_value("-placed_at", description="The latest order first.")
    PLACED_AT_ASC = strawberry.enum_value("placed_at", description="The earliest order first.")


@strawberry.enum(description="The sort order of packages.")
class PackageOrder(Enum):
    PLACED_AT_DESC = strawberry.enum_value("-placed_at", description="Those of the latest order first.")
    PLACED_AT_ASC = strawberry.enum_value("placed_at", description="Those of the earliest order first.")


@strawberry.enum(description="The sort order of requests.")
class RequestOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("-created_at", description="The newest first.")
    CREATED_AT_ASC = strawberry.enum_value("created_at", description="The oldest first.")
    UPDATED_AT_DESC = strawberry.enum_value("-updated_at", description="The request changed last first.")
    UPDATED_AT_ASC = strawberry.enum_value("updated_at", description="The request untouched for longest first.")
    DUE_AT_ASC = strawberry.enum_value(
        "sort_due_at", description="The earliest deadline first; requests without a deadline come last."
    )
    DUE_AT_DESC = strawberry.enum_value(
        "-sort_due_at", description="The latest deadline first; requests without a deadline come before all others."
    )


@strawberry.enum(description="The sort order of return shipments.")
class ReturnOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("-created_at", description="The newest first.")
    CREATED_AT_ASC = strawberry.enum_value("created_at", description="The oldest first.")
    DUE_AT_ASC = strawberry.enum_value(
        "sort_due_at", description="The earliest deadline first; shipments without a deadline come last."
    )
    DUE_AT_DESC = strawberry.enum_value(
        "-sort_due_at", description="The latest deadline first; shipments without a deadline come before all others."
    )


@strawberry.enum(description="The sort order of plans and refunds.")
class PlanOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("-created_at", description="The newest first.")
    CREATED_AT_ASC = strawberry.enum_value("created_at", description="The oldest first.")
