"""The seed at the API: each of its sentences with the operation that does it, and what follows from it by its seats."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, build_schema

from tests.market import OWNER, POLICY, Market, Order, Part, customer, seller
from tests.seed import CANCELLATION, RETURN, SENTENCES

Deed = Callable[[Market], Awaitable[None]]

_PLAN = """query Plan($id: ID!) { request(id: $id) { status waitingOn version
  plan { transaction status refundState total { amount } createdBy refunds { status amount { amount } } } } }"""


async def test_a_cancellation_is_applied_by_the_owner_confirmed_by_itself_and_refunded_in_full(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    assert (request["status"], request["transaction"], request["waitingOn"]) == ("WAITING", "CANCEL", "OWNER")

    plan = await market.apply(request)
    assert plan["status"] == "WAITING"
    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["waitingOn"]) == ("WAITING", "WAITING", "SYSTEM")

    market.clock.pass_by(seconds=3)
    assert await market.worker.once()
    await market.work()
    seen = (await market.data(customer("ada"), _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["plan"]["refundState"]) == ("COMPLETED", "COMPLETED", "DONE")
    assert seen["plan"]["total"]["amount"] == "28.40"
    assert [refund["status"] for refund in seen["plan"]["refunds"]] == ["SUCCEEDED"]
    state = """query Q($id: ID!) { order(id: $id) { status packages { status }
      totals { refunded { amount } captured { amount } } } }"""
    whole = (await market.data(customer("ada"), state, id=order.id))["order"]
    assert whole["status"] == "CANCELED"
    assert whole["packages"] == [{"status": "CANCELED"}]
    assert whole["totals"]["refunded"] == whole["totals"]["captured"]


async def test_a_return_is_confirmed_by_the_seller_and_makes_an_approved_plan_of_type_refund(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "READY_TO_SHIP", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=1)
    assert (request["status"], request["transaction"], request["waitingOn"]) == ("WAITING", "REFUND", "SELLER")

    payload = await market.do(
        seller(order, "north"),
        "confirmRequest",
        "request { status } plan { transaction status createdBy }",
        requestId=request["id"],
        expectedVersion=request["version"],
    )
    assert payload["userErrors"] == []
    assert payload["request"]["status"] == "APPROVED"
    assert payload["plan"] == {"transaction": "REFUND", "status": "APPROVED", "createdBy": "SYSTEM"}

    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["plan"]["total"]["amount"]) == (
        "COMPLETED",
        "COMPLETED",
        "10.00",
    )
    units = "query Q($id: ID!) { order(id: $id) { status items { sku status active returnHeld returned } } }"
    lamp, bulb = (await market.data(OWNER, units, id=order.id))["order"]["items"]
    assert lamp == {"sku": "lamp", "status": "PARTLY_RETURNED", "active": 1, "returnHeld": 0, "returned": 1}
    assert bulb["status"] == "ACTIVE"


async def test_a_package_that_leaves_meanwhile_puts_the_cancellation_to_the_seller(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.apply(request)
    await market.move(order, "north", "READY_TO_SHIP", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["status"], seen["waitingOn"]) == ("WAITING", "CONFIRMATION_WAITING", "SELLER")

    payload = await market.do(seller(order, "north"), "confirmRequest", "request { status }", requestId=request["id"])
    assert payload["request"]["status"] == "APPROVED"
    await market.work()
    assert (await market.data(OWNER, _PLAN, id=request["id"]))["request"]["status"] == "COMPLETED"


async def test_one_submission_becomes_one_request_for_each_seller_and_type(market: Market) -> None:
    order = await market.order(
        Part("north", {"lamp": (1, "10.00")}),
        Part("south", {"chair": (1, "30.00")}),
        Part("west", {"rug": (1, "9.99")}),
    )
    await market.move(order, "south", "SHIPPED")
    items = [
        {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"},
        {"orderItemId": order.items["chair"], "quantity": 1, "reason": "does_not_fit"},
        {"orderItemId": order.items["rug"], "quantity": 1, "reason": "changed_mind"},
    ]
    payload = await market.do(
        customer("ada"),
        "requestReturn",
        "submissionId requests { submissionId transaction seller { handle } }",
        orderId=order.id,
        items=items,
        policyVersion="2026-01",
    )
    assert payload["userErrors"] == []
    found = {(one["seller"]["handle"], one["transaction"]) for one in payload["requests"]}
    assert found == {("north", "CANCEL"), ("south", "REFUND"), ("west", "CANCEL")}
    assert {one["submissionId"] for one in payload["requests"]} == {payload["submissionId"]}


async def test_the_owner_may_cancel_items_that_nobody_asked_for(market: Market) -> None:
    order = await market.order()
    payload = await market.do(
        OWNER,
        "applyCancellation",
        "requests { status openedBy plan { status } } plans { status }",
        transaction="CANCEL",
        confirm=True,
        orderId=order.id,
        items=[{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}],
    )
    assert payload["userErrors"] == []
    assert payload["requests"] == [{"status": "WAITING", "openedBy": "OWNER", "plan": {"status": "WAITING"}}]


async def test_the_owner_may_open_a_return_after_the_window_and_must_say_why(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=15)
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"}
    late = await market.do(customer("ada"), "requestReturn", orderId=order.id, items=[item], policyVersion="2026-01")
    assert [one["code"] for one in late["userErrors"]] == ["RETURN_WINDOW_CLOSED"]
    given = {"transaction": "REFUND", "orderId": order.id}
    silent = await market.do(OWNER, "applyCancellation", items=[item], **given)
    assert [one["code"] for one in silent["userErrors"]] == ["NOTE_REQUIRED"]
    said = await market.do(
        OWNER,
        "applyCancellation",
        "requests { status waitingOn } plans { id }",
        items=[item | {"note": "Goodwill"}],
        **given,
    )
    assert said["requests"] == [{"status": "WAITING", "waitingOn": "SELLER"}]
    assert said["plans"] == []


async def test_a_seller_may_accept_a_part_of_a_return(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=2, bulb=1)
    payload = await market.do(
        seller(order, "north"),
        "confirmRequest",
        "plan { lines { orderItem { sku } quantity } }",
        requestId=request["id"],
        items=[{"orderItemId": order.items["lamp"], "quantity": 1}],
        restReason="The bulb and one lamp are used.",
    )
    assert payload["plan"]["lines"] == [{"orderItem": {"sku": "lamp"}, "quantity": 1}]
    await market.work()
    (lamp, bulb) = await market.rows("select active, returned, return_held from order_item order by position")
    assert (lamp["active"], lamp["returned"], lamp["return_held"]) == (1, 1, 0)
    assert (bulb["active"], bulb["returned"], bulb["return_held"]) == (1, 0, 0)


async def test_a_withdrawn_request_frees_its_units_and_voids_its_plan(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.apply(request)
    payload = await market.do(
        customer("ada"), "withdrawRequest", "request { status plan { status } }", requestId=request["id"]
    )
    assert payload["request"] == {"status": "WITHDRAWN", "plan": {"status": "VOIDED"}}
    again = await market.request(order, lamp=2)
    assert again["status"] == "WAITING"


async def test_a_rejection_says_who_and_why(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    request = await market.request(order, lamp=1)
    payload = await market.do(
        seller(order, "north"),
        "rejectRequest",
        "request { status rejection { by reason } }",
        requestId=request["id"],
        reason="Worn",
    )
    assert payload["request"] == {"status": "REJECTED", "rejection": {"by": "SELLER", "reason": "Worn"}}


async def test_a_seller_that_rejects_a_cancellation_put_to_it_rejects_its_plan(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    payload = await market.do(
        seller(order, "north"),
        "rejectRequest",
        "request { status plan { status } }",
        requestId=request["id"],
        reason="It is on its way",
    )
    assert payload["request"] == {"status": "REJECTED", "plan": {"status": "REJECTED"}}


async def test_a_package_that_has_arrived_cannot_be_recalled_any_more(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    market.clock.pass_by(seconds=3)
    await market.work()
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    assert [one["code"] for one in payload["userErrors"]] == ["PACKAGE_DELIVERED"]


async def test_an_order_that_was_paid_with_nothing_completes_without_a_refund(market: Market) -> None:
    order = await market.order(paid=("0.00",))
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    market.clock.pass_by(seconds=3)
    await market.work()
    seen = (await market.data(OWNER, _PLAN, id=request["id"]))["request"]
    assert (seen["status"], seen["plan"]["refunds"]) == ("COMPLETED", [])


ADA = customer("ada")
_ELIGIBILITY = """query Q($id: ID!) { order(id: $id) { status packages { status } items { sku
  eligibility { transaction quantity blockers { code } reasons { handle label(locale: "de") } } } } }"""


async def _eligible(market: Market, order: Order) -> dict[str, tuple[str, int]]:
    """What the customer can ask for: type and units, by sku."""
    items = (await market.data(ADA, _ELIGIBILITY, id=order.id))["order"]["items"]
    return {item["sku"]: (item["eligibility"]["transaction"], item["eligibility"]["quantity"]) for item in items}


async def _cancels_only_what_has_not_left(market: Market) -> None:
    for statuses in ((), ("READY_TO_SHIP",)):
        order = await market.order()
        await market.move(order, "north", *statuses)
        assert await _eligible(market, order) == {"lamp": ("CANCEL", 2), "bulb": ("CANCEL", 1)}
        assert (await market.data(ADA, _ELIGIBILITY, id=order.id))["order"]["status"] == "WAITING_PACKAGING"
        assert (await market.request(order, lamp=1))["transaction"] == "CANCEL"


async def _refunds_in_full(market: Market) -> None:
    await test_a_cancellation_is_applied_by_the_owner_confirmed_by_itself_and_refunded_in_full(market)


async def _lists_my_orders(market: Market) -> None:
    order = await market.order()
    await market.order(customer="ben")
    found = await market.data(ADA, "{ orders { nodes { id } } }")
    assert found["orders"]["nodes"] == [{"id": order.id}]


async def _shows_an_order(market: Market) -> None:
    order = await market.order()
    found = await market.data(ADA, "query Q($id: ID!) { order(id: $id) { number items { sku } } }", id=order.id)
    assert found["order"] == {"number": order.number, "items": [{"sku": "lamp"}, {"sku": "bulb"}]}


async def _offers_reasons(market: Market) -> None:
    order = await market.order()
    items = (await market.data(ADA, _ELIGIBILITY, id=order.id))["order"]["items"]
    offered = {reason["handle"] for reason in items[0]["eligibility"]["reasons"]}
    assert "changed_mind" in offered
    assert not offered & {"does_not_fit", "retired"}  # those for returns, and those that are no longer offered


async def _asks_for_the_policy(market: Market) -> None:
    order = await market.order()
    asked: dict[str, Any] = {
        "orderId": order.id,
        "items": [{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}],
    }
    unread = await market.do(ADA, "requestReturn", **asked)
    assert [error["code"] for error in unread["userErrors"]] == ["POLICY_NOT_ACCEPTED"]
    read = await market.do(ADA, "requestReturn", "requests { status }", policyVersion=POLICY, **asked)
    assert read["requests"] == [{"status": "WAITING"}]


async def _says_that_it_is_under_evaluation(market: Market) -> None:
    order = await market.order()
    payload = await market.do(
        ADA,
        "requestReturn",
        'english: message(locale: "en") german: message(locale: "de")',
        orderId=order.id,
        items=[{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}],
        policyVersion=POLICY,
    )
    assert payload["english"] == "Your request has been received and is under evaluation."
    assert payload["german"] == "Ihre Anfrage ist eingegangen und wird geprüft."


async def _confirms_the_relevant_product(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    payload = await market.do(
        OWNER,
        "applyCancellation",
        "plans { lines { orderItem { sku } quantity } } requests { restReason }",
        transaction="CANCEL",
        confirm=True,
        requestId=request["id"],
        accept=[{"orderItemId": order.items["lamp"], "quantity": 2}],
        restReason="The bulb has been packed.",
    )
    assert payload["plans"] == [{"lines": [{"orderItem": {"sku": "lamp"}, "quantity": 2}]}]
    assert payload["requests"] == [{"restReason": "The bulb has been packed."}]


async def _displays_requests_on_orders(market: Market) -> None:
    order = await market.order()
    await market.order()
    request = await market.request(order, lamp=1)
    asked = "{ orders(filter: {hasOpenRequest: true}) { nodes { id requests { number status transaction } } } }"
    shown = {"number": request["number"], "status": "WAITING", "transaction": "CANCEL"}
    assert (await market.data(OWNER, asked))["orders"]["nodes"] == [{"id": order.id, "requests": [shown]}]


async def _gives_access_to_the_details(market: Market) -> None:
    order = await market.order()
    await market.request(order, lamp=1)
    asked = "query Q($id: ID!) { order(id: $id) { requests { items { orderItem { sku } } } } }"
    found = (await market.data(OWNER, asked, id=order.id))["order"]
    assert found["requests"] == [{"items": [{"orderItem": {"sku": "lamp"}}]}]


async def _informs_about_product_customer_order_and_payment(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=1)
    asked = """query Q($id: ID!) { request(id: $id) { items { orderItem { name } reasonLabel }
      customer { name email phone } order { number status placedAt shippingAddress { city } billingAddress { city }
      payments { method paidAt instrument reference captured { amount } } totals { refunded { amount } } } } }"""
    found = (await market.data(OWNER, asked, id=request["id"]))["request"]
    assert found["items"][0]["orderItem"] == {"name": "Lamp"}
    assert found["customer"]["name"] == "Ada"
    assert found["order"]["number"] == order.number
    assert [payment["method"] for payment in found["order"]["payments"]] == ["card"]


async def _asks_order_cancel(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    values = {"transaction": "CANCEL", "requestId": request["id"]}
    unsure = await market.do(OWNER, "applyCancellation", confirm=False, **values)
    assert [error["code"] for error in unsure["userErrors"]] == ["CONFIRMATION_REQUIRED"]
    sure = await market.do(OWNER, "applyCancellation", "plans { status transaction }", confirm=True, **values)
    assert sure["plans"] == [{"status": "WAITING", "transaction": "CANCEL"}]


async def _returns_what_has_left(market: Market) -> None:
    for statuses in (("SHIPPED",), ("SHIPPED", "DELIVERED"), ("SHIPPED", "DELIVERY_FAILED")):
        order = await market.order()
        await market.move(order, "north", *statuses)
        assert await _eligible(market, order) == {"lamp": ("REFUND", 2), "bulb": ("REFUND", 1)}
        assert (await market.request(order, lamp=1))["transaction"] == "REFUND"


async def _accepts_no_return_before(market: Market) -> None:
    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"}
    early = await market.do(ADA, "requestReturn", orderId=order.id, items=[item], policyVersion=POLICY)
    assert [error["code"] for error in early["userErrors"]] == ["REASON_WRONG_TYPE"]
    forced = await market.do(OWNER, "applyCancellation", transaction="REFUND", orderId=order.id, items=[item])
    assert [error["code"] for error in forced["userErrors"]] == ["PACKAGE_HAS_NOT_LEFT"]


async def _returned(market: Market) -> tuple[Order, dict[str, str]]:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    return order, await market.request(order, lamp=1)


async def _opens_returns_waiting(market: Market) -> None:
    _, request = await _returned(market)
    assert (request["status"], request["transaction"]) == ("WAITING", "REFUND")


async def _waits_for_the_seller(market: Market) -> None:
    order, request = await _returned(market)
    asked = "{ requests(filter: {waitingOn: [SELLER]}) { nodes { id } } }"
    found = await market.data(seller(order, "north"), asked)
    assert found["requests"]["nodes"] == [{"id": request["id"]}]


async def _the_seller_confirms_the_respective_product(market: Market) -> None:
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=1, bulb=1)
    payload = await market.do(
        seller(order, "north"),
        "confirmRequest",
        "plan { lines { orderItem { sku } } }",
        requestId=request["id"],
        items=[{"orderItemId": order.items["lamp"], "quantity": 1}],
        rest="KEEP_WAITING",
    )
    assert payload["plan"] == {"lines": [{"orderItem": {"sku": "lamp"}}]}


async def _omnitron_lists_the_confirmation(market: Market) -> None:
    _, request = await _returned(market)
    asked = "{ requests { nodes { id allowedActions { action enabled } } } }"
    (found,) = (await market.data(OWNER, asked))["requests"]["nodes"]
    assert found["id"] == request["id"]
    assert {"action": "CONFIRM_REQUEST", "enabled": True} in found["allowedActions"]
    payload = await market.do(
        OWNER, "confirmRequest", "request { status }", requestId=request["id"], note="The seller is silent."
    )
    assert payload["request"] == {"status": "APPROVED"}


async def _starts_the_return(market: Market) -> None:
    order, request = await _returned(market)
    payload = await market.do(
        seller(order, "north"), "confirmRequest", "request { returnStartedAt }", requestId=request["id"]
    )
    assert payload["request"]["returnStartedAt"] is not None


async def _a_return_in_whole(market: Market) -> None:
    await test_a_return_is_confirmed_by_the_seller_and_makes_an_approved_plan_of_type_refund(market)


PROOFS: tuple[Deed, ...] = (
    _cancels_only_what_has_not_left,
    _refunds_in_full,
    _asks_for_the_policy,
    _lists_my_orders,
    _shows_an_order,
    _offers_reasons,
    _asks_for_the_policy,
    _says_that_it_is_under_evaluation,
    _confirms_the_relevant_product,
    _displays_requests_on_orders,
    _gives_access_to_the_details,
    _informs_about_product_customer_order_and_payment,
    _asks_order_cancel,
    _asks_order_cancel,
    _asks_order_cancel,
    _refunds_in_full,
    _returns_what_has_left,
    _returns_what_has_left,
    _accepts_no_return_before,
    _returns_what_has_left,
    _opens_returns_waiting,
    _waits_for_the_seller,
    _the_seller_confirms_the_respective_product,
    _omnitron_lists_the_confirmation,
    _starts_the_return,
    _a_return_in_whole,
    _a_return_in_whole,
    _a_return_in_whole,
)
"""For each sentence of the seed, in its order, what shows that its operation does it."""
_SCHEMA = build_schema(Path("schema/schema.graphql").read_text())


@pytest.mark.parametrize(("sentence", "coordinate"), list(SENTENCES.items()), ids=list(SENTENCES))
def test_the_contract_has_what_does_the_sentence(sentence: str, coordinate: str) -> None:
    name, _, member = coordinate.partition(".")
    match _SCHEMA.type_map[name]:
        case GraphQLEnumType(values=members):
            assert member in members, sentence
        case GraphQLObjectType(fields=fields) | GraphQLInputObjectType(fields=fields):
            assert member in fields, sentence
        case other:
            raise AssertionError(f"{coordinate} is a {type(other).__name__}")


@pytest.mark.parametrize("proof", PROOFS, ids=list(SENTENCES))
async def test_what_the_sentence_says_is_done(market: Market, proof: Deed) -> None:
    await proof(market)


def test_every_sentence_has_a_proof() -> None:
    assert len(PROOFS) == len(SENTENCES) == len(CANCELLATION) + len(RETURN)
