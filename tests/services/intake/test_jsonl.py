"""The reader of our own format, and the page that describes it."""

import copy
import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.words import PackageStatus
from services.inputs import IncomingAddress, IncomingMovement, IncomingOrder, WentBack
from services.intake.importing.entries import Entry, Unreadable
from services.intake.importing.jsonl import LONGEST_LINE, JsonLines
from services.intake.importing.tally import checked
from tests.services.intake.files import ROOT, order_line, problems, sold, write_lines

PAGE = (ROOT / "docs" / "import-format.md").read_text()


def read(path: Path, *orders: Any) -> list[Entry]:
    return list(checked(JsonLines(write_lines(path, orders))))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.jsonl"


def example() -> dict[str, Any]:
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    order: dict[str, Any] = json.loads(text)
    return order


def test_the_pages_example_comes_in_as_it_says(path: Path) -> None:
    (order,) = sold(read(path, example()))
    assert (order.number, order.currency, order.customer_email) == ("A-1001", "EUR", "ada@example.org")
    assert order.placed_at == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    (part,) = order.parts
    assert (part.seller_handle, part.seller_name, part.shipping_minor) == ("north", "North Lamps", 490)
    (package,) = part.packages
    assert package.status is PackageStatus.DELIVERED
    assert package.delivered_at == datetime(2026, 1, 8, 14, 10, tzinfo=UTC)
    (item,) = package.items
    assert (item.quantity, item.unit_price_minor, item.discount_minor, item.tax_minor) == (2, 1995, 200, 720)
    assert [(one.method, one.reference, one.captured_minor) for one in order.payments] == [("card", "pay-77", 5000)]
    assert (order.payments[0].paid_at, order.payments[0].instrument) == (
        datetime(2026, 1, 5, 9, 31, 12, tzinfo=UTC),
        "Visa •••• 4242",
    )
    assert order.customer_phone == "+49 30 901820"
    assert order.shipping_address == IncomingAddress(
        "Ada Oak", ("Elm Street 1", "2nd floor"), "DE", postal_code="10115", city="Berlin", region="Berlin"
    )
    assert order.billing_address == IncomingAddress("Oak & Sons", ("P.O. Box 77",), "IE", city="Dublin")


def test_the_page_names_every_field_of_its_example() -> None:
    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    described = set(re.findall(r"`([a-zA-Z]+)`", PAGE))
    assert names(example()) <= described


def test_the_pages_past_comes_in_as_it_says(path: Path) -> None:
    item, payment = (json.loads(text) for text in re.findall(r"```jsonc\n(.*?)```", PAGE, re.DOTALL))
    line = order_line("A-1", payments=[payment])
    line["sellerOrders"][0]["packages"][0]["items"] = [item]
    (order,) = sold(read(path, line))
    assert order.parts[0].packages[0].items[0].canceled == WentBack(1, "changed-mind", 1995)
    at = datetime(2026, 1, 7, 10, tzinfo=UTC)
    assert order.payments[0].paid_back == (IncomingMovement("re-1", 1995, at),)


def test_what_may_be_left_out_has_a_default(path: Path) -> None:
    (order,) = sold(read(path, order_line("A-1")))
    (part,) = order.parts
    assert (part.shipping_minor, part.packages[0].status) == (0, PackageStatus.PREPARING)
    assert (part.packages[0].items[0].discount_minor, part.packages[0].items[0].image_url) == (0, None)
    assert (order.payments[0].provider, order.payments[0].reference) == ("ledger", "")


def test_where_and_how_may_be_left_out_or_null(path: Path) -> None:
    nothing = {"shippingAddress": None, "billingAddress": None}
    payment = {"method": "card", "captured": "40.00", "paidAt": None, "instrument": None}
    (bare,) = sold(read(path, order_line("A-1")))
    (null,) = sold(read(path, order_line("A-1", payments=[payment], **nothing)))
    for order in (bare, null):
        assert (order.customer_phone, order.shipping_address, order.billing_address) == (None, None, None)
        assert (order.payments[0].paid_at, order.payments[0].instrument) == (None, None)


