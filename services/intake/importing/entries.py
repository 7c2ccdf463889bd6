"""What a reader finds in its files, one entry at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.inputs import IncomingOrder


class Unreadable(Exception):
    """A file that is not there, or not what it should be: nothing of it can be taken in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, for whoever has to mend it."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Sold:
    """An order, with the place where it begins."""

    ask: IncomingOrder
    at: Place


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is well-formed and yet no order for us, and why."""

    reason: str
    orders: int = 1
    packages: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What cannot be read or taken in."""

    at: Place
    what: str


Entry = Sold | LeftOut | Trouble


class Source(Protocol):
    """Files of one format. `length` and `done` measure progress in the same unit; a length of None is unknown."""

    length: int | None
    done: int
    notes: Counter[str]
    """What was set right or kept although it is odd, and how often; complete after the last entry."""

    def __iter__(self) -> Iterator[Entry]:
        """Read from the beginning. Raises Unreadable."""
