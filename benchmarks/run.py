"""`make bench`: our server, the floor and the naive one on one PostgreSQL, in one run.

python -m benchmarks.run                     # 50,000 orders, five rounds, growth to 100,000: some minutes
python -m benchmarks.run --long              # growth to a million orders, too
python -m benchmarks.run --rounds 2 --growth 0 --only order_details
"""

import asyncio
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from benchmarks import report
from benchmarks.markets import Markets, markets, say
from benchmarks.measure import Places, Series, batch, meet, to_and_fro
from benchmarks.operations import OPERATIONS, PAGES_OF_100, Operation, chosen
from benchmarks.plans import explained
from benchmarks.servers import FLOOR, NAIVE, OURS, Served, served, start_of

SIZES = (10_000, 100_000, 1_000_000)
STARTS = 3


def versus(market: Markets, orders: int, times: int, operations: tuple[Operation, ...]) -> report.Versus:
    """The three servers in turns: operation → server → rounds."""
    url, found = market.url(orders), {}
    with ExitStack() as stack:
        servers = [stack.enter_context(served(name, url)) for name in (FLOOR, OURS, NAIVE)]
        places = Places(orders)
        for operation in operations:
            counts = {FLOOR: operation.batch, OURS: operation.batch, NAIVE: operation.batch // 10}
            series = found[operation.name] = meet(servers, operation, places, counts, times, market.pid)
            ratio = median(series[OURS].ratios(series[FLOOR]))
            say(f"{operation.title}: {series[OURS].middle('server'):.2f} ms, {ratio:.2f} of the floor")
    return found


def grow(market: Markets, sizes: tuple[int, ...], times: int) -> report.Growth:
    """Our server alone on markets of several sizes: size → operation → rounds."""
    found: report.Growth = {}
    with ExitStack() as stack:
        servers: dict[int, Served] = {size: stack.enter_context(served(OURS, market.url(size))) for size in sizes}
        places = {size: Places(size) for size in sizes}
        for one in OPERATIONS:
            alike = (one, PAGES_OF_100[one]) if one in PAGES_OF_100 else (one,)
            count = 100 if one.writes else 200
            for order in islice(to_and_fro(list(servers.items())), times):
                for size, server in order:
                    for operation in alike:
                        series = found.setdefault(size, {}).setdefault(operation.name, Series())
                        series.rounds.append(batch(server, operation, places[size], count, market.pid))
            say(f"{one.title}: {', '.join(f'{size:,}' for size in sizes)} orders measured")
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
    operations = chosen(only)
    with markets(keep) as market:
        found = versus(market, orders, rounds, operations)
        starts = [start_of(market.url(orders), orders) for _ in range(STARTS)]
        sizes = SIZES if long else SIZES[:2]
        grown = grow(market, sizes, growth) if growth else {}
        plans = asyncio.run(explained(market.url(sizes[-1]), sizes[-1])) if growth else None
    results = report.Results(orders, found, starts, grown, plans)
    print(report.markdown(results))
    if write:
        report.write(results)


if __name__ == "__main__":
    typer.run(main)
