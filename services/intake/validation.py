"""What can be wrong with an incoming order, all of it at once, before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.errors import Path
from domain.guards import SENT
from domain.words import PackageStatus
from services.currency import is_currency
from services.inputs import IncomingItem, IncomingOrder, IncomingPackage, IncomingPart, IncomingPayment

LARGEST_MINOR = 10**15
"""More than any order is worth; sums of a thousand such amounts still fit a bigint."""
MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class Text:
    """What a column takes: at most so many characters, and perhaps none."""

    most: int
    needed: bool = True


NUMBER, SUBJECT, NAME, EMAIL = Text(64), Text(200), Text(200), Text(320, needed=False)
HANDLE, SKU, ITEM_NAME, IMAGE = Text(64), Text(120), Text(300), Text(1000, needed=False)
METHOD, PROVIDER, REFERENCE = Text(40), Text(32), Text(200, needed=False)
Fault = tuple[Path, str]


def faults(ask: IncomingOrder, *, paid: bool = True) -> Iterator[Fault]:
    """Where and what, as paths below the input of `createOrder`. With `paid`, an order without a payment is one."""
    if not is_currency(ask.currency):
        yield ("currency",), "This is not an ISO 4217 currency code with a minor unit."
    yield from _text(("number",), ask.number, NUMBER)
    yield from _text(("customer", "subject"), ask.customer_subject, SUBJECT)
    yield from _text(("customer", "name"), ask.customer_name, NAME)
    yield from _text(("customer", "email"), ask.customer_email or "", EMAIL)
    if not ask.parts:
        yield ("sellerOrders",), "An order needs at least one seller."
    if paid and not ask.payments:
        yield ("payments",), "Only a paid order can be taken in: name at least one payment."
    for n, taken in enumerate(ask.payments):
        yield from _payment(taken, ("payments", str(n)))
    handles = set()
    for n, part in enumerate(ask.parts):
        if part.seller_handle in handles:
            yield ("sellerOrders", str(n), "seller"), "This seller is in the order twice: put its packages together."
        handles.add(part.seller_handle)
        yield from _part(part, ("sellerOrders", str(n)))
    if _worth(ask) > LARGEST_MINOR:
        yield (), "The order's amounts add up to more than can be held."


def _payment(taken: IncomingPayment, at: Path) -> Iterator[Fault]:
    yield from _text((*at, "method"), taken.method, METHOD)
    yield from _text((*at, "provider"), taken.provider, PROVIDER)
    yield from _text((*at, "reference"), taken.reference, REFERENCE)
    if not 0 <= taken.captured_minor <= LARGEST_MINOR:
        yield (*at, "captured"), "A captured amount is zero or more."


def _part(part: IncomingPart, at: Path) -> Iterator[Fault]:
    yield from _text((*at, "seller"), part.seller_handle, HANDLE)
    yield from _text((*at, "sellerName"), part.seller_name, NAME)
    if not 0 <= part.shipping_minor <= LARGEST_MINOR:
        yield (*at, "shipping"), "Shipping is zero or more."
    if not part.packages:
        yield (*at, "packages"), "A seller's part needs at least one package."
    for n, package in enumerate(part.packages):
        yield from _package(package, (*at, "packages", str(n)))


def _package(package: IncomingPackage, at: Path) -> Iterator[Fault]:
    if package.status is PackageStatus.CANCELED:
        yield (*at, "status"), "A parcel cannot come in canceled."
    if package.shipped_at and package.status not in SENT:
        yield (*at, "shippedAt"), "A parcel that has not left has no moment of shipping."
    if package.delivered_at and package.status is not PackageStatus.DELIVERED:
        yield (*at, "deliveredAt"), "A parcel that has not arrived has no moment of delivery."
    if not package.items:
        yield (*at, "items"), "A package needs at least one item."
    for n, item in enumerate(package.items):
        yield from _item(item, (*at, "items", str(n)))


def _item(item: IncomingItem, at: Path) -> Iterator[Fault]:
    yield from _text((*at, "sku"), item.sku, SKU)
    yield from _text((*at, "name"), item.name, ITEM_NAME)
    yield from _text((*at, "imageUrl"), item.image_url or "", IMAGE)
    if not 1 <= item.quantity <= MOST_UNITS:
        yield (*at, "quantity"), "A quantity is between 1 and 1,000,000."
    if not 0 <= item.unit_price_minor <= LARGEST_MINOR:
        yield (*at, "unitPrice"), "A price is zero or more."
    elif not 0 <= item.discount_minor <= item.unit_price_minor * max(item.quantity, 0):
        yield (*at, "discount"), "A discount is zero or more, and not above the line's price."
    if not 0 <= item.tax_minor <= LARGEST_MINOR:
        yield (*at, "tax"), "A tax is zero or more."


def _text(at: Path, value: str, kind: Text) -> Iterator[Fault]:
    if kind.needed and not value.strip():
        yield at, "This may not be empty."
    elif len(value) > kind.most:
        yield at, f"This text may have at most {kind.most} characters."
    if "\0" in value:
        yield at, "A text cannot hold a NUL character."
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        yield at, "This text is not Unicode."


def _worth(ask: IncomingOrder) -> int:
    """The largest sum that the order's row would have to hold."""
    packages = [package for part in ask.parts for package in part.packages]
    lines = [item for package in packages for item in package.items]
    return max(
        sum(item.unit_price_minor * item.quantity for item in lines),
        sum(item.tax_minor for item in lines),
        sum(part.shipping_minor for part in ask.parts),
        sum(taken.captured_minor for taken in ask.payments),
    )
