"""Disputes of payments: what they stop, and the movement that a lost one is.

The code of the version before writes none of it. It sends nothing of a refund that waits for a dispute, because such a
refund is not due.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

SUBJECTS = "'PACKAGE', 'REQUEST', 'PLAN', 'REFUND', 'RETURN_SHIPMENT', 'LABEL'"
STATES = "'NONE', 'HELD', 'IN_PROGRESS', 'NEEDS_ATTENTION', 'DONE'"


class Migration(migrations.Migration):
    dependencies = [("models", "0023_movements")]

    operations = [
        ops.CreateModel(
            name="Dispute",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="disputes",
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
                        related_name="disputes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("status", fields.CharField(max_length=7)),
                ("reference", fields.CharField(max_length=200)),
                ("currency", fields.CharField(max_length=3)),
                ("amount_minor", fields.BigIntField()),
                ("reason", fields.CharField(null=True, max_length=80)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("evidence_due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("shown_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "dispute",
                "app": "models",
                "indexes": [Index(fields=["order_id"]), Index(fields=["reference"])],
                "pk_attr": "id",
                "table_description": "A dispute of a payment.",
            },
            bases=["StatusRow"],
        ),
        ops.AddConstraint("Dispute", UniqueConstraint(fields=("payment_id", "reference"), name="dispute_once")),
        ops.AddConstraint(
            "Dispute",
            CheckConstraint(check="\"status\" in ('INQUIRY', 'OPEN', 'WON', 'LOST')", name="dispute_status"),
        ),
        ops.AddConstraint("Dispute", CheckConstraint(check="amount_minor > 0", name="dispute_amount")),
        ops.AddField("Order", "disputed", fields.BooleanField(default=False, db_default=False)),
        ops.AddIndex(
            "Order", PartialIndex(fields=("placed_at", "id"), condition={"disputed": True}, name="order_disputed")
        ),
        ops.AddField("Refund", "disputed", fields.BooleanField(default=False, db_default=False)),
        ops.AddField("ExternalMovement", "kind", fields.CharField(max_length=7, db_default="REFUND")),
        ops.AddConstraint(
            "ExternalMovement",
            CheckConstraint(check="\"kind\" in ('REFUND', 'DISPUTE')", name="external_movement_kind"),
        ),
        ops.RemoveConstraint("CancellationPlan", name="plan_refund_state"),
        ops.AddConstraint(
            "CancellationPlan",
            CheckConstraint(check=f"\"refund_state\" in ({STATES}, 'DISPUTED')", name="plan_refund_state"),
        ),
        ops.RemoveConstraint("Event", name="event_subject"),
        ops.AddConstraint(
            "Event", CheckConstraint(check=f"\"subject\" in ({SUBJECTS}, 'DISPUTE')", name="event_subject")
        ),
    ]
