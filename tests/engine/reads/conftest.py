"""The toy shop on a database of its own, filled once; who writes in it does so in a transaction undone."""

import logging
from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

from database.embedded import Cluster
from tests.engine.reads.shop import stock


@pytest.fixture(scope="session")
async def premises(administration: asyncpg.Connection, cluster: Cluster) -> AsyncIterator[TortoiseContext]:
    """The filled shop; who enters it has it as Tortoise's default connection."""
    await administration.execute('create database "shop" template template0')
    address = urlsplit(cluster.url("shop"))
    credentials = {
        "host": parse_qs(address.query)["host"][0],
        "port": 5432,
        "user": "postgres",
        "password": None,
        "database": "shop",
        "server_settings": {"timezone": "UTC"},
    }
    connection = {"engine": "tortoise.backends.asyncpg", "credentials": credentials}
    app = {"models": ["tests.engine.reads.shop"], "default_connection": "default"}
    context = TortoiseContext()
    with context:
        await context.init(config={"connections": {"default": connection}, "apps": {"models": app}})
        await context.generate_schemas()
        # Tortoise remembers how to insert by the table's name alone, and the shop has tables named as ours are
        EXECUTOR_CACHE.clear()
        await stock(context.connections.get("default"))
        EXECUTOR_CACHE.clear()
    yield context
    await context.close_connections()


@pytest.fixture(scope="session")
def shop(premises: TortoiseContext) -> BaseDBAsyncClient:
    """The filled shop's connection."""
    return premises.connections.get("default")


@pytest.fixture
def statements(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Every SQL text that has been sent since the test began, or since the last call."""
    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")

    def sent() -> list[str]:
        texts = [record.getMessage() for record in caplog.records if record.name == "tortoise.db_client"]
        caplog.clear()
        return texts

    return sent
