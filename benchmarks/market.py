"""A generated marketplace of any size, written by SQL alone: a million orders in some minutes.

Order n is the same on every machine. Every order has two packages of two sellers with three lines and one payment;
of four, one has a return that waits for its seller (with the journal row that opened it), one a completed
cancellation with its plan and refund, two have nothing open: one of them delivered, one still being prepared.
"""

from datetime import UTC, datetime, timedelta

import asyncpg

SELLERS = 20
ORDERS_OF_A_CUSTOMER = 120
WAITING, COMPLETED, FREE, PREPARING = range(4)
"""What n % 4 says of order n."""


def id_of(prefix: str, n: int) -> str:
    """The id of row n of a kind: a TypeID, though not a random one."""
    return f"{prefix}_{n:026d}"


def customer_of(n: int) -> str:
    """The subject of who bought order n."""
    return f"customer-{(n - 1) // ORDERS_OF_A_CUSTOMER + 1}"


def seller_of(n: int, part: int) -> str:
    """The id of who sold a part (0, 1) of order n."""
    return id_of("seller", (n // 4 + part * 7) % SELLERS + 1)


async def fill(url: str, orders: int) -> None:
    """Write a marketplace into a migrated, empty database. `orders` is a multiple of 4."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            # rows that are right by construction need no look-up per foreign key
            await connection.execute("set local session_replication_role = replica; set local synchronous_commit = off")
            await connection.execute("create function pg_temp.key(text, bigint) returns text immutable language sql "
                                     "as $$ select $1 || '_' || lpad($2::text, 26, '0') $$")  # fmt: skip
            for statement in _TERMS, _PEOPLE, *_ROWS:
                await connection.execute(_with(statement, orders))
        await connection.execute("vacuum (analyze, freeze)")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


def _with(statement: str, orders: int) -> str:
    customers = (orders - 1) // ORDERS_OF_A_CUSTOMER + 1
    # the youngest order was delivered two days ago, so that returns may be asked for
    start = (datetime.now(UTC) - timedelta(days=10)).replace(microsecond=123456)
    values = {"{orders}": orders, "{customers}": customers, "{sellers}": SELLERS, "{each}": ORDERS_OF_A_CUSTOMER}
    for name, value in values.items():
        statement = statement.replace(name, str(value))
    return statement.replace("{start}", f"timestamptz '{start.isoformat()}'")


_TERMS = """
insert into return_policy (id, version, texts, window_days, response_days, refund_days, current, published_at)
values (pg_temp.key('policy', 1), '2026-01', '{"en": "You may return an item within 30 days."}', 30, 3, 5, true, now());
create temp table reason on commit drop as
select n, handle, kind, jsonb_build_object('en', label, 'de', label) as labels
from (values (1, 'changed-mind', 'CANCEL', 'I have changed my mind'), (2, 'by-mistake', 'CANCEL', 'Ordered by mistake'),
  (3, 'too-long', 'CANCEL', 'Delivery takes too long'), (4, 'does-not-fit', 'REFUND', 'It does not fit'),
  (5, 'damaged', 'REFUND', 'It arrived damaged'), (6, 'not-as-described', 'REFUND', 'It is not as described'),
  (7, 'wrong-item', 'REFUND', 'I was sent something else')) as r(n, handle, kind, label);
insert into reason_label (id, labels) select 100 + n, labels from reason; -- the migrations have made some
select setval(pg_get_serial_sequence('reason_label', 'id'), max(id)) from reason_label;
insert into cancellation_reason (id, handle, transaction, labels, label_id, needs_note, active, position)
select pg_temp.key('reason', n), handle, kind, labels, 100 + n, false, true, n from reason
"""
_PEOPLE = """
insert into seller (id, handle, name)
select pg_temp.key('seller', n), 'shop-' || n, 'Shop ' || n from generate_series(1, {sellers}) n;
insert into customer (id, subject, name, email)
select pg_temp.key('customer', n), 'customer-' || n, 'Customer ' || n, 'customer-' || n || '@example.org'
from generate_series(1, {customers}) n
"""

# Part k (0, 1) of order n is row 2n - 1 + k of its tables; its package holds the lines 3n - 2 .. 3n.
_PARTS = "generate_series(1, {orders}) n, generate_series(0, 1) k"
_LINES = "generate_series(1, {orders}) n, generate_series(0, 2) p, lateral (select p / 2 as k) q"
_SELLER = "pg_temp.key('seller', (n / 4 + k * 7) % {sellers} + 1)"
_AT = "{start} - (({orders} - n) || ' seconds')::interval"

_ROWS = (
    f"""
insert into "order" (id, number, status, currency, placed_at, customer_id, items_minor, discount_minor, tax_minor,
  shipping_minor, captured_minor, refunded_minor, version)
select pg_temp.key('order', n), 'N' || n,
  case n % 4 when 3 then 'WAITING_PACKAGING' else 'DELIVERED' end, 'EUR', {_AT},
  pg_temp.key('customer', (n - 1) / {{each}} + 1), 7000, 300, 1300, 980, 8980, case n % 4 when 1 then 1900 else 0 end, 3
from generate_series(1, {{orders}}) n;
insert into seller_order (id, order_id, seller_id, status, placed_at, shipping_minor)
select pg_temp.key('part', 2 * n - 1 + k), pg_temp.key('order', n), {_SELLER},
  case n % 4 when 3 then 'WAITING_PACKAGING' else 'DELIVERED' end, {_AT}, 490
from {_PARTS};
insert into package (id, number, order_id, seller_order_id, seller_id, status, placed_at, tracking_number, shipped_at,
  delivered_at, return_until, version)
select pg_temp.key('package', 2 * n - 1 + k), 'N' || n || '-' || k + 1, pg_temp.key('order', n),
  pg_temp.key('part', 2 * n - 1 + k), {_SELLER},
  case n % 4 when 3 then 'PREPARING' else 'DELIVERED' end, {_AT},
  case n % 4 when 3 then null else 'T' || n end,
  case n % 4 when 3 then null else {_AT} + interval '1 day' end,
  case n % 4 when 3 then null else {{start}} + interval '8 days' end,
  case n % 4 when 3 then null else {{start}} + interval '38 days' end, 3
from {_PARTS}""",
    f"""
insert into order_item (id, order_id, seller_order_id, package_id, seller_id, position, sku, name, image_url, currency,
  unit_price_minor, discount_minor, tax_minor, quantity, active, cancel_held, canceled, return_held, returned)
select pg_temp.key('item', 3 * n - 2 + p), pg_temp.key('order', n), pg_temp.key('part', 2 * n - 1 + k),
  pg_temp.key('package', 2 * n - 1 + k), {_SELLER}, p + 1, 'SKU-' || (n * 3 + p) % 5000,
  'A thing of the number ' || (n * 3 + p) % 5000, '/pictures/' || (n * 3 + p) % 50 || '.svg', 'EUR',
  (array[1500, 1250, 1500])[p + 1], (array[300, 0, 0])[p + 1], (array[500, 400, 400])[p + 1], (array[2, 2, 1])[p + 1],
  (array[2, 2, 1])[p + 1] - case when p = 2 and n % 4 < 2 then 1 else 0 end,
  0, case when p = 2 and n % 4 = 1 then 1 else 0 end, case when p = 2 and n % 4 = 0 then 1 else 0 end, 0
from {_LINES};
insert into payment (id, order_id, position, method, provider, reference, currency, captured_minor, allocated_minor)
select pg_temp.key('payment', n), pg_temp.key('order', n), 1, 'card', 'ledger', 'N' || n || '-1', 'EUR', 8980,
  case n % 4 when 1 then 1900 else 0 end
from generate_series(1, {{orders}}) n""",
    f"""
insert into cancellation_request (id, submission_id, transaction, status, waiting_on, due_at, opened_by, order_id,
  seller_order_id, seller_id, customer_id, accepted_policy_id, created_at, updated_at, version)
select pg_temp.key('request', n), pg_temp.key('submission', n), case n % 4 when 0 then 'REFUND' else 'CANCEL' end,
  case n % 4 when 0 then 'WAITING' else 'COMPLETED' end, case n % 4 when 0 then 'SELLER' else 'NONE' end,
  case n % 4 when 0 then {_AT} + interval '13 days' end, 'CUSTOMER', pg_temp.key('order', n),
  pg_temp.key('part', 2 * n), {_SELLER}, pg_temp.key('customer', (n - 1) / {{each}} + 1), pg_temp.key('policy', 1),
  {_AT} + interval '9 days', {_AT} + interval '9 days', case n % 4 when 0 then 1 else 4 end
from generate_series(1, {{orders}}) n, lateral (select 1 as k) q where n % 4 < 2;
insert into request_item (id, request_id, order_item_id, seller_id, position, quantity, accepted_quantity, reason_id,
  reason_label_id, note, open)
select pg_temp.key('line', n), pg_temp.key('request', n), pg_temp.key('item', 3 * n), {_SELLER}, 1, 1, null,
  pg_temp.key('reason', r.reason), 100 + r.reason, null, n % 4 = 0
from generate_series(1, {{orders}}) n, lateral (select 1 as k) q,
  lateral (select case n % 4 when 0 then 4 + n / 4 % 4 else 1 + n / 4 % 3 end as reason) r where n % 4 < 2;
insert into cancellation_plan (id, transaction, status, refund_state, order_id, request_id, seller_id, currency,
  total_minor, created_by, due_at, created_at, updated_at, version)
select pg_temp.key('plan', n), 'CANCEL', 'COMPLETED', 'DONE', pg_temp.key('order', n), pg_temp.key('request', n),
  {_SELLER}, 'EUR', 1900, 'OWNER', null, {_AT} + interval '9 days', {_AT} + interval '9 days', 4
from generate_series(1, {{orders}}) n, lateral (select 1 as k) q where n % 4 = 1;
insert into plan_line (id, plan_id, order_item_id, seller_id, position, quantity, currency, base_minor,
  discount_share_minor, tax_share_minor, shipping_share_minor, rounding_minor, total_minor)
select pg_temp.key('planline', n), pg_temp.key('plan', n), pg_temp.key('item', 3 * n), {_SELLER}, 1, 1, 'EUR', 1500, 0,
  400, 0, 0, 1900
from generate_series(1, {{orders}}) n, lateral (select 1 as k) q where n % 4 = 1;
insert into refund (id, plan_id, payment_id, order_id, status, currency, amount_minor, attempt_count, retry_count,
  due_at, external_reference, created_at, updated_at, version)
select pg_temp.key('refund', n), pg_temp.key('plan', n), pg_temp.key('payment', n), pg_temp.key('order', n),
  'SUCCEEDED', 'EUR', 1900, 1, 0, null, 'ledger-' || n, {_AT} + interval '9 days', {_AT} + interval '9 days', 3
from generate_series(1, {{orders}}) n where n % 4 = 1""",
    f"""
insert into event (at, subject, subject_id, action, from_status, to_status, actor_role, actor_id, order_id, request_id,
  plan_id, seller_order_id, seller_id, customer_id, version)
select {_AT}, 'PACKAGE', pg_temp.key('package', 2 * n - 1 + k), 'IMPORT_ORDER', null,
  case n % 4 when 3 then 'PREPARING' else 'DELIVERED' end, 'SYSTEM', 'retour', pg_temp.key('order', n), null, null,
  pg_temp.key('part', 2 * n - 1 + k), {_SELLER}, pg_temp.key('customer', (n - 1) / {{each}} + 1), 1
from {_PARTS};
insert into event (at, subject, subject_id, action, from_status, to_status, actor_role, actor_id, order_id, request_id,
  plan_id, seller_order_id, seller_id, customer_id, version)
select {_AT} + interval '9 days', 'REQUEST', pg_temp.key('request', n), 'REQUEST_RETURN', null, 'WAITING', 'CUSTOMER',
  'customer-' || (n - 1) / {{each}} + 1, pg_temp.key('order', n), pg_temp.key('request', n), null,
  pg_temp.key('part', 2 * n), {_SELLER}, pg_temp.key('customer', (n - 1) / {{each}} + 1), 1
from generate_series(1, {{orders}}) n, lateral (select 1 as k) q where n % 4 < 2""",
)
