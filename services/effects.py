"""Effect → the rows that it writes. Nothing here decides; what may happen was decided by the edge.

The four dicts at the end say which effects the edges of a subject may have; what packages alone have is in packages.py,
and what the law adds to requests in withdrawals.py.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.actions import Action, Effect
from domain.facts import SYSTEM, Decision, PlanFacts, RefundFacts
from domain.lifecycle import Edge
from domain.texts import is_blank
from domain.words import (
    PAID_REFUNDS,
    SENT,
    UNSENT,
    PlanStatus,
    RefundStatus,
    RefundTrigger,
    RequestStatus,
    ReturnKind,
    ReturnStatus,
    Role,
    TransactionType,
)
from models import CancellationPlan, CancellationRequest, Package, Refund
from models.ids import new_id
from services import charges, disputes, goods, movements, packages, pricing, withdrawals
from services.inputs import Given
from services.order_book import accepted_units, terms_of
from services.writer import Writer

if TYPE_CHECKING:
    from services.transition import Transition


def hold_units(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """Units leave `active` for as long as the request is open."""
    for line in transition.order_book.items_of(request):
        goods.hold(transition.order_book.item(line.order_item_id), request, line.quantity)


def release_units(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """All units that the request still holds go back to `active`."""
    for line in transition.order_book.items_of(request):
        goods.hold(transition.order_book.item(line.order_item_id), request, -accepted_units(line))
        line.open = False


def keep_accepted_units(transition: "Transition", request: CancellationRequest, _edge: Edge, given: Given) -> None:
    """What was not accepted goes back to `active`; the rest stays held, by a cancellation until it is confirmed."""
    decision = given if isinstance(given, Decision) else Decision()
    accepted = None if decision.accepted is None else dict(decision.accepted)
    for line in transition.order_book.items_of(request):
        kept = line.quantity if accepted is None else accepted.get(line.order_item_id, 0)
        line.accepted_quantity = kept
        if kept < line.quantity:
            goods.hold(transition.order_book.item(line.order_item_id), request, kept - line.quantity)
        if not kept or request.transaction is TransactionType.REFUND:
            line.open = False
    if not is_blank(decision.rest_reason):
        request.rest_reason = decision.rest_reason


def cancel_units(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """Held units are canceled, and so is a package that they leave empty."""
    order_book = transition.order_book
    touched = []
    for line in order_book.items_of(request):
        item, quantity = order_book.item(line.order_item_id), accepted_units(line)
        if quantity:
            item.cancel_held -= quantity
            item.canceled += quantity
            line.open = False
            touched.append(item.package_id)
    for package in [order_book.package(id) for id in dict.fromkeys(touched)]:
        left = sum(item.active + item.cancel_held for item in order_book.items if item.package_id == package.id)
        if not left and package.status in UNSENT:
            transition.take(Action.CANCEL_PACKAGE, package, actor=SYSTEM)
    transition.aggregate(request.seller_order_id)


def return_units(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """The units that were accepted are back."""
    for line in transition.order_book.items_of(request):
        item, quantity = transition.order_book.item(line.order_item_id), accepted_units(line)
        item.return_held -= quantity
        item.returned += quantity


def start_return(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """The customer may send the goods from now on."""
    request.return_started_at = transition.now


def open_plan(transition: "Transition", request: CancellationRequest, edge: Edge, given: Given) -> None:
    """A plan that waits to be confirmed: by itself, or by the seller if one of its packages has been shipped."""
    packages = transition.order_book.packages_of(request)
    status = PlanStatus.WAITING if packages.isdisjoint(SENT) else PlanStatus.CONFIRMATION_WAITING
    due_at = transition.now + transition.terms.confirm_after if status is PlanStatus.WAITING else None
    plan = charges.open_plan(
        transition.order_book,
        request,
        status,
        now=transition.now,
        due_at=due_at,
        created_by=transition.actor.role,
        decided=_decided(transition, given),
    )
    transition.open(edge.action, plan, PlanFacts(None, plan.transaction, packages), target=status)


def open_approved_plan(transition: "Transition", request: CancellationRequest, edge: Edge, given: Given) -> None:
    """The plan of a return that was agreed to. Its money waits for goods that are asked for, or already under way."""
    terms = terms_of(request)
    waits = terms is not None and terms.trigger is not RefundTrigger.ON_CONFIRM
    under_way = edge.action in (Action.OPEN_SUCCESSOR, Action.RECEIVE_UNANNOUNCED)
    held = waits and (under_way or charges.kind_of_return(transition.order_book, request) is not None)
    plan = charges.open_plan(
        transition.order_book,
        request,
        PlanStatus.APPROVED,
        now=transition.now,
        created_by=SYSTEM.role,
        held=held,
        decided=_decided(transition, given),
    )
    transition.open(edge.action, plan, PlanFacts(None, plan.transaction), actor=SYSTEM)


def _decided(transition: "Transition", given: Given) -> charges.Decided | None:
    """What the decision that opens a plan adds to it, or keeps."""
    asked = given.adjustments if isinstance(given, Decision) else ()
    return charges.Decided(asked, transition.actor.role) if asked else None


def open_shipment(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """Ask for the goods: of the customer, or of the carrier who could not deliver them."""
    kind = charges.kind_of_return(transition.order_book, request)
    if kind is not None:
        under_way = kind is ReturnKind.TO_SENDER
        status = ReturnStatus.IN_TRANSIT if under_way else ReturnStatus.AWAITING
        goods.open_shipment(transition, request, kind=kind, status=status)


def cancel_shipment(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """The customer keeps the goods."""
    shipment = transition.order_book.shipment_of(request)
    if shipment:
        transition.take(Action.CANCEL_RETURN, shipment, actor=SYSTEM)


def approve_plan(transition: "Transition", request: CancellationRequest, edge: Edge, _given: Given) -> None:
    """The plan goes with its request."""
    plan = transition.order_book.plan_of(request)
    if plan:
        transition.take(edge.action, plan)


def close_plan(transition: "Transition", request: CancellationRequest, edge: Edge, given: Given) -> None:
    """The seller's own no rejects the plan that was put to them; any other end of the request voids it."""
    role = transition.actor.role
    if edge.target is RequestStatus.REJECTED and isinstance(given, Decision):
        request.rejected_by = role
        request.rejection_reason = given.reason
    plan = transition.order_book.plan_of(request)
    if (
        plan
        and plan.status is PlanStatus.CONFIRMATION_WAITING
        and edge.action is Action.REJECT_REQUEST
        and role is Role.SELLER
    ):
        transition.take(Action.REJECT_REQUEST, plan)
    elif plan:
        transition.take(Action.VOID_PLAN, plan, actor=SYSTEM)


