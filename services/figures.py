"""Figures of returns by day, counted from the journal.

Whole transactions are counted, in the journal's order. What counts some also moves the cursor past them, so each is
counted once. A figure reads of other rows only what never changes after its event: so it does not matter when
it is counted, and all of them counted anew are the same (`server.py recount`).
"""

from dataclasses import dataclass

from tortoise.transactions import in_transaction

from domain.figures import HOURS, BrokenDeadline, Figure
from models import FigureCursor

BATCH = 2_000
"""Events of one transaction of the database, or a little more: one that was written at once is counted at once."""
_BROKEN = f"""
case
  when e.subject = 'REQUEST' and e.from_status = 'WAITING' and e.actor_role = 'SYSTEM' and e.action in
    ('REMIND_REQUEST', 'ESCALATE_REQUEST', 'APPLY_CANCELLATION', 'CONFIRM_REQUEST', 'REJECT_REQUEST', 'EXPIRE_REQUEST')
    then '{BrokenDeadline.ANSWER}'
  when e.action = 'EXPIRE_RETURN' then '{BrokenDeadline.SEND}'
  when e.action = 'LOSE_RETURN' and e.actor_role = 'SYSTEM' then '{BrokenDeadline.ARRIVE}'
  when e.action = 'INSPECT_RETURN' and e.actor_role = 'SYSTEM' then '{BrokenDeadline.INSPECT}'
  when e.action = 'REPORT_OVERDUE' then '{BrokenDeadline.REFUND}'
end
"""
"""Which deadline an event `e` says that somebody has let pass."""
_STEP = f"""
case
  when q.opened then '{Figure.OPENED}'
  when q.from_status = 'WAITING' and q.to_status = 'APPROVED' then '{Figure.CONFIRMED}'
  when q.to_status in ('{Figure.REJECTED}', '{Figure.WITHDRAWN}', '{Figure.EXPIRED}') then q.to_status
  when q.completed then '{Figure.COMPLETED}'
end
"""


def next_of(source: str = "event", *, batch: int | None = None) -> str:
    """Finds up to which transaction to count next, after $1; null if there is nothing more."""
    return f"""
select max(b.xid)::text as xid from (
  select e.xid from {source} e where e.xid > $1::text::xid8 and e.xid < journal_horizon()
  order by e.xid limit {batch or BATCH}) b
"""


# What has come in completed is about the time before: it is no request here, and the day of its money is not known.
# An allowance is no request of anybody, but its money counts.
def counted_in(source: str = "event", *, zone: str = "$1", after: str = "$2", upto: str = "$3") -> str:
    """Reads the figures of the transactions after one and up to another; days are those of the zone."""
    return f"""
with batch as materialized (
  select e.*, (e.at at time zone {zone})::date as day from {source} e
  where e.xid > {after}::text::xid8 and e.xid <= {upto}::text::xid8
), request as materialized (
  select e.day, e.at, e.action, e.from_status, e.to_status, q.id, q.seller_id, q.transaction, q.allowance,
    coalesce(q.submitted_at, q.created_at) as asked_at,
    not q.allowance and e.from_status is null
      and e.action not in ('OPEN_SUCCESSOR', 'CREATE_ORDER', 'IMPORT_ORDER') as opened,
    e.from_status = 'APPROVED' and e.to_status = 'COMPLETED' as completed
  from batch e join cancellation_request q on q.id = e.subject_id where e.subject = 'REQUEST'
), timed as (
  select q.day, q.seller_id, q.transaction, '{Figure.TIME_TO_ANSWER}' as figure, q.at - q.asked_at as took
  from request q where q.from_status = 'WAITING' and q.to_status in ('APPROVED', 'REJECTED')
    and q.action <> 'DECLARE_WITHDRAWAL'
  union all
  select q.day, q.seller_id, q.transaction, '{Figure.TIME_TO_REFUND}', q.at - q.asked_at
  from request q where q.completed and not q.allowance
  union all
  select e.day, s.seller_id, q.transaction, '{Figure.TIME_TO_RECEIVE}', e.at - s.created_at
  from batch e join return_shipment s on s.id = e.subject_id join cancellation_request q on q.id = s.request_id
  where e.to_status = 'RECEIVED' and e.from_status in ('AWAITING', 'IN_TRANSIT', 'LOST', 'EXPIRED')
), asked as (
  select q.day, q.seller_id, q.transaction, l.reason_id, i.sku, i.name, l.quantity
  from request q join request_item l on l.request_id = q.id join order_item i on i.id = l.order_item_id where q.opened
), counted as (
  select (s.placed_at at time zone {zone})::date as day, s.seller_id, '{Figure.ORDERED_UNITS}' as figure,
    '' as transaction, '' as key, null as name, i.quantity::bigint as amount
  from (select distinct e.seller_order_id from batch e
        where e.subject = 'PACKAGE' and e.from_status is null and e.action in ('CREATE_ORDER', 'IMPORT_ORDER')) b
  join seller_order s on s.id = b.seller_order_id join order_item i on i.seller_order_id = s.id
  union all
  select q.day, q.seller_id, {_STEP}, q.transaction, '', null, 1 from request q where not q.allowance
  union all
  select q.day, q.seller_id, '{Figure.UNITS_BACK}', q.transaction, '', null, coalesce(l.accepted_quantity, l.quantity)
  from request q join request_item l on l.request_id = q.id where q.completed
  union all
  select q.day, q.seller_id, '{Figure.REFUNDED}', q.transaction, p.currency, null, p.total_minor
  from request q join cancellation_plan p on p.request_id = q.id where q.completed
  union all
  select t.day, t.seller_id, t.figure, t.transaction,
    width_bucket((extract(epoch from t.took) / 3600)::float8, array{list(map(float, HOURS))}::float8[])::text, null, 1
  from timed t
  union all
  select e.day, e.seller_id, '{Figure.BROKEN}', coalesce(q.transaction, ''), {_BROKEN}, null, 1
  from batch e left join cancellation_request q on q.id = e.request_id where {_BROKEN} is not null
  union all
  select day, seller_id, '{Figure.REASON}', transaction, reason_id, null, quantity from asked
  union all
  select day, seller_id, '{Figure.PRODUCT}', transaction, sku, name, quantity from asked
)
select day, seller_id, figure, transaction, key, max(name) as name, sum(amount)::bigint as amount
from counted where figure is not null group by day, seller_id, figure, transaction, key having sum(amount) <> 0
"""


def adding(source: str = "event", target: str = "daily_figure") -> str:
    """Adds such figures to those of a table."""
    return f"""
insert into {target} as f (day, seller_id, figure, transaction, key, name, amount)
{counted_in(source)}
on conflict (seller_id, figure, day, transaction, key) do update
  set amount = f.amount + excluded.amount, name = greatest(f.name, excluded.name)
"""


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts the journal's next transactions; any number of processes share the work.

    `zone` is that of the market's days. Once there are figures, theirs holds.
    """

    zone: str

    async def count(self) -> bool:
        """Count some; returns whether there may be more."""
        async with in_transaction() as db:
            cursor = await FigureCursor.filter(id=1).using_db(db).select_for_update(skip_locked=True).get_or_none()
            if cursor is None:
                return False  # another process does it
            upto = (await db.execute_query_dict(next_of(), [str(cursor.xid)]))[0]["xid"]
            if upto is None:
                return False
            cursor.zone = cursor.zone or self.zone
            await db.execute_query(adding(), [cursor.zone, str(cursor.xid), upto])
            cursor.xid = int(upto)
            await cursor.save(using_db=db, update_fields=["xid", "zone"])
            return True
