"""What searches look for: texts without case and accents, cut into pieces of three letters that an index finds.

And saved views, which the version before knows nothing of.

A text is indexed with two blanks before it, so that it is also found by its first one or two letters. Values written
since the last clean-up of an index wait in a list that each search reads through, so the list is kept short.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

FUNCTIONS = {
    "fold(text)": r"""
create function fold(text) returns text language sql immutable strict parallel safe
return replace(lower(regexp_replace(normalize($1, NFKD), U&'[\0300-\036F]', '', 'g')), 'ß', 'ss')
""",
    "grams(text)": """
create function grams(searched text) returns text[] language plpgsql immutable strict parallel safe as $$
declare
  folded text := public.fold(searched);
  found text[] := '{}';
begin
  for n in 1 .. length(folded) - 2 loop found := found || substr(folded, n, 3); end loop;
  return found;
end $$
""",
    # not parallel safe: to start workers for a look-up takes a hundred times as long as the look-up
    "needle(text)": """
create function needle(text) returns text language sql immutable strict
return lpad(public.fold($1), greatest(3, length(public.fold($1))))
""",
}
LISTS = "'ORDERS', 'REQUESTS', 'PLANS', 'PACKAGES', 'RETURN_SHIPMENTS', 'WITHDRAWALS', 'REFUNDS', 'MESSAGES'"
SEARCHED = {
    "billing_address": "name",
    "cancellation_request": "number",
    "customer": "name || '  ' || coalesce(email, '')",
    "message": "address || '  ' || subject",
    "order": "number",
    "order_item": "sku || '  ' || name",
    "package": "number || '  ' || coalesce(tracking_number, '')",
    "request_item": "coalesce(note, '')",
    "return_label": "coalesce(tracking_number, '')",
    "return_shipment": "number || '  ' || coalesce(tracking_number, '')",
    "shipping_address": "name",
    "withdrawal": "number",
}


def _index(table: str, texts: str) -> ops.RunSQL:
    return ops.RunSQL(
        f"create index {table}_search on \"{table}\" using gin (public.grams('  ' || {texts}))"
        " with (gin_pending_list_limit = 256)",
        reverse_sql=f"drop index {table}_search",
    )


def _with_room(table: str) -> ops.RunSQL:
    """Room in new pages for a row that commands change: its new version then needs no entry in any index."""
    return ops.RunSQL(
        f'alter table "{table}" set (fillfactor = 90)', reverse_sql=f'alter table "{table}" reset (fillfactor)'
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0034_privacy")]

    operations = [
        *[ops.RunSQL(made, reverse_sql=f"drop function {name}") for name, made in FUNCTIONS.items()],
        *[_index(table, texts) for table, texts in SEARCHED.items()],
        *[_with_room(table) for table in ("order", "order_item")],
        ops.AddIndex("Message", Index(fields=["order_id"])),
        ops.AddIndex("RequestItem", Index(fields=["reason_id", "request_id"])),
        ops.CreateModel(
            name="SavedView",
            fields=[
                ("id", fields.CharField(primary_key=True, max_length=48, unique=True, db_index=True)),
                (
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
                ("person", fields.CharField(max_length=200)),
                ("list", fields.CharField(max_length=16)),
                ("name", fields.CharField(max_length=80)),
                ("query", fields.CharField(max_length=2000)),
                ("shared", fields.BooleanField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "saved_view",
                "app": "models",
                "indexes": [Index(fields=["seller_id", "list"])],
                "pk_attr": "id",
                "table_description": "A list with its filters and order, as the query of a console's address.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint("SavedView", CheckConstraint(check=f'"list" in ({LISTS})', name="saved_view_list")),
    ]
