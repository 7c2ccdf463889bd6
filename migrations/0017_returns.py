"""Returns whose money waits for the goods: settings, shipments with their lines, held plans and adjustments.

A plan's total is the sum of its lines and adjustments. Triggers hold it that fire only for plans with adjustments and for
held ones. `sort_due_at` is generated, as it is for requests. A return line repeats the sku of its item, so that a scanned
one is looked for among returns and not among all items that were ever sold.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

NO_DEADLINE = "'9999-12-31 00:00+00'::timestamptz"
GENERATED = f"""
alter table return_shipment drop column sort_due_at,
  add column sort_due_at timestamptz not null generated always as (coalesce(due_at, {NO_DEADLINE})) stored
"""
CHECK_TOTAL = """
create function check_plan_total(plan text) returns void language plpgsql as $$ begin
  if (select p.total_minor from cancellation_plan p where p.id = plan)
    <> (select coalesce(sum(l.total_minor), 0) from plan_line l where l.plan_id = plan)
     + (select coalesce(sum(a.amount_minor), 0) from plan_adjustment a where a.plan_id = plan)
  then raise exception 'the lines and adjustments of % do not sum to its total', plan using errcode = 'check_violation';
  end if;
end $$
"""
OF_PLAN = """
create function check_total_of_plan() returns trigger language plpgsql as $$ begin
  perform check_plan_total(new.id);
  return null;
end $$
"""
OF_ADJUSTMENT = """
create function check_total_of_adjustment() returns trigger language plpgsql as $$ begin
  perform check_plan_total(new.plan_id);
  return null;
end $$
"""
ON_PLAN = """
create trigger held_plan_total after update of total_minor, held on cancellation_plan
for each row when (old.held) execute function check_total_of_plan()
"""
ON_ADJUSTMENT = """
create trigger adjustment_total after insert or update on plan_adjustment
for each row execute function check_total_of_adjustment()
"""
SKU = """
create function name_sku() returns trigger language plpgsql as $$ begin
  select i.sku into new.sku from order_item i where i.id = new.order_item_id;
  return new;
