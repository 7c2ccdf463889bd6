"""The toy schema behind a real server: uvicorn with uvloop and httptools, in a thread of its own.

There are three ways through the server, and every test that asks for `toy` takes them all: FAST goes past middleware
and router to the endpoint, and generated code completes what root fields return; MIDDLEWARE is Starlette's with all
middleware, and graphql-core's own execution of prepared executors; STOCK is what the switches for incidents leave.
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
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.pages.headers import SecurityHeaders
from app.routes import Site
from engine.documents.limits import Limits
from engine.documents.registry import Documents
from engine.engine import Engine
from engine.execution.executor import CompiledExecutor
from engine.subscriptions.hub import Hub
from engine.timing.delays import Delay
from engine.transport.http import GraphQLEndpoint
from engine.uvicorn.http_protocol import FastHttpProtocol, HttpProtocol
from tests.engine.toy import MemoryJournal, make_context, make_schema

LIMITS = Limits(body_seconds=0.5, operation_seconds=0.5)


class Way(Enum):
    """A way through the server: see above."""

    FAST = auto()
    MIDDLEWARE = auto()
    STOCK = auto()


class Impatient(HttpProtocol):
    """Short time limits, as a test needs them, and a kernel that buffers little of an answer."""

    head_delay = Delay(0.4)
    rest_delay = Delay(0.8)
    read_seconds = 0.4

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        super().connection_made(transport)


class FastImpatient(Impatient, FastHttpProtocol):
    """The same with the server's side of the fast path."""


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
async def toy_server(way: Way, http: type[HttpProtocol]) -> AsyncIterator[Toy]:
    schema = make_schema(StrawberryGraphQLCoreExecutionContext if way is Way.MIDDLEWARE else CompiledExecutor)
    journal = MemoryJournal()
    hub = Hub(journal, poll=0.1)
    engine = Engine(
        schema,
        documents=Documents(schema, LIMITS),
        limits=LIMITS,
        hub=hub,
        context=make_context(journal),
        stock=way is Way.STOCK,
    )
    routes = [Route("/graphql", GraphQLEndpoint(engine, keep_alive=0.2))]
    cors = Middleware(CORSMiddleware, allow_origins=["https://shop.example"])
    middleware = [Middleware(SecurityHeaders), cors]
    app = Site(routes=routes) if way is Way.FAST else Starlette(routes=routes, middleware=middleware)
    async with (
        serving(app, hub, http) as (loop, port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        yield Toy(engine, hub, journal, loop, port, client)


@pytest.fixture(scope="package", params=Way, ids=lambda way: way.name.lower())
async def toy(request: pytest.FixtureRequest) -> AsyncIterator[Toy]:
    way: Way = request.param
    async with toy_server(way, HttpProtocol if way is Way.STOCK else FastHttpProtocol) as toy:
        yield toy


@pytest.fixture(scope="package", params=[Way.FAST, Way.STOCK], ids=lambda way: way.name.lower())
async def impatient(request: pytest.FixtureRequest) -> AsyncIterator[Toy]:
    """A server with short time limits; not for other tests, for a busy machine can exceed these limits."""
    way: Way = request.param
    async with toy_server(way, Impatient if way is Way.STOCK else FastImpatient) as toy:
        yield toy
