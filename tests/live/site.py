"""Two server processes on ports that they keep and a database of their own, to be stopped, killed and started again."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from database.embedded import OPTIONS, Cluster
from tests.live.process import Server, serving
from tests.migrated import fill


class Site:
    """`servers` keeps its places; who stands there changes."""

    def __init__(self, home: Path, stack: AsyncExitStack, environment: Mapping[str, str], *, fsync: bool) -> None:
        self._home, self._stack, self._environment = home, stack, environment
        self.cluster = Cluster(home / "postgres", options={**OPTIONS, "fsync": "on" if fsync else "off"})
        self.servers: list[Server] = []

    async def open(self, servers: int) -> None:
        """Start the database and the servers."""
        self.cluster.enter()
        self._stack.callback(lambda: self.cluster.leave())
        self.cluster.create_database("retour")
        await fill(self.url)
        self.servers = [await self._serve() for _ in range(servers)]

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.cluster.url("retour")

    async def _serve(self, port: str = "0") -> Server:
        return await self._stack.enter_async_context(serving(self.url, self._home, PORT=port, **self._environment))

    async def restart(self, place: int, how: signal.Signals) -> None:
        """End a server process and start another one in its place."""
        ended = self.servers[place]
        ended.process.send_signal(how)
        await ended.process.wait()
        self.servers[place] = await self._serve(ended.address.rsplit(":", 1)[1])

    async def restart_database(self) -> None:
        """As an immediate shutdown of PostgreSQL does: all connections are cut, and the log is replayed."""
        os.kill(int((self._home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        await asyncio.to_thread(self.cluster.leave)
        await asyncio.to_thread(self.cluster.enter)


@asynccontextmanager
async def opened_site(
    environment: Mapping[str, str] = MappingProxyType({}), *, servers: int = 2, fsync: bool = False
) -> AsyncIterator[Site]:
    """A site, ready, and stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="retour-") as home:  # not pytest's, where only this user may look in
        async with AsyncExitStack() as stack:
            one = Site(Path(home), stack, environment, fsync=fsync)
            await one.open(servers)
            yield one
