"""One address of several hosts: dead, silent and read-only ones are passed over, by all that connects."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

import database
from app.operations.backup import BackupError, back_up
from app.operations.doctor import examine
from database import hosts
from database.embedded import Cluster
from engine.errors import Unavailable, fault_of
from events.notifier import PostgresNotifier
from events.reader import Reader
from gateways.payments.ledger import open_ledger
from settings import Settings
from tests.live.process import SECRET

DEAD = "127.0.0.1:1"


@pytest.fixture
def silent() -> Iterator[str]:
    """A host that takes connections and says nothing, as a frozen machine does."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        yield f"127.0.0.1:{door.getsockname()[1]}"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "HOST_TIMEOUT", 0.5)


def several(url: str, *before: str) -> str:
    """An address that names TCP hosts before the one at `url`, which is reached by its socket."""
    parts = urlsplit(url)
    (directory,) = parse_qs(parts.query)["host"]
    names = [host.split(":")[0] for host in before] + [directory]
    ports = [host.split(":")[1] for host in before] + ["5432"]
    query = f"host={','.join(names)}&port={','.join(ports)}&target_session_attrs=read-write"
    return parts._replace(query=query).geturl()


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("postgresql://u:p@a:1/db", ["postgresql://u:p@a:1/db"]),
        ("postgresql:///db?host=/a", ["postgresql:///db?host=/a"]),
        ("postgresql://u:p%40@a:1,[::1]:2/db?x=y", ["postgresql://u:p%40@a:1/db?x=y", "postgresql://u:p%40@[::1]:2/db?x=y"]),
        ("postgresql://a,b/db", ["postgresql://a/db", "postgresql://b/db"]),
        ("postgresql:///db?host=a,b&port=1,2", ["postgresql:///db?host=a&port=1", "postgresql:///db?host=b&port=2"]),
        ("postgresql:///db?host=a,b&port=1", ["postgresql:///db?host=a&port=1", "postgresql:///db?host=b&port=1"]),
        ("postgresql:///db?host=a,b", ["postgresql:///db?host=a", "postgresql:///db?host=b"]),
        ("postgresql:///db?host=a,b&port=1,2,3", ["postgresql:///db?host=a,b&port=1,2,3"]),
        (
            "postgresql://a,b/db?target_session_attrs=prefer-standby",
            ["postgresql://a,b/db?target_session_attrs=prefer-standby"],
        ),
    ],
)  # fmt: skip
def test_an_address_names_its_hosts_in_their_order(url: str, addresses: list[str]) -> None:
    assert hosts.addresses_of(url) == addresses


async def test_everything_that_connects_passes_over_dead_and_silent_hosts(
    database_url: str, silent: str, quick: None
) -> None:
    url = several(database_url, DEAD, silent)
    await database.open(url, pool_size=2)
    try:
        reader = Reader(url, seconds=2, connect=database.connect)
        assert await reader.execute("select 1 as one", ())
        await reader.close()
        ledger = await open_ledger(url, timeout_s=2, connect=database.connect)
        assert await ledger.find("nothing", "nobody") is None
        await ledger.close()
        async with PostgresNotifier(url, heartbeat=2, connect=database.connect).link() as link:
            await link.beat()
    finally:
        await database.close()


async def test_the_control_asyncpg_alone_waits_for_a_silent_host(database_url: str, silent: str) -> None:
    with pytest.raises(TimeoutError):
        await asyncpg.connect(several(database_url, silent), timeout=1)


async def test_the_doctor_needs_only_one_host_and_wants_to_know_that_it_takes_writes(
    database_url: str, silent: str, quick: None
) -> None:
    async def problems(url: str) -> dict[str, str]:
        received = Settings(database_url=url, secret=SECRET)
        return {finding.name: finding.problem async for finding in examine(received, url) if finding.problem}

    url = several(database_url, DEAD, silent)
    assert set(await problems(url)) == {"durability"}  # the tests' own cluster does not sync
    unsure = await problems(url.replace("&target_session_attrs=read-write", ""))
    assert "target_session_attrs=read-write" in unsure["settings"]


async def test_the_host_that_served_last_is_asked_first(database_url: str, silent: str, quick: None) -> None:
    url = several(database_url, silent)
    for least, most in [(0.5, 3.0), (0.0, 0.4)]:
        begun = monotonic()
        connection = await hosts.connect(url)
        await connection.close()
        assert least <= monotonic() - begun < most


async def test_a_caller_waits_no_longer_than_it_said(database_url: str, silent: str) -> None:
    begun = monotonic()
    with pytest.raises(TimeoutError):
        await hosts.connect(several(database_url, silent, silent), timeout=0.3)
    assert monotonic() - begun < 1


@pytest.mark.parametrize("wanted", ["read-write", "primary"])
async def test_hosts_of_which_none_takes_writes_are_unavailable(
    wanted: str, database_url: str, administration: asyncpg.Connection, cluster: Cluster
) -> None:
    """A standby is passed over by `pg_is_in_recovery`; a read-only default stands in for it where that counts."""
    if wanted == "primary":
        url = several(database_url, DEAD).replace("read-write", "standby")
    else:
        name = urlsplit(database_url).path[1:]
        await administration.execute(f'alter database "{name}" set default_transaction_read_only = on')
        url = several(database_url, DEAD)
    with pytest.raises((OSError, asyncpg.TargetServerAttributeNotMatched)) as raised:
        await hosts.connect(url)
    assert isinstance(fault_of(raised.value), Unavailable)
    with pytest.raises(database.DatabaseUnreachable):
        await database.open(url)


def test_a_backup_hides_the_password_of_an_address_of_several_hosts(tmp_path: Path) -> None:
    with pytest.raises(BackupError) as raised:
        back_up(f"postgresql://u:hidden@{DEAD},127.0.0.1:2/x?target_session_attrs=read-write", tmp_path / "f")
    assert "hidden" not in str(raised.value)
    assert "port 2" in str(raised.value)


async def test_callers_at_once_share_no_state_of_one_attempt(database_url: str, silent: str, quick: None) -> None:
    url = several(database_url, DEAD, silent)
    connections = await asyncio.gather(*(hosts.connect(url) for _ in range(8)))
    await asyncio.gather(*(connection.close() for connection in connections))
