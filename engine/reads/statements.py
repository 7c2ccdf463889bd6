"""The texts: one SQL statement that reads a tree of rows as JSON, and the order its values travel in."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from tortoise.models import Model

from engine.context import Condition, Sight, Way, behind
from engine.reads.access_paths import Span, best, beyond, picked, sorted_by, terms_of, where
from engine.reads.selection import Picked
from engine.reads.tables import Key, Table, quoted, table_of

Narrow: TypeAlias = Callable[[type[Model]], Condition | None]
Step: TypeAlias = "tuple[type[Model], str, type[Model]] | None"
"""From a table through a relation to a table; None is where a read begins."""

REMEMBERED_TEXTS = 2048
REMEMBERED_STATEMENTS = 64
"""Of one sight, and there are many."""


class Piece(NamedTuple):
    """A condition in a statement: how many values come before its own, and how many it has."""

    sql: str
    offset: int
    size: int
    ways: tuple[Way, ...]


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
    """A read as its text depends on it, so that equal forms may share one text."""

    model: type[Model]
    picked: Picked
    where: Piece | None
    narrowed: tuple[Piece | None, ...]
    order: Key
    window: Window | None
    only: bool = False
    columns: tuple[str, ...] = ()


class Plain:
    """A sight that looks at each table alone."""

    def __init__(self, narrow: Narrow) -> None:
        self.narrow = narrow

    def narrow_through(self, model: type[Model], relation: str, target: type[Model]) -> Condition | None:
        return self.narrow(target)


class Read(NamedTuple):
    """Rows to be read: of a model, cut to what is picked, as far as `where` holds."""

    model: type[Model]
    picked: Picked
    where: Condition | None
    order: Key
    window: Window | None = None
    only: bool = False
    columns: tuple[str, ...] = ()


class Statement(NamedTuple):
    """A text, and the values that a sight narrows by. They stand behind those of the reads' own conditions."""

    text: str
    narrowing: tuple[Any, ...]


def remembered(sight: Sight, key: Hashable, make: Callable[[], Statement]) -> Statement:
    """The statement of a key, made once for each sight that remembers what it has been asked."""
    known: dict[Any, Statement] | None = getattr(sight, "remembered", None)
    if known is None:
        return make()
    statement = known.get(key)
    if statement is None:
        if len(known) >= REMEMBERED_STATEMENTS:
            known.clear()
        statement = known[key] = make()
    return statement


def statement_of(read: Read, sight: Sight | None) -> Statement:
    """What reads it. Its one row is (nodes) of JSON, or for a page (nodes, total, behind, ahead)."""
    parameters = _Parameters([read])
    return Statement(text(_form(read, sight, parameters)), tuple(parameters.narrowing))


def statement_of_all(reads: Sequence[Read], sight: Sight) -> Statement:
    """What reads them at once. Its one row holds what each of them reads: nodes0, nodes1, …"""
    parameters = _Parameters(reads)
    forms = tuple([_form(read, sight, parameters) for read in reads])
    return Statement(texts(forms), tuple(parameters.narrowing))


def _form(read: Read, sight: Sight | None, parameters: "_Parameters") -> Form:
    narrowed = parameters.narrowed(read.model, read.picked, sight) if sight else ()
    where = parameters.asked(read.where)
    return Form(read.model, read.picked, where, narrowed, read.order, read.window, read.only, read.columns)


class _Parameters:
    """The places of a statement's values: first those of the reads' own conditions, then what a sight narrows by.

    Values that several conditions of the sight share travel once.
    """

    def __init__(self, reads: Sequence[Read]) -> None:
        self.narrowing: list[Any] = []
        self._own = sum([len(read.where.args) for read in reads if read.where])
        self._asked = 0
        self._known: dict[tuple[type, Any], int] = {}

    def asked(self, where: Condition | None) -> Piece | None:
        """The next read's own condition."""
        if where is None:
            return None
        offset, self._asked = self._asked, self._asked + len(where.args)
        return Piece(where.sql, offset, len(where.args), where.ways)

    def narrowed(self, model: type[Model], picked: Picked, sight: Sight) -> tuple[Piece | None, ...]:
        """The conditions of a sight for each step of a read."""
        steps = steps_of(model, picked)
        found = [sight.narrow(model) if step is None else sight.narrow_through(*step) for step in steps]
        return tuple(map(self._narrowing, found))

    def _narrowing(self, condition: Condition | None) -> Piece | None:
        if condition is None:
            return None
        args, offset = condition.args, self._own + len(self.narrowing)
        if len(args) == 1 and type(args[0]) is str:
            known = self._known.setdefault((str, args[0]), offset)
            if known != offset:
                return Piece(condition.sql, known, 1, condition.ways)
        self.narrowing.extend(args)
        return Piece(condition.sql, offset, len(args), condition.ways)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def steps_of(model: type[Model], picked: Picked) -> tuple[Step, ...]:
    """Where a read begins and every step it takes from table to table, each once."""
    found: dict[Step, None] = {None: None}
    relations = table_of(model).relations
    for name, below in picked.below:
        target = relations[name].target
        found[model, name, target] = None
        found.update(dict.fromkeys(steps_of(target, below)))
    return tuple(found)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def text(form: Form) -> str:
    """The text of one form."""
    return _Text(form).statement()


