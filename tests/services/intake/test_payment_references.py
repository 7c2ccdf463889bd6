"""One payment at a gateway is paid back once, however many orders name it, and however they come in."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection

from services.intake.importing.entries import Entry, FilePosition, Sold
from services.intake.importing.jsonl import order_of
from services.intake.payment_references import DIFFERS, EXCEEDED, TAKEN, TWICE
from tests.market import OWNER, Market
from tests.services.intake.files import import_entries, order_line


def paid(reference: str = "pay-1", captured: str = "40.00", total: str | None = None, **more: Any) -> dict[str, Any]:
    payment = {"method": "card", "captured": captured, "reference": reference} | more
    return payment | ({"paymentTotal": total} if total else {})


async def create(market: Market, number: str, *payments: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    """Create an order; where it is refused, and why."""
    payload = await market.do(OWNER, "createOrder", **order_line(number, payments=list(payments)) | changes)
    return [(".".join(error["field"][1:]), error["message"]) for error in payload["userErrors"]]


REFERENCE, CAPTURED = "payments.0.reference", "payments.0.captured"
SHARED = [
    (paid(), paid(), [(REFERENCE, TAKEN)]),
    (paid(), paid(" pay-1\u3000"), [(REFERENCE, TAKEN)]),
    (paid(), paid(provider=" ledger"), [(REFERENCE, TAKEN)]),
    (paid(), paid(captured="0"), [(REFERENCE, TAKEN)]),
    (paid(total="80.00"), paid(), [(REFERENCE, TAKEN)]),
    (paid(), paid(total="80.00"), [(REFERENCE, TAKEN)]),
    (paid(), paid(total="40.00"), [(REFERENCE, TAKEN)]),
    (paid(total="80.00"), paid(total="90.00"), [(REFERENCE, DIFFERS)]),
    (paid(total="79.99"), paid(total="79.99"), [(CAPTURED, EXCEEDED)]),
    (paid("cafe\u0301", total="60.00"), paid("caf\u00e9", total="60.00"), [(CAPTURED, EXCEEDED)]),
    (paid(total="80.00"), paid(total="80.00"), []),
    (paid(), paid("pay-2"), []),
    (paid(), paid(provider="stripe"), []),
    (paid(""), paid(""), []),
]


@pytest.mark.parametrize(("first", "second", "refused"), SHARED)
async def test_a_second_order_has_a_payment_only_if_both_state_its_total(
    market: Market, first: dict[str, Any], second: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    assert await create(market, "A-1", first) == []
    before = await market.fingerprint()
    assert await create(market, "A-2", second) == refused
    if refused:
        assert await market.fingerprint() == before


async def test_one_payment_in_two_currencies_is_refused(market: Market) -> None:
    assert await create(market, "A-1", paid(total="80.00")) == []
    assert await create(market, "A-2", paid(total="80.00"), currency="USD") == [(REFERENCE, DIFFERS)]


LOW = "The total of a payment is at least what this order captured of it."
NAMELESS = "A payment of several orders needs its reference, the same in each of them."
WITHIN = [
    ((paid(), paid()), [("payments.1.reference", TWICE)]),
    ((paid(""), paid("A-1-1")), [("payments.1.reference", TWICE)]),
    ((paid(total="70"), paid(total="70")), [("payments.1.captured", EXCEEDED)]),
    ((paid(total="80"), paid(total="90")), [("payments.1.reference", DIFFERS)]),
    ((paid(total="80"), paid(total="80")), []),
    ((paid(total="39.99"),), [("payments.0.paymentTotal", LOW)]),
    ((paid("", total="80"),), [("payments.0.reference", NAMELESS)]),
]


@pytest.mark.parametrize(("payments", "refused"), WITHIN)
async def test_an_order_that_names_a_payment_twice_states_its_total(
    market: Market, payments: tuple[dict[str, Any], ...], refused: list[tuple[str, str]]
) -> None:
    assert await create(market, "A-1", *payments) == refused


async def test_of_orders_that_come_in_at_once_with_one_payment_one_is_created(market: Market) -> None:
    answers = await asyncio.gather(*(create(market, f"A-{n}", paid()) for n in range(6)))
    assert sorted(map(len, answers)) == [0, 1, 1, 1, 1, 1]
    assert len(await market.rows("select from payment")) == 1


async def test_orders_that_come_in_at_once_share_a_payment_up_to_its_total(market: Market) -> None:
    answers = await asyncio.gather(*(create(market, f"A-{n}", paid(total="120.00")) for n in range(6)))
    assert sorted(map(len, answers)) == [0, 0, 0, 1, 1, 1]
    rows = await market.rows("select captured_minor, total_minor from payment_reference")
    assert rows == [{"captured_minor": 12000, "total_minor": 12000}]


async def test_without_the_check_one_payment_is_taken_again_and_again(market: Market) -> None:
    """The control of the tests above."""
    name = "payment_reference_captured_at_most_total"
    await market.rows(f"alter table payment_reference drop constraint {name}")
    answers = await asyncio.gather(*(create(market, f"A-{n}", paid()) for n in range(6)))
    assert answers == [[]] * 6


async def test_the_same_order_sent_again_with_its_key_is_no_second_order(market: Market) -> None:
    for _ in range(2):
        assert await create(market, "A-1", paid(), idempotencyKey="once") == []
    assert await create(market, "A-1 ", paid()) == [("number", "An order with the number A-1 already exists.")]


def entries(*orders: dict[str, Any]) -> list[Entry]:
    return [Sold(order_of(order), FilePosition(Path("orders"), n)) for n, order in enumerate(orders, 1)]


async def rows(sql: str) -> list[dict[str, Any]]:
    return await get_connection("default").execute_query_dict(sql)


@pytest.mark.parametrize("apart", [False, True])
async def test_an_import_leaves_out_the_order_that_may_not_have_a_payment_and_names_it(
    database: str, apart: bool
) -> None:
    sold = entries(
        order_line("A-1", payments=[paid()]),
        order_line("A-2", payments=[paid(" pay-1")]),
        order_line("A-3", payments=[paid("pay-3", total="80")]),
        order_line("A-4", payments=[paid("pay-3", total="80")]),
        order_line("A-5", payments=[paid("pay-3", total="80")]),
        order_line("A-6"),
    )
    reported: list[str] = []
    for file in [[entry] for entry in sold] if apart else [sold]:
        reported += (await import_entries(file))[1]
    assert reported == [f"orders:2: {REFERENCE}: {TAKEN}", f"orders:5: {CAPTURED}: {EXCEEDED}"]
    numbers = await rows('select number from "order" order by number')
    assert [row["number"] for row in numbers] == ["A-1", "A-3", "A-4", "A-6"]


async def test_two_imports_at_once_never_take_more_than_a_payment_captured(database: str) -> None:
    """Both have orders of the same payments, in opposite order; each payment pays for three of its four orders."""

    def file(prefix: str, references: list[int]) -> list[Entry]:
        return entries(
            *(
                order_line(f"{prefix}-{n}-{k}", payments=[paid(f"pay-{n}", total="120.00")])
                for n in references
                for k in range(2)
            )
        )

    both = await asyncio.gather(
        import_entries(file("A", list(range(12)))), import_entries(file("B", list(reversed(range(12)))))
    )
    assert sum(report.imported for report, _ in both) == 36
    held = await rows("select distinct captured_minor, total_minor, stated from payment_reference")
    assert held == [{"captured_minor": 12000, "total_minor": 12000, "stated": True}]
    paid_in = await rows("select sum(captured_minor) as captured from payment group by reference")
    assert {row["captured"] for row in paid_in} == {12000}


async def test_a_process_of_the_version_before_is_held_to_it_as_well(market: Market) -> None:
    """It writes a payment without a total, and knows nothing of references."""
    assert await create(market, "A-1", paid()) == []
    assert await create(market, "A-2", paid("pay-2")) == []
    old = """insert into payment (id, order_id, position, method, provider, reference, currency, captured_minor)
      select 'payment_x', id, 2, 'card', 'ledger', $1, 'EUR', 1 from "order" where number = 'A-2'"""
    connection = await asyncpg.connect(market.url)
    try:
        with pytest.raises(asyncpg.CheckViolationError, match="captured_at_most_total"):
            await connection.execute(old, "pay-1 ")
        await connection.execute(old, "pay-9")
    finally:
        await connection.close()
