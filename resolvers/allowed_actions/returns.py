"""What can be done with return shipments and labels."""

from functools import lru_cache
from typing import TypedDict

from domain.facts import LabelFacts, ReturnFacts
from domain.lifecycle import allowed
from domain.returns import Json
from domain.words import (
    LabelStatus,
    RefundTrigger,
    RequestStatus,
    ReturnMethod,
    ReturnStatus,
    Role,
    Subject,
)
from engine.reads import Row
from resolvers.allowed_actions.offers import REMEMBERED, Status, offered, shown_offers
from resolvers.context import Context
from services.facts import scans_nothing


class HeldPlan(Status):
    """A plan, and whether its money waits for the goods."""

    held: bool


class ExpectedLine(TypedDict):
    """A line of a return shipment."""

    expected: int
    missing: int


class ReturnedRequest(TypedDict):
    """A return with its terms and its plan."""

    status: str
    return_terms: dict[str, Json] | None
    plan: HeldPlan


class ReturnRow(Status):
    """What `for_return` needs of a return shipment."""

    sent_at: str | None
    due_at: str | None
    method: str
    lines: list[ExpectedLine]
    labels: list[Status]
    request: ReturnedRequest


class LabeledGoods(Status):
    """A return shipment, and whether its goods have left the customer."""

    sent_at: str | None
    received_at: str | None


class LabelRow(Status):
    """What `for_label` needs of a label."""

    carrier: str
    scanned_at: str | None
    due_at: str | None
    shipment: LabeledGoods


def for_return(row: ReturnRow, context: Context) -> list[Row]:
    """What can be done with a return shipment."""
    request, terms = row["request"], row["request"]["return_terms"]
    here = row["status"] in (ReturnStatus.RECEIVED, ReturnStatus.INSPECTED)
    to_come = request["status"] != RequestStatus.EXPIRED and any(
        line["missing"] if here else line["expected"] for line in row["lines"]
    )
    trigger = str(terms["trigger"]) if terms else RefundTrigger.ON_CONFIRM
    actor, sent = context.actor, row["sent_at"] is not None
    offers = _return_offers(actor.role, row["status"], sent, request["plan"]["held"], trigger, to_come)
    carrier = context.commands.terms.carrier
    if carrier is not None:
        sent_by = terms if terms and (terms.get("freeLabel") is not False or scans_nothing(carrier)) else None
        carried = row["method"] == ReturnMethod.MAIL and sent_by is not None and sent_by["address"] is not None
        awaited = row["status"] == ReturnStatus.AWAITING
        offers = [*offers, *_new_label_offers(actor.role, awaited, carried, len(row["labels"]))]
    return offered(offers, actor, row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _new_label_offers(role: Role, awaited: bool, carried: bool, labels: int) -> list[Row]:
    facts = LabelFacts(None, awaited=awaited, carried=carried, labels=labels)
    return shown_offers(allowed(Subject.LABEL, role, facts))


def for_label(row: LabelRow, context: Context) -> list[Row]:
    """What can be done with a label, which there is only where labels are bought."""
    goods, used = row["shipment"], row["scanned_at"] is not None
    awaited, carried = goods["status"] == ReturnStatus.AWAITING, context.commands.terms.carrier is not None
    left = goods["sent_at"] is not None or goods["received_at"] is not None
    slip_sent = left and scans_nothing(row["carrier"])
    actor = context.actor
    offers = _label_offers(actor.role, row["status"], awaited, carried, used, slip_sent)
    return offered(offers, actor, row["due_at"])


@lru_cache(maxsize=REMEMBERED)
def _label_offers(role: Role, status: str, awaited: bool, carried: bool, used: bool, slip_sent: bool) -> list[Row]:
    facts = LabelFacts(LabelStatus(status), awaited=awaited, carried=carried, used=used, slip_sent=slip_sent)
    return shown_offers(allowed(Subject.LABEL, role, facts))


@lru_cache(maxsize=REMEMBERED)
def _return_offers(role: Role, status: str, sent: bool, held: bool, trigger: str, to_come: bool) -> list[Row]:
    facts = ReturnFacts(ReturnStatus(status), sent, held, RefundTrigger(trigger), {"": int(to_come)})
    return shown_offers(allowed(Subject.RETURN_SHIPMENT, role, facts))
