"""The floor's two commands: lock the order, read, check, write with one statement, commit, answer.

Written for these two acts alone; what they leave in the database is what Retour leaves there. The arithmetic of
the money is the domain's own, which is plain functions.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson

from benchmarks.floor_returns import By, Priced, write_return
from benchmarks.floor_shapes import item_status, money
from domain import pricing
from models.ids import new_id

Row = dict[str, Any]

_LOCK_ORDER = """select o.id, o.version, o.customer_id from "order" o join customer c on c.id = o.customer_id
where o.id = $1 and c.subject = $2 for no key update of o"""

_READ_ITEMS = """
select json_build_object(
  'items', (select json_agg(json_build_object('id', i.id, 'active', i.active, 'sku', i.sku,
     'cancel_held', i.cancel_held, 'canceled', i.canceled, 'return_held', i.return_held, 'returned', i.returned,
     'seller_id', i.seller_id, 'seller_order_id', i.seller_order_id, 'package', k.status, 'part', t.status,
     'until', k.return_until, 'open', exists (select 1 from request_item q where q.order_item_id = i.id and q.open)))
     from order_item i join package k on k.id = i.package_id join seller_order t on t.id = i.seller_order_id
     where i.order_id = $1 and i.id = any($2)),
  'reasons', (select json_object_agg(r.handle, json_build_object('id', r.id, 'label', r.labels->>'en',
     'label_id', r.label_id, 'transaction', r.transaction, 'active', r.active, 'needs_note', r.needs_note))
     from cancellation_reason r where r.handle = any($3)),
  'terms', (select (v.rules->-1->'outcome'
        || jsonb_build_object('version', v.number, 'rule', v.rules->-1->'name'))::text
     from terms_version v where v.status = 'PUBLISHED' and v.effective_at <= statement_timestamp()
     order by v.effective_at desc, v.number desc limit 1),
  'policy', (select json_build_object('id', p.id, 'version', p.version, 'days', p.response_days)
     from return_policy p where p.current),
  'record', (select to_json(i) from idempotency_record i
     where i.caller = $4 and i.operation = 'REQUEST_RETURN' and i.key = $5))::text"""

_WRITE_REQUEST = """
with o as (update "order" set version = $20::int where id = $1),
q as (insert into cancellation_request (id, submission_id, transaction, status, waiting_on, due_at, opened_by, order_id,
    seller_order_id, seller_id, customer_id, accepted_policy_id, return_terms, created_at, updated_at, version)
  values ($2, $3, $4, 'WAITING', $5, $6, 'CUSTOMER', $1, $7, $8, $9, $10, $23::text::jsonb, $11, $11, 1)
  returning number),
l as (insert into request_item (id, request_id, order_item_id, seller_id, position, quantity, reason_id,
    reason_label_id, note, open)
  select v.id, $2, v.item, $8, v.position, v.quantity, v.reason, v.label, v.note, true
  from unnest($12::text[], $13::text[], $14::int[], $15::text[], $16::text[], $22::int[]) with ordinality
    as v(id, item, quantity, reason, note, label, position)),
i as (update order_item t set active = t.active - v.quantity,
    return_held = t.return_held + case $4::text when 'REFUND' then v.quantity else 0 end,
    cancel_held = t.cancel_held + case $4::text when 'CANCEL' then v.quantity else 0 end
  from unnest($13::text[], $14::int[]) as v(item, quantity) where t.id = v.item),
e as (insert into event (at, subject, subject_id, action, from_status, to_status, actor_role, actor_id, order_id,
    request_id, seller_order_id, seller_id, customer_id, version)
  values ($11, 'REQUEST', $2::text, 'REQUEST_RETURN', null, 'WAITING', 'CUSTOMER', $17, $1, $2, $7, $8, $9, 1)),
k as (insert into idempotency_record (caller, operation, key, input_hash, outcome)
  select $21::text, 'REQUEST_RETURN', $18::text, $19::text, jsonb_build_object('requests', jsonb_build_array($2::text))
  where $18::text is not null)
