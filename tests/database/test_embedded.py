"""The embedded PostgreSQL: found, shared, stopped by the last to leave, and never left half-made."""

import asyncio
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.health import Health
from database import embedded
from database.embedded import OPTIONS, Cluster, EmbeddedError, server_user
from observe.health import Unhealthy

HOLDER = """
import sys
from pathlib import Path
from database.embedded import Cluster
cluster = Cluster(Path(sys.argv[1]))
cluster.enter()
print("in", flush=True)
sys.stdin.read()
cluster.leave()
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short path that is not there yet: sockets have little room."""
    parent = Path(tempfile.mkdtemp(prefix="retour-"))
    yield parent / "postgres"
    shutil.rmtree(parent)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The data directory that most tests enter, made once."""
    parent = Path(tempfile.mkdtemp(prefix="retour-"))
    yield parent / "postgres"
    shutil.rmtree(parent)


@pytest.fixture
def own(made: Path) -> Iterator[Cluster]:
    cluster = Cluster(made, options={**OPTIONS, "fsync": "off"})
    cluster.enter()
    yield cluster
    cluster.leave()


def hold(directory: Path, packages: Path | None = None) -> "subprocess.Popen[str]":
    """Another process that is inside the cluster until its stdin closes; `packages` come before those installed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **({"PYTHONPATH": str(packages)} if packages else {})},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    return process


async def ask(cluster: Cluster, question: str) -> object:
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def runs(cluster: Cluster) -> bool:
    try:
        return await ask(cluster, "select true") is True
    except (OSError, asyncpg.ConnectionDoesNotExistError, asyncpg.CannotConnectNowError):
        return False


async def test_the_server_stops_with_the_last_process_and_not_before(own: Cluster) -> None:
    other = hold(own.directory)
    own.leave()
    assert await runs(own)
    other.communicate()
    assert other.returncode == 0
    assert not await runs(own)


@pytest.fixture
def packages(directory: Path) -> Path:
    """A directory with a PostgreSQL of its own, which a test may remove."""
    installed, copies = embedded.program("postgres").parents[2], directory.with_name("packages")
    for folder in (installed, installed.with_name(f"{installed.name}.libs")):
        shutil.copytree(folder, copies / folder.name, copy_function=_linked, ignore=shutil.ignore_patterns("pginstall"))
    return copies


def _linked(source: str, copy: str) -> None:
    try:
        os.link(source, copy)
    except OSError:  # another file system
        shutil.copy2(source, copy)


def postgres_of(directory: Path) -> int:
    return int((directory / "postmaster.pid").read_text().split()[0])


async def ended(pid: int) -> None:
    """Wait until a process that is no child of ours has ended."""
    async with asyncio.timeout(90):
        while await asyncio.to_thread(_runs_postgres, pid):  # noqa: ASYNC110 - it is no child of ours
            await asyncio.sleep(0.05)


def _runs_postgres(pid: int) -> bool:
    try:
        return "postgres" in Path(f"/proc/{pid}/cmdline").read_text()  # a zombie has no command line
    except OSError:
        return False


async def test_a_server_whose_programs_have_been_removed_is_stopped(directory: Path, packages: Path) -> None:
    holder = hold(directory, packages)
    pid = postgres_of(directory)
    shutil.rmtree(packages)
    assert holder.communicate() == ("", "")
    assert holder.returncode == 0
    assert not (directory / "postmaster.pid").exists()
    await ended(pid)


async def test_a_process_whose_directory_has_been_removed_leaves_in_silence(directory: Path) -> None:
    holder = hold(directory)
    pid = postgres_of(directory)
    moved = directory.parent.rename(f"{directory.parent}.removed")
    assert holder.communicate() == ("", "")
    assert holder.returncode == 0
    os.kill(pid, signal.SIGQUIT)  # what it does itself within a minute, when it misses its file
    await ended(pid)
    shutil.rmtree(moved)
    directory.parent.mkdir()


async def test_a_process_does_not_stop_the_server_that_has_replaced_its_own(directory: Path) -> None:
    holder = hold(directory)
    old = postgres_of(directory)
    moved = directory.parent.rename(f"{directory.parent}.removed")
    os.kill(old, signal.SIGQUIT)
    await ended(old)
    directory.parent.mkdir()
    new = Cluster(directory, options={**OPTIONS, "fsync": "off"})
    new.enter()
    assert holder.communicate() == ("", "")
    assert await runs(new)
    new.leave()
    assert not await runs(new)
    shutil.rmtree(moved)


async def test_a_killed_process_holds_nothing(own: Cluster) -> None:
    other = hold(own.directory)
    other.send_signal(signal.SIGKILL)
    other.communicate()
    own.leave()
    assert not await runs(own)


