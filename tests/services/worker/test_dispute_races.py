"""A bank tells of a dispute while a worker leases the refund: one comes first, and the other one knows of it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from services.worker import due
from tests.disputes import answered, refund_of
from tests.faults.sizes import size
from tests.market import Market
from tests.services.test_race_controls import unlocked
from tests.services.worker.test_movements import Book, owed

ROUNDS = size(6, 100)
SENT, STOPPED = "SEND_REFUND", "BLOCK_REFUND"
_DONE = """
select action from event where subject = 'REFUND' and request_id = $1 and from_status = 'PENDING' order by id
"""
_REFERENCE = """
select p.reference from payment p join cancellation_request q on q.order_id = p.order_id where q.id = $1
"""


async def due_refund(market: Market, bank: Book) -> tuple[str, Callable[[], Awaitable[bool]]]:
    """A request whose refund is due at a bank, and what tells that its payment is disputed there."""
    _, request = await owed(market, bank)
    (payment,) = await market.rows(_REFERENCE, request)
    bank.asked.clear()
    return request, partial(answered, market, reference=f"du_{request}", payments=(payment["reference"],))


async def done_to(market: Market, request: str) -> list[str]:
    """What was done to a refund while it was pending."""
    return [row["action"] for row in await market.rows(_DONE, request)]


async def test_of_a_dispute_and_the_lease_of_its_refund_one_is_first(market: Market, bank: Book) -> None:
    for n in range(ROUNDS):
        request, tell = await due_refund(market, bank)
        ways: list[Callable[[], Awaitable[bool]]] = [tell, partial(market.worker.send_one, market.clock())]
        await asyncio.gather(*(way() for way in (ways if n % 2 else reversed(ways))))
        (first,), refund = await done_to(market, request), await refund_of(market, request)
        sent = ["refund"] if first == SENT else []
        assert (bank.asked, refund["status"]) == (sent, "SUCCEEDED" if sent else "PENDING")
        assert refund["disputed"] is (first == STOPPED)
        assert [one["status"] for one in refund["payment"]["disputes"]] == ["OPEN"]
        market.clock.pass_by(days=3)
        await market.work()
        assert bank.asked == sent, "what was stopped has been sent"


async def test_a_refund_is_stopped_and_sent_without_lock_and_version(market: Market, bank: Book) -> None:
    """The control."""
    request, tell = await due_refund(market, bank)
    worker, now = market.worker, market.clock()
    with unlocked():
        leased, _ = await asyncio.gather(worker.take(due.DUE_REFUND, now, ["PENDING"], worker.lease_refund), tell())
    assert leased is not None
    (call,) = leased
    assert call is not None
    await worker.execute(call)
    assert sorted(await done_to(market, request)) == [STOPPED, SENT]
    assert bank.asked == ["refund"]
