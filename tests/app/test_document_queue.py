"""An operator sees how many new documents wait for their turn, and for how long they have."""

import asyncio

from app.health import open_resources
from observe.metrics import Metrics
from tests.market import Market


async def test_the_queue_of_new_documents_is_among_the_metrics(market: Market) -> None:
    turns, metrics = market.one.engine.turns, Metrics(multiprocess=False)

    async def examined() -> None:
        async with turns.turn("a stranger"):
            pass

    async with turns.turn("another"):
        waiters = [asyncio.create_task(examined()) for _ in range(3)]
        await asyncio.sleep(0)
        metrics.show(open_resources(market.one))
        assert b"retour_documents_waiting 3.0" in metrics.text([])
        waiters[1].cancel()  # it goes away while it waits, as a client of a stream may
        await asyncio.sleep(0)
        assert turns.waiting == 2
    await asyncio.gather(*waiters, return_exceptions=True)
    metrics.show(open_resources(market.one))
    text = metrics.text([]).decode()
    assert "retour_documents_waiting 0.0" in text
    (waited,) = [
        line.split()[1] for line in text.splitlines() if line.startswith("retour_documents_waited_seconds_total")
    ]
    assert float(waited) == turns.waited > 0
