"""What people add to plans or keep from them: allowances, shipping, deductions, fees, and reversals."""

from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from services.worker.reconcile import reconcile
from tests import goods
from tests.adjusted import PLAN, adjustment, allowed, decided, part
from tests.market import OWNER, Market, Order, Part, customer, seller
from tests.services.test_money_back import DINARS, sold

REQUEST = f"""query Q($id: ID!) {{ request(id: $id) {{ status allowance openedBy transaction waitingOn
  items {{ quantity }} plan {{ {PLAN} }} }} }}"""


async def differences(market: Market) -> list[Any]:
    return (await reconcile(market.worker.gateways, market.clock())).differences


async def test_an_allowance_is_a_request_without_units_that_pays_and_ends(market: Market) -> None:
    order = await goods.delivered(market)
    plan = await allowed(market, order, adjustment("ALLOWANCE", "2.50", orderItemId=order.items["lamp"]))
    assert (plan["lines"], plan["total"]["amount"], plan["status"]) == ([], "2.50", "APPROVED")
    assert [refund["amount"]["amount"] for refund in plan["refunds"]] == ["2.50"]
    assert await differences(market) == []
    await market.work()
    assert await goods.paid_back(market, order) == 250
    (row,) = await market.rows("select id from cancellation_request where order_id = $1", order.id)
    for actor in (customer("ada"), seller(order, "north"), OWNER):
        request = (await market.data(actor, REQUEST, id=row["id"]))["request"]
        assert (request["status"], request["allowance"], request["openedBy"]) == ("COMPLETED", True, "OWNER")
        assert (request["items"], request["waitingOn"]) == ([], "NONE")
        (shown,) = request["plan"]["adjustments"]
        assert (shown["kind"], shown["reason"], shown["orderItem"]["sku"]) == ("ALLOWANCE", "A scratch.", "lamp")
    assert await goods.ledger(market, order) == {"active": 2, "return_held": 0, "returned": 0}
    assert await differences(market) == []


async def test_allowances_are_found_among_the_requests(market: Market) -> None:
    order = await goods.delivered(market)
    plan = await allowed(market, order, adjustment("ALLOWANCE", "2.50", orderItemId=order.items["lamp"]))
    request = await market.request(order, lamp=1)
    text = "query L($only: Boolean) { requests(filter: { allowance: $only }) { totalCount nodes { id plan { id } } } }"
    for only, found in ((True, [None]), (False, [request["id"]]), (None, [request["id"], None])):
        for actor in (customer("ada"), seller(order, "north"), OWNER):
            page = (await market.data(actor, text, only=only))["requests"]
            assert page["totalCount"] == len(found)
            for expected, node in zip(found, page["nodes"], strict=True):
                assert node["id"] == expected if expected else node["plan"]["id"] == plan["id"]


async def returned(market: Market, order: Order, **units: int) -> str:
    """Return units at once; the total that goes back for them."""
    request = await market.request(order, **units)
    plan = await decided(market, seller(order, "north"), "confirmRequest", requestId=request["id"])
    await market.work()
    return str(plan["total"]["amount"])


@pytest.mark.parametrize("early", [True, False], ids=["while open", "once closed"])
async def test_an_allowance_lowers_what_its_own_line_brings_later_and_nothing_else(market: Market, early: bool) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00"), "bulb": (1, "3.50")}, "4.90"))
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    await allowed(market, order, adjustment("ALLOWANCE", "12.00", orderItemId=order.items["lamp"]))
    if not early:
        await market.work()
    assert await returned(market, order, bulb=1) == "3.50"
    assert await returned(market, order, lamp=1) == "8.00"
    assert await returned(market, order, lamp=1) == "4.90"  # nothing of the lamp is left, but the shipping is
    assert await goods.paid_back(market, order) == 2840
    assert await differences(market) == []


