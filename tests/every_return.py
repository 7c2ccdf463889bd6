"""Scenes in which the goods of returns go every way that the tables know, with everybody who may take them there."""

from typing import Any

from domain.facts import Actor
from tests import goods
from tests.market import OWNER, Market, Order, customer, seller


async def goods_go_every_way(market: Market) -> None:
    """The seller and the owner take each edge of theirs; then time passes."""
    for by_owner in (False, True):
        order = await goods.delivered(market, units=40, price="10.00")
        actor = OWNER if by_owner else seller(order, "north")
        await _money_waits(market, order, actor)
        await _money_has_gone(market, order, actor)
        withdrawn = await _confirmed(market, order, "ON_RECEIPT")
        who = OWNER if by_owner else customer(order.customer)
        payload = await market.do(who, "withdrawRequest", requestId=withdrawn["request"]["id"])
        assert payload["userErrors"] == [], payload
    await _goods_come_back_by_themselves(market)
    await _time_passes(market)
    await goods.settings(market, None)
    await market.work()


async def _money_waits(market: Market, order: Order, actor: Actor) -> None:
    async def does(mutation: str, shipment: dict[str, Any], **values: Any) -> dict[str, Any]:
        return await goods.act(market, actor, mutation, shipment["id"], **values)

    proof, lamp = {"trackingNumber": "1Z"}, order.items["lamp"]
    arrived = await _confirmed(market, order, "ON_INSPECTION", 2)
    await does("receiveReturn", arrived, items=[{"orderItemId": lamp, "received": 1}])  # the other one goes on
    await does("inspectReturn", arrived, grades=[goods.grade(order, 1)])
    await does("receiveReturn", await does("sendReturn", await _confirmed(market, order, "ON_RECEIPT"), **proof))
    await does("receiveReturn", await _lost(market, order))
    for shipment in (await _confirmed(market, order, "ON_RECEIPT"), await _lost(market, order)):
        await does("waiveReturn", shipment)
    sent = await goods.sent(market, order, await _confirmed(market, order, "ON_RECEIPT"))
    await does("waiveReturn", sent)
    await does("waiveReturn", await does("receiveReturn", await _confirmed(market, order, "ON_INSPECTION")))
    await does("sendReturn", await goods.sent(market, order, await _confirmed(market, order, "ON_SHIPMENT")))
    wrong = [{"orderItemId": lamp, "received": 0, "wrong": 1}]
    await does("receiveReturn", await _confirmed(market, order, "ON_RECEIPT"), items=wrong)
    items = [{"orderItemId": lamp, "quantity": 1, "reason": "does_not_fit"}]
    payload = await market.do(actor, "receiveUnannounced", orderId=order.id, items=items)
    assert payload["userErrors"] == [], payload


async def _money_has_gone(market: Market, order: Order, actor: Actor) -> None:
    """What is missing may still arrive, before the inspection and after it."""
    one = [{"orderItemId": order.items["lamp"], "received": 1}]
    shipment = await _confirmed(market, order, "ON_CONFIRM", 3)
    for _ in range(2):
        await goods.act(market, actor, "receiveReturn", shipment["id"], items=one)
    await goods.act(market, actor, "inspectReturn", shipment["id"], grades=[goods.grade(order, 2)])
    await goods.act(market, actor, "receiveReturn", shipment["id"])


async def _goods_come_back_by_themselves(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERY_FAILED")
    await goods.confirmed(market, order, lamp=1)


async def _time_passes(market: Market) -> None:
    """The owner rejects what is lost; other goods are not sent, do not arrive, and are not inspected in time.

    Goods that expire after their money has gone arrive after all.
    """
    order = await goods.delivered(market, units=10)
    lost = await _lost(market, order)
    payload = await market.do(OWNER, "rejectRequest", requestId=lost["request"]["id"], reason="Forged.")
    assert payload["userErrors"] == [], payload
    await _confirmed(market, order, "ON_INSPECTION")
    await goods.sent(market, order, await _confirmed(market, order, "ON_INSPECTION"))
    await goods.act(market, OWNER, "receiveReturn", (await _confirmed(market, order, "ON_INSPECTION"))["id"])
    late = [await _confirmed(market, order, "ON_CONFIRM") for _ in range(2)]
    await market.rows("update return_shipment set due_at = now() - interval '1 day' where due_at is not null")
    market.clock.now = (await market.rows("select now() as now"))[0]["now"]
    await market.work()
    for actor, shipment in zip((OWNER, seller(order, "north")), late, strict=True):
        await goods.act(market, actor, "receiveReturn", shipment["id"])


async def _confirmed(market: Market, order: Order, trigger: str, units: int = 1) -> dict[str, Any]:
    await goods.settings(market, trigger)
    return await goods.confirmed(market, order, lamp=units)


async def _lost(market: Market, order: Order) -> dict[str, Any]:
    shipment = await goods.sent(market, order, await _confirmed(market, order, "ON_RECEIPT"))
    return await goods.act(market, OWNER, "loseReturn", shipment["id"])
