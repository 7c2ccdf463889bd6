"""Versions of the terms by the API: written, compared, explained, simulated, published once, for the owner alone."""

import asyncio
from collections.abc import Iterator
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from domain.terms_table import FIELDS
from services import return_terms
from tests import terms
from tests.market import OWNER, Market, customer, seller
from tests.terms import codes
from tests.withdrawals import declared


async def test_a_draft_is_written_anew_and_published_once(market: Market) -> None:
    first = await terms.drafted(market, terms.GERMANY, note="For the new year")
    assert (first["status"], first["number"], first["basedOn"], first["note"]) == ("DRAFT", None, 0, "For the new year")
    again = await terms.drafted(market, terms.FRANCE, id=first["id"], expectedVersion=1)
    assert (again["id"], again["version"], again["note"]) == (first["id"], 2, None)
    assert [rule["name"] for rule in again["rules"]] == ["France"]
    payload = await market.do(OWNER, "publishTerms", "terms { number }", id=first["id"], idempotencyKey="once")
    assert payload["terms"] == {"number": 1}
    replayed = await market.do(OWNER, "publishTerms", "terms { number }", id=first["id"], idempotencyKey="once")
    assert (replayed["terms"], replayed["replayed"]) == ({"number": 1}, True)
    for refused in (
        await market.do(OWNER, "publishTerms", id=first["id"]),
        await market.do(OWNER, "draftTerms", id=first["id"], rules=[terms.GERMANY]),
        await market.do(OWNER, "discardTerms", id=first["id"]),
    ):
        assert codes(refused) == ["TERMS_PUBLISHED"]
    for change in ("update terms_version set note = 'other'", "delete from terms_version"):
        with pytest.raises(Exception, match="never changed"):
            await market.rows(change)


async def test_a_rule_counts_how_often_it_has_changed(market: Market) -> None:
    await terms.published(market, terms.GERMANY, terms.FRANCE)
    later = {**terms.GERMANY, "terms": {**terms.GERMANY["terms"], "shipByDays": 7}}
    version = await terms.published(market, terms.FRANCE, later)
    assert [(rule["name"], rule["revision"]) for rule in version["rules"]] == [("France", 1), ("Germany", 2)]
    text = """query D($id: ID!) { diffTerms(id: $id) { added { name } removed { name }
      changed { before { name } fields moved } } }"""
    draft = await terms.drafted(market, later, terms.HYGIENE)
    assert (await market.data(OWNER, text, id=draft["id"]))["diffTerms"] == {
        "added": [{"name": "Hygiene in France"}],
        "removed": [{"name": "France"}],
        "changed": [],
    }
    draft = await terms.drafted(market, terms.GERMANY, terms.FRANCE)
    assert (await market.data(OWNER, text, id=draft["id"]))["diffTerms"]["changed"] == [
        {"before": {"name": "Germany"}, "fields": ["terms.shipByDays"], "moved": True},
        {"before": {"name": "France"}, "fields": [], "moved": True},
    ]


async def test_rules_that_decide_on_nothing_are_found_when_they_are_written(market: Market) -> None:
    cheap = {"price": {"currency": "EUR", "to": "10.00"}}
    draft = await terms.drafted(
        market,
        terms.FRANCE,
        {**terms.HYGIENE},
        {"name": "Cheap", "matcher": cheap, "terms": {"trigger": "ON_RECEIPT"}},
        {
            "name": "Dear",
            "matcher": {"price": {"currency": "EUR", "from": "10.01"}},
            "terms": {"trigger": "ON_RECEIPT"},
        },
        {
            "name": "Some",
            "matcher": {"price": {"currency": "EUR", "from": "5", "to": "20"}},
            "terms": {"trigger": "ON_RECEIPT"},
        },
        {
            "name": "None",
            "matcher": {"price": {"currency": "EUR", "from": "2", "to": "1"}},
            "terms": {"trigger": "ON_RECEIPT"},
        },
    )
    assert draft["findings"] == [
        {"rule": "Hygiene in France", "fault": "SHADOWED", "by": ["France"]},
        {"rule": "Some", "fault": "UNREACHABLE", "by": ["Cheap", "Dear"]},
        {"rule": "None", "fault": "EMPTY", "by": []},
    ]
    assert draft["rules"][2]["matcher"]["price"] == {"currency": "EUR", "from": None, "to": {"amount": "10.00"}}


