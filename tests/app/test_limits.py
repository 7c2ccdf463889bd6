"""Every limit that a setting names, on a real server: a typed refusal beyond it, service below it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from websockets.exceptions import InvalidStatus

from app.auth.tokens import mint
from app.limits import caller, network_of
from domain.facts import Actor
from domain.words import Role
from engine.documents.registry import RequestErrors
from engine.errors import Throttled
from engine.rate_limits import ConcurrencyLimiter, RateLimiter
from tests.live.process import Server, serving, socket
from tests.live.scenes import UPDATES
from tests.market import OWNER, SECRET, customer, opened

_ME = "{ viewer { id } }"


async def ask(server: Server, name: str, **body: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {server.token(customer(name))}"}
    async with httpx.AsyncClient(base_url=server.address, timeout=20) as http:
        return await http.post("/graphql", json={"query": _ME, **body}, headers=headers)


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Every read of an order waits until the block is left."""
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute('lock table "order" in access exclusive mode')
        yield connection
    await connection.close()


async def waiting(connection: asyncpg.Connection) -> int:
    """How many statements of the server wait for a lock."""
    found = await connection.fetchval(
        "select count(*) from pg_stat_activity where application_name = 'retour' and wait_event_type = 'Lock'"
        " and datname = current_database()"
    )
    return int(found)


async def until(connection: asyncpg.Connection, number: int) -> None:
    """Ask the database until so many statements wait."""
    async with asyncio.timeout(10):
        while await waiting(connection) != number:
            await connection.execute("select pg_sleep(0.01)")


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    now = 0.0
    rates = RateLimiter(10, 3, clock=lambda: now)
    for _ in range(3):
        rates.take("ada")
    with pytest.raises(Throttled, match=r"try again in 0\.1 s") as caught:
        rates.take("ada")
    assert caught.value.retry_after == pytest.approx(0.1)
    rates.take("bob")  # a bucket of his own
    now = 0.1
    rates.take("ada")
    with pytest.raises(Throttled):
        rates.take("ada")
    now = 10.0
    for _ in range(3):
        rates.take("ada")


@pytest.mark.parametrize("left", [1e-8, 0.0001, 0.001])
def test_a_caller_that_waits_as_long_as_told_is_admitted(left: float) -> None:
    now = 0.0
    rates = RateLimiter(1000, 1, clock=lambda: now)
    rates.take("ada")
    now = 0.001 - left
    with pytest.raises(Throttled) as caught:
        rates.take("ada")
    (received,) = re.findall(r"in ([0-9.]+) s", str(caught.value))
    now += float(received)
    rates.take("ada")


def test_full_buckets_are_forgotten() -> None:
    now = 0.0
    rates = RateLimiter(10, 3, clock=lambda: now)
    for number in range(30_000):
        now += 0.001
        rates.take(number)
    assert len(rates) <= 10_000 + 1


def test_a_concurrency_limiter_counts_each_caller_and_forgets_callers_that_hold_nothing() -> None:
    limiter = ConcurrencyLimiter(2, "things")
    limiter.acquire("ada")
    limiter.acquire("ada")
    with pytest.raises(Throttled, match="At most 2 things of one caller"):
        limiter.acquire("ada")
    limiter.acquire("bob")
    limiter.release("ada")
    limiter.acquire("ada")
    assert len(limiter) == 3


def test_callers_are_actors_by_token_and_networks_by_address() -> None:
    clerks = [Actor(Role.SELLER, "clerk", f"seller_{n}") for n in (1, 2)]
    assert caller(clerks[0], "192.0.2.1") != caller(clerks[1], "192.0.2.1")
    assert caller(None, "192.0.2.1") != caller(None, "192.0.2.2")
    assert network_of("2001:db8::1") == network_of("2001:db8::2") != network_of("2001:db8:0:1::1")


