"""Withdrawals that somebody declares without an account, and that are still to be verified.

The version before writes none of them. While it runs beside this one, it cannot show them, so it is to be stopped before
the first is declared: mail, which they need, can be turned on after the upgrade.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

STATUSES = "'UNVERIFIED', 'DECLARED', 'COMPLETED', 'REJECTED', 'EXPIRED'"
TYPES = (
    "'REQUEST_OPENED', 'REQUEST_WAITING', 'DECISION_OVERDUE', 'REQUEST_APPROVED', 'REQUEST_REJECTED',"
    " 'REQUEST_EXPIRED', 'REQUEST_COMPLETED', 'REFUND_SUCCEEDED', 'DECISION_REMINDER', 'DECISION_LAST_CALL',"
    " 'SHIP_BY_REMINDER', 'SHIP_BY_LAST_CALL', 'LABEL_ISSUED', 'ORDER_ACCESS', 'DAILY_DIGEST', 'ATTENTION_NEEDED',"
    " 'REFUND_LAST_CALL', 'WITHDRAWAL_RECEIPT', 'STATEMENT_RECEIPT', 'VERIFY_WITHDRAWAL'"
)
SUBJECT = (
    "case when day is not null then seller_id is not null and num_nonnulls(event_id, order_id, customer_id) = 0"
    " when type in ('ORDER_ACCESS', 'VERIFY_WITHDRAWAL') then event_id is null"
    " and num_nonnulls(order_id, customer_id) = 2"
    " when type = 'STATEMENT_RECEIPT' then event_id is null and num_nonnulls(order_id, customer_id) <> 1"
    " else num_nonnulls(event_id, order_id, customer_id, seller_id) = 4 end"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0034_privacy")]

    operations = [
        ops.AlterField("Withdrawal", "status", fields.CharField(max_length=10)),
        ops.RemoveConstraint("Withdrawal", name="withdrawal_status"),
        ops.AddConstraint("Withdrawal", CheckConstraint(check=f'"status" in ({STATUSES})', name="withdrawal_status")),
        ops.AddField("OrderAccess", "name", fields.CharField(null=True, max_length=200)),
        ops.AddField("OrderAccess", "locale", fields.CharField(null=True, max_length=35)),
        ops.RemoveConstraint("Message", name="message_subject"),
        ops.AddConstraint("Message", CheckConstraint(check=SUBJECT, name="message_subject")),
        ops.RemoveConstraint("Message", name="message_type"),
        ops.AddConstraint("Message", CheckConstraint(check=f'"type" in ({TYPES})', name="message_type")),
        ops.RemoveConstraint("MessageTemplate", name="message_template_type"),
        ops.AddConstraint(
            "MessageTemplate", CheckConstraint(check=f'"type" in ({TYPES})', name="message_template_type")
        ),
    ]
