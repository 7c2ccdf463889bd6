"""The journal's tail: every event once, in whatever order the writers commit."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime

import asyncpg
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.journal import _LAG, _READ, CursorExpired, CursorMalformed, Journal, Position, cursor_of, position_of
from events.notifier import ProcessNotifier
from events.reader import Reader
from tests.events.rows import terminate_others, write

numbers = st.integers(0, 2**63 - 1)


async def names(journal: Journal, after: Position) -> list[str]:
    return [event.subject_id for event in await journal.read(after, 1_000)]


class ById:
    """The control: a tail on the id alone."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._last = 0

    async def read(self) -> list[str]:
        rows = await self._connection.fetch("select id, subject_id from event where id > $1 order by id", self._last)
        if rows:
            self._last = rows[-1]["id"]
        return [row["subject_id"] for row in rows]


async def test_an_empty_journal_has_a_head_to_begin_from(journal: Journal, writer: asyncpg.Connection) -> None:
    head = await journal.head()
    assert await journal.read(head, 10) == []
    await write(writer, "first")
    assert await names(journal, head) == ["first"]


async def test_an_event_is_read_with_all_its_columns(journal: Journal, writer: asyncpg.Connection) -> None:
    await writer.execute(
        """insert into event (subject_id, from_status, data) values ('r', 'A', '{"a": [null, ["B"]]}')"""
    )
    (event,) = await journal.read((0, 0), 10)
    assert (event.subject_id, event.from_status, event.to_status) == ("r", "A", "WAITING")
    assert orjson.dumps(event.data) == b'{"a":[null,["B"]]}'
    assert (datetime.now(UTC) - event.at).total_seconds() < 60
    assert journal.parse(event.cursor) == event.position


async def test_reading_stops_at_the_limit_and_goes_on_from_there(journal: Journal, writer: asyncpg.Connection) -> None:
    for number in range(5):
        await write(writer, str(number))
    first = await journal.read((0, 0), 3)
    assert [event.subject_id for event in first] == ["0", "1", "2"]
    assert await names(journal, first[-1].position) == ["3", "4"]
    assert await journal.head() == (await journal.read((0, 0), 10))[-1].position


async def test_a_row_that_commits_late_is_not_skipped_and_a_plain_id_would_skip_it(
    events_url: str, journal: Journal, writer: asyncpg.Connection
) -> None:
    control = ById(writer)
    slow = await asyncpg.connect(events_url)
    transaction = slow.transaction()
    await transaction.start()
    await write(slow, "begun first")
    await write(writer, "committed first")

    place: Position = (0, 0)
    seen, lost = await names(journal, place), await control.read()
    assert seen == [], "read while an earlier event could still appear"
    await transaction.commit()
    await slow.close()

    assert await names(journal, place) == ["begun first", "committed first"]
    assert [*lost, *await control.read()] == ["committed first"], "the control did not lose the late row"


async def test_a_long_transaction_that_writes_nothing_here_holds_the_tail_back_and_is_reported(
    events_url: str, journal: Journal, writer: asyncpg.Connection
) -> None:
    other = await asyncpg.connect(events_url)
    transaction = other.transaction()
    await transaction.start()
    await other.fetch("select pg_current_xact_id()")
    await write(writer, "waiting")
    assert await names(journal, (0, 0)) == []
    assert await journal.lag() > 0
    holder = await journal.holder()
    assert holder is not None
    assert holder.pid == other.get_server_pid()
    await transaction.rollback()
    await other.close()
    assert await names(journal, (0, 0)) == ["waiting"]
    assert await journal.lag() == 0


async def test_a_transaction_that_keeps_no_event_waiting_is_no_lag(events_url: str, journal: Journal) -> None:
    other = await asyncpg.connect(events_url)
    async with other.transaction():
        await other.fetch("select pg_current_xact_id()")
        assert await journal.lag() == 0
    await other.close()


async def test_many_overlapping_transactions_are_read_completely_and_once(
    events_url: str, journal: Journal, writer: asyncpg.Connection
) -> None:
    written: list[str] = []
    chance = random.Random(4)

    async def work(worker: int) -> None:
        connection = await asyncpg.connect(events_url)
        for number in range(25):
            transaction = connection.transaction()
            await transaction.start()
            pieces = [f"{worker}-{number}-{piece}" for piece in range(chance.randint(1, 3))]
            for piece in pieces:
                await write(connection, piece)
                await asyncio.sleep(chance.random() / 500)
            if chance.random() < 0.2:
                await transaction.rollback()
            else:
                await transaction.commit()
                written.extend(pieces)
        await connection.close()

    seen: list[str] = []
    place: Position = (0, 0)

    async def follow() -> None:
        nonlocal place
        for event in await journal.read(place, 7):
            assert event.position > place
            place = event.position
            seen.append(event.subject_id)

    workers = asyncio.gather(*(work(worker) for worker in range(8)))
    while not workers.done():
        await follow()
    await workers
    async with asyncio.timeout(10):
        while len(seen) < len(written):
            await follow()
    assert sorted(seen) == sorted(written)


