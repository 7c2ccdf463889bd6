"""Withdrawals from a contract by law: what customers have declared, and the requests that follow from it.

The version before writes none of it: its requests are voluntary, its orders have no surcharge, and its events belong to no
withdrawal. What it decides on a request of a withdrawal, it decides as on any other.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

SUBJECTS = "'PACKAGE', 'REQUEST', 'PLAN', 'REFUND', 'RETURN_SHIPMENT', 'LABEL', 'DISPUTE'"
ROLES = "'CUSTOMER', 'SELLER', 'OWNER', 'SYSTEM'"
EXEMPTIONS = "'FINAL_SALE', 'HYGIENE', 'CUSTOM_MADE', 'PERISHABLE', 'SEALED_MEDIA', 'DIGITAL', 'SERVICE'"
BASES = "'VOLUNTARY', 'STATUTORY', 'CONFORMITY'"
GROUNDS = "'EXEMPT', 'LATE', 'NOT_BUYER'"
TYPES = (
    "'REQUEST_OPENED', 'REQUEST_WAITING', 'DECISION_OVERDUE', 'REQUEST_APPROVED', 'REQUEST_REJECTED',"
    " 'REQUEST_EXPIRED', 'REQUEST_COMPLETED', 'REFUND_SUCCEEDED', 'DECISION_REMINDER', 'DECISION_LAST_CALL',"
    " 'SHIP_BY_REMINDER', 'SHIP_BY_LAST_CALL', 'LABEL_ISSUED', 'DAILY_DIGEST', 'ATTENTION_NEEDED', 'REFUND_LAST_CALL',"
    " 'WITHDRAWAL_RECEIPT'"
)
ALLOWANCE = "not allowance or (transaction = 'REFUND' and (opened_by = 'OWNER' or basis = 'STATUTORY'))"
KEEP = """
create function keep_statement() returns trigger language plpgsql as $$ begin
  raise 'what a customer has declared is never changed' using errcode = 'restrict_violation';
end $$
"""
KEPT = """
create trigger kept_statement before update on withdrawal for each row
when ((old.hash, old.declared_at, old.locale, old.number) is distinct from (new.hash, new.declared_at, new.locale, new.number)
  or (new.statement <> '(erased)'
    and (old.statement, old.receipt_to) is distinct from (new.statement, new.receipt_to)))
