"""What figures of returns must be, written a second time: from the rows as they stand, without the statement."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from app.operations.recount import recount
from domain.figures import HOURS
from services.figures import Counting
from services.worker.reconcile import figures
from services.worker.reconcile.checks import found_by
from tests.market import Market

ZONE = "America/New_York"
"""Far from UTC, so that a day of the one is not a day of the other."""
DEADLINES = {
    "EXPIRE_RETURN": "SEND",
    "LOSE_RETURN": "ARRIVE",
    "INSPECT_RETURN": "INSPECT",
    "REPORT_OVERDUE": "REFUND",
}
_REQUESTS = """
select q.*, p.currency, p.total_minor, p.origin from cancellation_request q
left join cancellation_plan p on p.request_id = q.id
"""
_ITEMS = """
select l.*, i.sku, q.created_at, q.transaction, q.status, q.updated_at from request_item l
join order_item i on i.id = l.order_item_id join cancellation_request q on q.id = l.request_id
"""
_ORDERED = (
    "select s.placed_at, s.seller_id, i.quantity from order_item i join seller_order s on s.id = i.seller_order_id"
)
_EVENTS = """
select e.*, q.transaction, q.allowance, coalesce(q.submitted_at, q.created_at) as asked_at, s.created_at as agreed_at
from event e left join cancellation_request q on q.id = e.request_id left join return_shipment s on s.id = e.subject_id
"""


async def counted(market: Market) -> None:
    """Count what the journal has."""
    while await Counting(ZONE).count():
        pass


async def stored(market: Market) -> Counter[tuple[Any, ...]]:
    """What is counted."""
    rows = await market.rows("select day, seller_id, figure, transaction, key, amount from daily_figure")
    return Counter({tuple(row.values())[:5]: row["amount"] for row in rows})


async def by_hand(market: Market) -> Counter[tuple[Any, ...]]:
    """What should be."""
    found: Counter[tuple[Any, ...]] = Counter()

    def add(at: datetime, seller: str, figure: str, way: str = "", key: str = "", amount: int = 1) -> None:
        if amount:
            found[at.astimezone(ZoneInfo(ZONE)).date(), seller, figure, way, key] += amount

    for row in await market.rows(_ORDERED):
        add(row["placed_at"], row["seller_id"], "ORDERED_UNITS", amount=row["quantity"])
    asked = {row["id"]: row for row in await market.rows(_REQUESTS) if row["origin"] != "INTAKE"}
    for row in asked.values():
        seller, way, at = row["seller_id"], row["transaction"], row["updated_at"]
        if row["predecessor_id"] is None and not row["allowance"]:
            add(row["created_at"], seller, "OPENED", way)
        if row["status"] in ("REJECTED", "WITHDRAWN", "EXPIRED"):
            add(at, seller, row["status"], way)
        if row["status"] == "COMPLETED":
            add(at, seller, "REFUNDED", way, row["currency"], row["total_minor"])
            if not row["allowance"]:
                add(at, seller, "COMPLETED", way)
                add(at, seller, "TIME_TO_REFUND", way, bucket(row["submitted_at"] or row["created_at"], at))
    for row in await market.rows(_ITEMS):
        request = asked.get(row["request_id"])
        if request and request["predecessor_id"] is None:
            add(row["created_at"], row["seller_id"], "REASON", row["transaction"], row["reason_id"], row["quantity"])
            add(row["created_at"], row["seller_id"], "PRODUCT", row["transaction"], row["sku"], row["quantity"])
        if request and row["status"] == "COMPLETED":
            units = row["quantity"] if row["accepted_quantity"] is None else row["accepted_quantity"]
            add(row["updated_at"], row["seller_id"], "UNITS_BACK", row["transaction"], amount=units)
    arrived: set[str] = set()
    for row in await market.rows(f"{_EVENTS} order by e.xid, e.id"):
        at, seller, action = row["at"], row["seller_id"], row["action"]
        steps = (row["subject"], row["from_status"], row["to_status"])
        if steps == ("REQUEST", "WAITING", "APPROVED"):
            add(at, seller, "CONFIRMED", row["transaction"])
        decided = steps[:2] == ("REQUEST", "WAITING") and steps[2] in ("APPROVED", "REJECTED")
        if decided and action != "DECLARE_WITHDRAWAL":
            add(at, seller, "TIME_TO_ANSWER", row["transaction"], bucket(row["asked_at"], at))
        if row["subject"] == "RETURN_SHIPMENT" and steps[2] == "RECEIVED" and row["subject_id"] not in arrived:
            arrived.add(row["subject_id"])
            if steps[1] is not None:
                add(at, seller, "TIME_TO_RECEIVE", row["transaction"], bucket(row["agreed_at"], at))
        by_itself = row["actor_role"] == "SYSTEM" and action not in ("AUTO_CONFIRM", "DECLARE_WITHDRAWAL")
        if by_itself and steps[:2] == ("REQUEST", "WAITING") and steps[2] != "CONVERTED":
            add(at, seller, "BROKEN", row["transaction"], "ANSWER")
        if by_itself and action in DEADLINES:
            add(at, seller, "BROKEN", row["transaction"] or "", DEADLINES[action])
    return found


def bucket(start: datetime, end: datetime) -> str:
    """The bucket of a time."""
    return str(bisect_right([hours * 3600 for hours in HOURS], (end - start).total_seconds()))


async def hold(market: Market, archives: Sequence[Path] = ()) -> Counter[tuple[Any, ...]]:
    """Counted step by step, all at once and by hand, the figures are the same; these."""
    await counted(market)
    step_by_step = await stored(market)
    if not archives:
        hand = await by_hand(market)
        wrong = [(*k, step_by_step[k], hand[k]) for k in {*step_by_step, *hand} if step_by_step[k] != hand[k]]
        assert wrong == [], sorted(wrong)
    found = await differences(market)
    assert found == [], found
    await recount(market.url, archives, ZONE)
    assert await stored(market) == step_by_step
    return step_by_step


async def differences(market: Market) -> list[str]:
    """What `reconcile` says of them."""
    return [one.sentence async for one in found_by(figures.CHECKS, get_connection("default"), market.clock())]
