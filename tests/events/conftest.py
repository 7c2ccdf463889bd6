from collections.abc import AsyncIterator

import asyncpg
import pytest

from events.journal import Journal
from events.notifier import ProcessNotifier
from events.reader import Reader
from tests.events.rows import TABLE


@pytest.fixture
async def events_url(postgres_url: str) -> str:
    """The address of a database with nothing but the journal's table."""
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(TABLE)
    await connection.close()
    return postgres_url


@pytest.fixture
async def writer(events_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(events_url)
    yield connection
    await connection.close()


@pytest.fixture
async def journal(events_url: str) -> AsyncIterator[Journal]:
    reader = Reader(events_url)
    yield Journal(reader.execute, ProcessNotifier())
    await reader.close()
