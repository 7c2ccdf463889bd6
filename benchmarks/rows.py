"""What a command costs beside the floor that writes the same rows, with return settings and without, in one run.

python -m benchmarks.rows --rounds 12
"""

import asyncio
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from benchmarks.markets import markets, say
from benchmarks.measure import Places, meet
from benchmarks.operations import CONFIRM, RETURN
from benchmarks.report import spread, table
from benchmarks.servers import FLOOR, OURS, served

_TERMS = """
insert into terms_version (id, status, number, based_on, effective_at, published_at, published_by, rules, findings,
  specific, created_at, updated_at, version)
values ('terms_1', 'PUBLISHED', 1, 0, now(), now(), 'bench', '[{"name": "Marketplace", "matcher": {}, "revision": 1,
  "changedAt": null, "outcome": {"trigger": "ON_RECEIPT", "method": "MAIL", "shipByDays": 14, "graceDays": 3,
  "inspectionDays": 5, "transitDays": 30, "address": null,
  "fees": [{"name": "Label", "amountMinor": 100, "currency": "EUR", "bearer": "SELLER"}]}}]', '[]',
  false, now(), now(), 1);
update cancellation_request set return_terms = '{"trigger": "ON_RECEIPT", "method": "MAIL", "shipByDays": 14,
  "graceDays": 3, "inspectionDays": 5, "transitDays": 30, "address": null,
  "fees": [{"name": "Label", "amountMinor": 100, "currency": "EUR", "bearer": "SELLER"}]}'
where status = 'WAITING' and transaction = 'REFUND';
vacuum analyze cancellation_request
"""
"""Settings for every seller, and the terms that waiting returns would have if they had been opened with them."""


async def _set(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in _TERMS.split(";"):
            await connection.execute(statement)
    finally:
        await connection.close()


def main(
    orders: Annotated[int, typer.Option(help="In the market.")] = 50_000,
    times: Annotated[int, typer.Option("--rounds", help="Batches of each command at each server.")] = 12,
    keep: Annotated[Path | None, typer.Option(help="Where to keep the databases for the next run.")] = None,
) -> None:
    """Measure, and print what ours takes to what the floor takes."""
    rows = []
    with markets(keep) as market:
        url, places = market.url(orders), Places(orders)
        for settings in ("without settings", "with settings"):
            if settings == "with settings":
                asyncio.run(_set(url))
            with served(OURS, url) as ours, served(FLOOR, url) as floor:
                for operation in (RETURN, CONFIRM):
                    counts = {OURS: operation.batch, FLOOR: operation.batch}
                    mine, its = meet((ours, floor), operation, places, counts, times, market.pid).values()
                    cells = [spread(mine.ratios(its, what)) for what in ("server", "database")]
                    rows.append([f"{operation.title}, {settings}", *cells, f"{mine.whole(its):.2f}"])
                    say(" | ".join(rows[-1]))
    print(table(["ours / floor", "server's CPU", "database's CPU", "both"], rows))


if __name__ == "__main__":
    typer.run(main)
