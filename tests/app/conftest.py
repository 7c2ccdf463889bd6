"""One database and one server process with narrow limits, for all tests that look at it from outside."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from database.embedded import Cluster
from tests.databases import fresh
from tests.live.process import Server, serving

NARROW = {
    "RATE_LIMIT": "10",
    "RATE_BURST": "20",
    "MAX_CONNECTIONS": "6",
    "MAX_CALLER_CONNECTIONS": "3",
    "MAX_CALLER_SUBSCRIPTIONS": "4",
    "MAX_CONNECTION_OPERATIONS": "3",
    "MAX_BODY": "2048",
    "MAX_TOKENS": "120",
    "MAX_DEPTH": "5",
    "MAX_ALIASES": "2",
    "MAX_COST": "100",
    "BODY_TIMEOUT": "0.5",
    "STATEMENT_TIMEOUT": "1",
    "OPERATION_TIMEOUT": "3",
    "WORKER": "off",
}


@pytest.fixture(scope="package")
async def ops_url(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[str]:
    """The address of a migrated database for all tests of this folder."""
    async with fresh(administration, cluster, template) as url:
        yield url


@pytest.fixture(scope="package")
async def narrow(ops_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server with narrow limits."""
    home: Path = tmp_path_factory.mktemp("home")
    async with serving(ops_url, home, **NARROW) as server:
        yield server
