"""`make soak`: a thousand subscribers for a long while, cut at random, one of them asleep, and not an event lost.

Two server processes of ours on an embedded PostgreSQL. Every subscriber's concatenated stream, over all its
connections, must equal the journal's slice; the memory of the servers must not rise. It ends with 1 if not.
"""

import asyncio
import random
import re
import resource
import socket
import tempfile
from array import array
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
import uvloop

from benchmarks.machine import memory_of
from benchmarks.subscriber import Subscriber
from database.embedded import Cluster
from tests.live import scenes
from tests.live.process import ROOMY, Server, serving
from tests.market import OWNER

QUERY = """subscription Feed($after: Cursor) { requestUpdates(after: $after) {
  cursor at action from to request { id number status version order { number } customer { name } } } }"""
EVENTS = """query Slice($after: Cursor) { events(after: $after, first: 100, filter: {subject: REQUEST}) {
  nodes { cursor } } }"""
PAGE = """{ requests(first: 20) { totalCount nodes {
  number status waitingOn customer { name } items { quantity orderItem { name } } plan { total { amount } } } } }"""
EVENTS_OF_AN_ORDER = 4
"""Requested, applied, confirmed, completed."""
SLOPE_BAR = 1.0
"""MiB that a server may grow in ten minutes."""
_CURSOR = re.compile(rb'"cursor":"([^"]+)"')
_PATIENCE = 60.0


@dataclass(slots=True)
class Soak:
    """What all have in common: the servers, chance, the number of each cursor, and how connections ended."""

    servers: Sequence[Server]
    chance: random.Random
    numbers: dict[bytes, int] = field(default_factory=dict)
    codes: "Counter[int | None]" = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    messages: int = 0
    over: bool = False

    def number(self, cursor: bytes) -> int:
        """A small number for a cursor: a million of them have to be kept."""
        return self.numbers.setdefault(cursor, len(self.numbers))


class _Line(Subscriber):
    """One connection of a reader."""

    def __init__(self, reader: "Reader", *subscriptions: dict[str, Any]) -> None:
        super().__init__(reader.token, *subscriptions)
        self._reader = reader
        self.ended = asyncio.get_running_loop().create_future()

    def on_message(self, text: bytes) -> None:
        if text.startswith(b'{"id":"1",'):
            self._reader.take(text)

    def on_end(self, code: int | None) -> None:
        self._reader.soak.codes[code] += 1
        if not self.ended.done():
            self.ended.set_result(code)


class Reader:
    """One subscriber through all its connections, to whichever server: it resumes after its last cursor."""

    copies = 1
    """How often it asks the same on its connection; only the first is looked at."""
    pause = 0.2

    def __init__(self, soak: Soak, start: str) -> None:
        self.soak, self.cursor = soak, start
        self.token = soak.servers[0].token(OWNER)
        self.seen = array("L")
        self.line: _Line | None = None

    def take(self, text: bytes) -> None:
        """Note an item; anything else is a fault."""
        found = _CURSOR.search(text)
        if found is None:
            self.soak.wrong.append(text.decode())
            return
        self.soak.messages += 1
        self.cursor = found[1].decode()
        self.seen.append(self.soak.number(found[1]))

    async def run(self) -> None:
        """Connect again and again, until canceled."""
        while True:
            with suppress(OSError):
                self.line = await self.connect(self.soak.chance.choice(self.soak.servers))
                await self.live(self.line)
            await asyncio.sleep(self.soak.chance.random() * self.pause)

    async def connect(self, server: Server) -> _Line:
        """One more connection."""
        payload = {"query": QUERY, "variables": {"after": self.cursor}}
        host, port = server.address.removeprefix("http://").split(":")
        door = socket.socket()
        self.furnish(door)
        door.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_connect(door, (host, int(port)))
            _, line = await loop.create_connection(lambda: _Line(self, *[payload] * self.copies), sock=door)
        except BaseException:
            door.close()
            raise
        return line

    def furnish(self, door: socket.socket) -> None:
        """Set the options of a socket before it connects."""

    async def live(self, line: _Line) -> None:
        """Until the connection has ended."""
        await line.ended

    def cut(self) -> None:
        """As a lost network would."""
        if self.line is not None:
            self.line.transport.abort()


