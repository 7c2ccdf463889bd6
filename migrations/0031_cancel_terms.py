"""What the terms say of a cancellation, kept on it. Those of before have none, as those that servers of before open."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0030_message_preferences")]

    initial = False

    operations = [
        ops.AddField(
            "CancellationRequest", "cancel_terms", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)
        ),
    ]
