"""Plans, refunds, payments and the gateways' own books, compared: each difference is reported once.

A server at work changes rows while they are read, so a difference counts only if a second look finds it as well.
What is under way is no difference until it has been overdue for a while.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from domain.derive import refund_state
from domain.words import PAID_REFUNDS, RELEASED_PLANS, PlanStatus, RefundState, RefundStatus, RequestStatus
from gateways.payments.port import Credit, Gateway, GatewayUnknown, Outcome
from services.currency import format_minor

PATIENCE = timedelta(minutes=15)
"""How long something may have been due before it counts as stuck."""
UNDER_WAY = (RefundStatus.PENDING, RefundStatus.PROCESSING, RefundStatus.UNKNOWN)
UNNOTICED = {
    RefundStatus.FAILED: "retry it, to take note",
    RefundStatus.PENDING: "a worker will ask for it before it sends anything",
}
"""What is to be done if a gateway has paid a refund with one of these statuses."""

_PLANS = """
select p.id, p.status, p.refund_state, p.total_minor, p.due_at, p.held, q.status as request_status,
       coalesce(sum(r.amount_minor), 0)::bigint as owed,
       coalesce(array_agg(r.status) filter (where r.id is not null), '{}') as refunds
from cancellation_plan p join cancellation_request q on q.id = p.request_id left join refund r on r.plan_id = p.id
group by p.id, q.id order by p.id
"""
_PLAN_SUMS = """
select p.id, p.total_minor, (l.lines + coalesce(a.adjustments, 0))::bigint as sum_minor from cancellation_plan p
join (select plan_id, sum(total_minor) as lines from plan_line group by plan_id) l on l.plan_id = p.id
left join (select plan_id, sum(amount_minor) as adjustments from plan_adjustment group by plan_id) a on a.plan_id = p.id
where p.total_minor <> l.lines + coalesce(a.adjustments, 0) order by p.id
"""
_HELD = """
select p.id, s.status as goods from cancellation_plan p left join return_shipment s on s.request_id = p.request_id
where p.held and (s.id is null or s.status in ('INSPECTED', 'WAIVED', 'EXPIRED', 'CANCELED')) order by p.id
"""
_RESERVED = """
select o.id, o.captured_minor, h.held, p.allocated from "order" o
join (select order_id, sum(total_minor)::bigint as held from cancellation_plan where held group by order_id) h
  on h.order_id = o.id
join (select order_id, sum(allocated_minor)::bigint as allocated from payment group by order_id) p on p.order_id = o.id
where h.held + p.allocated > o.captured_minor order by o.id
"""
_RETURNS = """
select s.id, s.status, s.due_at, (s.due_at < $1) as late,
       bool_or(l.received < (select coalesce(sum((g->>'quantity')::int), 0) from jsonb_array_elements(l.grades) g))
         as graded_too_many
from return_shipment s join return_line l on l.shipment_id = s.id group by s.id
having s.due_at < $1
  or bool_or(l.received < (select coalesce(sum((g->>'quantity')::int), 0) from jsonb_array_elements(l.grades) g))
union all select b.id, b.status, b.due_at, true, false from return_label b where b.due_at < $1
order by id
"""
_REFUNDS = """
select r.id, r.status, r.amount_minor, r.currency, r.due_at, r.created_at, p.provider, p.reference
from refund r join payment p on p.id = r.payment_id order by r.id
"""
_PAYMENTS = """
select p.id, p.captured_minor, p.allocated_minor, coalesce(sum(r.amount_minor), 0)::bigint as owed
from payment p left join refund r on r.payment_id = p.id group by p.id
having p.allocated_minor <> coalesce(sum(r.amount_minor), 0) or coalesce(sum(r.amount_minor), 0) > p.captured_minor
order by p.id
"""
_ORDERS = """
select o.id, o.refunded_minor, coalesce(sum(r.amount_minor) filter (where r.status = any($1)), 0)::bigint as paid
from "order" o left join refund r on r.order_id = o.id group by o.id
having o.refunded_minor <> coalesce(sum(r.amount_minor) filter (where r.status = any($1)), 0) order by o.id
"""
_PLAN_UNITS = """
select p.id, sum(coalesce(l.accepted_quantity, l.quantity))::bigint as accepted,
       coalesce(sum(a.quantity), 0)::bigint as planned
