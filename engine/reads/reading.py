"""Rows and lists of rows: one call of a resolver, one statement."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import asyncpg
import orjson
from strawberry import Info
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.models import Model

from engine.conditions import Condition
from engine.context import OperationContext
from engine.errors import BadInput, TooComplex
from engine.reads.field_walk import Tree
from engine.reads.selection import selected, whole
from engine.reads.statements import LIST_MOST, TOO_LONG, Read, remembered_statement, statement_of, statement_of_all
from engine.reads.tables import Key, table_of
from engine.visibility import Statement, Visibility

Row: TypeAlias = dict[str, Any]

# What asyncpg says of a value that the column's type cannot hold, and PostgreSQL of a NUL in a text. Their
# subclasses are faults of a statement and stay what they are.
_UNSENDABLE = (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError)


async def one(
    info: Info[Any, Any], model: type[Model], where: Condition, *, type_name: str | None = None, at: str = ""
) -> Row | None:
    """The row that `where` finds, with what is selected of it; None if there is none that the caller may see."""
    selection = selected(info, model, type_name=type_name, at=at)
    visibility = info.context.visibility

    def made() -> Statement:
        return statement_of(Read(model, selection.projection, where, _order(model, ()), only=True), visibility)

    statement = remembered_statement(visibility, (selection, where.fragment), made)
    rows = parsed((await run(info.context, statement.text, [*where.values, *statement.values]))["nodes"])
    return rows[0] if rows else None


async def many(
    info: Info[Any, Any],
    model: type[Model],
    *,
    where: Condition | None = None,
    order_by: tuple[str, ...] = (),
    at: str = "",
    columns: tuple[str, ...] = (),
    visibility: Visibility | None = None,
) -> list[Row]:
    """All rows that `where` finds, by `order_by` ("-column" descends) or in the model's own order.

    `columns` names what the caller itself reads of a row, whether it is selected or not. `visibility` is another one
    than the context's.
    """
    projection = selected(info, model, at=at).projection
    read = Read(model, projection, where, _order(model, order_by), columns=columns)
    statement = statement_of(read, visibility or info.context.visibility)
    values = [*(where.values if where else ()), *statement.values]
    return parsed((await run(info.context, statement.text, values))["nodes"])


class Wanted(NamedTuple):
    """Rows to be read beside others: as the arguments of `many`, and `type_name` as that of `one`."""

    model: type[Model]
    where: Condition
    at: str
    columns: tuple[str, ...] = ()
    type_name: str | None = None


async def several(info: Info[Any, Any], wanted: Sequence[Wanted]) -> list[list[Row]]:
    """What `many` would read for each, with one statement for all."""
    selections = [selected(info, rows.model, type_name=rows.type_name, at=rows.at) for rows in wanted]
    visibility = info.context.visibility

    def made() -> Statement:
        pairs = zip(wanted, selections, strict=True)
        return statement_of_all(
            [
                Read(rows.model, selection.projection, rows.where, _order(rows.model, ()), columns=rows.columns)
                for rows, selection in pairs
            ],
            visibility,
        )

    key = (*selections, *[(rows.where.fragment, rows.columns) for rows in wanted])
    statement = remembered_statement(visibility, key, made)
    values = [value for rows in wanted for value in rows.where.values]
    found = await run(info.context, statement.text, [*values, *statement.values])
    return [parsed(found[f"nodes{n}"]) for n in range(len(wanted))]


async def fetch(
    db: BaseDBAsyncClient,
    model: type[Model],
    tree: Tree,
    *,
    where: Condition | None,
    visibility: Visibility | None = None,
    order_by: tuple[str, ...] = (),
) -> list[Row]:
    """The same as `many` for code that knows its tree: on the given connection, in its transaction."""
    statement = statement_of(Read(model, whole(tree), where, _order(model, order_by)), visibility)
    values = [*(where.values if where else ()), *statement.values]
    return parsed((await fetch_row(db, statement.text, values))["nodes"])


async def run(context: OperationContext, statement: str, values: list[Any]) -> Row:
    """The statement's one row, counted on the context and run on its connection.

    Raises BadInput for a value that no row can have: a NUL in a text, a number past its column's range. Raises
    TooComplex if the operation has read more than its answer may hold, or if a nested list is too long; then nothing of
    the row is parsed.
    """
    _check_room(context)  # nothing more is read for an answer that is too long already
    context.statements += 1
    db = context.db or get_connection("default")
    try:
        row: Row = await fetch_row(db, statement, values)
    except (OperationalError, *_UNSENDABLE) as failure:
        if type(failure.__cause__ or failure) in _UNSENDABLE:
            raise BadInput("An argument holds a text or a number that nothing stored could equal.") from None
        raise
    for value in row.values():
        if type(value) is str:
            context.bytes_left -= len(value)
            if TOO_LONG in value:
                raise TooComplex(
                    f"A nested list has more than {LIST_MOST} rows, or comes up again for too many rows: leave it out, "
                    "or ask for its pages."
                )
    _check_room(context)
    return row


def _check_room(context: OperationContext) -> None:
    if context.bytes_left < 0:
        raise TooComplex("The answer would be too long: ask for shorter pages, or for fewer fields and nested lists.")


def parsed(nodes: str) -> list[Row]:
    """The rows of a statement's JSON."""
    rows: list[Row] = orjson.loads(nodes)
    return rows


async def fetch_row(db: BaseDBAsyncClient, statement: str, values: list[Any]) -> Any:
    """A statement's first row, a mapping, None without any; a client that can fetch one row alone is asked for that."""
    alone = getattr(db, "fetch_row", None)
    if alone is not None:
        return await alone(statement, values)
    rows = await db.execute_query_dict(statement, values)
    return rows[0] if rows else None


@lru_cache(maxsize=1024)
def _order(model: type[Model], names: tuple[str, ...]) -> Key:
    return table_of(model).sorted_by(names)
