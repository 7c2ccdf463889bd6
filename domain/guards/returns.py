"""The rules of return shipments."""

from domain.facts import Arrived, Grade, Inspection, Proof, Receipt, ReturnFacts
from domain.guards.base import guard
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import RefundTrigger


@guard(Refusal.GOODS_UNDER_WAY)
def with_customer(facts: ReturnFacts) -> bool:
    """The goods of this return are under way, so the customer is not asked to send them."""
    return not facts.sent


@guard(Refusal.GOODS_NOT_UNDER_WAY)
def under_way(facts: ReturnFacts) -> bool:
    """The goods of this return are with the customer, so they are not under way."""
    return facts.sent


@guard(Refusal.MONEY_RELEASED)
def proof_releases_money(facts: ReturnFacts) -> bool:
    """The goods are under way, and the money of this return does not wait for a proof of that: it was released, or it
    waits for the goods to arrive.
    """
    return facts.money_held and facts.trigger is RefundTrigger.ON_SHIPMENT


@guard(Refusal.NOTHING_MISSING)
def units_missing(facts: ReturnFacts) -> bool:
    """No unit of this return is expected any more: each has arrived, goes on in a return of its own or is the
    customer's again. Receive anything else with `receiveUnannounced`.
    """
    return any(facts.to_come.values())


@guard(Refusal.NOT_DUE)
def return_overdue(facts: ReturnFacts) -> bool:
    """The deadline of this return shipment has not passed yet."""
    return facts.overdue


@guard(Refusal.WITHDRAWN_BY_LAW)
def return_may_expire(facts: ReturnFacts) -> bool:
    """The customer has withdrawn from the contract, so this return does not expire: the money waits for the goods."""
    return not facts.statutory


@guard(Refusal.PROOF_REQUIRED, about="trackingNumber")
def proof_given(_facts: ReturnFacts, input: Proof) -> bool:
    """Say how the goods were sent: send the tracking number, or the proof of drop-off."""
    return not is_blank(input.tracking_number) or not is_blank(input.drop_off)


@guard(Refusal.UNITS_NOT_EXPECTED, about="items.*.received")
def receives_expected_units(facts: ReturnFacts, input: Arrived) -> bool:
    """More units than are still to arrive of this item: receive the others with `receiveUnannounced`."""
    return input.received + input.wrong <= facts.to_come.get(input.item, -1)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.received")
def receives_no_negative_units(_facts: ReturnFacts, input: Arrived) -> bool:
    """The numbers of units that arrived, and of wrong ones, must be zero or more."""
    return input.received >= 0 and input.wrong >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items")
def receives_at_least_one_unit(_facts: ReturnFacts, input: Receipt) -> bool:
    """At least one unit must have arrived: leave the items out if everything has."""
    return input.arrived is None or any(part.received > 0 or part.wrong > 0 for part in input.arrived)


@guard(Refusal.UNITS_NOT_GRADED, about="grades")
def every_unit_graded(facts: ReturnFacts, input: Inspection) -> bool:
    """Grade each unit that arrived exactly once."""
    graded: dict[str, int] = {}
    for grade in input.by_item:
        graded[grade.item] = graded.get(grade.item, 0) + grade.quantity
    return graded == {item: units for item, units in facts.ungraded.items() if units}


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="grades.*.quantity")
def grades_positive_units(_facts: ReturnFacts, input: Grade) -> bool:
    """A grade must be for at least one unit."""
    return input.quantity > 0


@guard(Refusal.INVALID_INPUT, about="grades.*.deduction")
def deducts_no_negative_amount(_facts: ReturnFacts, input: Grade) -> bool:
    """The deduction must be zero or more."""
    return input.deduction_minor >= 0


@guard(Refusal.MONEY_RELEASED, about="grades.*.deduction")
def deducts_from_held_money(facts: ReturnFacts, input: Grade) -> bool:
    """The money of this return has been released, so nothing can be deducted any more."""
    return facts.money_held or not input.deduction_minor


@guard(Refusal.CONTRADICTORY_INPUT, about="grades.*.deduction")
def deducts_from_paid_units(_facts: ReturnFacts, input: Grade) -> bool:
    """These units are not paid back, so nothing can be deducted: leave the deduction out."""
    return input.is_paid_back or not input.deduction_minor


@guard(Refusal.NOTE_REQUIRED, about="grades.*.reason")
def grade_explained(_facts: ReturnFacts, input: Grade) -> bool:
    """Say why something is deducted, or why the units are not paid back: the customer will read the reason."""
    return (input.is_paid_back and not input.deduction_minor) or not is_blank(input.reason)
