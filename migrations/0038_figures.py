"""Figures of returns by day. The worker counts the whole journal with its first steps."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

FIGURES = (
    "'ORDERED_UNITS', 'OPENED', 'CONFIRMED', 'REJECTED', 'WITHDRAWN', 'EXPIRED', 'COMPLETED', 'UNITS_BACK', 'REFUNDED',"
    " 'TIME_TO_ANSWER', 'TIME_TO_RECEIVE', 'TIME_TO_REFUND', 'BROKEN', 'REASON', 'PRODUCT'"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0037_exports")]

    operations = [
        ops.CreateModel(
            name="DailyFigure",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("day", fields.DateField()),
                (
                    "seller",
                    fields.ForeignKeyField(
                        "models.Seller",
                        source_field="seller_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("figure", fields.CharField(max_length=15)),
                ("transaction", fields.CharField(max_length=6)),
                ("key", fields.CharField(max_length=120)),
                ("name", fields.CharField(null=True, max_length=300)),
                ("amount", fields.BigIntField()),
            ],
            options={
                "table": "daily_figure",
                "app": "models",
                "indexes": [Index(fields=["figure", "day"])],
                "pk_attr": "id",
                "table_description": "How much of a figure one seller has on one day, in the days of `FigureCursor.zone`.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            "DailyFigure",
            UniqueConstraint(fields=("seller_id", "figure", "day", "transaction", "key"), name="daily_figure_once"),
        ),
        ops.AddConstraint("DailyFigure", CheckConstraint(check=f'"figure" in ({FIGURES})', name="daily_figure_figure")),
        ops.AddConstraint(
            "DailyFigure",
            CheckConstraint(check="transaction in ('', 'CANCEL', 'REFUND')", name="daily_figure_transaction"),
        ),
        ops.CreateModel(
            name="FigureCursor",
            fields=[
                ("id", fields.IntField(primary_key=True, unique=True, db_index=True)),
                ("xid", fields.BigIntField()),
                ("zone", fields.CharField(null=True, max_length=64)),
            ],
            options={
                "table": "figure_cursor",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The one row that says up to which transaction the journal is counted, and in the days of which zone.",
            },
            bases=["Model"],
        ),
        ops.RunSQL("insert into figure_cursor values (1, 0, null)", reverse_sql="delete from figure_cursor"),
    ]
