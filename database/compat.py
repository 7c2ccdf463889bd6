"""The private names of Tortoise that the client needs. `tests/database/test_compat.py` fails if one of them changes."""

import asyncio
from typing import Any

import asyncpg
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
        raise NotImplementedError

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
