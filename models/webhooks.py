"""Who wants to be told of events, what has been told them, and how far the journal has been read for it."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.fields import JSONField
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.words import DeliveryState
from models.fields import key, one_of, word


class WebhookEndpoint(Model):
    """An address of the owner's. `actions` are those it wants, none for all; `secrets` sign, the newest first.

    It is told of what stands in the journal after (`since_xid`, `since_id`).
    """

    unread_columns: ClassVar[tuple[str, ...]] = ("secrets", "since_xid", "since_id")

    id = key()
    url = fields.CharField(1000, unique=True)
    actions: JSONField[list[str]] = JSONField()
    secrets: JSONField[list[dict[str, Any]]] = JSONField()
    active = fields.BooleanField(default=True)
    since_xid = fields.BigIntField()
    since_id = fields.BigIntField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "webhook_endpoint"
        ordering = ("created_at",)


class WebhookDelivery(Model):
    """One event for one endpoint. While its `due_at` lies ahead it waits, or somebody is sending it."""

    id = key()
    endpoint: fields.ForeignKeyRelation[WebhookEndpoint] = fields.ForeignKeyField(
        "models.WebhookEndpoint", related_name="deliveries", on_delete=fields.CASCADE
    )
    event_id = fields.BigIntField()
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
    """The one row that says up to where the journal's events have become deliveries."""

    id = fields.IntField(primary_key=True, generated=False)
    xid = fields.BigIntField()
    event_id = fields.BigIntField()

    class Meta:
        table = "webhook_cursor"
