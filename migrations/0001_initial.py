"""The tables. Made by makemigrations; the sequence behind the numbers of requests is by hand."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.fields import Xid8Field


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.RunSQL("create sequence request_number start 100001", reverse_sql="drop sequence request_number"),
        ops.CreateModel(
            name="CancellationReason",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("handle", fields.CharField(unique=True, max_length=64)),
                ("transaction", fields.CharField(max_length=6)),
                ("labels", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("needs_note", fields.BooleanField(default=False)),
                ("active", fields.BooleanField(default=True)),
                ("position", fields.IntField(default=0)),
            ],
            options={
                "table": "cancellation_reason",
                "app": "models",
                "constraints": [
                    CheckConstraint(check="\"transaction\" in ('CANCEL', 'REFUND')", name="reason_transaction")
                ],
                "pk_attr": "id",
                "table_description": "A reason in the drop-down. `labels` maps a locale to its text.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Customer",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("subject", fields.CharField(unique=True, max_length=200)),
                ("name", fields.CharField(max_length=200)),
                ("email", fields.CharField(null=True, max_length=320)),
            ],
            options={
                "table": "customer",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Who buys. `subject` is the `sub` of the customer's token.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdempotencyRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("caller", fields.CharField(max_length=300)),
                ("operation", fields.CharField(max_length=64)),
                ("key", fields.CharField(max_length=200)),
                ("input_hash", fields.CharField(max_length=64)),
                ("outcome", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "idempotency_record",
                "app": "models",
                "constraints": [UniqueConstraint(fields=("caller", "operation", "key"), name="idempotency_once")],
                "indexes": [Index(fields=["created_at"])],
                "pk_attr": "id",
                "table_description": "The first answer to a command, for who asks again with the same key. Kept for a week.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LedgerEntry",
            fields=[
                ("key", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("payment_reference", fields.CharField(max_length=200)),
                ("currency", fields.CharField(max_length=3)),
                ("amount_minor", fields.BigIntField()),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "ledger_entry",
                "app": "models",
                "constraints": [CheckConstraint(check="amount_minor > 0", name="ledger_entry_amount")],
                "pk_attr": "key",
                "table_description": "A credit in the marketplace's own book: what the ledger gateway has paid, once per key.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Order",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("number", fields.CharField(unique=True, max_length=64)),
                ("status", fields.CharField(max_length=17)),
                ("currency", fields.CharField(max_length=3)),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "customer",
                    fields.ForeignKeyField(
                        "models.Customer",
                        source_field="customer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="orders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("items_minor", fields.BigIntField()),
                ("discount_minor", fields.BigIntField()),
                ("tax_minor", fields.BigIntField()),
                ("shipping_minor", fields.BigIntField()),
                ("captured_minor", fields.BigIntField()),
                ("refunded_minor", fields.BigIntField(default=0, db_default=0)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "order",
                "app": "models",
                "constraints": [
                    CheckConstraint(
                        check="\"status\" in ('WAITING_PACKAGING', 'SHIPPING', 'DELIVERED', 'CANCELED', 'REFUNDED')",
                        name="order_status",
                    ),
                    CheckConstraint(
                        check="refunded_minor between 0 and captured_minor",
                        name="order_refunded_at_most_captured",
                    ),
                ],
                "indexes": [
                    Index(fields=["placed_at", "id"]),
                    Index(fields=["customer_id", "placed_at", "id"]),
                    Index(fields=["status", "placed_at", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "What one customer bought at once. Its row is the lock of everything below it, its version counts commands.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Payment",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField()),
                ("method", fields.CharField(max_length=40)),
                ("provider", fields.CharField(max_length=32)),
                ("reference", fields.CharField(max_length=200)),
                ("currency", fields.CharField(max_length=3)),
                ("captured_minor", fields.BigIntField()),
                ("allocated_minor", fields.BigIntField(default=0, db_default=0)),
            ],
            options={
                "table": "payment",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("order_id", "position"), name="payment_position"),
                    CheckConstraint(
                        check="allocated_minor between 0 and captured_minor",
                        name="payment_allocated_at_most_captured",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "Captured money, one row per tender. `allocated_minor` is what refunds have been promised out of it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReturnPolicy",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("version", fields.CharField(unique=True, max_length=32)),
                ("texts", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("window_days", fields.IntField()),
                ("response_days", fields.IntField()),
                ("refund_days", fields.IntField()),
                ("current", fields.BooleanField(default=False)),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "return_policy",
                "app": "models",
                "constraints": [
                    CheckConstraint(
                        check="window_days >= 0 and response_days >= 0 and refund_days >= 0",
                        name="policy_days",
                    )
                ],
                "pk_attr": "id",
                "table_description": "One version of the return policy. `texts` maps a locale to the text; days are whole days.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Seller",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("handle", fields.CharField(unique=True, max_length=64)),
                ("name", fields.CharField(max_length=200)),
            ],
            options={
                "table": "seller",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Who fulfils. A seller's token names this row's id in its `seller` claim.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SellerOrder",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seller_orders",
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
                        related_name="seller_orders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("status", fields.CharField(max_length=17)),
                ("shipping_minor", fields.BigIntField(default=0, db_default=0)),
            ],
            options={
                "table": "seller_order",
                "app": "models",
                "unique_together": (("order_id", "seller_id"),),
                "constraints": [
                    CheckConstraint(
                        check="\"status\" in ('WAITING_PACKAGING', 'SHIPPING', 'DELIVERED', 'CANCELED', 'REFUNDED')",
                        name="seller_order_status",
                    ),
                    CheckConstraint(check="shipping_minor >= 0", name="seller_order_shipping"),
                ],
                "indexes": [Index(fields=["seller_id", "order_id"])],
                "pk_attr": "id",
                "table_description": "The part of an order that one seller fulfils; its shipping goes back with its last unit.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CancellationRequest",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "number",
                    fields.CharField(
                        unique=True,
                        db_default=SqlDefault("('RQ-' || nextval('request_number'))"),
                        max_length=32,
                    ),
                ),
                ("submission_id", fields.CharField(max_length=48)),
                ("transaction", fields.CharField(max_length=6)),
                ("status", fields.CharField(max_length=9)),
                ("waiting_on", fields.CharField(max_length=8)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("opened_by", fields.CharField(max_length=8)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller_order",
                    fields.ForeignKeyField(
                        "models.SellerOrder",
                        source_field="seller_order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests",
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
                        related_name="requests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "customer",
                    fields.ForeignKeyField(
                        "models.Customer",
                        source_field="customer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "accepted_policy",
                    fields.ForeignKeyField(
                        "models.ReturnPolicy",
                        source_field="accepted_policy_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("rejected_by", fields.CharField(null=True, max_length=8)),
                ("rejection_reason", fields.TextField(null=True, unique=False)),
                ("return_started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "cancellation_request",
                "app": "models",
                "constraints": [
                    CheckConstraint(
                        check="\"status\" in ('WAITING', 'APPROVED', 'COMPLETED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')",
                        name="request_status",
                    ),
                    CheckConstraint(check="\"transaction\" in ('CANCEL', 'REFUND')", name="request_transaction"),
                    CheckConstraint(
                        check="\"waiting_on\" in ('OWNER', 'SELLER', 'CUSTOMER', 'SYSTEM', 'NONE')",
                        name="request_waiting_on",
                    ),
                    CheckConstraint(
                        check="(status = 'REJECTED') = (rejection_reason is not null)",
                        name="request_rejection_has_reason",
                    ),
                ],
                "indexes": [
                    Index(fields=["created_at", "id"]),
                    Index(fields=["updated_at", "id"]),
                    Index(fields=["status", "created_at", "id"]),
                    Index(fields=["waiting_on", "created_at", "id"]),
                    Index(fields=["seller_id", "created_at", "id"]),
                    Index(fields=["seller_id", "status", "created_at", "id"]),
                    Index(fields=["customer_id", "created_at", "id"]),
                    Index(fields=["order_id"]),
                    Index(fields=["submission_id"]),
                    PartialIndex(fields=["due_at"], name="request_due", condition={"status": "WAITING"}),
                ],
                "pk_attr": "id",
                "table_description": "Some units of one seller's part of an order, to be canceled or returned.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CancellationPlan",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("transaction", fields.CharField(max_length=6)),
                ("status", fields.CharField(max_length=20)),
                ("refund_state", fields.CharField(max_length=15)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="plans",
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
                        related_name="plan",
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
                        related_name="plans",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("currency", fields.CharField(max_length=3)),
                ("total_minor", fields.BigIntField()),
                ("created_by", fields.CharField(max_length=8)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "cancellation_plan",
                "app": "models",
                "constraints": [
                    CheckConstraint(
                        check="\"status\" in ('WAITING', 'CONFIRMATION_WAITING', 'APPROVED', 'COMPLETED', 'REJECTED', 'VOIDED')",
                        name="plan_status",
                    ),
                    CheckConstraint(check="\"transaction\" in ('CANCEL', 'REFUND')", name="plan_transaction"),
                    CheckConstraint(
                        check="\"refund_state\" in ('NONE', 'IN_PROGRESS', 'NEEDS_ATTENTION', 'DONE')",
                        name="plan_refund_state",
                    ),
                    CheckConstraint(check="total_minor >= 0", name="plan_total"),
                ],
                "indexes": [
                    Index(fields=["created_at", "id"]),
                    Index(fields=["status", "created_at", "id"]),
                    Index(fields=["refund_state", "created_at", "id"]),
                    Index(fields=["seller_id", "created_at", "id"]),
                    Index(fields=["order_id"]),
                    PartialIndex(fields=["due_at"], name="plan_due", condition={"status": "WAITING"}),
                ],
                "pk_attr": "id",
                "table_description": "What a request pays back, priced and frozen. A request has at most one plan, ever.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Event",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "xid",
                    Xid8Field(
                        db_default=SqlDefault("pg_current_xact_id()"),
                        generated=False,
                        null=False,
                        unique=False,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("subject", fields.CharField(max_length=7)),
                ("subject_id", fields.CharField(max_length=48)),
                ("action", fields.CharField(max_length=21)),
                ("from_status", fields.CharField(null=True, max_length=32)),
                ("to_status", fields.CharField(max_length=32)),
                ("actor_role", fields.CharField(max_length=8)),
                ("actor_id", fields.CharField(max_length=200)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="timeline",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "request",
                    fields.ForeignKeyField(
                        "models.CancellationRequest",
                        source_field="request_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="timeline",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "plan",
                    fields.ForeignKeyField(
                        "models.CancellationPlan",
                        source_field="plan_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="timeline",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("seller_order_id", fields.CharField(max_length=48)),
                ("seller_id", fields.CharField(max_length=48)),
                ("customer_id", fields.CharField(max_length=48)),
                ("version", fields.IntField()),
                (
                    "data",
                    fields.JSONField(db_default=SqlDefault("'{}'::jsonb"), encoder=JSON_DUMPS, decoder=loads),
                ),
            ],
            options={
                "table": "event",
                "app": "models",
                "constraints": [
                    CheckConstraint(
                        check="\"subject\" in ('PACKAGE', 'REQUEST', 'PLAN', 'REFUND')", name="event_subject"
                    )
                ],
                "indexes": [
                    Index(fields=["xid", "id"]),
                    Index(fields=["seller_id", "xid", "id"]),
                    Index(fields=["customer_id", "xid", "id"]),
                    Index(fields=["order_id"]),
                    Index(fields=["request_id"]),
                    Index(fields=["plan_id"]),
                    Index(fields=["subject_id", "version"]),
                ],
                "pk_attr": "id",
                "table_description": "One edge that was taken. (`xid`, `id`) is the journal's order: see `events/journal.py` for why `id` alone is not.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Package",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("number", fields.CharField(unique=True, max_length=80)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="packages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller_order",
                    fields.ForeignKeyField(
                        "models.SellerOrder",
                        source_field="seller_order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="packages",
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
                        related_name="packages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("status", fields.CharField(max_length=15)),
                ("tracking_number", fields.CharField(null=True, max_length=120)),
                ("shipped_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("delivered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("return_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "package",
                "app": "models",
                "constraints": [
                    CheckConstraint(
                        check="\"status\" in ('PREPARING', 'READY_TO_SHIP', 'SHIPPED', 'DELIVERED', 'DELIVERY_FAILED', 'CANCELED')",
                        name="package_status",
                    )
                ],
                "indexes": [
                    Index(fields=["order_id"]),
                    Index(fields=["seller_order_id"]),
                    Index(fields=["seller_id", "status"]),
                ],
                "pk_attr": "id",
                "table_description": "A parcel of one seller's part of an order.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OrderItem",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller_order",
                    fields.ForeignKeyField(
                        "models.SellerOrder",
                        source_field="seller_order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "package",
                    fields.ForeignKeyField(
                        "models.Package",
                        source_field="package_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
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
                        related_name="items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField()),
                ("sku", fields.CharField(max_length=120)),
                ("name", fields.CharField(max_length=300)),
                ("image_url", fields.CharField(null=True, max_length=1000)),
                ("currency", fields.CharField(max_length=3)),
                ("unit_price_minor", fields.BigIntField()),
                ("discount_minor", fields.BigIntField(default=0, db_default=0)),
                ("tax_minor", fields.BigIntField(default=0, db_default=0)),
                ("quantity", fields.IntField()),
                ("active", fields.IntField()),
                ("cancel_held", fields.IntField(default=0, db_default=0)),
                ("canceled", fields.IntField(default=0, db_default=0)),
                ("return_held", fields.IntField(default=0, db_default=0)),
                ("returned", fields.IntField(default=0, db_default=0)),
            ],
            options={
                "table": "order_item",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("order_id", "position"), name="order_item_position"),
                    CheckConstraint(check="quantity > 0", name="order_item_quantity"),
                    CheckConstraint(
                        check="active >= 0 and cancel_held >= 0 and canceled >= 0 and return_held >= 0 and returned >= 0 and quantity = active + cancel_held + canceled + return_held + returned",
                        name="order_item_ledger",
                    ),
                    CheckConstraint(
                        check="unit_price_minor >= 0 and tax_minor >= 0 and discount_minor between 0 and unit_price_minor * quantity",
                        name="order_item_amounts",
                    ),
                ],
                "indexes": [
                    Index(fields=["order_id"]),
                    Index(fields=["seller_order_id"]),
                    Index(fields=["package_id"]),
                    Index(fields=["seller_id"]),
                ],
                "pk_attr": "id",
                "table_description": "A line of an order, with its ledger of units. Discount and tax are of the whole line; tax comes on top.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PlanLine",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "plan",
                    fields.ForeignKeyField(
                        "models.CancellationPlan",
                        source_field="plan_id",
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
                        related_name="plan_lines",
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
                        related_name="plan_lines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField()),
                ("quantity", fields.IntField()),
                ("currency", fields.CharField(max_length=3)),
                ("base_minor", fields.BigIntField()),
                ("discount_share_minor", fields.BigIntField()),
                ("tax_share_minor", fields.BigIntField()),
                ("shipping_share_minor", fields.BigIntField()),
                ("rounding_minor", fields.BigIntField()),
                ("total_minor", fields.BigIntField()),
            ],
            options={
                "table": "plan_line",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("plan_id", "order_item_id"), name="plan_line_once"),
                    CheckConstraint(
                        check="quantity > 0 and total_minor >= 0 and total_minor = base_minor - discount_share_minor + tax_share_minor + shipping_share_minor + rounding_minor",
                        name="plan_line_explains_itself",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "Why a line's amount is what it is: the shares sum to the total.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Refund",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "plan",
                    fields.ForeignKeyField(
                        "models.CancellationPlan",
                        source_field="plan_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refunds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "models.Payment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refunds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refunds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("status", fields.CharField(max_length=16)),
                ("currency", fields.CharField(max_length=3)),
                ("amount_minor", fields.BigIntField()),
                ("attempt_count", fields.IntField(default=0)),
                ("retry_count", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("external_reference", fields.CharField(null=True, max_length=200)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "refund",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("plan_id", "payment_id"), name="refund_once_per_payment"),
                    CheckConstraint(
                        check="\"status\" in ('PENDING', 'PROCESSING', 'UNKNOWN', 'SUCCEEDED', 'FAILED', 'SETTLED_MANUALLY')",
                        name="refund_status",
                    ),
                    CheckConstraint(check="amount_minor > 0", name="refund_amount"),
                ],
                "indexes": [
                    Index(fields=["status", "created_at", "id"]),
                    Index(fields=["created_at", "id"]),
                    Index(fields=["order_id"]),
                    Index(fields=["payment_id"]),
                    Index(fields=["due_at"]),
                ],
                "pk_attr": "id",
                "table_description": "One movement of money back to one payment. Its id is its idempotency key at the gateway, for life.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefundAttempt",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "refund",
                    fields.ForeignKeyField(
                        "models.Refund",
                        source_field="refund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="attempts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("outcome", fields.CharField(null=True, max_length=16)),
                ("gateway_reference", fields.CharField(null=True, max_length=200)),
                ("message", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "refund_attempt",
                "app": "models",
                "constraints": [UniqueConstraint(fields=("refund_id", "number"), name="refund_attempt_number")],
                "pk_attr": "id",
                "table_description": "One call to a gateway: written before the call, its outcome after it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RequestItem",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "request",
                    fields.ForeignKeyField(
                        "models.CancellationRequest",
                        source_field="request_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
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
                        related_name="request_items",
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
                        related_name="request_items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField()),
                ("quantity", fields.IntField()),
                ("accepted_quantity", fields.IntField(null=True)),
                (
                    "reason",
                    fields.ForeignKeyField(
                        "models.CancellationReason",
                        source_field="reason_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("note", fields.TextField(null=True, unique=False)),
                ("open", fields.BooleanField(default=True)),
            ],
            options={
                "table": "request_item",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("request_id", "order_item_id"), name="request_item_once"),
                    UniqueConstraint(
                        fields=("order_item_id",), name="request_item_in_one_open_request", condition="open"
                    ),
                    CheckConstraint(
                        check="quantity > 0 and (accepted_quantity is null or accepted_quantity between 0 and quantity)",
                        name="request_item_quantity",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "The units of one order line that a request holds. `open` while the request waits: a line is in one open request.",
            },
            bases=["Model"],
        ),
    ]
