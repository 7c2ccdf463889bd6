"""What may be added to the amounts of a plan's units, or kept of them, by a person's decision."""

from domain.facts import AskedAdjustment, Decision, RequestFacts
from domain.guards.base import guard
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import AdjustmentKind, Bearer

_ADDS = frozenset({AdjustmentKind.ALLOWANCE, AdjustmentKind.SHIPPING, AdjustmentKind.REVERSAL})


def _wants_goods(facts: RequestFacts) -> bool:
    return facts.goods_asked_for


@guard(Refusal.INVALID_INPUT, about="adjustments.*.amount")
def adjustment_above_zero(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """An adjustment is more than zero: its kind says whether it is added or kept."""
    return asked.amount_minor > 0


@guard(Refusal.CONTRADICTORY_INPUT, about="adjustments.*.kind")
def adjustment_about_one_thing(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """A DEDUCTION names an item, an ALLOWANCE an item or a seller's part, SHIPPING a seller's part and a REVERSAL the
    adjustment that it gives back, each of them nothing else; a FEE names nothing.
    """
    item, part, reverses = asked.order_item_id, asked.seller_order_id, asked.reverses_id
    named = [name for name in (item, part, reverses) if name is not None]
    match asked.kind:
        case AdjustmentKind.FEE:
            return not named
        case AdjustmentKind.DEDUCTION:
            return named == [item]
        case AdjustmentKind.ALLOWANCE:
            return named in ([item], [part])
        case AdjustmentKind.SHIPPING:
            return named == [part]
        case AdjustmentKind.REVERSAL:
            return named == [reverses]


@guard(Refusal.NOTE_REQUIRED, about="adjustments.*.reason")
def adjustment_explained(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """Say why this is added or kept: the customer will read the reason."""
    return not is_blank(asked.reason)


@guard(Refusal.ADJUSTMENT_NOT_ALLOWED, about="adjustments.*.kind")
def deducts_from_returned_goods(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """The goods of a cancellation were never with the customer, so nothing is deducted for their state."""
    return asked.kind is not AdjustmentKind.DEDUCTION


@guard(Refusal.ADJUSTMENT_NOT_ALLOWED, about="adjustments.*.kind")
def seller_keeps_no_fee(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """A seller keeps the fees of the terms only: leave the fee out, or ask the marketplace for it."""
    return asked.kind is not AdjustmentKind.FEE


@guard(Refusal.ADJUSTMENT_NOT_ALLOWED, about="adjustments.*.kind", applies=_wants_goods)
def seller_deducts_after_inspection(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """The goods of this return have yet to arrive: deduct for their state when they are inspected."""
    return asked.kind is not AdjustmentKind.DEDUCTION


@guard(Refusal.ADJUSTMENT_NOT_ALLOWED, about="adjustments.*.bearer")
def seller_bears_adjustments(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """A seller decides at its own expense only: name SELLER as the bearer."""
    return asked.bearer is Bearer.SELLER


@guard(Refusal.CONTRADICTORY_INPUT, about="adjustments")
def confirmed_as_planned(_facts: RequestFacts, input: Decision) -> bool:
    """What is added to this cancellation or kept of it was decided when it was applied: leave the adjustments out."""
    return not input.adjustments


@guard(Refusal.INVALID_INPUT, about="adjustments")
def allowance_names_adjustments(_facts: RequestFacts, input: Decision) -> bool:
    """Give at least one adjustment: it says what is paid back, and why."""
    return bool(input.adjustments)


@guard(Refusal.ADJUSTMENT_NOT_ALLOWED, about="adjustments.*.kind")
def allowance_only_adds(_facts: RequestFacts, asked: AskedAdjustment) -> bool:
    """Without units there is no amount to keep something of: give an ALLOWANCE, SHIPPING or a REVERSAL."""
    return asked.kind in _ADDS
