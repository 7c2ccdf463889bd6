"""Junk by the thousand at a real server: refused with a code or closed with one, and nothing in the log."""

import asyncio
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from benchmarks.fanout import port_of
from benchmarks.subscriber import frame_of
from tests.engine.transport.test_http_bodies import junk
from tests.engine.transport.test_websocket import INVALID
from tests.faults.load import Load
from tests.faults.sizes import size
from tests.live.process import ROOMY, Server, serving

BODIES = size(300, 10_000)
SOCKETS = size(100, 2_000)
AT_ONCE = 20
ENDED = frozenset({1002, 1003, 1007, 1009, 4400, 4401, 4403, 4429})
"""What a connection ends with that does not keep to WebSocket, or to graphql-transport-ws."""
_SHAKE = (
    b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-key: %b\r\n\r\n"
)
_CLOSE = 0x88
_WRONG = [one for one in INVALID.values() if not isinstance(one, bytes)]


def masked(first: int, body: bytes) -> bytes:
    """A frame as clients send it; its first byte says what it is."""
    length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2)
    return bytes([first]) + length + bytes(4) + body


def malformed(chance: Random) -> bytes:
    """What no client that keeps to the rules would send first."""
    noise = chance.randbytes(chance.randrange(1, 100))
    wrong = chance.choice(_WRONG)
    text = (wrong if isinstance(wrong, str) else json.dumps(wrong)).encode()[:60_000]
    return chance.choice(
        [
            masked(0x81, text),
            masked(0x81, noise + b"\xff"),  # a text that is no UTF-8
            masked(0x82, noise),  # bytes instead of a text
            masked(0x80, noise),  # the rest of nothing
            masked(chance.choice([0x83, 0x87, 0x8B, 0x8F]), noise),  # what there is not
            masked(0x89, noise * 200),  # a ping that is too long
            masked(0x09, noise),  # a ping in parts
            masked(0xC1, text),  # compressed, which was not agreed on
            b"\x81" + bytes([len(noise)]) + noise,  # without a mask
            b"\x81\xff" + (2**40).to_bytes(8) + bytes(4) + noise,  # a terabyte is to follow
            b"\xf3" + chance.randbytes(1) + noise + bytes(16),  # noise
        ]
    )


async def refused(server: Server, chance: Random, number: int) -> "Counter[int]":
    """Send so many junk bodies; their statuses."""
    statuses: Counter[int] = Counter()
    headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
    for _ in range(number):
        body = junk(chance)
        answer = await server.http.post("/graphql", content=body, headers=headers)
        assert all(error["extensions"]["code"] for error in answer.json()["errors"]), body
        statuses[answer.status_code] += 1
    return statuses


async def ending(port: int, bytes_: bytes) -> int:
    """What the server closes a socket with that has sent this."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(_SHAKE % b64encode(bytes(16)))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(bytes_)
        async with asyncio.timeout(4):  # before the server would end it for its silence
            said = await reader.read(65_536)
        frame = frame_of(said, 0)
        assert frame is not None, bytes_
        assert frame[0] == _CLOSE, bytes_
        return int.from_bytes(frame[1][:2])
    finally:
        writer.transport.abort()


async def test_junk_is_refused_with_a_code_and_leaves_nothing_in_the_log(
    database_url: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    chance, endings = Random(8), Counter[int]()
    async with serving(database_url, tmp_path, **ROOMY) as server:
        load = Load([server])
        await load.well()
        statuses = await refused(server, chance, BODIES)
        for _ in range(SOCKETS // AT_ONCE):
            some = [ending(port_of(server.address), malformed(chance)) for _ in range(AT_ONCE)]
            endings.update(await asyncio.gather(*some))
        await load.well()
        await load.check(database_url)
    record_property("bodies", f"{statuses.total()}: {dict(statuses)}")
    record_property("sockets", f"{endings.total()}, closed with {dict(sorted(endings.items()))}")
    assert set(statuses) <= set(range(400, 500))
    assert endings.keys() <= ENDED
    assert capfd.readouterr().err == ""
