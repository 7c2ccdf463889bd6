"""What an import holds, counted: for the operator, and for tests that know what must come out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from domain.words import PackageStatus
from services.intake.importing.entries import Entry, LeftOut, Sold, Trouble
from services.intake.validation import faults


@dataclass(slots=True)
class Count:
    """How many parcels, order lines and orders."""

    packages: int = 0
    lines: int = 0
    orders: int = 0

    def add(self, packages: int, lines: int, orders: int) -> None:
        self.packages += packages
        self.lines += lines
        self.orders += orders


@dataclass(slots=True)
class Tally:
    """Counts by the parcels' status and by why something is left out. An order counts once for each status in it."""

    standing: dict[PackageStatus, Count] = field(default_factory=dict)
    left_out: dict[str, Count] = field(default_factory=dict)
    sold: Count = field(default_factory=Count)
    troubles: int = 0

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        if isinstance(entry, Trouble):
            self.troubles += 1
        elif isinstance(entry, LeftOut):
            self.left_out.setdefault(entry.reason, Count()).add(entry.packages, entry.lines, entry.orders)
        else:
            packages = [package for part in entry.ask.parts for package in part.packages]
            self.sold.add(len(packages), sum(len(package.items) for package in packages), 1)
            for status, number in Counter(package.status for package in packages).items():
                lines = sum(len(package.items) for package in packages if package.status is status)
                self.standing.setdefault(status, Count()).add(number, lines, 1)


def checked(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, with what no column could hold turned into trouble. History may lack a payment."""
    for entry in entries:
        found = list(faults(entry.ask, paid=False)) if isinstance(entry, Sold) else []
        if isinstance(entry, Sold) and found:
            for path, sentence in found:
                yield Trouble(entry.at, f"{'.'.join(path) or 'order'}: {sentence}")
        else:
            yield entry
