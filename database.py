"""The one connection pool of the process, and the migrations.

Tortoise keeps what is open in a context; ours is the process-wide fallback, so that every task sees it.
"""

import asyncio
import atexit
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import asyncpg
from asyncpg.pool import PoolAcquireContext
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
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.transactions import in_transaction

from embedded import Cluster
from lanes import Lanes, Share
from pipeline import Pipelines
from settings import OperatorError

APPS: dict[str, dict[str, Any]] = {
    "models": {"models": ["models"], "migrations": "migrations", "default_connection": "default"}
}
MIGRATION_LOCK = 7_391_640_118  # any number, the same in every process that migrates
ERA = 2**40
"""Transactions; more than one cluster ever counts."""
_OWN_XID, _OWN_HORIZON = "pg_current_xact_id()", "pg_snapshot_xmin(pg_current_snapshot())"
_PLACE = """
select coalesce((select e.xid::text::bigint from event e order by e.xid desc limit 1), 0) as last,
       journal_xid()::text::bigint as now
"""
MIGRATIONS = Path(__file__).with_name("migrations")
_APPLIED = "select name from tortoise_migrations where app = 'models'"
ACQUIRE_TIMEOUT = 5.0
COMMAND_TIMEOUT = 6.0
RELEASE_WITHIN = 0.3
"""Seconds that anybody waits for a connection to be given back; more is only wanted by one that is broken."""


def embedded(home: Path) -> str:
    """The address of the database under `home`, whose server stops with the last process that uses it.

    Raises EmbeddedError.
    """
    cluster = Cluster(home / "postgres")
    cluster.enter()
    atexit.register(cluster.leave)
    cluster.create_database("retour")
    return cluster.url("retour")


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
        await context.init(_config(url, pool_size, command_timeout), _enable_global_fallback=True)
    _opened = context
    try:
        await _greet(context)
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


async def migrate(url: str) -> list[str]:
    """Brings the schema up to date and returns the names of the migrations that this call applied.

    All of them and their records are one transaction behind one lock: processes may call it at once.
    Raises DatabaseUnreachable.
    """
    async with TortoiseContext() as context:
        await context.init(_config(url, 1, None))
        await _greet(context)
        async with in_transaction() as transaction:
            await transaction.execute_query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK])
            executor = MigrationExecutor(transaction, APPS)
            # first: the executor asks for the table before it makes it, which would end the transaction
            await executor.recorder.ensure_schema(AsyncpgSchemaEditor(transaction, atomic=False))
            before = set(await executor.recorder.applied_migrations())
            await executor.migrate()
            after = await executor.recorder.applied_migrations()
            await _begin_era(transaction)
    return [key.name for key in after if key not in before]


async def _begin_era(transaction: BaseDBAsyncClient) -> None:
    """Let the journal of a restored database go on after what it holds; any other is left alone.

    A cluster counts its transactions from the start again, so what is written next would come before what was
    restored, which would itself not be readable yet. Eras lie so far apart that no cursor of events which the backup
    did not have can be one of an event to come.
    """
    (place,) = await transaction.execute_query_dict(_PLACE)
    if place["last"] >= place["now"]:
        era = (place["last"] // ERA + 1) * ERA
        for function, own in (("journal_xid", _OWN_XID), ("journal_horizon", _OWN_HORIZON)):
            body = f"select ({own}::text::bigint + {era})::text::xid8"
            await transaction.execute_script(
                f"create or replace function {function}() returns xid8 language sql stable as '{body}'"
            )


class MigrationsDiffer(OperatorError):
    """The open database's tables are not those that this version of the program works with."""


async def check_migrations() -> None:
    """Raises MigrationsDiffer where the open database is older than this version of the program, or newer."""
    rows = await get_connection("default").execute_query_dict(_APPLIED)
    there, known = {row["name"] for row in rows}, {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}
    if missing := sorted(known - there):
        raise MigrationsDiffer(f"{', '.join(missing)} must be applied: run `python server.py migrate`.")
    if unknown := sorted(there - known):
        raise MigrationsDiffer(f"The database is newer than this program, by {', '.join(unknown)}: run the newer one.")


def pool_usage() -> tuple[int, int]:
    """How many connections the process's pool has, and how many of them nobody uses."""
    client = get_connection("default") if _opened is not None else None
    if not isinstance(client, Client) or client._pool is None:
        return (0, 0)
    return (client._pool.get_size(), client.idle)


async def _greet(context: TortoiseContext) -> None:
    try:
        await context.db().execute_query("select 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBConnectionError, ValueError) as error:
        raise DatabaseUnreachable(f"The database cannot be reached: {error.__cause__ or error}") from error


class Pool(asyncpg.Pool):  # type: ignore[misc]  # asyncpg comes without types
    """A pool that does not let a caller wait for ever."""

    def acquire(self, *, timeout: float | None = None) -> PoolAcquireContext:
        return super().acquire(timeout=ACQUIRE_TIMEOUT if timeout is None else timeout)

    async def release(self, connection: Any, **options: Any) -> None:
        """Give a connection back. One that is broken is mended or ended in its own time, and is nobody's concern."""
        returning = asyncio.ensure_future(super().release(connection, **options))
        returning.add_done_callback(lambda one: one.cancelled() or one.exception())
        await asyncio.wait([returning], timeout=RELEASE_WITHIN)


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
        self.lanes = Lanes(pool, size, ACQUIRE_TIMEOUT)
        most = max(size - max(size // 3, 1), 1)
        self.reads, self.transactions = self.lanes.share(most), self.lanes.share(most)
        if query_logger is None:
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


def _config(url: str, pool_size: int, command_timeout: float | None) -> dict[str, Any]:
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
                    "init": _watched if query_logger is not None else None,
                    "connect": None,
                    "reset": _keep,
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


async def _keep(_connection: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset query after every use, a round trip each.

    Safe because nothing here sets session state: no SET but SET LOCAL, no session advisory lock, no LISTEN
    and no cursor on a pooled connection. asyncpg rolls an open transaction back before it calls this.
    """


async def _watched(connection: asyncpg.Connection) -> None:
    if query_logger is not None:
        connection.add_query_logger(query_logger)


query_logger: Callable[[Any], None] | None = None
"""Told of every statement of pools that are opened from then on."""
_opened: TortoiseContext | None = None