HOME = {"name": "Ada Oak", "lines": ["Elm Street 1"], "city": "Berlin", "country": "DE"}


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("Elm Street 1", "shippingAddress: This must be an object."),
        (HOME | {"lines": "Elm Street 1"}, "shippingAddress.lines: This must be a list of texts."),
        (HOME | {"lines": ["Elm Street", 1]}, "shippingAddress.lines: This must be a list of texts."),
        (HOME | {"lines": []}, "shippingAddress.lines: An address needs at least one line"),
        ({"name": "Ada", "lines": ["Elm Street 1"]}, "shippingAddress.country: This is missing."),
        (HOME | {"country": "Germany"}, "shippingAddress.country: This is no country of ISO 3166-1"),
        (HOME | {"city": 7}, "shippingAddress.city: This must be a text."),
        (HOME | {"zip": "10115"}, "shippingAddress.zip: This field does not exist."),
    ],
)
def test_a_faulty_address_is_named_with_its_path_and_one_fault(path: Path, address: Any, fault: str) -> None:
    (problem,) = problems(read(path, order_line("A-1", shippingAddress=address)))
    assert fault in problem


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"paidAt": "2026-01-05T09:31:12"}, "payments.0.paidAt: This must be a time with its zone"),
        ({"instrument": "4242 4242 4242 4242"}, "payments.0.instrument: This holds a whole card number"),
        ({"instrument": 4242}, "payments.0.instrument: This must be a text."),
    ],
)
def test_a_faulty_payment_is_named_with_its_path(path: Path, changes: dict[str, Any], fault: str) -> None:
    payment = {"method": "card", "captured": "40.00"} | changes
    (problem,) = problems(read(path, order_line("A-1", payments=[payment])))
    assert fault in problem


def test_amounts_have_the_decimals_of_their_currency(path: Path) -> None:
    def worth(currency: str, amount: str) -> IncomingOrder:
        (order,) = sold(
            read(path, order_line("A-1", currency=currency, payments=[{"method": "x", "captured": amount}]))
        )
        return order

    order = order_line("A-1", currency="JPY", payments=[{"method": "card", "captured": "4000"}])
    order["sellerOrders"][0]["packages"][0]["items"][0]["unitPrice"] = "2000"
    (yen,) = sold(read(path, order))
    assert (yen.payments[0].captured_minor, yen.parts[0].packages[0].items[0].unit_price_minor) == (4000, 2000)
    assert worth("KWD", "1.5").payments[0].captured_minor == 1500


def test_blank_lines_are_skipped_and_counted(path: Path) -> None:
    entries = read(path, order_line("A-1"), "", "   ", "{", order_line("A-2"))
    assert [order.number for order in sold(entries)] == ["A-1", "A-2"]
    (problem,) = problems(entries)
    assert problem.startswith("orders.jsonl:4: This is not JSON: ")


def changed(*where: str | int, to: Any) -> dict[str, Any]:
    """The example with one value changed, or taken away if the value is ..."""
    order = copy.deepcopy(example())
    inner: Any = order
    for step in where[:-1]:
        inner = inner[step]
    if to is ...:
        del inner[where[-1]]
    else:
        inner[where[-1]] = to
    return order


