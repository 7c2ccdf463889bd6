"""A journal that is partly old, and what stands in it and in archives."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from events.journal import Event, Journal
from events.notifier import ProcessNotifier
from events.reader import Reader
from services.webhooks.deliveries import Deliveries
from services.webhooks.outbound import Outbound
from tests.figures import counted
from tests.market import Market

YEAR = timedelta(days=365)


async def fill(market: Market) -> None:
    """Twelve events of 2026-03-02, and three of a year and a day later."""
    for _ in range(12):
        await market.order()
    market.clock.now += YEAR + timedelta(days=1)
    for _ in range(3):
        await market.order()
    await spread(market)


async def spread(market: Market) -> None:
    """Let the webhooks and the figures read the journal to its end."""
    outbound = Outbound(private=True)
    sender = Deliveries(market.clock, ProcessNotifier(), outbound)
    while await sender.spread():
        pass
    await outbound.close()
    await counted(market)


def year_ago(market: Market) -> datetime:
    return market.clock.now - YEAR


async def journal_of(market: Market) -> list[dict[str, Any]]:
    found = await market.rows("select row_to_json(e)::text as line from event e order by e.xid, e.id")
    return [orjson.loads(row["line"]) for row in found]


def kept_in(*files: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


async def positions(market: Market) -> list[Event]:
    reader = Reader(market.url)
    events = await Journal(reader.execute, ProcessNotifier()).read((0, 0), 1000)
    await reader.close()
    return events
