"""Reminders of what somebody still has time for, each once, and the digests of a day.

A reminder is about the event that began the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from tortoise.transactions import in_transaction

from domain.messages import REMINDERS
from domain.words import Subject
from services.messages.digests import BEGAN, write_digests
from services.messages.making import LOCK, Making

EVERY = 60.0
"""Seconds between two looks of a process, by its monotonic clock."""
BATCH, BATCHES = 50, 20
"""Reminders of one kind in a transaction, and transactions of one look."""
_GOODS = """
select e.id from return_shipment t join event e on e.subject_id = t.id and e.action = 'OPEN_RETURN'
  join "order" o on o.id = t.order_id join customer c on c.id = o.customer_id
  left join message_preference p on p.customer_id = c.id
where t.status = 'AWAITING' and c.email <> '' and t.ship_by > $1
  and $1 >= t.created_at + (t.ship_by - t.created_at) * $2::float8
  and $1 < t.created_at + (t.ship_by - t.created_at) * $3::float8
  and not coalesce(p.unwanted ? $4, false)
  and not exists (select from message m where m.event_id = e.id and m.type = $4)
limit $5
"""
_DECISIONS = f"""
select e.id from cancellation_request q join seller s on s.id = q.seller_id cross join lateral ({BEGAN}) e
  left join message_preference p on p.seller_id = s.id
where q.status = 'WAITING' and q.waiting_on = 'SELLER' and s.email <> '' and q.due_at > $1
  and $1 >= e.at + (q.due_at - e.at) * $2::float8 and $1 < e.at + (q.due_at - e.at) * $3::float8
  and not coalesce(p.digest or p.unwanted ? $4, false)
  and not exists (select from message m where m.event_id = e.id and m.type = $4)
limit $5
"""
# Money that may wait for the goods is not late.
_WITHDRAWALS = """
select e.id from withdrawal w join event e on e.withdrawal_id = w.id and e.action = 'DECLARE_WITHDRAWAL'
where w.status = 'DECLARED' and w.refund_due_at > $1
  and $1 >= w.declared_at + (w.refund_due_at - w.declared_at) * $2::float8
  and $1 < w.declared_at + (w.refund_due_at - w.declared_at) * $3::float8
  and exists (select from cancellation_request q left join cancellation_plan p on p.request_id = q.id
    where q.withdrawal_id = w.id and q.status in ('WAITING', 'APPROVED') and not coalesce(p.held, false))
  and not exists (select from message m where m.event_id = e.id and m.type = $4)
limit $5
"""
_DUE: Mapping[Subject, str] = {
    Subject.REQUEST: _DECISIONS,
    Subject.RETURN_SHIPMENT: _GOODS,
    Subject.WITHDRAWAL: _WITHDRAWALS,
}


@dataclass(slots=True)
class Reminding:
    """Makes reminders and digests that are due; any number of processes share the work."""

    making: Making
    _looked: float | None = field(default=None, init=False)

    async def remind_if_due(self) -> None:
        """Look for what is due, if the last look was long ago."""
        if self._looked is None or monotonic() - self._looked > EVERY:
            self._looked = monotonic()
            for _ in range(BATCHES):
                if not await self.remind():
                    break

    async def remind(self) -> bool:
        """Make some of what is due now; returns whether there was any."""
        async with in_transaction() as db:
            if not (await db.execute_query_dict(LOCK))[0]["mine"]:
                return False  # another process does it
            now, wanted = self.making.clock(), []
            for each in REMINDERS:
                share = [now, each.begins / 10, each.ends / 10, each.type.value, BATCH]
                found = await db.execute_query_dict(_DUE[each.subject], share)
                wanted += [(row["id"], each.type, each.audience) for row in found]
            await self.making.write(db, wanted)
            digests = await write_digests(db, self.making.letterhead, now)
            return digests or bool(wanted)
