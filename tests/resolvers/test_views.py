"""Saved views: for a person, for all of a seat, once for a key, and refused with what is wrong."""

import asyncio
from typing import Any

from domain.facts import Actor
from domain.words import Role
from services.views import MOST
from tests.databases import connected
from tests.market import OWNER, Market, customer

OLAF = Actor(Role.OWNER, "olaf")
VIEW = "view { id list name query shared mine version }"
LISTED = "query V($list: ViewedList!) { savedViews(list: $list) { id name mine version } }"
WAITING = {"list": "REQUESTS", "name": "Due today", "query": "status=WAITING&order=DUE_AT_ASC&text=%C3%B6+l"}


def people(*sellers: str) -> tuple[Actor, Actor, Actor]:
    """Two people of one seller, and one of another."""
    return (
        Actor(Role.SELLER, "nora", sellers[0]),
        Actor(Role.SELLER, "nils", sellers[0]),
        Actor(Role.SELLER, "nora", sellers[1]),
    )


async def saved(market: Market, actor: Actor, **given: Any) -> dict[str, Any]:
    """A view that was saved or changed."""
    payload = await market.do(actor, "saveView", VIEW, **WAITING | given)
    assert payload["userErrors"] == [], payload
    return dict(payload["view"])


async def names(market: Market, actor: Actor, list: str = "REQUESTS") -> list[tuple[str, bool]]:
    """What somebody is shown of a list's views."""
    return [(view["name"], view["mine"]) for view in (await market.data(actor, LISTED, list=list))["savedViews"]]


