"""The index of allowances: a few among all requests."""

from tortoise import migrations
from tortoise.migrations import operations as ops

ALLOWANCES = "create index request_allowances on cancellation_request (created_at, id) where allowance"


class Migration(migrations.Migration):
    dependencies = [("models", "0020_packages")]

    operations = [ops.RunSQL(ALLOWANCES, reverse_sql="drop index request_allowances")]
