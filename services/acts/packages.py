"""The acts on packages."""

from domain.actions import Action
from domain.errors import not_found, refuse
from domain.facts import Handover, PackageFacts
from domain.money import share_so_far
from domain.refusals import Refusal
from domain.words import PackageStatus
from models import OrderItem, Package
from models.ids import new_id
from services.facts import former_of
from services.inputs import ChangedIds, PackageMove, PackageRevert, PackageSplit
from services.order_book import OrderBook
from services.transition import Transition, expect_version


def update_package_status(transition: Transition, input: PackageMove) -> ChangedIds:
    """Move a package on. A waiting cancellation holds back only sellers who have not said `despite_requests`."""
    package = transition.order_book.package(input.package_id)
    expect_version(package, input.expected_version)
    given = Handover(input.tracking_number, input.despite_requests)
    transition.take(Action.UPDATE_PACKAGE_STATUS, package, given=given, target=input.status)
    return {"packages": [package.id]}


def revert_package_status(transition: Transition, input: PackageRevert) -> ChangedIds:
    """Take the last change of a package's status back."""
    package = transition.order_book.package(input.package_id)
    expect_version(package, input.expected_version)
    former = former_of(package)
    transition.take(Action.REVERT_PACKAGE_STATUS, package, target=former.status if former else None)
    return {"packages": [package.id]}


def split_package(transition: Transition, input: PackageSplit) -> ChangedIds:
    """Put units of a package into a new one, which the seller has yet to pack."""
    order_book = transition.order_book
    package = order_book.package(input.package_id)
    expect_version(package, input.expected_version)
    _check_items(order_book, package, input)
    transition.take(Action.SPLIT_PACKAGE, package, given=input.split)
    new = _insert_package(order_book, package)
    for part in input.split.moved:
        _move(order_book, order_book.item(part.item), part.quantity, new)
    units = sum(part.quantity for part in input.split.moved)
    transition.open(Action.SPLIT_PACKAGE, new, PackageFacts(None, units))
    return {"packages": [package.id], "new": [new.id]}


def _check_items(order_book: OrderBook, package: Package, input: PackageSplit) -> None:
    items = [part.item for part in input.split.moved]
    if not items:
        raise refuse(Refusal.INVALID_INPUT, "Choose at least one item.", about=("items",))
    there = {item.id for item in order_book.items_in(package)}
    for n, item in enumerate(items):
        about = ("items", str(n), "orderItemId")
        if item not in there:
            raise not_found("item in this package", about=about)
        if item in items[:n]:
            raise refuse(Refusal.DUPLICATE_ITEM, about=about)


def _insert_package(order_book: OrderBook, package: Package) -> Package:
    new = order_book.changes.insert(
        Package,
        id=new_id("package"),
        number=_next_number(order_book, package),
        order_id=package.order_id,
        seller_order_id=package.seller_order_id,
        seller_id=package.seller_id,
        placed_at=order_book.order.placed_at,
        status=PackageStatus.PREPARING,
    )
    order_book.packages.append(new)
    return new


def _next_number(order_book: OrderBook, package: Package) -> str:
    """The number after those of the part's packages: `N-1`, or `N-1.1` of several, is followed by `N-1.2`."""
    of_part = [row.number for row in order_book.packages if row.seller_order_id == package.seller_order_id]
    start = len(order_book.order.number)
    part = package.number[start:].partition(".")[0]
    places = [number[start:].partition(".")[2] for number in of_part]
    return f"{order_book.order.number}{part}.{max(int(place or 1) for place in places) + 1}"


def _move(order_book: OrderBook, item: OrderItem, units: int, package: Package) -> None:
    """Put units of an item into another package: the item itself if no other unit is free, else a part cut from it."""
    if units == item.active:
        item.package_id = package.id
        return
    discount = share_so_far(item.discount_minor, units, item.quantity)
    tax = share_so_far(item.tax_minor, units, item.quantity)
    details = order_book.details[item.id]
    included = share_so_far(details["included_tax_minor"], units, item.quantity)
    part = order_book.changes.insert(
        OrderItem,
        id=new_id("item"),
        position=max(other.position for other in order_book.items) + 1,
        order_id=package.order_id,
        seller_order_id=package.seller_order_id,
        seller_id=package.seller_id,
        package_id=package.id,
        unit_price_minor=item.unit_price_minor,
        discount_minor=discount,
        tax_minor=tax,
        quantity=units,
        active=units,
        cut_from_id=item.cut_from_id or item.id,
        **details | {"included_tax_minor": included},
    )
    order_book.items.append(part)
    item.quantity -= units
    item.active -= units
    item.discount_minor -= discount
    item.tax_minor -= tax
    if included:
        item.included_tax_minor = details["included_tax_minor"] - included
