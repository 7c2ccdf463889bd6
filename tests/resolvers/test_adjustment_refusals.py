"""Every adjustment and every pause that cannot be is refused by a code, at its input, and changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.facts import Actor
from tests import goods
from tests.adjusted import adjustment, allowed, decided, foreseen, part
from tests.market import OWNER, Market, Order, Part, customer, seller

Row = tuple[str, Actor, str, dict[str, Any], str, str]
"""What is wrong, who asks, the mutation, its input, the code, the path of the input."""
NOT_THERE = "0" * 26


@dataclass(slots=True)
class Scene:
    """An order of two sellers: a return and a cancellation wait, and a fee and a deduction were kept."""

    order: Order
    parts: dict[str, str]
    asked_for: dict[str, Any]
    inspected: dict[str, Any]
    unsent: dict[str, Any]
    recalled: dict[str, Any]
    deduction: str
    fee: str
    elsewhere: Order

    @property
    def lamp(self) -> dict[str, str]:
        """The item of the waiting return."""
        return {"orderItemId": self.order.items["lamp"]}


async def staged(market: Market) -> Scene:
    """All that can be named, rightly or wrongly."""
    north = Part("north", {"lamp": (4, "10.00"), "bulb": (2, "3.50")}, "4.00")
    south = Part("south", {"chair": (2, "30.00"), "stool": (2, "20.00")}, "6.00")
    order = await market.order(north, south)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=1)
    kept = [adjustment("DEDUCTION", "4.00", orderItemId=order.items["lamp"])]
    plan = await decided(market, seller(order, "north"), "confirmRequest", requestId=request["id"], adjustments=kept)
    deduction = plan["adjustments"][0]["id"]
    request = await market.request(order, lamp=1)
    values = {"requestId": request["id"], "note": "Agreed.", "adjustments": [adjustment("FEE", "1.00", bearer="OWNER")]}
    fee = (await decided(market, OWNER, "confirmRequest", **values))["adjustments"][0]["id"]
    await market.work()
    recalled = await market.request(order, stool=2, chair=2)
    await market.move(order, "south", "SHIPPED")
    await market.apply(recalled)
    asked_for = await market.request(order, lamp=1)
    await goods.settings(market, "ON_INSPECTION")
    inspected = await market.request(order, bulb=1)
    await goods.settings(market, None)
    elsewhere = await market.order(Part("south", {"desk": (1, "99.00")}, "5.00"), customer="bob")
    unsent = await market.request(elsewhere, desk=1)
    parts = {handle: await part(market, order, handle) for handle in ("north", "south")}
    return Scene(order, parts, asked_for, inspected, unsent, recalled, deduction, fee, elsewhere)


def confirming(scene: Scene) -> Iterator[Row]:
    clerk = seller(scene.order, "north")

    def row(about: str, code: str, at: str, *adjustments: dict[str, Any], by: Actor = clerk) -> Row:
        given = {"requestId": scene.asked_for["id"], "adjustments": list(adjustments)}
        return about, by, "confirmRequest", given | ({"note": "Agreed."} if by is OWNER else {}), code, at

    lamp, first = scene.lamp, "adjustments.0"
    for by in (clerk, OWNER):
        yield row("nothing", "INVALID_INPUT", f"{first}.amount", adjustment("ALLOWANCE", "0.00", **lamp), by=by)
        yield row("negative", "INVALID_INPUT", f"{first}.amount", adjustment("ALLOWANCE", "-1.00", **lamp), by=by)
        yield row("decimals", "INVALID_INPUT", f"{first}.amount", adjustment("ALLOWANCE", "1.005", **lamp), by=by)
        silent = adjustment("ALLOWANCE", "1.00", **lamp) | {"reason": " "}
        yield row("no word", "NOTE_REQUIRED", f"{first}.reason", silent, by=by)
        long = adjustment("ALLOWANCE", "1.00", **lamp) | {"reason": "x" * 2001}
        yield row("too long", "INVALID_INPUT", f"{first}.reason", long, by=by)
        yield row("about nothing", "CONTRADICTORY_INPUT", f"{first}.kind", adjustment("ALLOWANCE", "1.00"), by=by)
        both = adjustment("ALLOWANCE", "1.00", **lamp, sellerOrderId=scene.parts["north"])
        yield row("about both", "CONTRADICTORY_INPUT", f"{first}.kind", both, by=by)
        yield row("no part", "CONTRADICTORY_INPUT", f"{first}.kind", adjustment("SHIPPING", "1.00", **lamp), by=by)
        yield row("no item", "CONTRADICTORY_INPUT", f"{first}.kind", adjustment("DEDUCTION", "1.00"), by=by)
        high = adjustment("DEDUCTION", "10.01", **lamp)
        yield row("more than it brings", "ADJUSTMENT_TOO_HIGH", f"{first}.amount", high, by=by)
        five, six = (adjustment("DEDUCTION", amount, **lamp) for amount in ("5.00", "6.00"))
        yield row("together", "ADJUSTMENT_TOO_HIGH", "adjustments.1.amount", five, six, by=by)
        bulb = adjustment("DEDUCTION", "1.00", orderItemId=scene.order.items["bulb"])
        yield row("of another item", "ADJUSTMENT_TOO_HIGH", f"{first}.amount", bulb, by=by)
        more = adjustment("ALLOWANCE", "10.01", **lamp)
        yield row("more than is left", "ADJUSTMENT_TOO_HIGH", f"{first}.amount", more, by=by)
        shipping = adjustment("SHIPPING", "4.01", sellerOrderId=scene.parts["north"])
        yield row("more than it cost", "ADJUSTMENT_TOO_HIGH", f"{first}.amount", shipping, by=by)
        back = adjustment("REVERSAL", "4.01", reversesId=scene.deduction)
        yield row("more than was kept", "ADJUSTMENT_TOO_HIGH", f"{first}.amount", back, by=by)
        for name, kind, prefix in (
            ("orderItemId", "ALLOWANCE", "item"),
            ("sellerOrderId", "SHIPPING", "part"),
            ("reversesId", "REVERSAL", "adjustment"),
        ):
            unknown = adjustment(kind, "1.00", **{name: f"{prefix}_{NOT_THERE}"})
            yield row("not there", "NOT_FOUND", f"{first}.{name}", unknown, by=by)
        chair = adjustment("ALLOWANCE", "1.00", orderItemId=scene.order.items["chair"])
        yield row("of another seller", "NOT_FOUND", f"{first}.orderItemId", chair, by=by)
        theirs = adjustment("SHIPPING", "1.00", sellerOrderId=scene.parts["south"])
        yield row("shipping of another seller", "NOT_FOUND", f"{first}.sellerOrderId", theirs, by=by)
        desk = adjustment("ALLOWANCE", "1.00", orderItemId=scene.elsewhere.items["desk"])
        yield row("of another order", "NOT_FOUND", f"{first}.orderItemId", desk, by=by)
    for name, kind in (("orderItemId", "ALLOWANCE"), ("sellerOrderId", "SHIPPING"), ("reversesId", "REVERSAL")):
        yield row("an empty id", "NOT_FOUND", f"{first}.{name}", adjustment(kind, "1.00", **{name: ""}))
    yield row("an empty list", "INVALID_INPUT", "adjustments")
    named_fee = adjustment("FEE", "1.00", **lamp)
    yield row("a fee of an item", "CONTRADICTORY_INPUT", f"{first}.kind", named_fee, by=OWNER)
    yield row("a seller's fee", "ADJUSTMENT_NOT_ALLOWED", f"{first}.kind", adjustment("FEE", "1.00"))
    for bearer in ("OWNER", "CARRIER"):
        of_others = adjustment("ALLOWANCE", "1.00", **lamp, bearer=bearer)
        yield row(f"at the expense of {bearer}", "ADJUSTMENT_NOT_ALLOWED", f"{first}.bearer", of_others)
    owners = adjustment("REVERSAL", "1.00", reversesId=scene.fee)
    yield row("what the owner has got", "ADJUSTMENT_NOT_ALLOWED", f"{first}.reversesId", owners)
    unseen = adjustment("DEDUCTION", "1.00", orderItemId=scene.order.items["bulb"])
    given = {"requestId": scene.inspected["id"], "adjustments": [unseen]}
    yield "before inspection", clerk, "confirmRequest", given, "ADJUSTMENT_NOT_ALLOWED", f"{first}.kind"
    chair = adjustment("ALLOWANCE", "1.00", orderItemId=scene.order.items["chair"])
    recall = {"requestId": scene.recalled["id"], "adjustments": [chair]}
    yield "applied", seller(scene.order, "south"), "confirmRequest", recall, "CONTRADICTORY_INPUT", "adjustments"
    recall = recall | {"note": "Silent."}
    yield "applied", OWNER, "confirmRequest", recall, "CONTRADICTORY_INPUT", "adjustments"


def applying(scene: Scene) -> Iterator[Row]:
    desk = {"orderItemId": scene.elsewhere.items["desk"]}
    whole: dict[str, Any] = {"transaction": "CANCEL", "confirm": True}

    def row(about: str, code: str, at: str, *adjustments: dict[str, Any], **more: Any) -> Row:
        named = {"requestId": scene.unsent["id"], **whole} | more
        return about, OWNER, "applyCancellation", named | {"adjustments": list(adjustments)}, code, at

    kept = adjustment("DEDUCTION", "1.00", **desk)
    yield row("deducted", "ADJUSTMENT_NOT_ALLOWED", "adjustments.0.kind", kept)
    more = adjustment("ALLOWANCE", "0.01", **desk)
    yield row("all of it goes back", "ADJUSTMENT_TOO_HIGH", "adjustments.0.amount", more)
    items = [{**desk, "quantity": 1, "reason": "changed_mind"}]
    opening = {"requestId": None, "orderId": scene.elsewhere.id, "items": items}
    yield row("without a request", "CONTRADICTORY_INPUT", "adjustments", more, **opening)


def allowing(scene: Scene) -> Iterator[Row]:
    def row(about: str, code: str, at: str, *adjustments: dict[str, Any], by: Actor = OWNER) -> Row:
        given = {"orderId": scene.order.id, "adjustments": list(adjustments)}
        return about, by, "refundAllowance", given, code, at

    fine = adjustment("ALLOWANCE", "1.00", **scene.lamp)
    for actor in (customer("ada"), seller(scene.order, "north")):
        yield row("not the owner", "ROLE_NOT_ALLOWED", "", fine, by=actor)
    yield row("none", "INVALID_INPUT", "adjustments")
    for kind in ("FEE", "DEDUCTION"):
        keeps = adjustment(kind, "1.00", **(scene.lamp if kind == "DEDUCTION" else {}))
        yield row("kept of nothing", "ADJUSTMENT_NOT_ALLOWED", "adjustments.0.kind", keeps)
    chair = adjustment("ALLOWANCE", "1.00", orderItemId=scene.order.items["chair"])
    yield row("two sellers", "CONTRADICTORY_INPUT", "adjustments.1.kind", fine, chair)
    yield row("more than is left", "ADJUSTMENT_TOO_HIGH", "adjustments.0.amount", fine | {"amount": "20.01"})
    yield row("recalled already", "ADJUSTMENT_TOO_HIGH", "adjustments.0.amount", chair)
    not_there = {"orderId": f"order_{NOT_THERE}", "adjustments": [fine]}
    yield "no order", OWNER, "refundAllowance", not_there, "NOT_FOUND", "orderId"


def pausing(scene: Scene) -> Iterator[Row]:
    yield "silent", OWNER, "pauseRefunds", {"reason": " "}, "NOTE_REQUIRED", "reason"
    yield "too long", OWNER, "pauseRefunds", {"reason": "x" * 2001}, "INVALID_INPUT", "reason"
    yield "not paused", OWNER, "resumeRefunds", {}, "REFUNDS_NOT_PAUSED", ""
    for actor in (customer("ada"), seller(scene.order, "north")):
        yield "not the owner", actor, "pauseRefunds", {"reason": "No."}, "ROLE_NOT_ALLOWED", ""
        yield "not the owner", actor, "resumeRefunds", {}, "ROLE_NOT_ALLOWED", ""


async def refused(market: Market, rows: list[Row]) -> list[Any]:
    """The rows that are refused for another reason than they should be, and the previews that say something else."""
    wrong: list[Any] = []
    for about, actor, mutation, given, code, at in rows:
        payload = await market.do(actor, mutation, **given)
        found = [
            (blocker["code"], ".".join(error["field"][1:]))
            for error in payload["userErrors"]
            for blocker in error["blockers"]
        ]
        if found != [(code, at)]:
            wrong.append((mutation, about, code, at, found))
        if mutation not in ("pauseRefunds", "resumeRefunds"):
            preview = await foreseen(market, actor, mutation, **given)
            said = [{name: error[name] for name in ("code", "field", "message")} for error in payload["userErrors"]]
            if preview != {"plans": [], "userErrors": said}:
                wrong.append((mutation, about, preview))
    return wrong


async def test_a_refused_adjustment_or_pause_is_typed_and_changes_nothing(market: Market) -> None:
    scene = await staged(market)
    rows = [*confirming(scene), *applying(scene), *allowing(scene), *pausing(scene)]
    before = await market.fingerprint()
    assert await refused(market, rows) == []
    assert await market.fingerprint() == before
    assert len(rows) > 70


async def test_what_is_refused_as_too_high_is_possible_up_to_what_the_refusal_says(market: Market) -> None:
    scene = await staged(market)
    high = adjustment("ALLOWANCE", "999.00", **scene.lamp)
    payload = await market.do(OWNER, "refundAllowance", orderId=scene.order.id, adjustments=[high])
    (error,) = payload["userErrors"]
    assert error["message"] == "At most 20.00 EUR is possible here: ask for no more."
    plan = await allowed(market, scene.order, high | {"amount": "20.00"})
    assert plan["total"]["amount"] == "20.00"
