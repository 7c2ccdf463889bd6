"""Conditions: fragments of SQL about one table, with their values apart and the access paths that serve them.

`Column("id")` is a column of the table, `ParentColumn("id")` one of the row that it was reached from, `Value(0)` the
first of the condition's values. Everything else is literal text. A value never becomes text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

_JOINED = 2048
"""Combinations of fragments that are remembered."""


class PerValue(NamedTuple):
    """Rows that have one of several texts in a column: `place` is that of the array in the condition's values.

    A page of them is gathered value by value. For `= any`, the planner would read all rows in order until it has found
    enough: the whole table, if few match.
    """

    column: str
    place: int = 0


class ThroughTable(NamedTuple):
    """Rows that another table leads to, which holds them in the order of a page.

    Its rows have in `column` the value at `place` of the condition's values. `key` says where they keep this table's
    columns, the primary key's among them. A page in the order of such columns goes through these rows and looks up one
    row for each.
    """

    table: str
    column: str
    key: tuple[tuple[str, str], ...]
    place: int = 0


class ByOwner(NamedTuple):
    """Rows of one owner: `column` has the value at `place` of the condition's values.

    Without this path the planner takes an index of everybody's rows as soon as the average owner has many.
    """

    column: str
    place: int = 0


class Selective(NamedTuple):
    """So few rows that an index which finds them all is the best path to any page of them."""

    place: int = 0


AccessPath: TypeAlias = PerValue | ThroughTable | ByOwner | Selective
"""How a page finds the rows for which a condition holds without reading others."""


def shifted(paths: Iterable[AccessPath], by: int) -> tuple[AccessPath, ...]:
    """The same paths of a condition whose values follow `by` others."""
    return tuple([path._replace(place=by + path.place) for path in paths])


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table that a fragment is about."""

    name: str


@dataclass(frozen=True, slots=True)
class ParentColumn:
    """A column of the row that the table's row was reached from."""

    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """The value at `place` of a condition's values."""

    place: int


Part: TypeAlias = str | Column | ParentColumn | Value


class Fragment:
    """A piece of SQL about one table, immutable. Fragments may be parts of another.

    There is one object of equal parts, so that comparing and hashing one costs what it costs for any object.
    """

    __slots__ = ("__weakref__", "parts")

    parts: tuple[Part, ...]

    def __new__(cls, *parts: "Part | Fragment") -> "Fragment":
        flat = _flat(parts)
        fragment = _FRAGMENTS.get(flat)
        if fragment is None:
            fragment = _FRAGMENTS[flat] = super().__new__(cls)
            fragment.parts = flat
        return fragment

    def __repr__(self) -> str:
        return f"Fragment{self.parts!r}"

    def after(self, values: int) -> "Fragment":
        """The same whose values follow so many others."""
        return Fragment(*[Value(values + part.place) if isinstance(part, Value) else part for part in self.parts])

    def about(self, alias: str) -> "Fragment":
        """The same about a table that the text around it calls `alias`, as a part of a fragment about another table."""
        return Fragment(*[f"{alias}.{_quoted(part.name)}" if isinstance(part, Column) else part for part in self.parts])

    def text(self, alias: str, *, parent: str = "", offset: int = 0) -> str:
        """The SQL: the table and the parent row by their aliases, values as parameters that follow `offset` others."""
        return "".join([_text(part, alias, parent, offset) for part in self.parts])


_FRAGMENTS: "WeakValueDictionary[tuple[Part, ...], Fragment]" = WeakValueDictionary()


def _flat(parts: Iterable[Part | Fragment]) -> tuple[Part, ...]:
    """The parts, those of fragments among them, with neighboring literals in one."""
    flat: list[Part] = []
    for part in parts:
        for single in part.parts if isinstance(part, Fragment) else (part,):
            if isinstance(single, str) and flat and isinstance(flat[-1], str):
                flat[-1] += single
            else:
                flat.append(single)
    return tuple(flat)


def _text(part: Part, alias: str, parent: str, offset: int) -> str:
    match part:
        case Column(name):
            return f"{alias}.{_quoted(name)}"
        case ParentColumn(name):
            return f"{parent}.{_quoted(name)}"
        case Value(place):
            return f"${offset + place + 1}"
        case str():
            return part


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


TRUE, FALSE = Fragment("true"), Fragment("false")


@dataclass(frozen=True, slots=True)
class Condition:
    """A fragment with its values: the rows of one table for which it holds.

    `paths` change nothing about its meaning. Without them it is slower where a table is large.
    """

    fragment: Fragment
    values: tuple[Any, ...] = ()
    paths: tuple[AccessPath, ...] = ()

    @staticmethod
    def equal(column: str, value: Any, *paths: AccessPath) -> "Condition":
        """Rows that have this value in a column."""
        return Condition(_equal(column), (value,), paths)

    @staticmethod
    def among(column: str, values: list[Any], *paths: AccessPath) -> "Condition":
        """Rows that have one of these values in a column; the list is one parameter, whatever its length."""
        return Condition(_among(column), (values,), paths)

    @staticmethod
    def all(conditions: "Iterable[Condition | None]") -> "Condition":
        """The conjunction; of none at all, the condition that always holds."""
        return _joined([condition for condition in conditions if condition is not None], " and ", TRUE)

    @staticmethod
    def any(conditions: "Iterable[Condition]") -> "Condition":
        """The disjunction, which no path serves; of none at all, the condition that never holds."""
        return replace(_joined(list(conditions), " or ", FALSE), paths=())


@cache
def _equal(column: str) -> Fragment:
    return Fragment(Column(column), " = ", Value(0))


@cache
def _among(column: str) -> Fragment:
    return Fragment(Column(column), " = any(", Value(0), ")")


def _joined(conditions: list[Condition], word: str, nothing: Fragment) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    shapes: list[tuple[Fragment, int]] = []
    values: list[Any] = []
    paths: list[AccessPath] = []
    for condition in conditions:
        shapes.append((condition.fragment, len(values)))
        paths.extend(shifted(condition.paths, len(values)))
        values.extend(condition.values)
    return Condition(_joined_fragment(tuple(shapes), word, nothing), tuple(values), tuple(paths))


@lru_cache(maxsize=_JOINED)
def _joined_fragment(shapes: tuple[tuple[Fragment, int], ...], word: str, nothing: Fragment) -> Fragment:
    """Fragments in parentheses, each with where its values begin, with a word between them."""
    parts: list[Part | Fragment] = []
    for fragment, offset in shapes:
        parts += [word, "(", fragment.after(offset), ")"]
    return Fragment(*parts[1:]) if parts else nothing
