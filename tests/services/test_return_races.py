"""Races about goods: one winner, a typed refusal for the rest, and each once more without its protection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import models
from domain.actions import Action
from domain.errors import Refused
from domain.facts import SYSTEM
from services.acts import clocks
from services.commands import Command, Target
from services.transition import Transition
from tests import goods
from tests.market import OWNER, Market, customer, seller
from tests.services.test_race_controls import unlocked
from tests.services.test_races import codes, ledger_holds

Way = Callable[[], Awaitable[list[str]]]
"""One side of a race: what it is refused with, nothing if it wins."""


async def by_clock(market: Market, shipment: str) -> list[str]:
    """What the worker does of one overdue shipment, as any command does it: refused if it came too late."""
    command = Command(Action.EXPIRE_RETURN, SYSTEM, Target(models.ReturnShipment, shipment, "id"))

    def act(transition: Transition) -> dict[str, list[str]]:
        clocks.act_on_return(transition, shipment)
        return {}

    try:
        await market.one.commands.execute(command, act)
    except Refused as refused:
        return [blocker.code for blocker in refused.blockers]
    return []


def ask(market: Market, actor: Any, mutation: str, **values: Any) -> Way:
    async def way() -> list[str]:
        return codes(await market.do(actor, mutation, **values))

    return way


async def contest(market: Market, race: str) -> tuple[Way, Way]:
    """Two that want something else of the same return."""
    trigger = "ON_SHIPMENT" if race == "release and void" else "ON_INSPECTION"
    await goods.settings(market, trigger, shipByDays=1, graceDays=0)
    order = await goods.delivered(market)
    ada, clerk = customer("ada"), seller(order, "north")
    shipment = await goods.confirmed(market, order, lamp=2)
    named = {"returnId": shipment["id"]}
    proof = {"trackingNumber": "1Z", **named}
    withdrawn = ask(market, ada, "withdrawRequest", requestId=shipment["request"]["id"])
    if race == "two clerks":
        one = [{"orderItemId": order.items["lamp"], "received": 1}]
        return ask(market, clerk, "receiveReturn", items=one, **named), ask(market, clerk, "receiveReturn", **named)
    if race == "expiry and proof":
        market.clock.pass_by(days=3)
        return lambda: by_clock(market, shipment["id"]), ask(market, ada, "sendReturn", **proof)
    if race == "withdraw and receive":
        return withdrawn, ask(market, clerk, "receiveReturn", **named)
    if race == "release and void":
        return ask(market, OWNER, "sendReturn", **proof), withdrawn
    await goods.act(market, clerk, "receiveReturn", shipment["id"])
    grades = [goods.grade(order, 2)]
    return ask(market, clerk, "inspectReturn", grades=grades, **named), ask(market, OWNER, "waiveReturn", **named)


REFUSED = {
    "two clerks": {"NOTHING_MISSING", "UNITS_NOT_EXPECTED"},
    "expiry and proof": {"WRONG_STATUS", "NOT_DUE"},
    "withdraw and receive": {"GOODS_UNDER_WAY", "WRONG_STATUS", "MONEY_RELEASED"},
    "inspect and waive": {"WRONG_STATUS"},
    "release and void": {"GOODS_UNDER_WAY", "MONEY_RELEASED", "WRONG_STATUS"},
}


async def sound(market: Market) -> None:
    """What no race may break: the ledger of units against the requests, and money that is released at most once."""
    await ledger_holds(market)
    held = await market.rows(
        "select i.id from order_item i left join (select l.order_item_id, sum(coalesce(l.accepted_quantity,"
        " l.quantity)) as units from cancellation_request q join request_item l on l.request_id = q.id"
        " where q.transaction = 'REFUND' and q.status in ('WAITING', 'APPROVED') group by 1) r"
        " on r.order_item_id = i.id where i.return_held <> coalesce(r.units, 0)"
    )
    assert held == []
    released = await market.rows(
        "select plan_id from event where subject = 'PLAN' and action in ('RELEASE_PLAN', 'VOID_PLAN')"
        " group by 1 having count(*) > 1"
    )
    assert released == []


@pytest.mark.parametrize("race", REFUSED)
async def test_of_two_that_want_different_things_of_a_return_one_wins(market: Market, race: str) -> None:
    for turn in range(3):
        ways = list(await contest(market, race))
        if turn == 1:
            ways.reverse()
        answers = await asyncio.gather(*(way() for way in ways))
        assert [bool(answer) for answer in answers].count(False) == 1, answers
        assert {code for answer in answers for code in answer} <= REFUSED[race]
        await market.work()
        await sound(market)


@pytest.mark.parametrize("race", REFUSED)
async def test_without_version_and_lock_both_win_and_the_harm_is_seen(market: Market, race: str) -> None:
    ways = await contest(market, race)
    if race == "inspect and waive":  # both release the money, and of one plan a payment has one refund
        await market.rows("drop index refund_once_per_payment")
    with unlocked():
        answers = await asyncio.gather(*(way() for way in ways), return_exceptions=True)
    harmless = [answer for answer in answers if answer == []]
    broken = [answer for answer in answers if isinstance(answer, BaseException)]
    assert len(harmless) == 2 or broken, answers


@pytest.mark.parametrize("race", REFUSED)
async def test_the_version_alone_lets_one_win(market: Market, race: str) -> None:
    ways = await contest(market, race)
    with unlocked(versions=True):
        answers = await asyncio.gather(*(way() for way in ways))
    assert [bool(answer) for answer in answers].count(False) == 1, answers
    await sound(market)


@pytest.mark.parametrize("race", REFUSED)
async def test_each_return_has_one_winner_if_many_are_written_together(market: Market, race: str) -> None:
    contests = [await contest(market, race) for _ in range(4)]
    answers = await asyncio.gather(*(way() for ways in zip(*contests, strict=True) for way in ways))
    for of_one in zip(answers[:4], answers[4:], strict=True):
        assert [bool(answer) for answer in of_one].count(False) == 1, answers
    assert {code for answer in answers for code in answer} <= REFUSED[race]
    await sound(market)


OVERDUE = {"EXPIRE_RETURN": (), "LOSE_RETURN": ("sendReturn",), "INSPECT_RETURN": ("receiveReturn",)}
"""What the worker does, and what has been done before time passed."""


async def overdue(market: Market, action: str) -> None:
    """A return that the worker is to act on now."""
    await goods.settings(market, "ON_INSPECTION")
    order = await goods.delivered(market)
    shipment = await goods.confirmed(market, order, lamp=2)
    for mutation in OVERDUE[action]:
        proof = {"trackingNumber": "1Z"} if mutation == "sendReturn" else {}
        await goods.act(market, seller(order, "north"), mutation, shipment["id"], **proof)
    market.clock.pass_by(days=60)


async def acted(market: Market, action: str) -> int:
    return len(await market.rows("select from event where action = $1", action))


@pytest.mark.parametrize("action", OVERDUE)
async def test_of_two_workers_one_acts_on_an_overdue_return(market: Market, action: str) -> None:
    await overdue(market, action)
    assert any(await asyncio.gather(*(market.worker.once() for _ in range(2))))  # the other may find a refund to send
    assert await acted(market, action) == 1
    await sound(market)


async def test_without_lock_and_version_both_workers_act_on_an_overdue_return(market: Market) -> None:
    await overdue(market, "EXPIRE_RETURN")
    with unlocked():
        answers = await asyncio.gather(*(market.worker.once() for _ in range(2)), return_exceptions=True)
    broken = [answer for answer in answers if isinstance(answer, BaseException)]
    assert await acted(market, "EXPIRE_RETURN") == 2 or broken, answers
