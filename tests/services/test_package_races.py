"""Races about packages: one winner, a typed refusal for the rest, and each once more without its protection."""

import asyncio
from typing import Any

import pytest

from services.worker import due
from tests.market import OWNER, POLICY, Market, Order, customer, seller
from tests.services.test_race_controls import unlocked
from tests.services.test_races import ledger_holds
from tests.services.test_return_races import Way, ask
from tests.services.test_split_package import LAMPS

REFUSED = {
    "revert and return": {"STATUS_RELIED_ON", "PACKAGE_HAS_NOT_LEFT"},
    "two reverts": {"NOTHING_TO_REVERT"},
    "two splits": {"TOO_MANY_UNITS"},
    "split and cancellation": {"TOO_MANY_UNITS", "CANCELLATION_WAITING"},
}
UNIQUE = (("package", "package_number_key"), ("order_item", "order_item_position"))


async def contest(market: Market, race: str) -> tuple[Way, Way]:
    """Two that want something else of the same package."""
    order = await market.order(LAMPS)
    ada, clerk = customer("ada"), seller(order, "north")
    named = {"packageId": order.packages["north"]}
    two = {"orderItemId": order.items["lamp"], "quantity": 2}
    revert = ask(market, OWNER, "revertPackageStatus", **named)
    split = ask(market, clerk, "splitPackage", items=[two], **named)

    def asked(transaction: str, reason: str) -> Way:
        items = [two | {"reason": reason}]
        way = {"orderId": order.id, "items": items, "policyVersion": POLICY, "transaction": transaction}
        return ask(market, ada, "requestReturn", **way)

    if race in ("revert and return", "two reverts"):
        await market.move(order, "north", "SHIPPED")
        return revert, asked("REFUND", "does_not_fit") if race == "revert and return" else revert
    return split, asked("CANCEL", "changed_mind") if race == "split and cancellation" else split


async def sound(market: Market) -> None:
    """No unit is lost or doubled, and no return stands on a package that has not left."""
    await ledger_holds(market)
    units = await market.rows("select order_id from order_item where sku = 'lamp' group by 1 having sum(quantity) <> 3")
    assert units == []
    returned = await market.rows(
        "select i.id from order_item i join package p on p.id = i.package_id"
        " where i.return_held > 0 and p.status in ('PREPARING', 'READY_TO_SHIP')"
    )
    assert returned == []


@pytest.mark.parametrize("race", REFUSED)
async def test_of_two_that_want_different_things_of_a_package_one_wins(market: Market, race: str) -> None:
    for turn in range(3):
        ways = list(await contest(market, race))
        if turn == 1:
            ways.reverse()
        answers = await asyncio.gather(*(way() for way in ways))
        assert [bool(answer) for answer in answers].count(False) == 1, answers
        assert {code for answer in answers for code in answer} <= REFUSED[race]
        await sound(market)


@pytest.mark.parametrize("race", REFUSED)
async def test_without_version_and_lock_both_win_and_the_harm_is_seen(market: Market, race: str) -> None:
    ways = await contest(market, race)
    for table, name in UNIQUE if race == "two splits" else ():
        await market.rows(f'alter table "{table}" drop constraint "{name}"')
    with unlocked():
        answers = await asyncio.gather(*(way() for way in ways), return_exceptions=True)
    broken = [answer for answer in answers if isinstance(answer, BaseException)]
    assert answers == [[], []] or broken, answers
    if not broken:
        with pytest.raises(AssertionError):
            await sound(market)


@pytest.mark.parametrize("race", REFUSED)
async def test_the_version_alone_lets_one_win(market: Market, race: str) -> None:
    ways = await contest(market, race)
    with unlocked(versions=True):
        answers = await asyncio.gather(*(way() for way in ways))
    assert [bool(answer) for answer in answers].count(False) == 1, answers
    await sound(market)


async def waiting_plan(market: Market) -> Order:
    """A package that was shipped while a plan waited; the plan is due."""
    order = await market.order(LAMPS)
    await market.apply(await market.request(order, lamp=1))
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    return order


async def plan(market: Market, order: Order) -> str:
    (row,) = await market.rows("select status from cancellation_plan where order_id = $1", order.id)
    return str(row["status"])


async def confirm_and_revert(market: Market, order: Order) -> list[Any]:
    async def confirm() -> bool | None:
        return await market.worker.take(due.DUE_PLAN, market.clock(), ["WAITING"], due.confirm)

    revert = ask(market, seller(order, "north"), "revertPackageStatus", packageId=order.packages["north"])
    return list(await asyncio.gather(confirm(), revert(), return_exceptions=True))


async def test_a_plan_is_confirmed_by_itself_whether_its_turn_or_the_revert_comes_first(market: Market) -> None:
    """The one that is second sees what the first one has done: nobody asks the seller about a package that is there."""
    for _ in range(3):
        order = await waiting_plan(market)
        assert (await confirm_and_revert(market, order))[1] == []
        assert await plan(market, order) in ("WAITING", "APPROVED", "COMPLETED")
        market.clock.pass_by(seconds=3)
        await market.work()
        assert await plan(market, order) == "COMPLETED"
    await sound(market)


async def test_without_version_and_lock_the_seller_is_asked_about_a_package_that_is_there(market: Market) -> None:
    order = await waiting_plan(market)
    with unlocked():
        assert (await confirm_and_revert(market, order))[1] == []
    (package,) = await market.rows("select status from package where order_id = $1", order.id)
    assert (package["status"], await plan(market, order)) == ("PREPARING", "CONFIRMATION_WAITING")
