"""What a version of the terms would have said of real returns, against a count by hand; and how long that takes.

`python -m benchmarks.simulation [DIR]` takes the Olist records into a database of its own. Each package whose delivery
is known and whose customer gave one star or two becomes a return, asked for on the day of that review. A draft is
asked about the latest, and each count must be that of a statement which knows nothing of rules. Exit code 1 when one
differs. The records are never part of the project.
"""

import asyncio
import csv
import gzip
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import asyncpg
import orjson
from tortoise.connection import get_connection

import database
from benchmarks.report import table
from benchmarks.servers import ROOT
from database.embedded import Cluster
from domain.calendar import Calendar
from domain.law import Basis, Exemption
from domain.returns import ReturnTerms
from domain.rulebook import Rulebook
from domain.terms import Matcher, PriceRange, TermsRule
from domain.words import RefundTrigger, ReturnMethod
from services.simulation import simulate

DATA = Path(os.environ.get("RETOUR_DATA", ROOT.parent / "shared" / "data"))
REVIEWS = "olist_order_reviews_scores"
LATEST = (100, 1000)
ROUNDS = 7
HYGIENE = ("health_beauty", "perfumery", "diapers_and_hygiene")
CHEAP, DEAR = 2_000, 50_000
"""Prices of a unit, in minor units: at most, and at least."""


def terms(days: int, exemption: Exemption | None = None) -> ReturnTerms:
    """Terms that differ by their window."""
    windows = {Basis.VOLUNTARY: days} if exemption is None else {}
    return ReturnTerms(
        *(RefundTrigger.ON_RECEIPT, ReturnMethod.MAIL, 14, 3, 7, 21), windows=windows, exemption=exemption
    )


BEFORE = terms(30)
DRAFT = [
    TermsRule("Hygiene", Matcher(categories=frozenset(HYGIENE)), terms(0, Exemption.HYGIENE)),
    TermsRule("Dear", Matcher(price=PriceRange("BRL", DEAR)), terms(60)),
    TermsRule("Cheap", Matcher(price=PriceRange("BRL", to_minor=CHEAP)), terms(3)),
    TermsRule("All others", Matcher(), BEFORE),
]
_REASON = """
insert into cancellation_reason (id, handle, transaction, labels, needs_note, active, position)
values ('reason_0', 'of-the-benchmark', 'REFUND', '{"en": "One star or two"}', false, false, 99)
"""
_RETURNS = """
insert into cancellation_request (id, submission_id, transaction, status, waiting_on, opened_by, order_id,
  seller_order_id, seller_id, customer_id, return_terms, created_at, updated_at, version)
select 'request_' || right(p.id, 26), 'submission_' || right(p.id, 26), 'REFUND', 'EXPIRED', 'NONE', 'CUSTOMER', o.id,
  s.id, s.seller_id, o.customer_id, $1::jsonb, d.at, d.at, 1
from dissatisfied d join "order" o on o.number = d.number join package p on p.order_id = o.id
  join seller_order s on s.id = p.seller_order_id
where p.delivered_at <= d.at
"""
_LINES = """
insert into request_item (id, request_id, order_item_id, seller_id, position, quantity, reason_id, reason_label_id,
  open)
select 'line_' || right(i.id, 26), q.id, i.id, i.seller_id, i.position, 1, 'reason_0',
  (select label_id from cancellation_reason where id = 'reason_0'), false
from cancellation_request q join package p on 'request_' || right(p.id, 26) = q.id
join order_item i on i.package_id = p.id
"""
BY_HAND = """
select count(*)::int, count(*) filter (where other or closed)::int, count(*) filter (where exempt or closed)::int
from (select bool_or(exempt) as exempt, bool_or(exempt or price >= $3 or price <= $4) as other,
        bool_or(not exempt and at::date > delivered_at::date + case when price >= $3 then 60 when price <= $4 then 3
                                                                    else 30 end) as closed
      from (select q.id, q.created_at at time zone 'UTC' as at, p.delivered_at at time zone 'UTC' as delivered_at,
              i.unit_price_minor as price, coalesce(i.category = any($2), false) as exempt
            from (select * from cancellation_request order by created_at desc, id desc limit $1) q
            join request_item l on l.request_id = q.id join order_item i on i.id = l.order_item_id
            join package p on p.id = i.package_id) line
      group by id) request
"""