async def test_a_caller_that_asks_too_often_is_told_when_to_try_again_and_delays_nobody(narrow: Server) -> None:
    answers = await asyncio.gather(*(ask(narrow, "hasty") for _ in range(60)))
    refused = [one for one in answers if one.status_code == 429]
    assert len(refused) >= 20
    assert {code(one) for one in refused} == {"THROTTLED"}
    assert {int(one.headers["retry-after"]) for one in refused} <= {1, 2, 3, 4, 5}
    assert (await ask(narrow, "patient")).status_code == 200


async def anonymous(server: Server, address: str) -> int:
    """The status for who shows no token, and an address as a proxy would."""
    async with httpx.AsyncClient(base_url=server.address, timeout=20) as http:
        headers = {"x-forwarded-for": address}
        return (await http.post("/graphql", json={"query": "{ __typename }"}, headers=headers)).status_code


async def test_a_caller_without_a_token_counts_by_the_address_that_the_proxy_names(narrow: Server) -> None:
    same = await asyncio.gather(*(anonymous(narrow, "192.0.2.1") for _ in range(40)))
    others = await asyncio.gather(*(anonymous(narrow, f"192.0.2.{n}") for n in range(2, 42)))
    assert 429 in same
    assert set(others) == {200}


async def test_an_untrusted_proxy_cannot_name_another_address(ops_url: str, tmp_path: Path) -> None:
    bounds = {"RATE_LIMIT": "10", "RATE_BURST": "20", "WORKER": "off"}
    async with serving(ops_url, tmp_path, **bounds, TRUSTED_PROXIES="192.0.2.250") as server:
        assert 429 in await asyncio.gather(*(anonymous(server, f"192.0.2.{n}") for n in range(40)))


async def test_operations_on_a_socket_count_for_their_caller_too(narrow: Server) -> None:
    async with socket(narrow, customer("hasty on a socket")) as live:
        codes = []
        for _ in range(40):
            await live.subscribe(_ME)
            frame = await live.frame()
            if frame["type"] == "error":
                codes.append(frame["payload"][0]["extensions"]["code"])
            else:
                assert (await live.frame())["type"] == "complete"
        assert set(codes) == {"THROTTLED"}


async def test_a_callers_connections_are_limited_and_a_closed_one_can_be_replaced(narrow: Server) -> None:
    ada = customer("ada")
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(socket(narrow, ada))
        async with socket(narrow, customer("bob")) as other:
            await other.settled()
        address = narrow.address.replace("http", "ws") + "/graphql"
        from websockets.asyncio.client import connect

        async with connect(address, subprotocols=["graphql-transport-ws"]) as fourth:  # type: ignore[list-item]  # a NewType of str
            payload = {"authorization": f"Bearer {narrow.token(ada)}"}
            await fourth.send(json.dumps({"type": "connection_init", "payload": payload}))
            await fourth.wait_closed()
            assert (fourth.close_code, fourth.close_reason) == (1013, "At most 3 connections of one caller at a time.")
    async with asyncio.timeout(5), socket(narrow, ada) as again:
        await again.settled()


async def test_the_connections_of_a_process_are_limited(narrow: Server) -> None:
    async with AsyncExitStack() as stack:
        for number in range(6):
            await stack.enter_async_context(socket(narrow, customer(f"one of many {number}")))
        with pytest.raises(InvalidStatus) as caught:
            await stack.enter_async_context(socket(narrow, customer("one too many")))
        assert caught.value.response.status_code == 503
        assert b"THROTTLED" in (caught.value.response.body or b"")
        assert (await ask(narrow, "one too many")).status_code == 200


