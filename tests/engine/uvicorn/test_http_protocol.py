"""Connections of slow, silent or endless clients are closed."""

import asyncio
import socket

import pytest

from tests.engine.conftest import Toy

HEAD = b"POST /graphql HTTP/1.1\r\nhost: x\r\n"
HELLO = b'{"query": "{ hello }"}'


async def answer_to(server: Toy, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that the server sends until it closes the connection, which it must do."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    answer = asyncio.create_task(reader.read())
    try:
        for piece in pieces:
            if not answer.done():
                writer.write(piece)
                await asyncio.wait([answer], timeout=pause)
        async with asyncio.timeout(5):
            return await answer
    finally:
        writer.close()


async def test_a_silent_connection_is_closed(impatient: Toy) -> None:
    assert await answer_to(impatient) == b""


async def test_a_head_that_trickles_is_408_in_json(impatient: Toy) -> None:
    answer = await answer_to(impatient, *(HEAD[n : n + 1] for n in range(30)), pause=0.05)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/json" in answer


async def test_the_second_head_of_a_connection_has_its_own_time(impatient: Toy) -> None:
    whole = HEAD + b"content-type: application/json\r\ncontent-length: 22\r\n\r\n" + HELLO
    answer = await answer_to(impatient, whole, whole, HEAD, pause=0.1)
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert answer.count(b"HTTP/1.1 408 ") == 1


async def test_a_connection_rests_for_a_while_after_each_answer_and_is_closed_then(impatient: Toy) -> None:
    head = HEAD + b"content-type: application/json\r\n"
    quick = head + b"content-length: 22\r\n\r\n" + HELLO
    slow = head + b'content-length: 21\r\n\r\n{"query": "{ slow }"}'
    answer = await answer_to(impatient, quick, slow, quick, pause=0.6)
    assert answer.count(b"HTTP/1.1 200 ") == answer.count(b"HTTP/1.1 ") == 3


@pytest.mark.parametrize("header", [b"a: b\r\n" * 20_000, b"x: " + b"y" * 100_000])
async def test_an_endless_head_is_431(impatient: Toy, header: bytes) -> None:
    half = len(header) // 2
    answer = await answer_to(impatient, HEAD + header[:half], header[half:], pause=0.05)
    assert answer.startswith(b"HTTP/1.1 431 ")


async def test_a_connection_that_is_not_http_gets_400_in_json(impatient: Toy) -> None:
    answer = await answer_to(impatient, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/json" in answer


async def test_an_unread_answer_is_dropped_and_the_other_clients_are_served(impatient: Toy) -> None:
    body = b'{"query": "{ long(size: 20000000) }"}'
    request = HEAD + b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port, limit=1)
    writer.write(request)
    await asyncio.sleep(0)
    beside = await impatient.http.post("/graphql", json={"query": "{ hello }"})
    assert beside.status_code == 200
    transport = writer.transport
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        async with asyncio.timeout(5):
            while not transport.is_closing():
                writer.write(b" ")
                await asyncio.sleep(0.05)
        await reader.readexactly(20_000_000)


async def test_the_rest_of_an_answer_that_fits_every_buffer_is_not_kept_for_ever_either(impatient: Toy) -> None:
    body = b'{"query": "{ long(size: 60000) }"}'
    head = HEAD + b"connection: close\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", impatient.port))
        client.sendall(head + body)
        await asyncio.sleep(1)  # a client that is busy with something else
        client.settimeout(5)
        answer = await asyncio.to_thread(lambda: b"".join(iter(lambda: client.recv(65536), b"")))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert len(answer) < 60_000, "it was kept until the client read it"
