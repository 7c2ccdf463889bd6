"""Effect → the rows that it writes. Nothing here decides; what may happen was decided by the edge."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.facts import SYSTEM, Decision
from domain.guards import PAID_REFUNDS, UNSENT
from domain.lifecycle import Edge
from domain.words import (
    Action,
    Effect,
    PlanStatus,
    RefundState,
    RefundStatus,
    RequestStatus,
    Subject,
)
from models import (
    CancellationPlan,
    CancellationRequest,
    Order,
    OrderItem,
    Package,
    Payment,
    PlanLine,
    Refund,
    RequestItem,
)
from models.ids import new_id
from services import pricing
from services.changes import Row

if TYPE_CHECKING:
    from services.transition import Transition

HELD = {"CANCEL": "cancel_held", "REFUND": "return_held"}
"""Transaction type → the column that its units are held in."""


def _move(step: "Transition", item_id: str, quantity: int, source: str, target: str) -> None:
    """Move units of a line from one column of its ledger to another."""
    item = step.book.item(item_id)
    step.book.changes.update(OrderItem, item, **{source: item[source] - quantity, target: item[target] + quantity})


def _units(row: Row) -> int:
    """How many units a request item stands for: what was accepted of it, or all of it."""
    accepted = row["accepted_quantity"]
    return int(row["quantity"] if accepted is None else accepted)


def _close(step: "Transition", request: Row) -> None:
    for row in step.book.items_of(request):
        step.book.changes.update(RequestItem, row, open=False)


def hold_units(step: "Transition", request: Row, _edge: Edge, _ask: Any) -> None:
    for row in step.book.items_of(request):
        _move(step, row["order_item_id"], row["quantity"], "active", HELD[request["transaction"]])


def release_units(step: "Transition", request: Row, _edge: Edge, _ask: Any) -> None:
    for row in step.book.items_of(request):
        _move(step, row["order_item_id"], row["quantity"], HELD[request["transaction"]], "active")
    _close(step, request)


def keep_accepted_units(step: "Transition", request: Row, _edge: Edge, ask: Decision) -> None:
    accepted = dict(ask.accepted)
    for row in step.book.items_of(request):
        kept = accepted.get(row["order_item_id"], 0) if accepted else row["quantity"]
        step.book.changes.update(RequestItem, row, accepted_quantity=kept)
        _move(step, row["order_item_id"], row["quantity"] - kept, HELD[request["transaction"]], "active")
    _close(step, request)


def cancel_units(step: "Transition", request: Row, _edge: Edge, _ask: Any) -> None:
    book = step.book
    touched = []
    for row in book.items_of(request):
        _move(step, row["order_item_id"], row["quantity"], "cancel_held", "canceled")
        touched.append(book.item(row["order_item_id"])["package_id"])
    _close(step, request)
    for package in [book.package(id) for id in dict.fromkeys(touched)]:
        left = sum(i["active"] + i["cancel_held"] for i in book.items if i["package_id"] == package["id"])
        if not left and package["status"] in UNSENT:
            step.take(Subject.PACKAGE, Action.CANCEL_PACKAGE, package, actor=SYSTEM)
    step.aggregate(request["seller_order_id"])


def return_units(step: "Transition", request: Row, _edge: Edge, _ask: Any) -> None:
    for row in step.book.items_of(request):
        _move(step, row["order_item_id"], _units(row), "return_held", "returned")


def start_return(step: "Transition", request: Row, _edge: Edge, _ask: Any) -> None:
    step.book.changes.update(CancellationRequest, request, return_started_at=step.now)


def open_plan(step: "Transition", request: Row, edge: Edge, _ask: Any) -> None:
    due = step.now + step.terms.confirm_after
    plan = _new_plan(step, request, PlanStatus.WAITING, due_at=due, created_by=step.actor.role)
    step.take_opening(Subject.PLAN, edge.action, plan)


def open_approved_plan(step: "Transition", request: Row, edge: Edge, _ask: Any) -> None:
    plan = _new_plan(step, request, PlanStatus.APPROVED, due_at=None, created_by=SYSTEM.role)
    step.take_opening(Subject.PLAN, edge.action, plan, actor=SYSTEM)


def _new_plan(step: "Transition", request: Row, status: PlanStatus, **rest: Any) -> Row:
    """Price a request's units and put the plan with its lines into the book."""
    book = step.book
    lines = pricing.price_units(
        book, {row["order_item_id"]: _units(row) for row in book.items_of(request) if _units(row)}
    )
    plan = book.changes.insert(
        CancellationPlan,
        id=new_id("plan"),
        transaction=request["transaction"],
        status=status,
        refund_state=RefundState.NONE,
        order_id=book.order["id"],
        request_id=request["id"],
        seller_id=request["seller_id"],
        currency=book.order["currency"],
        total_minor=sum(line["total_minor"] for line in lines),
        created_at=step.now,
        updated_at=step.now,
        **rest,
    )
    book.plans.append(plan)
    for position, line in enumerate(lines, 1):
        values = {
            "id": new_id("planline"),
            "plan_id": plan["id"],
            "seller_id": request["seller_id"],
            "position": position,
        }
        book.plan_lines.append(book.changes.insert(PlanLine, **values, **line))
    return plan


