"""Notifiers: they wake other processes, are cheap under load, reconnect after every failure, and may fail."""

import asyncio
import gc
import logging
import socket
import subprocess
import sysconfig
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import nats
import pytest

from events.notifier import (
    CHANNEL,
    Link,
    NatsNotifier,
    Notifier,
    PostgresNotifier,
    ProcessNotifier,
    RemoteNotifier,
    notifier_of,
)
from tests.engine.subscriptions.feed import eventually
from tests.events.rows import terminate_others

LONG = 5.0


async def notified(notifier: Notifier, seconds: float = LONG) -> bool:
    """Whether a notification comes before the time is over."""
    began = time.monotonic()
    await notifier.wait(seconds)
    return time.monotonic() - began < seconds


async def notify_until_received(here: Notifier, there: Notifier) -> None:
    """Both are linked when a notification arrives; earlier ones may be lost."""
    async with asyncio.timeout(20):
        while True:
            here.notify()
            if await notified(there, 0.1):
                return


@asynccontextmanager
async def started(*notifiers: Notifier) -> AsyncIterator[None]:
    for notifier in notifiers:
        await notifier.start()
    try:
        yield
    finally:
        for notifier in notifiers:
            await notifier.close()


async def drain(notifier: Notifier) -> None:
    """Take the notifications that connecting causes."""
    while await notified(notifier, 0.2):
        pass


async def test_a_notification_before_the_wait_is_received_once() -> None:
    notifier = ProcessNotifier()
    notifier.notify()
    notifier.notify()
    assert await notified(notifier)
    assert not await notified(notifier, 0.02)


async def test_a_notification_during_the_wait_ends_it() -> None:
    notifier = ProcessNotifier()
    waiting = asyncio.create_task(notified(notifier))
    await asyncio.sleep(0)
    notifier.notify()
    assert await waiting


class TestPostgres:
    async def test_one_process_notifies_the_other(self, postgres_url: str) -> None:
        here, there = PostgresNotifier(postgres_url), PostgresNotifier(postgres_url)
        async with started(here, there):
            await notify_until_received(here, there)
            await drain(there)
            here.notify()
            assert await notified(there)
            assert await notified(here), "the own process must be notified, too"

    async def test_a_thousand_calls_are_a_few_notifications(self, postgres_url: str) -> None:
        listener = await asyncpg.connect(postgres_url)
        notifications: list[str] = []
        await listener.add_listener(CHANNEL, lambda *event: notifications.append(event[-1]))
        here, there = PostgresNotifier(postgres_url), PostgresNotifier(postgres_url)
        async with started(here, there):
            await notify_until_received(here, there)
            await drain(there)
            notifications.clear()
            for number in range(1_000):
                here.notify()
                if number % 100 == 0:
                    await asyncio.sleep(0.001)
            assert await notified(there)
            await drain(there)
        assert 1 <= len(notifications) <= 20
        assert set(notifications) == {""}, "a notification carries nothing"
        await listener.close()

    async def test_its_own_notification_does_not_come_back_to_it(self, postgres_url: str) -> None:
        notifier = PostgresNotifier(postgres_url)
        other = PostgresNotifier(postgres_url)
        async with started(notifier, other):
            await notify_until_received(notifier, other)
            await drain(notifier)
            notifier.notify()
            assert await notified(notifier)
            assert await notified(other)
            assert not await notified(notifier, 0.2)

    async def test_it_reconnects_after_its_connection_was_closed_and_wakes_for_what_it_missed(
        self, postgres_url: str
    ) -> None:
        admin = await asyncpg.connect(postgres_url)
        here, there = PostgresNotifier(postgres_url), PostgresNotifier(postgres_url)
        async with started(here, there):
            await notify_until_received(here, there)
            await drain(there)
            assert await terminate_others(admin) == 2
            assert await notified(there), "a reader must look again after a reconnect"
            await notify_until_received(here, there)
        await admin.close()

    async def test_without_a_database_it_still_works_within_the_process(self) -> None:
        notifier = PostgresNotifier("postgresql://nobody@127.0.0.1:1/none")
        async with started(notifier):
            notifier.notify()
            assert await notified(notifier)
            assert not await notified(notifier, 0.05)


