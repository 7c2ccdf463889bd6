"""The reasons that people choose from, and the return policies that they accept."""

from tortoise import fields
from tortoise.fields import JSONField
from tortoise.migrations.constraints import CheckConstraint

from domain.words import TransactionType
from models.base import Row
from models.fields import key, one_of, word


class CancellationReason(Row):
    """A reason for a request. `labels` maps a locale to the text in its language."""

    id = key()
    handle = fields.CharField(64, unique=True)
    transaction = word(TransactionType)
    labels: JSONField[dict[str, str]] = JSONField()
    needs_note = fields.BooleanField(default=False)
    active = fields.BooleanField(default=True)
    position = fields.IntField(default=0)

    class Meta:
        table = "cancellation_reason"
        ordering = ("position", "id")
        constraints = (CheckConstraint(check=one_of("transaction", TransactionType), name="reason_transaction"),)


class ReturnPolicy(Row):
    """A version of the return policy. `texts` maps a locale to the text in its language; all days are whole days.

    The return window starts at delivery and lasts `window_days`. A request should be decided within `response_days`.
    """

    id = key()
    version = fields.CharField(32, unique=True)
    texts: JSONField[dict[str, str]] = JSONField()
    window_days = fields.IntField()
    response_days = fields.IntField()
    refund_days = fields.IntField()
    current = fields.BooleanField(default=False)
    published_at = fields.DatetimeField()

    class Meta:
        table = "return_policy"
        constraints = (
            CheckConstraint(check="window_days >= 0 and response_days >= 0 and refund_days >= 0", name="policy_days"),
        )