def approve_plan(step: "Transition", request: Row, edge: Edge, _ask: Any) -> None:
    plan = step.book.plan_of(request)
    if plan:
        step.take(Subject.PLAN, edge.action, plan)


def close_plan(step: "Transition", request: Row, edge: Edge, ask: Decision | None) -> None:
    """The seller's own no rejects the plan that was put to them; any other end of the request voids it."""
    if edge.target is RequestStatus.REJECTED and ask is not None:
        rejection = {"rejected_by": step.actor.role, "rejection_reason": ask.reason}
        step.book.changes.update(CancellationRequest, request, **rejection)
    plan = step.book.plan_of(request)
    if plan and edge.action is Action.REJECT_REQUEST and step.actor.role == "SELLER":
        step.take(Subject.PLAN, Action.REJECT_REQUEST, plan)
    elif plan:
        step.take(Subject.PLAN, Action.VOID_PLAN, plan, actor=SYSTEM)


def create_refunds(step: "Transition", plan: Row, _edge: Edge, _ask: Any) -> None:
    book = step.book
    for payment_id, amount in pricing.spread_total(book, plan["total_minor"]):
        payment = next(row for row in book.payments if row["id"] == payment_id)
        book.changes.update(Payment, payment, allocated_minor=payment["allocated_minor"] + amount)
        refund = book.changes.insert(
            Refund,
            id=new_id("refund"),
            plan_id=plan["id"],
            payment_id=payment_id,
            order_id=book.order["id"],
            status=RefundStatus.PENDING,
            currency=plan["currency"],
            amount_minor=amount,
            due_at=step.now,
            created_at=step.now,
            updated_at=step.now,
        )
        book.refunds.append(refund)
        step.take_opening(Subject.REFUND, Action.CREATE_REFUND, refund, actor=SYSTEM)
    if not book.refunds_of(plan):
        step.take(Subject.PLAN, Action.COMPLETE_PLAN, plan, actor=SYSTEM)


def complete_plan(step: "Transition", refund: Row, _edge: Edge, _ask: Any) -> None:
    """Count the money that went back; with the last refund the plan is complete."""
    book = step.book
    book.changes.update(Order, book.order, refunded_minor=book.order["refunded_minor"] + refund["amount_minor"])
    plan = book.plan(refund["plan_id"])
    paid = all(row["status"] in PAID_REFUNDS for row in book.refunds_of(plan))
    if paid and plan["status"] == PlanStatus.APPROVED:  # it is completed already when a refund had bounced
        step.take(Subject.PLAN, Action.COMPLETE_PLAN, plan, actor=SYSTEM)


def uncount_refund(step: "Transition", refund: Row, _edge: Edge, _ask: Any) -> None:
    book = step.book
    book.changes.update(Order, book.order, refunded_minor=book.order["refunded_minor"] - refund["amount_minor"])


def complete_request(step: "Transition", plan: Row, _edge: Edge, _ask: Any) -> None:
    step.take(Subject.REQUEST, Action.COMPLETE_REQUEST, step.book.request(plan["request_id"]), actor=SYSTEM)


def stamp_shipped(step: "Transition", package: Row, _edge: Edge, ask: str | None) -> None:
    values = {"shipped_at": package["shipped_at"] or step.now}
    step.book.changes.update(Package, package, **values, **({"tracking_number": ask} if ask else {}))


def stamp_delivered(step: "Transition", package: Row, _edge: Edge, _ask: Any) -> None:
    until = step.now + timedelta(days=step.book.policy["window_days"])
    step.book.changes.update(Package, package, delivered_at=step.now, return_until=until)


def aggregate(step: "Transition", row: Row, _edge: Edge, _ask: Any) -> None:
    step.aggregate(row["seller_order_id"])


EFFECTS: dict[Effect, Callable[["Transition", Row, Edge, Any], None]] = {
    effect: globals()[effect.lower()] for effect in Effect
}
