"""Erasing a person who has withdrawn and has been a guest: statement and receipt are sealed, all else goes."""

import asyncio
from contextvars import copy_context
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import asyncpg
import orjson
import pytest
from tortoise.transactions import in_transaction

from domain.facts import Actor
from domain.withdrawal import hash_of, whole_text
from domain.words import Role
from gateways.mail.port import Mail
from gateways.mail.source import source_of
from services.messages.worker import MessageWorker
from services.owner_events import Setter
from services.privacy.erasing import KEEPING, erase
from services.privacy.exporting import export
from services.privacy.retention import Retention
from services.worker.reconcile import reconcile
from tests import goods
from tests.market import OWNER, Market, Order, customer, seller
from tests.resolvers.guests.scene import REQUEST, redeemed, secrets_in
from tests.services.messages.sink import Sink, deliver, mailing, sinking
from tests.services.privacy.conftest import LETTER, PERSON, SUBJECT, Record, buy, customer_id, done, traces, wanted
from tests.withdrawals import declared

ERASURE = "erasure { kept { source columns ground until } }"
ERASE = "mutation E($id: ID!) { erasePerson(input: { customerId: $id }) { userErrors { code } } }"
_SEES = "{ viewer { customer { name } } orders { nodes { id } } }"
RECEIPT_TO = "zorah.receipts@home.example"
UNTIL = "2030-01-01T00:00:00+00:00"


async def withdrawn(market: Market, order: Order) -> None:
    """The person withdraws from an order, the seller objects in vain, and the money goes back."""
    (made,) = await declared(market, order, customer(SUBJECT), receiptTo=RECEIPT_TO)
    for request in made["requests"]:
        said = {"requestId": request["id"], "ground": "LATE", "note": LETTER}
        await done(market, seller(order, "north"), "objectToWithdrawal", **said)
        await goods.act(market, OWNER, "waiveReturn", request["returnShipment"]["id"])
    await market.work()


async def guest_of(market: Market, order: Order, worker: MessageWorker, sink: Sink) -> Actor:
    """The person as a guest of the order."""
    asked = {"orderNumber": order.number, "email": PERSON["email"]}
    await market.data(None, REQUEST, input=asked)
    await deliver(worker)
    made = await redeemed(market, secrets_in(sink, PERSON["email"].lower())[-1])
    (link,) = await market.rows("select id from order_access where used_at is not null")
    return Actor(Role.CUSTOMER, link["id"], order_id=made["orderId"])


async def test_statement_and_receipt_are_sealed_until_their_date_and_all_else_goes(
    market: Market, record_property: Record
) -> None:
    async with sinking() as sink, mailing(market, sink.url) as worker:
        await worker.making.make()
        order = await buy(market, 3)
        guest = await guest_of(market, order, worker, sink)
        await done(market, guest, "requestReturn", **wanted(order))
        await done(market, customer(SUBJECT), "setMessagePreferences", locale="en", unwanted=["LABEL_ISSUED"])
        await withdrawn(market, order)
        await deliver(worker)
        (receipt,) = sink.to(RECEIPT_TO)
    person, before = await customer_id(market), await traces(market)
    assert set(before) >= {"withdrawal", "message", "order_access", "idempotency_record"}
    assert await market.rows("select count(*) as n from message_preference") == [{"n": 1}]
    (stated,) = await market.rows("select number, statement, hash from withdrawal")

    payload = await market.do(OWNER, "erasePerson", ERASURE, customerId=person)

    assert payload["userErrors"] == []
    claims = {each["source"]: each["until"] for each in payload["erasure"]["kept"] if each["ground"] == "CLAIM"}
    assert claims == {"withdrawal": UNTIL, "message": UNTIL}
    left = await traces(market)
    record_property("tables with the person before", len(before))
    record_property("tables with the person after", ", ".join(left))
    assert set(left) == {"sealed_record"}
    assert await market.rows("select from message_preference union all select from order_access") == []
    after = await reconcile(market.worker.gateways, market.clock())
    record_property("differences after", len(after.differences))
    assert after.differences == []
    sealed = await market.rows("select source, source_id, data::text from sealed_record where ground = 'CLAIM'")
    kept = {row["source"]: {"id": row["source_id"], **orjson.loads(row["data"])} for row in sealed}
    assert hash_of(whole_text([kept["withdrawal"]["statement"]])) == kept["withdrawal"]["hash"] == stated["hash"]
    mail = bytes_of(kept["message"])
    assert mail == receipt.content
    assert sha256(mail).hexdigest() == kept["message"]["sha256"]

    await market.rows("update sealed_record set until = now() where ground = 'CLAIM'")
    await Retention(KEEPING).enforce()
    assert await market.rows("select distinct ground from sealed_record") == [{"ground": "TAX"}]


