"""Answers whose client ends the connection, does not read, or is gone."""

import asyncio

import pytest

from engine.engine import Finished
from engine.transport.sse import EventStream
from tests.engine.conftest import Toy

BESIDE = 300
"""Requests of another client: time enough for a server to carry out a third as many, if it does."""


def post(body: bytes, *more: bytes) -> bytes:
    lines = (b"POST /graphql HTTP/1.1", b"host: x", b"content-type: application/json", *more)
    return b"\r\n".join([*lines, b"content-length: %d" % len(body), b"", body])


async def test_the_last_answer_of_a_connection_says_so_and_the_connection_ends(toy: Toy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", toy.port)
    async with asyncio.timeout(3):  # kept alive, it would last five seconds
        writer.write(post(b'{"query": "{ hello }"}') + post(b'{"query": "{ hello }"}', b"connection: close"))
        answers = await reader.read()
    writer.close()
    assert answers.count(b'"hello":"hello world"') == 2
    first, last = answers.split(b"HTTP/1.1 200 OK")[1:]
    assert (b"connection: close" in first, b"connection: close" in last) == (False, True)


async def test_a_client_that_does_not_read_is_not_answered_without_end(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Finished] = []
    monkeypatch.setattr(toy.engine, "_finished", done.append)
    many = BESIDE // 3
    reader, writer = await asyncio.open_connection("127.0.0.1", toy.port, limit=1)
    writer.write(post(b'{"query": "query Unread { long(size: 200000) }"}') * many)
    for _ in range(BESIDE):
        await toy.http.post("/graphql", json={"query": "{ hello }"})
    unread = [one for one in done if one.document.operations.get("Unread")]
    assert 0 < len(unread) < many
    writer.transport.abort()
    assert not reader.at_eof()


async def test_an_answer_to_a_client_that_has_disconnected_is_dropped_without_a_trace(
    toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", toy.port)
    writer.write(post(b'{"query": "mutation { wait(ticks: %d) }"}' % (len(toy.journal.ticks) + 1)))
    await writer.drain()
    assert (await toy.http.post("/graphql", json={"query": "{ hello }"})).status_code == 200
    writer.transport.abort()
    for query in ("{ hello }", "{ hello }", "mutation { notify }", "{ hello }", "{ hello }"):
        assert (await toy.http.post("/graphql", json={"query": query})).status_code == 200
    assert caplog.records == []


async def test_a_stream_that_breaks_has_no_second_head_in_it(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(self: EventStream, _payloads: object) -> None:
        await self._start()
        raise RuntimeError("a fault of the server's own")

    monkeypatch.setattr(EventStream, "send_all", broken)
    reader, writer = await asyncio.open_connection("127.0.0.1", toy.port)
    writer.write(post(b'{"query": "subscription { ticks }"}', b"accept: text/event-stream"))
    async with asyncio.timeout(3):
        answer = await reader.read()
    writer.close()
    assert answer.count(b"HTTP/1.1") == 1
    assert b"a fault" not in answer
    assert caplog.records
