"""Batches of requests, what they cost, and that all servers answer them alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, islice
from statistics import median
from typing import Any, TypeVar

from benchmarks.client import send
from benchmarks.machine import Meter
from benchmarks.operations import Case, Operation
from benchmarks.servers import Served

T = TypeVar("T")
CROWD = 16
"""Requests under way at once where CPU and throughput are measured."""


@dataclass(slots=True)
class Round:
    """One batch at one server: CPU ms a request of server and database, requests a second, latencies in ms."""

    server: float
    database: float
    rate: float
    p50: float = 0.0
    p99: float = 0.0


@dataclass(slots=True)
class Series:
    """The rounds of one operation at one server."""

    rounds: list[Round] = field(default_factory=list)

    def middle(self, name: str) -> float:
        """The median of one number over the rounds."""
        numbers: list[float] = [getattr(one, name) for one in self.rounds]
        return median(numbers)

    def ratios(self, other: "Series", what: str = "server") -> list[float]:
        """One number of this series to that of another, round by round; the server's CPU unless said otherwise."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return [getattr(mine, what) / getattr(its, what) for mine, its in pairs]

    def whole(self, other: "Series") -> float:
        """CPU of the server and the database to that of another series: the median of the rounds' own ratios."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median((mine.server + mine.database) / (its.server + its.database) for mine, its in pairs)


class Places:
    """Which cases come next: a case that writes takes each order once."""

    def __init__(self, orders: int) -> None:
        self.orders = orders
        self._next: dict[str, int] = {}

    def take(self, operation: Operation, count: int) -> list[Case]:
        """The next cases of an operation."""
        start = self._next.get(operation.name, 0)
        self._next[operation.name] = start + count
        cases = operation.take(self.orders, start, count)
        if len(cases) < count:
            raise RuntimeError(f"The market is too small for so many of {operation.name}.")
        return cases


def batch(server: Served, operation: Operation, places: Places, count: int, database: int) -> Round:
    """Send `count` requests sixteen at a time, and a third as many one by one. `database` is the postmaster's pid."""
    requests = server.requests(operation, places.take(operation, count))
    ours, its = Meter(server.pid), Meter(database, family=True)
    crowd = send(server.port, requests, concurrency=CROWD)
    found = Round(ours.seconds() / count * 1e3, its.seconds() / count * 1e3, count / crowd.seconds)
    alone = send(server.port, server.requests(operation, places.take(operation, max(count // 3, 5))), concurrency=1)
    latencies = sorted(alone.latencies)
    found.p50 = median(latencies) * 1e3
    found.p99 = latencies[min(int(len(latencies) * 0.99), len(latencies) - 1)] * 1e3
    return found


def compare(servers: Sequence[Served], operation: Operation, places: Places) -> None:
    """Raise ValueError unless all servers answer alike: reads on the same cases, commands each on its own."""
    cases = places.take(operation, 5)
    answers = {}
    for server in servers:
        if operation.writes:
            cases = places.take(operation, 1)
        answers[server.name] = [_plain(one, operation.writes) for one in server.answers(operation, cases)]
    first = answers[servers[0].name]
    for name, found in answers.items():
        if found != first:
            raise ValueError(f"{name} answers {operation.name} otherwise:\n{found}\n{first}")


_OWN = frozenset({"id", "number", "dueAt", "sku"})
"""Of what a command has made, these are its own."""


def _plain(value: Any, writes: bool) -> Any:
    """An answer without what may differ: how a moment is written, and after a command what only it has."""
    if isinstance(value, dict):
        return {name: "*" if writes and name in _OWN else _plain(one, writes) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, writes) for one in value]
    if isinstance(value, str) and value[4:5] == "-" and value.endswith("+00:00"):
        return datetime.fromisoformat(value)
    return value


def to_and_fro(them: Sequence[T]) -> Iterator[Sequence[T]]:
    """They in turns, for ever: what the machine is at otherwise hits all alike, and nobody always comes last."""
    return cycle((them, them[::-1]))


def meet(
    servers: Sequence[Served], operation: Operation, places: Places, counts: dict[str, int], times: int, database: int
) -> dict[str, Series]:
    """One batch at each server after the other, so many times; all answer alike, or ValueError is raised."""
    compare(servers, operation, places)
    for server in servers:  # nobody is measured cold
        send(server.port, server.requests(operation, places.take(operation, 20)), concurrency=CROWD)
    found = {server.name: Series() for server in servers}
    for order in islice(to_and_fro(servers), times):
        for server in order:
            found[server.name].rounds.append(batch(server, operation, places, counts[server.name], database))
    return found