class HalfOpen(RemoteNotifier):
    """A link that broke silently: it takes everything and answers nothing."""

    def __init__(self) -> None:
        super().__init__(heartbeat=0.02)
        self.links = 0

    @asynccontextmanager
    async def link(self) -> AsyncIterator[Link]:
        self.links += 1
        yield _Unanswered()


class _Unanswered:
    async def send(self) -> None:
        await asyncio.Event().wait()

    async def beat(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize("notify", [True, False])
async def test_a_link_that_does_not_answer_is_opened_again(notify: bool) -> None:
    notifier = HalfOpen()
    async with started(notifier):
        if notify:
            notifier.notify()
        async with asyncio.timeout(LONG):
            while notifier.links < 2:
                await notifier.wait(0.05)


class NatsServer:
    """The real server. It keeps its port while it is down: a socket is bound to it that never listens."""

    def __init__(self) -> None:
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        self._kept.bind(("127.0.0.1", 0))
        self.port = self._kept.getsockname()[1]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [Path(sysconfig.get_path("scripts")) / "nats-server", "-a", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as probe:
                if probe.recv(4) == b"INFO":
                    return
            time.sleep(0.02)
        raise AssertionError(f"the NATS server did not start: {self._process.poll()}")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.stop()
        self._kept.close()

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"


@pytest.fixture
def nats_server() -> Iterator[NatsServer]:
    server = NatsServer()
    yield server
    server.close()
    with warnings.catch_warnings():
        # nats-py leaves the sockets of a killed server to the garbage collector, which complains: here, not later.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


class TestNats:
    async def test_one_process_notifies_the_other(self, nats_server: NatsServer) -> None:
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await notify_until_received(here, there)
            await drain(there)
            await drain(here)
            here.notify()
            assert await notified(there)
            assert await notified(here)
            assert not await notified(here, 0.1), "its own notification came back"

    async def test_a_thousand_calls_are_a_few_messages_that_carry_nothing(self, nats_server: NatsServer) -> None:
        messages: list[bytes] = []

        async def collect(message: Any) -> None:
            messages.append(message.data)

        listener = await nats.connect(nats_server.url)
        await listener.subscribe(CHANNEL, cb=collect)
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await notify_until_received(here, there)
            await drain(there)
            messages.clear()
            for _ in range(1_000):
                here.notify()
            assert await notified(there)
            await drain(there)
        assert 1 <= len(messages) <= 20
        assert set(messages) == {b""}
        await listener.close()

    async def test_it_reconnects_after_the_server_was_killed(self, nats_server: NatsServer) -> None:
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await notify_until_received(here, there)
            nats_server.stop()
            here.notify()
            assert await notified(here), "the own process must not depend on the server"
            nats_server.start()
            await notify_until_received(here, there)

    async def test_it_waits_for_a_server_that_starts_later(
        self, nats_server: NatsServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "retour.notifiers")
        nats_server.stop()
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await eventually(lambda: caplog.text.count("notifier: nats:") >= 2)  # both have tried
            await asyncio.to_thread(nats_server.start)
            await notify_until_received(here, there)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (None, PostgresNotifier),
        ("process", ProcessNotifier),
        ("nats://127.0.0.1:4222", NatsNotifier),
        ("tls://nats.example:4222", NatsNotifier),
    ],
)
def test_the_notifier_is_chosen_by_its_url(url: str | None, kind: type[Notifier]) -> None:
    assert type(notifier_of(url, "postgresql:///retour")) is kind


def test_an_unknown_notifier_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="nats://"):
        notifier_of("redis://127.0.0.1", "postgresql:///retour")


@pytest.mark.parametrize("make", [lambda url: PostgresNotifier(url), lambda url: NatsNotifier("nats://127.0.0.1:1")])
async def test_closing_leaves_no_task_whatever_the_link_does(
    postgres_url: str, make: Callable[[str], Notifier]
) -> None:
    before = asyncio.all_tasks()
    notifier = make(postgres_url)
    await notifier.start()
    notifier.notify()
    await notifier.wait(0.05)
    await notifier.close()
    assert asyncio.all_tasks() == before
