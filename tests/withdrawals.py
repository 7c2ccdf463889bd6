"""Withdrawals from a contract, as tests declare them."""

from typing import Any

from domain.facts import Actor
from tests.market import Market, Order, customer

PREVIEW = """query P($input: PreviewWithdrawalInput!) { previewWithdrawal(input: $input) {
  statement hash receiptTo refundDueAt
  items { orderItem { sku } quantity transaction until late exemption }
  plans { transaction total { amount } adjustments { kind amount { amount } } }
  userErrors { code field message blockers { code } } } }"""
WITHDRAWAL = """id number status statement hash declaredBy declaredAt receiptTo refundDueAt overdueAt version
  seller { handle } items { orderItem { sku } quantity until late exemption }
  requests { id number status basis transaction waitingOn dueAt allowance objection items { quantity orderItem { sku } }
    returnTerms { trigger fees { name } shipByDays } predecessor { id }
    plan { status refundState total { amount } adjustments { kind amount { amount } reason } lines { quantity } }
    returnShipment { id status shipBy dueAt } allowedActions { action enabled blockers { code } } }"""
OUTDATED = "preview { statement hash }"


async def previewed(market: Market, order: Order, actor: Actor | None = None, **more: Any) -> dict[str, Any]:
    """The first step."""
    wanted = {"orderId": order.id, **more}
    return dict((await market.data(actor or customer(order.customer), PREVIEW, input=wanted))["previewWithdrawal"])


async def declared(market: Market, order: Order, actor: Actor | None = None, **more: Any) -> list[dict[str, Any]]:
    """Both steps; the withdrawals."""
    hash = (await previewed(market, order, actor, **more))["hash"]
    payload = await again(market, order, actor, hash=hash, **more)
    assert payload["userErrors"] == [], payload
    return list(payload["withdrawals"])


async def again(market: Market, order: Order, actor: Actor | None = None, **more: Any) -> dict[str, Any]:
    """The second step alone; its payload."""
    shows = f"withdrawals {{ {WITHDRAWAL} }} {OUTDATED} message"
    wanted = {"orderId": order.id, **more}
    return dict(await market.do(actor or customer(order.customer), "declareWithdrawal", shows, **wanted))


async def withdrawal(market: Market, id: str, actor: Actor) -> dict[str, Any] | None:
    """A withdrawal as somebody sees it now."""
    query = f"query W($id: ID!) {{ withdrawal(id: $id) {{ {WITHDRAWAL} }} }}"
    found: dict[str, Any] | None = (await market.data(actor, query, id=id))["withdrawal"]
    return found


def units(order: Order, **quantities: int) -> list[dict[str, Any]]:
    """Items of a statement by sku."""
    return [{"orderItemId": order.items[sku], "quantity": quantity} for sku, quantity in quantities.items()]
