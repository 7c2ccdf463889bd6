"""One connection of the journal's own: the pool may be exhausted by what the journal is to tell about."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg


class Reader:
    """Runs single statements, one at a time, on a connection that is opened again whenever it was lost.

    A statement that fails is not repeated here; `seconds` bounds connecting and each statement. Who gives up waiting
    does not end his statement: cutting the line for it would delay everybody who reads the journal.
    """

    def __init__(self, url: str, *, seconds: float = 5.0) -> None:
        self._url = url
        self._seconds = seconds
        self._connection: Any = None
        self._turn = asyncio.Lock()

    async def execute(self, sql: str, args: Sequence[Any]) -> list[Any]:
        """The statement's rows, as mappings. Raises what asyncpg raises, and TimeoutError."""
        reading = asyncio.create_task(self._execute(sql, args), name="journal-read")
        reading.add_done_callback(_looked_at)
        return await asyncio.shield(reading)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()  # what is under way fails now
        async with self._turn:
            if self._connection is not None:
                self._connection.terminate()
                self._connection = None

    async def _execute(self, sql: str, args: Sequence[Any]) -> list[Any]:
        async with self._turn:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._url, timeout=self._seconds)
            try:
                rows: list[Any] = await self._connection.fetch(sql, *args, timeout=self._seconds)
            except BaseException as error:
                if not isinstance(error, asyncpg.PostgresError):
                    self._connection.terminate()  # in whatever state it is
                raise
            return rows


def _looked_at(reading: asyncio.Task[list[Any]]) -> None:
    """Nobody may be left to be told of an error; the loop need not complain of that."""
    if not reading.cancelled():
        reading.exception()
