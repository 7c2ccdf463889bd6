"""The rules of packages."""

from domain.facts import Handover, PackageFacts
from domain.guards.base import guard
from domain.words import Refusal


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
