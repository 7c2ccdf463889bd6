"""The owner decides for a silent seller: what the journal keeps of it, who reads it, and what is offered when."""

from typing import Any

import pytest

from domain.facts import Actor
from tests.market import OWNER, Market, Order, customer, seller

NOTE = "Lumen has not answered for ten days."
_TIMELINE = """query Q($id: ID!) { order(id: $id) { timeline {
  subject action from to actor { role id } onBehalfOf note } } }"""
_OFFERS = """query Q($id: ID!) { node(id: $id) { ... on CancellationRequest {
  status allowedActions { action enabled requires blockers { code } } } } }"""


async def returning(market: Market) -> tuple[Order, str]:
    """An order that has been sent, with a return of two lamps."""
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    return order, (await market.request(order, lamp=2))["id"]


async def recalling(market: Market) -> tuple[Order, str]:
    """An order that was sent while its cancellation was applied."""
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.apply(request)
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    return order, request["id"]


async def confirmations(market: Market, actor: Actor, order: Order) -> list[dict[str, Any]]:
    """The confirmations in an order's timeline as an actor reads it, without those that Retour itself makes."""
    timeline = (await market.data(actor, _TIMELINE, id=order.id))["order"]["timeline"]
    return [event for event in timeline if event["action"] == "CONFIRM_REQUEST" and event["actor"]["role"] != "SYSTEM"]


@pytest.mark.parametrize("scene", [returning, recalling])
async def test_the_owner_confirms_for_the_seller_and_the_journal_says_so(market: Market, scene: Any) -> None:
    order, request = await scene(market)
    shown = "request { status } plan { status total { amount } }"
    payload = await market.do(OWNER, "confirmRequest", shown, requestId=request, note=NOTE)
    assert payload["userErrors"] == []
    assert payload["request"] == {"status": "APPROVED"}
    assert payload["plan"] == {"status": "APPROVED", "total": {"amount": "20.00"}}
    found = await confirmations(market, OWNER, order)
    assert {event["subject"] for event in found} == ({"REQUEST"} if scene is returning else {"REQUEST", "PLAN"})
    assert all(event["onBehalfOf"] == "SELLER" and event["actor"]["id"] == "olga" for event in found)
    assert {event["subject"]: event["note"] for event in found}["REQUEST"] == NOTE


async def test_the_seller_reads_the_note_and_the_customer_only_that_it_was_confirmed(market: Market) -> None:
    order, request = await returning(market)
    await market.do(OWNER, "confirmRequest", requestId=request, note=NOTE)
    role = {"role": "OWNER", "id": None}
    common = {"subject": "REQUEST", "action": "CONFIRM_REQUEST", "from": "WAITING", "to": "APPROVED", "actor": role}
    assert await confirmations(market, seller(order, "north"), order) == [
        common | {"onBehalfOf": "SELLER", "note": NOTE}
    ]
    assert await confirmations(market, customer("ada"), order) == [common | {"onBehalfOf": "SELLER", "note": None}]


async def test_a_seller_who_confirms_may_leave_a_note_too(market: Market) -> None:
    order, request = await returning(market)
    north = seller(order, "north")
    assert (await market.do(north, "confirmRequest", requestId=request, note="Gladly."))["userErrors"] == []
    for actor, note in ((OWNER, "Gladly."), (north, "Gladly."), (customer("ada"), None)):
        (event,) = await confirmations(market, actor, order)
        assert (event["onBehalfOf"], event["note"]) == (None, note)


async def test_a_note_of_blanks_is_not_kept_and_other_events_have_none(market: Market) -> None:
    order, request = await returning(market)
    await market.do(seller(order, "north"), "confirmRequest", requestId=request, note=" \u200b")
    timeline = (await market.data(OWNER, _TIMELINE, id=order.id))["order"]["timeline"]
    assert len(timeline) >= 5
    assert all((event["onBehalfOf"], event["note"]) == (None, None) for event in timeline)