EXPLAIN = """query X($id: ID!, $terms: ID, $market: String) {
  explainTerms(orderId: $id, termsId: $terms, market: $market) { orderItem { sku }
  version rule
  returnTerms { rule version } passedOverCount passedOver { rule failed } } }"""


async def test_an_order_is_explained_item_by_item(market: Market) -> None:
    await terms.published(market, *terms.MARKETS)
    order = await terms.sold(market, "fr", shoe={}, razor={"tags": ["sealed"]})
    assert (await market.data(OWNER, EXPLAIN, id=order.id))["explainTerms"] == [
        {
            "orderItem": {"sku": "shoe"},
            "version": 1,
            "rule": "France",
            "returnTerms": {"rule": "France", "version": 1},
            "passedOverCount": 2,
            "passedOver": [
                {"rule": "Hygiene in France", "failed": ["tags"]},
                {"rule": "Germany", "failed": ["markets"]},
            ],
        },
        {
            "orderItem": {"sku": "razor"},
            "version": 1,
            "rule": "Hygiene in France",
            "returnTerms": {"rule": "Hygiene in France", "version": 1},
            "passedOverCount": 0,
            "passedOver": [],
        },
    ]
    draft = await terms.drafted(market, terms.GERMANY)
    found = (await market.data(OWNER, EXPLAIN, id=order.id, terms=draft["id"]))["explainTerms"]
    assert [(each["version"], each["rule"], each["passedOverCount"]) for each in found] == [(None, None, 1)] * 2
    elsewhere = (await market.data(OWNER, EXPLAIN, id=order.id, market=" de "))["explainTerms"]
    assert [each["rule"] for each in elsewhere] == ["Germany", "Germany"]
    assert (await market.data(OWNER, EXPLAIN, id="order_01"))["explainTerms"] is None


_WAITS = """select count(*) as n from pg_locks l join pg_database d on d.oid = l.database
where d.datname = current_database() and l.locktype = 'advisory' and not l.granted"""
SIMULATE = """query S($id: ID!, $latest: Int!) { simulateTerms(id: $id, latest: $latest) { lookedAt otherwise refused
  differences { request { id } orderItem { sku } refused before { rule } after { rule } } } }"""


async def test_a_draft_says_what_it_would_have_decided_otherwise(market: Market) -> None:
    await terms.published(market, terms.FRANCE, terms.GERMANY)
    order = await terms.sold(market, "fr", shoe={}, razor={"tags": ["sealed"]}, hat={})
    same, exempt = [(await terms.requested(market, order, sku))["requests"][0]["id"] for sku in ("shoe", "razor")]
    market.clock.pass_by(days=10)
    late = (await terms.requested(market, order, "hat"))["requests"][0]["id"]
    short = {**terms.FRANCE, "terms": {**terms.FRANCE["terms"], "windows": [{"days": 5}]}}
    unlike = {**terms.FRANCE["terms"], "cancellation": {"responseDays": 1}}  # which says nothing of returns
    draft = await terms.drafted(market, terms.HYGIENE, {**terms.FRANCE, "terms": unlike})
    found = (await market.data(OWNER, SIMULATE, id=draft["id"], latest=100))["simulateTerms"]
    assert (found["lookedAt"], found["otherwise"], found["refused"]) == (3, 1, 1)
    assert found["differences"] == [
        {
            "request": {"id": exempt},
            "orderItem": {"sku": "razor"},
            "refused": "EXEMPT",
            "before": {"rule": "France"},
            "after": {"rule": "Hygiene in France"},
        }
    ]
    draft = await terms.drafted(market, short)
    found = (await market.data(OWNER, SIMULATE, id=draft["id"], latest=2))["simulateTerms"]
    assert [(each["request"]["id"], each["refused"]) for each in found["differences"]] == [
        (late, "RETURN_WINDOW_CLOSED"),
        (exempt, None),
    ]
    assert (found["lookedAt"], found["otherwise"], found["refused"]) == (2, 2, 1)
    assert same not in {each["request"]["id"] for each in found["differences"]}


