"""The reader of "Online Retail", on invoices that are invented, with the same columns."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.countries import COUNTRIES
from domain.words import PackageStatus
from services.inputs import IncomingAddress
from services.intake.importing.entries import Entry, LeftOut
from services.intake.importing.retail import COUNTRIES as COUNTRIES_OF_RECORDS
from services.intake.importing.retail import Match, Retail
from services.intake.importing.tally import checked
from tests.services.intake.files import left_out, problems, sold, write_csv

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")


def line(invoice: str = "100", sku: str = "22000", quantity: str = "6", **changes: str) -> dict[str, str]:
    """A line of an invoice to customer 17000, at 2.55 a piece."""
    cells = (invoice, sku, "MUG", quantity, "2020-12-01 08:26:00", "2.55", "17000.0", "Malta")
    return dict(zip(COLUMNS, cells, strict=True)) | changes


class Invoices:
    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, *lines: dict[str, str]) -> list[Entry]:
        write_csv(self.path, COLUMNS, lines)
        self.reader = Retail(self.path)
        return list(checked(self.reader))

    @property
    def notes(self) -> dict[str, int]:
        return {note: number for note, number in self.reader.notes.items() if number}


@pytest.fixture
def invoices(tmp_path: Path) -> Invoices:
    return Invoices(tmp_path / "invoices.csv.gz")


def test_an_invoice_is_an_order_with_one_delivered_package(invoices: Invoices) -> None:
    (order,) = sold(invoices.read(line(), line(sku="85123A", quantity="2", Description=" ", UnitPrice="1")))
    assert (order.number, order.currency, order.customer_subject) == ("100", "GBP", "17000")
    (part,) = order.parts
    (package,) = part.packages
    moment = datetime(2020, 12, 1, 8, 26, tzinfo=UTC)
    assert (package.status, package.shipped_at, package.delivered_at) == (PackageStatus.DELIVERED, moment, moment)
    assert [(item.sku, item.name, item.quantity, item.unit_price_minor) for item in package.items] == [
        ("22000", "MUG", 6, 255),
        ("85123A", "85123A", 2, 100),
    ]
    assert [payment.captured_minor for payment in order.payments] == [6 * 255 + 200]


@pytest.mark.parametrize(
    ("country", "code"),
    [("Malta", "MT"), ("EIRE", "IE"), ("RSA", "ZA"), ("Unspecified", None), ("Channel Islands", None), ("", None)],
)
def test_an_order_goes_to_the_country_of_its_invoice(invoices: Invoices, country: str, code: str | None) -> None:
    (order,) = sold(invoices.read(line(Country=country)))
    expected = IncomingAddress("Customer 17000", ("(not in the records)",), code) if code else None
    assert (order.shipping_address, order.billing_address) == (expected, None)
    assert [(payment.paid_at, payment.instrument) for payment in order.payments] == [(None, "Invoice 100")]


def test_every_country_of_the_records_has_a_code() -> None:
    assert set(COUNTRIES_OF_RECORDS.values()) <= COUNTRIES


def test_packages_can_be_imported_as_being_prepared(invoices: Invoices) -> None:
    invoices.read(line())
    (order,) = sold(Retail(invoices.path, status=PackageStatus.PREPARING))
    (package,) = order.parts[0].packages
    assert (package.status, package.shipped_at, package.delivered_at) == (PackageStatus.PREPARING, None, None)


def test_postage_is_the_orders_shipping(invoices: Invoices) -> None:
    entries = invoices.read(line(), line(sku="POST", quantity="2", UnitPrice="18.00"))
    (order,) = sold(entries)
    assert (order.parts[0].shipping_minor, len(order.parts[0].packages[0].items)) == (3600, 1)
    assert order.payments[0].captured_minor == 6 * 255 + 3600
    assert left_out(entries) == ["postage, counted as shipping"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (line("C100", quantity="-6"), "cancellation"),
        (line("A100", sku="B", quantity="1", UnitPrice="-11.00"), "bad debt"),
        (line(CustomerID=""), "without a customer"),
        (line(sku="POST"), "only postage or corrections"),
        (line(quantity="-6"), "negative quantity or price"),
        (line(UnitPrice="-0.01"), "negative quantity or price"),
    ],
)
def test_invoices_that_are_not_orders_are_left_out_with_the_reason(
    invoices: Invoices, cells: dict[str, str], reason: str
) -> None:
    entries = invoices.read(cells)
    assert not sold(entries)
    assert left_out(entries)[0] == reason
    assert sum(entry.lines for entry in entries if isinstance(entry, LeftOut)) == 1


def test_every_line_is_sold_or_left_out(invoices: Invoices) -> None:
    lines = [
        line(),
        line(quantity="-1"),
        line(sku="POST"),
        line("C1"),
        line("101", CustomerID=""),
        line("102", sku="C2"),
    ]
    entries = invoices.read(*lines)
    lines_sold = sum(len(order.parts[0].packages[0].items) for order in sold(entries))
    assert lines_sold + sum(entry.lines for entry in entries if isinstance(entry, LeftOut)) == len(lines)


def test_oddities_are_kept_and_counted(invoices: Invoices) -> None:
    later = line(sku="22001", InvoiceDate="2020-12-01 08:27:00", UnitPrice="0.0")
    (order,) = sold(invoices.read(line(), line(), later, line(sku="PADS", quantity="1", UnitPrice="0.001")))
    assert order.placed_at == datetime(2020, 12, 1, 8, 26, tzinfo=UTC)
    assert [item.unit_price_minor for item in order.parts[0].packages[0].items] == [255, 255, 0, 0]
    assert invoices.notes == {
        "duplicate lines, kept": 1,
        "lines without a charge": 2,
        "invoices with several times": 1,
        "prices with too many decimals, rounded": 1,
    }


def test_an_invoice_in_two_places_of_the_file_is_one_order(invoices: Invoices) -> None:
    entries = invoices.read(line("100"), line("101"), line("100", sku="22001"))
    assert [(order.number, len(order.parts[0].packages[0].items)) for order in sold(entries)] == [
        ("100", 2),
        ("101", 1),
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"quantity": "six"}, "'six' is not a number of units."),
        ({"UnitPrice": "free"}, "'free' is not a price."),
        ({"UnitPrice": "NaN"}, "'NaN' is not a price."),
        ({"InvoiceDate": "1/12/2020"}, "'1/12/2020' is not a time."),
        ({"CustomerID": "17001.0"}, "Invoice 100 names several customers."),
    ],
)
def test_a_bad_line_keeps_its_invoice_out(invoices: Invoices, changes: dict[str, str], problem: str) -> None:
    entries = invoices.read(line(), line(**changes), line("101"))
    (found,) = problems(entries)
    assert found.endswith(problem)
    assert [order.number for order in sold(entries)] == ["101"]


@pytest.mark.parametrize("number", ["1_0", "+5", " 6", "6 ", "٣", "1e2", "0x1", "6.0"])
def test_a_number_of_units_has_one_spelling(invoices: Invoices, number: str) -> None:
    assert sold(invoices.read(line(quantity=number))) == []
    assert problems(invoices.read(line(quantity=number))) == [
        f"invoices.csv.gz:2: {number!r} is not a number of units."
    ]


@pytest.mark.parametrize(
    "price", ["1_0.0", "+2.55", " 2.55", "2.55 ", "٣", "1e2", "5.", ".5", "NaN", "Infinity", "--1"]
)
def test_a_price_has_one_spelling(invoices: Invoices, price: str) -> None:
    entries = invoices.read(line(UnitPrice=price))
    assert sold(entries) == []
    assert problems(entries) == [f"invoices.csv.gz:2: {price!r} is not a price."]


def test_a_broken_line_keeps_its_invoice_out(invoices: Invoices, tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "plain.csv", COLUMNS, [line("100"), line("101")])
    plain.write_text(plain.read_text() + "100,22001\n")
    entries = list(Retail(plain))
    assert problems(entries) == [
        "plain.csv:4: This record has 2 cells, the header has 8.",
        "plain.csv:2: Invoice 100 is left out: one of its lines is broken.",
    ]
    assert [order.number for order in sold(entries)] == ["101"]


@pytest.mark.parametrize(
    ("canceled", "match"),
    [
        ({"quantity": "-6"}, Match.WHOLE),
        ({"quantity": "-5"}, Match.PART),
        ({"quantity": "-7"}, Match.NOTHING),
        ({"quantity": "-6", "CustomerID": "17001.0"}, Match.NOTHING),
        ({"quantity": "-6", "sku": "22001"}, Match.NOTHING),
        ({"quantity": "-6", "CustomerID": ""}, Match.NOBODY),
        ({"quantity": "-6", "sku": "POST", "CustomerID": ""}, Match.NOT_GOODS),
    ],
)
def test_a_canceled_line_is_matched_with_an_earlier_purchase(
    invoices: Invoices, canceled: dict[str, str], match: Match
) -> None:
    invoices.read(line(), line("C101", **canceled))
    (found,) = invoices.reader.cancellations()
    assert found.match is match
    assert found.quantity == -int(canceled["quantity"])
    assert invoices.notes[f"canceled lines: {match}"] == 1


def test_a_canceled_line_does_not_match_a_later_purchase(invoices: Invoices) -> None:
    invoices.read(line("C99", quantity="-6"), line())
    assert [cancellation.match for cancellation in invoices.reader.cancellations()] == [Match.NOTHING]


@pytest.mark.parametrize("odd", ["100 ", " 100", "100\u200b", "100\u00a0"])
def test_an_invoice_of_which_a_line_is_spelled_otherwise_is_left_out(invoices: Invoices, odd: str) -> None:
    entries = invoices.read(line(), line(odd, "85123A"), line("101"))
    assert problems(entries) == [
        f"invoices.csv.gz:3: {odd!r} has white space around it, or characters that do not show: remove them.",
        "invoices.csv.gz:2: Invoice 100 is left out: one of its lines is broken.",
    ]
    assert [order.number for order in sold(entries)] == ["101"]


def test_the_offset_of_an_invoice_counts(invoices: Invoices) -> None:
    (order,) = sold(invoices.read(line(InvoiceDate="2020-12-01 08:26:00-03:00")))
    assert order.placed_at == datetime(2020, 12, 1, 11, 26, tzinfo=UTC)
