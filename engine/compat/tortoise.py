"""What the program knows of a Tortoise model beyond its documented interface: all of it stands in `Model._meta`.

Nothing here is fast enough for every request: callers keep what they find.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pypika_tortoise.enums import Order as Direction
from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model


@cache
def table_name(model: type[Model]) -> str:
    """The name of a model's table, unquoted."""
    return model._meta.db_table


def schema_name(model: type[Model]) -> str | None:
    """The database schema of a model's table, None for that of the search path."""
    return model._meta.schema


def primary_key(model: type[Model]) -> str:
    """The name of the field that is the primary key."""
    return model._meta.pk_attr


def columns_of(model: type[Model]) -> Mapping[str, str]:
    """The column of each field that has one, by the field's name; a foreign key is `order_id`."""
    return model._meta.fields_db_projection


def fields_of(model: type[Model]) -> "Mapping[str, Field[Any]]":
    """Every field by its name, relations among them."""
    return model._meta.fields_map


def ordering_of(model: type[Model]) -> list[tuple[str, bool]]:
    """The model's own order: names of fields, each with whether it descends."""
    return [(_own_name(model, name), way == Direction.desc) for name, way in model._meta.ordering]


def full_indexes_of(model: type[Model]) -> list[tuple[str, ...]]:
    """The fields of each index that holds all rows, as the model names them."""
    return [_fields_of(index) for index in model._meta.indexes if not isinstance(index, PartialIndex)]


def keys_of(model: type[Model]) -> list[tuple[str, ...]]:
    """The columns of each key that no two rows share, none of which may be null, by their names in a row."""
    whole = [c.fields for c in model._meta.constraints if isinstance(c, UniqueConstraint) and c.condition is None]
    alone = [(name,) for name in columns_of(model) if fields_of(model)[name].unique]
    keys = [tuple(_own_name(model, name) for name in key) for key in (*whole, *model._meta.unique_together, *alone)]
    return [key for key in keys if not any(fields_of(model)[name].null for name in key)]


def _own_name(model: type[Model], name: str) -> str:
    field = fields_of(model)[name]
    return (field.source_field or name) if isinstance(field, ForeignKeyFieldInstance) else name


def _fields_of(index: Index | Iterable[str]) -> tuple[str, ...]:
    return tuple(index.fields if isinstance(index, Index) else index)
