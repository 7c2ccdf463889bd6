"""The acts on refunds: the owner's two, the worker's lease and result around a call, and what a gateway reports.

A call to a gateway lies between two transactions. The first takes the lease and writes the attempt, the second
stores the result. Anything may happen between them; `docs/refunds.md` goes through it.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

from domain.actions import Action
from domain.facts import Settlement
from domain.words import RefundStatus
from gateways.payments.port import Answer, GatewayUnknown, Outcome, RefundOrder
from models import Payment, Refund, RefundAttempt
from models.ids import new_id
from services import disputes, movements
from services.inputs import ChangedIds, RefundInput, ShortfallInput
from services.movements import ShownMovement
from services.transition import Transition, expect_version

LEASE = timedelta(seconds=60)
"""How long a worker has for one call unless the settings say otherwise; later the call counts as lost."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=5)
"""Before a lost call is looked into: doubling up to the longest."""
FIRST_CHECK, LONGEST_WAIT = timedelta(hours=1), timedelta(days=1)
"""Before an accepted refund is asked about again, in case the gateway does not report by itself: doubling, too."""
FRESH = timedelta(seconds=10)
"""How old a refund may be to be sent without being looked up: no backup was restored since, so it was never sent."""
EXCEEDED = (
    "The orders of this payment have together got or are owed more than it captured, so nothing was sent: look at the"
    " payment's credits and disputes at the gateway, pay by hand what is still owed, and settle the refund."
)
LOST = "The call did not come back in time: the process ended, or the answer took too long."
_OPEN = (RefundStatus.PROCESSING, RefundStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Due:
    """A row that is to be worked on. Of a refund, its last attempt and what came of that, if there was one.

    `restored` says that the row is from before the journal's era: it came out of a backup. `may_send` is false while
    the owner has paused the sending of refunds, `exceeded` that the payment has less left than all of its orders owe.
    """

    id: str
    order_id: str
    attempt_id: str | None = None
    attempt_outcome: str | None = None
    restored: bool = False
    may_send: bool = True
    exceeded: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A leased call: what to order and where. `ask_first` when an earlier call may have moved the money.

    That call may be one that we know nothing of, because a backup from before it was restored. The refund is `in_doubt`
    if the last call has had no definite answer: only the gateway knows what became of it. Without `may_send` it asks
    only, and so does one whose payment is `disputed`. If it is `covered` and not found, a movement pays it, and nothing
    is sent. If its payment is `exceeded` and it is not found, it fails, or stays in doubt.
    """

    refund_id: str
    order_id: str
    attempt_id: str
    attempt: int
    provider: str
    order: RefundOrder
    ask_first: bool
    in_doubt: bool
    may_send: bool = True
    covered: bool = False
    disputed: bool = False
    exceeded: bool = False


class NotFound(GatewayUnknown):
    """The gateway does not know the key of a refund that is not to be sent again."""


@dataclass(frozen=True, slots=True)
class GatewayReport:
    """What a gateway reports of a refund by itself; `retry` says which of the owner's retries it is about."""

    retry: int
    answer: Answer


def retry_refund(transition: Transition, input: RefundInput) -> ChangedIds:
    """The owner sends a failed refund again."""
    refund = _refund(transition, input)
    transition.take(Action.RETRY_REFUND, refund)
    refund.due_at = transition.now
    refund.retry_count += 1
    refund.external_reference = None
    return {"refunds": [refund.id]}


def settle_refund(transition: Transition, input: RefundInput) -> ChangedIds:
    """The owner records that a refund was paid outside the gateway."""
    refund = _refund(transition, input)
    transition.take(Action.SETTLE_REFUND, refund, given=Settlement(input.reference))
    refund.due_at = None
    refund.external_reference = input.reference
    order_book, reference = transition.order_book, input.reference or ""
    movements.note_reference(transition, order_book.payment(refund.payment_id).provider, reference)
    movement = order_book.movement(reference)
    if movement is not None:
        movements.attach(transition, movement, refund)
    return {"refunds": [refund.id]}


def settle_shortfall(transition: Transition, input: ShortfallInput) -> ChangedIds:
    """The owner names the movement that paid what a plan's refunds fall short of."""
    plan = transition.order_book.plan(input.plan_id)
    expect_version(plan, input.expected_version)
    transition.take(Action.SETTLE_SHORTFALL, plan, given=Settlement(input.reference))
    return {"plans": [plan.id]}


def record_movement(transition: Transition, due: Due, moved: ShownMovement) -> bool:
    """Record what went back at a gateway, unless it is a refund that the gateway was asked for; whether it is news.

    `due` is the payment, or a refund whose reference it has: the owner may have settled several with it.
    """
    order_book = transition.order_book
    refund = next((row for row in order_book.refunds if row.id == due.id), None)
    if refund and (refund.status is not RefundStatus.SETTLED_MANUALLY or refund.movement_id is not None):
        return False
    payment = order_book.payment(refund.payment_id if refund else due.id)
    movement = order_book.movement(moved.reference)
    if movement and not refund:
        return False
    movement = movement or movements.record(transition, payment, moved)
    if refund:
        movements.attach(transition, movement, refund)
    else:
        movements.cover_owed(transition, payment)
    return True


def lease(transition: Transition, due: Due, *, length: timedelta = LEASE) -> Call | None:
    """Take a due refund for one call. If its lease ran out, it is first recorded as lost, and there is no call yet."""
    order_book, refund = transition.order_book, transition.order_book.refund(due.id)
    disputed = disputes.block_if_disputed(transition, refund)
    if disputed and refund.status is RefundStatus.PENDING:
        refund.due_at = None  # of one that is stopped already, a process that knows no disputes has set it
        return None
    ask_first = refund.attempt_count > 0 or due.restored or not _is_fresh(transition, refund)
    accepted = refund.status is RefundStatus.PROCESSING and refund.external_reference is not None
    if due.attempt_id and due.attempt_outcome is None:
        attempt = order_book.changes.known(RefundAttempt, due.attempt_id)
        attempt.outcome = "UNKNOWN"
        attempt.message = LOST
    if refund.status is RefundStatus.PROCESSING and not accepted:
        transition.take(Action.LOSE_REFUND, refund)
        refund.due_at = transition.now
        return None
    covered = movements.is_covered(transition, refund)
    in_doubt = refund.status is not RefundStatus.PENDING
    transition.take(Action.CHECK_REFUND if accepted else Action.SEND_REFUND, refund)
    refund.attempt_count += 1
    refund.due_at = transition.now + length
    attempt = order_book.changes.insert(
        RefundAttempt,
        id=new_id("attempt"),
        refund_id=refund.id,
        number=refund.attempt_count,
        started_at=transition.now,
    )
    payment = order_book.payment(refund.payment_id)
    order = _refund_order(refund, payment)
    return Call(
        refund.id,
        order_book.order.id,
        attempt.id,
        attempt.number,
        payment.provider,
        order,
        ask_first,
        in_doubt=in_doubt,
        may_send=due.may_send,
        covered=covered,
        disputed=disputed,
        exceeded=due.exceeded,
    )


def _is_fresh(transition: Transition, refund: Refund) -> bool:
    """Whether a refund was created just now. One from the future is not: then this worker's clock is wrong."""
    return -FRESH <= transition.now - refund.created_at <= FRESH


def _refund_order(refund: Refund, payment: Payment) -> RefundOrder:
    return RefundOrder(
        key=refund.id,
        payment_reference=payment.reference,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        retry=refund.retry_count,
    )


def settle_call(
    transition: Transition, call: Call, answer: Answer | None, message: str | None = None, *, not_found: bool = False
) -> None:
    """Store what came of a call; None is an answer that was lost, or one that was `not_found` and is not sent again.

    A late answer to a call that was given up counts only if it says that the money has moved.
    """
    refund = transition.order_book.refund(call.refund_id)
    attempt = transition.order_book.changes.known(RefundAttempt, call.attempt_id)
    _note_answer(attempt, answer or Answer(Outcome.PENDING, None, message), lost=answer is None)
    if refund.status not in _OPEN:
        return
    current = refund.status is RefundStatus.PROCESSING and refund.attempt_count == call.attempt
    if answer is not None and answer.outcome is Outcome.SUCCEEDED:
        _finish(transition, refund, Action.SUCCEED_REFUND, answer.reference)
    elif answer is not None and answer.outcome is Outcome.FAILED and current:
        _finish(transition, refund, Action.FAIL_REFUND, answer.reference)
    elif current:
        _wait(transition, refund, answer, call)
        if not_found:
            movements.cover_owed(transition, transition.order_book.payment(refund.payment_id), looked_up=refund)


def _note_answer(attempt: RefundAttempt, answer: Answer, *, lost: bool = False) -> None:
    attempt.outcome = "UNKNOWN" if lost else answer.outcome
    attempt.gateway_reference = answer.reference
    attempt.message = answer.message


def _wait(transition: Transition, refund: Refund, answer: Answer | None, call: Call) -> None:
    """The answer was not definite: come back later, to ask again if it was accepted, else to look it up."""
    if answer is not None:
        refund.external_reference = answer.reference or refund.id  # a gateway without names of its own knows our key
        refund.due_at = transition.now + checked_after(call.attempt)
    elif refund.external_reference:
        refund.due_at = transition.now + checked_after(call.attempt)
    else:
        transition.take(Action.LOSE_REFUND, refund)
        refund.due_at = transition.now + (checked_after if call.disputed else pause)(call.attempt)


def apply_report(transition: Transition, due: Due, report: GatewayReport) -> bool:
    """Apply what a gateway reports by itself, in any order and any number of times; whether it changed anything.

    A report is about this refund if it names the credit that stands, whichever retry made that credit, or the retry
    that is under way. Any other, one older than what is known, and one that contradicts a settlement by hand change
    nothing; `reconcile` shows the last kind.
    """
    refund, answer = transition.order_book.refund(due.id), report.answer
    if not _is_about(report, refund):
        return False
    if refund.status in _OPEN and answer.outcome is Outcome.SUCCEEDED:
        _finish(transition, refund, Action.SUCCEED_REFUND, answer.reference)
    elif refund.status in _OPEN and answer.outcome is Outcome.FAILED:
        _finish(transition, refund, Action.FAIL_REFUND, answer.reference)
    elif refund.status is RefundStatus.SUCCEEDED and answer.outcome is Outcome.FAILED:
        _finish(transition, refund, Action.BOUNCE_REFUND, answer.reference)
    else:
        return False
    if due.attempt_id:
        _note_answer(transition.order_book.changes.known(RefundAttempt, due.attempt_id), answer)
    return True


def _is_about(report: GatewayReport, refund: Refund) -> bool:
    """Whether a report concerns what stands of a refund; of a paid one, the credit decides and not the retry."""
    same_retry = report.retry == refund.retry_count
    same_credit = report.answer.reference == refund.external_reference
    if refund.external_reference is None:
        return same_retry and (same_credit or refund.status is not RefundStatus.SUCCEEDED)
    return same_credit or (same_retry and refund.status is not RefundStatus.SUCCEEDED)


def look_up(transition: Transition, due: Due) -> bool:
    """A gateway hints that something happened to a payment: ask about its open refunds now.

    A refund that is being sent right now is left to the call that is under way.
    """
    refund = transition.order_book.refund(due.id)
    if refund.status is not RefundStatus.UNKNOWN and not refund.external_reference:
        return False
    refund.due_at = transition.now
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


def _finish(transition: Transition, refund: Refund, action: Action, reference: str | None) -> None:
    transition.take(action, refund)
    refund.due_at = None
    refund.external_reference = reference
    if refund.status is RefundStatus.FAILED:
        movements.cover_owed(transition, transition.order_book.payment(refund.payment_id))


def _refund(transition: Transition, input: RefundInput) -> Refund:
    refund = transition.order_book.refund(input.refund_id)
    expect_version(refund, input.expected_version)
    return refund
