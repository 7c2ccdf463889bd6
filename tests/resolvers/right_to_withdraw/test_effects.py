"""Articles 12 to 14: what becomes of the contract, of the money and of the goods."""

from datetime import datetime
from typing import Any

from services.messages.worker import MessageWorker
from tests import goods, terms
from tests.market import OWNER, Market, Part, customer, seller
from tests.resolvers.right_to_withdraw.scene import GERMAN_DAYS, bought, codes, last_moment
from tests.services.messages.sink import Sink, deliver
from tests.withdrawals import WITH_FEE, declared, previewed, units, withdrawal

# Article 12: the effects


async def test_12_what_was_not_sent_is_canceled_at_once_also_beside_a_package_that_has_left(market: Market) -> None:
    parts = (Part("north", {"lamp": (1, "10.00"), "bulb": (1, "5.00")}, apart=("bulb",)),)
    order = await bought(market, parts=parts)
    await market.move(order, "north", "SHIPPED", package="bulb")
    (made,) = await declared(market, order)
    by_type = {request["transaction"]: request for request in made["requests"]}
    assert by_type["CANCEL"]["status"] == "APPROVED"
    assert by_type["CANCEL"]["plan"]["total"]["amount"] == "10.00"
    assert (by_type["REFUND"]["status"], by_type["REFUND"]["plan"]["refundState"]) == ("APPROVED", "HELD")
    packages = await market.rows("select status from package where order_id = $1 order by number", order.id)
    assert sorted(row["status"] for row in packages) == ["CANCELED", "SHIPPED"]


async def test_12_requests_that_wait_are_confirmed_and_change_their_basis(market: Market) -> None:
    unsent = await bought(market)
    waiting = await market.request(unsent, lamp=2)
    (made,) = await declared(market, unsent)
    assert [(each["id"], each["status"], each["basis"]) for each in made["requests"]] == [
        (waiting["id"], "APPROVED", "STATUTORY")
    ]
    sent = await bought(market, "SHIPPED", "DELIVERED")
    asked = await market.request(sent, lamp=2)
    (made,) = await declared(market, sent)
    (request,) = made["requests"]
    assert (request["id"], request["status"], request["basis"]) == (asked["id"], "APPROVED", "STATUTORY")
    assert (request["returnTerms"]["fees"], request["returnTerms"]["trigger"]) == ([], "ON_SHIPMENT")


async def test_12_a_cancellation_of_what_was_sent_meanwhile_becomes_a_return(market: Market) -> None:
    order = await bought(market)
    asked = await market.request(order, lamp=2)
    await market.apply(asked)
    await market.move(order, "north", "SHIPPED")
    market.clock.pass_by(seconds=3)
    await market.work()
    (made,) = await declared(market, order)
    (request,) = made["requests"]
    assert (request["transaction"], request["status"], request["predecessor"]) == (
        "REFUND",
        "APPROVED",
        {"id": asked["id"]},
    )
    old = await market.data(OWNER, "query R($id: ID!) { request(id: $id) { status plan { status } } }", id=asked["id"])
    assert old["request"] == {"status": "CONVERTED", "plan": {"status": "VOIDED"}}