async def test_a_view_is_its_persons_or_all_of_its_seats_and_nobody_elses(market: Market) -> None:
    order, other = await market.order(), await market.order()
    (stranger,) = await market.rows("insert into seller (id, handle, name) values ('seller_x', 'x', 'X') returning id")
    nora, nils, foreign = people(order.sellers["north"], stranger["id"])
    own = await saved(market, nora)
    assert own == {**WAITING, "id": own["id"], "shared": False, "mine": True, "version": 1}
    shared = await saved(market, nora, name="A late one", shared=True)
    await saved(market, OWNER, name="Of the owner")
    await saved(market, OWNER, name="For all owners", shared=True)
    assert await names(market, nora) == [("A late one", True), ("Due today", True)]
    assert await names(market, nora, "ORDERS") == []
    assert await names(market, nils) == [("A late one", False)]
    assert await names(market, foreign) == []
    assert await names(market, OWNER) == [("For all owners", True), ("Of the owner", True)]
    assert await names(market, OLAF) == [("For all owners", False)]
    for actor in (customer("ada"), Actor(Role.CUSTOMER, "access_1", order_id=other.id)):
        (error,) = (await market.ask(actor, LISTED, list="REQUESTS"))["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
    node = await market.data(OWNER, "query N($id: ID!) { node(id: $id) { id } }", id=shared["id"])
    assert node == {"node": None}

    changed = await saved(market, nils, id=shared["id"], name="Late", list="ORDERS", query="")
    assert (changed["shared"], changed["mine"], changed["version"]) == (True, False, 2)
    assert await names(market, nora, "ORDERS") == [("Late", True)]
    assert (await saved(market, nora, id=shared["id"], shared=False))["shared"] is False
    assert await names(market, nils) == await names(market, nils, "ORDERS") == []
    for view, actor in ((own, nora), (shared, nora)):
        gone = await market.do(actor, "deleteView", "deletedId", id=view["id"])
        assert (gone["deletedId"], gone["userErrors"]) == (view["id"], [])
    assert await names(market, nora) == []


async def test_what_is_wrong_with_a_view_is_named_and_changes_nothing(market: Market) -> None:
    order = await market.order()
    nora, nils, foreign = people(order.sellers["north"], "seller_none")
    own = await saved(market, nora)
    shared = await saved(market, nora, shared=True)
    rows: list[tuple[Actor, str, dict[str, Any], str, list[str]]] = [
        (nora, "saveView", WAITING | {"name": " "}, "INVALID_INPUT", ["name"]),
        (nora, "saveView", WAITING | {"name": "x" * 81}, "INVALID_INPUT", ["name"]),
        (nora, "saveView", WAITING | {"name": "two\nlines"}, "INVALID_INPUT", ["name"]),
        (nora, "saveView", WAITING | {"query": "q=" + "x" * 1999}, "INVALID_INPUT", ["query"]),
        *(
            (nora, "saveView", WAITING | {"query": query}, "INVALID_INPUT", ["query"])
            for query in ("status", "=x", "a=b&", "a=b&&c=d", "a=b c", "a=ö", "a=b#c", "javascript:alert(1)", 'a="')
        ),
        (nora, "saveView", WAITING | {"idempotencyKey": ""}, "INVALID_INPUT", ["idempotencyKey"]),
        (nora, "saveView", WAITING | {"id": "view_none"}, "NOT_FOUND", ["id"]),
        (nora, "saveView", WAITING | {"id": own["id"], "expectedVersion": 7}, "STALE_VERSION", ["expectedVersion"]),
        (nils, "saveView", WAITING | {"id": own["id"]}, "NOT_FOUND", ["id"]),
        (nils, "saveView", WAITING | {"id": shared["id"], "shared": False}, "INVALID_INPUT", ["shared"]),
        (foreign, "saveView", WAITING | {"id": shared["id"]}, "NOT_FOUND", ["id"]),
        (OWNER, "saveView", WAITING | {"id": shared["id"]}, "NOT_FOUND", ["id"]),
        (customer("ada"), "saveView", WAITING, "ROLE_NOT_ALLOWED", []),
        (nora, "deleteView", {"id": "view_none"}, "NOT_FOUND", ["id"]),
        (nora, "deleteView", {"id": own["id"], "expectedVersion": 7}, "STALE_VERSION", ["expectedVersion"]),
        (nils, "deleteView", {"id": own["id"]}, "NOT_FOUND", ["id"]),
        (foreign, "deleteView", {"id": shared["id"]}, "NOT_FOUND", ["id"]),
        (OWNER, "deleteView", {"id": own["id"]}, "NOT_FOUND", ["id"]),
        (customer("ada"), "deleteView", {"id": own["id"]}, "ROLE_NOT_ALLOWED", []),
    ]
    before = await market.fingerprint()
    for actor, mutation, given, code, at in rows:
        payload = await market.do(actor, mutation, **given)
        found = [(error["code"], error["field"]) for error in payload["userErrors"]]
        assert found == [(code, ["input", *at])], (mutation, given, payload)
    assert await market.fingerprint() == before


async def test_a_view_is_saved_once_for_its_key_and_deleted_once(market: Market) -> None:
    first, again = [await market.do(OWNER, "saveView", f"{VIEW} replayed", **WAITING, idempotencyKey="k") for _ in "ab"]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["view"] == again["view"]
    deleting = [market.do(OWNER, "deleteView", "deletedId", id=first["view"]["id"]) for _ in "ab"]
    outcomes = [payload["deletedId"] for payload in await asyncio.gather(*deleting)]
    assert sorted(outcomes, key=str) == sorted([None, first["view"]["id"]], key=str)
    assert await market.rows("select id from saved_view") == []


_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


async def test_a_person_has_so_many_views_and_no_more_however_many_are_saved_at_once(market: Market) -> None:
    await market.rows(
        "insert into saved_view (id, person, list, name, query, shared, created_at, updated_at, version)"
        " select 'view_' || n, 'olga', 'ORDERS', n, '', true, now(), now(), 1 from generate_series(2, $1::int) n",
        MOST,
    )
    async with connected(market.url) as other, connected(market.url) as watching:
        async with other.transaction():
            await other.execute("lock table saved_view in share mode")  # all may count, and nobody may save
            saving = [asyncio.create_task(market.do(OWNER, "saveView", VIEW, **WAITING)) for _ in range(2)]
            while await watching.fetchval(_WAITING) < len(saving):
                pass
        payloads = await asyncio.gather(*saving)
    assert len([payload for payload in payloads if payload["view"]]) == 1
    refused = [payload["userErrors"][0] for payload in payloads if payload["userErrors"]]
    assert {error["code"] for error in refused} == {"INVALID_INPUT"}
    assert f"You have {MOST} views" in refused[0]["message"]
    assert (await saved(market, OLAF))["mine"]


async def test_views_with_the_address_of_an_erased_person_are_gone(market: Market) -> None:
    await market.order(person={"email": "Ada@example.org"})
    await saved(market, OWNER, name="Ada", query="search=ada%40Example.org&status=WAITING")
    await saved(market, OWNER, name="Eve", query="search=eve%40example.org")
    await market.rows("update package set status = 'CANCELED'")
    (person,) = await market.rows("select id from customer")
    payload = await market.do(OWNER, "erasePerson", customerId=person["id"])
    assert payload["userErrors"] == [], payload
    assert await names(market, OWNER) == [("Eve", True)]
