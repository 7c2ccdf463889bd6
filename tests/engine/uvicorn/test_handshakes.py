"""A WebSocket handshake that is refused is answered in JSON, by every part that refuses it."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from tests.engine.subscriptions.feed import Service, build, served

LINES = {
    b"host": b"127.0.0.1",
    b"connection": b"Upgrade",
    b"upgrade": b"websocket",
    b"sec-websocket-version": b"13",
    b"sec-websocket-key": b"dGhlIHNhbXBsZSBub25jZQ==",
    b"sec-websocket-protocol": b"graphql-transport-ws",
}


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[Service]:
    async with served(build()) as service:
        yield service


async def answer_to(service: Service, first: bytes, lines: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """The head of the answer and its body; the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(b"\r\n".join([first, *(name + b": " + value for name, value in lines.items()), b"", b""]))
    try:
        async with asyncio.timeout(5):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    return head, body


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({b"sec-websocket-key": b"short"}, 400, "BAD_INPUT"),
        ({b"sec-websocket-version": b"12"}, 400, "BAD_INPUT"),
        ({b"sec-websocket-version": b"x"}, 400, "BAD_INPUT"),
        ({b"origin": b"https://elsewhere.example"}, 403, "FORBIDDEN"),
        ({b"origin": b"a b"}, 403, "FORBIDDEN"),
        ({b"x": b"y" * 10_000}, 400, "BAD_INPUT"),
        ({b"x%d" % n: b"y" for n in range(300)}, 400, "BAD_INPUT"),
    ],
    ids=["key", "version", "no version", "origin", "odd origin", "long header", "many headers"],
)
async def test_a_refused_handshake_is_answered_in_json(
    service: Service, change: dict[bytes, bytes], status: int, code: str
) -> None:
    head, body = await answer_to(service, b"GET /graphql HTTP/1.1", {**LINES, **change})
    assert int(head.split()[1]) == status
    assert b"content-type: application/json" in head.lower()
    (error,) = orjson.loads(body)["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"].endswith(".")


async def test_a_handshake_by_post_or_at_another_path_is_answered_in_json_too(service: Service) -> None:
    for first in (b"POST /graphql HTTP/1.1", b"GET /elsewhere HTTP/1.1"):
        head, body = await answer_to(service, first, LINES)
        assert int(head.split()[1]) in (403, 404, 405)
        assert b"application/json" in head.lower()
        assert orjson.loads(body)["errors"]


async def test_a_handshake_that_is_accepted_still_is(service: Service) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    lines = [name + b": " + value for name, value in LINES.items()]
    writer.write(b"\r\n".join([b"GET /graphql HTTP/1.1", *lines, b"", b""]))
    async with asyncio.timeout(5):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    writer.close()
