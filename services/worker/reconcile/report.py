"""What a comparison finds."""

from dataclasses import dataclass, field
from datetime import timedelta

from domain.texts import on_a_line

PATIENCE = timedelta(minutes=15)
"""How long something may have been due before it counts as stuck."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """Something that does not agree: a kind for programs, what it is about, a sentence for people."""

    kind: str
    about: str
    sentence: str


@dataclass(slots=True)
class Report:
    """What was compared, and what did not agree."""

    plans: int = 0
    refunds: int = 0
    credits: int = 0
    attention: int = 0
    differences: list[Difference] = field(default_factory=list)

    def text(self) -> str:
        """The report for people: a line for each difference."""
        lines = [on_a_line(f"{found.kind:<22} {found.about:<34} {found.sentence}.") for found in self.differences]
        compared = f"{self.plans} plans, {self.refunds} refunds and {self.credits} credits of the gateways compared"
        attention = f" {self.attention} failed refunds wait for the owner." if self.attention else ""
        return "\n".join([*lines, f"{compared}: {len(lines) or 'no'} differences.{attention}"])
