"""The private names of Tortoise and asyncpg that the client needs.

`tests/database/test_compat.py` and `test_prepared.py` fail if one of them changes.
"""

import asyncio
import weakref
from collections.abc import Coroutine, Iterator
from typing import Any

import asyncpg
import tortoise.context
from asyncpg.connection import _StatementCache
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext
from tortoise.context import TortoiseContext


class PooledClient(AsyncpgDBClient):
    """Tortoise's client of asyncpg, with public names for what a client of ours reads and overrides."""

    @property
    def pool(self) -> asyncpg.Pool | None:
        """The pool; None before it is opened, and after it is closed."""
        return self._pool

    async def connect(self) -> None:
        """Open the pool unless it is open. `create_pool` makes it."""
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)

    async def before_close(self) -> None:
        """Called when the pool is about to be closed."""

    def after_close(self) -> None:
        """Called when it has been closed."""

    def transaction(self, lock: asyncio.Lock) -> TransactionContext:
        """The context of a new transaction; `lock` is the one under which the pool is opened."""
        raise NotImplementedError  # database/client.py says which transaction it is

    async def _close(self) -> None:
        if self._pool is not None:
            await self.before_close()
        await super()._close()
        self.after_close()

    def _in_transaction(self) -> TransactionContext:
        return self.transaction(self._pool_init_lock)


def use_connection(client: TransactionWrapper, connection: Any) -> None:
    """Let Tortoise's client of a transaction send its statements on a connection."""
    client._connection = connection


async def open_for_process(context: TortoiseContext, configuration: dict[str, Any]) -> None:
    """Initialize a context that every task of the process falls back to."""
    await context.init(configuration, _enable_global_fallback=True)


async def close_for_process(context: TortoiseContext) -> None:
    """Close a context's connections. No task falls back to it afterwards, even if closing them fails or is canceled."""
    try:
        await context.close_connections()
    finally:
        if tortoise.context._global_context is context:
            tortoise.context._global_context = None


class PatientConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg comes without types
    """A connection that can let PostgreSQL finish what its caller has given up, where asyncpg would cancel it.

    A commit that waits for a synchronous standby must not be canceled: it would be visible, and lost with the primary.
    """

    cancels = True

    def _cancel_current_command(self, waiter: "asyncio.Future[None]", cancel_waiter: Any = None) -> None:
        if self.cancels:
            super()._cancel_current_command(waiter, cancel_waiter)
        elif not waiter.done():
            waiter.set_result(None)  # as if it had been sent: what is given up ends with its own answer


def set_cancels(connection: Any, cancels: bool) -> None:
    """Whether what callers give up on a connection from now on is canceled, or finished by PostgreSQL."""
    held = _held(connection)
    if hasattr(held, "cancels"):  # isinstance says yes to every connection: asyncpg has it answer so
        held.cancels = cancels


def unfinished(connection: Any) -> Coroutine[Any, Any, Any] | None:
    """What returns when PostgreSQL has finished what was given up, or the connection is lost; None if nothing was."""
    held = _held(connection)
    protocol = None if getattr(held, "cancels", True) else held._protocol
    if protocol is None or not protocol._is_cancelling():
        return None
    waiting: Coroutine[Any, Any, Any] = protocol._wait_for_cancellation()
    return waiting


def abandon(connection: Any) -> None:
    """Close a connection without a word, also one that is lost and no longer the pool's."""
    held = _held(connection)
    if held is not None:
        held.terminate()


def _held(connection: Any) -> Any:
    """The connection itself: a pool lends a proxy."""
    return getattr(connection, "_con", connection)


class StatementCache(_StatementCache):  # type: ignore[misc]  # asyncpg comes without types
    """asyncpg's cache of one connection's prepared statements; `added` may drop some when another has been prepared.

    A statement is looked up as in asyncpg's own, at the same cost.
    """

    __slots__ = ("__dict__",)

    def __init__(self, connection: asyncpg.Connection, *, most: int, kept_for: float) -> None:
        held = weakref.ref(connection)

        def close(statement: Any) -> None:
            owner = held()
            if owner is not None:
                owner._maybe_gc_stmt(statement)

        super().__init__(loop=connection._loop, max_size=most, on_remove=close, max_lifetime=kept_for)

    def put(self, key: Any, statement: Any) -> None:
        """Keep a statement that has just been prepared."""
        super().put(key, statement)
        self.added(key, key[0])

    def added(self, key: Any, text: str) -> None:
        """Called with each new statement's key and text."""

    def texts(self) -> Iterator[tuple[Any, str]]:
        """The keys and texts of all statements, that of the oldest use first."""
        return ((key, key[0]) for key in self._entries)

    def drop(self, key: Any) -> None:
        """Have the database forget a statement, if it is still there."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._clear_entry_callback(entry)
            self._on_remove(entry._statement)


def replace_statement_cache(connection: asyncpg.Connection, cache: StatementCache) -> None:
    """Let a connection that has just been made keep its prepared statements here."""
    connection._stmt_cache = cache


def open_statements(connection: asyncpg.Connection) -> list[str]:
    """The texts that are prepared on a connection of a pool, that of the oldest use first."""
    return [text for _, text in _held(connection)._stmt_cache.texts()]
