"""Plans, which decide about money, and refunds, which carry them out."""

from typing import Annotated, Any, ClassVar

import strawberry

from domain.words import (
    AdjustmentKind,
    Bearer,
    PlanOrigin,
    PlanStatus,
    RefundState,
    RefundStatus,
    Role,
    TransactionType,
)
from engine.execution.computed import Needs, computed
from resolvers import allowed_actions
from resolvers.context import Info
from schema.common import VERSION, AllowedAction, Money, Node, amount_of
from schema.orders import Events, Order, OrderItem, Payment, SellerOrder
from schema.people import Seller
from schema.requests import CancellationRequest
from schema.scalars import DateTime


@strawberry.type(
    description="How the amount for some units of one item is made up: "
    "base - discountShare + taxShare + shippingShare + rounding = total."
)
class PlanLine:
    order_item: OrderItem = strawberry.field(description="The item whose units are canceled or returned.")
    quantity: int = strawberry.field(
        description="The number of those units; 0 if none of the units that came back is paid back."
    )
    base: Money = amount_of("base_minor", description="The unit price times the quantity.")
    discount_share: Money = amount_of("discount_share_minor", description="The units' share of the item's discount.")
    tax_share: Money = amount_of("tax_share_minor", description="The units' share of the item's tax.")
    shipping_share: Money = amount_of(
        "shipping_share_minor",
        description="The shipping of the seller's part, if the plan takes its last unit; it is on the last line.",
    )
    rounding: Money = amount_of(
        "rounding_minor",
        description="The rounding of the shares, the item's part of an over- or underpayment, and what the payments "
        "can pay only later, or make up for. May be negative.",
    )
    total: Money = amount_of("total_minor", description="The amount that goes back for these units.")


@strawberry.type(description="What a plan adds to the amounts of its lines, or keeps from them.")
class PlanAdjustment:
    id: strawberry.ID = strawberry.field(description="The id, which a reversal names.")
    kind: AdjustmentKind = strawberry.field(description="What it is.")
    order_item: OrderItem | None = strawberry.field(description="The item that it is about, if it is about one.")
    seller_order: SellerOrder | None = strawberry.field(
        description="The seller's part whose shipping it is about, if it is about that."
    )
    reverses: "PlanAdjustment | None" = strawberry.field(
        description="The fee or deduction that it gives back; null if it is no reversal."
    )
    asked: Money = amount_of("asked_minor", description="What was asked for; never negative.")
    amount: Money = amount_of(
        "amount_minor", description="What comes of it: negative if it is kept. A fee is cut if there is less than it."
    )
    reason: str | None = strawberry.field(description="Why, written for the customer; null if a rule says so.")
    rule: str | None = strawberry.field(description="The rule that says so; null if a person decided it.")
    bearer: Bearer = strawberry.field(description="The party that bears it, or gets it.")
    by_role: Role = strawberry.field(description="The role that decided it; SYSTEM for a rule.")


@strawberry.type(description="One call to a gateway about a refund.")
class RefundAttempt:
    number: int = strawberry.field(description="The number of the call, counted from 1.")
    started_at: DateTime = strawberry.field(description="The time at which the call started.")
    outcome: str | None = strawberry.field(
        description="SUCCEEDED, FAILED, PENDING or UNKNOWN; null while the call is under way."
    )
    gateway_reference: str | None = strawberry.field(description="The refund's id at the gateway, if it gave one.")
    message: str | None = strawberry.field(description="The gateway's explanation, if it gave one.")


def _refund_actions(row: allowed_actions.RefundRow, info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_refund(row, info.context)


@strawberry.type(description="One movement of money back to one payment. The gateway pays it exactly once.")
class Refund(Node):
    prefix: ClassVar[str] = "refund"
    status: RefundStatus = strawberry.field(description="The status of the refund.")
    order: Order = strawberry.field(description="The order that the money was paid for.")
    plan: Annotated["CancellationPlan", strawberry.lazy("schema.plans")] = strawberry.field(
        description="The plan that the refund carries out."
    )
    payment: Payment = strawberry.field(description="The payment that the money goes back to.")
    external_reference: str | None = strawberry.field(
        description="The refund's id at the gateway, or the reference that the owner settled it under."
    )
    attempts: list[RefundAttempt] = strawberry.field(
        description="The calls to the gateway; empty for everybody but the owner."
    )
    disputed: bool = strawberry.field(
        description="Whether the refund is stopped, because the customer disputes its payment: see the payment's "
        "`disputes`. It goes on once the bank has decided."
    )
    created_at: DateTime = strawberry.field(description="The time at which the refund was created.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)
    amount: Money = amount_of("amount_minor", description="The amount that goes back.")
    allowed_actions: list[AllowedAction] = computed(
        _refund_actions,
        needs=Needs("status", "due_at", "disputed"),
        description="What the viewer's role can do with the refund.",
    )


def _actions(row: allowed_actions.PlanRow, info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_plan(row, info.context)


@strawberry.type(description="The decision about the money of one request.")
class CancellationPlan(Node):
    prefix: ClassVar[str] = "plan"
    origin: PlanOrigin = strawberry.field(
        description="Where the plan comes from. One that came in with its order has no refunds: see the payments' "
        "`externalMovements`."
    )
    transaction: TransactionType = strawberry.field(description="The type of the plan and of its request.")
    status: PlanStatus = strawberry.field(description="The status of the plan.")
    refund_state: RefundState = strawberry.field(description="The state of all refunds of the plan together.")
    order: Order = strawberry.field(description="The order that the plan belongs to.")
    request: CancellationRequest = strawberry.field(description="The request that the plan decides.")
    seller: Seller = strawberry.field(description="The seller whose units are canceled or returned.")
    lines: list[PlanLine] = strawberry.field(description="The units of the plan with their amounts, one line an item.")
    adjustments: list[PlanAdjustment] = strawberry.field(
        description="What the plan adds to its lines or keeps from them: fees, deductions and the like."
    )
    refunds: list[Refund] = strawberry.field(
        description="The refunds that carry the plan out, one a payment; empty for sellers."
    )
    created_by: Role = strawberry.field(description="The role that opened the plan.")
    due_at: DateTime | None = strawberry.field(
        description="The time at which Retour confirms a waiting plan by itself."
    )
    created_at: DateTime = strawberry.field(description="The time at which the plan was opened.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description="The version, which goes up with every change.")
    timeline: Events = strawberry.field(description="The events of the plan, the oldest first.")
    total: Money = amount_of(
        "total_minor",
        description="The amount that goes back: the sum of the lines and adjustments. A quote until the plan is "
        "approved, and while its money waits for the goods.",
    )
    shortfall: Money = amount_of(
        "shortfall_minor",
        description="What the refunds fall short of the total, because money went back outside of Retour: "
        "`settleShortfall` names the movement that paid it.",
    )
    allowed_actions: list[AllowedAction] = computed(
        _actions,
        needs=Needs(
            *("status", "transaction", "due_at", "shortfall_minor", "lines.order_item.package.status"),
            *("refunds.status", "refunds.disputed"),
        ),
        description="What the viewer's role can do with the plan and its refunds.",
    )
