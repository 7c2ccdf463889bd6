"""`make fanout`: one event to thousands of subscribers, ours beside Strawberry's own execution, in one run.

Real processes on an embedded PostgreSQL: our server as `serve` starts it, Strawberry's view on the same schema
(benchmarks/stock.py), and the subscribers (benchmarks/crowd.py). An event is a customer's mutation by HTTP; the
time runs from sending it to the last subscriber's last byte. It ends with 1 if a bar is missed.
"""

import asyncio
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Annotated, Any

import httpx
import typer

from benchmarks.crowd import Crowd
from benchmarks.machine import Meter, memory_of
from database.embedded import Cluster
from tests.live import scenes
from tests.live.process import ROOMY, ROOT, Server, address_of, serving
from tests.market import OWNER

QUERY = """subscription Feed { requestUpdates { cursor at action from to actor { role }
  request { id number status transaction waitingOn dueAt version order { id number } customer { name }
    items { quantity reason { label } orderItem { sku name } } } } }"""
LIGHT = "query Light($id: ID!) { order(id: $id) { id number status } }"
WARM_UP = 3
PATIENCE = 30.0
"""Seconds until a subscriber that has got nothing is taken for one that is not live yet."""
FILES_BESIDE = 500
"""Files that a process has open beside its connections."""

EVENTS_HELD = 5
SECONDS_QUIET = 3.0

CPU_BAR, LAST_BAR, MEMORY_BAR, RATIO_BAR, LIGHT_BAR = 30.0, 400.0, 50.0, 10.0, 100.0


@dataclass(frozen=True, slots=True)
class Result:
    """One crowd on one server: milliseconds to the last, microseconds of CPU a message, KiB a client."""

    clients: int
    median: float
    worst: float
    cpu: float
    memory: float

    def row(self, name: str) -> str:
        return (
            f"| {name} | {self.clients:,} | {self.median:.0f} ms | {self.worst:.0f} ms | {self.cpu:.1f} µs "
            f"| {self.memory:.1f} KiB |"
        )


class Shop:
    """Makes events on our server: each is a request for an order that was taken in beforehand."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._orders: list[dict[str, Any]] = []
        self._count = 0

    async def stock_up(self, events: int) -> None:
        """Take in as many orders as there will be events, so that only requests are measured."""
        for _ in range(events - len(self._orders)):
            self._count += 1
            self._orders.append(await scenes.order(self._server, f"N-{self._count}"))

    async def event(self) -> None:
        """One event of a request."""
        await scenes.request(self._server, self._orders.pop())

    @property
    def order(self) -> str:
        """Some order's id."""
        return str(self._orders[0]["id"])


async def delivered(shop: Shop, crowd: Crowd) -> float:
    """Make an event and wait for the last subscriber; milliseconds. Raises if anyone misses it or differs."""
    await asyncio.to_thread(crowd.expect)
    began = monotonic()
    await shop.event()
    arrived = await asyncio.to_thread(crowd.arrived)
    if arrived.get("distinct") != 1:
        raise AssertionError(f"not all got the same: {arrived}")
    return float((arrived["last"] - began) * 1000)


async def settled(shop: Shop, crowd: Crowd) -> None:
    """Return once every subscriber is live: an event reaches them all."""
    for _ in range(10):
        await shop.stock_up(1)
        await asyncio.to_thread(crowd.expect, PATIENCE)
        await shop.event()
        if "missing" not in await asyncio.to_thread(crowd.arrived):
            return
    raise AssertionError("some subscribers never went live")


async def measure(shop: Shop, crowd: Crowd, pid: int, *, empty: int, events: int) -> Result:
    """So many events to a crowd that has been let in; `empty` is the server's memory without it."""
    await settled(shop, crowd)
    await shop.stock_up(WARM_UP + events)
    for _ in range(WARM_UP):
        await delivered(shop, crowd)
    meter = Meter(pid)
    times = [await delivered(shop, crowd) for _ in range(events)]
    cpu = meter.seconds() * 1e6 / (events * crowd.size)
    memory = (memory_of(pid) - empty) / 1024 / crowd.size
    return Result(crowd.size, median(times), max(times), cpu, memory)


async def grow(shop: Shop, crowd: Crowd, pid: int, sizes: list[int], events: int) -> list[Result]:
    """The same crowd, larger and larger."""
    await asyncio.to_thread(crowd.open, 1)
    await settled(shop, crowd)
    empty = memory_of(pid)
    results: list[Result] = []
    for size in sizes:
        await asyncio.to_thread(crowd.open, size - crowd.size)
        results.append(await measure(shop, crowd, pid, empty=empty, events=events))
        typer.echo(f"  {results[-1]}", err=True)
    return results


async def light(server: Server, order: str, until: Callable[[], bool]) -> list[float]:
    """Milliseconds of small queries, one after the other on one connection."""
    headers = {"authorization": f"Bearer {server.token(OWNER)}"}
    times: list[float] = []
    async with httpx.AsyncClient(base_url=server.address, headers=headers) as http:
        while not until():
            began = monotonic()
            answer = await http.post("/graphql", json={"query": LIGHT, "variables": {"id": order}})
            times.append((monotonic() - began) * 1000)
            assert answer.json()["data"]["order"], answer.text
    return times[1:]  # the first one opens the connection and reads the document


