"""What an edge is. Each module beside this one has the table of one subject, with one edge a row."""

from dataclasses import dataclass

from domain.actions import Action, Effect
from domain.guards import Guard
from domain.words import Role, Subject, TransactionType, Word


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a table: a way from one status of a subject to another.

    `transaction` is None if the edge is for both types, `source` is None if the edge opens its subject. `when` are the
    guards that decide whether the action is offered, `given` those that decide whether a command is accepted.
    `on_behalf_of` is the role whose decision it is, if another one takes it.
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
    on_behalf_of: Role | None = None


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """Who takes an edge that is another role's decision."""

    actor: Role
    of: Role


FOR_SELLER = OnBehalf(Role.OWNER, of=Role.SELLER)
Row = tuple[
    Action,
    TransactionType | None,
    Word | None,
    Word,
    set[Role] | OnBehalf,
    tuple[Guard, ...],
    tuple[Guard, ...],
    tuple[Effect, ...],
]
"""The columns: action, transaction type, from, to, who (the roles), offered when, accepted given, effects."""


def table(subject: Subject, rows: list[Row]) -> tuple[Edge, ...]:
    """Make edges of the rows of one subject."""
    return tuple(_edge(subject, row) for row in rows)


def _edge(subject: Subject, row: Row) -> Edge:
    who = row[4]
    if isinstance(who, OnBehalf):
        return Edge(subject, *row[:4], frozenset({who.actor}), *row[5:], on_behalf_of=who.of)
    return Edge(subject, *row[:4], frozenset(who), *row[5:])
