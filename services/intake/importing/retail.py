"""Reads the public records "Online Retail" of the UCI repository: a file with the invoice lines of one British seller.

An invoice is an order. The records do not say when it was sent, so its own time counts as shipping and delivery.
Invoices `C…` are cancellations, which do not name the invoice that they cancel, and `A…` are bad debts: both are
counted and not imported.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from domain.texts import is_blank
from domain.words import SENT, PackageStatus
from services.currency import exponent, parse_minor
from services.inputs import (
    IncomingAddress,
    IncomingItem,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
)
from services.intake.importing.csvfile import decimal_of, moment_of, whole_of
from services.intake.importing.entries import NOT_RECORDED, Entry, FilePosition, LeftOut, Problem, Sold
from services.intake.importing.spool import Spool

RawLine: TypeAlias = tuple[int, str, str, str, str, str, str, str, str]
"""A line as the file has it: its number and its cells."""
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
SELLER, SELLER_NAME = "online-retail", "Online Retail"
POSTAGE = frozenset({"POST", "DOT", "C2"})
"""Codes of lines with the shipping of the invoice."""
COUNTRIES = {
    "Australia": "AU",
    "Austria": "AT",
    "Bahrain": "BH",
    "Belgium": "BE",
    "Brazil": "BR",
    "Canada": "CA",
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Israel": "IL",
    "Italy": "IT",
    "Japan": "JP",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Malta": "MT",
    "Netherlands": "NL",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "USA": "US",
    "United Arab Emirates": "AE",
    "United Kingdom": "GB",
}
"""The countries of the records. "Channel Islands", "European Community" and "Unspecified" are none."""

_INVOICES = """
select t.* from line t join (select c0, min(line) as first from line group by c0) i on i.c0 = t.c0
order by i.first, t.line
"""
_CANCELED = "select * from line where c0 glob 'C*' order by line"
_BOUGHT = """
select max(cast(c3 as integer) = :units) as all_of_it, max(cast(c3 as integer) >= :units) as enough from line
where c6 = :customer and c1 = :sku and line < :line and c0 not glob '[AC]*'
"""


class Match(StrEnum):
    """What a canceled line cancels, as far as the records say."""

    WHOLE = "all units of a line bought before"
    PART = "some units of a line bought before"
    NOTHING = "no line bought before"
    NOT_GOODS = "no goods: postage, discounts, manual corrections"
    NOBODY = "without a customer"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """One line of a cancellation: what was really returned, to compare requests with."""

    invoice: str
    customer: str
    sku: str
    quantity: int
    match: Match


@dataclass(frozen=True, slots=True)
class RetailLine:
    """One line of an invoice."""

    sku: str
    name: str
    quantity: int
    at: datetime
    price: int
    customer: str
    country: str


class Retail:
    """The invoices as orders of one seller with one package each, all of the same `status`."""

    def __init__(self, path: Path, *, status: PackageStatus = PackageStatus.DELIVERED, currency: str = "GBP") -> None:
        self._path, self._status, self._currency = path, status, currency
        self.length: int | None = None
        self.done = 0
        self.notes: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Entry]:
        with closing(Spool()) as spool:
            yield from self._spooled(spool)
            self.length = spool.count("select count(distinct c0) from line")
            rows: Iterable[RawLine] = spool.db.execute(_INVOICES)
            for self.done, (number, invoice) in enumerate(groupby(rows, key=_invoice_number), 1):
                yield from self._invoice(number, list(invoice), spool)
            for cancellation in _cancellations(spool.db):
                self.notes[f"canceled lines: {cancellation.match}"] += 1

    def cancellations(self) -> Iterator[Cancellation]:
        """The lines of cancellations, in the order of the file. Unreadable lines are skipped."""
        with closing(Spool()) as spool:
            for _ in self._spooled(spool):
                pass
            yield from _cancellations(spool.db)

    def _spooled(self, spool: Spool) -> Iterator[Problem]:
        yield from spool.load("line", self._path, COLUMNS, key=0)
        spool.db.execute("create index invoice on line (c0)")
        spool.db.execute("create index bought on line (c6, c1)")

    def _invoice(self, number: str, rows: list[RawLine], spool: Spool) -> Iterator[Entry]:
        at = FilePosition(self._path, rows[0][0])
        if number[:1] in ("C", "A"):
            yield LeftOut("cancellation" if number[0] == "C" else "bad debt", lines=len(rows))
            return
        problems, lines = [], []
        if spool.tainted(number):
            problems.append(Problem(at, f"Invoice {number} is left out: one of its lines is broken."))
        for row in rows:
            try:
                lines.append(self._line(row))
            except ValueError as fault:
                problems.append(Problem(FilePosition(self._path, row[0]), str(fault)))
        if len({line.customer for line in lines}) > 1:
            problems.append(Problem(at, f"Invoice {number} names several customers."))
        self._note(rows, lines)
        yield from problems or self._order(number, lines, at)

    def _order(self, number: str, lines: list[RetailLine], at: FilePosition) -> Iterator[Entry]:
        """The order of an invoice, and its lines that are left out."""
        customer = lines[0].customer
        if not customer:
            yield LeftOut("without a customer", lines=len(lines))
            return
        goods = [line for line in lines if line.quantity > 0 and line.price >= 0]
        if len(goods) < len(lines):
            yield LeftOut("negative quantity or price", orders=0, lines=len(lines) - len(goods))
        sold = [line for line in goods if line.sku not in POSTAGE]
        if not sold:
            yield LeftOut("only postage or corrections", lines=len(goods))
            return
        if len(sold) < len(goods):
            yield LeftOut("postage, counted as shipping", orders=0, lines=len(goods) - len(sold))
        shipping = sum(line.quantity * line.price for line in goods if line.sku in POSTAGE)
        yield Sold(self._incoming(number, customer, sold, shipping), at)

    def _incoming(self, number: str, customer: str, sold: list[RetailLine], shipping: int) -> IncomingOrder:
        placed_at = min(line.at for line in sold)
        package = IncomingPackage(
            tuple(IncomingItem(line.sku, line.name, line.quantity, line.price) for line in sold),
            self._status,
            shipped_at=placed_at if self._status in SENT else None,
            delivered_at=placed_at if self._status is PackageStatus.DELIVERED else None,
        )
        paid = shipping + sum(line.quantity * line.price for line in sold)
        return IncomingOrder(
            number=number,
            currency=self._currency,
            placed_at=placed_at,
            customer_subject=customer,
            customer_name=f"Customer {customer}",
            customer_email=None,
            parts=(IncomingPart(SELLER, SELLER_NAME, shipping, (package,)),),
            payments=(IncomingPayment("invoice", "ledger", number, paid, instrument=f"Invoice {number}"),),
            shipping_address=_address(f"Customer {customer}", sold[0].country),
        )

    def _line(self, row: RawLine) -> RetailLine:
        _, _, sku, name, quantity, at, price, customer, country = row
        try:
            units = whole_of(quantity)
        except ValueError:
            raise ValueError(f"{quantity[:40]!r} is not a number of units.") from None
        return RetailLine(
            sku,
            sku if is_blank(name) else name.strip(),
            units,
            moment_of(at),
            self._price(price),
            customer.removesuffix(".0"),
            country,
        )

    def _price(self, text: str) -> int:
        try:
            price = decimal_of(text)
            rounded = price.quantize(Decimal(1).scaleb(-exponent(self._currency)), ROUND_HALF_EVEN)
        except (ValueError, InvalidOperation):
            raise ValueError(f"{text[:40]!r} is not a price.") from None
        if rounded != price:
            self.notes["prices with too many decimals, rounded"] += 1
        return parse_minor(rounded, self._currency)

    def _note(self, rows: list[RawLine], lines: list[RetailLine]) -> None:
        """Count oddities of an invoice's lines, which are imported as they are."""
        seen = Counter(tuple(row[1:]) for row in rows)
        self.notes["duplicate lines, kept"] += seen.total() - len(seen)
        self.notes["lines without a charge"] += sum(line.price == 0 for line in lines)
        self.notes["lines with a negative quantity"] += sum(line.quantity < 0 for line in lines)
        self.notes["lines with a negative price"] += sum(line.price < 0 for line in lines)
        self.notes["invoices with several times"] += len({line.at for line in lines}) > 1


def _address(name: str, country: str) -> IncomingAddress | None:
    """The address of a customer, of which the records have the country alone; None if they have none."""
    code = COUNTRIES.get(country)
    return None if code is None else IncomingAddress(name, (NOT_RECORDED,), code)


def _invoice_number(line: RawLine) -> str:
    return line[1]


def _cancellations(db: sqlite3.Connection) -> Iterator[Cancellation]:
    canceled: Iterable[RawLine] = db.execute(_CANCELED)
    for line, invoice, sku, _, quantity, _, _, customer, _ in canceled:
        try:
            units = -whole_of(quantity)
        except ValueError:
            continue
        bought = {"units": units, "customer": customer, "sku": sku, "line": line}
        found: tuple[int | None, int | None] = db.execute(_BOUGHT, bought).fetchone()
        match = _match(sku, customer, *found)
        yield Cancellation(invoice, customer.removesuffix(".0"), sku, units, match)


def _match(sku: str, customer: str, all_of_it: int | None, enough: int | None) -> Match:
    if not sku[:1].isdigit():
        return Match.NOT_GOODS
    if not customer:
        return Match.NOBODY
    return Match.WHOLE if all_of_it else Match.PART if enough else Match.NOTHING
