"""`make bench`: our server, the floor and the naive one on one PostgreSQL, in one run.

python -m benchmarks.run                     # 50,000 orders, five rounds, growth to 100,000: some minutes
python -m benchmarks.run --long              # growth to a million orders, too
python -m benchmarks.run --rounds 2 --growth 0 --only order_details
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

import database
from benchmarks import report
from benchmarks.market import fill
from benchmarks.measure import Places, Series, batch, compare, rounds
from benchmarks.operations import OPERATIONS, PAGES_OF_100, Operation
from benchmarks.servers import FLOOR, NAIVE, OURS, Served, served, start_of
from embedded import Cluster

COUNTS = {OURS: 300, FLOOR: 300, NAIVE: 30}
WRITES = {OURS: 120, FLOOR: 120, NAIVE: 20}
SIZES = (10_000, 100_000, 1_000_000)
STARTS = 3


@contextmanager
def markets(kept: Path | None) -> Iterator["Markets"]:
    """Databases on a PostgreSQL of the run's own, which syncs as in production; removed at the end unless `kept`."""
    home = kept or Path(tempfile.mkdtemp(prefix="retour-bench-"))
    cluster = Cluster(home / "postgres")
    cluster.enter()
    try:
        yield Markets(cluster)
    finally:
        cluster.leave()
        if kept is None:
            shutil.rmtree(home)


class Markets:
    """The cluster's databases, one a size; made when first asked for."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._made: set[int] = set()

    @property
    def pid(self) -> int:
        """The postmaster."""
        return int((self._cluster.directory / "postmaster.pid").read_text().splitlines()[0])

    def url(self, orders: int) -> str:
        """The address of a market of so many orders, filled."""
        url = self._cluster.url(f"orders_{orders}")
        if orders not in self._made:
            say(f"Making a market of {orders:,} orders …")
            self._cluster.create_database(f"orders_{orders}")
            asyncio.run(database.migrate(url))
            asyncio.run(fill(url, orders))
            self._made.add(orders)
        return url


def say(text: str) -> None:
    """Progress, beside the results on stdout."""
    print(text, file=sys.stderr, flush=True)


def versus(market: Markets, orders: int, times: int, operations: tuple[Operation, ...]) -> report.Versus:
    """The three servers in turns: operation → server → rounds."""
    url, found = market.url(orders), {}
    with ExitStack() as stack:
        servers = [stack.enter_context(served(name, url)) for name in (FLOOR, OURS, NAIVE)]
        places = Places(orders)
        for operation in operations:
            compare(servers, operation, places)
            series = {server.name: Series() for server in servers}
            turns = rounds(servers, operation, places, WRITES if operation.writes else COUNTS, market.pid)
            for _ in range(times):
                for name, one in next(turns).items():
                    series[name].rounds.append(one)
            found[operation.name] = series
            ratio = median(series[OURS].ratios(series[FLOOR]))
            say(f"{operation.title}: {series[OURS].middle('server'):.2f} ms, {ratio:.2f} of the floor")
    return found


def grow(market: Markets, sizes: tuple[int, ...], times: int) -> report.Growth:
    """Our server alone on markets of several sizes: size → operation → rounds."""
    found: report.Growth = {}
    with ExitStack() as stack:
        servers: dict[int, Served] = {size: stack.enter_context(served(OURS, market.url(size))) for size in sizes}
        places = {size: Places(size) for size in sizes}
        for operation in (*OPERATIONS, *PAGES_OF_100):
            count = 100 if operation.writes else 200
            for _ in range(times):
                for size, server in servers.items():
                    series = found.setdefault(size, {}).setdefault(operation.name, Series())
                    series.rounds.append(batch(server, operation, places[size], count, market.pid))
            say(f"{operation.title}: {', '.join(f'{size:,}' for size in sizes)} orders measured")
    return found


def main(
    orders: Annotated[int, typer.Option(help="In the market where the servers meet.")] = 50_000,
    rounds: Annotated[int, typer.Option(help="Batches of each operation at each server.")] = 5,
    growth: Annotated[int, typer.Option(help="Batches at each size of the growth table; 0 leaves it out.")] = 3,
    long: Annotated[bool, typer.Option("--long", help="Grow to a million orders.")] = False,
    only: Annotated[str, typer.Option(help="Operations to measure, with commas between them.")] = "",
    keep: Annotated[Path | None, typer.Option(help="Where to keep the databases for the next run.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write docs/performance.md and its plot.")] = False,
) -> None:
    """Measure, and print the results as Markdown."""
    chosen = tuple(one for one in OPERATIONS if not only or one.name in only.split(","))
    with markets(keep) as market:
        found = versus(market, orders, rounds, chosen)
        starts = [start_of(market.url(orders), orders) for _ in range(STARTS)]
        grown = grow(market, SIZES if long else SIZES[:2], growth) if growth else {}
    results = report.Results(orders, found, starts, grown)
    print(report.markdown(results))
    if write:
        report.write(results)


if __name__ == "__main__":
    typer.run(main)