def bytes_of(kept: dict[str, Any]) -> bytes:
    """The mail out of a sealed message."""
    id, sender, name, address = (kept[key] for key in ("id", "sender", "name", "address"))
    subject, text, html = (kept[key] for key in ("subject", "text", "html"))
    return source_of(Mail(id, sender, name, address, subject, text, html, datetime.fromisoformat(kept["created_at"])))


async def test_a_guest_of_a_person_erased_sees_and_does_nothing_more(market: Market) -> None:
    async with sinking() as sink, mailing(market, sink.url) as worker:
        await worker.making.make()
        order = await buy(market)
        guest = await guest_of(market, order, worker, sink)
    seen = {"viewer": {"customer": {"name": PERSON["name"]}}, "orders": {"nodes": [{"id": order.id}]}}
    assert await market.data(guest, _SEES) == seen, "the control"
    await done(market, OWNER, "erasePerson", customerId=await customer_id(market))
    assert await market.data(guest, _SEES) == {"viewer": {"customer": None}, "orders": {"nodes": []}}
    payload = await market.do(guest, "requestReturn", **wanted(order))
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    assert set(await traces(market)) == {"sealed_record"}


async def test_a_command_under_way_while_its_customer_is_erased_meets_no_deadlock(market: Market) -> None:
    """A command locks its order, and by its foreign keys the customer; erasing takes both in the same order."""
    order = await buy(market)
    person = await customer_id(market)
    other = await asyncpg.connect(market.url)
    async with other.transaction():
        await other.execute('select from "order" where id = $1 for no key update', order.id)
        erasing = asyncio.create_task(market.do(OWNER, "erasePerson", customerId=person))
        while not await waiting(other):
            assert not erasing.done()
        await other.execute("set local statement_timeout = '500ms'")
        await other.execute("select from customer where id = $1 for key share", person)
    await other.close()
    assert (await erasing)["userErrors"] == []


async def waiting(db: asyncpg.Connection) -> bool:
    return bool(await db.fetch("select from pg_locks where not granted"))


async def test_a_kill_in_the_middle_changes_nothing_and_of_two_at_once_one_erases(market: Market) -> None:
    await buy(market)
    person, before = await customer_id(market), await market.fingerprint()
    other = await asyncpg.connect(market.url)
    async with other.transaction():
        await other.execute("select from event where customer_id = $1 for update", person)
        erasing = asyncio.create_task(market.ask(OWNER, ERASE, id=person))
        while not await waiting(other):
            assert not erasing.done()
        await other.execute("select pg_terminate_backend(pid) from pg_locks where not granted")
    assert "errors" in await erasing
    assert await market.fingerprint() == before
    both = await asyncio.gather(*[market.data(OWNER, ERASE, id=person) for _ in range(2)])
    assert both == [{"erasePerson": {"userErrors": []}}] * 2
    assert await other.fetchval("select count(*) from owner_event where action = 'ERASE_PERSON'") == 1
    assert await other.fetchval("select count(*) from sealed_record") == 2
    await other.close()


