"""The amounts of a plan as rows: its lines, and what it adds to them or keeps from them."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from functools import partial
from typing import NamedTuple

from domain.adjustments import Adjustment
from domain.facts import SYSTEM, AskedAdjustment, Grade
from domain.law import Basis
from domain.pricing import NONE, LineAmounts
from domain.pricing import PlanLine as PricedLine
from domain.returns import Fee
from domain.words import AdjustmentKind, Bearer, PackageStatus, PlanStatus, RefundState, ReturnKind, Role
from models import CancellationPlan, CancellationRequest, PlanAdjustment, PlanLine
from models.ids import new_id
from services import pricing
from services.order_book import OrderBook, accepted_units, terms_of


class Decided(NamedTuple):
    """What a role has decided to add to a plan, or to keep."""

    adjustments: tuple[AskedAdjustment, ...]
    by: Role


class _Ground(NamedTuple):
    """Where an adjustment comes from: the columns of its row that are not amounts."""

    bearer: Bearer
    by_role: Role
    reason: str | None = None
    rule: str | None = None
    order_item_id: str | None = None
    seller_order_id: str | None = None
    reverses_id: str | None = None

    @classmethod
    def of(cls, asked: AskedAdjustment, by: Role) -> "_Ground":
        return cls(
            asked.bearer,
            by,
            reason=asked.reason,
            order_item_id=asked.order_item_id,
            seller_order_id=asked.seller_order_id,
            reverses_id=asked.reverses_id,
        )


def kind_of_return(order_book: OrderBook, request: CancellationRequest) -> ReturnKind | None:
    """Who sends the goods of a return back; None if nobody does.

    Nobody does without terms, if they do not want the goods, or if the customer has none of them. The carrier brings
    back what it could not deliver, whatever the customer says of it.
    """
    terms = terms_of(request)
    if terms is None or not terms.wants_goods:
        return None
    if order_book.packages_of(request) == {PackageStatus.DELIVERY_FAILED}:
        return ReturnKind.TO_SENDER
    lines = (line for line in order_book.items_of(request) if accepted_units(line))
    return ReturnKind.BY_CUSTOMER if any(map(order_book.goods_with_customer, lines)) else None


def open_plan(
    order_book: OrderBook,
    request: CancellationRequest,
    status: PlanStatus,
    *,
    now: datetime,
    created_by: Role,
    due_at: datetime | None = None,
    held: bool = False,
    decided: Decided | None = None,
) -> CancellationPlan:
    """Put the plan of a request's accepted units into the order book; a quote if it waits or is held.

    What somebody has `decided` to add or to keep stands in it before the fees of the terms.
    """
    terms = terms_of(request)
    charged = kind_of_return(order_book, request) is ReturnKind.BY_CUSTOMER
    currency = order_book.order.currency
    fees = terms.fees_in(currency) if terms and charged else ()
    price = pricing.quoted if held or status is not PlanStatus.APPROVED else pricing.released
    quantities = {line.order_item_id: accepted_units(line) for line in order_book.items_of(request)}
    wanted = decided.adjustments if decided else ()
    back = _sent_back(order_book, request)
    asked = partial(_asked, wanted=wanted, fees=fees, back=back) if wanted or fees else None
    owed = {item: units for item, units in quantities.items() if units}
    priced = price(order_book, owed, asked, surcharges=_surcharges(order_book, request))
    plan = order_book.changes.insert(
        CancellationPlan,
        id=new_id("plan"),
        transaction=request.transaction,
        status=status,
        refund_state=RefundState.NONE,
        order_id=order_book.order.id,
        request_id=request.id,
        seller_id=request.seller_id,
        currency=currency,
        total_minor=priced.total_minor,
        shortfall_minor=0,
        held=held,
        created_at=now,
        updated_at=now,
        due_at=due_at,
        created_by=created_by,
    )
    order_book.plans.append(plan)
    _insert_lines(order_book, plan, priced.lines)
    grounds = [_Ground.of(each, decided.by) for each in decided.adjustments] if decided else []
    grounds += [_Ground(fee.bearer, SYSTEM.role, rule=fee.name) for fee in fees]
    for ground, adjustment in zip(grounds, priced.adjustments, strict=True):
        _insert(order_book, plan, adjustment, ground)
    return plan


def foreseen(order_book: OrderBook, quantities: Mapping[str, int], *, quote: bool) -> Sequence[PricedLine]:
    """The lines that a plan for units by item id would have if it was opened now."""
    price = pricing.quoted if quote else pricing.released
    return price(order_book, quantities, None).lines


def deduct(order_book: OrderBook, plan: CancellationPlan, grades: Iterable[Grade], by: Role) -> None:
    """Add to a held plan what is kept because of the goods' condition; `reprice` fixes what comes of it."""
    for grade in grades:
        if grade.deduction_minor:
            adjustment = Adjustment(AdjustmentKind.DEDUCTION, grade.deduction_minor, grade.item)
            ground = _Ground(Bearer.SELLER, by, reason=grade.reason, order_item_id=grade.item)
            _insert(order_book, plan, adjustment, ground)


