"""Webhooks: the journal's events become deliveries, and each delivery is posted until it is accepted.

The transaction that creates an event's deliveries also moves the webhooks' cursor past the event, so each delivery is
created exactly once. A delivery is leased before it is posted and settled afterwards: if the process dies in between,
the delivery is posted again under the same id. Endpoints must check that id, the Standard Webhooks' `webhook-id`.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypedDict

import orjson
from standardwebhooks.webhooks import Webhook
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.expressions import RawSQL
from tortoise.transactions import in_transaction

from domain.words import DeliveryState
from engine.errors import is_outage
from events.journal import Event, journal_in
from events.notifier import Notifier
from models import WebhookCursor, WebhookDelivery, WebhookEndpoint
from models.ids import new_id
from models.webhooks import Secret
from services.webhooks.outbound import Outbound, Reply
from services.worker.loop import next_try, work_until_canceled

log = logging.getLogger("retour.webhooks")

POLL = 1.0
"""Seconds until the next look if no notification comes."""
BATCH = 200
LEASE = timedelta(seconds=60)
"""Time for one post; longer than `outbound.SECONDS`."""
AT_ONCE = 16
EACH = 4
"""Concurrent posts to one endpoint, so that a slow endpoint does not delay the others."""
DELAYS = tuple(timedelta(seconds=n) for n in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""Pauses between a failed try and the next; after the last one, the delivery has failed."""
KEEP = timedelta(days=14)
CLEAN_EVERY = 3600.0
"""Seconds between two deletions, by this process's monotonic clock."""
_DATABASE_NOW = RawSQL("clock_timestamp()")
"""Dates what `clean` deletes by: the database's clock decides, for the clocks of the processes may be wrong."""
_CLEAN = "delete from webhook_delivery where state <> 'PENDING' and updated_at < now() - $1::interval"

# A statement for all rows, where the ORM would send one for each.
_MAKE = """
insert into webhook_delivery
  (id, endpoint_id, event_id, type, body, state, attempts, due_at, created_at, updated_at)
select id, endpoint_id, event_id, type, body, 'PENDING', 0, $2, $2, clock_timestamp()
from json_populate_recordset(null::webhook_delivery, $1::json)
on conflict (endpoint_id, event_id) do nothing
"""
# The queue: one statement finds, locks and leases.
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


class NewDelivery(TypedDict):
    """The columns of a delivery that differ between endpoints and events."""

    id: str
    endpoint_id: str
    event_id: int
    type: str
    body: str


@dataclass(frozen=True, slots=True)
class LeasedDelivery:
    """A delivery that this process posts now, with its endpoint's address and secrets."""

    id: str
    endpoint_id: str
    attempts: int
    body: str
    url: str
    secrets: list[Secret]


