"""The texts of statements: remembered without ever being another's, and never holding a value."""

import random
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from graphql import execute, get_operation_ast, parse
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import OperationalError
from tortoise.models import Model

from engine.conditions import Column, Condition, Fragment, Value
from engine.errors import BadInput
from engine.reads import fetch, selection
from engine.reads import statements as made
from engine.reads.selection import whole
from engine.reads.statements import REMEMBERED_TEXTS, Read, remembered_statement, statement_of, steps_of, text, texts
from engine.reads.tables import table_of
from engine.visibility import Visibility
from tests.engine.reads.schema import ORDERINGS, schema
from tests.engine.reads.shop import Item, Order, Seller, Visit

QUERY = """
  query Q($by: String!, $customers: [String!], $first: Int, $after: String, $last: Int, $before: String,
          $total: Boolean!, $items: Boolean!, $deep: Boolean!, $edges: Boolean!) {
    orders(customers: $customers, by: $by, first: $first, after: $after, last: $last, before: $before) {
      totalCount @include(if: $total)
      pageInfo { startCursor hasNextPage @include(if: $deep) hasPreviousPage @skip(if: $total) }
      edges @include(if: $edges) { cursor node { ...F } }
      nodes @skip(if: $edges) { ...F invoice { id } }
    }
  }
  fragment F on Order {
    id sellers @include(if: $deep) items @include(if: $items) { ...I @include(if: $deep) id }
  }
  fragment I on Item { summary package { id } }
"""
DOCUMENT = parse(QUERY)


VISIBILITIES: dict[Any, Visibility] = {}
"""Callers of one seller under the same rules share one."""


def forget() -> None:
    """Empty every memory of the reads."""
    for visibility in VISIBILITIES.values():
        visibility.statements.clear()
    selection._document_fields.clear()
    text.cache_clear()
    steps_of.cache_clear()
    table_of.cache_clear()


@pytest.fixture(scope="session")
async def cursors(shop: BaseDBAsyncClient) -> dict[str, list[str]]:
    """Some cursors of every ordering."""
    found: dict[str, list[str]] = {}
    for by in ORDERINGS:
        query = f'{{ orders(by: "{by}", first: 30) {{ edges {{ cursor }} }} }}'
        result = await schema.execute(query, context_value=Visit(db=shop))
        assert result.data is not None
        found[by] = [edge["cursor"] for edge in result.data["orders"]["edges"]]
    return found


OTHER_THAN = Fragment(Column("id"), " <> ", Value(0))
RULES = [
    None,
    Condition(OTHER_THAN, ("order_0037",)),
    Condition(OTHER_THAN, ("order_0000",)),
    Condition(Fragment(OTHER_THAN, " and ", OTHER_THAN.after(1)), ("order_0000", "order_0037")),
    Condition(Fragment(Column("id"), " <> all(", Value(0), ")"), (["order_0000", "item_0000x1x0"],)),
]


def asked(chance: random.Random, shop: BaseDBAsyncClient, cursors: dict[str, list[str]]) -> tuple[Visit, Any]:
    """Some caller, and some values of the query's variables."""
    by = chance.choice(list(ORDERINGS))
    variables = {
        "by": by,
        "customers": chance.choice([None, ["customer_1"]]),
        "after": chance.choice([None, *cursors[by][:10]]),
        "before": chance.choice([None, *cursors[by][20:]]),
        chance.choice(["first", "last"]): chance.choice([None, 0, 3, 100]),
        **{name: chance.random() < 0.5 for name in ("total", "items", "deep", "edges")},
    }
    seller = chance.choice([None, "seller_1", "seller_2"])
    rules: dict[type[Model], Condition] = {
        model: rule for model in (Order, Item) if (rule := chance.choice(RULES)) is not None
    }
    visit = Visit(db=shop, seller=seller, rules=rules)
    visit.visibility = VISIBILITIES.setdefault((seller, str(rules)), visit.visibility)
    return visit, variables


async def test_a_remembered_text_is_the_one_that_would_be_made_afresh(
    shop: BaseDBAsyncClient, cursors: dict[str, list[str]], statements: Callable[[], list[str]]
) -> None:
    """Random callers and variables of one document: with every memory emptied each time, then with none."""
    chance = random.Random(11)
    cases = [asked(chance, shop, cursors) for _ in range(150)]

    async def answer(case: tuple[Visit, Any]) -> tuple[Any, list[str]]:
        visit, variables = case
        result: Any = execute(schema._schema, DOCUMENT, context_value=visit, variable_values=variables)
        found = await result
        assert found.errors is None
        return found.data, statements()

    fresh = []
    for case in cases:
        forget()
        fresh.append(await answer(case))
    assert len({tuple(sent) for _, sent in fresh}) > 100
    forget()
    for _ in range(2):
        for n in chance.sample(range(len(cases)), len(cases)):
            assert await answer(cases[n]) == fresh[n]
    assert sum(len(one.statements) for one in VISIBILITIES.values()) > len(VISIBILITIES)
    assert text.cache_info().hits > 0
    assert len(selection._document_fields) == 1


async def test_a_page_is_remembered_by_all_that_its_statement_depends_on(
    shop: BaseDBAsyncClient, cursors: dict[str, list[str]], statements: Callable[[], list[str]]
) -> None:
    switches = dict.fromkeys(("total", "items", "deep", "edges"), True)
    shared = Visibility()
    sent = set()
    for by in ORDERINGS:
        places = (None, cursors[by][5])
        for customers, after, before, end in product((None, ["customer_1"]), places, places, ("first", "last")):
            variables = {"by": by, "customers": customers, "after": after, "before": before, end: 3, **switches}
            answers = []
            for visibility in (shared, Visibility()):
                visit = Visit(db=shop)
                visit.visibility = visibility
                result: Any = execute(schema._schema, DOCUMENT, context_value=visit, variable_values=variables)
                answers.append(((await result).data, statements()))
            assert answers[0] == answers[1], variables
            sent.add(answers[0][1][0])
    assert len(sent) > len(ORDERINGS)


