"""Connections of slow, silent or endless clients are closed."""

import asyncio
import socket

import orjson
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


def code_of(answer: bytes) -> tuple[int, str]:
    """The status of the one answer, and its error's code."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert b"content-type: application/json" in head.lower()
    return int(head.split()[1]), orjson.loads(body)["errors"][0]["extensions"]["code"]


LINE = b"POST /graphql HTTP/1.1\r\n"
REST = b"content-type: application/json\r\ncontent-length: 22\r\n\r\n" + HELLO
CHUNKED = b"16\r\n" + HELLO + b"\r\n0\r\n\r\n"
UPGRADE = b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (LINE + REST, 400),
        (LINE + b"host: x\r\nhost: x\r\n" + REST, 400),
        (LINE + b"host: x y\r\n" + REST, 400),
        (LINE + b"host: user@x\r\n" + REST, 400),
        (LINE + b"host: x/graphql\r\n" + REST, 400),
        (b"GET /graphql HTTP/1.1\r\n" + UPGRADE, 400),
        (HEAD + b"transfer-encoding: gzip, chunked\r\n" + REST[:32] + b"\r\n" + CHUNKED, 501),
        (HEAD + b"transfer-encoding: deflate\r\ntransfer-encoding: chunked\r\n\r\n" + CHUNKED, 501),
        (HEAD + b"transfer-encoding: chunked, chunked\r\n\r\n" + CHUNKED, 400),
        (b"POST /graphql HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n" + CHUNKED, 400),
        (HEAD + b"transfer-encoding: chunked\r\n" + REST, 400),
    ],
)
async def test_a_head_that_http_has_a_server_refuse_is_refused(toy: Toy, head: bytes, status: int) -> None:
    assert code_of(await answer_to(toy, head, pause=5)) == (status, "BAD_INPUT")


@pytest.mark.parametrize(
    "head",
    [
        *(
            LINE + b"host: " + host + b"\r\n" + REST
            for host in (b"", b"x:80", b"[::1]:80", b"127.0.0.1", b"a-b.example.")
        ),
        b"POST /graphql HTTP/1.0\r\n" + REST,
        HEAD + b"content-type: application/json\r\nTransfer-Encoding: Chunked\r\n\r\n" + CHUNKED,
    ],
)
async def test_a_head_that_http_allows_is_served(toy: Toy, head: bytes) -> None:
    last = head.replace(b"content-type", b"connection: close\r\ncontent-type")
    answer = await answer_to(toy, last, pause=5)
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [70_000, 1 << 20])
@pytest.mark.parametrize("pieces", [1, 7])
@pytest.mark.parametrize("header", [b"a: b\r\n", b"x: %s\r\n", b"path"])
async def test_the_answer_to_a_head_that_is_too_long_arrives(toy: Toy, size: int, pieces: int, header: bytes) -> None:
    if header == b"path":
        whole = b"GET /" + b"y" * size + b" HTTP/1.1\r\nhost: x\r\n\r\n"
    else:
        lines = header * (size // len(header)) if b"%" not in header else header % (b"y" * size)
        whole = HEAD + lines + b"\r\n"
    step = len(whole) // pieces + 1
    answer = await answer_to(toy, *(whole[start : start + step] for start in range(0, len(whole), step)), pause=0.05)
    assert code_of(answer) == (431, "BAD_INPUT")


@pytest.mark.parametrize("before", [b"", HEAD + REST], ids=["first", "kept"])
@pytest.mark.parametrize("size", [1_000_001, 4 << 20, 32 << 20])
async def test_the_answer_to_a_body_that_is_too_long_arrives(toy: Toy, before: bytes, size: int) -> None:
    """The client sends it all before it reads, as many do, and its last bytes come after the answer."""
    body = b" " * size
    head = HEAD + b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % size
    with socket.create_connection(("127.0.0.1", toy.port)) as client:
        client.settimeout(10)

        def send_and_read() -> bytes:
            client.sendall(before + head + body)
            return b"".join(iter(lambda: client.recv(65536), b""))

        answer = await asyncio.to_thread(send_and_read)
    assert answer.count(b"HTTP/1.1 200 ") == bool(before)
    assert answer.count(b"HTTP/1.1 413 ") == 1
    assert b"TOO_COMPLEX" in answer


async def test_a_client_that_does_not_stop_sending_is_cut_off(impatient: Toy) -> None:
    head = HEAD + b"content-type: application/json\r\ncontent-length: 99999999999\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    writer.write(head)
    assert b"413" in await reader.read()
    with pytest.raises(ConnectionError):
        async with asyncio.timeout(5):
            while True:
                writer.write(b" " * 1000)
                await writer.drain()
    writer.close()