select number from q"""


class Refused(Exception):
    """The command cannot be carried out."""


async def request_return(pool: asyncpg.Pool, claims: Row, asked: Row) -> Any:
    """A customer asks to give items of one seller's part back."""
    given, now = asked["input"], datetime.now(UTC)
    key = given.get("idempotencyKey")
    lines = given["items"]
    ids = [line["orderItemId"] for line in lines]
    handles = [line["reason"] for line in lines]
    caller = f"CUSTOMER::{claims['sub']}"
    async with pool.acquire() as db, db.transaction():
        order = await db.fetchrow(_LOCK_ORDER, given["orderId"], claims["sub"])
        if order is None:
            raise Refused("NOT_FOUND")
        found = orjson.loads(await db.fetchval(_READ_ITEMS, order["id"], ids, handles, caller, key or ""))
        if found["record"]:
            raise Refused("replays are not the benchmark's")
        items = {row["id"]: row for row in found["items"] or ()}
        kind = _check(lines, items, found, given.get("policyVersion"), now)
        first = items[ids[0]]
        request_id, waiting = new_id("request"), "SELLER" if kind == "REFUND" else "OWNER"
        due = now + timedelta(days=found["policy"]["days"])
        digest = hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()
        number = await db.fetchval(
            _WRITE_REQUEST, order["id"], request_id, new_id("submission"), kind, waiting, due,
            first["seller_order_id"], first["seller_id"], order["customer_id"], found["policy"]["id"], now,
            [new_id("line") for _ in lines], ids, [line["quantity"] for line in lines],
            [found["reasons"][handle]["id"] for handle in handles], [line.get("note") for line in lines],
            claims["sub"], key, digest, order["version"] + 1, caller,
            [found["reasons"][handle]["label_id"] for handle in handles], found["terms"] if kind == "REFUND" else None,
        )  # fmt: skip
    held = "return_held" if kind == "REFUND" else "cancel_held"
    shown = []
    for line in lines:
        item = items[line["orderItemId"]]
        item["active"] -= line["quantity"]
        item[held] += line["quantity"]
        label = found["reasons"][line["reason"]]["label"]
        product = {"sku": item["sku"], "status": item_status(item)}
        shown.append({"quantity": line["quantity"], "reason": {"label": label}, "orderItem": product})
    request = {"id": request_id, "number": number, "status": "WAITING", "transaction": kind, "waitingOn": waiting,
               "dueAt": due.isoformat(), "items": shown}  # fmt: skip
    return {"requestReturn": {"requests": [request], "userErrors": [], "replayed": False}}


def _check(lines: list[Row], items: dict[str, Row], found: Row, policy: str | None, now: datetime) -> str:
    """What kind of request these lines make; raises Refused."""
    kinds = set()
    if policy != found["policy"]["version"]:
        raise Refused("POLICY")
    for line in lines:
        item, reason = items.get(line["orderItemId"]), (found["reasons"] or {}).get(line["reason"])
        if item is None or item["open"] or not 0 < line["quantity"] <= item["active"]:
            raise Refused("ITEM")
        kind = "REFUND" if item["package"] in ("SHIPPED", "DELIVERED", "DELIVERY_FAILED") else "CANCEL"
        kinds.add((kind, item["seller_order_id"]))
        if kind == "CANCEL" and (
            item["package"] not in ("PREPARING", "READY_TO_SHIP") or item["part"] != "WAITING_PACKAGING"
        ):
            raise Refused("PACKAGE")
        if kind == "REFUND" and item["until"] and now > datetime.fromisoformat(item["until"]):
            raise Refused("WINDOW")
        if not reason or not reason["active"] or reason["transaction"] != kind:
            raise Refused("REASON")
        if reason["needs_note"] and not line.get("note"):
            raise Refused("NOTE")
    if len(kinds) != 1:
        raise Refused("one seller and kind at a time")
    return kinds.pop()[0]


_LOCK_REQUEST = """select o.id, o.version, o.currency, o.captured_minor, o.customer_id from "order" o
where o.id = (select r.order_id from cancellation_request r where r.id = $1 and r.seller_id = $2) for no key update"""

