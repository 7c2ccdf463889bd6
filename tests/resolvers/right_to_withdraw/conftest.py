"""The market of these tests, in which everything agrees after all of them, and its mail."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from database.embedded import Cluster
from services.messages.worker import MessageWorker
from services.worker.reconcile import reconcile
from tests import terms
from tests.databases import fresh
from tests.market import START, Market, opened
from tests.services.messages.sink import Sink, mailing, sinking
from tests.withdrawals import WITH_FEE


@pytest.fixture(scope="package")
async def market(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[Market]:
    """One market for all of these tests: each has a customer of its own, and waits for goods with a fee."""
    async with fresh(administration, cluster, template) as url, opened(url) as one:
        await terms.published(one, WITH_FEE)
        yield one
        await one.work()
        # the ledger knows the clock of the database only, and the market may be years ahead of it
        await one.rows("update ledger_entry l set created_at = r.created_at from refund r where r.id = l.key")
        found = await reconcile(one.worker.gateways, START)  # deadlines pass by the clock of the database
        assert [(each.kind, each.sentence) for each in found.differences] == []


@pytest.fixture
async def mail(market: Market) -> AsyncIterator[tuple[MessageWorker, Sink]]:
    """What sends to a mail server; whatever earlier tests have left is past."""
    async with sinking() as sink, mailing(market, sink.url) as worker:
        await worker.making.make()  # begins with what comes next, if it is the first time
        while await worker.making.make():
            pass
        await market.rows("update message set state = 'FAILED', due_at = null where state in ('PENDING', 'PROCESSING')")
        yield worker, sink
