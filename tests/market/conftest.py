"""A fresh market for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest

from tests.market.market import Market, opened


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market with terms and nothing sold yet."""
    async with opened(database_url) as one:
        yield one
