"""Lists of a gateway that cannot be read in whole: no row hides others, and none writes where it should not."""

from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg

from domain.words import DisputeStatus
from gateways.payments.port import Credit, GatewayUnknown, RowsUnreadable, ShownDispute
from services.worker.gateway_reports import NEXT_DISPUTED, record_all
from services.worker.reconcile import Difference, Report, reconcile
from tests.disputes import disputed
from tests.market import Market
from tests.services.worker.test_movements import Book, by_hand, owed


class Torn(Book):
    """A book whose lists end with what makes them end."""

    credits_end: GatewayUnknown = RowsUnreadable(["re_torn: no amount", "re_2: no time"])
    disputes_end: GatewayUnknown = RowsUnreadable(["du_torn: no amount"])

    async def credits(self, since: datetime) -> AsyncIterator[Credit]:
        async for credit in super().credits(since):
            yield credit
        raise self.credits_end

    async def disputes(self, since: datetime) -> AsyncIterator[ShownDispute]:
        async for dispute in super().disputes(since):
            yield dispute
        raise self.disputes_end


async def torn(market: Market, bank: Book) -> Torn:
    """An order at Stripe whose lists show a payment by hand, a dispute and what nobody can read."""
    await owed(market, bank)
    book = Torn("stripe", disputed=[disputed(DisputeStatus.OPEN, 1)])
    book.by_hand = [by_hand("re_hand", 100)]
    market.worker.gateways = {"stripe": book}
    return book


async def test_rows_that_cannot_be_read_hide_no_others_and_are_named(market: Market, bank: Book) -> None:
    await torn(market, bank)
    gateways, now = market.worker.gateways, market.clock()
    unreadable = [
        Difference("CREDIT_UNREADABLE", "stripe", "re_2: no time"),
        Difference("CREDIT_UNREADABLE", "stripe", "re_torn: no amount"),
        Difference("DISPUTE_UNREADABLE", "stripe", "du_torn: no amount"),
    ]
    found = (await reconcile(gateways, now)).differences
    assert {one.kind for one in found} > {"CREDIT_UNKNOWN", "DISPUTE_UNKNOWN"}
    assert sorted(one for one in found if one.kind.endswith("_UNREADABLE")) == unreadable
    assert await record_all(market.worker.commands, gateways, now) == 2
    assert sorted((await reconcile(gateways, now)).differences) == unreadable


async def test_credits_and_disputes_are_read_apart(market: Market, bank: Book) -> None:
    for what, kind in (("credits_end", "GATEWAY_SILENT"), ("disputes_end", "DISPUTES_SILENT")):
        book = await torn(market, bank)
        setattr(book, what, GatewayUnknown("down"))
        assert await record_all(market.worker.commands, market.worker.gateways, market.clock()) == 1
        assert kind in {one.kind for one in (await reconcile(market.worker.gateways, market.clock())).differences}


async def test_an_amount_that_no_column_holds_is_a_difference(market: Market, bank: Book) -> None:
    await owed(market, bank)
    bank.by_hand = [by_hand("re_huge", 2**70)]
    assert await record_all(market.worker.commands, market.worker.gateways, market.clock()) == 0
    found = (await reconcile(market.worker.gateways, market.clock())).differences
    assert {one.kind for one in found} == {"CREDIT_EXCEEDS", "CREDIT_UNKNOWN"}


async def test_too_much_is_found_under_every_reference_of_the_payment(market: Market, bank: Book) -> None:
    """Stripe names the payment intent first, and orders may name the charge."""
    await owed(market, bank)
    bank.by_hand = [by_hand("re_hand", 2841, "pi_1", also=("N-1/0",))]
    assert await record_all(market.worker.commands, market.worker.gateways, market.clock()) == 1
    found = (await reconcile(market.worker.gateways, market.clock())).differences
    assert [(one.kind, one.about) for one in found] == [("CREDIT_EXCEEDS", "stripe:N-1/0")]


def test_what_cannot_be_printed_is_escaped() -> None:
    """A gateway's text adds no line to the report, colors nothing and turns no direction."""
    odd = Difference("CREDIT_UNKNOWN", "re_1\nPAID_TWICE", "\x1b[31m stripe\r\x00\u2028\u202e shows Ł 1.00 \ud800")
    text = Report(differences=[odd]).text()
    first, last = text.split("\n")
    assert first.isprintable()
    assert r"re_1\nPAID_TWICE" in first
    assert r"\x1b[31m stripe\r\x00\u2028\u202e shows Ł 1.00 \ud800." in first
    assert last.endswith(": 1 differences.")


_MANY = "update pg_class set relpages = 1, reltuples = 1000000 where oid = 'payment'::regclass"


async def test_news_of_a_payment_finds_it_without_reading_all_payments(market: Market, bank: Book) -> None:
    await owed(market, bank)
    connection = await asyncpg.connect(market.url)
    try:
        await connection.execute("begin")
        await connection.execute(_MANY)  # of one payment, any index is as good as the right one
        plan = await connection.fetch(f"explain {NEXT_DISPUTED}", "stripe", ["N-1/0"], "du_1", [])
    finally:
        await connection.close()  # nothing of it stays
    lines = [row["QUERY PLAN"] for row in plan]
    assert any("Index Cond" in line and "provider" in line for line in lines), lines