class Sleeper(Reader):
    """A reader that falls asleep over a connection with much on it, and wakes up after the server has cut it."""

    copies = 100
    asleep = 8.0
    awake = 1.0
    dropped = 0

    def furnish(self, door: socket.socket) -> None:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)  # else the kernel takes in megabytes for it

    async def live(self, line: _Line) -> None:
        await asyncio.wait([line.ended], timeout=self.awake)
        if not self.soak.over and not line.ended.done():
            line.transport.pause_reading()
            await asyncio.sleep(self.asleep)
            line.transport.resume_reading()
            await asyncio.wait([line.ended], timeout=self.awake)
            self.dropped += line.ended.done()
        await line.ended

    def cut(self) -> None:
        """Only the server cuts it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a soak has shown; `slopes` are in MiB per ten minutes, of each server."""

    events: int
    messages: int
    cuts: int
    dropped: int
    codes: dict[int | None, int]
    slopes: list[float]
    memory: list[float]
    wrong: list[str]


async def soak(
    servers: Sequence[Server],
    *,
    clients: int,
    seconds: float,
    rate: float,
    cuts: float,
    pages: float = 0,
    seed: int = 1,
) -> Report:
    """Let `clients` subscribe for so long; a second, `rate` orders, `cuts` lost connections and `pages` queries."""
    await scenes.ask(servers[0], "N-0")
    start = (await slice_of(servers[0], None))[0]
    one = Soak(servers, random.Random(seed))
    sleeper = Sleeper(one, start)
    readers: list[Reader] = [sleeper, *(Reader(one, start) for _ in range(clients - 1))]
    running = [asyncio.create_task(reader.run()) for reader in readers]
    memory: list[list[tuple[float, float]]] = [[] for _ in servers]
    watching = asyncio.create_task(watch(servers, memory))
    until = monotonic() + seconds
    orders, cut, _ = await asyncio.gather(
        sell(servers, until, rate), tear(one, readers, until, cuts), look(servers, until, pages)
    )
    watching.cancel()
    one.over = True
    journal = await whole(servers[0], start, orders * EVENTS_OF_AN_ORDER)
    await reached(readers, journal[-1])
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    for reader in readers:
        reader.cut() if reader is not sleeper else Reader.cut(reader)
    expected = array("L", [one.number(cursor.encode()) for cursor in journal])
    wrong = [*one.wrong, *(differs(place, reader, expected) for place, reader in enumerate(readers))]
    return Report(
        events=len(journal),
        messages=one.messages,
        cuts=cut,
        dropped=sleeper.dropped,
        codes=dict(one.codes),
        slopes=[slope(points) for points in memory],
        memory=[points[-1][1] if points else 0.0 for points in memory],
        wrong=[text for text in wrong if text],
    )


def differs(place: int, reader: Reader, expected: "array[int]") -> str:
    """What is wrong with a stream; nothing if nothing is."""
    if reader.seen == expected:
        return ""
    at = next((n for n, pair in enumerate(zip(reader.seen, expected, strict=False)) if pair[0] != pair[1]), None)
    return f"reader {place} has {len(reader.seen)} of {len(expected)} events, the first other one at {at}"


async def sell(servers: Sequence[Server], until: float, rate: float) -> int:
    """Orders that are requested back and applied, at either server; how many. It begins with the one there is."""
    number = 0
    applied = [asyncio.create_task(apply_first(servers[0]))]
    while monotonic() < until:
        number += 1
        applied.append(asyncio.create_task(give_back(servers[number % len(servers)], f"N-{number}")))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*applied)
    return len(applied)


async def apply_first(server: Server) -> None:
    """Apply the request that was there before the soak."""
    found = await server.data(OWNER, "{ requests(first: 1) { nodes { id } } }")
    await scenes.apply(server, found["requests"]["nodes"][0]["id"])


async def give_back(server: Server, number: str) -> None:
    """One order through all that can happen to its request."""
    await scenes.apply(server, await scenes.ask(server, number))


