"""The goods of returns: how a return shipment is opened, and what its edges write besides its status."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actions import Action, Effect
from domain.facts import SYSTEM, Arrived, Decision, Grade, Inspection, Loss, Proof, Receipt, ReturnFacts
from domain.law import Basis
from domain.lifecycle import Edge
from domain.returns import Json, ReturnTerms
from domain.texts import is_blank
from domain.words import (
    Bearer,
    Disposition,
    GoodsCondition,
    PackageStatus,
    ReturnKind,
    ReturnMethod,
    ReturnStatus,
    TermsDeadline,
    TransactionType,
)
from models import (
    CancellationPlan,
    CancellationRequest,
    OrderItem,
    Package,
    RequestItem,
    ReturnLine,
    ReturnShipment,
)
from models.ids import new_id
from services import charges, labels
from services.facts import ungraded_units
from services.inputs import Given
from services.order_book import OrderBook, accepted_units, terms_of
from services.working_days import days_after
from services.writer import Writer

if TYPE_CHECKING:
    from services.transition import Transition


NOT_RETURNED = "Something else came back, or nothing that can be taken back."
"""What the customer reads of a return of which no unit is paid back if nobody has said why."""
_BEGINS = {ReturnStatus.IN_TRANSIT: TermsDeadline.TRANSIT, ReturnStatus.RECEIVED: TermsDeadline.INSPECTION}
"""The deadline that begins with a status."""
_UNDER_WAY_AGAIN = frozenset({ReturnStatus.RECEIVED, ReturnStatus.INSPECTED})


def open_shipment(
    transition: "Transition",
    request: CancellationRequest,
    *,
    kind: ReturnKind,
    status: ReturnStatus,
    action: Action = Action.OPEN_RETURN,
    after: ReturnShipment | None = None,
    lines: Sequence[RequestItem] | None = None,
) -> ReturnShipment:
    """Put the return shipment of a request's accepted units into the order book and take the edge that opens it.

    `lines` are those whose goods are to come back if not all are; of a customer they are those that the customer has.
    One that goes on with what has not arrived has the deadline and the proof of the one `after` which it comes.
    """
    order_book, terms = transition.order_book, terms_of(request)
    shipment = order_book.changes.insert(
        ReturnShipment,
        id=new_id("return"),
        kind=kind,
        method=terms.method if terms else ReturnMethod.MAIL,
        status=status,
        order_id=order_book.order.id,
        seller_id=request.seller_id,
        request_id=request.id,
        tracking_number=after.tracking_number if after else None,
        drop_off=after.drop_off if after else None,
        ship_by=after.ship_by if after else None,
        sent_at=after.sent_at if after else None,
        created_at=transition.now,
        updated_at=transition.now,
    )
    order_book.returns.append(shipment)
    here = action is Action.RECEIVE_UNANNOUNCED
    if lines is None:
        all_there = here or kind is ReturnKind.TO_SENDER
        accepted = [line for line in order_book.items_of(request) if accepted_units(line)]
        lines = [line for line in accepted if all_there or order_book.goods_with_customer(line)]
    for position, line in enumerate(lines, 1):
        row = order_book.changes.insert(
            ReturnLine,
            id=new_id("returnline"),
            shipment_id=shipment.id,
            order_item_id=line.order_item_id,
            seller_id=request.seller_id,
            position=position,
            expected=accepted_units(line),
            received=accepted_units(line) if here else 0,
            grades=[],
        )
        order_book.return_lines.append(row)
    facts = ReturnFacts(None, sent=status is not ReturnStatus.AWAITING)
    actor = transition.actor if here else SYSTEM
    transition.open(action, shipment, facts, actor=actor, target=status)
    return shipment


def start_shipping(transition: "Transition", package: Package) -> None:
    """The time to send goods back begins when the package that they are in has arrived."""
    order_book = transition.order_book
    for shipment in order_book.returns:
        if shipment.status is ReturnStatus.AWAITING and shipment.ship_by is None:
            request = order_book.request(shipment.request_id)
            if order_book.packages_of(request) == {PackageStatus.DELIVERED}:
                _set_ship_by(transition, shipment, request)
                if request.due_at != shipment.ship_by and _plan(order_book, shipment).held:
                    request.due_at = shipment.ship_by


def stamp_return(transition: "Transition", shipment: ReturnShipment, edge: Edge, _given: Given) -> None:
    """The moment of the new status, and the deadline that begins with it."""
    request = transition.order_book.request(shipment.request_id)
    now, status = transition.now, edge.target
    if status is ReturnStatus.AWAITING:
        if shipment.ship_by or transition.order_book.packages_of(request) == {PackageStatus.DELIVERED}:
            _set_ship_by(transition, shipment, request)
        return
    assert isinstance(status, ReturnStatus)
    terms = terms_of(request)
    deadline = _BEGINS.get(status) if terms else None
    checked = edge.source is edge.target and status is ReturnStatus.IN_TRANSIT
    if not checked:
        shipment.due_at = last_moment(transition, terms, deadline, now) if terms and deadline else None
    if status is ReturnStatus.IN_TRANSIT:
        shipment.sent_at = shipment.sent_at or now
    elif status is ReturnStatus.RECEIVED:
        shipment.received_at = now
    elif status is ReturnStatus.INSPECTED:
        shipment.inspected_at = now
    ended = deadline is None and status is not ReturnStatus.INSPECTED
    if ended or shipment.ended_at is not None:
        shipment.ended_at = now if ended else None


def _set_ship_by(transition: "Transition", shipment: ReturnShipment, request: CancellationRequest) -> None:
    """The last moment to send the goods, unless they have one already, and that at which the return expires, if it
    does.
    """
    terms = terms_of(request)
    if terms:
        shipment.ship_by = shipment.ship_by or last_moment(transition, terms, TermsDeadline.SHIP_BY, transition.now)
        expires = request.basis is not Basis.STATUTORY
        grace = last_moment(transition, terms, TermsDeadline.GRACE, shipment.ship_by)
        shipment.due_at = grace if expires else None


def last_moment(transition: "Transition", terms: ReturnTerms, deadline: TermsDeadline, start: datetime) -> datetime:
    """When a deadline is that begins at a moment."""
    counted = days_after(terms.place_of(deadline))
    return transition.terms.calendar.last_moment(start, terms.days_of(deadline), counted)


def stamp_proof(_transition: "Transition", shipment: ReturnShipment, _edge: Edge, given: Given) -> None:
    """What says that the goods were sent; what was known before stays unless something else is given."""
    if isinstance(given, Proof):
        if not is_blank(given.tracking_number):
            shipment.tracking_number = given.tracking_number
        if not is_blank(given.drop_off):
            shipment.drop_off = given.drop_off


def count_arrived(transition: "Transition", shipment: ReturnShipment, edge: Edge, given: Given) -> None:
    """Count what has arrived. While the money is held, all else leaves the return; the act lets it go on."""
    order_book, plan = transition.order_book, _plan(transition.order_book, shipment)
    arrived = {part.item: part for part in given.by_item} if isinstance(given, Receipt) else {}
    everything = not isinstance(given, Receipt) or given.arrived is None
    gone: dict[str, int] = {}
    for line in order_book.lines_in(shipment):
        to_come = line.missing if edge.source in _UNDER_WAY_AGAIN else line.expected
        part = Arrived(line.order_item_id, to_come if everything else 0)
        part = arrived.get(line.order_item_id, part)
        missing = to_come - part.received - part.wrong
        line.received += part.received
        line.wrong += part.wrong
        line.missing = 0 if plan.held else missing
        if plan.held:
            line.expected -= missing
            gone[line.order_item_id] = part.wrong + missing
    _let_go(transition, shipment, gone)


def grade_units(transition: "Transition", shipment: ReturnShipment, _edge: Edge, given: Given) -> None:
    """Note how the units came back. While the money is held, what is not paid back leaves the return."""
    order_book, plan = transition.order_book, _plan(transition.order_book, shipment)
    ungraded = ungraded_units(order_book, shipment)
    grades = given.by_item if isinstance(given, Inspection) else tuple(map(as_new, ungraded.items()))
    gone: dict[str, int] = {}
    for line in order_book.lines_in(shipment):
        new = [grade for grade in grades if grade.item == line.order_item_id and grade.quantity]
        if new:
            line.grades = [*line.grades, *map(_stored, new)]
        gone[line.order_item_id] = sum(grade.quantity for grade in new if not grade.is_paid_back)
    if plan.held:
        charges.deduct(order_book, plan, grades, transition.actor.role)
        _let_go(transition, shipment, gone)


def as_new(units: tuple[str, int]) -> Grade:
    """The grade of units that nobody has looked at in time."""
    item, quantity = units
    return Grade(item, quantity, GoodsCondition.AS_NEW, Disposition.RESTOCK)


def _stored(grade: Grade) -> dict[str, Json]:
    return {
        "quantity": grade.quantity,
        "condition": str(grade.condition),
        "disposition": str(grade.disposition),
        "deductionMinor": grade.deduction_minor,
        "reason": grade.reason,
    }


def _let_go(transition: "Transition", shipment: ReturnShipment, gone: Mapping[str, int]) -> None:
    """Units leave a return whose money is held: they are free again, and its plan is quoted without them."""
    order_book, plan = transition.order_book, _plan(transition.order_book, shipment)
    if not plan.held:
        return
    request = order_book.request(shipment.request_id)
    for line in order_book.items_of(request):
        if units := gone.get(line.order_item_id):
            hold(order_book.item(line.order_item_id), request, -units)
            line.accepted_quantity = accepted_units(line) - units
    for row in order_book.lines_of(plan):
        if units := gone.get(row.order_item_id):
            row.quantity -= units
    charges.reprice(order_book, plan, request, quote=True)


def hold(item: OrderItem, request: CancellationRequest, quantity: int) -> None:
    """Move units from `active` to where the request's type holds them; a negative quantity moves them back."""
    item.active -= quantity
    if request.transaction is TransactionType.CANCEL:
        item.cancel_held += quantity
    else:
        item.return_held += quantity


