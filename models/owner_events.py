"""What the owner has set for the whole marketplace, one row a change: the journal is about orders, and this is not."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from domain.actions import OwnerAction
from domain.returns import Json
from models.base import Row
from models.fields import one_of, word


class OwnerEvent(Row):
    """What the owner has set for the whole marketplace: who, when, and what stood there before.

    `data` maps the name of what has changed to the pair of the value before and the value after.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    at = fields.DatetimeField()
    actor_id = fields.CharField(200)
    action = word(OwnerAction)
    subject_id = fields.CharField(48)
    data: Field[dict[str, tuple[Json, Json]]] = JSONField(db_default=SqlDefault("'{}'::jsonb"))

    class Meta:
        table = "owner_event"
        ordering = ("at", "id")
        indexes = (
            Index(fields=("at", "id")),
            Index(fields=("subject_id", "at", "id")),
            Index(fields=("actor_id", "at", "id")),
        )
        constraints = (CheckConstraint(check=one_of("action", OwnerAction), name="owner_event_action"),)