@dataclass(frozen=True, slots=True)
class Held:
    """An idle crowd: milliseconds of small queries while nothing happens, and while events arrive; of events; KiB."""

    clients: int
    quiet: list[float]
    busy: list[float]
    delivered_in: list[float]
    memory: float

    def rows(self) -> list[str]:
        return [
            "| | median | worst |",
            "| --- | --- | --- |",
            f"| a light query, nothing happens | {median(self.quiet):.1f} ms | {max(self.quiet):.1f} ms |",
            f"| a light query, events go out to all | {median(self.busy):.1f} ms | {max(self.busy):.1f} ms |",
            f"| an event, at the last of them | {median(self.delivered_in):.0f} ms | {max(self.delivered_in):.0f} ms |",
        ]


async def hold(server: Server, shop: Shop, crowd: Crowd, size: int) -> Held:
    """Let the crowd grow to `size`, and ask small queries beside it."""
    pid = server.process.pid
    before, there = memory_of(pid), crowd.size
    await asyncio.to_thread(crowd.open, size - there)
    await settled(shop, crowd)
    memory = (memory_of(pid) - before) / 1024 / (size - there)
    await shop.stock_up(EVENTS_HELD + 1)
    until = monotonic() + SECONDS_QUIET
    quiet = await light(server, shop.order, lambda: monotonic() > until)
    delivered_in: list[float] = []
    asking = asyncio.create_task(light(server, shop.order, lambda: len(delivered_in) == EVENTS_HELD))
    for _ in range(EVENTS_HELD):
        delivered_in.append(await delivered(shop, crowd))
    return Held(size, quiet, await asking, delivered_in, memory)


@asynccontextmanager
async def shop_open(directory: Path) -> AsyncIterator[tuple[Server, str]]:
    """Our server on a database of its own."""
    cluster = Cluster(directory / "postgres")
    cluster.enter()
    try:
        cluster.create_database("fanout")
        url = cluster.url("fanout")
        async with serving(url, directory, WORKER="off", **ROOMY) as server:
            yield server, url
    finally:
        cluster.leave()


@asynccontextmanager
async def stock_open(url: str) -> AsyncIterator[tuple[int, int]]:
    """Strawberry's own server on the same database: its process id and its port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.stock", url), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process.pid, port_of(await address_of(process))
    finally:
        process.kill()
        await process.wait()


@contextmanager
def crowded(port: int, token: str) -> Iterator[Crowd]:
    """A crowd at a server's door, sent home at the end."""
    crowd = Crowd(port, token, QUERY)
    try:
        yield crowd
    finally:
        crowd.close()


def port_of(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


async def run(sizes: list[int], held: int, events: int) -> tuple[list[Result], list[Result], Held]:
    """Ours, Strawberry's own, and the idle crowd."""
    with tempfile.TemporaryDirectory(prefix="retour-fanout-") as directory:
        async with shop_open(Path(directory)) as (server, url):
            shop, token = Shop(server), server.token(OWNER)
            with crowded(port_of(server.address), token) as crowd:
                ours = await grow(shop, crowd, server.process.pid, sizes, events)
                idle = await hold(server, shop, crowd, held)
            async with stock_open(url) as (pid, port):
                with crowded(port, token) as crowd:
                    theirs = await grow(shop, crowd, pid, sizes, max(events // 3, 3))
    return ours, theirs, idle


def table(ours: list[Result], theirs: list[Result], idle: Held) -> list[str]:
    """The page's tables."""
    head = "| server | clients | last client, median | worst | CPU a message | memory a client |"
    return [
        head,
        "| --- " * 6 + "|",
        *(result.row("Retour") for result in ours),
        *(result.row("Strawberry's own") for result in theirs),
        "",
        "CPU a message, Strawberry's own over ours: "
        + ", ".join(f"{b.cpu / a.cpu:.0f}× at {a.clients:,}" for a, b in zip(ours, theirs, strict=True)),
        "",
        f"{idle.clients:,} idle subscribers, {idle.memory:.1f} KiB each:",
        "",
        *idle.rows(),
    ]


def missed(ours: list[Result], theirs: list[Result], idle: Held) -> list[str]:
    """The bars that were not reached."""
    bars = [
        (max(one.cpu for one in ours), CPU_BAR, "µs of CPU a message"),
        (ours[-1].median, LAST_BAR, "ms to the last"),
        (max(idle.memory, *(one.memory for one in ours)), MEMORY_BAR, "KiB a client"),
        (-min(b.cpu / a.cpu for a, b in zip(ours, theirs, strict=True)), -RATIO_BAR, "times Strawberry's own"),
        (max(*idle.quiet, *idle.busy), LIGHT_BAR, "ms a light query"),
    ]
    return [f"missed: {abs(value):.1f} {name}, the bar is {abs(bar):.0f}" for value, bar, name in bars if value > bar]


def main(
    sizes: Annotated[str, typer.Option(help="Crowds to measure, smallest first.")] = "1000,5000",
    held: Annotated[int, typer.Option(help="Idle subscribers to hold.")] = 10_000,
    events: Annotated[int, typer.Option(help="Events to each crowd; a third as many to Strawberry's own.")] = 15,
) -> None:
    """Measure, print the tables, and fail if a bar is missed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < held + FILES_BESIDE:
        raise typer.BadParameter(f"A process may have {hard} files open here: too few for {held} subscribers.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, held + FILES_BESIDE), hard))  # children inherit it
    results = asyncio.run(run([int(size) for size in sizes.split(",")], held, events))
    typer.echo("\n".join(table(*results)))
    if failures := missed(*results):
        typer.echo("\n".join(["", *failures]))
        raise typer.Exit(1)


if __name__ == "__main__":
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    cli.command()(main)
    cli()