def release_if_due(transition: "Transition", shipment: ReturnShipment, edge: Edge, given: Given) -> None:
    """Pay if the goods have come as far as the terms ask; a return of which nothing is left to pay ends here.

    That goods go on by themselves is no proof that they were sent: only a carrier who brings them back is one.
    """
    request = transition.order_book.request(shipment.request_id)
    terms, plan = terms_of(request), _plan(transition.order_book, shipment)
    if not plan.held:
        return
    if not any(accepted_units(line) for line in transition.order_book.items_of(request)):
        reason = _why_nothing(given) or NOT_RETURNED
        transition.take(Action.REJECT_REQUEST, request, actor=SYSTEM, given=Decision(reason=reason))
        return
    unproved = edge.action is Action.OPEN_RETURN and shipment.kind is ReturnKind.BY_CUSTOMER
    assert isinstance(edge.target, ReturnStatus)
    if terms is None or (terms.releases_at(edge.target) and not unproved):
        transition.take(Action.RELEASE_PLAN, plan, actor=SYSTEM)


def _why_nothing(given: Given) -> str | None:
    grades = given.by_item if isinstance(given, Inspection) else ()
    return " ".join(dict.fromkeys(grade.reason for grade in grades if grade.reason))


def release_lost(transition: "Transition", shipment: ReturnShipment, edge: Edge, given: Given) -> None:
    """A loss that somebody else bears is not the customer's; what a carrier was bringing back, it bears."""
    bearer = given.bearer if isinstance(given, Loss) else None
    if bearer is None and shipment.kind is ReturnKind.TO_SENDER:
        bearer = Bearer.CARRIER
    if bearer is not None:
        shipment.loss_bearer = bearer
        release_plan(transition, shipment, edge, given)


