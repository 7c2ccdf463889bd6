"""The entries that a reader finds in its files."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.inputs import IncomingOrder
from services.intake.validation import Fault

STDIN = Path("-")
NOT_RECORDED = "(not in the records)"
"""Stands for the lines of an address of which public records have the rest."""


class Unreadable(Exception):
    """A file that is missing or of another format, so that nothing of it can be imported."""


@dataclass(frozen=True, slots=True)
class FilePosition:
    """A file and a line in it."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{'stdin' if self.file == STDIN else self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Sold:
    """An order, and where it begins. With `unreadable` fields it cannot be imported (`tally.checked`)."""

    order: IncomingOrder
    at: FilePosition
    unreadable: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Well-formed records that are not imported, and why."""

    reason: str
    orders: int = 1
    packages: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Records that cannot be read or imported."""

    at: FilePosition
    sentence: str


Entry = Sold | LeftOut | Problem


class Source(Protocol):
    """Files of one format. `length` and `done` measure progress in the same unit; the length is None if unknown."""

    length: int | None
    done: int
    notes: Counter[str]
    """What was corrected, or kept although it is odd, and how often; complete after the last entry."""

    def __iter__(self) -> Iterator[Entry]:
        """Read from the beginning. Raises Unreadable."""
