"""The owner's pause: nothing is sent while it holds, refunds in doubt are looked up, and sending goes on at its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from app.health import Health
from gateways.payments.port import GatewayUnknown, Outcome
from observe.metrics import DatabaseMetrics
from services.worker import due
from services.worker.due import Worker
from services.worker.reconcile import reconcile
from tests.market import OWNER, Market, customer
from tests.services.worker.test_refunds import Bank, approved, bank, leased, shown

__all__ = ["bank"]  # a fixture
PAUSE = "refundPause { id reason pausedAt pausedBy resumedAt resumedBy note underWay }"
WITHIN = 20.0
"""Seconds after which something has not happened."""


async def pause(market: Market) -> dict[str, Any]:
    payload = await market.do(OWNER, "pauseRefunds", PAUSE, reason="The gateway pays twice.")
    assert payload["userErrors"] == [], payload
    return dict(payload["refundPause"])


async def resume(market: Market, **values: Any) -> dict[str, Any]:
    payload = await market.do(OWNER, "resumeRefunds", PAUSE, **values)
    assert payload["userErrors"] == [], payload
    return dict(payload["refundPause"])


async def holds(market: Market) -> Any:
    return (await market.data(OWNER, f"{{ {PAUSE} }}"))["refundPause"]


async def test_nothing_is_sent_while_the_pause_holds_and_everything_after_it(market: Market, bank: Bank) -> None:
    assert await holds(market) is None
    begun = await pause(market)
    assert begun == await holds(market)
    assert (begun["reason"], begun["pausedBy"], begun["underWay"]) == ("The gateway pays twice.", OWNER.id, 0)
    _, id = await approved(market)
    market.clock.pass_by(hours=3)
    await market.work()
    assert (await shown(market, id))[1]["status"] == "PENDING"
    assert bank.asked == []
    assert (await reconcile(market.worker.gateways, market.clock())).differences == []  # it waits rightly
    ended = await resume(market, note="The gateway is well.")
    assert (ended["resumedBy"], ended["note"]) == (OWNER.id, "The gateway is well.")
    assert await holds(market) is None
    await market.work()
    assert (await shown(market, id))[1]["status"] == "SUCCEEDED"
    assert len(await market.rows("select id from refund_pause")) == 1


async def test_a_refund_in_doubt_is_looked_up_and_settled_but_not_sent_again(market: Market, bank: Bank) -> None:
    _, paid_id = await approved(market)
    _, lost_id = await approved(market)
    bank.script = ["paid, answer lost", GatewayUnknown("down")]
    await market.work()
    await pause(market)
    bank.asked.clear()
    for _ in range(3):
        market.clock.pass_by(minutes=10)
        await market.work()
    assert (await shown(market, paid_id))[1]["status"] == "SUCCEEDED"
    lost = (await shown(market, lost_id))[1]
    assert (lost["status"], set(bank.asked)) == ("UNKNOWN", {"find"})
    assert lost["attempts"][-1]["message"] == "The owner has paused the sending of refunds."
    await resume(market)
    await market.work()  # at once, although it would have been looked up later
    assert (await shown(market, lost_id))[1]["status"] == "SUCCEEDED"
    assert [len(credits) for credits in bank.book.values()] == [1, 1]


async def test_an_accepted_refund_is_asked_about_while_the_pause_holds(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    bank.script = [Outcome.PENDING]
    await market.work()
    await pause(market)
    market.clock.pass_by(days=1)
    bank.script = [Outcome.SUCCEEDED]
    await market.work()
    assert (await shown(market, id))[1]["status"] == "SUCCEEDED"


async def test_of_two_pauses_and_of_two_ends_one_holds(market: Market) -> None:
    answers = await asyncio.gather(*(market.do(OWNER, "pauseRefunds", reason=f"No {n}.") for n in range(4)))
    codes = sorted(str([error["code"] for error in answer["userErrors"]]) for answer in answers)
    assert codes == ["['REFUNDS_PAUSED']"] * 3 + ["[]"]
    answers = await asyncio.gather(*(market.do(OWNER, "resumeRefunds") for _ in range(4)))
    codes = sorted(str([error["code"] for error in answer["userErrors"]]) for answer in answers)
    assert codes == ["['REFUNDS_NOT_PAUSED']"] * 3 + ["[]"]


async def test_without_the_index_two_pauses_hold(market: Market) -> None:
    """The control of the test above."""
    await market.rows("drop index refund_pause_open")
    answers = await asyncio.gather(*(market.do(OWNER, "pauseRefunds", reason=f"No {n}.") for n in range(4)))
    assert [answer["userErrors"] for answer in answers] == [[]] * 4


async def test_a_pause_is_the_owners_alone_to_read(market: Market) -> None:
    await pause(market)
    answer = await market.ask(customer("ada"), f"{{ {PAUSE} }}")
    assert answer["errors"]


@asynccontextmanager
async def leasing(market: Market) -> AsyncIterator[list[dict[str, Any]]]:
    """A worker's transaction that has found a due refund, and has yet to commit its lease: in a task of its own, for
    what is sent in the task of a transaction is part of it.
    """
    found, finish = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def lease() -> None:
        async with in_transaction() as db:
            states = ["PENDING", "PROCESSING", "UNKNOWN"]
            found.set_result(await db.execute_query_dict(due.DUE_REFUND, [market.clock(), states, []]))
            await finish.wait()

    working = asyncio.create_task(lease())
    yield await found
    finish.set()
    await working


_WAITS = "select count(*) as n from pg_locks where locktype = 'advisory' and not granted"


async def until(market: Market, task: "asyncio.Task[Any]") -> bool:
    """Whether a task waits for a lock; False if it has ended."""
    async with asyncio.timeout(WITHIN):
        while not task.done():
            if (await market.rows(_WAITS))[0]["n"]:
                return True
    return False


async def test_a_pause_waits_for_the_leases_that_are_under_way_and_no_later_one_is_given(
    market: Market, bank: Bank
) -> None:
    await approved(market)
    async with leasing(market) as rows:
        assert [row["may_send"] for row in rows] == [True]
        pausing = asyncio.create_task(pause(market))
        assert await until(market, pausing)
    await pausing
    async with leasing(market) as rows:
        assert rows == []


async def test_without_the_lock_a_refund_is_leased_after_the_pause_was_answered(market: Market, bank: Bank) -> None:
    """The control of the test above."""
    await market.rows(
        "create or replace function refunds_may_go() returns boolean language sql volatile as"
        " $$ select not exists (select from refund_pause where resumed_at is null) $$"
    )
    await approved(market)
    async with leasing(market) as rows:
        assert [row["may_send"] for row in rows] == [True]
        pausing = asyncio.create_task(pause(market))
        assert not await until(market, pausing)


async def test_a_call_from_before_the_pause_is_shown_as_under_way(market: Market, bank: Bank) -> None:
    await approved(market)
    call = await leased(market)
    assert (await pause(market))["underWay"] == 1
    await market.worker.execute(call)
    assert (await holds(market))["underWay"] == 0


async def test_a_worker_at_work_stops_at_the_pause_and_goes_on_at_once_when_it_ends(market: Market, bank: Bank) -> None:
    worker = Worker(market.one.commands, {"ledger": bank}, market.one.notifier, lease=timedelta(seconds=60))
    for _ in range(6):
        await approved(market)
    running = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(WITHIN):
            while not bank.book:
                await market.rows("select 1")
            begun = await pause(market)
            while begun["underWay"]:
                begun = await holds(market)
        paid = set(bank.book)
        more = [(await approved(market))[1] for _ in range(2)]
        rounds = dict(worker.began)
        async with asyncio.timeout(WITHIN):
            while any(worker.began[number] <= rounds[number] for number in rounds):
                await market.rows("select 1")
        assert set(bank.book) == paid
        assert [(await shown(market, id))[1]["status"] for id in more] == ["PENDING", "PENDING"]
        await resume(market)
        async with asyncio.timeout(WITHIN):
            while len(bank.book) < 8:
                await market.rows("select 1")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [len(credits) for credits in bank.book.values()] == [1] * 8


async def test_the_pause_is_shown_by_metrics_and_readiness_as_a_state(market: Market) -> None:
    def paused(families: Any) -> Any:
        return next(each for each in families if each.name == "retour_refunds_paused").samples[0].value

    async def measured() -> Any:
        one = DatabaseMetrics(market.one.reader.execute, market.clock, market.one.journal.lag)
        return paused(await one.families())

    pages = Health().pages(market.one)
    assert await measured() == 0
    await pages.warns["refunds"]()
    await pause(market)
    assert await measured() == 1
    with pytest.raises(Exception, match="paused the sending of refunds since 2026-03-02"):
        await pages.warns["refunds"]()
