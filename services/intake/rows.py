"""The rows of an incoming order, journal rows included, as their columns are named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from domain.calendar import Calendar
from domain.derive import Units, order_status, seller_order_status
from domain.facts import Actor
from domain.words import SENT, Action, OrderStatus, PackageStatus, Role, Subject
from models.ids import new_id
from services.inputs import IncomingAddress, IncomingItem, IncomingOrder, IncomingPackage, IncomingPart
from services.intake.payment_references import reference_of


class OrderColumns(TypedDict):
    """Columns of `order`."""

    id: str
    number: str
    status: OrderStatus
    currency: str
    placed_at: datetime
    customer_id: str
    items_minor: int
    discount_minor: int
    tax_minor: int
    shipping_minor: int
    captured_minor: int
    refunded_minor: int
    version: int


class SellerOrderColumns(TypedDict):
    """Columns of `seller_order`."""

    id: str
    order_id: str
    seller_id: str
    status: OrderStatus
    placed_at: datetime
    shipping_minor: int


class PackageColumns(TypedDict):
    """Columns of `package`."""

    order_id: str
    seller_order_id: str
    seller_id: str
    id: str
    number: str
    status: PackageStatus
    tracking_number: str | None
    shipped_at: datetime | None
    under_way_since: datetime | None
    delivered_at: datetime | None
    delivery_assumed: bool
    return_until: datetime | None
    version: int


class ItemColumns(TypedDict):
    """Columns of `order_item`."""

    order_id: str
    seller_order_id: str
    seller_id: str
    package_id: str
    id: str
    position: int
    sku: str
    name: str
    image_url: str | None
    currency: str
    unit_price_minor: int
    discount_minor: int
    tax_minor: int
    quantity: int
    active: int
    cancel_held: int
    canceled: int
    return_held: int
    returned: int


class PaymentColumns(TypedDict):
    """Columns of `payment`."""

    id: str
    order_id: str
    position: int
    method: str
    provider: str
    reference: str
    currency: str
    captured_minor: int
    allocated_minor: int
    total_minor: int | None
    paid_at: datetime | None
    instrument: str | None


class AddressColumns(TypedDict):
    """Columns of `shipping_address` and of `billing_address`."""

    order_id: str
    name: str
    lines: str
    postal_code: str | None
    city: str | None
    region: str | None
    country: str


class EventColumns(TypedDict):
    """Columns of `event` that concern a package."""

    order_id: str
    seller_order_id: str
    seller_id: str
    customer_id: str
    at: datetime
    subject: Subject
    subject_id: str
    action: Action
    from_status: PackageStatus | None
    to_status: PackageStatus
    actor_role: Role
    actor_id: str
    version: int


@dataclass(slots=True)
class OrderRows:
    """Rows to insert, of one order or of many, by table."""

    orders: list[OrderColumns] = field(default_factory=list)
    seller_orders: list[SellerOrderColumns] = field(default_factory=list)
    packages: list[PackageColumns] = field(default_factory=list)
    items: list[ItemColumns] = field(default_factory=list)
    payments: list[PaymentColumns] = field(default_factory=list)
    shipping_addresses: list[AddressColumns] = field(default_factory=list)
    billing_addresses: list[AddressColumns] = field(default_factory=list)
    events: list[EventColumns] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class People:
    """The ids of the customer and, by handle, of the sellers of an order."""

    customer_id: str
    sellers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an order came in: by whom, by which action, when.

    `window_days` and the calendar date the return window of deliveries.
    """

    actor: Actor
    action: Action
    at: datetime
    window_days: int = 0
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True, slots=True)
class _Part:
    """The ids that all rows of one seller's part carry."""

    order_id: str
    seller_order_id: str
    seller_id: str
    customer_id: str


def add_order(rows: OrderRows, order: IncomingOrder, people: People, arrival: Arrival) -> str:
    """Add all rows of an order, journal rows included; returns the order's id."""
    order_id = new_id("order")
    statuses: list[OrderStatus] = []
    position = 1
    for number, part in enumerate(order.parts, 1):
        ids = _Part(order_id, new_id("part"), people.sellers[part.seller_handle], people.customer_id)
        status, position = _add_part(rows, order, part, ids, arrival, number=number, position=position)
        statuses.append(status)
    rows.payments += [_payment(order, n, order_id) for n in range(len(order.payments))]
    if order.shipping_address:
        rows.shipping_addresses.append(_address(order.shipping_address, order_id))
    if order.billing_address:
        rows.billing_addresses.append(_address(order.billing_address, order_id))
    rows.orders.append(_order(order, order_id, people.customer_id, order_status(statuses)))
    return order_id


