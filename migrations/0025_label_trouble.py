"""The few labels that a carrier has refused or knows nothing of are found by an index of their own."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0024_disputes")]

    operations = [
        ops.RunSQL(
            "create index return_label_trouble on return_label (shipment_id)"
            " where status in ('FAILED', 'UNKNOWN', 'VOID_UNKNOWN')",
            reverse_sql="drop index return_label_trouble",
        ),
    ]
