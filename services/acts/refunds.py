"""The acts on refunds: the owner's two, the worker's lease and result around a call, and what a gateway tells.

A call to a gateway lies between two transactions. The first takes the lease and writes the attempt, the second
stores what came of it. Between them anything may happen; `docs/refunds.md` goes through it.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

from domain.facts import Settlement
from domain.words import Action, RefundStatus, Subject
from gateways.payments.port import Answer, Outcome, RefundOrder
from models import Refund, RefundAttempt
from models.ids import new_id
from services.acts.requests import Outcome as Ids
from services.acts.requests import expect
from services.changes import Row
from services.inputs import RefundInput
from services.transition import Transition

LEASE = timedelta(seconds=60)
"""How long a worker has for one call unless the settings say otherwise; later the call counts as lost."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=5)
"""Before a lost call is looked into: doubling up to the longest."""
FIRST_CHECK, LONGEST_WAIT = timedelta(hours=1), timedelta(days=1)
"""Before an accepted refund is asked about again, should the gateway not tell by itself: doubling, too."""
LOST = "Nobody came back from this call in time: the process ended, or the answer took too long."
_OPEN = (RefundStatus.PROCESSING, RefundStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Call:
    """A leased call: what to order and where. `ask_first` when an earlier call may have moved the money."""

    refund_id: str
    order_id: str
    attempt_id: str
    attempt: int
    provider: str
    order: RefundOrder
    ask_first: bool


@dataclass(frozen=True, slots=True)
class News:
    """What a gateway tells of a refund by itself; `retry` says of which of the owner's retries it speaks."""

    retry: int
    answer: Answer


def retry_refund(step: Transition, ask: RefundInput) -> Ids:
    """The owner sends a failed refund again."""
    refund = _refund(step, ask)
    step.take(Subject.REFUND, Action.RETRY_REFUND, refund)
    again = {"due_at": step.now, "retry_count": refund["retry_count"] + 1, "external_reference": None}
    step.book.changes.update(Refund, refund, **again)
    return {"refunds": [refund["id"]]}


def settle_refund(step: Transition, ask: RefundInput) -> Ids:
    """The owner records that a refund was paid outside the gateway."""
    refund = _refund(step, ask)
    step.take(Subject.REFUND, Action.SETTLE_REFUND, refund, ask=Settlement(ask.reference))
    step.book.changes.update(Refund, refund, due_at=None, external_reference=ask.reference)
    return {"refunds": [refund["id"]]}


def lease(step: Transition, due: Row, *, length: timedelta = LEASE) -> Call | None:
    """Take a due refund for one call. One whose lease ran out is first recorded as lost, and there is no call yet.

    `due` carries the last attempt's id and outcome, if there was one.
    """
    refund, changes = _by_id(step, due["id"]), step.book.changes
    ask_first = refund["attempt_count"] > 0
    accepted = refund["status"] == RefundStatus.PROCESSING and refund["external_reference"] is not None
    if ask_first and due["attempt_outcome"] is None:
        changes.update(RefundAttempt, {"id": due["attempt_id"]}, outcome="UNKNOWN", message=LOST)
    if refund["status"] == RefundStatus.PROCESSING and not accepted:
        step.take(Subject.REFUND, Action.LOSE_REFUND, refund)
        changes.update(Refund, refund, due_at=step.now)
        return None
    step.take(Subject.REFUND, Action.CHECK_REFUND if accepted else Action.SEND_REFUND, refund)
    number = refund["attempt_count"] + 1
    changes.update(Refund, refund, attempt_count=number, due_at=step.now + length)
    attempt = new_id("attempt")
    changes.insert(RefundAttempt, id=attempt, refund_id=refund["id"], number=number, started_at=step.now)
    payment = next(row for row in step.book.payments if row["id"] == refund["payment_id"])
    order = _order(refund, payment)
    return Call(refund["id"], step.book.order["id"], attempt, number, payment["provider"], order, ask_first)


def _order(refund: Row, payment: Row) -> RefundOrder:
    return RefundOrder(
        key=refund["id"],
        payment_reference=payment["reference"],
        amount_minor=refund["amount_minor"],
        currency=refund["currency"],
        retry=refund["retry_count"],
    )


def settle_call(step: Transition, call: Call, answer: Answer | None, message: str | None = None) -> None:
    """Store what came of a call; None is an answer that was lost.

    A late answer to a call that was given up counts only if it says that the money has moved.
    """
    refund = _by_id(step, call.refund_id)
    told = answer or Answer(Outcome.PENDING, None, message)
    outcome = answer.outcome if answer else "UNKNOWN"
    attempt = {"outcome": outcome, "gateway_reference": told.reference, "message": told.message}
    step.book.changes.update(RefundAttempt, {"id": call.attempt_id}, **attempt)
    if refund["status"] not in _OPEN:
        return
    current = refund["status"] == RefundStatus.PROCESSING and refund["attempt_count"] == call.attempt
    if outcome == Outcome.SUCCEEDED:
        _finish(step, refund, Action.SUCCEED_REFUND, told.reference)
    elif outcome == Outcome.FAILED and current:
        _finish(step, refund, Action.FAIL_REFUND, told.reference)
    elif current:
        _wait(step, refund, answer, call)


def _wait(step: Transition, refund: Row, answer: Answer | None, call: Call) -> None:
    """Nothing definite was said: come back later, to ask again if it was accepted, else to look what became of it."""
    changes = step.book.changes
    if answer is not None:
        known = answer.reference or refund["id"]  # a gateway without names of its own knows our key
        changes.update(Refund, refund, due_at=step.now + checked_after(call.attempt), external_reference=known)
    elif refund["external_reference"]:
        changes.update(Refund, refund, due_at=step.now + checked_after(call.attempt))
    else:
        step.take(Subject.REFUND, Action.LOSE_REFUND, refund)
        changes.update(Refund, refund, due_at=step.now + pause(call.attempt))


def hear(step: Transition, due: Row, news: News) -> bool:
    """Take in what a gateway tells by itself, in whatever order and however often; whether it was news.

    `due` carries the id of the refund's last attempt. What is about an earlier retry, what is older than what is
    known, and what contradicts a settlement by hand changes nothing: `reconcile` shows the latter.
    """
    refund, said = _by_id(step, due["id"]), news.answer
    if news.retry != refund["retry_count"]:
        return False
    if refund["status"] in _OPEN and said.outcome is Outcome.SUCCEEDED:
        _finish(step, refund, Action.SUCCEED_REFUND, said.reference)
    elif refund["status"] in _OPEN and said.outcome is Outcome.FAILED:
        _finish(step, refund, Action.FAIL_REFUND, said.reference)
    elif refund["status"] == RefundStatus.SUCCEEDED and said.outcome is Outcome.FAILED:
        if said.reference != refund["external_reference"]:
            return False  # of another credit than the one that stands
        _finish(step, refund, Action.BOUNCE_REFUND, said.reference)
    else:
        return False
    if due["attempt_id"]:
        attempt = {"outcome": said.outcome, "gateway_reference": said.reference, "message": said.message}
        step.book.changes.update(RefundAttempt, {"id": due["attempt_id"]}, **attempt)
    return True


def look_up(step: Transition, due: Row) -> bool:
    """A gateway hints that something happened to a payment: ask about its open refunds now.

    One that is being sent right now is left to the call that is under way.
    """
    refund = _by_id(step, due["id"])
    if refund["status"] != RefundStatus.UNKNOWN and not refund["external_reference"]:
        return False
    step.book.changes.update(Refund, refund, due_at=step.now)
    return True


def pause(attempt: int) -> timedelta:
    """How long to leave a lost call alone: doubling, capped, and with jitter so that many do not return at once."""
    return _doubling(FIRST_PAUSE, LONGEST_PAUSE, attempt)


def checked_after(attempt: int) -> timedelta:
    """How long to leave an accepted refund alone: the same, on a bank's scale."""
    return _doubling(FIRST_CHECK, LONGEST_WAIT, attempt)


def _doubling(first: timedelta, longest: timedelta, attempt: int) -> timedelta:
    longer: int = 2 ** min(attempt - 1, 16)
    return min(longest, first * longer) * random.uniform(0.5, 1.0)


def _finish(step: Transition, refund: Row, action: Action, reference: str | None) -> None:
    step.take(Subject.REFUND, action, refund)
    step.book.changes.update(Refund, refund, due_at=None, external_reference=reference)


def _refund(step: Transition, ask: RefundInput) -> Row:
    refund = _by_id(step, ask.refund_id)
    expect(refund, ask.expected_version)
    return refund


def _by_id(step: Transition, id: str) -> Row:
    return next(row for row in step.book.refunds if row["id"] == id)