_READ_REQUEST = """
select json_build_object(
  'request', (select to_json(r) from cancellation_request r where r.id = $2),
  'lines', (select json_agg(q order by q.position, q.id) from request_item q where q.request_id = $2),
  'items', (select json_agg(json_build_object('id', i.id, 'part', i.seller_order_id, 'quantity', i.quantity,
     'unit', i.unit_price_minor, 'discount', i.discount_minor, 'tax', i.tax_minor, 'sku', i.sku)
     order by i.position, i.id) from order_item i where i.order_id = $1),
  'parts', (select json_object_agg(t.id, t.shipping_minor) from seller_order t where t.order_id = $1),
  'payments', (select json_agg(p order by p.position, p.id) from payment p where p.order_id = $1),
  'taken', (select json_agg(l) from plan_line l join cancellation_plan p on p.id = l.plan_id
     where p.order_id = $1 and p.status in ('WAITING', 'CONFIRMATION_WAITING', 'APPROVED', 'COMPLETED')),
  'record', (select to_json(i) from idempotency_record i
     where i.caller = $3 and i.operation = 'CONFIRM_REQUEST' and i.key = $4))::text"""

_WRITE_PLAN = """
with o as (update "order" set version = $1::int where id = $2),
q as (update cancellation_request set status = 'APPROVED', waiting_on = 'SYSTEM', due_at = null, return_started_at = $3,
    updated_at = $3, version = $4::int where id = $5::text),
l as (update request_item set accepted_quantity = quantity, open = false where request_id = $5),
p as (insert into cancellation_plan (id, transaction, status, refund_state, order_id, request_id, seller_id, currency,
    total_minor, created_by, due_at, created_at, updated_at, version)
  values ($6, 'REFUND', 'APPROVED', 'IN_PROGRESS', $2, $5, $7, $8, $9, 'SYSTEM', null, $3, $3, 1)),
n as (insert into plan_line (id, plan_id, order_item_id, seller_id, position, quantity, currency, base_minor,
    discount_share_minor, tax_share_minor, shipping_share_minor, rounding_minor, total_minor)
  select v.id, $6::text, v.item, $7, v.position, v.quantity, $8, v.base, v.discount, v.tax, v.shipping, v.rounding,
    v.total
  from unnest($10::text[], $11::text[], $12::int[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[],
    $17::bigint[], $18::bigint[]) with ordinality
    as v(id, item, quantity, base, discount, tax, shipping, rounding, total, position)),
f as (insert into refund (id, plan_id, payment_id, order_id, status, currency, amount_minor, attempt_count, retry_count,
    due_at, created_at, updated_at, version)
  select v.id, $6::text, v.payment, $2, 'PENDING', $8, v.amount, 0, 0, $3, $3, $3, 1
  from unnest($19::text[], $20::text[], $21::bigint[]) as v(id, payment, amount)),
m as (update payment t set allocated_minor = t.allocated_minor + v.amount
  from unnest($20::text[], $21::bigint[]) as v(payment, amount) where t.id = v.payment),
e as (insert into event (at, subject, subject_id, action, from_status, to_status, actor_role, actor_id, order_id,
    request_id, plan_id, seller_order_id, seller_id, customer_id, version)
  select $3::timestamptz, v.subject, v.id, v.action, v.was, v.becomes, v.role, v.actor, $2::text, $5::text, v.plan,
    $22, $7, $23, v.version
  from (select 1 as n, 'REQUEST' as subject, $5::text as id, 'CONFIRM_REQUEST' as action, 'WAITING' as was,
      'APPROVED' as becomes, 'SELLER' as role, $24::text as actor, null as plan, $4::int - 1 as version
    union all select 2, 'PLAN', $6::text, 'CONFIRM_REQUEST', null, 'APPROVED', 'SYSTEM', 'retour', $6::text, 1
    union all select 3, 'REFUND', r.id, 'CREATE_REFUND', null, 'PENDING', 'SYSTEM', 'retour', $6::text, 1
      from unnest($19::text[]) as r(id)) v order by v.n),
k as (insert into idempotency_record (caller, operation, key, input_hash, outcome)
  select $25::text, 'CONFIRM_REQUEST', $26::text, $27::text, jsonb_build_object('requests', jsonb_build_array($5::text),
    'plans', jsonb_build_array($6::text)) where $26::text is not null)
select 1"""


