"""Notifiers wake the readers of the journal. A notification carries nothing and may be lost: readers poll, too."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

import asyncpg

if TYPE_CHECKING:  # loaded only if it is used: that takes a quarter of a second
    from nats.aio.client import Client as NatsClient

log = logging.getLogger("retour.notifiers")

CHANNEL = "retour_events"
HEARTBEAT = 10.0
"""Seconds between two checks that the link to the other processes works, and the longest wait for an answer."""
QUIET = 0.02
"""Seconds between two notifications to the other processes; those that come meanwhile are sent as one."""
_FIRST_RETRY, _LAST_RETRY = 0.1, 5.0


class Notifier(Protocol):
    """What a writer calls after its commit, and what one reader waits for."""

    def notify(self) -> None:
        """Wake the readers of every process. Never blocks, never fails."""

    async def wait(self, seconds: float) -> None:
        """Return at the first notification since the last wait ended, after `seconds` at the latest."""

    async def start(self) -> None:
        """Begin to listen to the other processes; returns at once, whether they can be reached or not."""

    async def close(self) -> None:
        """Stop listening."""


class ProcessNotifier:
    """A notifier within one process, for a single waiter: every other reader needs a notifier of its own."""

    def __init__(self) -> None:
        self._notified = asyncio.Event()

    def notify(self) -> None:
        self._notified.set()

    async def wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._notified.wait()
        self._notified.clear()

    async def start(self) -> None:
        """There is nobody else to listen to."""

    async def close(self) -> None:
        """There is no link to close."""


class Link(Protocol):
    """An open connection to the other processes."""

    async def send(self) -> None:
        """Notify them."""

    async def beat(self) -> None:
        """Return only if the link works."""


class RemoteNotifier(ProcessNotifier, ABC):
    """A notifier that reaches other processes, too: it keeps one link open, and opens it again after every failure."""

    def __init__(self, *, heartbeat: float = HEARTBEAT) -> None:
        super().__init__()
        self._heartbeat = heartbeat
        self._outgoing = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @abstractmethod
    def link(self) -> AbstractAsyncContextManager[Link]:
        """Open a link that calls `wake` when another process notifies."""

    def wake(self) -> None:
        """Wake the reader of this process only."""
        super().notify()

    def notify(self) -> None:
        self.wake()
        self._outgoing.set()

    async def start(self) -> None:
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep(), name="notifier")

    async def close(self) -> None:
        if self._keeper is not None:
            while not self._keeper.done():  # a library may have swallowed the first cancellation
                self._keeper.cancel()
                await asyncio.wait([self._keeper], timeout=0.5)
            self._keeper = None

    async def _keep(self) -> None:
        retry = _FIRST_RETRY
        while True:
            try:
                async with self.link() as link:
                    retry = _FIRST_RETRY
                    self.wake()  # notifications may have been lost while there was no link
                    await self._forward(link)
            except Exception as error:
                log.warning("notifier: link lost (%s), next attempt in %.1f s", error, retry)
            await asyncio.sleep(retry)
            retry = min(retry * 2, _LAST_RETRY)

    async def _forward(self, link: Link) -> None:
        """Send what this process notifies, and check the link when there is nothing to send."""
        while True:
            try:
                async with asyncio.timeout(self._heartbeat):
                    await self._outgoing.wait()
            except TimeoutError:
                async with asyncio.timeout(self._heartbeat):
                    await link.beat()
                continue
            self._outgoing.clear()
            async with asyncio.timeout(self._heartbeat):
                await link.send()
            await asyncio.sleep(QUIET)


class PostgresNotifier(RemoteNotifier):
    """LISTEN and NOTIFY on one connection that nothing else uses.

    NOTIFY is sent after the writers' commits, one for many of them. Within their transactions, each commit would take a
    lock of the whole database. `connect` is called as asyncpg's own.
    """

    def __init__(
        self,
        url: str,
        *,
        channel: str = CHANNEL,
        heartbeat: float = HEARTBEAT,
        connect: Callable[..., Awaitable[Any]] = asyncpg.connect,
    ) -> None:
        super().__init__(heartbeat=heartbeat)
        self._url = url
        self._connect = connect
        self._channel = channel

    @asynccontextmanager
    async def link(self) -> AsyncIterator[Link]:
        connection = await self._connect(self._url, timeout=self._heartbeat)
        try:
            # The next send notices a lost connection, so there is one at once.
            connection.add_termination_listener(lambda _: self._outgoing.set())
            await connection.add_listener(self._channel, self._on_notify)
            yield _PostgresLink(connection, self._channel)
        finally:
            connection.terminate()

    def _on_notify(self, connection: Any, sender: int, channel: str, payload: str) -> None:
        if sender != connection.get_server_pid():
            self.wake()


class _PostgresLink:
    def __init__(self, connection: Any, channel: str) -> None:
        self._connection = connection
        self._channel = channel

    async def send(self) -> None:
        await self._connection.execute("select pg_notify($1, '')", self._channel)

    async def beat(self) -> None:
        await self._connection.execute("select 1")


class NatsNotifier(RemoteNotifier):
    """A NATS subject, for many machines: PostgreSQL keeps no connection for it."""

    def __init__(self, url: str, *, subject: str = CHANNEL, heartbeat: float = HEARTBEAT) -> None:
        super().__init__(heartbeat=heartbeat)
        self._url = url
        self._subject = subject

    @asynccontextmanager
    async def link(self) -> AsyncIterator[Link]:
        from nats.aio.client import Client

        client = Client()
        try:
            async with asyncio.timeout(self._heartbeat):
                await client.connect(
                    self._url,
                    no_echo=True,
                    max_reconnect_attempts=-1,  # it reconnects by itself; ending it would lose its tasks' errors
                    reconnect_time_wait=1,
                    ping_interval=max(1, int(self._heartbeat)),
                    error_cb=self._on_error,
                    disconnected_cb=self._on_disconnect,
                    reconnected_cb=self._on_reconnect,
                )
            await client.subscribe(self._subject, cb=self._on_message)
            yield _NatsLink(client, self._subject)
        finally:
            with suppress(OSError):  # a timeout is one, too
                async with asyncio.timeout(self._heartbeat):  # closing waits for a server that may be gone
                    await client.close()

    async def _on_message(self, message: Any) -> None:
        self.wake()

    async def _on_error(self, error: Exception) -> None:
        log.debug("notifier: nats: %s", error)

    async def _on_disconnect(self) -> None:
        if self._keeper is not None and not self._keeper.cancelling():
            log.warning("notifier: nats: link lost")

    async def _on_reconnect(self) -> None:
        self.notify()  # either side may have missed notifications


class _NatsLink:
    def __init__(self, client: "NatsClient", subject: str) -> None:
        self._client = client
        self._subject = subject

    async def send(self) -> None:
        await self._client.publish(self._subject, b"")

    async def beat(self) -> None:
        if not self._client.is_reconnecting:
            await self._client.flush()


def notifier_of(
    url: str | None, database_url: str, *, connect: Callable[..., Awaitable[Any]] = asyncpg.connect
) -> Notifier:
    """The notifier for NOTIFIER_URL: nats://… or tls://…, `process` for a single process, None for PostgreSQL's.

    Raises ValueError for anything else.
    """
    if url is None:
        return PostgresNotifier(database_url, connect=connect)
    if url == "process":
        return ProcessNotifier()
    if url.startswith(("nats://", "tls://")):
        return NatsNotifier(url)
    raise ValueError("NOTIFIER_URL must be nats://host:port, tls://host:port or the word process")
