"""The texts: one SQL statement that reads a tree of rows as JSON, and the order its values travel in."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from tortoise.models import Model

from engine.conditions import AccessPath, Condition, Fragment, shifted
from engine.reads.access_paths import Span, chosen, past, rows_of, sorted_by, terms_of, where
from engine.reads.selection import Projection
from engine.reads.tables import Key, Table, quoted, table_of
from engine.visibility import Statement, Visibility

Step: TypeAlias = "tuple[type[Model], str, type[Model]] | None"
"""From a table through a relation to a table; None is where a read begins."""

LIST_MOST = 5_000
"""Rows of one nested list."""
REPEATED_MOST = 50_000
"""Rows that one list of a row may bring up again below itself, by a way up and down: items { package { items } }."""
TOO_LONG = '{"too long" :1}'
"""What stands in a text for a longer list. No row's JSON has it: inside a string the quotes are escaped."""
_ROWS = '"rows of list"'
REMEMBERED_TEXTS = 2048
REMEMBERED_STATEMENTS = 64
"""Of one visibility, and there are many."""


class PlacedCondition(NamedTuple):
    """A condition in a statement: how many values come before its own, and how many it has."""

    fragment: Fragment
    offset: int
    size: int
    paths: tuple[AccessPath, ...]


class PageShape(NamedTuple):
    """Which parts of a page are read, and between which cursors.

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


class StatementShape(NamedTuple):
    """All of a read that its text depends on: reads of equal shapes share one text."""

    model: type[Model]
    projection: Projection
    where: PlacedCondition | None
    visible: tuple[PlacedCondition | None, ...]
    order: Key
    page: PageShape | None
    only: bool = False
    columns: tuple[str, ...] = ()


class Read(NamedTuple):
    """Rows to be read: of a model, cut to a projection, as far as `where` holds."""

    model: type[Model]
    projection: Projection
    where: Condition | None
    order: Key
    page: PageShape | None = None
    only: bool = False
    columns: tuple[str, ...] = ()


def remembered_statement(visibility: Visibility, key: Hashable, make: Callable[[], Statement]) -> Statement:
    """The statement of a key, made once for each visibility."""
    known = visibility.statements
    statement = known.get(key)
    if statement is None:
        if len(known) >= REMEMBERED_STATEMENTS:
            known.clear()
        statement = known[key] = make()
    return statement


def statement_of(read: Read, visibility: Visibility | None) -> Statement:
    """What reads it. Its one row is (nodes) of JSON, or for a page (nodes, total, behind, ahead)."""
    parameters = _Parameters([read])
    made = text(_shape(read, visibility, parameters))
    return Statement(made.sql, tuple(parameters.added), made.path)


def statement_of_all(reads: Sequence[Read], visibility: Visibility) -> Statement:
    """What reads them at once. Its one row holds what each of them reads: nodes0, nodes1, …"""
    parameters = _Parameters(reads)
    shapes = tuple([_shape(read, visibility, parameters) for read in reads])
    return Statement(texts(shapes), tuple(parameters.added))


def _shape(read: Read, visibility: Visibility | None, parameters: "_Parameters") -> StatementShape:
    visible = parameters.visible(read.model, read.projection, visibility) if visibility else ()
    where = parameters.own(read.where)
    return StatementShape(read.model, read.projection, where, visible, read.order, read.page, read.only, read.columns)


class _Parameters:
    """The parameters of a statement: the values of the reads' own conditions, then those of the visibility's.

    A value that several conditions of the visibility share is one parameter.
    """

    def __init__(self, reads: Sequence[Read]) -> None:
        self.added: list[Any] = []
        self._own_size = sum([len(read.where.values) for read in reads if read.where])
        self._placed_size = 0
        self._known: dict[tuple[type, Any], int] = {}

    def own(self, where: Condition | None) -> PlacedCondition | None:
        """The next read's own condition."""
        if where is None:
            return None
        offset, self._placed_size = self._placed_size, self._placed_size + len(where.values)
        return PlacedCondition(where.fragment, offset, len(where.values), where.paths)

    def visible(
        self, model: type[Model], projection: Projection, visibility: Visibility
    ) -> tuple[PlacedCondition | None, ...]:
        """The conditions of a visibility for each step of a read."""
        steps = steps_of(model, projection)
        found = [visibility.of(model) if step is None else visibility.through(*step) for step in steps]
        return tuple(map(self._placed, found))

    def _placed(self, condition: Condition | None) -> PlacedCondition | None:
        if condition is None:
            return None
        values, offset = condition.values, self._own_size + len(self.added)
        if len(values) == 1 and type(values[0]) is str:
            known = self._known.setdefault((str, values[0]), offset)
            if known != offset:
                return PlacedCondition(condition.fragment, known, 1, condition.paths)
        self.added.extend(values)
        return PlacedCondition(condition.fragment, offset, len(values), condition.paths)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def steps_of(model: type[Model], projection: Projection) -> tuple[Step, ...]:
    """Where a read begins and every step it takes from table to table, each once."""
    found: dict[Step, None] = {None: None}
    relations = table_of(model).relations
    for name, below in projection.below:
        target = relations[name].target
        found[model, name, target] = None
        found.update(dict.fromkeys(steps_of(target, below)))
    return tuple(found)


