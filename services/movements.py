"""What went back to a payment outside of Retour, and which refunds it has paid.

A movement that becomes known at a gateway pays the refunds that are owed to its payment and have not been sent, the
oldest first. The last one may get less than it is about: the difference is what the plan falls short of, and the owner
names the movement that pays it. What is left of a movement lowers what is left of its payment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actions import Action
from domain.facts import SYSTEM, RefundFacts, Settlement
from domain.lifecycle import Edge
from domain.words import MovementKind, RefundStatus
from models import CancellationPlan, ExternalMovement, Payment, Refund, SettledReference
from models.ids import new_id
from services.inputs import Given

if TYPE_CHECKING:
    from services.transition import Transition

LARGEST_MINOR = 2**53
"""Minor units of a movement that can be counted."""
_OWED = (RefundStatus.PENDING, RefundStatus.FAILED)


@dataclass(frozen=True, slots=True)
class ShownMovement:
    """Money that went back to a payment, as its gateway shows it; `at` is None if the time is not known."""

    reference: str
    amount_minor: int
    at: datetime | None = None
    kind: MovementKind = MovementKind.REFUND


def record(transition: "Transition", payment: Payment, moved: ShownMovement) -> ExternalMovement:
    """Put a movement into the order book; nothing is paid by it yet."""
    order_book = transition.order_book
    movement = order_book.changes.insert(
        ExternalMovement,
        id=new_id("movement"),
        order_id=order_book.order.id,
        payment_id=payment.id,
        kind=moved.kind,
        provider=payment.provider,
        reference=moved.reference,
        currency=payment.currency,
        amount_minor=moved.amount_minor,
        covered_minor=0,
        at=min(moved.at or transition.now, transition.now),
        recorded_at=transition.now,
    )
    order_book.movements.append(movement)
    payment.external_minor += moved.amount_minor
    order_book.order.external_minor += moved.amount_minor
    return movement


def cover_owed(transition: "Transition", payment: Payment, *, looked_up: Refund | None = None) -> None:
    """Let what is left of the movements of a payment pay what was owed to it when they became known.

    A refund in doubt is owed only if it was `looked_up` and not found.
    """
    order_book = transition.order_book
    for movement in [row for row in order_book.movements if row.payment_id == payment.id and row.left_minor]:
        owed = [row for row in order_book.refunds if row.payment_id == payment.id and _may_pay(movement, row)]
        for refund in owed:
            if refund.status in _OWED or (refund is looked_up and refund.status is RefundStatus.UNKNOWN):
                _cover(transition, movement, refund)


def is_covered(transition: "Transition", refund: Refund) -> bool:
    """Whether a refund in doubt is to be paid by a movement rather than sent again, once it was not found."""
    return refund.status is RefundStatus.UNKNOWN and any(
        row.left_minor and row.payment_id == refund.payment_id and _may_pay(row, refund)
        for row in transition.order_book.movements
    )


def note_reference(transition: "Transition", provider: str, reference: str) -> None:
    """Note that the order is settled with a reference that no gateway has shown: no other order may be."""
    order_book = transition.order_book
    if order_book.movement(reference) is None and provider not in order_book.settled:
        order_book.settled.add(provider)
        order_book.changes.insert(
            SettledReference, provider=provider, reference=reference, order_id=order_book.order.id
        )


def attach(transition: "Transition", movement: ExternalMovement, refund: Refund) -> None:
    """The movement is this refund, or has paid it: it counts there, and no longer by itself."""
    part = min(movement.left_minor, refund.amount_minor)
    refund.movement_id = movement.id
    movement.covered_minor += part
    transition.order_book.payment(movement.payment_id).external_minor -= part
    transition.order_book.order.external_minor -= part


def cover_shortfall(transition: "Transition", plan: CancellationPlan, _edge: Edge, given: Given) -> None:
    """Let the movement that the owner names pay what it can of a plan's shortfall.

    If no gateway has shown it yet, it is attached later.
    """
    assert isinstance(given, Settlement)
    order_book, reference = transition.order_book, given.reference or ""
    movement = order_book.movement(reference)
    payments = [row for row in order_book.payments if movement is None or row.id == movement.payment_id]
    payment = max(payments, key=lambda row: row.captured_minor - row.allocated_minor)
    most = plan.shortfall_minor if movement is None else min(plan.shortfall_minor, movement.left_minor)
    amount = min(most, payment.captured_minor - payment.allocated_minor)
    if amount <= 0:
        return
    plan.shortfall_minor -= amount
    note_reference(transition, payment.provider, reference)
    payment.allocated_minor += amount
    refund = order_book.changes.insert(
        Refund,
        id=new_id("refund"),
        plan_id=plan.id,
        payment_id=payment.id,
        order_id=order_book.order.id,
        status=RefundStatus.SETTLED_MANUALLY,
        currency=plan.currency,
        amount_minor=amount,
        disputed=False,
        external_reference=reference,
        created_at=transition.now,
        updated_at=transition.now,
    )
    order_book.refunds.append(refund)
    if movement is not None:
        attach(transition, movement, refund)
    transition.open(Action.COVER_REFUND, refund, RefundFacts(None), actor=SYSTEM)


def _may_pay(movement: ExternalMovement, refund: Refund) -> bool:
    """Whether a refund was owed already when the movement became known: later ones are about what is left."""
    return movement.recorded_at is not None and refund.created_at <= movement.recorded_at


def _cover(transition: "Transition", movement: ExternalMovement, refund: Refund) -> None:
    """Pay one refund; what the movement lacks, its plan falls short of, even if it is complete: the refund bounced."""
    plan = transition.order_book.plan(refund.plan_id)
    short = max(0, refund.amount_minor - movement.left_minor)
    if not movement.left_minor:
        return
    if short:
        refund.amount_minor -= short
        transition.order_book.payment(refund.payment_id).allocated_minor -= short
        plan.shortfall_minor += short
    attach(transition, movement, refund)
    refund.external_reference = movement.reference
    refund.due_at = None
    transition.take(Action.COVER_REFUND, refund, actor=SYSTEM)
