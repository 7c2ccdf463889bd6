"""One embedded PostgreSQL for the run, a migrated template in it, fresh databases for the tests that ask."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

import asyncpg
import pytest

import database as db
from database.embedded import OPTIONS, Cluster
from tests.examples import register_profiles
from tests.market import Market, opened
from tests.migrated import fill

register_profiles()

_numbers = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server of the run's own. It does not sync: what must survive a power cut is tested elsewhere."""
    directory = Path(tempfile.mkdtemp(prefix="retour-"))
    server = Cluster(directory / "postgres", options={**OPTIONS, "fsync": "off"})
    server.enter()
    try:
        yield server
    finally:
        server.leave()
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
async def administration(cluster: Cluster) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the server itself, for making and dropping databases."""
    connection = await asyncpg.connect(cluster.url("postgres"))
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def template(administration: asyncpg.Connection, cluster: Cluster) -> str:
    """The name of a database that has been migrated and is never written to."""
    await administration.execute("create database migrated")
    await fill(cluster.url("migrated"))
    return "migrated"


@asynccontextmanager
async def fresh(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[str]:
    """The address of a new copy of `template`, dropped at the end, whatever is still connected to it.

    A test that fails may leave it open, and a process opens one database at a time: so it is closed for the next test.
    """
    name = f"test_{next(_numbers)}"
    await administration.execute(f'create database "{name}" template "{template}" strategy file_copy')
    try:
        yield cluster.url(name)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await db.close()
        await administration.execute(f'drop database "{name}" with (force)')


@pytest.fixture
async def postgres_url(administration: asyncpg.Connection, cluster: Cluster) -> AsyncIterator[str]:
    """The address of an empty database."""
    async with fresh(administration, cluster, "template0") as url:
        yield url


@pytest.fixture
async def database_url(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[str]:
    """The address of a migrated database without rows, for tests that start processes of their own."""
    async with fresh(administration, cluster, template) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """The same with Tortoise open on it; yields its address."""
    await db.open(database_url)
    yield database_url
    await db.close()


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market with terms and nothing sold yet, on a database of its own."""
    async with opened(database_url) as one:
        yield one
