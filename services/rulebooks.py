"""The rules of versions of the terms, read once by each process: a published version never changes."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from domain.returns import Json
from domain.rulebook import Rulebook
from domain.terms import TermsRule
from engine.lru import LRU
from engine.reads import fetch_row

REMEMBERED = 16
TERMS_IN_FORCE = """(select json_build_object('id', v.id, 'specific', v.specific) from terms_version v
    where v.status = 'PUBLISHED' and v.effective_at <= statement_timestamp()
    order by v.effective_at desc, v.number desc limit 1)"""
"""The version of the terms that is in force, by the database's clock; null before the first."""
_SQL = "select number, rules::text as rules from terms_version where id = $1 and status = 'PUBLISHED'"
_KNOWN: LRU[str, Rulebook] = LRU(REMEMBERED)


class InForce(TypedDict):
    """The version in force: its id, and whether its rules ask for more than the seller, or restrict requests."""

    id: str
    specific: bool


async def rulebook_of(db: BaseDBAsyncClient, id: str) -> Rulebook:
    """The rules of a published version."""
    found = _KNOWN.get(id)
    if found is None:
        row = await fetch_row(db, _SQL, [id])
        found = Rulebook(rules_in(orjson.loads(row["rules"])), row["number"])
        _KNOWN.remember(id, found)
    return found


async def rulebook_in_force(db: BaseDBAsyncClient) -> Rulebook | None:
    """The rules of the version that is in force now; None before the first."""
    terms: str | None = (await fetch_row(db, f"select {TERMS_IN_FORCE}->>'id' as id", []))["id"]
    return await rulebook_of(db, terms) if terms else None


def rules_in(stored: Sequence[Json]) -> list[TermsRule]:
    """Rules as a row of `terms_version` has them."""
    return [TermsRule.of_json(rule) for rule in stored if isinstance(rule, Mapping)]
