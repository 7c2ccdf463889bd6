"""What messages are about, read with one statement for many events: order, request, money and goods as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

_FALLBACK = "en"
_FACTS = """
select s.event_id, s.order_id, s.request_id, s.seller_id, o.customer_id, o.number as order_number, o.country,
       o.currency, c.name as customer_name, c.email as customer_email, v.name as seller_name, v.email as seller_email,
       cp.locale as customer_locale, coalesce(cp.unwanted, '[]')::text as customer_unwanted, sp.locale as seller_locale,
       coalesce(sp.unwanted, '[]')::text as seller_unwanted, coalesce(sp.digest, false) as seller_digest,
       q.number as request_number, q.transaction, q.status as request_status, q.due_at, q.rejected_by,
       q.rejection_reason, q.rest_reason, p.total_minor, coalesce(p.held, false) as held,
       f.amount_minor as refund_minor, y.method as payment_method,
       (select a.message from refund_attempt a where a.refund_id = f.id order by a.number desc limit 1)
         as refund_message,
       t.number as return_number, t.ship_by, coalesce(l.tracking_number, t.tracking_number) as tracking_number,
       l.label_url, w.id as withdrawal_id, w.number as withdrawal_number, w.statement, w.hash as statement_hash,
       w.declared_at, w.refund_due_at, w.receipt_to, w.locale as declared_in, q.objection,
       (select coalesce(bool_or(x.exemption is not null or x.until < w.declared_at), false) from withdrawal_item x
        where x.withdrawal_id = w.id) as contested,
       (select json_agg(json_build_object('name', i.name, 'quantity', coalesce(x.accepted_quantity, x.quantity),
                                          'reasons', b.labels) order by x.position)
        from request_item x join order_item i on i.id = x.order_item_id join reason_label b on b.id = x.reason_label_id
        where x.request_id = q.id and coalesce(x.accepted_quantity, x.quantity) > 0)::text as items
from ({0}) s
join "order" o on o.id = s.order_id join customer c on c.id = o.customer_id left join seller v on v.id = s.seller_id
left join message_preference cp on cp.customer_id = c.id left join message_preference sp on sp.seller_id = v.id
left join cancellation_request q on q.id = s.request_id left join cancellation_plan p on p.request_id = q.id
left join return_shipment t on t.request_id = q.id
left join refund f on f.id = s.refund_id left join payment y on y.id = f.payment_id
left join return_label l on l.id = s.label_id
left join withdrawal w on w.id = coalesce(s.withdrawal_id, q.withdrawal_id)
order by s.event_id
"""
OF_EVENTS = _FACTS.format(
    "select id as event_id, order_id, request_id, seller_id, withdrawal_id, subject_id as refund_id,"
    " subject_id as label_id from event where id = any($1)"
)
OF_REQUEST = _FACTS.format(
    "select 0 as event_id, r.order_id, r.id as request_id, r.seller_id, r.withdrawal_id,"
    " (select max(f.id) from refund f join cancellation_plan p on p.id = f.plan_id where p.request_id = r.id)"
    " as refund_id, (select max(l.id) from return_label l join return_shipment t on t.id = l.shipment_id"
    " where t.request_id = r.id) as label_id from cancellation_request r where r.id = $1"
)
OF_ORDER = _FACTS.format(
    "select null::bigint as event_id, o.id as order_id, null::varchar as request_id, null::varchar as seller_id,"
    " null::varchar as withdrawal_id, null::varchar as refund_id, null::varchar as label_id"
    ' from "order" o where o.id = $1'
)


class _StoredItem(TypedDict):
    name: str
    quantity: int
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class MessageItem:
    """Some units of one item, at least one; `reasons` are the texts of their reason by locale."""

    name: str
    quantity: int
    reasons: Mapping[str, str]

    def reason_in(self, locale: str) -> str:
        """The reason in a language, in its parent language, in English or in any."""
        texts = self.reasons
        wanted = (locale, locale.partition("-")[0], _FALLBACK, *texts)
        return next((texts[each] for each in wanted if each in texts), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one message is about. What only some messages are about is None in the others."""

    event_id: int | None
    order_id: str
    request_id: str | None
    seller_id: str | None
    customer_id: str
    order_number: str
    country: str | None
    currency: str
    customer_name: str
    customer_email: str | None
    customer_locale: str | None
    customer_unwanted: Sequence[str]
    seller_name: str | None
    seller_email: str | None
    seller_locale: str | None
    seller_unwanted: Sequence[str]
    seller_digest: bool
    request_number: str | None
    transaction: str | None
    request_status: str | None
    due_at: datetime | None
    rejected_by: str | None
    rejection_reason: str | None
    rest_reason: str | None
    total_minor: int | None
    held: bool
    refund_minor: int | None
    payment_method: str | None
    refund_message: str | None
    return_number: str | None
    ship_by: datetime | None
    tracking_number: str | None
    label_url: str | None
    withdrawal_id: str | None
    withdrawal_number: str | None
    statement: str | None
    statement_hash: str | None
    declared_at: datetime | None
    refund_due_at: datetime | None
    receipt_to: str | None
    declared_in: str | None
    objection: str | None
    contested: bool
    items: tuple[MessageItem, ...]
    link: str | None = None


async def facts_of_events(db: BaseDBAsyncClient, ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of events of the journal, by the ids of the events."""
    read = await _read(db, OF_EVENTS, list(ids))
    return {facts.event_id: facts for facts in read if facts.event_id is not None}


async def facts_of_request(db: BaseDBAsyncClient, id: str) -> Facts | None:
    """The facts of a request as it stands, with its latest refund and label; None if there is no such request."""
    return next(iter(await _read(db, OF_REQUEST, id)), None)


async def facts_of_order(db: BaseDBAsyncClient, id: str) -> Facts:
    """The facts of an order, about none of its requests."""
    (found,) = await _read(db, OF_ORDER, id)
    return found


async def _read(db: BaseDBAsyncClient, sql: str, argument: str | list[int]) -> list[Facts]:
    found: list[Facts] = []
    for row in await db.execute_query_dict(sql, [argument]):
        stored: list[_StoredItem] = orjson.loads(row["items"] or "[]")
        unwanted = {column: orjson.loads(row[column]) for column in ("customer_unwanted", "seller_unwanted")}
        found.append(Facts(**{**row, **unwanted, "items": tuple(MessageItem(**item) for item in stored)}))
    return found
