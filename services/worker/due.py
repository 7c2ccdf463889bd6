"""What is due: plans to confirm, refunds to send, deadlines to act on, deliveries to assume. The rows are the queue.

A worker takes one row at a time and skips orders that another transaction has locked, so any number of workers,
in any number of processes, share the work. A call to a gateway is made between two transactions, never in one.

A deadline has passed, and a delivery is assumed, only if the database's clock says so, too: a worker whose clock is
ahead acts on no deadline too early.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from tortoise.connection import get_connection

from domain.actions import Action
from domain.lifecycle import allowed
from domain.withdrawal import UNVERIFIED_DAYS
from domain.words import RefundStatus, Role, Subject
from engine.errors import is_outage
from events.notifier import Notifier
from gateways.carriers.port import Carrier
from gateways.payments.port import Answer, Gateway, GatewayUnknown, Outcome
from services import facts
from services.acts import clocks, labels, refunds, withdrawals
from services.acts.labels import LabelCall
from services.acts.refunds import Call, Due, NotFound
from services.acts.verification import expire_withdrawal
from services.commands import Commands, SqlValue
from services.transition import Transition
from services.worker.labels import GRAMS, Labels
from services.worker.loop import work_until_canceled

T = TypeVar("T")
log = logging.getLogger("retour.worker")

POLL = 1.0
"""Seconds between two looks when nothing is notified."""
SOON = 0.1
"""Seconds until a due row is looked at again whose order another transaction has locked."""
ASIDE = timedelta(seconds=30)
"""How long a row that failed with an exception is left alone, so that it does not hold up the others."""
KEEP_ANSWERS = timedelta(days=7)
KEEP_EVENTS = timedelta(days=90)
"""How long the ids of carriers' events are remembered: no return is open for as long."""
CLEAN_EVERY = 3600.0
"""Seconds between two deletions, by this process's monotonic clock."""

_FORGET = "delete from idempotency_record where created_at < now() - $1::interval"
_FORGET_EVENTS = "delete from carrier_event where at < now() - $1::interval"
"""The database has dated the rows, and its clock alone says how old they are: the clock of a worker may be wrong."""

_DUE = """
select t.id, t.order_id{more} from "{table}" t join "order" o on o.id = t.order_id{join}
where t.due_at <= $1 and t.status = any($2) and t.id <> all($3){also}
order by t.due_at limit 1 for no key update of o, t skip locked
"""
"""The row is locked with its order so that it is read again: another worker may have done it since the snapshot."""
DUE_PLAN = _DUE.format(table="cancellation_plan", more="", join="", also="")
_LATE = """t.due_at <= least($1::timestamptz, now())
and t.status = 'WAITING' and t.escalated_at is null and t.reminded_at is null"""
"""Requests of the index request_deadline: once their deadline has been acted on, they are no longer in it."""
_SINCE = "coalesce(t.under_way_since, t.shipped_at)"
_UNREPORTED = f"""{_SINCE} <= least($1::timestamptz, now()) - $2::interval
and t.delivered_at is null and t.status in ('SHIPPED', 'DELIVERED')"""
"""Packages of the index package_unreported: their delivery is to be assumed."""
_DUE_BY_DATABASE = """
select t.id, t.order_id from "{table}" t join "order" o on o.id = t.order_id
where {due} and t.id <> all(${last}) order by {order} limit 1 for no key update of o, t skip locked
"""
DUE_REQUEST = _DUE_BY_DATABASE.format(table="cancellation_request", due=_LATE, last=2, order="t.due_at")
DUE_PACKAGE = _DUE_BY_DATABASE.format(table="package", due=_UNREPORTED, last=3, order=_SINCE)
_IDLE = "t.due_at <= least($1::timestamptz, now())"
"""Return shipments of the index return_due: the goods have not been sent, have not arrived or wait to be inspected."""
DUE_RETURN = _DUE_BY_DATABASE.format(table="return_shipment", due=_IDLE, last=2, order="t.due_at")
_OVERDUE = """t.refund_due_at <= least($1::timestamptz, now()) and t.status = 'DECLARED' and t.overdue_at is null
and exists (select from cancellation_request q left join cancellation_plan p on p.request_id = q.id
  where q.withdrawal_id = t.id and q.status in ('WAITING', 'APPROVED') and not coalesce(p.held, false)
  and coalesce(p.updated_at, q.created_at) <= least($1::timestamptz, now()) - interval '1 day')"""
