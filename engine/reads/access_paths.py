"""How a page comes by its rows: through the table, through those of one owner or of each value, led by others."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from engine.context import Each, Few, Led, Own, Way
from engine.reads.tables import Key, Table

Terms: TypeAlias = "list[tuple[str, bool]]"
"""What rows are ordered by: columns, and whether they descend."""

_TURNED = str.maketrans("<>", "><")


class Span(NamedTuple):
    """The rows of a page: those for which the conditions hold, from the end where it begins, between its cursors.

    `after` and `before` are the places of the cursors' values, as many as the order has columns, or none. `size` is the
    place of the page's own, `most` the greatest there is: a constant, so that a generic plan knows a page to be small.
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


def picked(way: Way | None, span: Span) -> str:
    """What selects the rows of a page, in its order."""
    if isinstance(way, Each):
        return _gathered(way, span)
    if isinstance(way, Led):
        return _led(way, span)
    if isinstance(way, Own):
        return _of(way.column, f"${way.place + 1}", span)
    terms = terms_of(span.table, span.order, span.alias)
    return f"{_rows(span, [*span.conditions, *_between(terms, span)])} {_cut(terms, span)}"


def best(ways: Sequence[Way], table: Table, order: Key) -> Way | None:
    """Of the ways of a page's conditions the one to go, or None for through the table.

    Straight to where few are; else led; else by each value, or through an owner's rows, where an index begins with
    these columns and goes on in the page's order, all one way.
    """
    names = tuple([name for name, _ in order])
    if any(isinstance(way, Few) for way in ways):
        return None
    for way in ways:
        if isinstance(way, Led) and set(names) <= {name for name, _ in way.key}:
            return way
    if len({descends for _, descends in order}) > 1:
        return None
    own = next((way for way in ways if isinstance(way, Own)), None)
    owner = (own.column,) if own else ()
    for way in ways:
        if isinstance(way, Each) and (*owner, way.column, *names) in table.indexes:
            return way
    return own if (*owner, *names) in table.indexes else None


def _gathered(way: Each, span: Span) -> str:
    """A page of each value, and of them the page."""
    values, ones = f"unnest(${way.place + 1}::text[]) _each (value)", _of(way.column, "_each.value", span)
    one = f"lateral (select * from ({ones}) _ limit {span.size}) {span.alias}"
    return f"select {span.alias}.* from {values}, {one} {_cut(terms_of(span.table, span.order, span.alias), span)}"


def _of(name: str, value: str, span: Span) -> str:
    """A page of the rows that have a value in a column, by an index that begins with it and goes on in the order.

    It is said as a range. Were it only said to be equal, the planner would take an index of all rows in that order,
    wherever it believes in many rows of any value; of a range it does not, and orders by the column, too.
    """
    column, terms = f"{span.alias}.{span.table.columns[name]}", terms_of(span.table, span.order, span.alias)
    bounded = [(column, terms[0][1]), *terms]
    after, before = (cursor and [value, *cursor] for cursor in (span.after, span.before))
    bounds = [f"{column} >= {value} and {column} <= {value}"]
    bounds += _between(bounded, span._replace(after=after, before=before))
    return f"{_rows(span, [*span.conditions, *bounds])} {_cut(bounded, span)}"


def _led(way: Led, span: Span) -> str:
    """The rows that are led to, one after the other: nothing but the other table has the order."""
    kept, primary = dict(way.key), span.table.primary
    terms = [(f"_led.{kept[name]}", descends) for name, descends in span.order]
    there = f"{span.alias}.{span.table.columns[primary]} = _led.{kept[primary]}"
    conditions = [f"_led.{way.column} = ${way.place + 1}", *span.conditions, *_between(terms, span)]
    joined = f"{way.table} _led join {span.table.name} {span.alias} on {there}"
    return f"select {span.alias}.* from {joined}{where(conditions)} {_cut(terms, span)}"


def _rows(span: Span, conditions: list[str]) -> str:
    return f"select {span.alias}.* from {span.table.name} {span.alias}{where(conditions)}"


def _cut(terms: Terms, span: Span) -> str:
    return f"order by {sorted_by(terms, backwards=span.backwards)} limit {span.most}"


def _between(terms: Terms, span: Span) -> list[str]:
    sides = ((">", span.after), ("<", span.before))
    return [beyond(sign, terms, cursor) for sign, cursor in sides if cursor]


def where(conditions: Iterable[str]) -> str:
    """The clause, or nothing where everything is wanted."""
    joined = " and ".join(conditions)
    return f" where {joined}" if joined else ""


def terms_of(table: Table, key: Key, alias: str) -> Terms:
    """What rows of a table are ordered by."""
    return [(f"{alias}.{table.columns[name]}", descends) for name, descends in key]


def sorted_by(terms: Terms, *, backwards: bool = False) -> str:
    """The list of an order by."""
    return ", ".join(f"{column} desc" if descends is not backwards else column for column, descends in terms)


def beyond(sign: str, terms: Terms, cursor: Sequence[str]) -> str:
    """The rows on one side of a cursor, in the sense of the order."""
    signs = [sign.translate(_TURNED) if descends else sign for _, descends in terms]
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
