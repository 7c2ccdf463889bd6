"""Versions of the return policy take effect at a moment and never change; what the owner sets is noted; sellers by name.

The version in force is the last one whose moment has come. `current` says the same for processes of the version before,
which know no moments. Of the versions that there are, those that are not current were replaced by the current one, so
they took effect before it. `sort_name` is generated, so that a process of the version before writes it, too.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

ACTIONS = "'UPSERT_REASON', 'PUBLISH_RETURN_POLICY', 'SET_RETURN_SETTINGS', 'PAUSE_REFUNDS', 'RESUME_REFUNDS'"
IN_EFFECT = """
update return_policy p set effective_at = case when p.current then c.at
  else least(p.published_at, c.at - interval '1 microsecond') end
from (select coalesce((select least(published_at, now()) from return_policy where current), now()) as at) c
"""
KEEP = """
create function keep_published_policy() returns trigger language plpgsql as $$ begin
  raise exception 'version % of the return policy is published: publish another version', old.version
    using errcode = 'restrict_violation';
end $$
"""
KEPT = """
create trigger published_policy before update on return_policy for each row
when ((old.id, old.version, old.texts, old.window_days, old.response_days, old.refund_days, old.published_at,
       old.effective_at)
  is distinct from (new.id, new.version, new.texts, new.window_days, new.response_days, new.refund_days,
       new.published_at, new.effective_at))
execute function keep_published_policy()
"""
SORTED = """
alter table seller drop column sort_name,
  add column sort_name varchar(200) collate "C" not null generated always as (upper(name collate "C")) stored
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0025_label_trouble")]

    operations = [
        ops.AddField(
            "ReturnPolicy", "effective_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)
        ),
        ops.RunSQL(IN_EFFECT, reverse_sql=""),
        ops.AddIndex("ReturnPolicy", Index(fields=["effective_at", "published_at", "id"])),
        ops.RunSQL(KEEP, reverse_sql="drop function keep_published_policy()"),
        ops.RunSQL(KEPT, reverse_sql="drop trigger published_policy on return_policy"),
        ops.CreateModel(
            name="OwnerEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("actor_id", fields.CharField(max_length=200)),
                ("action", fields.CharField(max_length=21)),
                ("subject_id", fields.CharField(max_length=48)),
                (
                    "data",
                    fields.JSONField(db_default=SqlDefault("'{}'::jsonb"), encoder=JSON_DUMPS, decoder=loads),
                ),
            ],
            options={
                "table": "owner_event",
                "app": "models",
                "indexes": [Index(fields=["at", "id"]), Index(fields=["subject_id", "at", "id"])],
                "pk_attr": "id",
                "table_description": "What the owner has set for the whole marketplace: who, when, and what stood there before.",
            },
            bases=["Row"],
        ),
        ops.AddConstraint("OwnerEvent", CheckConstraint(check=f'"action" in ({ACTIONS})', name="owner_event_action")),
        ops.AddField("Seller", "sort_name", fields.CharField(max_length=200, db_default=SqlDefault("''"))),
        ops.RunSQL(SORTED, reverse_sql=""),
        ops.AddIndex("Seller", Index(fields=["sort_name", "id"])),
    ]