def release_plan(transition: "Transition", shipment: ReturnShipment, _edge: Edge, _given: Given) -> None:
    """The money waits no longer."""
    plan = _plan(transition.order_book, shipment)
    if plan.held:
        transition.take(Action.RELEASE_PLAN, plan, actor=SYSTEM)


def expire_held(transition: "Transition", shipment: ReturnShipment, _edge: Edge, _given: Given) -> None:
    """The customer keeps goods that are not sent, and no money goes back; if it has gone already, nothing moves."""
    if _plan(transition.order_book, shipment).held:
        request = transition.order_book.request(shipment.request_id)
        transition.take(Action.EXPIRE_REQUEST, request, actor=SYSTEM)


def _plan(order_book: OrderBook, shipment: ReturnShipment) -> CancellationPlan:
    """The plan of a shipment's request: a return has one before its goods are asked for."""
    plan = order_book.plan_of(order_book.request(shipment.request_id))
    assert plan is not None, shipment.id
    return plan


OF_RETURNS: Mapping[Effect, Writer[ReturnShipment]] = {
    Effect.STAMP_RETURN: stamp_return,
    Effect.STAMP_PROOF: stamp_proof,
    Effect.COUNT_ARRIVED: count_arrived,
    Effect.GRADE_UNITS: grade_units,
    Effect.RELEASE_IF_DUE: release_if_due,
    Effect.RELEASE_LOST: release_lost,
    Effect.RELEASE_PLAN: release_plan,
    Effect.EXPIRE_HELD: expire_held,
    Effect.ORDER_LABEL: labels.order_label,
    Effect.VOID_LABELS: labels.void_labels,
}
