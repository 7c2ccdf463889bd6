"""The pauses of sending refunds: an incident in which the owner lets no money go."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from models.base import Row
from models.fields import NullableTextField, key


class RefundPause(Row):
    """One pause, from `paused_at` to `resumed_at`; the one without an end holds now, and there is at most one.

    `paused_by` and `resumed_by` are the subjects of the owners' tokens. Rows stay: they say who stopped, and why.
    """

    id = key()
    reason = fields.TextField()
    paused_at = fields.DatetimeField()
    paused_by = fields.CharField(200)
    resumed_at = fields.DatetimeField(null=True)
    resumed_by = fields.CharField(200, null=True)
    note = NullableTextField()

    class Meta:
        table = "refund_pause"
        ordering = ("paused_at", "id")
        constraints = (
            CheckConstraint(check="(resumed_at is null) = (resumed_by is null)", name="refund_pause_ended_by"),
        )
