"""Clients of event streams that go away while their document waits for its turn: they leave the queue (L1)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from engine.documents.limits import Limits
from tests.clients.node import FOLDER, install, node_and_npm
from tests.engine.conftest import Toy, Way, toy_server

PATIENT = Limits(operation_seconds=60)
"""Nobody leaves because of the time limit."""
LONGEST = 10.0
"""Seconds until the server has seen that a client is there, or gone."""


async def waiting(toy: Toy, count: int) -> None:
    """Return once so many documents wait."""
    async with asyncio.timeout(LONGEST):
        while toy.engine.turns.waiting != count:  # noqa: ASYNC110  # the queue is in the server's thread and has no event
            await asyncio.sleep(0.02)


@asynccontextmanager
async def busy() -> AsyncIterator[Toy]:
    """A server on which another caller has its turn."""
    async with toy_server(Way.COMPILED, limits=PATIENT) as toy:
        turn = toy.engine.turns.turn("another")

        async def hold() -> None:
            await turn.__aenter__()

        async def release() -> None:
            await turn.__aexit__(None, None, None)

        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(hold(), toy.loop))
        try:
            yield toy
        finally:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(release(), toy.loop))


async def test_the_client_graphql_sse_leaves_the_queue_when_it_is_killed() -> None:
    await asyncio.to_thread(install, FOLDER)
    node, _ = node_and_npm()
    async with busy() as toy:
        client = await asyncio.create_subprocess_exec(node, str(FOLDER / "sse.mjs"), toy.url)
        await waiting(toy, 1)
        client.kill()
        await client.wait()
        await waiting(toy, 0)


@pytest.mark.parametrize(
    "accept",
    [
        "text/event-stream",
        "application/graphql-response+json, application/json, text/event-stream",
        "application/json",
    ],
    ids=["events", "events or json", "json"],
)
async def test_a_client_that_closes_its_connection_leaves_the_queue(accept: str) -> None:
    body = json.dumps({"query": 'subscription { ticks(after: "c0") }'}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: {accept}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    async with busy() as toy:
        _, writer = await asyncio.open_connection("127.0.0.1", toy.port)
        writer.write(head.encode() + body)
        await waiting(toy, 1)
        writer.close()
        await waiting(toy, 0)
