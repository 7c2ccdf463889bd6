"""What searches by number look for: how a number begins, in the order of its characters and of no language."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0005_reads")]

    operations = [
        ops.RunSQL(
            'create index order_number_prefix on "order" (number collate "C")',
            reverse_sql="drop index order_number_prefix",
        ),
        ops.RunSQL(
            'create index request_number_prefix on cancellation_request (number collate "C")',
            reverse_sql="drop index request_number_prefix",
        ),
    ]
