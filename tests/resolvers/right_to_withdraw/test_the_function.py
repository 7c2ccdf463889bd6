"""Articles 9 to 11a: how long a customer may withdraw, how that is declared, and the receipt."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from domain.messages import OLDEST
from services.messages.worker import MessageWorker
from tests import goods, terms
from tests.market import OWNER, POLICY, Market, Order, Part, customer, seller
from tests.resolvers.right_to_withdraw.scene import GERMAN_DAYS, bought, codes, last_moment
from tests.services.messages.sink import Sink, deliver
from tests.withdrawals import WITH_FEE, again, declared, previewed, units, withdrawal

IN_TIME = "{% if withdrawal.contested %}No.{% else %}{{ withdrawal.declared }}: {{ withdrawal.statement }}{% endif %}"
RECEIPT = {"type": "WITHDRAWAL_RECEIPT", "audience": "CUSTOMER", "locale": "en"}


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
    await market.move(order, "north", "SHIPPED", "DELIVERED")
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


async def test_9_2_and_13_1_a_time_that_ends_on_a_holiday_ends_with_the_next_working_day_of_the_place_of_a_rule(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market.clock, "now", datetime(2027, 3, 13, 9, tzinfo=UTC))  # two weeks before Easter
    order = await bought(market, parts=(Part("north", {"lamp": (1, "10.00")}), Part("south", {"cup": (1, "2.00")})))
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    await market.move(order, "south", "SHIPPED", "DELIVERED")
    in_germany = {"matcher": {"sellerIds": [order.sellers["north"]]}, "terms": {**WITH_FEE["terms"], **GERMAN_DAYS}}
    await terms.published(market, {"name": "Germany", **in_germany}, WITH_FEE)
    preview = await previewed(market, order)
    made = await declared(market, order)
    await terms.published(market, WITH_FEE)
    saturday, tuesday = last_moment(market.clock.now), last_moment(market.clock.now + timedelta(days=3))
    assert [each["until"] for each in preview["items"]] == [tuesday, saturday]
    assert preview["refundDueAt"] == saturday
    due = {each["seller"]["handle"]: each["refundDueAt"] for each in made}
    assert due == {"north": tuesday, "south": saturday}


async def test_9_2_a_delivery_that_nobody_has_reported_begins_no_time(market: Market) -> None:
    order = await bought(market, "SHIPPED", "DELIVERED")
    assert (await previewed(market, order))["items"][0]["until"] is not None
    await market.rows("update package set delivery_assumed = true where id = $1", order.packages["north"])
    assert (await previewed(market, order))["items"][0]["until"] is None


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
    longest = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.example"
    assert (await previewed(market, order, receiptTo=longest))["receiptTo"] == longest
    await market.rows("update customer set email = 'ä@example.org' where subject = $1", order.customer)
    nowhere = await previewed(market, order)
    assert (nowhere["receiptTo"], "@" in nowhere["statement"]) == (None, False), "no mail can go to it"


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
    texts = [each.text.replace("\r\n", "\n") for each in sink.to("odd@example.org")]
    assert sum(made["statement"] in text for text in texts) == 1
    assert [line for line in made["statement"].splitlines() if "gold" in line] == ["- 1 × Tea pot - 5 × gold"]


async def test_11a_4_no_receipt_comes_too_late_to_be_sent(market: Market, mail: tuple[MessageWorker, Sink]) -> None:
    worker, sink = mail
    order = await bought(market, "SHIPPED", "DELIVERED")
    (made,) = await declared(market, order, receiptTo="late@example.org")
    market.clock.now += OLDEST + timedelta(days=1)
    await deliver(worker)
    (got,) = sink.to("late@example.org")
    assert made["statement"] in got.text.replace("\r\n", "\n")
    assert not [got for got in sink.got if "approved" in got.subject]
