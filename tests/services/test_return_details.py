"""What a return shipment and its plan keep: proof, deadlines, moments, fees of parts, and what names what."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.goods import act, confirmed, delivered, grade, sent, settings, shown
from tests.market import OWNER, Market, Part, customer, seller

FEES: list[dict[str, Any]] = [
    {"name": "Restocking", "percent": 1000},
    {"name": "Handling", "amount": "1.50", "currency": "EUR"},
]
MOMENTS = "query M($id: ID!) { returnShipment(id: $id) { sentAt receivedAt inspectedAt endedAt note dropOff } }"


async def moments(market: Market, id: str) -> dict[str, Any]:
    return dict((await market.data(OWNER, MOMENTS, id=id))["returnShipment"])


def kept(shipment: dict[str, Any]) -> dict[str, str]:
    return {each["rule"]: each["amount"]["amount"] for each in shipment["request"]["plan"]["adjustments"]}


async def part_of(market: Market, order: Any, shipment: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """One of two lamps arrives; its shipment, and that of the other one."""
    one = [{"orderItemId": order.items["lamp"], "received": 1}]
    received = await act(market, seller(order, "north"), "receiveReturn", shipment["id"], "missing { id }", items=one)
    return received, await shown(market, received["missing"]["id"])


async def test_goods_that_are_not_wanted_back_hold_nothing_up(market: Market) -> None:
    await settings(market, "ON_INSPECTION", method="KEEP", fees=FEES)
    order = await delivered(market)
    request = await market.request(order, lamp=1)
    shows = "request { returnShipment { id } } plan { refundState total { amount } adjustments { kind } }"
    payload = await market.do(seller(order, "north"), "confirmRequest", shows, requestId=request["id"])
    assert payload["request"]["returnShipment"] is None
    assert payload["plan"] == {"refundState": "IN_PROGRESS", "total": {"amount": "10.00"}, "adjustments": []}


@pytest.mark.parametrize("corrected", [False, True])
async def test_what_goes_on_has_the_deadline_of_the_goods_that_arrived(market: Market, corrected: bool) -> None:
    await settings(market, "ON_RECEIPT", shipByDays=5, graceDays=2)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    market.clock.pass_by(days=1)
    if corrected:  # its delivery was only assumed
        await market.rows("update package set status = 'SHIPPED', delivered_at = null, return_until = null")
    _, missing = await part_of(market, order, shipment)
    assert (missing["status"], missing["trackingNumber"], missing["sentAt"]) == ("AWAITING", None, None)
    assert (missing["shipBy"], missing["dueAt"]) == (shipment["shipBy"], shipment["dueAt"])
    assert missing["shipBy"] < missing["dueAt"]


async def test_what_goes_on_has_the_proof_of_the_goods_that_arrived(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    way = await sent(market, order, shipment)
    market.clock.pass_by(days=1)
    _, missing = await part_of(market, order, shipment)
    assert (missing["status"], missing["trackingNumber"], missing["sentAt"]) == ("IN_TRANSIT", "1Z999", way["sentAt"])
    assert way["sentAt"] is not None
    assert missing["dueAt"] > missing["sentAt"]


async def test_a_share_is_kept_of_each_part_and_an_amount_once(market: Market) -> None:
    await settings(market, "ON_RECEIPT", fees=FEES)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    assert kept(shipment) == {"Restocking": "-2.00", "Handling": "-1.50"}
    received, missing = await part_of(market, order, shipment)
    assert kept(received) == {"Restocking": "-1.00", "Handling": "-1.50"}
    assert kept(missing) == {"Restocking": "-1.00"}


async def test_the_moments_of_the_goods_are_kept(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await delivered(market)
    clerk = seller(order, "north")
    shipment = await confirmed(market, order, lamp=2)
    assert set((await moments(market, shipment["id"])).values()) == {None}
    await sent(market, order, shipment)
    market.clock.pass_by(days=1)
    lost = await act(market, OWNER, "loseReturn", shipment["id"], note="No trace of it.")
    found = await moments(market, lost["id"])
    assert (found["endedAt"], found["note"]) == ("2026-03-03T09:00:00+00:00", "No trace of it.")
    market.clock.pass_by(days=1)
    await act(market, clerk, "receiveReturn", shipment["id"])
    market.clock.pass_by(days=1)
    inspected = await act(market, clerk, "inspectReturn", shipment["id"], grades=[grade(order, 2)])
    assert inspected["dueAt"] is None
    found = await moments(market, shipment["id"])
    assert (found["sentAt"], found["receivedAt"]) == ("2026-03-02T09:00:00+00:00", "2026-03-04T09:00:00+00:00")
    assert (found["inspectedAt"], found["endedAt"]) == ("2026-03-05T09:00:00+00:00", None)


async def test_a_proof_is_kept_when_another_is_added(market: Market) -> None:
    await settings(market, "ON_SHIPMENT")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=1)
    way = await sent(market, order, shipment, dropOff="Receipt 17")
    market.clock.pass_by(days=1)
    checked = await act(market, seller(order, "north"), "sendReturn", shipment["id"], trackingNumber="1Z")
    assert (checked["trackingNumber"], checked["dueAt"]) == ("1Z", way["dueAt"])
    found = await moments(market, shipment["id"])
    assert (found["dropOff"], found["sentAt"]) == ("Receipt 17", "2026-03-02T09:00:00+00:00")


async def test_a_deduction_names_its_item_and_each_part_is_quoted_within_what_was_paid(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await delivered(market)
    first = await confirmed(market, order, lamp=1)
    other = await confirmed(market, order, lamp=1)
    assert [one["request"]["plan"]["total"]["amount"] for one in (first, other)] == ["10.00", "14.00"]
    await act(market, seller(order, "north"), "receiveReturn", other["id"])
    worn = grade(order, 1, condition="USED", deduction="3.00", reason="It is worn.")
    inspected = await act(market, seller(order, "north"), "inspectReturn", other["id"], grades=[worn])
    assert inspected["request"]["plan"]["total"]["amount"] == "7.00"  # the shipping waits for the last unit
    (deduction,) = inspected["request"]["plan"]["adjustments"]
    assert deduction["orderItem"] == {"sku": "lamp"}
    waived = await act(market, OWNER, "waiveReturn", first["id"])
    assert waived["request"]["plan"]["total"]["amount"] == "14.00"


@dataclass(frozen=True, slots=True)
class Discounted(Part):
    """Things that two cents are taken off."""

    def input(self) -> dict[str, Any]:
        given = Part.input(self)
        for package in given["packages"]:
            for item in package["items"]:
                item["discount"] = "0.02"
        return given


async def test_no_cent_that_is_reserved_for_held_money_goes_to_another(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    order = await market.order(Discounted("north", {"lamp": (4, "2.51")}), paid=("10.02",))
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    held = [await confirmed(market, order, lamp=1) for _ in range(4)]
    assert [one["request"]["plan"]["total"]["amount"] for one in held] == ["2.50", "2.51", "2.50", "2.51"]
    paid = [await act(market, OWNER, "waiveReturn", held[which]["id"]) for which in (0, 2, 1, 3)]
    totals = [one["request"]["plan"]["total"]["amount"] for one in paid]
    assert totals == ["2.50", "2.50", "2.51", "2.51"]  # the second one would bring 2.51 if nothing were held


async def test_units_that_were_not_accepted_have_no_line(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    request = await market.request(order, lamp=1, bulb=1)
    accepted = [{"orderItemId": order.items["bulb"], "quantity": 1}]
    shows = "request { returnShipment { lines { expected orderItem { sku } } } } plan { lines { quantity } }"
    decision = {"items": accepted, "restReason": "The lamp was used.", "requestId": request["id"]}
    payload = await market.do(seller(order, "north"), "confirmRequest", shows, **decision)
    assert payload["userErrors"] == [], payload
    assert payload["request"]["returnShipment"]["lines"] == [{"expected": 1, "orderItem": {"sku": "bulb"}}]
    assert [line["quantity"] for line in payload["plan"]["lines"]] == [1]
    gone = await market.do(customer("ada"), "withdrawRequest", requestId=request["id"])
    assert gone["userErrors"] == []


async def test_a_package_that_the_carrier_loses_on_its_way_back_is_paid_back(market: Market) -> None:
    await settings(market, "ON_RECEIPT", transitDays=10)
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERY_FAILED")
    shipment = await confirmed(market, order, lamp=2)
    assert shipment["request"]["plan"]["refundState"] == "HELD"
    market.clock.pass_by(days=11)
    await market.work()
    lost = await shown(market, shipment["id"])
    assert (lost["status"], lost["lossBearer"], lost["request"]["status"]) == ("LOST", "CARRIER", "COMPLETED")


async def test_what_goes_on_under_way_is_no_proof_that_it_was_sent(market: Market) -> None:
    await settings(market, "ON_SHIPMENT")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    await sent(market, order, shipment)
    received, missing = await part_of(market, order, shipment)
    assert (received["request"]["plan"]["refundState"], missing["request"]["plan"]["refundState"]) == (
        "IN_PROGRESS",
        "HELD",
    )


async def test_waiting_for_goods_can_end_after_the_money_has_gone(market: Market) -> None:
    await settings(market, "ON_CONFIRM")
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    waived = await act(market, OWNER, "waiveReturn", shipment["id"])
    assert (waived["status"], len(waived["request"]["plan"]["refunds"])) == ("WAIVED", 1)


async def test_unannounced_goods_have_arrived_and_are_inspected_as_any(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await delivered(market)
    line = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "does_not_fit"}
    clerk = seller(order, "north")
    given = {"orderId": order.id, "items": [line]}
    payload = await market.do(clerk, "receiveUnannounced", "returnShipment { id }", **given)
    came = await shown(market, payload["returnShipment"]["id"])
    assert [(one["expected"], one["received"]) for one in came["lines"]] == [(2, 2)]
    inspected = await act(market, clerk, "inspectReturn", came["id"], grades=[grade(order, 2)])
    assert inspected["request"]["plan"]["total"]["amount"] == "24.00"


@pytest.mark.parametrize(
    ("currency", "amounts"), [("EUR", [("Label", "-2.00")]), ("USD", [("Label", "-3.00")]), ("CHF", [])]
)
async def test_a_fee_has_an_amount_in_each_currency_and_is_not_kept_in_others(
    market: Market, currency: str, amounts: list[tuple[str, str]]
) -> None:
    fees = [{"name": "Label", "amount": amount, "currency": of} for amount, of in (("2.00", "EUR"), ("3.00", "USD"))]
    await settings(market, "ON_RECEIPT", fees=fees)
    order = await market.order(currency=currency)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    shipment = await confirmed(market, order, lamp=1)
    for plan in (
        shipment["request"]["plan"],
        (await act(market, OWNER, "receiveReturn", shipment["id"]))["request"]["plan"],
    ):
        assert [(one["rule"], one["amount"]["amount"]) for one in plan["adjustments"]] == amounts


RECEIPT = """query P($input: ReceiveReturnInput!) { previewReceipt(input: $input) {
  plans { total { amount } adjustments { amount { amount } } } userErrors { code field } } }"""


@pytest.mark.parametrize("trigger", ["ON_RECEIPT", "ON_INSPECTION", "ON_CONFIRM"])
async def test_a_receipt_is_previewed_as_it_comes_to_be(market: Market, trigger: str) -> None:
    await settings(market, trigger, fees=FEES)
    order = await delivered(market)
    shipment = await confirmed(market, order, lamp=2)
    clerk = seller(order, "north")
    one = [{"orderItemId": order.items["lamp"], "received": 1}]
    before = await market.fingerprint()
    given = {"returnId": shipment["id"], "items": one}
    preview = (await market.data(clerk, RECEIPT, input=given))["previewReceipt"]
    three = [{"orderItemId": order.items["lamp"], "received": 3}]
    refused = (await market.data(clerk, RECEIPT, input=given | {"items": three}))["previewReceipt"]
    assert await market.fingerprint() == before
    assert (refused["plans"], [error["code"] for error in refused["userErrors"]]) == ([], ["UNITS_NOT_EXPECTED"])
    received = await act(market, clerk, "receiveReturn", shipment["id"], items=one)
    assert preview["userErrors"] == []
    (foreseen,) = preview["plans"]
    assert foreseen["total"]["amount"] == received["request"]["plan"]["total"]["amount"]
    assert [each["amount"]["amount"] for each in foreseen["adjustments"]] == list(kept(received).values())


async def test_a_receipt_is_not_previewed_for_the_customer(market: Market) -> None:
    await settings(market, "ON_RECEIPT")
    shipment = await confirmed(market, await delivered(market), lamp=1)
    preview = (await market.data(customer("ada"), RECEIPT, input={"returnId": shipment["id"]}))["previewReceipt"]
    assert preview == {"plans": [], "userErrors": [{"code": "ROLE_NOT_ALLOWED", "field": ["input"]}]}
