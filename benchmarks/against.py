"""What a change costs or saves: this program and another checkout of it in turns, on one PostgreSQL, in one run.

Both run with the packages of this one.

git worktree add ../before HEAD~3
python -m benchmarks.against ../before --rounds 24 --only order_details,request_return
"""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.markets import markets, say
from benchmarks.measure import Places, meet
from benchmarks.operations import chosen
from benchmarks.report import spread, table
from benchmarks.servers import OTHER, OURS, served


def main(
    other: Annotated[Path, typer.Argument(help="The other checkout.", exists=True, file_okay=False)],
    orders: Annotated[int, typer.Option(help="In the market where they meet.")] = 50_000,
    times: Annotated[int, typer.Option("--rounds", help="Batches of each operation at each.")] = 12,
    only: Annotated[str, typer.Option(help="Operations to measure, with commas between them.")] = "",
    keep: Annotated[Path | None, typer.Option(help="Where to keep the databases for the next run.")] = None,
) -> None:
    """Measure, and print ratios of this program to the other, below 1 where this one takes less."""
    operations, rows = chosen(only), []
    with markets(keep) as market:
        url, places = market.url(orders), Places(orders)
        with served(OURS, url) as this, served(OTHER, url, other.resolve()) as that:
            for operation in operations:
                counts = {OURS: operation.batch, OTHER: operation.batch}
                mine, its = meet((this, that), operation, places, counts, times, market.pid).values()
                cells = [spread(mine.ratios(its, what)) for what in ("server", "database", "rate", "p50")]
                rows.append([operation.title, f"{mine.middle('server'):.2f}", *cells])
                say(" | ".join(rows[-1]))
    print(table(["this / other", "ms", "server's CPU", "database's CPU", "requests a second", "p50 alone"], rows))


if __name__ == "__main__":
    typer.run(main)
