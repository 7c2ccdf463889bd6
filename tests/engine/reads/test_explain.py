"""Explaining a document: its statements and code are those that its execution has."""

from collections.abc import Callable

import pytest
from graphql import OperationType
from tortoise.backends.base.client import BaseDBAsyncClient

from engine.documents.registry import Document, Documents, RequestErrors
from engine.explain import Recorder, access_path, explain
from tests.engine.reads.schema import schema
from tests.engine.reads.shop import Visit, visibility_of

QUERY = """
query Q($id: ID!, $first: Int) {
  order(id: $id) { number items { sku } }
  again: items(order: $id) { sku }
  orders(first: $first, customers: ["customer_1"], path: "per value") { totalCount nodes { id } }
}
"""


def document(text: str) -> Document:
    """A document of the toy shop."""
    return Documents(schema).get(text)


async def test_the_statements_are_those_of_the_execution(
    shop: BaseDBAsyncClient, statements: Callable[[], list[str]]
) -> None:
    variables = {"id": "order_0000", "first": 3}
    visit = Visit(db=Recorder(), seller="seller_1")
    found = await explain(schema, document(QUERY), None, variables, visit)
    assert [field.name for field in found] == ["order", "again", "orders"]
    assert statements() == []
    executed = await schema.execute(
        QUERY, context_value=Visit(db=shop, seller="seller_1"), variable_values=dict(variables)
    )
    assert executed.errors is None
    texts = [sent.text for field in found for sent in field.statements]
    assert sorted(texts) == sorted(sent.partition(": [")[0] for sent in statements())
    assert all(field.source is not None and field.stopped is None for field in found)


async def test_a_page_is_explained_by_the_path_it_takes(shop: BaseDBAsyncClient) -> None:
    visit = Visit(db=Recorder())
    *_, orders = await explain(schema, document(QUERY), "Q", {"id": "none"}, visit)
    (sent,) = orders.statements
    assert access_path(sent.text, visit.visibility).startswith("per value of customer_id")
    assert access_path("select 1", visibility_of()).startswith("none of its own")


async def test_a_field_that_fails_is_said_to_have_stopped(shop: BaseDBAsyncClient) -> None:
    text = '{ orders(by: "nothing") { totalCount } }'
    (orders,) = await explain(schema, document(text), None, {}, Visit(db=Recorder()))
    assert (orders.statements, orders.stopped) == ([], "'nothing'")


async def test_variables_that_do_not_fit_are_refused(shop: BaseDBAsyncClient) -> None:
    known = document(QUERY)
    assert known.kind(None) is OperationType.QUERY
    with pytest.raises(RequestErrors, match=r"\$id"):
        await explain(schema, known, None, {}, Visit(db=Recorder()))
