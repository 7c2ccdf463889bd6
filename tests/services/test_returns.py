"""Returns whose money waits for the goods: units, money and time, through all that may become of a shipment."""

from typing import Any

import pytest

from tests.goods import act, confirmed, delivered, grade, ledger, of_request, paid_back, sent, settings, shown
from tests.market import OWNER, POLICY, Market, customer, seller

EXPLAINED = """query E($id: ID!) { request(id: $id) { plan { total { amount } lines { quantity total { amount } }
  adjustments { amount { amount } reason byRole } } } }"""
DAMAGED = {"condition": "DAMAGED", "disposition": "DISPOSE", "deduction": "2.50", "reason": "The shade is broken."}


async def test_two_are_sent_one_arrives_damaged_and_the_missing_one_turns_up(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    assert (shipment["status"], shipment["request"]["plan"]["refundState"]) == ("AWAITING", "HELD")
    assert shipment["request"]["plan"]["total"]["amount"] == "24.00"
    assert shipment["request"]["plan"]["refunds"] == []
    await sent(market, order, shipment)

    clerk = seller(order, "north")
    one = [{"orderItemId": order.items["lamp"], "received": 1}]
    received = await act(market, clerk, "receiveReturn", shipment["id"], "missing { id }", items=one)
    missing = await shown(market, received["missing"]["id"])
    assert (received["status"], missing["status"]) == ("RECEIVED", "IN_TRANSIT")
    assert received["request"]["plan"]["total"]["amount"] == "10.00"
    assert missing["request"]["plan"]["total"]["amount"] == "14.00"  # with the shipping of the last unit
    assert missing["request"]["predecessor"]["id"] == shipment["request"]["id"]
    assert await ledger(market, order) == {"active": 0, "return_held": 2, "returned": 0}

    inspected = await act(market, clerk, "inspectReturn", shipment["id"], grades=[grade(order, 1, **DAMAGED)])
    plan = inspected["request"]["plan"]
    assert (inspected["status"], plan["refundState"], plan["total"]["amount"]) == ("INSPECTED", "IN_PROGRESS", "7.50")
    (deduction,) = plan["adjustments"]
    assert (deduction["kind"], deduction["amount"]["amount"]) == ("DEDUCTION", "-2.50")
    assert (deduction["reason"], deduction["bearer"], deduction["byRole"]) == (
        "The shade is broken.",
        "SELLER",
        "SELLER",
    )
    read = await market.data(customer(order.customer), EXPLAINED, id=shipment["request"]["id"])
    assert read["request"]["plan"] == {
        "total": {"amount": "7.50"},
        "lines": [{"quantity": 1, "total": {"amount": "10.00"}}],
        "adjustments": [{"amount": {"amount": "-2.50"}, "reason": "The shade is broken.", "byRole": "SELLER"}],
    }
    await market.work()
    assert await paid_back(market, order) == 750
    assert await ledger(market, order) == {"active": 0, "return_held": 1, "returned": 1}
    assert (await shown(market, shipment["id"]))["request"]["status"] == "COMPLETED"

    lost = await act(market, OWNER, "loseReturn", missing["id"])
    assert (lost["status"], lost["request"]["waitingOn"], lost["request"]["plan"]["refundState"]) == (
        "LOST",
        "OWNER",
        "HELD",
    )
    await act(market, clerk, "receiveReturn", missing["id"])
    found = await act(market, clerk, "inspectReturn", missing["id"], grades=[grade(order, 1)])
    assert found["request"]["plan"]["total"]["amount"] == "14.00"
    await market.work()
    assert await paid_back(market, order) == 2150  # all that was captured, without the deduction
    assert await ledger(market, order) == {"active": 0, "return_held": 0, "returned": 2}


async def test_no_goods_are_asked_for_if_the_reason_says_that_the_customer_has_none(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    with_goods = await confirmed(market, await delivered(market), lamp=1)
    assert (with_goods["status"], with_goods["request"]["plan"]["refundState"]) == ("AWAITING", "HELD")
    await market.rows("update cancellation_reason set goods_with_customer = false returning id")
    order = await delivered(market)
    request = await market.request(order, lamp=1)
    shows = "request { returnShipment { id } } plan { refundState }"
    payload = await market.do(seller(order, "north"), "confirmRequest", shows, requestId=request["id"])
    assert payload["request"]["returnShipment"] is None
    assert payload["plan"]["refundState"] == "IN_PROGRESS"


TRIGGERS = {"ON_CONFIRM": 0, "ON_SHIPMENT": 1, "ON_RECEIPT": 2, "ON_INSPECTION": 3}


@pytest.mark.parametrize("trigger", TRIGGERS)
async def test_the_money_goes_when_its_trigger_is_reached_and_not_before(market: Market, trigger: str) -> None:
    await settings(market, trigger)
    order = await delivered(market)
    clerk = seller(order, "north")
    shipment = await confirmed(market, order, lamp=1)
    paid = [shipment["request"]["plan"]["refundState"] != "HELD"]
    proven = await act(market, clerk, "sendReturn", shipment["id"], dropOff="Receipt 17")
    paid.append(proven["request"]["plan"]["refundState"] != "HELD")
    received = await act(market, clerk, "receiveReturn", shipment["id"])
    paid.append(received["request"]["plan"]["refundState"] != "HELD")
    inspected = await act(market, clerk, "inspectReturn", shipment["id"], grades=[grade(order, 1)])
    paid.append(inspected["request"]["plan"]["refundState"] != "HELD")
    assert paid.index(True) == TRIGGERS[trigger]
    await market.work()
    assert await paid_back(market, order) == 1000
    assert await ledger(market, order) == {"active": 1, "return_held": 0, "returned": 1}


async def test_a_number_that_the_customer_types_moves_the_goods_only(market: Market) -> None:
    await settings(market, "ON_SHIPMENT")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=1)
    typed = await sent(market, order, shipment)
    assert (typed["status"], typed["request"]["plan"]["refundState"]) == ("IN_TRANSIT", "HELD")
    checked = await act(market, seller(order, "north"), "sendReturn", shipment["id"])
    assert (checked["trackingNumber"], checked["request"]["plan"]["refundState"]) == ("1Z999", "IN_PROGRESS")


async def test_nothing_opens_without_settings(market: Market) -> None:
    order = await delivered(market)
    request = await market.request(order, lamp=1)
    payload = await market.do(
        seller(order, "north"),
        "confirmRequest",
        "request { returnShipment { id } returnTerms { trigger } } plan { refundState }",
        requestId=request["id"],
    )
    assert payload["request"] == {"returnShipment": None, "returnTerms": None}
    assert payload["plan"] == {"refundState": "IN_PROGRESS"}
    found = await market.rows("select subject from event where subject = 'RETURN_SHIPMENT'")
    assert found == []


async def test_a_request_keeps_the_terms_that_it_was_opened_with(market: Market) -> None:
    await settings(market, "ON_INSPECTION", shipByDays=5)
    order = await delivered(market)
    request = await market.request(order, lamp=1)
    await settings(market, "ON_CONFIRM", shipByDays=9)
    await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    shipment = await of_request(market, request["id"])
    assert (shipment["request"]["plan"]["refundState"], shipment["shipBy"][:10]) == ("HELD", "2026-03-07")


async def test_the_settings_of_a_seller_go_before_the_marketplaces(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await delivered(market)
    await settings(market, "ON_CONFIRM", order.sellers["north"])
    assert (await confirmed(market, order, lamp=1))["request"]["plan"]["refundState"] == "IN_PROGRESS"


async def test_goods_that_have_expired_after_their_money_had_gone_can_still_arrive(market: Market) -> None:
    await settings(market, "ON_CONFIRM", shipByDays=5, graceDays=2)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    market.clock.pass_by(days=8)
    await market.work()
    assert (await shown(market, shipment["id"]))["status"] == "EXPIRED"
    clerk, paid = seller(order, "north"), await paid_back(market, order)
    for units, missing in ((1, 1), (1, 0)):
        items = [{"orderItemId": order.items["lamp"], "received": units}]
        late = await act(market, clerk, "receiveReturn", shipment["id"], items=items)
        assert (late["status"], late["lines"][0]["missing"]) == ("RECEIVED", missing)
    assert await ledger(market, order) == {"active": 0, "return_held": 0, "returned": 2}
    assert await paid_back(market, order) == paid


async def test_what_is_not_sent_in_time_expires_and_is_free_again(market: Market) -> None:
    await settings(market, "ON_RECEIPT", shipByDays=5, graceDays=2)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    market.clock.pass_by(days=7)
    await market.work()
    assert (await shown(market, shipment["id"]))["status"] == "AWAITING"
    market.clock.pass_by(days=1)
    await market.work()
    expired = await shown(market, shipment["id"])
    assert (expired["status"], expired["request"]["status"]) == ("EXPIRED", "EXPIRED")
    assert expired["request"]["plan"]["status"] == "VOIDED"
    assert expired["request"]["plan"]["refundState"] == "NONE"
    assert await ledger(market, order) == {"active": 2, "return_held": 0, "returned": 0}
    late = await market.do(seller(order, "north"), "receiveReturn", returnId=shipment["id"])
    assert [error["code"] for error in late["userErrors"]] == ["NOTHING_MISSING"]

    items = [{"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"}]
    late = {"returnId": shipment["id"], "items": items}
    clerk = seller(order, "north")
    payload = await market.do(clerk, "receiveUnannounced", "returnShipment { id }", **late)
    assert payload["userErrors"] == [], payload
    came = await shown(market, payload["returnShipment"]["id"])
    assert (came["status"], came["request"]["status"]) == ("RECEIVED", "APPROVED")
    assert came["request"]["predecessor"] == {"id": shipment["request"]["id"]}
    assert came["request"]["plan"]["refundState"] == "IN_PROGRESS"
    await market.work()
    assert await paid_back(market, order) == 1000
    assert await ledger(market, order) == {"active": 1, "return_held": 0, "returned": 1}


async def test_money_that_has_gone_leaves_a_claim_when_the_goods_do_not_come(market: Market) -> None:
    await settings(market, "ON_CONFIRM", shipByDays=5, graceDays=2)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    await market.work()
    market.clock.pass_by(days=8)
    await market.work()
    assert (await shown(market, shipment["id"]))["status"] == "EXPIRED"
    assert await ledger(market, order) == {"active": 0, "return_held": 0, "returned": 2}
    assert await paid_back(market, order) == 2400


async def test_what_is_missing_after_the_money_has_gone_is_received_later(market: Market) -> None:
    await settings(market, "ON_CONFIRM")
    order = await delivered(market)
    clerk = seller(order, "north")
    shipment = await confirmed(market, order, lamp=2)
    await market.work()
    one = [{"orderItemId": order.items["lamp"], "received": 1}]
    received = await act(market, clerk, "receiveReturn", shipment["id"], "missing { id }", items=one)
    (line,) = received["lines"]
    assert received["missing"] is None
    assert (line["expected"], line["received"], line["missing"]) == (2, 1, 1)
    await act(market, clerk, "inspectReturn", shipment["id"], grades=[grade(order, 1)])
    again = await act(market, clerk, "receiveReturn", shipment["id"])
    (line,) = again["lines"]
    assert (again["status"], line["received"], line["missing"]) == ("RECEIVED", 2, 0)
    done = await act(market, clerk, "inspectReturn", shipment["id"], grades=[grade(order, 1)])
    assert (done["status"], len(done["lines"][0]["grades"])) == ("INSPECTED", 2)
    assert await ledger(market, order) == {"active": 0, "return_held": 0, "returned": 2}


async def test_goods_that_arrive_and_are_not_inspected_in_time_count_as_new(market: Market) -> None:
    await settings(market, "ON_INSPECTION", inspectionDays=3)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    received = await act(market, seller(order, "north"), "receiveReturn", shipment["id"])
    assert (received["request"]["waitingOn"], received["request"]["dueAt"]) == ("SELLER", received["dueAt"])
    market.clock.pass_by(days=4)
    await market.work()
    inspected = await shown(market, shipment["id"])
    assert inspected["status"] == "INSPECTED"
    assert [(one["quantity"], one["condition"]) for one in inspected["lines"][0]["grades"]] == [(2, "AS_NEW")]
    assert await paid_back(market, order) == 2400


async def test_goods_that_do_not_arrive_in_time_are_lost_and_their_money_waits_for_the_owner(market: Market) -> None:
    await settings(market, "ON_RECEIPT", transitDays=10)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    await sent(market, order, shipment)
    market.clock.pass_by(days=11)
    await market.work()
    lost = await shown(market, shipment["id"])
    assert (lost["status"], lost["request"]["waitingOn"], await paid_back(market, order)) == ("LOST", "OWNER", 0)
    waived = await act(market, OWNER, "waiveReturn", shipment["id"], note="The carrier has no trace.")
    assert (waived["status"], waived["request"]["plan"]["refundState"]) == ("WAIVED", "IN_PROGRESS")


async def test_a_loss_that_somebody_bears_is_paid_back_at_once(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    await sent(market, order, shipment)
    lost = await act(market, OWNER, "loseReturn", shipment["id"], bearer="CARRIER")
    assert (lost["lossBearer"], lost["request"]["plan"]["refundState"]) == ("CARRIER", "IN_PROGRESS")


async def test_a_package_that_could_not_be_delivered_comes_back_by_itself(market: Market) -> None:
    await settings(market, "ON_SHIPMENT", fees=[{"name": "Restocking", "percent": 1000}])
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERY_FAILED")
    shipment = await confirmed(market, order, lamp=2)
    assert (shipment["kind"], shipment["status"], shipment["shipBy"]) == ("TO_SENDER", "IN_TRANSIT", None)
    assert shipment["request"]["plan"]["refundState"] == "IN_PROGRESS"
    assert shipment["request"]["plan"]["adjustments"] == []


async def test_the_carrier_brings_back_what_the_customer_says_never_arrived(market: Market) -> None:
    await settings(market, "ON_RECEIPT", fees=[{"name": "Restocking", "percent": 1000}])
    await market.rows("update cancellation_reason set goods_with_customer = false returning id")
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERY_FAILED")
    shipment = await confirmed(market, order, lamp=2)
    assert (shipment["kind"], shipment["status"]) == ("TO_SENDER", "IN_TRANSIT")
    assert shipment["request"]["plan"]["refundState"] == "HELD"
    assert shipment["request"]["plan"]["adjustments"] == []


def kept_of(shipment: dict[str, Any]) -> list[str]:
    return [each["amount"]["amount"] for each in shipment["request"]["plan"]["adjustments"]]


async def test_no_fee_is_kept_of_units_that_the_customer_never_had(market: Market) -> None:
    """A lamp goes back beside a bulb that never arrived; the lamp is not taken back, so nothing is kept at all."""
    handling = {"name": "Handling", "amount": "0.50", "currency": "EUR"}
    await settings(market, "ON_INSPECTION", fees=[{"name": "Restocking", "percent": 1000}, handling])
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    await market.rows(
        "update cancellation_reason set goods_with_customer = false where handle = 'damaged' returning id"
    )
    items = [
        {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "does_not_fit"},
        {"orderItemId": order.items["bulb"], "quantity": 1, "reason": "damaged", "note": "It never came."},
    ]
    ada = customer(order.customer)
    asked = {"orderId": order.id, "items": items, "policyVersion": POLICY}
    (request,) = (await market.do(ada, "requestReturn", "requests { id }", **asked))["requests"]
    clerk = seller(order, "north")
    await market.do(clerk, "confirmRequest", requestId=request["id"])
    shipment = await of_request(market, request["id"])
    assert [line["orderItem"]["sku"] for line in shipment["lines"]] == ["lamp"]
    assert kept_of(shipment) == ["-1.00", "-0.50"]
    await act(market, clerk, "receiveReturn", shipment["id"])
    kept_by_customer = grade(order, 1, disposition="SEND_BACK", reason="It is not ours.")
    inspected = await act(market, clerk, "inspectReturn", shipment["id"], grades=[kept_by_customer])
    assert kept_of(inspected) == ["0.00", "0.00"]
    assert inspected["request"]["plan"]["refundState"] == "IN_PROGRESS"


async def test_a_customer_withdraws_a_return_as_long_as_the_goods_are_not_sent(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    order = await delivered(market)
    ada = customer(order.customer)
    shipment = await confirmed(market, order, lamp=2)
    request = shipment["request"]["id"]
    payload = await market.do(ada, "withdrawRequest", "request { status }", requestId=request)
    assert payload["request"] == {"status": "WITHDRAWN"}
    ended = await shown(market, shipment["id"])
    assert (ended["status"], ended["request"]["plan"]["status"]) == ("CANCELED", "VOIDED")
    assert await ledger(market, order) == {"active": 2, "return_held": 0, "returned": 0}

    again = await confirmed(market, order, lamp=2)
    await sent(market, order, again)
    payload = await market.do(ada, "withdrawRequest", requestId=again["request"]["id"])
    assert [error["code"] for error in payload["userErrors"]] == ["GOODS_UNDER_WAY"]


async def test_the_time_to_send_begins_when_the_package_has_arrived(market: Market) -> None:
    await settings(market, "ON_RECEIPT", shipByDays=5)
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    shipment = await confirmed(market, order, lamp=2)
    assert (shipment["status"], shipment["shipBy"], shipment["dueAt"]) == ("AWAITING", None, None)
    market.clock.pass_by(days=3)
    await market.move(order, "north", "DELIVERED")
    begun = await shown(market, shipment["id"])
    assert (begun["shipBy"][:10], begun["request"]["dueAt"]) == ("2026-03-10", begun["shipBy"])


async def test_units_that_go_back_to_the_customer_are_not_paid_back(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    clerk = seller(order, "north")
    await act(market, clerk, "receiveReturn", shipment["id"])
    back = {"condition": "USED", "disposition": "SEND_BACK", "reason": "It has been used for months."}
    grades = [grade(order, 1), grade(order, 1, **back)]
    inspected = await act(market, clerk, "inspectReturn", shipment["id"], grades=grades)
    assert inspected["request"]["plan"]["total"]["amount"] == "10.00"
    await market.work()
    assert await ledger(market, order) == {"active": 1, "return_held": 0, "returned": 1}
    assert await paid_back(market, order) == 1000


async def test_a_return_of_which_nothing_is_paid_back_is_rejected(market: Market) -> None:
    await settings(market, "ON_INSPECTION", fees=[{"name": "Restocking", "amount": "1.00", "currency": "EUR"}])
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    clerk = seller(order, "north")
    wrong = [{"orderItemId": order.items["lamp"], "received": 1, "wrong": 1}]
    received = await act(market, clerk, "receiveReturn", shipment["id"], items=wrong)
    assert received["request"]["plan"]["total"]["amount"] == "9.00"
    back = {"condition": "WRONG_ITEM", "disposition": "SEND_BACK", "reason": "This is another shop's lamp."}
    inspected = await act(market, clerk, "inspectReturn", shipment["id"], grades=[grade(order, 1, **back)])
    assert inspected["request"]["status"] == "REJECTED"
    assert inspected["request"]["rejection"] == {"reason": "This is another shop's lamp."}
    assert inspected["request"]["plan"]["status"] == "VOIDED"
    assert await ledger(market, order) == {"active": 2, "return_held": 0, "returned": 0}
    full = await confirmed(market, order, lamp=2)  # nothing of the order's money is kept for what was voided
    assert full["request"]["plan"]["total"]["amount"] == "23.00"


async def test_fees_are_kept_in_full_and_cut_only_where_there_is_less(market: Market) -> None:
    fees: list[dict[str, Any]] = [
        {"name": "Restocking", "percent": 1500, "bearer": "OWNER"},
        {"name": "Label", "amount": "90.00", "currency": "USD"},
        {"name": "Label", "amount": "100.00", "currency": "EUR"},
        {"name": "Dollars", "amount": "5.00", "currency": "USD"},
    ]  # an order in euros has no such fee as the last one
    await settings(market, "ON_CONFIRM", fees=fees)
    order = await delivered(market)
    plan = (await confirmed(market, order, lamp=1))["request"]["plan"]
    kept = [(one["rule"], one["asked"]["amount"], one["amount"]["amount"]) for one in plan["adjustments"]]
    assert kept == [("Restocking", "1.50", "-1.50"), ("Label", "100.00", "-8.50")]
    assert (plan["total"]["amount"], plan["lines"][0]["total"]["amount"]) == ("0.00", "10.00")
    assert plan["status"] == "COMPLETED"
    assert await ledger(market, order) == {"active": 1, "return_held": 0, "returned": 1}