class StatementText(NamedTuple):
    """The text of a shape, and of a page its access path."""

    sql: str
    path: AccessPath | None


@lru_cache(maxsize=REMEMBERED_TEXTS)
def text(shape: StatementShape) -> StatementText:
    """The text of one shape."""
    return StatementText(_TextWriter(shape).statement(), path_of(shape) if shape.page else None)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def texts(shapes: tuple[StatementShape, ...]) -> str:
    """The text of several shapes."""
    return "select " + ", ".join(f"({text(shape).sql}) as nodes{n}" for n, shape in enumerate(shapes))


def path_of(shape: StatementShape) -> AccessPath | None:
    """The access path that a page takes, None for the table itself."""
    seen = shape.visible[0] if shape.visible else None
    placed = [condition for condition in (seen, shape.where) if condition is not None]
    paths = [path for condition in placed for path in shifted(condition.paths, condition.offset)]
    return chosen(paths, table_of(shape.model), shape.order)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def repeats(model: type[Model], projection: Projection, went_up: bool = False) -> bool:
    """Whether rows below a row come up again for each of its siblings: by a way up to a row that they share, and down.

    Along a way that only goes down each row comes up once, so there are no more rows than the table has.
    """
    table = table_of(model)
    for name, below in projection.below:
        relation = table.relations[name]
        if relation.many and went_up:
            return True
        if repeats(relation.target, below, went_up or table.leads_up(name)):
            return True
    return False


class Way(NamedTuple):
    """How a statement comes by a row: the counted lists around it, and whether the way has gone up in one of them."""

    counted: tuple[str, ...] = ()
    went_up: bool = False

    @property
    def most(self) -> str:
        """The rows that a list may have here."""
        if not self.went_up:
            return str(LIST_MOST)
        return f"({REPEATED_MOST} / ({' * '.join(self.counted)}))"


_FROM_THE_ROOT = Way()