async def test_shipping_that_went_back_alone_does_not_go_back_with_the_last_unit(market: Market) -> None:
    order = await goods.delivered(market)
    own = await part(market, order)
    await allowed(market, order, adjustment("SHIPPING", "3.00", sellerOrderId=own, bearer="CARRIER"))
    await market.work()
    assert await returned(market, order, lamp=2) == "21.00"
    assert await goods.paid_back(market, order) == 2400


async def test_a_seller_gives_an_allowance_with_a_return(market: Market) -> None:
    order = await goods.delivered(market, units=3)
    request = await market.request(order, lamp=1)
    clerk = seller(order, "north")
    given = [adjustment("ALLOWANCE", "5.00", orderItemId=order.items["lamp"])]
    plan = await decided(market, clerk, "confirmRequest", requestId=request["id"], adjustments=given)
    assert plan["total"]["amount"] == "15.00"
    (shown,) = plan["adjustments"]
    assert (shown["byRole"], shown["bearer"]) == ("SELLER", "SELLER")
    await market.work()
    assert await returned(market, order, lamp=2) == "19.00"  # two units without the five, and the shipping
    assert await goods.paid_back(market, order) == 3400


async def test_the_owner_adjusts_a_cancellation_that_confirms_itself(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}, "4.00"))
    request = await market.request(order, lamp=1)
    adjusted = [
        adjustment("ALLOWANCE", "1.00", orderItemId=order.items["lamp"], bearer="OWNER"),
        adjustment("FEE", "3.00", bearer="OWNER"),
    ]
    values = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"], "adjustments": adjusted}
    plan = await decided(market, OWNER, "applyCancellation", **values)
    assert plan["total"]["amount"] == "8.00"
    market.clock.pass_by(seconds=3)
    await market.work()
    assert await goods.paid_back(market, order) == 800
    assert await differences(market) == []


async def test_fees_are_cut_the_last_first_and_keep_what_was_asked(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}))
    request = await market.request(order, lamp=1)
    adjusted = [adjustment("FEE", "7.00"), adjustment("FEE", "5.00")]
    values = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"], "adjustments": adjusted}
    plan = await decided(market, OWNER, "applyCancellation", **values)
    assert plan["total"]["amount"] == "0.00"
    assert [(row["asked"]["amount"], row["amount"]["amount"]) for row in plan["adjustments"]] == [
        ("7.00", "-7.00"),
        ("5.00", "-3.00"),
    ]
    market.clock.pass_by(seconds=3)
    await market.work()
    first, second = plan["adjustments"]
    payload = await market.do(
        OWNER,
        "refundAllowance",
        orderId=order.id,
        adjustments=[adjustment("REVERSAL", "5.00", reversesId=second["id"])],
    )
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("ADJUSTMENT_TOO_HIGH", ["input", "adjustments", "0", "amount"])
    ]
    assert "3.00 EUR" in payload["userErrors"][0]["message"]
    await allowed(market, order, adjustment("REVERSAL", "2.00", reversesId=first["id"]))
    await allowed(
        market,
        order,
        adjustment("REVERSAL", "5.00", reversesId=first["id"]),
        adjustment("REVERSAL", "3.00", reversesId=second["id"]),
    )
    await market.work()
    assert await goods.paid_back(market, order) == 1000
    assert await differences(market) == []


async def test_a_deduction_is_given_back_and_never_by_the_next_unit(market: Market) -> None:
    order = await goods.delivered(market)
    request = await market.request(order, lamp=1)
    clerk = seller(order, "north")
    kept = [adjustment("DEDUCTION", "4.00", orderItemId=order.items["lamp"])]
    plan = await decided(market, clerk, "confirmRequest", requestId=request["id"], adjustments=kept)
    assert plan["total"]["amount"] == "6.00"
    await market.work()
    assert await returned(market, order, lamp=1) == "14.00"
    await allowed(market, order, adjustment("REVERSAL", "4.00", reversesId=plan["adjustments"][0]["id"]))
    await market.work()
    assert await goods.paid_back(market, order) == 2400


