"""How a request is decided: the rules that read the decision as well."""

from collections.abc import Mapping

from domain.facts import Decision, RequestFacts
from domain.guards.base import guard
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import LIVE_PLANS, SENT, OrderStatus, PackageStatus, Rest


def _may_need_override(facts: RequestFacts) -> bool:
    """Whether a package of the request is unsent, another one of its seller has left, and nothing else blocks it."""
    second = not facts.packages <= SENT and facts.seller_order is not OrderStatus.WAITING_PACKAGING
    return second and facts.plan not in LIVE_PLANS and facts.whole and PackageStatus.DELIVERED not in facts.packages


def _accepts_shipped_units(facts: RequestFacts, input: Decision) -> bool:
    """Whether units of a package that has left are accepted, so that the seller is asked about all of them."""
    shipped = frozenset().union(*facts.shipped)
    return any(quantity > 0 and item in shipped for item, quantity in _accepted(facts, input).items())


def _accepted(facts: RequestFacts, input: Decision) -> Mapping[str, int]:
    return facts.held if input.accepted is None else dict(input.accepted)


@guard(Refusal.SELLER_HAS_SHIPPED, about="override", applies=_may_need_override)
def decision_overrides(facts: RequestFacts, input: Decision) -> bool:
    """The seller has already shipped another part of this order: send `override: true` and a `note` to cancel these
    units all the same, or reject the request.
    """
    return input.override or _accepts_shipped_units(facts, input)


@guard(Refusal.PACKAGE_NOT_WHOLE, about="accept")
def accepts_whole_packages(facts: RequestFacts, input: Decision) -> bool:
    """A package of this request has been shipped, and a carrier recalls it only as a whole: accept every unit of it, or
    none.
    """
    accepted = _accepted(facts, input)
    return all(
        all(accepted.get(item, 0) == facts.held.get(item) for item in items)
        or not any(accepted.get(item, 0) > 0 for item in items)
        for items in facts.shipped
    )


@guard(Refusal.NOTE_REQUIRED, about="note", applies=_may_need_override)
def decision_override_explained(_facts: RequestFacts, input: Decision) -> bool:
    """Say in the note why these units are canceled although the seller has already shipped another part of this
    order.
    """
    return not input.override or not is_blank(input.note)


@guard(Refusal.CONFIRMATION_REQUIRED, about="confirm")
def decision_confirmed(_facts: RequestFacts, input: Decision) -> bool:
    """Canceling cannot be undone: send `confirm: true` to answer "Order Cancel?" with yes."""
    return input.confirm


@guard(Refusal.REJECTION_REASON_REQUIRED, about="reason")
def rejection_explained(_facts: RequestFacts, input: Decision) -> bool:
    """Say why the request is rejected: the customer will read the reason."""
    return not is_blank(input.reason)


@guard(Refusal.NOTE_REQUIRED, about="note")
def decision_for_seller_noted(_facts: RequestFacts, input: Decision) -> bool:
    """You decide for the seller: say in the note why, and the seller will read it."""
    return not is_blank(input.note)


@guard(Refusal.UNITS_NOT_HELD, about="items.*.quantity")
def accepts_held_units(facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The accepted quantity is larger than what this request holds of the item: accept fewer units."""
    return _are_held(facts, accepted)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.quantity")
def accepts_no_negative_units(_facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The accepted quantity must be zero or more."""
    return accepted[1] >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items")
def accepts_at_least_one_unit(_facts: RequestFacts, input: Decision) -> bool:
    """At least one unit must be accepted: leave the items out to accept all, or reject the request to accept none."""
    return _accepts_units(input)


@guard(Refusal.UNITS_NOT_HELD, about="accept.*.quantity")
def cancels_held_units(facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The quantity to be canceled is larger than what this request holds of the item: accept fewer units."""
    return _are_held(facts, accepted)


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="accept.*.quantity")
def cancels_no_negative_units(_facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """The quantity to be canceled must be zero or more."""
    return accepted[1] >= 0


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="accept")
def cancels_at_least_one_unit(_facts: RequestFacts, input: Decision) -> bool:
    """At least one unit must be accepted: leave `accept` out to cancel all, or reject the request to cancel none."""
    return _accepts_units(input)


@guard(Refusal.CONTRADICTORY_INPUT, about="items")
def confirmed_as_a_whole(_facts: RequestFacts, input: Decision) -> bool:
    """A cancellation is confirmed as a whole: leave the items out."""
    return input.accepted is None


@guard(Refusal.CONTRADICTORY_INPUT, about="rest")
def rest_only_if_left(facts: RequestFacts, input: Decision) -> bool:
    """Every unit is accepted, so nothing is left over: leave `rest` out."""
    return input.rest is None or _leaves_units(facts, input)


@guard(Refusal.CONTRADICTORY_INPUT, about="restReason")
def rest_reason_only_if_left(facts: RequestFacts, input: Decision) -> bool:
    """Every unit is accepted, so nothing is left over: leave `restReason` out."""
    return input.rest_reason is None or _leaves_units(facts, input)


@guard(Refusal.REST_REASON_REQUIRED, about="restReason")
def rest_explained(facts: RequestFacts, input: Decision) -> bool:
    """Say why the rest is not accepted: the customer will read the reason."""
    released = input.rest is not Rest.KEEP_WAITING and _accepts_units(input) and _leaves_units(facts, input)
    return not released or not is_blank(input.rest_reason)


def _are_held(facts: RequestFacts, accepted: tuple[str, int]) -> bool:
    """Whether a request holds so many units of an item; of an item that is not in it, not even zero."""
    item, quantity = accepted
    return quantity <= facts.held.get(item, -1)


def _accepts_units(input: Decision) -> bool:
    return input.accepted is None or any(quantity > 0 for _, quantity in input.accepted)


def _leaves_units(facts: RequestFacts, input: Decision) -> bool:
    accepted = _accepted(facts, input)
    return any(accepted.get(item, 0) < held for item, held in facts.held.items())