async def test_a_draft_is_asked_about_each_return_on_the_basis_that_it_has(market: Market) -> None:
    await terms.published(market, terms.FRANCE)
    wanted, faulty, withdrawn = [await terms.sold(market, "fr", shoe={}) for _ in range(3)]
    market.clock.pass_by(days=10)
    (voluntary,) = (await terms.requested(market, wanted, "shoe"))["requests"]
    await terms.requested(market, faulty, "shoe", basis="CONFORMITY")
    await declared(market, withdrawn)
    by_basis = {"name": "Others", "matcher": {"bases": ["CONFORMITY", "STATUTORY"]}, "terms": terms.FRANCE["terms"]}
    stricter = {"fees": [{"name": "Handling", "percent": 100}], "windows": [{"days": 5}]}
    for otherwise, rules in (
        (3, [{**terms.FRANCE, "terms": {**terms.FRANCE["terms"], **stricter}}]),
        (1, [by_basis, {**terms.FRANCE, "terms": {"trigger": "ON_CONFIRM", "exemption": "HYGIENE"}}]),
    ):
        draft = await terms.drafted(market, *rules)
        found = (await market.data(OWNER, SIMULATE, id=draft["id"], latest=3))["simulateTerms"]
        refused = [each["request"]["id"] for each in found["differences"] if each["refused"]]
        assert (found["lookedAt"], found["otherwise"], refused) == (3, otherwise, [voluntary["id"]])


async def test_versions_are_listed_by_pages(market: Market) -> None:
    await terms.published(market, terms.GERMANY)
    await terms.drafted(market, terms.FRANCE)
    await terms.published(market, terms.FRANCE)
    text = """query V($after: String, $status: [TermsStatus!]) { termsVersions(first: 2, after: $after,
      filter: { status: $status }, orderBy: CREATED_AT_ASC) {
      totalCount nodes { number status } pageInfo { endCursor hasNextPage } } }"""
    page = (await market.data(OWNER, text))["termsVersions"]
    assert [node["number"] for node in page["nodes"]] == [1, None]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    rest = (await market.data(OWNER, text, after=page["pageInfo"]["endCursor"]))["termsVersions"]
    assert [node["number"] for node in rest["nodes"]] == [2]
    drafts = (await market.data(OWNER, text, status=["DRAFT"]))["termsVersions"]
    assert drafts["nodes"] == [{"number": None, "status": "DRAFT"}]


async def test_only_the_owner_sees_versions(market: Market) -> None:
    version = await terms.published(market, terms.GERMANY)
    order = await terms.sold(market, "de", shoe={})
    node = "query N($id: ID!) { node(id: $id) { id } }"
    assert (await market.data(OWNER, node, id=version["id"]))["node"] == {"id": version["id"]}
    for actor in (customer(order.customer), seller(order, "north")):
        assert (await market.data(actor, node, id=version["id"]))["node"] is None
        for text, values in (
            ("{ terms { number } }", {}),
            ("{ termsVersions { totalCount } }", {}),
            ("query D($id: ID!) { diffTerms(id: $id) { added { name } } }", {"id": version["id"]}),
            (EXPLAIN, {"id": order.id}),
            (SIMULATE, {"id": version["id"], "latest": 1}),
        ):
            answer = await market.ask(actor, text, **values)
            assert answer["errors"], text
        assert codes(await market.do(actor, "draftTerms", rules=[terms.GERMANY])) == ["ROLE_NOT_ALLOWED"]
        for mutation in ("publishTerms", "discardTerms"):
            assert codes(await market.do(actor, mutation, id=version["id"])) == ["ROLE_NOT_ALLOWED"]


