"""Customers and sellers."""

from tortoise import fields
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index

from models.base import Row
from models.fields import key


class Seller(Row):
    """A seller, who fulfills parts of orders. A seller's token has this row's id in its `seller` claim.

    `sort_name` is generated from `name` by the database (migrations/0026_policies.py): the letters A to Z as capitals.
    """

    id = key()
    handle = fields.CharField(64, unique=True)
    name = fields.CharField(200)
    sort_name = fields.CharField(200, db_default=SqlDefault("''"))
    email = fields.CharField(320, null=True)

    class Meta:
        table = "seller"
        indexes = (Index(fields=("sort_name", "id")),)


class Customer(Row):
    """A customer, who places orders. `subject` is the `sub` claim of the customer's token.

    At `erased_at` the person was erased: subject and name are a pseudonym since (services/privacy/). An index finds
    email addresses in any case (migrations/0034_privacy.py).
    """

    id = key()
    subject = fields.CharField(200, unique=True)
    name = fields.CharField(200)
    email = fields.CharField(320, null=True)
    phone = fields.CharField(40, null=True)
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "customer"
