"""The journal's own connection: the pool may be exhausted by the very work that the journal reports."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg


class Reader:
    """Runs single statements, one at a time, on a connection that is opened again after it was lost.

    A statement that fails is not repeated here; `seconds` limits connecting and each statement. A caller that is
    canceled does not end its statement: closing the connection for it would delay every other reader of the journal.
    `connect` is called as asyncpg's own.
    """

    def __init__(
        self, url: str, *, seconds: float = 5.0, connect: Callable[..., Awaitable[Any]] = asyncpg.connect
    ) -> None:
        self._url = url
        self._connect = connect
        self._seconds = seconds
        self._connection: Any = None
        self._lock = asyncio.Lock()

    async def execute(self, sql: str, args: Sequence[Any]) -> list[Any]:
        """The statement's rows, as mappings. Raises what asyncpg raises, and TimeoutError."""
        reading = asyncio.create_task(self._execute(sql, args), name="journal-read")
        reading.add_done_callback(_retrieve_error)
        return await asyncio.shield(reading)

    async def close(self) -> None:
        """End the running statement and close the connection."""
        if self._connection is not None:
            self._connection.terminate()  # the running statement fails now
        async with self._lock:
            if self._connection is not None:
                self._connection.terminate()
                self._connection = None

    async def _execute(self, sql: str, args: Sequence[Any]) -> list[Any]:
        async with self._lock:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect(self._url, timeout=self._seconds)
            try:
                rows: list[Any] = await self._connection.fetch(sql, *args, timeout=self._seconds)
            except BaseException as error:
                if not isinstance(error, asyncpg.PostgresError):
                    self._connection.terminate()  # nobody knows its state
                raise
            return rows


def _retrieve_error(reading: asyncio.Task[list[Any]]) -> None:
    """Mark an error as seen: its caller may have been canceled, and the loop would log it as never retrieved."""
    if not reading.cancelled():
        reading.exception()
