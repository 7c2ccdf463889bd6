"""Withdrawals from a contract, as tests declare them."""

from datetime import timedelta
from typing import Any

from domain.facts import Actor
from domain.withdrawal import UNVERIFIED_DAYS, TypedStatement
from models import OrderAccess
from models.ids import new_id
from services.acts.verification import Declared, expire_withdrawal, record
from tests import goods, terms
from tests.market import OWNER, Market, Order, customer, seller

WITH_FEE: dict[str, Any] = {
    "name": "All",
    "terms": {"trigger": "ON_INSPECTION", "fees": [{"name": "restocking", "percent": 1000, "bearer": "SELLER"}]},
}
CUSTOM_MADE: dict[str, Any] = {
    "name": "Made to measure",
    "matcher": {"bases": ["STATUTORY"]},
    "terms": {"trigger": "ON_RECEIPT", "exemption": "CUSTOM_MADE"},
}

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


async def objected(market: Market, actor: Actor, made: dict[str, Any]) -> None:
    """Somebody objects to the one request of a withdrawal."""
    (request,) = made["requests"]
    payload = await market.do(actor, "objectToWithdrawal", requestId=request["id"], ground="NOT_BUYER")
    assert payload["userErrors"] == [], payload


async def withdrawals_go_every_way(market: Market) -> None:
    """Statements of every kind on requests in every status, objections to them, and money that is late."""
    await terms.published(market, WITH_FEE)
    for actor in (None, OWNER):
        await declared(market, await market.order(), actor)
        await declared(market, await goods.delivered(market), actor)
    unsent = await market.order()
    await market.request(unsent, lamp=2)
    await declared(market, unsent, items=units(unsent, lamp=1))
    sent = await goods.delivered(market)
    await market.request(sent, lamp=2)
    await declared(market, sent, items=units(sent, lamp=1))
    held = await goods.delivered(market)
    await goods.confirmed(market, held, lamp=1)
    await declared(market, held, items=units(held, lamp=1))
    parted = await goods.delivered(market)
    await goods.confirmed(market, parted, lamp=2)
    await declared(market, parted, items=units(parted, lamp=1))
    await a_fee_was_kept(market)
    for by_owner in (False, True):
        order = await goods.delivered(market)
        actor = OWNER if by_owner else seller(order, "north")
        (made,) = await declared(market, order)
        await objected(market, actor, made)
        order = await goods.delivered(market)
        market.clock.pass_by(days=20)
        (made,) = await declared(market, order)
        await objected(market, actor, made)
    await terms.published(market, CUSTOM_MADE)
    for by_owner in (False, True):
        order = await market.order()
        (made,) = await declared(market, order)
        await objected(market, OWNER if by_owner else seller(order, "north"), made)
    await strangers_declare(market)
    await money_is_late(market)


async def strangers_declare(market: Market) -> None:
    """What was declared without an account is verified, rejected and expires."""
    decisions = [
        (actor, name) for actor in (customer("ada"), OWNER) for name in ("verifyWithdrawal", "rejectWithdrawal")
    ]
    for actor, mutation in (*decisions, (OWNER, None)):
        order = await market.order()
        id = await unverified(market, order)
        if mutation is None:
            await market.worker.commands.work_on_due(_AS_DUE, [id], lambda at, due: expire_withdrawal(at, due.id))
            mutation = "verifyWithdrawal"
        note = {"note": "It says so."} if mutation == "rejectWithdrawal" else {}
        payload = await market.do(actor, mutation, withdrawalId=id, **note)
        assert payload["userErrors"] == [], payload


async def unverified(
    market: Market, order: Order, address: str = "gast@example.org", days: int = UNVERIFIED_DAYS
) -> str:
    """What somebody has declared about an order, some days ago; the id of the withdrawal."""
    at = market.clock() - timedelta(days=days)
    access = OrderAccess(id=new_id("access"), number=order.number, email=address, caller="", requested_at=at)
    await access.save()
    stated = Declared(access.id, TypedStatement(order.number, "Gast", address, "en"), at, own=False)
    sql = 'select $1::text as id, id as order_id from "order" where id = $2 for no key update'
    await market.worker.commands.work_on_due(sql, [access.id, order.id], lambda at, _: record(at, stated))
    (row,) = await market.rows("select id from withdrawal where order_id = $1 and receipt_to = $2", order.id, address)
    return str(row["id"])


_AS_DUE = "select id, order_id from withdrawal where id = $1"


async def a_fee_was_kept(market: Market) -> None:
    order = await goods.delivered(market)
    shipment = await goods.confirmed(market, order, lamp=1)
    await goods.act(market, OWNER, "receiveReturn", shipment["id"])
    await goods.act(market, OWNER, "inspectReturn", shipment["id"], grades=[goods.grade(order, 1)])
    await market.work()
    await declared(market, order)


async def money_is_late(market: Market) -> None:
    """What an exempt order asks for waits for the owner for longer than the money may take."""
    order = await market.order()
    await declared(market, order)
    await market.rows("update withdrawal set refund_due_at = now() - interval '1 day' where status = 'DECLARED'")
    for table, moment in (("cancellation_request", "created_at"), ("event", "at")):
        await market.rows(f"update {table} set {moment} = now() - interval '3 days' where order_id = $1", order.id)
    market.clock.now = (await market.rows("select now() as now"))[0]["now"]
    await market.work()