"""Withdrawals of the index withdrawal_due whose money was to be back, and waits for no goods (services/facts.py)."""
DUE_WITHDRAWAL = _DUE_BY_DATABASE.format(table="withdrawal", due=_OVERDUE, last=2, order="t.refund_due_at")
_UNVERIFIED = f"""t.status = 'UNVERIFIED'
and t.declared_at <= least($1::timestamptz, now()) - interval '{UNVERIFIED_DAYS} days'"""
DUE_UNVERIFIED = _DUE_BY_DATABASE.format(table="withdrawal", due=_UNVERIFIED, last=2, order="t.declared_at")
"""Withdrawals that nobody has verified in time."""
_LOOK = f"""
select least(
         (select min(due_at) from cancellation_plan where status = 'WAITING'),
         case when exists (select from refund_pause where resumed_at is null)
           then (select min(due_at) from refund where due_at is not null and status <> 'PENDING')
           else (select min(due_at) from refund where due_at is not null) end
       ) as next,
       exists (select from cancellation_request t where {_LATE}) as requests,
       exists (select from package t where {_UNREPORTED}) as packages,
       exists (select from return_shipment t where {_IDLE}) as returns,
       exists (select from withdrawal t where {_OVERDUE}) as withdrawals,
       exists (select from withdrawal t where {_UNVERIFIED}) as unverified
"""
"""When the next plan or refund is due, and whether anything else is worth a transaction: nearly always nothing is.

Without an interval no delivery is assumed.
"""
_LOOK_FOR_LABELS = "select min(due_at) as next from return_label where due_at is not null"
LAST_ATTEMPT = """
left join lateral (
  select a.id, a.outcome from refund_attempt a where a.refund_id = t.id order by a.number desc limit 1
) a on true"""
"""The last attempt of a refund `t`, as `a`."""
_RESTORED = """exists (
  select from event e where e.subject_id = t.id and e.version = 1
  and e.xid::text::bigint < journal_xid()::text::bigint - pg_current_xact_id()::text::bigint
)"""
"""Whether a row `t` is from before the journal's era, which begins where a backup is restored (database/migrate.py)."""
_MAY_GO = "(select may_go from pause)"
_EXCEEDED = """(
  select sum(q.captured_minor) < sum(q.allocated_minor + q.external_minor) from payment p
  join payment q on q.provider = p.provider and q.reference = p.reference where p.id = t.payment_id
)"""
"""Whether the orders of the payment of a refund `t` have together got and are owed more than it captured.

Each refund is counted before it is due, so of two that are too much together, at least one is due after both count.
"""
DUE_REFUND = "with pause as materialized (select refunds_may_go() as may_go)" + _DUE.format(
    table="refund",
    more=f", a.id as attempt_id, a.outcome as attempt_outcome, {_RESTORED} as restored, {_MAY_GO} as may_send"
    f", {_EXCEEDED} as exceeded",
    join=LAST_ATTEMPT,
    also=f" and (t.status <> '{RefundStatus.PENDING}' or {_MAY_GO})",
)
"""While the owner has paused the sending, refunds that have yet to be sent stay due; all others are looked up."""
DUE_LABEL = f"""
select t.id, t.order_id, {_RESTORED} as restored from return_label t join "order" o on o.id = t.order_id
where t.due_at <= $1 and t.id <> all($2) order by t.due_at limit 1 for no key update of o, t skip locked
"""
_OF_CALL = """
select t.id, t.order_id from refund t join "order" o on o.id = t.order_id where t.id = $1 for no key update of o
"""


