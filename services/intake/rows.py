"""The rows of an incoming order, journal rows included, as their columns are named."""

from dataclasses import dataclass
from datetime import datetime

from domain.actions import Action
from domain.derive import Units, order_status, seller_order_status
from domain.facts import SYSTEM
from domain.words import SENT, UNSENT, OrderStatus, PackageStatus, Subject
from models.ids import new_id
from services.inputs import IncomingAddress, IncomingItem, IncomingOrder, IncomingPackage, IncomingPart
from services.intake.arrival import Arrival, OrderRows, People
from services.intake.columns import (
    AddressColumns,
    EventColumns,
    ItemColumns,
    OrderColumns,
    PackageColumns,
    PaymentColumns,
)
from services.intake.payment_references import reference_of
from services.intake.went_back_rows import add_history


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
    if order.went_back:
        add_history(rows, order, people.customer_id, arrival)
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
        row = _package(package, package_id, package_number, ids, arrival, order.placed_at)
        ledger = [_units(item) for item in package.items]
        rows.packages.append(row)
        rows.events.append(_event(row, ids, arrival))
        if package.status in UNSENT and not any(units.remaining for units in ledger):
            rows.events.append(_emptied(row, ids, arrival))
        ledgers.append((row["status"], ledger))
        for item, units in zip(package.items, ledger, strict=True):
            rows.items.append(_item(item, units, position, order, ids, package_id))
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
            "shipping_surcharge_minor": part.shipping_surcharge_minor,
        }
    )
    return status, position


def _order(order: IncomingOrder, order_id: str, customer_id: str, status: OrderStatus) -> OrderColumns:
    items = list(order.items)
    tax = sum(item.tax_minor for item in items)
    address = order.shipping_address
    return {
        "id": order_id,
        "number": order.number,
        "status": status,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "customer_id": customer_id,
        "items_minor": sum(item.unit_price_minor * item.quantity for item in items),
        "discount_minor": sum(item.discount_minor for item in items),
        "tax_minor": 0 if order.tax_included else tax,
        "shipping_minor": sum(part.shipping_minor for part in order.parts),
        "captured_minor": sum(payment.captured_minor for payment in order.payments),
        "refunded_minor": 0,
        "external_minor": sum(movement.amount_minor for payment in order.payments for movement in payment.paid_back),
        "tax_included": order.tax_included,
        "included_tax_minor": tax if order.tax_included else 0,
        "country": order.country or (address.country if address else None),
        "market": order.market,
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
        "external_minor": sum(movement.amount_minor for movement in payment.paid_back),
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
        "placed_at": placed_at,
        "delivery_assumed": assumed,
        "return_until": calendar.last_moment(delivered_at, arrival.window_days) if delivered_at else None,
        "version": 1,
    }


def _units(item: IncomingItem) -> Units:
    """Where the units of a line are: some may have gone back before the order came in."""
    if not (item.canceled or item.returned):
        return Units(item.quantity)
    canceled = item.canceled.quantity if item.canceled else 0
    returned = item.returned.quantity if item.returned else 0
    return Units(item.quantity - canceled - returned, canceled=canceled, returned=returned)


def _item(
    item: IncomingItem, units: Units, position: int, order: IncomingOrder, ids: _Part, package_id: str
) -> ItemColumns:
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
        "currency": order.currency,
        "unit_price_minor": item.unit_price_minor,
        "discount_minor": item.discount_minor,
        "tax_minor": 0 if order.tax_included else item.tax_minor,
        "included_tax_minor": item.tax_minor if order.tax_included else 0,
        "weight_grams": item.weight_grams,
        "category": item.category,
        "tags": "\n".join(item.tags) if item.tags else None,
        "quantity": item.quantity,
        "active": units.active,
        "cancel_held": 0,
        "canceled": units.canceled,
        "return_held": 0,
        "returned": units.returned,
    }


def _event(package: PackageColumns, ids: _Part, arrival: Arrival) -> EventColumns:
    return {
        "order_id": ids.order_id,
        "seller_order_id": ids.seller_order_id,
        "seller_id": ids.seller_id,
        "customer_id": ids.customer_id,
        "at": arrival.at,
        "subject": Subject.PACKAGE,
        "subject_id": package["id"],
        "action": arrival.action,
        "from_status": None,
        "to_status": package["status"],
        "actor_role": arrival.actor.role,
        "actor_id": arrival.actor.id,
        "version": 1,
    }


def _emptied(package: PackageColumns, ids: _Part, arrival: Arrival) -> EventColumns:
    """Cancel a package of which every unit was canceled before it was sent; the event that says so."""
    event = _event(package, ids, arrival) | {
        "action": Action.CANCEL_PACKAGE,
        "from_status": package["status"],
        "to_status": PackageStatus.CANCELED,
        "actor_role": SYSTEM.role,
        "actor_id": SYSTEM.id,
        "version": 2,
    }
    package |= {"status": PackageStatus.CANCELED, "version": 2}
    return event