def drop_fees(order_book: OrderBook, plan: CancellationPlan) -> None:
    """Ask for no fee of a held plan any more; `reprice` fixes what comes of it."""
    for row in order_book.adjustments_of(plan):
        if row.kind is AdjustmentKind.FEE:
            _write(row, {"asked_minor": 0})


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
    back = _sent_back(order_book, request)
    terms = terms_of(request)
    fees = terms.fees_in(plan.currency) if terms else ()
    asked = partial(_asked_again, adjustments=adjustments, fees=fees, back=back) if adjustments else None
    price = pricing.quoted if quote else pricing.released
    owed = {item: units for item, units in left.items() if units}
    return price(order_book, owed, asked, plan=plan, surcharges=_surcharges(order_book, request))


def _surcharges(order_book: OrderBook, request: CancellationRequest) -> Mapping[str, int]:
    """What of a seller's shipping a plan does not bring back: by law, the least expensive delivery is paid back."""
    if request.basis is not Basis.STATUTORY:
        return NONE
    part = order_book.seller_order(request.seller_order_id)
    return {part.id: part.shipping_surcharge_minor}


def _sent_back(order_book: OrderBook, request: CancellationRequest) -> Set[str]:
    """The items of a request that its customer has, and sends back: fees are kept of them alone.

    Once it is open, its shipment says which they are: a reason may be changed meanwhile.
    """
    if shipment := order_book.shipment_of(request):
        return {line.order_item_id for line in order_book.lines_in(shipment)}
    return {line.order_item_id for line in order_book.items_of(request) if order_book.goods_with_customer(line)}


def _asked(
    lines: Sequence[PricedLine], *, wanted: Iterable[AskedAdjustment], fees: Iterable[Fee], back: Set[str]
) -> list[Adjustment]:
    """What a person wants, and the fees of terms, of goods that bring what the lines say."""
    goods = sum(line.amounts.goods for line in lines if line.item_id in back)
    by_person = [Adjustment(each.kind, each.amount_minor, each.of) for each in wanted]
    return by_person + [Adjustment(AdjustmentKind.FEE, fee.asked(goods)) for fee in fees]


def _asked_again(
    lines: Sequence[PricedLine],
    *,
    adjustments: Iterable[PlanAdjustment],
    fees: Iterable[Fee],
    back: Set[str],
) -> list[Adjustment]:
    """The adjustments of a plan that exists: of a fee what its rule says of these lines, of all others the same.

    Of units that the customer never had nothing is kept, so there is no fee if only those are left.
    """
    rules = {fee.name: fee for fee in fees}
    charged = [line for line in lines if line.item_id in back]
    goods = sum(line.amounts.goods for line in charged)

    def asked(row: PlanAdjustment) -> int:
        if row.rule not in rules:
            return row.asked_minor
        return rules[row.rule].asked(goods) if charged or not lines else 0

    return [Adjustment(row.kind, asked(row), _of(row)) for row in adjustments]


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


def _insert(order_book: OrderBook, plan: CancellationPlan, adjustment: Adjustment, ground: _Ground) -> None:
    row = order_book.changes.insert(
        PlanAdjustment,
        id=new_id("adjustment"),
        plan_id=plan.id,
        seller_id=plan.seller_id,
        position=len(order_book.adjustments_of(plan)) + 1,
        kind=adjustment.kind,
        currency=plan.currency,
        asked_minor=adjustment.asked_minor,
        amount_minor=adjustment.applied_minor,
        **ground._asdict(),
    )
    order_book.adjustments.append(row)
