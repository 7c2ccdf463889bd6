"""What an edge is. Each module beside this one has the table of one subject, with one edge a row."""

from dataclasses import dataclass

from domain.guards import Guard
from domain.words import Action, Effect, Role, Subject, TransactionType, Word


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a table: a way from one status of a subject to another.

    `transaction` is None if the edge is for both types, `source` is None if the edge opens its subject. `when` are the
    guards that decide whether the action is offered, `given` those that decide whether a command is accepted.
    """

    subject: Subject
    action: Action
    transaction: TransactionType | None
    source: Word | None
    target: Word
    roles: frozenset[Role]
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
"""The columns: action, transaction type, from, to, who (the roles), offered when, accepted given, effects."""


def table(subject: Subject, rows: list[Row]) -> tuple[Edge, ...]:
    """Make edges of the rows of one subject."""
    return tuple(Edge(subject, *row[:4], frozenset(row[4]), *row[5:]) for row in rows)
