"""asyncpg's pool, with an end to waiting: for a connection, and for one to be given back."""

import asyncio
from typing import Any

import asyncpg
from asyncpg.pool import PoolAcquireContext

RELEASE_WITHIN = 0.3
"""Seconds that anybody waits for a connection to be given back; more is only wanted by one that is broken."""


class Pool(asyncpg.Pool):  # type: ignore[misc]  # asyncpg comes without types
    """A pool that does not let a caller wait for ever."""

    acquire_timeout = 5.0
    """Seconds that a caller waits for a connection."""

    def acquire(self, *, timeout: float | None = None) -> PoolAcquireContext:
        return super().acquire(timeout=self.acquire_timeout if timeout is None else timeout)

    async def release(self, connection: Any, **options: Any) -> None:
        """Give a connection back. One that is broken is mended or ended in its own time, and is nobody's concern."""
        returning = asyncio.ensure_future(super().release(connection, **options))
        returning.add_done_callback(lambda one: one.cancelled() or one.exception())
        await asyncio.wait([returning], timeout=RELEASE_WITHIN)


async def keep_as_is(_connection: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset query after every use, a round trip each.

    Safe because nothing here sets session state: no SET but SET LOCAL, no session advisory lock, no LISTEN
    and no cursor on a pooled connection. asyncpg rolls an open transaction back before it calls this.
    """
