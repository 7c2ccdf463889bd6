"""SIGTERM under load: what was begun is answered, streams are sent elsewhere, and the process ends in time."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import asyncpg
import httpx
import pytest

from tests.faults.sizes import size
from tests.live.process import Server, Socket, serving, socket
from tests.live.scenes import ASK, UPDATES, asked, order, request
from tests.market import OWNER, customer

LONGEST = 10.0
"""Seconds from the signal to the end of the process."""
ELSEWHERE = (1001, 1012)
_SOCKET = (
    "GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
_STREAM = (
    "GET /graphql?query=subscription%7BrequestUpdates%7Bcursor%7D%7D HTTP/1.1\r\nHost: localhost\r\n"
    "Accept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"
)
_WAITING = """select count(*) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'"""


@pytest.fixture
def url(database_url: str) -> str:
    """The address of a migrated database."""
    return database_url


@asynccontextmanager
async def locked(url: str, *ids: str) -> AsyncIterator[asyncpg.Connection]:
    """Keep orders from every command until the block is left."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute('select from "order" where id = any($1) for update', ids)
            yield connection
    finally:
        await connection.close()


async def waiting(connection: asyncpg.Connection, count: int) -> None:
    """Until so many commands wait for a lock."""
    async with asyncio.timeout(10):
        while await connection.fetchval(_WAITING) < count:
            pass


async def sell(server: Server, worker: int, sold: set[str]) -> None:
    """Take orders in until the server is gone, and note those it has answered."""
    number = 0
    async with httpx.AsyncClient(base_url=server.address, timeout=30) as http:
        mine = Server(server.process, server.address, http)
        while True:
            number += 1
            try:
                await order(mine, f"W-{worker}-{number}")
            except httpx.TransportError:
                return
            sold.add(f"W-{worker}-{number}")


async def events_of(server: Server) -> str:
    """All that a stream over HTTP says until it ends."""
    headers = {"authorization": f"Bearer {server.token(OWNER)}", "accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=30) as http:
        response = await http.post(f"{server.address}/graphql", json={"query": UPDATES}, headers=headers)
    return response.text


async def connected(server: Server, head: str) -> asyncio.StreamWriter:
    """A client that says this, and then neither reads nor answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.address.rsplit(":", 1)[1]))
    writer.write(head.format(token=server.token(OWNER)).encode())
    assert await reader.readline(), "no answer to the request"
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport reads, too
    return writer


async def stop(server: Server) -> float:
    """Send the signal; the moment by which the process must have ended."""
    server.process.send_signal(signal.SIGTERM)
    return monotonic() + LONGEST


async def ended(server: Server, until: float) -> int:
    """The process's exit code. Raises TimeoutError."""
    async with asyncio.timeout(until - monotonic()):
        return await server.process.wait()


async def closed(live: Socket) -> int | None:
    """The code that the server closes with."""
    async with asyncio.timeout(LONGEST):
        await live.connection.wait_closed()
    return live.connection.close_code


@pytest.mark.parametrize("_round", range(size(1, 10)))
async def test_on_a_stop_under_load_running_operations_are_answered_and_streams_end(
    url: str, tmp_path: Path, record_property: Callable[[str, object], None], _round: int
) -> None:
    sold: set[str] = set()
    async with (
        serving(url, tmp_path) as server,
        socket(server, OWNER) as one,
        socket(server, OWNER) as other,
        socket(server, customer("ada")) as asking,
    ):
        orders = [await order(server, f"N-{number}") for number in (1, 2)]
        stream = asyncio.create_task(events_of(server))
        for live in (one, other):
            await live.subscribe(UPDATES)
            await live.settled()
        async with locked(url, *(each["id"] for each in orders)) as keeper:
            by_http = asyncio.create_task(request(server, orders[0]))
            await asking.subscribe(ASK, i=asked(orders[1]))
            await waiting(keeper, 2)
            sellers = [asyncio.create_task(sell(server, worker, sold)) for worker in range(4)]
            while len(sold) < 20:
                await asyncio.wait(sellers, timeout=0.01)
            until = await stop(server)
            assert await closed(one) in ELSEWHERE
            assert await closed(other) in ELSEWHERE
            async with asyncio.timeout(3):  # while commands are under way
                text = await stream
        assert text.endswith("event: complete\ndata:\n\n")
        assert "UNAVAILABLE" in text
        assert (await asking.item())["requestReturn"]["userErrors"] == []
        assert (await asking.frame())["type"] == "complete"
        assert await closed(asking) in ELSEWHERE
        assert (await by_http).startswith("req")
        await asyncio.gather(*sellers)
        assert await ended(server, until) == 0
        record_property("exit after", f"{monotonic() - until + LONGEST:.1f} s")
    connection = await asyncpg.connect(url)
    kept = {row["number"] for row in await connection.fetch("""select number from "order" where number like 'W%'""")}
    await connection.close()
    assert kept == sold, "something was done and not answered"
    record_property("answered", f"all {len(sold)} orders and both commands that waited")


async def test_endless_commands_and_clients_that_never_read_do_not_delay_a_stop(url: str, tmp_path: Path) -> None:
    async with serving(url, tmp_path) as server, socket(server, customer("ada")) as asking:
        orders = [await order(server, f"N-{number}") for number in (1, 2)]
        async with locked(url, *(each["id"] for each in orders)) as keeper:
            by_http = asyncio.create_task(request(server, orders[0]))
            await asking.subscribe(ASK, i=asked(orders[1]))
            await waiting(keeper, 2)
            deaf = [await connected(server, text) for text in (_SOCKET, _STREAM)]
            until = await stop(server)
            assert await ended(server, until) == 0
            for writer in deaf:
                writer.transport.abort()
        await asyncio.wait([by_http])
        assert by_http.exception() is not None
