"""One embedded PostgreSQL for the run, a migrated template in it, databases without rows for the tests that ask."""

import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from tortoise.models import MetaInfo

import database as db
from database.embedded import OPTIONS, Cluster
from tests.databases import Lending, Template, fresh
from tests.examples import register_profiles
from tests.market import Market, opened
from tests.migrated import fill

register_profiles()
gc.disable()  # until all tests are known: what importing and collecting makes stays


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of the browser and of no folder, the longest: the last one leaves a worker with nothing."""
    items.sort(key=lambda item: (not item.nodeid.startswith("tests/web/"), item.path.parent.name != "tests"))


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, and less often than a server: it took a quarter of the run."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def filters_made_once() -> Iterator[None]:
    """Let Tortoise derive the filters of a model when it is first opened: half of opening is to do it again."""
    make = MetaInfo._generate_filters

    def once(meta: MetaInfo) -> None:
        if len(meta.filters) != len(meta._filters):
            make(meta)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MetaInfo, "_generate_filters", once)
        yield


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


@pytest.fixture(scope="session")
async def lending(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[Lending]:
    """Migrated databases without rows."""
    lending = Lending(administration, cluster, await Template.of(template, cluster.url(template)))
    yield lending
    await lending.close()


@pytest.fixture
async def postgres_url(administration: asyncpg.Connection, cluster: Cluster) -> AsyncIterator[str]:
    """The address of an empty database."""
    async with fresh(administration, cluster, "template0") as url:
        yield url


@pytest.fixture
async def database_url(lending: Lending) -> AsyncIterator[str]:
    """The address of a migrated database without rows, for tests that start processes of their own."""
    async with lending.lent() as url:
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
