"""A package is split: which units move, how a cut line is priced, and what forbids it."""

from typing import Any

import pytest

from tests.market import OWNER, Market, Order, Part, customer, seller
from tests.services.test_races import codes
from tests.services.test_shipped_meanwhile import IN_TWO

ADA = customer("ada")
LAMPS = Part("north", {"lamp": (3, "10.01"), "bulb": (1, "3.50")}, "4.90")
_ITEMS = "items { id sku name quantity active total { amount } cutFrom { id } }"
_PACKAGE = f"id number status version {_ITEMS} allowedActions {{ action enabled blockers {{ code }} }}"
_SPLIT = f"package {{ {_PACKAGE} }} newPackage {{ {_PACKAGE} }}"


async def split(market: Market, order: Order, *, by: Any = None, **units: int) -> Any:
    items = [{"orderItemId": order.items[sku], "quantity": quantity} for sku, quantity in units.items()]
    given = {"packageId": order.packages["north"], "items": items}
    return await market.do(by or seller(order, "north"), "splitPackage", _SPLIT, **given)


def contents(package: dict[str, Any]) -> dict[str, int]:
    return {item["sku"]: item["quantity"] for item in package["items"]}


async def offer(market: Market, order: Order) -> list[str]:
    """Why a split is not offered; nothing if it is."""
    text = f"query O($id: ID!) {{ order(id: $id) {{ packages {{ {_PACKAGE} }} }} }}"
    shown = (await market.data(seller(order, "north"), text, id=order.id))["order"]["packages"]
    actions = next(each for each in shown if each["id"] == order.packages["north"])["allowedActions"]
    found = next(each for each in actions if each["action"] == "SPLIT_PACKAGE")
    return [blocker["code"] for blocker in found["blockers"]]


@pytest.mark.parametrize("status", ["PREPARING", "READY_TO_SHIP"])
async def test_whole_lines_move_and_others_are_cut(market: Market, status: str) -> None:
    order = await market.order(LAMPS)
    if status == "READY_TO_SHIP":
        await market.move(order, "north", status)
    assert await offer(market, order) == []
    payload = await split(market, order, lamp=1, bulb=1)
    assert payload["userErrors"] == []
    old, new = payload["package"], payload["newPackage"]
    assert (contents(old), contents(new)) == ({"lamp": 2}, {"lamp": 1, "bulb": 1})
    assert (old["status"], new["status"]) == (status, "PREPARING")
    assert new["number"] == f"{old['number']}.2"
    whole = {item["sku"]: item for item in new["items"]}
    assert whole["bulb"]["id"] == order.items["bulb"]
    assert (whole["lamp"]["name"], whole["lamp"]["cutFrom"]) == ("Lamp", {"id": order.items["lamp"]})
    totals = [float(item["total"]["amount"]) for item in old["items"] + new["items"]]
    assert sum(totals) == pytest.approx(33.53)
    events = await market.rows("select subject_id, from_status, to_status from event where action = 'SPLIT_PACKAGE'")
    assert {(event["subject_id"], event["from_status"], event["to_status"]) for event in events} == {
        (old["id"], status, status),
        (new["id"], None, "PREPARING"),
    }


