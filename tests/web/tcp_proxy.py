"""A TCP proxy between the browser and the server that can drop its connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Proxy:
    """Forwards bytes to the server and back. Disconnected, it refuses new connections."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._host, self._port = str(parts.hostname), parts.port
        self._writers: set[asyncio.StreamWriter] = set()
        self._connected = True
        self.refused = asyncio.Event()
        self.address = ""

    def disconnect(self) -> None:
        """Drop every connection and refuse new ones. `refused` is set when the first one is refused."""
        self._connected = False
        self.refused.clear()
        for writer in self._writers:
            writer.transport.abort()

    def reconnect(self) -> None:
        """Accept connections again."""
        self._connected = True

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection until either side closes it."""
        if not self._connected:
            self.refused.set()
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
        writers = {writer, server_writer}
        self._writers |= writers
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, server_writer))
                both.create_task(_copy(server_reader, writer))
        finally:
            self._writers -= writers
            for open_writer in writers:
                open_writer.close()


@asynccontextmanager
async def proxy_to(server: str) -> AsyncIterator[Proxy]:
    """A proxy to the server at this address, connected at first."""
    proxy = Proxy(server)
    async with await asyncio.start_server(proxy.forward, "127.0.0.1", 0) as listener:
        proxy.address = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        yield proxy
        proxy.disconnect()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()
    with suppress(ConnectionError, RuntimeError):
        sink.write_eof()
