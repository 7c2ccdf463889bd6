"""Counts of an import's entries, for the operator and for tests."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from domain.words import PackageStatus
from gateways.payments.port import PROVIDERS
from services.intake.importing.entries import Entry, LeftOut, Problem, Sold
from services.intake.validation import Fault, problems


@dataclass(slots=True)
class Totals:
    """Numbers of packages, order lines and orders."""

    packages: int = 0
    lines: int = 0
    orders: int = 0

    def add(self, packages: int, lines: int, orders: int) -> None:
        self.packages += packages
        self.lines += lines
        self.orders += orders


@dataclass(slots=True)
class Tally:
    """Counts by the packages' status, and by the reason for leaving out. An order counts once for each status in it."""

    standing: dict[PackageStatus, Totals] = field(default_factory=dict)
    left_out: dict[str, Totals] = field(default_factory=dict)
    sold: Totals = field(default_factory=Totals)
    problems: int = 0

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        if isinstance(entry, Problem):
            self.problems += 1
        elif isinstance(entry, LeftOut):
            self.left_out.setdefault(entry.reason, Totals()).add(entry.packages, entry.lines, entry.orders)
        else:
            packages = [package for part in entry.order.parts for package in part.packages]
            self.sold.add(len(packages), sum(len(package.items) for package in packages), 1)
            for status, number in Counter(package.status for package in packages).items():
                lines = sum(len(package.items) for package in packages if package.status is status)
                self.standing.setdefault(status, Totals()).add(number, lines, 1)


def checked(
    entries: Iterable[Entry], *, now: datetime | None = None, providers: frozenset[str] = PROVIDERS
) -> Iterator[Entry]:
    """The entries; orders that cannot be stored become problems. Imported orders may lack a payment."""
    for entry in entries:
        if isinstance(entry, Sold) and (found := _found(entry, now, providers)):
            for path, sentence in found:
                yield Problem(entry.at, f"{'.'.join(path) or 'order'}: {sentence}")
        else:
            yield entry


def _found(sold: Sold, now: datetime | None, providers: frozenset[str]) -> list[Fault]:
    """All faults of an order: of its form, and of what could be read of it."""
    unread = [path for path, _ in sold.unreadable]
    return [
        *sold.unreadable,
        *(
            (path, sentence)
            for path, sentence in problems(sold.order, paid=False, now=now, providers=providers)
            if not any(path[: len(at)] == at[: len(path)] for at in unread)
        ),
    ]
