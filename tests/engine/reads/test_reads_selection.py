"""From a selection to the relations that are read, and to no more than one statement."""

from collections.abc import Callable
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from engine.conditions import Column, Condition, Fragment, Value
from engine.context import OperationContext
from engine.reads import Tree
from tests.engine.reads import shop as models
from tests.engine.reads.schema import schema
from tests.engine.reads.shop import Visit

ORDER = "order_0000"


async def run(db: BaseDBAsyncClient, query: str, *, seller: str | None = None, **variables: Any) -> Any:
    """The data of an operation that must not fail, and its context."""
    visit = Visit(db=db, seller=seller)
    result = await schema.execute(query, context_value=visit, variable_values=variables)
    assert result.errors is None
    return result.data, visit


TREES: dict[str, tuple[str, Tree]] = {
    "columns alone take no relation": ("{ id number placedAt totalMinor }", {}),
    "relations nest": (
        "{ items { sku package { seller { name } } } }",
        {"items": {"package": {"seller": {}}}},
    ),
    "aliases and repetitions are merged": (
        "{ a: items { package { id } } b: items { seller { id } } items { id } }",
        {"items": {"package": {}, "seller": {}}},
    ),
    "fragments count": (
        "{ ...F ... { invoice { id } } ... on Order { packages { ...P } } }"
        " fragment F on Order { items { id } } fragment P on Package { ... on Node { id } seller { id } }",
        {"items": {}, "invoice": {}, "packages": {"seller": {}}},
    ),
    "a fragment on an interface's other type does not": (
        "{ ... on Node { ... on Seller { packages { id } } ... on Order { invoice { id } } } }",
        {"invoice": {}},
    ),
    "what is skipped or not included does not": (
        "{ items @skip(if: true) { id } packages @include(if: false) { id } invoice { id } }",
        {"invoice": {}},
    ),
    "a skipped fragment does not": (
        "{ ... on Order @skip(if: true) { items { id } } ...F @include(if: false) }"
        " fragment F on Order { packages { id } }",
        {},
    ),
    "a computation's needs count": ("{ sellers }", {"items": {"seller": {}}}),
    "needs below a relation count, and join what is selected": (
        "{ items { summary package { items { id } } } }",
        {"items": {"package": {"items": {}, "order": {}}, "seller": {}}},
    ),
    "an embedded object reads the same row": ("{ papers { placedAt invoice { id } } }", {"invoice": {}}),
    "a computation that is called as a relation is none": ("{ papers { items { minor } } }", {}),
    "and adds nothing to the relation": ("{ items { sku } papers { items { minor } } }", {"items": {}}),
}


@pytest.mark.parametrize(("selected", "tree"), TREES.values(), ids=TREES.keys())
async def test_the_tree_holds_the_relations_that_are_needed(shop: BaseDBAsyncClient, selected: str, tree: Tree) -> None:
    body, brace, fragments = selected.partition(" fragment ")
    _, visit = await run(shop, f'{{ order(id: "{ORDER}") {body} }}{brace}{fragments}')
    assert visit.trees == [tree]


