"""Two workers see the same due row; only one acts on it."""

import asyncio

import asyncpg

from services.worker import due
from tests.market import Market

_GATE = "pg_advisory_xact_lock_shared(4) is not null"
_WAITING = "select count(*) from pg_locks where locktype = 'advisory' and not granted"


async def test_a_row_that_another_worker_did_between_our_look_and_our_lock_is_left_alone(market: Market) -> None:
    await market.apply(await market.request(await market.order(), lamp=1))
    market.clock.pass_by(days=1)
    gate = await asyncpg.connect(market.url)
    await gate.execute("select pg_advisory_lock(4)")
    looked = due.DUE_PLAN.replace("where ", f"where {_GATE} and ", 1)
    late = asyncio.create_task(market.worker.take(looked, market.clock(), ["WAITING"], due.confirm))
    async with asyncio.timeout(10):
        while await gate.fetchval(_WAITING) == 0:
            pass  # until it has seen the row as due, and has not locked it
    await market.work()
    await gate.close()
    assert await late is None
    rows = await market.rows("select status from cancellation_plan")
    assert [row["status"] for row in rows] == ["COMPLETED"]
