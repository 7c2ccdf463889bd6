"""Lists that somebody wants as a file, and the file, piece by piece."""

from tortoise import fields
from tortoise.fields import Field, JSONField
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.returns import Json
from domain.words import ExportedList, ExportState, Role
from models.base import Row
from models.fields import NullableTextField, key, one_of, word


class Export(Row):
    """A list that is written to a file, as the person sees it who has started it.

    `conditions` is the list's own filter as the API takes it. The file has `done` of `total` rows, and goes on after
    the one that the cursor `after` names. While `leased_until` has not passed, one worker alone writes it; `tries`
    counts those that have begun since its last piece.
    """

    id = key()
    role = word(Role)
    actor_id = fields.CharField(200)
    seller_id = fields.CharField(48, null=True)
    list = word(ExportedList)
    conditions: Field[dict[str, Json] | None] = JSONField(null=True)
    state = word(ExportState)
    done = fields.IntField(default=0, db_default=0)
    total = fields.IntField(null=True)
    after = NullableTextField()
    leased_until = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0, db_default=0)
    message = fields.CharField(500, null=True)
    created_at = fields.DatetimeField(db_default=Now())
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "export"
        ordering = ("-created_at", "-id")
        indexes = (
            Index(fields=("role", "actor_id", "created_at")),
            Index(fields=("created_at",)),
            PartialIndex(fields=("leased_until",), condition={"state": "RUNNING"}, name="export_due"),
        )
        constraints = (
            CheckConstraint(check=one_of("role", Role), name="export_role"),
            CheckConstraint(check=one_of("list", ExportedList), name="export_list"),
            CheckConstraint(check=one_of("state", ExportState), name="export_state"),
        )


class ExportPiece(Row):
    """Some rows of an export's file; `position` counts the rows before them."""

    id = fields.BigIntField(primary_key=True, generated=True)
    export: fields.ForeignKeyRelation[Export] = fields.ForeignKeyField(
        "models.Export", related_name=False, on_delete=fields.CASCADE
    )
    export_id: str
    position = fields.IntField()
    content = fields.BinaryField()

    class Meta:
        table = "export_piece"
        constraints = (UniqueConstraint(fields=("export_id", "position"), name="export_piece_once"),)
