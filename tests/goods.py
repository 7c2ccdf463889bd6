"""Returns whose money waits for the goods, as tests make them."""

from typing import Any

from domain.facts import Actor
from tests.market import OWNER, Market, Order, Part, customer, seller

SHIPMENT = """id number status kind shipBy dueAt version sentAt lossBearer trackingNumber
  lines { orderItem { id sku } expected received missing wrong
          grades { quantity condition disposition reason deduction { amount } } }
  request { id status waitingOn dueAt acceptedUnits: items { acceptedQuantity orderItem { sku } }
            rejection { reason } predecessor { id }
            plan { id status refundState total { amount }
                   lines { quantity total { amount } shippingShare { amount } }
                   adjustments { kind asked { amount } amount { amount } reason rule bearer byRole orderItem { sku } }
                   refunds { amount { amount } status } } }
  allowedActions { action enabled blockers { code } }"""
_SHOWN = f"query S($id: ID!) {{ returnShipment(id: $id) {{ {SHIPMENT} }} }}"
_OF_REQUEST = f"query Q($id: ID!) {{ request(id: $id) {{ id status returnShipment {{ {SHIPMENT} }} }} }}"


async def settings(market: Market, trigger: str | None, seller_id: str | None = None, **terms: Any) -> None:
    """Set the return settings of the marketplace or of a seller; no trigger takes them away."""
    wanted = None if trigger is None else {"trigger": trigger, **terms}
    payload = await market.do(
        OWNER, "setReturnSettings", "returnSettings { version }", sellerId=seller_id, terms=wanted
    )
    assert payload["userErrors"] == [], payload


async def delivered(market: Market, units: int = 2, price: str = "10.00", shipping: str = "4.00") -> Order:
    """An order of lamps that has been delivered."""
    order = await market.order(Part("north", {"lamp": (units, price)}, shipping))
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    return order


async def confirmed(market: Market, order: Order, **units: int) -> dict[str, Any]:
    """A return that its seller has confirmed; its shipment."""
    request = await market.request(order, **units)
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    assert payload["userErrors"] == [], payload
    return await of_request(market, request["id"])


async def of_request(market: Market, request_id: str) -> dict[str, Any]:
    """The return shipment of a request."""
    return dict((await market.data(OWNER, _OF_REQUEST, id=request_id))["request"]["returnShipment"])


async def shown(market: Market, id: str) -> dict[str, Any]:
    """A return shipment as it is now."""
    return dict((await market.data(OWNER, _SHOWN, id=id))["returnShipment"])


async def act(market: Market, actor: Actor, mutation: str, id: str, shows: str = "", **values: Any) -> dict[str, Any]:
    """Do something with a return shipment that is not refused; the shipment, and what else the payload shows."""
    payload = await market.do(actor, mutation, f"returnShipment {{ {SHIPMENT} }} {shows}", returnId=id, **values)
    assert payload["userErrors"] == [], payload
    return {**payload["returnShipment"], **{name: value for name, value in payload.items() if name == "missing"}}


async def sent(market: Market, order: Order, shipment: dict[str, Any], **proof: Any) -> dict[str, Any]:
    """The customer says that the goods were sent."""
    given = proof or {"trackingNumber": "1Z999"}
    return await act(market, customer(order.customer), "sendReturn", shipment["id"], **given)


def grade(order: Order, quantity: int, **changes: Any) -> dict[str, Any]:
    """A grade of lamps: as new unless it says otherwise."""
    found = {"orderItemId": order.items["lamp"], "quantity": quantity}
    return found | {"condition": "AS_NEW", "disposition": "RESTOCK"} | changes


async def ledger(market: Market, order: Order) -> dict[str, int]:
    """The units of the lamps."""
    (row,) = await market.rows(
        "select active, return_held, returned from order_item where id = $1", order.items["lamp"]
    )
    return dict(row)


async def paid_back(market: Market, order: Order) -> int:
    """What has gone back of an order, in minor units."""
    (row,) = await market.rows('select refunded_minor from "order" where id = $1', order.id)
    return int(row["refunded_minor"])
