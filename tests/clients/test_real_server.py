"""Clients that other people wrote, against the real application in a process of its own."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from tests.clients.node import run_client
from tests.live.process import Server, serving
from tests.live.scenes import ask, asked, order
from tests.market import OWNER, customer

_VIEWER = "query V($first: Int!) { viewer { role } orders(first: $first) { totalCount nodes { number } } }"
_FOLLOW = "subscription F($after: Cursor) { requestUpdates(after: $after) { cursor to request { id } } }"


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(database_url, tmp_path) as server:
        yield server


async def start_of(server: Server) -> str:
    """A cursor before every request."""
    await order(server, "N-0")
    found = await server.data(OWNER, "{ events(first: 1) { nodes { cursor } } }")
    return str(found["events"]["nodes"][0]["cursor"])


@pytest.mark.parametrize("ide", ["on", "off"])
async def test_every_audit_of_graphql_over_http_passes(database_url: str, tmp_path: Path, ide: str) -> None:
    async with serving(database_url, tmp_path, GRAPHIQL=ide, RETOUR_ENV="development") as server:
        audits = await run_client("audits.mjs", f"{server.address}/graphql")
    assert len(audits) == 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []


@pytest.mark.parametrize("name", ["graphql-ws", "graphql-sse", "apollo", "urql"])
async def test_a_client_queries_mutates_subscribes_and_reads_errors(server: Server, name: str) -> None:
    after = await start_of(server)
    sold = await order(server, "N-1")
    seen: dict[str, Any] = await run_client(
        "market.mjs", name, f"{server.address}/graphql", server.token(customer("ada")), after, json.dumps(asked(sold))
    )
    assert seen["viewer"]["viewer"] == {"role": "CUSTOMER"}
    assert seen["viewer"]["orders"]["totalCount"] == 2
    assert seen["returned"]["requestReturn"] == {"userErrors": [], "requests": [{"status": "WAITING"}]}
    assert seen["followed"]["requestUpdates"]["to"] == "WAITING"
    assert seen["wrong"] == "BAD_INPUT"


async def test_the_python_client_gql_queries_subscribes_and_reads_errors(server: Server) -> None:
    after = await start_of(server)
    id = await ask(server, "N-1")
    transport = WebsocketsTransport(
        server.address.replace("http", "ws") + "/graphql",
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"authorization": f"Bearer {server.token(customer('ada'))}"},
    )
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        found = await session.execute(GraphQLRequest(_VIEWER, variable_values={"first": 5}))
        assert found["orders"]["totalCount"] == 2
        items = session.subscribe(GraphQLRequest(_FOLLOW, variable_values={"after": after}))
        received = (await anext(items))["requestUpdates"]
        await items.aclose()
        assert (received["to"], received["request"]["id"]) == ("WAITING", id)
        with pytest.raises(TransportQueryError, match="orders"):
            await session.execute(GraphQLRequest("{ orders(first: 1000) { nodes { id } } }"))
