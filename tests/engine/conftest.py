"""The toy schema behind a real server: uvicorn with uvloop and httptools, in a thread of its own.

There are two ways through the server, and every test that asks for `toy` takes both: the thin one goes past
middleware and router to the endpoint, and generated code completes what root fields return; the full one is
Starlette's with all middleware, and graphql-core's own execution.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

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
from engine.uvicorn.http_protocol import HttpProtocol
from tests.engine.toy import MemoryJournal, make_context, make_schema

LIMITS = Limits(body_seconds=0.5, operation_seconds=0.5)


class Impatient(HttpProtocol):
    """The same patience, in the time that a test has, and a kernel that takes in little of an answer."""

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
async def toy_server(http: type[HttpProtocol], *, thin: bool) -> AsyncIterator[Toy]:
    schema = make_schema(CompiledExecutor if thin else StrawberryGraphQLCoreExecutionContext)
    journal = MemoryJournal()
    hub = Hub(journal, poll=0.1)
    engine = Engine(schema, documents=Documents(schema, LIMITS), limits=LIMITS, hub=hub, context=make_context(journal))
    routes = [Route("/graphql", GraphQLEndpoint(engine, keep_alive=0.2))]
    cors = Middleware(CORSMiddleware, allow_origins=["https://shop.example"])
    app = Site(routes=routes) if thin else Starlette(routes=routes, middleware=[Middleware(SecurityHeaders), cors])
    async with (
        serving(app, hub, http) as (loop, port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        yield Toy(engine, hub, journal, loop, port, client)


@pytest.fixture(scope="package", params=["thin", "full"])
async def toy(request: pytest.FixtureRequest) -> AsyncIterator[Toy]:
    async with toy_server(HttpProtocol, thin=request.param == "thin") as toy:
        yield toy


@pytest.fixture(scope="package")
async def impatient() -> AsyncIterator[Toy]:
    """For nothing else: a busy machine can be slower than its patience lasts."""
    async with toy_server(Impatient, thin=True) as toy:
        yield toy
