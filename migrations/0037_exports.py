"""Lists are exported: what somebody wants as a file, and the file in pieces."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0036_search")]

    operations = [
        ops.CreateModel(
            name="Export",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("role", fields.CharField(max_length=8)),
                ("actor_id", fields.CharField(max_length=200)),
                ("seller_id", fields.CharField(null=True, max_length=48)),
                ("list", fields.CharField(max_length=16)),
                ("conditions", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("state", fields.CharField(max_length=7)),
                ("done", fields.IntField(default=0, db_default=0)),
                ("total", fields.IntField(null=True)),
                ("after", fields.TextField(null=True)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tries", fields.IntField(default=0, db_default=0)),
                ("message", fields.CharField(null=True, max_length=500)),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "export",
                "app": "models",
                "indexes": [
                    Index(fields=["role", "actor_id", "created_at"]),
                    Index(fields=["created_at"]),
                    PartialIndex(fields=["leased_until"], name="export_due", condition={"state": "RUNNING"}),
                ],
                "pk_attr": "id",
                "table_description": "A list that is written to a file, as the person sees it who has started it.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "Export",
            CheckConstraint(check="\"role\" in ('CUSTOMER', 'SELLER', 'OWNER', 'SYSTEM')", name="export_role"),
        ),
        ops.AddConstraint(
            "Export",
            CheckConstraint(
                check="\"list\" in ('ORDERS', 'REQUESTS', 'PLANS', 'REFUNDS', 'RETURN_SHIPMENTS', 'WITHDRAWALS')",
                name="export_list",
            ),
        ),
        ops.AddConstraint(
            "Export", CheckConstraint(check="\"state\" in ('RUNNING', 'READY', 'FAILED')", name="export_state")
        ),
        ops.CreateModel(
            name="ExportPiece",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "export",
                    fields.ForeignKeyField(
                        "models.Export",
                        source_field="export_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField()),
                ("content", fields.BinaryField()),
            ],
            options={
                "table": "export_piece",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Some rows of an export's file; `position` counts the rows before them.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint("ExportPiece", UniqueConstraint(fields=("export_id", "position"), name="export_piece_once")),
    ]
