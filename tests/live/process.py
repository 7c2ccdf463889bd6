"""Real server processes of the tests, and a raw graphql-transport-ws client for them."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from app.auth.tokens import mint
from domain.facts import Actor
from tests.live.fork_server import ROOT as ROOT
from tests.live.fork_server import Forked, fork
from tests.market import SWITCHES

INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", *SWITCHES.values())
SECRET = "a secret of the tests, long enough for HS256"
ROOMY = {
    "MAX_CALLER_CONNECTIONS": "20000",
    "MAX_CALLER_SUBSCRIPTIONS": "40000",
    "RATE_LIMIT": "0",
    "LOG_LEVEL": "warning",
}
"""Settings for crowds of one caller."""


@dataclass(slots=True)
class Server:
    """A running server process, and a connection to it that is kept."""

    process: Forked
    address: str
    http: httpx.AsyncClient

    def token(self, actor: Actor, ttl: float = 3600) -> str:
        return mint(SECRET, actor, ttl=ttl)

    async def data(self, actor: Actor, query: str, **variables: Any) -> Any:
        """The data of an operation that has no errors."""
        headers = {"authorization": f"Bearer {self.token(actor)}"}
        response = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        answer = response.json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def kill(self) -> None:
        """As a crash would: without any farewell."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def serving(url: str, home: Path, **environment: str) -> AsyncIterator[Server]:
    """A server on the database at `url`, ready; told to stop at the end, if it still runs."""
    process = await start(url, home, **environment)
    try:
        address = await address_of(process)
        async with httpx.AsyncClient(base_url=address, timeout=30) as http:
            yield Server(process, address, http)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(15):
                await process.wait()


@asynccontextmanager
async def working(url: str, home: Path, **environment: str) -> AsyncIterator[Forked]:
    """A worker process on the database at `url`, told to stop at the end."""
    process = await start(url, home, command="worker", **environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            assert await process.wait() == 0


async def start(
    url: str, home: Path, log: IO[bytes] | None = None, /, *, command: str = "serve", **environment: str
) -> Forked:
    """Start a command of server.py; a server listens on a port of its own choice. `log` takes what it logs."""
    values = {
        **{name: value for name, value in os.environ.items() if name in INHERITED},
        "DATABASE_URL": url,
        "RETOUR_HOME": str(home),
        "SECRET": SECRET,
        "PORT": "0",
        "AUTO_CONFIRM_AFTER": "0.2",
        **environment,
    }
    return await fork([command], values, log)


async def address_of(process: Forked | asyncio.subprocess.Process) -> str:
    """The address that the server says it listens on; what it says later is read and left."""
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(r"http://[\d.]+:\d+", line):
                return found[0]
    raise AssertionError("the server ended before it listened")


@dataclass(slots=True)
class Socket:
    """One acknowledged graphql-transport-ws connection."""

    connection: ClientConnection
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    async def subscribe(self, query: str, **variables: Any) -> str:
        """Start an operation; its id."""
        id = str(next(self._ids))
        payload = {"query": query, "variables": variables}
        await self.connection.send(json.dumps({"id": id, "type": "subscribe", "payload": payload}))
        return id

    async def frame(self, seconds: float = 15) -> dict[str, Any]:
        """The next frame that is not a ping."""
        async with asyncio.timeout(seconds):
            while True:
                frame: dict[str, Any] = json.loads(await self.connection.recv())
                if frame["type"] != "ping":
                    return frame

    async def item(self) -> Any:
        """The data of the next item, which must be one."""
        frame = await self.frame()
        assert frame["type"] == "next", frame
        assert "errors" not in frame["payload"], frame
        return frame["payload"]["data"]

    async def settled(self) -> None:
        """Return once what was sent before has been handled: a ping is answered in its turn."""
        await self.connection.send('{"type":"ping"}')
        while (await self.frame())["type"] != "pong":
            pass


@asynccontextmanager
async def socket(server: Server, actor: Actor, ttl: float = 3600) -> AsyncIterator[Socket]:
    """A connection of an actor, acknowledged."""
    address = server.address.replace("http://", "ws://") + "/graphql"
    async with connect(address, subprotocols=["graphql-transport-ws"]) as connection:  # type: ignore[list-item]  # a NewType of str
        payload = {"authorization": f"Bearer {server.token(actor, ttl)}"}
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await connection.recv())["type"] == "connection_ack"
        yield Socket(connection)