async def test_of_a_row_below_another_its_id_is_read_only_where_something_asks_for_it(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    (row,) = await shop.execute_query_dict('select order_id from "invoice" order by id limit 1')

    async def answered(selected: str) -> tuple[Any, str]:
        statements()
        found, _ = await run(shop, f'{{ order(id: "{row["order_id"]}") {{ {selected} }} }}')
        (statement,) = statements()
        return found["order"], statement

    found, statement = await answered("invoice { amount }")
    assert set(found["invoice"]) == {"amount"}
    assert '_2."id"' not in statement
    found, _ = await answered("invoice { __typename } packages { __typename }")
    assert found["invoice"] == {"__typename": "Invoice"}
    assert {"__typename": "Package"} in found["packages"]
    found, _ = await answered("invoice { order { __typename ... on Order { number } } }")  # it could be of any type
    assert found["invoice"]["order"]["__typename"] == "Order"


async def test_a_computation_that_is_called_as_a_relation_widens_nothing(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    statements()
    found, _ = await run(shop, f'{{ order(id: "{ORDER}") {{ items {{ sku }} papers {{ items {{ minor }} }} }} }}')
    (statement,) = statements()
    assert found["order"]["items"]
    assert found["order"]["papers"]["items"]["minor"] >= 2**53
    assert '"sku"' in statement
    assert '"quantity"' not in statement


async def test_the_variables_of_skip_and_include_choose_the_tree_each_time(shop: BaseDBAsyncClient) -> None:
    query = """
      query Q($items: Boolean!, $plain: Boolean = true) {
        order(id: "order_0000") { ...F @include(if: $items) }
      }
      fragment F on Order { items { id seller @skip(if: $plain) { id } } }
    """
    seen = []
    switchings: list[dict[str, Any]] = [
        {"items": True},
        {"items": False},
        {"items": True, "plain": False},
        {"items": True},
    ]
    for variables in switchings:
        _, visit = await run(shop, query, **variables)
        seen += visit.trees
    assert seen == [{"items": {}}, {}, {"items": {"seller": {}}}, {"items": {}}]


@pytest.mark.parametrize(
    ("id", "tree"),
    [
        ("order_0000", {"items": {}}),
        ("item_0000x1x0", {"order": {}}),
        ("seller_1", {}),
        ("package_0000x9", {"seller": {}, "items": {}}),
    ],
)
async def test_of_an_abstract_field_only_fragments_that_the_type_fits_count(
    shop: BaseDBAsyncClient, id: str, tree: Tree
) -> None:
    query = """
      query Q($id: ID!) { node(id: $id) { id __typename
        ... on Order { number items { id } } ... on Item { order { id } } ...P } }
      fragment P on Package { ... on Node { ... on Package { seller { id } items { id } } } }
    """
    _, visit = await run(shop, query, id=id)
    assert visit.trees == [tree]
    assert visit.statements == 1


async def test_a_payloads_object_is_read_by_what_is_selected_below_it(shop: BaseDBAsyncClient) -> None:
    query = '{ act(id: "order_0000") { message again: order { items { id } } order { invoice { id } } } }'
    data, visit = await run(shop, query)
    assert data["act"]["order"] == {"invoice": {"id": "invoice_0000"}}
    assert data["act"]["again"]["items"]
    assert visit.statements == 1


async def test_a_whole_tree_costs_one_statement_however_many_rows_there_are(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    selected = "id sellers invoice { amount } items { summary package { seller { name } items { sku } } }"
    for size in (1, 20, 50):
        query = f"{{ orders(first: {size}) {{ totalCount pageInfo {{ hasNextPage }} nodes {{ {selected} }} }} }}"
        data, visit = await run(shop, query)
        assert len(data["orders"]["nodes"]) == size
        assert visit.statements == len(statements()) == 1


async def test_every_root_field_costs_one_statement(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    query = """{ order(id: "order_0000") { number } other: order(id: "none") { number }
                 items(order: "order_0000") { summary } node(id: "seller_1") { id } }"""
    data, visit = await run(shop, query)
    assert data["other"] is None
    assert visit.statements == len(statements()) == 4


async def test_a_computation_that_nobody_selects_costs_nothing(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    plain, visit = await run(shop, '{ items(order: "order_0000") { sku } }')
    (without,) = statements()
    computed, _ = await run(shop, '{ items(order: "order_0000") { sku summary } }')
    (with_needs,) = statements()
    assert 'seller"' not in without.replace('"seller_id"', "")
    assert '"seller"' in with_needs
    assert [row["sku"] for row in plain["items"]] == [row["sku"] for row in computed["items"]]
    assert visit.statements == 1


async def test_what_a_seller_may_not_see_is_null_or_absent_at_every_level(shop: BaseDBAsyncClient) -> None:
    query = """{ orders(first: 50) { totalCount nodes {
        invoice { id } items { seller { id } } packages { seller { id } items { seller { id } } } } } }"""
    everything, _ = await run(shop, query)
    for seller in (f"seller_{n}" for n in range(models.SELLERS)):
        data, _ = await run(shop, query, seller=seller)
        orders = data["orders"]
        assert 0 < orders["totalCount"] == len(orders["nodes"]) < everything["orders"]["totalCount"]
        assert all(order["invoice"] is None for order in orders["nodes"])
        assert set(_sellers(orders["nodes"])) == {seller}


def _sellers(found: Any) -> list[str]:
    if isinstance(found, list):
        return [one for item in found for one in _sellers(item)]
    if not isinstance(found, dict):
        return []
    own = [found["seller"]["id"]] if found.get("seller") else []
    return own + [one for value in found.values() for one in _sellers(value)]


async def test_another_sellers_object_and_a_missing_one_are_the_same_answer(shop: BaseDBAsyncClient) -> None:
    query = "query Q($id: ID!) { node(id: $id) { id } }"
    own, _ = await run(shop, query, seller="seller_1", id="seller_1")
    others, _ = await run(shop, query, seller="seller_1", id="seller_2")
    missing, _ = await run(shop, query, seller="seller_1", id="seller_none")
    assert own["node"] == {"id": "seller_1"}
    assert others == missing == {"node": None}


async def test_a_context_without_a_connection_reads_from_the_default_one(premises: TortoiseContext) -> None:
    context = OperationContext()
    with premises:
        query = '{ items(order: "order_0000") { sku } }'
        result = await schema.execute(query, context_value=context)
    assert result.data is not None
    assert result.data["items"]
    assert context.statements == 1


async def test_a_fragment_is_walked_once_however_often_it_is_spread(shop: BaseDBAsyncClient) -> None:
    """Were each spread entered, these 24 levels would take 2 ** 24 steps."""
    levels = [f"fragment F{n} on Order {{ ...F{n + 1} ...F{n + 1} id }}" for n in range(24)]
    query = " ".join([f'{{ order(id: "{ORDER}") {{ ...F0 }} }}', *levels, "fragment F24 on Order { items { id } }"])
    visit = Visit(db=shop)
    result = await schema.execute(query, context_value=visit)
    assert result.errors is None
    assert visit.trees == [{"items": {}}]


async def test_a_visibility_that_is_an_or_is_held_together(shop: BaseDBAsyncClient) -> None:
    either = Fragment("false or ", Column("quantity"), " = ", Value(0))
    visit = Visit(db=shop, rules={models.Item: Condition(either, (1,))})
    result = await schema.execute('{ items(order: "order_0000") { quantity } }', context_value=visit)
    total = await shop.execute_query_dict("select count(*) as n from item where quantity = 1")
    assert result.data is not None
    assert len(result.data["items"]) < total[0]["n"]
