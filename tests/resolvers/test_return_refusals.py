"""Every ask about the goods of a return that cannot be met is refused by a code, at its input, and changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.facts import Actor
from domain.words import Role
from tests import goods
from tests.market import OWNER, Market, Order, customer, seller

Row = tuple[str, Actor, str, dict[str, Any], str, str]
"""What is wrong, who asks, the mutation, its input, the code, the path of the input."""
NOT_THERE = "return_00000000000000000000000000"


@dataclass(slots=True)
class Scene:
    """One order with a return in each status, all of one lamp, and the same once more with its money gone."""

    order: Order
    awaiting: dict[str, Any]
    in_transit: dict[str, Any]
    received: dict[str, Any]
    inspected: dict[str, Any]
    lost: dict[str, Any]
    waived: dict[str, Any]
    expired: dict[str, Any]
    paid: dict[str, Any]
    off: Order


async def staged(market: Market) -> Scene:
    """Every status that a shipment may have."""
    await goods.settings(market, "ON_INSPECTION", shipByDays=1, graceDays=0)
    order = await goods.delivered(market, units=12)
    clerk = seller(order, "north")
    expired = await goods.confirmed(market, order, lamp=1)
    market.clock.pass_by(days=3)
    await market.work()
    await goods.settings(market, "ON_CONFIRM")
    paid = await goods.confirmed(market, order, lamp=1)
    await goods.act(market, clerk, "receiveReturn", paid["id"])
    await goods.settings(market, "ON_INSPECTION")
    awaiting, in_transit, received, inspected, lost, waived = [
        await goods.confirmed(market, order, lamp=1) for _ in range(6)
    ]
    for shipment in (in_transit, lost):
        await goods.sent(market, order, shipment)
    for shipment in (received, inspected):
        await goods.act(market, clerk, "receiveReturn", shipment["id"])
    await goods.act(market, clerk, "inspectReturn", inspected["id"], grades=[goods.grade(order, 1)])
    await goods.act(market, OWNER, "loseReturn", lost["id"])
    await goods.act(market, clerk, "waiveReturn", waived["id"])
    await goods.settings(market, None)
    off = await goods.delivered(market)
    await goods.settings(market, "ON_INSPECTION", off.sellers["north"])
    await goods.settings(market, None, off.sellers["north"])
    return Scene(order, awaiting, in_transit, received, inspected, lost, waived, expired, paid, off)


def sending(scene: Scene) -> Iterator[Row]:
    ada, clerk = customer("ada"), seller(scene.order, "north")
    proof = {"trackingNumber": "1Z"}
    yield "no proof", ada, "sendReturn", {"returnId": scene.awaiting["id"]}, "PROOF_REQUIRED", "trackingNumber"
    blank = {"returnId": scene.awaiting["id"], "trackingNumber": " ", "dropOff": ""}
    yield "a blank proof", ada, "sendReturn", blank, "PROOF_REQUIRED", "trackingNumber"
    for shipment in (scene.received, scene.expired, scene.waived, scene.lost):
        yield shipment["id"], ada, "sendReturn", {"returnId": shipment["id"], **proof}, "WRONG_STATUS", ""
    yield "checked for nothing", clerk, "sendReturn", {"returnId": scene.in_transit["id"]}, "MONEY_RELEASED", ""
    yield (
        "a stranger",
        customer("bob"),
        "sendReturn",
        {"returnId": scene.awaiting["id"], **proof},
        "NOT_FOUND",
        "returnId",
    )
    yield "not there", ada, "sendReturn", {"returnId": NOT_THERE, **proof}, "NOT_FOUND", "returnId"
    stale = {"returnId": scene.awaiting["id"], "expectedVersion": 9, **proof}
    yield "stale", ada, "sendReturn", stale, "STALE_VERSION", "expectedVersion"
    long = {"returnId": scene.awaiting["id"], "trackingNumber": "x" * 201}
    yield "too long", ada, "sendReturn", long, "INVALID_INPUT", "trackingNumber"
    for control in ("1Z\x07", "1Z\u200b9", "1Z\u202e9"):
        bad = {"returnId": scene.awaiting["id"], "trackingNumber": control}
        yield f"control characters {control!a}", ada, "sendReturn", bad, "INVALID_INPUT", "trackingNumber"


def receiving(scene: Scene) -> Iterator[Row]:
    clerk, lamp = seller(scene.order, "north"), scene.order.items["lamp"]

    def row(about: str, code: str, at: str, *items: tuple[str, int, int]) -> Row:
        lines = [{"orderItemId": item, "received": units, "wrong": wrong} for item, units, wrong in items]
        return about, clerk, "receiveReturn", {"returnId": scene.awaiting["id"], "items": lines}, code, at

    yield row("more than is to come", "UNITS_NOT_EXPECTED", "items.0.received", (lamp, 2, 0))
    yield row("wrong ones above", "UNITS_NOT_EXPECTED", "items.0.received", (lamp, 1, 1))
    yield row("another item", "UNITS_NOT_EXPECTED", "items.0.received", (scene.off.items["lamp"], 1, 0))
    yield row("less than nothing", "QUANTITY_NOT_POSITIVE", "items.0.received", (lamp, -1, 1))
    yield row("nothing at all", "QUANTITY_NOT_POSITIVE", "items", (lamp, 0, 0))
    yield row("twice", "DUPLICATE_ITEM", "items.1.orderItemId", (lamp, 1, 0), (lamp, 0, 0))
    receive = "receiveReturn"
    yield "a customer", customer("ada"), receive, {"returnId": scene.awaiting["id"]}, "ROLE_NOT_ALLOWED", ""
    for shipment in (scene.received, scene.inspected, scene.expired):
        yield shipment["id"], clerk, receive, {"returnId": shipment["id"]}, "NOTHING_MISSING", ""
    yield scene.waived["id"], clerk, receive, {"returnId": scene.waived["id"]}, "WRONG_STATUS", ""
    south = Actor(Role.SELLER, "south-clerk", "seller_00000000000000000000000000")
    yield "another seller", south, receive, {"returnId": scene.awaiting["id"]}, "NOT_FOUND", "returnId"


def inspecting(scene: Scene) -> Iterator[Row]:
    clerk = seller(scene.order, "north")
    damaged: dict[str, Any] = {"condition": "DAMAGED", "disposition": "DISPOSE", "deduction": "1.00", "reason": "Torn."}

    def row(about: str, code: str, at: str, *grades: dict[str, Any], of: dict[str, Any] | None = None) -> Row:
        given = {"returnId": (of or scene.received)["id"], "grades": list(grades)}
        return about, clerk, "inspectReturn", given, code, at

    def grade(quantity: int = 1, **changes: Any) -> dict[str, Any]:
        return goods.grade(scene.order, quantity, **changes)

    yield row("none", "UNITS_NOT_GRADED", "grades")
    yield row("too many", "UNITS_NOT_GRADED", "grades", grade(2))
    yield row("not one", "QUANTITY_NOT_POSITIVE", "grades.1.quantity", grade(), grade(0))
    yield row("negative", "INVALID_INPUT", "grades.0.deduction", grade(**damaged | {"deduction": "-1.00"}))
    yield row("more decimals", "INVALID_INPUT", "grades.0.deduction", grade(**damaged | {"deduction": "1.005"}))
    yield row("too much", "DEDUCTION_TOO_HIGH", "grades.0.deduction", grade(**damaged | {"deduction": "10.01"}))
    yield row("unexplained", "NOTE_REQUIRED", "grades.0.reason", grade(**damaged | {"reason": " "}))
    back: dict[str, Any] = {"condition": "USED", "disposition": "SEND_BACK", "reason": "Used."}
    yield row("sent back", "CONTRADICTORY_INPUT", "grades.0.deduction", grade(**back, deduction="1.00"))
    yield row("sent back without a word", "NOTE_REQUIRED", "grades.0.reason", grade(**back | {"reason": None}))
    yield row("money gone", "MONEY_RELEASED", "grades.0.deduction", grade(**damaged), of=scene.paid)
    for shipment in (scene.awaiting, scene.in_transit, scene.lost, scene.waived, scene.expired, scene.inspected):
        yield row(shipment["id"], "WRONG_STATUS", "", grade(), of=shipment)
    given = {"returnId": scene.received["id"], "grades": [grade()]}
    yield "a customer", customer("ada"), "inspectReturn", given, "ROLE_NOT_ALLOWED", ""
    stale = given | {"expectedVersion": 77}
    yield "stale", clerk, "inspectReturn", stale, "STALE_VERSION", "expectedVersion"


def ending(scene: Scene) -> Iterator[Row]:
    clerk = seller(scene.order, "north")
    for shipment in (scene.awaiting, scene.received, scene.waived, scene.expired):
        yield shipment["id"], OWNER, "loseReturn", {"returnId": shipment["id"]}, "WRONG_STATUS", ""
    yield "a seller", clerk, "loseReturn", {"returnId": scene.in_transit["id"]}, "ROLE_NOT_ALLOWED", ""
    for shipment in (scene.inspected, scene.waived, scene.expired):
        yield shipment["id"], clerk, "waiveReturn", {"returnId": shipment["id"]}, "WRONG_STATUS", ""
    yield "a customer", customer("ada"), "waiveReturn", {"returnId": scene.awaiting["id"]}, "ROLE_NOT_ALLOWED", ""
    for shipment in (scene.in_transit, scene.received):
        withdrawn = {"requestId": shipment["request"]["id"]}
        yield shipment["id"], customer("ada"), "withdrawRequest", withdrawn, "GOODS_UNDER_WAY", ""
    withdrawn = {"requestId": scene.inspected["request"]["id"]}
    yield "paid", OWNER, "withdrawRequest", withdrawn, "MONEY_RELEASED", ""


def unannounced(scene: Scene) -> Iterator[Row]:
    clerk, lamp = seller(scene.order, "north"), scene.order.items["lamp"]

    def row(about: str, code: str, at: str, actor: Actor = clerk, **changes: Any) -> Row:
        line = {"orderItemId": lamp, "quantity": 1, "reason": "does_not_fit"} | changes
        return about, actor, "receiveUnannounced", {"orderId": scene.order.id, "items": [line]}, code, at

    yield row("settings taken away", "RETURNS_OFF", "items.0")
    yield row("no unit", "QUANTITY_NOT_POSITIVE", "items.0.quantity", quantity=0)
    yield row("too many", "TOO_MANY_UNITS", "items.0.quantity", quantity=9)
    yield row("no reason", "REASON_UNKNOWN", "items.0.reason", reason="because")
    yield row("for cancellations", "REASON_WRONG_TYPE", "items.0.reason", reason="changed_mind")
    yield row("a note is missing", "NOTE_REQUIRED", "items.0.note", reason="damaged")
    yield row("of another order", "NOT_FOUND", "items.0.orderItemId", orderItemId=scene.off.items["lamp"])
    yield row("a customer", "ROLE_NOT_ALLOWED", "", customer("ada"))
    line = {"orderItemId": lamp, "quantity": 1, "reason": "does_not_fit"}
    both = {"orderId": scene.order.id, "returnId": scene.expired["id"], "items": [line]}
    yield "both", clerk, "receiveUnannounced", both, "CONTRADICTORY_INPUT", "orderId"
    yield "neither", clerk, "receiveUnannounced", {"items": [line]}, "CONTRADICTORY_INPUT", "orderId"
    announced = {"returnId": scene.awaiting["id"], "items": [line]}
    yield "announced", clerk, "receiveUnannounced", announced, "CONTRADICTORY_INPUT", "returnId"
    twice = {"orderId": scene.order.id, "items": [line, line]}
    yield "twice", clerk, "receiveUnannounced", twice, "DUPLICATE_ITEM", "items.1.orderItemId"


def settings(scene: Scene) -> Iterator[Row]:
    def row(about: str, code: str, at: str, actor: Actor = OWNER, **terms: Any) -> Row:
        return about, actor, "setReturnSettings", {"terms": {"trigger": "ON_RECEIPT", **terms}}, code, at

    fee = {"name": "Restocking"}
    for name in ("shipByDays", "inspectionDays", "transitDays"):
        for days in (0, 366):
            given: dict[str, Any] = {name: days}
            yield row(name, "INVALID_INPUT", f"terms.{name}", **given)
    yield row("negative", "INVALID_INPUT", "terms.graceDays", graceDays=-1)
    yield row("neither", "INVALID_INPUT", "terms.fees.0.percent", fees=[fee])
    both = fee | {"percent": 1, "amount": "1.00", "currency": "EUR"}
    yield row("both", "INVALID_INPUT", "terms.fees.0.percent", fees=[both])
    yield row("more than all", "INVALID_INPUT", "terms.fees.0.percent", fees=[fee | {"percent": 10001}])
    yield row(
        "a share in euros", "INVALID_INPUT", "terms.fees.0.currency", fees=[fee | {"percent": 1, "currency": "EUR"}]
    )
    yield row("no currency", "INVALID_INPUT", "terms.fees.0.currency", fees=[fee | {"amount": "1.00"}])
    nothing = fee | {"amount": "0.00", "currency": "EUR"}
    yield row("nothing", "INVALID_INPUT", "terms.fees.0.amount", fees=[nothing])
    decimals = fee | {"amount": "1.005", "currency": "EUR"}
    yield row("decimals", "INVALID_INPUT", "terms.fees.0.amount", fees=[decimals])
    yield row("no name", "INVALID_INPUT", "terms.fees.0.name", fees=[{"name": " ", "percent": 1}])
    same = fee | {"percent": 1}
    euros = fee | {"amount": "1.00", "currency": "EUR"}
    for name, fees in (
        ("the same name", [same, same]),
        ("euros twice", [euros, euros]),
        ("a share, too", [euros, same]),
    ):
        yield row(name, "INVALID_INPUT", "terms.fees.1.name", fees=fees)
    address = {"name": "North", "lines": ["Way 1"], "country": "DE"}
    yield row("nobody", "INVALID_INPUT", "terms.address.name", address=address | {"name": " "})
    yield row("no line", "INVALID_INPUT", "terms.address.lines", address=address | {"lines": []})
    yield row("no country", "INVALID_INPUT", "terms.address.country", address=address | {"country": "Germany"})
    yield row("an unknown country", "INVALID_INPUT", "terms.address.country", address=address | {"country": "ZZ"})
    yield row("a seller", "ROLE_NOT_ALLOWED", "", seller(scene.order, "north"))
    unknown = {"sellerId": "seller_00000000000000000000000000", "terms": {"trigger": "ON_RECEIPT"}}
    yield "not there", OWNER, "setReturnSettings", unknown, "NOT_FOUND", "sellerId"
    stale = {"terms": {"trigger": "ON_RECEIPT"}, "expectedVersion": 7}
    yield "stale", OWNER, "setReturnSettings", stale, "STALE_VERSION", "expectedVersion"


async def test_a_refused_ask_about_goods_is_typed_and_changes_nothing(market: Market) -> None:
    scene = await staged(market)
    rows = [*sending(scene), *receiving(scene), *inspecting(scene), *ending(scene)]
    rows += [*unannounced(scene), *settings(scene)]
    before = await market.fingerprint()
    wrong = []
    for about, actor, mutation, given, code, at in rows:
        payload = await market.do(actor, mutation, **given)
        found = [
            (blocker["code"], ".".join(error["field"][1:]))
            for error in payload["userErrors"]
            for blocker in error["blockers"]
        ]
        if (code, at) not in found:
            wrong.append((mutation, about, code, at, found))
    assert wrong == []
    assert await market.fingerprint() == before
    assert len(rows) > 80
