"""Persons can be erased: when they were, what the law keeps of them, and no order for a person who is gone.

A person is found by an email address in any case, and messages and deliveries by the person (services/privacy/table.py).
`order_of_nobody` runs after the foreign key has waited for the command that erases the customer, so no order comes in for
a customer who has just been erased.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

ACTIONS = (
    "'UPSERT_REASON', 'PUBLISH_RETURN_POLICY', 'SET_RETURN_SETTINGS', 'DRAFT_TERMS', 'PUBLISH_TERMS', 'PAUSE_REFUNDS',"
    " 'RESUME_REFUNDS', 'ERASE_PERSON'"
)
REFUSE = """
create function refuse_erased_customer() returns trigger language plpgsql as $$ begin
  if exists (select from fresh f join customer c on c.id = f.customer_id where c.erased_at is not null) then
    raise 'the customer of an order has just been erased: create the order again'
      using errcode = 'serialization_failure';
  end if;
  return null;
end $$
"""
ON_ORDER = """
create trigger order_of_nobody after insert on "order" referencing new table as fresh
  for each statement execute function refuse_erased_customer()
"""
OF_ORDER = """
create index webhook_delivery_order on webhook_delivery (substring(body from '"orderId": ?"([^"]+)"'))
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0033_order_access")]

    operations = [
        ops.AddField("Customer", "erased_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.RunSQL("create index customer_email on customer (lower(email))", reverse_sql="drop index customer_email"),
        ops.RunSQL(REFUSE, reverse_sql="drop function refuse_erased_customer()"),
        ops.RunSQL(ON_ORDER, reverse_sql='drop trigger order_of_nobody on "order"'),
        ops.AddIndex("Message", Index(fields=["customer_id"])),
        ops.RunSQL(OF_ORDER, reverse_sql="drop index webhook_delivery_order"),
        ops.CreateModel(
            name="SealedRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
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
                ("source", fields.CharField(max_length=63)),
                ("source_id", fields.CharField(max_length=48)),
                ("ground", fields.CharField(max_length=5)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("data", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sealed_record",
                "app": "models",
                "indexes": [Index(fields=["customer_id"]), Index(fields=["until"])],
                "pk_attr": "id",
                "table_description": "The columns of one row of a person who was erased, as they were, until a date. No part of the API shows them.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint("SealedRecord", UniqueConstraint(fields=("source", "source_id"), name="sealed_record_once")),
        ops.AddConstraint(
            "SealedRecord", CheckConstraint(check="\"ground\" in ('TAX', 'CLAIM')", name="sealed_record_ground")
        ),
        ops.RemoveConstraint("OwnerEvent", name="owner_event_action"),
        ops.AddConstraint("OwnerEvent", CheckConstraint(check=f'"action" in ({ACTIONS})', name="owner_event_action")),
    ]
