"""The database away: every operation is answered with a typed error that says to try again, and then all goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from asyncpg.exceptions import TargetServerAttributeNotMatched
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError
from tortoise.transactions import in_transaction

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


READ_ONLY = "set session characteristics as transaction read only"


async def test_a_read_only_database_is_unavailable_and_its_connections_are_given_up(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One session is read-only, as all of a primary are that was demoted; the next one may find the new primary."""
    async with opened(database_url) as market:
        order = await market.order()
        asked = await market.request(order, lamp=1)
        act = "mutation M($id: ID!) { withdrawRequest(input: {requestId: $id}) { userErrors { code } } }"
        await market.rows(READ_ONLY)
        before = await market.fingerprint()
        answer = await market.ask(customer("ada"), act, id=asked["id"])
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"], answer
        assert await market.fingerprint() == before
        assert (await market.rows("show transaction_read_only"))[0]["transaction_read_only"] == "off"
        assert (await market.data(customer("ada"), act, id=asked["id"]))["withdrawRequest"]["userErrors"] == []
        assert [record for record in caplog.records if record.exc_info] == []


async def test_a_transaction_on_a_read_only_connection_gives_it_up_as_well(database_url: str) -> None:
    async with opened(database_url) as market:
        await market.rows(READ_ONLY)
        with pytest.raises(TransactionManagementError) as refused:
            async with in_transaction() as db:
                await db.execute_query("update seller set name = name")
        assert is_outage(refused.value)
        await market.order()


async def test_a_server_of_a_read_only_database_is_not_ready_and_says_so(
    database_url: str, administration: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(database_url) as market:
        order = await market.order()
        plan = await market.apply(await market.request(order, bulb=1))
        market.clock.pass_by(hours=1)
        assert (await market.http.get("/readyz")).status_code == 200
        name = urlsplit(database_url).path[1:]
        await administration.execute(f"alter database {name} set default_transaction_read_only = on")
        await administration.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name, timeout=5
        )
        async with asyncio.timeout(10):
            while (ready := await market.http.get("/readyz")).json()["checks"]["database"].startswith("failed"):
                pass  # a connection that was cut
        assert ready.status_code == 503
        assert "takes no writes" in ready.json()["checks"]["database"]
        assert (await market.http.get("/healthz")).status_code == 200  # a restart would not help
        answer = await market.ask(
            customer("ada"),
            OPERATIONS["a mutation"][0],
            input={
                "orderId": order.id,
                "items": [{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}],
                "policyVersion": POLICY,
                "idempotencyKey": "k",
            },
        )
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"], answer
        assert (await market.data(customer("ada"), "{ orders { totalCount } }"))["orders"] == {"totalCount": 1}
        with pytest.raises(Exception) as away:  # noqa: PT011 - that it counts as an outage is what is tested
            await market.worker.once()
        assert is_outage(away.value)
        await administration.execute(f"alter database {name} reset default_transaction_read_only")
        assert (await market.http.get("/readyz")).status_code == 200, "its connections were kept"
        await market.work()
        shown = await market.rows("select status from refund where plan_id = $1", plan["id"])
        assert [row["status"] for row in shown] == ["SUCCEEDED"]
        assert [record for record in caplog.records if record.exc_info] == []


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
        (asyncpg.ReadOnlySQLTransactionError("cannot execute UPDATE in a read-only transaction"), True),
        (TargetServerAttributeNotMatched("None of the hosts match the target attribute requirement"), True),
        (asyncpg.IdleInTransactionSessionTimeoutError("terminating connection"), True),
        (asyncpg.InvalidPasswordError("it has been changed"), True),
        (asyncpg.InvalidCatalogNameError("it is being restored"), True),
        (asyncpg.PostgresIOError("could not read block 1"), True),
        (asyncpg.NoActiveSQLTransactionError("a fault of ours"), False),
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
