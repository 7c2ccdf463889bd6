"""Links to orders, for customers without an account: who wants one, and what has come of it."""

from tortoise import fields
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import UniqueConstraint

from models.base import Row
from models.fields import key
from models.orders import Order
from models.people import Customer


class OrderAccess(Row):
    """A link to an order that somebody wants, whether or not there is such an order.

    `number` is in capitals and `email` in small letters, as they are looked up; `caller` is the SHA-256 of whom the
    limits count for. The worker fills in the rest if number and address fit an order, and marks the row `handled` in
    any case. Of the link's secret there is the SHA-256 only.

    With a `name` it is a declaration as well: that person withdraws from the contracts of the order, in the language
    `locale`. It has its order as soon as that is recorded (services/acts/verification.py), before it is `handled`.
    """

    id = key()
    number = fields.CharField(64)
    email = fields.CharField(254)
    caller = fields.CharField(64)
    name = fields.CharField(200, null=True)
    locale = fields.CharField(35, null=True)
    requested_at = fields.DatetimeField()
    handled = fields.BooleanField(default=False, db_default=False)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name=False, null=True, on_delete=fields.CASCADE
    )
    order_id: str | None
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name=False, null=True, on_delete=fields.CASCADE
    )
    customer_id: str | None
    secret_hash = fields.CharField(64, null=True)
    expires_at = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "order_access"
        ordering = ("requested_at", "id")
        indexes = (
            Index(fields=("caller", "requested_at")),
            Index(fields=("order_id", "requested_at")),
            Index(fields=("customer_id", "requested_at")),
            Index(fields=("requested_at",)),
            PartialIndex(fields=("requested_at", "id"), condition={"handled": False}, name="order_access_due"),
        )
        constraints = (UniqueConstraint(fields=("secret_hash",), name="order_access_secret"),)
