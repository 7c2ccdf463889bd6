"""The reasons that people choose from, and the return policies that they accept."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from domain.words import ReasonAudience, TransactionType
from models.base import Row
from models.fields import key, one_of, word


class ReasonLabel(Row):
    """The labels that a reason has had at one time, never changed. The database makes a row whenever labels change.

    A request keeps the one that was shown when it was made.
    """

    id = fields.BigIntField(primary_key=True)
    labels: JSONField[dict[str, str]] = JSONField()

    class Meta:
        table = "reason_label"


class CancellationReason(Row):
    """A reason for a request. `labels` maps a locale to the text in its language.

    `label` is the row that has these labels; the database keeps it so (migrations/0015_reasons.py).
    `goods_with_customer` is false for a reason by which the customer has no goods to send back, such as that they never
    arrived.
    """

    id = key()
    handle = fields.CharField(64, unique=True)
    transaction = word(TransactionType)
    labels: JSONField[dict[str, str]] = JSONField()
    label: fields.ForeignKeyRelation[ReasonLabel] = fields.ForeignKeyField(
        "models.ReasonLabel", related_name=False, on_delete=fields.RESTRICT
    )
    label_id: int
    needs_note = fields.BooleanField(default=False)
    active = fields.BooleanField(default=True)
    position = fields.IntField(default=0)
    audiences: JSONField[list[str]] = JSONField(db_default=SqlDefault("""'["CUSTOMER", "OWNER"]'"""))
    goods_with_customer = fields.BooleanField(default=True, db_default=True)
    version: Field[int] = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "cancellation_reason"
        ordering = ("position", "id")
        constraints = (
            CheckConstraint(check=one_of("transaction", TransactionType), name="reason_transaction"),
            CheckConstraint(
                check=f"""audiences <@ '["{'", "'.join(ReasonAudience)}"]' and jsonb_array_length(audiences) > 0""",
                name="reason_audiences",
            ),
        )


class ReturnPolicy(Row):
    """A version of the return policy. `texts` maps a locale to the text in its language; all days are whole days.

    The return window starts at delivery and lasts `window_days`. A request should be decided within `response_days`.
    The version in force is the last one whose `effective_at` has come (services/policies.py). `current` is for
    processes of the version before, which know no moments. The database lets nothing else of a row change.
    """

    id = key()
    version = fields.CharField(32, unique=True)
    texts: JSONField[dict[str, str]] = JSONField()
    window_days = fields.IntField()
    response_days = fields.IntField()
    refund_days = fields.IntField()
    current = fields.BooleanField(default=False)
    published_at = fields.DatetimeField()
    effective_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "return_policy"
        indexes = (Index(fields=("effective_at", "published_at", "id")),)
        constraints = (
            CheckConstraint(check="window_days >= 0 and response_days >= 0 and refund_days >= 0", name="policy_days"),
        )