async def test_each_package_goes_its_own_way_and_a_part_can_be_split_again(market: Market) -> None:
    order = await market.order(LAMPS)
    first = (await split(market, order, by=OWNER, lamp=2))["newPackage"]
    again = {"packageId": first["id"], "items": [{"orderItemId": first["items"][0]["id"], "quantity": 1}]}
    second = (await market.do(OWNER, "splitPackage", _SPLIT, **again))["newPackage"]
    assert [first["number"], second["number"]] == [f"{order.number}-1.2", f"{order.number}-1.3"]
    rows = await market.rows("select position, cut_from_id from order_item where sku = 'lamp' order by position")
    assert [row["cut_from_id"] for row in rows] == [None, order.items["lamp"], order.items["lamp"]]
    assert [row["position"] for row in rows] == [1, 3, 4]
    move = {"packageId": first["id"], "status": "SHIPPED"}
    assert (await market.do(OWNER, "updatePackageStatus", **move))["userErrors"] == []
    (part,) = await market.rows("select status from seller_order where order_id = $1", order.id)
    assert part["status"] == "SHIPPING"
    # the way of the example with two packages: what has not left can only be canceled by the owner
    text = "query O($id: ID!) { order(id: $id) { items { eligibility { transaction blockers { code } } } } }"
    shown = (await market.data(ADA, text, id=order.id))["order"]["items"]
    found = [(each["eligibility"]["transaction"], each["eligibility"]["blockers"]) for each in shown]
    shipped = {"code": "SELLER_HAS_SHIPPED"}
    assert found == [("CANCEL", [shipped]), ("CANCEL", [shipped]), ("REFUND", []), ("CANCEL", [shipped])]


async def test_the_parts_of_a_line_bring_what_the_line_brings(market: Market) -> None:
    """Paid a cent less than the prices say, with shipping: unit by unit, the parts bring what the uncut order does."""
    totals = []
    for cut in (False, True):
        order = await market.order(LAMPS, paid=("38.42",))
        items = [order.items["lamp"]] * 3
        if cut:
            payload = await split(market, order, lamp=2)
            other = payload["newPackage"]["items"][0]["id"]
            items = [order.items["lamp"], other, other]
            move = {"packageId": payload["newPackage"]["id"], "status": "SHIPPED"}
            assert (await market.do(OWNER, "updatePackageStatus", **move))["userErrors"] == []
        await market.move(order, "north", "SHIPPED")
        brought = []
        for item in [*items, order.items["bulb"]]:
            chosen = {"orderItemId": item, "quantity": 1, "reason": "does_not_fit"}
            asked = await market.do(
                ADA, "requestReturn", "requests { id }", orderId=order.id, items=[chosen], policyVersion="2026-01"
            )
            shows = "plan { total { amount } lines { discountShare { amount } taxShare { amount } } }"
            confirmed = await market.do(
                seller(order, "north"), "confirmRequest", shows, requestId=asked["requests"][0]["id"]
            )
            assert confirmed["userErrors"] == []
            brought.append(confirmed["plan"])
            await market.work()
        totals.append(brought)
        (row,) = await market.rows('select refunded_minor, captured_minor from "order" where id = $1', order.id)
        assert row["refunded_minor"] == row["captured_minor"]
    assert totals[0] == totals[1]


async def test_a_part_has_the_weight_of_a_unit_and_its_share_of_the_included_tax(market: Market) -> None:
    order = await market.order(LAMPS)
    lamp = order.items["lamp"]
    await market.rows("update order_item set weight_grams = 900, included_tax_minor = 480 where id = $1", lamp)
    await split(market, order, lamp=1)
    text = "select quantity, weight_grams, included_tax_minor from order_item where id = $1 or cut_from_id = $1"
    found = {tuple(dict(row).values()) for row in await market.rows(text, lamp)}
    assert found == {(2, 900, 320), (1, 900, 160)}


async def test_canceled_units_stay_where_they_were(market: Market) -> None:
    order = await market.order(LAMPS)
    await market.apply(await market.request(order, lamp=1))
    assert await offer(market, order) == ["CANCELLATION_WAITING"]
    assert codes(await split(market, order, lamp=1)) == ["CANCELLATION_WAITING"]
    market.clock.pass_by(seconds=3)
    await market.work()
    payload = await split(market, order, lamp=1)
    assert payload["userErrors"] == []
    assert (contents(payload["package"]), contents(payload["newPackage"])) == ({"lamp": 2, "bulb": 1}, {"lamp": 1})
    assert {item["sku"]: item["active"] for item in payload["package"]["items"]} == {"lamp": 1, "bulb": 1}


