"""Connections: keyset pages after Relay's specification, in one statement."""

from typing import Any, NamedTuple

from graphql import VariableNode
from strawberry import Info
from tortoise.models import Model

from engine.conditions import Condition
from engine.errors import BadInput
from engine.reads.cursors import Ordering, cursor_of, key_of, position
from engine.reads.reading import Row, parsed, run
from engine.reads.selection import raw_of, selected, variables_of
from engine.reads.statements import PageShape, Read, remembered_statement, statement_of
from engine.reads.tables import Key
from engine.visibility import Statement

PAGE_MOST = 100
PAGE_DEFAULT = 20
_NODES = "edges.node|nodes"
_UNASKED: Row = {"nodes": None, "total": None, "behind": None, "ahead": None}
_OF_ROWS = frozenset({"edges", "nodes", "page_info"})


async def page(
    info: Info[Any, Any],
    model: type[Model],
    *,
    where: Condition | None,
    order: Ordering,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> dict[str, Any]:
    """A connection: edges {cursor, node}, nodes, page_info, total_count; parts that nobody selected are None.

    `first` and `last` are at most 100. A `first` that only the schema's default gave yields to a `last`.
    Raises BadInput for sizes out of bounds and for cursors that are not this list's.
    """
    taken = _size(first, last, given=last is None or _given(info, "first"))
    key = key_of(model, order)
    start, stop = (position(cursor, model, order.name, key) for cursor in (after, before))
    selection = selected(info, model, at=_NODES)
    shape = _shape(selection.asked, bool(start), bool(stop), backwards=taken.backwards)
    if not (shape.nodes or shape.total):
        return _connection(_UNASKED, taken, selection.asked, (order.name, key))
    visibility = info.context.visibility

    def made() -> Statement:
        return statement_of(Read(model, selection.projection, where, key, shape), visibility)

    key_of_where = where and (where.fragment, where.paths)
    statement = remembered_statement(visibility, (selection, key_of_where, order, shape), made)
    values = [*(where.values if where else ()), *statement.values]
    if shape.nodes:
        values += [*start, *stop, taken.size + 1]
    return _connection(await run(info.context, statement.text, values), taken, selection.asked, (order.name, key))


class _PageSize(NamedTuple):
    """How many rows a page takes, from which end; `tail` takes the last of a page that `first` has cut."""

    size: int
    backwards: bool
    tail: int | None


def _size(first: int | None, last: int | None, *, given: bool) -> _PageSize:
    for name, value in (("first", first), ("last", last)):
        if value is not None and not 0 <= value <= PAGE_MOST:
            raise BadInput(f"`{name}` must be from 0 to {PAGE_MOST}.")
    if last is not None and (first is None or not given):
        return _PageSize(last, backwards=True, tail=None)
    return _PageSize(PAGE_DEFAULT if first is None else first, backwards=False, tail=last)


def _given(info: Info[Any, Any], name: str) -> bool:
    """Whether the client itself gave the argument, and not the schema's default."""
    raw = raw_of(info)
    for argument in raw.field_nodes[0].arguments or ():
        if argument.name.value == name:
            value = argument.value
            return not isinstance(value, VariableNode) or value.name.value in variables_of(raw)
    return False


def _shape(asked_for: frozenset[str], start: bool, stop: bool, *, backwards: bool) -> PageShape:
    nodes = not _OF_ROWS.isdisjoint(asked_for)
    return PageShape(
        nodes=nodes,
        total="total_count" in asked_for,
        after=nodes and start,
        before=nodes and stop,
        backwards=backwards,
        behind=nodes and start and "page_info.has_previous_page" in asked_for,
        ahead=nodes and stop and "page_info.has_next_page" in asked_for,
        most=PAGE_MOST + 1,
    )


def _connection(answer: Row, taken: _PageSize, asked_for: frozenset[str], order: tuple[str, Key]) -> dict[str, Any]:
    rows = parsed(answer["nodes"]) if answer["nodes"] is not None else []
    more = len(rows) > taken.size
    del rows[taken.size :]
    if taken.backwards:
        rows.reverse()
    behind = bool(answer["behind"]) or (more and taken.backwards)
    if taken.tail is not None and len(rows) > taken.tail:
        del rows[: len(rows) - taken.tail]
        behind = True
    edges = None
    if "edges" in asked_for:
        marked = "edges.cursor" in asked_for
        edges = [{"cursor": cursor_of(row, *order) if marked else None, "node": row} for row in rows]
    return {
        "edges": edges,
        "nodes": rows,
        "page_info": {
            "has_previous_page": behind,
            "has_next_page": bool(answer["ahead"]) or (more and not taken.backwards),
            "start_cursor": cursor_of(rows[0], *order) if rows else None,
            "end_cursor": cursor_of(rows[-1], *order) if rows else None,
        },
        "total_count": answer["total"],
    }
