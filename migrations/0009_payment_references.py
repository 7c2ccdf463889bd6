"""One row for each payment at its gateway, held by a CHECK to its total, and one spelling of identifiers.

The trigger works for every writer, also for a process of the version before. An order that may not have a payment gives it
a total of -1, so that the one CHECK refuses it. `spelled` is `domain.identifiers.identifier`.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

SPACE = r" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
SPELLED = rf"""
create function spelled(text) returns text language sql immutable parallel safe as $$
  select case when $1 ~ '^[\x01-\x7f]*$' then btrim($1, E' \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f')
    else btrim(normalize($1, nfc), E'{SPACE}\u2028\u2029\u202f\u205f\u3000') end
$$
"""
SPELL = """
update "{table}" t set {column} = n.spelled from (
  select distinct on (spelled({column})) id, spelled({column}) as spelled from "{table}"
  where {column} <> spelled({column}) order by spelled({column}), id
) n where t.id = n.id and not exists (select from "{table}" o where o.{column} = n.spelled)
"""
BACKFILL = """
insert into payment_reference (provider, reference, currency, captured_minor, total_minor, stated)
select spelled(provider), spelled(reference), min(currency), sum(captured_minor), sum(captured_minor), false
from payment group by 1, 2 order by 1, 2
"""
NOTE = """
create function note_payment_references() returns trigger language plpgsql as $$ begin
  insert into payment_reference as known (provider, reference, currency, captured_minor, total_minor, stated)
  select spelled(provider), spelled(reference), min(currency), sum(captured_minor),
    case when count(*) = 1 then coalesce(min(total_minor), min(captured_minor))
      when count(total_minor) = count(*) and min(total_minor) = max(total_minor) and min(currency) = max(currency)
      then min(total_minor) else -1 end,
    count(total_minor) = count(*)
  from fresh group by 1, 2 order by 1, 2
  on conflict (provider, reference) do update set
    captured_minor = known.captured_minor + excluded.captured_minor,
    total_minor = case when known.stated and excluded.stated and known.total_minor = excluded.total_minor
      and known.currency = excluded.currency then known.total_minor else -1 end;
  return null;
end $$
"""
TRIGGER = """
create trigger payment_references after insert on payment referencing new table as fresh
for each statement execute function note_payment_references()
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0008_found_in_order")]

    operations = [
        ops.AddField("Payment", "total_minor", fields.BigIntField(null=True)),
        ops.CreateModel(
            name="PaymentReference",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("provider", fields.CharField(max_length=32)),
                ("reference", fields.CharField(max_length=200)),
                ("currency", fields.CharField(max_length=3)),
                ("captured_minor", fields.BigIntField()),
                ("total_minor", fields.BigIntField()),
                ("stated", fields.BooleanField()),
            ],
            options={
                "table": "payment_reference",
                "app": "models",
                "constraints": [
                    UniqueConstraint(fields=("provider", "reference"), name="payment_reference_once"),
                    CheckConstraint(
                        check="captured_minor between 0 and total_minor",
                        name="payment_reference_captured_at_most_total",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "A payment at its gateway, one row however many orders it pays for: what they captured of it, and its total.",
            },
            bases=["Model"],
        ),
        ops.AddConstraint(
            "PaymentReference", UniqueConstraint(fields=("provider", "reference"), name="payment_reference_once")
        ),
        ops.AddConstraint(
            "PaymentReference",
            CheckConstraint(
                check="captured_minor between 0 and total_minor", name="payment_reference_captured_at_most_total"
            ),
        ),
        ops.RunSQL(SPELLED, reverse_sql="drop function spelled(text)"),
        ops.RunSQL(SPELL.format(table="order", column="number"), reverse_sql=""),
        ops.RunSQL(SPELL.format(table="seller", column="handle"), reverse_sql=""),
        ops.RunSQL(BACKFILL, reverse_sql=""),
        ops.RunSQL(NOTE, reverse_sql="drop function note_payment_references()"),
        ops.RunSQL(TRIGGER, reverse_sql="drop trigger payment_references on payment"),
    ]