from cancellation_plan p join request_item l on l.request_id = p.request_id
left join plan_line a on a.plan_id = p.id and a.order_item_id = l.order_item_id
group by p.id having bool_or(coalesce(a.quantity, 0) <> coalesce(l.accepted_quantity, l.quantity)) order by p.id
"""
_HELD_UNITS = """
select i.id, i.cancel_held, i.return_held, coalesce(r.to_cancel, 0)::bigint as to_cancel,
       coalesce(r.to_return, 0)::bigint as to_return
from order_item i left join (
  select l.order_item_id,
         sum(coalesce(l.accepted_quantity, l.quantity)) filter (where q.transaction = 'CANCEL') as to_cancel,
         sum(coalesce(l.accepted_quantity, l.quantity)) filter (where q.transaction = 'REFUND') as to_return
  from cancellation_request q join request_item l on l.request_id = q.id
  where q.status = 'WAITING' or (q.status = 'APPROVED' and q.transaction = 'REFUND') group by l.order_item_id
) r on r.order_item_id = i.id
where i.cancel_held <> coalesce(r.to_cancel, 0) or i.return_held <> coalesce(r.to_return, 0) order by i.id
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
_EXCEEDED = """
select b.reference, sum(p.captured_minor)::bigint as captured
from unnest($2::text[], $3::bigint[]) as b (reference, paid) join payment p on p.reference = b.reference
where p.provider = $1 group by b.reference, b.paid having b.paid > sum(p.captured_minor) order by b.reference
"""
_KNOWN = "select distinct reference from payment where provider = $1 and reference = any($2)"


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

    def __post_init__(self) -> None:
        self.status, self.refund_state = PlanStatus(self.status), RefundState(self.refund_state)
        self.request_status = RequestStatus(self.request_status)
        self.refunds = [RefundStatus(status) for status in self.refunds]


@dataclass(frozen=True, slots=True)
class ComparedSum:
    """A plan whose lines and adjustments do not add up to its total."""

    id: str
    total_minor: int
    sum_minor: int


@dataclass(frozen=True, slots=True)
class ComparedHeldPlan:
    """A plan whose money waits for goods that nothing more happens to; `goods` is None if there are none."""

    id: str
    goods: str | None


@dataclass(frozen=True, slots=True)
class ComparedReserve:
    """An order of which more is paid back or reserved for held plans than was captured."""

    id: str
    captured_minor: int
    held: int
    allocated: int


@dataclass(frozen=True, slots=True)
class ComparedReturn:
    """A return shipment or a label that nobody has acted on in time, or more units graded than have arrived."""

    id: str
    status: str
    due_at: datetime | None
    late: bool | None
    graded_too_many: bool


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

    def __post_init__(self) -> None:
        self.status = RefundStatus(self.status)


@dataclass(frozen=True, slots=True)
class ComparedPayment:
    """A payment whose refunds do not add up to what is set aside for them, or to more than was captured."""

    id: str
    captured_minor: int
    allocated_minor: int
    owed: int


@dataclass(frozen=True, slots=True)
class ComparedOrder:
    """An order whose paid refunds do not add up to what it counts as refunded."""

    id: str
    refunded_minor: int
    paid: int


@dataclass(frozen=True, slots=True)
class ComparedPlanUnits:
    """A plan that is not for the units of its request that were accepted."""

    id: str
    accepted: int
    planned: int


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """An order item that does not hold the units that its open requests and unfinished returns stand for."""

    id: str
    cancel_held: int
    return_held: int
    to_cancel: int
    to_return: int


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


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """Something that does not agree: a kind for programs, what it is about, a sentence for people."""

    kind: str
    about: str
    sentence: str


