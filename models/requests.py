"""Requests to cancel or to return units."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.law import Basis, ObjectionGround
from domain.returns import Json
from domain.words import RequestStatus, Role, TransactionType, WaitingOn
from models.base import Row, StatusRow
from models.fields import NullableTextField, WordField, key, one_of, units, word
from models.orders import Order, OrderItem, SellerOrder
from models.people import Customer, Seller
from models.terms import CancellationReason, ReasonLabel, ReturnPolicy
from models.withdrawals import Withdrawal

NO_DEADLINE = "'9999-12-31 00:00+00'::timestamptz"
"""Where a request without a deadline stands in the order of deadlines: after all others."""


class CancellationRequest(StatusRow):
    """A request to cancel or return units of one seller's part of an order. Its customer is always the order's.

    What a decision left of a request goes on in its `successors`, whose `predecessor` it is. `submitted_at` is when the
    customer first asked, null if that is `created_at`. `rest_reason` says why a part was not accepted.
    An `allowance` has no items: it is money that the owner pays back without units, or what was kept before a customer
    withdrew from the contract. A request of a `withdrawal` follows from it: its `basis` is the law, once it has taken
    effect. `objection` is why the seller holds that it has none. `return_terms` are the return settings that it was
    opened with, or with which a canceled package was recalled; null if there were none. Of a cancellation
    `cancel_terms` are what the terms said of it when it was opened; null if they said nothing.
    `sort_due_at` is generated from `due_at` by the database (migrations/0014_clocks.py): pages are ordered by columns
    that are never null.
    """

    id = key()
    number = fields.CharField(32, unique=True, db_default=SqlDefault("('RQ-' || nextval('request_number'))"))
    submission_id = fields.CharField(48)
    transaction: Field[TransactionType] = word(TransactionType)
    status: Field[RequestStatus] = word(RequestStatus)
    waiting_on = word(WaitingOn)
    due_at = fields.DatetimeField(null=True)
    sort_due_at = fields.DatetimeField(db_default=SqlDefault(NO_DEADLINE))
    reminded_at = fields.DatetimeField(null=True)
    escalated_at = fields.DatetimeField(null=True)
    opened_by = word(Role)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="requests", on_delete=fields.RESTRICT
    )
    order_id: str
    seller_order: fields.ForeignKeyRelation[SellerOrder] = fields.ForeignKeyField(
        "models.SellerOrder", related_name="requests", on_delete=fields.RESTRICT
    )
    seller_order_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name="requests", on_delete=fields.RESTRICT
    )
    seller_id: str
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="requests", on_delete=fields.RESTRICT
    )
    customer_id: str
    accepted_policy: fields.ForeignKeyNullableRelation[ReturnPolicy] = fields.ForeignKeyField(
        "models.ReturnPolicy", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    accepted_policy_id: str | None
    predecessor: fields.ForeignKeyNullableRelation["CancellationRequest"] = fields.ForeignKeyField(
        "models.CancellationRequest", related_name="successors", null=True, on_delete=fields.RESTRICT
    )
    predecessor_id: str | None
    submitted_at = fields.DatetimeField(null=True)
    rejected_by = word(Role, null=True)
    rejection_reason = NullableTextField()
    rest_reason = NullableTextField()
    return_started_at = fields.DatetimeField(null=True)
    return_terms: JSONField[dict[str, Json] | None] = JSONField(null=True)
    cancel_terms: JSONField[dict[str, Json] | None] = JSONField(null=True)
    allowance = fields.BooleanField(default=False, db_default=False)
    basis = WordField(Basis, db_default=Basis.VOLUNTARY.value)
    withdrawal: fields.ForeignKeyNullableRelation[Withdrawal] = fields.ForeignKeyField(
        "models.Withdrawal", related_name="requests", null=True, on_delete=fields.RESTRICT
    )
    withdrawal_id: str | None
    objection = word(ObjectionGround, null=True)
    objection_note = NullableTextField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "cancellation_request"
        ordering = ("created_at", "id")
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("status", "created_at", "id")),
            Index(fields=("status", "updated_at", "id")),
            Index(fields=("waiting_on", "created_at", "id")),
            Index(fields=("waiting_on", "updated_at", "id")),
            Index(fields=("seller_id", "created_at", "id")),
            Index(fields=("seller_id", "updated_at", "id")),
            Index(fields=("seller_id", "status", "created_at", "id")),
            Index(fields=("seller_id", "waiting_on", "created_at", "id")),
            Index(fields=("sort_due_at", "id")),
            Index(fields=("status", "sort_due_at", "id")),
            Index(fields=("waiting_on", "sort_due_at", "id")),
            Index(fields=("seller_id", "sort_due_at", "id")),
            Index(fields=("customer_id", "created_at", "id")),
            Index(fields=("order_id",)),
            Index(fields=("submission_id",)),
            PartialIndex(fields=("due_at",), condition={"status": "WAITING"}, name="request_due"),
        )
        constraints = (
            CheckConstraint(check=one_of("status", RequestStatus), name="request_status"),
            CheckConstraint(check=one_of("transaction", TransactionType), name="request_transaction"),
            CheckConstraint(check=one_of("waiting_on", WaitingOn), name="request_waiting_on"),
            CheckConstraint(
                check="(status = 'REJECTED') = (rejection_reason is not null)",
                name="request_rejection_has_reason",
            ),
            CheckConstraint(
                check="not allowance or (transaction = 'REFUND' and (opened_by = 'OWNER' or basis = 'STATUTORY'))",
                name="request_allowance",
            ),
            CheckConstraint(check=one_of("basis", Basis), name="request_basis"),
            CheckConstraint(check=one_of("objection", ObjectionGround), name="request_objection"),
        )


class RequestItem(Row):
    """The units of one order item that a request asks for. The accepted ones are held, before a decision all of them.

    `open` while the request waits, and no successor waits for the rest of the line. An item is in one open request
    only: a constraint holds it at the end of a statement (migrations/0011_successors.py).
    """

    id = key()
    request: fields.ForeignKeyRelation[CancellationRequest] = fields.ForeignKeyField(
        "models.CancellationRequest", related_name="items", on_delete=fields.RESTRICT
    )
    request_id: str
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "models.OrderItem", related_name="request_items", on_delete=fields.RESTRICT
    )
    order_item_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name="request_items", on_delete=fields.RESTRICT
    )
    seller_id: str
    position = fields.IntField()
    quantity = units(None)
    accepted_quantity = fields.IntField(null=True)
    reason: fields.ForeignKeyRelation[CancellationReason] = fields.ForeignKeyField(
        "models.CancellationReason", related_name=False, on_delete=fields.RESTRICT
    )
    reason_id: str
    reason_label: fields.ForeignKeyRelation[ReasonLabel] = fields.ForeignKeyField(
        "models.ReasonLabel", related_name=False, on_delete=fields.RESTRICT
    )
    reason_label_id: int
    note = NullableTextField()
    open = fields.BooleanField(default=True)

    class Meta:
        table = "request_item"
        ordering = ("position", "id")
        indexes = (Index(fields=("order_item_id",)), Index(fields=("reason_id", "request_id")))
        constraints = (
            UniqueConstraint(fields=("request_id", "order_item_id"), name="request_item_once"),
            CheckConstraint(
                check="quantity > 0 and (accepted_quantity is null or accepted_quantity between 0 and quantity)",
                name="request_item_quantity",
            ),
        )
