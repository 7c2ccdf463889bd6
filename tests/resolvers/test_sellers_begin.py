"""A seller that has run out of something cancels it itself: a plan at once, a full refund."""

from typing import Any

import pytest

from domain.facts import Actor
from domain.words import Role
from tests.market import OWNER, POLICY, Market, Order, Part, customer, seller

OFFERS = """query Q($id: ID!) { order(id: $id) { allowedActions { action enabled blockers { code } }
  items { sku eligibility { transaction quantity blockers { code } reasons { handle } } } } }"""
REQUEST = """query Q($id: ID!) { request(id: $id) { status openedBy waitingOn
  plan { status total { amount } refundState }
  items { reasonLabel reason { label } } allowedActions { action enabled } } }"""


async def cancel(market: Market, order: Order, actor: Actor | None = None, **values: Any) -> dict[str, Any]:
    """The seller north cancels both lamps of an order."""
    item = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "sold_out"}
    payload = await market.do(
        actor or seller(order, "north"),
        "requestReturn",
        "message requests { id openedBy status waitingOn plan { status } }",
        **{"orderId": order.id, "items": [item], **values},
    )
    return dict(payload)


async def begun(market: Market, order: Order) -> str:
    payload = await cancel(market, order)
    assert payload["userErrors"] == []
    return str(payload["requests"][0]["id"])


def offered(request: dict[str, Any]) -> set[str]:
    return {offer["action"] for offer in request["allowedActions"] if offer["enabled"]}


async def test_what_a_seller_cannot_send_is_canceled_and_paid_back_by_the_usual_clock(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}, "4.90"))
    payload = await cancel(market, order)
    (request,) = payload["requests"]
    assert (request["openedBy"], request["status"], request["waitingOn"]) == ("SELLER", "WAITING", "SYSTEM")
    assert request["plan"] == {"status": "WAITING"}
    await market.work()
    assert (await market.data(customer("ada"), REQUEST, id=request["id"]))["request"]["status"] == "WAITING"
    market.clock.pass_by(seconds=3)
    await market.work()
    seen = (await market.data(customer("ada"), REQUEST, id=request["id"]))["request"]
    assert (seen["status"], seen["openedBy"]) == ("COMPLETED", "SELLER")
    assert seen["plan"] == {"status": "COMPLETED", "total": {"amount": "24.90"}, "refundState": "DONE"}
    assert seen["items"] == [{"reasonLabel": "Out of stock", "reason": {"label": "Out of stock"}}]
    (row,) = await market.rows("select accepted_policy_id, opened_by from cancellation_request")
    assert row == {"accepted_policy_id": None, "opened_by": "SELLER"}


async def test_the_preview_is_what_the_cancellation_pays(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}, "4.90"))
    item = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "sold_out"}
    text = """query P($input: RequestReturnInput!) { previewReturn(input: $input) {
      plans { total { amount } tenders { method } } userErrors { code } } }"""
    before = await market.fingerprint()
    north = seller(order, "north")
    found = (await market.data(north, text, input={"orderId": order.id, "items": [item]}))["previewReturn"]
    assert found == {"plans": [{"total": {"amount": "24.90"}, "tenders": []}], "userErrors": []}
    refused = await market.data(north, text, input={"orderId": order.id, "items": [item | {"quantity": 3}]})
    assert refused["previewReturn"]["userErrors"] == [{"code": "TOO_MANY_UNITS"}]
    assert await market.fingerprint() == before


@pytest.mark.parametrize("status", ["PREPARING", "READY_TO_SHIP", "SHIPPED", "DELIVERY_FAILED", "DELIVERED"])
async def test_what_sellers_are_offered_is_what_they_may_do(market: Market, status: str) -> None:
    order = await market.order()
    for step in {"READY_TO_SHIP": ["READY_TO_SHIP"], "SHIPPED": ["SHIPPED"]}.get(
        status, [] if status == "PREPARING" else ["SHIPPED", status]
    ):
        await market.move(order, "north", step)
    found = (await market.data(seller(order, "north"), OFFERS, id=order.id))["order"]
    lamp = next(item for item in found["items"] if item["sku"] == "lamp")["eligibility"]
    (offer,) = found["allowedActions"]
    payload = await cancel(market, order)
    codes = [blocker["code"] for error in payload["userErrors"] for blocker in error["blockers"]]
    assert (offer["action"], offer["enabled"]) == ("REQUEST_RETURN", not codes)
    assert [blocker["code"] for blocker in lamp["blockers"]] == codes
    assert codes == ([] if status in ("PREPARING", "READY_TO_SHIP") else ["PACKAGE_HAS_LEFT"])
    assert (lamp["transaction"], lamp["quantity"]) == ("CANCEL", 0 if codes else 2)
    assert [reason["handle"] for reason in lamp["reasons"]] == ["sold_out"]


