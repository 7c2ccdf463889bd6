"""The database away: every operation is answered with a typed error that says to try again, and then all goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError, OperationalError

from engine.errors import is_outage
from tests.market import OWNER, POLICY, customer, opened


@dataclass
class Line:
    """The way to a PostgreSQL on a Unix socket, which can be cut and mended."""

    path: str
    up: bool = True
    _server: asyncio.Server | None = None
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)

    async def open(self) -> int:
        """Listen on a port that the system chooses; the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Break every connection, and let none come."""
        self.up = False
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        self.up = True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.up:
            writer.transport.abort()
            return
        there, back = await asyncio.open_unix_connection(self.path)
        self._ends |= {writer, back}
        try:
            await asyncio.gather(_carry(reader, back), _carry(there, writer))
        finally:
            self._ends -= {writer, back}
            writer.close()
            back.close()


async def _carry(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, RuntimeError):
        while data := await source.read(65536):
            to.write(data)
            await to.drain()
    to.close()


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[tuple[Line, str]]:
    """A line to a database, and its address through it."""
    address = urlsplit(database_url)
    one = Line(f"{parse_qs(address.query)['host'][0]}/.s.PGSQL.5432")
    port = await one.open()
    yield one, f"postgresql://{address.username}@127.0.0.1:{port}{address.path}?sslmode=disable"
    await one.close()


OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "a list": ("{ orders { nodes { id } } }", {}),
    "a preview": ('{ previewConfirmation(input: {requestId: "request_0"}) { userErrors { code } } }', {}),
    "the terms": ("{ reasons { label } }", {}),
    "a mutation": (
        "mutation M($input: RequestReturnInput!) { requestReturn(input: $input) { userErrors { code } } }",
        {"input": {"orderId": "order_0", "items": [], "policyVersion": POLICY, "idempotencyKey": "k"}},
    ),
}


async def test_while_the_database_is_down_every_answer_says_to_try_again(line: tuple[Line, str]) -> None:
    wire, url = line
    async with opened(url) as market:
        order = await market.order()
        market.one.reference._read_at = -1e9
        wire.cut()
        for text, variables in OPERATIONS.values():
            answer = await market.ask(OWNER, text, **variables)
            assert {error["extensions"]["code"] for error in answer["errors"]} == {"UNAVAILABLE"}, answer
            assert "try again" in answer["errors"][0]["message"]
        with pytest.raises(Exception) as away:  # noqa: PT011 - that it counts as an outage is what is tested
            await market.worker.once()
        assert is_outage(away.value)
        wire.mend()
        assert (await market.request(order, lamp=1))["status"] == "WAITING"
        await market.work()
        assert (await market.data(customer("ada"), "{ orders { totalCount } }"))["orders"] == {"totalCount": 1}


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (ConnectionRefusedError(), True),
        (FileNotFoundError(), True),
        (TimeoutError(), True),
        (DBConnectionError("no"), True),
        (asyncpg.ConnectionDoesNotExistError("gone"), True),
        (asyncpg.CannotConnectNowError("starting up"), True),
        (asyncpg.AdminShutdownError("bye"), True),
        (asyncpg.TooManyConnectionsError("full"), True),
        (asyncpg.InterfaceError("the underlying connection is closed"), True),
        (asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"), True),
        (asyncpg.InterfaceError("cannot call Connection.x(): connection has been released back to the pool"), True),
        (asyncpg.InterfaceError("another operation is in progress"), False),
        (asyncpg.InternalClientError("got result for unknown protocol state 3"), False),
        (asyncpg.DataError("closed"), False),
        (asyncpg.UniqueViolationError("twin"), False),
        (OperationalError("no such column"), False),
        (KeyError("x"), False),
    ],
    ids=repr,
)
def test_an_outage_is_distinguished_from_a_fault(error: Exception, away: bool) -> None:
    assert is_outage(error) is away
    wrapped = OperationalError("wrapped")
    wrapped.__cause__ = error
    assert is_outage(wrapped) is away
