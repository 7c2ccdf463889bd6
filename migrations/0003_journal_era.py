"""The journal's own count of transactions, which goes on when the rows are restored into another cluster."""

from tortoise import migrations
from tortoise.fields.db_defaults import SqlDefault
from tortoise.migrations import operations as ops

from models.fields import Xid8Field

XID = "create function journal_xid() returns xid8 language sql stable as 'select pg_current_xact_id()'"
HORIZON = (
    "create function journal_horizon() returns xid8 language sql stable"
    " as 'select pg_snapshot_xmin(pg_current_snapshot())'"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0002_constraints")]

    operations = [
        ops.RunSQL(XID, "drop function journal_xid()"),
        ops.RunSQL(HORIZON, "drop function journal_horizon()"),
        ops.AlterField(
            model_name="Event", name="xid", field=Xid8Field(db_default=SqlDefault("journal_xid()"), null=False)
        ),
    ]
