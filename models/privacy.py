"""What the law keeps of persons who were erased."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.law import KeptGround
from domain.returns import Json
from models.base import Row
from models.fields import one_of, word
from models.people import Customer


class SealedRecord(Row):
    """The columns of one row of a person who was erased, as they were, until a date. No part of the API shows them.

    `source` is the table and `source_id` the key of the row, which has pseudonyms and placeholders since.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: str
    source = fields.CharField(63)
    source_id = fields.CharField(48)
    ground = word(KeptGround)
    until = fields.DatetimeField()
    data: Field[dict[str, Json]] = JSONField()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "sealed_record"
        ordering = ("until", "id")
        indexes = (Index(fields=("customer_id",)), Index(fields=("until",)))
        constraints = (
            UniqueConstraint(fields=("source", "source_id"), name="sealed_record_once"),
            CheckConstraint(check=one_of("ground", KeptGround), name="sealed_record_ground"),
        )
