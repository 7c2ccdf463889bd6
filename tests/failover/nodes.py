"""Three PostgreSQL under Patroni with its raft and two witnesses, all on loopback addresses, to be killed one by one.

Each node has a directory of its own, in which all of its processes work: that is how a kill finds every one of them.
PostgreSQL does not run as root. For root the nodes run as the plain user of the embedded database.
"""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx

from database.embedded import let_pass, program, server_user

LOOPBACK = "127.0.0.1"
PATRONI = Path(__file__).parents[2] / ".venv-failover" / "bin"
DATA_NODES, WITNESSES = 3, 2
"""Raft goes on while three of the five are alive, so that two nodes may be away at once."""
START_WITHIN = 150.0
TTL = 20
"""Seconds after which a silent leader is replaced: Patroni takes no less."""
DYNAMIC = {
    "ttl": TTL,
    "loop_wait": 1,
    "retry_timeout": 3,
    "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 100, "jit": "off"}},
}
"""What an operator would write into Patroni's `bootstrap.dcs`, with the shortest times that it takes."""


@dataclass(slots=True)
class Node:
    """Patroni and its PostgreSQL on one machine, or a witness that only votes."""

    directory: Path
    command: str
    rest: int = 0
    postgres: int = 0
    process: asyncio.subprocess.Process | None = None

    def signal_receiver(self, *signals: signal.Signals) -> None:
        """Send signals to the process that receives the leader's log."""
        for pid in processes_in(self.directory):
            with suppress(OSError):
                if b"walreceiver" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    for how in signals:
                        os.kill(pid, how)

    @property
    def name(self) -> str:
        return self.directory.name

    async def start(self) -> None:
        """Switch the machine on."""
        user = server_user() if os.geteuid() == 0 else None
        with (self.directory / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(PATRONI / self.command, self.directory / "patroni.yml"),
                cwd=self.directory,
                env={"PATH": os.environ["PATH"], "HOME": str(self.directory), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=user and user.pw_uid,
                group=user and user.pw_gid,
                extra_groups=user and [],
            )

    async def kill(self) -> None:
        """SIGKILL to Patroni, PostgreSQL and all of its children, as when the power fails."""
        if self.process is None:
            return
        process, self.process = self.process, None
        with suppress(ProcessLookupError):
            process.kill()  # first: it would start PostgreSQL again
        while found := processes_in(self.directory):
            for pid in found:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.01)  # the kernel ends them in its own time
        await process.wait()


@dataclass(slots=True)
class Nodes:
    """The cluster, and what clients need of it."""

    data: list[Node]
    witnesses: list[Node]
    password: str
    http: httpx.AsyncClient
    synchronous: bool

    @property
    def url(self) -> str:
        """The address of the database: all three nodes, of which the one that takes writes is wanted."""
        hosts = ",".join(f"{LOOPBACK}:{node.postgres}" for node in self.data)
        return f"postgresql://retour:{self.password}@{hosts}/retour?target_session_attrs=read-write"

    def direct(self, node: Node, user: str = "retour", database: str = "retour") -> str:
        """The address of one node, whatever its role is."""
        return f"postgresql://{user}:{self.password}@{LOOPBACK}:{node.postgres}/{database}"

    async def roles(self) -> dict[str, str]:
        """Patroni's own view by node: leader, sync_standby or replica; only of those that run and follow."""
        for node in self.data:
            if node.process is None:
                continue
            with suppress(httpx.HTTPError, ValueError):
                members = (await self.http.get(f"http://{LOOPBACK}:{node.rest}/cluster")).json()["members"]
                return {
                    member["name"]: member["role"]
                    for member in members
                    if member["state"] in ("running", "streaming") and self.named(member["name"]).process is not None
                }
        return {}

    def named(self, name: str) -> Node:
        return next(node for node in self.data if node.name == name)

    async def having(self, role: str) -> Node:
        """The node of a role, once there is one."""
        async with asyncio.timeout(START_WITHIN):
            while True:
                for name, held in (await self.roles()).items():
                    if held == role:
                        return self.named(name)
                await asyncio.sleep(0.1)  # Patroni's loops are a second long

    async def whole(self) -> None:
        """Until all three run, and one of them is a synchronous standby if there are any."""
        wanted = ["leader", "replica", "sync_standby" if self.synchronous else "replica"]

        async def complete() -> bool:
            return sorted((await self.roles()).values()) == wanted

        await until(complete, START_WITHIN, "the cluster did not become whole")

    async def create_database(self) -> None:
        """An empty database and its owner, who is no superuser."""
        leader = await self.having("leader")
        connection = await asyncpg.connect(self.direct(leader, "postgres", "postgres"))
        try:
            await connection.execute(f"create role retour login password '{self.password}'")
            await connection.execute("create database retour owner retour")
        finally:
            await connection.close()

    async def kill_leader(self, unsent: float) -> Node:
        """Kill the leader after so many seconds in which no standby has received its commits; it."""
        leader = await self.having("leader")
        others = [node for node in self.data if node.process is not None and node is not leader]
        for node in others:
            node.signal_receiver(signal.SIGSTOP)
        await asyncio.sleep(unsent)
        await leader.kill()
        for node in others:
            node.signal_receiver(signal.SIGTERM, signal.SIGCONT)  # what the kernel has kept for it is lost
        return leader

    async def kill(self) -> None:
        """Kill whatever runs."""
        for node in (*self.data, *self.witnesses):
            await node.kill()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float, failure: str) -> None:
    """Look again and again. Raises TimeoutError with a sentence."""
    try:
        async with asyncio.timeout(seconds):
            while not await holds():  # noqa: ASYNC110 - what is looked at is in other processes
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise TimeoutError(f"{failure} within {seconds:.0f} s") from None


