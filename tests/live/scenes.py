"""What happens in the live tests, by the API of a running server, on the terms that it starts with."""

from typing import Any

from services.terms import POLICY_VERSION
from tests.live.process import Server
from tests.market import OWNER, customer

_CREATE = """mutation C($i: CreateOrderInput!) { createOrder(input: $i) { userErrors { message }
  order { id items { id } sellerOrders { seller { id } } packages { id } } } }"""
ASK = """mutation R($i: RequestReturnInput!) { requestReturn(input: $i) { userErrors { message } requests { id } } }"""
_APPLY = """mutation A($i: ApplyCancellationInput!) { applyCancellation(input: $i) {
  userErrors { message } plans { id } } }"""

UPDATES = """subscription U($after: Cursor) { requestUpdates(after: $after) {
  cursor from to action request { id status order { number } } } }"""
PLANS = "subscription P($after: Cursor) { planUpdates(after: $after) { cursor from to plan { id status } } }"


def one_lamp(number: str) -> dict[str, Any]:
    """The input of createOrder: one lamp, paid."""
    lamp = {"sku": "lamp", "name": "Lamp", "quantity": 1, "unitPrice": "10.00"}
    return {
        "number": number,
        "currency": "EUR",
        "placedAt": "2026-03-01T10:00:00Z",
        "customer": {"subject": "ada", "name": "Ada"},
        "sellerOrders": [{"seller": "north", "sellerName": "North", "packages": [{"items": [lamp]}]}],
        "payments": [{"method": "card", "captured": "10.00"}],
    }


async def order(server: Server, number: str) -> dict[str, Any]:
    """A paid order of one lamp."""
    made = await server.data(OWNER, _CREATE, i=one_lamp(number))
    assert made["createOrder"]["userErrors"] == []
    return dict(made["createOrder"]["order"])


def asked(sold: dict[str, Any]) -> dict[str, Any]:
    """The input of ASK: all of an order's one item."""
    item = {"orderItemId": sold["items"][0]["id"], "quantity": 1, "reason": "changed-mind"}
    return {"orderId": sold["id"], "items": [item], "policyVersion": POLICY_VERSION}


async def request(server: Server, sold: dict[str, Any]) -> str:
    """The customer's request to cancel an order; its id."""
    made = await server.data(customer("ada"), ASK, i=asked(sold))
    assert made["requestReturn"]["userErrors"] == []
    return str(made["requestReturn"]["requests"][0]["id"])


async def ask(server: Server, number: str) -> str:
    """A customer's request to cancel a new order; its id."""
    return await request(server, await order(server, number))


async def apply(server: Server, request_id: str) -> str:
    """The owner applies it; the plan's id."""
    given = {"transaction": "CANCEL", "confirm": True, "requestId": request_id}
    made = await server.data(OWNER, _APPLY, i=given)
    assert made["applyCancellation"]["userErrors"] == []
    return str(made["applyCancellation"]["plans"][0]["id"])
