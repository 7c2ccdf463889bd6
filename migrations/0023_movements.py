"""What went back at a gateway after the order came: the refunds that it paid, and what refunds fall short of.

The code of the version before writes none of it: it counts such movements as it always has, not at all.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0022_labels")]

    operations = [
        ops.AddField("CancellationPlan", "shortfall_minor", fields.BigIntField(default=0, db_default=0)),
        ops.AddConstraint(
            "CancellationPlan",
            CheckConstraint(check="shortfall_minor between 0 and total_minor", name="plan_shortfall"),
        ),
        ops.AddField("ExternalMovement", "covered_minor", fields.BigIntField(default=0, db_default=0)),
        ops.AddField(
            "ExternalMovement", "recorded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)
        ),
        ops.AddConstraint(
            "ExternalMovement",
            CheckConstraint(check="covered_minor between 0 and amount_minor", name="external_movement_covered"),
        ),
        ops.AddField(
            "Refund",
            "movement",
            fields.ForeignKeyField(
                "models.ExternalMovement", null=True, related_name=False, on_delete=OnDelete.RESTRICT
            ),
        ),
        ops.AddIndex("Refund", Index(fields=("plan_id",))),  # refunds of a plan were found by the constraint
        ops.RemoveConstraint("Refund", "refund_once_per_payment"),
        ops.AddConstraint(
            "Refund",
            UniqueConstraint(
                fields=("plan_id", "payment_id"),
                name="refund_once_per_payment",
                condition="movement_id is null and status <> 'SETTLED_MANUALLY'",
            ),
        ),
    ]
