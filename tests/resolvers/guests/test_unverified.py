"""A withdrawal that is declared without an account and without a link: it counts, and moves nothing until verified."""

import asyncio
from hashlib import sha256
from typing import Any

import orjson

from domain.facts import Actor
from domain.refusals import Refusal
from domain.withdrawal import MOST_UNVERIFIED, UNVERIFIED_DAYS
from domain.words import Role
from gateways.mail.port import Mail
from gateways.mail.source import source_of
from services.guests import KEPT, OF_NUMBER
from services.messages.granting import OF_CUSTOMER
from services.messages.worker import MessageWorker
from services.privacy.erasing import KEEPING
from services.privacy.retention import Retention
from tests.market import OWNER, Market, Order, customer, seller
from tests.resolvers.guests.scene import DECLARE, asked_as, bought, redeemed, requested, secrets_in
from tests.resolvers.guests.test_links import scans
from tests.services.messages.sink import Sink, deliver
from tests.withdrawals import withdrawal

VERIFY = """mutation V($input: VerifyWithdrawalInput!) { verifyWithdrawal(input: $input) {
  withdrawals { id status } userErrors { code } } }"""
OF_ORDER = """query W($id: ID!) { order(id: $id) { withdrawals {
  id number status statement hash receiptTo declaredAt refundDueAt items { quantity } allowedActions { action enabled }
  requests { id } } } }"""


async def declared(
    market: Market, number: str, email: str, by: Actor | None = None, name: str = "Gus Gast"
) -> dict[str, Any]:
    """The payload of a declaration by somebody without a token."""
    wanted = {"orderNumber": number, "name": name, "email": email}
    return dict((await market.data(by, DECLARE, input=wanted))["declareWithdrawalWithoutAccount"])


async def unverified(
    market: Market, mail: MessageWorker, order: Order, email: str = "gast@example.org"
) -> list[dict[str, Any]]:
    """What the owner sees of an order's withdrawals after one more was declared."""
    assert (await declared(market, order.number, email))["userErrors"] == []
    await deliver(mail)
    return await of_order(market, order)


async def of_order(market: Market, order: Order, actor: Actor = OWNER) -> list[dict[str, Any]]:
    found = await market.data(actor, OF_ORDER, id=order.id)
    return list(found["order"]["withdrawals"])


async def moved(market: Market, order: Order) -> list[dict[str, Any]]:
    """Everything of an order that a withdrawal moves."""
    held = "select active, cancel_held, canceled, return_held, returned from order_item where order_id = $1 order by id"
    asked = "select id, status from cancellation_request where order_id = $1"
    return [*await market.rows(held, order.id), *await market.rows(asked, order.id)]


async def test_the_link_verifies_what_was_declared_as_of_its_moment(
    market: Market, mail: MessageWorker, sink: Sink
) -> None:
    order, email = await bought(market)
    before, at = await moved(market, order), market.clock()
    payload = await declared(market, order.number.lower(), "Gast@Example.org")
    assert (payload["userErrors"], payload["declaredAt"]) == ([], at.isoformat())
    assert payload["hash"] == sha256(payload["statement"].encode()).hexdigest()
    assert [word in payload["statement"] for word in (order.number, "Gus Gast", "gast@example.org")] == [True] * 3
    market.clock.pass_by(hours=20)
    await deliver(mail)
    (shown,) = await of_order(market, order)
    assert (shown["status"], shown["declaredAt"], shown["items"]) == ("UNVERIFIED", at.isoformat(), [])
    assert await moved(market, order) == before
    (secret,) = secrets_in(sink, email)
    token = (await redeemed(market, secret))["token"]
    (seen,) = (await asked_as(market, token, OF_ORDER, id=order.id))["order"]["withdrawals"]
    assert {"action": "VERIFY_WITHDRAWAL", "enabled": True} in seen["allowedActions"]
    assert (seen["statement"], seen["receiptTo"]) == (payload["statement"], "gast@example.org"), (
        "what is to be verified"
    )
    made = (await asked_as(market, token, VERIFY, input={"withdrawalId": seen["id"]}))["verifyWithdrawal"]
    assert made == {"withdrawals": [{"id": seen["id"], "status": "DECLARED"}], "userErrors": []}
    now = await withdrawal(market, seen["id"], OWNER)
    assert now is not None
    assert (now["declaredAt"], now["refundDueAt"]) == (at.isoformat(), shown["refundDueAt"])
    assert (now["statement"], now["hash"]) == (payload["statement"], payload["hash"])
    assert [(each["basis"], each["transaction"]) for each in now["requests"]] == [("STATUTORY", "CANCEL")]
    await deliver(mail)
    receipts = [got for got in sink.got if "gast@example.org" in got.recipients]
    assert len(receipts) == 2, "one at once, and what every declaration has"
    assert all(payload["statement"].strip() in got.text.replace("\r\n", "\n") for got in receipts)
    assert [each["id"] for each in await unverified(market, mail, order)] == [seen["id"]]
    assert secrets_in(sink, email) == [secret], "nothing is left to verify, so no link says that there is"


