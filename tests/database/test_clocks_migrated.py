"""The migration to whole days: stored windows become longer, never shorter, and undated packages get a beginning."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

import database as db
from domain.calendar import Calendar
from tests.app.operations.test_upgrade import migrate_to
from tests.faults.sizes import LONG

BEFORE = "0013_converted_requests"
ZONES = ("Europe/Berlin", "UTC", "America/Sao_Paulo", "Pacific/Kiritimati")
"""The first shows what the migration does with a zone: it is not UTC, and its clocks change."""
PLACED = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
_ORDER = """
insert into "order" (id, number, status, currency, placed_at, customer_id, items_minor, discount_minor, tax_minor,
  shipping_minor, captured_minor, refunded_minor, version)
values ('order_1', 'N-1', 'SHIPPING', 'EUR', $1, 'customer_1', 0, 0, 0, 0, 0, 0, 1)
"""
_PART = """
insert into seller (id, handle, name) values ('seller_1', 'north', 'North');
insert into seller_order (id, order_id, seller_id, status, placed_at, shipping_minor)
select 'part_1', id, 'seller_1', 'SHIPPING', placed_at, 0 from "order"
"""
_PACKAGE = """
insert into package (id, number, order_id, seller_order_id, seller_id, status, shipped_at, delivered_at, return_until,
  version)
values ($1, $1, 'order_1', 'part_1', 'seller_1', $2, $3, $4, $5, 1)
"""
_REQUEST = """
insert into cancellation_request (id, submission_id, transaction, status, waiting_on, due_at, opened_by, order_id,
  seller_order_id, seller_id, customer_id, created_at, updated_at, version)
values ($1, 's', 'CANCEL', 'WAITING', 'OWNER', $2, 'CUSTOMER', 'order_1', 'part_1', 'seller_1', 'customer_1', $3, $3, 1)
"""


@pytest.mark.parametrize("zone", ZONES if LONG else ZONES[:1])
async def test_windows_that_are_stored_go_on_to_the_end_of_their_last_day(postgres_url: str, zone: str) -> None:
    await migrate_to(postgres_url, BEFORE)
    connection = await asyncpg.connect(postgres_url)
    now = datetime.now(UTC)
    delivered = [now - timedelta(days=days, hours=hours) for days in (0, 13, 14) for hours in (0, 5, 11, 17, 23)]
    closed = now - timedelta(days=17)
    try:
        await connection.execute("set session_replication_role = replica")  # rows alone, without what they belong to
        await connection.execute(_ORDER, PLACED)
        await connection.execute(_PART)
        for n, moment in enumerate([*delivered, closed]):
            await connection.execute(_PACKAGE, f"dated_{n}", "DELIVERED", moment, moment, moment + timedelta(days=14))
        for status in ("SHIPPED", "DELIVERED", "DELIVERY_FAILED", "PREPARING"):
            await connection.execute(_PACKAGE, status, status, None, None, None)
        await connection.execute(_PACKAGE, "sent", "SHIPPED", now, None, None)
        await connection.execute(_REQUEST, "request_1", now, now)
        await connection.execute(_REQUEST, "request_2", None, now)
        await db.migrate(postgres_url, zone=zone)
        found = {row["id"]: row for row in await connection.fetch("select * from package")}
        for n, moment in enumerate(delivered):
            last_moment = Calendar(ZoneInfo(zone)).last_moment(moment, 14)
            assert found[f"dated_{n}"]["return_until"] == max(last_moment, moment + timedelta(days=14))
        assert found[f"dated_{len(delivered)}"]["return_until"] == closed + timedelta(days=14)
        since = {id: row["under_way_since"] for id, row in found.items() if not id.startswith("dated")}
        assert since == {
            "SHIPPED": PLACED,
            "DELIVERED": PLACED,
            "DELIVERY_FAILED": None,
            "PREPARING": None,
            "sent": None,
        }
        assert {row["placed_at"] for row in found.values()} == {PLACED}  # which lists are sorted by since 0040
        due = dict(await connection.fetch("select id, sort_due_at from cancellation_request"))
        assert due == {"request_1": now, "request_2": datetime(9999, 12, 31, tzinfo=UTC)}
        await connection.execute(_REQUEST, "request_3", now, now)  # as a process of the version before writes it
        assert await connection.fetchval("select sort_due_at from cancellation_request where id = 'request_3'") == now
    finally:
        await connection.close()