REFUSED: list[tuple[dict[str, int], list[str]]] = [
    ({}, ["INVALID_INPUT"]),
    ({"lamp": 0}, ["QUANTITY_NOT_POSITIVE"]),
    ({"lamp": -1}, ["QUANTITY_NOT_POSITIVE"]),
    ({"lamp": 4}, ["TOO_MANY_UNITS", "TOO_MANY_UNITS"]),
    ({"bulb": 2}, ["TOO_MANY_UNITS"]),
    ({"lamp": 3, "bulb": 1}, ["TOO_MANY_UNITS"]),
    ({"elsewhere": 1}, ["NOT_FOUND"]),
]


@pytest.mark.parametrize(("units", "wanted"), REFUSED, ids=[str(units) for units, _ in REFUSED])
async def test_a_split_that_cannot_be_is_refused(market: Market, units: dict[str, int], wanted: list[str]) -> None:
    order = await market.order(LAMPS)
    order.items["elsewhere"] = (await market.order()).items["lamp"]
    before = await market.fingerprint()
    assert codes(await split(market, order, **units)) == wanted
    assert await market.fingerprint() == before


async def test_an_item_that_is_named_twice_or_is_in_another_package_is_refused(market: Market) -> None:
    order = await market.order(IN_TWO)
    lamp = {"orderItemId": order.items["lamp"], "quantity": 1}
    for items, wanted in (
        ([lamp, lamp], "DUPLICATE_ITEM"),
        ([lamp | {"orderItemId": order.items["bulb"]}], "NOT_FOUND"),
    ):
        payload = await market.do(
            seller(order, "north"), "splitPackage", packageId=order.packages["north"], items=items
        )
        assert codes(payload) == [wanted]


async def test_a_package_that_has_left_or_has_one_unit_is_not_split(market: Market) -> None:
    order = await market.order(LAMPS)
    await market.move(order, "north", "SHIPPED")
    assert await offer(market, order) == codes(await split(market, order, lamp=1)) == ["WRONG_STATUS"]
    one = await market.order(Part("north", {"lamp": (1, "10.00")}))
    assert await offer(market, one) == ["NOTHING_TO_SPLIT"]
    assert codes(await split(market, one, lamp=1)) == ["NOTHING_TO_SPLIT", "TOO_MANY_UNITS"]


async def test_others_may_not_and_a_key_holds(market: Market) -> None:
    order, other = await market.order(LAMPS), await market.order(Part("south", {"lamp": (2, "10.00")}))
    assert codes(await split(market, order, by=ADA, lamp=1)) == ["ROLE_NOT_ALLOWED"]
    assert codes(await split(market, order, by=seller(other, "south"), lamp=1)) == ["NOT_FOUND"]
    given = {
        "packageId": order.packages["north"],
        "items": [{"orderItemId": order.items["lamp"], "quantity": 1}],
        "expectedVersion": 1,
    }
    first = await market.do(OWNER, "splitPackage", _SPLIT, **given, idempotencyKey="once")
    again = await market.do(OWNER, "splitPackage", _SPLIT, **given, idempotencyKey="once")
    assert (first["userErrors"], again["replayed"]) == ([], True)
    assert again["newPackage"]["id"] == first["newPackage"]["id"]
    assert codes(await market.do(OWNER, "splitPackage", _SPLIT, **given)) == ["STALE_VERSION"]
    assert len(await market.rows("select id from package where order_id = $1", order.id)) == 2


async def test_a_change_of_the_status_before_a_split_is_not_taken_back(market: Market) -> None:
    order = await market.order(LAMPS)
    await market.move(order, "north", "READY_TO_SHIP")
    assert (await split(market, order, lamp=1))["userErrors"] == []
    payload = await market.do(OWNER, "revertPackageStatus", packageId=order.packages["north"])
    assert codes(payload) == ["NOTHING_TO_REVERT"]