async def test_the_receipt_goes_out_at_once_and_is_kept_byte_for_byte_whether_or_not_there_is_an_order(
    market: Market, mail: MessageWorker, sink: Sink
) -> None:
    order, email = await bought(market)
    for number, links in ((order.number, 1), ("N-0", 0)):
        typed, before = f"{number}@example.net".lower(), len(secrets_in(sink, email))
        payload = await declared(market, number, typed)
        await deliver(mail)
        (row,) = await market.rows("select * from message where address = $1", typed)
        assert (row["type"], row["state"]) == ("STATEMENT_RECEIPT", "SENT")
        columns = [row[name] for name in ("id", "sender", "name", "address", "subject", "text", "html", "created_at")]
        assert row["sha256"] == sha256(source_of(Mail(*columns))).hexdigest()
        assert payload["statement"] in row["text"]
        assert payload["hash"] in row["text"]
        assert secrets_in(sink, typed) == [], "the link goes to nobody but the order's customer"
        assert len(secrets_in(sink, email)) == before + links


async def test_declaring_looks_at_no_order_and_answers_alike(market: Market, mail: MessageWorker) -> None:
    order, email = await bought(market)
    answers, touched = set(), []
    for number, address in [(order.number, email), (order.number, "eve@example.org"), ("N-0", email)]:
        before = await scans(market)
        answer = orjson.dumps(await declared(market, number, address)).decode()
        after = await scans(market)
        answers.add(len(answer.replace(number, "").replace(address, "")))
        touched.append({table: after[table] - before[table] for table in after if after[table] != before[table]})
    assert len(answers) == 1
    assert [set(tables) for tables in touched] == [{"order_access"}] * 3
    assert touched[0] == touched[1] == touched[2]


async def test_the_seller_learns_of_it_once_it_is_verified(market: Market, mail: MessageWorker) -> None:
    order, _ = await bought(market)
    north = seller(order, "north")
    (one,) = await unverified(market, mail, order)
    events = "query E($id: ID!) { order(id: $id) { timeline { subject to } } }"
    for verified in (False, True):
        seen = [
            each["to"]
            for each in (await market.data(north, events, id=order.id))["order"]["timeline"]
            if each["subject"] == "WITHDRAWAL"
        ]
        assert seen == ["DECLARED"] * verified
        assert len(await of_order(market, order, north)) == verified
        if not verified:
            await market.do(OWNER, "verifyWithdrawal", withdrawalId=one["id"])


async def test_it_counts_from_its_moment_though_it_is_verified_late(market: Market, mail: MessageWorker) -> None:
    order, _ = await bought(market)
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    market.clock.pass_by(days=13)
    (one,) = await unverified(market, mail, order)
    market.clock.pass_by(days=10)
    payload = await market.do(
        OWNER, "verifyWithdrawal", "withdrawals { items { late } requests { status } }", withdrawalId=one["id"]
    )
    (made,) = payload["withdrawals"]
    assert [item["late"] for item in made["items"]] == [False] * len(made["items"])
    assert [request["status"] for request in made["requests"]] == ["APPROVED"]


