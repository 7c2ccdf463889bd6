"""What the stories of the demo are made of: packages, and the acts that many of them share."""

from domain.words import PackageStatus
from services.demo.acts import (
    Apply,
    ChosenUnits,
    Confirm,
    Move,
    Package,
    RequestReturn,
    StoryAct,
    Work,
)

DAY = 24.0
SECOND = 1 / 3600
"""Hours, as all times of the stories."""
READY, SHIPPED = PackageStatus.READY_TO_SHIP, PackageStatus.SHIPPED
DELIVERED, FAILED = PackageStatus.DELIVERED, PackageStatus.DELIVERY_FAILED
Acts = tuple[tuple[float, StoryAct], ...]


def package(*items: str | tuple[str, int]) -> Package:
    """A package of these items; by default one unit of each."""
    return Package(tuple((item, 1) if isinstance(item, str) else item for item in items))


def shipped(placed: float, number: int = 1) -> Acts:
    """A package is packed and handed over within a day."""
    return (placed - 6, Move(number, READY)), (placed - 20, Move(number, SHIPPED))


def delivered(placed: float, number: int = 1) -> Acts:
    """A package arrives two and a half days after the order."""
    return (*shipped(placed, number), (placed - 60, Move(number, DELIVERED)))


def asked(hours: float, *choices: ChosenUnits) -> Acts:
    """The customer requests these units."""
    return ((hours, RequestReturn(choices)),)


def applied(hours: float, *, answers_lost: bool = False) -> Acts:
    """The owner applies the first request, and the worker does the rest."""
    return (hours, Apply()), (hours - 0.01, Work(answers_lost))


def confirmed(
    hours: float, *accepted: tuple[int, int], rest_reason: str | None = None, answers_lost: bool = False
) -> Acts:
    """The seller confirms the first request, and the worker does the rest."""
    return (hours, Confirm(accepted=accepted or None, rest_reason=rest_reason)), (hours - 0.01, Work(answers_lost))


def overtaken(hours: float) -> Acts:
    """The owner applies the request, but the package leaves a second later: the seller must confirm."""
    return (hours, Apply()), (hours - SECOND, Move(1, SHIPPED)), (hours - 0.01, Work())


def on_its_way(placed: float, agreed: float, choice: ChosenUnits, *later: tuple[float, StoryAct]) -> Acts:
    """Goods of Loom & Thread whose return is confirmed a day after it is asked for; the money waits for them.

    The worker buys the label.
    """
    return (*delivered(placed), *asked(agreed + 20, choice), *confirmed(agreed), *later)
