"""Articles 16 and 25: what the law exempts. And what stands beside it: faulty goods, and two statements at once."""

import asyncio
from typing import Any

from tests import goods, terms
from tests.market import OWNER, POLICY, Market, customer, seller
from tests.resolvers.right_to_withdraw.scene import bought, codes, offered, seen
from tests.withdrawals import WITH_FEE, again, declared, previewed, units

# Article 16 and Article 25: the exceptions, and that no terms take the right away


async def test_16_what_the_law_exempts_is_recorded_and_told_and_waits_for_a_decision(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    exempt = {"name": "Made to measure", "matcher": {"sellerIds": [order.sellers["north"]], "bases": ["STATUTORY"]}}
    await terms.published(market, {**exempt, "terms": {"trigger": "ON_RECEIPT", "exemption": "CUSTOM_MADE"}})
    try:
        (made,) = await declared(market, order)
    finally:
        await terms.published(market, WITH_FEE)
    assert [item["exemption"] for item in made["items"]] == ["CUSTOM_MADE"]
    (request,) = made["requests"]
    assert (request["status"], request["waitingOn"]) == ("WAITING", "SELLER")


async def test_16_a_seller_does_not_reject_but_objects_with_a_ground_and_the_owner_decides(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order)
    north = seller(order, "north")
    (request,) = (await seen(market, made["id"], north))["requests"]
    assert offered(request) == {"OBJECT_TO_WITHDRAWAL"}
    assert codes(await market.do(OWNER, "rejectRequest", requestId=request["id"], reason="No")) == ["GOODS_NOT_LOST"]
    objects: dict[str, Any] = {"requestId": request["id"], "ground": "NOT_BUYER", "note": "Another name."}
    payload = await market.do(north, "objectToWithdrawal", "request { objection objectionNote }", **objects)
    assert payload["request"] == {"objection": "NOT_BUYER", "objectionNote": "Another name."}
    assert codes(await market.do(north, "objectToWithdrawal", **objects)) == ["OBJECTION_EXISTS"]
    rejected = await market.do(OWNER, "rejectRequest", requestId=request["id"], reason="You have not bought this.")
    assert rejected["userErrors"] == []
    ended = await seen(market, made["id"], OWNER)
    assert (ended["status"], ended["requests"][0]["status"]) == ("COMPLETED", "REJECTED")


async def test_16_a_late_statement_is_not_rejected_by_its_seller_and_not_by_the_clock(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=20)
    (made,) = await declared(market, order)
    north = seller(order, "north")
    (request,) = (await seen(market, made["id"], north))["requests"]
    assert offered(request) == {"CONFIRM_REQUEST", "OBJECT_TO_WITHDRAWAL"}
    refused = await market.do(north, "rejectRequest", requestId=request["id"], reason="Too late")
    assert codes(refused) == ["WITHDRAWN_BY_LAW"]
    payload = await market.do(north, "objectToWithdrawal", requestId=request["id"], ground="LATE")
    assert payload["userErrors"] == []
    waits = (await seen(market, made["id"], OWNER))["requests"][0]
    assert (waits["waitingOn"], waits["objection"]) == ("OWNER", "LATE")
    voluntary = await market.request(await bought(market, "SHIPPED", "DELIVERED"), lamp=1)
    assert codes(await market.do(OWNER, "objectToWithdrawal", requestId=voluntary["id"], ground="LATE")) == [
        "NOT_BY_LAW"
    ]


async def test_25_no_sale_is_final_against_the_law(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    final = {"name": "Final sale", "matcher": {"sellerIds": [order.sellers["north"]]}}
    await terms.published(market, {**final, "terms": {"trigger": "ON_RECEIPT", "exemption": "FINAL_SALE"}})
    try:
        asked = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"}
        voluntary = await market.do(
            customer(order.customer), "requestReturn", orderId=order.id, items=[asked], policyVersion=POLICY
        )
        assert codes(voluntary) == ["EXEMPT"]
        (made,) = await declared(market, order)
    finally:
        await terms.published(market, WITH_FEE)
    assert [item["exemption"] for item in made["items"]] == [None]
    assert made["requests"][0]["status"] == "APPROVED"


# Goods that are not what was sold: another right, without a fee as well


async def test_goods_that_are_faulty_come_back_without_a_fee_for_two_years_if_their_seller_agrees(
    market: Market,
) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=400)
    asked = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"}
    given: dict[str, Any] = {"orderId": order.id, "items": [asked], "policyVersion": POLICY}
    ada, shows = customer(order.customer), "requests { id basis status returnTerms { fees { name } } }"
    assert codes(await market.do(ada, "requestReturn", **given)) == ["RETURN_WINDOW_CLOSED"]
    assert codes(await market.do(ada, "requestReturn", **given, basis="STATUTORY")) == ["INVALID_INPUT"]
    (request,) = (await market.do(ada, "requestReturn", shows, **given, basis="CONFORMITY"))["requests"]
    assert (request["basis"], request["status"], request["returnTerms"]["fees"]) == ("CONFORMITY", "WAITING", [])
    rejected = await market.do(seller(order, "north"), "rejectRequest", requestId=request["id"], reason="It was fine.")
    assert rejected["userErrors"] == []
    market.clock.pass_by(days=331)
    assert codes(await market.do(ada, "requestReturn", **given, basis="CONFORMITY")) == ["RETURN_WINDOW_CLOSED"]
    unsent = await bought(market)
    cancels = {**given, "orderId": unsent.id, "items": [{**asked, "orderItemId": unsent.items["lamp"]}]}
    cancels["items"][0]["reason"] = "changed_mind"
    faulty = await market.do(customer(unsent.customer), "requestReturn", **cancels, basis="CONFORMITY")
    assert codes(faulty) == ["CONTRADICTORY_INPUT"]


# Two at once, and what must hold after all of this


async def test_of_two_statements_at_once_one_is_declared_and_both_have_the_same_answer(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    hash = (await previewed(market, order))["hash"]
    both = await asyncio.gather(*(again(market, order, hash=hash) for _ in range(4)))
    assert len({answer["withdrawals"][0]["id"] for answer in both}) == 1
    assert await goods.ledger(market, order) == {"active": 0, "return_held": 2, "returned": 0}
    other = await bought(market, "SHIPPED", "DELIVERED")
    lamp = units(other, lamp=1)
    whole, part = (await previewed(market, other))["hash"], (await previewed(market, other, items=lamp))["hash"]
    answers = await asyncio.gather(again(market, other, hash=whole), again(market, other, hash=part, items=lamp))
    refused = [code for answer in answers for code in codes(answer)]
    assert len([answer for answer in answers if answer["withdrawals"]]) == 1
    assert refused[0] in ("STATEMENT_OUTDATED", "NOTHING_TO_WITHDRAW")
