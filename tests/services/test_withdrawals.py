"""Asking again and again for the same units: a customer may withdraw and ask again so often a day (L4)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from domain.facts import Actor
from services import changes, commands
from tests.market import OWNER, POLICY, Market, Order, customer, opened, seller
from tests.services.test_races import VERSION, codes

ADA = customer("ada")
MOST = 3
TOO_OFTEN = ["WITHDRAWN_TOO_OFTEN"]


def limited(market: Market, most: int | None = MOST) -> None:
    market.one.commands = replace(market.one.commands, terms=replace(market.one.commands.terms, most_withdrawals=most))


async def ask(
    market: Market, order: Order, *skus: str, by: Actor = ADA, reason: str = "changed_mind", **more: Any
) -> dict[str, Any]:
    items = [{"orderItemId": order.items[sku], "quantity": 1, "reason": reason} for sku in skus or ("lamp",)]
    policy = {"policyVersion": POLICY} if by == ADA else {}
    payload = await market.do(by, "requestReturn", "requests { id }", orderId=order.id, items=items, **policy, **more)
    return dict(payload)


async def withdraw(market: Market, payload: dict[str, Any], *, by: Actor = ADA) -> None:
    taken = await market.do(by, "withdrawRequest", requestId=payload["requests"][0]["id"])
    assert taken["userErrors"] == []


async def used_up(market: Market, *skus: str) -> Order:
    """An order whose customer has asked and withdrawn as often as may be."""
    limited(market)
    order = await market.order()
    for _ in range(MOST):
        await withdraw(market, await ask(market, order, *skus))
    return order


async def withdrawn(market: Market, order: Order) -> int:
    (row,) = await market.rows(
        "select count(*)::int as times from cancellation_request where order_id = $1 and status = 'WITHDRAWN'", order.id
    )
    return int(row["times"])


async def test_the_same_item_is_refused_after_so_many_withdrawals_and_another_is_not(market: Market) -> None:
    order = await used_up(market)
    assert codes(await ask(market, order)) == TOO_OFTEN
    refused = await ask(market, order, "bulb", "lamp")
    assert [error["field"] for error in refused["userErrors"]] == [["input", "items", "1"]]
    assert codes(await ask(market, order, "bulb")) == []


async def test_another_order_of_the_same_customer_is_not_refused(market: Market) -> None:
    await used_up(market)
    assert codes(await ask(market, await market.order())) == []


async def test_the_customer_may_ask_again_a_day_later(market: Market) -> None:
    order = await used_up(market)
    market.clock.pass_by(hours=23)
    assert codes(await ask(market, order)) == TOO_OFTEN
    market.clock.pass_by(hours=2)
    assert codes(await ask(market, order)) == []


async def test_the_owner_and_the_seller_are_not_limited(market: Market) -> None:
    order = await used_up(market)
    for by, reason in ((OWNER, "changed_mind"), (seller(order, "north"), "sold_out")):
        for _ in range(MOST + 1):
            asked = await ask(market, order, by=by, reason=reason)
            assert codes(asked) == []
            await withdraw(market, asked, by=by)


async def test_withdrawals_of_the_owners_and_sellers_requests_do_not_count(market: Market) -> None:
    limited(market)
    order = await market.order()
    for _ in range(MOST):
        await withdraw(market, await ask(market, order, by=OWNER), by=OWNER)
        await withdraw(
            market,
            await ask(market, order, by=seller(order, "north"), reason="sold_out"),
            by=seller(order, "north"),
        )
    assert codes(await ask(market, order)) == []


async def test_returns_are_counted_as_cancellations_are(market: Market) -> None:
    limited(market)
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    for _ in range(MOST):
        await withdraw(market, await ask(market, order, reason="does_not_fit"))
    assert codes(await ask(market, order, reason="does_not_fit")) == TOO_OFTEN


async def test_a_rejected_request_does_not_count(market: Market) -> None:
    limited(market)
    order = await market.order()
    for _ in range(MOST):
        asked = await ask(market, order)
        await market.do(OWNER, "rejectRequest", requestId=asked["requests"][0]["id"], reason="It is on its way.")
    assert codes(await ask(market, order)) == []


async def test_a_cancellation_that_is_converted_may_be_withdrawn_and_counts_once(market: Market) -> None:
    limited(market)
    order = await market.order()
    asked = await ask(market, order)
    await market.move(order, "north", "SHIPPED")
    await market.do(ADA, "convertToReturn", requestId=asked["requests"][0]["id"])
    (row,) = await market.rows("select id from cancellation_request where status = 'WAITING'")
    await withdraw(market, {"requests": [row]})
    for _ in range(MOST - 1):
        await withdraw(market, await ask(market, order, reason="does_not_fit"))
    assert codes(await ask(market, order, reason="does_not_fit")) == TOO_OFTEN


@pytest.mark.parametrize(("setting", "refused"), [(1, TOO_OFTEN), (0, [])], ids=["one", "without a limit"])
async def test_the_setting_sets_the_limit(database_url: str, setting: int, refused: list[str]) -> None:
    async with opened(database_url, max_withdrawals=setting) as market:
        order = await market.order()
        for _ in range(setting or 12):
            await withdraw(market, await ask(market, order))
        assert codes(await ask(market, order)) == refused


async def test_twins_do_not_withdraw_more_often_than_they_may(market: Market) -> None:
    limited(market)
    order = await market.order()

    async def twin() -> None:
        while codes(asked := await ask(market, order)) != TOO_OFTEN:
            if not asked["userErrors"]:
                await withdraw(market, asked)

    await asyncio.gather(*[twin() for _ in range(8)])
    assert await withdrawn(market, order) == MOST


async def asked_late(market: Market, order: Order, *, versions: bool) -> list[str]:
    """What a customer is told who has read before, and decides after, a twin that asks and withdraws."""
    has_read, twin_is_done, find, statement = (
        asyncio.Event(),
        asyncio.Event(),
        commands.find_order,
        changes.statement_of,
    )

    async def slowly(*arguments: Any, lock: bool) -> Any:
        found = await find(*arguments, lock=lock)
        if not has_read.is_set():
            has_read.set()
            await twin_is_done.wait()
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "find_order", slowly)
        if not versions:
            patch.setattr(changes, "statement_of", lambda shape: statement(shape).replace(VERSION, ""))
        late = asyncio.create_task(ask(market, order))
        await has_read.wait()
        await withdraw(market, await ask(market, order))
        twin_is_done.set()
        return codes(await late)


@pytest.mark.parametrize("versions", [True, False], ids=["with the version", "without, the control"])
async def test_who_has_read_before_the_last_withdrawal_decides_again(market: Market, versions: bool) -> None:
    limited(market, 1)
    order = await market.order()
    assert await asked_late(market, order, versions=versions) == (TOO_OFTEN if versions else [])
