"""Plans, refunds, payments and orders: what each of them says of the same money."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.derive import refund_state
from domain.words import PAID_REFUNDS, RELEASED_PLANS, PlanOrigin, PlanStatus, RefundState, RefundStatus, RequestStatus
from services.worker.reconcile.report import PATIENCE, Difference

UNDER_WAY = (RefundStatus.PENDING, RefundStatus.PROCESSING, RefundStatus.UNKNOWN)
_PLANS = """
select p.id, p.origin, p.status, p.refund_state, p.total_minor, p.due_at, p.held, p.shortfall_minor,
       q.status as request_status,
       coalesce(sum(r.amount_minor), 0)::bigint as owed,
       coalesce(array_agg(r.status) filter (where r.id is not null), '{}') as refunds,
       coalesce(array_agg(r.status) filter (where r.disputed), '{}') as disputed
from cancellation_plan p join cancellation_request q on q.id = p.request_id left join refund r on r.plan_id = p.id
group by p.id, q.id order by p.id
"""
_REFUNDS = """
select r.id, r.status, r.amount_minor, r.currency, r.due_at, r.created_at, p.provider, p.reference, r.disputed
from refund r join payment p on p.id = r.payment_id order by r.id
"""
_PAYMENTS = """
select p.id, p.captured_minor, p.allocated_minor, p.external_minor, coalesce(sum(r.amount_minor), 0)::bigint as owed
from payment p left join refund r on r.payment_id = p.id group by p.id
having p.allocated_minor <> coalesce(sum(r.amount_minor), 0)
  or coalesce(sum(r.amount_minor), 0) > greatest(0, p.captured_minor - (
    select coalesce(sum(m.amount_minor), 0) from external_movement m
    where m.payment_id = p.id and m.recorded_at is null))
order by p.id
"""
_MOVED = """
select p.id, p.external_minor, coalesce(m.moved, 0)::bigint as moved from payment p
left join (select payment_id, sum(amount_minor - covered_minor) as moved from external_movement group by payment_id) m
  on m.payment_id = p.id
where p.external_minor <> coalesce(m.moved, 0) order by p.id
"""
_WENT_BACK = """
select o.id, o.external_minor, coalesce(m.moved, 0)::bigint as moved, coalesce(m.came, 0)::bigint as came,
       coalesce(c.planned, 0)::bigint as planned
from "order" o
left join (
  select order_id, sum(amount_minor - covered_minor) as moved,
         sum(amount_minor) filter (where recorded_at is null) as came
  from external_movement group by order_id
) m on m.order_id = o.id
left join (
  select order_id, sum(total_minor) as planned from cancellation_plan where origin = 'INTAKE' group by order_id
) c on c.order_id = o.id
where o.external_minor <> coalesce(m.moved, 0) or coalesce(c.planned, 0) <> coalesce(m.came, 0) order by o.id
"""
_COVERED = """
select m.id, m.amount_minor, m.covered_minor, coalesce(sum(r.amount_minor), 0)::bigint as paid
from external_movement m left join refund r on r.movement_id = m.id group by m.id
having m.covered_minor <> least(m.amount_minor, coalesce(sum(r.amount_minor), 0)) order by m.id
"""
_PAUSED = "select exists (select from refund_pause where resumed_at is null) as paused"
_ORDERS = """
select o.id, o.refunded_minor, coalesce(sum(r.amount_minor) filter (where r.status = any($1)), 0)::bigint as paid
from "order" o left join refund r on r.order_id = o.id group by o.id
having o.refunded_minor <> coalesce(sum(r.amount_minor) filter (where r.status = any($1)), 0) order by o.id
"""
_REFERENCES = """
select coalesce(p.provider, r.provider) as provider, coalesce(p.reference, r.reference) as reference,
       coalesce(p.captured_minor, 0)::bigint as captured_minor, r.captured_minor as noted_minor,
       coalesce(p.orders, 0) as orders, coalesce(p.first, '') as first, coalesce(p.last, '') as last,
       coalesce(r.stated, false) as stated
