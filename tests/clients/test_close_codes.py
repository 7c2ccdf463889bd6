"""The table of close codes in docs/live-updates.md is complete, and the npm client graphql-ws does what it says."""

import ast
import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.server import ServerConnection, serve

from engine.uvicorn.server import WebSocketProtocol
from tests.clients.node import run_client
from tests.clients.test_graphql_ws import client_with
from tests.engine.subscriptions.feed import build, eventually, served

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "live-updates.md"
OF_LIBRARIES = {1002, 1006, 1007, 1009, 1011}
"""What websockets and uvicorn close with by themselves, and what a cut connection looks like."""


def table() -> dict[int, str]:
    """Code → what graphql-ws does, as the page says."""
    rows = re.findall(r"^\| (\d{4}) \|.*\| (comes back|gives up) \|$", PAGE.read_text(), re.MULTILINE)
    return {int(code): outcome for code, outcome in rows}


def numbers(*folders: str) -> Iterator[int]:
    """All numbers of the modules that may close a connection."""
    for folder in folders:
        for path in (ROOT / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and type(node.value) is int:
                    yield node.value


def test_the_table_has_every_code_that_the_server_closes_with() -> None:
    closing = {n for n in numbers("engine/transport", "engine/uvicorn") if 1001 <= n <= 1015 or 4400 <= n <= 4999}
    assert closing | OF_LIBRARIES == table().keys()


class ClosingOnce:
    """Closes the first connection of each path with the code of the path, and answers the others."""

    def __init__(self) -> None:
        self._closed: set[int] = set()

    async def __call__(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        code = int(connection.request.path.strip("/"))
        async for text in connection:
            message = orjson.loads(text)
            if message["type"] == "connection_init":
                await connection.send(json.dumps({"type": "connection_ack"}))
            elif message["type"] == "subscribe" and code in self._closed:
                await connection.send(json.dumps({"id": message["id"], "type": "complete"}))
            elif message["type"] == "subscribe":
                self._closed.add(code)
                if code == 1006:
                    connection.transport.abort()
                else:
                    await connection.close(code)


async def test_graphql_ws_comes_back_or_gives_up_as_the_table_says() -> None:
    expected = table()
    async with serve(ClosingOnce(), "127.0.0.1", 0, subprotocols=["graphql-transport-ws"]) as server:  # type: ignore[list-item]  # a NewType of str
        port = next(iter(server.sockets)).getsockname()[1]
        found = await run_client("codes.mjs", f"ws://127.0.0.1:{port}", *map(str, expected))
    assert {int(code): outcome for code, (outcome, _) in found.items()} == expected
    assert {int(code): closed for code, (_, closed) in found.items()} == {code: code for code in expected}


@pytest.mark.parametrize("control", [False, True], ids=["ours", "uvicorn's own"])
async def test_a_client_that_was_stopped_is_let_go_and_comes_back_where_uvicorns_own_close_is_final(
    monkeypatch: pytest.MonkeyPatch, control: bool
) -> None:
    monkeypatch.setattr(WebSocketProtocol, "ping_seconds", 0.3)
    monkeypatch.setattr(WebSocketProtocol, "pong_seconds", 0.3)
    if control:
        monkeypatch.setattr(WebSocketProtocol, "keepalive_timeout", WebSocketsSansIOProtocol.keepalive_timeout)
    job = {"tokens": ["alice"], "after": "c0", "wanted": 2, "copies": 1, "fields": "text"}
    async with (
        served(build()) as service,
        client_with(url=service.url, root="said", cursor="String", **job) as client,
    ):
        service.chat.say("before")
        await client.has(1)
        client.process.send_signal(signal.SIGSTOP)
        await eventually(lambda: not len(service.sockets))  # it has been let go
        service.chat.say("meanwhile")
        client.process.send_signal(signal.SIGCONT)
        seen = await client.ended()
    if control:
        assert (seen["got"], seen["closed"], seen["failure"]) == (["c1"], [1011], 1011)
    else:
        assert (seen["got"], seen["failure"]) == (["c1", "c2"], None)
        assert seen["closed"][0] in (1013, 1006)


def test_a_client_that_does_not_answer_is_let_go_within_thirty_seconds() -> None:
    assert WebSocketProtocol.ping_seconds + WebSocketProtocol.pong_seconds <= 30