async def test_a_deduction_shrinks_with_units_that_never_came(market: Market) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order = await goods.delivered(market)
    request = await market.request(order, lamp=2)
    kept = [adjustment("DEDUCTION", "15.00", orderItemId=order.items["lamp"])]
    values = {"requestId": request["id"], "note": "Seen on a photo.", "adjustments": kept}
    plan = await decided(market, OWNER, "confirmRequest", **values)
    assert (plan["total"]["amount"], plan["refundState"]) == ("9.00", "HELD")
    shipment = await goods.of_request(market, request["id"])
    one = [{"orderItemId": order.items["lamp"], "received": 1}]
    received = await goods.act(market, seller(order, "north"), "receiveReturn", shipment["id"], items=one)
    plan = received["request"]["plan"]
    assert plan["total"]["amount"] == "0.00"
    assert [(row["asked"]["amount"], row["amount"]["amount"]) for row in plan["adjustments"]] == [("15.00", "-10.00")]
    await market.work()
    assert [found for found in await differences(market) if found.kind != "STUCK"] == []


async def test_what_a_held_plan_allows_is_reserved_and_freed_when_it_is_voided(market: Market) -> None:
    await goods.settings(market, "ON_INSPECTION")
    order = await goods.delivered(market)
    request = await market.request(order, lamp=1)
    given = [adjustment("ALLOWANCE", "10.00", orderItemId=order.items["lamp"])]
    values = {"requestId": request["id"], "adjustments": given}
    plan = await decided(market, seller(order, "north"), "confirmRequest", **values)
    assert plan["total"]["amount"] == "20.00"
    more: dict[str, Any] = {
        "orderId": order.id,
        "adjustments": [adjustment("ALLOWANCE", "0.01", orderItemId=order.items["lamp"])],
    }
    refused = await market.do(OWNER, "refundAllowance", **more)
    assert [error["code"] for error in refused["userErrors"]] == ["ADJUSTMENT_TOO_HIGH"]
    payload = await market.do(customer("ada"), "withdrawRequest", requestId=request["id"])
    assert payload["userErrors"] == []
    await allowed(market, order, adjustment("ALLOWANCE", "20.00", orderItemId=order.items["lamp"]))
    await market.work()
    assert await goods.paid_back(market, order) == 2000