async def test_a_part_can_be_confirmed_for_the_seller(market: Market) -> None:
    order, request = await returning(market)
    items = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    shown = "request { items { acceptedQuantity } } plan { total { amount } }"
    decided = {"requestId": request, "items": items, "restReason": "One is worn.", "note": NOTE}
    payload = await market.do(OWNER, "confirmRequest", shown, **decided)
    assert payload["request"] == {"items": [{"acceptedQuantity": 1}]}
    assert payload["plan"] == {"total": {"amount": "10.00"}}


async def test_a_preview_for_the_seller_shows_what_then_happens(market: Market) -> None:
    text = """query P($input: ConfirmRequestInput!) { previewConfirmation(input: $input) {
      userErrors { code field } plans { total { amount } } } }"""
    for scene in (returning, recalling):
        _, request = await scene(market)
        without = await market.data(OWNER, text, input={"requestId": request})
        assert without["previewConfirmation"] == {
            "userErrors": [{"code": "NOTE_REQUIRED", "field": ["input", "note"]}],
            "plans": [],
        }
        seen = (await market.data(OWNER, text, input={"requestId": request, "note": NOTE}))["previewConfirmation"]
        payload = await market.do(OWNER, "confirmRequest", "plan { total { amount } }", requestId=request, note=NOTE)
        assert seen == {"userErrors": [], "plans": [payload["plan"]]}


async def offers(market: Market, actor: Actor, request: str) -> dict[str, Any]:
    """What is offered on a request, by the action: None if it is, else the codes of what blocks it."""
    found = (await market.data(actor, _OFFERS, id=request))["node"]["allowedActions"]
    return {
        offer["action"]: None if offer["enabled"] else [blocker["code"] for blocker in offer["blockers"]]
        for offer in found
    }


async def test_confirm_apply_and_reject_are_offered_to_the_owner_wherever_the_tables_allow(market: Market) -> None:
    request = (await market.request(await market.order(), lamp=1))["id"]
    assert await offers(market, OWNER, request) == {
        "APPLY_CANCELLATION": None,
        "CONFIRM_REQUEST": ["PLAN_NOT_WITH_SELLER"],
        "CONVERT_TO_RETURN": ["PACKAGE_HAS_NOT_LEFT"],
        "REJECT_REQUEST": None,
        "WITHDRAW_REQUEST": None,
    }
    _, recalled = await recalling(market)
    assert await offers(market, OWNER, recalled) == {
        "APPLY_CANCELLATION": ["PACKAGE_NOT_WHOLE", "PLAN_EXISTS"],
        "CONFIRM_REQUEST": None,
        "CONVERT_TO_RETURN": None,
        "REJECT_REQUEST": None,
        "WITHDRAW_REQUEST": None,
    }
    _, returned = await returning(market)
    assert await offers(market, OWNER, returned) == {
        "CONFIRM_REQUEST": None,
        "REJECT_REQUEST": None,
        "WITHDRAW_REQUEST": None,
    }
    await market.do(OWNER, "confirmRequest", requestId=returned, note=NOTE)
    assert await offers(market, OWNER, returned) == {
        "CONFIRM_REQUEST": ["WRONG_STATUS"],
        "REJECT_REQUEST": ["MONEY_RELEASED"],
        "WITHDRAW_REQUEST": ["MONEY_RELEASED"],
    }


async def test_an_offer_to_the_owner_names_the_note_and_one_to_the_seller_does_not(market: Market) -> None:
    order, request = await returning(market)
    for actor, needs in ((OWNER, True), (seller(order, "north"), False)):
        found = (await market.data(actor, _OFFERS, id=request))["node"]["allowedActions"]
        (confirm,) = [offer for offer in found if offer["action"] == "CONFIRM_REQUEST"]
        assert ("note" in confirm["requires"]) is needs


async def test_a_repeated_confirmation_gets_the_first_answer_and_one_with_another_note_is_refused(
    market: Market,
) -> None:
    _, request = await returning(market)
    given = {"requestId": request, "idempotencyKey": "silent"}
    assert not (await market.do(OWNER, "confirmRequest", **given, note=NOTE))["replayed"]
    assert (await market.do(OWNER, "confirmRequest", **given, note=NOTE))["replayed"]
    refused = await market.do(OWNER, "confirmRequest", **given, note="Another.")
    assert [error["code"] for error in refused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
