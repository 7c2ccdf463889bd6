"""Strawberry's own server on our schema: what it costs to execute a subscription once for every subscriber.

Only that is compared. Journal, rows, parser of frames and event loop are shared or the same, in Strawberry's
favor: one tail is kept in memory for all, and the rows of an event are fetched once, not per subscriber.
Started with the database's address; says which port it listens on.
"""

import asyncio
import sys
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

from app.application import Application
from app.auth.tokens import mint
from app.workers import now
from benchmarks.serving import serve
from domain.facts import Actor
from domain.words import Role
from engine.execution.computed import row_value
from engine.subscriptions.streams import BATCH, POLL, Item, Position
from events.journal import Event, Journal
from resolvers import subscriptions
from resolvers.context import Context
from schema.mutation import Mutation
from schema.people import Customer, Seller
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription
from settings import SHORTEST_SECRET, Settings

_SECRET = "-" * SHORTEST_SECRET


class Tail(Journal):
    """The journal's end in memory, for any number of streams that each read it by themselves."""

    def __init__(self, one: Application) -> None:
        super().__init__(one.reader.execute, one.notifier)
        self._events: list[Event] = []
        self._news = asyncio.Event()

    async def follow(self) -> None:
        """Read what is new, until canceled."""
        place = await super().head()
        while True:
            events = await super().read(place, BATCH)
            if events:
                place = events[-1].position
                self._events += events
                self._news.set()
                self._news = asyncio.Event()
            await super().wait(POLL)

    async def read(self, after: Position, limit: int) -> list[Event]:
        return self._events[bisect_right(self._events, after, key=lambda event: event.position) :][:limit]

    async def wait(self, seconds: float) -> None:
        await self._news.wait()


class SharedRows(subscriptions.Updates):
    """Rows that are fetched once for all: every subscriber here is the owner and asks the same."""

    _fetched: ClassVar[dict[tuple[Position, ...], "asyncio.Task[list[Item]]"]] = {}

    async def select(self, entries: Sequence[Event]) -> list[Item]:
        key = tuple(entry.position for entry in entries)
        task = self._fetched.get(key)
        if task is None:
            task = self._fetched[key] = asyncio.create_task(super().select(entries))
        return await asyncio.shield(task)


class Stock(GraphQL[Context, None]):
    """Strawberry's view as it comes, but for the context."""

    one: Application
    tail: Tail

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        token = mint(_SECRET, Actor(Role.OWNER, "olga"), ttl=3600)
        context = await self.one.context({"authorization": f"Bearer {token}"}, None)
        context.journal = self.tail
        return context


def build(url: str) -> Starlette:
    """The application."""
    subscriptions.Updates = SharedRows  # type: ignore[misc]  # what the resolvers make from here on
    one = Application(Settings(), url, _SECRET, clock=now)
    view = Stock(
        strawberry.Schema(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[Customer, Seller],
            config=StrawberryConfig(default_resolver=row_value, scalar_map=SCALARS),
        )
    )
    view.one, view.tail = one, Tail(one)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with one.lifespan(app):
            following = asyncio.create_task(view.tail.follow())
            yield
            following.cancel()

    async def socket(websocket: WebSocket) -> Any:
        await view(websocket.scope, websocket.receive, websocket.send)

    return Starlette(routes=[WebSocketRoute("/graphql", socket)], lifespan=lifespan)


if __name__ == "__main__":
    serve(build(sys.argv[1]), loop="uvloop", http="httptools")
