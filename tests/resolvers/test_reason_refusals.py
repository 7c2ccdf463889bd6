"""What is refused of `upsertReason`: each with its code at its input, and nothing changes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.facts import Actor
from domain.words import Role
from tests.databases import fresh
from tests.market import Market, opened
from tests.resolvers.test_reasons import CHANGED_MIND, NEW, codes, upsert


@pytest.fixture(scope="module")
async def bazaar(administration: Any, cluster: Any, template: str) -> AsyncIterator[Market]:
    """One market for all that is refused."""
    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


LANGUAGES = [{"locale": "en", "label": "x"}]
CASES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("no transaction", {"handle": "gift", "labels": LANGUAGES}, {"input.transaction": "INVALID_INPUT"}),
    ("no labels", {"handle": "gift", "transaction": "CANCEL"}, {"input.labels": "INVALID_INPUT"}),
    ("an empty list of labels", {**CHANGED_MIND, "labels": []}, {"input.labels": "INVALID_INPUT"}),
    ("too many labels", {**CHANGED_MIND, "labels": [{"locale": f"x{a}{b}", "label": "x"} for a in "abcdefgh"
     for b in "abcdefg"]}, {"input.labels": "INVALID_INPUT"}),
    ("a blank label", {**CHANGED_MIND, "labels": [{"locale": "en", "label": "\u3164 "}]},
     {"input.labels.0.label": "INVALID_INPUT"}),
    ("a label that is too long", {**CHANGED_MIND, "labels": [{"locale": "en", "label": "x" * 201}]},
     {"input.labels.0.label": "INVALID_INPUT"}),
    ("a NUL in a label", {**CHANGED_MIND, "labels": [{"locale": "en", "label": "a\0b"}]},
     {"input.labels.0.label": "INVALID_INPUT"}),
    ("a language twice", {**CHANGED_MIND, "labels": [{"locale": "de-AT", "label": "x"}, {"locale": "DE-at", "label":
     "y"}]}, {"input.labels.1.locale": "INVALID_INPUT"}),
    *[(f"the locale {name!r}", {**CHANGED_MIND, "labels": [{"locale": name, "label": "x"}]},
       {"input.labels.0.locale": "INVALID_INPUT"})
      for name in ("", "e", "de_AT", "de-", "-de", "de-deutschland", "de-a", "dſ", "de-AT-\u212a1234", "d" * 36)],
    ("no audience", {**CHANGED_MIND, "audiences": []}, {"input.audiences": "INVALID_INPUT"}),
    ("a return's reason for sellers", {"handle": "damaged", "audiences": ["SELLER"]},
     {"input.audiences": "CONTRADICTORY_INPUT"}),
    ("a seller's reason that becomes one for returns", {"handle": "sold_out", "transaction": "REFUND"},
     {"input.audiences": "CONTRADICTORY_INPUT"}),
    ("a negative position", {**CHANGED_MIND, "position": -1}, {"input.position": "INVALID_INPUT"}),
    ("a position that is too large", {**CHANGED_MIND, "position": 10_001}, {"input.position": "INVALID_INPUT"}),
    *[(f"the handle {handle!r}", NEW | {"handle": handle}, {"input.handle": "INVALID_INPUT"})
      for handle in ("", " ", "A gift", "gift-", "Gift", "geschénk", "x" * 65)],
    ("a stale version", {**CHANGED_MIND, "active": False, "expectedVersion": 2},
     {"input.expectedVersion": "STALE_VERSION"}),
    ("a version of nothing", NEW | {"expectedVersion": 1}, {"input.handle": "NOT_FOUND"}),
    ("an empty key", NEW | {"idempotencyKey": ""}, {"input.idempotencyKey": "INVALID_INPUT"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
async def test_a_refused_reason_changes_nothing(
    bazaar: Market, values: dict[str, Any], expected: dict[str, str]
) -> None:
    before = await bazaar.fingerprint()
    payload = await upsert(bazaar, **values)
    assert (codes(payload), payload["reason"]) == (expected, None)
    assert all(error["message"].endswith(".") for error in payload["userErrors"])
    assert await bazaar.fingerprint() == before


async def test_only_the_owner_may(bazaar: Market) -> None:
    before = await bazaar.fingerprint()
    for role in (Role.CUSTOMER, Role.SELLER):
        payload = await upsert(bazaar, Actor(role, "x", "seller_00000000000000000000000000"), **NEW)
        assert codes(payload) == {"input": "ROLE_NOT_ALLOWED"}
    text = "mutation M($i: UpsertReasonInput!) { upsertReason(input: $i) { replayed } }"
    assert (await bazaar.ask(None, text, i=NEW))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await bazaar.fingerprint() == before
