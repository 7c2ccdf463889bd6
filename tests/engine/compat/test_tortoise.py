"""What `engine/compat/tortoise.py` reads of a model: each of these fails if the library changes."""

from collections.abc import AsyncIterator

import pytest
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.fields.relational import BackwardFKRelation, ForeignKeyFieldInstance
from tortoise.indexes import PartialIndex
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from engine.compat.tortoise import (
    columns_of,
    fields_of,
    full_indexes_of,
    keys_of,
    ordering_of,
    primary_key,
    schema_name,
    table_name,
)
from engine.reads.tables import table_of


class Shelf(Model):
    """A place for books."""

    code = fields.CharField(40, primary_key=True)

    class Meta:
        table = "shelf"
        schema = "library"


class Book(Model):
    """A book, with a column that is named otherwise than its field."""

    id = fields.IntField(primary_key=True)
    title = fields.TextField(source_field="the title")
    shelf: fields.ForeignKeyRelation[Shelf] = fields.ForeignKeyField("models.Shelf", related_name="books")

    class Meta:
        table = "book"
        ordering = ("-title", "shelf")
        indexes = (("title", "id"), PartialIndex(fields=("title",), condition={"id": 1}))


class Loan(Model):
    """A book that somebody has borrowed, with keys of each kind."""

    id = fields.IntField(primary_key=True)
    book: fields.ForeignKeyRelation[Book] = fields.ForeignKeyField("models.Book", related_name="loans")
    turn = fields.IntField()
    slip = fields.CharField(40, unique=True)
    place = fields.CharField(40, null=True, unique=True)
    reader = fields.CharField(40)

    class Meta:
        table = "loan"
        ordering = ("-turn", "reader")
        unique_together = (("reader", "turn"),)
        constraints = (
            UniqueConstraint(fields=("book_id", "turn"), name="loan_turn"),
            UniqueConstraint(fields=("reader",), name="loan_open", condition="turn = 0"),
        )


@pytest.fixture(autouse=True)
async def models() -> AsyncIterator[None]:
    """The two models, initialized without a database."""
    connection = {"engine": "tortoise.backends.asyncpg", "credentials": {"host": "nowhere", "port": 1}}
    app = {"models": [__name__], "default_connection": "default"}
    async with TortoiseContext() as context:
        await context.init(config={"connections": {"default": connection}, "apps": {"models": app}})
        yield


def test_a_table_is_known_by_its_name_and_schema() -> None:
    assert (schema_name(Shelf), table_name(Shelf)) == ("library", "shelf")
    assert (schema_name(Book), table_name(Book)) == (None, "book")


def test_a_primary_key_is_known_by_its_field() -> None:
    assert (primary_key(Shelf), primary_key(Book)) == ("code", "id")


def test_columns_are_known_by_their_fields_and_foreign_keys_by_their_ids() -> None:
    assert dict(columns_of(Book)) == {"id": "id", "title": "the title", "shelf_id": "shelf_id"}


def test_fields_are_relations_from_both_sides_too() -> None:
    assert isinstance(fields_of(Book)["shelf"], ForeignKeyFieldInstance)
    assert isinstance(fields_of(Shelf)["books"], BackwardFKRelation)


def test_the_order_of_a_model_names_its_columns_and_directions() -> None:
    assert ordering_of(Book) == [("title", True), ("shelf_id", False)]
    assert ordering_of(Shelf) == []


def test_indexes_are_known_unless_they_leave_rows_out() -> None:
    assert full_indexes_of(Book) == [("title", "id")]


def test_keys_are_known_unless_they_leave_rows_out_or_may_be_null() -> None:
    assert keys_of(Loan) == [("book_id", "turn"), ("reader", "turn"), ("id",), ("slip",)]
    assert keys_of(Shelf) == [("code",)]


def test_rows_of_one_parent_are_sorted_no_further_than_to_a_key() -> None:
    loans = table_of(Loan)
    assert loans.sorted_by(()) == (("turn", True), ("reader", False), ("id", False))
    assert loans.sorted_within('"book_id"') == (("turn", True),)
    assert loans.sorted_within('"place"') == (("turn", True), ("reader", False))
    assert table_of(Shelf).sorted_within('"code"') == (("code", False),)
