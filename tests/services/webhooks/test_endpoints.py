"""Endpoints are made, changed and removed once for one idempotency key, however often and by any owner."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.facts import Actor
from domain.words import Role
from tests.market import OWNER, Market, opened

URL = "http://127.0.0.1:9/hook"
SHOWS = "replayed userErrors { code field }"
TEXTS = {
    "create": f"""mutation M($input: CreateWebhookEndpointInput!) {{ createWebhookEndpoint(input: $input) {{
      {SHOWS} secret endpoint {{ id url }} }} }}""",
    "update": f"""mutation M($input: UpdateWebhookEndpointInput!) {{ updateWebhookEndpoint(input: $input) {{
      {SHOWS} secret endpoint {{ id url }} }} }}""",
    "rotate": f"""mutation M($input: WebhookEndpointInput!) {{ rotateWebhookSecret(input: $input) {{
      {SHOWS} secret endpoint {{ id url }} }} }}""",
    "delete": f"""mutation M($input: WebhookEndpointInput!) {{ deleteWebhookEndpoint(input: $input) {{
      {SHOWS} deletedId }} }}""",
    "replay": f"""mutation M($input: ReplayWebhookDeliveriesInput!) {{ replayWebhookDeliveries(input: $input) {{
      {SHOWS} count }} }}""",
}


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    async with opened(database_url, webhook_private=True) as market:
        yield market


async def do(market: Market, what: str, *, who: Actor = OWNER, **values: Any) -> dict[str, Any]:
    (payload,) = (await market.data(who, TEXTS[what], input=values)).values()
    return dict(payload)


async def test_a_repeated_create_with_the_same_key_returns_the_first_endpoint_and_its_secret(market: Market) -> None:
    first = await do(market, "create", url=URL, actions=["CREATE_ORDER"], idempotencyKey="k")
    assert (first["replayed"], first["userErrors"]) == (False, [])
    assert first["secret"].startswith("whsec_")
    again = await do(market, "create", url=URL, actions=["CREATE_ORDER"], idempotencyKey="k")
    assert again == first | {"replayed": True}
    (kept,) = await market.rows("select row_to_json(i)::text as text from idempotency_record i")
    assert first["secret"] not in kept["text"]


async def test_concurrent_creates_with_one_key_create_one_endpoint(market: Market) -> None:
    made = await asyncio.gather(*(do(market, "create", url=URL, idempotencyKey="k") for _ in range(8)))
    assert sorted(one["replayed"] for one in made) == [False] + [True] * 7
    assert len({(one["endpoint"]["id"], one["secret"]) for one in made}) == 1
    assert await market.rows("select count(*) as n from webhook_endpoint") == [{"n": 1}]


async def test_without_a_key_only_one_of_concurrent_creates_succeeds(market: Market) -> None:
    made = await asyncio.gather(*(do(market, "create", url=URL) for _ in range(4)))
    codes = sorted(error["code"] for one in made for error in one["userErrors"])
    assert codes == ["ENDPOINT_EXISTS"] * 3


async def test_a_key_with_another_input_is_refused_and_keys_belong_to_their_owner(market: Market) -> None:
    await do(market, "create", url=URL, idempotencyKey="k")
    other = await do(market, "create", url=URL + "2", idempotencyKey="k")
    assert other["userErrors"] == [{"code": "IDEMPOTENCY_KEY_REUSED", "field": ["input", "idempotencyKey"]}]
    theirs = await do(market, "create", who=Actor(Role.OWNER, "otto"), url=URL + "2", idempotencyKey="k")
    assert (theirs["userErrors"], theirs["replayed"]) == ([], False)


async def test_a_refused_command_is_not_remembered(market: Market) -> None:
    refused = await do(market, "create", url="ftp://example.com/", idempotencyKey="k")
    assert [one["code"] for one in refused["userErrors"]] == ["ADDRESS_NOT_ALLOWED"]
    made = await do(market, "create", url=URL, idempotencyKey="k")
    assert (made["userErrors"], made["replayed"]) == ([], False)


INSIDE = ("localhost", "0x7f000001", "127.1", "0", "[::ffff:7f00:1]", "127.0.0.1.", "me@example.com")


async def test_an_address_inside_is_refused_when_an_endpoint_is_created_or_changed(database_url: str) -> None:
    async with opened(database_url) as market:
        made = await do(market, "create", url="https://example.com/hook")
        before = await market.fingerprint()
        for host in INSIDE:
            created = await do(market, "create", url=f"https://{host}/hook")
            changed = await do(market, "update", endpointId=made["endpoint"]["id"], url=f"https://{host}/hook")
            for refused in (created, changed):
                (error,) = refused["userErrors"]
                assert error == {"code": "ADDRESS_NOT_ALLOWED", "field": ["input", "url"]}, host
        assert await market.fingerprint() == before


async def test_a_secret_is_rotated_once_for_one_key_and_shown_as_long_as_it_signs(market: Market) -> None:
    made = await do(market, "create", url=URL, idempotencyKey="k")
    given = {"endpointId": made["endpoint"]["id"]}
    first = await do(market, "rotate", **given, idempotencyKey="r1")
    assert first["secret"] != made["secret"]
    assert await do(market, "rotate", **given, idempotencyKey="r1") == first | {"replayed": True}
    second = await do(market, "rotate", **given, idempotencyKey="r2")
    assert second["secret"] != first["secret"]
    assert (await do(market, "rotate", **given, idempotencyKey="r1"))["secret"] == first["secret"]
    market.clock.pass_by(days=1, seconds=1)
    assert (await do(market, "rotate", **given, idempotencyKey="r1"))["secret"] is None
    assert (await do(market, "create", url=URL, idempotencyKey="k"))["secret"] is None
    assert (await do(market, "rotate", **given, idempotencyKey="r2"))["secret"] == second["secret"]


async def test_changes_and_removals_are_repeated_without_being_done_again(market: Market) -> None:
    id = (await do(market, "create", url=URL))["endpoint"]["id"]
    changed = await do(market, "update", endpointId=id, url=URL + "2", idempotencyKey="u")
    await do(market, "update", endpointId=id, url=URL + "3")
    again = await do(market, "update", endpointId=id, url=URL + "2", idempotencyKey="u")
    assert (changed["endpoint"]["url"], again["endpoint"]["url"], again["replayed"]) == (URL + "2", URL + "3", True)
    sent = [await do(market, "replay", endpointId=id, failed=True, idempotencyKey="p") for _ in range(2)]
    assert [(one["count"], one["replayed"]) for one in sent] == [(0, False), (0, True)]
    gone = [await do(market, "delete", endpointId=id, idempotencyKey="d") for _ in range(2)]
    assert [(one["deletedId"], one["replayed"]) for one in gone] == [(id, False), (id, True)]
    assert (await do(market, "update", endpointId=id, url=URL + "2", idempotencyKey="u"))["endpoint"] is None
    assert [one["code"] for one in (await do(market, "delete", endpointId=id))["userErrors"]] == ["NOT_FOUND"]
