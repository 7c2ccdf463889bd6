"""The marketplace's own book on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import asyncpg
import pytest

from gateways.payments.ledger import LedgerGateway, open_ledger
from gateways.payments.port import Answer, GatewayUnknown, Outcome, RefundOrder


def an_order(key: str = "refund-1", **changes: object) -> RefundOrder:
    usual = {"key": key, "payment_reference": "pay-1", "amount_minor": 1234, "currency": "BRL"}
    return RefundOrder(**{**usual, **changes})  # type: ignore[arg-type]  # a builder takes any field


@pytest.fixture
async def ledger(postgres_url: str) -> AsyncIterator[LedgerGateway]:
    opened = await open_ledger(postgres_url, create=True, size=10)
    yield opened
    await opened.close()


@pytest.fixture
async def onlooker(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


async def book(ledger: LedgerGateway, since: datetime = datetime(2000, 1, 1, tzinfo=UTC)) -> list[str | None]:
    return [credit.key async for credit in ledger.credits(since)]


async def test_a_refund_is_one_row_however_often_it_is_sent(ledger: LedgerGateway) -> None:
    answers = [await ledger.refund(an_order()) for _ in range(3)]
    assert answers == [Answer(Outcome.SUCCEEDED, "refund-1")] * 3
    assert await book(ledger) == ["refund-1"]


@pytest.mark.parametrize("change", [{"amount_minor": 1235}, {"currency": "EUR"}, {"payment_reference": "pay-2"}])
async def test_a_key_that_exists_for_other_money_is_refused(
    ledger: LedgerGateway, onlooker: asyncpg.Connection, change: dict[str, object]
) -> None:
    await ledger.refund(an_order())
    answer = await ledger.refund(an_order(**change))  # type: ignore[arg-type]  # a builder takes any field
    assert answer.outcome is Outcome.FAILED
    rows = await onlooker.fetch("select payment_reference, amount_minor, currency from ledger_entry")
    assert [tuple(row) for row in rows] == [("pay-1", 1234, "BRL")]


async def test_find_knows_what_was_written_and_nothing_else(ledger: LedgerGateway) -> None:
    assert await ledger.find("refund-1", "pay-1") is None
    await ledger.refund(an_order())
    assert await ledger.find("refund-1", "pay-1") == Answer(Outcome.SUCCEEDED, "refund-1")
    assert await ledger.find("refund-1", "pay-1", retry=1) == Answer(Outcome.SUCCEEDED, "refund-1")
    assert await ledger.find("refund-2", "pay-1") is None


async def test_a_credit_stays_when_the_caller_rolls_back(ledger: LedgerGateway, onlooker: asyncpg.Connection) -> None:
    transaction = onlooker.transaction()
    await transaction.start()
    await onlooker.execute("create table the_callers_work ()")
    await ledger.refund(an_order())
    await transaction.rollback()
    assert await book(ledger) == ["refund-1"]


async def test_a_database_that_does_not_answer_is_unknown_and_the_resend_pays_once(
    postgres_url: str, onlooker: asyncpg.Connection
) -> None:
    ledger = await open_ledger(postgres_url, create=True, timeout_s=0.3)
    async with onlooker.transaction():
        await onlooker.execute("lock table ledger_entry in access exclusive mode")
        with pytest.raises(GatewayUnknown):
            await ledger.refund(an_order())
        with pytest.raises(GatewayUnknown):
            await ledger.find("refund-1", "pay-1")
    if await ledger.find("refund-1", "pay-1") is None:
        assert (await ledger.refund(an_order())).outcome is Outcome.SUCCEEDED
    assert await book(ledger) == ["refund-1"]
    await ledger.close()


async def test_an_answer_lost_after_the_commit_is_unknown_and_found_by_key(
    ledger: LedgerGateway, onlooker: asyncpg.Connection
) -> None:
    async def execute(sql: str, args: object) -> list[asyncpg.Record]:
        await onlooker.fetch(sql, *args)  # type: ignore[misc]  # any sequence of values
        raise ConnectionResetError("the answer is lost")

    with pytest.raises(GatewayUnknown):
        await LedgerGateway(execute).refund(an_order())
    assert await ledger.find("refund-1", "pay-1") == Answer(Outcome.SUCCEEDED, "refund-1")


async def test_a_ledger_that_is_closed_is_unknown(postgres_url: str) -> None:
    ledger = await open_ledger(postgres_url, create=True)
    await ledger.close()
    with pytest.raises(GatewayUnknown):
        await ledger.refund(an_order())


async def test_the_book_is_read_over_many_pages_from_an_instant_on(
    ledger: LedgerGateway, onlooker: asyncpg.Connection
) -> None:
    await onlooker.execute(
        "insert into ledger_entry (key, payment_reference, amount_minor, currency, created_at)"
        " select 'r' || n, 'pay-1', n, 'BRL', now() - make_interval(hours => n % 2 * 48)"
        " from generate_series(1, 2500) n"
    )
    everything = await book(ledger)
    assert len(everything) == len(set(everything)) == 2500
    recent = await book(ledger, datetime.now(UTC) - timedelta(hours=24))
    assert recent == sorted(f"r{n}" for n in range(2, 2501, 2))


async def test_the_migrated_table_serves_the_ledger_as_well_as_its_own(database_url: str) -> None:
    ledger = await open_ledger(database_url)
    answer = await ledger.refund(an_order())
    assert await ledger.refund(an_order()) == answer == await ledger.find("refund-1", "pay-1")
    assert await book(ledger) == ["refund-1"]
    await ledger.close()


async def test_two_processes_may_make_the_table_at_once(postgres_url: str) -> None:
    ledgers = await asyncio.gather(*(open_ledger(postgres_url, create=True) for _ in range(8)))
    await asyncio.gather(*(ledger.close() for ledger in ledgers))


@pytest.mark.parametrize("amount", [0, -1])
def test_an_order_of_nothing_or_less_cannot_be_written(amount: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        an_order(amount_minor=amount)


@pytest.mark.parametrize("news", sorted({*permutations([*Outcome, *Outcome])}))
def test_news_settle_to_the_same_outcome_in_any_order_and_however_often(news: tuple[Outcome, ...]) -> None:
    known = news[0]
    for outcome in news:
        known = outcome if outcome.supersedes(known) else known
    assert known is Outcome.FAILED
