"""Decisions about money, and the movements of money that carry them out."""

from typing import Any, ClassVar

import strawberry

from domain.words import PlanStatus, RefundState, RefundStatus, Role, TransactionType
from engine.execution.computed import Needs, computed
from resolvers import allowed_actions
from resolvers.context import Info
from schema.common import AllowedAction, Money, Node, amount_of
from schema.orders import Events, Order, OrderItem, Payment
from schema.people import Seller
from schema.requests import CancellationRequest
from schema.scalars import DateTime


@strawberry.type(
    description="Why a line's amount is what it is: base - discountShare + taxShare + shippingShare + rounding = total."
)
class PlanLine:
    order_item: OrderItem
    quantity: int
    base: Money = amount_of("base_minor", description="Unit price times quantity.")
    discount_share: Money = amount_of("discount_share_minor")
    tax_share: Money = amount_of("tax_share_minor")
    shipping_share: Money = amount_of("shipping_share_minor", description="On the seller's last line to go.")
    rounding: Money = amount_of(
        "rounding_minor",
        description="Cents of the shares, and the line's part of what was over- or underpaid.",
    )
    total: Money = amount_of("total_minor")


@strawberry.type(description="One call to a gateway.")
class RefundAttempt:
    number: int
    started_at: DateTime
    outcome: str | None = strawberry.field(description="None while the call is under way.")
    gateway_reference: str | None
    message: str | None


def _refund_actions(row: dict[str, Any], info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_refund(row, info.context)


@strawberry.type(description="One movement of money back to one payment, carried out exactly once.")
class Refund(Node):
    prefix: ClassVar[str] = "refund"
    status: RefundStatus
    payment: Payment
    external_reference: str | None = strawberry.field(description="The gateway's name for it, or the owner's.")
    attempts: list[RefundAttempt] = strawberry.field(description="For the owner; empty for everybody else.")
    created_at: DateTime
    updated_at: DateTime
    version: int
    amount: Money = amount_of("amount_minor")
    allowed_actions: list[AllowedAction] = computed(_refund_actions, needs=Needs("status", "due_at"))


def _actions(row: dict[str, Any], info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_plan(row, info.context)


@strawberry.type(description="The decision about the money of one request.")
class CancellationPlan(Node):
    prefix: ClassVar[str] = "plan"
    transaction: TransactionType
    status: PlanStatus
    refund_state: RefundState
    order: Order
    request: CancellationRequest
    seller: Seller
    lines: list[PlanLine]
    refunds: list[Refund] = strawberry.field(description="Empty for sellers.")
    created_by: Role
    due_at: DateTime | None = strawberry.field(description="When Retour confirms a waiting plan by itself.")
    created_at: DateTime
    updated_at: DateTime
    version: int
    timeline: Events
    total: Money = amount_of("total_minor")
    allowed_actions: list[AllowedAction] = computed(
        _actions,
        needs=Needs("status", "transaction", "due_at", "lines.order_item.package.status", "refunds.status"),
    )