@dataclass(slots=True)
class Deliveries:
    """Creates and posts deliveries until it is canceled; any number of processes share the work."""

    clock: Callable[[], datetime]
    notifier: Notifier
    outbound: Outbound
    delays: tuple[timedelta, ...] = DELAYS
    _busy: Counter[str] = field(default_factory=Counter, init=False)
    _freed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _cleaned: float | None = field(default=None, init=False)

    async def run(self) -> None:
        """Work until canceled; failures are logged, and their work is tried again."""
        async with asyncio.TaskGroup() as posts:

            async def step() -> bool:
                spread = await self.spread()
                await self._start(posts)
                await self._clean_if_due()
                return spread > 0

            await work_until_canceled("webhooks", step, self._rest)

    async def spread(self) -> int:
        """Create the deliveries of the journal's next events; returns how many events these were."""
        async with in_transaction() as db:
            cursor = await WebhookCursor.filter(id=1).using_db(db).select_for_update(skip_locked=True).get_or_none()
            if cursor is None:
                return 0  # another process does it
            journal = journal_in(db)
            after = cursor.xid, cursor.event_id
            # The head is read before the endpoints: an endpoint that is created later wants no event up to the head.
            head = await journal.head()
            if head <= after:
                return 0
            endpoints = await WebhookEndpoint.filter(active=True).using_db(db)
            events = await journal.read(after, BATCH) if endpoints else []
            await self._make(db, [row for event in events for row in _for_endpoints(event, endpoints)])
            cursor.xid, cursor.event_id = events[-1].position if events else head
            await cursor.save(using_db=db, update_fields=["xid", "event_id"])
            return len(events)

    async def once(self) -> bool:
        """Post one due delivery, if there is one; returns whether there was one."""
        leased = await self._lease()
        if leased is not None:
            await self._post(leased)
        return leased is not None

    async def _make(self, db: BaseDBAsyncClient, rows: list[NewDelivery]) -> None:
        if rows:
            await db.execute_query(_MAKE, [orjson.dumps(rows).decode(), self.clock()])

    async def _start(self, posts: asyncio.TaskGroup) -> None:
        """Start posting due deliveries, up to AT_ONCE at the same time."""
        while self._busy.total() < AT_ONCE:
            leased = await self._lease()
            if leased is None:
                return
            self._busy[leased.endpoint_id] += 1
            posts.create_task(self._posted(leased))

    async def _posted(self, leased: LeasedDelivery) -> None:
        try:
            await self._post(leased)
        except Exception as error:
            again = "The result of a post was not recorded; the delivery is posted again after its lease"
            log.warning(again, exc_info=not is_outage(error))
        finally:
            self._busy -= Counter([leased.endpoint_id])
            self._freed.set()

    async def _lease(self) -> LeasedDelivery | None:
        now = self.clock()
        full = [id for id, count in self._busy.items() if count >= EACH]
        rows = await get_connection("default").execute_query_dict(_LEASE, [now, now + LEASE, full])
        return LeasedDelivery(**{**rows[0], "secrets": _parsed(rows[0]["secrets"])}) if rows else None

    async def _post(self, leased: LeasedDelivery) -> None:
        now = self.clock()
        keys = [secret["key"] for secret in in_force(leased.secrets, now)]
        headers = signed(leased.id, leased.body, keys, now)
        reply = await self.outbound.post(leased.url, headers, leased.body.encode())
        await self._settle(leased, reply)

    async def _settle(self, leased: LeasedDelivery, reply: Reply) -> None:
        now = self.clock()
        pending = WebhookDelivery.filter(id=leased.id, state=DeliveryState.PENDING)
        if reply.accepted:
            await pending.update(
                state=DeliveryState.DELIVERED,
                due_at=None,
                status_code=reply.status,
                message=None,
                updated_at=_DATABASE_NOW,
            )
            return
        gone = reply.status == 410  # in the Standard Webhooks: never post here again
        tried = leased.attempts
        again = None if gone else next_try(now, tried, self.delays)
        await pending.filter(attempts=tried).update(  # a later try, or a replay, is not overwritten
            state=DeliveryState.PENDING if again else DeliveryState.FAILED,
            due_at=again,
            status_code=reply.status,
            message=reply.message,
            updated_at=_DATABASE_NOW,
        )
        if gone:
            await WebhookEndpoint.filter(id=leased.endpoint_id).update(active=False, updated_at=now)

    async def _rest(self) -> None:
        """Wait for a notification, for the end of a post, or for POLL seconds."""
        self._freed.clear()
        waits = [asyncio.ensure_future(self.notifier.wait(POLL)), asyncio.ensure_future(self._freed.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def clean(self) -> None:
        """Delete deliveries that were accepted or given up a fortnight ago, by the database's clock."""
        await get_connection("default").execute_query(_CLEAN, [KEEP])

    async def _clean_if_due(self) -> None:
        if self._cleaned is None or time.monotonic() - self._cleaned > CLEAN_EVERY:
            self._cleaned = time.monotonic()
            await self.clean()


def signed(id: str, body: str, secrets: list[str], at: datetime) -> dict[str, str]:
    """The headers of a post, signed with each of the secrets; `at` is UTC-aware."""
    return {
        "content-type": "application/json",
        "user-agent": "Retour-Webhooks",
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(id, at, body) for secret in secrets),
    }


def in_force(secrets: Sequence[Secret], now: datetime) -> list[Secret]:
    """Those of an endpoint's secrets that sign now."""
    return [secret for secret in secrets if secret["until"] is None or datetime.fromisoformat(secret["until"]) > now]


def _parsed(secrets: str | list[Secret]) -> list[Secret]:
    """A column of JSON from a statement by hand."""
    parsed: list[Secret] = orjson.loads(secrets) if isinstance(secrets, str) else secrets
    return parsed


def _for_endpoints(event: Event, endpoints: list[WebhookEndpoint]) -> Iterator[NewDelivery]:
    """A delivery of an event for each endpoint that wants it."""
    body: str | None = None
    for endpoint in endpoints:
        if event.position <= (endpoint.since_xid, endpoint.since_id):
            continue
        if endpoint.actions and event.action not in endpoint.actions:
            continue
        body = body or body_of(event)
        yield {
            "id": new_id("delivery"),
            "endpoint_id": endpoint.id,
            "event_id": event.position[1],
            "type": type_of(event),
            "body": body,
        }


def type_of(event: Event) -> str:
    """The type of the Standard Webhooks, such as `refund.succeeded`."""
    return f"{event.subject}.{event.to_status}".lower()


def body_of(event: Event) -> str:
    """The body of a post: what happened to what, and nothing about people; receivers query the rest."""
    data = {
        "cursor": event.cursor,
        "subject": event.subject,
        "id": event.subject_id,
        "action": event.action,
        "from": event.from_status,
        "to": event.to_status,
        "version": event.version,
        "role": event.actor_role,
        "onBehalfOf": event.data.get("onBehalfOf"),
        "note": event.data.get("note"),
        "orderId": event.order_id,
        "sellerId": event.seller_id or None,
        "requestId": event.request_id,
        "planId": event.plan_id,
    }
    return orjson.dumps({"type": type_of(event), "timestamp": event.at, "data": data}).decode()
