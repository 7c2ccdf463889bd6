"""What the marketplace lets people choose from and agree to: reasons and return policies."""

from tortoise import fields
from tortoise.fields import JSONField
from tortoise.migrations.constraints import CheckConstraint

from domain.words import TransactionType
from models.base import Row
from models.fields import key, one_of, word


class CancellationReason(Row):
    """A reason in the drop-down. `labels` maps a locale to its text."""

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
    """One version of the return policy. `texts` maps a locale to the text; days are whole days.

    The return window starts at delivery; a seller is to answer within `response_days`.
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
