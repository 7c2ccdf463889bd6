"""An order may grow (F26): a command on one with many closed requests costs about what the first one cost."""

from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import perf_counter

import pytest
from tortoise.connection import get_connection

from services.order_reading import load
from services.transition import Terms
from tests.faults.sizes import size
from tests.market import OWNER, POLICY, Market, Order, Part, customer, seller
from tests.withdrawals import declared

REQUESTS = size(120, 500)
SAMPLE = 15
MOST_RATIO = size(2.0, 1.5)
"""The short form has fewer samples beside other programs."""


async def ask_and_withdraw(market: Market, order: Order) -> tuple[float, str]:
    """Seconds of a request and its withdrawal, and the request's id."""
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    began = perf_counter()
    asked = await market.do(
        customer("ada"), "requestReturn", "requests { id }", orderId=order.id, items=[item], policyVersion=POLICY
    )
    assert asked["userErrors"] == []
    id = asked["requests"][0]["id"]
    taken = await market.do(customer("ada"), "withdrawRequest", "request { id }", requestId=id)
    assert taken["userErrors"] == []
    return perf_counter() - began, id


@pytest.mark.timeout(600)
async def test_a_command_costs_the_same_after_many_requests(
    market: Market, record_property: Callable[[str, object], None]
) -> None:
    market.one.commands = replace(market.one.commands, terms=Terms(most_withdrawals=None))
    order = await market.order()
    for _ in range(REQUESTS - SAMPLE):
        await ask_and_withdraw(market, order)
    fresh, grown = [], []
    for _ in range(SAMPLE):  # in turns, so that other programs slow both
        fresh.append((await ask_and_withdraw(market, await market.order()))[0])
        grown.append((await ask_and_withdraw(market, order))[0])
    first, last = median(fresh), median(grown)
    record_property(
        "request and withdrawal", f"{first * 1000:.1f} ms on a new order, {last * 1000:.1f} ms after {REQUESTS}"
    )
    order_book = await load(get_connection("default"), order.id, named="")
    assert order_book.requests == []
    assert last <= MOST_RATIO * first


async def test_a_closed_request_is_in_the_book_of_a_command_that_names_it(market: Market) -> None:
    order = await market.order()
    _, first = await ask_and_withdraw(market, order)
    _, second = await ask_and_withdraw(market, order)
    db = get_connection("default")
    assert [row.id for row in (await load(db, order.id, named=first)).requests] == [first]
    assert [row.id for row in (await load(db, order.id, named=second)).requests] == [second]
    refused = await market.do(customer("ada"), "withdrawRequest", "request { id }", requestId=first)
    assert refused["userErrors"]


async def test_closed_plans_count_in_sums_and_keep_the_money_right(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (7, "9.99"), "bulb": (1, "3.33")}, "4.90"))
    for _ in range(7):
        await market.apply(await market.request(order, lamp=1))
        market.clock.pass_by(seconds=5)
        await market.work()
    db = get_connection("default")
    order_book = await load(db, order.id, named="")
    assert (order_book.requests, order_book.plans, order_book.refunds) == ([], [], [])
    (settled,) = order_book.released_lines()
    assert (settled.order_item_id, settled.quantity, settled.total_minor) == (order.items["lamp"], 7, 6993)
    await market.apply(await market.request(order, bulb=1))
    market.clock.pass_by(seconds=5)
    await market.work()
    (row,) = await market.rows('select captured_minor, refunded_minor from "order" where id = $1', order.id)
    assert row["captured_minor"] == row["refunded_minor"]


async def test_the_plan_and_refund_of_a_closed_request_are_read_when_they_are_named(market: Market) -> None:
    order = await market.order()
    plan = await market.apply(await market.request(order, lamp=1))
    market.clock.pass_by(seconds=5)
    await market.work()
    (refund,) = await market.rows("select id, plan_id from refund")
    db = get_connection("default")
    for named in (refund["id"], plan["id"]):
        order_book = await load(db, order.id, named=named)
        assert [row.id for row in order_book.refunds] == [refund["id"]]
        assert order_book.settled_lines == []
    refused = await market.do(OWNER, "retryRefund", "refund { id }", refundId=refund["id"])
    assert refused["userErrors"]


async def test_a_refund_that_failed_keeps_its_request_in_the_book(market: Market) -> None:
    order = await market.order()
    await market.apply(await market.request(order, lamp=1))
    market.clock.pass_by(seconds=5)
    await market.work()
    await market.rows("update refund set status = 'FAILED'")
    order_book = await load(get_connection("default"), order.id, named=seller(order, "north").id)
    assert len(order_book.requests) == len(order_book.refunds) == 1
    assert order_book.settled_lines == []


async def test_an_order_of_a_thousand_items_in_a_hundred_packages_is_withdrawn_from_in_time(market: Market) -> None:
    items = {f"sku{n}": (1, "1.00") for n in range(1000)}
    order = await market.order(Part("north", items, "0.00", apart=tuple(items)[:100]))
    (made,) = await declared(market, order)
    assert len(made["items"]) == len(items)