async def test_the_customer_or_the_owner_rejects_what_is_not_the_customers(market: Market, mail: MessageWorker) -> None:
    for by in ("customer", "owner"):
        order, _ = await bought(market)
        (one,) = await unverified(market, mail, order)
        actor = OWNER if by == "owner" else customer(order.customer)
        before = await moved(market, order)
        note = {"note": "The customer says on the phone that it has not."} if by == "owner" else {}
        payload = await market.do(actor, "rejectWithdrawal", "withdrawals { status }", withdrawalId=one["id"], **note)
        assert (payload["userErrors"], payload["withdrawals"]) == ([], [{"status": "REJECTED"}])
        assert await moved(market, order) == before
        stated = {"orderId": order.id, "hash": one["hash"]}
        refused = await market.do(customer(order.customer), "declareWithdrawal", **stated)
        assert [error["code"] for error in refused["userErrors"]] == ["STATEMENT_OUTDATED"], (
            "nothing was declared by it"
        )
        (_, again) = await unverified(market, mail, order)
        assert again["status"] == "UNVERIFIED", "it may be the customer after all"


async def test_of_many_who_verify_and_reject_at_once_one_wins(market: Market, mail: MessageWorker) -> None:
    order, _ = await bought(market)
    (one,) = await unverified(market, mail, order)
    decisions = [
        market.do(customer(order.customer), mutation, withdrawalId=one["id"], expectedVersion=1)
        for mutation in ("verifyWithdrawal", "rejectWithdrawal") * 3
    ]
    payloads = await asyncio.gather(*decisions)
    assert [payload["userErrors"] for payload in payloads].count([]) == 1
    losers = {error["code"] for payload in payloads for error in payload["userErrors"]}
    assert losers <= {Refusal.STALE_VERSION, Refusal.WRONG_STATUS}
    (shown,) = await of_order(market, order)
    assert len(shown["requests"]) == (shown["status"] == "DECLARED")
    asked = await market.rows("select from cancellation_request where order_id = $1", order.id)
    assert len(asked) == len(shown["requests"]), "the control: it follows once"


async def test_what_nobody_verifies_expires_and_the_owner_may_still_verify_it(
    market: Market, mail: MessageWorker
) -> None:
    order, _ = await bought(market)
    await unverified(market, mail, order)
    market.clock.pass_by(days=UNVERIFIED_DAYS - 1)
    await market.work()
    assert [each["status"] for each in await of_order(market, order)] == ["UNVERIFIED"]
    market.clock.pass_by(days=1)
    await market.work()
    (one,) = await of_order(market, order)
    assert one["status"] == "EXPIRED"
    for actor, errors in ((customer(order.customer), ["WRONG_STATUS"]), (OWNER, [])):
        payload = await market.do(actor, "verifyWithdrawal", withdrawalId=one["id"])
        assert [error["code"] for error in payload["userErrors"]] == errors


async def test_one_address_waits_once_and_an_order_has_a_bounded_number_of_them(
    market: Market, mail: MessageWorker
) -> None:
    order, email = await bought(market)
    for n in range(MOST_UNVERIFIED + 2):
        caller = Actor(Role.CUSTOMER, f"declarer {n}")
        assert (await declared(market, order.number, f"{n}@example.org", caller))["userErrors"] == []
    await deliver(mail)
    assert len(await of_order(market, order)) == MOST_UNVERIFIED
    for _ in range(2):
        assert len(await unverified(market, mail, order, email)) == MOST_UNVERIFIED + 1, "the customer's own address"


async def test_who_declares_too_much_is_refused_and_still_gets_a_link(market: Market, mail: MessageWorker) -> None:
    for _ in range(OF_NUMBER):
        assert (await declared(market, "N-00", "gast@example.org"))["userErrors"] == []
    payload = await declared(market, "N-00", "gast@example.org")
    assert [error["code"] for error in payload["userErrors"]] == [Refusal.TOO_MANY_DECLARATIONS]
    assert payload["statement"] is None
    assert (await requested(market, "N-00", "gast@example.org"))["accepted"]