def wrong_rules() -> Iterator[tuple[dict[str, Any], str, str]]:
    """Rules of which one thing is wrong, with the code and the place of the refusal."""

    def matching(**matcher: Any) -> dict[str, Any]:
        return {"rules": [{"name": "One", "matcher": matcher, "terms": {"trigger": "ON_RECEIPT"}}]}

    def saying(**said: Any) -> dict[str, Any]:
        return {"rules": [{"name": "One", "terms": {"trigger": "ON_RECEIPT", **said}}]}

    yield {"rules": []}, "INVALID_INPUT", "rules"
    yield {"rules": [{**terms.GERMANY, "name": f"rule {n}"} for n in range(1001)]}, "INVALID_INPUT", "rules"
    yield {"rules": [{**terms.GERMANY, "name": " "}]}, "INVALID_INPUT", "rules.0.name"
    yield {"rules": [{**terms.GERMANY, "name": "x" * 101}]}, "INVALID_INPUT", "rules.0.name"
    yield {"rules": [terms.GERMANY, {**terms.FRANCE, "name": "Germany"}]}, "CONTRADICTORY_INPUT", "rules.1.name"
    other = {**terms.GERMANY, "name": "Other", "terms": {"trigger": "ON_SHIPMENT"}}
    yield {"rules": [terms.GERMANY, other]}, "CONTRADICTORY_INPUT", "rules.1.matcher"
    for name in ("markets", "sellerIds", "countries", "categories", "tags", "bases"):
        yield matching(**{name: []}), "INVALID_INPUT", f"rules.0.matcher.{name}"
    yield matching(tags=["sale", " "]), "INVALID_INPUT", "rules.0.matcher.tags.1"
    yield matching(markets=["x" * 201]), "INVALID_INPUT", "rules.0.matcher.markets.0"
    yield matching(countries=["Germany"]), "INVALID_INPUT", "rules.0.matcher.countries.0"
    yield matching(sellerIds=["seller_01"]), "NOT_FOUND", "rules.0.matcher.sellerIds"
    yield matching(price={"currency": "EUR"}), "INVALID_INPUT", "rules.0.matcher.price"
    yield matching(price={"currency": "XXX", "to": "1"}), "INVALID_INPUT", "rules.0.matcher.price.currency"
    yield matching(price={"currency": "EUR", "from": "-1"}), "INVALID_INPUT", "rules.0.matcher.price.from"
    yield matching(price={"currency": "EUR", "to": "1.005"}), "INVALID_INPUT", "rules.0.matcher.price.to"
    for name in ("shipByDays", "graceDays", "transitDays", "inspectionDays", "responseDays"):
        field = FIELDS[f"terms.{name}"]
        assert (field.least, field.most) in ((0, 365), (1, 365))
        for days in ((field.least or 0) - 1, 366):
            yield saying(**{name: days}), "INVALID_INPUT", f"rules.0.terms.{name}"
    yield saying(cancellation={}), "INVALID_INPUT", "rules.0.terms.cancellation"
    yield saying(cancellation={"responseDays": 0}), "INVALID_INPUT", "rules.0.terms.cancellation.responseDays"
    at = "rules.0.terms.workingDays"
    working: dict[str, Any] = {"country": "DE", "deadlines": ["SHIP_BY"]}
    yield saying(workingDays={**working, "deadlines": []}), "INVALID_INPUT", f"{at}.deadlines"
    for country in ("XX", "Germany", ""):
        yield saying(workingDays={**working, "country": country}), "INVALID_INPUT", f"{at}.country"
    for place in ({"subdivision": "XX"}, {"subdivision": ""}, {"country": "VA", "subdivision": "BE"}):
        yield saying(workingDays={**working, **place}), "INVALID_INPUT", f"{at}.subdivision"
    for deadline in ("WINDOW", "RESPONSE", "CANCELLATION"):
        without = {**working, "deadlines": ["SHIP_BY", deadline]}
        yield saying(workingDays=without), "CONTRADICTORY_INPUT", f"{at}.deadlines.1"
    only = {"cancellation": {"atDeadline": "REJECT"}, "workingDays": {**working, "deadlines": ["CANCELLATION"]}}
    yield saying(**only), "CONTRADICTORY_INPUT", f"{at}.deadlines.0"
    yield saying(windows=[]), "INVALID_INPUT", "rules.0.terms.windows"
    yield saying(windows=[{"days": -1}]), "INVALID_INPUT", "rules.0.terms.windows.0.days"
    yield saying(windows=[{"days": 3651}]), "INVALID_INPUT", "rules.0.terms.windows.0.days"
    yield saying(windows=[{"days": 1}, {"days": 2}]), "INVALID_INPUT", "rules.0.terms.windows.1.basis"
    yield saying(windows=[{"days": 1}], exemption="HYGIENE"), "CONTRADICTORY_INPUT", "rules.0.terms.exemption"
    yield {"id": "terms_01", "rules": [terms.GERMANY]}, "NOT_FOUND", "id"
    yield {"expectedVersion": 1, "rules": [terms.GERMANY]}, "NOT_FOUND", "id"


