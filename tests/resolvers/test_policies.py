"""Versions of the return policy: published, refused, in force from their moment on, and accepted by customers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.connection import get_connection

from domain.facts import Actor
from domain.words import Role
from resolvers import reference
from resolvers.reference import Reference
from tests.databases import fresh
from tests.market import OWNER, POLICY, Market, customer, opened
from tests.resolvers.test_reasons import codes

SHOWN = """returnPolicy { id version windowDays responseDays refundDays publishedAt effectiveAt text
  texts { locale text } }"""
TEXTS = [{"locale": "en", "text": "Thirty days."}, {"locale": "de-at", "text": " Dreißig Tage. "}]
NEW: dict[str, Any] = {"version": "2026-02", "texts": TEXTS}
ADA = customer("ada")
_COME = """
alter table return_policy disable trigger published_policy;
update return_policy set effective_at = now() where effective_at > now();
alter table return_policy enable trigger published_policy
"""


@pytest.fixture(scope="module")
async def bazaar(administration: Any, cluster: Any, template: str) -> AsyncIterator[Market]:
    """One market for all that is refused."""
    async with fresh(administration, cluster, template) as url, opened(url) as one:
        yield one


async def publish(market: Market, actor: Actor = OWNER, **values: Any) -> dict[str, Any]:
    return dict(await market.do(actor, "publishReturnPolicy", SHOWN, **values))


async def in_force(market: Market) -> str:
    return str((await market.data(None, "{ returnPolicy { version } }"))["returnPolicy"]["version"])


async def come(market: Market) -> None:
    """Let the moment of every version have come, the same one for all."""
    await get_connection("default").execute_script(f"begin; {_COME}; commit")
    market.one.reference.expire()


async def ask(market: Market, version: str) -> dict[str, Any]:
    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    shows = 'requests { acceptedPolicy { version text } } returnPolicy { version text(locale: "de-AT") }'
    given = {"orderId": order.id, "items": [item], "policyVersion": version}
    return dict(await market.do(ADA, "requestReturn", shows, **given))


async def test_a_version_is_published_shown_at_once_and_accepted(market: Market) -> None:
    old = await ask(market, POLICY)
    payload = await publish(market, **NEW, windowDays=30)
    assert payload["userErrors"] == []
    policy = payload["returnPolicy"]
    assert policy["texts"] == [{"locale": "en", "text": "Thirty days."}, {"locale": "de-AT", "text": "Dreißig Tage."}]
    assert (policy["windowDays"], policy["responseDays"], policy["refundDays"]) == (30, 3, 5)
    assert policy["effectiveAt"] == policy["publishedAt"]
    assert await in_force(market) == "2026-02"
    new = await ask(market, "2026-02")
    accepted = [asked["requests"][0]["acceptedPolicy"] for asked in (old, new)]
    assert accepted == [
        {"version": POLICY, "text": "Fourteen days."},
        {"version": "2026-02", "text": "Thirty days."},
    ]
    listed = (await market.data(OWNER, "{ returnPolicies { version } }"))["returnPolicies"]
    assert [one["version"] for one in listed] == ["2026-02", POLICY, "2025-01"]
    assert await market.rows("select version from return_policy where current") == [{"version": "2026-02"}]


async def test_a_delivery_starts_the_window_of_the_version_in_force(market: Market) -> None:
    await publish(market, **NEW, windowDays=40)
    order = await market.order()
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    text = "query Q($id: ID!) { order(id: $id) { sellerOrders { packages { returnUntil } } } }"
    ((package,),) = [part["packages"] for part in (await market.data(ADA, text, id=order.id))["order"]["sellerOrders"]]
    until = datetime.fromisoformat(package["returnUntil"])
    assert (until - market.clock()).days == 40


async def test_what_was_published_between_preview_and_act_is_refused_with_the_new_version(market: Market) -> None:
    order = await market.order()
    item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
    asked = {"orderId": order.id, "items": [item], "policyVersion": POLICY}
    preview = "query P($i: RequestReturnInput!) { previewReturn(input: $i) { userErrors { code } } }"
    assert (await market.data(ADA, preview, i=asked))["previewReturn"]["userErrors"] == []
    await publish(market, **NEW)
    payload = await market.do(ADA, "requestReturn", 'returnPolicy { version text(locale: "de-AT") }', **asked)
    assert codes(payload) == {"input.policyVersion": "POLICY_OUTDATED"}
    assert payload["returnPolicy"] == {"version": "2026-02", "text": "Dreißig Tage."}
    again = await market.do(ADA, "requestReturn", "returnPolicy { version }", **asked | {"policyVersion": "2026-02"})
    assert (codes(again), again["returnPolicy"]) == ({}, None)


async def test_a_version_waits_for_its_moment_and_can_be_replaced_before(market: Market) -> None:
    moment = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    first = await publish(market, **NEW, effectiveAt=moment)
    second = await publish(market, **NEW | {"version": "2026-03"}, effectiveAt=moment, replaces="2026-02")
    assert (codes(first), codes(second)) == ({}, {})
    assert await in_force(market) == POLICY
    assert (await ask(market, POLICY))["userErrors"] == []
    assert codes(await ask(market, "2026-03")) == {"input.policyVersion": "POLICY_OUTDATED"}
    await come(market)
    assert await in_force(market) == "2026-03"
    assert (await ask(market, "2026-03"))["userErrors"] == []


async def test_another_process_shows_a_version_within_seconds(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Reference()
    await other.fresh()
    await publish(market, **NEW)
    assert other.policy is not None
    assert other.policy["version"] == POLICY
    assert codes(await ask(market, POLICY)) == {"input.policyVersion": "POLICY_OUTDATED"}
    monkeypatch.setattr(reference, "FRESH", 0.0)
    policy = (await other.fresh()).policy
    assert policy is not None
    assert policy["version"] == "2026-02"


async def test_a_process_that_refuses_the_version_it_shows_reads_again(market: Market) -> None:
    shown = market.one.reference
    await shown.fresh()
    before = shown.policy
    await publish(market, **NEW)
    await shown.fresh()
    shown.policy = before  # as a process shows it that has not published
    assert await in_force(market) == POLICY
    await ask(market, POLICY)
    assert await in_force(market) == "2026-02"


async def test_the_database_lets_nothing_of_a_version_change(market: Market) -> None:
    for change in ("texts = '{}'", "version = 'x'", "window_days = 1", "effective_at = now()", "published_at = now()"):
        with pytest.raises(Exception, match="is published: publish another version"):
            await market.rows(f"update return_policy set {change} where current")
    assert await market.rows("update return_policy set current = current returning 1 as one") == [{"one": 1}] * 2


async def test_of_eight_that_publish_a_version_at_once_one_does(market: Market) -> None:
    payloads = await asyncio.gather(*(publish(market, **NEW, windowDays=n) for n in range(8)))
    assert sorted(tuple(codes(payload).values()) for payload in payloads) == [(), *[("POLICY_EXISTS",)] * 7]


async def test_of_eight_that_replace_the_same_version_one_does(market: Market) -> None:
    versions = [publish(market, **NEW | {"version": f"next-{n}"}, replaces=POLICY) for n in range(8)]
    payloads = await asyncio.gather(*versions)
    assert sorted(tuple(codes(payload).values()) for payload in payloads) == [(), *[("STALE_VERSION",)] * 7]
    unconcerned = await asyncio.gather(*(publish(market, **NEW | {"version": f"free-{n}"}) for n in range(4)))
    assert [codes(payload) for payload in unconcerned] == [{}] * 4  # the control: nobody says what is replaced
    assert len(await market.rows("select 1 from return_policy where current")) == 1


async def test_the_same_key_publishes_once_and_not_with_another_input(market: Market) -> None:
    first, again = [await publish(market, **NEW, idempotencyKey="k") for _ in range(2)]
    assert (first["replayed"], again["replayed"], first["returnPolicy"]) == (False, True, again["returnPolicy"])
    other = await publish(market, **NEW, windowDays=3, idempotencyKey="k")
    assert codes(other) == {"input.idempotencyKey": "IDEMPOTENCY_KEY_REUSED"}


CASES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    *[(f"the name {name!r}", {"version": name}, {"input.version": "INVALID_INPUT"})
      for name in ("", " ", "x" * 33, "a\u200bb", "\u3164")],
    ("a name that is taken", {"version": f" {POLICY} "}, {"input.version": "POLICY_EXISTS"}),
    ("no text", {"texts": []}, {"input.texts": "INVALID_INPUT"}),
    ("too many texts", {"texts": [{"locale": f"x{a}{b}", "text": "x"} for a in "abcdefgh" for b in "abcdefg"]},
     {"input.texts": "INVALID_INPUT"}),
    ("a blank text", {"texts": [{"locale": "en", "text": "\u3164 "}]}, {"input.texts.0.text": "INVALID_INPUT"}),
    ("a text that is too long", {"texts": [{"locale": "en", "text": "x" * 20_001}]},
     {"input.texts.0.text": "INVALID_INPUT"}),
    ("a NUL in a text", {"texts": [{"locale": "en", "text": "a\0b"}]}, {"input.texts.0.text": "INVALID_INPUT"}),
    ("a language twice", {"texts": [*TEXTS, {"locale": "DE-AT", "text": "x"}]},
     {"input.texts.2.locale": "INVALID_INPUT"}),
    ("no language", {"texts": [{"locale": "de_AT", "text": "x"}]}, {"input.texts.0.locale": "INVALID_INPUT"}),
    *[(f"{days} of {name}", {name: days}, {f"input.{name}": "INVALID_INPUT"})
      for name in ("windowDays", "responseDays", "refundDays") for days in (-1, 3651)],
    ("a moment that is past", {"effectiveAt": "2026-01-01T00:00:00Z"}, {"input.effectiveAt": "INVALID_INPUT"}),
    ("a version that is not the last", {"replaces": "2025-01"}, {"input.replaces": "STALE_VERSION"}),
    ("all at once", {"version": "", "texts": [], "windowDays": -1, "effectiveAt": "2026-01-01T00:00:00Z"},
     dict.fromkeys(("input.version", "input.texts", "input.windowDays", "input.effectiveAt"), "INVALID_INPUT")),
    ("an empty key", {"idempotencyKey": ""}, {"input.idempotencyKey": "INVALID_INPUT"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
async def test_a_refused_version_changes_nothing(
    bazaar: Market, values: dict[str, Any], expected: dict[str, str]
) -> None:
    before = await bazaar.fingerprint()
    payload = await publish(bazaar, **NEW | values)
    assert (codes(payload), payload["returnPolicy"]) == (expected, None)
    assert all(error["message"].endswith(".") for error in payload["userErrors"])
    assert await bazaar.fingerprint() == before


async def test_only_the_owner_publishes_and_lists(bazaar: Market) -> None:
    before = await bazaar.fingerprint()
    for role in (Role.CUSTOMER, Role.SELLER):
        actor = Actor(role, "x", "seller_00000000000000000000000000")
        payload = await publish(bazaar, actor, **NEW)
        assert codes(payload) == {"input": "ROLE_NOT_ALLOWED"}
        assert payload["userErrors"][0]["message"] == "Your role may not do this: only the owner may."
        for field in (
            "returnPolicies { id }",
            "allReasons { id }",
            "sellers { totalCount }",
            "ownerEvents { totalCount }",
        ):
            answer = await bazaar.ask(actor, f"{{ {field} }}")
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    text = "mutation M($i: PublishReturnPolicyInput!) { publishReturnPolicy(input: $i) { replayed } }"
    assert (await bazaar.ask(None, text, i=NEW))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await bazaar.fingerprint() == before
