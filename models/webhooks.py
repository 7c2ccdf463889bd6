"""Webhook endpoints, the deliveries to them, and up to where the journal has become deliveries."""

from typing import ClassVar, TypedDict

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.words import DeliveryState
from models.fields import key, one_of, word


class Secret(TypedDict):
    """A secret of an endpoint; `until` is when it stops signing (ISO 8601), None for the newest one."""

    key: str
    until: str | None


class WebhookEndpoint(Model):
    """An address of the owner's that events are posted to.

    Only events of `actions` are posted, or all if the row has none. `secrets` sign the posts, the newest first. Events
    up to (`since_xid`, `since_id`) in the journal are not posted.
    """

    unread_columns: ClassVar[tuple[str, ...]] = ("secrets", "since_xid", "since_id")

    id = key()
    url = fields.CharField(1000, unique=True)
    actions: Field[list[str]] = JSONField()
    secrets: Field[list[Secret]] = JSONField()
    active = fields.BooleanField(default=True)
    since_xid: Field[int] = fields.BigIntField()
    since_id: Field[int] = fields.BigIntField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "webhook_endpoint"
        ordering = ("created_at",)


class WebhookDelivery(Model):
    """The delivery of one event to one endpoint. While `due_at` is ahead, it waits or a worker is sending it."""

    id = key()
    endpoint: fields.ForeignKeyRelation[WebhookEndpoint] = fields.ForeignKeyField(
        "models.WebhookEndpoint", related_name="deliveries", on_delete=fields.CASCADE
    )
    event_id: Field[int] = fields.BigIntField()
    type = fields.CharField(64)
    body = fields.TextField()
    state = word(DeliveryState)
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField(null=True)
    status_code = fields.IntField(null=True)
    message = fields.CharField(500, null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "webhook_delivery"
        ordering = ("-created_at",)
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("state", "created_at", "id")),
            Index(fields=("endpoint_id", "created_at", "id")),
            Index(fields=("endpoint_id", "state", "created_at", "id")),
            PartialIndex(fields=("due_at",), condition={"state": "PENDING"}, name="webhook_delivery_due"),
        )
        constraints = (
            UniqueConstraint(fields=("endpoint_id", "event_id"), name="webhook_delivery_once"),
            CheckConstraint(check=one_of("state", DeliveryState), name="webhook_delivery_state"),
        )


class WebhookCursor(Model):
    """The one row that says up to which event the journal has become deliveries."""

    id = fields.IntField(primary_key=True, generated=False)
    xid: Field[int] = fields.BigIntField()
    event_id: Field[int] = fields.BigIntField()

    class Meta:
        table = "webhook_cursor"
