"""Orders and requests as refused commands find them, and who asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from domain.facts import Actor
from tests.market import OWNER, POLICY, Market, Order, Part, customer, seller
from tests.withdrawals import declared, unverified

IN_TWO = Part("north", {"lamp": (2, "10.00"), "bulb": (1, "3.50")}, apart=("bulb",))


Given = Callable[[Market], Awaitable["Scene"]]


@dataclass(slots=True)
class Scene:
    """What has happened before the ask: an order and, maybe, a request and its plan."""

    order: Order
    request: dict[str, Any]
    other: Order


async def bought(market: Market) -> Scene:
    other = await market.order(Part("south", {"chair": (1, "30.00")}), customer="bob")
    return Scene(await market.order(), {"id": "request_00000000000000000000000000", "version": 1}, other)


async def shipped(market: Market) -> Scene:
    scene = await bought(market)
    await market.move(scene.order, "north", "SHIPPED")
    return scene


async def delivered_long_ago(market: Market) -> Scene:
    scene = await shipped(market)
    await market.move(scene.order, "north", "DELIVERED")
    market.clock.pass_by(days=20)
    return scene


async def withdrawn_from_late(market: Market) -> Scene:
    """The customer has withdrawn from the contract, and the time for that had passed."""
    scene = await delivered_long_ago(market)
    (made,) = await declared(market, scene.order)
    (scene.request,) = made["requests"]
    return scene


async def declared_by_somebody(market: Market) -> Scene:
    """Somebody without an account has withdrawn from the contract."""
    scene = await bought(market)
    scene.request = {"id": await unverified(market, scene.order, days=0)}
    return scene


async def requested(market: Market) -> Scene:
    scene = await bought(market)
    scene.request = await market.request(scene.order, lamp=1)
    return scene


async def applied(market: Market) -> Scene:
    scene = await requested(market)
    await market.apply(scene.request)
    return scene


async def refunded(market: Market) -> Scene:
    scene = await applied(market)
    market.clock.pass_by(seconds=3)
    await market.work()
    return scene


async def return_requested(market: Market) -> Scene:
    scene = await shipped(market)
    scene.request = await market.request(scene.order, lamp=2)
    return scene


async def return_confirmed(market: Market) -> Scene:
    scene = await return_requested(market)
    await market.do(seller(scene.order, "north"), "confirmRequest", requestId=scene.request["id"])
    return scene


async def recalled_too_late(market: Market) -> Scene:
    """A cancellation that the seller is asked about, while its package has been delivered."""
    scene = await applied(market)
    await market.move(scene.order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    await market.move(scene.order, "north", "DELIVERED")
    return scene


async def shipped_meanwhile(market: Market) -> Scene:
    scene = await requested(market)
    await market.move(scene.order, "north", "SHIPPED")
    return scene


async def delivered_meanwhile(market: Market) -> Scene:
    scene = await bought(market)
    scene.request = await market.request(scene.order, lamp=2, bulb=1)
    await market.move(scene.order, "north", "SHIPPED", "DELIVERED")
    return scene


async def converted(market: Market) -> Scene:
    scene = await shipped_meanwhile(market)
    await market.do(customer("ada"), "convertToReturn", requestId=scene.request["id"])
    return scene


async def withdrawn_often(market: Market) -> Scene:
    """The customer has asked for a lamp and withdrawn that as often as may be within a day."""
    scene = await bought(market)
    for _ in range(market.one.commands.terms.most_withdrawals or 0):
        scene.request = await market.request(scene.order, lamp=1)
        await market.do(customer("ada"), "withdrawRequest", requestId=scene.request["id"])
    return scene


async def second_package(market: Market) -> Scene:
    """The seller has shipped the bulb; the lamp's package is still here."""
    scene = await bought(market)
    scene.order = await market.order(IN_TWO)
    await market.move(scene.order, "north", "SHIPPED", package="bulb")
    return scene


async def second_requested(market: Market) -> Scene:
    """The customer asked for the lamp before the seller shipped the bulb."""
    scene = await bought(market)
    scene.order = await market.order(IN_TWO)
    scene.request = await market.request(scene.order, lamp=1)
    await market.move(scene.order, "north", "SHIPPED", package="bulb")
    return scene


async def withdrawn(market: Market) -> Scene:
    scene = await requested(market)
    await market.do(customer("ada"), "withdrawRequest", requestId=scene.request["id"])
    return scene


async def both_requested(market: Market) -> Scene:
    scene = await bought(market)
    scene.request = await market.request(scene.order, lamp=2, bulb=1)
    return scene


async def both_returned(market: Market) -> Scene:
    scene = await shipped(market)
    scene.request = await market.request(scene.order, lamp=2, bulb=1)
    return scene


async def with_the_seller(market: Market) -> Scene:
    scene = await applied(market)
    await market.move(scene.order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    return scene


async def shared(market: Market) -> Scene:
    """An order of two sellers; `other` is one of the second alone."""
    scene = await bought(market)
    parts = (Part("north", {"lamp": (2, "10.00")}), Part("south", {"chair": (1, "30.00")}))
    return Scene(await market.order(*parts), scene.request, scene.other)


async def out_of_stock(market: Market) -> Scene:
    scene = await bought(market)
    payload = await market.do(north(scene), "requestReturn", "requests { id version }", **lacking(scene))
    (scene.request,) = payload["requests"]
    return scene


def ada(_scene: Scene) -> Actor:
    return customer("ada")


def bob(_scene: Scene) -> Actor:
    return customer("bob")


def north(scene: Scene) -> Actor:
    return seller(scene.order, "north")


def south(scene: Scene) -> Actor:
    return seller(scene.other, "south")


def olga(_scene: Scene) -> Actor:
    return OWNER


def wanting(scene: Scene, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A requestReturn of these lines; each is a lamp with a fitting reason unless it says otherwise."""
    item = {"orderItemId": scene.order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    return {
        "orderId": scene.order.id,
        "policyVersion": POLICY,
        "items": [item | line for line in lines or ({},)],
        **more,
    }


def lacking(scene: Scene, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A requestReturn of a seller that has run out of lamps."""
    return wanting(scene, *({"reason": "sold_out"} | line for line in lines or ({},)), policyVersion=None, **more)


def deciding(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"requestId": scene.request["id"], **more}


def stating(scene: Scene, *lines: dict[str, Any]) -> dict[str, Any]:
    return {"orderId": scene.order.id, "hash": "0" * 64, **({"items": list(lines)} if lines else {})}


def applying(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"transaction": "CANCEL", "confirm": True, "requestId": scene.request["id"], **more}


def lamps(scene: Scene, quantity: int, item: str = "lamp") -> dict[str, Any]:
    return {"orderItemId": (scene.order.items | scene.other.items)[item], "quantity": quantity}


def opening(scene: Scene, **more: Any) -> dict[str, Any]:
    """An applyCancellation of a lamp that nobody has asked about."""
    items = {name: value for name, value in wanting(scene).items() if name != "policyVersion"}
    return {"transaction": "CANCEL", "confirm": True, **items, **more}


def moving(scene: Scene, status: str, **more: Any) -> dict[str, Any]:
    return {"packageId": scene.order.packages["north"], "status": status, **more}


def packed(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"packageId": scene.order.packages["north"], **more}


HOME = {"name": "Ada Oak", "lines": ["Elm Street 1"], "city": "Berlin", "country": "DE"}


GONE = {"quantity": 1, "reason": "changed_mind", "amount": "1.00"}


PAID = {"method": "card", "captured": "1.00"}