async def test_a_cluster_is_as_promised(own: Cluster) -> None:
    promised = {
        "server_encoding": "UTF8",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "max_connections": "200",
        "TimeZone": "UTC",
    }
    assert {name: await ask(own, f"show {name}") for name in promised} == promised
    assert OPTIONS["fsync"] == "on"
    assert str(await ask(own, "show server_version")).startswith("18")


async def test_data_are_there_after_a_restart(own: Cluster) -> None:
    own.create_database("kept")
    own.create_database("kept")
    own.leave()
    own.enter()
    assert await ask(own, "select count(*) from pg_database where datname = 'kept'") == 1


async def test_a_data_directory_cut_short_is_made_anew(directory: Path) -> None:
    half = directory.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    cluster = Cluster(directory, options={**OPTIONS, "fsync": "off"})
    cluster.enter()
    assert await runs(cluster)
    assert not half.exists()
    cluster.leave()


@pytest.fixture
def sleeper() -> Iterator[int]:
    """The pid of another program of the server's user."""
    user = server_user().pw_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user) as process:
        yield process.pid
        process.kill()


async def test_the_pid_of_another_program_does_not_keep_the_server_down(own: Cluster, sleeper: int) -> None:
    own.leave()
    lines = f"{sleeper}\n{own.directory}\n0\n5432\n{own.directory}\n\n 1 1\nready\n"
    (own.directory / "postmaster.pid").write_text(lines)
    own.enter()
    assert await runs(own)


async def test_a_path_too_long_for_a_socket_still_works() -> None:
    parent = Path(tempfile.mkdtemp(prefix="retour-" + "x" * 110))
    cluster = Cluster(parent / "postgres", options={**OPTIONS, "fsync": "off"})
    cluster.enter()
    try:
        assert await runs(cluster)
        assert len(str(cluster.socket_directory)) < 60
    finally:
        cluster.leave()
        shutil.rmtree(parent)
        shutil.rmtree(cluster.socket_directory)


def test_a_server_that_cannot_start_says_why(directory: Path) -> None:
    cluster = Cluster(directory, options={**OPTIONS, "max_connections": "many"})
    with pytest.raises(EmbeddedError, match="max_connections"):
        cluster.enter()
    cluster.leave()


def kill_server(cluster: Cluster) -> None:
    os.kill(int((cluster.directory / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


async def test_a_killed_server_is_started_again_at_once(own: Cluster) -> None:
    kill_server(own)
    late = Cluster(own.directory, options=own.options)
    late.enter()
    assert await runs(late)
    late.leave()
    assert await runs(own)


async def test_leaving_a_server_that_died_is_no_error(own: Cluster) -> None:
    kill_server(own)
    own.leave()
    assert not await runs(own)


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match="cannot be used"):
        Cluster(tmp_path / "file" / "postgres").enter()


def kill(home: Path) -> None:
    os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


@pytest.fixture
def started() -> Iterator[tuple[Path, str]]:
    """The home of a server that this process has started as `python server.py serve` does, and its address."""
    with tempfile.TemporaryDirectory(prefix="retour-") as home:
        url = embedded.start(Path(home))
        yield Path(home), url
        assert embedded._started is not None
        atexit.unregister(embedded._started.leave)
        embedded._started.leave()
        embedded._started = None


async def test_a_killed_server_is_started_again_while_it_is_used(started: tuple[Path, str]) -> None:
    home, url = started
    async with embedded.watched() as watch:
        for _ in range(2):
            kill(home)
            async with asyncio.timeout(20):
                while True:
                    try:
                        connection = await asyncpg.connect(url)
                        break
                    except (OSError, asyncpg.PostgresError):
                        await asyncio.sleep(0.05)
            await connection.close()
        assert watch is not None
        assert watch.problem is None


async def test_a_server_that_cannot_be_started_again_is_a_problem_until_it_can(
    started: tuple[Path, str], caplog: pytest.LogCaptureFixture
) -> None:
    home, _ = started
    aside = home / "aside"
    async with embedded.watched() as watch:
        assert watch is not None

        def well(seen: embedded.Watch = watch) -> bool:
            return seen.problem is None

        health = Health()
        health.embedded = watch
        await health.check_embedded()
        kill(home)
        (home / "postgres").rename(aside)
        async with asyncio.timeout(20):
            while well():  # noqa: ASYNC110 - the watch looks meanwhile
                await asyncio.sleep(0.05)
        with pytest.raises(Unhealthy, match="cannot be started"):
            await health.check_embedded()
        aside.rename(home / "postgres")
        async with asyncio.timeout(30):
            while not well():  # noqa: ASYNC110 - the watch looks meanwhile
                await asyncio.sleep(0.05)
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


async def test_who_uses_no_embedded_server_watches_none() -> None:
    async with embedded.watched() as watch:
        assert watch is None
