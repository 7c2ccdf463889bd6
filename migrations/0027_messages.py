"""Messages by mail: what is sent, up to where the journal has been read for them, and templates of the owner's."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

TYPES = (
    "'REQUEST_OPENED', 'REQUEST_WAITING', 'DECISION_OVERDUE', 'REQUEST_APPROVED', 'REQUEST_REJECTED',"
    " 'REQUEST_EXPIRED', 'REQUEST_COMPLETED', 'REFUND_SUCCEEDED', 'DECISION_REMINDER', 'DECISION_LAST_CALL',"
    " 'SHIP_BY_REMINDER', 'SHIP_BY_LAST_CALL', 'LABEL_ISSUED', 'ATTENTION_NEEDED'"
)
ROLES = "'CUSTOMER', 'SELLER', 'OWNER', 'SYSTEM'"
STATES = "'PENDING', 'PROCESSING', 'SENT', 'FAILED', 'BOUNCED'"
OPEN = "state in ('PENDING', 'PROCESSING')"


class Migration(migrations.Migration):
    dependencies = [("models", "0026_policies")]

    operations = [
        ops.RunSQL("create sequence message_position", reverse_sql="drop sequence message_position"),
        ops.CreateModel(
            name="Message",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("position", fields.BigIntField(db_default=SqlDefault("nextval('message_position')"))),
                ("event_id", fields.BigIntField()),
                ("type", fields.CharField(max_length=18)),
                ("audience", fields.CharField(max_length=8)),
                ("locale", fields.CharField(max_length=35)),
                ("template_version", fields.IntField(null=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "request",
                    fields.ForeignKeyField(
                        "models.CancellationRequest",
                        source_field="request_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
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
                (
                    "customer",
                    fields.ForeignKeyField(
                        "models.Customer",
                        source_field="customer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sender", fields.CharField(max_length=600)),
                ("name", fields.CharField(max_length=200)),
                ("address", fields.CharField(max_length=320)),
                ("subject", fields.CharField(max_length=300)),
                ("text", fields.TextField(unique=False)),
                ("html", fields.TextField(unique=False)),
                ("state", fields.CharField(max_length=10)),
                ("attempts", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answer", fields.TextField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "message",
                "app": "models",
                "indexes": [
                    Index(fields=["created_at", "id"]),
                    Index(fields=["state", "created_at", "id"]),
                    Index(fields=["address", "created_at", "id"]),
                    Index(fields=["address", "state", "created_at", "id"]),
                    Index(fields=["request_id", "created_at", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "What is sent to one address about one event, kept byte for byte.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MessageCursor",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("xid", fields.BigIntField()),
                ("event_id", fields.BigIntField()),
            ],
            options={
                "table": "message_cursor",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The one row that says up to which event the journal has become messages.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MessageTemplate",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("type", fields.CharField(max_length=18)),
                ("audience", fields.CharField(max_length=8)),
                ("locale", fields.CharField(max_length=35)),
                ("version", fields.IntField()),
                ("subject", fields.TextField(unique=False)),
                ("text", fields.TextField(unique=False)),
                ("mjml", fields.TextField(unique=False)),
                ("published_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "message_template",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A version of a template that the owner has written.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            "Message", UniqueConstraint(fields=("event_id", "type", "audience", "address"), name="message_once")
        ),
        ops.AddConstraint("Message", CheckConstraint(check=f'"type" in ({TYPES})', name="message_type")),
        ops.AddConstraint("Message", CheckConstraint(check=f'"audience" in ({ROLES})', name="message_audience")),
        ops.AddConstraint("Message", CheckConstraint(check=f'"state" in ({STATES})', name="message_state")),
        ops.AddConstraint(
            "MessageTemplate",
            UniqueConstraint(fields=("type", "audience", "locale", "version"), name="message_template_version"),
        ),
        ops.AddConstraint(
            "MessageTemplate", CheckConstraint(check=f'"type" in ({TYPES})', name="message_template_type")
        ),
        ops.AddConstraint(
            "MessageTemplate", CheckConstraint(check=f'"audience" in ({ROLES})', name="message_template_audience")
        ),
        ops.RunSQL(
            f"create index message_open on message (position) where {OPEN};"
            f"create index message_queue on message (address, position) where {OPEN};"
            "create index message_settled on message (address, updated_at) where state in ('SENT', 'BOUNCED')",
            reverse_sql="drop index message_open; drop index message_queue; drop index message_settled",
        ),
        ops.AddField("Seller", "email", fields.CharField(null=True, max_length=320)),
    ]
