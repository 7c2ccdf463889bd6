"""Requests to cancel or to return units."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

from domain import returns
from domain.deadlines import UNDECIDED
from domain.law import Basis, Exemption, ObjectionGround
from domain.terms_table import meaning
from domain.words import (
    AtDeadline,
    Bearer,
    RefundTrigger,
    RequestStatus,
    ReturnMethod,
    Role,
    TermsDeadline,
    TransactionType,
    WaitingOn,
)
from engine import reads
from engine.execution.computed import Needs, batched, computed
from resolvers import allowed_actions
from resolvers.context import Info
from schema.arguments import Locale
from schema.common import VERSION, AllowedAction, Money, Node, money_of
from schema.orders import Address, Events, Order, OrderItem, SellerOrder
from schema.people import Customer, Seller
from schema.scalars import DateTime
from schema.terms import CancellationReason, ReturnPolicy, in_language

if TYPE_CHECKING:
    from schema.messages import Message
    from schema.plans import CancellationPlan
    from schema.returns import ReturnShipment
    from schema.withdrawals import Withdrawal


def _reason_label(row: dict[str, Any], info: Info, *, locale: Locale = None) -> str:
    return in_language(row["reason_label"]["labels"], locale or info.context.locale)


@strawberry.type(description="Some units of one order item, with the reason why they are to be canceled or returned.")
class RequestItem:
    order_item: OrderItem = strawberry.field(description="The item whose units are requested.")
    quantity: int = strawberry.field(description="The number of units that are requested.")
    accepted_quantity: int | None = strawberry.field(
        description="The number of units that were accepted: of a cancellation by the owner who applied it, of a "
        "return when it was confirmed; null before. They are what is canceled or returned."
    )
    reason: CancellationReason = strawberry.field(
        description="The reason that was chosen, as it is now. `reasonLabel` is the text that was shown for it then."
    )
    reason_label: str = computed(
        _reason_label,
        needs=Needs("reason_label.labels"),
        description="The text of the reason as it was when the request was made: it stays when the reason is renamed.",
    )
    note: str | None = strawberry.field(description="The note that was written with the reason.")


@strawberry.type(description="The rejection of a request.")
class Rejection:
    by: Role = strawberry.field(description="The role that rejected the request.")
    reason: str = strawberry.field(
        description="The reason, written for the customer; of a rejection by SYSTEM, in the viewer's language."
    )


def _rejection(row: dict[str, Any], info: Info) -> dict[str, Any] | None:
    if row["rejection_reason"] is None:
        return None
    by_itself = row["rejected_by"] == Role.SYSTEM
    reason = in_language(UNDECIDED, info.context.locale) if by_itself else row["rejection_reason"]
    return {"by": row["rejected_by"], "reason": reason}


def _submitted_at(row: dict[str, Any]) -> Any:
    return row["submitted_at"] or row["created_at"]


def _objection_note(row: dict[str, Any], info: Info) -> str | None:
    return row["objection_note"] if info.context.sees_notes else None


def _actions(rows: list[allowed_actions.RequestRow], info: Info) -> list[list[dict[str, Any]]]:
    return allowed_actions.for_requests(rows, info.context, due="due_at" in reads.selected_names(info))


def fees_of(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fees of terms, as they are stored."""
    return [
        {
            "name": fee["name"],
            "bearer": fee["bearer"],
            "percent": fee.get("percent"),
            "amount": money_of(fee["amountMinor"], fee["currency"]) if fee.get("currency") else None,
        }
        for fee in stored
    ]


@strawberry.type(description="A fee that the terms of a return keep: of the goods' worth, or a fixed amount.")
class ReturnFee:
    name: str = strawberry.field(description="The name of the fee. Adjustments name it as their `rule`.")
    percent: int | None = strawberry.field(
        description="The share of what the goods bring, in basis points: 1000 is a tenth; null if it is an amount."
    )
    amount: Money | None = strawberry.field(description="The amount, kept once a return; null if it is a share.")
    bearer: Bearer = strawberry.field(description="The party that gets the fee.")


@strawberry.type(description="The days after delivery in which a return can be requested.")
class ReturnWindow:
    basis: Basis = strawberry.field(description="What the return is based on.")
    days: int = strawberry.field(description="The number of days; the window ends with the last of them.")


@strawberry.type(description="Deadlines that count working days, without the public holidays of a place.")
class WorkingDays:
    country: str = strawberry.field(description=meaning("terms.workingDays.country"))
    subdivision: str | None = strawberry.field(
        description="The part of the country whose holidays count as well; null if those of the whole country do alone."
    )
    deadlines: list[TermsDeadline] = strawberry.field(description=meaning("terms.workingDays.deadlines"))


