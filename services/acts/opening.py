"""The rows of a request that is to be opened. The act that inserts them takes the edge that opens it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.errors import Blocker, Refused
from domain.law import Basis
from domain.refusals import Refusal
from domain.returns import Json
from domain.withdrawal import terms_on
from domain.words import RequestStatus, Role, TransactionType, WaitingOn
from models import CancellationRequest, OrderItem, RequestItem, SellerOrder
from models.base import ColumnValue
from models.ids import new_id
from services.order_book import OrderBook
from services.transition import Transition


class RequestedUnits(NamedTuple):
    """Some units of one item that a request is to hold, with the ids of the reason and of its present label."""

    item: OrderItem
    quantity: int
    reason_id: str
    reason_label_id: int
    note: str | None


class Origin(NamedTuple):
    """Where a request comes from: what a successor has in common with the first one."""

    submission_id: str
    opened_by: Role
    accepted_policy_id: str | None
    predecessor_id: str | None = None
    submitted_at: datetime | None = None
    basis: Basis = Basis.VOLUNTARY
    withdrawal_id: str | None = None


def insert_request(
    transition: Transition,
    transaction: TransactionType,
    lines: Sequence[RequestedUnits],
    origin: Origin,
    *,
    status: RequestStatus = RequestStatus.WAITING,
    after: CancellationRequest | None = None,
) -> CancellationRequest:
    """Put a request for units of one seller's part into the order book, with its lines.

    It keeps the terms of the request `after` which it comes if that is of its type, and otherwise has those of now for
    its first line.
    """
    order_book, part = transition.order_book, lines[0].item
    request = _insert(
        transition,
        status,
        origin,
        transaction=transaction,
        seller_order_id=part.seller_order_id,
        seller_id=part.seller_id,
        **_frozen(order_book, transaction, part, after, origin.basis),
    )
    for position, line in enumerate(lines, 1):
        row = order_book.changes.insert(
            RequestItem,
            id=new_id("line"),
            request_id=request.id,
            order_item_id=line.item.id,
            seller_id=line.item.seller_id,
            position=position,
            quantity=line.quantity,
            reason_id=line.reason_id,
            reason_label_id=line.reason_label_id,
            note=line.note,
        )
        order_book.request_items.append(row)
    return request


def insert_without_units(
    transition: Transition, part: SellerOrder, origin: Origin, *, status: RequestStatus
) -> CancellationRequest:
    """Put a request for money alone into the order book: an allowance of one seller's part."""
    return _insert(
        transition,
        status,
        origin,
        transaction=TransactionType.REFUND,
        seller_order_id=part.id,
        seller_id=part.seller_id,
        allowance=True,
    )


def _insert(
    transition: Transition, status: RequestStatus, origin: Origin, **columns: ColumnValue
) -> CancellationRequest:
    order_book = transition.order_book
    request = order_book.changes.insert(
        CancellationRequest,
        id=new_id("request"),
        status=status,
        waiting_on=WaitingOn.NONE,
        order_id=order_book.order.id,
        customer_id=order_book.order.customer_id,
        created_at=transition.now,
        updated_at=transition.now,
        **{"allowance": False, **columns},
        **origin._asdict(),
    )
    order_book.requests.append(request)
    return request


def expect_terms(transition: Transition, version: int | None) -> None:
    """Refuse a request that was shown other terms than those in force: 0 stands for none."""
    order_book, rulebook = transition.order_book, transition.order_book.rulebook
    number = rulebook.number if rulebook else 0
    if version not in (None, number):
        message = (
            f"Version {number} of the terms is in force now: preview again and send `termsVersion: {number}`."
            if number
            else "No terms are in force now: preview again and send `termsVersion: 0`."
        )
        raise Refused((Blocker(Refusal.POLICY_OUTDATED, message, ("termsVersion",)),), order_book.policy.id)


def rule_for(
    order_book: OrderBook, transaction: TransactionType, item: OrderItem, basis: Basis = Basis.VOLUNTARY
) -> str | None:
    """The name of the rule whose terms a request for an item would freeze; None if it would freeze none."""
    terms = order_book.terms_for(item, basis)
    if terms is None or (transaction is TransactionType.CANCEL and terms.cancellation is None):
        return None
    return terms.rule


def _frozen(
    order_book: OrderBook,
    transaction: TransactionType,
    item: OrderItem,
    after: CancellationRequest | None,
    basis: Basis,
) -> Mapping[str, Mapping[str, Json] | None]:
    """What a request keeps of the terms: of the request `after` which it comes, if both are of one type, or of now."""
    canceled = transaction is TransactionType.CANCEL
    if after is not None and after.transaction is transaction:
        return {"cancel_terms": after.cancel_terms} if canceled else {"return_terms": after.return_terms}
    terms = terms_on(basis, order_book.terms_for(item, basis))
    if terms is None:
        return {}
    return {"cancel_terms": terms.frozen_cancellation()} if canceled else {"return_terms": terms.to_json()}
