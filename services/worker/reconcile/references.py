"""References that orders are settled with, against the other money that has them."""

from services.worker.reconcile.checks import Check

CHECKS = (
    Check(
        "REFERENCE_TWICE",
        "it was settled with {reference}, which is {other}, too",
        """
        select s.id, s.external_reference as reference, u.other
        from refund s join payment p on p.id = s.payment_id
        cross join lateral (
          select case when f.status = 'SETTLED_MANUALLY' then 'the reference of ' else 'the credit of ' end || f.id
            as other
          from refund f join payment q on q.id = f.payment_id
          where f.external_reference = s.external_reference and q.provider = p.provider and f.id <> s.id
            and (f.status <> 'SETTLED_MANUALLY' or f.order_id <> s.order_id)
          union all
          select 'a movement of ' || m.order_id from external_movement m
          where m.provider = p.provider and m.reference = s.external_reference
            and (m.payment_id <> s.payment_id or m.recorded_at is null)
          order by 1 limit 1
        ) u
        where s.status = 'SETTLED_MANUALLY' and s.external_reference is not null order by s.id
        """,
    ),
    Check(
        "MOVEMENT_SHORT",
        "refunds of {paid} were settled with {reference}, and it is about {amount_minor}",
        """
        select m.id, m.reference, m.amount_minor, sum(r.amount_minor)::bigint as paid
        from external_movement m join refund r on r.movement_id = m.id group by m.id
        having sum(r.amount_minor) > m.amount_minor order by m.id
        """,
    ),
)