async def test_12_the_rest_of_a_request_goes_on_as_it_was_asked_for(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    await market.request(order, lamp=2)
    (made,) = await declared(market, order, items=units(order, lamp=1))
    (request,) = made["requests"]
    assert (request["status"], [item["quantity"] for item in request["items"]]) == ("APPROVED", [1])
    open_ones = await market.rows(
        "select basis, status, withdrawal_id from cancellation_request where order_id = $1 and status = 'WAITING'",
        order.id,
    )
    assert open_ones == [{"basis": "VOLUNTARY", "status": "WAITING", "withdrawal_id": None}]
    assert await goods.ledger(market, order) == {"active": 0, "return_held": 2, "returned": 0}


async def test_12_the_rest_of_an_agreed_return_goes_on_as_it_was_agreed_until_its_goods_are_sent(
    market: Market,
) -> None:
    parted, whole = [await bought(market, "SHIPPED", "DELIVERED") for _ in range(2)]
    agreed = {order.id: await goods.confirmed(market, order, lamp=2) for order in (parted, whole)}
    await goods.sent(market, whole, agreed[whole.id])
    made = [(await declared(market, order, items=units(order, lamp=1)))[0]["requests"] for order in (parted, whole)]
    (taken,), (all_of_it,) = made
    assert all_of_it["id"] == agreed[whole.id]["request"]["id"]
    assert ([item["quantity"] for item in taken["items"]], taken["returnTerms"]["fees"]) == ([1], [])
    assert (taken["plan"]["total"]["amount"], taken["predecessor"]["id"]) == (
        "10.00",
        agreed[parted.id]["request"]["id"],
    )
    standing = await market.rows(
        "select q.basis, q.status, s.status as goods, s.ship_by = $2 as as_agreed from cancellation_request q"
        " join return_shipment s on s.request_id = q.id where q.order_id = $1 order by q.basis, q.status desc",
        parted.id,
        datetime.fromisoformat(agreed[parted.id]["shipBy"]),
    )
    assert [tuple(row.values())[:3] for row in standing] == [
        ("STATUTORY", "APPROVED", "AWAITING"),
        ("VOLUNTARY", "CONVERTED", "CANCELED"),
        ("VOLUNTARY", "APPROVED", "AWAITING"),
    ]
    assert standing[2]["as_agreed"]
    assert await goods.ledger(market, parted) == {"active": 0, "return_held": 2, "returned": 0}
    for id in await market.rows(
        "select id from return_shipment where order_id = $1 and status = 'AWAITING'", parted.id
    ):
        await goods.act(market, seller(parted, "north"), "receiveReturn", id["id"])
        if (await goods.shown(market, id["id"]))["request"]["plan"]["refundState"] == "HELD":
            await goods.act(market, OWNER, "inspectReturn", id["id"], grades=[goods.grade(parted, 1)])
        await market.work()
    assert await goods.paid_back(market, parted) == 2300, "the fee of the one unit is kept"


# Article 13: what the trader owes


async def test_13_1_all_payments_go_back_with_the_standard_delivery_within_fourteen_days(market: Market) -> None:
    order = await bought(market)
    (made,) = await declared(market, order)
    assert made["refundDueAt"] == last_moment(market.clock.now)
    await market.work()
    assert await goods.paid_back(market, order) == 2400
    done = await withdrawal(market, made["id"], OWNER)
    assert done is not None
    assert done["status"] == "COMPLETED"


async def test_13_1_money_that_is_late_is_named_once_and_money_that_waits_for_goods_is_not(market: Market) -> None:
    owed = await bought(market)
    (owing,) = await declared(market, owed)
    held = await bought(market, "SHIPPED", "DELIVERED")
    (waiting,) = await declared(market, held)
    now = (await market.rows("select now() as now"))[0]["now"]
    for order in (owed, held):
        await market.rows(
            "update withdrawal set refund_due_at = $2::timestamptz - interval '1 hour' where order_id = $1",
            order.id,
            now,
        )
    await market.rows("update cancellation_plan set updated_at = $1::timestamptz - interval '2 days'", now)
    await market.do(OWNER, "pauseRefunds", reason="An incident")
    market.clock.now = now
    await market.work()
    await market.work()
    await market.do(OWNER, "resumeRefunds")
    listed = "query L($id: ID!) { withdrawals(filter: { overdue: true, orderId: $id }) { nodes { id } } }"
    overdue = {id: (await market.data(OWNER, listed, id=id))["withdrawals"]["nodes"] for id in (owed.id, held.id)}
    assert overdue == {owed.id: [{"id": owing["id"]}], held.id: []}
    still = await withdrawal(market, waiting["id"], OWNER)
    assert still is not None
    assert still["overdueAt"] is None
    reports = "select count(*) as n from event where action = 'REPORT_OVERDUE' and order_id = $1"
    assert await market.rows(reports, owed.id) == [{"n": 1}]
    await market.work()


async def test_13_1_the_owner_is_reminded_once_before_the_money_is_late(
    market: Market, mail: tuple[MessageWorker, Sink]
) -> None:
    worker, sink = mail
    owed, held = await bought(market), await bought(market, "SHIPPED", "DELIVERED")
    (owing,) = await declared(market, owed)
    (waiting,) = await declared(market, held)

    async def reminded() -> list[str]:
        while await worker.reminding.remind():
            pass
        await deliver(worker)
        reminders = [got.subject for got in sink.to("olga@lumen.example") if "to be paid back" in got.subject]
        return [number for number in (owing["number"], waiting["number"]) for each in reminders if number in each]

    market.clock.pass_by(days=12)
    assert await reminded() == []
    market.clock.pass_by(days=1.9)
    assert await reminded() == [owing["number"]]
    assert await reminded() == [owing["number"]]
    await market.work()


async def test_13_2_what_was_paid_for_more_than_the_standard_delivery_does_not_go_back(market: Market) -> None:
    parts = (Part("north", {"lamp": (1, "10.00")}, "9.00", surcharge="5.00"),)
    by_law = await bought(market, parts=parts)
    (made,) = await declared(market, by_law)
    assert made["requests"][0]["plan"]["total"]["amount"] == "14.00"
    voluntary = await bought(market, parts=parts)
    assert (await market.apply(await market.request(voluntary, lamp=1)))["total"]["amount"] == "19.00"


async def test_13_3_the_money_waits_for_the_goods_or_for_a_checked_proof_and_for_no_more(market: Market) -> None:
    arrived = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, arrived)
    shipment = made["requests"][0]["returnShipment"]
    await goods.act(market, seller(arrived, "north"), "receiveReturn", shipment["id"])
    await market.work()
    assert await goods.paid_back(market, arrived) == 2400

    proved = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, proved)
    shipment = made["requests"][0]["returnShipment"]
    typed = await goods.act(market, customer(proved.customer), "sendReturn", shipment["id"], trackingNumber="1Z")
    assert typed["request"]["plan"]["refundState"] == "HELD"
    await market.work()
    assert await goods.paid_back(market, proved) == 0
    await goods.act(market, OWNER, "sendReturn", shipment["id"])
    await market.work()
    assert await goods.paid_back(market, proved) == 2400


