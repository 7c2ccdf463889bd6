"""The market of these tests, and its mail."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from database.embedded import Cluster
from services.messages.worker import MessageWorker
from tests.databases import fresh
from tests.market import Market, opened
from tests.resolvers.guests.scene import SETTINGS
from tests.services.messages.sink import Sink, mailing, sinking


@pytest.fixture(scope="package")
async def market(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[Market]:
    """One market for all of these tests: each has customers of its own, and an hour of its own."""
    async with fresh(administration, cluster, template) as url, opened(url, **SETTINGS) as one:
        yield one


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with sinking() as sink:
        yield sink


@pytest.fixture
async def mail(market: Market, sink: Sink) -> AsyncIterator[MessageWorker]:
    """What sends to the sink, an hour after the test before."""
    market.clock.pass_by(hours=2)
    async with mailing(market, sink.url) as worker:
        yield worker