async def test_a_link_that_is_mailed_while_its_customer_is_erased_leaves_nothing(market: Market) -> None:
    async with sinking() as sink, mailing(market, sink.url) as worker:
        await worker.making.make()
        order, person, outside = await buy(market), await customer_id(market), copy_context()
        assert worker.granting is not None
        asked = {"orderNumber": order.number, "email": PERSON["email"]}
        other = await asyncpg.connect(market.url)
        async with in_transaction() as db:
            await erase(db, person, KEEPING, Setter(OWNER, market.clock()))
            await asyncio.create_task(market.data(None, REQUEST, input=asked), context=outside)
            granting = asyncio.create_task(worker.granting.grant(), context=outside)
            while not granting.done() and not await waiting(other):
                pass
        await granting
        await other.close()
        await deliver(worker)
    assert set(await traces(market)) == {"sealed_record", "order_access"}, "somebody has typed the address since"
    assert sink.got == []


@pytest.mark.parametrize("stored", ["Zorah+Shop@Bücher.example", "zorah+shop@xn--bcher-kva.example"])
async def test_a_person_is_found_and_erased_by_an_address_in_unicode_and_in_ascii(market: Market, stored: str) -> None:
    await buy(market)
    await market.rows("update customer set email = $1", stored)
    for typed in ("zorah+shop@BÜCHER.example", "ZORAH+shop@xn--bcher-KVA.example", " zorah+shop@bücher.example"):
        found = await market.data(OWNER, "query F($email: String!) { customers(email: $email) { id } }", email=typed)
        assert found == {"customers": [{"id": await customer_id(market)}]}, typed
        await market.data(None, REQUEST, input={"orderNumber": "N-0", "email": typed})
    others = {"zorah+shop@bucher.example", "zorah@bücher.example"}
    for other in others:
        await market.data(None, REQUEST, input={"orderNumber": "N-0", "email": other})
    for n, typed in enumerate(("zorah%2Bshop%40b%C3%BCcher.example", "zorah+shop@xn--bcher-kva.example", "zorah%40b")):
        view = {"list": "ORDERS", "name": f"View {n}", "query": f"search={typed}"}
        await done(market, OWNER, "saveView", **view)
    file = BytesIO()
    await export(await customer_id(market), file)
    rows = orjson.loads(file.getvalue())["rows"]
    assert ({row["number"] for row in rows["order_access"]}, len(rows["order_access"])) == ({"N-0"}, 3)
    assert [row["name"] for row in rows["saved_view"]] == ["View 0", "View 1"]

    await done(market, OWNER, "erasePerson", customerId=await customer_id(market))

    left = {row["email"] for row in await market.rows("select email from order_access")}
    assert left == {"zorah+shop@bucher.example", "zorah@xn--bcher-kva.example"}
    assert await market.rows("select name from saved_view") == [{"name": "View 2"}]


async def test_a_person_without_an_address_is_erased_from_nobodys_views(market: Market) -> None:
    await buy(market)
    await market.rows("update customer set email = null")
    await done(market, OWNER, "saveView", list="ORDERS", name="Late", query="search=late")
    await done(market, OWNER, "erasePerson", customerId=await customer_id(market))
    assert await market.rows("select name from saved_view") == [{"name": "Late"}]


async def test_old_messages_go_by_setting_but_for_receipts_and_what_is_to_be_sent(market: Market) -> None:
    async with sinking() as sink, mailing(market, sink.url) as worker:
        await worker.making.make()
        await declared(market, await buy(market), customer(SUBJECT))
        await deliver(worker)
    types = "select type from message order by type"
    both = [{"type": "REQUEST_APPROVED"}, {"type": "WITHDRAWAL_RECEIPT"}]
    kept = Retention(KEEPING, messages=timedelta(days=30))
    for old, setting in (("29 days", kept), ("31 days", Retention(KEEPING))):
        await market.rows("update message set created_at = now() - $1::text::interval", old)
        await setting.enforce()
        assert await market.rows(types) == both, "they are young, and without the setting they stay"
    await market.rows("update message set state = 'PENDING'")
    await kept.enforce()
    assert await market.rows(types) == both, "they are still to be sent"
    await market.rows("update message set state = 'SENT'")
    await kept.enforce()
    assert await market.rows(types) == both[1:]
