"""What a decision has left of a request goes on in a request of its own, its successor."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.actions import Action
from domain.facts import SYSTEM, ItemChoice
from domain.lifecycle import Edge, decide
from domain.returns import ReturnTerms
from domain.words import RequestStatus, ReturnStatus, Subject, TransactionType
from models import CancellationRequest, RequestItem
from services import facts
from services.acts.opening import Origin, RequestedUnits, insert_request
from services.goods import open_shipment
from services.order_book import terms_of
from services.transition import Transition


def open_successor(
    transition: Transition,
    request: CancellationRequest,
    units: Mapping[str, int],
    *,
    due_at: datetime | None,
    escalated_at: datetime | None = None,
    transaction: TransactionType | None = None,
) -> CancellationRequest:
    """Open a request that goes on with units of another, by the ids of their items; each at least one.

    What decided on the first request has released the units before. An item is in one open request only, so the first
    request's lines of these items are closed here. The party that is to decide has until `due_at`, as before, or the
    full time if it is None; it is the owner if the first request had been handed to it at `escalated_at`. Without a
    `transaction` it stays that of the request. Raises `Refused` if the units are not free.
    """
    kind = transaction or request.transaction
    successor, edge = _insert_after(transition, request, units, kind, RequestStatus.WAITING)
    successor.due_at, successor.escalated_at = due_at, escalated_at
    transition.follow(edge, successor, SYSTEM)
    return successor


def go_on_with_missing(
    transition: Transition, request: CancellationRequest, units: Mapping[str, int]
) -> CancellationRequest:
    """Let units that have not arrived go on in an approved return of their own, with its own plan and shipment.

    The receipt of the others has freed them before. They are as far on their way as the others were said to be, and
    pay no fee twice that was asked once for all of them.
    """
    terms = terms_of(request)
    if terms:
        terms = replace(terms, fees=tuple(fee for fee in terms.fees if fee.percent is not None))
    return go_on_approved(transition, request, units, terms)


def go_on_approved(
    transition: Transition, request: CancellationRequest, units: Mapping[str, int], terms: ReturnTerms | None
) -> CancellationRequest:
    """Let free units of an approved return go on in another one on these terms, with a plan and shipment of its own."""
    shipment = transition.order_book.shipment_of(request)
    assert shipment is not None, request.id
    successor, edge = _insert_after(transition, request, units, request.transaction, RequestStatus.APPROVED)
    if terms:
        successor.return_terms = terms.to_json()
    transition.follow(edge, successor, SYSTEM)
    status = ReturnStatus.IN_TRANSIT if shipment.sent_at else ReturnStatus.AWAITING
    open_shipment(transition, successor, kind=shipment.kind, status=status, after=shipment)
    return successor


def _insert_after(
    transition: Transition,
    request: CancellationRequest,
    units: Mapping[str, int],
    kind: TransactionType,
    status: RequestStatus,
) -> tuple[CancellationRequest, Edge]:
    """Put a request for units of another into the order book, and say by which edge it opens."""
    order_book = transition.order_book
    lines = [line for line in order_book.items_of(request) if line.order_item_id in units]
    for line in lines:
        if line.open:
            line.open = False
    edges = [_decide(transition, line, units[line.order_item_id], kind, status) for line in lines]
    origin = Origin(
        request.submission_id,
        request.opened_by,
        request.accepted_policy_id,
        request.id,
        request.submitted_at or request.created_at,
        request.basis,
        request.withdrawal_id,
    )
    requested = [
        RequestedUnits(
            order_book.item(line.order_item_id),
            units[line.order_item_id],
            line.reason_id,
            line.reason_label_id,
            line.note,
        )
        for line in lines
    ]
    return insert_request(transition, kind, requested, origin, status=status, after=request), edges[0]


def _decide(
    transition: Transition, line: RequestItem, quantity: int, transaction: TransactionType, status: RequestStatus
) -> Edge:
    order_book = transition.order_book
    item = order_book.item(line.order_item_id)
    world = facts.item_facts(order_book, item, transition.now, transition.terms.calendar)
    return decide(
        Subject.REQUEST,
        Action.OPEN_SUCCESSOR,
        SYSTEM.role,
        world,
        input=ItemChoice(quantity),
        transaction=transaction,
        target=status,
    )
