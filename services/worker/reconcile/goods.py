"""The goods of returns, the units that requests stand for, and the money that waits for goods; a check is a row."""

from services.worker.reconcile.checks import Check

_ACCEPTED = "coalesce(l.accepted_quantity, l.quantity)"
_STANDS = f"""
select i.id, i.cancel_held, i.canceled, i.return_held, i.returned, coalesce(r.to_cancel, 0)::bigint as to_cancel,
       coalesce(r.were_canceled, 0)::bigint as were_canceled, coalesce(r.to_return, 0)::bigint as to_return,
       coalesce(r.are_back, 0)::bigint as are_back
from order_item i left join (
  select l.order_item_id,
         sum({_ACCEPTED}) filter (where q.transaction = 'CANCEL' and q.status = 'WAITING') as to_cancel,
         sum({_ACCEPTED}) filter (where q.transaction = 'CANCEL' and q.status <> 'WAITING') as were_canceled,
         sum({_ACCEPTED}) filter (where q.transaction = 'REFUND' and q.status <> 'COMPLETED') as to_return,
         sum({_ACCEPTED}) filter (where q.transaction = 'REFUND' and q.status = 'COMPLETED') as are_back
  from cancellation_request q join request_item l on l.request_id = q.id
  where q.status in ('WAITING', 'APPROVED', 'COMPLETED') group by l.order_item_id
) r on r.order_item_id = i.id
"""
"""The units of each item, and those that its live and completed requests stand for."""
_LINES = f"""
select s.id, s.status, s.request_id, r.expected, r.received, r.missing, r.wrong, {_ACCEPTED} as accepted,
       coalesce(g.graded, 0) as graded, coalesce(g.kept_by_customer, 0) as kept_by_customer,
       coalesce(g.deducted_minor, 0) as deducted_minor
from return_shipment s join return_line r on r.shipment_id = s.id
left join request_item l on l.request_id = s.request_id and l.order_item_id = r.order_item_id
left join lateral (
  select sum((g->>'quantity')::int) as graded, sum((g->>'deductionMinor')::bigint) as deducted_minor,
         sum((g->>'quantity')::int) filter (
           where g->>'disposition' = 'SEND_BACK' or g->>'condition' = 'WRONG_ITEM') as kept_by_customer
  from jsonb_array_elements(r.grades) g) g on true
"""
"""The lines of return shipments with the units that their requests accept and what is said of those that came."""
_MONEY = """
select p.id, p.held, p.status as plan, s.status, s.kind, s.loss_bearer, q.status as request,
       coalesce(q.return_terms->>'trigger', 'ON_CONFIRM') as trigger
from cancellation_plan p join cancellation_request q on q.id = p.request_id
left join return_shipment s on s.request_id = p.request_id
"""
"""Plans with their goods, and what the terms say that the money waits for."""

