"""What a gateway tells of a dispute, late, twice or in any order, becomes a dispute of the order's payment."""

from domain.facts import DisputeFacts
from domain.words import Action, DisputeStatus
from gateways.payments.port import ShownDispute
from models import Dispute, Payment
from models.ids import new_id
from services.acts.refunds import Due
from services.disputes import UNDECIDED
from services.transition import Transition

LONGEST_REASON = 80
"""Characters of a reason, as its column has them."""
_RANK = {DisputeStatus.INQUIRY: 0, DisputeStatus.OPEN: 1, DisputeStatus.WON: 2, DisputeStatus.LOST: 2}
_BECOMES = {
    DisputeStatus.INQUIRY: Action.OPEN_DISPUTE,
    DisputeStatus.OPEN: Action.OPEN_DISPUTE,
    DisputeStatus.WON: Action.WIN_DISPUTE,
    DisputeStatus.LOST: Action.LOSE_DISPUTE,
}


def record_dispute(transition: Transition, due: Due, told: ShownDispute) -> tuple[str, bool]:
    """Record what a gateway tells of a dispute; the payment's id, and whether it is news.

    `due` is the payment, or the dispute that is known. News that is older than what is known, and news against a
    decision of the bank that is known, change nothing.
    """
    order_book = transition.order_book
    known = next((row for row in order_book.disputes if due.id == row.id), None)
    payment = order_book.payment(known.payment_id if known else due.id)
    known = known or next((row for row in order_book.disputes if _is_about(row, payment, told)), None)
    if known is None:
        _open(transition, payment, told)
    elif not _move(transition, known, told):
        return payment.id, False
    disputed = any(row.status in UNDECIDED for row in order_book.disputes)
    if order_book.order.disputed != disputed:
        order_book.order.disputed = disputed
    return payment.id, True


def _is_about(row: Dispute, payment: Payment, told: ShownDispute) -> bool:
    return row.payment_id == payment.id and row.reference == told.reference


def _open(transition: Transition, payment: Payment, told: ShownDispute) -> None:
    order_book, now = transition.order_book, transition.now
    reason = None if told.reason is None else told.reason[:LONGEST_REASON]
    dispute = order_book.changes.insert(
        Dispute,
        id=new_id("dispute"),
        order_id=order_book.order.id,
        payment_id=payment.id,
        status=told.status,
        reference=told.reference,
        currency=told.currency,
        amount_minor=told.amount_minor,
        reason=reason,
        opened_at=min(told.opened_at, now),
        evidence_due_at=told.evidence_due_at,
        told_at=told.told_at or now,
        created_at=now,
        updated_at=now,
    )
    order_book.disputes.append(dispute)
    transition.open(_BECOMES[told.status], dispute, DisputeFacts(None), target=told.status)


def _move(transition: Transition, dispute: Dispute, told: ShownDispute) -> bool:
    told_at = told.told_at or transition.now
    newer = told_at > dispute.told_at
    changed = (told.amount_minor, told.evidence_due_at) != (dispute.amount_minor, dispute.evidence_due_at)
    further = _RANK[told.status] > _RANK[dispute.status]
    if not further and not (newer and changed and told.status is dispute.status and dispute.status in UNDECIDED):
        return False
    if newer:
        dispute.told_at = told_at
        dispute.amount_minor, dispute.evidence_due_at = told.amount_minor, told.evidence_due_at
    if further:
        transition.take(_BECOMES[told.status], dispute, target=told.status)
    else:
        transition.take(Action.UPDATE_DISPUTE, dispute)
    return True
