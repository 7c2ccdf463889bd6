"""The true status of orders that stood SHIPPING for ever, because a package that was emptied on its way counted.

The versions before this one run on: they set the status of an order with each command on it.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

PARTS = """
update seller_order s set status = now.status
from (
  select part.id, case
      when count(*) filter (where package.remaining > 0) = 0
        then case when coalesce(sum(package.returned), 0) > 0 then 'REFUNDED' else 'CANCELED' end
      when bool_and(package.status = 'DELIVERED') filter (where package.remaining > 0) then 'DELIVERED'
      when bool_or(package.status in ('SHIPPED', 'DELIVERED', 'DELIVERY_FAILED')) filter (where package.remaining > 0)
        then 'SHIPPING'
      else 'WAITING_PACKAGING' end as status
  from seller_order part
  left join (
    select p.id, p.seller_order_id, p.status, coalesce(sum(i.active + i.cancel_held + i.return_held), 0) as remaining,
      coalesce(sum(i.returned), 0) as returned
    from package p left join order_item i on i.package_id = p.id group by p.id
  ) package on package.seller_order_id = part.id
  where part.status = 'SHIPPING' group by part.id
) now
where now.id = s.id and now.status <> s.status
"""
"""What domain/derive.py says of the parts; tests/models/test_status_migration.py holds the two together."""
ORDERS = """
update "order" o set status = now.status
from (
  select whole.id, case
      when count(*) filter (where part.open) = 0
        then case when bool_or(part.status = 'REFUNDED') then 'REFUNDED' else 'CANCELED' end
      when count(distinct part.status) filter (where part.open) = 1 then min(part.status) filter (where part.open)
      else 'SHIPPING' end as status
  from "order" whole
  join (
    select order_id, status, status not in ('CANCELED', 'REFUNDED') as open from seller_order
  ) part on part.order_id = whole.id
  where whole.status = 'SHIPPING' group by whole.id
) now
where now.id = o.id and now.status <> o.status
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0015_reasons")]

    operations = [ops.RunSQL(PARTS, reverse_sql=""), ops.RunSQL(ORDERS, reverse_sql="")]
