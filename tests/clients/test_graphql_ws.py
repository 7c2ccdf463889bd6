"""The npm package graphql-ws through all that ends a connection: it goes on after its last cursor, or gives up."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.soak import slice_of
from tests.clients.node import FOLDER, install, node_and_npm
from tests.live.process import Server, serving
from tests.live.scenes import ask
from tests.market import OWNER

_MUCH = " ".join(
    f"a{n}: request {{ id number status version order {{ id number }} customer {{ id name }} }}" for n in range(16)
)


class Client:
    """A graphql-ws client in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def has(self, count: int) -> None:
        """Until it has so many items."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            while line := await self.process.stderr.readline():
                if int(line) >= count:
                    return
        raise AssertionError((await self.ended())["failure"])

    async def ended(self) -> dict[str, Any]:
        """What it has seen."""
        async with asyncio.timeout(30):
            out, err = await self.process.communicate()
        assert self.process.returncode == 0, err.decode()
        seen: dict[str, Any] = json.loads(out)
        return seen


@asynccontextmanager
async def following(
    server: Server, *tokens: str, after: str | None, wanted: int, copies: int = 1, fields: str = "to"
) -> AsyncIterator[Client]:
    """A client that subscribes after a cursor and waits for so many items."""
    url = server.address.replace("http", "ws") + "/graphql"
    given = list(tokens) or [server.token(OWNER)]
    async with client_with(url=url, tokens=given, after=after, wanted=wanted, copies=copies, fields=fields) as client:
        yield client


@asynccontextmanager
async def client_with(**job: Any) -> AsyncIterator[Client]:
    """A client that does what it is told; sockets.mjs says what that may be."""
    await asyncio.to_thread(install, FOLDER)
    process = await asyncio.create_subprocess_exec(
        *(node_and_npm()[0], str(FOLDER / "sockets.mjs"), json.dumps(job)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Client(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def first_cursor(server: Server) -> str:
    """Of a first request."""
    await ask(server, "N-0")
    return (await slice_of(server, None))[0]


async def test_the_client_reconnects_after_1012_and_resumes_after_its_last_cursor(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path) as server:
        after = await first_cursor(server)
        port = server.address.rsplit(":", 1)[1]
        async with following(server, after=after, wanted=3) as client:
            await ask(server, "N-1")
            await client.has(1)
            server.process.send_signal(signal.SIGTERM)
            await server.process.wait()
            async with serving(database_url, tmp_path) as other:
                await ask(other, "N-2")  # where the client is not
            async with serving(database_url, tmp_path, PORT=port) as again:
                await ask(again, "N-3")
                seen = await client.ended()
                assert seen["got"] == await slice_of(again, after)
        assert seen["failure"] is None
        assert seen["closed"][0] == 1012


async def test_a_client_dropped_for_slow_reading_misses_nothing(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as server:
        after = await first_cursor(server)
        async with following(server, after=after, wanted=31, copies=100, fields=_MUCH) as client:
            await ask(server, "N-1")
            await client.has(1)
            client.process.send_signal(signal.SIGSTOP)
            for number in range(2, 32):
                await ask(server, f"N-{number}")
            client.process.send_signal(signal.SIGCONT)
            seen = await client.ended()
        assert seen["got"] == await slice_of(server, after)
        assert seen["closed"][0] in (1013, 1006), "it was never dropped"  # 1006: cut, after it did not take the 1013


async def test_the_client_takes_a_new_token_after_4403_and_gives_up_without_one(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path) as server:
        after = await first_cursor(server)
        expiring = server.token(OWNER, -57)  # of the minute by which clocks may differ, three seconds are left
        async with following(server, expiring, server.token(OWNER), after=after, wanted=2) as client:
            await ask(server, "N-1")
            await client.has(1)
            await ask(server, "N-2")
            seen = await client.ended()
        assert (seen["got"], seen["failure"]) == (await slice_of(server, after), None)
        async with following(server, "wrong", after=after, wanted=1) as client:
            seen = await client.ended()
        assert (seen["got"], seen["failure"], seen["closed"]) == ([], 4403, [4403])
