"""Validation of incoming orders: all problems at once, before anything is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from domain.card_numbers import holds_card_number
from domain.countries import COUNTRIES
from domain.errors import Path
from domain.identifiers import unseen_character
from domain.texts import control_character, is_blank
from domain.words import SENT, PackageStatus
from gateways.payments.port import PROVIDERS
from services.currency import is_currency
from services.inputs import (
    IncomingAddress,
    IncomingItem,
    IncomingMovement,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
    WentBack,
)
from services.intake.payment_references import problems_of_repeated
from services.intake.went_back import FIELDS, problems_of_sums

LARGEST_MINOR = 10**15
"""More than any order costs; the sum of a thousand such amounts still fits a bigint."""
MOST_UNITS = 1_000_000
MOST_GRAMS = 100_000_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before this, nothing was sold on the web: an earlier time is a default or a mistake."""
AHEAD = timedelta(days=1)
"""How far the clocks of the marketplace's own systems may be ahead."""


@dataclass(frozen=True, slots=True)
class TextLimit:
    """The longest text that a column takes, whether it is required, and whether it names something or is one line."""

    longest: int
    required: bool = True
    identifier: bool = False
    line: bool = False


_named = partial(TextLimit, identifier=True)
NUMBER, SUBJECT, HANDLE, SKU = _named(64), _named(200), _named(64), _named(120)
METHOD, PROVIDER, REFERENCE = _named(40), _named(32, required=False), _named(200, required=False)
MOVEMENT = _named(200)
MARKET, CATEGORY, TAG = _named(64), _named(200), _named(64)
TRACKING = _named(120, required=False)
NAME, EMAIL, ITEM_NAME, IMAGE = (
    TextLimit(200), TextLimit(320, required=False), TextLimit(300), TextLimit(1000, required=False),
)  # fmt: skip
_line = partial(TextLimit, line=True)
ADDRESSEE, ADDRESS_LINE, POSTAL_CODE, CITY, REGION, INSTRUMENT = (
    _line(200), _line(200), _line(20), _line(120), _line(120), _line(80),
)  # fmt: skip
PHONE = TextLimit(40)
MOST_LINES, MOST_TAGS = 6, 50
Fault = tuple[Path, str]
_LABEL = r"(?!-)[^\s@<>()\[\]\\,;:\".]+(?<!-)"
_EMAIL = re.compile(rf"[^\s@<>()\[\]\\,;:\"]+@{_LABEL}(\.{_LABEL})*")
"""An address without a name and without quotes; whether somebody reads it, only a mail can tell."""
_PHONE = re.compile(r"\+?(?:[ ()./-]*[0-9]){4,20}\)?(?: ?(?:x|ext\.?|#) ?[0-9]{1,8})?")
"""Four to twenty digits, grouped as people group them, and an extension."""


def problems(
    order: IncomingOrder,
    *,
    paid: bool = True,
    now: datetime | None = None,
    providers: frozenset[str] = PROVIDERS,
) -> Iterator[Fault]:
    """Paths below the input of `createOrder`, each with a sentence.

    With `paid`, a missing payment is a fault. Times may not be later than `now`; payments name one of `providers`.
    """
    found = list(_problems(order, paid=paid, now=now, providers=providers))
    yield from found
    if not found and order.went_back:
        yield from problems_of_sums(order)


def _problems(order: IncomingOrder, *, paid: bool, now: datetime | None, providers: frozenset[str]) -> Iterator[Fault]:
    if not is_currency(order.currency):
        yield ("currency",), "This is not an ISO 4217 currency code with a minor unit."
    yield from text_problems(("number",), order.number, NUMBER)
    yield from text_problems(("customer", "subject"), order.customer_subject, SUBJECT)
    yield from text_problems(("customer", "name"), order.customer_name, NAME)
    yield from _moment(("placedAt",), order.placed_at, now)
    yield from _email(("customer", "email"), order.customer_email)
    yield from _phone(("customer", "phone"), order.customer_phone)
    yield from _address(("shippingAddress",), order.shipping_address)
    yield from _address(("billingAddress",), order.billing_address)
    yield from _country(order)
    if order.market is not None:
        yield from text_problems(("market",), order.market, MARKET)
    if not order.parts:
        yield ("sellerOrders",), "An order needs at least one seller."
    if paid and not order.payments:
        yield ("payments",), "Only a paid order can be created: name at least one payment."
    for n, payment in enumerate(order.payments):
        yield from _payment(payment, ("payments", str(n)), providers, now)
        for k, movement in enumerate(payment.paid_back):
            yield from _movement(movement, ("payments", str(n), "paidBackBefore", str(k)), order.placed_at, now)
    yield from problems_of_repeated(order)
    handles = set()
    for n, part in enumerate(order.parts):
        if part.seller_handle in handles:
            yield (
                ("sellerOrders", str(n), "seller"),
                "This seller is in the order twice: put all its packages into one part.",
            )
        handles.add(part.seller_handle)
        yield from _part(order, part, ("sellerOrders", str(n)), now)
    if _worth(order) > LARGEST_MINOR:
        yield (), "The order's amounts add up to more than can be stored."


