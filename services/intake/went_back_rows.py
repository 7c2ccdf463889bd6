"""The rows of what went back before an order came in: a completed plan for each seller and type, and the movements."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from domain.derive import refund_state
from domain.facts import Actor
from domain.paid_back import SettledLine, settled
from domain.words import (
    AdjustmentKind,
    Bearer,
    PlanOrigin,
    PlanStatus,
    RequestStatus,
    Subject,
    TransactionType,
    WaitingOn,
)
from models.ids import new_id
from models.journal import Change
from services.inputs import IncomingOrder, IncomingPayment
from services.intake.arrival import Arrival, OrderRows
from services.intake.columns import (
    AdjustmentColumns,
    ItemColumns,
    MovementColumns,
    OpeningColumns,
    PaymentColumns,
    PlanColumns,
    PlanLineColumns,
    RequestColumns,
    RequestItemColumns,
)
from services.intake.went_back import Gone, gone_of, money_of, paid_back_of

KEPT = "Kept when the money went back, before the order came in."


@dataclass(frozen=True, slots=True)
class _PastPlan:
    """What all rows of one plan carry."""

    id: str
    request_id: str
    transaction: TransactionType
    customer_id: str
    lines: Sequence[tuple[Gone, SettledLine, ItemColumns]]
    arrival: Arrival

    @property
    def item(self) -> ItemColumns:
        """An item of the plan's seller."""
        return self.lines[0][2]

    @property
    def total_minor(self) -> int:
        """What went back."""
        return sum(line.line.amounts.total - line.kept_minor for _, line, _ in self.lines)

    @property
    def actor(self) -> Actor:
        """The one who brought the order."""
        return self.arrival.actor


def add_history(rows: OrderRows, order: IncomingOrder, customer_id: str, arrival: Arrival) -> None:
    """Add what went back of an order whose items and payments are the last ones among the rows."""
    items = rows.items[len(rows.items) - len(list(order.items)) :]
    payments = rows.payments[len(rows.payments) - len(order.payments) :]
    for payment, row in zip(order.payments, payments, strict=True):
        rows.movements += _movements(payment, row, arrival)
    gone = gone_of(order)
    amounts = settled(money_of(order), paid_back_of(gone))
    lines = [(one, line, items[one.item]) for one, line in zip(gone, amounts, strict=True)]
    for (_, transaction), group in groupby(lines, key=lambda line: (line[0].part, line[0].transaction)):
        _add_plan(rows, _PastPlan(new_id("plan"), new_id("request"), transaction, customer_id, list(group), arrival))


def _movements(payment: IncomingPayment, row: PaymentColumns, arrival: Arrival) -> list[MovementColumns]:
    return [
        {
            "id": new_id("movement"),
            "order_id": row["order_id"],
            "payment_id": row["id"],
            "provider": row["provider"],
            "reference": movement.reference,
            "currency": row["currency"],
            "amount_minor": movement.amount_minor,
            "at": movement.at or arrival.at,
        }
        for movement in payment.paid_back
    ]


def _add_plan(rows: OrderRows, plan: _PastPlan) -> None:
    rows.requests.append(_request(plan))
    rows.plans.append(_plan_row(plan))
    for position, (gone, settled_line, item) in enumerate(plan.lines, 1):
        rows.request_items.append(_request_item(plan, position, gone, item))
        rows.plan_lines.append(_plan_line(plan, position, settled_line, item))
        if settled_line.kept_minor:
            rows.adjustments.append(_kept(plan, position, settled_line))
    standing: Change = (None, (RequestStatus.COMPLETED, WaitingOn.NONE, ""))
    state = refund_state(PlanStatus.COMPLETED, ())
    rows.openings += [
        _opening(plan, Subject.REQUEST, {"request": standing}),
        _opening(plan, Subject.PLAN, {"plan": (None, (PlanStatus.COMPLETED, state))}),
    ]