PACKAGE = ("sellerOrders", 0, "packages", 0)
ITEM = (*PACKAGE, "items", 0)
GONE = {"quantity": 1, "reason": "changed-mind", "amount": "19.95"}
BAD: list[tuple[Any, str]] = [
    (changed("taxIncluded", to="yes"), "taxIncluded: This must be true or false."),
    (changed("country", to="Germany"), "country: This is no country of ISO 3166-1"),
    (changed("country", to="FR"), "country: The shipping address is in another country"),
    (changed(*ITEM, "weightGrams", to="heavy"), "weightGrams: This must be a whole number."),
    (changed(*ITEM, "weightGrams", to=0), "weightGrams: The weight of a unit is between"),
    (changed(*ITEM, "canceledBefore", to=1), "canceledBefore: This must be an object."),
    (changed(*ITEM, "canceledBefore", to=GONE | {"amount": 19.95}), "canceledBefore.amount: This must be an amount"),
    (changed(*ITEM, "returnedBefore", to=GONE | {"why": "x"}), "returnedBefore.why: This field does not exist."),
    (changed("payments", 0, "paidBackBefore", to={}), "paidBackBefore: This must be a list."),
    (changed("payments", 0, "paidBackBefore", to=[{"amount": "1.00"}]), "paidBackBefore.0.reference: This is missing."),
    ([], "order: This must be an object."),
    (changed("number", to=...), "number: This is missing."),
    (changed("number", to=7), "number: This must be a text."),
    (changed("number", to=" "), "number: This may not be empty."),
    (changed("number", to="A" * 65), "number: This text may have at most 64 characters."),
    (changed("number", to="A\0"), "number: A text cannot hold a NUL character."),
    (changed("currency", to="EUX"), "'EUX' is not a currency."),
    (changed("currency", to="XAU"), "'XAU' is not a currency."),
    (changed("placedAt", to="2026-01-05T09:30:00"), "placedAt: This must be a time with its zone"),
    (changed("placedAt", to="yesterday"), "placedAt: This must be a time with its zone"),
    (changed("placedAt", to="0001-01-01T00:00:00+14:00"), "placedAt: This must be a time with its zone"),
    (changed("customer", to="ada"), "customer: This must be an object."),
    (changed("customer", "subject", to=...), "customer.subject: This is missing."),
    (changed("customer", "e-mail", to="x"), "customer.e-mail: This field does not exist."),
    (changed("sellerOrders", to=[]), "sellerOrders: An order needs at least one seller."),
    (changed("sellerOrders", to={}), "sellerOrders: This must be a list."),
    (
        changed("sellerOrders", to=example()["sellerOrders"] * 2),
        "sellerOrders.1.seller: This seller is in the order twice",
    ),
    (
        changed("sellerOrders", 0, "packages", to=[]),
        "sellerOrders.0.packages: A seller's part needs at least one package.",
    ),
    (changed("sellerOrders", 0, "shipping", to="-1.00"), "sellerOrders.0.shipping: Shipping is zero or more."),
    (changed(*PACKAGE, "items", to=[]), "sellerOrders.0.packages.0.items: A package needs at least one item."),
    (changed(*PACKAGE, "status", to="LOST"), "packages.0.status: This must be one of PREPARING"),
    (changed(*PACKAGE, "status", to="CANCELED"), "packages.0.status: A new package cannot be canceled."),
    (
        changed(*PACKAGE, "status", to="SHIPPED"),
        "deliveredAt: Only a delivered package has a time of delivery.",
    ),
    (
        changed(*PACKAGE, "status", to="PREPARING"),
        "shippedAt: Only a package that has been shipped has a time of shipping.",
    ),
    (changed(*ITEM, "quantity", to=0), "items.0.quantity: A quantity is between 1 and 1,000,000."),
    (changed(*ITEM, "quantity", to=True), "items.0.quantity: This must be a whole number."),
    (changed(*ITEM, "quantity", to=1.5), "items.0.quantity: This must be a whole number."),
    (changed(*ITEM, "unitPrice", to=19.95), "items.0.unitPrice: This must be an amount as a text"),
    (changed(*ITEM, "unitPrice", to="19.955"), "items.0.unitPrice: 19.955 has more decimals than EUR (2)."),
    (changed(*ITEM, "unitPrice", to="1e3"), "items.0.unitPrice: '1e3' is not an amount."),
    (changed(*ITEM, "discount", to="39.91"), "items.0.discount: A discount is zero or more, and not above"),
    (changed(*ITEM, "tax", to="-0.01"), "items.0.tax: A tax is zero or more."),
    (changed(*ITEM, "color", to="red"), "sellerOrders.0.packages.0.items.0.color: This field does not exist."),
    (changed("payments", to=...), "payments: This is missing."),
    (changed("payments", 0, "captured", to="-1.00"), "payments.0.captured: A captured amount is zero or more."),
    (changed("payments", 0, "captured", to="10000000000001.00"), "payments.0.captured: A captured amount is"),
    ('{"number": 1', "This is not JSON"),
    ('{"number": "\\ud800"}', "This is not JSON"),
]


@pytest.mark.parametrize(("order", "problem"), BAD)
def test_a_bad_order_is_reported_with_its_line_and_field(path: Path, order: Any, problem: str) -> None:
    entries = read(path, order_line("A-1"), order, order_line("A-2"))
    assert [order.number for order in sold(entries)] == ["A-1", "A-2"]
    found = problems(entries)
    assert found
    assert all(line.startswith("orders.jsonl:2: ") for line in found)
    assert any(problem in line for line in found), found


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-31T12:00Z",
        "2026-01-31 12:00:00Z",
        "2026-W05-6T12:00:00Z",
        "20260131T120000Z",
        "2026-01-31T12Z",
        "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00+0100",
        "2026-01-31T12:00:00+01:00:30",
        " 2026-01-31T12:00:00Z",
        "٢٠٢٦-01-31T12:00:00Z",
    ],
)
def test_a_time_in_a_file_has_the_spelling_that_the_api_takes(path: Path, time: str) -> None:
    order = order_line("A-1") | {"placedAt": time}
    (problem,) = problems(read(path, order))
    assert "placedAt: This must be a time with its zone" in problem