def _payment(payment: IncomingPayment, at: Path, providers: frozenset[str], now: datetime | None) -> Iterator[Fault]:
    yield from text_problems((*at, "method"), payment.method, METHOD)
    unreadable = list(text_problems((*at, "provider"), payment.provider, PROVIDER))
    yield from unreadable
    if not unreadable and payment.provider not in providers:
        known = ", ".join(sorted(providers))
        yield (*at, "provider"), f"No provider of this name pays refunds here: use one of {known}."
    yield from text_problems((*at, "reference"), payment.reference, REFERENCE)
    if not 0 <= payment.captured_minor <= LARGEST_MINOR:
        yield (*at, "captured"), "A captured amount is zero or more."
    elif payment.total_minor is not None and not payment.captured_minor <= payment.total_minor <= LARGEST_MINOR:
        yield (*at, "paymentTotal"), "The total of a payment is at least what this order captured of it."
    if payment.total_minor is not None and not payment.reference:
        yield (*at, "reference"), "A payment of several orders needs its reference, the same in each of them."
    if payment.paid_at is not None:
        yield from _moment((*at, "paidAt"), payment.paid_at, now)
    yield from _instrument((*at, "instrument"), payment.instrument)


def _instrument(at: Path, instrument: str | None) -> Iterator[Fault]:
    """Faults of what a payment was made with; a whole card number must never be stored."""
    found = list(_optional(at, instrument, INSTRUMENT))
    yield from found
    if not found and holds_card_number(instrument or ""):
        yield at, "This holds a whole card number: send what a person recognizes, such as Visa •••• 4242."


def _address(at: Path, address: IncomingAddress | None) -> Iterator[Fault]:
    """Faults of an address, if there is one."""
    if address is None:
        return
    yield from text_problems((*at, "name"), address.name, ADDRESSEE)
    if not address.lines:
        yield (*at, "lines"), "An address needs at least one line, such as the street and the house number."
    elif len(address.lines) > MOST_LINES:
        yield (*at, "lines"), f"An address has at most {MOST_LINES} lines."
    for n, line in enumerate(address.lines[:MOST_LINES]):
        yield from text_problems((*at, "lines", str(n)), line, ADDRESS_LINE)
    yield from _optional((*at, "postalCode"), address.postal_code, POSTAL_CODE)
    yield from _optional((*at, "city"), address.city, CITY)
    yield from _optional((*at, "region"), address.region, REGION)
    if address.country not in COUNTRIES:
        yield (*at, "country"), "This is no country of ISO 3166-1: send its code of two letters, such as DE."


def _optional(at: Path, text: str | None, limit: TextLimit) -> Iterator[Fault]:
    """Faults of a text that may be left out, but not be blank."""
    if text is None:
        return
    if is_blank(text):
        yield at, "This is blank: leave it out."
    else:
        yield from text_problems(at, text, limit)


def _part(order: IncomingOrder, part: IncomingPart, at: Path, now: datetime | None) -> Iterator[Fault]:
    yield from text_problems((*at, "seller"), part.seller_handle, HANDLE)
    yield from text_problems((*at, "sellerName"), part.seller_name, NAME)
    if not 0 <= part.shipping_minor <= LARGEST_MINOR:
        yield (*at, "shipping"), "Shipping is zero or more."
    if not 0 <= part.shipping_surcharge_minor <= max(0, part.shipping_minor):
        yield (*at, "shippingSurcharge"), "The surcharge is a share of the shipping: zero or more, and no more than it."
    if not part.packages:
        yield (*at, "packages"), "A seller's part needs at least one package."
    for n, package in enumerate(part.packages):
        yield from _package(order, package, (*at, "packages", str(n)), now)


