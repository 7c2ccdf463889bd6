"""Links to orders for customers without an account, and messages about no event.

The code of the version before writes none of them, and sends those that are made as it sends every message.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

TYPES = (
    "'REQUEST_OPENED', 'REQUEST_WAITING', 'DECISION_OVERDUE', 'REQUEST_APPROVED', 'REQUEST_REJECTED',"
    " 'REQUEST_EXPIRED', 'REQUEST_COMPLETED', 'REFUND_SUCCEEDED', 'DECISION_REMINDER', 'DECISION_LAST_CALL',"
    " 'SHIP_BY_REMINDER', 'SHIP_BY_LAST_CALL', 'LABEL_ISSUED', 'ORDER_ACCESS', 'DAILY_DIGEST', 'ATTENTION_NEEDED',"
    " 'REFUND_LAST_CALL', 'WITHDRAWAL_RECEIPT'"
)
SUBJECT = (
    "case when day is not null then seller_id is not null and num_nonnulls(event_id, order_id, customer_id) = 0"
    " when type = 'ORDER_ACCESS' then event_id is null and num_nonnulls(order_id, customer_id) = 2"
    " else num_nonnulls(event_id, order_id, customer_id, seller_id) = 4 end"
)


def _of(model: str, column: str) -> fields.ForeignKeyField:
    return fields.ForeignKeyField(
        f"models.{model}",
        source_field=column,
        null=True,
        db_constraint=True,
        to_field="id",
        related_name=False,
        on_delete=OnDelete.CASCADE,
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0032_withdrawals")]

    operations = [
        ops.CreateModel(
            name="OrderAccess",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("number", fields.CharField(max_length=64)),
                ("email", fields.CharField(max_length=254)),
                ("caller", fields.CharField(max_length=64)),
                ("requested_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("handled", fields.BooleanField(default=False, db_default=False)),
                ("order", _of("Order", "order_id")),
                ("customer", _of("Customer", "customer_id")),
                ("secret_hash", fields.CharField(null=True, max_length=64)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "order_access",
                "app": "models",
                "indexes": [
                    Index(fields=["caller", "requested_at"]),
                    Index(fields=["order_id", "requested_at"]),
                    Index(fields=["customer_id", "requested_at"]),
                    Index(fields=["requested_at"]),
                    PartialIndex(fields=["requested_at", "id"], condition={"handled": False}, name="order_access_due"),
                ],
                "pk_attr": "id",
                "table_description": "A link to an order that somebody wants.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint("OrderAccess", UniqueConstraint(fields=("secret_hash",), name="order_access_secret")),
        ops.RemoveConstraint("Message", name="message_subject"),
        ops.AddConstraint("Message", CheckConstraint(check=SUBJECT, name="message_subject")),
        ops.AlterField(
            "Message",
            "seller",
            fields.ForeignKeyField(
                "models.Seller",
                source_field="seller_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name=False,
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RemoveConstraint("Message", name="message_type"),
        ops.AddConstraint("Message", CheckConstraint(check=f'"type" in ({TYPES})', name="message_type")),
        ops.RemoveConstraint("MessageTemplate", name="message_template_type"),
        ops.AddConstraint(
            "MessageTemplate", CheckConstraint(check=f'"type" in ({TYPES})', name="message_template_type")
        ),
    ]
