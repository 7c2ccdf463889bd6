"""Strangers with unknown documents (F20): others are served at once meanwhile, on a process just started, too."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

import httpx
import orjson
import pytest

from tests.faults.documents import unknown_document
from tests.faults.sizes import size
from tests.live.process import Server, serving
from tests.market import customer, opened

FLOOD = size(150, 950)
STEADY = size(3.0, 30.0)
"""Seconds of twenty documents each."""
KNOWN, NEW = 0.5, 2.0
"""Seconds that others may wait for a document that the server knows, and for one that it does not."""
_ME = "{ viewer { id role } }"
_BODY = {"variables": {"id": "order_none"}}


def request_of(number: int, token: str | None) -> bytes:
    """The bytes of a request with an unknown document."""
    body = orjson.dumps({"query": unknown_document(number), **_BODY})
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    if token:
        head += f"authorization: Bearer {token}\r\n"
    return f"{head}connection: close\r\n\r\n".encode() + body


async def send(server: Server, request: bytes, *, wait: bool) -> int:
    """Send a request on a connection of its own; its status, 0 if the stranger leaves at once or is not let in."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    try:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        await writer.drain()
        answer = await reader.read() if wait else b""
        writer.close()
    except OSError:
        return 0
    return int(answer.split(b" ", 2)[1]) if answer else 0


async def beside(server: Server, flood: Awaitable[object]) -> tuple[list[float], list[float]]:
    """The seconds that another caller waits for known and for new documents during a flood, sorted."""
    known, new = list[float](), list[float]()
    headers = {"authorization": f"Bearer {server.token(customer('ada'))}"}
    flooding = asyncio.ensure_future(flood)
    async with httpx.AsyncClient(base_url=server.address, timeout=120) as http:
        number = 100_000
        while not (flooding.done() and known):
            for text, noted in ((_ME, known if new else new), (unknown_document(number, length=600), new)):
                began = monotonic()
                response = await http.post("/graphql", json={"query": text, **_BODY}, headers=headers)
                assert response.status_code == 200
                noted.append(monotonic() - began)
            number += 1
            await asyncio.sleep(0.1)
    await flooding
    return sorted(known), sorted(new)


def check(known: list[float], new: list[float], record: Callable[[str, object], None]) -> None:
    """What must be so."""
    record("others", f"known ≤ {known[-1]:.2f} s, new ≤ {new[-1]:.2f} s, of {len(new)} each")
    assert known[-1] <= KNOWN
    assert new[-1] <= NEW


@pytest.mark.timeout(300)
@pytest.mark.parametrize("token", [None, "mallory"], ids=["without a token", "with a token"])
async def test_a_flood_of_unknown_documents_delays_nobody_else(
    database_url: str, tmp_path: Path, token: str | None, record_property: Callable[[str, object], None]
) -> None:
    async with serving(database_url, tmp_path) as server:
        mallory = token and server.token(customer(token))
        requests = [request_of(number, mallory) for number in range(FLOOD)]
        said: Counter[int] = Counter()

        async def flood() -> None:
            said.update(await asyncio.gather(*[send(server, request, wait=True) for request in requests]))

        check(*await beside(server, flood()), record_property)
        record_property("the flood was told", dict(said))
        assert set(said) <= {0, 200, 401, 429}
        if token is None:
            assert 200 not in said


@pytest.mark.timeout(300)
async def test_strangers_that_vanish_delay_nobody_else(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with serving(database_url, tmp_path) as server:
        requests = [request_of(number, None) for number in range(FLOOD)]

        async def flood() -> None:
            await asyncio.gather(*[send(server, request, wait=False) for request in requests])
            await asyncio.sleep(1)

        check(*await beside(server, flood()), record_property)


@pytest.mark.timeout(300)
async def test_twenty_unknown_documents_a_second_delay_nobody_else(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with serving(database_url, tmp_path) as server:
        token = server.token(customer("mallory"))
        requests = [request_of(number, token) for number in range(int(STEADY * 20))]

        async def flood() -> None:
            async with asyncio.TaskGroup() as tasks:
                for request in requests:
                    tasks.create_task(send(server, request, wait=True))
                    await asyncio.sleep(0.05)

        check(*await beside(server, flood()), record_property)


async def test_without_a_token_a_document_that_needs_one_is_refused_before_it_is_validated(database_url: str) -> None:
    async with opened(database_url) as market:
        text = unknown_document(1)
        response = await market.http.post("/graphql", json={"query": text, **_BODY})
        assert response.status_code == 401
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert not market.one.engine.documents.knows(text, None)
        for invalid in (
            "{ orders { nope } }",
            "mutation { nope withdrawRequest }",
            "{ ...F } fragment F on Query { node }",
        ):
            response = await market.http.post("/graphql", json={"query": invalid})
            assert response.status_code == 401, invalid
        assert (await market.http.post("/graphql", json={"query": "{ nope }"})).status_code == 200
        await market.data(customer("ada"), text, id="order_none")
        assert (await market.http.post("/graphql", json={"query": text, **_BODY})).status_code == 401
        for public in (
            "{ transitions { action } }",
            "{ __typename }",
            "{ reasons { handle } returnPolicy { version } }",
        ):
            assert "errors" not in await market.ask(None, public)
