"""The floor's confirmRequest where returns have terms: the plan is held, a fee is kept, and goods are asked for.

Written for terms with fees of fixed amounts and for goods that the customer has, which is what the benchmark has.
"""

from datetime import datetime
from typing import Any, TypeAlias

from domain.calendar import Calendar
from models.ids import new_id

Row = dict[str, Any]
Priced: TypeAlias = tuple[list[Any], ...]
"""The columns of the plan's lines: ids, items, quantities and six amounts."""
By: TypeAlias = tuple[str, str, str | None, str]
"""Who asks, whose the idempotency key is, the key, and a digest of the input."""

_WRITE_RETURN = """
with o as (update "order" set version = $1::int where id = $2),
q as (update cancellation_request set status = 'APPROVED', waiting_on = 'CUSTOMER', due_at = $3,
    return_started_at = $4, updated_at = $4, version = $5::int where id = $6::text),
l as (update request_item set accepted_quantity = quantity, open = false where request_id = $6),
p as (insert into cancellation_plan (id, transaction, status, refund_state, held, order_id, request_id, seller_id,
    currency, total_minor, created_by, due_at, created_at, updated_at, version)
  values ($7, 'REFUND', 'APPROVED', 'HELD', true, $2, $6, $8, $9, $10, 'SYSTEM', null, $4, $4, 1)),
n as (insert into plan_line (id, plan_id, order_item_id, seller_id, position, quantity, currency, base_minor,
    discount_share_minor, tax_share_minor, shipping_share_minor, rounding_minor, total_minor)
  select v.id, $7::text, v.item, $8, v.position, v.quantity, $9, v.base, v.discount, v.tax, v.shipping, v.rounding,
    v.total
  from unnest($11::text[], $12::text[], $13::int[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[],
    $18::bigint[], $19::bigint[]) with ordinality
    as v(id, item, quantity, base, discount, tax, shipping, rounding, total, position)),
a as (insert into plan_adjustment (id, plan_id, seller_id, position, kind, currency, asked_minor, amount_minor, rule,
    bearer, by_role)
  select v.id, $7, $8, v.position, 'FEE', $9, v.asked, v.amount, v.rule, v.bearer, 'SYSTEM'
  from unnest($20::text[], $21::bigint[], $22::bigint[], $23::text[], $24::text[]) with ordinality
    as v(id, asked, amount, rule, bearer, position)),
s as (insert into return_shipment (id, kind, method, status, order_id, seller_id, request_id, ship_by, due_at,
    created_at, updated_at, version)
  values ($25, 'BY_CUSTOMER', $26, 'AWAITING', $2, $8, $6, $3, $27, $4, $4, 1)),
r as (insert into return_line (id, shipment_id, order_item_id, seller_id, position, expected, received, missing, wrong)
  select v.id, $25, v.item, $8, v.position, v.quantity, 0, 0, 0
  from unnest($28::text[], $12::text[], $13::int[]) with ordinality as v(id, item, quantity, position)),
e as (insert into event (at, subject, subject_id, action, from_status, to_status, actor_role, actor_id, order_id,
    request_id, plan_id, return_shipment_id, seller_order_id, seller_id, customer_id, version)
  select $4::timestamptz, v.subject, v.id, v.action, v.was, v.becomes, v.role, v.actor, $2::text, $6::text, v.plan,
    v.shipment, $29, $8, $30, v.version
  from (select 1 as n, 'REQUEST' as subject, $6::text as id, 'CONFIRM_REQUEST' as action, 'WAITING' as was,
      'APPROVED' as becomes, 'SELLER' as role, $31::text as actor, null as plan, null as shipment,
      $5::int - 1 as version
    union all select 2, 'PLAN', $7::text, 'CONFIRM_REQUEST', null, 'APPROVED', 'SYSTEM', 'retour', $7::text, null, 1
    union all select 3, 'RETURN_SHIPMENT', $25::text, 'OPEN_RETURN', null, 'AWAITING', 'SYSTEM', 'retour', $7::text,
      $25::text, 1) v order by v.n),
k as (insert into idempotency_record (caller, operation, key, input_hash, outcome)
  select $32::text, 'CONFIRM_REQUEST', $33::text, $34::text, jsonb_build_object('requests',
    jsonb_build_array($6::text), 'plans', jsonb_build_array($7::text), 'held', jsonb_build_array($7::text))
  where $33::text is not null)
select 1"""
_CALENDAR = Calendar()


async def write_return(
    db: Any, order: Row, request: Row, plan_id: str, goods: int, priced: Priced, by: By, now: datetime
) -> int:
    """Write what confirming a return with terms brings about; the plan's total, which is what the goods bring."""
    terms, lines = request["return_terms"], priced[0]
    fees = [(fee["name"], fee["amountMinor"], fee["bearer"]) for fee in terms["fees"]]
    ship_by = _CALENDAR.last_moment(now, terms["shipByDays"])
    due_at = _CALENDAR.last_moment(now, terms["shipByDays"] + terms["graceDays"])
    total: int = goods - sum(minor for _, minor, _ in fees)
    sub, *call = by
    await db.fetchval(
        _WRITE_RETURN, order["version"] + 1, order["id"], ship_by, now, request["version"] + 3, request["id"], plan_id,
        request["seller_id"], order["currency"], total, *priced, [new_id("adjustment") for _ in fees],
        [minor for _, minor, _ in fees], [-minor for _, minor, _ in fees], [name for name, _, _ in fees],
        [bearer for _, _, bearer in fees], new_id("return"), terms["method"], due_at,
        [new_id("returnline") for _ in lines],
        request["seller_order_id"], order["customer_id"], sub, *call,
    )  # fmt: skip
    return total
