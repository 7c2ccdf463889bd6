"""Tokens of staff are revoked: no token of this person that was issued before is accepted."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

ACTIONS = (
    "'UPSERT_REASON', 'PUBLISH_RETURN_POLICY', 'SET_RETURN_SETTINGS', 'DRAFT_TERMS', 'PUBLISH_TERMS', 'PAUSE_REFUNDS',"
    " 'RESUME_REFUNDS', 'ERASE_PERSON', 'CREATE_WEBHOOK_ENDPOINT', 'UPDATE_WEBHOOK_ENDPOINT', 'ROTATE_WEBHOOK_SECRET',"
    " 'DELETE_WEBHOOK_ENDPOINT', 'REPLAY_WEBHOOK_DELIVERIES', 'SAVE_MESSAGE_TEMPLATE', 'PUBLISH_MESSAGE_TEMPLATE',"
    " 'RESEND_MESSAGE', 'CLEAR_BOUNCE', 'SET_SELLER_EMAIL', 'ISSUE_TOKEN', 'DISCARD_TERMS', 'REVOKE_TOKENS'"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0040_packages_listed")]

    operations = [
        ops.CreateModel(
            name="TokenRevocation",
            fields=[
                ("subject", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=200)),
                ("revoked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "token_revocation", "app": "models", "pk_attr": "subject"},
            bases=["Row"],
        ),
        ops.RemoveConstraint("OwnerEvent", name="owner_event_action"),
        ops.AddConstraint("OwnerEvent", CheckConstraint(check=f'"action" in ({ACTIONS})', name="owner_event_action")),
    ]
