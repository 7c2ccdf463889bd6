"""Clients that people use, against the real server. Those for Node are with the other clients' tests."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from tests.engine.subscriptions.feed import SAID, Service, build, live, served


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with served(build()) as service:
        yield service


def client_of(service: Service, token: str = "alice") -> Client:
    transport = WebsocketsTransport(
        service.url,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"authorization": f"Bearer {token}"},
        ping_interval=0.05,
        pong_timeout=10,
    )
    return Client(transport=transport)


async def test_gql_asks_changes_and_subscribes_on_one_connection(service: Service) -> None:
    async with client_of(service) as session:
        assert await session.execute(GraphQLRequest("{ hello }")) == {"hello": "hello alice"}
        items = session.subscribe(GraphQLRequest(SAID))
        coming = asyncio.ensure_future(anext(items))
        await live(service, 1)
        assert await session.execute(GraphQLRequest('mutation { say(text: "a") }')) == {"say": "c1"}
        assert (await coming)["said"]["text"] == "a"
        await items.aclose()
        await live(service, 0)


async def test_gql_resumes_after_the_cursor_it_has_read(service: Service) -> None:
    for text in "abc":
        service.chat.say(text)
    texts = []
    after = "c0"
    for _ in range(3):
        async with client_of(service) as session:
            items = session.subscribe(GraphQLRequest(SAID, variable_values={"after": after}))
            said = (await anext(items))["said"]
            await items.aclose()
            after = said["cursor"]
            texts.append(said["text"])
    assert texts == ["a", "b", "c"]


async def test_gql_gets_an_error_for_one_operation_and_goes_on(service: Service) -> None:
    async with client_of(service) as session:
        with pytest.raises(TransportQueryError, match="nothing"):
            await session.execute(GraphQLRequest("{ nothing }"))
        assert await session.execute(GraphQLRequest("{ hello }")) == {"hello": "hello alice"}


async def test_gql_learns_that_its_token_is_invalid(service: Service) -> None:
    with pytest.raises(TransportConnectionFailed) as failure:
        async with client_of(service, "bob/reader/0") as session:
            await session.execute(GraphQLRequest("{ slow }"))
    assert "4403" in str(failure.value.__cause__)