from (
  select p.provider, spelled(p.reference) as reference, sum(p.captured_minor) as captured_minor,
         count(distinct o.id) as orders, min(o.number) as first, max(o.number) as last
  from payment p join "order" o on o.id = p.order_id group by p.provider, spelled(p.reference)
) p full join payment_reference r on r.provider = p.provider and r.reference = p.reference
where p.captured_minor is distinct from r.captured_minor or (p.orders > 1 and not r.stated) order by 1, 2
"""


@dataclass(slots=True)
class ComparedPlan:
    """A plan, with the sum and the statuses of its refunds. The database's texts become words."""

    id: str
    status: PlanStatus
    refund_state: RefundState
    total_minor: int
    due_at: datetime | None
    request_status: RequestStatus
    owed: int
    refunds: list[RefundStatus]
    held: bool = False
    origin: PlanOrigin = PlanOrigin.REQUEST
    shortfall_minor: int = 0
    disputed: list[RefundStatus] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.origin = PlanOrigin(self.origin)
        self.status, self.refund_state = PlanStatus(self.status), RefundState(self.refund_state)
        self.request_status = RequestStatus(self.request_status)
        self.refunds = [RefundStatus(status) for status in self.refunds]
        self.disputed = [RefundStatus(status) for status in self.disputed]


@dataclass(slots=True)
class ComparedRefund:
    """A refund, with its payment's provider and reference. The database's text becomes a word."""

    id: str
    status: RefundStatus
    amount_minor: int
    currency: str
    due_at: datetime | None
    created_at: datetime
    provider: str
    reference: str
    disputed: bool = False

    def __post_init__(self) -> None:
        self.status = RefundStatus(self.status)


@dataclass(frozen=True, slots=True)
class ComparedPayment:
    """A payment whose refunds do not add up to what is set aside for them, or to more than was captured."""

    id: str
    captured_minor: int
    allocated_minor: int
    external_minor: int
    owed: int


@dataclass(frozen=True, slots=True)
class MovedPayment:
    """A payment that does not count as paid back elsewhere what its external movements add up to."""

    id: str
    external_minor: int
    moved: int


@dataclass(frozen=True, slots=True)
class MovedOrder:
    """An order whose external movements are not what it counts, or what the plans that came in with it say."""

    id: str
    external_minor: int
    moved: int
    came: int
    planned: int


@dataclass(frozen=True, slots=True)
class CoveringMovement:
    """An external movement that does not say what the refunds add up to that it has paid."""

    id: str
    amount_minor: int
    covered_minor: int
    paid: int


@dataclass(frozen=True, slots=True)
class ComparedOrder:
    """An order whose paid refunds do not add up to what it counts as refunded."""

    id: str
    refunded_minor: int
    paid: int


@dataclass(frozen=True, slots=True)
class ComparedReference:
    """A payment at its gateway whose orders are not what its row says; `first` and `last` are numbers of orders."""

    provider: str
    reference: str
    captured_minor: int
    noted_minor: int | None
    orders: int
    first: str
    last: str
    stated: bool


@dataclass(frozen=True, slots=True)
class Money:
    """The plans and refunds that a transaction sees, and of payments, orders and references those that differ.

    `paused` says that the owner has stopped the sending of refunds.
    """

    plans: list[ComparedPlan]
    refunds: list[ComparedRefund]
    payments: list[ComparedPayment]
    moved: list[MovedPayment]
    went_back: list[MovedOrder]
    covering: list[CoveringMovement]
    orders: list[ComparedOrder]
    references: list[ComparedReference]
    paused: bool

    @classmethod
    async def read(cls, db: BaseDBAsyncClient) -> Self:
        """Read them."""
        return cls(
            plans=[ComparedPlan(**row) for row in await db.execute_query_dict(_PLANS)],
            refunds=[ComparedRefund(**row) for row in await db.execute_query_dict(_REFUNDS)],
            payments=[ComparedPayment(**row) for row in await db.execute_query_dict(_PAYMENTS)],
            moved=[MovedPayment(**row) for row in await db.execute_query_dict(_MOVED)],
            went_back=[MovedOrder(**row) for row in await db.execute_query_dict(_WENT_BACK)],
            covering=[CoveringMovement(**row) for row in await db.execute_query_dict(_COVERED)],
            orders=[ComparedOrder(**row) for row in await db.execute_query_dict(_ORDERS, [list(PAID_REFUNDS)])],
            references=[ComparedReference(**row) for row in await db.execute_query_dict(_REFERENCES)],
            paused=(await db.execute_query_dict(_PAUSED))[0]["paused"],
        )

    def differences(self, now: datetime) -> Iterator[Difference]:
        """What does not agree."""
        yield from _of_plans(self.plans, now)
        yield from _of_payments(self.payments)
        yield from _of_movements(self.moved, self.went_back)
        yield from _of_covering(self.covering)
        yield from _of_orders(self.orders)
        yield from _of_references(self.references)
        yield from _overdue(self.refunds, now, paused=self.paused)


