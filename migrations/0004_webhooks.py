"""Webhooks: endpoints, deliveries, and how far the journal has been read for them."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0003_journal_era")]

    operations = [
        ops.CreateModel(
            name="WebhookCursor",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("xid", fields.BigIntField()),
                ("event_id", fields.BigIntField()),
            ],
            options={
                "table": "webhook_cursor",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The one row that says up to where the journal's events have become deliveries.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("url", fields.CharField(unique=True, max_length=1000)),
                ("actions", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("secrets", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("active", fields.BooleanField(default=True)),
                ("since_xid", fields.BigIntField()),
                ("since_id", fields.BigIntField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "webhook_endpoint",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An address of the owner's. `actions` are those it wants, none for all; `secrets` sign, the newest first.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "endpoint",
                    fields.ForeignKeyField(
                        "models.WebhookEndpoint",
                        source_field="endpoint_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("event_id", fields.BigIntField()),
                ("type", fields.CharField(max_length=64)),
                ("body", fields.TextField(unique=False)),
                ("state", fields.CharField(max_length=9)),
                ("attempts", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("status_code", fields.IntField(null=True)),
                ("message", fields.CharField(null=True, max_length=500)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "webhook_delivery",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("endpoint_id", "event_id"), name="webhook_delivery_once"),
                    CheckConstraint(
                        check="\"state\" in ('PENDING', 'DELIVERED', 'FAILED')", name="webhook_delivery_state"
                    ),
                ],
                "indexes": [
                    Index(fields=["endpoint_id", "created_at"]),
                    PartialIndex(fields=["due_at"], name="webhook_delivery_due", condition={"state": "PENDING"}),
                ],
                "pk_attr": "id",
                "table_description": "One event for one endpoint. While its `due_at` lies ahead it waits, or somebody is sending it.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            "WebhookDelivery",
            UniqueConstraint(fields=("endpoint_id", "event_id"), name="webhook_delivery_once"),
        ),
        ops.AddConstraint(
            "WebhookDelivery",
            CheckConstraint(check="\"state\" in ('PENDING', 'DELIVERED', 'FAILED')", name="webhook_delivery_state"),
        ),
        ops.RunSQL("insert into webhook_cursor values (1, 0, 0)", reverse_sql="delete from webhook_cursor"),
    ]
