"""`createOrder` over HTTP: what it refuses, and what becomes of the people whom it knows."""

from dataclasses import replace
from datetime import timedelta
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


def stated(number: str, name: str, email: str | None = None, *, seller: str = "North", days: int = 0) -> dict[str, Any]:
    """An order of Ada's, placed some days before the first of the tests."""
    order = incoming(number, customer={"subject": "ada", "name": name, "email": email})
    order["placedAt"] = (START - timedelta(days=days)).isoformat()
    order["sellerOrders"][0]["sellerName"] = seller
    return order


async def people(market: Market) -> list[tuple[str, str | None, str]]:
    sql = "select c.name, c.email, s.name as seller from customer c, seller s"
    return [tuple(row.values()) for row in await market.rows(sql)]


async def test_a_new_name_of_a_known_customer_or_seller_is_taken(market: Market) -> None:
    await create(market, stated("A-1", "Ada Oak", "ada@oak.example", days=9))
    answer = await create(market, stated("A-2", "Ada Elm", "ada@elm.example", seller="North Lamps", days=8))
    assert answer["order"] == {
        "customer": {"name": "Ada Elm", "email": "ada@elm.example"},
        "sellerOrders": [{"seller": {"name": "North Lamps"}}],
    }
    assert await people(market) == [("Ada Elm", "ada@elm.example", "North Lamps")]


async def test_an_order_that_was_placed_earlier_does_not_bring_back_an_old_name(market: Market) -> None:
    await create(market, stated("A-2", "Ada Elm", "ada@elm.example", seller="North Lamps", days=3))
    await create(market, stated("A-1", "Ada Oak", "ada@oak.example", seller="North", days=9))
    assert await people(market) == [("Ada Elm", "ada@elm.example", "North Lamps")]


async def test_of_two_orders_placed_at_once_the_later_arrival_counts(market: Market) -> None:
    await create(market, stated("A-1", "Ada Oak"))
    await create(market, stated("A-2", "Ada Elm"))
    assert await people(market) == [("Ada Elm", None, "North")]


async def test_an_order_without_an_address_of_e_mail_leaves_the_known_one(market: Market) -> None:
    await create(market, stated("A-1", "Ada Oak", "ada@oak.example", days=2))
    await create(market, stated("A-2", "Ada Elm", None, days=1))
    assert await people(market) == [("Ada Elm", "ada@oak.example", "North")]


async def test_a_refused_order_and_a_repeated_one_rename_nobody(market: Market) -> None:
    first = stated("A-1", "Ada Oak", days=3) | {"idempotencyKey": "once"}
    await create(market, first)
    await create(market, stated("A-2", "Ada Elm", days=2))
    await create(market, first)
    await create(market, stated("A-2", "Ada Ash", days=1))  # its number exists
    await create(market, stated("A-3", "Ada Ash", "no address", days=1))
    assert await people(market) == [("Ada Elm", None, "North")]


INFORMATION = """mutation Create($input: CreateOrderInput!) { createOrder(input: $input) { userErrors { code field }
  order { customer { phone } shippingAddress { ...A } billingAddress { ...A }
          payments { paidAt instrument reference } } } }
fragment A on Address { name lines postalCode city region country }"""


async def test_an_order_keeps_where_it_goes_and_how_it_was_paid(market: Market) -> None:
    home = {
        "name": "Ada Oak", "lines": ["Elm Street 1", "2nd floor"],
        "postalCode": "10115", "city": "Berlin", "region": None, "country": "DE",
    }  # fmt: skip
    office = {"name": "Oak & Sons", "lines": ["P.O. Box 7"], "postalCode": None, "city": None, "region": None}
    paid = {"paidAt": "2026-03-01T08:00:00+00:00", "instrument": "Visa •••• 4242", "reference": "ch_1"}
    order = incoming(
        "A-1",
        customer={"subject": "ada", "name": "Ada", "phone": " +49 30 901820"},
        shippingAddress=home | {"country": " de"},
        billingAddress=office | {"country": "IE"},
        payments=[paid | {"method": "card", "captured": "40.00"}],
    )
    answer = (await market.data(OWNER, INFORMATION, input=order))["createOrder"]
    assert answer == {
        "userErrors": [],
        "order": {
            "customer": {"phone": "+49 30 901820"},
            "shippingAddress": home,
            "billingAddress": office | {"country": "IE"},
            "payments": [paid],
        },
    }


async def phone(market: Market) -> str | None:
    (row,) = await market.rows("select phone from customer")
    found: str | None = row["phone"]
    return found


def calling(number: str, phone: str | None, days: int) -> dict[str, Any]:
    order = stated(number, "Ada Oak", days=days)
    order["customer"]["phone"] = phone
    return order


async def test_a_customer_has_the_phone_of_the_latest_order_that_states_one(market: Market) -> None:
    steps = [
        ("+49 1000", 5, "+49 1000"),
        ("+49 2000", 3, "+49 2000"),
        ("+49 3000", 4, "+49 2000"),
        (None, 1, "+49 2000"),
    ]
    for n, (stated_phone, days, known) in enumerate(steps):
        assert (await create(market, calling(f"A-{n}", stated_phone, days)))["userErrors"] == []
        assert await phone(market) == known
