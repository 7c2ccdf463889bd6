"""A wire between the browser and the server that can be cut and mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Carries bytes to the server and back. Cut, it drops every connection and takes no new one."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._host, self._port = str(parts.hostname), parts.port
        self._ends: set[asyncio.StreamWriter] = set()
        self._whole = True
        self.refused = asyncio.Event()
        self.address = ""

    def cut(self) -> None:
        """Drop what runs and refuse what comes; `refused` is set by the first that comes."""
        self._whole = False
        self.refused.clear()
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        """Carry again."""
        self._whole = True

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it."""
        if not self._whole:
            self.refused.set()
            writer.transport.abort()
            return
        other, onward = await asyncio.open_connection(self._host, self._port)
        ends = {writer, onward}
        self._ends |= ends
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pour(reader, onward))
                both.create_task(_pour(other, writer))
        finally:
            self._ends -= ends
            for end in ends:
                end.close()


@asynccontextmanager
async def wired(server: str) -> AsyncIterator[Wire]:
    """A wire to the server at this address, whole at first."""
    wire = Wire(server)
    async with await asyncio.start_server(wire.carry, "127.0.0.1", 0) as listener:
        wire.address = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        yield wire
        wire.cut()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await source.read(65536):
            sink.write(piece)
            await sink.drain()
    with suppress(ConnectionError, RuntimeError):
        sink.write_eof()
