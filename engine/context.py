"""What one operation runs with, and the pieces of SQL that say what its caller may see."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model


class Each(NamedTuple):
    """Rows that have one of several texts in a column: `place` is that of their array in the condition's `args`.

    A page of them is gathered value by value. The plan of `= any` would be to go through all rows in order until enough
    have come by: through the whole table, where few do.
    """

    column: str
    place: int = 0


class Led(NamedTuple):
    """Rows that those of another table lead to, which has theirs in order by itself.

    These have in `column` the value at `place` of the condition's `args`; `key` is where they keep this table's
    columns, the primary key's among them. A page in the order of such columns goes through them and looks up one row
    for each.
    """

    table: str
    column: str
    key: tuple[tuple[str, str], ...]
    place: int = 0


class Own(NamedTuple):
    """Rows of one owner, who stands in a column: the value at `place` of the condition's `args`.

    Without it the planner takes to an index of everybody's rows as soon as the average owner has many.
    """

    column: str
    place: int = 0


class Few(NamedTuple):
    """Rows so few that an index which finds them all is the best way to any page of them."""

    place: int = 0


Way: TypeAlias = Each | Led | Own | Few
"""How a page comes by rows for which a condition holds without a look at others."""


def behind(before: int, ways: Iterable[Way]) -> tuple[Way, ...]:
    """The same ways of a condition whose values stand behind so many others."""
    return tuple([way._replace(place=before + way.place) for way in ways])


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL about one table: `{t}` stands for its alias, `{0}`, `{1}` … for the values of `args`.

    Where the row was reached from another one, `{p}` stands for that one's alias.

    Values travel as statement parameters and are never written into the text. What it means is the same without its
    `ways`, only slower where a table is large.
    """

    sql: str
    args: tuple[Any, ...] = ()
    ways: tuple[Way, ...] = ()

    @staticmethod
    def all(conditions: "Iterable[Condition | None]") -> "Condition":
        """The conjunction; of none at all, the condition that always holds."""
        return _joined([one for one in conditions if one is not None], " and ", "true")

    @staticmethod
    def any(conditions: "Iterable[Condition]") -> "Condition":
        """The disjunction, to which there is no way; of none at all, the condition that never holds."""
        return replace(_joined(list(conditions), " or ", "false"), ways=())


def _joined(parts: list[Condition], word: str, nothing: str) -> Condition:
    if len(parts) == 1:
        return parts[0]
    texts: list[str] = []
    args: list[Any] = []
    ways: list[Way] = []
    for part in parts:
        places = [f"{{{len(args) + n}}}" for n in range(len(part.args))]
        texts.append(f"({part.sql.format(*places, t='{t}', p='{p}')})")
        ways.extend(behind(len(args), part.ways))
        args.extend(part.args)
    return Condition(word.join(texts) or nothing, tuple(args), tuple(ways))


class Sight(Protocol):
    """What somebody may see of each table."""

    def narrow(self, model: type[Model]) -> Condition | None: ...

    def narrow_through(self, model: type[Model], relation: str, target: type[Model]) -> Condition | None: ...


@dataclass(slots=True, kw_only=True)
class Context:
    """One operation's surroundings, as far as the engine needs them; the application adds its own.

    `scope` is everything about the caller that can change a result: two callers of one scope may be
    given the same bytes. `expires_at` is in unix seconds; a stream ends then. `statements` counts SQL.
    `caller` is whom the limits count for, None if for nobody; `trace` the id that logs and other services know the
    operation by.
    `fields` are the root fields that the caller may ask for, None for all.
    `db` is what reads are asked of, None for Tortoise's default connection.
    `refusals` are the codes of what was refused in the data, not in `errors`.
    """

    scope: Hashable = None
    caller: Hashable = None
    trace: str = ""
    fields: frozenset[str] | None = None
    refusals: list[str] = field(default_factory=list)
    expires_at: float | None = None
    statements: int = field(default=0)
    db: BaseDBAsyncClient | None = None

    @property
    def sight(self) -> "Sight":
        """What the caller may see. One that all callers of a scope share remembers what it has been asked."""
        return self

    def narrow(self, model: type[Model]) -> Condition | None:
        """What of a table the caller may see; None is all of it."""
        return None

    def narrow_through(self, model: type[Model], relation: str, target: type[Model]) -> Condition | None:
        """The same of the rows that a row of `model`, which the caller sees, leads to by a relation.

        It may use what is known then, with `{p}` for the row it came from, and never show more than `narrow`.
        """
        return self.narrow(target)
