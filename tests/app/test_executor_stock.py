"""EXECUTOR=stock, the switch for incidents: the API answers the same, and graphql-core executes by itself."""

from collections.abc import AsyncIterator

import pytest

from engine.execution.executor import CompiledExecutor
from engine.execution.prepared import PreparedExecutors, StockExecutors
from settings import Settings
from tests.market import Market, opened
from tests.resolvers.test_shared_streams import *  # noqa: F403  # these tests, with the market below
from tests.schema.test_contract import *  # noqa: F403  # these, too
from tests.test_seed import *  # noqa: F403  # these, too


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that executes with graphql-core alone; generated code has completed nothing when it closes."""
    compiled = CompiledExecutor.plans.compiled
    async with opened(database_url, executor="stock") as opened_market:
        yield opened_market
    assert CompiledExecutor.plans.compiled == compiled


async def test_the_switch_leads_to_the_stock_executors(market: Market, database_url: str) -> None:
    assert type(market.one.engine.executors) is StockExecutors
    assert [Settings.read({"EXECUTOR": text}).executor for text in ("", "compiled", "stock")] == [
        "compiled",
        "compiled",
        "stock",
    ]


async def test_executors_are_prepared_unless_the_switch_is_set(database_url: str) -> None:
    async with opened(database_url, executor="compiled") as opened_market:
        assert type(opened_market.one.engine.executors) is PreparedExecutors
