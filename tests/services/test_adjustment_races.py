"""Races about adjustments: of two that want the same money one wins, and each once more without its protection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests import goods
from tests.adjusted import adjustment, decided, part
from tests.market import OWNER, Market, Order, seller
from tests.services.test_race_controls import unlocked
from tests.services.test_races import codes

Way = Callable[[], Awaitable[list[str]]]
"""One side of a race: what it is refused with, nothing if it wins."""
RACES = ("two allowances", "two reversals", "shipping and shipping", "allowance and confirm")


def ask(market: Market, mutation: str, **values: Any) -> Way:
    async def way() -> list[str]:
        return codes(await market.do(OWNER, mutation, **values))

    return way


async def contest(market: Market, race: str) -> tuple[Order, Way, Way]:
    """Two that want more together than there is."""
    order = await goods.delivered(market)
    lamp = {"orderItemId": order.items["lamp"]}
    if race == "two reversals":
        request = await market.request(order, lamp=1)
        kept = [adjustment("DEDUCTION", "6.00", **lamp)]
        clerk = seller(order, "north")
        plan = await decided(market, clerk, "confirmRequest", requestId=request["id"], adjustments=kept)
        await market.work()
        asked = adjustment("REVERSAL", "4.00", reversesId=plan["adjustments"][0]["id"])
    elif race == "shipping and shipping":
        asked = adjustment("SHIPPING", "3.00", sellerOrderId=await part(market, order))
    else:
        asked = adjustment("ALLOWANCE", "9.00" if race == "allowance and confirm" else "11.00", **lamp)
    allowance = ask(market, "refundAllowance", orderId=order.id, adjustments=[asked])
    if race == "allowance and confirm":
        request = await market.request(order, lamp=1)
        given = {"requestId": request["id"], "note": "Agreed.", "adjustments": [asked]}
        return order, allowance, ask(market, "confirmRequest", **given)
    return order, allowance, allowance


async def too_much(market: Market, order: Order) -> bool:
    """Whether more went back, or was given back, than there was: for the lamps 20.00, for shipping 4.00, kept 6.00."""
    (row,) = await market.rows(
        "select (select coalesce(sum(l.total_minor), 0) from plan_line l join cancellation_plan p on p.id = l.plan_id"
        "         where p.order_id = $1) as lines,"
        " coalesce(sum(a.amount_minor) filter (where a.kind = 'ALLOWANCE'), 0) as lamps,"
        " coalesce(sum(a.amount_minor) filter (where a.kind = 'SHIPPING'), 0) as shipping,"
        " coalesce(sum(a.amount_minor) filter (where a.kind = 'REVERSAL'), 0) as reversed"
        " from plan_adjustment a join cancellation_plan p on p.id = a.plan_id where p.order_id = $1",
        order.id,
    )
    return bool(row["lines"] + row["lamps"] > 2000 or row["shipping"] > 400 or row["reversed"] > 600)


@pytest.mark.parametrize("race", RACES)
async def test_of_two_that_want_the_same_money_one_wins(market: Market, race: str) -> None:
    for turn in range(3):
        order, *ways = await contest(market, race)
        if turn == 1:
            ways.reverse()
        answers = await asyncio.gather(*(way() for way in ways))
        assert sorted(answers) == [[], ["ADJUSTMENT_TOO_HIGH"]]
        await market.work()
        assert not await too_much(market, order)


@pytest.mark.parametrize("race", RACES)
async def test_without_version_and_lock_both_win_and_the_harm_is_seen(market: Market, race: str) -> None:
    order, *ways = await contest(market, race)
    await market.rows("drop trigger reversal_of_what_is_kept on plan_adjustment")
    with unlocked():
        answers = await asyncio.gather(*(way() for way in ways))
    assert answers == [[], []]
    assert await too_much(market, order)


async def test_the_database_alone_refuses_to_give_back_more_than_was_kept(market: Market) -> None:
    order, *ways = await contest(market, "two reversals")
    with unlocked():
        answers = await asyncio.gather(*(way() for way in ways), return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, BaseException)]
    assert not await too_much(market, order)


@pytest.mark.parametrize("race", RACES)
async def test_the_version_alone_lets_one_win(market: Market, race: str) -> None:
    order, *ways = await contest(market, race)
    with unlocked(versions=True):
        await asyncio.gather(*(way() for way in ways))
    assert not await too_much(market, order)
