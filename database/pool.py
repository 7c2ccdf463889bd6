"""asyncpg's pool, with a limit to waiting: for a connection, and for its release."""

import asyncio
from typing import Any

import asyncpg
from asyncpg.pool import PoolAcquireContext

RELEASE_WITHIN = 0.3
"""Seconds that a caller waits for a release; only a broken connection takes longer."""


class Pool(asyncpg.Pool):  # type: ignore[misc]  # asyncpg comes without types
    """A pool that does not keep a caller waiting forever."""

    acquire_timeout = 5.0
    """Seconds that a caller waits for a connection."""

    def acquire(self, *, timeout: float | None = None) -> PoolAcquireContext:
        return super().acquire(timeout=self.acquire_timeout if timeout is None else timeout)

    async def release(self, connection: Any, **options: Any) -> None:
        """Give a connection back. A broken one is repaired or closed in the background."""
        returning = asyncio.ensure_future(super().release(connection, **options))
        returning.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.wait([returning], timeout=RELEASE_WITHIN)


async def keep_as_is(_connection: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset query after every use, a round trip each.

    Safe because nothing here sets session state: SET LOCAL, never SET, no session advisory lock, no LISTEN
    and no cursor on a pooled connection. asyncpg rolls an open transaction back before it calls this.
    """
