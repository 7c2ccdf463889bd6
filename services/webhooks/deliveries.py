"""Telling the owner's systems: the journal's events become deliveries, and each is posted until it is taken.

An event becomes deliveries in the transaction that moves the webhooks' own cursor past it, so none is left out and
none is made twice. A delivery is leased before it is posted and settled afterwards: a process that dies in between
has it posted again, under the same id. Endpoints must look at that id; it is the Standard Webhooks' `webhook-id`.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from engine.outage import is_outage
from events.journal import Event, Journal
from events.notifier import Notifier, ProcessNotifier
from models.ids import new_id
from services.webhooks.outbound import Outbound, Reply

log = logging.getLogger("retour.webhooks")
Row = dict[str, Any]

POLL = 1.0
"""Seconds between two looks when nobody rings."""
BATCH = 200
LEASE = timedelta(seconds=60)
"""For one post; longer than `gateways.outbound.SECONDS`."""
AT_ONCE = 16
EACH = 4
"""Posts to one endpoint at a time: a slow one does not keep the others waiting."""
DELAYS = tuple(timedelta(seconds=n) for n in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""Between a failed try and the next; after the last, the delivery is given up."""
KEEP = timedelta(days=14)
CLEAN_EVERY = timedelta(hours=1)

_CURSOR = "select xid, event_id from webhook_cursor where id = 1 for update skip locked"
_ENDPOINTS = "select id, actions, since_xid, since_id from webhook_endpoint where active"
_MOVE = "update webhook_cursor set xid = $1, event_id = $2 where id = 1"
_MAKE = """
insert into webhook_delivery
  (id, endpoint_id, event_id, type, body, state, attempts, due_at, created_at, updated_at)
select id, endpoint_id, event_id, type, body, 'PENDING', 0, $2, $2, $2
from json_populate_recordset(null::webhook_delivery, $1::json)
on conflict (endpoint_id, event_id) do nothing
"""
_LEASE = """
update webhook_delivery d set due_at = $2, attempts = d.attempts + 1
from webhook_endpoint e
where e.id = d.endpoint_id and d.id = (
  select n.id from webhook_delivery n join webhook_endpoint o on o.id = n.endpoint_id
  where n.state = 'PENDING' and n.due_at <= $1 and o.active and n.endpoint_id <> all($3)
  order by n.due_at limit 1 for no key update of n skip locked
)
returning d.id, d.endpoint_id, d.attempts, d.body, e.url, e.secrets
"""
_TAKEN = """
update webhook_delivery set state = 'DELIVERED', due_at = null, status_code = $2, message = null, updated_at = $3
where id = $1 and state = 'PENDING'
"""
_NOT_TAKEN = """
update webhook_delivery
set state = case when $6::timestamptz is null then 'FAILED' else 'PENDING' end,
    due_at = $6, status_code = $3, message = $4, updated_at = $5
where id = $1 and state = 'PENDING' and attempts = $2
"""
_GONE = "update webhook_endpoint set active = false, updated_at = $2 where id = $1"
_CLEAN = "delete from webhook_delivery where state <> 'PENDING' and updated_at < $1"


