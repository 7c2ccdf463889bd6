"""A dispute stops its payment whatever it is about, so it may be about 0."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0028_terms")]

    operations = [
        ops.RemoveConstraint("Dispute", name="dispute_amount"),
        ops.AddConstraint("Dispute", CheckConstraint(check="amount_minor >= 0", name="dispute_amount")),
    ]