end $$
"""
ON_LINE = """
create trigger return_line_sku before insert on return_line for each row execute function name_sku()
"""
EXPLAINED = "total_minor = base_minor - discount_share_minor + tax_share_minor + shipping_share_minor + rounding_minor"
SUBJECTS = "'PACKAGE', 'REQUEST', 'PLAN', 'REFUND', 'RETURN_SHIPMENT'"
STATES = "'NONE', 'HELD', 'IN_PROGRESS', 'NEEDS_ATTENTION', 'DONE'"


class Migration(migrations.Migration):
    dependencies = [("models", "0016_orders_that_stood_shipping")]

    operations = [
        ops.RunSQL("create sequence return_number start 100001", reverse_sql="drop sequence return_number"),
        ops.CreateModel(
            name="PlanAdjustment",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "plan",
                    fields.ForeignKeyField(
                        "models.CancellationPlan",
                        source_field="plan_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="adjustments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller",
                    fields.ForeignKeyField(
                        "models.Seller",
                        source_field="seller_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField()),
                ("kind", fields.CharField(max_length=9)),
                (
                    "order_item",
                    fields.ForeignKeyField(
                        "models.OrderItem",
                        source_field="order_item_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller_order",
                    fields.ForeignKeyField(
                        "models.SellerOrder",
                        source_field="seller_order_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "reverses",
                    fields.ForeignKeyField(
                        "models.PlanAdjustment",
                        source_field="reverses_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("currency", fields.CharField(max_length=3)),
                ("asked_minor", fields.BigIntField()),
                ("amount_minor", fields.BigIntField()),
                ("reason", fields.TextField(null=True)),
                ("rule", fields.CharField(null=True, max_length=64)),
                ("bearer", fields.CharField(max_length=7)),
                ("by_role", fields.CharField(max_length=8)),
            ],
            options={
                "table": "plan_adjustment",
                "app": "models",
                "indexes": [Index(fields=["plan_id"])],
                "pk_attr": "id",
                "table_description": "What a plan adds to the amounts of its lines, or keeps from them: domain/adjustments.py.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="ReturnSettings",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "seller",
                    fields.ForeignKeyField(
                        "models.Seller",
                        source_field="seller_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("trigger", fields.CharField(max_length=13)),
                ("method", fields.CharField(max_length=8)),
                ("ship_by_days", fields.IntField()),
                ("grace_days", fields.IntField()),
                ("inspection_days", fields.IntField()),
                ("transit_days", fields.IntField()),
                ("fees", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("address", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "return_settings",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How returns of one seller go, or of every seller without settings of its own if there is no seller.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="ReturnShipment",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "number",
                    fields.CharField(
                        unique=True, db_default=SqlDefault("('RS-' || nextval('return_number'))"), max_length=32
                    ),
                ),
                ("kind", fields.CharField(max_length=11)),
                ("method", fields.CharField(max_length=8)),
                ("status", fields.CharField(max_length=10)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="return_shipments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller",
                    fields.ForeignKeyField(
                        "models.Seller",
                        source_field="seller_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "request",
                    fields.OneToOneField(
                        "models.CancellationRequest",
                        source_field="request_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="return_shipment",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("tracking_number", fields.CharField(null=True, max_length=200)),
                ("drop_off", fields.CharField(null=True, max_length=200)),
                ("ship_by", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "sort_due_at",
                    fields.DatetimeField(
                        db_default=SqlDefault("'9999-12-31 00:00+00'::timestamptz"), auto_now=False, auto_now_add=False
                    ),
                ),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("received_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("inspected_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("loss_bearer", fields.CharField(max_length=7, null=True)),
                ("note", fields.TextField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "return_shipment",
                "app": "models",
                "indexes": [
                    Index(fields=["created_at", "id"]),
                    Index(fields=["status", "created_at", "id"]),
                    Index(fields=["seller_id", "created_at", "id"]),
                    Index(fields=["seller_id", "status", "created_at", "id"]),
                    Index(fields=["order_id"]),
                ],
                "pk_attr": "id",
                "table_description": "The goods of one return. `due_at` is when Retour acts by itself if nothing has happened in the present status.",
            },
            bases=["StatusRow"],
        ),
        ops.CreateModel(
            name="ReturnLine",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "shipment",
                    fields.ForeignKeyField(
                        "models.ReturnShipment",
                        source_field="shipment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "order_item",
                    fields.ForeignKeyField(
                        "models.OrderItem",
                        source_field="order_item_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller",
                    fields.ForeignKeyField(
                        "models.Seller",
                        source_field="seller_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField()),
                ("expected", fields.IntField()),
                ("received", fields.IntField(default=0, db_default=0)),
                ("missing", fields.IntField(default=0, db_default=0)),
                ("wrong", fields.IntField(default=0, db_default=0)),
                ("sku", fields.CharField(null=True, max_length=120)),
                ("grades", fields.JSONField(db_default=SqlDefault("'[]'"), encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "return_line",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The units of one item in a return shipment. Before they arrive, all are expected.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "PlanAdjustment",
            CheckConstraint(
                check="\"kind\" in ('FEE', 'DEDUCTION', 'ALLOWANCE', 'SHIPPING', 'REVERSAL')",
                name="adjustment_kind",
            ),
        ),
        ops.AddConstraint(
            "PlanAdjustment",
            CheckConstraint(
                check="case when kind in ('FEE', 'DEDUCTION') then amount_minor between -asked_minor and 0 else amount_minor between 0 and asked_minor end",
                name="adjustment_amount",
            ),
        ),
        ops.AddConstraint(
            "ReturnSettings",
            CheckConstraint(
                check="\"trigger\" in ('ON_CONFIRM', 'ON_SHIPMENT', 'ON_RECEIPT', 'ON_INSPECTION')",
                name="return_settings_trigger",
            ),
        ),
        ops.AddConstraint(
            "ReturnSettings",
            CheckConstraint(
                check="\"method\" in ('MAIL', 'DROP_OFF', 'IN_STORE', 'KEEP')", name="return_settings_method"
            ),
        ),
        ops.AddConstraint(
            "ReturnSettings",
            CheckConstraint(
                check="ship_by_days > 0 and grace_days >= 0 and inspection_days > 0 and transit_days > 0",
                name="return_settings_days",
            ),
        ),
        ops.AddConstraint(
            "ReturnShipment",
            CheckConstraint(
                check="\"status\" in ('AWAITING', 'IN_TRANSIT', 'RECEIVED', 'INSPECTED', 'LOST', 'WAIVED', 'EXPIRED', 'CANCELED')",
                name="return_status",
            ),
        ),
        ops.AddConstraint(
            "ReturnShipment", CheckConstraint(check="\"kind\" in ('BY_CUSTOMER', 'TO_SENDER')", name="return_kind")
        ),
        ops.AddConstraint(
            "ReturnShipment",
            CheckConstraint(check="\"method\" in ('MAIL', 'DROP_OFF', 'IN_STORE', 'KEEP')", name="return_method"),
        ),
        ops.AddConstraint(
            "ReturnLine", UniqueConstraint(fields=("shipment_id", "order_item_id"), name="return_line_once")
        ),
        ops.AddConstraint(
            "ReturnLine",
            CheckConstraint(
                check="expected >= 0 and received >= 0 and missing >= 0 and wrong >= 0 and (received + missing + wrong in (0, expected))",
                name="return_line_units",
            ),
        ),
        ops.RunSQL(GENERATED, reverse_sql=""),
        ops.AddIndex("ReturnShipment", Index(fields=["sort_due_at", "id"])),
        ops.AddIndex("ReturnShipment", Index(fields=["status", "sort_due_at", "id"])),
        ops.AddIndex("ReturnShipment", Index(fields=["seller_id", "sort_due_at", "id"])),
        ops.AddIndex("ReturnShipment", Index(fields=["seller_id", "status", "sort_due_at", "id"])),
        ops.RunSQL(
            "alter table return_shipment add constraint return_of_part"
            " foreign key (order_id, seller_id) references seller_order (order_id, seller_id)",
            reverse_sql="alter table return_shipment drop constraint return_of_part",
        ),
        ops.RunSQL(
            "create unique index return_settings_of_seller on return_settings (coalesce(seller_id, ''))",
            reverse_sql="drop index return_settings_of_seller",
        ),
        ops.RunSQL(
            "create index return_to_sender on return_shipment (created_at, id) where kind = 'TO_SENDER'",
            reverse_sql="drop index return_to_sender",
        ),
        ops.RunSQL(
            "create index return_due on return_shipment (due_at) where due_at is not null",
            reverse_sql="drop index return_due",
        ),
        ops.RunSQL(
            'create index return_number_search on return_shipment (upper(number collate "C"))',
            reverse_sql="drop index return_number_search",
        ),
        ops.RunSQL(
            'create index return_tracking_search on return_shipment (upper(tracking_number collate "C"))',
            reverse_sql="drop index return_tracking_search",
        ),
        ops.RunSQL(SKU, reverse_sql="drop function name_sku()"),
        ops.RunSQL(ON_LINE, reverse_sql="drop trigger return_line_sku on return_line"),
        ops.RunSQL(
            'create index return_line_sku_search on return_line (upper(sku collate "C"), shipment_id)',
            reverse_sql="drop index return_line_sku_search",
        ),
        ops.AddField("CancellationPlan", "held", fields.BooleanField(default=False, db_default=False)),
        ops.AddConstraint(
            "CancellationPlan", CheckConstraint(check="not held or status = 'APPROVED'", name="plan_held")
        ),
        ops.RemoveConstraint("CancellationPlan", name="plan_refund_state"),
        ops.AddConstraint(
            "CancellationPlan",
            CheckConstraint(check=f'"refund_state" in ({STATES})', name="plan_refund_state"),
        ),
        ops.RemoveConstraint("PlanLine", name="plan_line_explains_itself"),
        ops.AddConstraint(
            "PlanLine",
            CheckConstraint(
                check=f"quantity >= 0 and total_minor >= 0 and {EXPLAINED}", name="plan_line_explains_itself"
            ),
        ),
        ops.RunSQL(CHECK_TOTAL, reverse_sql="drop function check_plan_total(text)"),
        ops.RunSQL(OF_PLAN, reverse_sql="drop function check_total_of_plan()"),
        ops.RunSQL(OF_ADJUSTMENT, reverse_sql="drop function check_total_of_adjustment()"),
        ops.RunSQL(ON_PLAN, reverse_sql="drop trigger held_plan_total on cancellation_plan"),
        ops.RunSQL(ON_ADJUSTMENT, reverse_sql="drop trigger adjustment_total on plan_adjustment"),
        ops.AddField(
            "CancellationRequest", "return_terms", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)
        ),
        ops.AddField("CancellationReason", "goods_with_customer", fields.BooleanField(default=True, db_default=True)),
        ops.RunSQL(
            "update cancellation_reason set goods_with_customer = false where handle = 'never-arrived'", reverse_sql=""
        ),
        ops.AddField(
            "Event",
            "return_shipment",
            fields.ForeignKeyField(
                "models.ReturnShipment", null=True, related_name="timeline", on_delete=OnDelete.RESTRICT
            ),
        ),
        ops.RunSQL(
            "create index event_of_return on event (return_shipment_id) where return_shipment_id is not null",
            reverse_sql="drop index event_of_return",
        ),
        ops.RunSQL(
            "alter table event alter column subject type varchar(15)",
            reverse_sql="",
        ),
        ops.RemoveConstraint("Event", name="event_subject"),
        ops.AddConstraint("Event", CheckConstraint(check=f'"subject" in ({SUBJECTS})', name="event_subject")),
    ]
