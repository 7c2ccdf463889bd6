"""Versions of the terms, and orders that their rules tell apart, as tests make them."""

from typing import Any

from tests.market import OWNER, POLICY, Market, Order, customer

VERSION = """id status number basedOn inForce effectiveAt note version
  rules { name revision changedAt matcher { markets sellerIds countries categories tags bases
            price { currency from { amount } to { amount } } }
          terms { version rule trigger shipByDays freeLabel exemption responseDays atDeadline windows { basis days } } }
  findings { rule fault by }"""
FROZEN = "returnTerms { version rule trigger shipByDays freeLabel exemption windows { basis days } }"
GERMANY: dict[str, Any] = {
    "name": "Germany",
    "matcher": {"markets": ["de"]},
    "terms": {"trigger": "ON_RECEIPT", "windows": [{"days": 14}], "freeLabel": False},
}
FRANCE: dict[str, Any] = {
    "name": "France",
    "matcher": {"markets": ["fr"]},
    "terms": {"trigger": "ON_RECEIPT", "windows": [{"days": 30}]},
}
HYGIENE: dict[str, Any] = {
    "name": "Hygiene in France",
    "matcher": {"markets": ["fr"], "tags": ["sealed"]},
    "terms": {"trigger": "ON_INSPECTION", "exemption": "HYGIENE"},
}
MARKETS = [HYGIENE, GERMANY, FRANCE]
EVERYTHING: dict[str, Any] = {
    "trigger": "ON_RECEIPT",
    "method": "DROP_OFF",
    "shipByDays": 10,
    "graceDays": 4,
    "inspectionDays": 5,
    "transitDays": 20,
    "fees": [
        {"name": "Handling", "percent": 250, "bearer": "OWNER"},
        {"name": "Cleaning", "amount": "3.50", "currency": "EUR", "bearer": "SELLER"},
    ],
    "address": {
        "name": "Returns",
        "lines": ["Hall 3", "Dock 7"],
        "postalCode": "20457",
        "city": "Hamburg",
        "region": "HH",
        "country": "DE",
    },
    "windows": [{"basis": "STATUTORY", "days": 14}, {"basis": "CONFORMITY", "days": 730}],
    "exemption": "HYGIENE",
    "freeLabel": False,
    "responseDays": 6,
    "atDeadline": "ESCALATE",
    "cancellation": {"responseDays": 2, "atDeadline": "APPROVE"},
    "workingDays": {"country": "DE", "subdivision": "BE", "deadlines": ["SHIP_BY", "RESPONSE", "CANCELLATION"]},
}
"""Terms that say everything that terms can say."""


async def drafted(market: Market, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A draft of these rules."""
    given = {"rules": list(rules)} if rules else {}
    payload = await market.do(OWNER, "draftTerms", f"terms {{ {VERSION} }}", **given, **more)
    assert payload["userErrors"] == [], payload
    return dict(payload["terms"])


async def published(market: Market, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A version of these rules, published at once unless `at` says when."""
    draft = await drafted(market, *rules)
    payload = await market.do(OWNER, "publishTerms", f"terms {{ {VERSION} }}", id=draft["id"], **more)
    assert payload["userErrors"] == [], payload
    return dict(payload["terms"])


async def sold(market: Market, place: str | None, **items: dict[str, Any]) -> Order:
    """An order of one unit of each item, delivered in one package, in a market or in none."""
    lines = [{"sku": sku, "name": sku, "quantity": 1, "unitPrice": "10.00", **more} for sku, more in items.items()]
    part = {"seller": "north", "sellerName": "North", "packages": [{"items": lines}]}
    order = await market.order(sellerOrders=[part], paid=(f"{10 * len(lines)}.00",), market=place)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    return order


def asked(order: Order, *skus: str, **more: Any) -> dict[str, Any]:
    """The input of a return of one unit each."""
    items = [{"orderItemId": order.items[sku], "quantity": 1, "reason": "does_not_fit"} for sku in skus]
    return {"orderId": order.id, "items": items, "policyVersion": POLICY, **more}


async def requested(market: Market, order: Order, *skus: str, **more: Any) -> Any:
    """The payload of a request by the customer, with the terms that were frozen."""
    shows = f"requests {{ id {FROZEN} items {{ orderItem {{ sku }} }} }}"
    return await market.do(customer(order.customer), "requestReturn", shows, **asked(order, *skus, **more))


def codes(payload: Any) -> list[str]:
    """The codes of a payload's refusals."""
    return [blocker["code"] for error in payload["userErrors"] for blocker in error["blockers"]]