async def test_the_database_holds_what_is_reversed_reserved_and_empty(market: Market) -> None:
    order = await goods.delivered(market)
    request = await market.request(order, lamp=1)
    kept = [adjustment("DEDUCTION", "4.00", orderItemId=order.items["lamp"])]
    clerk = seller(order, "north")
    plan = await decided(market, clerk, "confirmRequest", requestId=request["id"], adjustments=kept)
    await market.work()
    back = await allowed(market, order, adjustment("REVERSAL", "1.00", reversesId=plan["adjustments"][0]["id"]))
    for sql, constraint in (
        (
            "with p as (update cancellation_plan set total_minor = 401 where id in (select plan_id from plan_adjustment"
            " where id = $1)) update plan_adjustment set asked_minor = 900, amount_minor = 401 where id = $1",
            "given back",
        ),
        ("update plan_adjustment set amount_minor = 99 where id = $1", "do not sum"),
        ("update plan_adjustment set reverses_id = null where id = $1", "adjustment_about"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            await market.rows(sql, back["adjustments"][0]["id"])
    with pytest.raises(IntegrityError, match="has units"):
        await market.rows(
            "update cancellation_request set allowance = true, opened_by = 'OWNER' where id = $1", request["id"]
        )
    with pytest.raises(IntegrityError, match="request_allowance"):
        await market.rows("update cancellation_request set allowance = true where id = $1", request["id"])
    await goods.settings(market, "ON_INSPECTION")
    await goods.confirmed(market, order, lamp=1)
    with pytest.raises(IntegrityError, match="paid back and held"):
        await market.rows("update payment set allocated_minor = captured_minor where order_id = $1", order.id)
    with pytest.raises(IntegrityError, match=r"paid back and held|do not sum"):
        await market.rows("update cancellation_plan set total_minor = 2400 where order_id = $1 and held", order.id)


PLANTED = {  # what is planted, and how it is taken out again
    "PLAN_SUM": (
        "update cancellation_plan set total_minor = total_minor + 1 where id = $1",
        "update cancellation_plan set total_minor = total_minor - 1 where id = $1",
    ),
    "REQUEST_UNITS": (
        "update cancellation_request set allowance = false where id = (select request_id from cancellation_plan"
        " where id = $1)",
        "update cancellation_request set allowance = true where id = (select request_id from cancellation_plan"
        " where id = $1)",
    ),
    "REVERSED_TOO_MUCH": (
        "update plan_adjustment set asked_minor = 99, amount_minor = -99 where kind = 'DEDUCTION' and $1 <> ''",
        "update plan_adjustment set asked_minor = 400, amount_minor = -400 where kind = 'DEDUCTION' and $1 <> ''",
    ),
}


async def test_reconcile_sees_an_allowance_that_is_not_as_it_should_be(market: Market) -> None:
    order = await goods.delivered(market)
    request = await market.request(order, lamp=1)
    kept = [adjustment("DEDUCTION", "4.00", orderItemId=order.items["lamp"])]
    clerk = seller(order, "north")
    plan = await decided(market, clerk, "confirmRequest", requestId=request["id"], adjustments=kept)
    await market.work()
    back = await allowed(market, order, adjustment("REVERSAL", "1.00", reversesId=plan["adjustments"][0]["id"]))
    await market.work()
    await market.rows("drop trigger adjustment_total on plan_adjustment")
    for kind, (plant, take_out) in PLANTED.items():
        await market.rows(plant, back["id"])
        assert kind in [found.kind for found in await differences(market)], kind
        await market.rows(take_out, back["id"])
        assert await differences(market) == [], kind


async def test_a_refund_of_an_allowance_that_bounces_leaves_it_as_it_was_decided(market: Market) -> None:
    order = await goods.delivered(market)
    await allowed(market, order, adjustment("ALLOWANCE", "20.00", orderItemId=order.items["lamp"]))
    await market.work()
    await market.rows("update refund set status = 'FAILED'")
    await market.rows('update "order" set refunded_minor = 0')
    more: dict[str, Any] = {
        "orderId": order.id,
        "adjustments": [adjustment("ALLOWANCE", "0.01", orderItemId=order.items["lamp"])],
    }
    refused = await market.do(OWNER, "refundAllowance", **more)
    assert [error["code"] for error in refused["userErrors"]] == ["ADJUSTMENT_TOO_HIGH"]
    (row,) = await market.rows("select id from refund")
    assert (await market.do(OWNER, "retryRefund", refundId=row["id"]))["userErrors"] == []
    await market.work()
    assert await goods.paid_back(market, order) == 2000


async def test_what_a_gateway_cannot_move_is_refused_with_what_it_can(market: Market) -> None:
    """Stripe moves tens of fils: 1.234 KWD alone cannot go back, and with units their lines make up for it."""
    order = await sold(market, DINARS, [("stripe", "10.000")], currency="KWD")
    dates = {"orderItemId": order.items["dates"]}
    alone: dict[str, Any] = {"orderId": order.id, "adjustments": [adjustment("ALLOWANCE", "1.234", **dates)]}
    (error,) = (await market.do(OWNER, "refundAllowance", **alone))["userErrors"]
    assert (error["code"], error["field"]) == ("ADJUSTMENT_TOO_HIGH", ["input", "adjustments"])
    assert error["message"] == "At most 1.230 KWD is possible here: ask for no more."
    plan = await allowed(market, order, adjustment("ALLOWANCE", "1.230", **dates))
    assert plan["total"]["amount"] == "1.230"
    request = await market.request(order, dates=1)
    values = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"]}
    plan = await decided(market, OWNER, "applyCancellation", **values, adjustments=[adjustment("FEE", "0.001")])
    assert plan["total"]["amount"].endswith("0")
