"""How a page finds its rows: through another table, per value, by their owner, or through the table itself."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from engine.conditions import AccessPath, ByOwner, PerValue, Selective, ThroughTable
from engine.reads.tables import Key, Table

SortTerms: TypeAlias = "list[tuple[str, bool]]"
"""What rows are ordered by: columns, and whether they descend."""

_REVERSED = str.maketrans("<>", "><")


class Span(NamedTuple):
    """The rows of a page: those for which the conditions hold, from the end where it begins, between its cursors.

    `after` and `before` are the parameters of the cursors' values, as many as the order has columns, or none. `size` is
    the parameter of the page's size, `most` the greatest size: a constant, so that a generic plan knows pages to be
    small.
    """

    table: Table
    alias: str
    conditions: list[str]
    order: Key
    backwards: bool
    after: list[str]
    before: list[str]
    size: str
    most: int


def rows_of(path: AccessPath | None, span: Span) -> str:
    """What selects the rows of a page, in its order."""
    if isinstance(path, PerValue):
        return _per_value(path, span)
    if isinstance(path, ThroughTable):
        return _through_table(path, span)
    if isinstance(path, ByOwner):
        return _by_column(path.column, f"${path.place + 1}", span)
    terms = terms_of(span.table, span.order, span.alias)
    return f"{_rows(span, [*span.conditions, *_within(terms, span)])} {_ordered(terms, span)}"


def chosen(paths: Sequence[AccessPath], table: Table, order: Key) -> AccessPath | None:
    """The path to take of those that a page's conditions offer, None for the table itself.

    Selective conditions need none. Otherwise another table that has the order comes first; then a path per value or by
    owner, if an index begins with these columns and goes on in the page's order, all in one direction.
    """
    names = tuple([name for name, _ in order])
    if any(isinstance(path, Selective) for path in paths):
        return None
    for path in paths:
        if isinstance(path, ThroughTable) and set(names) <= {name for name, _ in path.key}:
            return path
    if len({descends for _, descends in order}) > 1:
        return None
    by_owner = next((path for path in paths if isinstance(path, ByOwner)), None)
    owner = (by_owner.column,) if by_owner else ()
    for path in paths:
        if isinstance(path, PerValue) and (*owner, path.column, *names) in table.indexes:
            return path
    return by_owner if (*owner, *names) in table.indexes else None


def _per_value(path: PerValue, span: Span) -> str:
    """A page of each value, and of them the page."""
    values, page = f"unnest(${path.place + 1}::text[]) _each (value)", _by_column(path.column, "_each.value", span)
    pages = f"lateral (select * from ({page}) _ limit {span.size}) {span.alias}"
    return (
        f"select {span.alias}.* from {values}, {pages} {_ordered(terms_of(span.table, span.order, span.alias), span)}"
    )


def _by_column(name: str, value: str, span: Span) -> str:
    """A page of the rows that have a value in a column, by an index that begins with it and goes on in the order.

    The value is given as a range, and ordered by, too. If the column were only said to be equal, the planner would take
    an index of all rows in that order wherever it expects many rows of any value.
    """
    column, terms = f"{span.alias}.{span.table.columns[name]}", terms_of(span.table, span.order, span.alias)
    bounded = [(column, terms[0][1]), *terms]
    after, before = (cursor and [value, *cursor] for cursor in (span.after, span.before))
    bounds = [f"{column} >= {value} and {column} <= {value}"]
    bounds += _within(bounded, span._replace(after=after, before=before))
    return f"{_rows(span, [*span.conditions, *bounds])} {_ordered(bounded, span)}"


def _through_table(path: ThroughTable, span: Span) -> str:
    """The rows that another table leads to, one after the other: only that table has the order."""
    kept, primary = dict(path.key), span.table.primary
    terms = [(f"_source.{kept[name]}", descends) for name, descends in span.order]
    joined_on = f"{span.alias}.{span.table.columns[primary]} = _source.{kept[primary]}"
    conditions = [f"_source.{path.column} = ${path.place + 1}", *span.conditions, *_within(terms, span)]
    joined = f"{path.table} _source join {span.table.name} {span.alias} on {joined_on}"
    return f"select {span.alias}.* from {joined}{where(conditions)} {_ordered(terms, span)}"


def _rows(span: Span, conditions: list[str]) -> str:
    return f"select {span.alias}.* from {span.table.name} {span.alias}{where(conditions)}"


def _ordered(terms: SortTerms, span: Span) -> str:
    return f"order by {sorted_by(terms, backwards=span.backwards)} limit {span.most}"


def _within(terms: SortTerms, span: Span) -> list[str]:
    """The bounds that the page's cursors set."""
    sides = ((">", span.after), ("<", span.before))
    return [past(sign, terms, cursor) for sign, cursor in sides if cursor]


def where(conditions: Iterable[str]) -> str:
    """The clause, or nothing without conditions."""
    joined = " and ".join(conditions)
    return f" where {joined}" if joined else ""


def terms_of(table: Table, key: Key, alias: str) -> SortTerms:
    """What rows of a table are ordered by."""
    return [(f"{alias}.{table.columns[name]}", descends) for name, descends in key]


def sorted_by(terms: SortTerms, *, backwards: bool = False) -> str:
    """The list of an order by."""
    return ", ".join(f"{column} desc" if descends is not backwards else column for column, descends in terms)


def past(sign: str, terms: SortTerms, cursor: Sequence[str]) -> str:
    """The rows on one side of a cursor, in the sense of the order."""
    signs = [sign.translate(_REVERSED) if descends else sign for _, descends in terms]
    columns = [column for column, _ in terms]
    if len(set(signs)) == 1:
        return f"({', '.join(columns)}) {signs[0]} ({', '.join(cursor)})"
    return _lexical(list(zip(columns, signs, cursor, strict=True)))


def _lexical(terms: list[tuple[str, str, str]]) -> str:
    """A comparison of rows whose columns run in different directions; the first bounds an index scan."""
    column, sign, value = terms[0]
    if len(terms) == 1:
        return f"{column} {sign} {value}"
    strict = sign.rstrip("=")
    return f"({column} {strict}= {value} and ({column} {strict} {value} or {_lexical(terms[1:])}))"
