"""Labels of return shipments, each for one package."""

from tortoise import fields
from tortoise.fields import Field
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.words import LabelStatus
from models.base import Row, StatusRow
from models.fields import NullableTextField, key, one_of, word
from models.orders import Order
from models.people import Seller
from models.returns import ReturnShipment


class CarrierEvent(Row):
    """An event of a carrier that was applied: its id is remembered, so that it is applied once."""

    id = fields.CharField(232, primary_key=True)
    at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "carrier_event"
        indexes = (Index(fields=("at",)),)


class ReturnLabel(StatusRow):
    """A label for one package of a return shipment. Its id is its key at the carrier, and never changes.

    `due_at` is the time at which a worker handles it next. While a worker holds it (`leased`), that is the end of the
    lease; if no worker has anything to do, it is null. `external_reference` is the carrier's own id of the package,
    stored before anything is bought. `message` is what was last heard of the carrier.
    """

    id = key()
    shipment: fields.ForeignKeyRelation[ReturnShipment] = fields.ForeignKeyField(
        "models.ReturnShipment", related_name="labels", on_delete=fields.RESTRICT
    )
    shipment_id: str
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name=False, on_delete=fields.RESTRICT
    )
    order_id: str
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    position = fields.IntField()
    status: Field[LabelStatus] = word(LabelStatus)
    carrier = fields.CharField(32)
    external_reference = fields.CharField(200, null=True)
    tracking_number = fields.CharField(200, null=True)
    label_url = fields.CharField(2000, null=True)
    message = NullableTextField()
    attempt_count = fields.IntField(default=0)
    leased = fields.BooleanField(default=False)
    due_at = fields.DatetimeField(null=True)
    issued_at = fields.DatetimeField(null=True)
    scanned_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "return_label"
        ordering = ("position", "id")
        indexes = (Index(fields=("order_id",)), Index(fields=("external_reference",)))
        constraints = (
            UniqueConstraint(fields=("shipment_id", "position"), name="return_label_position"),
            CheckConstraint(check=one_of("status", LabelStatus), name="return_label_status"),
        )
