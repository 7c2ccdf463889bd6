"""The rows that one command writes, sent to the database in one statement.

A command assigns to the rows of its order book and adds new ones; `Changes` knows which and writes them all at once as
data-modifying CTEs, one per table and kind, each fed by one JSON parameter. Columns and defaults come from the models.

If the order is among them, its new version is the next after the one that was read. The statement takes the order's
row first and writes anything only if that is still its version: a command that decided on an order book which has
changed since writes nothing. A command that finds the row locked writes nothing either: the statement waits for no
lock, so commands on several orders that are written together (database/batching.py) never wait for each other.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache, partial
from typing import Any, TypeAlias, TypeVar

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from engine.reads import fetch_row
from models import Order
from models.base import Row

R = TypeVar("R", bound=Row)
Columns: TypeAlias = tuple[str, ...]
Shape: TypeAlias = tuple[tuple[str, Columns, bool], ...]
"""What a statement writes: table, columns, and whether it updates."""


class Changes:
    """What one command inserts and updates. The rows of its order book report to it (`note`)."""

    def __init__(self) -> None:
        self._inserted: dict[type[Row], list[Row]] = defaultdict(list)
        self._updated: dict[type[Row], dict[str, tuple[Row, dict[str, None]]]] = defaultdict(dict)
        self._new: set[int] = set()

    def insert(self, model: type[R], **values: Any) -> R:
        """A new row, with the model's own defaults. Columns that the database fills in cannot be read from it."""
        row = attach(model, {**_defaults(model), **values}, self)
        self._inserted[model].append(row)
        self._new.add(id(row))
        return row

    def known(self, model: type[R], id: str) -> R:
        """A row that stands in the database under this id; nothing else of it has been read, but it can be changed."""
        return attach(model, {"id": id}, self)

    def note(self, row: Row, column: str) -> None:
        """Remember that a row's column is to be written."""
        if id(row) not in self._new:
            self._updated[type(row)].setdefault(row.pk, (row, {}))[1][column] = None

    def __bool__(self) -> bool:
        return bool(self._inserted or self._updated)

    async def write(self, db: BaseDBAsyncClient) -> bool:
        """Send everything; False, and nothing is written, if the order is locked or not at the version that was read.

        Raises what the database's own constraints raise.
        """
        parts: list[tuple[str, Columns, bool]] = []
        data: list[str | list[str]] = []
        for model, touched in sorted(self._updated.items(), key=lambda update: update[0] is not Order):
            columns = _names(names for _, names in touched.values())
            parts.append((model._meta.db_table, columns, True))
            data.append(_json((row for row, _ in touched.values()), ("id", *columns)))
            data.append(list(touched))
        for model, rows in self._inserted.items():
            columns = _names(row.__dict__ for row in rows)
            parts.append((model._meta.db_table, columns, False))
            data.append(orjson.dumps([row.__dict__ for row in rows]).decode())
        if not parts:
            return True
        sent = getattr(db, "write_row", None) or partial(fetch_row, db)  # outside of a transaction: database/client.py
        return bool((await sent(_statement(tuple(parts)), data))["written"])


def attach(model: type[R], columns: dict[str, Any], changes: Changes) -> R:
    """A row out of its columns, which reports to `changes`; Tortoise's constructor would take twenty times as long.

    The columns must have the types that the model says.
    """
    row = object.__new__(model)
    _set(row, "__dict__", columns)
    _set(row, "notes", changes)
    return row


_set = object.__setattr__


def _json(rows: Iterable[Row], columns: Columns) -> str:
    return orjson.dumps([{name: row.__dict__[name] for name in columns} for row in rows]).decode()


def _names(rows: Iterable[Iterable[str]]) -> Columns:
    """The columns that any of the rows has, in the order in which they were first named."""
    return tuple(dict.fromkeys(name for row in rows for name in row))


@cache
def _defaults(model: type[Row]) -> dict[str, Any]:
    """What a new row of this model holds where nothing is said; columns with a default of the database stay out."""
    found: dict[str, Any] = {}
    for name, field in model._meta.fields_map.items():
        if (
            name in model._meta.db_fields
            and not field.generated
            and not field.has_db_default()
            and not callable(field.default)
        ):
            found[name] = field.default
    return found


@lru_cache(maxsize=256)
def _statement(shape: Shape) -> str:
    """The statement. Updates name their ids a second time: without, a plan for a hundred rows scans whole tables."""
    parts = []
    place = 1
    condition = ""
    for n, (table, columns, update) in enumerate(shape, 1):
        names = ", ".join(f'"{name}"' for name in columns)
        source = f'json_populate_recordset(null::"{table}", ${place}::json) r'
        if not update:
            where = f" where {condition}" if condition else ""
            parts.append(f'c{n} as (insert into "{table}" ({names}) select {names} from {source}{where})')
        else:
            pairs = ", ".join(f'"{name}" = r."{name}"' for name in columns)
            ids = f"t.id = any(${place + 1}::text[]) and t.id = r.id"
            change = f'update "{table}" t set {pairs} from {source} where {ids}'
            if table == Order._meta.db_table:
                ours = f'select t.id from "{table}" t where t.id = any(${place + 1}::text[])'
                parts.append(f"free as materialized ({ours} for no key update skip locked)")
                same = 't.id in (select id from free) and t."version" = r."version" - 1'
                parts.append(f"held as ({change} and {same} returning t.id)")
                condition = "exists (select from held)"
            else:
                parts.append(f"c{n} as ({change}{f' and {condition}' if condition else ''})")
        place += 1 + update
    return f"with {', '.join(parts)} select {condition or 'true'} as written"
