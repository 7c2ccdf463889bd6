"""A chat with a journal in memory: the smallest application that the hub and the sockets can serve."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import strawberry
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from strawberry.schema.config import StrawberryConfig
from uvicorn import Config
from websockets.asyncio.client import ClientConnection, connect

from engine.context import OperationContext
from engine.documents.limits import Limits
from engine.documents.registry import Documents
from engine.engine import Engine
from engine.errors import BadInput, Forbidden, Unauthenticated
from engine.execution.computed import row_value
from engine.execution.executor import CompiledExecutor
from engine.subscriptions.hub import Hub, Item, Position, Stream
from engine.transport.frames import PROTOCOL
from engine.transport.websocket import ConnectionLimits, Sockets
from engine.uvicorn.http_protocol import HttpProtocol
from engine.uvicorn.server import GracefulServer, WebSocketProtocol

SAID = """subscription ($topic: String, $after: String) {
  said(topic: $topic, after: $after) { cursor text reader }
}"""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the chat's journal."""

    number: int
    topic: str
    text: str

    @property
    def position(self) -> Position:
        return (self.number,)

    @property
    def cursor(self) -> str:
        return f"c{self.number}"


@dataclass
class Chat:
    """A journal; `visible` is how far it can be read, `broken` makes every read fail."""

    lines: list[Line] = field(default_factory=list)
    broken: int = 0
    reads: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, text: str, topic: str = "all") -> Line:
        line = Line(len(self.lines) + 1, topic, text)
        self.lines.append(line)
        self.news.set()
        return line

    async def head(self) -> Position:
        return (len(self.lines),)

    def parse(self, cursor: str) -> Position:
        if not re.fullmatch(r"c\d+", cursor):
            raise BadInput("Not a cursor; leave `after` out.")
        return (int(cursor[1:]),)

    async def locate(self, cursor: str) -> Position:
        return self.parse(cursor)

    async def read(self, after: Position, limit: int) -> Sequence[Line]:
        self.reads += 1
        if self.broken:
            self.broken -= 1
            raise ConnectionError("the journal is away")
        await asyncio.sleep(0)
        return self.lines[after[0] : after[0] + limit]

    async def wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.news.wait()
        except TimeoutError:
            pass
        self.news.clear()


@dataclass(slots=True, kw_only=True)
class Reader(OperationContext):
    """`alice` of the token `Bearer alice`; `Bearer alice/editor/5` is an editor for five more seconds."""

    name: str
    chat: Chat
    counters: "Counters"


class KeysAway(Unauthenticated):
    """An identity provider that does not answer."""

    code = "UNAVAILABLE"


@dataclass
class Counters:
    """How often something ran."""

    sources: int = 0
    selects: int = 0
    executions: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)


class SaidStream(Stream):
    """Lines of one topic; of those that begin with "secret" editors only."""

    def __init__(self, reader: Reader, topic: str | None, after: str | None) -> None:
        super().__init__(reader.chat, after)
        self._reader = reader
        self._topic = topic

    def wants(self, entry: Line) -> bool:
        return self._topic is None or entry.topic == self._topic

    async def select(self, entries: Sequence[Line]) -> list[Item]:
        counters = self._reader.counters
        counters.selects += 1
        await asyncio.sleep(0)
        sees_all = self._reader.scope == "editor"
        return [
            Item.of(line, {"cursor": line.cursor, "text": line.text, "scope": self._reader.scope, "n": counters})
            for line in entries
            if sees_all or not line.text.startswith("secret")
        ]


def _count(row: dict[str, Any]) -> str:
    row["n"].executions += 1
    return str(row["scope"])


@strawberry.type
class Said:
    cursor: str
    text: str

    @strawberry.field
    @staticmethod
    def reader(root: strawberry.Parent[Any]) -> str:
        return _count(root)

    @strawberry.field
    @staticmethod
    def echo(value: str | None = None) -> str | None:
        return value

    @strawberry.field
    @staticmethod
    def trouble(root: strawberry.Parent[Any]) -> str | None:
        if root["text"] == "trouble":
            raise RuntimeError("what nobody should read")
        return None


Info = strawberry.Info[Reader, None]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, info: Info) -> str:
        return f"hello {info.context.name}"

    @strawberry.field
    async def slow(self, info: Info) -> str:
        info.context.counters.started.set()
        await info.context.counters.released.wait()
        return "done"

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("what nobody should read")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def say(self, info: Info, text: str, slowly: bool = False) -> str:
        if slowly:
            info.context.counters.started.set()
            await info.context.counters.released.wait()
        return info.context.chat.say(text).cursor


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def said(self, info: Info, topic: str | None = None, after: str | None = None) -> AsyncIterator[Said]:
        info.context.counters.sources += 1
        if topic == "forbidden":
            raise Forbidden("This topic is not for you.")
        return SaidStream(info.context, topic, after)