async def test_a_malformed_declaration_is_refused_by_its_field(market: Market, mail: MessageWorker) -> None:
    before = await market.fingerprint()
    for number, name, email, field in (
        ("", "Gus", "gus@example.org", "orderNumber"),
        ("N-1", " ", "gus@example.org", "name"),
        ("N-1", "Gus\nBcc: eve", "gus@example.org", "name"),
        ("N-1", "G" * 201, "gus@example.org", "name"),
        ("N-1", "Gus", "gus", "email"),
        ("N-1", "Win: https://evil.example", "gus@example.org", "name"),
        ("N-1", "Gus (evil.example)", "gus@example.org", "name"),
        ("evil.example/N-1", "Gus", "gus@example.org", "orderNumber"),
    ):
        payload = await declared(market, number, email, name=name)
        (error,) = payload["userErrors"]
        assert (error["code"], error["field"]) == (Refusal.INVALID_INPUT, ["input", field])
    assert await market.fingerprint() == before


async def test_nothing_that_was_declared_is_forgotten_before_it_is_recorded(
    market: Market, mail: MessageWorker
) -> None:
    order, _ = await bought(market)
    await declared(market, order.number, "gast@example.org")
    kept = "select from order_access where number = $1"
    for handled in (False, True):
        await market.rows(
            "update order_access set requested_at = now() - $1::interval * 2 where number = $2", KEPT, order.number
        )
        await Retention(KEEPING).enforce()
        assert len(await market.rows(kept, order.number)) == (not handled)
        await deliver(mail)
    assert [each["status"] for each in await of_order(market, order)] == ["UNVERIFIED"]


async def test_nobody_is_erased_while_something_is_to_be_verified_and_receipts_about_no_order_go_with_the_person(
    market: Market, mail: MessageWorker
) -> None:
    order, email = await bought(market)
    (one,) = await unverified(market, mail, order)
    await declared(market, "N-0", email)
    await deliver(mail)
    receipt = "select from message where address = $1 and type = 'STATEMENT_RECEIPT'"
    assert len(await market.rows(receipt, email)) == 1
    (row,) = await market.rows('select customer_id as id from "order" where id = $1', order.id)
    erase = """mutation E($id: ID!) { erasePerson(input: { customerId: $id }) { userErrors { message code } } }"""
    await market.rows("update package set status = 'DELIVERED' where order_id = $1", order.id)
    (error,) = (await market.data(OWNER, erase, id=row["id"]))["erasePerson"]["userErrors"]
    assert (error["code"], one["number"] in error["message"]) == (Refusal.PERSON_HAS_OPEN_MATTERS, True)
    note = {"note": "The customer says so on the phone."}
    await market.do(OWNER, "rejectWithdrawal", withdrawalId=one["id"], **note)
    assert (await market.data(OWNER, erase, id=row["id"]))["erasePerson"]["userErrors"] == []
    assert await market.rows(receipt, email) == []
    (kept,) = await market.rows("select statement, receipt_to from withdrawal where id = $1", one["id"])
    assert kept == {"statement": "(erased)", "receipt_to": None}
    assert [each["id"] for each in await unverified(market, mail, order, email)] == [one["id"]], "as of no order"
    assert await market.rows("select order_id from message where address = $1", email) == [{"order_id": None}]


async def test_an_address_gets_a_bounded_number_of_receipts(market: Market, mail: MessageWorker) -> None:
    await market.rows(
        "insert into order_access (id, number, email, caller, requested_at, handled, name, locale)"
        " select 'access_full' || n, 'N-0', 'full@example.org', '', $1, true, 'Eve', 'en'"
        " from generate_series(1, $2::int) n",
        market.clock(),
        OF_CUSTOMER,
    )
    for email in ("full@example.org", "other@example.org"):
        await declared(market, "N-0", email)
    await deliver(mail)
    sent = await market.rows("select address from message where address in ('full@example.org', 'other@example.org')")
    assert [row["address"] for row in sent] == ["other@example.org"]
