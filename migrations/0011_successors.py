"""Requests that go on with what a decision has left of another, and why the rest of one was not accepted.

A line's open request may close and its successor open in one statement, in which inserts run before updates. A unique
index refuses that at once; this constraint is checked at the end of the statement. Models cannot say it.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

ONE_OPEN_REQUEST = """
alter table request_item add constraint request_item_in_one_open_request
exclude using btree (order_item_id with =) where (open) deferrable initially immediate
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0010_numbers_in_any_case")]

    operations = [
        ops.RemoveConstraint("RequestItem", name="request_item_in_one_open_request"),
        ops.RunSQL(
            ONE_OPEN_REQUEST, reverse_sql="alter table request_item drop constraint request_item_in_one_open_request"
        ),
        ops.AddField(
            "CancellationRequest",
            "predecessor",
            fields.ForeignKeyField(
                "models.CancellationRequest", null=True, related_name="successors", on_delete=OnDelete.RESTRICT
            ),
        ),
        ops.RunSQL(
            "create index request_predecessor on cancellation_request (predecessor_id) where predecessor_id is not null",
            reverse_sql="drop index request_predecessor",
        ),
        ops.AddField("CancellationRequest", "submitted_at", fields.DatetimeField(null=True)),
        ops.AddField("CancellationRequest", "rest_reason", fields.TextField(null=True)),
    ]