def _package(order: IncomingOrder, package: IncomingPackage, at: Path, now: datetime | None) -> Iterator[Fault]:
    if package.status is PackageStatus.CANCELED:
        yield (*at, "status"), "A new package cannot be canceled."
    if package.shipped_at and package.status not in SENT:
        yield (*at, "shippedAt"), "Only a package that has been shipped has a time of shipping."
    if package.delivered_at and package.status is not PackageStatus.DELIVERED:
        yield (*at, "deliveredAt"), "Only a delivered package has a time of delivery."
    impossible: list[Fault] = []
    if package.shipped_at:
        impossible += _moment((*at, "shippedAt"), package.shipped_at, now)
    if package.delivered_at:
        impossible += _moment((*at, "deliveredAt"), package.delivered_at, now)
    yield from impossible or _sequence(package, at, order.placed_at)
    if not package.items:
        yield (*at, "items"), "A package needs at least one item."
    for n, item in enumerate(package.items):
        yield from _item(item, (*at, "items", str(n)), tax_included=order.tax_included)
        if item.returned and package.status not in SENT:
            at_returned = (*at, "items", str(n), "returnedBefore")
            yield at_returned, "Nothing of a package that has not been shipped can have been returned: it was canceled."


def _sequence(package: IncomingPackage, at: Path, placed_at: datetime) -> Iterator[Fault]:
    """What is wrong with the order of a package's times."""
    shipped_at, delivered_at = package.shipped_at, package.delivered_at
    if shipped_at and shipped_at < placed_at:
        yield (*at, "shippedAt"), "This time is before the order was placed: correct one of the two."
    if delivered_at and shipped_at and delivered_at < shipped_at:
        yield (*at, "deliveredAt"), "This time is before the package was shipped: correct one of the two."
    elif delivered_at and delivered_at < placed_at:
        yield (*at, "deliveredAt"), "This time is before the order was placed: correct one of the two."


def _item(item: IncomingItem, at: Path, *, tax_included: bool) -> Iterator[Fault]:
    yield from text_problems((*at, "sku"), item.sku, SKU)
    yield from text_problems((*at, "name"), item.name, ITEM_NAME)
    yield from _image((*at, "imageUrl"), item.image_url)
    if not 1 <= item.quantity <= MOST_UNITS:
        yield (*at, "quantity"), "A quantity is between 1 and 1,000,000."
    if not 0 <= item.unit_price_minor <= LARGEST_MINOR:
        yield (*at, "unitPrice"), "A price is zero or more."
    elif not 0 <= item.discount_minor <= item.unit_price_minor * max(item.quantity, 0):
        yield (*at, "discount"), "A discount is zero or more, and not above the line's price."
    if not 0 <= item.tax_minor <= LARGEST_MINOR:
        yield (*at, "tax"), "A tax is zero or more."
    elif tax_included and item.tax_minor > item.unit_price_minor * max(item.quantity, 0) - item.discount_minor:
        yield (*at, "tax"), "A tax that the price includes is not above the line's price after its discount."
    if item.weight_grams is not None and not 1 <= item.weight_grams <= MOST_GRAMS:
        yield (*at, "weightGrams"), "The weight of a unit is between 1 and 100,000,000 grams: leave it out if unknown."
    if item.category is not None:
        yield from text_problems((*at, "category"), item.category, CATEGORY)
    if item.tags is not None:
        yield from _tags(item.tags, (*at, "tags"))
    if item.canceled or item.returned:
        yield from _gone(item, at)


def _tags(tags: tuple[str, ...], at: Path) -> Iterator[Fault]:
    """Faults of an item's tags; they are stored as lines."""
    if not 0 < len(tags) <= MOST_TAGS:
        yield at, f"An item has 1 to {MOST_TAGS} tags: leave the list out if it has none."
    for n, tag in enumerate(tags):
        yield from text_problems((*at, str(n)), tag, TAG)


def _gone(item: IncomingItem, at: Path) -> Iterator[Fault]:
    """Faults of what went back of an item before the order came in."""
    gone = [(FIELDS[kind], back) for kind, back in zip(FIELDS, (item.canceled, item.returned), strict=True) if back]
    for name, back in gone:
        yield from _went_back(back, (*at, name))
    if sum(back.quantity for _, back in gone) > item.quantity:
        yield (*at, gone[-1][0], "quantity"), "More units went back than were bought."