def _request(plan: _PastPlan) -> RequestColumns:
    return {
        "id": plan.request_id,
        "submission_id": new_id("submission"),
        "transaction": plan.transaction,
        "status": RequestStatus.COMPLETED,
        "waiting_on": WaitingOn.NONE,
        "opened_by": plan.actor.role,
        "order_id": plan.item["order_id"],
        "seller_order_id": plan.item["seller_order_id"],
        "seller_id": plan.item["seller_id"],
        "customer_id": plan.customer_id,
        "created_at": plan.arrival.at,
        "updated_at": plan.arrival.at,
        "version": 1,
    }


def _request_item(plan: _PastPlan, position: int, gone: Gone, item: ItemColumns) -> RequestItemColumns:
    reason = plan.arrival.history.reasons[gone.back.reason]
    return {
        "id": new_id("line"),
        "request_id": plan.request_id,
        "order_item_id": item["id"],
        "seller_id": item["seller_id"],
        "position": position,
        "quantity": gone.back.quantity,
        "accepted_quantity": gone.back.quantity,
        "reason_id": reason.id,
        "reason_label_id": reason.label_id,
        "open": False,
    }


def _plan_row(plan: _PastPlan) -> PlanColumns:
    return {
        "id": plan.id,
        "origin": PlanOrigin.INTAKE,
        "transaction": plan.transaction,
        "status": PlanStatus.COMPLETED,
        "refund_state": refund_state(PlanStatus.COMPLETED, ()),
        "order_id": plan.item["order_id"],
        "request_id": plan.request_id,
        "seller_id": plan.item["seller_id"],
        "currency": plan.item["currency"],
        "total_minor": plan.total_minor,
        "created_by": plan.actor.role,
        "created_at": plan.arrival.at,
        "updated_at": plan.arrival.at,
        "version": 1,
    }


def _plan_line(plan: _PastPlan, position: int, settled_line: SettledLine, item: ItemColumns) -> PlanLineColumns:
    amounts = settled_line.line.amounts
    return {
        "id": new_id("planline"),
        "plan_id": plan.id,
        "order_item_id": item["id"],
        "seller_id": item["seller_id"],
        "position": position,
        "quantity": settled_line.line.quantity,
        "currency": plan.item["currency"],
        "base_minor": amounts.base,
        "discount_share_minor": amounts.discount_share,
        "tax_share_minor": amounts.tax_share,
        "shipping_share_minor": amounts.shipping_share,
        "rounding_minor": amounts.rounding,
        "total_minor": amounts.total,
    }


def _kept(plan: _PastPlan, position: int, settled_line: SettledLine) -> AdjustmentColumns:
    """What was not paid back of a line; a fee is of its plan, not of an item."""
    return {
        "id": new_id("adjustment"),
        "plan_id": plan.id,
        "seller_id": plan.item["seller_id"],
        "position": position,
        "kind": AdjustmentKind.FEE,
        "currency": plan.item["currency"],
        "asked_minor": settled_line.kept_minor,
        "amount_minor": -settled_line.kept_minor,
        "reason": KEPT,
        "bearer": Bearer.SELLER,
        "by_role": plan.actor.role,
    }


def _opening(plan: _PastPlan, subject: Subject, data: dict[str, Change]) -> OpeningColumns:
    of_plan = subject is Subject.PLAN
    return {
        "order_id": plan.item["order_id"],
        "seller_order_id": plan.item["seller_order_id"],
        "seller_id": plan.item["seller_id"],
        "customer_id": plan.customer_id,
        "request_id": plan.request_id,
        "plan_id": plan.id if of_plan else None,
        "at": plan.arrival.at,
        "subject": subject,
        "subject_id": plan.id if of_plan else plan.request_id,
        "action": plan.arrival.action,
        "from_status": None,
        "to_status": PlanStatus.COMPLETED if of_plan else RequestStatus.COMPLETED,
        "actor_role": plan.actor.role,
        "actor_id": plan.actor.id,
        "version": 1,
        "data": data,
    }