@dataclass(slots=True)
class Worker:
    """Does what is due until it is canceled.

    `gateways` is by a payment's provider, `carriers` by a label's carrier, `lease` the time of one call to either.
    """

    commands: Commands
    gateways: Mapping[str, Gateway]
    notifier: Notifier
    parallel: int = 2
    lease: timedelta = refunds.LEASE
    carriers: Mapping[str, Carrier] = field(default_factory=dict)
    grams: int = GRAMS
    _cleaned: float | None = field(default=None, init=False)
    _aside: dict[str, datetime] = field(default_factory=dict, init=False)
    _next: datetime | None = field(default=None, init=False)
    _next_label: datetime | None = field(default=None, init=False)
    began: dict[int, float] = field(default_factory=dict, init=False)
    """When the step of each task began, by the monotonic clock."""

    async def run(self) -> None:
        """Work on several rows at a time; on labels apart, so that a carrier that is slow holds no money up."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(self.parallel):
                tasks.create_task(work_until_canceled("worker", self._step_of(number, self.work), self._rest))
            labels = self._step_of(self.parallel, self.label_one)
            tasks.create_task(work_until_canceled("worker", labels, self._rest_from_labels))

    def stuck_for(self) -> float:
        """Seconds since the step that has taken longest so far began."""
        return time.monotonic() - min(self.began.values(), default=time.monotonic())

    def _step_of(self, number: int, work: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
        async def step() -> bool:
            self.began[number] = time.monotonic()
            return await work()

        return step

    async def _rest(self) -> None:
        await self.notifier.wait(self._until(self._next))

    async def _rest_from_labels(self) -> None:
        await self.notifier.wait(self._until(self._next_label))

    async def once(self) -> bool:
        """What `run` does at a time, one after the other: take one due row of each kind; whether there was any."""
        worked = await self.work()
        return await self.label_one() or worked

    async def work(self) -> bool:
        """Take one due row of each kind but labels; whether there was any. A million old packages hold nothing up."""
        now, after = self.commands.clock(), self.commands.terms.calendar.assumed_after
        (look,) = await get_connection("default").execute_query_dict(_LOOK, [now, after])
        self._next = look["next"]
        done = False
        if self._next is not None and self._next <= now:
            done |= bool(await self.take(DUE_PLAN, now, ["WAITING"], confirm))
            done |= await self.send_one(now)
        if look["requests"]:
            done |= bool(await self.take(DUE_REQUEST, now, None, lambda at, due: clocks.act_on_deadline(at, due.id)))
        if look["packages"]:
            done |= bool(await self.take(DUE_PACKAGE, now, after, lambda at, due: clocks.assume_delivery(at, due.id)))
        if look["returns"]:
            done |= bool(await self.take(DUE_RETURN, now, None, lambda at, due: clocks.act_on_return(at, due.id)))
        if look["withdrawals"]:
            late = await self.take(DUE_WITHDRAWAL, now, None, lambda at, due: withdrawals.report_overdue(at, due.id))
            done |= bool(late)
        if look["unverified"]:
            done |= bool(await self.take(DUE_UNVERIFIED, now, None, lambda at, due: expire_withdrawal(at, due.id)))
        await self._clean_if_due()
        return done

    async def label_one(self) -> bool:
        """Lease one due label, if there is any, call its carrier, store what came of it."""
        now = self.commands.clock()
        (look,) = await get_connection("default").execute_query_dict(_LOOK_FOR_LABELS)
        self._next_label = look["next"]
        if self._next_label is None or self._next_label > now:
            return False
        leased = await self.take(DUE_LABEL, now, None, self.lease_label)
        if leased is None:
            return False
        (call,) = leased
        if call is not None:
            await Labels(self.commands, self.carriers, self.lease, self.grams).execute(call)
        return True

    async def send_one(self, now: datetime) -> bool:
        """Lease one due refund, call its gateway, store what came of it."""
        leased = await self.take(DUE_REFUND, now, ["PENDING", "PROCESSING", "UNKNOWN"], self.lease_refund)
        if leased is None:
            return False
        (call,) = leased
        if call is not None:
            await self.execute(call)
        return True

    async def execute(self, call: Call) -> None:
        """Make one call to a gateway, outside of any transaction, and store its result in a transaction of its own."""
        answer, message, not_found = None, None, False
        try:
            async with asyncio.timeout(self.lease.total_seconds() * 0.75):  # its result is stored within the lease
                answer = await self.ask(call)
        except GatewayUnknown as lost:
            message, not_found = lost.message, isinstance(lost, NotFound)
        except TimeoutError:
            message = refunds.LOST
        except Exception as error:  # whatever broke, the money may have moved
            log.exception("The gateway %s failed in a way that it should not", call.provider)
            message = f"The gateway failed: {type(error).__name__}"
        await self.commands.work_on_due(
            _OF_CALL,
            [call.refund_id],
            lambda transition, _: refunds.settle_call(transition, call, answer, message, not_found=not_found),
        )

    async def ask(self, call: Call) -> Answer:
        """What the gateway says to a call. Raises GatewayUnknown."""
        gateway = self.gateways.get(call.provider)
        if gateway is None:
            missing = f"No gateway named {call.provider!r} is set up here."
            if call.in_doubt:
                raise GatewayUnknown(missing)
            return Answer(Outcome.FAILED, message=missing)
        if call.ask_first:
            found = await gateway.find(call.refund_id, call.order.payment_reference, retry=call.order.retry)
            if found is not None:
                return found
        if call.covered:
            raise NotFound("The gateway does not know it, and money has gone back to the payment by another way.")
        if call.disputed:
            raise GatewayUnknown("The customer disputes the payment, and the bank has not decided yet.")
        if not call.may_send:
            raise GatewayUnknown("The owner has paused the sending of refunds.")
        if call.exceeded:
            if call.in_doubt:
                raise GatewayUnknown(refunds.EXCEEDED)
            return Answer(Outcome.FAILED, message=refunds.EXCEEDED)
        return await gateway.refund(call.order)

    async def take(self, sql: str, now: datetime, more: SqlValue, act: Callable[[Transition, Due], T]) -> T | None:
        """Act on the first due row; one that fails is set aside for a while.

        The parameters of `sql` are now, `more` unless it is None, and the rows that are set aside.
        """
        taken: list[str] = []
        needed = [] if more is None else [more]

        def noted(transition: Transition, due: Due) -> T:
            taken[:] = [due.id]
            return act(transition, due)

        self._aside = {id: until for id, until in self._aside.items() if until > now}
        try:
            return await self.commands.work_on_due(sql, [now, *needed, list(self._aside)], noted)
        except Exception as error:
            if taken and not is_outage(error):
                self._aside[taken[0]] = now + ASIDE
            raise

    def _until(self, due: datetime | None) -> float:
        """Seconds until the next row is due, at most the poll's."""
        if due is None:
            return POLL
        seconds = (due - self.commands.clock()).total_seconds()
        return min(POLL, seconds) if seconds > 0 else SOON

    async def clean(self) -> None:
        """Forget answers that are too old, by the database's clock, for anybody to ask for again."""
        await get_connection("default").execute_query(_FORGET, [KEEP_ANSWERS])
        await get_connection("default").execute_query(_FORGET_EVENTS, [KEEP_EVENTS])

    async def _clean_if_due(self) -> None:
        if self._cleaned is None or time.monotonic() - self._cleaned > CLEAN_EVERY:
            self._cleaned = time.monotonic()
            await self.clean()

    def lease_refund(self, transition: Transition, due: Due) -> tuple[Call | None]:
        """Lease a due refund; the one member of the tuple is its call, None if only a lost lease was noticed."""
        return (refunds.lease(transition, due, length=self.lease),)

    def lease_label(self, transition: Transition, due: Due) -> tuple[LabelCall | None]:
        """The same for a due label."""
        return (labels.lease(transition, due, length=self.lease),)


def confirm(transition: Transition, due: Due) -> bool:
    """Confirm a waiting plan whose packages have not left; hand it to the seller if one has."""
    order_book = transition.order_book
    plan = order_book.plan(due.id)
    offers = allowed(Subject.PLAN, Role.SYSTEM, facts.plan_facts(order_book, plan), transaction=plan.transaction)
    if any(offer.enabled and offer.action is Action.ASK_SELLER for offer in offers):
        transition.take(Action.ASK_SELLER, plan)
    else:
        transition.take(Action.AUTO_CONFIRM, order_book.request(plan.request_id))
    return True
