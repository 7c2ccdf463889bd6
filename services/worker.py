"""What is due: plans to confirm, refunds to send, requests to expire. The rows are the queue.

A worker takes one row at a time, skipping orders that somebody else has locked, so any number of workers,
in any number of processes, share the work. A call to a gateway is made between two transactions, never in one.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.connection import get_connection

from domain.lifecycle import allowed
from domain.words import Action, Role, Subject, TransactionType
from events.bells import Bell
from gateways.port import Answer, Gateway, GatewayUnknown, Outcome
from services import refunds, survey
from services.changes import Row
from services.command import Commands
from services.refunds import Call
from services.transition import Transition

log = logging.getLogger("retour.worker")

POLL = 1.0
"""Seconds between two looks when nobody rings."""
KEEP_ANSWERS = timedelta(days=7)
CLEAN_EVERY = timedelta(hours=1)

_DUE = """
select t.id, t.order_id from "{table}" t join "order" o on o.id = t.order_id
where t.due_at <= $1 and t.status = any($2) order by t.due_at limit 1 for no key update of o skip locked
"""
_DUE_PLAN = _DUE.format(table="cancellation_plan")
_DUE_REFUND = _DUE.format(table="refund")
_DUE_REQUEST = _DUE.format(table="cancellation_request")
_BY_ORDER = 'select o.id, o.id as order_id from "order" o where o.id = $1 for no key update'
_NEXT = """
select least(
  (select min(due_at) from cancellation_plan where status = 'WAITING'),
  (select min(due_at) from refund where due_at is not null)
) as at
"""


@dataclass(slots=True)
class Worker:
    """Does what is due until it is cancelled. `gateways` is by a payment's provider."""

    commands: Commands
    gateways: Mapping[str, Gateway]
    bell: Bell
    expire: bool = False
    lanes: int = 2
    _cleaned: datetime | None = field(default=None, init=False)

    async def run(self) -> None:
        """Work in several lanes; a failure is logged and its row comes up again."""
        async with asyncio.TaskGroup() as lanes:
            for _ in range(self.lanes):
                lanes.create_task(self._lane())

    async def _lane(self) -> None:
        while True:
            try:
                worked = await self.once()
            except Exception:
                log.exception("A due row could not be worked on; it stays due")
                worked = False
            if not worked:
                await self.bell.wait(await self._pause())

    async def once(self) -> bool:
        """Take one due row of each kind; whether there was any."""
        now = self.commands.clock()
        confirmed = await self.commands.due(_DUE_PLAN, [now, ["WAITING"]], confirm)
        sent = await self.send_one(now)
        expired = self.expire and await self.commands.due(_DUE_REQUEST, [now, ["WAITING"]], expire)
        await self._clean(now)
        return bool(confirmed or sent or expired)

    async def send_one(self, now: datetime) -> bool:
        """Lease one due refund, call its gateway, store what came of it."""
        leased = await self.commands.due(_DUE_REFUND, [now, ["PENDING", "PROCESSING", "UNKNOWN"]], _lease)
        if leased is None:
            return False
        (call,) = leased
        if call is not None:
            await self.carry_out(call)
        return True

    async def carry_out(self, call: Call) -> None:
        """One call to a gateway, outside of any transaction, and its result in a transaction of its own."""
        answer, message = None, None
        try:
            answer = await self._ask(call)
        except GatewayUnknown as lost:
            message = lost.message
        await self.commands.due(
            _BY_ORDER, [call.order_id], lambda step, _: refunds.settle_call(step, call, answer, message)
        )

    async def _ask(self, call: Call) -> Answer:
        gateway = self.gateways.get(call.provider)
        if gateway is None:
            return Answer(Outcome.FAILED, message=f"No gateway named {call.provider!r} is set up here.")
        if call.ask_first:
            found = await gateway.find(call.refund_id, call.order.payment_reference, retry=call.order.retry)
            if found is not None:
                return found
        return await gateway.refund(call.order)

    async def _pause(self) -> float:
        """Seconds until the next row is due, at most the poll's."""
        try:
            rows = await get_connection("default").execute_query_dict(_NEXT)
        except Exception:
            log.warning("The database could not be asked what is due next; it is asked again in %s s", POLL)
            return POLL
        if rows[0]["at"] is None:
            return POLL
        due: datetime = rows[0]["at"]
        return min(POLL, max(0.01, (due - self.commands.clock()).total_seconds()))

    async def _clean(self, now: datetime) -> None:
        """Forget answers that nobody can still be asking for."""
        if self._cleaned is None or now - self._cleaned > CLEAN_EVERY:
            self._cleaned = now
            old = "delete from idempotency_record where created_at < $1"
            await get_connection("default").execute_query(old, [now - KEEP_ANSWERS])


def confirm(step: Transition, due: Row) -> bool:
    """Confirm a waiting plan whose parcels have not left; hand it to the seller if one has."""
    plan = step.book.plan(due["id"])
    facts = survey.plan_in_book(step.book, plan)
    offers = allowed(Subject.PLAN, Role.SYSTEM, facts, kind=TransactionType(plan["transaction"]))
    if any(offer.enabled and offer.action is Action.ASK_SELLER for offer in offers):
        step.take(Subject.PLAN, Action.ASK_SELLER, plan)
    else:
        step.take(Subject.REQUEST, Action.AUTO_CONFIRM, step.book.request(plan["request_id"]))
    return True


def expire(step: Transition, due: Row) -> bool:
    """Close a request that nobody decided in time."""
    step.take(Subject.REQUEST, Action.EXPIRE_REQUEST, step.book.request(due["id"]))
    return True


def _lease(step: Transition, due: Row) -> tuple[Call | None]:
    return (refunds.lease(step, due),)