def _add_part(
    rows: OrderRows,
    order: IncomingOrder,
    part: IncomingPart,
    ids: _Part,
    arrival: Arrival,
    *,
    number: int,
    position: int,
) -> tuple[OrderStatus, int]:
    """Add the rows of one seller's part; returns its status, and the position of the next item."""
    ledgers: list[tuple[PackageStatus, list[Units]]] = []
    for n, package in enumerate(part.packages, 1):
        package_id = new_id("package")
        package_number = f"{order.number}-{number}" + (f".{n}" if len(part.packages) > 1 else "")
        rows.packages.append(_package(package, package_id, package_number, ids, arrival, order.placed_at))
        rows.events.append(_event(package, package_id, ids, arrival))
        ledgers.append((package.status, [Units(item.quantity) for item in package.items]))
        for item in package.items:
            rows.items.append(_item(item, position, order.currency, ids, package_id))
            position += 1
    status = seller_order_status(ledgers)
    rows.seller_orders.append(
        {
            "id": ids.seller_order_id,
            "order_id": ids.order_id,
            "seller_id": ids.seller_id,
            "status": status,
            "placed_at": order.placed_at,
            "shipping_minor": part.shipping_minor,
        }
    )
    return status, position


def _order(order: IncomingOrder, order_id: str, customer_id: str, status: OrderStatus) -> OrderColumns:
    items = [item for part in order.parts for package in part.packages for item in package.items]
    return {
        "id": order_id,
        "number": order.number,
        "status": status,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "customer_id": customer_id,
        "items_minor": sum(item.unit_price_minor * item.quantity for item in items),
        "discount_minor": sum(item.discount_minor for item in items),
        "tax_minor": sum(item.tax_minor for item in items),
        "shipping_minor": sum(part.shipping_minor for part in order.parts),
        "captured_minor": sum(payment.captured_minor for payment in order.payments),
        "refunded_minor": 0,
        "version": 1,
    }


def _payment(order: IncomingOrder, n: int, order_id: str) -> PaymentColumns:
    """The columns of an order's n-th payment, from 0."""
    payment = order.payments[n]
    return {
        "id": new_id("payment"),
        "order_id": order_id,
        "position": n + 1,
        "method": payment.method,
        "provider": payment.provider,
        "reference": reference_of(order, n),
        "currency": order.currency,
        "captured_minor": payment.captured_minor,
        "allocated_minor": 0,
        "total_minor": payment.total_minor,
        "paid_at": payment.paid_at,
        "instrument": payment.instrument,
    }


def _address(address: IncomingAddress, order_id: str) -> AddressColumns:
    return {
        "order_id": order_id,
        "name": address.name,
        "lines": "\n".join(address.lines),
        "postal_code": address.postal_code,
        "city": address.city,
        "region": address.region,
        "country": address.country,
    }


def _package(
    package: IncomingPackage, id: str, number: str, ids: _Part, arrival: Arrival, placed_at: datetime
) -> PackageColumns:
    """The row of a package; if nobody has said when it was delivered, the same is assumed as of any other."""
    calendar, delivered_at = arrival.calendar, package.delivered_at
    assumed = package.status is PackageStatus.DELIVERED and delivered_at is None
    if assumed:
        delivered_at = calendar.assumed_delivery(package.shipped_at or placed_at, arrival.at)
    return {
        "order_id": ids.order_id,
        "seller_order_id": ids.seller_order_id,
        "seller_id": ids.seller_id,
        "id": id,
        "number": number,
        "status": package.status,
        "tracking_number": None,
        "shipped_at": package.shipped_at,
        "under_way_since": placed_at if package.status in SENT and package.shipped_at is None else None,
        "delivered_at": delivered_at,
        "delivery_assumed": assumed,
        "return_until": calendar.last_moment(delivered_at, arrival.window_days) if delivered_at else None,
        "version": 1,
    }


def _item(item: IncomingItem, position: int, currency: str, ids: _Part, package_id: str) -> ItemColumns:
    return {
        "order_id": ids.order_id,
        "seller_order_id": ids.seller_order_id,
        "seller_id": ids.seller_id,
        "package_id": package_id,
        "id": new_id("item"),
        "position": position,
        "sku": item.sku,
        "name": item.name,
        "image_url": item.image_url,
        "currency": currency,
        "unit_price_minor": item.unit_price_minor,
        "discount_minor": item.discount_minor,
        "tax_minor": item.tax_minor,
        "quantity": item.quantity,
        "active": item.quantity,
        "cancel_held": 0,
        "canceled": 0,
        "return_held": 0,
        "returned": 0,
    }


def _event(package: IncomingPackage, package_id: str, ids: _Part, arrival: Arrival) -> EventColumns:
    return {
        "order_id": ids.order_id,
        "seller_order_id": ids.seller_order_id,
        "seller_id": ids.seller_id,
        "customer_id": ids.customer_id,
        "at": arrival.at,
        "subject": Subject.PACKAGE,
        "subject_id": package_id,
        "action": arrival.action,
        "from_status": None,
        "to_status": package.status,
        "actor_role": arrival.actor.role,
        "actor_id": arrival.actor.id,
        "version": 1,
    }
