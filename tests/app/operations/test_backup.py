"""Dump, restore into another cluster, go on: nothing differs, and what followed the journal follows on or is told."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import database as db
from app.operations.backup import BackupError, back_up, restore
from database.embedded import OPTIONS, Cluster
from database.migrate import ERA
from events.journal import CursorExpired, Event, Journal
from events.notifier import ProcessNotifier
from events.reader import Reader
from services.demo import make_demo

_BURN = "do $$ begin for n in 1..4000 loop perform pg_current_xact_id(); commit; end loop; end $$"
_COPY = """
insert into event (at, subject, subject_id, action, from_status, to_status, actor_role, actor_id, order_id, seller_id,
                   customer_id, seller_order_id, version)
select at, subject, subject_id, action, from_status, to_status, actor_role, actor_id, order_id, seller_id,
       customer_id, seller_order_id, version
from event limit 1
"""
_TABLES = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname"


@pytest.fixture(scope="module")
def other_cluster() -> Iterator[Cluster]:
    """A cluster that has counted few transactions yet."""
    directory = Path(tempfile.mkdtemp(prefix="retour-"))
    server = Cluster(directory / "postgres", options={**OPTIONS, "fsync": "off"})
    server.enter()
    yield server
    server.leave()
    shutil.rmtree(directory)


@pytest.fixture
async def market(database_url: str) -> str:
    """A database with orders, in a cluster that has counted many transactions."""
    await execute(database_url, _BURN)
    await db.open(database_url)
    await make_demo(datetime.now(UTC))
    await db.close()
    return database_url


async def execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


async def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table."""
    connection = await asyncpg.connect(url)
    found = {}
    for (table,) in await connection.fetch(_TABLES):
        texts = await connection.fetch(f'select t::text from "{table}" t order by t::text')
        found[table] = [text for (text,) in texts]
    await connection.close()
    return found


class Following:
    """A journal with a connection of its own."""

    def __init__(self, url: str) -> None:
        self._reader = Reader(url)
        self.journal = Journal(self._reader.execute, ProcessNotifier())

    async def __aenter__(self) -> Journal:
        return self.journal

    async def __aexit__(self, *_: object) -> None:
        await self._reader.close()


async def all_events(url: str) -> list[Event]:
    async with Following(url) as journal:
        return await journal.read((0, 0), 100_000)


async def test_a_backup_restored_into_a_new_cluster_is_the_same_and_its_journal_goes_on(
    market: str, other_cluster: Cluster, tmp_path: Path
) -> None:
    before, content = await all_events(market), await everything(market)
    back_up(market, tmp_path / "backup")
    await execute(market, _COPY)  # lost, as everything between the backup and the disaster is
    lost = (await all_events(market))[-1]

    other_cluster.create_database("restored")
    url = other_cluster.url("restored")
    restore(url, tmp_path / "backup")
    assert await everything(url) == content
    assert len(content) > 10
    assert len(await all_events(url)) < len(before), "the control: the new cluster counts from the start"

    assert await db.migrate(url) == []
    assert await all_events(url) == before
    assert await db.migrate(url) == []  # a second start leaves the era as it is
    await execute(url, _COPY)
    async with Following(url) as journal:
        place = await journal.locate(before[-1].cursor)
        (new,) = await journal.read(place, 10)
        assert new.position > lost.position, "a cursor of a lost event could be taken for one of a new event"
        assert await journal.locate(new.cursor) == new.position
        with pytest.raises(CursorExpired, match="Query the present state"):
            await journal.locate(lost.cursor)


async def test_a_backup_of_what_was_restored_brings_its_era_with_it(
    market: str, other_cluster: Cluster, tmp_path: Path
) -> None:
    url = market
    for name in ("again_1", "again_2"):
        back_up(url, tmp_path / name)
        other_cluster.create_database(name)
        url = other_cluster.url(name)
        restore(url, tmp_path / name)
        await db.migrate(url)
        await execute(url, _COPY)
    events = await all_events(url)
    assert [event.position[0] // ERA for event in events[-3:]] == [0, 1, 1]
    assert len(events) == len(await all_events(market)) + 2


async def test_a_database_in_its_own_cluster_keeps_its_era(market: str) -> None:
    last = (await all_events(market))[-1]
    await db.migrate(market)
    await execute(market, _COPY)
    assert (await all_events(market))[-1].position[0] < ERA
    assert (await all_events(market))[-2] == last


def test_a_backup_never_overwrites_and_never_stays_half_written(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with pytest.raises(BackupError, match="pg_dump failed") as caught:
        back_up("postgresql://u:hidden@127.0.0.1:1/x", file)
    assert "hidden" not in str(caught.value)
    assert not file.exists()
    file.write_text("older")
    with pytest.raises(BackupError, match="already exists"):
        back_up("postgresql://u:hidden@127.0.0.1:1/x", file)
    assert file.read_text() == "older"


async def test_only_the_owner_may_read_a_backup_from_the_first_byte(
    market: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also under an open umask, and where somebody has laid out a file for it that others may read."""
    modes: list[int] = []
    run = subprocess.run

    def watched(*args: Any, **options: Any) -> Any:
        modes.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("backup.?*") if not path.is_symlink())
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    (tmp_path / "backup.unfinished").symlink_to("/dev/null")
    umask = os.umask(0)
    try:
        back_up(market, tmp_path / "backup")
    finally:
        os.umask(umask)
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    assert (tmp_path / "backup").read_bytes().startswith(b"PGDMP")


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    for file in (tmp_path / "backup", tmp_path / "missing" / "backup"):
        with pytest.raises(BackupError):
            back_up("postgresql://u:hidden@127.0.0.1:1/x", file)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_does_not_replace_what_another_run_has_written_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_args: Any, **_options: Any) -> Any:
        (tmp_path / "backup").write_text("of another run")
        return subprocess.CompletedProcess([], 0, stderr="")

    monkeypatch.setattr(subprocess, "run", overtaken)
    with pytest.raises(BackupError, match="cannot be written"):
        back_up("postgresql://u:hidden@127.0.0.1:1/x", tmp_path / "backup")
    assert (tmp_path / "backup").read_text() == "of another run"


@pytest.mark.parametrize("made", ["table keep (a int)", "view keep as select 1", "sequence keep"])
async def test_a_database_that_is_not_empty_is_left_alone(
    market: str, other_cluster: Cluster, tmp_path: Path, made: str
) -> None:
    back_up(market, tmp_path / "backup")
    name = f"full_{made.partition(' ')[0]}"
    other_cluster.create_database(name)
    url = other_cluster.url(name)
    await execute(url, f"create {made}")
    with pytest.raises(BackupError) as caught:
        restore(url, tmp_path / "backup")
    assert str(caught.value) == (
        "The database is not empty: it holds keep. Create a new one and name it in DATABASE_URL."
    )
    assert await everything(url) == ({"keep": []} if made.startswith("table") else {})


def test_the_command_says_in_one_sentence_that_the_database_is_not_empty(market: str, tmp_path: Path) -> None:
    back_up(market, tmp_path / "backup")
    done = subprocess.run(
        [sys.executable, "server.py", "restore", str(tmp_path / "backup")],
        env={**os.environ, "DATABASE_URL": market},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("retour: The database is not empty: it holds ")


def test_a_database_that_cannot_be_reached_is_named_so(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="The database cannot be reached: ") as caught:
        restore("postgresql://u:hidden@127.0.0.1:1/x", tmp_path / "backup")
    assert "hidden" not in str(caught.value)
