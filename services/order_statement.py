"""The statement that reads an order book."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.actions import Action
from domain.adjustments import KEEPS
from domain.words import PAID_REFUNDS, RELEASED_PLANS, RequestStatus, Role
from services.idempotency import RECORD
from services.policies import POLICY_IN_FORCE
from services.rulebooks import TERMS_IN_FORCE

_FINAL = ", ".join(f"'{status}'" for status in PAID_REFUNDS)
_COUNTED = ", ".join(f"'{status}'" for status in sorted(RELEASED_PLANS))
_KEEPS = ", ".join(f"'{kind}'" for kind in sorted(KEEPS))
_KEPT = f"""array(
    select q.id from cancellation_request q where q.order_id = o.id and (q.status in ('WAITING', 'APPROVED')
      or q.id = {{named}}
      or q.id = (select p.request_id from cancellation_plan p where p.id = {{named}})
      or q.id = (select s.request_id from return_shipment s where s.id = {{named}})
      or q.id = (select s.request_id from return_label l join return_shipment s on s.id = l.shipment_id
                 where l.id = {{named}})
      or q.id = (select p.request_id from refund f join cancellation_plan p on p.id = f.plan_id where f.id = {{named}}))
    union
    select p.request_id from refund f join cancellation_plan p on p.id = f.plan_id
    where f.order_id = o.id and f.status not in ({_FINAL}))"""
"""The requests that a command may still touch: the open ones, those whose money is on its way, and the one it names."""
_WITHDRAWN = f"""case when o.id = {{named}} then (
      select json_object_agg(w.order_item_id, w.times) from (
        select r.order_item_id, count(*) as times from cancellation_request q join request_item r on r.request_id = q.id
        where q.order_id = o.id and q.status = '{RequestStatus.WITHDRAWN}' and q.opened_by = '{Role.CUSTOMER}'
          and q.updated_at > {{since}}::timestamptz
        group by r.order_item_id) w) end"""
"""How often each item was asked for and withdrawn; counted only for a command that names the order, as asking does."""
_REASONS = """(select json_agg(r) from (
      select r.id, r.handle, r.transaction, r.needs_note, r.active, r.audiences, r.label_id, r.goods_with_customer
      from cancellation_reason r where r.handle = any({reasons}) or r.id = any(array(
        select l.reason_id from cancellation_request q join request_item l on l.request_id = q.id
        where q.id = any(k.requests) and q.return_terms is not null))) r)"""
"""The reasons that a command names, and those of returns with terms: they say whether there are goods to send back."""
_WITHDRAWALS = f"""case when {{operation}} = '{Action.DECLARE_WITHDRAWAL}' or split_part({{named}}, '_', 1) in (
      'withdrawal', 'access') then (
      select json_agg(w order by w.declared_at, w.id) from withdrawal w where w.order_id = o.id)
    else (select json_agg(w order by w.declared_at, w.id) from withdrawal w where w.id in (
      select q.withdrawal_id from cancellation_request q where q.id = any(k.requests))) end"""
"""The withdrawals that the requests follow from; to declare, verify or reject one, all of the order."""
_PARTIES = f"""case when {{operation}} = '{Action.DECLARE_WITHDRAWAL}' then (
      select json_build_object('name', c.name, 'email', c.email, 'sellers', (
        select json_object_agg(s.id, v.name) from seller_order s join seller v on v.id = s.seller_id
        where s.order_id = o.id)) from customer c where c.id = o.customer_id) end"""
"""Who the parties to the contracts are; a statement of withdrawal names them."""
_DETAILS = f"""case when {{operation}} in ('{Action.SPLIT_PACKAGE}', '{Action.DECLARE_WITHDRAWAL}') then (
      select json_object_agg(i.id, json_build_object('sku', i.sku, 'name', i.name, 'image_url', i.image_url,
                                                     'currency', i.currency, 'weight_grams', i.weight_grams,
                                                     'included_tax_minor', i.included_tax_minor,
                                                     'category', i.category, 'tags', i.tags))
      from order_item i where i.order_id = o.id) end"""
"""What commands do not compute with; a split makes a new item out of one, and a statement of withdrawal names them."""
_SETTLES = f"{{operation}} in ('{Action.SETTLE_REFUND}', '{Action.SETTLE_SHORTFALL}')"
_MOVEMENTS = f"""case when o.external_minor > 0 or {_SETTLES} then (
      select json_agg(m order by m.recorded_at, m.id) from external_movement m
      where m.order_id = o.id and m.recorded_at is not null) end"""
"""What went back outside of Retour since the order came in: if any of it is left, or for a command that names it."""
_USED = f"""case when {_SETTLES} then (
      select json_object_agg(p.provider, exists (
          select from refund f join payment q on q.id = f.payment_id
          where f.external_reference = {{reference}} and q.provider = p.provider
            and (f.status <> 'SETTLED_MANUALLY' or f.order_id <> o.id)
        ) or exists (
          select from external_movement m where m.provider = p.provider and m.reference = {{reference}}
            and (m.order_id <> o.id or m.recorded_at is null)
        ) or exists (
          select from settled_reference s
          where s.provider = p.provider and s.reference = {{reference}} and s.order_id <> o.id
        ))
      from (select distinct p.provider from payment p where p.order_id = o.id) p) end"""
"""Whether the reference that a command names is of other money, at each provider of the order's payments."""
_SETTLED = f"""case when {_SETTLES} then (
      select json_agg(s.provider) from settled_reference s
      where s.order_id = o.id and s.reference = {{reference}}) end"""
