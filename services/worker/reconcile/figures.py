"""Figures of returns against the journal and the orders."""

from domain.figures import Figure
from services.figures import counted_in
from services.worker.reconcile.checks import Check

_CURSOR = "(select c.{} from figure_cursor c where c.id = 1)"
_COUNTED = counted_in(zone=_CURSOR.format("zone"), after="'0'", upto=_CURSOR.format("xid"))
# What an archive has taken is missing in the journal: of its first day, if events before the first one are gone.
_WHOLE = f"""
f.figure <> '{Figure.ORDERED_UNITS}' and f.day > (
  select case when e.id > 1 then (e.at at time zone {_CURSOR.format("zone")})::date else '-infinity' end
  from event e order by e.xid, e.id limit 1)
"""

CHECKS = (
    Check(
        "FIGURE",
        "{amount} {figure} {key} of {day} are counted, and the journal has {expected}: run `python server.py recount`",
        f"""
        select coalesce(f.seller_id, j.seller_id) as id, figure, key, day, coalesce(f.amount, 0) as amount,
          coalesce(j.amount, 0) as expected
        from (select * from daily_figure f where {_WHOLE}) f
        full join (select * from ({_COUNTED}) f where {_WHOLE}) j
          using (seller_id, figure, day, transaction, key)
        where f.amount is distinct from j.amount order by 1, day, figure, key
        """,
    ),
    Check(
        "FIGURE",
        "{amount} ordered units are counted, and its orders have {expected}: run `python server.py recount`",
        f"""
        select s.id, coalesce(f.amount, 0)::bigint as amount, coalesce(o.amount, 0)::bigint as expected
        from seller s
        left join (select seller_id, sum(amount) as amount from daily_figure where figure = '{Figure.ORDERED_UNITS}'
                   group by seller_id) f on f.seller_id = s.id
        left join (
          select i.seller_id, sum(i.quantity) as amount from order_item i
          where {_CURSOR.format("xid")} > 0 and not exists (
            select from event e where e.order_id = i.order_id and e.from_status is null
              and e.xid > {_CURSOR.format("xid::text::xid8")} and e.action in ('CREATE_ORDER', 'IMPORT_ORDER'))
          group by i.seller_id) o on o.seller_id = s.id
        where f.amount is distinct from o.amount order by s.id
        """,
    ),
)