@dataclass(slots=True)
class Deliveries:
    """Spreads and posts until it is cancelled; any number of processes share the work."""

    clock: Callable[[], datetime]
    notifier: Notifier
    outbound: Outbound
    delays: tuple[timedelta, ...] = DELAYS
    _busy: Counter[str] = field(default_factory=Counter, init=False)
    _freed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _cleaned: datetime | None = field(default=None, init=False)

    async def run(self) -> None:
        """Work until cancelled; a failure is logged, and what it was about comes up again."""
        async with asyncio.TaskGroup() as posts:
            while True:
                try:
                    while await self.spread():
                        pass
                    await self._start(posts)
                    await self._clean()
                except Exception as error:
                    if is_outage(error):
                        log.warning("The database is away (%r); the webhooks wait", error)
                    else:
                        log.exception("The webhooks could not be worked on")
                await self._rest()

    async def spread(self) -> int:
        """Make deliveries of the next events of the journal; how many events that were."""
        async with in_transaction() as db:
            rows = await db.execute_query_dict(_CURSOR)
            if not rows:
                return 0  # another process is at it
            journal = journal_in(db)
            after = rows[0]["xid"], rows[0]["event_id"]
            # Before the endpoints: one that is not there yet wanted none of what could be read by now.
            head = await journal.head()
            if head <= after:
                return 0
            endpoints = await db.execute_query_dict(_ENDPOINTS)
            events = await journal.read(after, BATCH) if endpoints else []
            await self._make(db, [row for event in events for row in _for_endpoints(event, endpoints)])
            await db.execute_query(_MOVE, list(events[-1].position if events else head))
            return len(events)

    async def once(self) -> bool:
        """Post one delivery that is due, if any; whether there was one."""
        leased = await self._lease()
        if leased is not None:
            await self._post(leased)
        return leased is not None

    async def _make(self, db: BaseDBAsyncClient, rows: list[Row]) -> None:
        if rows:
            await db.execute_query(_MAKE, [orjson.dumps(rows).decode(), self.clock()])

    async def _start(self, posts: asyncio.TaskGroup) -> None:
        """Begin to post what is due, as far as there is room."""
        while self._busy.total() < AT_ONCE:
            leased = await self._lease()
            if leased is None:
                return
            self._busy[leased["endpoint_id"]] += 1
            posts.create_task(self._posted(leased))

    async def _posted(self, leased: Row) -> None:
        try:
            await self._post(leased)
        except Exception:
            log.exception("The result of a post was not recorded; it is sent again after its lease")
        finally:
            self._busy -= Counter([leased["endpoint_id"]])
            self._freed.set()

    async def _lease(self) -> Row | None:
        now = self.clock()
        full = [id for id, count in self._busy.items() if count >= EACH]
        rows = await get_connection("default").execute_query_dict(_LEASE, [now, now + LEASE, full])
        return rows[0] if rows else None

    async def _post(self, leased: Row) -> None:
        headers = signed(leased["id"], leased["body"], in_force(leased["secrets"], self.clock()), self.clock())
        reply = await self.outbound.post(leased["url"], headers, leased["body"].encode())
        await self._settle(leased, reply)

    async def _settle(self, leased: Row, reply: Reply) -> None:
        now, db = self.clock(), get_connection("default")
        if reply.taken:
            await db.execute_query(_TAKEN, [leased["id"], reply.status, now])
            return
        gone = reply.status == 410  # the Standard Webhooks' word for: never again
        tried = leased["attempts"]
        again = None if gone or tried > len(self.delays) else now + self.delays[tried - 1] * random.uniform(0.9, 1.2)
        await db.execute_query(_NOT_TAKEN, [leased["id"], tried, reply.status, reply.message, now, again])
        if gone:
            await db.execute_query(_GONE, [leased["endpoint_id"], now])

    async def _rest(self) -> None:
        """Until the journal's notifier rings, a post has ended or it is time to look anyway."""
        self._freed.clear()
        waits = [asyncio.ensure_future(self.notifier.wait(POLL)), asyncio.ensure_future(self._freed.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _clean(self) -> None:
        now = self.clock()
        if self._cleaned is None or now - self._cleaned > CLEAN_EVERY:
            self._cleaned = now
            await get_connection("default").execute_query(_CLEAN, [now - KEEP])


def journal_in(db: BaseDBAsyncClient) -> Journal:
    """The journal as a transaction reads it; it does not wait for anything."""

    async def execute(sql: str, args: Sequence[Any]) -> Sequence[Row]:
        return await db.execute_query_dict(sql, list(args))

    return Journal(execute, ProcessNotifier())


def signed(id: str, body: str, secrets: list[str], at: datetime) -> dict[str, str]:
    """The headers of a post, signed with each secret that is in force; `at` is UTC-aware."""
    return {
        "content-type": "application/json",
        "user-agent": "Retour-Webhooks",
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(id, at, body) for secret in secrets),
    }


def in_force(kept: Any, now: datetime) -> list[str]:
    """Those of an endpoint's secrets that sign now."""
    found = orjson.loads(kept) if isinstance(kept, str) else kept
    return [one["key"] for one in found if one["until"] is None or datetime.fromisoformat(one["until"]) > now]


def _for_endpoints(event: Event, endpoints: list[Row]) -> list[Row]:
    body: str | None = None
    rows = []
    for endpoint in endpoints:
        actions = endpoint["actions"]
        actions = orjson.loads(actions) if isinstance(actions, str) else actions
        if event.position <= (endpoint["since_xid"], endpoint["since_id"]) or (actions and event.action not in actions):
            continue
        body = body or body_of(event)
        rows.append(
            {
                "id": new_id("delivery"),
                "endpoint_id": endpoint["id"],
                "event_id": event.position[1],
                "type": type_of(event),
                "body": body,
            }
        )
    return rows


def type_of(event: Event) -> str:
    """What the Standard Webhooks call the type: `refund.succeeded`."""
    return f"{event.subject}.{event.to_status}".lower()


def body_of(event: Event) -> str:
    """What an endpoint is told: what has happened to what, nothing about people; the rest is to be asked for."""
    data = {
        "cursor": event.cursor,
        "subject": event.subject,
        "id": event.subject_id,
        "action": event.action,
        "from": event.from_status,
        "to": event.to_status,
        "version": event.version,
        "role": event.actor_role,
        "orderId": event.order_id,
        "sellerId": event.seller_id,
        "requestId": event.request_id,
        "planId": event.plan_id,
    }
    return orjson.dumps({"type": type_of(event), "timestamp": event.at, "data": data}).decode()
