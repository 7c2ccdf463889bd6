"""The rows of an order book → facts: how the world stands for one subject, in the words that rules read."""

from collections.abc import Collection
from datetime import datetime, timedelta

from domain import derive
from domain.calendar import Calendar
from domain.facts import (
    ItemFacts,
    LabelFacts,
    PackageFacts,
    PlanFacts,
    Reason,
    RefundFacts,
    RequestFacts,
    ReturnFacts,
    Window,
)
from domain.law import Basis
from domain.returns import UNTRACKED, AnswerTerms, ReturnTerms
from domain.undo import Former
from domain.withdrawal import CONFORMITY_DAYS, UNVERIFIED_DAYS, WithdrawalFacts
from domain.words import (
    SENT,
    ReasonAudience,
    RefundTrigger,
    RequestStatus,
    ReturnMethod,
    ReturnStatus,
    TermsDeadline,
    TransactionType,
    WaitingOn,
)
from models import (
    CancellationPlan,
    CancellationReason,
    CancellationRequest,
    OrderItem,
    Package,
    Refund,
    ReturnLabel,
    ReturnLine,
    ReturnShipment,
    Withdrawal,
)
from services.order_book import OrderBook, accepted_units, terms_of, units
from services.working_days import days_after

_AUDIENCES = {audience.value: audience for audience in ReasonAudience}


def package_facts(
    order_book: OrderBook, package: Package, now: datetime, calendar: Calendar, *, revert_within: timedelta
) -> PackageFacts:
    """A package and what is in it."""
    former = former_of(package)
    items = order_book.items_in(package)
    since = package.under_way_since or package.shipped_at
    return PackageFacts(
        package.status,
        sum(units(item).remaining for item in items),
        sum(item.cancel_held for item in items),
        assumed=package.delivery_assumed,
        unreported=package.delivered_at is None and since is not None and calendar.is_delivery_assumed(since, now),
        former=former.status if former else None,
        settled=former is not None and former.is_settled(now, revert_within),
        returns=sum(item.return_held + item.returned for item in items),
        active={item.id: item.active for item in items},
    )


def former_of(package: Package) -> Former | None:
    """What the last change of the status replaced, unless the package has changed in another way since."""
    if package.former is None:
        return None
    former = Former.of_json(package.former)
    return former if former.version == package.version else None


def item_facts(
    order_book: OrderBook,
    item: OrderItem,
    now: datetime,
    calendar: Calendar,
    *,
    most_withdrawals: int | None = None,
    basis: Basis = Basis.VOLUNTARY,
) -> ItemFacts:
    """An order line, for opening a request on it."""
    package, terms = order_book.package(item.package_id), order_book.terms_for(item, basis)
    until = window_end(terms, package.return_until, package.delivered_at, calendar, basis)
    return ItemFacts(
        package=package.status,
        seller_order=order_book.seller_order(item.seller_order_id).status,
        active=item.active,
        window_open=Window(until).is_open(now),
        in_open_request=any(line.open for line in order_book.request_items if line.order_item_id == item.id),
        policy_version=order_book.policy.version,
        returns_on=terms is not None,
        exempt=basis is Basis.VOLUNTARY and terms is not None and terms.exemption is not None,
        withdrawn_too_often=most_withdrawals is not None and order_book.withdrawn.get(item.id, 0) >= most_withdrawals,
    )


def window_end(
    terms: ReturnTerms | None,
    until: datetime | None,
    delivered_at: datetime | None,
    calendar: Calendar,
    basis: Basis = Basis.VOLUNTARY,
) -> datetime | None:
    """When the window for returns closes: by the terms, else as the package has it, or for faulty goods the law."""
    days = terms.windows.get(basis) if terms else None
    if basis is Basis.CONFORMITY:
        days = CONFORMITY_DAYS if days is None else days
        return calendar.last_moment(delivered_at, days) if delivered_at else None
    if terms is None or days is None or delivered_at is None:
        return until
    return calendar.last_moment(delivered_at, days, days_after(terms.place_of(TermsDeadline.WINDOW)))


