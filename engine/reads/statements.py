"""The texts: one SQL statement that reads a tree of rows as JSON, and the order its values travel in."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from tortoise.models import Model

from engine.context import Condition
from engine.reads.selection import Branches
from engine.reads.tables import Key, Table, quoted, table_of

Piece: TypeAlias = "tuple[str, int] | None"
"""The text of a condition and the number of its values."""
Narrow: TypeAlias = Callable[[type[Model]], Condition | None]

REMEMBERED_TEXTS = 2048


class Window(NamedTuple):
    """How a page cuts its table.

    `behind` asks whether rows lie up to the `after` cursor, `ahead` whether from the `before` cursor on.
    """

    nodes: bool
    total: bool
    after: bool
    before: bool
    backwards: bool
    behind: bool
    ahead: bool
    most: int


class Form(NamedTuple):
    """Everything that the text of a statement depends on, so that equal forms may share one text."""

    model: type[Model]
    tree: Branches
    where: Piece
    narrowed: tuple[Piece, ...]
    order: Key
    window: Window | None
    only: bool = False


def bound(
    model: type[Model], tree: Branches, where: Condition | None, narrow: Narrow | None
) -> tuple[Piece, tuple[Piece, ...], list[Any]]:
    """The conditions' texts for a form, and their values in the order in which the statement numbers them."""
    values = list(where.args) if where else []
    pieces: list[Piece] = []
    for reached in models_of(model, tree):
        condition = narrow(reached) if narrow else None
        if condition is None:
            pieces.append(None)
        else:
            pieces.append((condition.sql, len(condition.args)))
            values.extend(condition.args)
    return (where.sql, len(where.args)) if where else None, tuple(pieces), values


@lru_cache(maxsize=REMEMBERED_TEXTS)
def models_of(model: type[Model], tree: Branches) -> tuple[type[Model], ...]:
    """The models that a tree reaches, each once, the root first."""
    reached = {model: None}
    relations = table_of(model).relations
    for name, below in tree:
        reached.update(dict.fromkeys(models_of(relations[name].target, below)))
    return tuple(reached)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def text(form: Form) -> str:
    """The statement. Its one row is (nodes) of JSON, or for a page (nodes, total, behind, ahead)."""
    return _Text(form).statement()