async def look(servers: Sequence[Server], until: float, rate: float) -> None:
    """Pages of the dashboard, so many a second, at the servers in turns."""
    while rate and monotonic() < until:
        for server in servers:
            await asyncio.gather(server.data(OWNER, PAGE), asyncio.sleep(1 / rate))


async def tear(one: Soak, readers: Sequence[Reader], until: float, cuts: float) -> int:
    """Cut connections at random; how many."""
    done = 0
    while monotonic() < until:
        one.chance.choice(readers).cut()
        done += 1
        await asyncio.sleep(one.chance.expovariate(cuts))
    return done


async def watch(servers: Sequence[Server], memory: list[list[tuple[float, float]]]) -> None:
    """Note (seconds, MiB) of every server, again and again."""
    began = monotonic()
    while True:
        await asyncio.sleep(1)
        for server, points in zip(servers, memory, strict=True):
            points.append((monotonic() - began, memory_of(server.process.pid) / 2**20))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """MiB in ten minutes by least squares; the first third is warming up."""
    points = points[len(points) // 3 :]
    if len(points) < 2:
        return 0.0
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    rise: float = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    return 600 * rise


async def slice_of(server: Server, after: str | None) -> list[str]:
    """The journal's cursors after one, by its query."""
    cursors: list[str] = []
    while True:
        found = (await server.data(OWNER, EVENTS, after=after))["events"]["nodes"]
        if not found:
            return cursors
        cursors += [node["cursor"] for node in found]
        after = cursors[-1]


async def whole(server: Server, start: str, events: int) -> list[str]:
    """The same, once all that was begun has ended; the first event lies before `start`."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            cursors = await slice_of(server, start)
            if len(cursors) >= events - 1:
                return cursors
            await asyncio.sleep(0.2)


async def reached(readers: Sequence[Reader], cursor: str) -> None:
    """Until all have read as far as that, for a while: the comparison names those that have not."""
    until = monotonic() + _PATIENCE
    while monotonic() < until:
        if all(reader.cursor == cursor for reader in readers):
            return
        await asyncio.sleep(0.1)


async def run(minutes: float, clients: int, rate: float, cuts: float, pages: float) -> Report:
    """On two servers of its own."""
    with tempfile.TemporaryDirectory(prefix="retour-soak-") as directory:
        cluster = Cluster(Path(directory, "postgres"))
        cluster.enter()
        try:
            cluster.create_database("soak")
            url = cluster.url("soak")
            async with (
                serving(url, Path(directory), **ROOMY) as one,
                serving(url, Path(directory), **ROOMY) as other,
            ):
                return await soak(
                    [one, other], clients=clients, seconds=minutes * 60, rate=rate, cuts=cuts, pages=pages
                )
        finally:
            cluster.leave()


def main(
    minutes: Annotated[float, typer.Option(help="How long.")] = 20,
    clients: Annotated[int, typer.Option(help="Subscribers, the sleeping one included.")] = 1_000,
    rate: Annotated[float, typer.Option(help="Orders a second; each is three calls and makes four events.")] = 2,
    cuts: Annotated[float, typer.Option(help="Connections cut, a second.")] = 10,
    pages: Annotated[float, typer.Option(help="Pages of the dashboard queried, a second.")] = 0,
) -> None:
    """Soak, tell what came of it, and fail if a stream was wrong or memory rose."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * clients + 1_000)), hard))
    report = uvloop.run(run(minutes, clients, rate, cuts, pages))
    typer.echo(
        f"{report.events:,} events, {report.messages:,} messages to {clients:,} subscribers; {report.cuts:,} cut, "
        f"the sleeper dropped {report.dropped} times; ends by close code {report.codes}"
    )
    for memory, rise in zip(report.memory, report.slopes, strict=True):
        typer.echo(f"server: {memory:.0f} MiB at the end, {rise:+.2f} MiB in ten minutes")
    for text in report.wrong[:20]:
        typer.echo(f"wrong: {text}")
    if report.wrong or not report.dropped or (minutes >= 10 and max(report.slopes) > SLOPE_BAR):
        raise typer.Exit(1)


if __name__ == "__main__":
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    cli.command()(main)
    cli()
