"""No call to a gateway is made while a transaction is open: locks would be held for as long as a bank takes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from services.worker.due import Worker
from tests.gateways.payments.fault_proxy import Fault, FaultProxy, Request
from tests.gateways.payments.senders import a_gateway
from tests.gateways.payments.stand_in import StandIn
from tests.market import Market, opened
from tests.services.worker.test_refunds import approved, shown

# Stripe's library hands its body to httpx in a way that httpx would rather not see.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

_OPEN = """
select state, query from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
"""


@dataclass(slots=True)
class Watch(FaultProxy):
    """A proxy that looks, whenever a call arrives, which transactions are open in the database."""

    eyes: asyncpg.Connection = None
    calls: list[str] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)

    async def _ask(self, request: Request) -> bytes:
        self.calls.append(request.method)
        self.seen += [tuple(row) for row in await self.eyes.fetch(_OPEN)]
        return await super(Watch, self)._ask(request)  # a class with slots is not the one that `super()` means


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url) as market:
        yield market


@pytest.fixture
async def watch(market: Market, stripe_server: StandIn) -> AsyncIterator[Watch]:
    """Stripe as the market's gateway, watched."""
    eyes = await asyncpg.connect(market.url)
    async with Watch(stripe_server.port, eyes=eyes) as proxy, a_gateway(proxy.url) as gateway:
        market.worker.gateways = {"stripe": gateway}
        yield proxy
    await eyes.close()


async def owed(market: Market, server: StandIn) -> str:
    """A refund that is due, of a payment at Stripe; the request's id."""
    _, id = await approved(market)
    charge = await server.charge(2840, "eur")
    await market.rows("update payment set provider = 'stripe', reference = $1", charge)
    return id


async def test_no_transaction_is_open_while_a_gateway_is_called(
    market: Market, watch: Watch, stripe_server: StandIn
) -> None:
    id = await owed(market, stripe_server)
    watch.script.append(Fault.DROPPED)
    await market.work()
    market.clock.pass_by(seconds=2)
    await market.work()
    assert (await shown(market, id))[0]["status"] == "COMPLETED"
    assert watch.calls == ["POST", "GET"]
    assert watch.seen == []


async def test_a_call_that_is_moved_into_a_transaction_is_seen(
    market: Market, watch: Watch, stripe_server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    await owed(market, stripe_server)
    ask = Worker.ask

    async def inside(worker: Worker, call: Any) -> Any:
        async with in_transaction():
            await get_connection("default").execute_query("select 1")
            return await ask(worker, call)

    monkeypatch.setattr(Worker, "ask", inside)
    await market.work()
    assert [state for state, _ in watch.seen] == ["idle in transaction"]
