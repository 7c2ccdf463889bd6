"""Withdrawals from a contract: what the law changes of a request, and what is recorded of a statement."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.actions import Action, Effect
from domain.facts import SYSTEM
from domain.law import Basis
from domain.lifecycle import Edge
from domain.withdrawal import Objection, by_law
from domain.words import ReturnKind, ReturnStatus, TermsDeadline, TransactionType
from models import CancellationRequest, ReturnShipment, Withdrawal
from services import charges, goods
from services.inputs import Given
from services.order_book import OrderBook, terms_of
from services.writer import Writer

if TYPE_CHECKING:
    from services.transition import Transition


def change_basis(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """The law decides from now on what the request asks for; money that has gone stays as it went."""
    order_book = transition.order_book
    request.basis = Basis.STATUTORY
    plan = order_book.plan_of(request)
    if request.transaction is TransactionType.CANCEL or (plan is not None and not plan.held):
        return
    item = order_book.item(order_book.items_of(request)[0].order_item_id)
    request.return_terms = by_law(order_book.terms_for(item, Basis.STATUTORY)).to_json()
    if plan is not None:
        charges.drop_fees(order_book, plan)
        charges.reprice(order_book, plan, request, quote=True)
    shipment = order_book.shipment_of(request)
    if shipment is not None and shipment.status is ReturnStatus.AWAITING:
        _extend(transition, request, shipment)


def _extend(transition: "Transition", request: CancellationRequest, shipment: ReturnShipment) -> None:
    """Goods that the customer has yet to send have the time of the law, and never expire."""
    terms = terms_of(request)
    shipment.due_at = None
    if shipment.ship_by is not None and terms is not None:
        last = goods.last_moment(transition, terms, TermsDeadline.SHIP_BY, transition.now)
        shipment.ship_by = max(shipment.ship_by, last)


def release_reached(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """Pay if the goods are here already, or are known to be on their way; a number that was typed proves nothing."""
    order_book = transition.order_book
    plan, shipment, terms = order_book.plan_of(request), order_book.shipment_of(request), terms_of(request)
    if plan is None or not plan.held or shipment is None or terms is None:
        return
    proved = shipment.status is not ReturnStatus.IN_TRANSIT or _is_proved(order_book, shipment)
    if terms.releases_at(shipment.status) and proved:
        transition.take(Action.RELEASE_PLAN, plan, actor=SYSTEM)


def _is_proved(order_book: OrderBook, shipment: ReturnShipment) -> bool:
    scanned = any(label.scanned_at is not None for label in order_book.labels_of(shipment))
    return scanned or shipment.kind is ReturnKind.TO_SENDER


def stamp_objection(_transition: "Transition", request: CancellationRequest, _edge: Edge, given: Given) -> None:
    """The ground, and what was written with it."""
    assert isinstance(given, Objection)
    request.objection, request.objection_note = given.ground, given.note


def stamp_overdue(transition: "Transition", withdrawal: Withdrawal, _edge: Edge, _given: Given) -> None:
    """It is reported once."""
    withdrawal.overdue_at = transition.now


OF_REQUESTS: Mapping[Effect, Writer[CancellationRequest]] = {
    Effect.CHANGE_BASIS: change_basis,
    Effect.RELEASE_REACHED: release_reached,
    Effect.STAMP_OBJECTION: stamp_objection,
}
OF_WITHDRAWALS: Mapping[Effect, Writer[Withdrawal]] = {Effect.STAMP_OVERDUE: stamp_overdue}