def _of_plans(plans: Iterable[ComparedPlan], now: datetime) -> Iterable[Difference]:
    for plan in plans:
        paid = all(status in PAID_REFUNDS for status in plan.refunds)
        pays = plan.status in RELEASED_PLANS and not plan.held and plan.origin is PlanOrigin.REQUEST
        if plan.owed + plan.shortfall_minor != (plan.total_minor if pays else 0):
            sentence = f"it is {plan.status} with a total of {plan.total_minor}, its refunds add up to {plan.owed}"
            sentence += f", which fall short by {plan.shortfall_minor}" if plan.shortfall_minor else ""
            yield Difference("PLAN_TOTAL", plan.id, sentence)
        if plan.status is PlanStatus.APPROVED and paid and not plan.held and not plan.shortfall_minor:
            yield Difference("PLAN_NOT_COMPLETED", plan.id, "all its refunds are paid, and it is still APPROVED")
        undisputed = list((Counter(plan.refunds) - Counter(plan.disputed)).elements())
        short = plan.shortfall_minor > 0
        state = refund_state(plan.status, undisputed, held=plan.held, short=short, disputed=plan.disputed)
        if state != plan.refund_state:
            yield Difference("REFUND_STATE", plan.id, f"it says {plan.refund_state}, its refunds say {state}")
        if plan.status is PlanStatus.COMPLETED and plan.request_status is not RequestStatus.COMPLETED:
            yield Difference("REQUEST_NOT_COMPLETED", plan.id, f"its request is {plan.request_status}")
        if plan.status is PlanStatus.WAITING and (plan.due_at is None or plan.due_at < now - PATIENCE):
            yield Difference("STUCK", plan.id, "it was to be confirmed by itself, and nobody did")


def _of_payments(payments: Iterable[ComparedPayment]) -> Iterable[Difference]:
    for row in payments:
        elsewhere = f"{row.external_minor} of them paid back elsewhere, " if row.external_minor else ""
        set_aside = f"{row.allocated_minor} of them set aside for refunds, and these are {row.owed}"
        yield Difference("PAYMENT_ALLOCATED", row.id, f"{row.captured_minor} were captured, {elsewhere}{set_aside}")


def _of_movements(payments: Iterable[MovedPayment], orders: Iterable[MovedOrder]) -> Iterable[Difference]:
    for row in payments:
        sentence = f"it counts {row.external_minor} as paid back elsewhere, its movements add up to {row.moved}"
        yield Difference("PAYMENT_EXTERNAL", row.id, sentence)
    for order in orders:
        if order.external_minor != order.moved:
            sentence = f"it counts {order.external_minor} as paid back elsewhere, its movements add up to {order.moved}"
            yield Difference("ORDER_EXTERNAL", order.id, sentence)
        if order.planned != order.came:
            sentence = f"the plans that came in with it are about {order.planned}, its movements add up to {order.came}"
            yield Difference("INTAKE_TOTAL", order.id, sentence)


def _of_covering(movements: Iterable[CoveringMovement]) -> Iterable[Difference]:
    for row in movements:
        sentence = f"{row.covered_minor} of its {row.amount_minor} have paid refunds, and these are {row.paid}"
        yield Difference("MOVEMENT_COVERED", row.id, sentence)


def _of_orders(orders: Iterable[ComparedOrder]) -> Iterable[Difference]:
    for row in orders:
        sentence = f"it counts {row.refunded_minor} as refunded, its paid refunds add up to {row.paid}"
        yield Difference("ORDER_REFUNDED", row.id, sentence)


def _of_references(references: Iterable[ComparedReference]) -> Iterable[Difference]:
    for row in references:
        about = f"{row.provider}:{row.reference}"
        if row.orders > 1 and not row.stated:
            sentence = f"{row.orders} orders have this payment, {row.first} to {row.last}, and do not state its total"
            yield Difference("PAYMENT_SHARED", about, sentence)
        if row.captured_minor != row.noted_minor:
            noted = "no row" if row.noted_minor is None else f"{row.noted_minor} in its row"
            sentence = f"its orders captured {row.captured_minor}, and there is {noted} of payment_reference"
            yield Difference("PAYMENT_CAPTURED", about, sentence)


def _overdue(refunds: Iterable[ComparedRefund], now: datetime, *, paused: bool) -> Iterable[Difference]:
    """While the owner has paused the sending, what has yet to be sent waits rightly."""
    for row in refunds:
        waits = paused and row.status is RefundStatus.PENDING
        if row.due_at is not None and row.due_at < now - PATIENCE and not waits:
            yield Difference("STUCK", row.id, f"it is {row.status} and has been due for long, and nobody took it")
        stopped = row.disputed and row.status is RefundStatus.PENDING
        if row.due_at is None and row.status in UNDER_WAY and not stopped:
            yield Difference("STUCK", row.id, f"it is {row.status}, and no worker will look at it")
