"""The journal, the results of commands by idempotency key, and the marketplace's own ledger of credits."""

from collections.abc import Sequence
from typing import TypeAlias

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.actions import Action
from domain.words import Role, Subject
from models.base import Row
from models.fields import Xid8Field, minor, one_of, word
from models.orders import Order
from models.plans import CancellationPlan
from models.requests import CancellationRequest
from models.returns import ReturnShipment
from models.withdrawals import Withdrawal

Change: TypeAlias = tuple[Sequence[str] | None, Sequence[str]]
"""How an object stood before an event, None if the event opened it, and how after it."""


class Event(Row):
    """An edge that was taken. The journal's order is (`xid`, `id`); `events/journal.py` says why `id` is not enough."""

    id = fields.BigIntField(primary_key=True, generated=True)
    xid: Field[int] = Xid8Field(db_default=SqlDefault("journal_xid()"))
    at = fields.DatetimeField()
    subject = word(Subject)
    subject_id = fields.CharField(48)
    action = word(Action)
    from_status = fields.CharField(32, null=True)
    to_status = fields.CharField(32)
    actor_role = word(Role)
    actor_id = fields.CharField(200)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="timeline", on_delete=fields.RESTRICT
    )
    order_id: str
    request: fields.ForeignKeyNullableRelation[CancellationRequest] = fields.ForeignKeyField(
        "models.CancellationRequest", related_name="timeline", null=True, on_delete=fields.RESTRICT
    )
    request_id: str | None
    plan: fields.ForeignKeyNullableRelation[CancellationPlan] = fields.ForeignKeyField(
        "models.CancellationPlan", related_name="timeline", null=True, on_delete=fields.RESTRICT
    )
    plan_id: str | None
    return_shipment: fields.ForeignKeyNullableRelation[ReturnShipment] = fields.ForeignKeyField(
        "models.ReturnShipment", related_name="timeline", null=True, on_delete=fields.RESTRICT
    )
    return_shipment_id: str | None
    withdrawal: fields.ForeignKeyNullableRelation[Withdrawal] = fields.ForeignKeyField(
        "models.Withdrawal", related_name="timeline", null=True, on_delete=fields.RESTRICT
    )
    withdrawal_id: str | None
    seller_order_id = fields.CharField(48)
    seller_id = fields.CharField(48)
    customer_id = fields.CharField(48)
    version = fields.IntField()
    data: Field[dict[str, Change]] = JSONField(db_default=SqlDefault("'{}'::jsonb"))

    class Meta:
        table = "event"
        ordering = ("xid", "id")
        indexes = (
            Index(fields=("xid", "id")),
            Index(fields=("seller_id", "xid", "id")),
            Index(fields=("customer_id", "xid", "id")),
            Index(fields=("actor_id", "xid", "id")),
            Index(fields=("order_id",)),
            Index(fields=("request_id",)),
            Index(fields=("plan_id",)),
            Index(fields=("subject_id", "version")),
        )
        constraints = (CheckConstraint(check=one_of("subject", Subject), name="event_subject"),)


class IdempotencyRecord(Row):
    """The result of a command, for callers who send it again with the same key. It is kept for a week."""

    id = fields.BigIntField(primary_key=True, generated=True)
    caller = fields.CharField(300)
    operation = fields.CharField(64)
    key = fields.CharField(200)
    input_hash = fields.CharField(64)
    outcome: Field[dict[str, list[str]]] = JSONField(null=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "idempotency_record"
        indexes = (Index(fields=("created_at",)),)
        constraints = (UniqueConstraint(fields=("caller", "operation", "key"), name="idempotency_once"),)


class LedgerEntry(Row):
    """A credit in the marketplace's own ledger: what the ledger gateway has paid, once per key."""

    key = fields.CharField(48, primary_key=True)
    payment_reference = fields.CharField(200)
    currency = fields.CharField(3)
    amount_minor = minor()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "ledger_entry"
        constraints = (CheckConstraint(check="amount_minor > 0", name="ledger_entry_amount"),)
