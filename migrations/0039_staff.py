"""What a person did is found by the person, and what owners do with webhooks, messages and tokens is noted, too."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

ACTIONS = (
    "'UPSERT_REASON', 'PUBLISH_RETURN_POLICY', 'SET_RETURN_SETTINGS', 'DRAFT_TERMS', 'PUBLISH_TERMS', 'PAUSE_REFUNDS',"
    " 'RESUME_REFUNDS', 'ERASE_PERSON', 'CREATE_WEBHOOK_ENDPOINT', 'UPDATE_WEBHOOK_ENDPOINT', 'ROTATE_WEBHOOK_SECRET',"
    " 'DELETE_WEBHOOK_ENDPOINT', 'REPLAY_WEBHOOK_DELIVERIES', 'SAVE_MESSAGE_TEMPLATE', 'PUBLISH_MESSAGE_TEMPLATE',"
    " 'RESEND_MESSAGE', 'CLEAR_BOUNCE', 'SET_SELLER_EMAIL', 'ISSUE_TOKEN', 'DISCARD_TERMS'"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0038_figures")]

    operations = [
        ops.AddIndex("Event", Index(fields=["actor_id", "xid", "id"])),
        ops.AddIndex("OwnerEvent", Index(fields=["actor_id", "at", "id"])),
        ops.AlterField("OwnerEvent", "action", fields.CharField(max_length=25)),
        ops.RemoveConstraint("OwnerEvent", name="owner_event_action"),
        ops.AddConstraint("OwnerEvent", CheckConstraint(check=f'"action" in ({ACTIONS})', name="owner_event_action")),
    ]
