"""What a statement must know of a model: its table, its columns, its relations, its own order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from tortoise.fields import DecimalField, Field
from tortoise.fields.relational import BackwardFKRelation, BackwardOneToOneRelation, ForeignKeyFieldInstance
from tortoise.models import Model

from engine.compat.tortoise import (
    columns_of,
    fields_of,
    full_indexes_of,
    keys_of,
    ordering_of,
    primary_key,
    schema_name,
    table_name,
)

Key: TypeAlias = tuple[tuple[str, bool], ...]
"""Columns to sort by, by their names in a row, each with whether it descends."""


@dataclass(frozen=True, slots=True)
class Relation:
    """The path from a row to the rows that belong to it: `here` and `there` are quoted column names."""

    target: type[Model]
    here: str
    there: str
    many: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One model as SQL sees it. `name` and the values of `columns` are quoted; keys are a row's keys.

    `indexes` are the columns of those that have all rows, as the model names them; `keys` are those of which no two
    rows have the same values.
    """

    model: type[Model]
    name: str
    columns: Mapping[str, str]
    exact: frozenset[str]
    relations: Mapping[str, Relation]
    order: Key
    primary: str
    indexes: frozenset[tuple[str, ...]]
    keys: frozenset[frozenset[str]]

    def sorted_by(self, names: tuple[str, ...]) -> Key:
        """The order that `names` ask for ("-name" descends), or the model's own; ends in the primary key.

        The primary key runs in the direction of the column before it, so that one index serves both directions.
        """
        key = tuple((name.removeprefix("-"), name.startswith("-")) for name in names) or self.order
        unknown = [name for name, _ in key if name not in self.columns]
        if unknown:
            raise ValueError(f"{self.model.__name__} has no readable column {unknown[0]!r} to sort by")
        if any(name == self.primary for name, _ in key):
            return key
        return (*key, (self.primary, key[-1][1] if key else False))

    def sorted_within(self, column: str) -> Key:
        """The model's own order for rows with one value of a quoted column, no longer than it takes to leave no ties.

        So an index on that column and the position of a row in its list gives the order by itself.
        """
        key = self.sorted_by(())
        decided = {name for name, known in self.columns.items() if known == column}
        for length, (name, _) in enumerate(key, 1):
            decided.add(name)
            if any(fields <= decided for fields in self.keys):
                return key[:length]
        return key

    def leads_up(self, name: str) -> bool:
        """Whether a relation leads to a row that others of this table may share, by a key of this table's own."""
        relation = self.relations[name]
        return not relation.many and relation.here != self.columns[self.primary]

    def field(self, name: str) -> Field[Any]:
        """The model's field behind a row's key."""
        return fields_of(self.model)[name]


@cache
def table_of(model: type[Model]) -> Table:
    """The table of a model, once the models are initialized.

    Columns named in the class attribute `unread_columns` are left out of every row.
    """
    known, primary = columns_of(model), primary_key(model)
    unread = frozenset(getattr(model, "unread_columns", ()))
    unknown = unread - known.keys()
    if unknown:
        raise ValueError(f"{model.__name__}.unread_columns names no column: {sorted(unknown)}")
    if primary in unread:
        raise ValueError(f"{model.__name__} cannot leave out its primary key")
    columns = {name: quoted(column) for name, column in known.items() if name not in unread}
    schema = schema_name(model)
    return Table(
        model=model,
        name=f"{quoted(schema)}.{quoted(table_name(model))}" if schema else quoted(table_name(model)),
        columns=MappingProxyType(columns),
        exact=frozenset(name for name in columns if isinstance(fields_of(model)[name], DecimalField)),
        relations=MappingProxyType(_relations(model)),
        order=tuple(ordering_of(model)),
        primary=primary,
        indexes=frozenset(full_indexes_of(model)),
        keys=frozenset(map(frozenset, keys_of(model))),
    )


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _relations(model: type[Model]) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for name, field in fields_of(model).items():
        if isinstance(field, ForeignKeyFieldInstance):
            here, there = _column(model, field.source_field or ""), _own_column(field)
            found[name] = Relation(field.related_model, here, there, many=False)
        elif isinstance(field, BackwardFKRelation):
            there = _column(field.related_model, field.relation_field)
            many = not isinstance(field, BackwardOneToOneRelation)
            found[name] = Relation(field.related_model, _own_column(field), there, many=many)
    return found


def _own_column(field: ForeignKeyFieldInstance[Any] | BackwardFKRelation[Any]) -> str:
    key = field.to_field_instance
    return quoted(key.source_field or key.model_field_name)


def _column(model: type[Model], name: str) -> str:
    return quoted(columns_of(model).get(name, name))
