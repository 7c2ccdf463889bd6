"""The status of a recorded order's packages, from the times in the Olist records. The rules are ours.

The records have one status and one set of times for each order. At the end of the records the status counts; as of an
earlier moment, only the times count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.words import PackageStatus

WITHOUT_LINES = "without lines"
NOT_BOUGHT = "not yet bought"
AWAITING_PAYMENT = "awaiting payment"
ABANDONED = "abandoned"
OVERDUE_AT_THE_END = timedelta(days=90)
OVERDUE = timedelta(days=30)
"""How long after the estimated delivery a package counts as failed, or as never handed over."""


@dataclass(frozen=True, slots=True)
class Moments:
    """What the records say of an order. Their times have no time zone and are read as UTC."""

    status: str
    bought: datetime
    approved: datetime | None
    handed_over: datetime | None
    arrived: datetime | None
    estimate: datetime


STANDING = {
    "delivered": PackageStatus.DELIVERED,
    "shipped": PackageStatus.SHIPPED,
    "invoiced": PackageStatus.READY_TO_SHIP,
    "processing": PackageStatus.PREPARING,
    "approved": PackageStatus.PREPARING,
    "unavailable": PackageStatus.PREPARING,
    "canceled": PackageStatus.READY_TO_SHIP,
}


def at_the_end(order: Moments, end: datetime) -> PackageStatus | str:
    """The packages' status at the end of the records, or why there are none. Raises ValueError if it is unknown."""
    if order.status == "created":
        return AWAITING_PAYMENT
    if order.status == "canceled" and order.handed_over:
        # the package had left, so the customer had to return it
        return PackageStatus.DELIVERED if order.arrived else PackageStatus.DELIVERY_FAILED
    if order.status == "shipped" and order.estimate + OVERDUE_AT_THE_END < end:
        return PackageStatus.DELIVERY_FAILED
    if order.status not in STANDING:
        raise ValueError(f"{order.status!r} is not a status of these records.")
    return STANDING[order.status]


def as_of(order: Moments, moment: datetime, ship_before: datetime) -> PackageStatus | str:
    """A package's status at a moment, or why there was none. `ship_before` is the earliest limit of its lines."""
    approved = order.approved or (order.bought if order.handed_over else None)
    late = order.estimate + OVERDUE < moment
    if order.bought > moment:
        return NOT_BOUGHT
    if approved is None or approved > moment:
        return AWAITING_PAYMENT
    if order.arrived and order.arrived <= moment:
        return PackageStatus.DELIVERED
    if order.handed_over and order.handed_over <= moment:
        return PackageStatus.DELIVERY_FAILED if late else PackageStatus.SHIPPED
    if late:
        return ABANDONED
    end = min(order.handed_over or ship_before, ship_before)
    packed = approved + max((end - approved) / 2, timedelta())
    return PackageStatus.READY_TO_SHIP if packed <= moment else PackageStatus.PREPARING
