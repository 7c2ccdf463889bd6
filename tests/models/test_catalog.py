"""The models against the database's catalog: every column, key, index and constraint of a model exists there."""

import re

import pytest
from tortoise.connection import get_connection
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

import models

MODELS = [getattr(models, name) for name in models.__all__]


async def rows(sql: str, *args: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = await get_connection("default").execute_query_dict(sql, list(args))
    return found


async def indexes_of(table: str) -> list[str]:
    return [str(row["indexdef"]) for row in await rows("select indexdef from pg_indexes where tablename = $1", table)]


def columns_of(definition: str) -> list[str]:
    """The columns of an index, from its definition."""
    inside = re.search(r"using \w+ \(([^)]*)\)", definition, re.IGNORECASE)
    assert inside is not None, definition
    return [part.strip().strip('"') for part in inside[1].split(",")]


def words_of(check: str) -> set[str]:
    """The words in the text of a CHECK."""
    return set(re.findall(r"'(\w+)'", check))


@pytest.mark.parametrize("model", MODELS)
async def test_every_column_is_as_the_model_says(database: str, model: type[Model]) -> None:
    found = await rows(
        "select column_name, is_nullable from information_schema.columns"
        " where table_name = $1 and table_schema = 'public'",
        model._meta.db_table,
    )
    actual = {row["column_name"]: row["is_nullable"] == "YES" for row in found}
    fields = model._meta.fields_map
    promised = {name: fields[name].null for name in model._meta.fields_db_projection}
    assert actual == promised


@pytest.mark.parametrize("model", MODELS)
async def test_every_foreign_key_is_enforced(database: str, model: type[Model]) -> None:
    found = await rows(
        "select pg_get_constraintdef(oid) as text from pg_constraint where contype = 'f' and conrelid = $1::regclass",
        f'"{model._meta.db_table}"',
    )
    text = " ".join(str(row["text"]) for row in found)
    for name in model._meta.fk_fields | model._meta.o2o_fields:
        assert f"FOREIGN KEY ({name}_id) REFERENCES" in text, name


@pytest.mark.parametrize("model", MODELS)
async def test_every_constraint_of_a_model_exists_in_the_database(database: str, model: type[Model]) -> None:
    names = {
        row["conname"]
        for row in await rows(
            "select conname from pg_constraint where conrelid = $1::regclass", f'"{model._meta.db_table}"'
        )
    }
    indexes = " ".join(await indexes_of(model._meta.db_table))
    for constraint in getattr(model.Meta, "constraints", ()):
        assert isinstance(constraint, CheckConstraint | UniqueConstraint)
        assert constraint.name in names or f" {constraint.name} " in indexes, constraint


@pytest.mark.parametrize("model", MODELS)
async def test_every_index_of_a_model_exists_in_the_database(database: str, model: type[Model]) -> None:
    found = [columns_of(definition) for definition in await indexes_of(model._meta.db_table)]
    for index in model._meta.indexes:
        assert isinstance(index, Index)
        assert list(index.fields) in found, index.fields


async def test_at_most_one_policy_is_current(database: str) -> None:
    assert any("WHERE current" in text for text in await indexes_of("return_policy"))


async def test_an_order_item_is_in_at_most_one_open_request_at_the_end_of_a_statement(database: str) -> None:
    found = await rows(
        "select pg_get_constraintdef(oid) as text, condeferrable, condeferred from pg_constraint"
        " where conname = 'request_item_in_one_open_request' and convalidated"
    )
    excludes = "EXCLUDE USING btree (order_item_id WITH =) WHERE (open) DEFERRABLE"
    assert found == [{"text": excludes, "condeferrable": True, "condeferred": False}]


async def test_a_request_has_at_most_one_plan(database: str) -> None:
    unique = [columns_of(text) for text in await indexes_of("cancellation_plan") if "UNIQUE" in text]
    assert ["request_id"] in unique


@pytest.mark.parametrize("model", MODELS)
async def test_every_check_names_the_words_that_the_model_names(database: str, model: type[Model]) -> None:
    found = await rows(
        "select conname, pg_get_constraintdef(oid) as text from pg_constraint"
        " where contype = 'c' and conrelid = $1::regclass",
        f'"{model._meta.db_table}"',
    )
    texts = {row["conname"]: str(row["text"]) for row in found}
    for constraint in getattr(model.Meta, "constraints", ()):
        if isinstance(constraint, CheckConstraint):
            assert words_of(texts[constraint.name]) == words_of(str(constraint.check)), constraint.name
