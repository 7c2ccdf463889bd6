"""The network between the server and its database, and what can go wrong with it: a proxy of the tests' own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

LATENCY = 0.4
SLICE = 7
BYTES_A_SECOND = 20_000
LIMIT = 3_000


class Fault(StrEnum):
    """What the network does, in Toxiproxy's words."""

    NONE = "passes everything on"
    LATENCY = "is slow to pass anything on"
    DOWN = "refuses new connections and has closed the old ones"
    BANDWIDTH = "passes few bytes a second on"
    SLOW_CLOSE = "keeps closing connections open"
    TIMEOUT = "swallows everything and says nothing"
    RESET = "resets connections in the middle of what they say"
    SLICER = "passes everything on in small pieces"
    LIMIT = "ends a connection after so many bytes"


KINDS = tuple(fault for fault in Fault if fault is not Fault.NONE)


@dataclass(slots=True)
class Network:
    """Passes bytes to a PostgreSQL's socket, the way `fault` says; the old connections change with it."""

    upstream: Path
    fault: Fault = Fault.NONE
    port: int = 0
    _ways: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _healed: asyncio.Event = field(default_factory=asyncio.Event)

    def become(self, fault: Fault) -> None:
        """From now on."""
        self.fault = fault
        if fault is Fault.NONE:
            self._healed.set()
        else:
            self._healed = asyncio.Event()
        if fault in (Fault.DOWN, Fault.RESET):
            for writer in list(self._writers):
                writer.transport.abort()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.fault is Fault.DOWN:
            writer.transport.abort()
            return
        there, back = await asyncio.open_unix_connection(str(self.upstream))
        self._writers |= {writer, back}
        ways = [asyncio.create_task(self._way(reader, back)), asyncio.create_task(self._way(there, writer))]
        self._ways.update(ways)
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if self.fault is Fault.SLOW_CLOSE:
                await self._healed.wait()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._ways.difference_update(ways)
            for one in (writer, back):
                self._writers.discard(one)
                one.transport.abort()

    async def _way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = 0
        with suppress(ConnectionError):
            while part := await reader.read(65536):
                passed += len(part)
                if self.fault is Fault.TIMEOUT:
                    continue  # what is swallowed never comes, not even when the network is well again
                if self.fault is Fault.LIMIT and passed > LIMIT:
                    return
                await self._pass(part, writer)

    async def _pass(self, part: bytes, writer: asyncio.StreamWriter) -> None:
        if self.fault is Fault.LATENCY:
            await asyncio.sleep(LATENCY)
        elif self.fault is Fault.BANDWIDTH:
            await asyncio.sleep(len(part) / BYTES_A_SECOND)
        elif self.fault is Fault.SLICER:
            for start in range(0, len(part), SLICE):
                writer.write(part[start : start + SLICE])
                await writer.drain()
            return
        writer.write(part)
        await writer.drain()


@asynccontextmanager
async def between(socket_directory: Path) -> AsyncIterator[Network]:
    """A network to the PostgreSQL whose socket lies in that directory."""
    network = Network(_socket_in(socket_directory))
    server = await asyncio.start_server(network.accept, "127.0.0.1", 0)
    network.port = server.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        network.become(Fault.NONE)
        server.close()
        for way in list(network._ways):
            way.cancel()


def _socket_in(directory: Path) -> Path:
    (one,) = (path for path in directory.glob(".s.PGSQL.*") if not path.name.endswith(".lock"))
    return one
