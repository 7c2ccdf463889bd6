"""Disputes of payments: what an open one stops, and what goes on once it has ended."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.actions import Action, Effect
from domain.facts import SYSTEM
from domain.lifecycle import Edge
from domain.words import PAID_REFUNDS, RefundStatus
from models import Dispute, Refund
from services.inputs import Given
from services.writer import Writer

if TYPE_CHECKING:
    from services.transition import Transition

_LOOKED_AT = (RefundStatus.PENDING, RefundStatus.UNKNOWN)


def block_if_disputed(transition: "Transition", refund: Refund) -> bool:
    """Stop a refund if its payment is disputed and it is not stopped yet; whether its payment is disputed."""
    disputed = transition.order_book.is_disputed(refund.payment_id)
    if disputed and not refund.disputed and refund.status not in PAID_REFUNDS:
        transition.take(Action.BLOCK_REFUND, refund, actor=SYSTEM)
    return disputed


def block_refund(_transition: "Transition", refund: Refund, _edge: Edge, _given: Given) -> None:
    """Nothing of it is sent. What the gateway may know of it is still looked up."""
    refund.disputed = True
    if refund.status is RefundStatus.PENDING:
        refund.due_at = None


def unblock_refund(transition: "Transition", refund: Refund, _edge: Edge, _given: Given) -> None:
    """It goes on now."""
    refund.disputed = False
    if refund.status in _LOOKED_AT:
        refund.due_at = transition.now


def block_refunds(transition: "Transition", dispute: Dispute, _edge: Edge, _given: Given) -> None:
    """Stop what is owed to the payment."""
    for refund in _refunds_of(transition, dispute):
        block_if_disputed(transition, refund)


def unblock_refunds(transition: "Transition", dispute: Dispute, _edge: Edge, _given: Given) -> None:
    """Let go on what is owed to the payment, unless another dispute of it is open."""
    dispute.closed_at = transition.now
    if not transition.order_book.is_disputed(dispute.payment_id):
        for refund in _refunds_of(transition, dispute):
            if refund.disputed:
                transition.take(Action.UNBLOCK_REFUND, refund, actor=SYSTEM)


def _refunds_of(transition: "Transition", dispute: Dispute) -> list[Refund]:
    return [refund for refund in transition.order_book.refunds if refund.payment_id == dispute.payment_id]


OF_DISPUTES: Mapping[Effect, Writer[Dispute]] = {
    Effect.BLOCK_REFUNDS: block_refunds,
    Effect.UNBLOCK_REFUNDS: unblock_refunds,
}
