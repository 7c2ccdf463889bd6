"""A small schema with everything that the endpoint has to cope with, and a journal in memory."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine.context import OperationContext
from engine.documents.limits import Cost
from engine.errors import BadInput, Forbidden, Throttled, Unauthenticated
from engine.execution.computed import row_value
from engine.execution.executor import CompiledExecutor
from engine.subscriptions.streams import Item, Position, Stream


@dataclass(frozen=True)
class Tick:
    number: int

    @property
    def position(self) -> Position:
        return (self.number,)

    @property
    def cursor(self) -> str:
        return f"c{self.number}"


class MemoryJournal:
    """Ticks 1, 2, 3 … as `notify` adds them."""

    def __init__(self) -> None:
        self.ticks: list[Tick] = []
        self._more = asyncio.Event()

    def notify(self, count: int = 1) -> None:
        self.ticks += [Tick(len(self.ticks) + n) for n in range(1, count + 1)]
        self._more.set()
        self._more = asyncio.Event()

    async def head(self) -> Position:
        return (len(self.ticks),)

    def parse(self, cursor: str) -> Position:
        if not cursor.startswith("c") or not cursor[1:].isdecimal():
            raise BadInput("This is no cursor.")
        return (int(cursor[1:]),)

    async def locate(self, cursor: str) -> Position:
        return self.parse(cursor)

    async def read(self, after: Position, limit: int) -> Sequence[Tick]:
        return self.ticks[after[0] : after[0] + limit]

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109  # the hub's protocol
        with suppress(TimeoutError):
            await asyncio.wait_for(self._more.wait(), timeout)


class Ticks(Stream):
    async def select(self, entries: Sequence[Any]) -> list[Item]:
        return [Item.of(entry, entry.number) for entry in entries]


@dataclass(slots=True, kw_only=True)
class ToyContext(OperationContext):
    user: str | None
    journal: MemoryJournal


class SignedIn(BasePermission):
    message = "Sign in first."

    def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:
        return info.context.user is not None


@strawberry.enum
class Color(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.input(one_of=True)
class Either:
    left: strawberry.Maybe[int]
    right: strawberry.Maybe[int]


@strawberry.input
class Nest:
    inner: "Nest | None" = None


@strawberry.type
class Thing:
    id: strawberry.ID = strawberry.ID("thing_1")
    name: str = "a thing"
    tags: list[str] = strawberry.field(default_factory=list, metadata={"cost": Cost(size=2)})

    @strawberry.field
    def parent(self) -> "Thing | None":
        return Thing()

    @strawberry.field
    def children(self) -> "list[Thing]":
        return [Thing(), Thing()]

    priced: int = strawberry.field(default=1, metadata={"cost": Cost(weight=50)})


@strawberry.type
class ThingEdge:
    cursor: str
    node: Thing


@strawberry.type
class ThingConnection:
    edges: list[ThingEdge]
    nodes: list[Thing]
    total_count: int


@strawberry.type
class Query:
    @strawberry.field
    async def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def whole(self, n: int) -> int:
        return n

    @strawberry.field
    def color(self, color: Color) -> Color:
        return color

    @strawberry.field
    def either(self, either: Either) -> int:
        return 1

    @strawberry.field
    def nest(self, nest: Nest) -> bool:
        return True

    @strawberry.field
    def thing(self) -> Thing | None:
        return Thing()

    @strawberry.field
    def things(self, first: int = 20, after: str | None = None) -> ThingConnection:
        few = [Thing() for _ in range(min(first, 3))]
        return ThingConnection(edges=[ThingEdge(cursor="c", node=one) for one in few], nodes=few, total_count=3)

    @strawberry.field
    async def broken(self) -> str | None:
        raise RuntimeError("select password from secrets")

    @strawberry.field
    async def broken_hard(self) -> str:
        raise RuntimeError("select password from secrets")

    @strawberry.field
    def nothing(self) -> str:
        return None  # type: ignore[return-value]  # what a faulty resolver does

    @strawberry.field
    async def refused(self, how: str) -> str | None:
        faults = {"input": BadInput, "forbidden": Forbidden, "throttled": Throttled, "who": Unauthenticated}
        raise faults[how](f"Refused: {how}.")

    mine: str | None = strawberry.field(resolver=lambda: "yours", permission_classes=[SignedIn])

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.Event().wait()
        return "never"

    @strawberry.field
    def long(self, size: int) -> str:
        return "x" * size

    @strawberry.field
    def who(self, info: strawberry.Info) -> str | None:
        return str(info.context.user)


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def notify(self, info: strawberry.Info, count: int = 1) -> int:
        info.context.journal.notify(count)
        return len(info.context.journal.ticks)

    @strawberry.mutation
    async def wait(self, info: strawberry.Info, ticks: int) -> int:
        journal: MemoryJournal = info.context.journal
        while len(journal.ticks) < ticks:
            await journal.wait(0.1)
        return len(journal.ticks)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(
        self, info: strawberry.Info, after: str | None = None, step: Annotated[int, strawberry.argument()] = 1
    ) -> AsyncIterator[int]:
        return Ticks(info.context.journal, after)


def make_schema(executor: type[StrawberryGraphQLCoreExecutionContext] = CompiledExecutor) -> strawberry.Schema:
    config = StrawberryConfig(default_resolver=row_value)
    return strawberry.Schema(Query, Mutation, Subscription, config=config, execution_context_class=executor)


def make_context(journal: MemoryJournal) -> Any:
    """The bearer token is the caller's name; `bad` is invalid, `brief` is valid for half a second."""

    async def context(headers: Mapping[str, str], payload: Mapping[str, Any] | None) -> OperationContext:
        user = headers.get("authorization", "").removeprefix("Bearer ") or None
        if user == "bad":
            raise Unauthenticated("The token does not hold.")
        if user == "odd":
            raise RuntimeError("select password from secrets")
        expires_at = time.time() + 0.5 if user == "brief" else None
        return ToyContext(scope=user, expires_at=expires_at, user=user, journal=journal)

    return context
