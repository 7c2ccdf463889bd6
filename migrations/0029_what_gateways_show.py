"""A dispute may be about 0, a reference that no gateway has shown settles one order only, payments are found by theirs.

The code of the version before writes no settled references; it finds those that refunds have.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0028_terms")]

    operations = [
        ops.RemoveConstraint("Dispute", name="dispute_amount"),
        ops.AddConstraint("Dispute", CheckConstraint(check="amount_minor >= 0", name="dispute_amount")),
        ops.AddIndex("Refund", Index(fields=("external_reference",))),
        ops.AddIndex("Payment", Index(fields=("provider", "reference"))),
        ops.CreateModel(
            name="SettledReference",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("provider", fields.CharField(max_length=32)),
                ("reference", fields.CharField(max_length=200)),
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
            ],
            options={
                "table": "settled_reference",
                "app": "models",
                "indexes": [Index(fields=["order_id"])],
                "pk_attr": "id",
                "table_description": "A reference that an order was settled with.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "SettledReference", UniqueConstraint(fields=("provider", "reference"), name="settled_reference_once")
        ),
    ]