class _Text:
    """One text in the making: hands out aliases, and numbers the parameters."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._aliases = 0
        self._table = table_of(form.model)
        used = form.where[1] if form.where else 0
        self._narrowed: dict[type[Model], tuple[str, int, int]] = {}
        for model, piece in zip(models_of(form.model, form.tree), form.narrowed, strict=True):
            if piece is not None:
                self._narrowed[model] = (piece[0], used, piece[1])
                used += piece[1]
        self._used = used

    def statement(self) -> str:
        window = self._form.window
        if window is not None:
            return self._page(window)
        table, alias = self._table, self._alias()
        row = self._row(table, self._form.tree, alias)
        order = _order(table, self._form.order, alias)
        limit = " limit 1" if self._form.only else ""
        body = f"{row} from {table.name} {alias}{_where(self._visible(alias))} order by {order}{limit}"
        return f"select {_list(body, alias)}::text as nodes"

    def _page(self, window: Window) -> str:
        size = len(self._form.order)
        after = self._places(size) if window.after else []
        before = self._places(size) if window.before else []
        parts = [
            f"{self._nodes(window, after, before)}::text" if window.nodes else "null",
            self._counted() if window.total else "null",
            self._probe("<=", after) if window.behind and after else "null",
            self._probe(">=", before) if window.ahead and before else "null",
        ]
        names = ("nodes", "total", "behind", "ahead")
        return "select " + ", ".join(f"{part} as {name}" for part, name in zip(parts, names, strict=True))

    def _nodes(self, window: Window, after: list[str], before: list[str]) -> str:
        """The rows between the cursors.

        The inner limit is a constant, so that a generic plan knows that a page is small; the outer is the
        page's own.
        """
        table, alias, key = self._table, self._alias(), self._form.order
        conditions = list(self._visible(alias))
        if after:
            conditions.append(self._beyond(">", alias, after))
        if before:
            conditions.append(self._beyond("<", alias, before))
        order = _order(table, key, alias, backwards=window.backwards)
        picked = f"select {alias}.* from {table.name} {alias}{_where(conditions)} order by {order}"
        row = self._row(table, self._form.tree, alias)
        return _list(f"{row} from ({picked} limit {window.most}) {alias} limit {self._places(1)[0]}", alias)

    def _counted(self) -> str:
        alias = self._alias()
        return f"(select count(*) from {self._table.name} {alias}{_where(self._visible(alias))})"

    def _probe(self, sign: str, cursor: list[str]) -> str:
        alias = self._alias()
        conditions = [*self._visible(alias), self._beyond(sign, alias, cursor)]
        return f"exists (select 1 from {self._table.name} {alias}{_where(conditions)})"

    def _beyond(self, sign: str, alias: str, cursor: list[str]) -> str:
        """The rows on one side of a cursor, in the sense of the page's order."""
        key = self._form.order
        columns = [f"{alias}.{self._table.columns[name]}" for name, _ in key]
        ways = {descends for _, descends in key}
        if len(ways) == 1:
            turned = sign.translate(_TURNED) if ways.pop() else sign
            return f"({', '.join(columns)}) {turned} ({', '.join(cursor)})"
        signs = [sign.translate(_TURNED) if descends else sign for _, descends in key]
        return _lexical(list(zip(columns, signs, cursor, strict=True)))

    def _row(self, table: Table, tree: Branches, alias: str) -> str:
        items = [
            f"{alias}.{column}{'::text' if name in table.exact else ''} as {quoted(name)}"
            for name, column in table.columns.items()
        ]
        items += [f"{self._related(table, name, below, alias)} as {quoted(name)}" for name, below in tree]
        return "select " + ", ".join(items)

    def _related(self, table: Table, name: str, below: Branches, parent: str) -> str:
        relation = table.relations[name]
        target, alias = table_of(relation.target), self._alias()
        conditions = [f"{alias}.{relation.there} = {parent}.{relation.here}", *self._narrow(target, alias)]
        body = f"{self._row(target, below, alias)} from {target.name} {alias}{_where(conditions)}"
        if not relation.many:
            return f"(select row_to_json({_whole(alias)}) from ({body}) {_whole(alias)})"
        return _list(f"{body} order by {_order(target, target.sorted_by(()), alias)}", alias)

    def _visible(self, alias: str) -> Iterator[str]:
        """The root's conditions: the caller's narrowing, and what was asked for."""
        if self._form.where:
            sql, count = self._form.where
            yield _filled(sql, alias, 0, count)
        yield from self._narrow(self._table, alias)

    def _narrow(self, table: Table, alias: str) -> Iterator[str]:
        if table.model in self._narrowed:
            sql, offset, count = self._narrowed[table.model]
            yield _filled(sql, alias, offset, count)

    def _alias(self) -> str:
        """A name that no sub-select of a condition would choose, and so capture what is meant of this row."""
        self._aliases += 1
        return f"_{self._aliases}"

    def _places(self, count: int) -> list[str]:
        self._used += count
        return [f"${n}" for n in range(self._used - count + 1, self._used + 1)]


_TURNED = str.maketrans("<>", "><")


def _filled(sql: str, alias: str, offset: int, count: int) -> str:
    return f"({sql.format(*[f'${offset + n + 1}' for n in range(count)], t=alias)})"


def _where(conditions: Iterator[str] | list[str]) -> str:
    joined = " and ".join(conditions)
    return f" where {joined}" if joined else ""


def _order(table: Table, key: Key, alias: str, *, backwards: bool = False) -> str:
    words = [(table.columns[name], " desc" if way is not backwards else "") for name, way in key]
    return ", ".join(f"{alias}.{column}{word}" for column, word in words)


def _list(body: str, alias: str) -> str:
    return f"(select coalesce(json_agg({_whole(alias)}), '[]') from ({body}) {_whole(alias)})"


def _whole(alias: str) -> str:
    """A name for whole rows. With its space it is no column's, which would go before the row."""
    return f'"{alias} row"'


def _lexical(terms: list[tuple[str, str, str]]) -> str:
    """A comparison of rows whose columns run in different directions; the first bounds an index scan."""
    column, sign, value = terms[0]
    if len(terms) == 1:
        return f"{column} {sign} {value}"
    strict = sign.rstrip("=")
    return f"({column} {strict}= {value} and ({column} {strict} {value} or {_lexical(terms[1:])}))"
