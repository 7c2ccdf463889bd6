"""One thing that a person of a seat does, from the seat's first page to the answer that it is done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.web.demo_shop import Shop
from tests.web.hand import Hand


async def nothing(shop: Shop) -> str:
    """For a task that the demo has something for."""
    return ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task, what it is about, and how a person of the demo does it."""

    name: str
    act: Callable[[Hand, str], Awaitable[None]]
    """It gets what `prepare` returns: a number, say."""
    prepare: Callable[[Shop], Awaitable[str]] = nothing
