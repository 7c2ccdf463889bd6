"""Plans, refunds, payments and the gateways' own books, held against each other: every difference, told once.

A server at work changes rows while they are read, so a difference counts only if a second look finds it as well.
What is under way is no difference until it has been overdue for a while.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from domain.derive import refund_state
from domain.guards import PAID_REFUNDS
from domain.words import PlanStatus, RefundStatus, RequestStatus
from gateways.payments.port import Credit, Gateway, GatewayUnknown, Outcome
from services.currency import format_minor

Row = Mapping[str, Any]
PATIENCE = timedelta(minutes=15)
"""How long something may have been due before it counts as stuck."""

_PLANS = """
select p.id, p.status, p.refund_state, p.total_minor, p.due_at, q.status as request_status,
       coalesce(sum(r.amount_minor), 0)::bigint as owed,
       coalesce(array_agg(r.status) filter (where r.id is not null), '{}') as refunds
from cancellation_plan p join cancellation_request q on q.id = p.request_id left join refund r on r.plan_id = p.id
group by p.id, q.id order by p.id
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
_KNOWN = "select distinct reference from payment where provider = $1 and reference = any($2)"


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
        """It for people: a line for each difference."""
        lines = [f"{one.kind:<22} {one.about:<34} {one.sentence}." for one in self.differences]
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
        plans = await db.execute_query_dict(_PLANS)
        refunds = await db.execute_query_dict(_REFUNDS)
        payments = await db.execute_query_dict(_PAYMENTS)
        orders = await db.execute_query_dict(_ORDERS, [[str(one) for one in PAID_REFUNDS]])
    report = Report(plans=len(plans), refunds=len(refunds))
    report.attention = sum(row["status"] == RefundStatus.FAILED for row in refunds)
    report.differences += [*_of_plans(plans, now), *_of_payments(payments), *_of_orders(orders)]
    report.differences += _overdue(refunds, now)
    looked_at = [row for row in refunds if since is None or row["created_at"] >= since]
    start = since or min((row["created_at"] for row in refunds), default=now) - timedelta(days=1)
    for name in sorted({row["provider"] for row in looked_at} | set(gateways)):
        mine = [row for row in looked_at if row["provider"] == name]
        async for one in _of_gateway(gateways.get(name), name, mine, {row["id"] for row in refunds}, start, report):
            report.differences.append(one)
    return report


def _of_plans(plans: Iterable[Row], now: datetime) -> Iterable[Difference]:
    for plan in plans:
        status, states = PlanStatus(plan["status"]), [RefundStatus(one) for one in plan["refunds"]]
        paid, agreed = all(one in PAID_REFUNDS for one in states), status in (PlanStatus.APPROVED, PlanStatus.COMPLETED)
        if plan["owed"] != (plan["total_minor"] if agreed else 0):
            sentence = f"it is {status} with a total of {plan['total_minor']}, its refunds add up to {plan['owed']}"
            yield Difference("PLAN_TOTAL", plan["id"], sentence)
        if status is PlanStatus.APPROVED and paid:
            yield Difference("PLAN_NOT_COMPLETED", plan["id"], "all its refunds are paid, and it is still APPROVED")
        if refund_state(status, states) != plan["refund_state"]:
            sentence = f"it says {plan['refund_state']}, its refunds say {refund_state(status, states)}"
            yield Difference("REFUND_STATE", plan["id"], sentence)
        if status is PlanStatus.COMPLETED and plan["request_status"] != RequestStatus.COMPLETED:
            yield Difference("REQUEST_NOT_COMPLETED", plan["id"], f"its request is {plan['request_status']}")
        if status is PlanStatus.WAITING and plan["due_at"] < now - PATIENCE:
            yield Difference("STUCK", plan["id"], "it was to be confirmed by itself, and nobody did")


def _of_payments(payments: Iterable[Row]) -> Iterable[Difference]:
    for row in payments:
        captured, set_aside = row["captured_minor"], row["allocated_minor"]
        sentence = f"{captured} were captured, {set_aside} of them set aside for refunds, and these are {row['owed']}"
        yield Difference("PAYMENT_ALLOCATED", row["id"], sentence)


def _of_orders(orders: Iterable[Row]) -> Iterable[Difference]:
    for row in orders:
        sentence = f"it counts {row['refunded_minor']} as refunded, its paid refunds add up to {row['paid']}"
        yield Difference("ORDER_REFUNDED", row["id"], sentence)


def _overdue(refunds: Iterable[Row], now: datetime) -> Iterable[Difference]:
    for row in refunds:
        if row["due_at"] is not None and row["due_at"] < now - PATIENCE:
            yield Difference("STUCK", row["id"], f"it is {row['status']} and has been due for long, and nobody took it")


async def _of_gateway(
    gateway: Gateway | None, name: str, refunds: Sequence[Row], known: set[str], start: datetime, report: Report
) -> AsyncIterator[Difference]:
    """A gateway's book against ours."""
    if gateway is None:
        if any(row["status"] == RefundStatus.SUCCEEDED for row in refunds):
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
        for one in _of_refund(row, by_key.get(row["id"], []), name):
            yield one
    for credit in await _ours(name, strangers):
        sentence = f"{name} shows {_amount(credit)} to {credit.payment_reference} that no refund of ours is about"
        yield Difference("CREDIT_UNKNOWN", credit.reference, sentence)


def _of_refund(row: Row, credits: list[Credit], name: str) -> Iterable[Difference]:
    """One refund against the lines of the gateway's book that carry its key."""
    standing = [one for one in credits if one.outcome is not Outcome.FAILED]
    status = RefundStatus(row["status"])
    if len(standing) > 1:
        yield Difference("PAID_TWICE", row["id"], f"{name} shows {len(standing)} credits for it")
    if status is RefundStatus.SETTLED_MANUALLY and standing:
        yield Difference("PAID_TWICE", row["id"], f"it was settled by hand, and {name} has paid it as well")
    if status is RefundStatus.SUCCEEDED and not standing:
        yield Difference("CREDIT_MISSING", row["id"], f"it is SUCCEEDED, and {name} shows no credit")
    if status is RefundStatus.FAILED and standing:
        yield Difference("CREDIT_UNNOTICED", row["id"], f"it is FAILED, and {name} has paid it: retry it, to take note")
    for one in standing:
        if (one.amount_minor, one.currency) != (row["amount_minor"], row["currency"]):
            ours = f"{format_minor(row['amount_minor'], row['currency'])} {row['currency']}"
            yield Difference("CREDIT_AMOUNT", row["id"], f"it is about {ours}, and {name} has paid {_amount(one)}")
        if one.payment_reference != row["reference"]:
            sentence = f"it belongs to {row['reference']}, and {name} has paid to {one.payment_reference}"
            yield Difference("CREDIT_PAYMENT", row["id"], sentence)


async def _ours(name: str, strangers: list[Credit]) -> list[Credit]:
    """Those made out to a payment of ours, or under a key: an account may serve others as well."""
    references = [one.payment_reference for one in strangers]
    rows = await get_connection("default").execute_query_dict(_KNOWN, [name, references])
    known = {row["reference"] for row in rows}
    return [one for one in strangers if one.key is not None or one.payment_reference in known]


def _amount(credit: Credit) -> str:
    return f"{format_minor(credit.amount_minor, credit.currency)} {credit.currency}"
