"""The archive takes the oldest events out of the journal: whatever happens, each stands in the file or the journal."""

import asyncio
import gzip
import resource
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from app.operations import archive as module
from app.operations.archive import ArchiveError, archive
from tests.app.commands.test_commands import retour
from tests.app.operations.archived import YEAR, fill, journal_of, kept_in, year_ago
from tests.live.process import ROOT
from tests.market import START, Market, opened

PROGRAM = """import asyncio, sys, datetime, pathlib, database
from app.operations import archive
async def run(url, file, before):
    await database.open(url, command_timeout=None)
    await archive.archive(pathlib.Path(file), datetime.datetime.fromisoformat(before))
asyncio.run(run(*sys.argv[1:]))"""


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url) as one:
        await fill(one)
        yield one


async def test_the_oldest_events_move_into_the_file_and_the_last_old_one_stays(market: Market, tmp_path: Path) -> None:
    before = await journal_of(market)
    done = await archive(tmp_path / "old.gz", year_ago(market), batch=4)
    assert (done.events, done.until, done.held) == (11, START, False)
    assert kept_in(tmp_path / "old.gz") == before[:11]
    assert await journal_of(market) == before[11:]
    assert (tmp_path / "old.gz").stat().st_mode & 0o077 == 0


async def test_only_the_owner_may_read_an_archive_whose_empty_file_others_could_read(
    market: Market, tmp_path: Path
) -> None:
    (tmp_path / "old.gz").touch()
    (tmp_path / "old.gz").chmod(0o666)
    await archive(tmp_path / "old.gz", year_ago(market), batch=4)
    assert (tmp_path / "old.gz").stat().st_mode & 0o077 == 0


async def test_old_events_after_a_younger_one_in_the_journal_stay(market: Market, tmp_path: Path) -> None:
    """A clock may have been stepped: what goes is the journal's beginning, not what looks old."""
    before = await journal_of(market)
    await market.rows("update event set at = $1 where id = $2", market.clock.now, before[5]["id"])
    assert (await archive(tmp_path / "old.gz", year_ago(market))).events == 4
    assert kept_in(tmp_path / "old.gz") == before[:4]


async def test_a_second_run_continues_in_the_same_file_or_in_another(market: Market, tmp_path: Path) -> None:
    before = await journal_of(market)
    one, two = tmp_path / "one.gz", tmp_path / "two.gz"
    await archive(one, year_ago(market))
    assert (await archive(one, year_ago(market))).events == 0
    market.clock.now += YEAR + timedelta(days=1)
    await archive(one, year_ago(market) - timedelta(days=1), batch=1)
    await archive(two, year_ago(market))
    assert [*kept_in(one, two), *await journal_of(market)] == before


async def test_the_line_of_an_event_has_all_of_its_columns(market: Market, tmp_path: Path) -> None:
    before = await market.rows("select e::text from event e order by e.xid, e.id")
    await archive(tmp_path / "old.gz", year_ago(market))
    await put_back(market, kept_in(tmp_path / "old.gz"))
    assert await market.rows("select e::text from event e order by e.xid, e.id") == before


async def test_the_next_run_completes_a_write_that_was_cut_off(market: Market, tmp_path: Path) -> None:
    """A file may end anywhere when a machine stops. What is behind its last whole part has not been deleted then."""
    before = await journal_of(market)
    whole = tmp_path / "whole.gz"
    await archive(whole, year_ago(market), batch=6)
    content = whole.read_bytes()
    part = content.index(b"\x1f\x8b\x08", 1)  # where the second begins
    for size in (0, 1, 9, part // 2, part - 1, part, part + 1, part + 30, len(content) - 1, len(content)):
        await put_back(market, kept_in(whole)[6 if size >= part else 0 :])
        torn = tmp_path / f"torn{size}.gz"
        torn.write_bytes(content[:size])
        await archive(torn, year_ago(market), batch=6)
        assert [*kept_in(torn), *await journal_of(market)] == before, size


async def put_back(market: Market, events: list[dict[str, Any]]) -> None:
    """What an operator does who wants archived events in the journal again."""
    back = orjson.dumps(events).decode()
    await market.rows("insert into event select * from json_populate_recordset(null::event, $1::json)", back)


async def test_a_kill_between_file_and_journal_loses_and_repeats_no_event(market: Market, tmp_path: Path) -> None:
    before, file = await journal_of(market), tmp_path / "old.gz"
    holder = await asyncpg.connect(market.url)
    await holder.execute("begin; select from event order by id limit 1 for update")  # the deletion waits for it
    given = (market.url, str(file), year_ago(market).isoformat())
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, *given, cwd=ROOT)
    while not (waiting := await deleting(market)):
        assert process.returncode is None
    process.kill()
    await process.wait()
    assert kept_in(file) == before[:11]
    await market.rows("select pg_terminate_backend($1, 10000)", waiting[0]["pid"])  # as if it had died with its client
    await holder.close()
    assert await journal_of(market) == before
    await archive(file, year_ago(market))
    assert [*kept_in(file), *await journal_of(market)] == before


