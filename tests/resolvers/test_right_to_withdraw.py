"""The right to withdraw: a test for each requirement of Directive 2011/83/EU, as amended by Directive (EU) 2023/2673.

The tests stand in the order of the Directive's text, each with what must not happen. docs/withdrawal.md says what is
left to a marketplace.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import asyncpg
import pytest

from database.embedded import Cluster
from domain.messages import OLDEST
from services.messages.worker import MessageWorker
from services.worker.reconcile import reconcile
from tests import goods, terms
from tests.databases import fresh
from tests.market import OWNER, POLICY, START, Market, Order, Part, customer, opened, seller
from tests.services.messages.sink import Sink, deliver, mailing, sinking
from tests.withdrawals import WITH_FEE, again, declared, previewed, units, withdrawal

_numbers = count(1)
IN_TIME = "{% if withdrawal.contested %}No.{% else %}{{ withdrawal.declared }}: {{ withdrawal.statement }}{% endif %}"
RECEIPT = {"type": "WITHDRAWAL_RECEIPT", "audience": "CUSTOMER", "locale": "en"}


@pytest.fixture(scope="module")
async def market(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[Market]:
    """One market for all tests of this file: each has a customer of its own, and waits for goods with a fee."""
    async with fresh(administration, cluster, template) as url, opened(url) as one:
        await terms.published(one, WITH_FEE)
        yield one


@pytest.fixture
async def mail(market: Market) -> AsyncIterator[tuple[MessageWorker, Sink]]:
    """What sends to a mail server; whatever earlier tests have left is past."""
    await market.rows("update message set state = 'FAILED', due_at = null where state in ('PENDING', 'PROCESSING')")
    await market.rows("delete from message_cursor")
    async with sinking() as sink, mailing(market, sink.url) as worker:
        await worker.making.make()
        yield worker, sink


async def bought(market: Market, *statuses: str, parts: tuple[Part, ...] = (), **more: Any) -> Order:
    """An order of a new customer, with its packages at the north moved on."""
    name = f"ada{next(_numbers)}"
    order = await market.order(*(parts or (Part("north", {"lamp": (2, "10.00")}, "4.00"),)), customer=name, **more)
    await market.rows("update customer set email = $1 where subject = $2", f"{name}@example.org", name)
    if statuses:
        await market.move(order, "north", *statuses)
    return order


def codes(payload: dict[str, Any]) -> list[str]:
    return [blocker["code"] for error in payload["userErrors"] for blocker in error["blockers"]]


def offered(request: dict[str, Any]) -> set[str]:
    return {offer["action"] for offer in request["allowedActions"] if offer["enabled"]}


# Article 9: the right of withdrawal


async def test_9_1_a_customer_withdraws_without_giving_any_reason(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order)
    (request,) = made["requests"]
    assert (request["status"], request["basis"]) == ("APPROVED", "STATUTORY")
    other = await bought(market, "SHIPPED", "DELIVERED")
    asked = {"orderItemId": other.items["lamp"], "quantity": 1, "reason": "statutory-withdrawal"}
    voluntary = await market.do(
        customer(other.customer), "requestReturn", orderId=other.id, items=[asked], policyVersion=POLICY
    )
    assert codes(voluntary) == ["REASON_INACTIVE"]


async def test_9_2_the_time_is_fourteen_days_from_the_delivery_of_the_last_package_of_one_contract(
    market: Market,
) -> None:
    north = Part("north", {"lamp": (1, "10.00"), "bulb": (1, "5.00")}, apart=("bulb",))
    order = await bought(market, parts=(north, Part("south", {"cup": (1, "2.00")})))
    await market.move(order, "north", "SHIPPED", "DELIVERED", package="lamp" if "lamp" in order.packages else None)
    await market.move(order, "south", "SHIPPED", "DELIVERED")
    delivered_at = market.clock.now

    async def until() -> dict[str, str | None]:
        found = (await previewed(market, order))["items"]
        return {each["orderItem"]["sku"]: each["until"] for each in found}

    first = last_moment(delivered_at)
    assert await until() == {"lamp": None, "bulb": None, "cup": first}
    market.clock.pass_by(days=3)
    await market.move(order, "north", "SHIPPED", "DELIVERED", package="bulb")
    assert await until() == {"lamp": last_moment(market.clock.now), "bulb": last_moment(market.clock.now), "cup": first}


async def test_9_2_a_delivery_that_nobody_has_reported_begins_no_time(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    assert (await previewed(market, order))["items"][0]["until"] is not None
    await market.rows("update package set delivery_assumed = true where id = $1", order.packages["north"])
    assert (await previewed(market, order))["items"][0]["until"] is None


def last_moment(start: datetime) -> str:
    day = (start + timedelta(days=15)).date()
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(microseconds=1)).isoformat()


# Article 11: the exercise of the right


async def test_11_2_a_statement_of_the_last_moment_is_in_time_and_a_later_one_is_recorded_and_told(
    market: Market,
) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    until = datetime.fromisoformat((await previewed(market, order))["items"][0]["until"])
    market.clock.now = until
    assert (await previewed(market, order))["items"][0]["late"] is False
    market.clock.now = until + timedelta(microseconds=1)
    preview = await previewed(market, order)
    assert (preview["items"][0]["late"], preview["userErrors"]) == (True, [])
    (late,) = await declared(market, order)
    assert [item["late"] for item in late["items"]] == [True]
    (request,) = late["requests"]
    assert (request["status"], request["waitingOn"], request["basis"]) == ("WAITING", "SELLER", "STATUTORY")
    assert request["plan"] is None
    confirmed = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    assert confirmed["userErrors"] == []


async def test_11_4_who_declared_what_and_when_is_on_record_and_never_changes(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order)
    assert (made["declaredBy"], made["declaredAt"]) == ("CUSTOMER", market.clock.now.isoformat())
    events = "query E($id: ID!) { order(id: $id) { timeline { action subject actor { role id } at } } }"
    timeline = (await market.data(OWNER, events, id=order.id))["order"]["timeline"]
    (event,) = [each for each in timeline if each["subject"] == "WITHDRAWAL"]
    assert event["actor"] == {"role": "CUSTOMER", "id": order.customer}
    with pytest.raises(Exception, match="never changed"):
        await market.rows("update withdrawal set statement = 'Something else' where id = $1", made["id"])


# Article 11a: the withdrawal function


async def test_11a_1_the_function_is_offered_for_as_long_as_anything_can_be_withdrawn_from(market: Market) -> None:
    async def offers(order: Order) -> bool:
        query = "query O($id: ID!) { order(id: $id) { allowedActions { action enabled } } }"
        found = (await market.data(customer(order.customer), query, id=order.id))["order"]["allowedActions"]
        return any(each["action"] == "DECLARE_WITHDRAWAL" and each["enabled"] for each in found)

    order = await bought(market)
    assert await offers(order)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=40)
    assert await offers(order)
    gone = await bought(market)
    await market.apply(await market.request(gone, lamp=2))
    market.clock.pass_by(seconds=3)
    await market.work()
    assert not await offers(gone)
    assert codes(await previewed(market, gone)) == ["NOTHING_TO_WITHDRAW"]


async def test_11a_2_the_statement_names_the_customer_the_contract_and_where_the_receipt_goes(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    preview = await previewed(market, order)
    lines = preview["statement"].splitlines()
    assert f"Name: {order.customer.title()}" in lines
    assert "- 2 × Lamp" in lines
    assert any(order.number in line and "North" in line for line in lines)
    assert preview["receiptTo"] == f"{order.customer}@example.org"
    elsewhere = await previewed(market, order, receiptTo="ada@example.net")
    assert "ada@example.net" in elsewhere["statement"]
    assert codes(await previewed(market, order, receiptTo="nowhere")) == ["INVALID_INPUT"]


async def test_11a_2_a_customer_may_withdraw_from_a_part_of_what_was_bought(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order, items=units(order, lamp=1))
    assert [(item["orderItem"]["sku"], item["quantity"]) for item in made["items"]] == [("lamp", 1)]
    assert await goods.ledger(market, order) == {"active": 1, "return_held": 1, "returned": 0}
    too_many = await previewed(market, order, items=units(order, lamp=2))
    assert (codes(too_many), too_many["userErrors"][0]["field"]) == (
        ["TOO_MANY_UNITS"],
        ["input", "items", "0", "quantity"],
    )
    assert codes(await previewed(market, order, items=[])) == ["QUANTITY_NOT_POSITIVE"]
    assert codes(await previewed(market, order, items=units(order, lamp=0))) == ["QUANTITY_NOT_POSITIVE"]
    assert codes(await previewed(market, order, items=units(order, lamp=1) * 2)) == ["DUPLICATE_ITEM"]
    strange = [{"orderItemId": "item_none", "quantity": 1}]
    assert codes(await previewed(market, order, items=strange)) == ["NOT_FOUND"]


async def test_11a_3_the_second_step_confirms_the_very_statement_that_was_shown(market: Market) -> None:
    order = await bought(market)
    shown = await previewed(market, order)
    assert shown["hash"] == sha256(shown["statement"].encode()).hexdigest()
    before = await market.fingerprint()
    refused = await again(market, order, hash="0" * 64)
    assert codes(refused) == ["STATEMENT_OUTDATED"]
    assert refused["preview"] == {"statement": shown["statement"], "hash": shown["hash"]}
    assert (refused["withdrawals"], await market.fingerprint()) == ([], before)
    declared_once = await again(market, order, hash=shown["hash"])
    assert (declared_once["userErrors"], declared_once["preview"]) == ([], None)
    assert declared_once["withdrawals"][0]["statement"] == shown["statement"]
    repeated = await again(market, order, hash=shown["hash"])
    assert repeated["userErrors"] == []
    assert [each["id"] for each in repeated["withdrawals"]] == [each["id"] for each in declared_once["withdrawals"]]


async def test_11a_3_nobody_declares_for_somebody_else(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    hash = (await previewed(market, order))["hash"]
    assert codes(await again(market, order, customer("stranger"), hash=hash)) == ["NOT_FOUND"]
    assert codes(await again(market, order, seller(order, "north"), hash=hash)) == ["ROLE_NOT_ALLOWED"]
    (made,) = await declared(market, order, OWNER)
    assert made["declaredBy"] == "OWNER"
    assert await withdrawal(market, made["id"], customer("stranger")) is None
    mine = await withdrawal(market, made["id"], seller(order, "north"))
    assert mine is not None
    assert (mine["statement"], mine["receiptTo"]) == ("", None)


async def test_11a_4_the_receipt_has_the_statement_its_date_and_its_time_and_is_kept_as_it_was_sent(
    market: Market, mail: tuple[MessageWorker, Sink]
) -> None:
    worker, sink = mail
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order, receiptTo="receipt@example.org")
    await deliver(worker)
    (got,) = sink.to("receipt@example.org")
    assert made["statement"] in got.text.replace("\r\n", "\n")
    at = market.clock.now
    assert f"{at.day} {at:%B %Y}, {at:%H:%M:%S} UTC" in got.text
    query = "query M($id: ID!) { withdrawal(id: $id) { messages { type sha256 state text } } }"
    messages = (await market.data(customer(order.customer), query, id=made["id"]))["withdrawal"]["messages"]
    kept = {each["type"]: (each["state"], each["sha256"]) for each in messages}
    assert kept == {
        "WITHDRAWAL_RECEIPT": ("SENT", sha256(got.content).hexdigest()),
        "REQUEST_APPROVED": ("SENT", None),
    }
    assert not [each for each in sink.to(f"{order.customer}@example.org") if "Receipt" in each.subject]
    assert "had passed" not in got.text
    late = await bought(market, "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=20)
    await declared(market, late, receiptTo="too.late@example.org")
    await deliver(worker)
    (receipt,) = sink.to("too.late@example.org")
    assert "the time to withdraw had passed" in " ".join(receipt.text.split())


async def test_11a_4_no_template_of_a_marketplace_leaves_out_what_the_receipt_must_say(
    market: Market, mail: tuple[MessageWorker, Sink]
) -> None:
    worker, sink = mail
    mjml = "<mjml><mj-body><mj-section><mj-column><mj-text>Thanks</mj-text></mj-column></mj-section></mj-body></mjml>"
    draft = await market.do(
        OWNER,
        "saveMessageTemplate",
        "template { id }",
        **dict(RECEIPT, subject="Thanks", text=IN_TIME, mjml=mjml),
    )
    await market.do(OWNER, "publishMessageTemplate", templateId=draft["template"]["id"])
    order = await bought(market, "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=20)
    (made,) = await declared(market, order, receiptTo="second@example.org")
    await deliver(worker)
    (got,) = sink.to("second@example.org")
    assert got.subject != "Thanks"
    assert made["statement"] in got.text.replace("\r\n", "\n")


async def test_11a_4_no_name_of_an_item_or_a_person_keeps_a_receipt_from_being_sent(
    market: Market, mail: tuple[MessageWorker, Sink]
) -> None:
    worker, sink = mail
    odd = " \t Tea\tpot\u202e\r\n\n\n- 5 × gold "
    item = {"sku": "pot", "name": odd, "quantity": 1, "unitPrice": "10.00"}
    part = {"seller": "north", "sellerName": "North\u2028 & Co", "packages": [{"items": [item]}]}
    order = await market.order(
        sellerOrders=[part], paid=("10.00",), customer="odd", person={"name": "Odd\n\n\n", "email": "odd@example.org"}
    )
    (made,) = await declared(market, order)
    await deliver(worker)
    (got,) = [each for each in sink.to("odd@example.org") if "Receipt" in each.subject]
    assert made["statement"] in got.text.replace("\r\n", "\n")
    assert [line for line in made["statement"].splitlines() if "gold" in line] == ["- 1 × Tea pot - 5 × gold"]


async def test_11a_4_no_receipt_comes_too_late_to_be_sent(market: Market, mail: tuple[MessageWorker, Sink]) -> None:
    worker, sink = mail
    order = await bought(market, "SHIPPED", "DELIVERED")
    await declared(market, order, receiptTo="late@example.org")
    market.clock.now += OLDEST + timedelta(days=1)
    await deliver(worker)
    (got,) = sink.to("late@example.org")
    assert "Receipt" in got.subject
    assert not [got for got in sink.got if "approved" in got.subject]


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
    (twice,) = [each["total"]["amount"] for each in (await previewed(market, order))["plans"]] or ["none"]
    assert twice == "none"


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


async def seen(market: Market, id: str, actor: Any) -> dict[str, Any]:
    found = await withdrawal(market, id, actor)
    assert found is not None
    return found


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


async def test_goods_requests_and_money_agree_after_all_of_this(market: Market) -> None:
    await market.work()
    found = await reconcile(market.worker.gateways, START)  # deadlines pass by the clock of the database
    assert [(each.kind, each.sentence) for each in found.differences] == []
