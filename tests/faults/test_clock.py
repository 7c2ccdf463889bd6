"""The clock is stepped: a day ahead, a day back, and back again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from app.auth.tokens import LEEWAY
from events.notifier import ProcessNotifier
from services.worker import due
from services.worker.due import Worker
from tests.market import OWNER, Market, customer, opened

STEPS = (timedelta(days=1), timedelta(days=-2), timedelta(days=1), timedelta(hours=-6))
_TIMELINE = "query T($id: ID!) { request(id: $id) { version status timeline { to at } } }"
_EVENTS = "query E($after: Cursor) { events(after: $after, first: 100) { nodes { cursor subject action to } } }"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url) as market:
        yield market


async def answered(market: Market, after: str | None = None) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await market.data(OWNER, _EVENTS, after=after))["events"]["nodes"]
    return nodes


async def test_events_are_in_order_whatever_the_clock_says(market: Market) -> None:
    order = await market.order()
    requests = []
    for step in STEPS:
        market.clock.now += step
        request = await market.request(order, lamp=1)
        market.clock.now -= step * 2
        payload = await market.do(customer("ada"), "withdrawRequest", requestId=request["id"])
        assert payload["userErrors"] == []
        market.clock.now += step
        requests.append(request["id"])
    for id in requests:
        shown = (await market.data(customer("ada"), _TIMELINE, id=id))["request"]
        assert [one["to"] for one in shown["timeline"]] == ["WAITING", "WITHDRAWN"]
    journal = [one["to"] for one in await answered(market) if one["subject"] == "REQUEST"]
    assert journal == ["WAITING", "WITHDRAWN"] * len(STEPS)


async def test_a_cursor_resumes_after_the_clock_steps_back(market: Market) -> None:
    order = await market.order()
    await market.request(order, lamp=1)
    last = (await answered(market))[-1]["cursor"]
    market.clock.now -= timedelta(days=1)
    await market.request(order, bulb=1)
    assert [one["action"] for one in await answered(market, last)] == ["REQUEST_RETURN"]


async def test_a_refund_is_paid_once_though_the_clock_jumps_while_it_is_due(market: Market) -> None:
    plan = await market.apply(await market.request(await market.order(), lamp=1))
    for step in (*STEPS, timedelta(days=3)):
        market.clock.now += step
        await market.work()
    refunds = await market.rows("select status from refund where plan_id = $1", plan["id"])
    credits = await market.rows("select key from ledger_entry")
    assert [one["status"] for one in refunds] == ["SUCCEEDED"]
    assert len(credits) == 1


async def test_no_step_of_the_clock_is_an_error_of_ours(market: Market) -> None:
    for step in STEPS:
        market.clock.now += step
        order = await market.order()
        await market.move(order, "north", "SHIPPED", "DELIVERED")
        for text in ("{ orders { nodes { items { eligibility { quantity } } allowedActions { action } } } }",):
            for actor in (OWNER, customer("ada")):
                assert "errors" not in await market.ask(actor, text)


async def test_a_worker_whose_clock_is_days_ahead_forgets_no_answer(market: Market) -> None:
    order = await market.order()
    asked = await market.request(order, lamp=1)
    withdraw = {"requestId": asked["id"], "idempotencyKey": "once"}
    assert not (await market.do(customer("ada"), "withdrawRequest", **withdraw))["replayed"]
    for days in (8, 400, -900):
        market.clock.pass_by(days=days)
        await Worker(market.one.commands, {}, ProcessNotifier()).once()  # a new worker cleans in its first step
        assert (await market.do(customer("ada"), "withdrawRequest", **withdraw))["replayed"]


async def test_answers_are_forgotten_after_a_week_of_the_databases_clock(market: Market) -> None:
    asked = await market.request(await market.order(), lamp=1)
    await market.do(customer("ada"), "withdrawRequest", requestId=asked["id"], idempotencyKey="once")
    for age, left in (("6 days 23:59", 1), ("7 days 00:01", 0)):
        await market.rows(f"update idempotency_record set created_at = now() - interval '{age}'")
        await Worker(market.one.commands, {}, ProcessNotifier()).once()
        assert len(await market.rows("select from idempotency_record")) == left


async def test_a_worker_cleans_on_whatever_its_clock_steps_to(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stepped back, a clock that says when to clean would hold the next cleaning up for as long."""
    worker = Worker(market.one.commands, {}, ProcessNotifier())
    await worker.once()
    asked = await market.request(await market.order(), lamp=1)
    await market.do(customer("ada"), "withdrawRequest", requestId=asked["id"], idempotencyKey="once")
    await market.rows("update idempotency_record set created_at = now() - interval '8 days'")
    market.clock.pass_by(days=-30)
    await worker.once()
    assert len(await market.rows("select from idempotency_record")) == 1
    monkeypatch.setattr(due, "CLEAN_EVERY", 0.0)
    await worker.once()
    assert await market.rows("select from idempotency_record") == []


def test_clocks_may_differ_by_a_minute() -> None:
    assert LEEWAY == 60
