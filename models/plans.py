"""Plans, which decide about money, and refunds, which carry them out."""

from tortoise import fields
from tortoise.fields import Field
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.words import (
    AdjustmentKind,
    Bearer,
    MovementKind,
    PlanOrigin,
    PlanStatus,
    RefundState,
    RefundStatus,
    Role,
    TransactionType,
)
from models.base import Row, StatusRow
from models.fields import NullableTextField, WordField, currency, key, minor, one_of, units, word
from models.orders import Order, OrderItem, Payment, SellerOrder
from models.people import Seller
from models.requests import CancellationRequest


class CancellationPlan(StatusRow):
    """The decision about the money of one request, which never has a second plan.

    Its amounts are a quote until it is approved, which fixes them, or while it is `held`: approved, but its money waits
    for the goods. `due_at` is the time at which Retour confirms a waiting plan by itself. One of origin INTAKE came in
    with its order, completed: it has no refunds, and its money stands in the order's external movements. What the
    refunds fall short of the total, because money went back outside of Retour, is `shortfall_minor`.
    """

    id = key()
    origin = WordField(PlanOrigin, db_default=PlanOrigin.REQUEST.value)
    transaction: Field[TransactionType] = word(TransactionType)
    status: Field[PlanStatus] = word(PlanStatus)
    refund_state = word(RefundState)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="plans", on_delete=fields.RESTRICT
    )
    order_id: str
    request: fields.OneToOneRelation[CancellationRequest] = fields.OneToOneField(
        "models.CancellationRequest", related_name="plan", on_delete=fields.RESTRICT
    )
    request_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name="plans", on_delete=fields.RESTRICT
    )
    seller_id: str
    currency = currency()
    total_minor = minor()
    shortfall_minor = minor(0)
    held = fields.BooleanField(default=False, db_default=False)
    created_by = word(Role)
    due_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "cancellation_plan"
        ordering = ("created_at", "id")
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("status", "created_at", "id")),
            Index(fields=("refund_state", "created_at", "id")),
            Index(fields=("seller_id", "created_at", "id")),
            Index(fields=("seller_id", "status", "created_at", "id")),
            Index(fields=("seller_id", "refund_state", "created_at", "id")),
            Index(fields=("order_id",)),
            PartialIndex(fields=("due_at",), condition={"status": "WAITING"}, name="plan_due"),
        )
        constraints = (
            CheckConstraint(check=one_of("origin", PlanOrigin), name="plan_origin"),
            CheckConstraint(check=one_of("status", PlanStatus), name="plan_status"),
            CheckConstraint(check=one_of("transaction", TransactionType), name="plan_transaction"),
            CheckConstraint(check=one_of("refund_state", RefundState), name="plan_refund_state"),
            CheckConstraint(check="total_minor >= 0", name="plan_total"),
            CheckConstraint(check="shortfall_minor between 0 and total_minor", name="plan_shortfall"),
            CheckConstraint(check="not held or status = 'APPROVED'", name="plan_held"),
        )


class PlanLine(Row):
    """How the amount for some units of one item is made up: the shares sum to the total.

    No unit is left of a held plan's line if none of those that came back is paid back.
    """

    id = key()
    plan: fields.ForeignKeyRelation[CancellationPlan] = fields.ForeignKeyField(
        "models.CancellationPlan", related_name="lines", on_delete=fields.RESTRICT
    )
    plan_id: str
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "models.OrderItem", related_name="plan_lines", on_delete=fields.RESTRICT
    )
    order_item_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name="plan_lines", on_delete=fields.RESTRICT
    )
    seller_id: str
    position = fields.IntField()
    quantity = units(None)
    currency = currency()
    base_minor = minor()
    discount_share_minor = minor()
    tax_share_minor = minor()
    shipping_share_minor = minor()
    rounding_minor = minor()
    total_minor = minor()

    class Meta:
        table = "plan_line"
        ordering = ("position", "id")
        constraints = (
            UniqueConstraint(fields=("plan_id", "order_item_id"), name="plan_line_once"),
            CheckConstraint(
                check="quantity >= 0 and total_minor >= 0 and total_minor = base_minor - discount_share_minor"
                " + tax_share_minor + shipping_share_minor + rounding_minor",
                name="plan_line_explains_itself",
            ),
        )


