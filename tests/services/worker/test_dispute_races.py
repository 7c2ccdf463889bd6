"""A bank tells of a dispute while a worker leases the refund: one comes first, and the other one knows of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.faults.sizes import size
from tests.market import Market
from tests.services.test_race_controls import unlocked
from tests.services.worker.test_disputes import refund_of, told
from tests.services.worker.test_movements import Book, owed

ROUNDS = size(6, 100)
SENT, STOPPED = "SEND_REFUND", "BLOCK_REFUND"
_DONE = "select action from event where subject_id = $1 and from_status = 'PENDING' order by id"
_REFERENCE = "select p.reference from payment p join refund r on r.payment_id = p.id where r.id = $1"


@pytest.fixture
def bank(market: Market) -> Book:
    """In Stripe's place."""
    one = Book("stripe")
    market.worker.gateways = {"stripe": one}
    return one


async def race(market: Market, bank: Book, n: int) -> tuple[list[str], dict[str, Any]]:
    """Both at once, now one and now the other a little earlier: what was done to the pending refund, and the refund."""
    _, request = await owed(market, bank)
    refund = await refund_of(market, request)
    (payment,) = await market.rows(_REFERENCE, refund["id"])
    bank.asked.clear()
    ways: list[Callable[[], Awaitable[Any]]] = [
        lambda: told(market, reference=f"du_{n}", payments=(payment["reference"],)),
        lambda: market.worker.send_one(market.clock()),
    ]
    await asyncio.gather(*(way() for way in (ways if n % 2 else reversed(ways))))
    return [row["action"] for row in await market.rows(_DONE, refund["id"])], await refund_of(market, request)


async def test_of_a_dispute_and_the_lease_of_its_refund_one_is_first(market: Market, bank: Book) -> None:
    for n in range(ROUNDS):
        (first,), refund = await race(market, bank, n)
        sent = ["refund"] if first == SENT else []
        assert (bank.asked, refund["status"]) == (sent, "SUCCEEDED" if sent else "PENDING")
        assert refund["disputed"] is (first == STOPPED)
        assert [one["status"] for one in refund["payment"]["disputes"]] == ["OPEN"]
        market.clock.pass_by(days=3)
        await market.work()
        assert bank.asked == sent, "what was stopped has been sent"


async def test_a_refund_is_stopped_and_sent_without_lock_and_version(market: Market, bank: Book) -> None:
    """The control."""
    with unlocked():
        done, _ = await race(market, bank, 0)
    assert sorted(done) == [STOPPED, SENT]
    assert bank.asked == ["refund"]