@dataclass(slots=True)
class Report:
    """What was compared, and what did not agree."""

    plans: int = 0
    refunds: int = 0
    credits: int = 0
    attention: int = 0
    differences: list[Difference] = field(default_factory=list)

    def text(self) -> str:
        """The report for people: a line for each difference."""
        lines = [f"{found.kind:<22} {found.about:<34} {found.sentence}." for found in self.differences]
        compared = f"{self.plans} plans, {self.refunds} refunds and {self.credits} credits of the gateways compared"
        attention = f" {self.attention} failed refunds wait for the owner." if self.attention else ""
        return "\n".join([*lines, f"{compared}: {len(lines) or 'no'} differences.{attention}"])


async def reconcile(gateways: Mapping[str, Gateway], now: datetime, *, since: datetime | None = None) -> Report:
    """Compare everything, or what was refunded since an instant. Twice, where the first look finds something."""
    first = await _look(gateways, now, since)
    if not first.differences:
        return first
    second = await _look(gateways, now, since)
    second.differences = sorted(set(first.differences) & set(second.differences))
    return second


async def _look(gateways: Mapping[str, Gateway], now: datetime, since: datetime | None) -> Report:
    # Our side first, in one snapshot: what a gateway has done meanwhile then looks under way, not missing.
    async with in_transaction() as db:
        await db.execute_query("set transaction isolation level repeatable read, read only")
        plans = [ComparedPlan(**row) for row in await db.execute_query_dict(_PLANS)]
        refunds = [ComparedRefund(**row) for row in await db.execute_query_dict(_REFUNDS)]
        payments = [ComparedPayment(**row) for row in await db.execute_query_dict(_PAYMENTS)]
        orders = [ComparedOrder(**row) for row in await db.execute_query_dict(_ORDERS, [list(PAID_REFUNDS)])]
        plan_units = [ComparedPlanUnits(**row) for row in await db.execute_query_dict(_PLAN_UNITS)]
        items = [ComparedItem(**row) for row in await db.execute_query_dict(_HELD_UNITS)]
        sums = [ComparedSum(**row) for row in await db.execute_query_dict(_PLAN_SUMS)]
        held = [ComparedHeldPlan(**row) for row in await db.execute_query_dict(_HELD)]
        reserves = [ComparedReserve(**row) for row in await db.execute_query_dict(_RESERVED)]
        returns = [ComparedReturn(**row) for row in await db.execute_query_dict(_RETURNS, [now - PATIENCE])]
        references = [ComparedReference(**row) for row in await db.execute_query_dict(_REFERENCES)]
    report = Report(plans=len(plans), refunds=len(refunds))
    report.attention = sum(refund.status is RefundStatus.FAILED for refund in refunds)
    report.differences += [*_of_plans(plans, now), *_of_payments(payments), *_of_orders(orders)]
    report.differences += [*_of_units(plan_units, items), *_of_references(references), *_overdue(refunds, now)]
    report.differences += [*_of_goods(sums, held, reserves), *_of_returns(returns)]
    looked_at = [refund for refund in refunds if since is None or refund.created_at >= since]
    start = since or min((refund.created_at for refund in refunds), default=now) - timedelta(days=1)
    known = {refund.id for refund in refunds}
    for name in sorted({refund.provider for refund in looked_at} | set(gateways)):
        mine = [refund for refund in looked_at if refund.provider == name]
        async for difference in _of_gateway(gateways.get(name), name, mine, known, start, report):
            report.differences.append(difference)
    return report