async def test_a_seller_is_told_nothing_of_what_another_has_in_the_order(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}), Part("south", {"chair": (1, "30.00")}))
    north = seller(order, "north")
    answers = []
    for id in (order.items["chair"], "item_00000000000000000000000000"):
        line = {"orderItemId": id, "quantity": 1, "reason": "sold_out"}
        answers.append(await market.do(north, "requestReturn", "requests { id }", orderId=order.id, items=[line]))
    assert answers[0] == answers[1]
    assert answers[0]["userErrors"][0]["code"] == "NOT_FOUND"
    request = await begun(market, order)
    assert (await market.data(seller(order, "south"), REQUEST, id=request))["request"] is None
    assert (await market.data(north, OFFERS, id=order.id))["order"]["items"][0]["sku"] == "lamp"


async def test_only_the_seller_and_the_owner_take_a_sellers_cancellation_back(market: Market) -> None:
    for withdrawer in ("north", "owner"):
        order = await market.order()
        request = await begun(market, order)
        actors = {"north": seller(order, "north"), "owner": OWNER, "ada": customer("ada")}
        seen = {name: (await market.data(actor, REQUEST, id=request))["request"] for name, actor in actors.items()}
        may = {name for name, found in seen.items() if "WITHDRAW_REQUEST" in offered(found)}
        assert may == {"north", "owner"}
        refused = await market.do(actors["ada"], "withdrawRequest", requestId=request)
        assert [error["code"] for error in refused["userErrors"]] == ["REQUEST_OF_OTHER_ROLE"]
        payload = await market.do(actors[withdrawer], "withdrawRequest", "request { status }", requestId=request)
        assert payload["request"] == {"status": "WITHDRAWN"}
        (item,) = await market.rows("select active, cancel_held from order_item where id = $1", order.items["lamp"])
        assert item == {"active": 2, "cancel_held": 0}


async def test_a_package_that_leaves_before_the_clock_asks_the_seller(market: Market) -> None:
    order = await market.order()
    request = await begun(market, order)
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    found = (await market.data(seller(order, "north"), REQUEST, id=request))["request"]
    assert (found["waitingOn"], found["plan"]["status"]) == ("SELLER", "CONFIRMATION_WAITING")
    assert {"CONFIRM_REQUEST", "REJECT_REQUEST", "WITHDRAW_REQUEST"} <= offered(found)


async def test_the_reasons_of_a_role_are_those_that_it_may_choose(market: Market) -> None:
    north = Actor(Role.SELLER, "clerk", "seller_00000000000000000000000000")
    text = "query Q($audience: ReasonAudience) { reasons(transaction: CANCEL, audience: $audience) { handle } }"
    seen: dict[str, set[str]] = {}
    for name, actor in {"nobody": None, "ada": customer("ada"), "north": north, "olga": OWNER}.items():
        seen[name] = {reason["handle"] for reason in (await market.data(actor, text))["reasons"]}
    assert seen["nobody"] == seen["ada"] == {"changed_mind", "other_cancel", "customers_only"}
    assert seen["north"] == {"sold_out"}
    assert seen["olga"] == {"changed_mind", "other_cancel", "sold_out"}
    asked = (await market.data(OWNER, text, audience="SELLER"))["reasons"]
    assert asked == [{"handle": "sold_out"}]


async def test_a_seller_needs_no_policy_and_may_send_one(market: Market) -> None:
    payload = await cancel(market, await market.order(), policyVersion=POLICY)
    assert payload["userErrors"] == []
    assert await market.rows("select 1 from cancellation_request where accepted_policy_id is not null") == []


async def test_a_seller_that_begins_learns_no_more_of_the_customer(market: Market) -> None:
    order = await market.order()
    await market.rows("update customer set email = 'ada@example.org'")
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "sold_out"}
    shown = """requests { customer { name email subject } order { customer { email subject }
      payments { id } totals { __typename }
      timeline { actor { id } } } timeline { actor { role id } } }"""
    payload = await market.do(seller(order, "north"), "requestReturn", shown, orderId=order.id, items=[item])
    (request,) = payload["requests"]
    assert request["customer"] == {"name": "Ada", "email": None, "subject": ""}
    assert request["order"]["customer"] == {"email": None, "subject": ""}
    assert (request["order"]["payments"], request["order"]["totals"]) == ([], None)
    assert request["timeline"][0] == {"actor": {"role": "SELLER", "id": None}}
    assert all(node["actor"]["id"] is None for node in request["order"]["timeline"])


async def test_the_same_key_cancels_once(market: Market) -> None:
    order = await market.order()
    first, again = [await cancel(market, order, idempotencyKey="empty shelf") for _ in range(2)]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["requests"][0]["id"] == again["requests"][0]["id"]
    assert first["message"] == again["message"] == "A cancellation and refund plan has been created."