def processes_in(directory: Path) -> list[int]:
    """The processes that work in a directory or below it, zombies left out."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (place / "cwd").readlink().is_relative_to(directory):
                found.append(int(place.name))
    return found


def free_ports(number: int) -> list[int]:
    """Ports of the loopback address that nobody uses now."""
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.socket()) for _ in range(number)]
        for door in doors:
            door.bind((LOOPBACK, 0))
        return [door.getsockname()[1] for door in doors]


def configuration(node: Node, raft: str, others: Sequence[str], password: str, *, synchronous: bool) -> dict[str, Any]:
    """Patroni's configuration of one node."""
    voting = {"raft": {"data_dir": str(node.directory / "raft"), "self_addr": raft, "partner_addrs": list(others)}}
    if not node.postgres:
        return voting
    rest, postgres = f"{LOOPBACK}:{node.rest}", f"{LOOPBACK}:{node.postgres}"
    users = {"superuser": "postgres", "replication": "replicator", "rewind": "rewinder"}
    return voting | {
        "scope": "retour",
        "name": node.name,
        "restapi": {"listen": rest, "connect_address": rest},
        "bootstrap": {
            "dcs": DYNAMIC | {"synchronous_mode": synchronous},
            "initdb": [
                {"encoding": "UTF8"},
                {"locale-provider": "builtin"},
                {"builtin-locale": "C.UTF-8"},
                "no-locale",
            ],
        },
        "postgresql": {
            "listen": postgres,
            "connect_address": postgres,
            "data_dir": str(node.directory / "data"),
            "bin_dir": str(program("postgres").parent),
            "pgpass": str(node.directory / "pgpass"),
            "authentication": {kind: {"username": user, "password": password} for kind, user in users.items()},
            "parameters": {"unix_socket_directories": str(node.directory)},
            "pg_hba": [
                f"host all all {LOOPBACK}/32 scram-sha-256",
                f"host replication all {LOOPBACK}/32 scram-sha-256",
                "local all all scram-sha-256",
            ],
        },
    }


def laid_out(home: Path, *, synchronous: bool) -> tuple[list[Node], list[Node], str]:
    """The nodes, the witnesses and their password, with directories and configurations written."""
    if os.geteuid() == 0:
        home.chmod(0o711)
        let_pass(program("postgres"))
    password = secrets.token_hex(16)
    ports = free_ports(DATA_NODES * 3 + WITNESSES)
    rest, postgres, raft = ports[:DATA_NODES], ports[DATA_NODES : DATA_NODES * 2], ports[DATA_NODES * 2 :]
    data = [Node(home / f"node{n}", "patroni", rest[n], postgres[n]) for n in range(DATA_NODES)]
    witnesses = [Node(home / f"witness{n}", "patroni_raft_controller") for n in range(WITNESSES)]
    addresses = [f"{LOOPBACK}:{port}" for port in raft]
    user = server_user()
    for node, own in zip((*data, *witnesses), addresses, strict=True):
        node.directory.mkdir(mode=0o700)
        others = [address for address in addresses if address != own]
        file = node.directory / "patroni.yml"
        file.touch(mode=0o600)
        values = configuration(node, own, others, password, synchronous=synchronous)
        file.write_text(json.dumps(values))  # JSON is YAML
        for path in (node.directory, file):
            os.chown(path, user.pw_uid, user.pw_gid)
    return data, witnesses, password


@asynccontextmanager
async def patroni(*, synchronous: bool) -> AsyncIterator[Nodes]:
    """A whole cluster with an empty database; killed and removed at the end."""
    if sys.platform != "linux":
        raise SystemExit("The drill finds processes in /proc: it runs on Linux.")
    if not (PATRONI / "patroni").exists():
        raise SystemExit("Patroni is not installed: run `make failover`.")
    with TemporaryDirectory(prefix="retour-failover-") as directory:
        data, witnesses, password = laid_out(Path(directory), synchronous=synchronous)
        async with httpx.AsyncClient(timeout=2) as http:
            nodes = Nodes(data, witnesses, password, http, synchronous)
            try:
                for node in (*witnesses, *data):
                    await node.start()
                await nodes.whole()
                await nodes.create_database()
                yield nodes
            finally:
                await nodes.kill()