class _TextWriter:
    """One text in the making: hands out aliases, and numbers the parameters."""

    def __init__(self, shape: StatementShape) -> None:
        self._shape = shape
        self._aliases = 0
        self._table = table_of(shape.model)
        steps = steps_of(shape.model, shape.projection) if shape.visible else ()
        self._conditions = dict(zip(steps, shape.visible, strict=True))
        placed = [condition for condition in (shape.where, *shape.visible) if condition is not None]
        self._used = max((condition.offset + condition.size for condition in placed), default=0)

    def statement(self) -> str:
        page = self._shape.page
        if page is not None:
            return self._page(page)
        table, alias = self._table, self._alias()
        row = self._row(table, self._root(), alias)
        order = sorted_by(terms_of(table, self._shape.order, alias))
        limit = " limit 1" if self._shape.only else ""
        body = f"{row} from {table.name} {alias}{where(self._visible(alias))} order by {order}{limit}"
        return f"select {_list(body, alias)}::text as nodes"

    def _page(self, page: PageShape) -> str:
        size = len(self._shape.order)
        after = self._parameters(size) if page.after else []
        before = self._parameters(size) if page.before else []
        parts = [
            f"{self._nodes(page, after, before)}::text" if page.nodes else "null",
            self._counted() if page.total else "null",
            self._probe("<=", after) if page.behind and after else "null",
            self._probe(">=", before) if page.ahead and before else "null",
        ]
        names = ("nodes", "total", "behind", "ahead")
        return "select " + ", ".join(f"{part} as {name}" for part, name in zip(parts, names, strict=True))

    def _nodes(self, page: PageShape, after: list[str], before: list[str]) -> str:
        """The rows between the cursors."""
        alias, size = self._alias(), self._parameters(1)[0]
        visible, order = list(self._visible(alias)), self._shape.order
        span = Span(self._table, alias, visible, order, page.backwards, after, before, size, page.most)
        row = self._row(self._table, self._root(), alias)
        return _list(f"{row} from ({rows_of(path_of(self._shape), span)}) {alias} limit {size}", alias)

    def _counted(self) -> str:
        alias = self._alias()
        return f"(select count(*) from {self._table.name} {alias}{where(self._visible(alias))})"

    def _probe(self, sign: str, cursor: list[str]) -> str:
        alias = self._alias()
        conditions = [*self._visible(alias), past(sign, terms_of(self._table, self._shape.order, alias), cursor)]
        return f"exists (select 1 from {self._table.name} {alias}{where(conditions)})"

    def _root(self) -> Projection:
        """The root's own projection, with the columns that name a row, make cursors, and are read by the caller."""
        projection = self._shape.projection
        if projection.columns is None:
            return projection
        key = [name for name, _ in self._shape.order] if self._shape.page else []
        columns = (self._table.primary, *projection.columns, *key, *self._shape.columns)
        return Projection(columns, projection.below, projection.derived)

    def _row(self, table: Table, projection: Projection, alias: str, way: Way = _FROM_THE_ROOT) -> str:
        kept = table.columns if projection.columns is None else projection.columns
        items = [
            f"{alias}.{column}{'::text' if name in table.exact else ''} as {quoted(name)}"
            for name, column in table.columns.items()
            if name in kept
        ]
        items += [
            f"{self._related(table, name, below, alias, way)} as {quoted(name)}" for name, below in projection.below
        ]
        items += [f"({fragment.text(alias)}) as {quoted(name)}" for name, fragment in projection.derived]
        return "select " + ", ".join(items)

    def _related(self, table: Table, name: str, below: Projection, parent: str, way: Way) -> str:
        relation = table.relations[name]
        target, alias = table_of(relation.target), self._alias()
        seen = self._seen((table.model, name, relation.target), alias, parent)
        conditions = [f"{alias}.{relation.there} = {parent}.{relation.here}", *seen]
        rows = f"{target.name} {alias}{where(conditions)}"
        if not relation.many:
            way = Way(way.counted, way.went_up or (bool(way.counted) and table.leads_up(name)))
            body = f"{self._row(target, below, alias, way)} from {rows}"
            return f"(select row_to_json({_whole(alias)}) from ({body}) {_whole(alias)})"
        most = way.most
        again = repeats(relation.target, below, way.went_up)
        if way.went_up:  # nothing is sorted that is too long; which of its rows are there does not matter then
            rows = f"(select {alias}.* from {rows} limit {most} + 1) {alias}"
        if again:
            rows = f"(select {alias}.*, count(*) over () as {_ROWS} from {rows}) {alias}"
            way = Way((*way.counted, f"{alias}.{_ROWS}"), way.went_up)
        order = sorted_by(terms_of(target, target.sorted_within(relation.there), alias))
        return _bounded(f"{self._row(target, below, alias, way)} from {rows} order by {order}", alias, most)

    def _visible(self, alias: str) -> Iterator[str]:
        """The root's conditions: what was asked for, and what the caller may see."""
        if self._shape.where:
            yield _filled(self._shape.where, alias)
        yield from self._seen(None, alias)

    def _seen(self, step: Step, alias: str, parent: str = "") -> Iterator[str]:
        placed = self._conditions.get(step)
        if placed is not None:
            yield _filled(placed, alias, parent)

    def _alias(self) -> str:
        """A name that no sub-select of a condition would choose, and so capture what is meant of this row."""
        self._aliases += 1
        return f"_{self._aliases}"

    def _parameters(self, count: int) -> list[str]:
        self._used += count
        return [f"${n}" for n in range(self._used - count + 1, self._used + 1)]


def _filled(placed: PlacedCondition, alias: str, parent: str = "") -> str:
    return f"({placed.fragment.text(alias, parent=parent, offset=placed.offset)})"


def _list(body: str, alias: str) -> str:
    return f"(select coalesce(json_agg({_whole(alias)}), '[]') from ({body}) {_whole(alias)})"


def _bounded(body: str, alias: str, most: str) -> str:
    """A nested list; what is longer than `most` is not read to its end, and `TOO_LONG` stands in its place."""
    rows = f"coalesce(json_agg({_whole(alias)}), '[]')"
    return (
        f"(select case when count(*) > {most} then '{TOO_LONG}'::json else {rows} end"
        f" from ({body} limit {most} + 1) {_whole(alias)})"
    )


def _whole(alias: str) -> str:
    """A name for whole rows. With its space it is no column's, which would go before the row."""
    return f'"{alias} row"'
