"""Who reads the journal while its oldest events are taken out: nobody misses one without being told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.auth.tokens import mint
from app.operations.archive import archive
from engine.subscriptions.hub import End, EndReason, Payload
from events.journal import CursorExpired, Journal, cursor_of
from events.notifier import ProcessNotifier
from events.reader import Reader
from tests.app.operations.archived import YEAR, fill, journal_of, kept_in, positions, spread, year_ago
from tests.market import OWNER, SECRET, Market, opened

EVENTS = "query E($after: Cursor) { events(after: $after, first: 100) { nodes { cursor } } }"
UPDATES = "subscription U($after: Cursor) { requestUpdates(after: $after) { cursor } }"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url) as one:
        await fill(one)
        yield one


async def test_events_that_the_webhooks_have_not_read_stay(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, webhook_private=True) as market:
        await spread(market)
        create = """mutation C($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
          userErrors { code } } }"""
        await market.data(OWNER, create, input={"url": "http://127.0.0.1:9/hook"})
        for _ in range(4):
            await market.order()
        market.clock.now += YEAR + YEAR
        done = await archive(tmp_path / "old.gz", year_ago(market))
        assert (done.events, done.held) == (0, True)
        await spread(market)
        done = await archive(tmp_path / "old.gz", year_ago(market))
        assert (done.events, done.held) == (3, False)
        assert await market.rows("select count(*) as n from webhook_delivery") == [{"n": 4}]
        await market.order()
        await spread(market)
        assert await market.rows("select count(*) as n from webhook_delivery") == [{"n": 5}]


async def test_events_that_mail_has_not_read_stay_for_a_week(market: Market, tmp_path: Path) -> None:
    await market.rows("insert into message_cursor values (1, 0, 0)")
    await market.rows("update event set at = now() - interval '3 days'")
    done = await archive(tmp_path / "old.gz", datetime.now(UTC) - timedelta(days=1))
    assert (done.events, done.held) == (0, True)
    await market.rows("update event set at = now() - interval '8 days'")
    done = await archive(tmp_path / "old.gz", datetime.now(UTC) - timedelta(days=1))
    assert done.events > 10
    assert not done.held


async def test_a_remaining_cursor_resumes_completely_and_an_archived_one_is_refused(
    market: Market, tmp_path: Path
) -> None:
    events = await positions(market)
    await archive(tmp_path / "old.gz", year_ago(market))
    for n, event in enumerate(events):
        answer = await market.ask(OWNER, EVENTS, after=event.cursor)
        if n < 11:
            assert answer["errors"][0]["extensions"]["code"] == "CURSOR_EXPIRED"
        else:
            assert [one["cursor"] for one in answer["data"]["events"]["nodes"]] == [e.cursor for e in events[n + 1 :]]


async def test_a_reader_that_the_archive_overtakes_gets_an_error(market: Market, tmp_path: Path) -> None:
    events = await positions(market)
    reader = Reader(market.url)
    journal = Journal(reader.execute, ProcessNotifier())
    place = await journal.locate(events[2].cursor)
    assert len(await journal.read(place, 3)) == 3
    await archive(tmp_path / "old.gz", year_ago(market))
    with pytest.raises(CursorExpired):
        await journal.read(place, 3)
    assert await journal.read(events[-1].position, 3) == []
    await reader.close()


class Line:
    """A client's stream: the cursors that it was pushed, and why it ended."""

    def __init__(self) -> None:
        self.cursors: list[str] = []
        self.ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self._came = asyncio.Event()

    async def until(self, count: int) -> None:
        """Until so many have come."""
        while len(self.cursors) < count:
            self._came.clear()
            await asyncio.wait_for(self._came.wait(), 10)

    async def room(self) -> None:
        """There is always room."""

    def push(self, payload: Payload) -> None:
        assert payload.cursor is not None
        self.cursors.append(payload.cursor)
        self._came.set()

    def end(self, end: End) -> None:
        self.ended.set_result(end)


async def subscribed(market: Market, after: str | None) -> Line:
    """A client that has replayed what follows a cursor, or was refused."""
    engine, line = market.one.engine, Line()
    context = await market.one.context({"authorization": f"Bearer {mint(SECRET, OWNER, ttl=3600)}"}, None)
    await market.one.hub.stream(engine.operation(engine.document(UPDATES), None, {"after": after}, context)).listen(
        line
    )
    return line


