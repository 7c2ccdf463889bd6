"""The acts on refunds: the owner's two, and the worker's lease and result around a call to a gateway."""

import random
from dataclasses import dataclass
from datetime import timedelta

from domain.facts import Settlement
from domain.words import Action, RefundStatus, Subject
from gateways.port import Answer, Outcome, RefundOrder
from models import Refund, RefundAttempt
from models.ids import new_id
from services.asks import SettleAsk
from services.changes import Row
from services.requests import Outcome as Ids
from services.requests import expect
from services.transition import Transition

LEASE = timedelta(seconds=60)
"""How long a worker may take for one call; later the call counts as lost."""
LATER = timedelta(hours=1)
"""When a refund that the gateway has accepted is asked about again, should no webhook come."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds before a lost call is looked into, doubling up to the longest."""


@dataclass(frozen=True, slots=True)
class Call:
    """A leased call: what to order, where, and whether to ask first because an earlier answer was lost."""

    refund_id: str
    order_id: str
    attempt_id: str
    attempt: int
    provider: str
    order: RefundOrder
    ask_first: bool


def retry_refund(step: Transition, ask: SettleAsk) -> Ids:
    """The owner sends a failed refund again."""
    refund = _refund(step, ask)
    step.take(Subject.REFUND, Action.RETRY_REFUND, refund)
    step.book.changes.update(Refund, refund, due_at=step.now, retry_count=refund["retry_count"] + 1)
    return {"refunds": [refund["id"]]}


def settle_refund(step: Transition, ask: SettleAsk) -> Ids:
    """The owner records that a refund was paid outside the gateway."""
    refund = _refund(step, ask)
    step.take(Subject.REFUND, Action.SETTLE_REFUND, refund, ask=Settlement(ask.reference))
    step.book.changes.update(Refund, refund, due_at=None, external_reference=ask.reference)
    return {"refunds": [refund["id"]]}


def lease(step: Transition, due: Row) -> Call | None:
    """Take a due refund for one call. One whose lease ran out is first recorded as lost, and there is no call yet."""
    refund = _by_id(step, due["id"])
    changes = step.book.changes
    if refund["status"] == RefundStatus.PROCESSING:
        step.take(Subject.REFUND, Action.LOSE_REFUND, refund)
        changes.update(Refund, refund, due_at=step.now)
        return None
    ask_first = refund["status"] == RefundStatus.UNKNOWN
    step.take(Subject.REFUND, Action.SEND_REFUND, refund)
    number = refund["attempt_count"] + 1
    changes.update(Refund, refund, attempt_count=number, due_at=step.now + LEASE)
    attempt = changes.insert(
        RefundAttempt, id=new_id("attempt"), refund_id=refund["id"], number=number, started_at=step.now
    )
    payment = next(row for row in step.book.payments if row["id"] == refund["payment_id"])
    order = RefundOrder(
        key=refund["id"],
        payment_reference=payment["reference"],
        amount_minor=refund["amount_minor"],
        currency=refund["currency"],
        retry=refund["retry_count"],
    )
    return Call(refund["id"], step.book.order["id"], attempt["id"], number, payment["provider"], order, ask_first)


def settle_call(step: Transition, call: Call, answer: Answer | None, message: str | None = None) -> None:
    """Store what came of a call; None is an answer that was lost.

    A late answer to a call that was given up counts only if it says that the money has moved.
    """
    refund = _by_id(step, call.refund_id)
    changes = step.book.changes
    outcome = answer.outcome if answer else "UNKNOWN"
    reference = answer.reference if answer else None
    said = answer.message if answer else message
    changes.update(RefundAttempt, {"id": call.attempt_id}, outcome=outcome, gateway_reference=reference, message=said)
    current = refund["status"] == RefundStatus.PROCESSING and refund["attempt_count"] == call.attempt
    waiting = refund["status"] in (RefundStatus.PROCESSING, RefundStatus.UNKNOWN)
    if outcome == Outcome.SUCCEEDED and waiting:
        step.take(Subject.REFUND, Action.SUCCEED_REFUND, refund)
        changes.update(Refund, refund, due_at=None, external_reference=reference)
    elif outcome == Outcome.FAILED and current:
        step.take(Subject.REFUND, Action.FAIL_REFUND, refund)
        changes.update(Refund, refund, due_at=None)
    elif outcome == Outcome.PENDING and current:
        changes.update(Refund, refund, due_at=step.now + LATER, external_reference=reference)
    elif answer is None and current:
        step.take(Subject.REFUND, Action.LOSE_REFUND, refund)
        changes.update(Refund, refund, due_at=step.now + pause(call.attempt))


def pause(attempt: int) -> timedelta:
    """How long to leave a lost call alone: doubling, capped, and with jitter so that many do not return at once."""
    return timedelta(seconds=min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt - 1, 16)) * random.uniform(0.5, 1.0))


def _refund(step: Transition, ask: SettleAsk) -> Row:
    refund = _by_id(step, ask.refund_id)
    expect(refund, ask.expected_version)
    return refund


def _by_id(step: Transition, id: str) -> Row:
    return next(row for row in step.book.refunds if row["id"] == id)
