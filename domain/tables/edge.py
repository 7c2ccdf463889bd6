"""What an edge is. Each module beside this one holds the table of one subject, an edge a row."""

from dataclasses import dataclass

from domain.guards import Guard
from domain.words import Action, Effect, Role, Subject, TransactionType, Word


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a table."""

    subject: Subject
    action: Action
    transaction: TransactionType | None
    source: Word | None
    target: Word
    who: frozenset[Role]
    when: tuple[Guard, ...] = ()
    given: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()


Row = tuple[
    Action,
    TransactionType | None,
    Word | None,
    Word,
    set[Role],
    tuple[Guard, ...],
    tuple[Guard, ...],
    tuple[Effect, ...],
]
"""action, transaction type (None is both), from (None opens), to, who, offered when, accepted given, effects"""


def table(subject: Subject, rows: list[Row]) -> tuple[Edge, ...]:
    """The rows of one subject as edges."""
    return tuple(Edge(subject, *row[:4], frozenset(row[4]), *row[5:]) for row in rows)