def code_of(end: End) -> str:
    return str(end.errors[0]["extensions"]["code"])


async def test_streams_resume_from_kept_cursors_without_a_loss_and_refuse_archived_ones(
    market: Market, tmp_path: Path
) -> None:
    for _ in range(3):
        await market.request(await market.order(), lamp=1)
    await spread(market)
    events = await positions(market)
    asked = [event.cursor for event in events if event.subject == "REQUEST"]
    await archive(tmp_path / "old.gz", year_ago(market))
    for n, event in enumerate(events):
        line = await subscribed(market, event.cursor)
        if n < 11:
            assert code_of(line.ended.result()) == "CURSOR_EXPIRED"
        else:
            assert line.cursors == [one for one in asked if one in {e.cursor for e in events[n + 1 :]}]


class Overtaken:
    """Statements of a journal after one of which the archive runs."""

    def __init__(self, market: Market, statement: str, file: Path) -> None:
        self.market, self.statement, self.file = market, statement, file
        self.execute = market.one.reader.execute
        self.archived = 0

    async def __call__(self, sql: str, args: Any) -> Any:
        rows = await self.execute(sql, args)
        if self.statement in sql and not self.archived:
            self.archived = (await archive(self.file, year_ago(self.market))).events
        return rows


@pytest.mark.parametrize("statement", ["as kept", "as whole"])
async def test_a_stream_that_the_archive_overtakes_never_skips_events_silently(
    database_url: str, tmp_path: Path, statement: str
) -> None:
    """Between finding the place and reading on, and between reading on and showing what was read."""
    async with opened(database_url) as market:
        for _ in range(4):
            await market.request(await market.order(), lamp=1)
        market.clock.now += YEAR + YEAR
        await spread(market)
        events = await positions(market)
        await market.one.hub.position()
        overtaken = Overtaken(market, statement, tmp_path / "old.gz")
        market.one.journal._execute = overtaken
        line = await subscribed(market, events[0].cursor)
        assert overtaken.archived == len(events) - 1
        assert line.cursors == []
        assert code_of(line.ended.result()) == "CURSOR_EXPIRED"


async def test_a_page_of_the_journal_is_complete_whenever_the_archive_runs(market: Market, tmp_path: Path) -> None:
    events = await positions(market)
    overtaken = Overtaken(market, "as kept", tmp_path / "old.gz")
    market.one.journal._execute = overtaken
    page = await market.data(OWNER, EVENTS, after=events[0].cursor)
    assert overtaken.archived == 11
    assert [one["cursor"] for one in page["events"]["nodes"]] == [event.cursor for event in events[1:]]


async def test_a_process_that_slept_longer_than_the_journal_is_kept_ends_its_streams(
    market: Market, tmp_path: Path
) -> None:
    events = await positions(market)
    line = await subscribed(market, None)
    await archive(tmp_path / "old.gz", year_ago(market))
    market.one.hub._position = events[2].position  # as it was when it fell asleep
    await market.order()
    async with asyncio.timeout(10):
        assert (await line.ended).reason is EndReason.RESTART
    assert (await subscribed(market, None)).cursors == []
    assert await market.one.hub.position() == (await positions(market))[-1].position


async def test_archiving_while_servers_work_loses_no_event(market: Market, tmp_path: Path) -> None:
    line = await subscribed(market, (await positions(market))[-1].cursor)
    at_work = True

    async def take_out() -> None:
        while at_work:
            await archive(tmp_path / "old.gz", year_ago(market), batch=2)

    running = asyncio.create_task(take_out())
    for _ in range(12):
        await market.request(await market.order(), lamp=1)
        await spread(market)
        market.clock.now += YEAR / 6
    at_work = False
    await running
    await line.until(12)
    all_of_them = [*kept_in(tmp_path / "old.gz"), *await journal_of(market)]
    assert [one["id"] for one in all_of_them] == list(range(1, 15 + 24 + 1))
    assert [
        cursor_of((int(one["xid"]), one["id"])) for one in all_of_them if one["subject"] == "REQUEST"
    ] == line.cursors
    assert len(kept_in(tmp_path / "old.gz")) > 20
