"""How orders arrive, and the rows that they become."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.actions import Action
from domain.calendar import Calendar
from domain.facts import Actor
from services.intake.columns import (
    AddressColumns,
    AdjustmentColumns,
    EventColumns,
    ItemColumns,
    MovementColumns,
    OpeningColumns,
    OrderColumns,
    PackageColumns,
    PaymentColumns,
    PlanColumns,
    PlanLineColumns,
    RequestColumns,
    RequestItemColumns,
    SellerOrderColumns,
)
from services.intake.went_back import NOTHING_KNOWN, KnownHistory


@dataclass(slots=True)
class OrderRows:
    """Rows to insert, of one order or of many, by table. `openings` are events of what came in completed."""

    orders: list[OrderColumns] = field(default_factory=list)
    seller_orders: list[SellerOrderColumns] = field(default_factory=list)
    packages: list[PackageColumns] = field(default_factory=list)
    items: list[ItemColumns] = field(default_factory=list)
    payments: list[PaymentColumns] = field(default_factory=list)
    shipping_addresses: list[AddressColumns] = field(default_factory=list)
    billing_addresses: list[AddressColumns] = field(default_factory=list)
    requests: list[RequestColumns] = field(default_factory=list)
    request_items: list[RequestItemColumns] = field(default_factory=list)
    plans: list[PlanColumns] = field(default_factory=list)
    plan_lines: list[PlanLineColumns] = field(default_factory=list)
    adjustments: list[AdjustmentColumns] = field(default_factory=list)
    movements: list[MovementColumns] = field(default_factory=list)
    events: list[EventColumns] = field(default_factory=list)
    openings: list[OpeningColumns] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class People:
    """The ids of the customer and, by handle, of the sellers of an order."""

    customer_id: str
    sellers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an order came in: by whom, by which action, when, and what is known of its past.

    `window_days` and the calendar date the return window of deliveries.
    """

    actor: Actor
    action: Action
    at: datetime
    window_days: int = 0
    calendar: Calendar = field(default_factory=Calendar)
    history: KnownHistory = NOTHING_KNOWN
