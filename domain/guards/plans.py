"""The rules of plans and of their refunds."""

from domain.facts import PlanFacts, RefundFacts, Settlement
from domain.guards.base import guard
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import PAID_REFUNDS, SENT


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


@guard(Refusal.REFUNDS_NOT_DONE)
def nothing_short(facts: PlanFacts) -> bool:
    """The refunds of this plan fall short of its total, because money went back outside of Retour."""
    return not facts.short_minor


@guard(Refusal.NOTHING_SHORT)
def plan_is_short(facts: PlanFacts) -> bool:
    """The refunds of this plan pay all of its total, so there is nothing to name a movement for."""
    return facts.short_minor > 0


@guard(Refusal.PAYMENT_DISPUTED)
def refunds_undisputed(facts: PlanFacts) -> bool:
    """The customer disputes the payment of a refund of this plan: answer the dispute at the gateway, and wait until the
    bank has decided."""
    return not facts.disputed


@guard(Refusal.PAYMENT_DISPUTED)
def payment_undisputed(facts: RefundFacts) -> bool:
    """The customer disputes the payment of this refund, so nothing is sent to it: answer the dispute at the gateway,
    and the refund goes on once the bank has decided."""
    return not facts.disputed


@guard(Refusal.NOT_DUE)
def lease_over(facts: RefundFacts) -> bool:
    """A worker is sending this refund to its gateway right now: wait until it has finished."""
    return facts.lease_over


@guard(Refusal.REFERENCE_REQUIRED, about="reference")
def settlement_has_reference(_facts: RefundFacts | PlanFacts, input: Settlement) -> bool:
    """Say under which reference the money was paid outside the gateway."""
    return not is_blank(input.reference)


@guard(Refusal.MOVEMENT_SPENT, about="reference")
def reference_unused(facts: RefundFacts | PlanFacts, input: Settlement) -> bool:
    """The gateway shows other money under this reference, or another order was settled with it: name the reference
    under which this was paid."""
    return input.reference in facts.left_of or not facts.used


@guard(Refusal.MOVEMENT_SPENT, about="reference")
def movement_pays_refund(facts: RefundFacts, input: Settlement) -> bool:
    """Less is left of the movement with this reference than the refund is about: name another one."""
    return facts.left_of.get(input.reference or "", facts.amount_minor) >= facts.amount_minor


@guard(Refusal.MOVEMENT_SPENT, about="reference")
def movement_has_rest(facts: PlanFacts, input: Settlement) -> bool:
    """Nothing is left of the movement with this reference: name another one."""
    return facts.left_of.get(input.reference or "", 1) > 0
