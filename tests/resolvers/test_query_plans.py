"""How PostgreSQL goes about every list: by an index, never through a whole table, for every role and in every order."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection

import database as db
from app.application import Application
from app.auth.tokens import mint
from app.workers import now
from benchmarks.market import ORDERS_OF_A_CUSTOMER, customer_of, fill, seller_of
from benchmarks.plans import (
    FEW_PAGES,
    SEARCHED_PAGES,
    SECRET,
    Listed,
    add_further,
    executed,
    filters,
    generic,
    lists,
    pages_read,
    plans_of,
    rare,
    scans,
    sent_by,
    sent_for,
)
from database.embedded import Cluster
from domain.facts import Actor
from domain.words import Role
from engine.compat.strawberry import graphql_schema
from settings import Settings
from tests.databases import fresh

ORDERS = 12_000


@pytest.fixture(scope="module")
async def market(
    administration: asyncpg.Connection, cluster: Cluster, template: str
) -> AsyncIterator[tuple[Application, asyncpg.Connection]]:
    """A market large enough for plans to differ, and a connection to ask for them."""
    async with fresh(administration, cluster, template) as url:
        await fill(url, ORDERS)
        await add_further(url)
        one = Application(Settings(worker=False, notifier_url="process"), url, SECRET, clock=now)
        await db.open(url)
        connection = await asyncpg.connect(url)
        yield one, connection
        await connection.close()
        await db.close()


def _named(listed: Listed) -> str:
    return f"{listed.name}-{listed.who}-{listed.given or 'all'}-{listed.order}"


@pytest.mark.parametrize("listed", list(lists(ORDERS)), ids=_named)
async def test_a_list_is_found_by_an_index(market: tuple[Application, asyncpg.Connection], listed: Listed) -> None:
    one, connection = market
    sent = await sent_by(one, listed)
    assert sent.answered
    for plan in await plans_of(connection, sent.statement, sent.values):
        assert any("Index" in line for line in plan)
        assert not scans(plan), "\n".join(plan)


@pytest.mark.parametrize("listed", list(rare(ORDERS)), ids=_named)
async def test_what_hardly_anybody_has_is_not_looked_for_among_what_all_have(
    market: tuple[Application, asyncpg.Connection], listed: Listed
) -> None:
    one, connection = market
    sent = await sent_by(one, listed)
    assert sent.answered
    async with connection.transaction():
        await connection.execute("set local random_page_cost = 15")  # as if there were many more rows, and far apart
        plan = await executed(connection, sent.statement, sent.values)
    assert pages_read(plan) <= listed.few_pages, "\n".join(plan)


DELIVERIES = """
insert into webhook_endpoint (id, url, actions, secrets, active, since_xid, since_id, created_at, updated_at)
select 'endpoint_' || n, 'https://example.org/' || n, '[]', '[]', true, 0, 0, now(), now() from generate_series(1, 3) n;
insert into webhook_delivery (id, endpoint_id, event_id, type, body, state, attempts, created_at, updated_at)
select 'delivery_' || n, 'endpoint_' || n % 3 + 1, n, 'request.waiting', repeat('{}', 100), 'DELIVERED', 1,
  now() - n * interval '1 minute', now() from generate_series(1, 9000) n;
analyze webhook_delivery
"""


@pytest.mark.parametrize("given", ["first: 5", "state: [FAILED]", "state: [PENDING, FAILED]"])
@pytest.mark.parametrize("endpoint", ["", 'endpointId: "endpoint_2", ', 'endpointId: "endpoint_9", '])
async def test_deliveries_are_found_in_their_order(
    market: tuple[Application, asyncpg.Connection], endpoint: str, given: str
) -> None:
    one, connection = market
    if not await connection.fetchval("select exists (select from webhook_delivery)"):
        await connection.execute(DELIVERIES)
    owner = Actor(Role.OWNER, "olga")
    sent = await sent_for(one, owner, f"{{ webhookDeliveries({endpoint}{given}) {{ nodes {{ id state }} }} }}")
    assert sent.answered
    plan = await executed(connection, sent.statement, sent.values)
    assert pages_read(plan) <= FEW_PAGES, "\n".join(plan)


MESSAGES = """
insert into message (id, event_id, type, audience, locale, order_id, request_id, seller_id, customer_id, sender, name,
  address, subject, text, html, state, attempts, created_at, updated_at)
select 'message_' || row_number() over (), row_number() over (), 'REQUEST_OPENED', 'CUSTOMER', 'en', order_id, id,
  seller_id, customer_id, 'returns@lumen.example', 'Ada', customer_id || '@example.org', 'Hello', 'Hello', 'Hello',
  'SENT', 1, created_at, created_at from cancellation_request;
