"""Bodies that are wrong, too long, too slow, or nonsense."""

import asyncio
import gzip
import logging
import os
import random
import time
from typing import Any

import orjson
import pytest

from engine.errors import BadInput
from engine.transport.request import read_json
from tests.engine.conftest import Toy

HELLO = b'{"query": "{ hello }"}'
AS_JSON = {"content-type": "application/json"}


def asked(**members: Any) -> bytes:
    return orjson.dumps({"query": "query ($x: String) { hello(name: $x) }", **members})


WRONG = {
    "nothing": b"",
    "null": b"null",
    "a batch": b'[{"query": "{ hello }"}]',
    "a string": b'"{ hello }"',
    "a number": b"7",
    "no query": b"{}",
    "query of null": b'{"query": null}',
    "query of a list": b'{"query": ["{ hello }"]}',
    "documentId of a number": b'{"documentId": 7}',
    "variables of a list": b'{"query": "{ hello }", "variables": []}',
    "operationName of an object": b'{"query": "{ hello }", "operationName": {}}',
    "extensions of a string": b'{"query": "{ hello }", "extensions": ""}',
    "another persistedQuery": b'{"query": "{ hello }", "extensions": {"persistedQuery": 1}}',
    "persistedQuery without hash": b'{"extensions": {"persistedQuery": {"version": 1}}}',
    "half of it": HELLO[:-2],
    "two of them": HELLO * 2,
    "deep lists": b'{"query": "{ hello }", "variables": {"x": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
    "rather deep lists": b'{"query": "{ hello }", "variables": {"x": ' + b"[" * 500 + b"]" * 500 + b"}}",
    "deep objects": b'{"a":' * 400 + b"1" + b"}" * 400,
    "invalid UTF-8": b'{"query": "{ hello(name: \\"\xff\\") }"}',
    "a lone surrogate": b'{"query": "{ hello }", "variables": {"x": "\\ud800"}}',
    "NaN": b'{"query": "{ hello }", "variables": {"x": NaN}}',
    "a very long integer": b'{"query": "{ hello }", "variables": {"x": ' + b"9" * 100_000 + b"}}",
    "UTF-16": HELLO.decode().encode("utf-16"),
    "gzip without saying so": gzip.compress(HELLO),
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_a_body_that_is_no_request_is_400(toy: Toy, body: bytes) -> None:
    answer = await toy.http.post("/graphql", content=body, headers=AS_JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert answer.headers["content-type"].startswith("application/json")


async def test_unknown_members_and_the_nul_character_are_passed_on(toy: Toy) -> None:
    answer = await toy.http.post("/graphql", content=asked(variables={"x": "a\0b", "y": 1}, more=1), headers=AS_JSON)
    assert answer.json()["data"] == {"hello": "hello a\0b"}


async def test_a_recursive_input_of_many_levels_is_refused_not_a_crash(toy: Toy) -> None:
    nest: Any = None
    for _ in range(200):
        nest = {"inner": nest}
    body = {"query": "query ($x: Nest!) { nest(nest: $x) }", "variables": {"x": nest}}
    answer = await toy.http.post("/graphql", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"


DEPTHS = {"[]": 1, "{}": 1, '[1, {"a": "[["}]': 2, '{"a": [], "b": {"c": []}}': 3}


@pytest.mark.parametrize(("text", "levels"), DEPTHS.items())
@pytest.mark.parametrize("around", ["[%s]", '{"a": 1, "b": %s}'])
def test_json_is_refused_from_the_first_level_too_many(text: str, levels: int, around: str) -> None:
    assert read_json(text, levels) == orjson.loads(text)
    with pytest.raises(BadInput, match=f"deeper than {levels} levels"):
        read_json(around % text, levels)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/graphql"},
        {"content-type": ""},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "text/plain, application/json"},
        {**AS_JSON, "content-encoding": "gzip"},
    ],
)
async def test_content_that_a_foreign_page_could_send_is_415(toy: Toy, headers: dict[str, str]) -> None:
    answer = await toy.http.post("/graphql", content=HELLO, headers=headers)
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_a_body_without_any_content_type_is_415(toy: Toy) -> None:
    answer = await raw(toy, b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 22\r\n\r\n" + HELLO)
    assert answer.startswith(b"HTTP/1.1 415 ")


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", 'Application/JSON;charset="utf-8"'])
async def test_json_in_utf_8_is_taken_however_it_is_spelt(toy: Toy, content_type: str) -> None:
    answer = await toy.http.post("/graphql", content=HELLO, headers={"content-type": content_type})
    assert answer.status_code == 200


async def raw(toy: Toy, *pieces: bytes, pause: float = 0.0) -> bytes:
    """What the server answers to bytes, until it closes or has answered whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", toy.port)
    try:
        answer = asyncio.create_task(read_answer(reader))
        for piece in pieces:
            if not answer.done():
                writer.write(piece)
                await asyncio.wait([answer], timeout=pause)
        return await answer
    finally:
        writer.close()


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return head + await reader.readexactly(length)


async def test_a_body_above_the_limit_is_413_before_it_is_read(toy: Toy) -> None:
    limit = toy.engine.limits.body_bytes
    start = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    declared = await raw(toy, start + b"content-length: %d\r\n\r\n" % (limit + 1))
    assert declared.startswith(b"HTTP/1.1 413 ")
    assert b"TOO_COMPLEX" in declared
    chunk = b"%x\r\n%b\r\n" % (limit, b" " * limit)
    undeclared = await raw(toy, start + b"transfer-encoding: chunked\r\n\r\n", chunk, chunk)
    assert undeclared.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in undeclared
    fitting = asked(variables={"x": ""})
    fitting = asked(variables={"x": "a" * (limit - len(fitting))})
    assert len(fitting) == limit
    answer = await toy.http.post("/graphql", content=fitting, headers=AS_JSON)
    assert answer.status_code == 200


async def test_a_body_that_does_not_come_is_408_and_the_connection_ends(toy: Toy) -> None:
    start = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 22\r\n\r\n{"
    answer = await raw(toy, start)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer
    trickled = await raw(toy, start, *(b" " for _ in range(8)), pause=0.08)
    assert trickled.startswith(b"HTTP/1.1 408 ")


async def test_a_client_that_leaves_in_the_middle_leaves_no_trace(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", toy.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 22\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await toy.http.post("/graphql", content=HELLO, headers=AS_JSON)).status_code == 200
    assert caplog.records == []


def junk(chance: random.Random) -> bytes:
    """Bytes that are no valid request: noise, or a request with something broken in it."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(300))
    if kind == 1:
        words = [b"{", b"}", b"[", b"]", b'"query"', b":", b",", b"null", b"{ hello }", b"1e9", b"\\u0000", b'"']
        return b"".join(chance.choices(words, k=chance.randrange(30)))
    if kind == 2:
        member = chance.choice(["query", "variables", "operationName", "extensions", "documentId"])
        value = chance.choice([0, -1, 1.5, True, ["x"], [], [{}], "{" * chance.randrange(99), "\0", "😀", "...", "}"])
        return orjson.dumps({"query": "{", member: value})
    if kind == 3:
        text = "".join(
            chance.choices(["{", "}", "(", ")", "$", "a", "...", '"', ":", "@", "!", "\n", "é", "fragment "], k=40)
        )
        return orjson.dumps({"query": text})
    body = bytearray(orjson.dumps({"query": "query ($n: Int!) { whole(n: $n) }", "variables": {"n": "x"}}))
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return bytes(body)


async def test_two_thousand_junk_bodies_are_refused_with_a_code_and_without_a_trace(
    toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(6)
    reader, writer = await asyncio.open_connection("127.0.0.1", toy.port)
    head = (
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        b"accept: application/graphql-response+json\r\ncontent-length: %d\r\n\r\n"
    )
    with caplog.at_level(logging.WARNING):
        for _ in range(int(os.environ.get("RETOUR_JUNK", "2000"))):
            body = junk(chance)
            writer.write(head % len(body) + body)
            answer = await read_answer(reader)
            assert answer.startswith(b"HTTP/1.1 4"), body
            errors = orjson.loads(answer.partition(b"\r\n\r\n")[2])["errors"]
            codes = {error["extensions"]["code"] for error in errors}
            assert codes <= {"BAD_INPUT", "TOO_COMPLEX", "PERSISTED_QUERY_NOT_FOUND"}, body
    writer.close()
    assert caplog.records == []


async def test_twenty_costly_documents_at_once_keep_no_client_waiting_for_two_seconds(toy: Toy) -> None:
    spreads = "".join(f"thing{{...F{n % 20} ...F{n * 3 % 20}}}" for n in range(90))
    bombs = [
        f"{{{spreads}}}" + "".join(f"fragment F{n} on Thing{{id}}" for n in range(20)) + f"# {bomb}"
        for bomb in range(20)
    ]
    await toy.http.post("/graphql", content=HELLO, headers=AS_JSON)
    async with asyncio.TaskGroup() as group:
        bombed = [group.create_task(toy.http.post("/graphql", json={"query": bomb})) for bomb in bombs]
        await asyncio.wait(bombed, return_when=asyncio.FIRST_COMPLETED)
        began = time.process_time()  # server and client are in this process: what else the machine does is left out
        beside = await toy.http.post("/graphql", content=HELLO, headers=AS_JSON)
        assert time.process_time() - began < 2
        assert not all(bomb.done() for bomb in bombed), "the bombs were over before the query came"
    assert beside.json()["data"] == {"hello": "hello world"}