@lru_cache(maxsize=REMEMBERED_TEXTS)
def texts(forms: tuple[Form, ...]) -> str:
    """The text of several forms."""
    return "select " + ", ".join(f"({text(form)}) as nodes{n}" for n, form in enumerate(forms))


class _Text:
    """One text in the making: hands out aliases, and numbers the parameters."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._aliases = 0
        self._table = table_of(form.model)
        steps = steps_of(form.model, form.picked) if form.narrowed else ()
        self._narrowed = dict(zip(steps, form.narrowed, strict=True))
        pieces = [piece for piece in (form.where, *form.narrowed) if piece is not None]
        self._used = max((piece.offset + piece.size for piece in pieces), default=0)

    def statement(self) -> str:
        window = self._form.window
        if window is not None:
            return self._page(window)
        table, alias = self._table, self._alias()
        row = self._row(table, self._root(), alias)
        order = sorted_by(terms_of(table, self._form.order, alias))
        limit = " limit 1" if self._form.only else ""
        body = f"{row} from {table.name} {alias}{where(self._visible(alias))} order by {order}{limit}"
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
        """The rows between the cursors."""
        alias, size = self._alias(), self._places(1)[0]
        visible, order = list(self._visible(alias)), self._form.order
        span = Span(self._table, alias, visible, order, window.backwards, after, before, size, window.most)
        row = self._row(self._table, self._root(), alias)
        return _list(f"{row} from ({picked(self._way(), span)}) {alias} limit {size}", alias)

    def _way(self) -> Way | None:
        pieces = [piece for piece in (self._narrowed.get(None), self._form.where) if piece is not None]
        ways = [way for piece in pieces for way in behind(piece.offset, piece.ways)]
        return best(ways, self._table, self._form.order)

    def _counted(self) -> str:
        alias = self._alias()
        return f"(select count(*) from {self._table.name} {alias}{where(self._visible(alias))})"

    def _probe(self, sign: str, cursor: list[str]) -> str:
        alias = self._alias()
        conditions = [*self._visible(alias), beyond(sign, terms_of(self._table, self._form.order, alias), cursor)]
        return f"exists (select 1 from {self._table.name} {alias}{where(conditions)})"

    def _root(self) -> Picked:
        """The root's own cut, with the columns that name a row, that cursors are made of, and that the caller reads."""
        picked = self._form.picked
        if picked.columns is None:
            return picked
        key = [name for name, _ in self._form.order] if self._form.window else []
        return Picked((self._table.primary, *picked.columns, *key, *self._form.columns), picked.below)

    def _row(self, table: Table, picked: Picked, alias: str) -> str:
        kept = table.columns if picked.columns is None else picked.columns
        items = [
            f"{alias}.{column}{'::text' if name in table.exact else ''} as {quoted(name)}"
            for name, column in table.columns.items()
            if name in kept
        ]
        items += [f"{self._related(table, name, below, alias)} as {quoted(name)}" for name, below in picked.below]
        return "select " + ", ".join(items)

    def _related(self, table: Table, name: str, below: Picked, parent: str) -> str:
        relation = table.relations[name]
        target, alias = table_of(relation.target), self._alias()
        narrowed = self._narrow((table.model, name, relation.target), alias, parent)
        conditions = [f"{alias}.{relation.there} = {parent}.{relation.here}", *narrowed]
        body = f"{self._row(target, below, alias)} from {target.name} {alias}{where(conditions)}"
        if not relation.many:
            return f"(select row_to_json({_whole(alias)}) from ({body}) {_whole(alias)})"
        return _list(f"{body} order by {sorted_by(terms_of(target, target.sorted_by(()), alias))}", alias)

    def _visible(self, alias: str) -> Iterator[str]:
        """The root's conditions: the caller's narrowing, and what was asked for."""
        if self._form.where:
            yield _filled(self._form.where, alias)
        yield from self._narrow(None, alias)

    def _narrow(self, step: Step, alias: str, parent: str = "") -> Iterator[str]:
        piece = self._narrowed.get(step)
        if piece is not None:
            yield _filled(piece, alias, parent)

    def _alias(self) -> str:
        """A name that no sub-select of a condition would choose, and so capture what is meant of this row."""
        self._aliases += 1
        return f"_{self._aliases}"

    def _places(self, count: int) -> list[str]:
        self._used += count
        return [f"${n}" for n in range(self._used - count + 1, self._used + 1)]


def _filled(piece: Piece, alias: str, parent: str = "") -> str:
    places = [f"${piece.offset + n + 1}" for n in range(piece.size)]
    return f"({piece.sql.format(*places, t=alias, p=parent)})"


def _list(body: str, alias: str) -> str:
    return f"(select coalesce(json_agg({_whole(alias)}), '[]') from ({body}) {_whole(alias)})"


def _whole(alias: str) -> str:
    """A name for whole rows. With its space it is no column's, which would go before the row."""
    return f'"{alias} row"'
