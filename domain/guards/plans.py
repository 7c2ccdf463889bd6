"""The rules of plans and of their refunds."""

from domain.facts import PlanFacts, RefundFacts, Settlement
from domain.guards.base import guard
from domain.texts import is_blank
from domain.words import PAID_REFUNDS, SENT, Refusal


@guard(Refusal.PACKAGE_HAS_NOT_LEFT)
def plan_package_sent(facts: PlanFacts) -> bool:
    """The package has not been shipped, so the seller does not have to confirm the cancellation."""
    return not facts.packages.isdisjoint(SENT)


@guard(Refusal.MONEY_HELD)
def money_released(facts: PlanFacts) -> bool:
    """The money of this plan waits for the goods, so nothing has been paid back yet."""
    return not facts.money_held


@guard(Refusal.REFUNDS_NOT_DONE)
def refunds_done(facts: PlanFacts) -> bool:
    """At least one refund of this plan has neither succeeded nor been settled."""
    return all(refund in PAID_REFUNDS for refund in facts.refunds)


@guard(Refusal.NOT_DUE)
def lease_over(facts: RefundFacts) -> bool:
    """A worker is sending this refund to its gateway right now: wait until it has finished."""
    return facts.lease_over


@guard(Refusal.REFERENCE_REQUIRED, about="reference")
def settlement_has_reference(_facts: RefundFacts, input: Settlement) -> bool:
    """Say under which reference the money was paid outside the gateway."""
    return not is_blank(input.reference)
