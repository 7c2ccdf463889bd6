"""Figures of returns by day, and up to where the journal has been counted."""

from datetime import date

from tortoise import fields
from tortoise.fields import Field
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.figures import Figure
from models.fields import one_of, word
from models.people import Seller


class DailyFigure(Model):
    """How much of a figure one seller has on one day, in the days of `FigureCursor.zone`.

    `transaction` is CANCEL or REFUND, or empty if it is about neither. `key` divides the figure further
    (domain/figures.py); a product's `name` is the last of its names in the order of the alphabet.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    day: Field[date] = fields.DateField()
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", related_name=False, on_delete=fields.RESTRICT
    )
    seller_id: str
    figure: Field[Figure] = word(Figure)
    transaction = fields.CharField(6)
    key = fields.CharField(120)
    name = fields.CharField(300, null=True)
    amount = fields.BigIntField()

    class Meta:
        table = "daily_figure"
        indexes = (Index(fields=("figure", "day")),)
        constraints = (
            UniqueConstraint(fields=("seller_id", "figure", "day", "transaction", "key"), name="daily_figure_once"),
            CheckConstraint(check=one_of("figure", Figure), name="daily_figure_figure"),
            CheckConstraint(check="transaction in ('', 'CANCEL', 'REFUND')", name="daily_figure_transaction"),
        )


class FigureCursor(Model):
    """The one row that says up to which transaction the journal is counted, and in the days of which zone."""

    id = fields.IntField(primary_key=True, generated=False)
    xid: Field[int] = fields.BigIntField()
    zone = fields.CharField(64, null=True)

    class Meta:
        table = "figure_cursor"