# Article 14: what the customer owes


async def test_14_1_the_customer_has_fourteen_days_to_send_the_goods_and_the_right_does_not_expire(
    market: Market,
) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order)
    shipment = made["requests"][0]["returnShipment"]
    assert (shipment["shipBy"], shipment["dueAt"]) == (last_moment(market.clock.now), None)
    voluntary = await goods.confirmed(market, await goods.delivered(market), lamp=1)
    assert voluntary["dueAt"] is not None


async def test_14_1_a_return_that_was_agreed_to_before_has_as_many_working_days_as_another(market: Market) -> None:
    await terms.published(market, {"name": "All", "terms": {**WITH_FEE["terms"], **GERMAN_DAYS}})
    agreed, fresh = await bought(market, "SHIPPED", "DELIVERED"), await bought(market, "SHIPPED", "DELIVERED")
    before = (await goods.confirmed(market, agreed, lamp=2))["shipBy"]
    ((taken_over,), (opened,)) = await declared(market, agreed), await declared(market, fresh)
    await terms.published(market, WITH_FEE)
    ship_by = [made["requests"][0]["returnShipment"]["shipBy"] for made in (taken_over, opened)]
    assert ship_by[0] == ship_by[1] > before


async def test_14_2_what_the_goods_have_lost_in_value_is_noted_and_keeps_no_money_back(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order)
    shipment, north = made["requests"][0]["returnShipment"], seller(order, "north")
    await goods.act(market, north, "receiveReturn", shipment["id"])
    worn: dict[str, Any] = {"condition": "DAMAGED", "reason": "It was worn."}
    grading: dict[str, Any] = {"returnId": shipment["id"]}
    grading["grades"] = [goods.grade(order, 2, **worn, deduction="2.00")]
    refused = await market.do(north, "inspectReturn", **grading)
    assert codes(refused) == ["MONEY_RELEASED"], "it went at the receipt, as the law wants it"
    await goods.act(market, north, "inspectReturn", shipment["id"], grades=[goods.grade(order, 2, **worn)])
    await market.work()
    assert await goods.paid_back(market, order) == 2400


async def test_14_5_the_customer_pays_no_fee_also_none_that_a_return_was_agreed_with(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    shipment = await goods.confirmed(market, order, lamp=2)
    (fee,) = shipment["request"]["plan"]["adjustments"]
    assert (fee["kind"], fee["amount"]["amount"]) == ("FEE", "-2.00")
    (made,) = await declared(market, order)
    (request,) = made["requests"]
    assert (request["id"], request["basis"], request["plan"]["total"]["amount"]) == (
        shipment["request"]["id"],
        "STATUTORY",
        "24.00",
    )
    assert request["returnShipment"]["dueAt"] is None


async def test_14_5_goods_that_have_arrived_before_the_statement_are_paid_at_once(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    shipment = await goods.confirmed(market, order, lamp=2)
    await goods.act(market, seller(order, "north"), "receiveReturn", shipment["id"])
    assert (await goods.shown(market, shipment["id"]))["request"]["plan"]["refundState"] == "HELD"
    await declared(market, order)
    await market.work()
    assert await goods.paid_back(market, order) == 2400


async def test_14_5_a_fee_that_was_kept_before_goes_back(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    shipment = await goods.confirmed(market, order, lamp=1)
    north = seller(order, "north")
    await goods.act(market, north, "receiveReturn", shipment["id"])
    await goods.act(market, north, "inspectReturn", shipment["id"], grades=[goods.grade(order, 1)])
    await market.work()
    assert await goods.paid_back(market, order) == 900
    (made,) = await declared(market, order)
    (fee,) = [request for request in made["requests"] if request["allowance"]]
    assert [(each["kind"], each["amount"]["amount"]) for each in fee["plan"]["adjustments"]] == [("REVERSAL", "1.00")]
    await market.work()
    assert await goods.paid_back(market, order) == 1000
    assert (await previewed(market, order))["plans"] == []
