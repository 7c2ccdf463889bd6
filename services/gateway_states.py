"""How the gateways and carriers stand: what waits for each, what it has refused, and what it said last about that."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

State: TypeAlias = dict[str, str | int | datetime | None]
"""A name, the numbers of what is waiting, failed and unknown, the last error and its time."""

_GATEWAYS = """
select name, count(status) filter (where status in ('PENDING', 'PROCESSING')) as waiting,
  count(status) filter (where status = 'FAILED') as failed,
  count(status) filter (where status = 'UNKNOWN') as unknown,
  (array_agg(message order by started_at desc) filter (where message is not null))[1] as last_error,
  max(started_at) filter (where message is not null) as last_error_at
from unnest($1::text[]) known (name) full join (
  select p.provider as name, r.status, a.message, a.started_at from refund r join payment p on p.id = r.payment_id
    left join refund_attempt a
      on a.refund_id = r.id and a.number = r.attempt_count and r.status in ('FAILED', 'UNKNOWN')
  where r.status in ('PENDING', 'PROCESSING', 'FAILED', 'UNKNOWN')
) unfinished using (name)
group by name order by name
"""
_CARRIERS = """
select name, count(status) filter (where status in ('PENDING', 'PROCESSING', 'VOIDING')) as waiting,
  count(status) filter (where status = 'FAILED') as failed,
  count(status) filter (where status in ('UNKNOWN', 'VOID_UNKNOWN')) as unknown,
  (array_agg(message order by updated_at desc) filter (where message is not null))[1] as last_error,
  max(updated_at) filter (where message is not null) as last_error_at
from unnest($1::text[]) known (name) full join (
  select carrier as name, status, updated_at,
    case when status in ('FAILED', 'UNKNOWN', 'VOID_UNKNOWN') then message end as message
  from return_label where due_at is not null or status in ('FAILED', 'UNKNOWN', 'VOID_UNKNOWN')
) unfinished using (name)
group by name order by name
"""


async def gateways(db: BaseDBAsyncClient, known: Collection[str]) -> list[State]:
    """The gateways that payments may name, and those that refunds are still waiting for."""
    found: list[State] = await db.execute_query_dict(_GATEWAYS, [list(known)])
    return found


async def carriers(db: BaseDBAsyncClient, known: Collection[str]) -> list[State]:
    """The carriers that labels are bought from, and those that sold labels which are not done with."""
    found: list[State] = await db.execute_query_dict(_CARRIERS, [list(known)])
    return found
