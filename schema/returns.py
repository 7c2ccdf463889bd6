"""Return shipments, the terms of returns, and the settings that terms come from."""

from typing import Any, ClassVar

import strawberry

from domain.terms_table import meaning
from domain.words import (
    Bearer,
    Disposition,
    GoodsCondition,
    LabelStatus,
    RefundTrigger,
    ReturnKind,
    ReturnMethod,
    ReturnStatus,
)
from engine.execution.computed import Needs, computed
from resolvers import allowed_actions, returns
from resolvers.context import Info
from schema.common import VERSION, AllowedAction, Money, Node, money_of
from schema.orders import Address, Events, Order, OrderItem
from schema.people import Seller
from schema.requests import CancellationRequest, ReturnFee, ReturnTerms, terms_shown
from schema.scalars import DateTime


def _deduction(row: dict[str, Any]) -> dict[str, str]:
    return money_of(row["deduction_minor"], row["currency"])


@strawberry.type(description="How some units came back.")
class ReturnGrade:
    quantity: int = strawberry.field(description="The number of units.")
    condition: GoodsCondition = strawberry.field(description="The condition that they are in.")
    disposition: Disposition = strawberry.field(description="What becomes of them.")
    deduction: Money = computed(
        _deduction, description="What is kept for their condition, of all these units together."
    )
    reason: str | None = strawberry.field(description="Why it is kept, or why the units are not paid back.")


def _grades(row: dict[str, Any]) -> list[dict[str, Any]]:
    currency = row["order_item"]["currency"]
    return [{**grade, "deduction_minor": grade["deductionMinor"], "currency": currency} for grade in row["grades"]]


@strawberry.type(
    description="The units of one order item in a return shipment. Once they have arrived, expected = received + "
    "missing + wrong."
)
class ReturnLine:
    order_item: OrderItem = strawberry.field(description="The item whose units come back.")
    expected: int = strawberry.field(
        description="The number of units that are to come. Units that go on in a return of their own are no longer."
    )
    received: int = strawberry.field(description="The number of units that have arrived.")
    missing: int = strawberry.field(
        description="The number of units that have not arrived although they were paid back: a claim."
    )
    wrong: int = strawberry.field(description="The number of units in whose place something else has arrived.")
    grades: list[ReturnGrade] = computed(
        _grades, needs=Needs("grades", "order_item.currency"), description="How the units came back; empty before."
    )