analyze message
"""


@pytest.mark.parametrize("address", ["", 'address: "nobody@example.org", '])
@pytest.mark.parametrize("given", ["", "state: [FAILED]", "state: [PENDING, FAILED]", 'requestId: "request_0"'])
async def test_messages_are_found_in_their_order(
    market: tuple[Application, asyncpg.Connection], address: str, given: str
) -> None:
    one, connection = market
    if not await connection.fetchval("select exists (select from message)"):
        await connection.execute(MESSAGES)
    text = f"{{ messages(first: 5, filter: {{ {address}{given} }}) {{ nodes {{ id state }} }} }}"
    sent = await sent_for(one, Actor(Role.OWNER, "olga"), text)
    assert sent.answered
    plan = await executed(connection, sent.statement, sent.values)
    assert pages_read(plan) <= FEW_PAGES, "\n".join(plan)


@pytest.mark.parametrize("who", ["owner", "seller", "newcomer"])
async def test_a_search_of_all_kinds_is_looked_up_in_indexes(
    market: tuple[Application, asyncpg.Connection], who: str
) -> None:
    one, connection = market
    actor = Listed(ORDERS, "orders", who, "", "").actor
    sent = await sent_for(one, actor, '{ search(text: "nothing") { number } }')
    assert sent.answered
    plan = await executed(connection, sent.statement, sent.values)
    assert not scans(plan), "\n".join(plan)
    assert pages_read(plan) <= SEARCHED_PAGES, "\n".join(plan)


GOODS = [
    "",
    "status: [INSPECTED]",
    "status: [RECEIVED]",
    "status: [RECEIVED, AWAITING]",
    'scanned: "RS-1000010"',
    'scanned: "nothing"',
    'scanned: "SKU-1"',
    'search: "nothing"',
    'dueBefore: "2000-01-01T00:00:00Z"',
    "labelTrouble: true",
    "labelTrouble: false",
    "kind: BY_CUSTOMER",
    "kind: TO_SENDER",
    'sellerId: "seller_newcomer"',
    'orderId: "order_x"',
    'requestId: "request_x"',
]
GOODS_OF_A_TIME = ['createdAfter: "2999-01-01T00:00:00Z"', 'createdBefore: "2000-01-01T00:00:00Z"']


@pytest.mark.parametrize("order", ["CREATED_AT_DESC", "CREATED_AT_ASC", "DUE_AT_ASC", "DUE_AT_DESC"])
@pytest.mark.parametrize("given", GOODS)
async def test_goods_are_found_by_an_index(
    market: tuple[Application, asyncpg.Connection], given: str, order: str
) -> None:
    await _find_goods(market, given, order)


@pytest.mark.parametrize("order", ["CREATED_AT_DESC", "CREATED_AT_ASC"])
@pytest.mark.parametrize("given", GOODS_OF_A_TIME)
async def test_goods_of_a_time_are_found_by_an_index_in_the_order_of_time(
    market: tuple[Application, asyncpg.Connection], given: str, order: str
) -> None:
    await _find_goods(market, given, order)


async def _find_goods(market: tuple[Application, asyncpg.Connection], given: str, order: str) -> None:
    one, connection = market
    actors = [Actor(Role.OWNER, "olga"), Actor(Role.CUSTOMER, customer_of(ORDERS // 2))]
    if "sellerId" not in given:  # of another seller a seller reads no page at all
        actors.append(Actor(Role.SELLER, "clerk", seller_of(ORDERS // 2, 0)))
    for actor in actors:
        shown = "nodes { id lines { expected } }"
        text = f"{{ returnShipments(first: 5, filter: {{ {given} }}, orderBy: {order}) {{ {shown} }} }}"
        sent = await sent_for(one, actor, text)
        assert sent.answered
        plan = await executed(connection, sent.statement, sent.values)
        most = (SEARCHED_PAGES if "search" in given else FEW_PAGES) + (
            (30 if "search" in given else 3) * ORDERS_OF_A_CUSTOMER if actor.role is Role.CUSTOMER else 0
        )  # whose orders are gone through
        assert pages_read(plan) <= most, "\n".join(plan)


async def test_the_filters_of_goods_are_all_of_the_schema(market: tuple[Application, asyncpg.Connection]) -> None:
    schema: Any = graphql_schema(market[0].engine.schema)
    tried = {given.partition(":")[0] for given in (*GOODS, *GOODS_OF_A_TIME) if given}
    assert set(schema.type_map["ReturnFilter"].fields) == tried


async def test_the_lists_are_all_of_the_schema(market: tuple[Application, asyncpg.Connection]) -> None:
    one, _ = market
    query: Any = graphql_schema(one.engine.schema).query_type
    lists = {name for name, field in query.fields.items() if str(field.type).endswith("Connection!")}
    assert lists - {"webhookDeliveries", "messages"} == set(filters(ORDERS))


async def test_a_command_reads_and_writes_by_keys(
    market: tuple[Application, asyncpg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statements of a command, as the server's own log of them has it."""
    one, connection = market
    client = get_connection("default")
    sent: list[tuple[str, Any]] = []

    def noted(fetch: Any) -> Any:
        async def fetched(self: Any, query: str, *values: Any, **options: Any) -> Any:
            if "journal_horizon" not in query:  # the hub follows the journal meanwhile
                sent.append((query, values))
            return await fetch(self, query, *values, **options)

        return fetched

    n = 6000
    actor = Actor(Role.SELLER, "clerk", seller_of(n, 1))
    context = await one.context({"authorization": f"Bearer {mint(SECRET, actor, ttl=600)}"}, None)
    for name in ("fetch", "fetchrow"):
        monkeypatch.setattr(asyncpg.Connection, name, noted(getattr(asyncpg.Connection, name)))
    text = f'mutation {{ confirmRequest(input: {{ requestId: "request_{n:026d}" }}) {{ request {{ id }} }} }}'
    answer = await one.engine.execute(one.engine.document(text), None, None, context)
    assert answer["data"] == {"confirmRequest": {"request": {"id": f"request_{n:026d}"}}}
    monkeypatch.undo()
    assert client is get_connection("default")
    assert len(sent) == 3  # the book, what is written, the answer
    for query, values in sent:
        plan = await generic(connection, query, len(values))
        assert not scans(plan), "\n".join(plan)