async def test_what_cannot_be_a_version_is_refused_and_changes_nothing(market: Market) -> None:
    draft = await terms.drafted(market, terms.GERMANY)
    other = await terms.drafted(market, terms.FRANCE)
    await market.do(OWNER, "publishTerms", id=other["id"])
    past, far = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 3700))
    fresh_one = await terms.drafted(market, terms.GERMANY)
    rows: list[tuple[str, dict[str, Any], str, str]] = [
        *(("draftTerms", given, code, at) for given, code, at in wrong_rules()),
        (
            "draftTerms",
            {"id": draft["id"], "expectedVersion": 7, "rules": [terms.FRANCE]},
            "STALE_VERSION",
            "expectedVersion",
        ),
        *((mutation, {"id": "terms_01"}, "NOT_FOUND", "id") for mutation in ("publishTerms", "discardTerms")),
        ("discardTerms", {"id": fresh_one["id"], "expectedVersion": 7}, "STALE_VERSION", "expectedVersion"),
        ("publishTerms", {"id": draft["id"]}, "STALE_VERSION", "id"),
        ("publishTerms", {"id": fresh_one["id"], "expectedVersion": 7}, "STALE_VERSION", "expectedVersion"),
        ("publishTerms", {"id": fresh_one["id"], "at": past.isoformat()}, "INVALID_INPUT", "at"),
        ("publishTerms", {"id": fresh_one["id"], "at": far.isoformat()}, "INVALID_INPUT", "at"),
    ]
    before, wrong = await market.fingerprint(), []
    for mutation, given, code, at in rows:
        payload = await market.do(OWNER, mutation, **given)
        found = [
            (blocker["code"], ".".join(error["field"][1:]))
            for error in payload["userErrors"]
            for blocker in error["blockers"]
        ]
        if (code, at) not in found:
            wrong.append((mutation, given, code, at, found))
    assert wrong == []
    assert await market.fingerprint() == before
    both = await market.ask(OWNER, '{ terms(id: "terms_01", version: 1) { id } }')
    assert "Give either" in both["errors"][0]["message"]
    many = await market.ask(OWNER, SIMULATE, id=draft["id"], latest=1001)
    assert "from 1 to 1000" in many["errors"][0]["message"]


