"""What a package was like before its last change, the items that a line was cut into, and the index of return deadlines."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

DUE_RETURNS = """
create index request_return_due on cancellation_request (due_at) where status = 'APPROVED' and due_at is not null
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0019_orders_as_they_are")]

    operations = [
        ops.AddField("Package", "former", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
        ops.AddField(
            "OrderItem",
            "cut_from",
            fields.ForeignKeyField("models.OrderItem", null=True, related_name=False, on_delete=OnDelete.RESTRICT),
        ),
        ops.RunSQL(DUE_RETURNS, reverse_sql="drop index request_return_due"),
    ]