class Counts(NamedTuple):
    """Returns that were looked at, those decided otherwise, and those that could not have been requested."""

    looked_at: int
    otherwise: int
    refused: int


class Measured(NamedTuple):
    """What was found of so many returns, by the rules and by hand, and the seconds that the rules took, at best."""

    latest: int
    found: Counts
    by_hand: Counts
    seconds: float


async def return_dissatisfied(url: str, directory: Path) -> int:
    """Make returns of the packages of dissatisfied customers, in a database that has taken the records in."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(_REASON)
            await connection.execute("set local session_replication_role = replica")
            await connection.execute("create temp table dissatisfied (number text primary key, at timestamptz)")
            await connection.copy_records_to_table("dissatisfied", records=list(_dissatisfied(directory).items()))
            await connection.execute(_RETURNS, orjson.dumps(BEFORE.to_json()).decode())
            await connection.execute(_LINES)
        await connection.execute("vacuum analyze cancellation_request, request_item")
        return int(await connection.fetchval("select count(*) from cancellation_request"))
    finally:
        await connection.close()


def _dissatisfied(directory: Path) -> dict[str, datetime]:
    """The day of the first review of an order with one star or two, by its number."""
    found: dict[str, datetime] = {}
    with gzip.open(directory / f"{REVIEWS}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["review_score"] in ("1", "2") and row["review_creation_date"]:
                at = datetime.fromisoformat(row["review_creation_date"]).replace(tzinfo=UTC)
                found[row["order_id"]] = min(at, found.get(row["order_id"], at))
    return found


async def measure(url: str, rounds: int = ROUNDS) -> list[Measured]:
    """Ask the draft about the latest returns, and count them by hand."""
    await database.open(url)
    try:
        db, found = get_connection("default"), []
        for latest in LATEST:
            seconds = []
            for _ in range(rounds):
                began = perf_counter()
                simulation = await simulate(db, Rulebook(DRAFT), latest, Calendar())
                seconds.append(perf_counter() - began)
            refused = sum(each.refused is not None for each in simulation.differences)
            counts = Counts(simulation.looked_at, len(simulation.differences), refused)
            found.append(Measured(latest, counts, await _by_hand(url, latest), min(seconds)))
        return found
    finally:
        await database.close()


async def _by_hand(url: str, latest: int) -> Counts:
    connection = await asyncpg.connect(url)
    try:
        return Counts(*await connection.fetchrow(BY_HAND, latest, HYGIENE, DEAR, CHEAP))
    finally:
        await connection.close()


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not (directory / f"{REVIEWS}.csv.gz").exists():
        raise SystemExit(f"simulation: the Olist records are not in {directory}; name their directory")
    with tempfile.TemporaryDirectory(prefix="retour-") as home:
        cluster = Cluster(Path(home) / "postgres")
        cluster.enter()
        try:
            cluster.create_database("olist")
            url = cluster.url("olist")
            environment = {**os.environ, "DATABASE_URL": url}
            command = [sys.executable, "server.py", "import", "olist", str(directory)]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
            returns = asyncio.run(return_dissatisfied(url, directory))
            found = asyncio.run(measure(url))
        finally:
            cluster.leave()
    print(f"{returns:,} returns of real orders.")
    rows = [[f"{each.latest:,}", *map(str, each.found), f"{each.seconds * 1e3:.1f} ms"] for each in found]
    print(table(["latest", "looked at", "otherwise", "refused", "time"], rows))
    different = [each for each in found if each.found != each.by_hand]
    for each in different:
        print(f"DIFFERENT  of {each.latest}: {each.found} and not {each.by_hand}", file=sys.stderr)
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
