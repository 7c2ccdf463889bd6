"""Erasing a person: nothing is left of the person but what the law keeps, and the books stay right."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from app.operations.archive import archive
from app.operations.erase_archive import erase_archive
from services.owner_events import Setter
from services.privacy.erasing import KEEPING, Keeping, erase
from services.privacy.retention import Retention, sweep
from services.worker.reconcile import reconcile
from tests.app.operations.archived import kept_in, spread
from tests.goods import confirmed, settings
from tests.market import OWNER, START, Market, customer, seller
from tests.services.privacy.conftest import (
    SUBJECT,
    TRACES,
    Record,
    asked,
    buy,
    customer_id,
    lived,
    mail,
    traces,
    wanted,
)
from tests.withdrawals import declared, units

ERASURE = "erasure { erasedAt open { number } kept { source columns ground until } }"
PREVIEW = "query P($id: ID!) { previewErasure(customerId: $id) { open { subject number } } }"
FIND = "query F($email: String!) { customers(email: $email) { id } }"


def files_with_traces(*files: Path) -> list[str]:
    """The files in which the person stands."""
    texts = {file.name: file.read_text() if file.suffix == ".eml" else str(kept_in(file)) for file in files}
    return [name for name, text in texts.items() if any(trace.lower() in text.lower() for trace in TRACES)]


async def found_by(market: Market) -> set[str]:
    """The traces by which a search finds something."""
    query = "query S($text: String!) { search(text: $text) { number } }"
    return {trace for trace in TRACES if (await market.data(OWNER, query, text=trace))["search"]}


async def test_a_person_erased_is_gone_but_for_what_the_law_keeps(
    market: Market, tmp_path: Path, record_property: Record
) -> None:
    mails, events = tmp_path / "mail", tmp_path / "events.gz"
    await mail(market, mails)
    order = await lived(market)
    await mail(market, mails)
    await spread(market)
    await archive(events, market.clock())
    assert await market.rows("select type, answer from message where state = 'FAILED'") == []
    before = await traces(market)
    assert set(before) == {
        *("billing_address", "shipping_address", "customer", "package", "request_item", "plan_adjustment"),
        *("refund_attempt", "return_line", "return_shipment", "cancellation_request", "message", "webhook_delivery"),
        *("event", "idempotency_record", "return_label"),
    }
    assert files_with_traces(*mails.glob("*.eml"))
    assert files_with_traces(events)
    assert await found_by(market) == {"zorah", "quellmann", "amselgrund", "1Z77Q"}
    books = await reconcile(market.worker.gateways, market.clock())
    amounts = "select sum(amount_minor)::int as paid, count(*) as n from refund"
    paid = await market.rows(amounts)
    person = await customer_id(market)

    payload = await market.do(OWNER, "erasePerson", ERASURE, customerId=person)

    assert payload["userErrors"] == []
    assert payload["erasure"]["open"] == []
    kept = {(each["source"], *each["columns"], each["until"]) for each in payload["erasure"]["kept"]}
    assert kept == {
        ("billing_address", "city", "country", "lines", "name", "postal_code", "region", "2037-01-01T00:00:00+00:00"),
        ("customer", "name", "2037-01-01T00:00:00+00:00"),
    }
    left = await traces(market)
    record_property("tables with the person before", len(before))
    record_property("tables with the person after", ", ".join(left))
    assert set(left) == {"sealed_record"}
    assert await found_by(market) == set()
    await sweep(mails)
    events.with_name("events.gz.erasing").write_bytes(b"a run was killed")
    assert [await erase_archive(events), await erase_archive(events)] == [1, 0]
    assert files_with_traces(events, *mails.glob("*.eml")) == []
    after = await reconcile(market.worker.gateways, market.clock())
    assert (after.differences, after.refunds, after.credits) == (books.differences, books.refunds, books.credits)
    record_property("differences before and after", f"{len(books.differences)} and {len(after.differences)}")
    assert books.differences == []
    assert await market.rows(amounts) == paid
    assert order.number in str(await market.rows('select number from "order"'))


async def test_erasing_is_refused_while_goods_or_money_are_under_way_and_names_them(market: Market) -> None:
    order = await buy(market)
    request = await asked(market, order)
    person, before = await customer_id(market), await market.fingerprint()
    payload = await market.do(OWNER, "erasePerson", ERASURE, customerId=person)
    ((error,),) = [payload["userErrors"]]
    assert (error["code"], error["field"]) == ("PERSON_HAS_OPEN_MATTERS", ["input", "customerId"])
    assert error["message"].endswith(f"under way: request {request['number']}.")
    preview = await market.data(OWNER, PREVIEW, id=person)
    assert preview["previewErasure"]["open"] == [{"number": request["number"], "subject": "REQUEST"}]
    assert await market.fingerprint() == before


async def test_each_kind_of_open_matter_holds_erasing_up(market: Market) -> None:
    await settings(market, "ON_INSPECTION")
    order = await buy(market)
    person = await customer_id(market)
    await confirmed(market, order, lamp=1)
    await market.rows(
        "insert into dispute (id, order_id, payment_id, status, reference, currency, amount_minor, opened_at, shown_at,"
        " created_at, updated_at, version) select 'dispute_1', order_id, id, 'INQUIRY', 'du_1', 'EUR', 1, now(), now(),"
        " now(), now(), 1 from payment"
    )
    await market.rows(
        "insert into refund (id, plan_id, payment_id, order_id, status, currency, amount_minor, attempt_count,"
        " retry_count, created_at, updated_at, version) select 'refund_1', p.id, y.id, p.order_id, 'FAILED', 'EUR', 1,"
        " 0, 0, now(), now(), 1 from cancellation_plan p, payment y"
    )
    await market.rows(
        "insert into return_label (id, shipment_id, order_id, seller_id, position, status, carrier, attempt_count,"
        " leased, due_at, created_at, updated_at, version) select 'label_1', id, order_id, seller_id, 7, 'PENDING',"
        " 'slip', 0, false, now(), now(), now(), 1"
        " from return_shipment"
    )
    await market.rows("update package set status = 'SHIPPED'")
    found = (await market.data(OWNER, PREVIEW, id=person))["previewErasure"]["open"]
    assert {each["subject"] for each in found} == {
        *("PACKAGE", "REQUEST", "REFUND", "RETURN_SHIPMENT", "LABEL", "DISPUTE")
    }
    for table in ("package set status = 'DELIVERED'", "dispute set status = 'WON'", "return_label set due_at = null"):
        await market.rows(f"update {table}")
    await market.rows("update refund set status = 'SUCCEEDED'")
    await market.rows("update return_shipment set status = 'WAIVED'")
    await market.rows("update cancellation_request set status = 'COMPLETED'")
    assert await still_open(market, person) == ["REQUEST"], "its plan is alive"
    await market.rows("update cancellation_plan set status = 'COMPLETED', held = false")
    assert await still_open(market, person) == []
    await declared(market, order, customer(SUBJECT), items=units(order, lamp=1))
    assert "WITHDRAWAL" in await still_open(market, person)
    assert (await market.do(OWNER, "erasePerson", customerId=person))["userErrors"]


async def still_open(market: Market, person: str) -> list[str]:
    found = await market.data(OWNER, PREVIEW, id=person)
    return [each["subject"] for each in found["previewErasure"]["open"]]


async def test_a_person_is_erased_once_and_the_journal_of_owners_says_by_whom(market: Market) -> None:
    await buy(market)
    person = await customer_id(market)
    version = 'select version from "order"'
    (before,) = await market.rows(version)
    for _ in range(2):
        payload = await market.do(OWNER, "erasePerson", ERASURE, customerId=person)
        assert payload["userErrors"] == []
        assert [each["source"] for each in payload["erasure"]["kept"]] == ["billing_address", "customer"]
    (after,) = await market.rows(version)
    assert after["version"] == before["version"] + 1, "a command that has read the order is overtaken"
    said = await market.rows("select actor_id, subject_id, data from owner_event where action = 'ERASE_PERSON'")
    assert said == [{"actor_id": OWNER.id, "subject_id": person, "data": "{}"}]
    named = f"erased-{person.removeprefix('customer_')}"
    (row,) = await market.rows("select subject, name, email, phone from customer")
    assert row == {"subject": named, "name": named, "email": None, "phone": None}
    assert await market.rows("select distinct actor_id from event where actor_role = 'CUSTOMER'") in (
        [],
        [{"actor_id": named}],
    )


async def test_only_the_owner_finds_previews_and_erases_persons(market: Market) -> None:
    order = await buy(market)
    person = await customer_id(market)
    found = await market.data(OWNER, FIND, email="zorah.quell@HOME.example")
    assert found == {"customers": [{"id": person}]}
    assert await market.data(OWNER, FIND, email="zorah") == {"customers": []}
    for actor in (customer(SUBJECT), seller(order, "north")):
        for query, given in ((FIND, {"email": "a"}), (PREVIEW, {"id": person})):
            answer = await market.ask(actor, query, **given)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        payload = await market.do(actor, "erasePerson", customerId=person)
        assert payload["userErrors"][0]["code"] == "ROLE_NOT_ALLOWED"
    payload = await market.do(OWNER, "erasePerson", customerId="customer_none")
    assert payload["userErrors"][0]["code"] == "NOT_FOUND"
    for id in ("customer_none", "\0", "x" * 60):
        assert await market.data(OWNER, PREVIEW, id=id) == {"previewErasure": None}


@pytest.mark.parametrize("held", ["pg_advisory_xact_lock(7231, 1)", "id from webhook_cursor for update"])
async def test_erasing_waits_for_messages_and_deliveries_that_are_being_made(market: Market, held: str) -> None:
    await buy(market)
    person = await customer_id(market)
    other = await asyncpg.connect(market.url)
    holding = other.transaction()
    await holding.start()
    await other.execute(f"select {held}")
    erasing = asyncio.create_task(market.do(OWNER, "erasePerson", customerId=person))
    while not await other.fetch("select from pg_locks where not granted"):
        assert not erasing.done()
    await holding.commit()
    await other.close()
    assert (await erasing)["userErrors"] == []


async def test_the_same_person_may_buy_again_as_somebody_new(market: Market) -> None:
    await buy(market)
    person = await customer_id(market)
    await market.do(OWNER, "erasePerson", customerId=person)
    await buy(market)
    assert await customer_id(market) != person
    assert len(await market.rows("select from customer")) == 2


async def test_what_is_under_way_while_a_person_is_erased_is_overtaken(market: Market) -> None:
    """A request and an order of the person race with the erasing; nothing of the person comes back afterwards."""
    order = await buy(market)
    person = await customer_id(market)
    _, erased, _ = await asyncio.gather(
        market.do(customer(SUBJECT), "requestReturn", **wanted(order)),
        market.do(OWNER, "erasePerson", customerId=person),
        buy(market),
    )
    if not erased["userErrors"]:
        stands = await market.rows("select count(*) as n from request_item where note is not null")
        assert stands == [{"n": 0}]
        later = await market.rows('select from "order" o where o.customer_id = $1', person)
        assert len(later) == 1


async def test_no_order_is_written_for_a_customer_who_was_erased_meanwhile(market: Market) -> None:
    await buy(market)
    await market.rows("update customer set erased_at = now()")
    payload = await market.ask(OWNER, '{ customers(email: "zorah.quell@home.example") { id } }')
    assert len(payload["data"]["customers"]) == 1
    with pytest.raises(asyncpg.SerializationError, match="just been erased"):
        await market.rows(
            """insert into "order"
            select (jsonb_populate_record(o, '{"id": "order_2", "number": "N-77"}')).* from "order" o"""
        )


async def test_retention_erases_who_has_been_away_for_long_and_lets_seals_and_messages_go(market: Market) -> None:
    await buy(market)
    await market.order(customer="new", placedAt=market.clock().isoformat())
    await market.rows(
        "update \"order\" set placed_at = now() where customer_id = (select id from customer where subject = 'new')"
    )
    await market.rows('update seller_order s set placed_at = o.placed_at from "order" o where o.id = s.order_id')
    kept = Retention(KEEPING)
    await kept.enforce()
    assert await market.rows("select from customer where erased_at is not null") == []
    await replace(kept, persons=timedelta(days=30)).enforce()
    names = [row["subject"] for row in await market.rows("select subject from customer order by erased_at is null")]
    assert names[0].startswith("erased-")
    assert names[1] == "new"
    by = await market.rows("select actor_id from owner_event where action = 'ERASE_PERSON'")
    assert by == [{"actor_id": "retour"}]
    assert len(await market.rows("select from sealed_record")) == 2
    await market.rows("update sealed_record set until = now() where source = 'customer'")
    await kept.enforce()
    assert await market.rows("select source from sealed_record") == [{"source": "billing_address"}]


@pytest.mark.parametrize(("years", "placed"), [(0, "2026-03-02"), (10, "2015-12-31")])
async def test_nothing_is_kept_where_the_law_keeps_nothing_or_no_longer(
    market: Market, years: int, placed: str
) -> None:
    await buy(market)
    await market.rows(f"""update "order" set placed_at = '{placed}'""")
    await erase_in_transaction(await customer_id(market), Keeping(years))
    assert await traces(market) == {}


async def erase_in_transaction(person: str, keeping: Keeping) -> None:
    async with in_transaction() as db:
        await erase(db, person, keeping, Setter(OWNER, START))
