"""What people want of messages: a language, what they do without, a digest; and addresses that mail comes back from."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from database.embedded import Cluster
from gateways.mail.bounces import ReturnPath
from gateways.mail.smtp import SmtpMailer
from services.messages.bouncing import BOUNCED_BEFORE
from services.messages.digests import write_digests
from services.messages.sending import LEASE
from services.messages.worker import MessageWorker
from tests import goods
from tests.databases import fresh
from tests.market import OWNER, Market, customer, opened, seller
from tests.services.messages.reports import report
from tests.services.messages.sink import LETTERHEAD, Death, Dying, Sink, deliver, mailing, sinking
from tests.services.messages.story import bought, returned, stored

SITE = "http://market"
BACK = ReturnPath("bounces@lumen.example", "a secret of the tests that is long enough")
NORTH = "orders@north.example"
HOUR = LETTERHEAD.digest_hour


@pytest.fixture(scope="module")
async def market(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[Market]:
    """One market for all tests of this file: each has a customer of its own."""
    settings = {"public_url": f"{SITE}/", "mail_bounces": BACK.address, "mail_bounces_secret": BACK.secret}
    async with fresh(administration, cluster, template) as url, opened(url, **settings) as one:
        yield one


@pytest.fixture(scope="module")
async def sink() -> AsyncIterator[Sink]:
    async with sinking() as sink:
        yield sink


@pytest.fixture
async def mail(market: Market, sink: Sink) -> AsyncIterator[MessageWorker]:
    """What sends to the sink; whatever earlier tests have left is past."""
    await market.rows("delete from message_preference")
    await market.rows("update cancellation_request set waiting_on = 'SYSTEM' where waiting_on = 'SELLER'")
    sink.got.clear()
    letterhead = replace(LETTERHEAD, site=SITE, zone=ZoneInfo("Asia/Tokyo"))
    async with mailing(market, sink.url, letterhead=letterhead) as worker:
        worker.sending.mailer = SmtpMailer(sink.url, seconds=5, returns=BACK)
        while await worker.making.make():
            pass
        await market.rows("delete from message")
        yield worker
        await worker.sending.mailer.close()


async def wants(market: Market, actor: Any, **wanted: Any) -> None:
    """Somebody says what they want."""
    payload = await market.do(actor, "setMessagePreferences", **wanted)
    assert payload["userErrors"] == []


def subjects(sink: Sink, address: str) -> list[str]:
    """What has arrived for an address, without the numbers."""
    return [re.sub(r" [A-Z]{2}-\d+", "", got.subject) for got in sink.to(address)]


@pytest.mark.parametrize(
    ("chosen", "country", "first"),
    [
        ("de-CH", "FR", "Ihre Rückgabe ist eingegangen"),
        ("en", "AT", "Your return has been requested"),
        ("fr", "AT", "Ihre Rückgabe ist eingegangen"),
        (None, "DE", "Ihre Rückgabe ist eingegangen"),
        (None, "FR", "Your return has been requested"),
    ],
)
async def test_a_customer_reads_the_language_they_have_chosen_or_else_that_of_the_order(
    market: Market, sink: Sink, mail: MessageWorker, chosen: str | None, country: str, first: str
) -> None:
    order, address = await bought(market)
    await market.rows("""update "order" set country = $1 where id = $2""", country, order.id)
    await wants(market, customer(order.customer), locale=chosen)
    await market.request(order, lamp=1)
    await deliver(mail)
    assert subjects(sink, address) == [first]


async def test_people_do_without_what_is_optional_and_get_what_they_are_owed(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    await wants(market, customer(order.customer), unwanted=["REQUEST_COMPLETED"])
    await wants(market, seller(order, "north"), unwanted=["REQUEST_WAITING", "DECISION_LAST_CALL"])
    await market.rows("""update message_preference set unwanted = unwanted || '["REQUEST_APPROVED"]'""")
    await returned(market, order, lamp=1)
    await deliver(mail)
    owed = ["Your return has been requested", "Your return is approved", "10.00 EUR are on their way to you"]
    assert subjects(sink, address) == owed
    assert sink.to(NORTH) == []


async def test_a_reminder_that_nobody_wants_is_not_made_and_holds_up_no_other(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, _ = await bought(market)
    request = await market.request(order, lamp=1)
    await wants(market, seller(order, "north"), unwanted=["DECISION_REMINDER"])
    (row,) = await market.rows("select created_at, due_at from cancellation_request where id = $1", request["id"])
    market.clock.now = row["created_at"] + (row["due_at"] - row["created_at"]) * 0.6
    assert not await mail.reminding.remind()
    market.clock.now = row["created_at"] + (row["due_at"] - row["created_at"]) * 0.95
    assert await mail.reminding.remind()
    await deliver(mail)
    assert subjects(sink, NORTH) == ["Little time is left to decide on", "Please decide on"]  # and no reminder


async def test_a_customer_who_does_without_reminders_of_the_goods_gets_none(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order, address = await bought(market)
    request = await market.request(order, lamp=1)
    await wants(market, customer(order.customer), unwanted=["SHIP_BY_REMINDER"])
    await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    await goods.settings(market, None)
    shipment = await goods.of_request(market, request["id"])
    (row,) = await market.rows("select created_at, ship_by from return_shipment where id = $1", shipment["id"])
    for tenths, due in ((6, False), (9.5, True)):
        market.clock.now = row["created_at"] + (row["ship_by"] - row["created_at"]) * tenths / 10
        assert await mail.reminding.remind() is due
    await deliver(mail)
    assert [row["type"] for row in await stored(market, address)][:1] == ["SHIP_BY_LAST_CALL"]


async def test_a_message_that_is_optional_is_stopped_by_one_click_and_by_nothing_less(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    await returned(market, order, lamp=1)
    await deliver(mail)
    (message,) = sink.to(NORTH)
    stop = str(message.message["List-Unsubscribe"]).strip("<>")
    assert message.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in message.text
    assert [got.message["List-Unsubscribe"] is not None for got in sink.to(address)] == [False, False, False, True]
    assert "unsubscribe" not in "".join(got.text for got in sink.to(address)[:3])
    before = await market.fingerprint()
    assert (await market.http.get(stop)).status_code == 200
    token = stop.rpartition("/")[2]
    id, owed = token.partition(".")[0], sink.to(address)[0].id.strip("<>").partition("@")[0]
    for forged in (
        token[:-1],
        f"{token}x",
        id,
        f"{id}.",
        f"{owed}.",
        f"{owed}.None",
        "x",
        "%00.x",
        ".",
        "x" * 60 + ".x",
    ):
        assert (await market.http.post(f"/unsubscribe/{forged}")).status_code == 404
    assert await market.fingerprint() == before
    answer = await market.http.post(stop, content=b"List-Unsubscribe=One-Click")
    assert (answer.status_code, "no longer" in answer.text) == (200, True)
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    await market.http.post(stop)
    shown = "{ messagePreferences { unwanted digest locale optional } }"
    found = (await market.data(seller(order, "north"), shown))["messagePreferences"]
    assert (found["unwanted"], found["digest"], found["locale"]) == (["REQUEST_WAITING"], False, None)
    assert set(found["optional"]) > {"REQUEST_WAITING", "DAILY_DIGEST"}
    await market.request(order, bulb=1)
    await deliver(mail)
    assert len(sink.to(NORTH)) == 1


async def test_of_two_clicks_at_once_none_is_lost(market: Market, sink: Sink, mail: MessageWorker) -> None:
    order, address = await bought(market)
    await returned(market, order, lamp=1)
    await deliver(mail)
    stops = [sink.to(NORTH)[0], sink.to(address)[-1]]
    await market.rows("update message set audience = 'SELLER' where address = $1", address)
    await asyncio.gather(*(market.http.post(str(got.message["List-Unsubscribe"]).strip("<>")) for got in stops * 2))
    shown = "{ messagePreferences { unwanted } }"
    found = (await market.data(seller(order, "north"), shown))["messagePreferences"]
    assert sorted(found["unwanted"]) == ["REQUEST_COMPLETED", "REQUEST_WAITING"]


async def test_a_seller_with_a_digest_gets_one_message_a_day_about_what_waits(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, _ = await bought(market)
    await wants(market, seller(order, "north"), digest=True, locale="de")
    morning = datetime.combine(market.clock.now + timedelta(days=1), datetime.min.time(), UTC)
    morning += timedelta(hours=HOUR - 9)  # the zone is Tokyo's
    market.clock.now = morning - timedelta(hours=2)
    first = await market.request(order, lamp=1)
    market.clock.pass_by(minutes=1)
    second = await market.request(order, bulb=1)
    await market.rows("update cancellation_request set due_at = due_at - interval '5 h' where id = $1", second["id"])

    async def digests() -> list[str]:
        for _ in range(2):
            await mail.reminding.remind()
            await deliver(mail)
        return [got.text for got in sink.to(NORTH)]

    assert await digests() == []  # its hour has not come, and no other message does
    market.clock.now = morning
    async with mailing(market, sink.url, letterhead=mail.making.letterhead) as other:
        await asyncio.gather(*(one.reminding.remind() for one in (mail, other) * 3))
    (text,) = await digests()
    listed = re.findall(r"- (\S+): Rückgabe, Bestellung (\S+), bis \d", text)
    assert listed == [(second["number"], order.number), (first["number"], order.number)]
    assert sink.to(NORTH)[0].subject == "2 Anfragen warten auf Sie"
    assert "Ada" not in text
    market.clock.pass_by(hours=10)
    late, _ = await bought(market)
    third = await market.request(late, lamp=1)
    assert len(await digests()) == 1
    for request in (first, second, third):
        assert (await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"]))["userErrors"] == []
    market.clock.pass_by(days=1)
    assert len(await digests()) == 1  # nothing waits
    await market.request(late, bulb=1)
    assert len(await digests()) == 1  # it began to wait after the hour
    market.clock.pass_by(days=1)
    assert len(await digests()) == 2
    await wants(market, seller(order, "north"), digest=True, unwanted=["DAILY_DIGEST"])
    market.clock.pass_by(days=1)
    assert len(await digests()) == 2
    kept = await market.rows("select event_id, order_id, customer_id, day from message where type = 'DAILY_DIGEST'")
    assert [(row["event_id"], row["order_id"], row["customer_id"]) for row in kept] == [(None, None, None)] * 2


async def test_a_digest_is_one_although_the_process_dies_before_and_after_it_is_kept(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, _ = await bought(market)
    await wants(market, seller(order, "north"), digest=True)
    await market.request(order, lamp=1)
    market.clock.pass_by(days=2)
    with pytest.raises(Death):
        async with in_transaction() as db:
            assert await write_digests(db, mail.making.letterhead, market.clock())
            raise Death
    assert await stored(market, NORTH) == []
    await mail.reminding.remind()
    alive = mail.sending.mailer
    mail.sending.mailer = Dying(alive)
    with pytest.raises(Death):
        await mail.sending.send_due()
    mail.sending.mailer = alive
    await mail.reminding.remind()
    market.clock.pass_by(seconds=LEASE.total_seconds() + 1)
    await deliver(mail)
    first, copy = sink.to(NORTH)
    assert first.content == copy.content
    assert [row["type"] for row in await stored(market, NORTH)] == ["DAILY_DIGEST"]


async def test_a_message_that_comes_back_ends_what_is_sent_to_its_address_until_the_owner_clears_it(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    await market.request(order, lamp=1)
    await deliver(mail)
    (sent,) = await stored(market, address)
    back = BACK.of(sent["id"])
    (returned_to,) = {got.sender for got in sink.to(address)}
    assert returned_to == back
    signed = {"authorization": f"Bearer {BACK.secret}"}

    async def posted(source: bytes, headers: dict[str, str] = signed) -> tuple[int, str]:
        answer = await market.http.post("/webhooks/mail", content=source, headers=headers)
        return answer.status_code, answer.text

    before = await market.fingerprint()
    for wrong in ({}, {"authorization": "Bearer x"}, {"authorization": BACK.secret}):
        assert (await posted(report(back), wrong))[0] == 400
    for forged in (report("bounces@lumen.example"), report(back[:-1]), report(back, action="delayed"), b"", b"\xff"):
        assert await posted(forged) == (200, "nothing new\n")
    assert await posted(report(BACK.of("message_" + "0" * 26))) == (200, "nothing new\n")
    assert await market.fingerprint() == before
    waits = """{"id": "message_waits", "state": "PENDING", "event_id": -1}"""
    copied = "insert into message select (jsonb_populate_record(m, $2::text::jsonb)).* from message m where id = $1"
    await market.rows(copied, sent["id"], waits)
    assert await posted(report(back)) == (200, "noted\n")
    assert await posted(report(back)) == (200, "nothing new\n")
    await market.request(order, bulb=1)
    await deliver(mail)
    rows = await stored(market, address)
    assert {row["state"] for row in rows} == {"BOUNCED"}
    assert str(rows[0]["answer"]).startswith("It has come back: 550 5.1.1")
    assert [row["answer"] for row in rows[1:]] == [BOUNCED_BEFORE] * 2
    payload = await market.do(OWNER, "clearBounce", "message { state }", messageId=sent["id"])
    assert payload["message"] == {"state": "FAILED"}
    other, _ = await bought(market, email=address)
    await market.request(other, lamp=1)
    await deliver(mail)
    assert [row["state"] for row in await stored(market, address)] == ["FAILED"] * 3 + ["SENT"]
    assert len(sink.to(address)) == 2


async def test_what_comes_back_for_another_reason_has_failed_and_stops_no_other(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    await market.request(order, lamp=1)
    await deliver(mail)
    (sent,) = await stored(market, address)
    source = report(BACK.of(sent["id"]), status="5.7.1", diagnosis="smtp; 550 5.7.1 Looks like spam")
    headers = {"authorization": f"Bearer {BACK.secret}"}
    assert (await market.http.post("/webhooks/mail", content=source, headers=headers)).text == "noted\n"
    await market.request(order, bulb=1)
    await deliver(mail)
    assert [row["state"] for row in await stored(market, address)] == ["FAILED", "SENT"]
