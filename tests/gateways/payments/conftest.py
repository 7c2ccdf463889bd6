"""Stripe's stand-in for the whole run."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.gateways.payments.stand_in import StandIn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stripe_server() -> AsyncIterator[StandIn]:
    server = await StandIn.start()
    yield server
    await server.stop()
