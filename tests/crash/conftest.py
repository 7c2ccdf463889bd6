"""Stripe's stand-in for the crash tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.gateways.payments.stand_in import StandIn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stripe_server() -> AsyncIterator[StandIn]:
    server = await StandIn.start()
    yield server
    await server.stop()


@pytest.fixture
async def own_stripe() -> AsyncIterator[StandIn]:
    """An account that nobody else has used: the report would show what others were paid from it."""
    server = await StandIn.start()
    yield server
    await server.stop()
