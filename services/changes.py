"""The rows that one command writes, sent to the database in one statement.

A command assigns to the rows of its order book and adds new ones; `Changes` knows which and writes them all at once as
data-modifying CTEs, one per table and kind, each fed by one JSON parameter. Columns and defaults come from the models.

If the order is among them, its new version is the next after the one that was read. The statement takes the order's
row first and writes anything only if that is still its version: a command that decided on an order book which has
changed since writes nothing. A command that finds the row locked writes nothing either: the statement waits for no
lock, so commands on several orders that are written together (database/batching.py) never wait for each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain
from typing import TypeAlias, TypeVar

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from engine.compat.tortoise import columns_of, fields_of, table_name
from engine.reads import fetch_row
from models import Order
from models.base import Columns, ColumnValue, Row

R = TypeVar("R", bound=Row)
Names: TypeAlias = tuple[str, ...]
Shape: TypeAlias = tuple[tuple[str, Names, bool], ...]
"""What a statement writes: table, columns, and whether it updates."""


class Changes:
    """What one command inserts and updates. The rows of its order book report to it (`note`)."""

    def __init__(self) -> None:
        self._inserted: dict[type[Row], list[Row]] = {}
        self._updated: dict[int, tuple[Row, dict[str, None]]] = {}

    def insert(self, model: type[R], **values: ColumnValue) -> R:
        """A new row, with the model's own defaults. Columns that the database fills in cannot be read from it."""
        row = attach(model, {**_defaults(model), **values}, None)
        self._inserted.setdefault(model, []).append(row)
        return row

    def known(self, model: type[R], id: str) -> R:
        """A row that stands in the database under this id; nothing else of it has been read, but it can be changed."""
        return attach(model, {"id": id}, self)

    def note(self, row: Row, column: str) -> None:
        """Remember that a row's column is to be written."""
        updated = self._updated.get(id(row))
        if updated is None:
            self._updated[id(row)] = row, {column: None}
        else:
            updated[1][column] = None

    def __bool__(self) -> bool:
        return bool(self._inserted or self._updated)

    async def write(self, db: BaseDBAsyncClient) -> bool:
        """Send everything; False, and nothing is written, if the order is locked or not at the version that was read.

        Raises what the database's own constraints raise.
        """
        parts: list[tuple[str, Names, bool]] = []
        data: list[str | list[str]] = []
        for model, touched in self._by_model():
            columns = _names([names for _, names in touched])
            rows = [row.__dict__ for row, _ in touched]
            parts.append((table_name(model), columns, True))
            data.append(orjson.dumps([{name: row[name] for name in ("id", *columns)} for row in rows]).decode())
            data.append([row["id"] for row in rows])
        for model, inserted in self._inserted.items():
            rows = [row.__dict__ for row in inserted]
            parts.append((table_name(model), _names(rows), False))
            data.append(orjson.dumps(rows).decode())
        if not parts:
            return True
        return bool((await write_row(db, statement_of(tuple(parts)), data))["written"])

    def _by_model(self) -> list[tuple[type[Row], list[tuple[Row, dict[str, None]]]]]:
        """The rows to update and the names of their columns, the order's first."""
        found: dict[type[Row], list[tuple[Row, dict[str, None]]]] = {}
        for update in self._updated.values():
            found.setdefault(type(update[0]), []).append(update)
        return sorted(found.items(), key=lambda update: update[0] is not Order)


async def write_row(
    db: BaseDBAsyncClient, statement: str, values: list[str | list[str]]
) -> Mapping[str, str | bool | None]:
    """The one row of a statement that writes and waits for no lock; outside of a transaction: database/client.py."""
    sent = getattr(db, "write_row", None) or partial(fetch_row, db)
    row: Mapping[str, str | bool | None] = await sent(statement, values)
    return row


def attach(model: type[R], columns: Columns, changes: Changes | None) -> R:
    """A row out of its columns, which reports to `changes`; Tortoise's constructor would take ten times as long.

    The columns must have the types that the model says.
    """
    row = _new(model)
    _set(row, "__dict__", columns)
    _set(row, "notes", changes)
    return row


_new, _set = object.__new__, object.__setattr__


def _names(rows: Sequence[Iterable[str]]) -> Names:
    """The columns that any of the rows has, in the order in which they were first named."""
    return tuple(rows[0]) if len(rows) == 1 else tuple(dict.fromkeys(chain.from_iterable(rows)))


@cache
def _defaults(model: type[Row]) -> Columns:
    """What a new row of this model holds where nothing is said; columns with a default of the database stay out."""
    found: Columns = {}
    for name, field in fields_of(model).items():
        if (
            name in columns_of(model)
            and not field.generated
            and not field.has_db_default()
            and not callable(field.default)
        ):
            found[name] = field.default
    return found


@lru_cache(maxsize=256)
def statement_of(shape: Shape) -> str:
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
            if table == table_name(Order):
                ours = f'select t.id from "{table}" t where t.id = any(${place + 1}::text[])'
                parts.append(f"free as materialized ({ours} for no key update skip locked)")
                same = 't.id in (select id from free) and t."version" = r."version" - 1'
                parts.append(f"held as ({change} and {same} returning t.id)")
                condition = "exists (select from held)"
            else:
                parts.append(f"c{n} as ({change}{f' and {condition}' if condition else ''})")
        place += 1 + update
    return f"with {', '.join(parts)} select {condition or 'true'} as written"
