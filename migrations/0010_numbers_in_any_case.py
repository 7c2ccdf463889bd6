"""What searches by number look for, whether the letters are small or capital.

The indexes of 0006 stay: the version before this one searches by them while it is replaced.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0009_payment_references")]

    operations = [
        ops.RunSQL(
            'create index order_number_search on "order" (upper(number collate "C"))',
            reverse_sql="drop index order_number_search",
        ),
        ops.RunSQL(
            'create index request_number_search on cancellation_request (upper(number collate "C"))',
            reverse_sql="drop index request_number_search",
        ),
    ]