async def deleting(market: Market) -> list[dict[str, Any]]:
    """Who waits to delete events."""
    waits = "datname = current_database() and wait_event_type = 'Lock' and query like 'delete from event%'"
    return await market.rows(f"select pid from pg_stat_activity where {waits}")


async def test_the_file_must_be_an_archive_or_new(market: Market, tmp_path: Path) -> None:
    before = await journal_of(market)
    other, foreign, missing = tmp_path / "text", tmp_path / "log.gz", tmp_path / "no" / "dir.gz"
    other.write_text("something else")
    foreign.write_bytes(gzip.compress(b"a log\nof others\n"))
    for file, sentence in (
        (other, "damaged or not an archive"),
        (foreign, "not an archive"),
        (missing, "cannot be written"),
    ):
        with pytest.raises(ArchiveError, match=sentence):
            await archive(file, year_ago(market))
    assert other.read_text() == "something else"
    assert gzip.decompress(foreign.read_bytes()) == b"a log\nof others\n"
    with module.locked(tmp_path / "old.gz"), pytest.raises(ArchiveError, match="another run"):
        await archive(tmp_path / "old.gz", year_ago(market))
    assert await journal_of(market) == before


async def test_a_full_disk_is_reported_and_the_next_run_completes_the_file(market: Market, tmp_path: Path) -> None:
    before, file = await journal_of(market), tmp_path / "old.gz"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        with pytest.raises(ArchiveError, match="cannot be written"):
            await archive(file, year_ago(market))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.stat().st_size == 300
    assert await journal_of(market) == before
    await archive(file, year_ago(market))
    assert [*kept_in(file), *await journal_of(market)] == before


async def test_the_command_moves_old_events_and_reports_how_many(market: Market, tmp_path: Path) -> None:
    home = {"DATABASE_URL": market.url, "RETOUR_HOME": str(tmp_path)}
    file = tmp_path / "old.gz"
    for age in ("soon", "23h", "999999999d"):
        refused = await asyncio.to_thread(retour, "archive", str(file), "--older-than", age, **home)
        assert refused.returncode == 2
        assert "--older-than" in refused.stderr
    assert not file.exists()
    days = (datetime.now(UTC) - START).days - 1
    done = await asyncio.to_thread(retour, "archive", str(file), "--older-than", f"{days}d", **home)
    assert (done.returncode, done.stdout) == (0, "Moved 11 events, up to 2026-03-02.\n")
    again = await asyncio.to_thread(retour, "archive", str(file), "--older-than", f"{days}d", **home)
    assert (again.returncode, again.stdout) == (0, "Nothing to do.\n")
    await market.rows("update webhook_cursor set xid = 0, event_id = 0")
    held = await asyncio.to_thread(retour, "archive", str(file), "--older-than", "1d", **home)
    assert held.returncode == 1
    assert "let a worker run" in held.stderr


async def test_the_command_asks_the_databases_clock_how_old_an_event_is(market: Market, tmp_path: Path) -> None:
    """The database's clock stands where only the first events are a day old; this machine's is months ahead."""
    name = market.url.partition("@/")[2].partition("?")[0]
    await market.rows("create schema other")
    await market.rows(
        "create function other.clock_timestamp() returns timestamptz language sql"
        f" as 'select timestamptz ''{START + timedelta(hours=30):%Y-%m-%d %H:%M}Z'''"
    )
    await market.rows(f'alter database "{name}" set search_path = public, other, pg_catalog')
    home = {"DATABASE_URL": market.url, "RETOUR_HOME": str(tmp_path)}
    await market.rows("update event set at = at + interval '1 day' where id > (select min(id) + 5 from event)")
    done = await asyncio.to_thread(retour, "archive", str(tmp_path / "old.gz"), "--older-than", "1d", **home)
    assert (done.returncode, done.stdout) == (0, "Moved 5 events, up to 2026-03-02.\n"), done.stderr
