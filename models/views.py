"""Saved views: lists as people of the owner or of a seller want them again."""

from tortoise import fields
from tortoise.fields import Field
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from domain.desk import ViewedList
from models.base import Row
from models.fields import key, one_of, word
from models.people import Seller


class SavedView(Row):
    """A list with its filters and order, as the query of a console's address.

    `person` has saved it, by the subject of the token: one of the seller's people, or of the owner's if there is no
    seller. A `shared` one is for all of them.
    """

    id = key()
    seller: fields.ForeignKeyNullableRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    seller_id: str | None
    person = fields.CharField(200)
    list: Field[ViewedList] = word(ViewedList)
    name = fields.CharField(80)
    query = fields.CharField(2000)
    shared = fields.BooleanField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version: Field[int] = fields.IntField(default=1)

    class Meta:
        table = "saved_view"
        ordering = ("name", "id")
        indexes = (Index(fields=("seller_id", "list")),)
        constraints = (CheckConstraint(check=one_of("list", ViewedList), name="saved_view_list"),)
