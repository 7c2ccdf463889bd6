"""What a read returns, held against the tables themselves."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.models import Model
from tortoise.transactions import in_transaction

from engine.conditions import Column, Condition, Fragment, Value
from engine.reads import Row, Tree, fetch
from engine.reads.tables import table_of
from tests.engine.reads.shop import SELLERS, Invoice, Item, Order, Package, Seller, visibility_of
from tests.examples import examples

RELATIONS: dict[type[Model], dict[str, tuple[type[Model], str, str, bool]]] = {
    Order: {
        "items": (Item, "id", "order_id", True),
        "packages": (Package, "id", "order_id", True),
        "invoice": (Invoice, "id", "order_id", False),
    },
    Item: {
        "order": (Order, "order_id", "id", False),
        "package": (Package, "package_id", "id", False),
        "seller": (Seller, "seller_id", "id", False),
    },
    Package: {
        "order": (Order, "order_id", "id", False),
        "seller": (Seller, "seller_id", "id", False),
        "items": (Item, "id", "package_id", True),
    },
    Seller: {
        "items": (Item, "id", "seller_id", True),
        "packages": (Package, "id", "seller_id", True),
    },
    Invoice: {"order": (Order, "order_id", "id", False)},
}


def trees(model: type[Model], depth: int = 2) -> st.SearchStrategy[Tree]:
    """Random trees of relations below a model."""
    if depth == 0:
        return st.just({})
    below = {name: trees(target, depth - 1) for name, (target, *_) in RELATIONS[model].items()}
    return st.fixed_dictionaries({}, optional=below)


@pytest.fixture(scope="session")
async def tables(shop: BaseDBAsyncClient) -> dict[type[Model], list[Row]]:
    """Every table, each row as the reads should show it, read one table at a time."""
    return {model: await fetch(shop, model, {}, where=None) for model in RELATIONS}


def expected(world: dict[type[Model], list[Row]], model: type[Model], tree: Tree, seller: str | None) -> list[Row]:
    """The rows a seller (or, None, anybody) should see, by plain loops over whole tables."""
    sold = {item["order_id"] for item in world[Item] if item["seller_id"] == seller}

    def seen(model: type[Model], row: Row) -> bool:
        if seller is None:
            return True
        if model is Order:
            return row["id"] in sold
        return model is not Invoice and row["id" if model is Seller else "seller_id"] == seller

    def visible(model: type[Model]) -> list[Row]:
        rows = sorted((row for row in world[model] if seen(model, row)), key=lambda row: str(row["id"]))
        if model is Item:
            rows.sort(key=lambda row: int(row["position"]))
        if model is Order:
            rows.sort(key=lambda row: str(row["id"]), reverse=True)
            rows.sort(key=lambda row: str(row["placed_at"]), reverse=True)
        return rows

    def grown(model: type[Model], rows: list[Row], tree: Tree) -> list[Row]:
        columns: list[dict[str, Any]] = [dict(row) for row in rows]
        for name, below in tree.items():
            target, here, there, many = RELATIONS[model][name]
            found = defaultdict(list)
            for row in grown(target, visible(target), below):
                found[row[there]].append(row)
            for row in columns:
                related = found[row[here]]
                row[name] = related if many else next(iter(related), None)
        return columns

    return grown(model, visible(model), tree)


@settings(max_examples=examples(80), deadline=None)
@given(
    st.sampled_from(list(RELATIONS)).flatmap(lambda model: st.tuples(st.just(model), trees(model))),
    st.one_of(st.none(), st.integers(0, SELLERS - 1).map(lambda n: f"seller_{n}")),
)
async def test_any_tree_of_relations_is_read_in_order_with_visible_rows_only_at_every_level(
    shop: BaseDBAsyncClient,
    tables: dict[type[Model], list[Row]],
    asked: tuple[type[Model], Tree],
    seller: str | None,
) -> None:
    model, tree = asked
    rows = await fetch(shop, model, tree, where=None, visibility=visibility_of(seller))
    assert rows == expected(tables, model, tree, seller)


async def test_the_relations_come_from_the_models_alone(shop: BaseDBAsyncClient) -> None:
    for model, relations in RELATIONS.items():
        found = table_of(model).relations
        assert {name: (one.target, one.many) for name, one in found.items()} == {
            name: (target, many) for name, (target, _, _, many) in relations.items()
        }


async def test_values_keep_every_digit_and_every_letter(shop: BaseDBAsyncClient) -> None:
    (order,) = await fetch(shop, Order, {"invoice": {}}, where=Condition.equal("id", "order_0000"))
    assert order == {
        "id": "order_0000",
        "number": "N0",
        "customer_id": "customer_0",
        "placed_at": "2024-01-01T12:00:00+00:00",
        "total_minor": 2**53,
        "gift": True,
        "note": 'a\u0001 "note" 🎁',
        "data": {"tags": ["a", 0], "deep": {"none": None}},
        "invoice": {
            "id": "invoice_0000",
            "order_id": "order_0000",
            "amount": "12345678901234567.0000000001",
        },
    }


async def test_a_column_that_the_model_leaves_out_is_not_read(shop: BaseDBAsyncClient) -> None:
    (seller,) = await fetch(shop, Seller, {}, where=Condition.equal("id", "seller_1"))
    assert seller == {"id": "seller_1", "name": "Sel\"ler 1 ✓ \\ '", "rating": "4.123456789012345678"}


async def test_a_list_is_ordered_as_asked_and_at_last_by_its_primary_key(shop: BaseDBAsyncClient) -> None:
    rows = await fetch(shop, Item, {}, where=None, order_by=("-quantity", "position"))
    assert rows == sorted(rows, key=lambda row: (-row["quantity"], row["position"], row["id"]))
    assert len({(row["quantity"], row["position"]) for row in rows}) < len(rows)


@pytest.mark.parametrize("column", ["secret", "nothing", 'id" desc; drop table item; --', "seller"])
async def test_a_list_cannot_be_ordered_by_anything_but_a_readable_column(shop: BaseDBAsyncClient, column: str) -> None:
    with pytest.raises(ValueError, match="no readable column"):
        await fetch(shop, Seller, {}, where=None, order_by=(column,))


async def test_a_read_within_a_transaction_sees_what_the_transaction_wrote(
    shop: BaseDBAsyncClient, premises: TortoiseContext
) -> None:
    where = Condition.equal("id", "seller_1")
    with premises:
        async with in_transaction() as transaction:
            await transaction.execute_query("update seller set name = 'new' where id = 'seller_1'")
            inside = await fetch(transaction, Seller, {}, where=where)
            outside = await fetch(shop, Seller, {}, where=where)
            await transaction.rollback()
    assert (inside[0]["name"], outside[0]["name"]) == ("new", "Sel\"ler 1 ✓ \\ '")


async def test_a_sub_select_of_a_condition_cannot_capture_the_row_it_is_about(
    shop: BaseDBAsyncClient,
) -> None:
    """Names that people give their sub-selects: if one of ours were the same, a column would be another table's."""
    for name in ("t", "t0", "t1", "t2", "r", "o", "i"):
        of_item = f"exists (select from item {name} where {name}.order_id = "
        mine = Fragment(of_item, Column("id"), f" and {name}.sku = ", Value(0), ")")
        rows = await fetch(shop, Order, {"items": {}}, where=Condition(mine, ("sku-7",)))
        assert rows
        assert all(any(item["sku"] == "sku-7" for item in row["items"]) for row in rows)
