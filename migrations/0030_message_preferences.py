"""What people want of messages, a seller's daily digest, and the page that messages are stopped by."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

TYPES = (
    "'REQUEST_OPENED', 'REQUEST_WAITING', 'DECISION_OVERDUE', 'REQUEST_APPROVED', 'REQUEST_REJECTED',"
    " 'REQUEST_EXPIRED', 'REQUEST_COMPLETED', 'REFUND_SUCCEEDED', 'DECISION_REMINDER', 'DECISION_LAST_CALL',"
    " 'SHIP_BY_REMINDER', 'SHIP_BY_LAST_CALL', 'LABEL_ISSUED', 'DAILY_DIGEST', 'ATTENTION_NEEDED'"
)
SUBJECT = (
    "case when day is null then num_nonnulls(event_id, order_id, customer_id) = 3"
    " else num_nonnulls(event_id, order_id, customer_id) = 0 end"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0029_what_gateways_show")]

    operations = [
        ops.CreateModel(
            name="MessagePreference",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "customer",
                    fields.OneToOneField(
                        "models.Customer",
                        source_field="customer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller",
                    fields.OneToOneField(
                        "models.Seller",
                        source_field="seller_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("locale", fields.CharField(null=True, max_length=35)),
                ("unwanted", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("digest", fields.BooleanField(default=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "message_preference",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a customer or a seller wants of messages.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            "MessagePreference",
            CheckConstraint(check="num_nonnulls(customer_id, seller_id) = 1", name="message_preference_party"),
        ),
        ops.AddConstraint(
            "MessagePreference",
            CheckConstraint(check="not digest or seller_id is not null", name="message_preference_digest"),
        ),
        ops.RunSQL(
            "create index message_preference_digests on message_preference (seller_id) where digest",
            reverse_sql="drop index message_preference_digests",
        ),
        ops.AddField("Message", "day", fields.DateField(null=True)),
        ops.AddField("Message", "unsubscribe", fields.CharField(null=True, max_length=500)),
        ops.AlterField("Message", "event_id", fields.BigIntField(null=True)),
        ops.AlterField(
            "Message",
            "order",
            fields.ForeignKeyField(
                "models.Order",
                source_field="order_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name=False,
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AlterField(
            "Message",
            "customer",
            fields.ForeignKeyField(
                "models.Customer",
                source_field="customer_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name=False,
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RemoveConstraint("Message", name="message_type"),
        ops.RemoveConstraint("MessageTemplate", name="message_template_type"),
        ops.AddConstraint("Message", CheckConstraint(check=f'"type" in ({TYPES})', name="message_type")),
        ops.AddConstraint(
            "MessageTemplate", CheckConstraint(check=f'"type" in ({TYPES})', name="message_template_type")
        ),
        ops.AddConstraint("Message", CheckConstraint(check=SUBJECT, name="message_subject")),
        ops.AddConstraint("Message", UniqueConstraint(fields=("seller_id", "day"), name="message_digest")),
    ]
