"""The amounts of a plan as rows: its lines, and what it adds to them or keeps from them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from domain.adjustments import Adjustment
from domain.facts import SYSTEM, Grade
from domain.pricing import NONE, LineAmounts
from domain.pricing import PlanLine as PricedLine
from domain.returns import Fee
from domain.words import AdjustmentKind, Bearer, PackageStatus, PlanStatus, RefundState, ReturnKind, Role
from models import CancellationPlan, CancellationRequest, PlanAdjustment, PlanLine
from models.ids import new_id
from services import pricing
from services.order_book import OrderBook, accepted_units, terms_of


def kind_of_return(order_book: OrderBook, request: CancellationRequest) -> ReturnKind | None:
    """Who sends the goods of a return back; None if nobody does.

    Nobody does without terms, if they do not want the goods, or if the customer has none of them.
    """
    terms = terms_of(request)
    lines = [line for line in order_book.items_of(request) if accepted_units(line)]
    if terms is None or not terms.wants_goods or not any(map(order_book.goods_with_customer, lines)):
        return None
    undelivered = order_book.packages_of(request) == {PackageStatus.DELIVERY_FAILED}
    return ReturnKind.TO_SENDER if undelivered else ReturnKind.BY_CUSTOMER


def open_plan(
    order_book: OrderBook,
    request: CancellationRequest,
    status: PlanStatus,
    *,
    now: datetime,
    created_by: Role,
    due_at: datetime | None = None,
    held: bool = False,
) -> CancellationPlan:
    """Put the plan of a request's accepted units into the order book; a quote if it waits or is held."""
    terms = terms_of(request)
    charged = kind_of_return(order_book, request) is ReturnKind.BY_CUSTOMER
    fees = terms.fees if terms and charged else ()
    price = pricing.quoted if held or status is not PlanStatus.APPROVED else pricing.released
    quantities = {line.order_item_id: accepted_units(line) for line in order_book.items_of(request)}
    asked = partial(_asked, fees=fees, currency=order_book.order.currency) if fees else None
    priced = price(order_book, {item: units for item, units in quantities.items() if units}, asked)
    plan = order_book.changes.insert(
        CancellationPlan,
        id=new_id("plan"),
        transaction=request.transaction,
        status=status,
        refund_state=RefundState.NONE,
        order_id=order_book.order.id,
        request_id=request.id,
        seller_id=request.seller_id,
        currency=order_book.order.currency,
        total_minor=priced.total_minor,
        held=held,
        created_at=now,
        updated_at=now,
        due_at=due_at,
        created_by=created_by,
    )
    order_book.plans.append(plan)
    _insert_lines(order_book, plan, priced.lines)
    for fee, adjustment in zip(fees, priced.adjustments, strict=True):
        _insert(order_book, plan, adjustment, reason=None, rule=fee.name, bearer=fee.bearer, by_role=SYSTEM.role)
    return plan


def deduct(order_book: OrderBook, plan: CancellationPlan, grades: Iterable[Grade], by: Role) -> None:
    """Add to a held plan what is kept because of the goods' condition; `reprice` fixes what comes of it."""
    for grade in grades:
        if grade.deduction_minor:
            adjustment = Adjustment(AdjustmentKind.DEDUCTION, grade.deduction_minor, grade.item)
            _insert(order_book, plan, adjustment, reason=grade.reason, rule=None, bearer=Bearer.SELLER, by_role=by)


def reprice(
    order_book: OrderBook, plan: CancellationPlan, request: CancellationRequest, *, quote: bool = False
) -> None:
    """What was quoted when the plan was opened becomes what is owed now; only what differs is written."""
    rows = {row.order_item_id: row for row in order_book.lines_of(plan)}
    adjustments = order_book.adjustments_of(plan)
    priced = priced_anew(order_book, plan, request, quote=quote)
    lines = {line.item_id: line.amounts for line in priced.lines}
    for item, row in rows.items():
        _write(row, pricing.columns(lines.get(item, LineAmounts())))
    for adjustment, kept in zip(adjustments, priced.adjustments, strict=True):
        _write(adjustment, {"asked_minor": kept.asked_minor, "amount_minor": kept.applied_minor})
    _write(plan, {"total_minor": priced.total_minor})


def priced_anew(
    order_book: OrderBook,
    plan: CancellationPlan,
    request: CancellationRequest,
    *,
    quote: bool = False,
    without: Mapping[str, int] = NONE,
) -> pricing.Priced:
    """A plan as it is worth now, with its fees and deductions; `without` some of its units, by item."""
    rows = order_book.lines_of(plan)
    left = {row.order_item_id: row.quantity - without.get(row.order_item_id, 0) for row in rows}
    adjustments = order_book.adjustments_of(plan)
    asked = partial(_asked_again, adjustments=adjustments, request=request) if adjustments else None
    price = pricing.quoted if quote else pricing.released
    return price(order_book, {item: units for item, units in left.items() if units}, asked, plan=plan)


def _asked(lines: Sequence[PricedLine], *, fees: Iterable[Fee], currency: str) -> list[Adjustment]:
    """The fees of terms, of goods that bring what the lines say."""
    goods = sum(line.amounts.goods for line in lines)
    return [Adjustment(AdjustmentKind.FEE, fee.asked(goods, currency)) for fee in fees]


def _asked_again(
    lines: Sequence[PricedLine], *, adjustments: Iterable[PlanAdjustment], request: CancellationRequest
) -> list[Adjustment]:
    """The adjustments of a plan that exists: of a fee what its rule says of these lines, of all others the same."""
    terms = terms_of(request)
    fees = {fee.name: fee for fee in terms.fees} if terms else {}
    goods = sum(line.amounts.goods for line in lines)
    return [
        Adjustment(
            row.kind, fees[row.rule].asked(goods, row.currency) if row.rule in fees else row.asked_minor, _of(row)
        )
        for row in adjustments
    ]


def _of(row: PlanAdjustment) -> str | None:
    return row.order_item_id or row.seller_order_id or row.reverses_id


def _write(row: PlanLine | PlanAdjustment | CancellationPlan, columns: Mapping[str, int]) -> None:
    for name, minor in columns.items():
        if getattr(row, name) != minor:
            setattr(row, name, minor)


def _insert_lines(order_book: OrderBook, plan: CancellationPlan, lines: Iterable[PricedLine]) -> None:
    for position, line in enumerate(lines, 1):
        row = order_book.changes.insert(
            PlanLine,
            id=new_id("planline"),
            plan_id=plan.id,
            seller_id=plan.seller_id,
            position=position,
            order_item_id=line.item_id,
            quantity=line.quantity,
            currency=plan.currency,
            **pricing.columns(line.amounts),
        )
        order_book.plan_lines.append(row)


def _insert(
    order_book: OrderBook,
    plan: CancellationPlan,
    adjustment: Adjustment,
    *,
    reason: str | None,
    rule: str | None,
    bearer: Bearer,
    by_role: Role,
) -> None:
    row = order_book.changes.insert(
        PlanAdjustment,
        id=new_id("adjustment"),
        plan_id=plan.id,
        seller_id=plan.seller_id,
        position=len(order_book.adjustments_of(plan)) + 1,
        kind=adjustment.kind,
        order_item_id=adjustment.of if adjustment.kind is AdjustmentKind.DEDUCTION else None,
        seller_order_id=None,
        reverses_id=None,
        currency=plan.currency,
        asked_minor=adjustment.asked_minor,
        amount_minor=adjustment.applied_minor,
        reason=reason,
        rule=rule,
        bearer=bearer,
        by_role=by_role,
    )
    order_book.adjustments.append(row)