"""The providers at which the order was settled with that reference before."""
_DISPUTES = """case when o.disputed or starts_with({named}, 'dispute_') then (
      select json_agg(r order by r.opened_at, r.id) from dispute r where r.order_id = o.id) end"""
"""What customers dispute at the bank: while that is undecided, or for news of a dispute."""
_ORDER_BOOK = f"""(select json_build_object(
  'order', to_json(o),
  'seller_orders', (select json_agg(r order by r.id) from (
      select s.id, s.seller_id, s.status, s.shipping_minor, s.shipping_surcharge_minor
      from seller_order s where s.order_id = o.id) r),
  'packages', (select json_agg(r order by r.number, r.id) from (
      select p.id, p.number, p.order_id, p.seller_order_id, p.seller_id, p.status, p.tracking_number, p.shipped_at,
             p.under_way_since, p.delivered_at, p.delivery_assumed, p.return_until, p.former, p.version
      from package p where p.order_id = o.id) r),
  'items', (select json_agg(r order by r.position, r.id) from (
      select i.id, i.position, i.package_id, i.seller_order_id, i.seller_id, i.unit_price_minor, i.discount_minor,
             i.tax_minor, i.quantity, i.active, i.cancel_held, i.canceled, i.return_held, i.returned,
             i.cut_from_id
      from order_item i where i.order_id = o.id) r),
  'payments', (select json_agg(r order by r.position, r.id) from (
      select p.id, p.position, p.provider, p.reference, p.currency, p.captured_minor, p.allocated_minor,
             p.external_minor
      from payment p where p.order_id = o.id) r),
  'requests', (select json_agg(r order by r.created_at, r.id) from cancellation_request r
               where r.id = any(k.requests)),
  'request_items', (select json_agg(r order by r.position, r.id) from request_item r
                    where r.request_id = any(k.requests)),
  'plans', (select json_agg(r order by r.created_at, r.id) from cancellation_plan r
            where r.request_id = any(k.requests)),
  'plan_lines', (select json_agg(r order by r.position, r.id) from plan_line r
                 join cancellation_plan p on p.id = r.plan_id where p.request_id = any(k.requests)),
  'adjustments', (select json_agg(r order by r.position, r.id) from plan_adjustment r
                  join cancellation_plan p on p.id = r.plan_id where p.request_id = any(k.requests)),
  'returns', (select json_agg(r order by r.created_at, r.id) from return_shipment r
              where r.request_id = any(k.requests)),
  'return_lines', (select json_agg(r order by r.position, r.id) from return_line r
                   join return_shipment s on s.id = r.shipment_id where s.request_id = any(k.requests)),
  'labels', (select json_agg(r order by r.position, r.id) from return_label r
             join return_shipment s on s.id = r.shipment_id where s.request_id = any(k.requests)),
  'terms', k.terms,
  'traits', case when (k.terms->>'specific')::boolean then (
      select json_object_agg(i.id, json_build_array(i.category, i.tags)) from order_item i where i.order_id = o.id) end,
  'refunds', (select json_agg(r order by r.created_at, r.id) from refund r
              join cancellation_plan p on p.id = r.plan_id where p.request_id = any(k.requests)),
  'movements', {_MOVEMENTS},
  'used', {_USED},
  'settled', {_SETTLED},
  'disputes', {_DISPUTES},
  'settled_lines', (select json_agg(r) from (
      select r.order_item_id, sum(r.quantity)::bigint as quantity, sum(r.base_minor)::bigint as base_minor,
             sum(r.discount_share_minor)::bigint as discount_share_minor,
             sum(r.tax_share_minor)::bigint as tax_share_minor,
             sum(r.shipping_share_minor)::bigint as shipping_share_minor,
             sum(r.rounding_minor)::bigint as rounding_minor, sum(r.total_minor)::bigint as total_minor
      from plan_line r join cancellation_plan p on p.id = r.plan_id
      where p.order_id = o.id and p.status in ({_COUNTED}) and not p.held and p.request_id <> all(k.requests)
      group by r.order_item_id) r),
  'settled_adjustments', (select json_agg(r) from (
      select case when a.kind in ({_KEEPS}) then a.id
                  else coalesce(a.order_item_id, a.seller_order_id, a.reverses_id) end as about,
             sum(a.amount_minor)::bigint as minor,
             max(a.seller_id) filter (where a.kind in ({_KEEPS})) as kept_from,
             max(a.bearer) filter (where a.kind in ({_KEEPS})) as bearer,
             max(a.kind) filter (where a.kind in ({_KEEPS})) as kind
      from plan_adjustment a join cancellation_plan p on p.id = a.plan_id
      where p.order_id = o.id and p.status in ({_COUNTED}) and not p.held and p.request_id <> all(k.requests)
      group by 1) r),
  'policy', (select json_build_object('id', p.id, 'version', p.version, 'window_days', p.window_days,
                                      'response_days', p.response_days) from {POLICY_IN_FORCE}),
  'reasons', {_REASONS},
  'withdrawn', {_WITHDRAWN},
  'withdrawals', {_WITHDRAWALS},
  'parties', {_PARTIES},
  'details', {_DETAILS},
  'record', {{record}}
) from (select {_KEPT} as requests, {TERMS_IN_FORCE} as terms offset 0) k)"""
"""`offset 0` has the ids of the requests found once: PostgreSQL would look for them again wherever they are named."""


def order_book_sql(first: int, *, named: int) -> str:
    """The expression that reads the book of an order's row `o`; six parameters from `first` on are `CommandNeeds`.

    The parameter `named` is the id of what the command is about: a request, plan, refund, return shipment or
    label is read though it is closed.
    """
    record = RECORD.format(*[f"${first + n}" for n in range(3)])
    return _ORDER_BOOK.format(
        record=record,
        operation=f"${first + 1}",
        since=f"${first + 3}",
        reasons=f"${first + 4}",
        reference=f"${first + 5}",
        named=f"${named}",
    )


LOAD = f'select {order_book_sql(2, named=8)} as order_book from "order" o where o.id = $1'


class CommandNeeds(NamedTuple):
    """What a command needs besides the order: the answer recorded for its call, what was withdrawn since a moment, the
    reasons of these handles, and what is known of this reference at a gateway."""

    caller: str
    operation: str
    key: str
    since: datetime
    reasons: Sequence[str] = ()
    reference: str = ""