def unhold_plan(_transition: "Transition", plan: CancellationPlan, _edge: Edge, _given: Given) -> None:
    """The money no longer waits for the goods."""
    plan.held = False


def price_plan(transition: "Transition", plan: CancellationPlan, _edge: Edge, _given: Given) -> None:
    """What was quoted when the plan was opened becomes what is owed now."""
    charges.reprice(transition.order_book, plan, transition.order_book.request(plan.request_id))


def create_refunds(transition: "Transition", plan: CancellationPlan, _edge: Edge, _given: Given) -> None:
    """One movement of money for each payment that the plan's total goes back to; none yet of a plan that is held.

    What has gone back outside of Retour meanwhile is not there to be paid: the refunds fall short of it.
    """
    order_book = transition.order_book
    if plan.held:
        return
    parts, short = pricing.spread_total(order_book, plan.total_minor)
    if short:
        plan.shortfall_minor = short
    for payment_id, amount in parts:
        order_book.payment(payment_id).allocated_minor += amount
        refund = order_book.changes.insert(
            Refund,
            id=new_id("refund"),
            plan_id=plan.id,
            payment_id=payment_id,
            order_id=order_book.order.id,
            status=RefundStatus.PENDING,
            currency=plan.currency,
            amount_minor=amount,
            due_at=transition.now,
            disputed=False,
            created_at=transition.now,
            updated_at=transition.now,
        )
        order_book.refunds.append(refund)
        transition.open(Action.CREATE_REFUND, refund, RefundFacts(None), actor=SYSTEM)
        disputes.block_if_disputed(transition, refund)
    if not order_book.refunds_of(plan) and not plan.shortfall_minor:
        transition.take(Action.COMPLETE_PLAN, plan, actor=SYSTEM)


def complete_plan(transition: "Transition", refund: Refund, _edge: Edge, _given: Given) -> None:
    """Count the money that went back; with the last refund the plan is complete."""
    order_book = transition.order_book
    if refund.disputed:
        refund.disputed = False
    order_book.order.refunded_minor += refund.amount_minor
    plan = order_book.plan(refund.plan_id)
    paid = all(other.status in PAID_REFUNDS for other in order_book.refunds_of(plan))
    approved = plan.status is PlanStatus.APPROVED  # a plan whose refund bounced is complete already
    if approved and paid and not plan.shortfall_minor:
        transition.take(Action.COMPLETE_PLAN, plan, actor=SYSTEM)


