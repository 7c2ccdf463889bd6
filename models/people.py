"""Who buys and who sells."""

from tortoise import fields

from models.base import Row
from models.fields import key


class Seller(Row):
    """Who fulfils. A seller's token names this row's id in its `seller` claim."""

    id = key()
    handle = fields.CharField(64, unique=True)
    name = fields.CharField(200)

    class Meta:
        table = "seller"


class Customer(Row):
    """Who buys. `subject` is the `sub` of the customer's token."""

    id = key()
    subject = fields.CharField(200, unique=True)
    name = fields.CharField(200)
    email = fields.CharField(320, null=True)

    class Meta:
        table = "customer"
