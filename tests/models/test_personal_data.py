"""The table of personal data against the database: no column of text is forgotten, and none is made up."""

import models
from domain.law import KeptGround
from models.fields import WordField
from services.privacy.erasing import Keeping
from services.privacy.table import ABOUT_NOBODY, HOLDINGS
from tests.models.test_catalog import rows

TEXTS = """
select table_name as table, column_name as name from information_schema.columns
where table_schema = 'public' and data_type in ('text', 'character varying', 'json', 'jsonb')
"""
OF_THE_ORM = "tortoise_migrations"
"""The table of the migrations that have run."""


def codes() -> set[tuple[str, str]]:
    """The columns that are words of the domain, ids of rows of ours, or lead to one: they name nobody."""
    found: set[tuple[str, str]] = set()
    for name in models.__all__:
        meta = getattr(models, name)._meta
        ids = {meta.pk_attr} if meta.pk_attr.endswith("id") else set()
        links = {f"{link}_id" for link in (*meta.fk_fields, *meta.o2o_fields)}
        of_events = {"subject_id", "seller_order_id", "seller_id", "customer_id"}
        words = {field for field, kind in meta.fields_map.items() if isinstance(kind, WordField)}
        found |= {(meta.db_table, column) for column in ids | links | words | of_events}
    return found


async def test_every_column_of_text_has_its_row_in_the_table_and_no_row_a_column_too_many(database: str) -> None:
    found = {(str(row["table"]), str(row["name"])) for row in await rows(TEXTS) if row["table"] != OF_THE_ORM}
    said = {
        (holding.table, column)
        for holding in (*HOLDINGS, *ABOUT_NOBODY)
        for column in (*holding.erased, *holding.impersonal)
    }
    kept = {holding.table for holding in (*HOLDINGS, *ABOUT_NOBODY) if not holding.deleted}
    assert {column for column in found - codes() - said if column[0] in kept} == set()
    assert {table for table, _ in found} - kept == {holding.table for holding in HOLDINGS if holding.deleted} - kept
    assert said - found == set()


async def test_a_column_is_erased_or_impersonal_in_one_row_only(database: str) -> None:
    for holding in (*HOLDINGS, *ABOUT_NOBODY):
        assert not set(holding.erased) & set(holding.impersonal), holding.table
        assert not (holding.deleted and holding.erased), holding.table
    tables = [holding.table for holding in HOLDINGS if holding.erased or holding.impersonal]
    assert len(tables) == len(set(tables))
    assert HOLDINGS[-1].table == "customer", "by whom all other rows are found"
    assert {table for table, _ in codes()} <= {holding.table for holding in (*HOLDINGS, *ABOUT_NOBODY)}


def test_each_ground_has_its_years() -> None:
    assert {ground: Keeping(8, 2).years(ground) for ground in KeptGround} == {KeptGround.TAX: 8, KeptGround.CLAIM: 2}