class PlanAdjustment(Row):
    """What a plan adds to the amounts of its lines, or keeps from them: domain/adjustments.py.

    `asked_minor` is never negative, `amount_minor` what comes of it, signed as it moves the total. A person has decided
    it if there is no `rule`. The plan's total is the sum of its lines and adjustments, and no more is reversed than is
    kept: triggers of the database hold that (migrations/0017_returns.py, 0018_adjustments.py).
    """

    id = key()
    plan: fields.ForeignKeyRelation[CancellationPlan] = fields.ForeignKeyField(
        "models.CancellationPlan", related_name="adjustments", on_delete=fields.RESTRICT
    )
    plan_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    position = fields.IntField()
    kind: Field[AdjustmentKind] = word(AdjustmentKind)
    order_item: fields.ForeignKeyNullableRelation[OrderItem] = fields.ForeignKeyField(
        "models.OrderItem", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    order_item_id: str | None
    seller_order: fields.ForeignKeyNullableRelation[SellerOrder] = fields.ForeignKeyField(
        "models.SellerOrder", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    seller_order_id: str | None
    reverses: fields.ForeignKeyNullableRelation["PlanAdjustment"] = fields.ForeignKeyField(
        "models.PlanAdjustment", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    reverses_id: str | None
    currency = currency()
    asked_minor = minor()
    amount_minor = minor()
    reason = NullableTextField()
    rule = fields.CharField(64, null=True)
    bearer: Field[Bearer] = word(Bearer)
    by_role: Field[Role] = word(Role)

    class Meta:
        table = "plan_adjustment"
        ordering = ("position", "id")
        indexes = (Index(fields=("plan_id",)),)
        constraints = (
            CheckConstraint(check=one_of("kind", AdjustmentKind), name="adjustment_kind"),
            CheckConstraint(
                check="case when kind in ('FEE', 'DEDUCTION') then amount_minor between -asked_minor and 0"
                " else amount_minor between 0 and asked_minor end",
                name="adjustment_amount",
            ),
            CheckConstraint(
                check="num_nonnulls(order_item_id, seller_order_id, reverses_id) = case when kind = 'FEE' then 0 else 1"
                " end and case kind when 'DEDUCTION' then order_item_id is not null when 'SHIPPING' then"
                " seller_order_id is not null when 'REVERSAL' then reverses_id is not null"
                " else reverses_id is null end",
                name="adjustment_about",
            ),
        )


class Refund(StatusRow):
    """One movement of money back to one payment. Its id is its idempotency key at the gateway, and never changes.

    `due_at` is the time at which a worker handles it next. While a worker sends it, that is the end of the lease; if
    no worker has anything to do, it is null. `retry_count` counts the owner's retries after a definite failure.
    `movement` is what went back outside of Retour and has paid the refund.
    """

    id = key()
    plan: fields.ForeignKeyRelation[CancellationPlan] = fields.ForeignKeyField(
        "models.CancellationPlan", related_name="refunds", on_delete=fields.RESTRICT
    )
    plan_id: str
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "models.Payment", related_name="refunds", on_delete=fields.RESTRICT
    )
    payment_id: str
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="refunds", on_delete=fields.RESTRICT
    )
    order_id: str
    status: Field[RefundStatus] = word(RefundStatus)
    currency = currency()
    amount_minor = minor()
    attempt_count = fields.IntField(default=0)
    retry_count = fields.IntField(default=0)
    due_at = fields.DatetimeField(null=True)
    disputed = fields.BooleanField(default=False, db_default=False)
    external_reference = fields.CharField(200, null=True)
    movement: fields.ForeignKeyNullableRelation["ExternalMovement"] = fields.ForeignKeyField(
        "models.ExternalMovement", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    movement_id: str | None
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "refund"
        ordering = ("created_at", "id")
        indexes = (
            Index(fields=("status", "created_at", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("order_id",)),
            Index(fields=("plan_id",)),
            Index(fields=("payment_id",)),
            Index(fields=("due_at",)),
            Index(fields=("external_reference",)),
        )
        constraints = (
            UniqueConstraint(
                fields=("plan_id", "payment_id"),
                name="refund_once_per_payment",
                condition="movement_id is null and status <> 'SETTLED_MANUALLY'",
            ),
            CheckConstraint(check=one_of("status", RefundStatus), name="refund_status"),
            CheckConstraint(check="amount_minor > 0", name="refund_amount"),
        )


class RefundAttempt(Row):
    """One call to a gateway. The row is written before the call, its outcome after it."""

    id = key()
    refund: fields.ForeignKeyRelation[Refund] = fields.ForeignKeyField(
        "models.Refund", related_name="attempts", on_delete=fields.RESTRICT
    )
    refund_id: str
    number = fields.IntField()
    started_at = fields.DatetimeField()
    outcome = fields.CharField(16, null=True)
    gateway_reference = fields.CharField(200, null=True)
    message = NullableTextField()

    class Meta:
        table = "refund_attempt"
        ordering = ("number", "id")
        constraints = (UniqueConstraint(fields=("refund_id", "number"), name="refund_attempt_number"),)


class SettledReference(Row):
    """A reference that no gateway had shown when an order was settled with it: no other order may be."""

    id = fields.BigIntField(primary_key=True, generated=True)
    provider = fields.CharField(32)
    reference = fields.CharField(200)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name=False, on_delete=fields.RESTRICT
    )
    order_id: str

    class Meta:
        table = "settled_reference"
        indexes = (Index(fields=("order_id",)),)
        constraints = (UniqueConstraint(fields=("provider", "reference"), name="settled_reference_once"),)


class ExternalMovement(Row):
    """Money that went back to a payment outside of Retour, under its reference at the payment's gateway.

    It is no refund: nobody sends it. One of kind DISPUTE is a lost dispute, under the dispute's reference.
    `covered_minor` of it have paid refunds, which say so. The rest lowers what is
    left of its payment, whose `external_minor` is the sum of these rests. One that was known before its order came in
    has no `recorded_at`, and pays no refund.
    """

    id = key()
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name=False, on_delete=fields.RESTRICT
    )
    order_id: str
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "models.Payment", related_name="external_movements", on_delete=fields.RESTRICT
    )
    payment_id: str
    kind = WordField(MovementKind, db_default=MovementKind.REFUND.value)
    provider = fields.CharField(32)
    reference = fields.CharField(200)
    currency = currency()
    amount_minor = minor()
    covered_minor = minor(0)
    at = fields.DatetimeField()
    recorded_at = fields.DatetimeField(null=True)

    @property
    def left_minor(self) -> int:
        """What of it has paid no refund."""
        return self.amount_minor - self.covered_minor

    class Meta:
        table = "external_movement"
        ordering = ("at", "id")
        indexes = (Index(fields=("order_id",)), Index(fields=("payment_id",)))
        constraints = (
            UniqueConstraint(fields=("provider", "reference"), name="external_movement_once"),
            CheckConstraint(check=one_of("kind", MovementKind), name="external_movement_kind"),
            CheckConstraint(check="amount_minor > 0", name="external_movement_amount"),
            CheckConstraint(check="covered_minor between 0 and amount_minor", name="external_movement_covered"),
        )
