"""The reader of Olist's records, on a marketplace of our own invention with the same columns."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.words import PackageStatus
from services.inputs import IncomingAddress
from services.intake.importing.entries import Sold, Unreadable
from services.intake.importing.olist import ITEMS, ORDERS, PAYMENTS, PRODUCTS, Olist
from tests.services.intake.files import (
    HANDED_OVER,
    Records,
    customer,
    item,
    left_out,
    payment,
    problems,
    sale,
    sold,
    write_csv,
)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_order_is_put_together_from_four_files(records: Records) -> None:
    lines = [item(n=2, seller="s2", price="5.00"), item(n=1), item(n=3, seller="s1", freight_value="0.50")]
    paid = [payment(n=3, value="20.00", kind="voucher"), payment(n=1, value="10.50")]
    (order,) = sold(records.write([sale()], lines, paid).read())
    assert (order.number, order.currency, order.placed_at) == ("o1", "BRL", at("2020-03-01 10:00:00"))
    assert (order.customer_subject, order.customer_name) == ("ada", "Customer ada")
    assert [(part.seller_handle, part.shipping_minor) for part in order.parts] == [("s1", 300), ("s2", 250)]
    first, second = (part.packages[0] for part in order.parts)
    assert [(one.sku, one.quantity, one.unit_price_minor) for one in first.items] == [("p1", 1, 1000), ("p3", 1, 1000)]
    assert [one.unit_price_minor for one in second.items] == [500]
    assert first.status is PackageStatus.DELIVERED
    assert (first.shipped_at, first.delivered_at) == (at(HANDED_OVER), at("2020-03-09 18:00:00"))
    assert [(one.method, one.reference, one.captured_minor) for one in order.payments] == [
        ("credit_card", "o1-1", 1050),
        ("voucher", "o1-3", 2000),
    ]


def test_an_order_says_where_it_goes_and_when_it_was_paid_as_far_as_the_records_do(records: Records) -> None:
    paid = [payment(n=1, value="10.00"), payment(n=2, value="2.50", kind="not_defined")]
    people = [customer(), customer("o2") | {"customer_zip_code_prefix": "", "customer_city": "", "customer_state": ""}]
    sales = [sale(), sale("o2", order_approved_at="")]
    bought, bare = sold(records.write(sales, [item(), item("o2")], [*paid, payment("o2")], people).read())
    assert bought.shipping_address == IncomingAddress(
        "Customer ada", ("(not in the records)",), "BR", postal_code="01234", city="Sao Paulo", region="SP"
    )
    assert [(one.paid_at, one.instrument) for one in bought.payments] == [
        (at("2020-03-01 12:00:00"), "Credit card"),
        (at("2020-03-01 12:00:00"), None),
    ]
    assert bare.shipping_address == IncomingAddress("Customer ada", ("(not in the records)",), "BR")
    assert [one.paid_at for one in bare.payments] == [None]
    assert (bought.billing_address, bought.customer_phone) == (None, None)


def test_gzipped_files_read_alike(tmp_path: Path, records: Records) -> None:
    (tmp_path / "packed").mkdir()
    plain = records.write([sale()], [item()]).read()
    packed = Records(tmp_path / "packed", ".csv.gz").write([sale()], [item()]).read()
    assert sold(plain) == sold(packed)
    assert len(sold(packed)) == 1


def test_orders_come_in_the_order_in_which_they_were_bought(records: Records) -> None:
    orders = [sale("o1", order_purchase_timestamp="2020-03-02 10:00:00"), sale("o2"), sale("o3")]
    entries = records.write(orders, [item("o1"), item("o2"), item("o3")]).read()
    assert [order.number for order in sold(entries)] == ["o2", "o3", "o1"]


def test_an_order_that_was_never_paid_has_no_payment(records: Records) -> None:
    (order,) = sold(records.write([sale()], [item()], payments=[]).read())
    assert order.payments == ()


def test_a_product_is_called_by_its_category(records: Records) -> None:
    names = ("product_category_name", "product_category_name_english")
    write_csv(
        records.path("olist_products_dataset"), ("product_id", names[0]), [{"product_id": "p1", names[0]: "casa"}]
    )
    path = records.path("product_category_name_translation")
    write_csv(path, names, [{names[0]: "casa", names[1]: "home_comfort"}])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # the publisher's file begins with a mark, too
    (order,) = sold(records.write([sale()], [item(n=1), item(n=2)]).read())
    assert [(one.name, one.category) for one in order.items] == [("Home comfort", "home_comfort"), ("Product", None)]


NEVER = {"order_delivered_carrier_date": "", "order_delivered_customer_date": ""}
HALFWAY = {"order_delivered_customer_date": ""}


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"order_status": "delivered"}, PackageStatus.DELIVERED),
        ({"order_status": "shipped"} | HALFWAY, PackageStatus.SHIPPED),
        ({"order_status": "shipped", "order_estimated_delivery_date": "2020-01-01"} | HALFWAY, "DELIVERY_FAILED"),
        ({"order_status": "invoiced"} | NEVER, PackageStatus.READY_TO_SHIP),
        ({"order_status": "processing"} | NEVER, PackageStatus.PREPARING),
        ({"order_status": "approved"} | NEVER, PackageStatus.PREPARING),
        ({"order_status": "unavailable"} | NEVER, PackageStatus.PREPARING),
        ({"order_status": "canceled"} | NEVER, PackageStatus.READY_TO_SHIP),
        ({"order_status": "canceled"} | HALFWAY, PackageStatus.DELIVERY_FAILED),
        ({"order_status": "canceled"}, PackageStatus.DELIVERED),
    ],
)
def test_at_the_end_of_the_records_the_status_decides_on_the_packages(
    records: Records, cells: dict[str, str], status: str
) -> None:
    last = sale("last", order_purchase_timestamp="2020-04-15 00:00:00")
    entries = records.write([sale(**cells), last], [item(), item("last")]).read()
    package = sold(entries)[0].parts[0].packages[0]
    assert package.status == status
    sent = status in ("SHIPPED", "DELIVERED", "DELIVERY_FAILED")
    assert (package.shipped_at is not None, package.delivered_at is not None) == (sent, status == "DELIVERED")


def test_orders_without_lines_or_payment_are_left_out_and_counted(records: Records) -> None:
    entries = records.write([sale("o1"), sale("o2", order_status="created")], [item("o2")]).read()
    assert left_out(entries) == ["without lines", "awaiting payment"]
    assert not sold(entries)


@pytest.mark.parametrize(
    ("moment", "stands"),
    [
        ("2020-03-01 09:59:59", "not yet bought"),
        ("2020-03-01 11:59:59", "awaiting payment"),
        ("2020-03-01 12:00:00", "PREPARING"),
        ("2020-03-02 22:29:59", "PREPARING"),
        ("2020-03-02 22:30:00", "READY_TO_SHIP"),  # halfway from the approval to the handover
        ("2020-03-04 08:59:59", "READY_TO_SHIP"),
        ("2020-03-04 09:00:00", "SHIPPED"),
        ("2020-03-09 17:59:59", "SHIPPED"),
        ("2020-03-09 18:00:00", "DELIVERED"),
        ("2021-03-09 18:00:00", "DELIVERED"),
    ],
)
def test_as_of_a_moment_the_timestamps_decide_on_the_packages(records: Records, moment: str, stands: str) -> None:
    entries = records.write([sale(order_status="whatever it became")], [item()]).read(at(moment))
    found = left_out(entries) or [order.parts[0].packages[0].status for order in sold(entries)]
    assert found == [stands]


def test_as_of_a_moment_later_times_do_not_count(records: Records) -> None:
    (order,) = sold(records.write([sale()], [item()]).read(at("2020-03-05 00:00:00")))
    package = order.parts[0].packages[0]
    assert (package.shipped_at, package.delivered_at) == (at(HANDED_OVER), None)


@pytest.mark.parametrize(("cells", "stands"), [(HALFWAY, "DELIVERY_FAILED"), (NEVER, "abandoned")])
def test_a_package_overdue_by_more_than_thirty_days_has_failed(
    records: Records, cells: dict[str, str], stands: str
) -> None:
    records.write([sale(**cells)], [item()])
    due = at("2020-03-20 00:00:00") + timedelta(days=30)
    before, after = records.read(due), records.read(due + timedelta(seconds=1))
    assert len(sold(before)) == 1
    assert (left_out(after) or [sold(after)[0].parts[0].packages[0].status]) == [stands]
    assert sold(before)[0].parts[0].packages[0].status != stands


def test_an_unapproved_order_that_was_handed_over_counts_as_approved_when_bought(records: Records) -> None:
    records.write([sale(order_approved_at="")], [item()])
    assert left_out(records.read(at("2020-03-01 10:00:00"))) == []
    records.write([sale(order_approved_at="", **NEVER)], [item()])
    assert left_out(records.read(at("2020-03-01 10:00:00"))) == ["awaiting payment"]


def test_packages_of_one_order_may_be_packed_at_different_times(records: Records) -> None:
    lines = [item(n=1, seller="s1", shipping_limit_date="2020-03-01 13:00:00"), item(n=2, seller="s2")]
    (order,) = sold(records.write([sale()], lines).read(at("2020-03-01 12:30:00")))
    assert [part.packages[0].status for part in order.parts] == ["READY_TO_SHIP", "PREPARING"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"order_status": "lost"}, f"{ORDERS}.csv:2: 'lost' is not a status of these records."),
        ({"order_purchase_timestamp": "soon"}, f"{ORDERS}.csv:2: 'soon' is not a time."),
        ({"customer_id": "nobody"}, f"{ORDERS}.csv:2: The customer nobody does not exist."),
    ],
)
def test_a_bad_order_is_reported_with_its_line_and_the_others_are_imported(
    records: Records, changes: dict[str, str], problem: str
) -> None:
    entries = records.write([sale(**changes), sale("o2")], [item(), item("o2")]).read()
    assert problems(entries) == [problem]
    assert [order.number for order in sold(entries)] == ["o2"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"price": "10,00"}, "'10,00' is not an amount"),
        ({"price": "10.001"}, "10.001 has more decimals than BRL (2)"),
        ({"price": "-1.00"}, "sellerOrders.0.packages.0.items.0.unitPrice: A price is zero or more."),
        ({"shipping_limit_date": ""}, "'' is not a time."),
        ({"seller_id": "s" * 65}, "sellerOrders.0.seller: This text may have at most 64 characters."),
        ({"product_id": "p\0"}, "sellerOrders.0.packages.0.items.0.sku: A text cannot hold a NUL character."),
    ],
)
def test_an_order_with_a_bad_line_is_not_imported_without_it(
    records: Records, changes: dict[str, str], problem: str
) -> None:
    entries = records.write([sale(), sale("o2")], [item() | changes, item(n=2), item("o2")]).read()
    (found,) = problems(entries)
    assert found.endswith(f": {problem}")
    assert [order.number for order in sold(entries)] == ["o2"]


def test_a_broken_record_keeps_its_whole_order_out(records: Records) -> None:
    records.write([sale("o1"), sale("o2"), sale("o3")], [item("o1"), item("o2"), item("o3")])
    records.add_line(ITEMS, "o1,2,p2,s1")
    records.add_line(ITEMS, b"o2,2,p\xff,s1,2020-03-05 12:00:00,1.00,0.00")
    entries = records.read()
    assert problems(entries) == [
        f"{ITEMS}.csv:5: This record has 4 cells, the header has 7.",
        f"{ITEMS}.csv:6: This is not UTF-8.",
        f"{ORDERS}.csv:2: Order o1 is left out: one of its records is broken.",
        f"{ORDERS}.csv:3: Order o2 is left out: one of its records is broken.",
    ]
    assert [order.number for order in sold(entries)] == ["o3"]


def test_a_duplicate_record_keeps_its_order_out(records: Records) -> None:
    lines = [item("o1"), item("o1"), item("o2"), item("o3")]
    entries = records.write([sale("o1"), sale("o2"), sale("o2"), sale("o3")], lines).read()
    assert problems(entries)[:2] == [
        f"{ORDERS}.csv:4: o2 is in the file twice.",
        f"{ITEMS}.csv:3: o1 1 is in the file twice.",
    ]
    assert [order.number for order in sold(entries)] == ["o3"]


def test_lines_and_payments_without_an_order_are_reported(records: Records) -> None:
    entries = records.write([sale()], [item(), item("gone")], [payment(), payment("gone")]).read()
    assert problems(entries) == [
        f"{ITEMS}.csv:3: The order gone does not exist.",
        f"{PAYMENTS}.csv:3: The order gone does not exist.",
    ]
    assert len(sold(entries)) == 1


def test_an_unclosed_quote_is_reported_at_the_end_of_the_file(records: Records) -> None:
    records.write([sale()], [item()])
    records.add_line(ITEMS, 'o1,2,"p2,s1')
    (first, *_) = problems(records.read())
    assert first == f"{ITEMS}.csv:3: This is not CSV: unexpected end of data."


def test_a_missing_file_or_column_is_reported_at_once(records: Records, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=f"{ORDERS}.csv or {ORDERS}.csv.gz is missing"):
        list(Olist(tmp_path))
    records.write([sale()], [item()])
    write_csv(records.path(PAYMENTS), ("order_id", "payment_type"), [])
    with pytest.raises(Unreadable, match="has no column payment_sequential, payment_value"):
        records.read()


def test_a_truncated_archive_is_reported(tmp_path: Path) -> None:
    records = Records(tmp_path, ".csv.gz").write([sale()], [item()])
    records.path(ITEMS).write_bytes(records.path(ITEMS).read_bytes()[:-12])
    with pytest.raises(Unreadable, match="cannot be read"):
        records.read()


def test_customers_are_people_and_not_orders(records: Records) -> None:
    people = [customer("o1", "ada"), customer("o2", "ada")]
    entries = records.write([sale("o1"), sale("o2")], [item("o1"), item("o2")], customers=people).read()
    assert {order.customer_subject for order in sold(entries)} == {"ada"}


ODD_IDS = ("o1 ", " o1", "o1\t", "o1\u200b", "o1\u00a0", "\ufeffo1")


@pytest.mark.parametrize("odd", ODD_IDS)
@pytest.mark.parametrize("name", [ITEMS, PAYMENTS])
def test_an_order_whose_id_is_spelled_otherwise_elsewhere_is_left_out(records: Records, name: str, odd: str) -> None:
    lines, paid = [item("o1"), item("o2")], [payment("o1"), payment("o2")]
    (lines if name == ITEMS else paid)[0]["order_id"] = odd
    entries = records.write([sale("o1"), sale("o2")], lines, paid).read()
    assert problems(entries) == [
        f"{name}.csv:2: {odd!r} has white space around it, or characters that do not show: remove them.",
        f"{ORDERS}.csv:2: Order o1 is left out: one of its records is broken.",
    ]
    assert [order.number for order in sold(entries)] == ["o2"]


def test_an_order_whose_payments_spell_its_id_in_capitals_is_left_out(records: Records) -> None:
    paid = [payment("O1"), payment("o2")]
    entries = records.write([sale("o1"), sale("o2")], [item("o1"), item("o2")], paid).read()
    assert problems(entries) == [
        f"{PAYMENTS}.csv:2: The order O1 does not exist.",
        f"{ORDERS}.csv:2: Order o1 is left out: one of its records is broken.",
    ]
    assert [order.number for order in sold(entries)] == ["o2"]


def test_if_a_payment_belongs_to_no_order_those_that_may_lack_it_are_left_out(records: Records) -> None:
    orders, lines = [sale("o1"), sale("o2")], [item("o1"), item("o2")]
    entries = records.write(orders, lines, [payment("o1", value="10.00"), payment("o9", value="2.50"), payment("o2")])
    found = entries.read()
    assert problems(found) == [
        f"{PAYMENTS}.csv:3: The order o9 does not exist.",
        f"{ORDERS}.csv:2: Order o1 is left out: its payments and lines differ, and there are records that belong to no"
        " order.",
    ]
    assert [order.number for order in sold(found)] == ["o2"]
    # in whole records such an order comes in as it is
    whole = records.write(orders, lines, [payment("o1", value="10.00"), payment("o2")]).read()
    assert (problems(whole), len(sold(whole))) == ([], 2)


def test_an_order_with_a_line_missing_is_left_out(records: Records) -> None:
    entries = records.write([sale("o1"), sale("o2")], [item("o1"), item("o1", n=3), item("o2")]).read()
    assert problems(entries) == [
        f"{ORDERS}.csv:2: Order o1 is left out: its lines are numbered 1, 3, so one is missing."
    ]
    assert [order.number for order in sold(entries)] == ["o2"]


def test_problems_of_the_files_are_found_before_the_first_order(records: Records) -> None:
    entries = records.write([sale("o1")], [item("o1"), item("gone")], [payment("o1"), payment("gone")]).read()
    assert [isinstance(entry, Sold) for entry in entries] == [False, False, True]


def test_a_record_that_swallows_others_keeps_out_what_may_have_been_in_it(records: Records) -> None:
    records.write([sale("o1"), sale("o2"), sale("o3")], [item("o1"), item("o2"), item("o3")], [payment("o1")])
    records.add_line(PAYMENTS, 'o2,1,"card,1,12.50')
    records.add_line(PAYMENTS, "o3,1,card,1,12.50")
    entries = records.read()
    assert sold(entries) == []
    assert [sentence for sentence in problems(entries) if "left out" in sentence] == [
        f"{ORDERS}.csv:2: Order o1 is left out: one of its records is broken.",
        *(
            f"{ORDERS}.csv:{line}: Order {order} is left out: its payments and lines differ, and there are records that"
            " belong to no order."
            for line, order in ((3, "o2"), (4, "o3"))
        ),
    ]


def test_a_broken_record_is_known_by_its_order_in_whichever_column_that_stands(records: Records) -> None:
    records.write([sale("o1"), sale("o2")], [item("o1"), item("o2")])
    records.path(PAYMENTS).write_text(
        "payment_value,order_id,payment_sequential,payment_type\n12.50,o1,1,card\n12.50,o2,1,card\n5.00,o1,2\n"
    )
    entries = records.read()
    assert [order.number for order in sold(entries)] == ["o2"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2020-03-01 10:57:51-03:00", "2020-03-01 13:57:51"),
        ("2020-03-01T10:57:51+05:30", "2020-03-01 05:27:51"),
        ("2020-03-01T10:57:51Z", "2020-03-01 10:57:51"),
        ("2020-03-01 10:57:51", "2020-03-01 10:57:51"),
    ],
)
def test_the_offset_of_a_time_counts(records: Records, text: str, meant: str) -> None:
    (order,) = sold(records.write([sale(order_purchase_timestamp=text)], [item()]).read())
    assert order.placed_at == at(meant)


def test_orders_with_different_offsets_come_in_as_they_were_bought(records: Records) -> None:
    early, late = "2020-03-01 23:00:00+09:00", "2020-03-01 15:00:00-03:00"
    orders = [sale("late", order_purchase_timestamp=late), sale("early", order_purchase_timestamp=early)]
    entries = records.write(orders, [item("late"), item("early")]).read()
    assert [order.number for order in sold(entries)] == ["early", "late"]


def test_the_records_end_with_the_latest_order_wherever_it_was_bought(records: Records) -> None:
    overdue = sale("o1", order_status="shipped", **HALFWAY)
    # as texts, this one stands before the other; it is later all the same
    last = sale("last", order_purchase_timestamp="2020-06-17 23:30:00-03:00", order_status="created")
    other = sale("other", order_purchase_timestamp="2020-06-17 23:45:00", order_status="created")
    entries = records.write([overdue, last, other], [item("o1"), item("last"), item("other")]).read()
    assert [order.parts[0].packages[0].status for order in sold(entries)] == ["DELIVERY_FAILED"]


@pytest.mark.parametrize(
    ("cells", "shipped", "delivered", "note"),
    [
        ({"order_delivered_carrier_date": "2020-02-28 09:00:00"}, None, "2020-03-09 18:00:00",
         "handed over before the order was placed: time left out"),
        ({"order_delivered_carrier_date": "2020-03-10 09:00:00"}, None, "2020-03-09 18:00:00",
         "handed over after the arrival: time left out"),
        ({"order_delivered_customer_date": "2020-02-29 18:00:00"}, HANDED_OVER, None,
         "arrived before the order was placed: time left out"),
        ({}, HANDED_OVER, "2020-03-09 18:00:00", None),
    ],
)  # fmt: skip
def test_times_that_contradict_each_other_are_noted_and_left_out(
    records: Records, cells: dict[str, str], shipped: str | None, delivered: str | None, note: str | None
) -> None:
    records.write([sale(**cells)], [item()])
    source = Olist(records.directory)
    (order,) = sold(list(source))
    package = order.parts[0].packages[0]
    assert package.status is PackageStatus.DELIVERED
    assert package.shipped_at == (at(shipped) if shipped else None)
    assert package.delivered_at == (at(delivered) if delivered else None)
    assert source.notes == ({note: 1} if note else {})


def test_a_product_that_has_a_weight_in_the_records_keeps_it(records: Records) -> None:
    lines = [item(n=n) for n in range(1, 6)]
    records.write([sale()], lines, [payment(value="62.50")])
    weights = {"p1": "225", "p2": "0", "p3": "", "p4": "heavy"}
    products = [
        {"product_id": product, "product_category_name": "artes", "product_weight_g": grams}
        for product, grams in weights.items()
    ]
    write_csv(records.path(PRODUCTS), products[0].keys(), products)
    (order,) = sold(records.read())
    assert [one.weight_grams for one in order.items] == [225, None, None, None, None]
    assert {one.name for one in order.items} == {"Product"}