async def test_a_callers_subscriptions_are_limited_over_all_connections(narrow: Server) -> None:
    eve = customer("eve")
    async with socket(narrow, eve) as one, socket(narrow, eve) as other:
        for live, times in ((one, 3), (other, 1)):
            for _ in range(times):
                await live.subscribe(UPDATES)
                await live.settled()
        await other.subscribe(UPDATES)
        frame = await other.frame()
        assert (frame["type"], frame["payload"][0]["extensions"]["code"]) == ("error", "THROTTLED")
        await one.subscribe(UPDATES)  # a connection has its own limit, of operations
        assert (await one.frame())["payload"][0]["message"].startswith("At most 3 operations at a time")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"query": "{ viewer { id } }" + " " * 2048}, (413, "TOO_COMPLEX")),
        ({"query": "{" + " __typename" * 121 + "}"}, (200, "TOO_COMPLEX")),
        ({"query": "{ order(id: 1) { items { package { seller { id } order { id } } } } }"}, (200, None)),
        ({"query": "{ orders(first: 1) { nodes { items { package { order { id } } } } } }"}, (200, "TOO_COMPLEX")),
        ({"query": "{ a: __typename b: __typename c: __typename }"}, (200, "TOO_COMPLEX")),
        ({"query": "{ orders(first: 100) { nodes { id items { id } } } }"}, (200, "TOO_COMPLEX")),
    ],
)
async def test_a_document_beyond_a_limit_is_refused(
    narrow: Server, body: dict[str, Any], expected: tuple[int, str | None]
) -> None:
    response = await ask(narrow, "writer of long documents", **body)
    if expected[1] is not None:
        assert (response.status_code, code(response)) == expected


async def test_a_subscription_may_cost_no_more_than_a_query(database_url: str) -> None:
    async with opened(database_url, max_cost=2) as market:
        engine = market.one.engine
        context = await market.one.context({"authorization": f"Bearer {mint(SECRET, OWNER, ttl=60)}"}, None)
        with pytest.raises(RequestErrors) as refused:
            engine.operation(engine.document(UPDATES), None, {}, context)
        assert [(error.extensions or {})["code"] for error in refused.value.errors] == ["TOO_COMPLEX"]


async def test_a_statement_that_takes_too_long_is_ended_by_the_database(narrow: Server, ops_url: str) -> None:
    async with locked(ops_url) as connection:
        response = await ask(narrow, "slow", query="{ orders(first: 1) { nodes { id } } }")
        assert (response.status_code, code(response)) == (200, "TIMEOUT")
        assert "select" not in response.text
        assert await waiting(connection) == 0


async def test_a_query_ends_with_its_client(narrow: Server, ops_url: str) -> None:
    async with locked(ops_url) as connection:
        asking = asyncio.create_task(ask(narrow, "gone", query="{ orders(first: 1) { nodes { id } } }"))
        await until(connection, 1)
        asking.cancel()
        began = asyncio.get_running_loop().time()
        await until(connection, 0)
        assert asyncio.get_running_loop().time() - began < 0.8, "that was the statement timeout"


async def test_a_slow_body_is_not_waited_for(narrow: Server) -> None:
    host, _, port = narrow.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{")
    async with asyncio.timeout(10):
        assert (await reader.readline()).split()[1] == b"408"
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("foo:bar", "foo:bar"),
        ("unknown", "unknown"),
        ("_hidden", "_hidden"),
        ("1.2.3.4:http", "1.2.3.4:http"),
        ("[::1", "[::1"),
        (":", ":"),
        ("", ""),
        ("1.2.3.4", "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:DB8:0:0::1", "2001:db8::/64"),
        ("x:" * 10_000, "x:" * 32),
        ("\xff\xfe:", "\xff\xfe:"),
    ],
)
def test_what_is_no_address_is_a_name(address: str, name: str) -> None:
    assert network_of(address) == name


@pytest.mark.parametrize("forwarded", ["foo:bar", "1.2.3.4, foo:bar", "[::1", ":::", "1.2.3.4:x", "\xff:", "a:b:c"])
async def test_whatever_a_proxy_forwards_is_answered(narrow: Server, forwarded: str) -> None:
    for query in ("{ reasons { label } }", "{ orders { totalCount } }"):
        answer = await narrow.http.post(
            "/graphql",
            json={"query": query},
            headers={b"x-forwarded-for": forwarded.encode("latin-1")},
        )
        assert answer.status_code < 500
        assert "INTERNAL" not in answer.text
