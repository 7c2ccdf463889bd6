"""Allowances, which are requests without units; what the sums of adjustments must hold; and the pauses of refunds.

The code of the version before writes no allowance and knows no pause: it sends refunds until its last process ends.
Triggers hold what no CHECK can see. `refunds_may_go` is asked within the transaction that leases a refund. The
act that pauses waits for such transactions, so no refund is leased once a pause has been committed.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

ABOUT = (
    "num_nonnulls(order_item_id, seller_order_id, reverses_id) = case when kind = 'FEE' then 0 else 1 end"
    " and case kind when 'DEDUCTION' then order_item_id is not null when 'SHIPPING' then seller_order_id is not null"
    " when 'REVERSAL' then reverses_id is not null else reverses_id is null end"
)
NO_UNITS = """
create function check_allowance() returns trigger language plpgsql as $$ begin
  if exists (select from request_item l where l.request_id = new.id)
  then raise exception 'the allowance % has units', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
ON_ALLOWANCE = """
create trigger allowance_without_units after insert or update of allowance on cancellation_request
for each row when (new.allowance) execute function check_allowance()
"""
REVERSED = """
create function check_reversal() returns trigger language plpgsql as $$ begin
  if (select coalesce(sum(a.amount_minor), 0) from plan_adjustment a join cancellation_plan p on p.id = a.plan_id
      where a.reverses_id = new.reverses_id and p.status not in ('VOIDED', 'REJECTED'))
    > (select -k.amount_minor from plan_adjustment k where k.id = new.reverses_id)
  then raise exception 'more is given back of % than was kept', new.reverses_id using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
ON_REVERSAL = """
create trigger reversal_of_what_is_kept after insert or update on plan_adjustment
for each row when (new.reverses_id is not null) execute function check_reversal()
"""
RESERVED = """
create function check_reserved() returns trigger language plpgsql as $$
declare held bigint;
begin
  select sum(p.total_minor) into held from cancellation_plan p where p.order_id = new.order_id and p.held;
  if held > 0 and held + (select sum(p.allocated_minor) from payment p where p.order_id = new.order_id)
    > (select o.captured_minor from "order" o where o.id = new.order_id)
  then raise exception 'more of % is paid back and held than was captured', new.order_id
    using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
ON_PLAN = """
create trigger held_at_most_captured after insert or update of held, total_minor on cancellation_plan
for each row when (new.held) execute function check_reserved()
"""
ON_PAYMENT = """
create trigger allocated_beside_held after update of allocated_minor on payment
for each row when (new.allocated_minor > old.allocated_minor) execute function check_reserved()
"""
MAY_GO = """
create function refunds_may_go() returns boolean language plpgsql volatile as $$ begin
  perform pg_advisory_xact_lock_shared(hashtext('refunds_may_go'));
  return not exists (select from refund_pause where resumed_at is null);
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0017_returns")]

    operations = [
        ops.AddField("CancellationRequest", "allowance", fields.BooleanField(default=False, db_default=False)),
        ops.AddConstraint(
            "CancellationRequest",
            CheckConstraint(
                check="not allowance or (transaction = 'REFUND' and opened_by = 'OWNER')", name="request_allowance"
            ),
        ),
        ops.AddConstraint("PlanAdjustment", CheckConstraint(check=ABOUT, name="adjustment_about")),
        ops.RunSQL(
            "create index adjustment_reverses on plan_adjustment (reverses_id) where reverses_id is not null",
            reverse_sql="drop index adjustment_reverses",
        ),
        ops.RunSQL(NO_UNITS, reverse_sql="drop function check_allowance()"),
        ops.RunSQL(ON_ALLOWANCE, reverse_sql="drop trigger allowance_without_units on cancellation_request"),
        ops.RunSQL(REVERSED, reverse_sql="drop function check_reversal()"),
        ops.RunSQL(ON_REVERSAL, reverse_sql="drop trigger reversal_of_what_is_kept on plan_adjustment"),
        ops.RunSQL(RESERVED, reverse_sql="drop function check_reserved()"),
        ops.RunSQL(ON_PLAN, reverse_sql="drop trigger held_at_most_captured on cancellation_plan"),
        ops.RunSQL(ON_PAYMENT, reverse_sql="drop trigger allocated_beside_held on payment"),
        ops.CreateModel(
            name="RefundPause",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("reason", fields.TextField()),
                ("paused_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("paused_by", fields.CharField(max_length=200)),
                ("resumed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("resumed_by", fields.CharField(null=True, max_length=200)),
                ("note", fields.TextField(null=True)),
            ],
            options={
                "table": "refund_pause",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One pause, from `paused_at` to `resumed_at`; the one without an end holds now.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "RefundPause",
            CheckConstraint(check="(resumed_at is null) = (resumed_by is null)", name="refund_pause_ended_by"),
        ),
        ops.RunSQL(
            "create unique index refund_pause_open on refund_pause ((true)) where resumed_at is null",
            reverse_sql="drop index refund_pause_open",
        ),
        ops.RunSQL(MAY_GO, reverse_sql="drop function refunds_may_go()"),
    ]
