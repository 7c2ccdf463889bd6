"""The rows that one command writes, sent to the database in one statement.

A command changes rows in memory; `Changes` remembers which and writes them all at once as data-modifying
CTEs, one per table and kind, each fed by one JSON parameter. Columns and defaults come from the models.

Where an order is among them, its new version is the next after the one that was read. The statement takes the order's
row first and writes anything only if that is still its version: who decided on a book that has changed meanwhile
writes nothing. Nor does who finds the row locked: the statement waits for nobody, so that orders which are written
together (database/batching.py) do not wait for one another's.
"""

from collections import defaultdict
from functools import cache, lru_cache, partial
from typing import Any

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from engine.reads import fetch_row
from models import Order

Row = dict[str, Any]
Shape = tuple[tuple[str, tuple[str, ...], bool], ...]


class Changes:
    """What one command inserts and updates."""

    def __init__(self) -> None:
        self._inserted: dict[type[Model], list[Row]] = defaultdict(list)
        self._updated: dict[type[Model], dict[str, tuple[Row, Row]]] = defaultdict(dict)  # with what has changed
        self._new: set[int] = set()

    def insert(self, model: type[Model], **values: Any) -> Row:
        """A new row, with the model's own defaults; returned so that later steps may go on with it."""
        row = {**_defaults(model), **values}
        self._inserted[model].append(row)
        self._new.add(id(row))
        return row

    def update(self, model: type[Model], row: Row, **values: Any) -> None:
        """Change a row in memory, and in the database when the changes are written."""
        row.update(values)
        if id(row) not in self._new:
            self._updated[model].setdefault(row["id"], (row, {}))[1].update(values)

    def __bool__(self) -> bool:
        return bool(self._inserted or self._updated)

    async def write(self, db: BaseDBAsyncClient) -> bool:
        """Send everything; False, and nothing is written, if the order is locked or not at the version that was read.

        Raises what the database's own constraints raise.
        """
        parts: list[tuple[str, tuple[str, ...], bool]] = []
        data: list[str | list[str]] = []
        for model, touched in sorted(self._updated.items(), key=lambda one: one[0] is not Order):
            columns = _names([values for _, values in touched.values()])
            parts.append((model._meta.db_table, columns, True))
            data.append(orjson.dumps([{c: row[c] for c in ("id", *columns)} for row, _ in touched.values()]).decode())
            data.append(list(touched))
        for model, rows in self._inserted.items():
            parts.append((model._meta.db_table, _names(rows), False))
            data.append(orjson.dumps(rows).decode())
        if not parts:
            return True
        sent = getattr(db, "write_row", None) or partial(fetch_row, db)  # outside of a transaction: database/client.py
        return bool((await sent(_statement(tuple(parts)), data))["written"])


def _names(rows: list[Row]) -> tuple[str, ...]:
    """The columns that any of the rows has, in the order in which they were first named."""
    return tuple(rows[0]) if len(rows) == 1 else tuple(dict.fromkeys(name for row in rows for name in row))


@cache
def _defaults(model: type[Model]) -> Row:
    """What a new row of this model holds where nothing is said; columns with a default of the database stay out."""
    found: Row = {}
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
