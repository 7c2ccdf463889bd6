"""What goes back is what the payments can pay when the money is released: in steps, with shipping at the very end."""

from decimal import Decimal
from typing import Any

import pytest

from gateways.payments.stripe_amounts import to_stripe
from services.currency import exponent, parse_minor
from tests.market import OWNER, Market, Order, Part, customer, seller

_CREATE = """mutation C($input: CreateOrderInput!) { createOrder(input: $input) { userErrors { message field }
  order { id number items { id sku } packages { id seller { handle } } sellerOrders { seller { id handle } } } } }"""
_PLANS = """query O($id: ID!) { order(id: $id) { status totals { refunded { amount } } plans { status total { amount }
  lines { shippingShare { amount } rounding { amount } } refunds { amount { amount } } } } }"""
DINARS = Part("north", {"dates": (3, "3.334")}, "0.000")


async def sold(
    market: Market, part: Part, payments: list[tuple[str, str]], *, currency: str, discount: str | None = None
) -> Order:
    """An order in a currency, paid through providers: (provider, captured)."""
    values: dict[str, Any] = {
        "number": f"{currency}-1",
        "currency": currency,
        "placedAt": market.clock().isoformat(),
        "customer": {"subject": "ada", "name": "Ada"},
        "sellerOrders": [part.input()],
        "payments": [
            {"method": "card", "provider": provider, "captured": captured, "reference": f"pi_{n}"}
            for n, (provider, captured) in enumerate(payments)
        ],
    }
    values["sellerOrders"][0]["packages"][0]["items"][0]["discount"] = discount
    payload = (await market.data(OWNER, _CREATE, input=values))["createOrder"]
    assert payload["userErrors"] == []
    made = payload["order"]
    return Order(
        made["id"],
        made["number"],
        {item["sku"]: item["id"] for item in made["items"]},
        {package["seller"]["handle"]: package["id"] for package in made["packages"]},
        {one["seller"]["handle"]: one["seller"]["id"] for one in made["sellerOrders"]},
        "ada",
    )


async def settle(market: Market) -> None:
    market.clock.pass_by(seconds=3)
    await market.work()


async def plans(market: Market, order: Order) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await market.data(OWNER, _PLANS, id=order.id))["order"]["plans"]
    return found


def shipping(plan: dict[str, Any]) -> str:
    return f"{sum(Decimal(line['shippingShare']['amount']) for line in plan['lines']):.2f}"


@pytest.mark.parametrize("voucher", ["0.000", "0.005"])
async def test_ten_dinars_go_back_unit_by_unit_in_amounts_that_stripe_moves(market: Market, voucher: str) -> None:
    payments = [("ledger", voucher), ("stripe", "10.000")]
    order = await sold(market, DINARS, payments, currency="KWD", discount="0.002")
    for _ in range(3):
        await market.apply(await market.request(order, dates=1))
        await settle(market)
    rows = await market.rows(
        "select p.provider, r.amount_minor from refund r join payment p on p.id = r.payment_id where r.order_id = $1",
        order.id,
    )
    by_card = [row["amount_minor"] for row in rows if row["provider"] == "stripe"]
    assert all(to_stripe(minor, "KWD", exponent) for minor in by_card)
    assert sum(by_card) == 10_000
    assert sum(row["amount_minor"] for row in rows) == 10_000 + parse_minor(voucher, "KWD")
    for plan in await plans(market, order):
        total = sum(Decimal(refund["amount"]["amount"]) for refund in plan["refunds"])
        assert total == Decimal(plan["total"]["amount"])


async def test_shipping_stays_if_the_other_cancellation_is_taken_back(market: Market) -> None:
    order = await market.order()
    lamps, bulb = await market.request(order, lamp=2), await market.request(order, bulb=1)
    await market.apply(lamps)
    assert (await market.apply(bulb))["total"] == {"amount": "8.40"}  # a quote, should both be confirmed
    payload = await market.do(customer("ada"), "withdrawRequest", requestId=lamps["id"])
    assert payload["userErrors"] == []
    await settle(market)
    gone, kept = sorted(await plans(market, order), key=lambda plan: str(plan["status"]))
    assert (kept["status"], gone["status"]) == ("VOIDED", "COMPLETED")
    assert (gone["total"]["amount"], shipping(gone)) == ("3.50", "0.00")
    assert [refund["amount"]["amount"] for refund in gone["refunds"]] == ["3.50"]


async def test_shipping_goes_with_whichever_plan_is_released_last(market: Market) -> None:
    order = await market.order()
    first = await market.apply(await market.request(order, lamp=2))
    market.clock.pass_by(seconds=1)
    second = await market.apply(await market.request(order, bulb=1))
    assert (first["total"], second["total"]) == ({"amount": "20.00"}, {"amount": "8.40"})
    # The later plan comes first: its two seconds are made over before those of the earlier one.
    await market.rows("update cancellation_plan set due_at = due_at - interval '1 minute' where id = $1", second["id"])
    await market.work()
    await settle(market)
    assert [(plan["total"]["amount"], shipping(plan)) for plan in await plans(market, order)] == [
        ("24.90", "4.90"),
        ("3.50", "0.00"),
    ]


async def test_a_return_does_not_bring_shipping_while_a_cancellation_waits_for_the_seller(market: Market) -> None:
    order = await market.order()
    lamps = await market.request(order, lamp=2)
    await market.apply(lamps)
    await market.move(order, "north", "SHIPPED")
    await settle(market)  # the seller is asked: the package has left
    bulb = await market.request(order, bulb=1)
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=bulb["id"])
    assert payload["userErrors"] == []
    payload = await market.do(seller(order, "north"), "rejectRequest", requestId=lamps["id"], reason="It has left.")
    assert payload["userErrors"] == []
    await settle(market)
    assert [(plan["status"], shipping(plan)) for plan in await plans(market, order)] == [
        ("REJECTED", "0.00"),
        ("COMPLETED", "0.00"),
    ]
