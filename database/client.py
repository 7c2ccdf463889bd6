"""The process's one Tortoise client: single statements and transactions, each with its own budget of connections.

Tortoise keeps open clients in a context; ours is the process-wide fallback, so that every task finds it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import (
    BaseDBAsyncClient,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connection, get_connections
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError

from database.batching import Batching
from database.compat import PooledClient, close_for_process, open_for_process, use_connection
from database.connections import Budget, Connections
from database.hosts import connect
from database.pool import Pool, keep_as_is
from database.prepared import FrugalConnection
from engine.errors import is_read_only
from settings import OperatorError

APPS: dict[str, dict[str, Any]] = {
    "models": {"models": ["models"], "migrations": "migrations", "default_connection": "default"}
}
COMMAND_TIMEOUT = 6.0


class DatabaseUnreachable(OperatorError):
    """The database at the given address cannot be reached, or does not let us in."""


async def open(
    url: str, *, pool_size: int = 10, command_timeout: float | None = COMMAND_TIMEOUT, batching: bool = True
) -> BaseDBAsyncClient:
    """Open the process's pool and connect once, so that a wrong address fails here; returns Tortoise's client of it.

    `command_timeout` is in seconds for one statement, None for no limit: the database ends the statement then, and if
    it does not say so within two more, it counts as unreachable. Without `batching` each statement has a round trip of
    its own. Raises DatabaseUnreachable.
    """
    global _opened
    context = TortoiseContext()
    with context:
        await open_for_process(context, configuration(url, pool_size, command_timeout, batching=batching))
    _opened = context
    try:
        await greet(context)
    except BaseException:
        await close()
        raise
    return context.db()


async def close() -> None:
    """Close the pool; connections in use get ten seconds to be released. Another one may be opened in any case."""
    global _opened
    if _opened is not None:
        context, _opened = _opened, None
        await close_for_process(context)


@asynccontextmanager
async def offline() -> AsyncIterator[None]:
    """The models as an open database would initialize them, for code that sends no statement."""
    async with TortoiseContext() as context:
        await context.init(configuration("postgresql:///offline", 1, None))
        yield


def watch_statements(logger: Callable[[Any], None] | None) -> None:
    """Call `logger` with every statement of pools that are opened from now on; None ends it."""
    global _query_logger
    _query_logger = logger


def pool_usage() -> tuple[int, int]:
    """How many connections the process's pool has, and how many of them are idle."""
    client = get_connection("default") if _opened is not None else None
    if not isinstance(client, Client) or client.pool is None:
        return (0, 0)
    return (client.pool.get_size(), client.idle)


_UNREACHABLE = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # no host of the address is what its target_session_attrs asks for
    DBConnectionError,
)


async def greet(context: TortoiseContext) -> None:
    """Connect once. Raises DatabaseUnreachable."""
    try:
        await context.db().execute_query("select 1")
    except (*_UNREACHABLE, ValueError) as error:
        cause = error.__cause__ or error
        raise DatabaseUnreachable(pooler_problem(cause) or f"The database cannot be reached: {cause}") from error


def pooler_problem(error: BaseException) -> str | None:
    """A sentence about a pooler before the database that is too old or not set up for Retour; None if it is not that.

    docs/operating.md says how PgBouncer is set up.
    """
    if isinstance(error, (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)):
        return (
            "A pooler before the database loses prepared statements: use PgBouncer 1.21 or later and set its"
            " max_prepared_statements, or its session mode."
        )
    if "unsupported startup parameter" in str(error):
        return (
            f"A pooler before the database refuses a parameter ({error}): add it to PgBouncer's"
            " ignore_startup_parameters and set it for the role instead."
        )
    return None


async def is_writable() -> bool:
    """Whether the open database takes writes; if not, its connections are given up, as after a write that failed."""
    try:
        async with get_connection("default").acquire_connection() as connection:
            if await connection.fetchval("show transaction_read_only") == "on":
                raise asyncpg.ReadOnlySQLTransactionError("transactions are read-only")
    except asyncpg.ReadOnlySQLTransactionError:
        return False
    return True


async def now() -> datetime:
    """The time (UTC-aware) of the open database's clock, which decides what is old enough to be deleted."""
    row = (await get_connection("default").execute_query_dict("select clock_timestamp() as now"))[0]
    time: datetime = row["now"]
    return time


