"""The process's one Tortoise client: single statements and transactions, each in its own share of the connections.

Tortoise keeps what is open in a context; ours is the process-wide fallback, so that every task sees it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    BaseDBAsyncClient,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connection, get_connections
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError

from database.batching import Pipelines
from database.connections import Lanes, Share
from database.pool import Pool, keep_as_is
from settings import OperatorError

APPS: dict[str, dict[str, Any]] = {
    "models": {"models": ["models"], "migrations": "migrations", "default_connection": "default"}
}
COMMAND_TIMEOUT = 6.0


class DatabaseUnreachable(OperatorError):
    """The database at the given address does not let us in."""


async def open(url: str, *, pool_size: int = 10, command_timeout: float | None = COMMAND_TIMEOUT) -> BaseDBAsyncClient:
    """Opens the process's pool and connects once, so that a wrong address fails here; gives Tortoise's client of it.

    `command_timeout` is in seconds for one statement, None for as long as it takes: the database ends it then, and if
    it does not say so within two more, it counts as away.
    Raises DatabaseUnreachable.
    """
    global _opened
    context = TortoiseContext()
    with context:
        await context.init(configuration(url, pool_size, command_timeout), _enable_global_fallback=True)
    _opened = context
    try:
        await greet(context)
    except BaseException:
        await close()
        raise
    return context.db()


async def close() -> None:
    """Closes the pool; connections in use get ten seconds to come back."""
    global _opened
    if _opened is not None:
        context, _opened = _opened, None
        await context.close_connections()


def watch_statements(logger: Callable[[Any], None] | None) -> None:
    """Let `logger` know of every statement of pools that are opened from now on; None for nobody."""
    global _query_logger
    _query_logger = logger


def pool_usage() -> tuple[int, int]:
    """How many connections the process's pool has, and how many of them nobody uses."""
    client = get_connection("default") if _opened is not None else None
    if not isinstance(client, Client) or client._pool is None:
        return (0, 0)
    return (client._pool.get_size(), client.idle)


async def greet(context: TortoiseContext) -> None:
    """Connect once. Raises DatabaseUnreachable."""
    try:
        await context.db().execute_query("select 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBConnectionError, ValueError) as error:
        raise DatabaseUnreachable(f"The database cannot be reached: {error.__cause__ or error}") from error


_UNSETTLING = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""After which nobody knows what a connection is at; every timeout is an OSError."""


class Transaction(TransactionContextPooled):
    """Tortoise's transaction, on a connection of their share.

    Where a statement may still be under way (its time was over, it was cancelled, the line is broken) nothing more is
    said on the connection: the pool rolls it back, or cuts it.
    """

    client: "InTransaction"

    async def __aenter__(self) -> TransactionalDBClient:
        await self.client._parent.connect()
        share = self.client._parent.transactions
        self.client._connection = connection = await share.take()
        try:
            await self.client.begin()
        except BaseException:
            await share.drop(connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        get_connections().reset(self.token)
        share = self.client._parent.transactions
        sound = False
        try:
            if kind is None:
                await self.client.commit()
                sound = True
            elif isinstance(error, Exception) and not isinstance(error, _UNSETTLING):
                await self.client.rollback()
                sound = True
        finally:
            await (share.give if sound else share.drop)(self.client._connection)


class InTransaction(TransactionWrapper):
    """Tortoise's client of one transaction."""

    _parent: "Client"

    async def fetch_row(self, query: str, values: list[Any]) -> asyncpg.Record:
        """The one row that a query gives. Raises what asyncpg raises."""
        return await self._connection.fetchrow(query, *values)

    write_row = fetch_row


class Client(AsyncpgDBClient):
    """Tortoise's client on our pool; asyncpg reads the address itself, with all that may stand in one.

    All of its connections are lanes; a third of them, and at least one if there are two, is out of the reach of
    `reads`, and as many are out of that of `transactions`.
    """

    lanes: Lanes
    reads: Share
    transactions: Share
    reading: Share | Pipelines
    writing: Share | Pipelines
    """Where single statements go, those that only read and those that write."""

    async def create_pool(self, **options: Any) -> asyncpg.Pool:
        for name in ("host", "port", "user", "password", "database"):
            del options[name]
        pool, size = await Pool(**options), options["max_size"]
        self.lanes = Lanes(pool, size, Pool.acquire_timeout)
        most = max(size - max(size // 3, 1), 1)
        self.reads, self.transactions = self.lanes.share(most), self.lanes.share(most)
        if _query_logger is None:
            self.reading, self.writing = Pipelines(self.reads), Pipelines(self.transactions, writes=True)
        else:  # who watches statements wants to know whose they are
            self.reading, self.writing = self.reads, self.transactions
        return pool

    async def connect(self) -> None:
        """Open the pool, which is done when something is first asked."""
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)

    async def _close(self) -> None:
        if self._pool is not None:
            await self.lanes.close()
        await super()._close()

    @property
    def idle(self) -> int:
        """How many connections nobody uses."""
        if self._pool is None:
            return 0
        return int(self._pool.get_idle_size()) + len(self.lanes.idle)

    def acquire_connection(self) -> Any:
        """`async with`: a connection of the share of reads, for what is asked outside of any transaction."""
        return self._lent()

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[Any]:
        await self.connect()
        async with self.reads.lent() as connection:
            yield connection

    def _in_transaction(self) -> TransactionContext:
        return Transaction(InTransaction(self), self._pool_init_lock)

    async def fetch_row(self, query: str, values: list[Any]) -> asyncpg.Record:
        """The one row that a query gives: what every read of a client's goes through. Raises what asyncpg raises."""
        if self._pool is None:
            await self.connect()
        return await self.reading.fetch_row(query, values)

    async def write_row(self, query: str, values: list[Any]) -> asyncpg.Record:
        """The one row of a statement that writes, and is committed by then. Raises what asyncpg raises.

        It always gives one, and does not wait for locks that others of its text may hold: they may travel together.
        """
        if self._pool is None:
            await self.connect()
        return await self.writing.fetch_row(query, values)


client_class = Client  # the name under which Tortoise looks for an engine's client


def configuration(url: str, pool_size: int, command_timeout: float | None) -> dict[str, Any]:
    """Tortoise's configuration for the database at `url`; `command_timeout` in seconds, None for none."""
    return {
        "connections": {
            "default": {
                "engine": __name__,
                "credentials": {
                    "dsn": url,
                    "minsize": 0,  # what is open stays open in the lanes
                    "maxsize": pool_size,
                    "command_timeout": command_timeout and command_timeout + 2,
                    "statement_cache_size": 1024,
                    "max_cached_statement_lifetime": 0,
                    "max_cacheable_statement_size": 0,
                    "max_inactive_connection_lifetime": 300.0,
                    "max_queries": 1_000_000,
                    "setup": None,
                    "init": _watched if _query_logger is not None else None,
                    "connect": None,
                    "reset": keep_as_is,
                    "record_class": asyncpg.Record,
                    "server_settings": {
                        "application_name": "retour",
                        "timezone": "UTC",
                        "plan_cache_mode": "force_generic_plan",  # made once, good for all: docs/decisions/0012
                        "idle_in_transaction_session_timeout": "30s",
                        "statement_timeout": str(round((command_timeout or 0) * 1000)),  # 0 is as long as it takes
                    },
                },
            }
        },
        "apps": APPS,
    }


async def _watched(connection: asyncpg.Connection) -> None:
    if _query_logger is not None:
        connection.add_query_logger(_query_logger)


_query_logger: Callable[[Any], None] | None = None
_opened: TortoiseContext | None = None
