"""What can be wrong with an order wherever it comes from; what only files can have wrong is with their readers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.words import PackageStatus
from services.inputs import IncomingAddress, IncomingOrder
from services.intake.importing.jsonl import order_of
from services.intake.validation import problems
from tests.services.intake.files import order_line

GOOD = order_of(order_line("A-1"))


def test_a_valid_order_has_no_faults() -> None:
    assert list(problems(GOOD)) == []


@pytest.mark.parametrize(
    ("order", "path", "sentence"),
    [
        (replace(GOOD, currency="EUX"), ("currency",), "This is not an ISO 4217 currency code with a minor unit."),
        (replace(GOOD, customer_name="\ud800"), ("customer", "name"), "This text is not Unicode."),
        (replace(GOOD, customer_email="x" * 321), ("customer", "email"), "This text may have at most 320 characters."),
        (replace(GOOD, payments=()), ("payments",), "Only a paid order can be created: name at least one payment."),
    ],
)
def test_a_fault_is_named_with_its_path(order: IncomingOrder, path: tuple[str, ...], sentence: str) -> None:
    assert list(problems(order)) == [(path, sentence)]


def test_history_may_lack_a_payment() -> None:
    assert list(problems(replace(GOOD, payments=()), paid=False)) == []


NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def with_package(**changes: Any) -> IncomingOrder:
    part = GOOD.parts[0]
    return replace(GOOD, parts=(replace(part, packages=(replace(part.packages[0], **changes),)),))


def with_image(url: str | None) -> IncomingOrder:
    return with_package(items=(replace(GOOD.parts[0].packages[0].items[0], image_url=url),))


PLACED, SECOND = NOW - timedelta(days=9), timedelta(seconds=1)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1989, 12, 31, tzinfo=UTC),
        datetime(2026, 2, 1, 12, 0, 1, tzinfo=UTC),
        datetime(2199, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_a_time_that_cannot_be_is_refused(moment: datetime) -> None:
    delivered = with_package(status=PackageStatus.DELIVERED, shipped_at=moment, delivered_at=moment)
    assert [path for path, _ in problems(replace(GOOD, placed_at=moment), now=NOW)] == [("placedAt",)]
    assert [path[-1] for path, _ in problems(delivered, now=NOW)] == ["shippedAt", "deliveredAt"]


def test_the_clock_of_another_system_may_be_ahead() -> None:
    for moment in (NOW, NOW + timedelta(hours=24), datetime(1990, 1, 1, tzinfo=UTC)):
        assert list(problems(replace(GOOD, placed_at=moment), now=NOW)) == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "not an email",
        "ada",
        "@example.org",
        "ada@",
        "ada@@example.org",
        "Ada <ada@example.org>",
        "a@b@c",
        "ada@example.org ",
        "ada@exa mple.org",
        "ada@example..org",
        "ada@.org",
        "ada@example.org\nbcc: x@y",
        "a\u200b@b.c",
        "a\u3164@b.c",
        "\u2800@b.c",
        "ada@-example.org",
        "ada@example-.org",
        "ada@mail.-",
    ],
)
def test_what_is_no_address_of_e_mail_is_refused(email: str) -> None:
    assert [path for path, _ in problems(replace(GOOD, customer_email=email))] == [("customer", "email")]


@pytest.mark.parametrize(
    "email",
    [None, "ada@example.org", "ada+shop@mail.example.co.uk", "o'hara@example.org", "ada@mün-chen.example", "a@b"],
)
def test_an_address_of_e_mail_may_be_of_any_kind_or_missing(email: str | None) -> None:
    assert list(problems(replace(GOOD, customer_email=email))) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "/\\evil.example/x",
        "https:/x",
        "https://",
        "http://[",
        "lamp.svg",
        "",
        "https://example.org/a b.svg",
        "https://a:b@example.org/x",
        "https://example.org:99999/x",
        "blob:x",
    ],
)
def test_what_a_browser_should_not_show_is_refused(url: str) -> None:
    (fault,) = problems(with_image(url))
    assert fault[0][-1] == "imageUrl"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://example.org/lamp.svg",
        "HTTP://example.org/l?x=1#y",
        "/pictures/lamp.svg",
        "https://ü.example:8443/ä.png",
    ],
)
def test_a_picture_has_an_address_or_a_path(url: str | None) -> None:
    assert list(problems(with_image(url))) == []


@pytest.mark.parametrize("provider", ["strpie", "Stripe", "str ipe", "", "a bank"])
def test_a_provider_that_nobody_serves_is_refused(provider: str) -> None:
    order = replace(GOOD, payments=(replace(GOOD.payments[0], provider=provider),))
    assert list(problems(order)) == [
        (("payments", "0", "provider"), "No provider of this name pays refunds here: use one of ledger, stripe.")
    ]
    assert list(problems(order, providers=frozenset({provider}))) == []


HOME = IncomingAddress("Ada Oak", ("Elm Street 1",), "DE", postal_code="10115", city="Berlin", region="Berlin")


def at_home(**changes: Any) -> list[tuple[str, ...]]:
    """The paths of the faults of an address with some of its parts changed, below the address."""
    address = replace(HOME, **changes)
    found = [path for path, _ in problems(replace(GOOD, shipping_address=address))]
    assert [path for path, _ in problems(replace(GOOD, billing_address=address))] == [
        ("billingAddress", *path[1:]) for path in found
    ]
    return [path[1:] for path in found]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"postal_code": None, "city": None, "region": None}, []),
        ({"country": " de "}, []),
        ({"name": "Şule Çelik", "lines": ("서울특별시 종로구", "١٢ شارع"), "city": "Saint-Étienne"}, []),
        ({"name": "می\u200cخواهم"}, []),
        ({"lines": ("1", "2", "3", "4", "5", "6")}, []),
        ({"name": ""}, ["name"]),
        ({"name": " \u200b"}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": "Ada\nOak"}, ["name"]),
        ({"name": "Ada\u202eOak"}, ["name"]),
        ({"lines": ()}, ["lines"]),
        ({"lines": ("1", "2", "3", "4", "5", "6", "7")}, ["lines"]),
        ({"lines": ("Elm Street 1", "")}, ["lines.1"]),
        ({"lines": ("Elm\u2028Street",)}, ["lines.0"]),
        ({"lines": ("x" * 201,)}, ["lines.0"]),
        ({"lines": ("\ud800",)}, ["lines.0"]),
        ({"postal_code": ""}, ["postalCode"]),
        ({"postal_code": "1" * 21}, ["postalCode"]),
        ({"city": "\u3164"}, ["city"]),
        ({"city": "Ber\x07lin"}, ["city"]),
        ({"city": "Ber\0lin"}, ["city"]),
        ({"region": "x" * 121}, ["region"]),
        ({"country": ""}, ["country"]),
        ({"country": "UK"}, ["country"]),
        ({"country": "XK"}, ["country"]),
        ({"country": "DEU"}, ["country"]),
        ({"country": "ＤＥ"}, ["country"]),
    ],
)
def test_an_address_is_read_line_by_line(changes: dict[str, Any], faults: list[str]) -> None:
    assert at_home(**changes) == [tuple(fault.split(".")) for fault in faults]


@pytest.mark.parametrize(
    "phone",
    [
        "",
        " ",
        "call me",
        "123",
        "+",
        "+49 30 901820 and after six",
        "1" * 21,
        "+49\n30 901820",
        "0" * 41,
        "٠٣٠٩٠١٨٢٠",
        "++49301",
    ],
)
def test_what_is_no_phone_number_is_refused(phone: str) -> None:
    assert [path for path, _ in problems(replace(GOOD, customer_phone=phone))] == [("customer", "phone")]


@pytest.mark.parametrize(
    "phone", [None, "1100", "+49 30 901820", "(030) 90 18-20", "+1 (555) 010-9999 ext. 12", "555.0100 x7", " 0309018 "]
)
def test_a_phone_number_is_written_as_people_write_it_or_missing(phone: str | None) -> None:
    assert list(problems(replace(GOOD, customer_phone=phone))) == []


def paid(**changes: Any) -> list[tuple[str, ...]]:
    payment = replace(GOOD.payments[0], **changes)
    return [path for path, _ in problems(replace(GOOD, payments=(payment,)), now=NOW)]


@pytest.mark.parametrize("instrument", [None, "Visa •••• 4242", "4242", "PayPal ada@example.org", "DE89 •••• 3000"])
def test_an_instrument_is_what_a_person_recognizes(instrument: str | None) -> None:
    assert paid(instrument=instrument) == []


@pytest.mark.parametrize(
    "instrument", ["", " ", "Visa\n4242", "x" * 81, "4242424242424242", "Visa 4242-4242-4242-4242 12/27"]
)
def test_an_instrument_that_shows_nothing_or_too_much_is_refused(instrument: str) -> None:
    assert paid(instrument=instrument) == [("payments", "0", "instrument")]


def test_a_payment_was_made_in_the_past() -> None:
    assert paid(paid_at=NOW) == []
    for moment in (datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=2)):
        assert paid(paid_at=moment) == [("payments", "0", "paidAt")]


def test_codes_and_numbers_take_one_spelling() -> None:
    address = IncomingAddress(
        " Ada ", (" Elm Street 1 ",), " de", postal_code=" 10115", city="Zu\u0308rich ", region=" "
    )
    assert address == IncomingAddress(
        "Ada", ("Elm Street 1",), "DE", postal_code="10115", city="Z\u00fcrich", region=""
    )
    assert replace(GOOD, customer_phone=" +49 30 901820 ").customer_phone == "+49 30 901820"
    assert replace(GOOD.payments[0], instrument=" Visa •••• 4242 ").instrument == "Visa •••• 4242"


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        ({"shipped_at": PLACED - SECOND}, ["shippedAt"]),
        ({"shipped_at": PLACED, "delivered_at": PLACED}, []),
        ({"shipped_at": PLACED + SECOND, "delivered_at": PLACED}, ["deliveredAt"]),
        ({"delivered_at": PLACED - SECOND}, ["deliveredAt"]),
        ({"shipped_at": PLACED - SECOND, "delivered_at": PLACED - 2 * SECOND}, ["shippedAt", "deliveredAt"]),
        ({}, []),
    ],
)
def test_times_of_a_package_that_contradict_each_other_are_reported(
    times: dict[str, datetime], wrong: list[str]
) -> None:
    order = replace(with_package(status=PackageStatus.DELIVERED, **times), placed_at=PLACED)
    found = list(problems(order, now=NOW))
    assert [path[-1] for path, _ in found] == wrong
    assert all("before" in sentence for _, sentence in found)