SCHEMA = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(default_resolver=row_value),
    execution_context_class=CompiledExecutor,
)


@dataclass
class Service:
    """The application, and where it listens."""

    chat: Chat
    counters: Counters
    hub: Hub
    engine: Engine
    sockets: Sockets
    server: GracefulServer | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"

    @asynccontextmanager
    async def client(self, token: str | None = "alice") -> AsyncIterator["Client"]:
        """A connection that speaks the protocol; acknowledged already unless `token` is None."""
        async with connect(self.url, subprotocols=[PROTOCOL], max_size=None) as connection:  # type: ignore[list-item]  # a NewType of str
            client = Client(connection)
            if token is not None:
                await client.init(token)
            yield client

    def reader(self, scope: str = "reader", *, expires_at: float | None = None) -> Reader:
        return Reader(name="alice", scope=scope, expires_at=expires_at, chat=self.chat, counters=self.counters)


class Client:
    """Sends and receives messages as they are."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, message: Any) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def receive(self, seconds: float = 5.0) -> Any:
        async with asyncio.timeout(seconds):
            return orjson.loads(await self.connection.recv())

    async def init(self, token: str = "alice") -> None:
        await self.say({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, id: str, query: str, **payload: Any) -> None:
        await self.say({"id": id, "type": "subscribe", "payload": {"query": query, **payload}})

    async def sync(self) -> None:
        """Returns when the server has handled everything that was sent before."""
        await self.say({"type": "ping"})
        assert await self.receive() == {"type": "pong"}

    async def live(self, service: Service, count: int) -> None:
        """Returns when so many subscriptions are live."""
        await self.sync()
        await live(service, count)

    async def closed(self, seconds: float = 5.0) -> tuple[int | None, str | None]:
        async with asyncio.timeout(seconds):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


async def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Returns as soon as it holds; fails if it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not come true in time")


async def live(service: Service, count: int) -> None:
    """Returns when so many subscriptions have replayed and are served by their groups."""
    groups = service.hub._groups
    await eventually(lambda: sum(len(group.members) for group in groups.values()) == count)


def parsed(payload: bytes) -> Any:
    return orjson.loads(bytes(payload))  # orjson takes no subclass of bytes


def build(*, connection: ConnectionLimits | None = None, limits: Limits | None = None) -> Service:
    chat, counters = Chat(), Counters()

    async def context(headers: Mapping[str, str], payload: Mapping[str, Any] | None) -> Reader:
        given = (payload or {}).get("authorization") or headers.get("authorization")
        if not isinstance(given, str) or not given.startswith("Bearer "):
            raise Unauthenticated("A bearer token is needed.")
        name, _, rest = given[7:].partition("/")
        scope, _, ttl = rest.partition("/")
        if name == "bug":
            raise RuntimeError("what nobody should read")
        if name == "away":
            raise ConnectionRefusedError("the database, for what a client knows")
        if name == "keyless":
            raise KeysAway("The keys of tokens cannot be read at the moment: try again.")
        if name == "slow":
            counters.started.set()
            await counters.released.wait()
        expires_at = time.time() + float(ttl) if ttl else None
        return Reader(name=name, scope=scope or "reader", expires_at=expires_at, chat=chat, counters=counters)

    limits = limits or Limits()
    hub = Hub(chat, poll=0.05)
    engine = Engine(SCHEMA, documents=Documents(SCHEMA, limits), limits=limits, hub=hub, context=context)
    return Service(
        chat, counters, hub, engine, Sockets(engine, limits=connection or ConnectionLimits(init_seconds=0.5))
    )


@asynccontextmanager
async def served(service: Service) -> AsyncIterator[Service]:
    """The service behind a real server on a free port."""
    app = Starlette(routes=[WebSocketRoute("/graphql", service.sockets.endpoint)])

    async def leave() -> None:
        await service.sockets.close()
        await service.hub.close()

    config = Config(
        app,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        log_config=None,
        lifespan="off",
        log_level="error",
    )
    config.load()
    service.server = server = GracefulServer(config, leave=leave)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service.port = listener.getsockname()[1]
        await server.startup(sockets=[listener])  # not serve: it takes the run's signals
        try:
            yield service
        finally:
            service.counters.released.set()
            await server.shutdown()
