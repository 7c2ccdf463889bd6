"""Bells: wake in other processes, cheap in a storm, back after every failure, and never needed."""

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


async def wake(notifier: Notifier, seconds: float = LONG) -> bool:
    """Whether somebody rings before the time is out."""
    began = time.monotonic()
    await notifier.wait(seconds)
    return time.monotonic() - began < seconds


async def ring_until_heard(here: Notifier, there: Notifier) -> None:
    """Both have a line again when a notify gets through; rings before that may be lost."""
    async with asyncio.timeout(20):
        while True:
            here.notify()
            if await wake(there, 0.1):
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


async def silence(notifier: Notifier) -> None:
    """Swallow what was rung for having just connected."""
    while await wake(notifier, 0.2):
        pass


async def test_a_ring_before_the_wait_is_not_lost_and_is_heard_once() -> None:
    notifier = ProcessNotifier()
    notifier.notify()
    notifier.notify()
    assert await wake(notifier)
    assert not await wake(notifier, 0.02)


async def test_a_ring_during_the_wait_ends_it() -> None:
    notifier = ProcessNotifier()
    waiting = asyncio.create_task(wake(notifier))
    await asyncio.sleep(0)
    notifier.notify()
    assert await waiting


class TestPostgres:
    async def test_one_process_hears_the_other(self, postgres_url: str) -> None:
        here, there = PostgresNotifier(postgres_url), PostgresNotifier(postgres_url)
        async with started(here, there):
            await ring_until_heard(here, there)
            await silence(there)
            here.notify()
            assert await wake(there)
            assert await wake(here), "the own process is woken too"

    async def test_a_thousand_rings_are_a_few_notifications(self, postgres_url: str) -> None:
        listener = await asyncpg.connect(postgres_url)
        notifications: list[str] = []
        await listener.add_listener(CHANNEL, lambda *event: notifications.append(event[-1]))
        here, there = PostgresNotifier(postgres_url), PostgresNotifier(postgres_url)
        async with started(here, there):
            await ring_until_heard(here, there)
            await silence(there)
            notifications.clear()
            for number in range(1_000):
                here.notify()
                if number % 100 == 0:
                    await asyncio.sleep(0.001)
            assert await wake(there)
            await silence(there)
        assert 1 <= len(notifications) <= 20
        assert set(notifications) == {""}, "a notifier carries nothing"
        await listener.close()

    async def test_its_own_ring_does_not_come_back_to_it(self, postgres_url: str) -> None:
        notifier = PostgresNotifier(postgres_url)
        other = PostgresNotifier(postgres_url)
        async with started(notifier, other):
            await ring_until_heard(notifier, other)
            await silence(notifier)
            notifier.notify()
            assert await wake(notifier)
            assert await wake(other)
            assert not await wake(notifier, 0.2)

    async def test_it_comes_back_after_its_connection_was_cut_and_rings_for_what_it_missed(
        self, postgres_url: str
    ) -> None:
        admin = await asyncpg.connect(postgres_url)
        here, there = PostgresNotifier(postgres_url), PostgresNotifier(postgres_url)
        async with started(here, there):
            await ring_until_heard(here, there)
            await silence(there)
            assert await terminate_others(admin) == 2
            assert await wake(there), "being back is no reason to look"
            await ring_until_heard(here, there)
        await admin.close()

    async def test_without_a_database_ringing_and_waiting_still_work_here(self) -> None:
        notifier = PostgresNotifier("postgresql://nobody@127.0.0.1:1/none")
        async with started(notifier):
            notifier.notify()
            assert await wake(notifier)
            assert not await wake(notifier, 0.05)


class HalfOpen(RemoteNotifier):
    """A line that was cut without a word: it takes everything and answers nothing."""

    def __init__(self) -> None:
        super().__init__(heartbeat=0.02)
        self.lines = 0

    @asynccontextmanager
    async def link(self) -> AsyncIterator[Link]:
        self.lines += 1
        yield _Deaf()


class _Deaf:
    async def send(self) -> None:
        await asyncio.Event().wait()

    async def beat(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize("notify", [True, False])
async def test_a_line_that_does_not_answer_is_opened_again(notify: bool) -> None:
    notifier = HalfOpen()
    async with started(notifier):
        if notify:
            notifier.notify()
        async with asyncio.timeout(LONG):
            while notifier.lines < 2:
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
    async def test_one_process_hears_the_other(self, nats_server: NatsServer) -> None:
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await ring_until_heard(here, there)
            await silence(there)
            await silence(here)
            here.notify()
            assert await wake(there)
            assert await wake(here)
            assert not await wake(here, 0.1), "its own notify came back"

    async def test_a_bell_carries_nothing_and_a_storm_is_a_few_messages(self, nats_server: NatsServer) -> None:
        messages: list[bytes] = []

        async def collect(message: Any) -> None:
            messages.append(message.data)

        listener = await nats.connect(nats_server.url)
        await listener.subscribe(CHANNEL, cb=collect)
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await ring_until_heard(here, there)
            await silence(there)
            messages.clear()
            for _ in range(1_000):
                here.notify()
            assert await wake(there)
            await silence(there)
        assert 1 <= len(messages) <= 20
        assert set(messages) == {b""}
        await listener.close()

    async def test_it_comes_back_after_the_server_was_killed(self, nats_server: NatsServer) -> None:
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await ring_until_heard(here, there)
            nats_server.stop()
            here.notify()
            assert await wake(here), "the own process depends on no server"
            nats_server.start()
            await ring_until_heard(here, there)

    async def test_it_waits_for_a_server_that_comes_later(
        self, nats_server: NatsServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "retour.notifiers")
        nats_server.stop()
        here, there = NatsNotifier(nats_server.url, heartbeat=2), NatsNotifier(nats_server.url, heartbeat=2)
        async with started(here, there):
            await eventually(lambda: caplog.text.count("notifier: nats:") >= 2)  # both have tried
            await asyncio.to_thread(nats_server.start)
            await ring_until_heard(here, there)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (None, PostgresNotifier),
        ("process", ProcessNotifier),
        ("nats://127.0.0.1:4222", NatsNotifier),
        ("tls://nats.example:4222", NatsNotifier),
    ],
)
def test_the_bell_is_chosen_by_its_url(url: str | None, kind: type[Notifier]) -> None:
    assert type(notifier_of(url, "postgresql:///retour")) is kind


def test_an_unknown_bell_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="nats://"):
        notifier_of("redis://127.0.0.1", "postgresql:///retour")


@pytest.mark.parametrize("make", [lambda url: PostgresNotifier(url), lambda url: NatsNotifier("nats://127.0.0.1:1")])
async def test_closing_leaves_no_task_whatever_the_line_does(
    postgres_url: str, make: Callable[[str], Notifier]
) -> None:
    before = asyncio.all_tasks()
    notifier = make(postgres_url)
    await notifier.start()
    notifier.notify()
    await notifier.wait(0.05)
    await notifier.close()
    assert asyncio.all_tasks() == before
