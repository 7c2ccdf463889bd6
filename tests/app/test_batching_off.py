"""BATCHING=off, the switch for incidents: the API answers the same, and every statement has its own round trip."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tortoise.connection import get_connection

import database
from database.batching import Batching
from database.client import Client
from database.connections import Budget
from settings import Settings
from tests.market import Market, opened
from tests.resolvers.test_shared_streams import *  # noqa: F403  # these tests, with the market below
from tests.test_seed import *  # noqa: F403  # these, too


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that shares no round trips."""
    async with opened(database_url, batching=False) as opened_market:
        yield opened_market


def client_of_process() -> Client:
    """The process's client."""
    client = get_connection("default")
    assert isinstance(client, Client)
    return client


async def test_statements_go_one_by_one_to_their_budgets(market: Market) -> None:
    client = client_of_process()
    await asyncio.gather(*[client.fetch_row("select $1::int as n", [n]) for n in range(5)])
    assert isinstance(client.reading, Budget)
    assert isinstance(client.writing, Budget)


async def test_they_are_batched_unless_the_switch_is_off(database_url: str) -> None:
    await database.open(database_url)
    client = client_of_process()
    await client.fetch_row("select 1 as n", [])
    assert isinstance(client.reading, Batching)
    assert isinstance(client.writing, Batching)
    await database.close()
    assert [Settings.read({"BATCHING": text}).batching for text in ("", "on", "off")] == [True, True, False]
