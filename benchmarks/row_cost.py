"""What a row costs as an object: read from JSON, made by Tortoise's constructors, and made for an order book.

python -m benchmarks.row_cost
"""

import asyncio
import timeit
from collections.abc import Callable
from typing import Any

import orjson
from tortoise.context import TortoiseContext

from benchmarks.report import table
from database.client import configuration
from models import CancellationRequest, OrderItem
from models.base import Row
from services.changes import Changes
from services.order_reading import row_of

TIMES = 20_000
MOMENT = "2026-11-30T05:00:00.123456+00:00"
ITEM = {
    "id": "item_1",
    "order_id": "order_1",
    "seller_order_id": "part_1",
    "package_id": "package_1",
    "seller_id": "seller_1",
    "position": 1,
    "sku": "LAMP",
    "name": "Lamp",
    "image_url": None,
    "currency": "EUR",
    "unit_price_minor": 1000,
    "discount_minor": 0,
    "tax_minor": 190,
    "quantity": 1,
    "active": 1,
    "cancel_held": 0,
    "canceled": 0,
    "return_held": 0,
    "returned": 0,
}
REQUEST = {
    "id": "request_1",
    "number": "RQ-1",
    "submission_id": "submission_1",
    "transaction": "CANCEL",
    "status": "WAITING",
    "waiting_on": "OWNER",
    "due_at": MOMENT,
    "opened_by": "CUSTOMER",
    "order_id": "order_1",
    "seller_order_id": "part_1",
    "seller_id": "seller_1",
    "customer_id": "customer_1",
    "accepted_policy_id": None,
    "rejected_by": None,
    "rejection_reason": None,
    "return_started_at": None,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "version": 1,
}


async def main() -> None:
    """Print a table of microseconds a row, the best of five."""
    context = TortoiseContext()
    with context:
        await context.init(configuration("postgres://nobody@localhost/none", 1, None))
        rows = [_row(OrderItem, ITEM), _row(CancellationRequest, REQUEST)]
    print(table(["µs a row", "JSON alone", "for an order book", "Model.construct()", "Model()"], rows))


def _row(model: type[Row], columns: dict[str, Any]) -> list[str]:
    text, changes = orjson.dumps(columns), Changes()
    json = _micros(lambda: orjson.loads(text))
    ours = _micros(lambda: row_of(model, orjson.loads(text), changes)) - json
    constructed, made = _micros(lambda: model.construct(**columns)), _micros(lambda: model(**columns))
    return [model.__name__, f"{json:.1f}", f"{ours:.1f}", f"{constructed:.1f}", f"{made:.1f}"]


def _micros(what: Callable[[], Any]) -> float:
    return min(timeit.repeat(what, number=TIMES, repeat=5)) / TIMES * 1e6


if __name__ == "__main__":
    asyncio.run(main())
