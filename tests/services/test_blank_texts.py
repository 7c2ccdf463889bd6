"""A text that shows nothing is empty where a text is needed, and is not kept where none is."""

from typing import Any

import pytest

from tests.market import OWNER, POLICY, REQUESTS, Market, Order, customer, seller

BLANKS = ["\u200b", "\u2800", "\u3164", "\u00a0\u2060", "\ufe0f"]


def wanting(order: Order, sku: str, reason: str, note: str) -> dict[str, Any]:
    items = [{"orderItemId": order.items[sku], "quantity": 1, "reason": reason, "note": note}]
    return {"orderId": order.id, "items": items, "policyVersion": POLICY}


@pytest.mark.parametrize("blank", BLANKS)
async def test_a_text_that_shows_nothing_is_refused_where_one_is_needed(market: Market, blank: str) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    before = await market.fingerprint()
    asked = await market.do(customer("ada"), "requestReturn", **wanting(order, "bulb", "other_cancel", blank))
    rejected = await market.do(OWNER, "rejectRequest", requestId=request["id"], reason=blank)
    new = {"sku": blank, "name": blank, "quantity": 1, "unitPrice": "1.00"}
    created = await market.do(
        OWNER,
        "createOrder",
        number=blank,
        currency="EUR",
        placedAt=market.clock().isoformat(),
        customer={"subject": blank, "name": blank},
        sellerOrders=[{"seller": blank, "sellerName": blank, "packages": [{"items": [new]}]}],
        payments=[{"method": blank, "captured": "1.00"}],
    )
    assert [error["code"] for error in asked["userErrors"]] == ["NOTE_REQUIRED"]
    assert [error["code"] for error in rejected["userErrors"]] == ["REJECTION_REASON_REQUIRED"]
    assert len(created["userErrors"]) == 8
    assert await market.fingerprint() == before


async def test_a_note_and_a_tracking_number_that_show_nothing_are_not_kept(market: Market) -> None:
    order = await market.order()
    payload = await market.do(
        customer("ada"), "requestReturn", REQUESTS, **wanting(order, "lamp", "changed_mind", "\u200b")
    )
    assert payload["userErrors"] == []
    payload = await market.do(
        seller(order, "north"),
        "updatePackageStatus",
        "package { trackingNumber }",
        packageId=order.packages["north"],
        status="SHIPPED",
        despiteRequests=True,
        trackingNumber="\u2800",
    )
    assert payload["package"] == {"trackingNumber": None}
    assert await market.rows("select note from request_item") == [{"note": None}]
