"""What people add to a refund, or keep of it."""

from typing import cast

import strawberry

import models
from domain.errors import refuse
from domain.refusals import Refusal
from domain.words import AdjustmentKind, Bearer
from schema.inputs.base import repeatable
from schema.scalars import Amount
from services.commands import Target
from services.inputs import AllowanceInput, RawAdjustment


@strawberry.input(
    description="Something that a plan adds to the amounts of its units, or keeps from them. A DEDUCTION names an "
    "item, an ALLOWANCE an item or a seller's part for its shipping, SHIPPING a seller's part, a REVERSAL what it "
    "gives back; a FEE names nothing."
)
class AdjustmentInput:
    kind: AdjustmentKind = strawberry.field(description="What it is.")
    amount: Amount = strawberry.field(
        description="The amount, more than zero, in the order's currency. The kind says whether it is added or kept."
    )
    reason: str = strawberry.field(default="", description="Why, required. The customer will read it.")
    bearer: Bearer = strawberry.field(
        default=Bearer.SELLER,
        description="The party that bears it, or gets it. A seller decides at its own expense only.",
    )
    order_item_id: strawberry.ID | None = strawberry.field(default=None, description="The item that it is about.")
    seller_order_id: strawberry.ID | None = strawberry.field(
        default=None, description="The seller's part whose shipping it is about."
    )
    reverses_id: strawberry.ID | None = strawberry.field(
        default=None, description="The fee or deduction of an earlier plan that is given back, whole or in part."
    )

    def parse(self) -> RawAdjustment:
        return RawAdjustment(
            self.kind,
            self.amount,
            self.reason,
            self.bearer,
            order_item_id=self.order_item_id,
            seller_order_id=self.seller_order_id,
            reverses_id=self.reverses_id,
        )


def adjustments_field() -> list[AdjustmentInput] | None:
    description = (
        "What is added to the amounts of the accepted units, or kept from them, each within what is left of the item, "
        "the shipping or the fee that it names. An empty list is refused."
    )
    return cast("list[AdjustmentInput] | None", strawberry.field(default=None, description=description))


def raw_adjustments(adjustments: list[AdjustmentInput] | None) -> tuple[RawAdjustment, ...]:
    if adjustments is not None and not adjustments:
        message = "Leave `adjustments` out to add nothing and to keep nothing."
        raise refuse(Refusal.INVALID_INPUT, message, about=("adjustments",))
    return tuple(each.parse() for each in adjustments or ())


@strawberry.input(description="The input of `refundAllowance`: money that goes back without units.")
class RefundAllowanceInput:
    order_id: strawberry.ID = strawberry.field(description="The order.")
    adjustments: list[AdjustmentInput] = strawberry.field(
        description="What is paid back of one seller's part, and why: ALLOWANCE, SHIPPING or REVERSAL, at least one."
    )
    note: str | None = strawberry.field(
        default=None,
        description="What seller and owner read about the allowance in the journal; the customer does not.",
    )
    idempotency_key: str | None = repeatable()

    def target(self) -> Target:
        return Target(models.Order, self.order_id, "orderId")

    def parse(self) -> AllowanceInput:
        return AllowanceInput(tuple(each.parse() for each in self.adjustments), self.note)