async def confirm_request(pool: asyncpg.Pool, claims: Row, asked: Row) -> Any:
    """A seller agrees to a return: all of it."""
    given, now, seller = asked["input"], datetime.now(UTC), claims["seller"]
    key, caller = given.get("idempotencyKey"), f"SELLER:{claims['seller']}:{claims['sub']}"
    async with pool.acquire() as db, db.transaction():
        order = await db.fetchrow(_LOCK_REQUEST, given["requestId"], seller)
        if order is None:
            raise Refused("NOT_FOUND")
        found = orjson.loads(await db.fetchval(_READ_REQUEST, order["id"], given["requestId"], caller, key or ""))
        request = found["request"]
        if found["record"] or request["status"] != "WAITING" or request["transaction"] != "REFUND":
            raise Refused("STATUS")
        lines = _priced(order, found)
        total = sum(line.amounts.total for line in lines)
        terms, plan_id = request["return_terms"], new_id("plan")
        digest = hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()
        amounts = [line.amounts for line in lines]
        priced = (
            [new_id("planline") for _ in lines], [line.item_id for line in lines], [line.quantity for line in lines],
            [a.base for a in amounts], [a.discount_share for a in amounts], [a.tax_share for a in amounts],
            [a.shipping_share for a in amounts], [a.rounding for a in amounts], [a.total for a in amounts],
        )  # fmt: skip
        by = (claims["sub"], caller, key, digest)
        if terms:
            total = await write_return(db, order, request, plan_id, total, priced, by, now)
        else:
            await _write_plan(db, order, found, plan_id, total, priced, by, now)
    currency, skus = order["currency"], {item["id"]: item["sku"] for item in found["items"]}
    shown = [{"quantity": line.quantity, "total": money(line.amounts.total, currency),
              "orderItem": {"sku": skus[line.item_id]}} for line in lines]  # fmt: skip
    answer = {
        "request": {"id": request["id"], "number": request["number"], "status": "APPROVED",
                    "waitingOn": "CUSTOMER" if terms else "SYSTEM",
                    "version": request["version"] + (3 if terms else 2)},
        "plan": {"id": plan_id, "status": "APPROVED", "refundState": "HELD" if terms else "IN_PROGRESS",
                 "total": money(total, currency), "lines": shown},
        "userErrors": [],
        "replayed": False,
    }  # fmt: skip
    return {"confirmRequest": answer}


async def _write_plan(
    db: Any, order: Row, found: Row, plan_id: str, total: int, priced: Priced, by: By, now: datetime
) -> None:
    request = found["request"]
    places = (
        pricing.Payment(p["id"], p["position"], p["captured_minor"] - p["allocated_minor"]) for p in found["payments"]
    )
    refunds = pricing.spread(total, places)
    sub, *call = by
    await db.fetchval(
        _WRITE_PLAN, order["version"] + 1, order["id"], now, request["version"] + 2, request["id"], plan_id,
        request["seller_id"], order["currency"], total, *priced, [new_id("refund") for _ in refunds],
        [id for id, _ in refunds], [amount for _, amount in refunds], request["seller_order_id"],
        order["customer_id"], sub, *call,
    )  # fmt: skip


def _priced(order: Row, found: Row) -> tuple[pricing.PlanLine, ...]:
    items = tuple(
        pricing.PricedItem(i["id"], i["part"], i["quantity"], i["unit"], i["discount"], i["tax"])
        for i in found["items"]
    )
    taken = pricing.held(
        pricing.PlanLine(
            row["order_item_id"],
            row["quantity"],
            pricing.LineAmounts(
                base=row["base_minor"],
                discount_share=row["discount_share_minor"],
                tax_share=row["tax_share_minor"],
                shipping_share=row["shipping_share_minor"],
                rounding=row["rounding_minor"],
            ),
        )
        for row in found["taken"] or ()
    )
    whole = pricing.OrderMoney(order["currency"], items, found["parts"], order["captured_minor"])
    return pricing.price(whole, taken, {line["order_item_id"]: line["quantity"] for line in found["lines"]})
