"""What a decision has left of a request goes on in a request of its own, its successor."""

from collections.abc import Mapping
from datetime import datetime

from domain.facts import SYSTEM, ItemChoice
from domain.lifecycle import Edge, decide
from domain.words import Action, Subject, TransactionType
from models import CancellationRequest, RequestItem
from services import facts
from services.acts.opening import Origin, RequestedUnits, insert_request
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
    order_book, kind = transition.order_book, transaction or request.transaction
    lines = [line for line in order_book.items_of(request) if line.order_item_id in units]
    for line in lines:
        if line.open:
            line.open = False
    edges = [_decide(transition, line, units[line.order_item_id], kind) for line in lines]
    origin = Origin(
        request.submission_id,
        request.opened_by,
        request.accepted_policy_id,
        request.id,
        request.submitted_at or request.created_at,
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
    successor = insert_request(transition, kind, requested, origin)
    successor.due_at, successor.escalated_at = due_at, escalated_at
    transition.follow(edges[0], successor, SYSTEM)
    return successor


def _decide(transition: Transition, line: RequestItem, quantity: int, transaction: TransactionType) -> Edge:
    world = facts.item_facts(transition.order_book, transition.order_book.item(line.order_item_id), transition.now)
    return decide(
        Subject.REQUEST,
        Action.OPEN_SUCCESSOR,
        SYSTEM.role,
        world,
        input=ItemChoice(quantity),
        transaction=transaction,
    )
