"""Reasons have audiences and a version, and a request keeps the label that was shown when it was made.

The triggers work for every writer: labels that change get a new row of `reason_label`, and a process of the version
before, which does not name the label of a request's item, writes the one that its reason has.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import SqlDefault
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

KEEP = """
create function keep_reason_label() returns trigger language plpgsql as $$ begin
  new.label_id = case when tg_op = 'UPDATE' then old.label_id end;
  if new.label_id is null or new.labels is distinct from old.labels then
    insert into reason_label (labels) values (new.labels) returning id into new.label_id;
  end if;
  return new;
end $$
"""
KEPT = """
create trigger reason_label before insert or update of labels, label_id on cancellation_reason
for each row execute function keep_reason_label()
"""
FREEZE = """
create function freeze_reason_label() returns trigger language plpgsql as $$ begin
  select r.label_id into new.reason_label_id from cancellation_reason r where r.id = new.reason_id;
  return new;
end $$
"""
FROZEN = """
create trigger request_item_label before insert on request_item
for each row when (new.reason_label_id is null) execute function freeze_reason_label()
"""
BACKFILL = """
update request_item t set reason_label_id = r.label_id from cancellation_reason r where r.id = t.reason_id
"""
SELLERS_TOO = """
update cancellation_reason set audiences = '["CUSTOMER", "SELLER", "OWNER"]'
where handle = 'out-of-stock' and transaction = 'CANCEL'
"""


def label_in(column: str, *, null: bool) -> fields.ForeignKeyRelation:
    """A column that names a label; it is empty until the rows that there were have got theirs."""
    return fields.ForeignKeyField(
        "models.ReasonLabel",
        source_field=column,
        db_constraint=True,
        to_field="id",
        related_name=False,
        on_delete=OnDelete.RESTRICT,
        null=null,
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0014_clocks")]

    operations = [
        ops.CreateModel(
            name="ReasonLabel",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("labels", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "reason_label",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The labels that a reason has had at one time, never changed. The database makes a row whenever labels change.",
            },
            bases=["Row"],
        ),
        ops.AddField("CancellationReason", "label", label_in("label_id", null=True)),
        ops.AddField(
            "CancellationReason",
            "audiences",
            fields.JSONField(db_default=SqlDefault("""'["CUSTOMER", "OWNER"]'"""), encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField("CancellationReason", "version", fields.IntField(default=1, db_default=1)),
        ops.AddConstraint(
            "CancellationReason",
            CheckConstraint(
                check="""audiences <@ '["CUSTOMER", "SELLER", "OWNER"]' and jsonb_array_length(audiences) > 0""",
                name="reason_audiences",
            ),
        ),
        ops.AddField("RequestItem", "reason_label", label_in("reason_label_id", null=True)),
        ops.RunSQL(KEEP, reverse_sql="drop function keep_reason_label()"),
        ops.RunSQL(KEPT, reverse_sql="drop trigger reason_label on cancellation_reason"),
        ops.RunSQL("update cancellation_reason set labels = labels", reverse_sql=""),
        ops.RunSQL(SELLERS_TOO, reverse_sql=""),
        ops.RunSQL(FREEZE, reverse_sql="drop function freeze_reason_label()"),
        ops.RunSQL(FROZEN, reverse_sql="drop trigger request_item_label on request_item"),
        ops.RunSQL(BACKFILL, reverse_sql=""),
        ops.AlterField("CancellationReason", "label", label_in("label_id", null=False)),
        ops.AlterField("RequestItem", "reason_label", label_in("reason_label_id", null=False)),
    ]
