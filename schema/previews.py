"""Previews: what a mutation would do, without doing it."""

import strawberry

from domain.words import TransactionType
from engine.execution.computed import computed
from schema.common import Money, amount_of
from schema.orders import Payment
from schema.payloads import UserError
from schema.people import Seller
from schema.plans import PlanAdjustment, PlanLine
from schema.requests import CancellationTerms, ReturnTerms, cancellation_shown, terms_shown
from schema.scalars import DateTime


@strawberry.type(description="The part of a plan's total that would go back to one payment.")
class Tender:
    payment: Payment = strawberry.field(description="The payment that the money would go back to.")
    method: str = strawberry.field(description="The payment's method, such as `card`.")
    amount: Money = amount_of("amount_minor", description="The amount that would go back to the payment.")


@strawberry.type(description="A plan as it would be if everybody agreed now.")
class PreviewPlan:
    transaction: TransactionType = strawberry.field(description="The type of the plan.")
    seller: Seller = strawberry.field(description="The seller whose units would be canceled or returned.")
    lines: list[PlanLine] = strawberry.field(description="The units of the plan with their amounts, one line an item.")
    adjustments: list[PlanAdjustment] = strawberry.field(
        description="What the plan would add to its lines or keep from them."
    )
    tenders: list[Tender] = strawberry.field(
        description="The total by payment, in the order in which payments are filled; empty for sellers."
    )
    return_terms: ReturnTerms | None = computed(
        lambda row: terms_shown(row["return_terms"]),
        description="The terms that the return would have; null for a cancellation, and if no rule is for it.",
    )
    cancellation_terms: CancellationTerms | None = computed(
        lambda row: cancellation_shown(row["cancel_terms"]),
        description="What the terms would say of the cancellation; null if they say nothing of it, and for a return.",
    )
    due_at: DateTime | None = strawberry.field(
        description="The time by which the request should be decided on; null if this decides on it."
    )
    ship_by: DateTime | None = strawberry.field(
        description="The last moment to send the goods if the return was confirmed now; null if nothing is to be sent, "
        "or the delivery is still to come."
    )
    total: Money = amount_of(
        "total_minor",
        description="The amount that would go back: the sum of the lines and adjustments.",
    )


@strawberry.type(description="What a mutation with the same input would do now. A preview changes nothing.")
class Preview:
    plans: list[PreviewPlan] = strawberry.field(
        description="The plans that would result; empty if the mutation would be refused."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why the mutation would be refused; empty if it would be carried out."
    )
