"""Disputes: a customer asks the bank, and not the marketplace, to give the money of a payment back."""

from tortoise import fields
from tortoise.fields import Field
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.words import DisputeStatus
from models.base import StatusRow
from models.fields import currency, key, minor, one_of, word
from models.orders import Order, Payment


class Dispute(StatusRow):
    """A dispute of a payment, under its reference at the payment's gateway.

    Its amount is in the currency that the bank disputes, which need not be the payment's. If several orders share the
    payment, each has a row of its own, about the whole amount. `shown_at` is the time at which the gateway said what
    stands here: older news changes neither amount nor deadline.
    """

    id = key()
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="disputes", on_delete=fields.RESTRICT
    )
    order_id: str
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "models.Payment", related_name="disputes", on_delete=fields.RESTRICT
    )
    payment_id: str
    status: Field[DisputeStatus] = word(DisputeStatus)
    reference = fields.CharField(200)
    currency = currency()
    amount_minor = minor()
    reason = fields.CharField(80, null=True)
    opened_at = fields.DatetimeField()
    evidence_due_at = fields.DatetimeField(null=True)
    shown_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "dispute"
        ordering = ("opened_at", "id")
        indexes = (Index(fields=("order_id",)), Index(fields=("reference",)))
        constraints = (
            UniqueConstraint(fields=("payment_id", "reference"), name="dispute_once"),
            CheckConstraint(check=one_of("status", DisputeStatus), name="dispute_status"),
            CheckConstraint(check="amount_minor >= 0", name="dispute_amount"),
        )
