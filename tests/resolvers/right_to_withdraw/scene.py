"""Orders to withdraw from, and what is read of the answers."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.market import Market, Order, Part
from tests.withdrawals import withdrawal

_numbers = count(1)
GERMAN_DAYS: dict[str, Any] = {"shipByDays": 10, "workingDays": {"country": "DE", "deadlines": ["SHIP_BY"]}}


async def bought(market: Market, *statuses: str, parts: tuple[Part, ...] = (), **more: Any) -> Order:
    """An order of a new customer, with its packages at the north moved on."""
    name = f"ada{next(_numbers)}"
    order = await market.order(*(parts or (Part("north", {"lamp": (2, "10.00")}, "4.00"),)), customer=name, **more)
    await market.rows("update customer set email = $1 where subject = $2", f"{name}@example.org", name)
    if statuses:
        await market.move(order, "north", *statuses)
    return order


def codes(payload: dict[str, Any]) -> list[str]:
    return [blocker["code"] for error in payload["userErrors"] for blocker in error["blockers"]]


def offered(request: dict[str, Any]) -> set[str]:
    return {offer["action"] for offer in request["allowedActions"] if offer["enabled"]}


async def seen(market: Market, id: str, actor: Any) -> dict[str, Any]:
    found = await withdrawal(market, id, actor)
    assert found is not None
    return found


def last_moment(start: datetime) -> str:
    day = (start + timedelta(days=15)).date()
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(microseconds=1)).isoformat()
