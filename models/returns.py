"""The goods of returns on their way back."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.returns import Json
from domain.words import Bearer, RefundTrigger, ReturnKind, ReturnMethod, ReturnStatus
from models.base import Row, StatusRow
from models.fields import NullableTextField, key, one_of, units, word
from models.orders import Order, OrderItem
from models.people import Seller
from models.requests import NO_DEADLINE, CancellationRequest


class ReturnSettings(Row):
    """What the settings of returns were before they became rules of the terms (models/return_terms.py).

    Only servers of the version before read it, and none can write it (migrations/0028_terms.py).
    The next version drops it.
    """

    id = key()
    seller: fields.ForeignKeyNullableRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    seller_id: str | None
    trigger: Field[RefundTrigger] = word(RefundTrigger)
    method: Field[ReturnMethod] = word(ReturnMethod)
    ship_by_days = fields.IntField()
    grace_days = fields.IntField()
    inspection_days = fields.IntField()
    transit_days = fields.IntField()
    fees: JSONField[list[Json]] = JSONField()
    address: JSONField[dict[str, Json] | None] = JSONField(null=True)
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "return_settings"
        constraints = (
            CheckConstraint(check=one_of("trigger", RefundTrigger), name="return_settings_trigger"),
            CheckConstraint(check=one_of("method", ReturnMethod), name="return_settings_method"),
            CheckConstraint(
                check="ship_by_days > 0 and grace_days >= 0 and inspection_days > 0 and transit_days > 0",
                name="return_settings_days",
            ),
        )


class ReturnShipment(StatusRow):
    """The goods of one return. `due_at` is when Retour acts by itself if nothing has happened in the present status.

    `ship_by` is the last moment to send the goods; it is null while the goods are on their way to the customer.
    `sort_due_at` is generated from `due_at` by the database: pages are ordered by columns that are never null.
    """

    id = key()
    number = fields.CharField(32, unique=True, db_default=SqlDefault("('RS-' || nextval('return_number'))"))
    kind: Field[ReturnKind] = word(ReturnKind)
    method: Field[ReturnMethod] = word(ReturnMethod)
    status: Field[ReturnStatus] = word(ReturnStatus)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="return_shipments", on_delete=fields.RESTRICT
    )
    order_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    request: fields.OneToOneRelation[CancellationRequest] = fields.OneToOneField(
        "models.CancellationRequest", related_name="return_shipment", on_delete=fields.RESTRICT
    )
    request_id: str
    tracking_number = fields.CharField(200, null=True)
    drop_off = fields.CharField(200, null=True)
    ship_by = fields.DatetimeField(null=True)
    due_at = fields.DatetimeField(null=True)
    sort_due_at = fields.DatetimeField(db_default=SqlDefault(NO_DEADLINE))
    sent_at = fields.DatetimeField(null=True)
    received_at = fields.DatetimeField(null=True)
    inspected_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    loss_bearer = word(Bearer, null=True)
    note = NullableTextField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "return_shipment"
        ordering = ("created_at", "id")
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("sort_due_at", "id")),
            Index(fields=("status", "created_at", "id")),
            Index(fields=("status", "sort_due_at", "id")),
            Index(fields=("seller_id", "created_at", "id")),
            Index(fields=("seller_id", "sort_due_at", "id")),
            Index(fields=("seller_id", "status", "created_at", "id")),
            Index(fields=("seller_id", "status", "sort_due_at", "id")),
            Index(fields=("order_id",)),
        )
        constraints = (
            CheckConstraint(check=one_of("status", ReturnStatus), name="return_status"),
            CheckConstraint(check=one_of("kind", ReturnKind), name="return_kind"),
            CheckConstraint(check=one_of("method", ReturnMethod), name="return_method"),
        )


class ReturnLine(Row):
    """The units of one item in a return shipment. Before they arrive, all are expected.

    Afterwards `expected = received + missing + wrong`. Each grade of `grades` is for some of the received units. `sku`
    is the item's: the database fills it in (migrations/0017_returns.py).
    """

    id = key()
    shipment: fields.ForeignKeyRelation[ReturnShipment] = fields.ForeignKeyField(
        "models.ReturnShipment", related_name="lines", on_delete=fields.RESTRICT
    )
    shipment_id: str
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "models.OrderItem", related_name=False, on_delete=fields.RESTRICT
    )
    order_item_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    position = fields.IntField()
    expected = units(None)
    received = units()
    missing = units()
    wrong = units()
    sku = fields.CharField(120, null=True)
    grades: JSONField[list[dict[str, Json]]] = JSONField(db_default=SqlDefault("'[]'"))

    class Meta:
        table = "return_line"
        ordering = ("position", "id")
        constraints = (
            UniqueConstraint(fields=("shipment_id", "order_item_id"), name="return_line_once"),
            CheckConstraint(
                check="expected >= 0 and received >= 0 and missing >= 0 and wrong >= 0"
                " and (received + missing + wrong in (0, expected))",
                name="return_line_units",
            ),
        )