def _of_plans(plans: Iterable[ComparedPlan], now: datetime) -> Iterable[Difference]:
    for plan in plans:
        paid = all(status in PAID_REFUNDS for status in plan.refunds)
        if plan.owed != (plan.total_minor if plan.status in RELEASED_PLANS and not plan.held else 0):
            sentence = f"it is {plan.status} with a total of {plan.total_minor}, its refunds add up to {plan.owed}"
            yield Difference("PLAN_TOTAL", plan.id, sentence)
        if plan.status is PlanStatus.APPROVED and paid and not plan.held:
            yield Difference("PLAN_NOT_COMPLETED", plan.id, "all its refunds are paid, and it is still APPROVED")
        if (state := refund_state(plan.status, plan.refunds, held=plan.held)) != plan.refund_state:
            yield Difference("REFUND_STATE", plan.id, f"it says {plan.refund_state}, its refunds say {state}")
        if plan.status is PlanStatus.COMPLETED and plan.request_status is not RequestStatus.COMPLETED:
            yield Difference("REQUEST_NOT_COMPLETED", plan.id, f"its request is {plan.request_status}")
        if plan.status is PlanStatus.WAITING and (plan.due_at is None or plan.due_at < now - PATIENCE):
            yield Difference("STUCK", plan.id, "it was to be confirmed by itself, and nobody did")


def _of_goods(
    sums: Iterable[ComparedSum], held: Iterable[ComparedHeldPlan], reserves: Iterable[ComparedReserve]
) -> Iterable[Difference]:
    for plan in sums:
        sentence = f"its total is {plan.total_minor}, its lines and adjustments add up to {plan.sum_minor}"
        yield Difference("PLAN_SUM", plan.id, sentence)
    for waiting in held:
        goods = "there are none" if waiting.goods is None else f"they are {waiting.goods}"
        yield Difference("HELD_FOR_NOTHING", waiting.id, f"its money waits for goods, and {goods}")
    for order in reserves:
        reserved = f"{order.allocated} are set aside for refunds and {order.held} held for goods"
        yield Difference("HELD_EXCEEDS", order.id, f"{order.captured_minor} were captured, {reserved}")


def _of_returns(returns: Iterable[ComparedReturn]) -> Iterable[Difference]:
    for row in returns:
        if row.late:
            yield Difference("STUCK", row.id, f"it is {row.status} and has been due for long, and nobody acted")
        if row.graded_too_many:
            yield Difference("RETURN_GRADES", row.id, "more units are graded than have arrived")


def _of_payments(payments: Iterable[ComparedPayment]) -> Iterable[Difference]:
    for row in payments:
        set_aside = f"{row.allocated_minor} of them set aside for refunds, and these are {row.owed}"
        yield Difference("PAYMENT_ALLOCATED", row.id, f"{row.captured_minor} were captured, {set_aside}")


def _of_orders(orders: Iterable[ComparedOrder]) -> Iterable[Difference]:
    for row in orders:
        sentence = f"it counts {row.refunded_minor} as refunded, its paid refunds add up to {row.paid}"
        yield Difference("ORDER_REFUNDED", row.id, sentence)


def _of_units(plans: Iterable[ComparedPlanUnits], items: Iterable[ComparedItem]) -> Iterable[Difference]:
    for row in plans:
        sentence = f"it is for {row.planned} units, and {row.accepted} of its request were accepted, item by item"
        yield Difference("PLAN_UNITS", row.id, sentence)
    for item in items:
        holds = f"it holds {item.cancel_held} units to be canceled and {item.return_held} to be returned"
        sentence = f"{holds}, and its requests stand for {item.to_cancel} and {item.to_return}"
        yield Difference("UNITS_HELD", item.id, sentence)


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


def _overdue(refunds: Iterable[ComparedRefund], now: datetime) -> Iterable[Difference]:
    for row in refunds:
        if row.due_at is not None and row.due_at < now - PATIENCE:
            yield Difference("STUCK", row.id, f"it is {row.status} and has been due for long, and nobody took it")
        if row.due_at is None and row.status in UNDER_WAY:
            yield Difference("STUCK", row.id, f"it is {row.status}, and no worker will look at it")


