"""Versions of the terms, and what their rules read of an order. The return settings become the first version.

The rules of sellers come first and the marketplace's last, so that each seller keeps the settings it had. The table of
the settings stays for servers of the version before, which read it until they are replaced; it can no longer be written,
so that no change is lost.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

PUBLISHED = (
    "(status = 'PUBLISHED') = (number is not null) and (number is null) = (effective_at is null)"
    " and (number is null) = (published_at is null) and (number is null) = (published_by is null)"
)
ACTIONS = (
    "'UPSERT_REASON', 'PUBLISH_RETURN_POLICY', 'SET_RETURN_SETTINGS', 'DRAFT_TERMS', 'PUBLISH_TERMS', 'PAUSE_REFUNDS',"
    " 'RESUME_REFUNDS'"
)
FIRST = """
insert into terms_version (id, status, number, based_on, effective_at, published_at, published_by, note, rules, findings, specific,
  created_at, updated_at, version)
select 'terms_0' || left(md5(gen_random_uuid()::text), 25), 'PUBLISHED', 1, 0, min(s.updated_at), max(s.updated_at), 'retour',
  'The return settings', jsonb_agg(jsonb_build_object(
    'name', coalesce('Seller ' || p.handle, 'Marketplace'),
    'matcher', case when s.seller_id is null then '{}' else jsonb_build_object('sellers', array[s.seller_id]) end,
    'outcome', jsonb_build_object('trigger', s.trigger, 'method', s.method, 'shipByDays', s.ship_by_days,
      'graceDays', s.grace_days, 'inspectionDays', s.inspection_days, 'transitDays', s.transit_days,
      'fees', s.fees, 'address', s.address),
    'revision', s.version, 'changedAt', s.updated_at) order by s.seller_id is null, s.seller_id),
  '[]', false, max(s.updated_at), max(s.updated_at), 1
from return_settings s left join seller p on p.id = s.seller_id having count(*) > 0
"""
KEEP_PUBLISHED = """
create function keep_published_terms() returns trigger language plpgsql as $$ begin
  if old.status = 'PUBLISHED' then
    raise 'a published version of the terms is never changed' using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$
"""
ON_TERMS = """
create trigger published_terms before update or delete on terms_version
  for each row execute function keep_published_terms()
"""
KEEP_SETTINGS = """
create function keep_return_settings() returns trigger language plpgsql as $$ begin
  raise 'return settings are rules of the terms now: change them with a server of the new version'
    using errcode = 'restrict_violation';
end $$
"""
ON_SETTINGS = """
create trigger kept_return_settings before insert or update or delete on return_settings
  for each statement execute function keep_return_settings()
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0027_messages")]

    operations = [
        ops.CreateModel(
            name="TermsVersion",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=48)),
                ("status", fields.CharField(max_length=9)),
                ("number", fields.IntField(null=True, unique=True)),
                ("based_on", fields.IntField()),
                ("effective_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("published_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("published_by", fields.CharField(null=True, max_length=200)),
                ("note", fields.TextField(null=True)),
                ("rules", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("findings", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("specific", fields.BooleanField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "terms_version",
                "app": "models",
                "indexes": [
                    Index(fields=["created_at", "id"]),
                    Index(fields=["status", "created_at", "id"]),
                    PartialIndex(
                        fields=["effective_at", "number"], name="terms_in_force", condition={"status": "PUBLISHED"}
                    ),
                ],
                "pk_attr": "id",
                "table_description": "One version.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint(
            "TermsVersion", CheckConstraint(check="\"status\" in ('DRAFT', 'PUBLISHED')", name="terms_status")
        ),
        ops.AddConstraint("TermsVersion", CheckConstraint(check=PUBLISHED, name="terms_published")),
        ops.AddConstraint("TermsVersion", CheckConstraint(check="jsonb_typeof(rules) = 'array'", name="terms_rules")),
        ops.AddField("Order", "market", fields.CharField(null=True, max_length=64)),
        ops.AddField("OrderItem", "category", fields.CharField(null=True, max_length=200)),
        ops.AddField("OrderItem", "tags", fields.TextField(null=True)),
        ops.RemoveConstraint("OwnerEvent", name="owner_event_action"),
        ops.AddConstraint("OwnerEvent", CheckConstraint(check=f'"action" in ({ACTIONS})', name="owner_event_action")),
        ops.RunSQL(FIRST, reverse_sql=""),
        ops.RunSQL(KEEP_PUBLISHED, reverse_sql="drop function keep_published_terms()"),
        ops.RunSQL(ON_TERMS, reverse_sql="drop trigger published_terms on terms_version"),
        ops.RunSQL(KEEP_SETTINGS, reverse_sql="drop function keep_return_settings()"),
        ops.RunSQL(ON_SETTINGS, reverse_sql="drop trigger kept_return_settings on return_settings"),
    ]