execute function keep_statement()
"""
REASONS = """
insert into cancellation_reason (id, handle, transaction, labels, needs_note, active, position)
select 'reason_0' || left(md5(handle), 25), handle, transaction, labels::jsonb, false, false, 0 from (values
  ('statutory-withdrawal-unsent', 'CANCEL', '{"en": "Withdrawal from the contract", "de": "Widerruf des Vertrags"}'),
  ('statutory-withdrawal', 'REFUND', '{"en": "Withdrawal from the contract", "de": "Widerruf des Vertrags"}')
) r (handle, transaction, labels)
on conflict (handle) do nothing
"""
"""Requests have a reason, and customers who withdraw give none: nobody is offered these."""


class Migration(migrations.Migration):
    dependencies = [("models", "0031_cancel_terms")]

    operations = [
        ops.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("number", fields.CharField(unique=True, max_length=80)),
                ("status", fields.CharField(max_length=9)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="withdrawals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller_order",
                    fields.ForeignKeyField(
                        "models.SellerOrder",
                        source_field="seller_order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="withdrawals",
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
                ("declared_by", fields.CharField(max_length=8)),
                ("declared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("locale", fields.CharField(max_length=35)),
                ("receipt_to", fields.CharField(null=True, max_length=320)),
                ("statement", fields.TextField(unique=False)),
                ("hash", fields.CharField(max_length=64)),
                ("refund_due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("overdue_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "withdrawal",
                "app": "models",
                "indexes": [
                    Index(fields=["order_id"]),
                    Index(fields=["declared_at", "id"]),
                    Index(fields=["refund_due_at", "id"]),
                    Index(fields=["status", "declared_at", "id"]),
                    Index(fields=["status", "refund_due_at", "id"]),
                    Index(fields=["seller_id", "declared_at", "id"]),
                    Index(fields=["seller_id", "refund_due_at", "id"]),
                    Index(fields=["customer_id", "declared_at", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "What a customer has declared to one seller.",
            },
            bases=["StatusRow"],
        ),
        ops.CreateModel(
            name="WithdrawalItem",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                (
                    "withdrawal",
                    fields.ForeignKeyField(
                        "models.Withdrawal",
                        source_field="withdrawal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "order_item",
                    fields.ForeignKeyField(
                        "models.OrderItem",
                        source_field="order_item_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
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
                ("position", fields.IntField()),
                ("quantity", fields.IntField()),
                ("until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("exemption", fields.CharField(max_length=12, null=True)),
            ],
            options={
                "table": "withdrawal_item",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The units of one item that a customer has withdrawn from.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "Withdrawal", CheckConstraint(check="\"status\" in ('DECLARED', 'COMPLETED')", name="withdrawal_status")
        ),
        ops.AddConstraint(
            "Withdrawal", CheckConstraint(check=f'"declared_by" in ({ROLES})', name="withdrawal_declared_by")
        ),
        ops.AddConstraint(
            "WithdrawalItem", UniqueConstraint(fields=("withdrawal_id", "order_item_id"), name="withdrawal_item_once")
        ),
        ops.AddConstraint("WithdrawalItem", CheckConstraint(check="quantity > 0", name="withdrawal_item_quantity")),
        ops.AddConstraint(
            "WithdrawalItem", CheckConstraint(check=f'"exemption" in ({EXEMPTIONS})', name="withdrawal_item_exemption")
        ),
        ops.RunSQL(
            "alter table withdrawal add constraint withdrawal_of_part"
            " foreign key (order_id, seller_id) references seller_order (order_id, seller_id);"
            "create index withdrawal_due on withdrawal (refund_due_at) where status = 'DECLARED' and overdue_at is null;"
            "create index withdrawal_overdue on withdrawal (overdue_at) where overdue_at is not null",
            reverse_sql="drop index withdrawal_due; drop index withdrawal_overdue; alter table withdrawal drop constraint withdrawal_of_part",
        ),
        ops.RunSQL(KEEP, reverse_sql="drop function keep_statement()"),
        ops.RunSQL(KEPT, reverse_sql="drop trigger kept_statement on withdrawal"),
        ops.AddField("CancellationRequest", "basis", fields.CharField(max_length=10, db_default="VOLUNTARY")),
        ops.AddField(
            "CancellationRequest",
            "withdrawal",
            fields.ForeignKeyField(
                "models.Withdrawal", null=True, related_name="requests", on_delete=OnDelete.RESTRICT
            ),
        ),
        ops.AddField("CancellationRequest", "objection", fields.CharField(max_length=9, null=True)),
        ops.AddField("CancellationRequest", "objection_note", fields.TextField(null=True)),
        ops.RemoveConstraint("CancellationRequest", name="request_allowance"),
        ops.AddConstraint("CancellationRequest", CheckConstraint(check=ALLOWANCE, name="request_allowance")),
        ops.AddConstraint("CancellationRequest", CheckConstraint(check=f'"basis" in ({BASES})', name="request_basis")),
        ops.AddConstraint(
            "CancellationRequest", CheckConstraint(check=f'"objection" in ({GROUNDS})', name="request_objection")
        ),
        ops.AddField("SellerOrder", "shipping_surcharge_minor", fields.BigIntField(default=0, db_default=0)),
        ops.AddConstraint(
            "SellerOrder",
            CheckConstraint(
                check="shipping_surcharge_minor between 0 and shipping_minor", name="seller_order_surcharge"
            ),
        ),
        ops.AddField(
            "Event",
            "withdrawal",
            fields.ForeignKeyField(
                "models.Withdrawal", null=True, related_name="timeline", on_delete=OnDelete.RESTRICT
            ),
        ),
        ops.RunSQL(
            "create index request_of_withdrawal on cancellation_request (withdrawal_id) where withdrawal_id is not null;"
            "create index event_of_withdrawal on event (withdrawal_id) where withdrawal_id is not null",
            reverse_sql="drop index request_of_withdrawal; drop index event_of_withdrawal",
        ),
        ops.RemoveConstraint("Event", name="event_subject"),
        ops.AddConstraint(
            "Event", CheckConstraint(check=f"\"subject\" in ({SUBJECTS}, 'WITHDRAWAL')", name="event_subject")
        ),
        ops.AddField(
            "Message",
            "withdrawal",
            fields.ForeignKeyField(
                "models.Withdrawal", null=True, related_name="messages", on_delete=OnDelete.RESTRICT
            ),
        ),
        ops.AddField("Message", "sha256", fields.CharField(null=True, max_length=64)),
        ops.RunSQL(
            "create index message_of_withdrawal on message (withdrawal_id) where withdrawal_id is not null",
            reverse_sql="drop index message_of_withdrawal",
        ),
        ops.RemoveConstraint("Message", name="message_type"),
        ops.AddConstraint("Message", CheckConstraint(check=f'"type" in ({TYPES})', name="message_type")),
        ops.RemoveConstraint("MessageTemplate", name="message_template_type"),
        ops.AddConstraint(
            "MessageTemplate", CheckConstraint(check=f'"type" in ({TYPES})', name="message_template_type")
        ),
        ops.RunSQL(REASONS, reverse_sql=""),
    ]