def test_amounts_that_no_sum_could_hold_are_refused(path: Path) -> None:
    order = order_line("A-1")
    order["sellerOrders"][0]["packages"][0]["items"] *= 2
    order["sellerOrders"][0]["packages"][0]["items"][0] |= {"quantity": 1_000_000, "unitPrice": "9999999999.00"}
    assert problems(read(path, order)) == [
        "orders.jsonl:1: order: The order's amounts add up to more than can be stored."
    ]


def test_gzip_is_recognized_by_the_content_of_the_file(path: Path) -> None:
    path.write_bytes(gzip.compress(json.dumps(order_line("A-1")).encode()))
    assert [order.number for order in sold(JsonLines(path))] == ["A-1"]


def test_an_endless_line_is_reported_and_skipped(path: Path) -> None:
    write_lines(path, [order_line("A-1"), "x" * (LONGEST_LINE + 10), order_line("A-2")])
    entries = list(JsonLines(path))
    assert problems(entries) == ["orders.jsonl:2: This line is longer than 16 MiB."]
    assert [order.number for order in sold(entries)] == ["A-1", "A-2"]


def test_a_missing_file_is_reported(path: Path) -> None:
    with pytest.raises(Unreadable, match=r"orders\.jsonl cannot be read: No such file"):
        list(JsonLines(path))


BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    "content",
    [
        BOM + b"%1\n%2\n",
        BOM + b"%1\r\n%2",
        BOM + b"\n%1\n" + BOM + b"%2\n" + BOM,  # files that were joined
        # Without its moment a packed file, and so the name of this case, is the same in every worker.
        gzip.compress(BOM + b"%1\n%2\n", mtime=0),
    ],
)
def test_a_byte_order_mark_costs_no_order(path: Path, content: bytes) -> None:
    packed = content.startswith(b"\x1f\x8b")
    text = gzip.decompress(content) if packed else content
    for number in (b"1", b"2"):
        text = text.replace(b"%" + number, json.dumps(order_line(f"A-{number.decode()}")).encode())
    path.write_bytes(gzip.compress(text) if packed else text)
    entries = list(checked(JsonLines(path)))
    assert [order.number for order in sold(entries)] == ["A-1", "A-2"]
    assert problems(entries) == []


def test_every_fault_of_a_line_is_named_at_its_own_path(path: Path) -> None:
    order = changed("number", to=7)
    order["currency"] = "EUX"
    order["customer"] = {"subject": " ", "e-mail": "x"}
    order["placedAt"] = "yesterday"
    thing = order["sellerOrders"][0]["packages"][0]["items"][0]
    thing |= {"quantity": 0, "unitPrice": 19.95, "tax": "1.00"}
    order["sellerOrders"][0]["packages"][0]["status"] = "LOST"
    order["sellerOrders"].append("north")
    order["payments"] = [{"method": "card", "captured": "1.00"}, {"captured": None}]
    assert [
        sentence.removeprefix("orders.jsonl:1: ").partition(". ")[0] for sentence in problems(read(path, order))
    ] == [
        "currency: 'EUX' is not a currency.",
        "number: This must be a text.",
        "placedAt: This must be a time with its zone, such as 2026-01-31T12:00:00Z.",
        "customer.name: This is missing.",
        "sellerOrders.0.packages.0.status: This must be one of PREPARING, READY_TO_SHIP, SHIPPED, DELIVERED,"
        " DELIVERY_FAILED.",
        'sellerOrders.0.packages.0.items.0.unitPrice: This must be an amount as a text, such as "12.30".',
        "sellerOrders.1: This must be an object.",
        "payments.1.method: This is missing.",
        "payments.1.captured: This is missing.",
        "customer.e-mail: This field does not exist.",
        "customer.subject: This may not be empty.",
        "sellerOrders.0.packages.0.items.0.quantity: A quantity is between 1 and 1,000,000.",
    ]


@pytest.mark.parametrize(
    ("where", "to", "path_of_it"),
    [
        (("customer",), [], "customer"),
        (("sellerOrders", 0), None, "sellerOrders.0"),
        ((*PACKAGE, "items"), "none", "sellerOrders.0.packages.0.items"),
        ((*PACKAGE, "deliveredAt"), "soon", "sellerOrders.0.packages.0.deliveredAt"),
        (("currency",), ..., "currency"),
        (("currency",), 978, "currency"),
    ],
)
def test_what_follows_from_a_fault_is_no_other_fault(
    path: Path, where: tuple[str | int, ...], to: Any, path_of_it: str
) -> None:
    (problem,) = problems(read(path, changed(*where, to=to)))
    assert problem.startswith(f"orders.jsonl:1: {path_of_it}: ")
