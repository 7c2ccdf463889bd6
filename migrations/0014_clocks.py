"""Deadlines that are acted on, windows of whole days, and deliveries that are assumed.

Stored return windows go on to the end of their last day in the market's zone; none becomes shorter. Those that have been
closed for days stay as they are, for they would not open again. `sort_due_at` is generated, so that a process of the
version before writes it, too.
"""

from tortoise import fields, migrations
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

NO_DEADLINE = "'9999-12-31 00:00+00'::timestamptz"
GENERATED = f"""
alter table cancellation_request drop column sort_due_at,
  add column sort_due_at timestamptz not null generated always as (coalesce(due_at, {NO_DEADLINE})) stored
"""
WINDOWS = """
update package p set return_until = w.last_moment from (
  select id, (date_trunc('day', delivered_at at time zone z.name) + (days + 1) * interval '1 day') at time zone z.name
    - interval '1 microsecond' as last_moment
  from (select id, delivered_at, floor(extract(epoch from return_until - delivered_at) / 86400) as days from package
        where return_until > now() - interval '2 days' and delivered_at is not null) k,
    (select coalesce(nullif(current_setting('retour.market_zone', true), ''), 'UTC') as name) z
) w where p.id = w.id and w.last_moment > p.return_until
"""
UNDATED = """
update package p set under_way_since = o.placed_at from "order" o
where o.id = p.order_id and p.shipped_at is null and p.delivered_at is null and p.status in ('SHIPPED', 'DELIVERED')
"""
LATE = "status = 'WAITING' and escalated_at is null and reminded_at is null"
UNREPORTED = "delivered_at is null and status in ('SHIPPED', 'DELIVERED')"


class Migration(migrations.Migration):
    dependencies = [("models", "0013_converted_requests")]

    operations = [
        ops.AddField("CancellationRequest", "reminded_at", fields.DatetimeField(null=True)),
        ops.AddField("CancellationRequest", "escalated_at", fields.DatetimeField(null=True)),
        ops.AddField("CancellationRequest", "sort_due_at", fields.DatetimeField(db_default=SqlDefault(NO_DEADLINE))),
        ops.RunSQL(GENERATED, reverse_sql=""),
        ops.AddIndex("CancellationRequest", Index(fields=["sort_due_at", "id"])),
        ops.AddIndex("CancellationRequest", Index(fields=["status", "sort_due_at", "id"])),
        ops.AddIndex("CancellationRequest", Index(fields=["waiting_on", "sort_due_at", "id"])),
        ops.AddIndex("CancellationRequest", Index(fields=["seller_id", "sort_due_at", "id"])),
        ops.RunSQL(
            f"create index request_deadline on cancellation_request (due_at) where {LATE}",
            reverse_sql="drop index request_deadline",
        ),
        ops.RunSQL(
            "create index request_escalated on cancellation_request (created_at, id) where escalated_at is not null",
            reverse_sql="drop index request_escalated",
        ),
        ops.AddField("Package", "under_way_since", fields.DatetimeField(null=True)),
        ops.AddField("Package", "delivery_assumed", fields.BooleanField(default=False, db_default=False)),
        ops.RunSQL(WINDOWS, reverse_sql=""),
        ops.RunSQL(UNDATED, reverse_sql=""),
        ops.RunSQL(
            f"create index package_unreported on package ((coalesce(under_way_since, shipped_at))) where {UNREPORTED}",
            reverse_sql="drop index package_unreported",
        ),
    ]
