"""The rules of packages."""

from domain.facts import Handover, Moved, PackageFacts, Split
from domain.guards.base import guard
from domain.refusals import Refusal


@guard(Refusal.PACKAGE_EMPTY)
def units_left_in_package(facts: PackageFacts) -> bool:
    """Every unit of this package was canceled or returned, so nothing is left to send."""
    return facts.units > 0


@guard(Refusal.PACKAGE_NOT_EMPTY)
def no_units_left_in_package(facts: PackageFacts) -> bool:
    """This package still has units to send, so it cannot be closed."""
    return facts.units == 0


def _cancellation_waits(facts: PackageFacts) -> bool:
    return facts.cancel_held > 0


@guard(Refusal.CANCELLATION_WAITING, about="despiteRequests", applies=_cancellation_waits)
def shipped_despite_requests(_facts: PackageFacts, input: Handover) -> bool:
    """A cancellation of units in this package waits to be decided: hold the package back until then, or send
    `despiteRequests: true` to ship it all the same.
    """
    return input.despite_requests


@guard(Refusal.NOT_DUE)
def delivery_unreported(facts: PackageFacts) -> bool:
    """The delivery of this package was reported, or it is too early to assume it."""
    return facts.unreported


@guard(Refusal.WRONG_STATUS)
def delivery_assumed(facts: PackageFacts) -> bool:
    """The delivery of this package was reported, so it can no longer be changed: only an assumed delivery can."""
    return facts.assumed


@guard(Refusal.NOTHING_TO_REVERT)
def status_was_changed(facts: PackageFacts) -> bool:
    """There is no change of the status to take back: the seller or the marketplace has made none, or the package has
    changed in another way since.
    """
    return facts.former is not None


@guard(Refusal.REVERT_TOO_LATE)
def status_changed_lately(facts: PackageFacts) -> bool:
    """The time in which the last change of the status can be taken back has passed: move the package on instead."""
    return not facts.settled


@guard(Refusal.STATUS_RELIED_ON)
def no_return_relies_on_status(facts: PackageFacts) -> bool:
    """Units of this package are being returned or have come back, and that relies on its status: the status can be
    taken back only while no return is open or completed.
    """
    return not facts.returns


@guard(Refusal.CANCELLATION_WAITING)
def no_cancellation_waits(facts: PackageFacts) -> bool:
    """A cancellation of units in this package waits to be decided: split the package after that."""
    return not facts.cancel_held


@guard(Refusal.NOTHING_TO_SPLIT)
def units_to_split(facts: PackageFacts) -> bool:
    """This package has fewer than two units to send, so it cannot be split."""
    return sum(facts.active.values()) > 1


@guard(Refusal.QUANTITY_NOT_POSITIVE, about="items.*.quantity")
def splits_positive_units(_facts: PackageFacts, input: Moved) -> bool:
    """At least one unit of an item must move: leave the item out otherwise."""
    return input.quantity > 0


@guard(Refusal.TOO_MANY_UNITS, about="items.*.quantity")
def splits_free_units(facts: PackageFacts, input: Moved) -> bool:
    """The package has fewer free units of this item: choose fewer units."""
    return input.quantity <= facts.active.get(input.item, 0)


@guard(Refusal.TOO_MANY_UNITS, about="items")
def split_leaves_units(facts: PackageFacts, input: Split) -> bool:
    """Leave at least one unit in the package."""
    return sum(part.quantity for part in input.moved) < sum(facts.active.values())