def uncount_refund(transition: "Transition", refund: Refund, _edge: Edge, _given: Given) -> None:
    """The bank has sent the money back."""
    transition.order_book.order.refunded_minor -= refund.amount_minor
    disputes.block_if_disputed(transition, refund)


def complete_request(transition: "Transition", plan: CancellationPlan, _edge: Edge, _given: Given) -> None:
    """A request ends with its plan."""
    transition.take(Action.COMPLETE_REQUEST, transition.order_book.request(plan.request_id), actor=SYSTEM)


def schedule_plan(transition: "Transition", plan: CancellationPlan, _edge: Edge, _given: Given) -> None:
    """The customer may still take the request back for as long as after it was applied."""
    plan.due_at = transition.now + transition.terms.confirm_after


def recall_goods(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """The carrier brings back what it is to stop: packages that have left, and of which nothing else is left.

    Of any other package that has left, the seller has confirmed that the units were never in it. The money goes back
    without waiting, and nothing is kept of it.
    """
    order_book = transition.order_book
    left_in = {item.package_id for item in order_book.items if item.active or item.cancel_held or item.return_held}
    recalled = {row.id for row in order_book.packages if row.status in SENT and row.id not in left_in}
    lines = [
        line
        for line in order_book.items_of(request)
        if accepted_units(line) and order_book.item(line.order_item_id).package_id in recalled
    ]
    terms = order_book.terms_for(order_book.item(lines[0].order_item_id)) if lines else None
    if terms is not None and terms.wants_goods:
        request.return_terms = replace(terms, trigger=RefundTrigger.ON_CONFIRM, fees=()).to_json()
        goods.open_shipment(transition, request, kind=ReturnKind.TO_SENDER, status=ReturnStatus.IN_TRANSIT, lines=lines)


def stamp_reminded(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """A deadline reminds once."""
    request.reminded_at = transition.now


def stamp_escalated(transition: "Transition", request: CancellationRequest, _edge: Edge, _given: Given) -> None:
    """The owner is expected to act from now on."""
    request.escalated_at = transition.now


def aggregate(transition: "Transition", row: Package | CancellationRequest, _edge: Edge, _given: Given) -> None:
    """The seller's part and the order follow."""
    transition.aggregate(row.seller_order_id)


OF_PACKAGES: Mapping[Effect, Writer[Package]] = {**packages.OF_PACKAGES, Effect.AGGREGATE: aggregate}
OF_REQUESTS: Mapping[Effect, Writer[CancellationRequest]] = {
    Effect.HOLD_UNITS: hold_units,
    Effect.RELEASE_UNITS: release_units,
    Effect.KEEP_ACCEPTED_UNITS: keep_accepted_units,
    Effect.CANCEL_UNITS: cancel_units,
    Effect.RETURN_UNITS: return_units,
    Effect.START_RETURN: start_return,
    Effect.OPEN_PLAN: open_plan,
    Effect.OPEN_APPROVED_PLAN: open_approved_plan,
    Effect.OPEN_SHIPMENT: open_shipment,
    Effect.RECALL_GOODS: recall_goods,
    Effect.CANCEL_SHIPMENT: cancel_shipment,
    Effect.APPROVE_PLAN: approve_plan,
    Effect.STAMP_REMINDED: stamp_reminded,
    Effect.STAMP_ESCALATED: stamp_escalated,
    Effect.CLOSE_PLAN: close_plan,
    **withdrawals.OF_REQUESTS,
    Effect.AGGREGATE: aggregate,
}
OF_PLANS: Mapping[Effect, Writer[CancellationPlan]] = {
    Effect.UNHOLD_PLAN: unhold_plan,
    Effect.SCHEDULE_PLAN: schedule_plan,
    Effect.PRICE_PLAN: price_plan,
    Effect.CREATE_REFUNDS: create_refunds,
    Effect.COVER_SHORTFALL: movements.cover_shortfall,
    Effect.COMPLETE_REQUEST: complete_request,
}
OF_REFUNDS: Mapping[Effect, Writer[Refund]] = {
    Effect.COMPLETE_PLAN: complete_plan,
    Effect.UNCOUNT_REFUND: uncount_refund,
    Effect.BLOCK_REFUND: disputes.block_refund,
    Effect.UNBLOCK_REFUND: disputes.unblock_refund,
}
