"""Mail out: from the journal to a real mail server, each event once, in order for each address, and never lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import asyncpg
import pytest

from database.embedded import Cluster
from domain.messages import OLDEST
from services.messages.bouncing import BOUNCED_BEFORE
from services.messages.making import NOT_AN_ADDRESS
from services.messages.sending import DELAYS, LEASE
from services.messages.worker import MessageWorker
from tests import goods
from tests.databases import fresh
from tests.market import Market, Order, opened, seller
from tests.services.messages.sink import Death, Dying, Sink, deliver, mailing, sinking
from tests.services.messages.story import bought, numbers, returned, stored
from tests.withdrawals import declared


@pytest.fixture(scope="module")
async def market(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[Market]:
    """One market for all tests of this file: each has a customer of its own."""
    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with sinking() as sink:
        yield sink


@pytest.fixture
async def mail(market: Market, sink: Sink) -> AsyncIterator[MessageWorker]:
    """What sends to the sink; whatever earlier tests have left is past."""
    await market.rows("update message set state = 'FAILED', due_at = null where state in ('PENDING', 'PROCESSING')")
    await market.rows("delete from message_cursor")
    async with mailing(market, sink.url) as worker:
        await worker.making.make()
        yield worker


async def asked(market: Market, *, email: str | None = None, name: str | None = None) -> tuple[Order, str]:
    """A return that a new customer has requested: there is one message about it, to this address."""
    order, address = await bought(market, email=email, name=name)
    await market.rows("update seller set email = null")
    await market.request(order, lamp=1)
    return order, address


async def test_those_whom_a_step_concerns_are_written_to_once_and_in_its_order(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    request = await returned(market, order, lamp=1)
    await deliver(mail)
    subjects = [got.subject for got in sink.to(address)]
    number = request["number"]
    assert subjects == [
        f"Your return {number} has been requested",
        f"Your return {number} is approved",
        "10.00 EUR are on their way to you",
        f"Your return {number} is completed",
    ]
    assert [got.subject for got in sink.to("orders@north.example")] == [f"Please decide on {number}"]
    assert "1 × Lamp (Does not fit)" in sink.to(address)[0].text
    assert {row["state"] for row in await stored(market, address)} == {"SENT"}
    assert len({got.id for got in sink.got}) == len(sink.got)
    arrived = len(sink.got)
    await deliver(mail)
    assert len(sink.got) == arrived


async def test_a_message_lists_no_item_of_which_nothing_was_accepted(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    request = await market.request(order, lamp=1, bulb=1)
    await deliver(mail)
    accepted = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    decision: dict[str, Any] = {"items": accepted, "rest": "RELEASE", "restReason": "The bulb is broken"}
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"], **decision)
    assert payload["userErrors"] == []
    await market.work()
    await deliver(mail)
    listed = {
        got.subject: [line for line in got.text.splitlines() if " × " in line]
        for got in sink.to(address)
        if request["number"] in got.subject
    }
    lamp, bulb = (f"- 1 × {name} (Does not fit)" for name in ("Lamp", "Bulb"))
    assert listed == {
        f"Your return {request['number']} has been requested": [lamp, bulb],
        f"Your return {request['number']} is approved": [lamp],
        f"Your return {request['number']} is completed": [lamp],
    }


async def test_a_customer_of_a_german_country_reads_german(market: Market, sink: Sink, mail: MessageWorker) -> None:
    order, address = await bought(market)
    await market.rows("""update "order" set country = 'AT' where id = $1""", order.id)
    await returned(market, order, lamp=1)
    await deliver(mail)
    assert "10,00 EUR sind unterwegs zu Ihnen" in [got.subject for got in sink.to(address)]
    assert "1 × Lamp (Passt nicht)" in sink.to(address)[0].text


async def test_of_what_was_before_mail_was_on_only_receipts_by_law_are_sent(market: Market, sink: Sink) -> None:
    order, address = await bought(market)
    await market.request(order, lamp=1)
    withdrawn, _ = await bought(market)
    (made,) = await declared(market, withdrawn, receiptTo="before@example.org")
    await market.rows("delete from message_cursor")
    async with mailing(market, sink.url) as worker:
        await deliver(worker)
        assert await stored(market, address) == []
        await market.request(order, bulb=1)
        await deliver(worker)
    assert [got.subject.split()[-1] for got in sink.to(address)] == ["requested"]
    assert [made["statement"] in got.text.replace("\r\n", "\n") for got in sink.to("before@example.org")] == [True]


async def test_nobody_is_written_to_about_events_of_more_than_a_week_ago(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    await market.request(order, lamp=1)
    market.clock.pass_by(seconds=OLDEST.total_seconds() + 1)
    await deliver(mail)
    assert await stored(market, address) == []


async def test_a_cursor_whose_event_was_archived_goes_on_with_what_is_left(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    await market.request(order, lamp=1)
    await deliver(mail)
    await market.rows("update message_cursor set xid = 1, event_id = 1")
    await market.request(order, bulb=1)
    await deliver(mail)
    assert [row["state"] for row in await stored(market, address)] == ["SENT", "SENT"]
    assert len(sink.to(address)) == 2


async def test_a_copy_after_a_death_is_the_same_bytes_under_the_same_id(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await bought(market)
    await market.request(order, lamp=1)
    await mail.making.make()
    alive = mail.sending.mailer
    mail.sending.mailer = Dying(alive)
    for _ in range(2):  # the seller's message and the customer's
        with pytest.raises(Death):
            await mail.sending.send_due()
    mail.sending.mailer = alive
    assert [row["state"] for row in await stored(market, address)] == ["PROCESSING"]
    await deliver(mail)
    assert len(sink.to(address)) == 1, "its lease lasts"
    market.clock.pass_by(seconds=LEASE.total_seconds() + 1)
    await deliver(mail)
    first, second = sink.to(address)
    assert first.content == second.content
    assert first.id == second.id
    (row,) = await stored(market, address)
    assert (row["state"], row["attempts"]) == ("SENT", 2)


async def test_a_message_that_is_refused_for_now_is_tried_again_and_later_ones_wait_for_it(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await asked(market)
    await market.rows("update customer set email = null where email <> $1", address)
    sink.to_recipients = ["450 4.2.1 The mailbox is busy"]
    sink.to_data = ["451 4.3.0 Not now"]
    await deliver(mail)
    await market.request(order, bulb=1)
    await deliver(mail)
    assert sink.to(address) == []
    rows = await stored(market, address)
    assert [(row["state"], row["attempts"]) for row in rows] == [("PENDING", 1), ("PENDING", 0)]
    assert rows[0]["answer"] == "450 4.2.1 The mailbox is busy"
    market.clock.pass_by(seconds=DELAYS[0].total_seconds() * 1.2)
    await deliver(mail)
    assert sink.to(address) == []
    market.clock.pass_by(seconds=DELAYS[1].total_seconds() * 1.2)
    await deliver(mail)
    assert [got.id.split("@")[0].strip("<") for got in sink.to(address)] == [row["id"] for row in rows]


async def test_a_message_that_is_refused_for_good_has_failed_and_holds_nothing_up(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await asked(market)
    await market.request(order, bulb=1)
    sink.to_data = ["554 5.7.1 Looks like spam"]
    await deliver(mail)
    rows = await stored(market, address)
    assert [(row["state"], row["answer"]) for row in rows] == [("FAILED", "554 5.7.1 Looks like spam"), ("SENT", None)]


async def test_a_message_that_is_never_accepted_fails_after_the_last_try(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    _, address = await asked(market)
    sink.to_recipients = ["451 4.3.0 Not now"] * (len(DELAYS) + 1)
    for _ in range(len(DELAYS) + 2):
        await deliver(mail)
        market.clock.pass_by(days=2)
    (row,) = await stored(market, address)
    assert (row["state"], row["attempts"]) == ("FAILED", len(DELAYS) + 1)
    assert sink.to_recipients == []


async def test_an_address_that_nobody_has_is_not_written_to_again(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, address = await asked(market)
    await market.request(order, bulb=1)
    sink.to_recipients = ["550 5.1.1 No such user"]
    await deliver(mail)
    await asked(market, email=address)
    await deliver(mail)
    rows = await stored(market, address)
    assert [(row["state"], row["answer"]) for row in rows] == [
        ("BOUNCED", "550 5.1.1 No such user"),
        ("BOUNCED", BOUNCED_BEFORE),
        ("BOUNCED", BOUNCED_BEFORE),
    ]
    assert sink.to(address) == []


async def test_what_is_no_address_is_noted_and_never_given_to_a_mail_server(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    wrong = [f"ada{next(numbers)} at home", f"ada{next(numbers)}@example.org\r\nRCPT TO:<eve@example.org>"]
    for email in wrong:
        await asked(market, email=email)
    await deliver(mail)
    for email in wrong:
        (row,) = await stored(market, email)
        assert (row["state"], row["answer"], row["attempts"]) == ("FAILED", NOT_AN_ADDRESS, 0)
    assert sink.got == []


async def test_a_name_cannot_add_a_header_or_a_recipient(market: Market, sink: Sink, mail: MessageWorker) -> None:
    _, address = await asked(market, name="Ada\r\nBcc: eve@example.org\r\n\r\nHello\u202e")
    await deliver(mail)
    (got,) = sink.got
    assert got.recipients == [address]
    assert got.message["Bcc"] is None
    assert str(got.message["To"]) == f'"Ada Bcc: eve@example.org Hello" <{address}>'
    assert got.message["Auto-Submitted"] == "auto-generated"


async def test_a_mail_server_that_is_away_for_a_day_misses_nothing_and_gets_all_in_order(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    await sink.close()
    bought_by = [await bought(market) for _ in range(3)]
    for order, _ in bought_by:
        await returned(market, order, lamp=1)
    for _ in range(24):
        await deliver(mail)
        market.clock.pass_by(hours=1)
    for order, _ in bought_by:
        await returned(market, order, bulb=1)
    await sink.open()
    await deliver(mail)
    for _, address in bought_by:
        rows = await stored(market, address)
        assert [got.id.split("@")[0].strip("<") for got in sink.to(address)] == [row["id"] for row in rows]
        assert [(row["state"], row["attempts"]) for row in rows] == [("SENT", 1)] * 8


async def test_a_mail_server_that_hangs_up_after_taking_a_message_gets_a_copy_of_it(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    _, address = await asked(market)
    sink.to_data = [None]
    await deliver(mail)
    await deliver(mail)
    first, second = sink.to(address)
    assert first.content == second.content
    assert [row["state"] for row in await stored(market, address)] == ["SENT"]


async def test_two_processes_share_the_work_and_send_nothing_twice(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    bought_by = [await bought(market) for _ in range(4)]
    for order, _ in bought_by:
        await returned(market, order, lamp=1)
    async with mailing(market, sink.url) as other:
        for _ in range(40):
            await asyncio.gather(mail.step(), other.step())
    for _, address in bought_by:
        rows = await stored(market, address)
        assert [got.id.split("@")[0].strip("<") for got in sink.to(address)] == [row["id"] for row in rows]
        assert len(rows) == 4


async def test_a_process_that_stops_finishes_the_message_under_way(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    _, address = await asked(market)
    await mail.making.make()
    sink.hold = asyncio.Event()
    running = asyncio.create_task(mail.run())
    await sink.reached.wait()
    running.cancel()
    await asyncio.sleep(0)
    sink.hold.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(sink.to(address)) == 1
    assert [row["state"] for row in await stored(market, address)] == ["SENT"]


async def test_sellers_and_customers_are_reminded_once_at_half_and_once_at_nine_tenths_of_their_time(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    await goods.settings(market, "ON_RECEIPT")
    order, address = await bought(market)
    request = await market.request(order, lamp=1)

    async def subjects_at(tenths: float, begins: datetime, ends: datetime, address: str, number: str) -> list[str]:
        market.clock.now = begins + (ends - begins) * tenths / 10
        for _ in range(2):
            await mail.reminding.remind()
            await deliver(mail)
        return [got.subject for got in sink.to(address) if number in got.subject]

    (row,) = await market.rows("select created_at, due_at from cancellation_request where id = $1", request["id"])
    decision = row["created_at"], row["due_at"], "orders@north.example", request["number"]
    expected = [f"Please decide on {request['number']}"]
    assert await subjects_at(4.9, *decision) == expected
    assert await subjects_at(5.1, *decision) == expected * 2
    expected = [*expected * 2, f"Little time is left to decide on {request['number']}"]
    assert await subjects_at(9.1, *decision) == expected
    assert await subjects_at(10.1, *decision) == expected
    market.clock.now = row["created_at"]
    await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    shipment = await goods.of_request(market, request["id"])
    (row,) = await market.rows("select created_at, ship_by from return_shipment where id = $1", shipment["id"])
    sending = row["created_at"], row["ship_by"], address, shipment["number"]
    assert await subjects_at(4.9, *sending) == []
    expected = [f"Please send the goods of {shipment['number']}"]
    assert await subjects_at(5.1, *sending) == expected
    assert await subjects_at(8.9, *sending) == expected
    expected.append(f"Little time is left to send the goods of {shipment['number']}")
    assert await subjects_at(9.1, *sending) == expected
    await goods.settings(market, None)


async def test_what_mail_was_off_for_at_half_of_the_time_is_not_made_up_for(
    market: Market, sink: Sink, mail: MessageWorker
) -> None:
    order, _ = await bought(market)
    request = await market.request(order, lamp=1)
    (row,) = await market.rows("select created_at, due_at from cancellation_request where id = $1", request["id"])
    market.clock.now = row["created_at"] + (row["due_at"] - row["created_at"]) * 0.95
    await mail.reminding.remind()
    await deliver(mail)
    found = await market.rows("select type from message where request_id = $1 and audience = 'SELLER'", request["id"])
    assert sorted(one["type"] for one in found) == ["DECISION_LAST_CALL", "REQUEST_WAITING"]
    assert len(sink.to("orders@north.example")) >= 2
