"""The toy schema behind a real server: uvicorn with uvloop and httptools, in a thread of its own.

Every test that asks for `toy` runs twice. COMPILED has the endpoint alone, prepared executors and generated code; STOCK
has all middleware around the endpoint, and graphql-core builds every executor and executes by itself.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto

import httpx
import pytest
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from app.pages.headers import SecurityHeaders
from engine.documents.limits import Limits
from engine.documents.registry import Documents
from engine.engine import Engine
from engine.subscriptions.hub import Hub
from engine.timing.delays import Delay
from engine.transport.http import GraphQLEndpoint
from engine.uvicorn.http_protocol import HttpProtocol
from tests.engine.toy import MemoryJournal, make_context, make_schema

LIMITS = Limits(body_seconds=0.5, operation_seconds=0.5)


class Way(Enum):
    """How a request is served: see above."""

    COMPILED = auto()
    STOCK = auto()


class Impatient(HttpProtocol):
    """Short time limits, as a test needs them, and a kernel that buffers little of an answer."""

    head_delay = Delay(0.4)
    rest_delay = Delay(0.8)
    read_seconds = 0.4

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        super().connection_made(transport)


@dataclass
class Toy:
    """A running server. `url` is that of its endpoint; `loop` is the one that it runs on."""

    engine: Engine
    hub: Hub
    journal: MemoryJournal
    loop: asyncio.AbstractEventLoop
    port: int
    http: httpx.AsyncClient

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"


@asynccontextmanager
async def serving(
    app: Starlette, hub: Hub, http: type[HttpProtocol]
) -> AsyncIterator[tuple[asyncio.AbstractEventLoop, int]]:
    """The loop and the port of a server of this application."""
    config = uvicorn.Config(app, http=http, log_level="warning", lifespan="off")
    server, loop = uvicorn.Server(config), uvloop.new_event_loop()

    async def serve(listening: socket.socket) -> None:
        await server.serve([listening])
        await hub.close()

    # With the protocol named, or asyncio would not switch Nagle's algorithm off.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=loop.run_until_complete, args=(serve(listening),))
        thread.start()
        yield loop, listening.getsockname()[1]
        server.should_exit = True
        await asyncio.to_thread(thread.join)
        loop.close()


@asynccontextmanager
async def toy_server(
    way: Way, http: type[HttpProtocol] = HttpProtocol, limits: Limits = LIMITS, *, compress: bool = True
) -> AsyncIterator[Toy]:
    schema = make_schema()
    journal = MemoryJournal()
    hub = Hub(journal, poll=0.1)
    engine = Engine(
        schema,
        documents=Documents(schema, limits),
        limits=limits,
        hub=hub,
        context=make_context(journal),
        stock=way is Way.STOCK,
    )
    routes = [Route("/graphql", GraphQLEndpoint(engine, keep_alive=0.2, compress=compress))]
    cors = Middleware(CORSMiddleware, allow_origins=["https://shop.example"])
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders), cors] if way is Way.STOCK else [])
    async with (
        serving(app, hub, http) as (loop, port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        yield Toy(engine, hub, journal, loop, port, client)


@pytest.fixture(scope="package", params=Way, ids=lambda way: way.name.lower())
async def toy(request: pytest.FixtureRequest) -> AsyncIterator[Toy]:
    async with toy_server(request.param) as toy:
        yield toy


@pytest.fixture(scope="package")
async def impatient() -> AsyncIterator[Toy]:
    """A server with short time limits; not for other tests, for a busy machine can exceed these limits."""
    async with toy_server(Way.COMPILED, Impatient) as toy:
        yield toy