_UNSETTLING = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""After these nobody knows the state of a connection; every timeout is an OSError."""


class Transaction(TransactionContextPooled):
    """Tortoise's transaction, on a connection of the budget of transactions.

    If a statement may still be running (it timed out, it was canceled, the connection broke), nothing more is sent on
    the connection: the pool rolls it back, or closes it.
    """

    client: "InTransaction"

    async def __aenter__(self) -> TransactionalDBClient:
        await self.client.parent.connect()
        budget = self.client.parent.transactions
        connection = await budget.acquire()
        self.client.use(connection)
        try:
            await self.client.begin()
        except BaseException as error:
            await budget.discard(connection, error)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        get_connections().reset(self.token)
        budget = self.client.parent.transactions
        sound = False
        try:
            if kind is None:
                await self.client.commit()
                sound = True
            elif isinstance(error, Exception) and not isinstance(error, _UNSETTLING) and not is_read_only(error):
                await self.client.rollback()
                sound = True
        finally:
            if sound:
                await budget.release(self.client.connection)
            else:
                await budget.discard(self.client.connection, error)


class InTransaction(TransactionWrapper):
    """Tortoise's client of one transaction."""

    connection: Any

    def __init__(self, parent: "Client") -> None:
        super().__init__(parent)
        self.parent = parent

    def use(self, connection: Any) -> None:
        """Send everything on this connection."""
        self.connection = connection
        use_connection(self, connection)

    async def fetch_row(self, query: str, values: list[Any]) -> asyncpg.Record:
        """The one row of a query. Raises what asyncpg raises."""
        return await self.connection.fetchrow(query, *values)

    write_row = fetch_row


_WORKS = "select exists (select from pg_stat_activity where pid = $1 and state = 'active') as works"


class Client(PooledClient):
    """Tortoise's client on our pool; asyncpg reads the address itself, with all that may stand in one.

    A third of its connections, and at least one if there are two, is out of the reach of `reads`, and as many are out
    of the reach of `transactions`.
    """

    connections: Connections
    reads: Budget
    transactions: Budget
    reading: Budget | Batching
    writing: Budget | Batching
    """Where single statements go, those that only read and those that write."""
    opened = False
    connection_class = FrugalConnection

    async def create_pool(self, **options: Any) -> asyncpg.Pool:
        batching = options.pop("batching")
        for name in ("host", "port", "user", "password", "database"):
            del options[name]
        pool, size = await Pool(**options), options["max_size"]
        self.connections = Connections(pool, size, Pool.acquire_timeout, self._is_working)
        most = max(size - max(size // 3, 1), 1)
        self.reads, self.transactions = self.connections.budget(most), self.connections.budget(most, cancels=False)
        if batching and _query_logger is None:
            self.reading, self.writing = Batching(self.reads), Batching(self.transactions, writes=True)
        else:  # a logger wants to know whose a statement is
            self.reading, self.writing = self.reads, self.transactions
        self.opened = True
        return pool

    async def before_close(self) -> None:
        await self.connections.close()

    def after_close(self) -> None:
        self.opened = False

    @property
    def idle(self) -> int:
        """How many connections are not in use."""
        return int(self.pool.get_idle_size()) + len(self.connections.idle) if self.pool is not None else 0

    def acquire_connection(self) -> Any:
        """`async with`: a connection of the budget of reads, for statements outside of any transaction."""
        return self._of_reads()

    async def _is_working(self, connection: Any) -> bool:
        """Whether the database works on what a connection has sent; False if it does not say so within a second."""
        try:
            async with asyncio.timeout(1):
                return bool((await self.reads.fetch_row(_WORKS, [connection.get_server_pid()]))["works"])
        except (*_UNREACHABLE, TimeoutError):
            return False

    @asynccontextmanager
    async def _of_reads(self) -> AsyncIterator[Any]:
        await self.connect()
        async with self.reads.connection() as connection:
            yield connection

    def transaction(self, lock: asyncio.Lock) -> TransactionContext:
        return Transaction(InTransaction(self), lock)

    async def fetch_row(self, query: str, values: list[Any]) -> asyncpg.Record:
        """The one row of a query: every read of a client comes here. Raises what asyncpg raises."""
        if not self.opened:
            await self.connect()
        return await self.reading.fetch_row(query, values)

    async def write_row(self, query: str, values: list[Any]) -> asyncpg.Record:
        """The one row of a statement that writes, and is committed by then. Raises what asyncpg raises.

        It always has one, and does not wait for locks that others of its text may hold: they may share a batch.
        """
        if not self.opened:
            await self.connect()
        return await self.writing.fetch_row(query, values)


client_class = Client  # the name under which Tortoise looks for an engine's client


def configuration(url: str, pool_size: int, command_timeout: float | None, *, batching: bool = True) -> dict[str, Any]:
    """Tortoise's configuration for the database at `url`; `command_timeout` in seconds, None for no limit."""
    return {
        "connections": {
            "default": {
                "engine": __name__,
                "credentials": {
                    "dsn": url,
                    "batching": batching,  # for `Client.create_pool`
                    "minsize": 0,  # open connections stay open in `Connections`
                    "maxsize": pool_size,
                    "command_timeout": command_timeout and command_timeout + 2,
                    "statement_cache_size": 1,  # more than none: database/prepared.py has the numbers
                    "max_cached_statement_lifetime": 0,
                    "max_cacheable_statement_size": 0,
                    "max_inactive_connection_lifetime": 300.0,
                    "max_queries": 1_000_000,
                    "setup": None,
                    "init": _watched if _query_logger is not None else None,
                    "connect": connect,
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
