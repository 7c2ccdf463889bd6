"""A scalar has one spelling: what only Python takes for a number or a time is refused, with the input's name."""

from typing import Any

import pytest

from tests.market import OWNER, Market

CREATE = """mutation C($input: CreateOrderInput!) { createOrder(input: $input) { userErrors { code field }
  order { items { unitPrice { amount } } placedAt } } }"""
NUMBERS = [
    "1_000",
    "10_0",
    "١٢",
    "१",
    " 1.00",
    "1.00 ",
    "1.00\n",
    "1e2",
    "1E2",
    "+5",
    "5.",
    ".5",
    "1,50",
    "--1",
    "",
    "-",
]
MORE = ["NaN", "Infinity", "0x10", "1.2.3", "1 000", "−5", "１２"]
TIMES = ["2026-01-31", "20260131T120000Z", "2026-W05-6T12:00:00Z", "2026-01-31T12:00:00", "2026-01-31T12:00Z"]
OTHER_TIMES = ["2026-01-31T12:00:00,5Z", "٢٠٢٦-01-31T12:00:00Z", "2026-01-31T12:00:00+0100", " 2026-01-31T12:00:00Z"]


def selling(**changes: Any) -> dict[str, Any]:
    price = changes.pop("price", "1.00")
    item = {"sku": "a", "name": "A", "quantity": 1, "unitPrice": price}
    return {
        "number": "X-1",
        "currency": "EUR",
        "placedAt": "2026-01-31T12:00:00Z",
        "customer": {"subject": "ada", "name": "Ada"},
        "sellerOrders": [{"seller": "n", "sellerName": "N", "packages": [{"items": [item]}]}],
        "payments": [{"method": "card", "captured": "1.00"}],
    } | changes


async def test_only_digits_one_point_and_a_minus_are_a_decimal(market: Market) -> None:
    before = await market.fingerprint()
    for number in [*NUMBERS, *MORE]:
        for values in (selling(price=number), selling(payments=[{"method": "card", "captured": number}])):
            (error,) = (await market.ask(OWNER, CREATE, input=values))["errors"]
            assert error["extensions"]["code"] == "BAD_INPUT", number
            assert "unitPrice" in error["message"] or "captured" in error["message"], number
    assert await market.fingerprint() == before


@pytest.mark.parametrize("time", [*TIMES, *OTHER_TIMES])
async def test_only_a_time_of_rfc_3339_is_a_time(market: Market, time: str) -> None:
    (error,) = (await market.ask(OWNER, CREATE, input=selling(placedAt=time)))["errors"]
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert "placedAt" in error["message"]


async def test_plain_numbers_and_times_are_taken(market: Market) -> None:
    times = ["2026-01-31T12:00:00Z", "2026-01-31t13:00:00.5+01:00", "2026-01-31T12:00:00.123456789Z"]
    for n, (price, time) in enumerate(zip(["0", "007.50", "-0"], times, strict=True)):
        payload = await market.data(OWNER, CREATE, input=selling(number=f"X-{n}", price=price, placedAt=time))
        assert payload["createOrder"]["userErrors"] == []


async def test_an_order_of_a_withdrawn_currency_is_taken_in_shown_and_refunded(market: Market) -> None:
    values = selling(currency="BGN")
    assert (await market.data(OWNER, CREATE, input=values))["createOrder"]["userErrors"] == []
    assert await refunded(market) == [{"amount": "1.00", "currency": "BGN"}]


async def test_what_is_stored_in_a_code_that_nobody_knows_is_shown_and_refunded(market: Market) -> None:
    assert (await market.data(OWNER, CREATE, input=selling()))["createOrder"]["userErrors"] == []
    for table in ('"order"', "order_item", "payment"):
        await market.rows(f"update {table} set currency = 'QQQ'")
    assert await refunded(market) == [{"amount": "1.00", "currency": "QQQ"}]


async def refunded(market: Market) -> list[dict[str, str]]:
    """Cancel what the one order holds; the refunds as the list shows them."""
    found = await market.data(OWNER, "{ orders { nodes { id items { id unitPrice { amount currency } } } } }")
    (order,) = found["orders"]["nodes"]
    items = [{"orderItemId": item["id"], "quantity": 1, "reason": "changed_mind"} for item in order["items"]]
    shows = "plans { total { amount currency } }"
    payload = await market.do(
        OWNER, "applyCancellation", shows, orderId=order["id"], transaction="CANCEL", confirm=True, items=items
    )
    assert payload["userErrors"] == []
    market.clock.pass_by(seconds=3)
    await market.work()
    listed = await market.data(OWNER, "{ refunds { nodes { status amount { amount currency } } } }")
    assert [refund["status"] for refund in listed["refunds"]["nodes"]] == ["SUCCEEDED"]
    return [refund["amount"] for refund in listed["refunds"]["nodes"]]
