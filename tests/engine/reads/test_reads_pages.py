"""Connections, held against a list in memory that is cut by the words of Relay's specification."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tortoise.backends.base.client import BaseDBAsyncClient

from engine.conditions import (
    AccessPath,
    ByOwner,
    Column,
    Condition,
    Fragment,
    PerValue,
    Selective,
    ThroughTable,
    Value,
)
from engine.errors import BadInput
from engine.reads import Ordering, Row, fetch
from engine.reads.access_paths import chosen
from engine.reads.cursors import cursor_of, key_of, position
from engine.reads.tables import Key, table_of
from tests.engine.reads.schema import ORDERINGS, PATHS, of_customers, schema
from tests.engine.reads.shop import CUSTOMERS, Invoice, Item, Order, Package, Seller, Visit
from tests.examples import examples

QUERY = """
  query Q(
    $customers: [String!], $path: String! = "none", $by: String!
    $first: Int, $after: String, $last: Int, $before: String
  ) {
    orders(customers: $customers, path: $path, by: $by, first: $first, after: $after, last: $last, before: $before) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id items { id } } } nodes { id }
    }
  }
"""


async def ask(db: BaseDBAsyncClient, query: str = QUERY, rule: Condition | None = None, **variables: Any) -> Any:
    """The connection, or the error in its place."""
    visit = Visit(db=db, rules={Order: rule} if rule else {})
    result = await schema.execute(query, context_value=visit, variable_values={"by": "newest", **variables})
    if result.errors:
        return result.errors[0].original_error
    assert result.data is not None
    assert visit.statements == 1
    return result.data["orders"]


def in_order(rows: list[Row], ordering: Ordering) -> list[Row]:
    """The rows sorted in memory, the primary key in the direction of the last column."""
    names = [*ordering.columns, ("-" if ordering.columns[-1].startswith("-") else "") + "id"]
    for name in reversed(names):
        column = name.removeprefix("-")
        rows = sorted(rows, key=lambda row: row[column], reverse=name.startswith("-"))
    return rows


NAMES = st.integers(0, CUSTOMERS).map(lambda n: f"customer_{n}")


@settings(max_examples=examples(300), deadline=None)
@given(
    by=st.sampled_from(list(ORDERINGS)),
    customers=st.one_of(st.none(), st.lists(NAMES, min_size=1, max_size=3, unique=True)),
    paths=st.tuples(*[st.sampled_from(list(PATHS))] * 2),
    seen=st.booleans(),
    sizes=st.tuples(*[st.one_of(st.none(), st.integers(0, 12), st.just(100))] * 2),
    places=st.tuples(*[st.one_of(st.none(), st.integers(0, 70))] * 2),
)
async def test_any_page_is_the_one_that_relay_specifies(
    shop: BaseDBAsyncClient,
    by: str,
    customers: list[str] | None,
    paths: tuple[str, str],
    seen: bool,
    sizes: tuple[int | None, int | None],
    places: tuple[int | None, int | None],
) -> None:
    ordering, key = ORDERINGS[by], key_of(Order, ORDERINGS[by])
    everything = in_order(await fetch(shop, Order, {}, where=None), ordering)
    # Cursors may come from rows that the filter hides, or that are gone since.
    after, before = (
        None if place is None else cursor_of(everything[place % len(everything)], by, key) for place in places
    )
    start, stop = (None if place is None else place % len(everything) for place in places)
    if customers and not {"through table", "by owner"}.isdisjoint(paths):
        customers = customers[:1]
    mine = [(n, row) for n, row in enumerate(everything) if customers is None or row["customer_id"] in customers]
    between = [(n, r) for n, r in mine if (start is None or n > start) and (stop is None or n < stop)]
    first, last = sizes
    page = between[: 20 if first is None and last is None else first]
    ahead = len(page) < len(between) or (stop is not None and any(n >= stop for n, _ in mine))
    cut = page[max(len(page) - last, 0) :] if last is not None else page
    behind = len(cut) < len(page) or (start is not None and any(n <= start for n, _ in mine))

    asked: dict[str, Any] = {"by": by, "first": first, "after": after, "last": last, "before": before}
    rule = of_customers(customers, paths[1]) if customers and seen else None
    found = await ask(shop, rule=rule, customers=customers, path=paths[0], **asked)

    assert [node["id"] for node in found["nodes"]] == [row["id"] for _, row in cut]
    assert [edge["node"]["id"] for edge in found["edges"]] == [row["id"] for _, row in cut]
    assert [edge["cursor"] for edge in found["edges"]] == [cursor_of(row, by, key) for _, row in cut]
    assert found["totalCount"] == len(mine)
    assert found["pageInfo"] == {
        "hasNextPage": ahead,
        "hasPreviousPage": behind,
        "startCursor": cursor_of(cut[0][1], by, key) if cut else None,
        "endCursor": cursor_of(cut[-1][1], by, key) if cut else None,
    }


@pytest.mark.parametrize("by", ORDERINGS)
@pytest.mark.parametrize("forwards", [True, False])
async def test_walking_page_by_page_meets_every_row_once(shop: BaseDBAsyncClient, by: str, forwards: bool) -> None:
    rows = in_order(await fetch(shop, Order, {}, where=None), ORDERINGS[by])
    met: list[str] = []
    cursor = None
    while True:
        sizes: dict[str, Any] = {"first": 7, "after": cursor} if forwards else {"last": 7, "before": cursor}
        found = await ask(shop, by=by, **sizes)
        ids = [node["id"] for node in found["nodes"]]
        met = met + ids if forwards else ids + met
        cursor = found["pageInfo"]["endCursor" if forwards else "startCursor"]
        if not found["pageInfo"]["hasNextPage" if forwards else "hasPreviousPage"]:
            break
    assert met == [row["id"] for row in rows]


async def test_a_default_first_yields_to_the_last_that_a_client_gives(shop: BaseDBAsyncClient) -> None:
    literal = await ask(shop, "{ orders(last: 30) { nodes { id } } }")
    variable = await ask(shop, "query Q($l: Int, $f: Int) { orders(first: $f, last: $l) { nodes { id } } }", l=30)
    rows = in_order(await fetch(shop, Order, {}, where=None), ORDERINGS["newest"])
    assert [node["id"] for node in literal["nodes"]] == [row["id"] for row in rows[-30:]]
    assert variable == literal


@pytest.mark.parametrize("size", [{"first": -1}, {"first": 101}, {"last": -1}, {"last": 101}])
async def test_a_size_out_of_bounds_is_bad_input(shop: BaseDBAsyncClient, size: dict[str, Any]) -> None:
    error = await ask(shop, **size)
    assert isinstance(error, BadInput)
    assert next(iter(size)) in error.message


def encoded(*values: Any) -> str:
    """A cursor that somebody has made."""
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


FORGED = {
    "not base64": "~~~~",
    "not ascii": "ä",
    "base64 of nothing": "",
    "not json": urlsafe_b64encode(b"no").decode(),
    "not a list": urlsafe_b64encode(b'{"a": 1}').decode(),
    "of another order": encoded("total", 1, "customer_1", "order_1"),
    "of another order of the same columns": encoded("oldest", "2024-01-01T00:00:00+00:00", "order_1"),
    "too short": encoded("newest", "2024-01-01T00:00:00+00:00"),
    "too long": encoded("newest", "2024-01-01T00:00:00+00:00", "a", "b"),
    "no time": encoded("newest", "now", "order_1"),
    "a time of no zone": encoded("newest", "2024-01-01T00:00:00", "order_1"),
    "a lone surrogate": encoded("newest", "2024-01-01T00:00:00+00:00", "\ud800"),
    "a number for a time": encoded("newest", 5, "order_1"),
    "a time past all calendars": encoded("newest", "0001-01-01T00:00:00+14:00", "order_1"),
    "null": encoded("newest", None, "order_1"),
    "a list for an id": encoded("newest", "2024-01-01T00:00:00+00:00", ["a"]),
    "NUL in an id": encoded("newest", "2024-01-01T00:00:00+00:00", "a\0"),
    "deep": urlsafe_b64encode(b"[" * 600).decode(),
    "endless": "A" * 100_000,
}


@pytest.mark.parametrize("cursor", FORGED.values(), ids=FORGED.keys())
@pytest.mark.parametrize("side", ["after", "before"])
async def test_a_forged_cursor_is_bad_input(shop: BaseDBAsyncClient, cursor: str, side: str) -> None:
    place: dict[str, Any] = {side: cursor}
    error = await ask(shop, **place)
    assert isinstance(error, BadInput)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 1.5, True, "1"])
async def test_a_number_that_its_column_cannot_hold_is_bad_input(shop: BaseDBAsyncClient, number: Any) -> None:
    error = await ask(shop, by="total", after=encoded("total", number, "customer_1", "order_1"))
    assert isinstance(error, BadInput)


@settings(max_examples=examples(200), deadline=None)
@given(st.one_of(st.text(), st.binary().map(lambda raw: urlsafe_b64encode(raw).decode())))
async def test_no_text_at_all_makes_a_cursor_fail_otherwise(shop: BaseDBAsyncClient, cursor: str) -> None:
    with pytest.raises(BadInput):
        position(cursor, Order, "newest", key_of(Order, ORDERINGS["newest"]))


@settings(max_examples=examples(60), deadline=None)
@given(st.datetimes().map(lambda at: at.isoformat() + "+00:00"), st.text(max_size=40))
async def test_a_cursor_of_any_well_formed_values_is_a_place_in_the_list(
    shop: BaseDBAsyncClient, at: str, id: str
) -> None:
    found = await ask(shop, first=1, after=encoded("newest", at, id))
    assert isinstance(found, BadInput if "\0" in id else dict)


@pytest.mark.parametrize(
    ("model", "columns", "sentence"),
    [
        (Order, ("note",), "can be null"),
        (Item, ("package_id",), "can be null"),
        (Order, ("data",), "no cursor can carry"),
        (Order, ("nothing",), "no readable column"),
        (Seller, ("secret",), "no readable column"),
    ],
)
async def test_a_page_cannot_be_ordered_by_a_column_without_a_sure_place(
    shop: BaseDBAsyncClient, model: Any, columns: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        key_of(model, Ordering("bad", columns))


async def test_an_order_that_names_the_primary_key_ends_there(shop: BaseDBAsyncClient) -> None:
    assert key_of(Order, Ordering("id", ("-id",))) == (("id", True),)


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Order, ("-placed_at",)),
        (Invoice, ("amount",)),
        (Package, ("status",)),
        (Item, ("position", "-quantity")),
    ],
)
async def test_a_cursor_gives_back_exactly_the_values_of_its_row(
    shop: BaseDBAsyncClient, model: Any, columns: tuple[str, ...]
) -> None:
    key = key_of(model, Ordering("some", columns))
    row = (await fetch(shop, model, {}, where=None))[-1]
    values = position(cursor_of(row, "some", key), model, "some", key)
    equal = [Condition.equal(name, value) for (name, _), value in zip(key, values, strict=True)]
    found = await fetch(shop, model, {}, where=Condition.all(equal))
    assert found == [row]


async def test_the_total_is_counted_only_when_it_is_selected(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    await ask(shop, "{ orders(first: 2) { nodes { id } } }")
    await ask(shop, "{ orders(first: 2) { totalCount } }")
    nodes, total = statements()
    assert "count(*)" not in nodes
    assert "count(*)" in total
    assert "json_agg" not in total


async def test_a_connection_of_which_nothing_is_selected_asks_the_database_nothing(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    result = await schema.execute("{ orders { __typename } }", context_value=Visit(db=shop))
    assert result.errors is None
    assert statements() == []


async def test_a_cursor_is_checked_even_where_only_the_total_is_selected(shop: BaseDBAsyncClient) -> None:
    row = (await fetch(shop, Order, {}, where=None))[5]
    cursor = cursor_of(row, "newest", key_of(Order, ORDERINGS["newest"]))
    query = "query Q($after: String) { orders(after: $after) { totalCount } }"
    assert await ask(shop, query, after=cursor) == {"totalCount": 60}
    assert isinstance(await ask(shop, query, after="no"), BadInput)


async def test_rows_of_one_moment_keep_their_order_from_page_to_page(shop: BaseDBAsyncClient) -> None:
    rows = await fetch(shop, Order, {}, where=None)
    assert len({row["placed_at"] for row in rows}) < len(rows), "the shop must hold such rows"
    found = [await ask(shop, first=100) for _ in range(3)]
    assert found[0] == found[1] == found[2]


async def test_a_page_of_100_holds_100_and_costs_one_statement_like_a_page_of_20(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    await shop.execute_script(
        """insert into "order" (id, "order number", customer_id, placed_at, total_minor, gift, data)
           select 'order_extra' || n, 'X', 'extra', now(), 1, false, '{}' from generate_series(1, 130) n"""
    )
    statements()
    try:
        small = await ask(shop, customers=["extra"], first=20)
        large = await ask(shop, customers=["extra"], first=100)
        one, other = (text.partition(": [")[0] for text in statements())
    finally:
        await shop.execute_script("delete from \"order\" where customer_id = 'extra'")
    assert (len(small["nodes"]), len(large["nodes"]), large["totalCount"]) == (20, 100, 130)
    assert large["nodes"][:20] == small["nodes"]
    assert one == other


@pytest.mark.parametrize(
    ("rule", "path", "by", "taken"),
    [
        (None, "none", "newest", ""),
        (None, "per value", "newest", "per value"),
        (None, "per value", "gift", ""),  # no index goes on in this order
        (None, "through table", "newest", "through table"),
        (None, "through table", "gift", ""),  # the other table does not keep the number
        ("through table", "per value", "newest", "through table"),
        ("selective", "per value", "newest", ""),
        ("through table", "selective", "newest", ""),
        ("by owner", "selective", "newest", ""),
        ("by owner", "through table", "gift", ""),
        ("by owner", "none", "newest", "by owner"),
    ],
)
async def test_a_page_takes_the_path_that_serves_its_order_and_none_if_few_rows_match(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]], rule: str | None, path: str, by: str, taken: str
) -> None:
    mine = ["customer_1"]
    found = await ask(shop, rule=of_customers(mine, rule) if rule else None, customers=mine, path=path, by=by)
    assert len(found["nodes"]) > 1
    (text,) = statements()
    marks = {"per value": "_each", "through table": "_source", "by owner": '"customer_id" >= $'}
    assert [name for name, mark in marks.items() if mark in text] == ([taken] if taken else [])


NEWEST = (("placed_at", True), ("id", True))
MIXED = (("placed_at", True), ("id", False))
PER_VALUE, BY_OWNER, THROUGH_TABLE, SELECTIVE = (
    PerValue("gift"),
    ByOwner("customer_id"),
    ThroughTable("sale", "seller", (("placed_at", "at"), ("id", "order"))),
    Selective(),
)
OF_VALUE, OF_OWNER = ("gift", "placed_at", "id"), ("customer_id", "placed_at", "id")
OF_BOTH = ("customer_id", "gift", "placed_at", "id")


@pytest.mark.parametrize(
    ("paths", "indexes", "order", "expected"),
    [
        ([PER_VALUE], [OF_VALUE], NEWEST, PER_VALUE),
        ([PER_VALUE], [OF_OWNER, OF_BOTH], NEWEST, None),
        ([PER_VALUE], [OF_VALUE], MIXED, None),
        ([PER_VALUE, BY_OWNER], [OF_VALUE, OF_OWNER], NEWEST, BY_OWNER),
        ([BY_OWNER, PER_VALUE], [OF_OWNER, OF_BOTH], NEWEST, PER_VALUE),
        ([BY_OWNER], [OF_VALUE], NEWEST, None),
        ([BY_OWNER], [OF_OWNER], MIXED, None),
        ([PerValue("note"), PER_VALUE], [OF_VALUE], NEWEST, PER_VALUE),
        ([PER_VALUE, THROUGH_TABLE], [OF_VALUE], NEWEST, THROUGH_TABLE),
        ([THROUGH_TABLE], [], (("total_minor", True), ("id", True)), None),
        ([PER_VALUE, BY_OWNER, THROUGH_TABLE, SELECTIVE], [OF_VALUE, OF_OWNER], NEWEST, None),
    ],
)
def test_the_chosen_path_is_one_that_an_index_serves(
    shop: BaseDBAsyncClient,
    paths: list[AccessPath],
    indexes: list[tuple[str, ...]],
    order: Key,
    expected: AccessPath | None,
) -> None:
    assert chosen(paths, replace(table_of(Order), indexes=frozenset(indexes)), order) == expected


def test_joined_conditions_have_the_paths_of_all_with_the_places_of_their_values() -> None:
    of_b = Fragment(Column("b"), " = any(", Value(0), ") and ", Value(1))
    plain, per_value = Condition.equal("a", 1), Condition(of_b, (["x"], True), (PerValue("b"),))
    by_owner = Condition.equal("d", 3, ByOwner("d"))
    assert Condition.all([plain, None, plain]).paths == ()
    assert Condition.all([plain, per_value, by_owner]).paths == (PerValue("b", 1), ByOwner("d", 3))
    assert Condition.all([per_value]).paths == (PerValue("b"),)
    assert Condition.any([per_value, per_value]).paths == Condition.any([per_value]).paths == ()
