"""`createOrder` over HTTP: what it refuses, and what becomes of the people whom it knows."""

from typing import Any

import pytest

from services.transition import Terms
from tests.market import OWNER, START, Market
from tests.services.intake.files import order_line

CREATE = """mutation Create($input: CreateOrderInput!) { createOrder(input: $input) {
  order { customer { name email } sellerOrders { seller { name } } } userErrors { code field } } }"""


def incoming(number: str, **changes: Any) -> dict[str, Any]:
    return order_line(number, placedAt=START.isoformat()) | changes


async def create(market: Market, order: dict[str, Any]) -> Any:
    return (await market.data(OWNER, CREATE, input=order))["createOrder"]


def with_image(order: dict[str, Any], url: str) -> dict[str, Any]:
    order["sellerOrders"][0]["packages"][0]["items"][0]["imageUrl"] = url
    return order


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (incoming("A-1", placedAt="0001-01-01T00:00:00Z"), "placedAt"),
        (incoming("A-1", placedAt="2199-01-01T00:00:00Z"), "placedAt"),
        (incoming("A-1", customer={"subject": "ada", "name": "Ada", "email": "not an email"}), "customer.email"),
        (incoming("A-1", customer={"subject": "ada", "name": "Ada", "email": ""}), "customer.email"),
        (
            with_image(incoming("A-1"), "javascript:alert(1)"),
            "sellerOrders.0.packages.0.items.0.imageUrl",
        ),
        (
            incoming("A-1", payments=[{"method": "card", "captured": "40.00", "provider": "strpie"}]),
            "payments.0.provider",
        ),
    ],
)
async def test_a_value_that_cannot_be_is_refused_with_its_field(
    market: Market, order: dict[str, Any], field: str
) -> None:
    refused = await create(market, order)
    assert refused["userErrors"] == [{"code": "INVALID_INPUT", "field": ["input", *field.split(".")]}]
    assert await market.rows('select 1 from "order"') == await market.rows("select 1 from customer") == []


async def test_a_provider_that_is_set_up_is_taken(market: Market) -> None:
    order = incoming("A-1", payments=[{"method": "gift card", "captured": "40.00", "provider": "gift-cards"}])
    assert (await create(market, order))["userErrors"]
    market.one.commands = replace(market.one.commands, terms=Terms(providers=frozenset({"gift-cards"})))
    assert (await create(market, order))["userErrors"] == []