def request_facts(order_book: OrderBook, request: CancellationRequest, now: datetime) -> RequestFacts:
    """A request with the packages and the plan it depends on."""
    plan = order_book.plan_of(request)
    waits = request.status is RequestStatus.WAITING
    lines = order_book.items_of(request)
    held = {line.order_item_id: line.quantity if waits else accepted_units(line) for line in lines}
    shipped = _shipped(order_book, held) if request.transaction is TransactionType.CANCEL else []
    return RequestFacts(
        status=request.status,
        transaction=request.transaction,
        packages=order_book.packages_of(request),
        seller_order=order_book.seller_order(request.seller_order_id).status,
        plan=plan.status if plan else None,
        held=held,
        overdue=request.due_at is not None and request.due_at <= now,
        whole=all(units(item).remaining == held.get(item.id, 0) for items in shipped for item in items),
        shipped=tuple(frozenset(item.id for item in items if item.id in held) for items in shipped),
        opened_by=request.opened_by,
        acted=request.escalated_at is not None or request.reminded_at is not None,
        money_held=plan is not None and plan.held,
        goods=_goods(order_book, request),
        elsewhere=any(
            line.open and line.request_id != request.id and line.order_item_id in held
            for line in order_book.request_items
        ),
        goods_asked_for=request.return_terms is not None and request.return_terms["method"] != ReturnMethod.KEEP,
        statutory=request.basis is Basis.STATUTORY,
        objected=request.objection is not None,
    )


def _shipped(order_book: OrderBook, held: Collection[str]) -> list[list[OrderItem]]:
    """Everything in those packages of these items that have been shipped, by package."""
    packages = {order_book.item(id).package_id for id in held}
    return [
        order_book.items_in(package)
        for package in order_book.packages
        if package.id in packages and package.status in SENT
    ]


def plan_facts(order_book: OrderBook, plan: CancellationPlan) -> PlanFacts:
    """A plan with the packages and the refunds it depends on."""
    return PlanFacts(
        status=plan.status,
        transaction=plan.transaction,
        packages=order_book.packages_of(order_book.request(plan.request_id)),
        refunds=tuple(refund.status for refund in order_book.refunds_of(plan)),
        money_held=plan.held,
        short_minor=plan.shortfall_minor,
        left_of={movement.reference: movement.left_minor for movement in order_book.movements},
        used=any(order_book.used.values()),
        disputed=any(refund.disputed for refund in order_book.refunds_of(plan)),
    )


def return_facts(order_book: OrderBook, shipment: ReturnShipment, now: datetime) -> ReturnFacts:
    """A return shipment with its lines, and what its money waits for."""
    request = order_book.request(shipment.request_id)
    terms, plan = terms_of(request), order_book.plan_of(request)
    here = shipment.status in (ReturnStatus.RECEIVED, ReturnStatus.INSPECTED)
    lines = [] if request.status is RequestStatus.EXPIRED else order_book.lines_in(shipment)
    return ReturnFacts(
        status=shipment.status,
        sent=shipment.sent_at is not None,
        money_held=plan is not None and plan.held,
        trigger=terms.trigger if terms else RefundTrigger.ON_CONFIRM,
        to_come={line.order_item_id: line.missing if here else line.expected for line in lines},
        ungraded=ungraded_units(order_book, shipment),
        overdue=shipment.due_at is not None and shipment.due_at <= now,
        statutory=request.basis is Basis.STATUTORY,
    )


def ungraded_units(order_book: OrderBook, shipment: ReturnShipment) -> dict[str, int]:
    """The units that have arrived and have no grade, by item."""
    return {line.order_item_id: line.received - _graded(line) for line in order_book.lines_in(shipment)}


def _graded(line: ReturnLine) -> int:
    return sum(quantity for grade in line.grades if isinstance(quantity := grade["quantity"], int))


def _goods(order_book: OrderBook, request: CancellationRequest) -> ReturnStatus | None:
    shipment = order_book.shipment_of(request)
    return shipment.status if shipment else None


