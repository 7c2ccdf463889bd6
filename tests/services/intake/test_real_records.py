"""The two public data sets, whole: the counts that are known of them must come out.

They are read where RETOUR_DATA says, else from `../shared/data`; without them this is skipped.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import asyncpg
import pytest

from benchmarks import simulation
from services.intake.importing.entries import LeftOut, Sold
from services.intake.importing.olist import ORDERS, Olist
from services.intake.importing.retail import Match, Retail
from services.intake.importing.tally import Tally, Totals, checked
from tests.services.intake.files import DATA, ROOT

RETAIL = DATA / "uci_online_retail.csv.gz"
LONGEST = 90
"""Seconds that taking all of Olist in may take on two cores."""

here = pytest.mark.skipif(not (DATA / f"{ORDERS}.csv.gz").exists(), reason="the Olist records are not here")
retail_here = pytest.mark.skipif(not RETAIL.exists(), reason="the Online Retail records are not here")


def counts(tally: Tally) -> dict[str, tuple[int, int, int]]:
    """Packages, lines and orders by how they stand or why they are left out."""

    def flat(count: Totals) -> tuple[int, int, int]:
        return count.packages, count.lines, count.orders

    standing = {status.value: flat(count) for status, count in tally.standing.items()}
    return standing | {reason: flat(count) for reason, count in tally.left_out.items()}


@here
@pytest.mark.timeout(200)
async def test_all_of_olist_is_imported_as_at_the_end_of_its_records(database_url: str) -> None:
    began = time.monotonic()
    process = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "server.py", "import", "olist", str(DATA)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.monotonic() - began
    assert (process.returncode, process.stderr.strip()) == (0, "Importing orders")
    assert "Imported 98,666 orders; already existing: 0." in process.stdout
    assert [line.split() for line in process.stdout.splitlines() if line.startswith("without lines")] == [
        ["without", "lines", "0", "0", "775"]
    ]
    assert took < LONGEST

    connection = await asyncpg.connect(database_url)
    try:
        packages = await connection.fetch(
            "select p.status, count(distinct p.id), count(i.id), count(distinct p.order_id)"
            " from package p join order_item i on i.package_id = p.id group by 1"
        )
        assert {row[0]: tuple(row)[1:] for row in packages} == {
            "DELIVERED": (97_825, 110_204, 96_484),
            "DELIVERY_FAILED": (1_055, 1_127, 1_053),
            "SHIPPED": (122, 127, 122),
            "READY_TO_SHIP": (698, 825, 698),
            "PREPARING": (310, 367, 309),
        }
        orders = dict(await connection.fetch('select status, count(*) from "order" group by 1'))
        assert orders == {"DELIVERED": 96_484, "SHIPPING": 1_175, "WAITING_PACKAGING": 1_007}
        assert await connection.fetchval("select count(*) from event where action = 'IMPORT_ORDER'") == 100_010
        assert await connection.fetchval("select count(*) from seller") == 3_095
        several = "select count(*) from (select 1 from seller_order group by order_id having count(*) > 1) o"
        assert await connection.fetchval(several) == 1_278
        money = await connection.fetchrow(
            'select sum(items_minor), sum(shipping_minor), count(*) filter (where captured_minor = 0) from "order"'
        )
        assert tuple(money) == (1_359_164_370, 225_190_954, 1)
        assert (
            await connection.fetchval("select max(count) from (select count(*) from payment group by order_id) p") == 29
        )
    finally:
        await connection.close()
    await a_draft_is_asked_about_the_returns_of_dissatisfied_customers(database_url)


async def a_draft_is_asked_about_the_returns_of_dissatisfied_customers(url: str) -> None:
    """What the simulation says of real orders is what a statement counts that knows nothing of rules."""
    assert await simulation.return_dissatisfied(url, DATA) == 8_817
    hundred, thousand = await simulation.measure(url, rounds=1)
    assert hundred.found == hundred.by_hand == (100, 30, 15)
    assert thousand.found == thousand.by_hand == (1000, 216, 106)


@here
def test_olist_as_of_the_monday_after_black_friday() -> None:
    tally = Tally()
    parts, lines = Counter[int](), 0
    for entry in checked(Olist(DATA, moment=datetime(2017, 11, 27, 12, tzinfo=UTC))):
        tally.add(entry)
        if isinstance(entry, Sold) and any(
            package.status in ("PREPARING", "READY_TO_SHIP") for part in entry.order.parts for package in part.packages
        ):
            parts[len(entry.order.parts)] += 1
            lines += sum(len(package.items) for part in entry.order.parts for package in part.packages) > 1
    found = counts(tally)
    not_bought = found.pop("not yet bought")
    assert found == {
        "PREPARING": (690, 815, 682),
        "READY_TO_SHIP": (1_496, 1_759, 1_484),
        "SHIPPED": (1_800, 2_049, 1_784),
        "DELIVERED": (33_318, 37_560, 32_933),
        "DELIVERY_FAILED": (386, 415, 386),
        "awaiting payment": (302, 357, 296),
        "abandoned": (461, 544, 460),
        "without lines": (0, 0, 775),
    }
    assert tally.problems == 0
    assert tally.sold.packages + not_bought[0] + 302 + 461 == 100_010
    assert (parts.total(), parts.total() - parts[1], lines) == (2_166, 20, 263)


@retail_here
def test_online_retail_is_accounted_for_to_the_last_line() -> None:
    reader = Retail(RETAIL)
    tally = Tally()
    lines, invoices, most = 0, 0, 0
    for entry in checked(reader):
        tally.add(entry)
        if isinstance(entry, LeftOut):
            lines, invoices = lines + entry.lines, invoices + entry.orders
        elif isinstance(entry, Sold):
            most = max(most, *(item.quantity for item in entry.order.parts[0].packages[0].items))
    assert (tally.problems, lines + tally.sold.lines, invoices + tally.sold.orders) == (0, 541_909, 25_900)
    assert counts(tally)["cancellation"] == (0, 9_288, 3_836)
    assert counts(tally)["bad debt"] == (0, 3, 3)
    assert tally.sold.orders == tally.sold.packages == 18_481
    assert most == 80_995
    matched = {match: reader.notes[f"canceled lines: {match}"] for match in Match}
    assert matched == {
        Match.WHOLE: 2_870,
        Match.PART: 4_554,
        Match.NOTHING: 1_115,
        Match.NOT_GOODS: 584,
        Match.NOBODY: 165,
    }
    assert reader.notes["lines with a negative quantity"] == 1_336
