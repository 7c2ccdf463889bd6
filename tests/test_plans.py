"""How PostgreSQL goes about every list: by an index, never through a whole table, whoever asks and in what order."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
from tortoise.connection import get_connection

import database as db
from app import Application, now
from benchmarks.market import customer_of, fill, seller_of
from domain.facts import Actor
from domain.words import Role
from embedded import Cluster
from engine.reads import reading
from identity import mint
from settings import Settings
from tests.conftest import fresh

ORDERS = 12_000
BIG = (
    "order|seller_order|package|order_item|payment|cancellation_request|request_item|cancellation_plan|plan_line|refund"
)
SECRET = "a secret of the tests, long enough for HS256"
ASKING = {
    "owner": Actor(Role.OWNER, "olga"),
    "seller": Actor(Role.SELLER, "clerk", seller_of(6000, 0)),
    "customer": Actor(Role.CUSTOMER, customer_of(6000)),
}
FILTERS = {
    "orders": ["", "status: [DELIVERED]", "hasOpenRequest: true", "hasOpenRequest: false",
               f'sellerId: "{seller_of(6000, 1)}"', 'customerId: "customer_00000000000000000000000007"',
               'placedAfter: "2026-01-01T00:00:00Z", placedBefore: "2999-01-01T00:00:00Z"', 'numberStartsWith: "N77"'],
    "requests": ["", "status: [WAITING]", "status: [WAITING, APPROVED]", "transaction: REFUND", "waitingOn: [SELLER]",
                 'orderId: "order_00000000000000000000006000"', f'sellerId: "{seller_of(6000, 1)}"',
                 'customerId: "customer_00000000000000000000000007"', 'submissionId: "submission_1"',
                 'createdAfter: "2026-01-01T00:00:00Z"', 'numberStartsWith: "RQ-1000"'],
    "plans": ["", "status: [COMPLETED]", "transaction: CANCEL", "refundState: [DONE]",
              'orderId: "order_00000000000000000000006001"', f'sellerId: "{seller_of(6000, 1)}"'],
    "refunds": ["", "status: [SUCCEEDED]", 'orderId: "order_00000000000000000000006001"'],
    "events": ["", "subject: REQUEST", "action: [REQUEST_RETURN]", 'orderId: "order_00000000000000000000006000"'],
}  # fmt: skip
SORTED = {
    "orders": ["PLACED_AT_DESC", "PLACED_AT_ASC"],
    "requests": ["CREATED_AT_DESC", "CREATED_AT_ASC", "UPDATED_AT_DESC"],
    "plans": ["CREATED_AT_DESC", "CREATED_AT_ASC"],
    "refunds": ["CREATED_AT_DESC"],
    "events": [""],
}
SHOWN = {
    "orders": "id number items { name package { status } eligibility { quantity } } requests { id } timeline { to }",
    "requests": "id order { number } customer { name } items { orderItem { sku } } plan { status }"
    " allowedActions { enabled }",
    "plans": "id request { number } lines { orderItem { sku } } refunds { payment { method } }",
    "refunds": "id payment { method } attempts { number }",
    "events": "to order { number } request { number } plan { status }",
}


def cases() -> Iterator[Any]:
    for name, filters in FILTERS.items():
        for who in ASKING:
            if name == "refunds" and who != "owner":
                continue
            for given in filters:
                for order in SORTED[name] if not given else SORTED[name][:1]:
                    yield pytest.param(name, who, given, order, id=f"{name}-{who}-{given or 'all'}-{order}")


@pytest.fixture(scope="module")
async def market(
    administration: asyncpg.Connection, cluster: Cluster, template: str
) -> AsyncIterator[tuple[Application, asyncpg.Connection]]:
    """A market large enough for plans to differ, and a connection to ask for them."""
    async with fresh(administration, cluster, template) as url:
        await fill(url, ORDERS)
        one = Application(Settings(worker=False, bell_url="process"), url, SECRET, clock=now)
        await db.open(url)
        connection = await asyncpg.connect(url)
        yield one, connection
        await connection.close()
        await db.close()


async def statement_of(one: Application, who: str, text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[Any]]:
    """The statement that an operation sends, and its values."""
    sent: list[tuple[str, list[Any]]] = []
    run = reading._run

    async def noted(client: Any, statement: str, values: list[Any]) -> Any:
        sent.append((statement, values))
        return await run(client, statement, values)

    monkeypatch.setattr(reading, "_run", noted)
    headers = {"authorization": f"Bearer {mint(SECRET, ASKING[who], ttl=600)}"}
    context = await one.context(headers, None)
    answer = await one.engine.execute(one.engine.document(text), None, None, context)
    assert "errors" not in answer, answer
    (statement,) = sent
    return statement


async def generic(connection: asyncpg.Connection, statement: str, count: int) -> list[str]:
    """The plan that a prepared statement settles on, for values that it does not know."""
    await connection.execute(f"set plan_cache_mode = force_generic_plan; prepare asked as {statement}")
    given = f"({', '.join(['null'] * count)})" if count else ""
    try:
        rows = await connection.fetch(f"explain execute asked{given}")
    finally:
        await connection.execute("deallocate asked; reset plan_cache_mode")
    return [row[0] for row in rows]


def scans(plan: list[str]) -> list[str]:
    """The lines of a plan that read a big table from end to end."""
    return [line.strip() for line in plan if re.search(rf'Seq Scan on "?({BIG}|event)"? ', line)]


@pytest.mark.parametrize(("name", "who", "given", "order"), list(cases()))
async def test_a_list_is_found_by_an_index(
    market: tuple[Application, asyncpg.Connection],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    who: str,
    given: str,
    order: str,
) -> None:
    one, connection = market
    arguments = [f"filter: {{ {given} }}"] * bool(given) + [f"orderBy: {order}"] * bool(order)
    listed = f"({', '.join(arguments)})" if arguments else ""
    text = f"{{ {name}{listed} {{ nodes {{ {SHOWN[name]} }} }} }}"
    statement, values = await statement_of(one, who, text, monkeypatch)
    custom = [row[0] for row in await connection.fetch(f"explain {statement}", *values)]
    for plan in (await generic(connection, statement, len(values)), custom):
        assert any("Index" in line for line in plan)
        assert not scans(plan), "\n".join(plan)


async def test_the_lists_are_all_of_the_schema(market: tuple[Application, asyncpg.Connection]) -> None:
    one, _ = market
    query: Any = one.engine.schema._schema.query_type
    lists = {name for name, field in query.fields.items() if str(field.type).endswith("Connection!")}
    assert lists - {"webhookDeliveries"} == set(FILTERS)


async def test_a_command_reads_and_writes_by_keys(
    market: tuple[Application, asyncpg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statements of a command, as the server's own log of them has it."""
    one, connection = market
    client = get_connection("default")
    sent: list[tuple[str, Any]] = []
    fetch = asyncpg.Connection.fetch

    async def noted(self: Any, query: str, *values: Any, **options: Any) -> Any:
        sent.append((query, values))
        return await fetch(self, query, *values, **options)

    monkeypatch.setattr(asyncpg.Connection, "fetch", noted)
    n = 6000
    actor = Actor(Role.SELLER, "clerk", seller_of(n, 1))
    context = await one.context({"authorization": f"Bearer {mint(SECRET, actor, ttl=600)}"}, None)
    text = f'mutation {{ confirmRequest(input: {{ requestId: "request_{n:026d}" }}) {{ userErrors {{ code }} }} }}'
    answer = await one.engine.execute(one.engine.document(text), None, None, context)
    assert answer["data"] == {"confirmRequest": {"userErrors": []}}
    monkeypatch.undo()
    assert client is get_connection("default")
    looked = [(query, values) for query, values in sent if query.lstrip().startswith("with")]
    assert len(looked) == 2
    for query, values in looked:
        plan = await generic(connection, query, len(values))
        assert not scans(plan), "\n".join(plan)
