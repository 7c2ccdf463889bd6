"""A seller's digest: one message a day about all that waits for the seller, instead of one about each step."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import TypedDict

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from domain.messages import DIGEST
from services.messages.making import About, Addressee, Letter, Letterhead, NewMessage, keep, known
from services.messages.templates import Templates
from services.messages.values import MOST_ITEMS, Recipient, Values, Waiting, digest_of

BATCH = 50
"""Digests in a transaction."""
BEGAN = """
select e.id, e.at from event e
where e.request_id = q.id and e.data->'request'->1->>1 = 'SELLER' and e.data->'request'->0->>1 is distinct from 'SELLER'
order by e.xid desc, e.id desc limit 1
"""
"""The event with which a request `q` began to wait for its seller: `data` has whom it waited for before and after."""
# What begins to wait later in the day is for the next one. An event that is archived is older than any day.
# The sellers are chosen first, so that nothing is read about those who have their digest.
_DUE = f"""
with s as materialized (
  select s.id, s.name, s.email, p.locale from message_preference p join seller s on s.id = p.seller_id
  where p.digest and not p.unwanted ? '{DIGEST[0]}' and s.email <> ''
    and not exists (select from message m where m.seller_id = s.id and m.day = $2))
select s.*, w.count, to_json(w.listed)::text as listed from s cross join lateral (
  select count(*) as count, bool_or(coalesce(e.at, q.created_at) <= $1) as due,
    (array_agg(json_build_object('number', q.number, 'order', o.number, 'transaction', q.transaction,
      'due_at', q.due_at) order by q.sort_due_at, q.id))[1:{MOST_ITEMS}] as listed
  from cancellation_request q join "order" o on o.id = q.order_id left join lateral ({BEGAN}) e on true
  where q.seller_id = s.id and q.waiting_on = 'SELLER') w
where w.due limit {BATCH}
"""


@dataclass(frozen=True, slots=True)
class _DueDigest:
    id: str
    name: str
    email: str
    locale: str | None
    count: int
    listed: str


class _Listed(TypedDict):
    number: str
    order: str
    transaction: str
    due_at: str | None


async def write_digests(db: BaseDBAsyncClient, letterhead: Letterhead, now: datetime) -> bool:
    """Write digests that are due, in a transaction; returns whether there were any."""
    today = now.astimezone(letterhead.zone)
    since = datetime.combine(today, time(letterhead.digest_hour), letterhead.zone)
    if today < since:
        return False
    day = today.date()
    found = [_DueDigest(**row) for row in await db.execute_query_dict(_DUE, [since, day])]
    if found:
        templates = await Templates.read(db)
        await keep(db, (_message(each, day.isoformat(), letterhead, templates) for each in found), now)
    return bool(found)


def _message(due: _DueDigest, day: str, letterhead: Letterhead, templates: Templates) -> NewMessage:
    about: About = {"day": day, "seller_id": due.id}
    to = Addressee(due.name, due.email, known(due.locale, letterhead.locale))
    return letterhead.message(Letter(*DIGEST, about, partial(_values, due)), to, templates)


def _values(due: _DueDigest, recipient: Recipient) -> Values:
    listed: list[_Listed] = orjson.loads(due.listed)
    return digest_of([_waiting(one) for one in listed], due.count, recipient)


def _waiting(one: _Listed) -> Waiting:
    due_at = one["due_at"]
    return Waiting(one["number"], one["order"], one["transaction"], datetime.fromisoformat(due_at) if due_at else None)
