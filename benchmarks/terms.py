"""What terms cost: to find an item's rule among many, and in commands that write the same rows with and without them.

The terms of the commands ask of each item all that a rule can ask, match with the last of a thousand rules, and say
that nothing is waited for. A command's own instructions are counted by valgrind; the CPU of server and database is
measured in turns, so that the machine is at the same with terms and without.

python -m benchmarks.terms --rounds 24
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated

import asyncpg
import orjson
import typer

from benchmarks.client import send
from benchmarks.instructions import Counter, warm, window
from benchmarks.market import PREPARING, customer_of, id_of
from benchmarks.markets import markets, say
from benchmarks.measure import CROWD, Places, Series, batch, to_and_fro
from benchmarks.operations import CONFIRM, RETURN, Case, Operation
from benchmarks.report import spread, table
from benchmarks.servers import OURS, Served, served
from domain.facts import Actor
from domain.returns import ReturnTerms
from domain.rulebook import Rulebook
from domain.terms import Matcher, PriceRange, SoldItem, TermsRule
from domain.words import RefundTrigger, ReturnMethod, Role

OFF, ON = "without terms", "a thousand rules"
WINDOWS = 15
"""Of ten requests, with terms and as many without."""
SIZES = (1, 10, 100, 1000)
_AT_ONCE = ReturnTerms(RefundTrigger.ON_CONFIRM, ReturnMethod.KEEP, 14, 3, 7, 21)
_SET = """
insert into terms_version (id, status, number, based_on, effective_at, published_at, published_by, rules, findings,
  specific, created_at, updated_at, version)
values ('terms_1', 'PUBLISHED', 1, 0, '2020-01-01Z', now(), 'bench', $1::jsonb, '[]', true, now(), now(), 1)
"""


def rules(count: int) -> list[TermsRule]:
    """Rules that differ in all they ask for, so that no index over one condition would do; the last asks nothing."""
    some = [
        Matcher(
            sellers=frozenset({id_of("seller", n % 97)}) if n % 3 else None,
            categories=frozenset({f"category {n % 31}"}) if n % 2 else None,
            tags=frozenset({f"tag {n % 11}"}) if n % 5 else None,
            price=PriceRange("EUR", n, n + 400) if n % 7 else None,
            countries=frozenset({"DE", "AT"}),
            markets=frozenset({"north", "south"}),
        )
        for n in range(count - 1)
    ]
    return [TermsRule(f"rule {n}", matcher, _AT_ONCE) for n, matcher in enumerate([*some, Matcher()])]


def match(count: int, rounds: int = 7) -> float:
    """Microseconds for an item, the least of several rounds."""
    rulebook = Rulebook(rules(count))
    items = [
        SoldItem(
            *(id_of("seller", n % 101), "EUR", n % 1500, "north", "DE", f"category {n % 33}"),
            frozenset({f"tag {n % 13}", "new"}),
        )
        for n in range(2000)
    ]
    best = float("inf")
    for _ in range(rounds):
        began = perf_counter()
        for item in items:
            rulebook.terms_of(item)
        best = min(best, (perf_counter() - began) / len(items))
    return best * 1e6


def _cancellations(orders: int, start: int) -> Iterator[Case]:
    for n in range(4 * start + PREPARING, orders + 1, 4):
        item = {"orderItemId": id_of("item", 3 * n - 2), "quantity": 1, "reason": "changed-mind"}
        values = {"orderId": id_of("order", n), "items": [item], "policyVersion": "2026-01"}
        yield Actor(Role.CUSTOMER, customer_of(n)), {"input": {**values, "idempotencyKey": f"cancel-{n}"}}


CANCEL = replace(RETURN, name="request_cancellation", title="requestReturn, to cancel", cases=_cancellations)
COMMANDS = (CANCEL, replace(RETURN, title="requestReturn, to return"), CONFIRM)


async def _set(url: str, terms: str) -> None:
    """Let a thousand rules be in force, or none."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica; delete from terms_version")
        if terms == ON:
            await connection.execute(_SET, orjson.dumps([rule.to_json() for rule in rules(1000)]).decode())
        await connection.execute("analyze terms_version")
    finally:
        await connection.close()


def _counted(url: str, places: Places) -> list[tuple[float, float]]:
    """Thousands of instructions of each command without terms and with them, in one process: the medians of windows."""
    found = []
    with tempfile.TemporaryDirectory(prefix="retour-bench-") as home:
        counter = Counter(Path(home))
        with served(OURS, url, under=counter.under) as server:
            for operation in COMMANDS:
                warm(server, counter, operation, places)
                windows: dict[str, list[float]] = {OFF: [], ON: []}
                for order in islice(to_and_fro((OFF, ON)), WINDOWS):
                    for terms in order:
                        asyncio.run(_set(url, terms))
                        windows[terms].append(window(server, counter, operation, places))
                counter.count(server.pid, on=False)
                found.append((median(windows[OFF]), median(windows[ON])))
                say(f"{operation.title}: {windows}")
    return found


def _measured(
    server: Served, url: str, operation: Operation, places: Places, times: int, database: int
) -> dict[str, Series]:
    """Rounds with terms and without, in turns."""
    found = {OFF: Series(), ON: Series()}
    for order in islice(to_and_fro((OFF, ON)), times):
        for terms in order:
            asyncio.run(_set(url, terms))
            send(server.port, server.requests(operation, places.take(operation, 20)), concurrency=CROWD)
            found[terms].rounds.append(batch(server, operation, places, operation.batch, database))
    return found


def main(
    orders: Annotated[int, typer.Option(help="In the market.")] = 50_000,
    times: Annotated[int, typer.Option("--rounds", help="Batches of each command, with and without.")] = 12,
    keep: Annotated[Path | None, typer.Option(help="Where to keep the databases for the next run.")] = None,
) -> None:
    """Measure, and print both tables."""
    print(table(["rules", "an item"], [[f"{count:,}", f"{match(count):.1f} µs"] for count in SIZES]))
    rows = [[one.title] for one in COMMANDS]
    with markets(keep) as market:
        url, places = market.url(orders), Places(orders)
        if shutil.which("valgrind"):
            for row, (off, on) in zip(rows, _counted(url, places), strict=True):
                row += [f"{off:,.0f}", f"{on:,.0f}", f"{on / off:.3f}"]
        else:
            rows = [[*row, "", "", ""] for row in rows]
        with served(OURS, url) as server:
            for row, operation in zip(rows, COMMANDS, strict=True):
                found = _measured(server, url, operation, places, times, market.pid)
                row += [spread(found[ON].ratios(found[OFF], what)) for what in ("server", "database")]
                row.append(f"{found[ON].whole(found[OFF]):.3f}")
                say(" | ".join(row))
    heads = ["a thousand rules / no terms", "instructions without", "with", "ratio"]
    print(table([*heads, "server's CPU", "database's CPU", "both"], rows))


if __name__ == "__main__":
    typer.run(main)
