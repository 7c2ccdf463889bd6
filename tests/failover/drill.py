"""`make failover`: three PostgreSQL under Patroni, and the leader is killed twice while everybody works.

Two server processes and a worker are given one address of three hosts. Customers, sellers and owners write under
idempotency keys, each command by twins; subscribers follow the journal; refunds go to the ledger and to a Stripe that
counts. The first leader dies beside a synchronous standby, the second one while that standby is away. Then everything
that was acknowledged is looked for. It prints a table, ends with 1 if anything is wrong, and takes about five minutes.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from array import array
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, ClassVar

import asyncpg
import httpx

from benchmarks.soak import Reader, Soak, differs, reached, slice_of
from database.embedded import OPTIONS, Cluster
from domain.facts import Actor
from tests.crash.caller import Tally
from tests.crash.rig import Rig, Teller
from tests.crash.storm import Storm
from tests.failover.nodes import TTL, Node, Nodes, patroni, until
from tests.gateways.payments.stand_in import StandIn
from tests.live.fork_server import Forked
from tests.live.process import ROOMY, ROOT, SECRET, Server, address_of, start

CLIENTS, READERS = 6, 8
CALM = 8.0
"""Seconds of ordinary work before and after each loss."""
FIRST_WRITE = 2.0
"""Seconds from a new primary's first own write to the first one by the API."""
UNSENT = 0.5
"""Seconds of a leader's life whose commits reach no standby. None of them may be acknowledged, nor its replay."""
BEHIND_A_COMMIT = 2.0
"""Unsent seconds after which a call may run into its time limit behind a commit that waits for a standby."""
ENDS_WITHIN = 570.0
_PROBE = "create table if not exists failover_probe (at timestamptz not null)"