@strawberry.type(description="Until when a cancellation should be decided on, and what happens then.")
class CancellationTerms:
    version: int | None = strawberry.field(description="The version of the terms that the rule is of; null of a draft.")
    rule: str | None = strawberry.field(description="The name of the rule.")
    response_days: int | None = strawberry.field(
        description="The days in which it should be decided on; null for those of the return policy."
    )
    at_deadline: AtDeadline | None = strawberry.field(
        description="What happens to it if it was not decided on in time; null for what the setting AT_DEADLINE says."
    )
    working_days: WorkingDays | None = strawberry.field(
        description="Whose working days alone count; null if all days count."
    )


def cancellation_shown(stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a cancellation has of the terms, as it is stored."""
    if stored is None:
        return None
    return {
        "version": stored.get("version"),
        "rule": stored.get("rule"),
        "response_days": stored.get("responseDays"),
        "at_deadline": stored.get("atDeadline"),
        "working_days": stored.get("workingDays"),
    }


def _cancellation_of(stored: dict[str, Any]) -> dict[str, Any] | None:
    """What terms say of cancellations, as one would keep it."""
    terms = returns.ReturnTerms.of_json(stored)
    return cancellation_shown(terms.frozen_cancellation())


@strawberry.type(
    description="The terms of a return: what the rule of the terms said that decided on it when it was requested."
)
class ReturnTerms:
    version: int | None = strawberry.field(
        description="The version of the terms that the rule is of; null of a draft, and of a return from before there "
        "were versions."
    )
    rule: str | None = strawberry.field(description="The name of the rule; null where the version is.")
    trigger: RefundTrigger = strawberry.field(description=meaning("terms.trigger"))
    method: ReturnMethod = strawberry.field(description=meaning("terms.method"))
    ship_by_days: int = strawberry.field(description=meaning("terms.shipByDays"))
    grace_days: int = strawberry.field(description=meaning("terms.graceDays"))
    inspection_days: int = strawberry.field(description=meaning("terms.inspectionDays"))
    transit_days: int = strawberry.field(description=meaning("terms.transitDays"))
    fees: list[ReturnFee] = strawberry.field(description="What is kept of the money.")
    address: Address | None = strawberry.field(description="The address that the goods go to, if it is known.")
    windows: list[ReturnWindow] = strawberry.field(
        description="The windows; for a basis that is not in the list, the days of the return policy hold."
    )
    exemption: Exemption | None = strawberry.field(
        description="Why customers cannot request such a return, so that only the owner opens one; null if they can."
    )
    free_label: bool = strawberry.field(
        description="Whether a label is bought for the customer where a carrier is set up; if not, the customer pays "
        "the postage."
    )
    response_days: int | None = strawberry.field(
        description="The days in which the seller should decide; null for those of the return policy."
    )
    at_deadline: AtDeadline | None = strawberry.field(
        description="What happens to a return that the seller has not decided on in time; null for what the setting "
        "AT_DEADLINE says."
    )
    cancellation: CancellationTerms | None = strawberry.field(
        description="What the rule says of cancellations of the same items; null if it says nothing."
    )
    working_days: WorkingDays | None = strawberry.field(
        description="The deadlines that count working days alone; null if all of them count all days."
    )


def terms_shown(stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """Terms as they are stored."""
    if stored is None:
        return None
    return {
        "version": stored.get("version"),
        "rule": stored.get("rule"),
        "windows": [{"basis": basis, "days": days} for basis, days in stored.get("windows", {}).items()],
        "exemption": stored.get("exemption"),
        "free_label": stored.get("freeLabel", True),
        "response_days": stored.get("responseDays"),
        "at_deadline": stored.get("atDeadline"),
        "cancellation": _cancellation_of(stored) if "cancellation" in stored else None,
        "working_days": stored.get("workingDays"),
        "trigger": stored["trigger"],
        "method": stored["method"],
        "ship_by_days": stored["shipByDays"],
        "grace_days": stored["graceDays"],
        "inspection_days": stored["inspectionDays"],
        "transit_days": stored["transitDays"],
        "fees": fees_of(stored["fees"]),
        "address": stored["address"],
    }


@strawberry.type(description="A request to cancel or return units of one seller's part of an order.")
class CancellationRequest(Node):
    prefix: ClassVar[str] = "request"
    number: str = strawberry.field(description="The number that people read.")
    submission_id: strawberry.ID = strawberry.field(
        description="The id that all requests of one submission share: one mutation may open several."
    )
    transaction: TransactionType = strawberry.field(description="Whether units are to be canceled or returned.")
    status: RequestStatus = strawberry.field(description="The status of the request.")
    waiting_on: WaitingOn = strawberry.field(description="The party that is expected to act.")
    due_at: DateTime | None = strawberry.field(description="The time by which that party should act.")
    reminded_at: DateTime | None = strawberry.field(
        description="The time at which that party was reminded, after this deadline had passed; null if it was not."
    )
    escalated_at: DateTime | None = strawberry.field(
        description="The time at which the request was handed to the owner, because a deadline had passed; null if it "
        "was not, or has moved on since."
    )
    opened_by: Role = strawberry.field(
        description="The role that opened the request: OWNER if it was opened on the customer's behalf, SELLER if the "
        "seller cannot send the units."
    )
    order: Order = strawberry.field(description="The order that the request is about.")
    seller_order: SellerOrder = strawberry.field(description="The seller's part of that order.")
    seller: Seller = strawberry.field(description="The seller whose units are requested.")
    customer: Customer = strawberry.field(description="The customer who placed the order.")
    items: list[RequestItem] = strawberry.field(
        description="The requested units, one entry an order item; empty for an allowance."
    )
    allowance: bool = strawberry.field(
        description="Whether this is an allowance: money that the owner pays back without units, or a fee that goes "
        "back with a withdrawal. The adjustments of its plan say what for, and why."
    )
    basis: Basis = strawberry.field(description="What the request is based on.")
    withdrawal: Annotated["Withdrawal", strawberry.lazy("schema.withdrawals")] | None = strawberry.field(
        description="The withdrawal from the contract that the request follows from; null if it follows from none."
    )
    objection: ObjectionGround | None = strawberry.field(
        description="Why the seller holds that the withdrawal has no effect; null if it has not objected."
    )
    objection_note: str | None = computed(
        _objection_note,
        needs=Needs("objection_note"),
        description="What was written with the objection; null for customers.",
    )
    accepted_policy: ReturnPolicy | None = strawberry.field(
        description="The version of the return policy that the customer accepted."
    )
    plan: Annotated["CancellationPlan", strawberry.lazy("schema.plans")] | None = strawberry.field(
        description="The decision about the money; null until one is opened."
    )
    predecessor: "CancellationRequest | None" = strawberry.field(
        description="The request whose decision left the units that this one goes on with; null if it was submitted."
    )
    successors: list["CancellationRequest"] = strawberry.field(
        description="The requests that go on with what decisions on this one have left, the oldest first: a return, if "
        "this one was converted."
    )
    rest_reason: str | None = strawberry.field(
        description="Why a part of the request was not accepted, written for the customer."
    )
    return_terms: ReturnTerms | None = computed(
        lambda row: terms_shown(row["return_terms"]),
        needs=Needs("return_terms"),
        description="The terms of a return, or of a canceled package on its way back; null if no rule was for it.",
    )
    cancellation_terms: CancellationTerms | None = computed(
        lambda row: cancellation_shown(row["cancel_terms"]),
        needs=Needs("cancel_terms"),
        description="What the terms said of the cancellation when it was requested; null if they said nothing of it, "
        "and of a return.",
    )
    return_shipment: Annotated["ReturnShipment", strawberry.lazy("schema.returns")] | None = strawberry.field(
        description="The goods on their way back; null if they are not asked for."
    )
    return_started_at: DateTime | None = strawberry.field(description="The time at which the return was confirmed.")
    created_at: DateTime = strawberry.field(description="The time at which the request was opened.")
    submitted_at: DateTime = computed(
        _submitted_at,
        needs=Needs("submitted_at", "created_at"),
        description="The time at which the customer asked first: of a successor, that of the first request.",
    )
    updated_at: DateTime = strawberry.field(description="The time of the last change.")
    version: int = strawberry.field(description=VERSION)
    timeline: Events = strawberry.field(description="The events of the request, the oldest first.")
    messages: list[Annotated["Message", strawberry.lazy("schema.messages")]] = strawberry.field(
        description="The messages about the request, the oldest first: for customers and sellers those to themselves."
    )
    rejection: Rejection | None = computed(
        _rejection,
        needs=Needs("rejected_by", "rejection_reason"),
        description="Who rejected the request, and why; null if it is not rejected.",
    )
    allowed_actions: list[AllowedAction] = batched(
        _actions,
        needs=Needs(
            *("status", "transaction", "waiting_on", "due_at", "seller_order.status", "plan.status"),
            "items.order_item.package.status",
            derived={"circumstances": allowed_actions.CIRCUMSTANCES},
        ),
        description="What the viewer's role can do with the request.",
    )