def _went_back(back: WentBack, at: Path) -> Iterator[Fault]:
    """Faults of units that went back before the order came in."""
    yield from text_problems((*at, "reason"), back.reason, HANDLE)
    if not 1 <= back.quantity <= MOST_UNITS:
        yield (*at, "quantity"), "A quantity is between 1 and 1,000,000."
    if not 0 <= back.amount_minor <= LARGEST_MINOR:
        yield (*at, "amount"), "What went back is zero or more."
    if not 0 <= back.shipping_minor <= LARGEST_MINOR:
        yield (*at, "shipping"), "What went back is zero or more."


def _movement(movement: IncomingMovement, at: Path, placed_at: datetime, now: datetime | None) -> Iterator[Fault]:
    """Faults of money that went back before the order came in."""
    yield from text_problems((*at, "reference"), movement.reference, MOVEMENT)
    if not 1 <= movement.amount_minor <= LARGEST_MINOR:
        yield (*at, "amount"), "A movement of money is above zero: leave it out if nothing went back."
    if movement.at is not None:
        impossible = list(_moment((*at, "at"), movement.at, now))
        yield from impossible
        if not impossible and movement.at < placed_at:
            yield (*at, "at"), "This time is before the order was placed: correct one of the two."


def _country(order: IncomingOrder) -> Iterator[Fault]:
    """Faults of the country that an order is delivered to."""
    if order.country is None:
        return
    if order.country not in COUNTRIES:
        yield ("country",), "This is no country of ISO 3166-1: send its code of two letters, such as DE."
    elif order.shipping_address and order.shipping_address.country != order.country:
        yield ("country",), "The shipping address is in another country: leave one of the two out."


def text_problems(at: Path, value: str, limit: TextLimit) -> Iterator[Fault]:
    """What is wrong with one text."""
    if limit.required and is_blank(value):
        yield at, "This may not be empty."
    elif len(value) > limit.longest:
        yield at, f"This text may have at most {limit.longest} characters."
    if "\0" in value:
        yield at, "A text cannot hold a NUL character."
    elif limit.identifier and (unseen := unseen_character(value)):
        yield at, f"This text names something, so it cannot hold the invisible character U+{ord(unseen):04X}."
    elif limit.line and (control := control_character(value)):
        yield at, f"This text is one line, so it cannot hold the control character U+{ord(control):04X}."
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        yield at, "This text is not Unicode."


def _moment(at: Path, moment: datetime, now: datetime | None) -> Iterator[Fault]:
    if moment < EARLIEST:
        yield at, "This time is before 1990: send the time when it happened."
    elif now is not None and moment > now + AHEAD:
        yield at, "This time is in the future: send the time when it happened."


def _email(at: Path, email: str | None) -> Iterator[Fault]:
    """Faults of an address of e-mail, if there is one."""
    if email is None:
        return
    found = list(text_problems(at, email, EMAIL))
    yield from found
    if not found and (unseen_character(email) or not (email.isprintable() and _EMAIL.fullmatch(email))):
        yield at, "This is not an e-mail address, such as ada@example.org."


def _phone(at: Path, phone: str | None) -> Iterator[Fault]:
    """Faults of a telephone number, if there is one; whether it rings, only a call can tell."""
    found = list(_optional(at, phone, PHONE))
    yield from found
    if phone is not None and not found and not _PHONE.fullmatch(phone):
        yield at, "This is not a telephone number, such as +49 30 901820."


def _image(at: Path, url: str | None) -> Iterator[Fault]:
    """Faults of a picture's address, if there is one: browsers get it as it is, so it can be nothing that they run."""
    if url is None:
        return
    found = list(text_problems(at, url, IMAGE))
    yield from found
    if not found and not _shows(url):
        yield at, "A picture's address begins with https:// or http://, or is a path on this server."


def _shows(url: str) -> bool:
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        named = parts.hostname is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in ("http", "https") and named and parts.username is None
    return url.startswith("/") and not parts.netloc


def _worth(order: IncomingOrder) -> int:
    """The largest sum that the order's row would store."""
    lines = list(order.items)
    return max(
        sum(item.unit_price_minor * item.quantity for item in lines),
        sum(item.tax_minor for item in lines),
        sum(part.shipping_minor for part in order.parts),
        sum(payment.captured_minor for payment in order.payments),
    )
