"""Every ask that cannot be met gets its typed refusal, at its input, and changes nothing at all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from domain.facts import Actor
from tests.market import ERRORS, INPUTS, OWNER, POLICY, Market, Order, Part, customer, seller

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


def selling(_scene: Scene, **more: Any) -> dict[str, Any]:
    lamp = {"sku": "lamp", "name": "Lamp", "quantity": 1, "unitPrice": "1.00"}
    part = {"seller": "north", "sellerName": "North", "packages": [{"items": [lamp | more.pop("item", {})]}]}
    return {
        "number": "X-1",
        "currency": "EUR",
        "placedAt": "2026-03-01T10:00:00Z",
        "customer": {"subject": "ada", "name": "Ada"},
        "sellerOrders": [part | more.pop("part", {})],
        "payments": [{"method": "card", "captured": "1.00"}],
        **more,
    }


def in_part(verb: str, choice: str, more: Callable[[Scene], dict[str, Any]], scene: Scene) -> dict[str, Any]:
    """A decision on a part of a request; `items` are the accepted units, under the name that the mutation has."""
    given = more(scene)
    units = {choice: given.pop("items")} if "items" in given else {}
    return (applying if verb == "apply" else deciding)(scene, **units, **given)


def opening_with(more: dict[str, Any], scene: Scene) -> dict[str, Any]:
    opening = wanting(scene, transaction="CANCEL", confirm=True, **more)
    del opening["policyVersion"]
    return opening


PARTS = [
    ("apply", "accept", both_requested, olga, "applyCancellation"),
    ("confirm", "items", both_returned, north, "confirmRequest"),
]
KEPT = {"rest": "KEEP_WAITING"}
LONG = "x" * 2001
NUL = "a\0b"
FIRST = "input.items.0"

PART_CASES: list[tuple[str, Callable[[Scene], dict[str, Any]], dict[str, list[str]]]] = [
    ("a part and not say why", lambda s: {"items": [lamps(s, 1)]}, {"restReason": ["REST_REASON_REQUIRED"]}),
    (
        "a part and say why in blanks",
        lambda s: {"items": [lamps(s, 2)], "rest": "RELEASE", "restReason": " "},
        {"restReason": ["REST_REASON_REQUIRED"]},
    ),
    ("all and keep the rest", lambda _s: KEPT, {"rest": ["CONTRADICTORY_INPUT"]}),
    (
        "all by name and keep the rest",
        lambda s: {"items": [lamps(s, 2), lamps(s, 1, "bulb")], **KEPT},
        {"rest": ["CONTRADICTORY_INPUT"]},
    ),
    ("all and say why not the rest", lambda _s: {"restReason": "No"}, {"restReason": ["CONTRADICTORY_INPUT"]}),
    ("none of the units", lambda s: {"items": [lamps(s, 0)], **KEPT}, {"*": ["QUANTITY_NOT_POSITIVE"]}),
    ("an empty list", lambda _s: {"items": [], **KEPT}, {"*": ["QUANTITY_NOT_POSITIVE"]}),
    ("more than it holds", lambda s: {"items": [lamps(s, 3)], **KEPT}, {"*.0.quantity": ["UNITS_NOT_HELD"]}),
    (
        "less than nothing",
        lambda s: {"items": [lamps(s, 1), lamps(s, -1, "bulb")], **KEPT},
        {"*.1.quantity": ["QUANTITY_NOT_POSITIVE"]},
    ),
    (
        "an item of another order",
        lambda s: {"items": [lamps(s, 1), lamps(s, 0, "chair")], **KEPT},
        {"*.1.quantity": ["UNITS_NOT_HELD"]},
    ),
    ("an item twice", lambda s: {"items": [lamps(s, 1), lamps(s, 1)], **KEPT}, {"*.1.orderItemId": ["DUPLICATE_ITEM"]}),
    (
        "a part for too many words",
        lambda s: {"items": [lamps(s, 1)], "restReason": LONG},
        {"restReason": ["INVALID_INPUT"]},
    ),
    ("a part for a NUL", lambda s: {"items": [lamps(s, 1)], "restReason": NUL}, {"restReason": ["INVALID_INPUT"]}),
    (
        "a part of a stale version",
        lambda s: {"items": [lamps(s, 1)], "expectedVersion": 9, **KEPT},
        {"expectedVersion": ["STALE_VERSION"]},
    ),
]
"""What can be wrong with a decision on a part; `*` stands for the list of the accepted units."""

CASES: list[tuple[str, Given, Any, str, Callable[[Scene], dict[str, Any]], dict[str, list[str]]]] = [
    # what, given, who, mutation, input, expected: path → codes
    ("cancel after shipping", shipped, ada, "requestReturn", lambda s: wanting(s, transaction="CANCEL"),
     {FIRST: ["PACKAGE_HAS_LEFT"]}),
    ("cancel a second package", second_package, ada, "requestReturn", wanting, {FIRST: ["SELLER_HAS_SHIPPED"]}),
    ("cancel a second package as the owner without an override", second_package, olga, "requestReturn",
     lambda s: {k: v for k, v in wanting(s).items() if k != "policyVersion"}, {FIRST: ["SELLER_HAS_SHIPPED"]}),
    ("apply to a second package", second_requested, olga, "applyCancellation", applying,
     {"input.override": ["SELLER_HAS_SHIPPED"]}),
    ("apply to a second package with the override denied", second_requested, olga, "applyCancellation",
     lambda s: applying(s, override=False, note="It is still here."), {"input.override": ["SELLER_HAS_SHIPPED"]}),
    ("override without a note", second_requested, olga, "applyCancellation", lambda s: applying(s, override=True),
     {"input.note": ["NOTE_REQUIRED"]}),
    ("override with a note of blanks", second_requested, olga, "applyCancellation",
     lambda s: applying(s, override=True, note=" \u200b"), {"input.note": ["NOTE_REQUIRED"]}),
    ("override with a note that is too long", second_requested, olga, "applyCancellation",
     lambda s: applying(s, override=True, note=LONG), {"input.note": ["INVALID_INPUT"]}),
    ("override with a NUL byte", second_requested, olga, "applyCancellation",
     lambda s: applying(s, override=True, note=NUL), {"input.note": ["INVALID_INPUT"]}),
    ("override an item without a note", second_package, olga, "applyCancellation",
     lambda s: opening(s, override=True), {"input.note": ["NOTE_REQUIRED"]}),
    ("apply to an item of a second package", second_package, olga, "applyCancellation", opening,
     {"input.override": ["SELLER_HAS_SHIPPED"]}),
    ("override as a customer", second_requested, ada, "applyCancellation",
     lambda s: applying(s, override=True, note="Please."), {"input": ["ROLE_NOT_ALLOWED"]}),
    ("apply after the delivery", delivered_meanwhile, olga, "applyCancellation", applying,
     {"input": ["PACKAGE_DELIVERED"]}),
    ("apply to a part of a shipped package", shipped_meanwhile, olga, "applyCancellation", applying,
     {"input": ["PACKAGE_NOT_WHOLE"]}),
    ("override a return", shipped, olga, "applyCancellation",
     lambda s: opening(s, transaction="REFUND", override=True, note="Why not."),
     {"input.override": ["CONTRADICTORY_INPUT"]}),
    ("convert what has not left", requested, ada, "convertToReturn", deciding, {"input": ["PACKAGE_HAS_NOT_LEFT"]}),
    ("convert twice", converted, ada, "convertToReturn", deciding, {"input": ["WRONG_STATUS"]}),
    ("convert a return", return_requested, ada, "convertToReturn", deciding,
     {"input.requestId": ["CONTRADICTORY_INPUT"]}),
    ("convert as the seller", shipped_meanwhile, north, "convertToReturn", deciding, {"input": ["ROLE_NOT_ALLOWED"]}),
    ("convert another's request", shipped_meanwhile, bob, "convertToReturn", deciding,
     {"input.requestId": ["NOT_FOUND"]}),
    ("convert a stale version", shipped_meanwhile, olga, "convertToReturn", lambda s: deciding(s, expectedVersion=9),
     {"input.expectedVersion": ["STALE_VERSION"]}),
    ("convert what was withdrawn", withdrawn, ada, "convertToReturn", deciding, {"input": ["WRONG_STATUS"]}),
    ("apply what was converted", converted, olga, "applyCancellation", applying, {"input": ["WRONG_STATUS"]}),
    ("withdraw what was converted", converted, ada, "withdrawRequest", deciding, {"input": ["WRONG_STATUS"]}),
    ("ship in spite of a cancellation", requested, north, "updatePackageStatus", lambda s: moving(s, "SHIPPED"),
     {"input.despiteRequests": ["CANCELLATION_WAITING"]}),
    ("ship in spite of a cancellation that is applied", applied, north, "updatePackageStatus",
     lambda s: moving(s, "SHIPPED", despiteRequests=False), {"input.despiteRequests": ["CANCELLATION_WAITING"]}),
    ("return before shipping", bought, ada, "requestReturn",
     lambda s: wanting(s, {"reason": "does_not_fit"}, transaction="REFUND"), {FIRST: ["PACKAGE_HAS_NOT_LEFT"]}),
    ("return after the window", delivered_long_ago, ada, "requestReturn",
     lambda s: wanting(s, {"reason": "does_not_fit"}), {FIRST: ["RETURN_WINDOW_CLOSED"]}),
    ("the same line twice", bought, ada, "requestReturn", lambda s: wanting(s, {}, {}),
     {"input.items.1.orderItemId": ["DUPLICATE_ITEM"]}),
    ("units that a request holds", requested, ada, "requestReturn", wanting, {FIRST: ["REQUEST_OPEN"]}),
    ("units that were withdrawn too often", withdrawn_often, ada, "requestReturn", wanting,
     {FIRST: ["WITHDRAWN_TOO_OFTEN"]}),
    ("units that are canceled", refunded, ada, "requestReturn", lambda s: wanting(s, {"quantity": 2}),
     {f"{FIRST}.quantity": ["TOO_MANY_UNITS"]}),
    ("more units than bought", bought, ada, "requestReturn", lambda s: wanting(s, {"quantity": 3}),
     {f"{FIRST}.quantity": ["TOO_MANY_UNITS"]}),
    ("zero units", bought, ada, "requestReturn", lambda s: wanting(s, {"quantity": 0}),
     {f"{FIRST}.quantity": ["QUANTITY_NOT_POSITIVE"]}),
    ("negative units", bought, ada, "requestReturn", lambda s: wanting(s, {"quantity": -1}),
     {f"{FIRST}.quantity": ["QUANTITY_NOT_POSITIVE"]}),
    ("no items", bought, ada, "requestReturn", lambda s: wanting(s) | {"items": []},
     {"input.items": ["INVALID_INPUT"]}),
    ("an unknown reason", bought, ada, "requestReturn", lambda s: wanting(s, {"reason": "whim"}),
     {f"{FIRST}.reason": ["REASON_UNKNOWN"]}),
    ("an inactive reason", bought, ada, "requestReturn", lambda s: wanting(s, {"reason": "retired"}),
     {f"{FIRST}.reason": ["REASON_INACTIVE"]}),
    ("a return's reason for a cancellation", bought, ada, "requestReturn",
     lambda s: wanting(s, {"reason": "does_not_fit"}), {f"{FIRST}.reason": ["REASON_WRONG_TYPE"]}),
    ("a cancellation's reason for a return", shipped, ada, "requestReturn", wanting,
     {f"{FIRST}.reason": ["REASON_WRONG_TYPE"]}),
    ("a note that is missing", bought, ada, "requestReturn", lambda s: wanting(s, {"reason": "other_cancel"}),
     {f"{FIRST}.note": ["NOTE_REQUIRED"]}),
    ("a note of blanks", bought, ada, "requestReturn",
     lambda s: wanting(s, {"reason": "other_cancel", "note": "  "}), {f"{FIRST}.note": ["NOTE_REQUIRED"]}),
    ("a policy not accepted", bought, ada, "requestReturn", lambda s: wanting(s, policyVersion=None),
     {"input.policyVersion": ["POLICY_NOT_ACCEPTED"]}),
    ("an outdated policy", bought, ada, "requestReturn", lambda s: wanting(s, policyVersion="2025-01"),
     {"input.policyVersion": ["POLICY_OUTDATED"]}),
    ("several things at once", bought, ada, "requestReturn",
     lambda s: wanting(s, {"quantity": 9, "reason": "whim"}, policyVersion=None),
     {f"{FIRST}.quantity": ["TOO_MANY_UNITS"], f"{FIRST}.reason": ["REASON_UNKNOWN"],
      "input.policyVersion": ["POLICY_NOT_ACCEPTED"]}),
    ("another's order", bought, bob, "requestReturn", wanting, {"input.orderId": ["NOT_FOUND"]}),
    ("an order that is not there", bought, ada, "requestReturn",
     lambda s: wanting(s, orderId="order_00000000000000000000000000"), {"input.orderId": ["NOT_FOUND"]}),
    ("an id of another kind", bought, ada, "requestReturn", lambda s: wanting(s, orderId=s.order.items["lamp"]),
     {"input.orderId": ["NOT_FOUND"]}),
    ("a malformed id", bought, ada, "requestReturn", lambda s: wanting(s, orderId="'; drop table"),
     {"input.orderId": ["NOT_FOUND"]}),
    ("another order's item", bought, ada, "requestReturn",
     lambda s: wanting(s, {"orderItemId": s.other.items["chair"]}), {f"{FIRST}.orderItemId": ["NOT_FOUND"]}),
    ("a seller that asks for a return", shipped, north, "requestReturn",
     lambda s: wanting(s, {"reason": "does_not_fit"}, transaction="REFUND"), {FIRST: ["ROLE_NOT_ALLOWED"]}),
    ("a seller that asks for a return before shipping", bought, north, "requestReturn",
     lambda s: lacking(s, transaction="REFUND"), {FIRST: ["ROLE_NOT_ALLOWED"]}),
    ("a seller that cancels what it has shipped", shipped, north, "requestReturn", lacking,
     {FIRST: ["PACKAGE_HAS_LEFT"]}),
    ("a seller with a customer's reason", bought, north, "requestReturn", wanting,
     {f"{FIRST}.reason": ["REASON_WRONG_AUDIENCE"]}),
    ("a customer with a seller's reason", bought, ada, "requestReturn", lambda s: wanting(s, {"reason": "sold_out"}),
     {f"{FIRST}.reason": ["REASON_WRONG_AUDIENCE"]}),
    ("the owner with a customer's reason", bought, olga, "requestReturn",
     lambda s: wanting(s, {"reason": "customers_only"}), {f"{FIRST}.reason": ["REASON_WRONG_AUDIENCE"]}),
    ("the owner that applies with a customer's reason", bought, olga, "applyCancellation",
     lambda s: {"transaction": "CANCEL", "confirm": True, "orderId": s.order.id,
                "items": wanting(s, {"reason": "customers_only"})["items"]},
     {f"{FIRST}.reason": ["REASON_WRONG_AUDIENCE"]}),
    ("a seller without a reason", bought, north, "requestReturn", lambda s: lacking(s, {"reason": ""}),
     {f"{FIRST}.reason": ["REASON_UNKNOWN"]}),
    ("a seller with more units than bought", bought, north, "requestReturn", lambda s: lacking(s, {"quantity": 3}),
     {f"{FIRST}.quantity": ["TOO_MANY_UNITS"]}),
    ("a seller with no units", bought, north, "requestReturn", lambda s: lacking(s, {"quantity": 0}),
     {f"{FIRST}.quantity": ["QUANTITY_NOT_POSITIVE"]}),
    ("a seller with another seller's item", shared, north, "requestReturn",
     lambda s: lacking(s, {}, {"orderItemId": s.order.items["chair"]}),
     {"input.items.1.orderItemId": ["NOT_FOUND"]}),
    ("a seller with an unknown item", shared, north, "requestReturn",
     lambda s: lacking(s, {}, {"orderItemId": "item_00000000000000000000000000"}),
     {"input.items.1.orderItemId": ["NOT_FOUND"]}),
    ("a seller that has no part in the order", bought, south, "requestReturn", lacking,
     {"input.orderId": ["NOT_FOUND"]}),
    ("a seller that asks for what the customer has asked for", requested, north, "requestReturn", lacking,
     {FIRST: ["REQUEST_OPEN"]}),
    ("a customer that asks for what the seller has canceled", out_of_stock, ada, "requestReturn", wanting,
     {FIRST: ["REQUEST_OPEN"]}),
    ("apply what the seller has begun", out_of_stock, olga, "applyCancellation", applying,
     {"input": ["PLAN_EXISTS"]}),
    ("withdraw what the seller has begun", out_of_stock, ada, "withdrawRequest", deciding,
     {"input": ["REQUEST_OF_OTHER_ROLE"]}),
    ("withdraw a customer's request as the seller", requested, north, "withdrawRequest", deciding,
     {"input": ["REQUEST_OF_OTHER_ROLE"]}),
    ("withdraw a customer's return as the seller", return_requested, north, "withdrawRequest", deciding,
     {"input": ["ROLE_NOT_ALLOWED"]}),
    ("withdraw what another seller has begun", out_of_stock, south, "withdrawRequest", deciding,
     {"input.requestId": ["NOT_FOUND"]}),
    ("a NUL byte", bought, ada, "requestReturn", lambda s: wanting(s, {"note": NUL}),
     {f"{FIRST}.note": ["INVALID_INPUT"]}),
    ("a NUL byte in an id", bought, ada, "requestReturn", lambda s: wanting(s, orderId=NUL),
     {"input.orderId": ["INVALID_INPUT"]}),
    ("a note that is too long", bought, ada, "requestReturn", lambda s: wanting(s, {"note": LONG}),
     {f"{FIRST}.note": ["INVALID_INPUT"]}),
    ("withdraw another's request", requested, bob, "withdrawRequest", deciding, {"input.requestId": ["NOT_FOUND"]}),
    ("withdraw twice", withdrawn, ada, "withdrawRequest", deciding, {"input": ["WRONG_STATUS"]}),
    ("withdraw what is paid", refunded, ada, "withdrawRequest", deciding, {"input": ["WRONG_STATUS"]}),
    ("apply without Yes", requested, olga, "applyCancellation", lambda s: applying(s, confirm=False),
     {"input.confirm": ["CONFIRMATION_REQUIRED"]}),
    ("apply twice", applied, olga, "applyCancellation", applying, {"input": ["PLAN_EXISTS"]}),
    ("apply after withdraw", withdrawn, olga, "applyCancellation", applying, {"input": ["WRONG_STATUS"]}),
    ("apply to a return", return_requested, olga, "applyCancellation", applying,
     {"input.transaction": ["CONTRADICTORY_INPUT"]}),
    ("apply as a customer", requested, ada, "applyCancellation", applying, {"input": ["ROLE_NOT_ALLOWED"]}),
    ("apply as a seller", requested, north, "applyCancellation", applying, {"input": ["ROLE_NOT_ALLOWED"]}),
    ("apply to nothing", bought, olga, "applyCancellation", lambda s: {"transaction": "CANCEL", "confirm": True},
     {"input.requestId": ["CONTRADICTORY_INPUT"]}),
    ("apply to a stale version", requested, olga, "applyCancellation", lambda s: applying(s, expectedVersion=7),
     {"input.expectedVersion": ["STALE_VERSION"]}),
    ("cancel shipped items as the owner", shipped, olga, "applyCancellation",
     opening, {FIRST: ["PACKAGE_HAS_LEFT"]}),
    ("confirm as the customer", return_requested, ada, "confirmRequest", deciding, {"input": ["ROLE_NOT_ALLOWED"]}),
    ("confirm for the seller without a note", return_requested, olga, "confirmRequest", deciding,
     {"input.note": ["NOTE_REQUIRED"]}),
    ("confirm for the seller with a note of blanks", return_requested, olga, "confirmRequest",
     lambda s: deciding(s, note=" \u200b\n"), {"input.note": ["NOTE_REQUIRED"]}),
    ("confirm for the seller with a note that is too long", return_requested, olga, "confirmRequest",
     lambda s: deciding(s, note="n" * 2001), {"input.note": ["INVALID_INPUT"]}),
    ("confirm with a NUL in the note", return_requested, north, "confirmRequest", lambda s: deciding(s, note="a\0"),
     {"input.note": ["INVALID_INPUT"]}),
    ("confirm for the seller more than is held, without a note", return_requested, olga, "confirmRequest",
     lambda s: deciding(s, items=[{"orderItemId": s.order.items["lamp"], "quantity": 3}]),
     {f"{FIRST}.quantity": ["UNITS_NOT_HELD"], "input.note": ["NOTE_REQUIRED"]}),
    ("confirm for the seller a cancellation that nobody applied", requested, olga, "confirmRequest",
     lambda s: deciding(s, note="Silent."), {"input": ["PLAN_NOT_WITH_SELLER"]}),
    ("confirm for the seller a cancellation that is not with the seller", applied, olga, "confirmRequest",
     lambda s: deciding(s, note="Silent."), {"input": ["PLAN_NOT_WITH_SELLER"]}),
    ("confirm for the seller what has been delivered", recalled_too_late, olga, "confirmRequest",
     lambda s: deciding(s, note="Silent."), {"input": ["PACKAGE_DELIVERED"]}),
    ("confirm for the seller what is approved", return_confirmed, olga, "confirmRequest",
     lambda s: deciding(s, note="Silent."), {"input": ["WRONG_STATUS"]}),
    ("confirm as another seller", return_requested, south, "confirmRequest", deciding,
     {"input.requestId": ["NOT_FOUND"]}),
    ("confirm twice", return_confirmed, north, "confirmRequest", deciding, {"input": ["WRONG_STATUS"]}),
    ("confirm a cancellation that is not with the seller", applied, north, "confirmRequest", deciding,
     {"input": ["PLAN_NOT_WITH_SELLER"]}),
    ("confirm more than is held", return_requested, north, "confirmRequest",
     lambda s: deciding(s, items=[{"orderItemId": s.order.items["lamp"], "quantity": 3}]),
     {f"{FIRST}.quantity": ["UNITS_NOT_HELD"]}),
    ("confirm nothing", return_requested, north, "confirmRequest",
     lambda s: deciding(s, items=[{"orderItemId": s.order.items["lamp"], "quantity": 0}]),
     {"input.items": ["QUANTITY_NOT_POSITIVE"]}),
    ("confirm less than nothing", return_requested, north, "confirmRequest",
     lambda s: deciding(s, items=[{"orderItemId": s.order.items["lamp"], "quantity": -1}]),
     {f"{FIRST}.quantity": ["QUANTITY_NOT_POSITIVE"], "input.items": ["QUANTITY_NOT_POSITIVE"]}),
    ("confirm a line twice", return_requested, north, "confirmRequest",
     lambda s: deciding(s, items=[{"orderItemId": s.order.items["lamp"], "quantity": 1}] * 2),
     {"input.items.1.orderItemId": ["DUPLICATE_ITEM"]}),
    ("confirm a stale version", return_requested, north, "confirmRequest", lambda s: deciding(s, expectedVersion=9),
     {"input.expectedVersion": ["STALE_VERSION"]}),
    *((f"{verb} {what}", given, who, mutation, partial(in_part, verb, choice, more),
       {f"input.{path}".replace("*", choice): codes for path, codes in expected.items()})
      for verb, choice, given, who, mutation in PARTS for what, more, expected in PART_CASES),
    ("confirm a part of a cancellation", with_the_seller, north, "confirmRequest",
     lambda s: deciding(s, items=[lamps(s, 1)]), {"input.items": ["CONTRADICTORY_INPUT"]}),
    ("confirm a cancellation and keep the rest", with_the_seller, north, "confirmRequest",
     lambda s: deciding(s, rest="KEEP_WAITING", restReason="Later"),
     {"input.rest": ["CONTRADICTORY_INPUT"], "input.restReason": ["CONTRADICTORY_INPUT"]}),
    *((f"open a cancellation with {name}", bought, olga, "applyCancellation",
       partial(opening_with, {name: value}), {f"input.{name}": ["CONTRADICTORY_INPUT"]})
      for name, value in (("accept", []), ("rest", "RELEASE"), ("restReason", "No"))),
    ("apply a part twice", applied, olga, "applyCancellation", lambda s: applying(s, accept=[lamps(s, 1)]),
     {"input": ["PLAN_EXISTS"]}),
    ("reject without a reason", return_requested, north, "rejectRequest", deciding,
     {"input.reason": ["REJECTION_REASON_REQUIRED"]}),
    ("reject a cancellation that is not with the seller", requested, north, "rejectRequest",
     lambda s: deciding(s, reason="No"), {"input": ["PLAN_NOT_WITH_SELLER"]}),
    ("reject as the customer", return_requested, ada, "rejectRequest", lambda s: deciding(s, reason="No"),
     {"input": ["ROLE_NOT_ALLOWED"]}),
    ("reject what is approved", return_confirmed, olga, "rejectRequest", lambda s: deciding(s, reason="No"),
     {"input": ["MONEY_RELEASED"]}),
    ("deliver what has not left", bought, north, "updatePackageStatus", lambda s: moving(s, "DELIVERED"),
     {"input": ["WRONG_STATUS"]}),
    ("ship what is empty", refunded, north, "updatePackageStatus", lambda s: moving(s, "CANCELED"),
     {"input": ["WRONG_STATUS"]}),
    ("move another's package", bought, south, "updatePackageStatus", lambda s: moving(s, "SHIPPED"),
     {"input.packageId": ["NOT_FOUND"]}),
    ("move a package as a customer", bought, ada, "updatePackageStatus", lambda s: moving(s, "SHIPPED"),
     {"input": ["ROLE_NOT_ALLOWED"]}),
    ("move a stale package", shipped, north, "updatePackageStatus", lambda s: moving(s, "DELIVERED", expectedVersion=1),
     {"input.expectedVersion": ["STALE_VERSION"]}),
    ("a tracking number that is too long", bought, north, "updatePackageStatus",
     lambda s: moving(s, "SHIPPED", trackingNumber="1" * 201), {"input.trackingNumber": ["INVALID_INPUT"]}),
    ("take back nothing", bought, north, "revertPackageStatus", packed, {"input": ["NOTHING_TO_REVERT"]}),
    ("take back what a return relies on", return_requested, north, "revertPackageStatus", packed,
     {"input": ["STATUS_RELIED_ON"]}),
    ("take another's status back", shipped, south, "revertPackageStatus", packed, {"input.packageId": ["NOT_FOUND"]}),
    ("take a status back as a customer", shipped, ada, "revertPackageStatus", packed, {"input": ["ROLE_NOT_ALLOWED"]}),
    ("take a stale status back", shipped, north, "revertPackageStatus", lambda s: packed(s, expectedVersion=1),
     {"input.expectedVersion": ["STALE_VERSION"]}),
    ("take a status of nothing back", bought, north, "revertPackageStatus", lambda s: packed(s, packageId="nothing"),
     {"input.packageId": ["NOT_FOUND"]}),
    ("an empty key for taking back", shipped, north, "revertPackageStatus", lambda s: packed(s, idempotencyKey=""),
     {"input.idempotencyKey": ["INVALID_INPUT"]}),
    ("split into nothing", bought, north, "splitPackage", lambda s: packed(s, items=[]),
     {"input.items": ["INVALID_INPUT"]}),
    ("split no units", bought, north, "splitPackage", lambda s: packed(s, items=[lamps(s, 0)]),
     {"input.items.0.quantity": ["QUANTITY_NOT_POSITIVE"]}),
    ("split more than there is", bought, north, "splitPackage", lambda s: packed(s, items=[lamps(s, 99)]),
     {"input.items.0.quantity": ["TOO_MANY_UNITS"], "input.items": ["TOO_MANY_UNITS"]}),
    ("split one item twice", bought, north, "splitPackage", lambda s: packed(s, items=[lamps(s, 1), lamps(s, 1)]),
     {"input.items.1.orderItemId": ["DUPLICATE_ITEM"]}),
    ("split off what is not there", bought, north, "splitPackage",
     lambda s: packed(s, items=[{"orderItemId": "nothing", "quantity": 1}]),
     {"input.items.0.orderItemId": ["NOT_FOUND"]}),
    ("split while a cancellation waits", requested, north, "splitPackage", lambda s: packed(s, items=[lamps(s, 1)]),
     {"input": ["CANCELLATION_WAITING"]}),
    ("split what has left", shipped, north, "splitPackage", lambda s: packed(s, items=[lamps(s, 1)]),
     {"input": ["WRONG_STATUS"]}),
    ("split another's package", bought, south, "splitPackage", lambda s: packed(s, items=[lamps(s, 1)]),
     {"input.packageId": ["NOT_FOUND"]}),
    ("split as a customer", bought, ada, "splitPackage", lambda s: packed(s, items=[lamps(s, 1)]),
     {"input": ["ROLE_NOT_ALLOWED"]}),
    ("split a stale package", bought, north, "splitPackage",
     lambda s: packed(s, items=[lamps(s, 1)], expectedVersion=9), {"input.expectedVersion": ["STALE_VERSION"]}),
    ("an order from a customer", bought, ada, "createOrder", selling, {"input": ["ROLE_NOT_ALLOWED"]}),
    ("an order of no units", bought, olga, "createOrder", lambda s: selling(s, item={"quantity": 0}),
     {"input.sellerOrders.0.packages.0.items.0.quantity": ["INVALID_INPUT"]}),
    ("a negative price", bought, olga, "createOrder", lambda s: selling(s, item={"unitPrice": "-1.00"}),
     {"input.sellerOrders.0.packages.0.items.0.unitPrice": ["INVALID_INPUT"]}),
    ("a third of a cent", bought, olga, "createOrder", lambda s: selling(s, item={"unitPrice": "0.333"}),
     {"input.sellerOrders.0.packages.0.items.0.unitPrice": ["INVALID_INPUT"]}),
    ("a discount above the price", bought, olga, "createOrder", lambda s: selling(s, item={"discount": "1.01"}),
     {"input.sellerOrders.0.packages.0.items.0.discount": ["INVALID_INPUT"]}),
    ("no such currency", bought, olga, "createOrder", lambda s: selling(s, currency="EUX"),
     {"input.currency": ["INVALID_INPUT"]}),
    ("an unpaid order", bought, olga, "createOrder", lambda s: selling(s, payments=[]),
     {"input.payments": ["INVALID_INPUT"]}),
    ("an order without items", bought, olga, "createOrder", lambda s: selling(s, part={"packages": [{"items": []}]}),
     {"input.sellerOrders.0.packages.0.items": ["INVALID_INPUT"]}),
    ("an order without sellers", bought, olga, "createOrder", lambda s: selling(s, sellerOrders=[]),
     {"input.sellerOrders": ["INVALID_INPUT"]}),
    ("a phone number that is none", bought, olga, "createOrder",
     lambda s: selling(s, customer={"subject": "ada", "name": "Ada", "phone": "call me"}),
     {"input.customer.phone": ["INVALID_INPUT"]}),
    ("an address without lines", bought, olga, "createOrder",
     lambda s: selling(s, shippingAddress=HOME | {"lines": []}), {"input.shippingAddress.lines": ["INVALID_INPUT"]}),
    ("an address of blanks", bought, olga, "createOrder",
     lambda s: selling(s, billingAddress={"name": " ", "lines": ["\u200b"], "city": "", "country": "DE"}),
     {f"input.billingAddress.{part}": ["INVALID_INPUT"] for part in ("name", "lines.0", "city")}),
    ("a country that does not exist", bought, olga, "createOrder",
     lambda s: selling(s, shippingAddress=HOME | {"country": "UK"}),
     {"input.shippingAddress.country": ["INVALID_INPUT"]}),
    ("a line feed in a city", bought, olga, "createOrder",
     lambda s: selling(s, shippingAddress=HOME | {"city": "Ber\nlin"}),
     {"input.shippingAddress.city": ["INVALID_INPUT"]}),
    ("a whole card number", bought, olga, "createOrder",
     lambda s: selling(s, payments=[PAID | {"instrument": "Visa 4242 4242 4242 4242"}]),
     {"input.payments.0.instrument": ["INVALID_INPUT"]}),
    ("a payment of the day after tomorrow", bought, olga, "createOrder",
     lambda s: selling(s, payments=[PAID | {"paidAt": "2026-03-04T10:00:00Z"}]),
     {"input.payments.0.paidAt": ["INVALID_INPUT"]}),
    ("a tax above the price that includes it", bought, olga, "createOrder",
     lambda s: selling(s, item={"tax": "1.01"}, taxIncluded=True),
     {"input.sellerOrders.0.packages.0.items.0.tax": ["INVALID_INPUT"]}),
    ("a weight of nothing", bought, olga, "createOrder", lambda s: selling(s, item={"weightGrams": 0}),
     {"input.sellerOrders.0.packages.0.items.0.weightGrams": ["INVALID_INPUT"]}),
    ("another country than the address's", bought, olga, "createOrder",
     lambda s: selling(s, shippingAddress=HOME, country="FR"), {"input.country": ["INVALID_INPUT"]}),
    ("more units canceled before than bought", bought, olga, "createOrder",
     lambda s: selling(s, item={"canceledBefore": GONE | {"quantity": 2}}),
     {"input.sellerOrders.0.packages.0.items.0.canceledBefore.quantity": ["INVALID_INPUT"]}),
    ("units canceled before for no reason that exists", bought, olga, "createOrder",
     lambda s: selling(s, item={"canceledBefore": GONE | {"reason": "none", "amount": "0.00"}}),
     {"input.sellerOrders.0.packages.0.items.0.canceledBefore.reason": ["INVALID_INPUT"]}),
    ("money that went back before to no payment", bought, olga, "createOrder",
     lambda s: selling(s, item={"canceledBefore": GONE}), {"input.payments": ["INVALID_INPUT"]}),
    ("no movements that went back before", bought, olga, "createOrder",
     lambda s: selling(s, payments=[PAID | {"paidBackBefore": []}]),
     {"input.payments.0.paidBackBefore": ["INVALID_INPUT"]}),
    ("more than the item brought went back before", bought, olga, "createOrder",
     lambda s: selling(s, item={"canceledBefore": GONE | {"amount": "1.01"}}, payments=[
         PAID | {"captured": "1.00", "paidBackBefore": [{"reference": "re-1", "amount": "1.01"}]}]),
     {"input.sellerOrders.0.packages.0.items.0.canceledBefore.amount": ["INVALID_INPUT"],
      "input.payments.0.paidBackBefore": ["INVALID_INPUT"]}),
    ("a number that is taken", bought, olga, "createOrder", lambda s: selling(s, number=s.order.number),
     {"input.number": ["ORDER_EXISTS"]}),
    ("retry another's refund", refunded, ada, "retryRefund", lambda s: {"refundId": "refund_0"},
     {"input": ["ROLE_NOT_ALLOWED"]}),
    ("retry a refund that is not there", refunded, olga, "retryRefund", lambda s: {"refundId": "refund_0"},
     {"input.refundId": ["NOT_FOUND"]}),
    ("name a movement as somebody else", refunded, ada, "settleShortfall",
     lambda s: {"planId": "plan_0", "reference": "x"}, {"input": ["ROLE_NOT_ALLOWED"]}),
    ("name a movement for a plan that is not there", refunded, olga, "settleShortfall",
     lambda s: {"planId": "plan_0", "reference": "x"}, {"input.planId": ["NOT_FOUND"]}),
    ("name a movement with a line break in its name", refunded, olga, "settleShortfall",
     lambda s: {"planId": "plan_0", "reference": "a\nb"}, {"input.reference": ["INVALID_INPUT"]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "who", "mutation", "inputs", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
async def test_a_refused_ask_is_typed_and_changes_nothing(
    market: Market, given: Given, who: Any, mutation: str, inputs: Any, expected: dict[str, list[str]]
) -> None:
    scene = await given(market)
    before = await market.fingerprint()
    payload = await market.do(who(scene), mutation, **inputs(scene))
    found = {".".join(one["field"]): [b["code"] for b in one["blockers"]] for one in payload["userErrors"]}
    assert found == expected
    assert all(one["message"].endswith(".") for one in payload["userErrors"])
    assert await market.fingerprint() == before


async def test_the_fingerprint_of_a_market_does_see_a_change(market: Market) -> None:
    scene = await bought(market)
    before = await market.fingerprint()
    await market.request(scene.order, lamp=1)
    assert await market.fingerprint() != before


async def test_a_key_with_the_same_input_gives_the_first_answer_again(market: Market) -> None:
    scene = await bought(market)
    inputs = wanting(scene, idempotencyKey="once")
    first = await market.do(customer("ada"), "requestReturn", "requests { id }", **inputs)
    before = await market.fingerprint()
    again = await market.do(customer("ada"), "requestReturn", "requests { id }", **inputs)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["requests"] == first["requests"]
    assert await market.fingerprint() == before


async def test_a_key_with_another_input_is_refused(market: Market) -> None:
    scene = await bought(market)
    await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey="once"))
    other = wanting(scene, {"quantity": 2}, idempotencyKey="once")
    payload = await market.do(customer("ada"), "requestReturn", "requests { id }", **other)
    assert [one["code"] for one in payload["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_keys_of_different_people_never_meet(market: Market) -> None:
    scene = await bought(market)
    await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey="once"))
    item = {"orderItemId": scene.other.items["chair"], "quantity": 1, "reason": "changed_mind"}
    payload = await market.do(
        customer("bob"),
        "requestReturn",
        orderId=scene.other.id,
        items=[item],
        policyVersion=POLICY,
        idempotencyKey="once",
    )
    assert (payload["userErrors"], payload["replayed"]) == ([], False)


async def test_a_refused_command_does_not_use_up_its_key(market: Market) -> None:
    scene = await bought(market)
    await market.do(customer("ada"), "requestReturn", **wanting(scene, {"quantity": 9}, idempotencyKey="once"))
    payload = await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey="once"))
    assert payload["userErrors"] == []


@pytest.mark.parametrize("key", ["", " ", "\u00a0\t", "\u200b", "\u3164\u2800"])
async def test_a_key_that_shows_nothing_is_refused(market: Market, key: str) -> None:
    scene = await bought(market)
    before = await market.fingerprint()
    payload = await market.do(customer("ada"), "requestReturn", **wanting(scene, idempotencyKey=key))
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("INVALID_INPUT", ["input", "idempotencyKey"])
    ]
    assert await market.fingerprint() == before


async def test_a_stale_decision_is_shown_the_present_state(market: Market) -> None:
    scene = await return_requested(market)
    payload = await market.do(
        north(scene), "confirmRequest", "request { id version status }", **deciding(scene, expectedVersion=9)
    )
    assert payload["request"] == {"id": scene.request["id"], "version": 1, "status": "WAITING"}


async def test_not_yours_and_not_there_are_answered_alike(market: Market) -> None:
    scene = await requested(market)
    kind = INPUTS["withdrawRequest"]
    text = f"mutation M($input: {kind}!) {{ withdrawRequest(input: $input) {{ request {{ id }} {ERRORS} }} }}"
    theirs = await market.ask(customer("bob"), text, input=deciding(scene))
    nowhere = await market.ask(customer("bob"), text, input={"requestId": "request_00000000000000000000000000"})
    assert theirs["data"] == nowhere["data"]