@dataclass(slots=True)
class Team(Rig):
    """Two servers, of which any takes any call."""

    servers: list[Server] = field(default_factory=list)

    async def up(self, **environment: str) -> None:
        """They stay up."""

    async def ask(self, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
        self.server = random.choice(self.servers)
        return await Rig.ask(self, actor, query, **variables)


@dataclass(frozen=True, slots=True)
class Succession:
    """Seconds from a kill: until another node was a primary, wrote by itself, and wrote for the API."""

    promoted: float
    wrote: float
    served: float

    @property
    def delay(self) -> float:
        """Seconds that callers waited for although a primary accepted writes."""
        return max(self.served - self.wrote, 0.0)


class Follower(Reader):
    """A subscriber that is told UNAVAILABLE now and then, and comes again."""

    def __init__(self, soak: Soak, start: str, received: list[str]) -> None:
        super().__init__(soak, start)
        self.received = received

    def take(self, text: bytes) -> None:
        if b'"UNAVAILABLE"' in text and b'"cursor"' not in text:
            self.received.append(text.decode())
            self.cut()
        else:
            super().take(text)


@dataclass(slots=True)
class Drill(Storm):
    """The load of the storm, with other weather."""

    nodes: Nodes = field(kw_only=True)
    unsent: float = field(kw_only=True)
    retried_codes: ClassVar[set[str]] = {"UNAVAILABLE", "TIMEOUT"}
    acknowledged_at: list[float] = field(default_factory=list)
    successions: list[Succession] = field(default_factory=list)

    async def send(self, actor: Actor, mutation: str, shows: str, *, key: str | None = None, **values: Any) -> Any:
        payload = await Storm.send(self, actor, mutation, shows, key=key, **values)
        self.acknowledged_at.append(monotonic())
        return payload

    async def _weather(self) -> None:
        try:
            await asyncio.sleep(CALM)
            say("SIGKILL to the leader and all of its processes")
            first = await self._lose_leader()
            await asyncio.sleep(CALM)
            if not self.nodes.synchronous:
                return
            say("it comes back as a standby")
            await first.start()
            await self.nodes.whole()
            standby = await self.nodes.having("sync_standby")
            say("SIGKILL to the synchronous standby")
            await self._lose_standby(standby)
            say("SIGKILL to the leader while that standby is away")
            second = await self._lose_leader()
            await asyncio.sleep(CALM)
            say("both come back")
            await standby.start()
            await second.start()
            await self.nodes.whole()
            await asyncio.sleep(CALM)
        finally:
            self.over = True

    async def _bank(self) -> None:
        """Nothing: credits that come back are the storm's."""

    async def _restore(self) -> None:
        """Nothing: backups are the storm's as well."""

    async def _lose_standby(self, standby: Node) -> None:
        """The third node must become the synchronous one, and writes go on."""
        await standby.kill()

        async def replaced() -> bool:
            return "sync_standby" in (await self.nodes.roles()).values()

        await until(replaced, 60, "no other standby became synchronous")
        lost = monotonic()

        async def going_on() -> bool:
            return self.acknowledged_at[-1] > lost

        await until(going_on, 30, "nothing was acknowledged without the standby")

    async def _lose_leader(self) -> Node:
        leader = await self.nodes.kill_leader(self.unsent)
        killed = monotonic()
        promoted, wrote = await first_write(self.nodes)
        async with asyncio.timeout(60):
            while self.acknowledged_at[-1] <= promoted:  # noqa: ASYNC110 - servers and clients are at work meanwhile
                await asyncio.sleep(0.01)
        served = next(at for at in self.acknowledged_at if at > promoted)
        self.successions.append(Succession(promoted - killed, wrote - killed, served - killed))
        say(f"another leader after {promoted - killed:.1f} s, first write {served - killed:.1f} s")
        self.tally.kills += 1
        return leader


async def first_write(nodes: Nodes) -> tuple[float, float]:
    """When a living node left recovery, and when it had committed a row of the drill's own."""
    promoted: float | None = None
    async with asyncio.timeout(TTL + 60):
        while True:
            for node in nodes.data:
                if node.process is None:
                    continue
                with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    connection = await asyncpg.connect(nodes.direct(node), timeout=2)
                    try:
                        if not await connection.fetchval("select pg_is_in_recovery()"):
                            promoted = promoted or monotonic()
                            await connection.execute("insert into failover_probe values (now())", timeout=5)
                            return promoted, monotonic()
                    finally:
                        connection.terminate()
            await asyncio.sleep(0.02)


def say(text: str) -> None:
    """A line on the screen, with the time since the drill began."""
    sys.stdout.write(f"{monotonic() - _BEGAN:6.1f} s  {text}\n")
    sys.stdout.flush()


_BEGAN = monotonic()


async def command(url: str, home: Path, *words: str) -> None:
    """Run a command of server.py on the address. Raises SystemExit with what it said, if it fails."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "server.py", *words),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url, "RETOUR_HOME": str(home), "SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"server.py {words[0]} failed on an address of three hosts:\n{output.decode()}")


@asynccontextmanager
async def team(nodes: Nodes, home: Path, stripe: StandIn) -> AsyncIterator[Team]:
    """Two servers and a worker, ready; told to stop at the end."""
    async with AsyncExitStack() as stack:
        teller = await stack.enter_async_context(Teller(stripe.port))
        one = Team(nodes.url, home, stripe, teller)
        environment = {
            **ROOMY,
            "STRIPE_API_KEY": stripe.api_key,
            "STRIPE_API_BASE": teller.url,
            "REFUND_LEASE": str(one.lease),
            "AUTO_CONFIRM_AFTER": "0.05",
            "POOL_SIZE": "6",
            "LOG_LEVEL": "warning",
        }
        log = stack.enter_context((home / "log").open("ab"))
        processes = []
        for name in ("serve", "serve", "worker"):
            process = await start(nodes.url, home, log, command=name, **environment, WORKER="off")
            processes.append(process)
            stack.push_async_callback(stopped, process)
            if name == "serve":
                address = await address_of(process)
                http = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=20))
                one.servers.append(Server(process, address, http))

        async def working() -> bool:
            return "The worker is running." in (home / "log").read_text()

        await until(working, 60, "the worker did not start")
        yield one
        if any(process.returncode is not None for process in processes):
            codes = [process.returncode for process in processes]
            lines = [line for line in (home / "log").read_text().splitlines() if " warning " not in line]
            raise SystemExit(f"One of two servers and a worker has ended by itself: {codes}\n" + "\n".join(lines[-40:]))


async def stopped(process: Forked) -> None:
    """Tell a process to stop, and wait for it."""
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(15):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def followed(drill: Drill, servers: list[Server]) -> tuple[Tally, Soak, list[str]]:
    """The storm beside subscribers; what it counted, what they saw, and how often they were told to come again."""
    soak, received = Soak(servers, random.Random(1)), list[str]()
    raging = asyncio.create_task(drill.rage(CLIENTS))
    running: list[asyncio.Task[None]] = []
    try:
        async with asyncio.timeout(30):
            while not (begun := await slice_of(servers[0], None)):  # noqa: ASYNC110 - until the storm has begun
                await asyncio.sleep(0.05)
        readers = [Follower(soak, begun[0], received) for _ in range(READERS)]
        running = [asyncio.create_task(reader.run()) for reader in readers]
        tally = await raging
        journal = await slice_of(servers[0], begun[0])
        await reached(list(readers), journal[-1])
    finally:
        for task in (raging, *running):
            task.cancel()
        await asyncio.gather(raging, *running, return_exceptions=True)
    expected = array("L", [soak.number(cursor.encode()) for cursor in journal])
    soak.wrong += filter(None, (differs(place, reader, expected) for place, reader in enumerate(readers)))
    return tally, soak, received


async def run(*, synchronous: bool, unsent: float) -> bool:
    """The whole drill; whether all promises were kept. Without synchronous replication the first leader is enough."""
    say("starting three nodes and two witnesses")
    stripe = await StandIn.start()
    try:
        with TemporaryDirectory(prefix="retour-team-") as directory:
            async with patroni(synchronous=synchronous) as nodes:
                home = Path(directory)
                say("migrating and examining the address of three hosts")
                await command(nodes.url, home, "migrate")
                await command(nodes.url, home, "doctor")
                connection = await asyncpg.connect(nodes.url)
                await connection.execute(_PROBE)
                await connection.close()
                async with team(nodes, home, stripe) as servers:
                    say("two servers and a worker are up, clients begin")
                    unused = Cluster(home / "unused", options=OPTIONS)
                    drill = Drill(servers, unused, ends=0, at_least=2, nodes=nodes, unsent=unsent)
                    tally, soak, received = await followed(drill, servers.servers)
                    if not tally.clean:
                        sys.stdout.write("".join((home / "log").read_text().splitlines(keepends=True)[-60:]))
                await command(nodes.url, home, "backup", str(home / "drill.backup"))
    finally:
        await stripe.stop()
    return report(drill, tally, soak, received)


def report(drill: Drill, tally: Tally, soak: Soak, received: list[str]) -> bool:
    """Print what was measured; whether it is what was promised."""
    sys.stdout.write(tally.table() + "\n")
    sys.stdout.write(
        f"{'messages to ' + str(READERS) + ' subscribers':<34} {soak.messages}, told to wait {len(received)}\n"
    )
    for place, one in enumerate(drill.successions, 1):
        sys.stdout.write(
            f"leader {place} killed: new primary after {one.promoted:.1f} s, its own first write {one.wrote:.2f} s,"
            f" the first by the API {one.served:.2f} s: {one.delay:.2f} s later\n"
        )
    late = [f"the first write came {one.delay:.1f} s late" for one in drill.successions if one.delay > FIRST_WRITE]
    broken = [*soak.wrong, *late]
    for text in broken[:10]:
        sys.stdout.write(f"wrong: {text}\n")
    worst = max(one.delay for one in drill.successions)
    codes = {"UNAVAILABLE", "TIMEOUT"} if drill.unsent > BEHIND_A_COMMIT else {"UNAVAILABLE"}
    verdict = tally.clean and not broken and set(tally.retried) <= codes
    sys.stdout.write(
        f"{tally.operations:,} acknowledged, {tally.lost} lost, {tally.doubled} doubled, {tally.refunds} refunds and"
        f" {tally.credits} credits, {soak.messages:,} messages to {READERS} subscribers with {len(soak.wrong)} faults,"
        f" {tally.retried.total()} calls told {', '.join(tally.retried) or 'nothing'}; first write {worst:.2f} s after"
        f" a new primary's own\n{'All promises were kept.' if verdict else 'A PROMISE WAS BROKEN.'}\n"
    )
    return verdict


async def main(*, control: bool, unsent: float) -> int:
    """The drill within its time, cleaned up even if it is told to stop. As a control it must notice a loss."""
    current = asyncio.current_task()
    assert current is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, current.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        async with asyncio.timeout(ENDS_WITHIN):
            try:
                kept = await run(synchronous=not control, unsent=unsent)
            except* AssertionError as error:
                if not control:
                    raise
                say(f"a client noticed: {error.exceptions[0]}")
                kept = False
            return int(kept if control else not kept)
    return 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--control", action="store_true", help="without synchronous replication: a loss must be seen")
    options.add_argument("--unsent", type=float, default=UNSENT, help="seconds in which a leader reaches no standby")
    given = options.parse_args()
    sys.exit(asyncio.run(main(control=given.control, unsent=given.unsent)))
