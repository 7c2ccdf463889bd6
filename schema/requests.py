"""What customers ask for."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

from domain.words import RequestStatus, Role, TransactionType, WaitingOn
from engine import reads
from engine.execution.computed import Needs, batched, computed
from resolvers import allowed_actions
from resolvers.context import Info
from schema.common import AllowedAction, Node
from schema.orders import Events, Order, OrderItem, SellerOrder
from schema.people import Customer, Seller
from schema.scalars import DateTime
from schema.terms import CancellationReason, ReturnPolicy

if TYPE_CHECKING:
    from schema.plans import CancellationPlan


@strawberry.type(description="Some units of one order line, with the reason.")
class RequestItem:
    order_item: OrderItem
    quantity: int
    accepted_quantity: int | None = strawberry.field(description="What the seller accepted of a return.")
    reason: CancellationReason
    note: str | None


@strawberry.type(description="Who said no, and why.")
class Rejection:
    by: Role
    reason: str


def _rejection(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["rejection_reason"] is None:
        return None
    return {"by": row["rejected_by"], "reason": row["rejection_reason"]}


def _actions(rows: list[dict[str, Any]], info: Info) -> list[list[dict[str, Any]]]:
    return allowed_actions.for_requests(rows, info.context, due="due_at" in reads.selected_names(info))


@strawberry.type(description="A request to cancel or return units of one seller's part of an order.")
class CancellationRequest(Node):
    prefix: ClassVar[str] = "request"
    number: str
    submission_id: strawberry.ID = strawberry.field(description="The same for all requests of one submission.")
    transaction: TransactionType
    status: RequestStatus
    waiting_on: WaitingOn
    due_at: DateTime | None = strawberry.field(description="Until when whoever is waited for should act.")
    opened_by: Role = strawberry.field(description="OWNER when it was opened on the customer's behalf.")
    order: Order
    seller_order: SellerOrder
    seller: Seller
    customer: Customer
    items: list[RequestItem]
    accepted_policy: ReturnPolicy | None
    plan: Annotated["CancellationPlan", strawberry.lazy("schema.plans")] | None
    return_started_at: DateTime | None
    created_at: DateTime
    updated_at: DateTime
    version: int
    timeline: Events
    rejection: Rejection | None = computed(_rejection, needs=Needs("rejected_by", "rejection_reason"))
    allowed_actions: list[AllowedAction] = batched(
        _actions,
        needs=Needs(
            "status", "transaction", "due_at", "items.order_item.package.status", "seller_order.status", "plan.status"
        ),
    )
