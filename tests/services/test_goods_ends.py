"""Goods that never were the customer's to send: recalled, never arrived, lost; and until when somebody is to act."""

from typing import Any

import pytest

from tests.goods import SHIPMENT, act, confirmed, delivered, ledger, of_request, sent, settings, shown
from tests.market import OWNER, Market, Order, Part, customer, seller
from tests.services.test_races import codes

ADA = customer("ada")


async def recalled(market: Market, *, by: Any = None, **units: int) -> tuple[Order, dict[str, Any]]:
    """A cancellation of a package that has left, which its seller, or the owner for it, has confirmed."""
    order = await market.order()
    request = await market.request(order, **units or {"lamp": 2, "bulb": 1})
    await market.move(order, "north", "SHIPPED")
    await market.apply(request)
    note = {"note": "The seller is silent."} if by else {}
    payload = await market.do(by or seller(order, "north"), "confirmRequest", requestId=request["id"], **note)
    assert payload["userErrors"] == []
    return order, request


@pytest.mark.parametrize("by", [None, OWNER], ids=["the seller", "the owner"])
async def test_a_recalled_package_is_on_its_way_back_and_the_money_does_not_wait(market: Market, by: Any) -> None:
    await settings(market, "ON_INSPECTION", fees=[{"name": "handling", "percent": 1000}])
    _, request = await recalled(market, by=by)
    shipment = await of_request(market, request["id"])
    assert (shipment["kind"], shipment["status"], shipment["request"]["dueAt"]) == ("TO_SENDER", "IN_TRANSIT", None)
    assert {line["orderItem"]["sku"]: line["expected"] for line in shipment["lines"]} == {"lamp": 2, "bulb": 1}
    plan = shipment["request"]["plan"]
    assert (plan["refundState"], plan["total"]["amount"], plan["adjustments"]) == ("IN_PROGRESS", "28.40", [])
    await market.work()
    assert (await shown(market, shipment["id"]))["request"]["status"] == "COMPLETED"
    shipment = await act(market, OWNER, "receiveReturn", shipment["id"])
    grades = [
        {
            "orderItemId": line["orderItem"]["id"],
            "quantity": line["expected"],
            "condition": "AS_NEW",
            "disposition": "RESTOCK",
        }
        for line in shipment["lines"]
    ]
    assert (await act(market, OWNER, "inspectReturn", shipment["id"], grades=grades))["status"] == "INSPECTED"
    (row,) = await market.rows('select refunded_minor from "order" where id = (select order_id from return_shipment)')
    assert row["refunded_minor"] == 2840


async def test_a_recalled_package_that_does_not_come_back_is_the_carriers_loss(market: Market) -> None:
    await settings(market, "ON_RECEIPT", transitDays=2)
    _, request = await recalled(market)
    market.clock.now = (await market.rows("select now() as now"))[0]["now"]
    await market.rows("update return_shipment set due_at = now() - interval '1 day'")
    await market.work()
    shipment = await of_request(market, request["id"])
    assert (shipment["status"], shipment["lossBearer"]) == ("LOST", "CARRIER")
    assert (await act(market, OWNER, "receiveReturn", shipment["id"]))["status"] == "RECEIVED"


async def test_nothing_comes_back_without_settings_or_of_goods_that_are_not_wanted(market: Market) -> None:
    _, request = await recalled(market)
    found = "query Q($id: ID!) { request(id: $id) { returnShipment { id } returnTerms { trigger } } }"
    assert (await market.data(OWNER, found, id=request["id"]))["request"] == {
        "returnShipment": None,
        "returnTerms": None,
    }
    await settings(market, "ON_RECEIPT", method="KEEP")
    _, request = await recalled(market)
    assert (await market.data(OWNER, found, id=request["id"]))["request"]["returnShipment"] is None


async def test_units_that_were_left_out_of_a_shipped_package_are_not_on_their_way(market: Market) -> None:
    """Applied while the package was there, confirmed once it had left with the other units in it."""
    await settings(market, "ON_RECEIPT")
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    assert payload["userErrors"] == []
    assert await market.rows("select id from return_shipment") == []


async def test_a_customer_who_never_got_the_goods_is_not_asked_for_them(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    change = {"handle": "damaged", "goodsWithCustomer": False}
    payload = await market.do(OWNER, "upsertReason", "reason { goodsWithCustomer }", **change)
    assert payload == {"reason": {"goodsWithCustomer": False}, "userErrors": [], "replayed": False}
    order = await delivered(market)
    item = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "damaged", "note": "It never came."}
    asked = await market.do(
        ADA, "requestReturn", "requests { id }", orderId=order.id, items=[item], policyVersion="2026-01"
    )
    id = asked["requests"][0]["id"]
    assert (await market.do(seller(order, "north"), "confirmRequest", requestId=id))["userErrors"] == []
    assert await market.rows("select id from return_shipment") == []
    await market.work()
    (row,) = await market.rows("select status from cancellation_request where id = $1", id)
    assert row["status"] == "COMPLETED"


async def lost(market: Market) -> tuple[Order, dict[str, Any]]:
    await settings(market, "ON_RECEIPT")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    await sent(market, order, shipment)
    return order, await act(market, OWNER, "loseReturn", shipment["id"])


async def offers(market: Market, actor: Any, request: str) -> list[str]:
    text = "query Q($id: ID!) { request(id: $id) { allowedActions { action enabled } } }"
    found = (await market.data(actor, text, id=request))["request"]["allowedActions"]
    return [each["action"] for each in found if each["enabled"]]


