"""The floor's answers: what SQL leaves to Python, as somebody writes it who knows exactly what is asked."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import orjson

Row = dict[str, Any]
_PLACES = {"EUR": 2, "USD": 2, "BRL": 2, "JPY": 0}


def money(minor: int, currency: str) -> Row:
    """An amount as it is shown."""
    places = _PLACES[currency]
    digits = str(minor).zfill(places + 1)
    return {"amount": f"{digits[:-places]}.{digits[-places:]}" if places else digits, "currency": currency}


def item_status(row: Row) -> str:
    """What a line's units add up to."""
    if row["cancel_held"]:
        return "CANCEL_REQUESTED"
    if row["return_held"]:
        return "RETURN_REQUESTED"
    if not row["active"]:
        return "RETURNED" if row["returned"] else "CANCELED"
    if row["returned"]:
        return "PARTLY_RETURNED"
    return "PARTLY_CANCELED" if row["canceled"] else "ACTIVE"


def order_details(row: Row) -> Row:
    """One order with everything on it."""
    currency, now = row["currency"], datetime.now(UTC)
    return {
        "id": row["id"],
        "number": row["number"],
        "status": row["status"],
        "placedAt": row["placedAt"],
        "version": row["version"],
        "customer": row["customer"],
        "totals": {
            "items": money(row["items_minor"], currency),
            "shipping": money(row["shipping_minor"], currency),
            "captured": money(row["captured_minor"], currency),
        },
        "payments": [{"method": one["method"], "captured": money(one["minor"], currency)} for one in row["payments"]],
        "packages": row["packages"],
        "items": [_item(one, currency, now) for one in row["items"]],
        "requests": row["requests"],
    }


def _item(row: Row, currency: str, now: datetime) -> Row:
    total = row["unit_price_minor"] * row["quantity"] - row["discount_minor"] + row["tax_minor"]
    return {
        "id": row["id"],
        "sku": row["sku"],
        "name": row["name"],
        "imageUrl": row["imageUrl"],
        "quantity": row["quantity"],
        "active": row["active"],
        "status": item_status(row),
        "unitPrice": money(row["unit_price_minor"], currency),
        "total": money(total, currency),
        "package": row["package"],
        "eligibility": eligibility(row, now),
    }


def eligibility(row: Row, now: datetime) -> Row:
    """Whether a customer may ask for units of a line."""
    until = row["return_until"]
    free = row["active"] > 0 and not row["open"]
    if row["package_status"] in ("SHIPPED", "DELIVERED", "DELIVERY_FAILED"):
        fits = free and (until is None or now <= datetime.fromisoformat(until))
        return {"transaction": "REFUND", "quantity": row["active"] if fits else 0, "until": until}
    unsent = row["package_status"] in ("PREPARING", "READY_TO_SHIP") and row["part_status"] == "WAITING_PACKAGING"
    return {"transaction": "CANCEL", "quantity": row["active"] if free and unsent else 0, "until": None}


def dashboard(rows: list[Row], first: int) -> Row:
    """A page of requests for their seller."""
    more = len(rows) > first
    for row in rows[:first]:
        for line in row["items"]:
            item = line["orderItem"]
            item["unitPrice"] = money(item.pop("unit_price_minor"), item.pop("currency"))
        plan = row["plan"]
        if plan:
            plan["total"] = money(plan.pop("total_minor"), plan.pop("currency"))
        asked = row["transaction"] == "REFUND" or (plan is not None and plan["status"] == "CONFIRMATION_WAITING")
        enabled = row["status"] == "WAITING" and asked
        row["allowedActions"] = [
            {"action": "CONFIRM_REQUEST", "enabled": enabled},
            {"action": "REJECT_REQUEST", "enabled": enabled},
        ]
    return {"nodes": rows[:first], "pageInfo": _page_info("CREATED_AT_DESC", "createdAt", rows[:first], more=more)}


def my_orders(rows: list[Row], first: int) -> Row:
    """A page of a customer's orders."""
    nodes = [
        {
            "id": row["id"],
            "number": row["number"],
            "status": row["status"],
            "placedAt": row["placedAt"],
            "totals": {"captured": money(row["captured_minor"], row["currency"])},
            "packages": row["packages"],
            "items": [
                {"name": i["name"], "imageUrl": i["imageUrl"], "quantity": i["quantity"], "status": item_status(i)}
                for i in row["items"]
            ],
            "requests": row["requests"],
        }
        for row in rows[:first]
    ]
    return {"nodes": nodes, "pageInfo": _page_info("PLACED_AT_DESC", "placedAt", nodes, more=len(rows) > first)}


def _page_info(order: str, column: str, nodes: list[Row], *, more: bool) -> Row:
    last = nodes[-1] if nodes else None
    cursor = urlsafe_b64encode(orjson.dumps([order, last[column], last["id"]])).rstrip(b"=").decode() if last else None
    return {"hasNextPage": more, "endCursor": cursor}