def refund_facts(order_book: OrderBook, refund: Refund, now: datetime) -> RefundFacts:
    """One refund; its lease is over when it is due again. Nothing is left for it of another payment's movements."""
    left_of = {row.reference: row.left_minor * (row.payment_id == refund.payment_id) for row in order_book.movements}
    lease_over = refund.due_at is None or refund.due_at <= now
    disputed = order_book.is_disputed(refund.payment_id)
    used = order_book.used.get(order_book.payment(refund.payment_id).provider, False)
    return RefundFacts(refund.status, lease_over, refund.amount_minor, left_of, disputed, used)


def withdrawal_facts(order_book: OrderBook, withdrawal: Withdrawal, now: datetime) -> WithdrawalFacts:
    """A withdrawal with the requests that follow from it. Money has a day to go once it waits for no goods."""
    open_requests = [
        request
        for request in order_book.requests
        if request.withdrawal_id == withdrawal.id and request.status in (RequestStatus.WAITING, RequestStatus.APPROVED)
    ]
    since = [_owed_since(order_book, request) for request in open_requests]
    late = any(moment is not None and moment <= now - timedelta(days=1) for moment in since)
    return WithdrawalFacts(
        withdrawal.status,
        stale=withdrawal.declared_at <= now - timedelta(days=UNVERIFIED_DAYS),
        settled=not open_requests,
        overdue=withdrawal.refund_due_at <= now and late,
        reported=withdrawal.overdue_at is not None,
    )


def _owed_since(order_book: OrderBook, request: CancellationRequest) -> datetime | None:
    """Since when a request waits for people or for money; None while its money waits for the goods."""
    plan = order_book.plan_of(request)
    if plan is None:
        return request.created_at
    return None if plan.held else plan.updated_at


def label_facts(
    order_book: OrderBook, shipment: ReturnShipment, label: ReturnLabel | None, now: datetime, *, carrier: str | None
) -> LabelFacts:
    """A label with its shipment, or a label that is to be added to it. `carrier` is the one that is set up."""
    terms = terms_of(order_book.request(shipment.request_id))
    sent_by = terms if terms is not None and (terms.free_label or scans_nothing(carrier)) else None
    has_address = sent_by is not None and sent_by.address is not None
    return LabelFacts(
        status=label.status if label else None,
        awaited=shipment.status is ReturnStatus.AWAITING,
        carried=carrier is not None and shipment.method is ReturnMethod.MAIL and has_address,
        used=label is not None and label.scanned_at is not None,
        lease_over=label is None or not label.leased or (label.due_at is not None and label.due_at <= now),
        labels=len(order_book.labels_of(shipment)),
        slip_sent=label is not None and scans_nothing(label.carrier) and has_left(shipment),
    )


def scans_nothing(carrier: str | None) -> bool:
    """Whether a carrier's labels are slips: the customer pays their postage, and nobody scans them."""
    return carrier in UNTRACKED


def has_left(shipment: ReturnShipment) -> bool:
    """Whether the goods have left the customer: somebody says that they were sent, or they are here."""
    return shipment.sent_at is not None or shipment.received_at is not None


def reason(row: CancellationReason | None) -> Reason | None:
    """A reason as rules read it."""
    if row is None:
        return None
    audiences = frozenset([_AUDIENCES[audience] for audience in row.audiences])
    return Reason(row.handle, row.transaction, row.needs_note, row.active, audiences)


def answer_of(request: CancellationRequest) -> AnswerTerms | None:
    """What the terms that a request was opened with say of the time to decide on it; None if there were none."""
    if request.transaction is TransactionType.REFUND:
        terms = terms_of(request)
        return terms.answer if terms else None
    return None if request.cancel_terms is None else AnswerTerms.of_json(request.cancel_terms)


def waiting_on(order_book: OrderBook, request: CancellationRequest) -> WaitingOn:
    """Who is expected to act on a request."""
    plan = order_book.plan_of(request)
    return derive.waiting_on(
        request.transaction,
        request.status,
        plan.status if plan else None,
        escalated=request.escalated_at is not None,
        goods=_goods(order_book, request) if plan and plan.held else None,
    )
