"""What the rules have to say before somebody acts, in sentences for people."""

from dataclasses import dataclass

from domain.facts import PackageFacts
from domain.words import UNSENT, Advice, PackageStatus

_STILL_TO_LEAVE = UNSENT | {PackageStatus.DELIVERY_FAILED}


@dataclass(frozen=True, slots=True)
class PackageAdvice:
    """One piece of advice on a package, with the number of units that it is about."""

    code: Advice
    units: int
    message: str


def advice_on(facts: PackageFacts) -> tuple[PackageAdvice, ...]:
    """What should be known of a package that is still to be handed to the carrier, or may be once more."""
    if facts.status not in _STILL_TO_LEAVE or not facts.cancel_held:
        return ()
    units = "1 unit" if facts.cancel_held == 1 else f"{facts.cancel_held} units"
    message = f"A cancellation of {units} waits: this package should not leave before it is decided."
    return (PackageAdvice(Advice.CANCELLATION_WAITING, facts.cancel_held, message),)