async def _of_gateway(
    gateway: Gateway | None,
    name: str,
    refunds: Sequence[ComparedRefund],
    known: set[str],
    start: datetime,
    report: Report,
) -> AsyncIterator[Difference]:
    """A gateway's book against ours."""
    if gateway is None:
        if any(row.status is RefundStatus.SUCCEEDED for row in refunds):
            yield Difference("NO_GATEWAY", name, "no such gateway is set up here, so what it paid cannot be compared")
        return
    try:
        book = [credit async for credit in gateway.credits(start)]
    except GatewayUnknown as silent:
        yield Difference("GATEWAY_SILENT", name, silent.message)
        return
    report.credits += len(book)
    by_key: dict[str, list[Credit]] = {}
    strangers: list[Credit] = []
    for credit in book:
        if credit.key in known:
            by_key.setdefault(credit.key or "", []).append(credit)
        elif credit.outcome is not Outcome.FAILED:
            strangers.append(credit)
    for row in refunds:
        for difference in _of_refund(row, by_key.get(row.id, []), name):
            yield difference
    for difference in await _paid_too_much(name, book):
        yield difference
    for credit in await _ours(name, strangers):
        sentence = f"{name} shows {_amount(credit)} to {credit.payment_reference} that no refund of ours is about"
        yield Difference("CREDIT_UNKNOWN", credit.reference, sentence)


def _of_refund(row: ComparedRefund, credits: list[Credit], name: str) -> Iterable[Difference]:
    """One refund against the lines of the gateway's book that carry its key."""
    standing = [credit for credit in credits if credit.outcome is not Outcome.FAILED]
    if len(standing) > 1:
        yield Difference("PAID_TWICE", row.id, f"{name} shows {len(standing)} credits for it")
    if row.status is RefundStatus.SETTLED_MANUALLY and standing:
        yield Difference("PAID_TWICE", row.id, f"it was settled by hand, and {name} has paid it as well")
    if row.status is RefundStatus.SUCCEEDED and not standing:
        yield Difference("CREDIT_MISSING", row.id, f"it is SUCCEEDED, and {name} shows no credit")
    if row.status in UNNOTICED and standing:
        yield Difference(
            "CREDIT_UNNOTICED", row.id, f"it is {row.status}, and {name} has paid it: {UNNOTICED[row.status]}"
        )
    for credit in standing:
        if (credit.amount_minor, credit.currency) != (row.amount_minor, row.currency):
            ours = f"{format_minor(row.amount_minor, row.currency)} {row.currency}"
            yield Difference("CREDIT_AMOUNT", row.id, f"it is about {ours}, and {name} has paid {_amount(credit)}")
        if credit.payment_reference != row.reference:
            sentence = f"it belongs to {row.reference}, and {name} has paid to {credit.payment_reference}"
            yield Difference("CREDIT_PAYMENT", row.id, sentence)


async def _paid_too_much(name: str, book: Iterable[Credit]) -> list[Difference]:
    """Payments to which a gateway has paid back more than all of their orders captured."""
    paid: Counter[str] = Counter()
    for credit in book:
        if credit.outcome is not Outcome.FAILED:
            paid[credit.payment_reference] += credit.amount_minor
    rows = await get_connection("default").execute_query_dict(_EXCEEDED, [name, list(paid), list(paid.values())])
    return [
        Difference(
            "CREDIT_EXCEEDS",
            f"{name}:{row['reference']}",
            f"its orders captured {row['captured']}, and {name} has paid back {paid[row['reference']]}",
        )
        for row in rows
    ]


async def _ours(name: str, strangers: list[Credit]) -> list[Credit]:
    """Those made out to a payment of ours, or under a key: an account may serve others as well."""
    references = [credit.payment_reference for credit in strangers]
    rows: list[dict[str, str]] = await get_connection("default").execute_query_dict(_KNOWN, [name, references])
    known = {row["reference"] for row in rows}
    return [credit for credit in strangers if credit.key is not None or credit.payment_reference in known]


def _amount(credit: Credit) -> str:
    return f"{format_minor(credit.amount_minor, credit.currency)} {credit.currency}"
