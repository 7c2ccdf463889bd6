"""What a gateway tells of a dispute, late, twice or in any order, becomes a dispute of the order's payment."""

from domain.actions import Action
from domain.facts import DisputeFacts
from domain.words import UNDECIDED_DISPUTES, DisputeStatus
from gateways.payments.port import ShownDispute
from models import Dispute, Payment
from models.ids import new_id
from services.acts.refunds import Due
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


def record_dispute(transition: Transition, due: Due, shown: ShownDispute) -> tuple[str, bool]:
    """Record what a gateway tells of a dispute; the payment's id, and whether it is news.

    `due` is the payment, or the dispute that is known. News that is older than what is known, and news against a
    decision of the bank that is known, change nothing.
    """
    order_book = transition.order_book
    known = next((row for row in order_book.disputes if due.id == row.id), None)
    payment = order_book.payment(known.payment_id if known else due.id)
    known = known or next((row for row in order_book.disputes if _is_about(row, payment, shown)), None)
    if known is None:
        _open(transition, payment, shown)
    elif not _move(transition, known, shown):
        return payment.id, False
    disputed = any(row.status in UNDECIDED_DISPUTES for row in order_book.disputes)
    if order_book.order.disputed != disputed:
        order_book.order.disputed = disputed
    return payment.id, True


def _is_about(row: Dispute, payment: Payment, shown: ShownDispute) -> bool:
    return row.payment_id == payment.id and row.reference == shown.reference


def _open(transition: Transition, payment: Payment, shown: ShownDispute) -> None:
    order_book, now = transition.order_book, transition.now
    reason = "".join(filter(str.isprintable, shown.reason or ""))[:LONGEST_REASON] or None
    dispute = order_book.changes.insert(
        Dispute,
        id=new_id("dispute"),
        order_id=order_book.order.id,
        payment_id=payment.id,
        status=shown.status,
        reference=shown.reference,
        currency=shown.currency,
        amount_minor=shown.amount_minor,
        reason=reason,
        opened_at=min(shown.opened_at, now),
        evidence_due_at=shown.evidence_due_at,
        shown_at=shown.shown_at or now,
        created_at=now,
        updated_at=now,
    )
    order_book.disputes.append(dispute)
    transition.open(_BECOMES[shown.status], dispute, DisputeFacts(None), target=shown.status)


def _move(transition: Transition, dispute: Dispute, shown: ShownDispute) -> bool:
    shown_at = shown.shown_at or transition.now
    newer = shown_at > dispute.shown_at
    changed = (shown.amount_minor, shown.evidence_due_at) != (dispute.amount_minor, dispute.evidence_due_at)
    further = _RANK[shown.status] > _RANK[dispute.status]
    same = shown.status is dispute.status and dispute.status in UNDECIDED_DISPUTES
    if not further and not (newer and changed and same):
        return False
    if newer:
        dispute.shown_at = shown_at
        dispute.amount_minor, dispute.evidence_due_at = shown.amount_minor, shown.evidence_due_at
    if further:
        transition.take(_BECOMES[shown.status], dispute, target=shown.status)
    else:
        transition.take(Action.UPDATE_DISPUTE, dispute)
    return True