async def test_a_draft_that_has_come_to_contradict_itself_is_not_published(market: Market) -> None:
    draft = await terms.drafted(market, terms.HYGIENE)
    windows = """update terms_version set rules = jsonb_set(rules, '{0,outcome,windows}', '{"VOLUNTARY": 3}')"""
    await market.rows(windows)
    payload = await market.do(OWNER, "publishTerms", id=draft["id"])
    assert codes(payload) == ["CONTRADICTORY_INPUT"]
    assert 'Rule "Hygiene in France": An item that is exempt' in payload["userErrors"][0]["message"]


async def test_of_two_drafts_of_one_version_one_is_published(market: Market) -> None:
    drafts = [await terms.drafted(market, rule) for rule in (terms.GERMANY, terms.FRANCE)]
    done = await asyncio.gather(*(market.do(OWNER, "publishTerms", id=draft["id"]) for draft in drafts))
    assert sorted(map(codes, done)) == [[], ["STALE_VERSION"]]
    assert await market.rows("select number from terms_version where number is not null") == [{"number": 1}]


async def test_a_draft_is_thrown_away_once(market: Market) -> None:
    gone = (await terms.drafted(market, terms.GERMANY))["id"]
    for replayed in (False, True):
        payload = await market.do(OWNER, "discardTerms", "discardedId", id=gone, idempotencyKey="once")
        assert (payload["discardedId"], payload["replayed"]) == (gone, replayed)
    assert codes(await market.do(OWNER, "discardTerms", id=gone)) == ["NOT_FOUND"]
    assert await market.rows("select id from terms_version") == []


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "control"])
async def test_a_draft_that_is_being_published_is_not_thrown_away(market: Market, locked: bool) -> None:
    """It is thrown away after it was read to be published; without the lock it is gone and yet published."""
    draft = (await terms.drafted(market, terms.GERMANY))["id"]
    discarding: list[asyncio.Task[Any]] = []
    in_force, outside = return_terms.rules_in_force, copy_context()  # not in the transaction of the publishing

    async def meanwhile(db: BaseDBAsyncClient, stand: return_terms.Stand) -> Any:
        discarding.append(asyncio.create_task(market.do(OWNER, "discardTerms", id=draft), context=outside))
        async with asyncio.timeout(20):
            while not discarding[0].done() and not (await market.rows(_WAITS))[0]["n"]:
                pass
        return await in_force(db, stand)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(return_terms, "rules_in_force", meanwhile)
        if not locked:
            patch.setattr(return_terms, "_LOCK", "select 1")
        published = await market.do(OWNER, "publishTerms", id=draft)
    discarded = await discarding[0]
    assert (codes(published), codes(discarded)) == ([], ["TERMS_PUBLISHED"] if locked else [])
    assert len(await market.rows("select id from terms_version")) == locked


async def test_without_lock_and_key_both_drafts_would_be_published(market: Market) -> None:
    """The control: the same race without what protects it."""
    drafts = [await terms.drafted(market, rule) for rule in (terms.GERMANY, terms.FRANCE)]
    (key,) = await market.rows(
        "select conname from pg_constraint where conrelid = 'terms_version'::regclass and contype = 'u'"
    )
    await market.rows(f"alter table terms_version drop constraint {key['conname']}")
    both_have_read, locked = asyncio.Barrier(2), return_terms.lock

    async def together(db: BaseDBAsyncClient) -> return_terms.Stand:
        stand = await locked(db)
        await both_have_read.wait()
        return stand

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(return_terms, "_LOCK", "select 1")
        patch.setattr(return_terms, "lock", together)
        done = await asyncio.gather(*(market.do(OWNER, "publishTerms", id=draft["id"]) for draft in drafts))
    assert list(map(codes, done)) == [[], []]
    assert await market.rows("select number from terms_version") == [{"number": 1}, {"number": 1}]
