"""Pricing of 98,666 real orders, with payments that are split, missing, too low or too high.

The records are read from the folder RETOUR_DATA, or from `../shared/data`; without them these tests are skipped.
"""

import csv
import gzip
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest

from domain.pricing import OrderMoney, Payment, PlanLine, PricedItem, held, price, spread
from services.currency import parse_minor

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("RETOUR_DATA", REPOSITORY.parent / "shared" / "data"))
ITEMS = "olist_order_items_dataset.csv.gz"
PAYMENTS = "olist_order_payments_dataset.csv.gz"

pytestmark = pytest.mark.skipif(not (DATA / ITEMS).exists(), reason="the Olist records are missing")


@dataclass(frozen=True, slots=True)
class Sale:
    order: OrderMoney
    payments: tuple[Payment, ...]
    methods: frozenset[str]

    @property
    def due_minor(self) -> int:
        return sum(item.nominal_minor for item in self.order.items) + sum(self.order.shipping_minor.values())


def rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


@pytest.fixture(scope="module")
def sales() -> list[Sale]:
    items: dict[str, list[PricedItem]] = defaultdict(list)
    shipping: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(ITEMS):
        order_id, seller = row["order_id"], row["seller_id"]
        items[order_id].append(PricedItem(row["order_item_id"], seller, 1, parse_minor(row["price"], "BRL")))
        shipping[order_id][seller] += parse_minor(row["freight_value"], "BRL")
    payments: dict[str, list[Payment]] = defaultdict(list)
    methods: dict[str, set[str]] = defaultdict(set)
    for row in rows(PAYMENTS):
        number, left = row["payment_sequential"], parse_minor(row["payment_value"], "BRL")
        payments[row["order_id"]].append(Payment(number, int(number), left))
        methods[row["order_id"]].add(row["payment_type"])
    return [
        Sale(
            order=OrderMoney(
                "BRL", tuple(lines), shipping[order_id], sum(payment.left_minor for payment in payments[order_id])
            ),
            payments=tuple(payments[order_id]),
            methods=frozenset(methods[order_id]),
        )
        for order_id, lines in items.items()
    ]


def item_by_item(order: OrderMoney, rnd: Random) -> Iterator[PlanLine]:
    """Cancel one item after the other in a random order."""
    taken: Mapping[str, PlanLine] = {}
    for item in rnd.sample(order.items, len(order.items)):
        (line,) = price(order, taken, {item.id: 1})
        taken = held([*taken.values(), line])
        yield line


def refund(payments: tuple[Payment, ...], amount: int) -> tuple[Payment, ...]:
    """The payments after a plan's total has gone back to them; none may fall below zero."""
    parts = dict(spread(amount, payments))
    after = tuple(replace(paid, left_minor=paid.left_minor - parts.get(paid.id, 0)) for paid in payments)
    assert all(paid.left_minor >= 0 for paid in after)
    return after


def test_the_records_contain_the_difficult_cases(sales: list[Sale]) -> None:
    assert len(sales) == 98_666
    assert max(len(sale.payments) for sale in sales) == 29
    assert max(len(sale.order.items) for sale in sales) == 21
    assert sum(not sale.payments for sale in sales) == 1
    assert any(payment.left_minor == 0 for sale in sales for payment in sale.payments)
    assert sum({"credit_card", "voucher"} <= sale.methods for sale in sales) >= 2_000
    # The order without a payment differs from its prices as well; it is counted above.
    gaps = [sale.order.captured_minor - sale.due_minor for sale in sales if sale.payments]
    assert sum(gap != 0 for gap in gaps) == 576
    assert sum(gap < -10 for gap in gaps) == 18
    assert sum(gap > 10 for gap in gaps) == 241


def test_every_order_gives_back_what_was_paid_both_at_once_and_item_by_item(sales: list[Sale]) -> None:
    rnd = Random(20171127)
    for sale in sales:
        captured = sale.order.captured_minor
        everything = price(sale.order, {}, {item.id: 1 for item in sale.order.items})
        assert sum(line.amounts.total for line in everything) == captured
        payments, given_back = sale.payments, 0
        for line in item_by_item(sale.order, rnd):
            assert line.amounts.total >= 0
            given_back += line.amounts.total
            assert given_back <= captured
            payments = refund(payments, line.amounts.total)
        assert given_back == captured
        assert not any(payment.left_minor for payment in payments)


def test_an_order_paid_exactly_gives_back_its_prices(sales: list[Sale]) -> None:
    for sale in sales:
        if sale.order.captured_minor == sale.due_minor:
            for line in price(sale.order, {}, {item.id: 1 for item in sale.order.items}):
                assert line.amounts.rounding == 0