def _label_actions(row: allowed_actions.LabelRow, info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_label(row, info.context)


def _message(row: dict[str, Any], info: Info) -> str | None:
    return row["message"] if info.context.sees_notes else None


@strawberry.type(description="A label for one package of a return shipment.")
class ReturnLabel(Node):
    prefix: ClassVar[str] = "label"
    position: int = strawberry.field(description="The place of the label among those of its shipment, from 1.")
    status: LabelStatus = strawberry.field(description="The status of the label.")
    carrier: str = strawberry.field(
        description="The carrier: `slip` for a slip whose postage the customer pays, else the name of the adapter."
    )
    tracking_number: str | None = strawberry.field(description="The carrier's tracking number, once it is known.")
    url: str | None = computed(
        lambda row: f"/labels/{row['id']}.pdf" if row["status"] == LabelStatus.ISSUED else None,
        needs=Needs("id", "status"),
        description="The path of the label's file on this server, once it was bought: ask for it with the same bearer "
        "token as for this.",
    )
    carrier_url: str | None = computed(
        lambda row: row["label_url"] if row["status"] == LabelStatus.ISSUED else None,
        needs=Needs("label_url", "status"),
        description="The address of the label's file at its carrier, if the carrier has the file: `url` leads there.",
    )
    message: str | None = computed(
        _message, needs=Needs("message"), description="What the carrier said last; null for customers."
    )
    issued_at: DateTime | None = strawberry.field(description="The time at which the label was bought.")
    scanned_at: DateTime | None = strawberry.field(
        description="The time at which the carrier first had the package in its hands, if it says so."
    )
    created_at: DateTime = strawberry.field(description="The time at which the label was ordered.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)
    allowed_actions: list[AllowedAction] = computed(
        _label_actions,
        needs=Needs(
            *("status", "carrier", "scanned_at", "due_at"),
            *("shipment.status", "shipment.sent_at", "shipment.received_at"),
        ),
        description="What the viewer's role can do with the label.",
    )


def _actions(row: allowed_actions.ReturnRow, info: Info) -> list[dict[str, Any]]:
    return allowed_actions.for_return(row, info.context)


@strawberry.type(description="The goods of one return on their way back to the seller.")
class ReturnShipment(Node):
    prefix: ClassVar[str] = "return"
    number: str = strawberry.field(description="The number that people read; it belongs on the package.")
    kind: ReturnKind = strawberry.field(description="Who sends the goods back.")
    method: ReturnMethod = strawberry.field(description="How the goods come back.")
    status: ReturnStatus = strawberry.field(description="The status of the shipment.")
    order: Order = strawberry.field(description="The order that the goods belong to.")
    seller: Seller = strawberry.field(description="The seller whom the goods go to.")
    request: CancellationRequest = strawberry.field(description="The return that the goods belong to.")
    lines: list[ReturnLine] = strawberry.field(description="The units, one line an order item.")
    tracking_number: str | None = strawberry.field(description="The carrier's tracking number, if it is known.")
    labels: list[ReturnLabel] = strawberry.field(
        description="The labels, one for each package; empty if no carrier is set up or the goods do not come by mail."
    )
    drop_off: str | None = strawberry.field(description="What proves that the goods were dropped off, if anything.")
    ship_by: DateTime | None = strawberry.field(
        description="The last moment to send the goods, the end of a day in the market's zone; null if a carrier "
        "brings them, or while their package is on its way to the customer."
    )
    due_at: DateTime | None = strawberry.field(
        description="The time at which Retour acts by itself: the shipment expires, counts as lost, or its goods count "
        "as new."
    )
    sent_at: DateTime | None = strawberry.field(description="The time at which the goods were sent.")
    received_at: DateTime | None = strawberry.field(description="The time at which goods arrived last.")
    inspected_at: DateTime | None = strawberry.field(description="The time at which goods were graded last.")
    ended_at: DateTime | None = strawberry.field(
        description="The time at which the goods were lost, waived or given up; null if they were not."
    )
    loss_bearer: Bearer | None = strawberry.field(
        description="The party that bears the loss; null if nothing is lost, or the customer bears it for now."
    )
    note: str | None = strawberry.field(description="The last note that was written with a change.")
    created_at: DateTime = strawberry.field(description="The time at which the goods were asked for.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)
    timeline: Events = strawberry.field(description="The events of the shipment, the oldest first.")
    allowed_actions: list[AllowedAction] = computed(
        _actions,
        needs=Needs(
            *("status", "sent_at", "due_at", "method", "lines.missing", "lines.expected", "labels.status"),
            *("request.status", "request.return_terms", "request.plan.held"),
        ),
        description="What the viewer's role can do with the shipment.",
    )


def _said(name: str, description: str) -> Any:
    """What the rule of some settings says."""

    def said(row: dict[str, Any]) -> Any:
        return (terms_shown(row["outcome"]) or {})[name]

    return computed(said, description=description)


@strawberry.type(
    description="How returns of a seller go: the rule of the terms in force that asks for this seller alone, or for "
    "nothing. Requests keep what it said when they were opened."
)
class ReturnSettings:
    seller: Seller | None = strawberry.field(
        description="The seller; null for the settings of every seller without settings of its own."
    )
    trigger: RefundTrigger = _said("trigger", meaning("terms.trigger"))
    method: ReturnMethod = _said("method", meaning("terms.method"))
    ship_by_days: int = _said("ship_by_days", meaning("terms.shipByDays"))
    grace_days: int = _said("grace_days", meaning("terms.graceDays"))
    inspection_days: int = _said("inspection_days", meaning("terms.inspectionDays"))
    transit_days: int = _said("transit_days", meaning("terms.transitDays"))
    fees: list[ReturnFee] = _said("fees", "What is kept of the money.")
    address: Address | None = _said("address", "The address that the goods go to, if it is known.")
    terms: ReturnTerms = computed(
        lambda row: terms_shown(row["outcome"]), description="All that the rule says, with its version and its name."
    )
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)


@strawberry.type
class ReturnQuery:
    @strawberry.field(description="The return settings: the marketplace's first. For the owner only.")
    async def return_settings(self, info: Info) -> list[ReturnSettings]:
        return await returns.settings(info)
