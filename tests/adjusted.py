"""Adjustments that people ask for, as tests make them."""

from typing import Any

from domain.facts import Actor
from tests.market import OWNER, Market, Order

PLAN = """id status refundState transaction total { amount }
  lines { quantity total { amount } shippingShare { amount } }
  adjustments { id kind asked { amount } amount { amount } reason rule bearer byRole
                orderItem { sku } sellerOrder { id } reverses { id kind } }
  refunds { amount { amount } status }"""
_PART = "query P($id: ID!) { order(id: $id) { sellerOrders { id seller { id } } } }"
_PREVIEW = """query P($input: %s!) { %s(input: $input) {
  plans { total { amount } lines { quantity total { amount } shippingShare { amount } }
          adjustments { kind asked { amount } amount { amount } reason bearer byRole
                        orderItem { sku } sellerOrder { id } reverses { kind } }
          tenders { amount { amount } } }
  userErrors { code field message } } }"""
PREVIEWS = {
    "applyCancellation": ("ApplyCancellationInput", "previewCancellation"),
    "confirmRequest": ("ConfirmRequestInput", "previewConfirmation"),
    "refundAllowance": ("RefundAllowanceInput", "previewAllowance"),
}


async def part(market: Market, order: Order, handle: str = "north") -> str:
    """The id of a seller's part of an order."""
    found = (await market.data(OWNER, _PART, id=order.id))["order"]["sellerOrders"]
    return next(str(one["id"]) for one in found if one["seller"]["id"] == order.sellers[handle])


def adjustment(kind: str, amount: str, **more: Any) -> dict[str, Any]:
    """An adjustment with a reason."""
    return {"kind": kind, "amount": amount, "reason": "A scratch.", **more}


async def foreseen(market: Market, actor: Actor, mutation: str, **values: Any) -> dict[str, Any]:
    """What the preview of a mutation says."""
    kind, name = PREVIEWS[mutation]
    return dict((await market.data(actor, _PREVIEW % (kind, name), input=values))[name])


async def decided(market: Market, actor: Actor, mutation: str, **values: Any) -> dict[str, Any]:
    """The one plan that a decision leads to, which its preview has said to the cent."""
    before = await foreseen(market, actor, mutation, **values)
    shows = f"plans {{ {PLAN} }}" if mutation == "applyCancellation" else f"request {{ id }} plan {{ {PLAN} }}"
    payload = await market.do(actor, mutation, shows, **values)
    assert payload["userErrors"] == [], payload
    plan: dict[str, Any] = payload["plans"][0] if mutation == "applyCancellation" else payload["plan"]
    (planned,) = before["plans"]
    for name in ("kind", "amount", "asked", "reason", "bearer", "byRole", "orderItem", "sellerOrder"):
        assert [row[name] for row in planned["adjustments"]] == [row[name] for row in plan["adjustments"]]
    assert planned["total"] == plan["total"]
    return plan


async def allowed(market: Market, order: Order, *adjustments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The plan of an allowance that is not refused."""
    return await decided(market, OWNER, "refundAllowance", orderId=order.id, adjustments=list(adjustments), **more)