@given(numbers, numbers)
def test_a_cursor_is_short_and_holds_its_position(xid: int, number: int) -> None:
    cursor = cursor_of((xid, number))
    assert position_of(cursor) == (xid, number)
    assert len(cursor) <= 23


@given(st.text(max_size=30))
def test_any_other_text_is_refused(text: str) -> None:
    with suppress(CursorMalformed):
        assert cursor_of(position_of(text)) == text


@pytest.mark.parametrize("cursor", ["", "c1", "AA==", "AgLyAQ=", "AgLyAQ\n", " AgLyAQ", "CQ", "_____", "0" * 5_000])
def test_a_malformed_cursor_says_what_to_do(cursor: str) -> None:
    with pytest.raises(CursorMalformed, match="leave `after` out"):
        position_of(cursor)


async def test_a_cursor_is_good_if_its_event_exists_and_has_expired_otherwise(
    journal: Journal, writer: asyncpg.Connection
) -> None:
    for number in range(4):
        await write(writer, str(number))
    events = await journal.read((0, 0), 10)
    await writer.execute("delete from event where subject_id in ('0', '1')")
    for event in events[2:]:
        assert await journal.locate(event.cursor) == event.position
    for event in events[:2]:
        with pytest.raises(CursorExpired, match="subscribe again without `after`"):
            await journal.locate(event.cursor)


async def test_a_cursor_from_the_future_is_of_another_database(journal: Journal, writer: asyncpg.Connection) -> None:
    await write(writer, "here")
    with pytest.raises(CursorExpired):
        await journal.locate(cursor_of((2**60, 1)))


async def test_the_statements_fit_the_real_table(database_url: str) -> None:
    reader = Reader(database_url)
    journal = Journal(reader.execute, ProcessNotifier())
    assert await journal.read(await journal.head(), 10) == []
    assert await journal.lag() == 0
    assert await journal.holder() is None
    await reader.close()


async def test_the_tail_reads_an_index_and_does_not_sort(writer: asyncpg.Connection) -> None:
    await writer.execute("set enable_seqscan = off; set enable_bitmapscan = off")
    for statement, values in ((_READ, ("1", 1, 10)), (_LAG, ())):
        plan = await writer.fetch(f"explain {statement}", *values)
        text = "\n".join(row[0] for row in plan)
        assert "Index Scan" in text
        assert "Index Cond" in text
        assert "Sort" not in text


async def test_the_reader_reconnects_after_its_connection_was_closed(
    events_url: str, journal: Journal, writer: asyncpg.Connection
) -> None:
    await write(writer, "before")
    assert await names(journal, (0, 0)) == ["before"]
    assert await terminate_others(writer) == 1
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        await journal.read((0, 0), 10)  # fails unless the reader has noticed already
    assert await names(journal, (0, 0)) == ["before"]


async def test_the_reader_is_not_stuck_on_a_statement_that_takes_too_long(events_url: str) -> None:
    reader = Reader(events_url, seconds=0.2)
    with pytest.raises(TimeoutError):
        await reader.execute("select pg_sleep(5)", [])
    assert (await reader.execute("select 1 as one", []))[0]["one"] == 1
    await reader.close()


async def test_a_canceled_caller_does_not_close_the_connection_of_the_others(events_url: str) -> None:
    reader = Reader(events_url)
    (first,) = await reader.execute("select pg_backend_pid() as pid", [])
    asked = asyncio.create_task(reader.execute("select pg_sleep(0.2)", []))
    behind = asyncio.create_task(reader.execute("select pg_backend_pid() as pid", []))
    await asyncio.sleep(0.05)
    asked.cancel()
    assert (await behind)[0]["pid"] == first["pid"]
    await reader.close()


async def test_closing_does_not_wait_for_a_statement(events_url: str) -> None:
    reader = Reader(events_url, seconds=30)
    asked = asyncio.create_task(reader.execute("select pg_sleep(20)", []))
    await asyncio.sleep(0.2)
    async with asyncio.timeout(5):
        await reader.close()
    assert isinstance((await asyncio.gather(asked, return_exceptions=True))[0], asyncpg.ConnectionDoesNotExistError)