CHECKS = (
    Check(
        "PLAN_SUM",
        "its total is {total_minor}, its lines and adjustments add up to {sum_minor}",
        """
        select p.id, p.total_minor, (coalesce(l.lines, 0) + coalesce(a.adjustments, 0))::bigint as sum_minor
        from cancellation_plan p
        left join (select plan_id, sum(total_minor) as lines from plan_line group by plan_id) l on l.plan_id = p.id
        left join (select plan_id, sum(amount_minor) as adjustments from plan_adjustment group by plan_id) a
          on a.plan_id = p.id
        where p.total_minor <> coalesce(l.lines, 0) + coalesce(a.adjustments, 0) order by p.id
        """,
    ),
    Check(
        "REVERSED_TOO_MUCH",
        "{kept} were kept, and {given_back} of them are given back",
        """
        select k.id, -k.amount_minor as kept, sum(r.amount_minor)::bigint as given_back
        from plan_adjustment k join plan_adjustment r on r.reverses_id = k.id
        join cancellation_plan p on p.id = r.plan_id
        where p.status not in ('VOIDED', 'REJECTED')
        group by k.id having sum(r.amount_minor) > -k.amount_minor order by k.id
        """,
    ),
    Check(
        "REQUEST_UNITS",
        "{why}",
        """
        select q.id, case when q.allowance then 'it is an allowance, and has units'
                          else 'it has no units, and is no allowance' end as why
        from cancellation_request q
        where q.allowance = exists (select from request_item l where l.request_id = q.id) order by q.id
        """,
    ),
    Check(
        "PLAN_UNITS",
        "it is for {planned} units, and {accepted} of its request were accepted, item by item",
        f"""
        select p.id, sum({_ACCEPTED})::bigint as accepted, coalesce(sum(a.quantity), 0)::bigint as planned
        from cancellation_plan p join request_item l on l.request_id = p.request_id
        left join plan_line a on a.plan_id = p.id and a.order_item_id = l.order_item_id
        group by p.id having bool_or(coalesce(a.quantity, 0) <> {_ACCEPTED}) order by p.id
        """,
    ),
    Check(
        "UNITS_HELD",
        "it holds {cancel_held} units to be canceled and {return_held} to be returned, and its requests stand for"
        " {to_cancel} and {to_return}",
        f"select * from ({_STANDS}) i where i.cancel_held <> i.to_cancel or i.return_held <> i.to_return order by i.id",
    ),
    Check(
        "UNITS_ENDED",
        "it counts {canceled} units as canceled and {returned} as returned, and its requests stand for {were_canceled}"
        " and {are_back}",
        f"select * from ({_STANDS}) i where i.canceled <> i.were_canceled or i.returned <> i.are_back order by i.id",
    ),
    Check(
        "HELD_FOR_NOTHING",
        "its money waits for goods, and {why}",
        f"""
        select p.id, case when p.request <> 'APPROVED' then 'its request is ' || p.request
                          when p.status is null then 'there are none' else 'they are ' || p.status end as why
        from ({_MONEY}) p where p.held and (p.request <> 'APPROVED' or p.status is null
          or p.status in ('INSPECTED', 'WAIVED', 'EXPIRED', 'CANCELED')) order by p.id
        """,
    ),
    Check(
        "HELD_AFTER_RELEASE",
        "its money goes {trigger}, its goods are {status}, and it is still held",
        f"""
        select * from ({_MONEY}) p where p.held and p.status is not null and (p.trigger = 'ON_CONFIRM'
          or (p.status = 'RECEIVED' and p.trigger <> 'ON_INSPECTION')
          or (p.status = 'LOST' and p.loss_bearer is not null)
          or (p.kind = 'TO_SENDER' and p.trigger = 'ON_SHIPMENT')) order by p.id
        """,
    ),
    Check(
        "RELEASED_TOO_EARLY",
        "its money goes {trigger}, its goods are {status}, and it is not held",
        f"""
        select * from ({_MONEY}) p where not p.held and p.plan in ('APPROVED', 'COMPLETED')
          and p.status <> 'WAIVED' and p.loss_bearer is null and case p.trigger
            when 'ON_SHIPMENT' then p.status in ('AWAITING', 'EXPIRED', 'CANCELED')
            when 'ON_RECEIPT' then p.status not in ('RECEIVED', 'INSPECTED')
            when 'ON_INSPECTION' then p.status <> 'INSPECTED' end order by p.id
        """,
    ),
    Check(
        "HELD_EXCEEDS",
        "{captured_minor} were captured, {allocated} are set aside for refunds and {held} held for goods",
        """
        select o.id, o.captured_minor, h.held, p.allocated from "order" o
        join (select order_id, sum(total_minor)::bigint as held from cancellation_plan where held group by order_id) h
          on h.order_id = o.id
        join (select order_id, sum(allocated_minor)::bigint as allocated from payment
              group by order_id) p on p.order_id = o.id
        where h.held + p.allocated > o.captured_minor order by o.id
        """,
    ),
    Check(
        "RETURN_STATUS",
        "it is {status}, and its request is {request}",
        """
        select s.id, s.status, q.status as request
        from return_shipment s join cancellation_request q on q.id = s.request_id
        where q.status not in ('APPROVED', 'COMPLETED') and case s.status
            when 'CANCELED' then q.status not in ('WITHDRAWN', 'REJECTED', 'CONVERTED')
            when 'EXPIRED' then q.status <> 'EXPIRED'
            when 'RECEIVED' then q.status <> 'REJECTED'
            when 'INSPECTED' then q.status <> 'REJECTED'
            when 'WAIVED' then q.status <> 'REJECTED' else true end
          or s.status = 'CANCELED' and q.status in ('APPROVED', 'COMPLETED') order by s.id
        """,
    ),
    Check(
        "RETURN_LINES",
        "a line of it is for {expected} units, and its request accepts {accepted}",
        f"""
        select l.id, l.expected, coalesce(l.accepted, 0) as accepted from ({_LINES}) l
        where l.accepted is null or l.accepted > l.expected or l.accepted < l.expected
          - case when l.status in ('RECEIVED', 'INSPECTED', 'WAIVED') then l.wrong + l.kept_by_customer else 0 end
        order by l.id
        """,
    ),
    Check(
        "RETURN_COUNTS",
        "it is {status}, and {counted} of its units are counted as received, missing or wrong",
        f"""
        select l.id, l.status, sum(l.received + l.missing + l.wrong)::bigint as counted from ({_LINES}) l
        where l.status <> 'WAIVED' group by l.id, l.status
        having (l.status in ('RECEIVED', 'INSPECTED')) <> (sum(l.received + l.missing + l.wrong) > 0) order by l.id
        """,
    ),
    Check(
        "RETURN_GRADES",
        "it is {status}, {received} units of a line have arrived, and {graded} are graded",
        f"""
        select l.id, l.status, l.received, l.graded from ({_LINES}) l
        where l.graded > l.received or (l.status = 'INSPECTED' and l.graded < l.received) order by l.id
        """,
    ),
    Check(
        "RETURN_DEDUCTIONS",
        "its grades deduct {deducted_minor}, and its plan {asked_minor}",
        f"""
        select g.id, g.deducted_minor, coalesce(a.asked_minor, 0) as asked_minor
        from (select l.id, l.request_id, sum(l.deducted_minor)::bigint as deducted_minor from ({_LINES}) l
              group by l.id, l.request_id) g
        left join (select p.request_id, sum(a.asked_minor)::bigint as asked_minor
                   from plan_adjustment a join cancellation_plan p on p.id = a.plan_id where a.kind = 'DEDUCTION'
                   group by p.request_id) a on a.request_id = g.request_id
        where g.deducted_minor > coalesce(a.asked_minor, 0) order by g.id
        """,
    ),
    Check(
        "STUCK",
        "it is {status} and has been due for long, and nobody acted",
        "select s.id, s.status from return_shipment s where s.due_at < $1"
        " union all select l.id, l.status from return_label l where l.due_at < $1 order by id",
        timed=True,
    ),
    Check(
        "STUCK",
        "it is {status} without a deadline, and no worker will look at it",
        """
        select s.id, s.status from return_shipment s where s.due_at is null
          and (s.status in ('IN_TRANSIT', 'RECEIVED') or (s.status = 'AWAITING' and s.ship_by is not null
            and not exists (select from cancellation_request q where q.id = s.request_id and q.basis = 'STATUTORY')))
        order by s.id
        """,
    ),
)