async def test_the_owner_may_reject_a_return_whose_goods_are_lost_and_they_may_turn_up(market: Market) -> None:
    order, shipment = await lost(market)
    request = shipment["request"]["id"]
    assert "REJECT_REQUEST" in await offers(market, OWNER, request)
    assert "REJECT_REQUEST" not in await offers(market, seller(order, "north"), request)
    assert codes(await market.do(OWNER, "rejectRequest", requestId=request)) == ["REJECTION_REASON_REQUIRED"]
    refused = await market.do(seller(order, "north"), "rejectRequest", requestId=request, reason="No")
    assert codes(refused) == ["WRONG_STATUS"]
    payload = await market.do(OWNER, "rejectRequest", requestId=request, reason="The proof was forged.")
    assert payload["userErrors"] == []
    shipment = await shown(market, shipment["id"])
    assert shipment["status"] == "CANCELED"
    assert (shipment["request"]["status"], shipment["request"]["rejection"]["reason"]) == (
        "REJECTED",
        "The proof was forged.",
    )
    assert shipment["request"]["plan"]["status"] == "VOIDED"
    assert await ledger(market, order) == {"active": 2, "return_held": 0, "returned": 0}
    assert codes(await market.do(OWNER, "receiveReturn", returnId=shipment["id"])) == ["WRONG_STATUS"]
    item = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "does_not_fit"}
    shows = f"returnShipment {{ {SHIPMENT} }}"
    found = await market.do(OWNER, "receiveUnannounced", shows, returnId=shipment["id"], items=[item])
    assert found["userErrors"] == []
    assert found["returnShipment"]["request"]["predecessor"] == {"id": request}


async def test_a_return_whose_goods_are_not_lost_is_not_rejected_after_it_was_approved(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    before = await market.fingerprint()
    for way in (0, 1):
        request = shipment["request"]["id"]
        assert "REJECT_REQUEST" not in await offers(market, OWNER, request)
        assert codes(await market.do(OWNER, "rejectRequest", requestId=request, reason="No")) == ["GOODS_NOT_LOST"]
        if not way:
            assert await market.fingerprint() == before
            await sent(market, order, shipment)
    await act(market, OWNER, "receiveReturn", shipment["id"])
    assert set(codes(await market.do(OWNER, "rejectRequest", requestId=request, reason="No"))) == {
        "GOODS_NOT_LOST",
        "MONEY_RELEASED",
    }


async def due(market: Market, before: Any) -> list[str]:
    text = """query Q($filter: RequestFilter!) {
      requests(first: 10, filter: $filter) { edges { node { id } } } }"""
    found = await market.data(OWNER, text, filter={"dueBefore": before.isoformat()})
    return [edge["node"]["id"] for edge in found["requests"]["edges"]]


async def test_it_is_said_who_is_to_act_and_until_when_as_long_as_the_money_waits(market: Market) -> None:
    await settings(market, "ON_INSPECTION", shipByDays=10, transitDays=20, inspectionDays=5)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    request = shipment["request"]

    def says(shipment: dict[str, Any]) -> tuple[str, str | None]:
        return shipment["request"]["waitingOn"], shipment["request"]["dueAt"]

    assert says(shipment) == ("CUSTOMER", shipment["shipBy"])
    day = market.clock.now.replace(hour=23)
    assert await due(market, day) == []
    assert await due(market, day.replace(month=day.month + 1)) == [request["id"]]
    shipment = await sent(market, order, shipment)
    assert says(shipment) == ("SYSTEM", shipment["dueAt"])
    one = [{"orderItemId": order.items["lamp"], "received": 1}]
    shipment = await act(market, OWNER, "receiveReturn", shipment["id"], items=one)
    assert says(shipment) == ("SELLER", shipment["dueAt"])
    (rest,) = await market.rows("select id from return_shipment where status = 'IN_TRANSIT'")
    missing = await act(market, OWNER, "loseReturn", rest["id"])
    assert says(missing)[0] == "OWNER"
    found = [request["id"], missing["request"]["id"]]
    assert sorted(await due(market, day.replace(month=day.month + 1))) == sorted(found)
    await act(market, OWNER, "waiveReturn", rest["id"])
    await act(market, OWNER, "waiveReturn", shipment["id"])
    await market.work()
    assert await due(market, day.replace(month=day.month + 2)) == []


async def test_an_unannounced_receipt_is_offered_where_goods_are_asked_for(market: Market) -> None:
    text = "query O($id: ID!) { order(id: $id) { allowedActions { action enabled requires blockers { code } } } }"

    async def offered(actor: Any, order: Order) -> list[tuple[bool, list[str]]]:
        found = (await market.data(actor, text, id=order.id))["order"]["allowedActions"]
        return [
            (each["enabled"], [blocker["code"] for blocker in each["blockers"]])
            for each in found
            if each["action"] == "RECEIVE_UNANNOUNCED"
        ]

    order, unsent = await delivered(market), await market.order()
    clerk = seller(order, "north")
    assert await offered(clerk, order) == []
    await settings(
        market, "ON_RECEIPT", seller_id=(await market.order(Part("south", {"lamp": (1, "10.00")}))).sellers["south"]
    )
    assert await offered(clerk, order) == [(False, ["RETURNS_OFF"])]
    await settings(market, "ON_RECEIPT")
    assert await offered(clerk, order) == await offered(OWNER, order) == [(True, [])]
    assert await offered(ADA, order) == []
    assert await offered(OWNER, unsent) == [(False, ["PACKAGE_HAS_NOT_LEFT"])]
