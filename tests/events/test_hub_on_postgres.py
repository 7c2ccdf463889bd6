"""Hub, journal and notifiers together, on a database that closes every connection again and again."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import pytest
import strawberry
from graphql import ExecutionResult, parse

from engine.compat.strawberry import graphql_schema
from engine.context import OperationContext
from engine.subscriptions.hub import Hub, Item, Stream, SubscriptionOperation
from events.journal import Event, Journal
from events.notifier import Notifier, PostgresNotifier
from events.reader import Reader
from tests.events.rows import terminate_others, write


class Names(Stream):
    async def select(self, entries: Sequence[Event]) -> list[Item]:
        return [Item.of(event, event.subject_id) for event in entries]


@strawberry.type
class Query:
    nothing: str = ""


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def names(self, info: strawberry.Info, after: str | None = None) -> AsyncIterator[str]:
        return Names(info.context.journal, after)


SCHEMA = graphql_schema(strawberry.Schema(Query, subscription=Subscription))
DOCUMENT = parse("subscription ($after: String) { names(after: $after) }")


@dataclass(slots=True, kw_only=True)
class Application(OperationContext):
    journal: Journal


class BrokenNotifier:
    """Notifies nobody, silently."""

    def notify(self) -> None: ...

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def start(self) -> None: ...

    async def close(self) -> None: ...


class Process:
    """Notifier, reader, journal and hub of one server process."""

    def __init__(self, url: str, notifier: Notifier, poll: float) -> None:
        self.notifier = notifier
        self.reader = Reader(url)
        self.journal = Journal(self.reader.execute, notifier)
        self.hub = Hub(self.journal, poll=poll)

    def subscribe(self, after: str | None) -> Any:
        return self.hub.stream(
            SubscriptionOperation(
                schema=SCHEMA,
                document=DOCUMENT,
                name=None,
                variables={"after": after},
                context=Application(journal=self.journal),
                encode=encode,
            )
        )


def encode(result: ExecutionResult) -> bytes:
    return orjson.dumps(result.formatted)


@asynccontextmanager
async def process(url: str, notifier: Notifier, *, poll: float) -> AsyncIterator[Process]:
    started = Process(url, notifier, poll)
    await notifier.start()
    await started.hub.start()
    try:
        yield started
    finally:
        await started.hub.close()
        await notifier.close()
        await started.reader.close()


async def collect(after: str, processes: Sequence[Process], seed: int) -> list[str]:
    """A client that loses its stream at random and resumes at any process, until it has read the last name."""
    chance = random.Random(seed)
    names: list[str] = []
    while names[-1:] != ["last"]:
        stream = chance.choice(processes).subscribe(after)
        with suppress(StopAsyncIteration):
            for _ in range(chance.randint(1, 40)):
                payload = await anext(stream)
                if payload.cursor is not None:
                    after = payload.cursor
                    names.append(orjson.loads(bytes(payload))["data"]["names"])
                    if names[-1] == "last":
                        break
        await stream.aclose()
    return names


async def write_overlapping(url: str, worker: int) -> None:
    """Forty transactions of one to three events each, the next one begun after a lost connection."""
    chance = random.Random(worker)
    connection = await asyncpg.connect(url)
    for _ in range(40):
        try:
            async with connection.transaction():
                for _ in range(chance.randint(1, 3)):
                    await write(connection, f"{worker}-{chance.random()}")
                    await asyncio.sleep(chance.random() / 300)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            connection.terminate()
            connection = await asyncpg.connect(url)
    connection.terminate()  # a farewell to a connection that was closed after its last commit is a BrokenPipeError


@pytest.mark.parametrize(("broken", "poll"), [(False, 1.0), (True, 0.05)])
async def test_every_client_reads_the_whole_journal_whichever_connections_break(
    events_url: str, writer: asyncpg.Connection, broken: bool, poll: float
) -> None:
    """Two processes, four writers, eight clients that lose their streams; all connections closed three times."""
    notifiers: list[Notifier] = [BrokenNotifier() if broken else PostgresNotifier(events_url) for _ in range(2)]
    await write(writer, "first")
    async with process(events_url, notifiers[0], poll=poll) as one, process(events_url, notifiers[1], poll=poll) as two:
        begin = (await one.journal.read((0, 0), 1))[0].cursor
        clients = [asyncio.create_task(collect(begin, [one, two], seed)) for seed in range(8)]
        writing = asyncio.gather(*(write_overlapping(events_url, worker) for worker in range(4)))
        for _ in range(3):
            await asyncio.sleep(0.15)
            await terminate_others(writer)
        await writing
        await write(writer, "last")
        for notifier in notifiers:
            notifier.notify()
        async with asyncio.timeout(30):
            read = await asyncio.gather(*clients)
        rows = await writer.fetch("select subject_id from event where id > 1 order by event.xid, id")
    written = [row["subject_id"] for row in rows]
    assert len(written) > 200
    assert all(names == written for names in read)


async def test_an_event_of_another_process_arrives_at_once(events_url: str, writer: asyncpg.Connection) -> None:
    """Long before the poll."""
    here, there = PostgresNotifier(events_url), PostgresNotifier(events_url)
    async with process(events_url, here, poll=60) as one, process(events_url, there, poll=60) as two:
        stream = one.subscribe(None)
        coming = asyncio.ensure_future(anext(stream))
        async with asyncio.timeout(10):
            while not coming.done():
                await write(writer, "news")
                two.notifier.notify()
                await asyncio.wait([coming], timeout=0.05)
        await stream.aclose()
