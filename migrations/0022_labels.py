"""Labels of return shipments: one row for each package, bought once and voided if it is not used."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

BEFORE = "'PACKAGE', 'REQUEST', 'PLAN', 'REFUND', 'RETURN_SHIPMENT'"
STATUSES = "'PENDING', 'PROCESSING', 'UNKNOWN', 'ISSUED', 'FAILED', 'VOIDING', 'VOID_UNKNOWN', 'VOIDED'"


class Migration(migrations.Migration):
    dependencies = [("models", "0021_allowances")]

    operations = [
        ops.CreateModel(
            name="ReturnLabel",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "shipment",
                    fields.ForeignKeyField(
                        "models.ReturnShipment",
                        source_field="shipment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="labels",
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
                ("status", fields.CharField(max_length=12)),
                ("carrier", fields.CharField(max_length=32)),
                ("external_reference", fields.CharField(null=True, max_length=200)),
                ("tracking_number", fields.CharField(null=True, max_length=200)),
                ("label_url", fields.CharField(null=True, max_length=2000)),
                ("message", fields.TextField(null=True)),
                ("attempt_count", fields.IntField(default=0)),
                ("leased", fields.BooleanField(default=False)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("issued_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("scanned_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "return_label",
                "app": "models",
                "indexes": [Index(fields=["order_id"]), Index(fields=["external_reference"])],
                "pk_attr": "id",
                "table_description": "A label for one package of a return shipment.",
            },
            bases=["StatusRow"],
        ),
        ops.CreateModel(
            name="CarrierEvent",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=232)),
                ("at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "carrier_event",
                "app": "models",
                "indexes": [Index(fields=["at"])],
                "pk_attr": "id",
                "table_description": "An event of a carrier that was applied.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "ReturnLabel", UniqueConstraint(fields=("shipment_id", "position"), name="return_label_position")
        ),
        ops.AddConstraint(
            "ReturnLabel", CheckConstraint(check=f'"status" in ({STATUSES})', name="return_label_status")
        ),
        ops.RunSQL(
            "alter table return_label add constraint return_label_of_part"
            " foreign key (order_id, seller_id) references seller_order (order_id, seller_id)",
            reverse_sql="alter table return_label drop constraint return_label_of_part",
        ),
        ops.RunSQL(
            "create index return_label_due on return_label (due_at) where due_at is not null",
            reverse_sql="drop index return_label_due",
        ),
        ops.RemoveConstraint("Event", name="event_subject"),
        ops.AddConstraint("Event", CheckConstraint(check=f"\"subject\" in ({BEFORE}, 'LABEL')", name="event_subject")),
    ]
