"""Turns a story's packages and tender into an incoming order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from services.demo import cast
from services.demo.acts import Package, Story, Tender
from services.inputs import (
    IncomingAddress,
    IncomingItem,
    IncomingOrder,
    IncomingPackage,
    IncomingPart,
    IncomingPayment,
)

SHIPPING_MINOR, VOUCHER_MINOR = 490, 2000
YEN_PER_EURO = 160


def incoming_order(story: Story, number: str, placed_at: datetime) -> IncomingOrder:
    """The order as the marketplace's systems would send it."""
    parts = tuple(_parts(story))
    shopper = cast.CUSTOMERS[story.customer]
    return IncomingOrder(
        number=number,
        currency=story.currency,
        placed_at=placed_at,
        customer_subject=shopper.subject,
        customer_name=shopper.name,
        customer_email=shopper.email,
        customer_phone=shopper.phone,
        parts=parts,
        payments=tuple(replace(paid, paid_at=placed_at) for paid in _payments(story, sum(map(_worth, parts)), number)),
        shipping_address=_address(shopper),
        billing_address=replace(_address(shopper), name=shopper.firm or shopper.name),
    )


def _address(shopper: cast.Shopper) -> IncomingAddress:
    return IncomingAddress(
        shopper.name, (shopper.street,), shopper.country, postal_code=shopper.postal_code, city=shopper.city
    )


def seller_of(package: Package) -> str:
    """The handle of the seller who sends a package."""
    return cast.PRODUCTS[package.items[0][0]].seller


def _parts(story: Story) -> Iterator[IncomingPart]:
    for handle, sent in groupby(story.packages, seller_of):
        packages = tuple(IncomingPackage(tuple(_items(story, package))) for package in sent)
        yield IncomingPart(handle, cast.SELLERS[handle].name, _minor(story, SHIPPING_MINOR), packages)


def _items(story: Story, package: Package) -> Iterator[IncomingItem]:
    for sku, units in package.items:
        product = cast.PRODUCTS[sku]
        price = _minor(story, product.price_minor)
        discount = price * units * story.discount_percent // 100
        tax = (price * units - discount) * cast.SELLERS[product.seller].tax_percent // 100
        yield IncomingItem(sku, product.name, units, price, discount, tax, product.image_url)


def _minor(story: Story, cents: int) -> int:
    """Euro cents in the minor unit of the story's currency."""
    return cents * YEN_PER_EURO // 100 if story.currency == "JPY" else cents


def _worth(part: IncomingPart) -> int:
    items = [item for package in part.packages for item in package.items]
    return part.shipping_minor + sum(
        item.unit_price_minor * item.quantity - item.discount_minor + item.tax_minor for item in items
    )


def _payments(story: Story, total: int, number: str) -> Iterator[IncomingPayment]:
    if story.tender is Tender.VOUCHER_AND_CARD:
        voucher = min(VOUCHER_MINOR, total // 2)
        yield IncomingPayment("voucher", "ledger", f"voucher-{number}", voucher, instrument=f"Voucher {number}")
        total -= voucher
    card = cast.CUSTOMERS[story.customer].card
    method, provider, instrument = {
        Tender.CARD: ("card", "ledger", card),
        Tender.VOUCHER_AND_CARD: ("card", "ledger", card),
        Tender.BANK_SLIP: ("bank slip", "bank", f"Bank slip {number}"),
        Tender.GIFT_CARD: ("gift card", "gift-cards", f"Gift card •••• {number[-4:]}"),
    }[story.tender]
    yield IncomingPayment(method, provider, f"{provider}-{number}", total, instrument=instrument)