async def test_the_memories_are_bounded(shop: BaseDBAsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for memory in (text, texts, steps_of):
        assert memory.cache_info().maxsize == REMEMBERED_TEXTS
    monkeypatch.setattr(selection, "REMEMBERED_FIELDS", 5)
    monkeypatch.setattr(selection, "REMEMBERED_FLAGS", 3)
    forget()
    names = [f"v{n}" for n in range(3)]
    flags = " ".join(f"items @include(if: ${name}) {{ id }}" for name in names)
    heads = ", ".join(f"${name}: Boolean!" for name in names)
    for _ in range(8):
        document = parse(f'query Q({heads}) {{ order(id: "order_0000") {{ {flags} }} }}')
        for bits in range(8):
            visit = Visit(db=shop)
            values = {name: bool(bits >> n & 1) for n, name in enumerate(names)}
            result: Any = execute(schema._schema, document, context_value=visit, variable_values=values)
            assert (await result).errors is None
            assert visit.trees == [{"items": {}} if bits else {}]
    assert len(selection._document_fields) <= 5
    assert all(len(field.known) <= 3 for field in selection._document_fields.values())


async def test_the_statements_of_a_visibility_are_bounded(
    shop: BaseDBAsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "REMEMBERED_STATEMENTS", 3)
    visibility = Visibility()
    read = Read(Order, whole({}), None, (("id", False),))
    for place in range(8):
        made_now = statement_of(read, visibility)
        assert remembered_statement(visibility, place, lambda: statement_of(read, visibility)) == made_now
        assert place in visibility.statements
        assert len(visibility.statements) <= 3


async def test_the_field_asked_for_most_recently_is_forgotten_last(
    shop: BaseDBAsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "REMEMBERED_FIELDS", 4)
    forget()
    often = parse('{ act(id: "order_0000") { order { id } } }')
    operation = get_operation_ast(often)
    assert operation is not None
    asked_often = operation.selection_set.selections[0]
    places: set[int] = set()
    for _ in range(6):
        for document in (often, parse('{ act(id: "order_0037") { order { id } } }')):
            result: Any = execute(schema._schema, document, context_value=Visit(db=shop))
            assert (await result).errors is None
        held = [field for field in selection._document_fields.values() if field.nodes[0] is asked_often]
        places.update(map(id, held))
        assert held
    assert len(places) == 1


HOSTILE = [
    "'",
    "''; drop table item; --",
    '"',
    "$1",
    "{0}",
    "{t}",
    "%s",
    "\\'; select 1; --",
    "order_0000' or '1'='1",
    "\u2019 or 1=1",
    "a" * 10_000,
]


@pytest.mark.parametrize("id", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_id_is_a_value_and_nothing_else(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]], id: str
) -> None:
    query = "query Q($id: ID!) { order(id: $id) { id } items(order: $id) { id } }"
    plain = await schema.execute(query, context_value=Visit(db=shop), variable_values={"id": "none"})
    usual = statements()
    visit = Visit(db=shop, rules={Item: Condition(Fragment(Column("sku"), " <> ", Value(0)), (id,))})
    result = await schema.execute(query, context_value=Visit(db=shop), variable_values={"id": id})
    assert result.errors is None
    assert result.data == plain.data == {"order": None, "items": []}
    assert [sent.rpartition(": [")[0] for sent in statements()] == [sent.rpartition(": [")[0] for sent in usual]
    narrowed = await schema.execute('{ items(order: "order_0000") { id } }', context_value=visit)
    assert narrowed.data is not None
    assert narrowed.data["items"]


@pytest.mark.parametrize("id", ["a\0b", "\ud800"])
async def test_a_text_that_no_column_can_hold_is_bad_input_and_not_a_failure(shop: BaseDBAsyncClient, id: str) -> None:
    query = "query Q($id: ID!) { order(id: $id) { id } }"
    result = await schema.execute(query, context_value=Visit(db=shop), variable_values={"id": id})
    assert result.errors is not None
    assert isinstance(result.errors[0].original_error, BadInput)


async def test_a_faulty_statement_is_not_taken_for_bad_input(shop: BaseDBAsyncClient) -> None:
    by_zero = Fragment("1 / (", Value(0), "::int - 1) = 1")
    of_no_column = Fragment(Column("nothing"), " = ", Value(0), "::int")
    for faulty in (by_zero, of_no_column):
        visit = Visit(db=shop, rules={Item: Condition(faulty, (1,))})
        result = await schema.execute('{ items(order: "order_0000") { id } }', context_value=visit)
        assert result.errors is not None
        assert isinstance(result.errors[0].original_error, OperationalError)


async def test_names_of_tables_and_columns_are_quoted(shop: BaseDBAsyncClient) -> None:
    """The toy shop's order is a word of SQL, and one of its columns has a space in its name."""
    (row,) = await fetch(shop, Order, {}, where=Condition.equal("order number", "N5"))
    assert row["number"] == "N5"


async def test_a_condition_of_a_list_is_one_parameter_whatever_its_length(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    for length in (0, 1, 3):
        wanted = Condition.among("id", [f"seller_{n}" for n in range(length)])
        assert len(await fetch(shop, Seller, {}, where=wanted)) == length
    assert len({sent.partition(": [")[0] for sent in statements()}) == 1
