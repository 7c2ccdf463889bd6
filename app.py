"""The ASGI application, put together: database, services, engine, worker, routes."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan, Receive, Scope, Send
from tortoise.backends.base.client import BaseDBAsyncClient

import bounds
import database
import graphiql
import webapp
from engine.documents import Documents
from engine.http import GraphQLEndpoint
from engine.hub import Hub
from engine.run import CLIENT, Engine
from engine.sockets import Sockets
from events.bells import Bell, ProcessBell, bell_of
from events.journal import Journal
from events.reader import Reader
from gateways.ledger import open_ledger
from gateways.outbound import Outbound
from gateways.port import Gateway
from identity import Verifier, bearer
from jwks import KeySet
from observe.traceparent import begin
from resolvers.context import Context
from resolvers.reference import Reference
from schema.build import build as build_schema
from secure import SecurityHeaders, broken, refused
from services.command import Commands
from services.currency import exponent
from services.deliveries import Deliveries
from services.transition import Terms
from services.worker import Worker
from settings import Settings
from vitals import Crew, Vitals, traces
from webhooks import stripe_route

log = logging.getLogger("retour")

CLOSE_WITHIN = 1.0
"""Seconds for the database's connections to come back at the end."""
GARBAGE = (20_000, 10, 5)
"""New objects until the youngest are collected: a request makes one or two thousand, and none in circles."""
PICTURES = Path(__file__).parent / "demo" / "pictures"


Clock = Callable[[], datetime]


class Application:
    """Everything one process serves with. `open` and `close` frame its life."""

    def __init__(self, settings: Settings, url: str, secret: str | None, *, clock: Clock) -> None:
        self.settings, self.url, self.secret = settings, url, secret
        self.vitals = Vitals(traced=settings.traces)
        self.db: BaseDBAsyncClient | None = None
        self.bell: Bell = bell_of(settings.bell_url, url)
        self.due = ProcessBell()
        self.reader = Reader(url)
        self.journal = Journal(self.reader.execute, self.bell)
        self.reference = Reference()
        self.commands = Commands(
            clock=clock,
            ring=self._ring,
            terms=_terms(settings),
        )
        keys = KeySet(settings.jwks) if settings.jwks else None
        self.verifier = Verifier(secret=secret, keys=keys, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
        schema, limits = build_schema(), bounds.limits(settings)
        documents = Documents(
            schema, limits, introspection=not settings.production, suggestions=not settings.production
        )
        self.hub = Hub(self.journal, caller_subscriptions=settings.max_caller_subscriptions)
        self.engine = Engine(
            schema,
            documents=documents,
            limits=limits,
            hub=self.hub,
            context=self.context,
            rates=bounds.rates(settings),
            finished=self.vitals.finished,
            refused=self.vitals.refused,
            around=self.vitals.around(schema),
        )
        self.leaving = False
        self.sockets = Sockets(self.engine, rules=bounds.rules(settings))

    async def context(self, headers: Mapping[str, str], payload: Mapping[str, Any] | None) -> Context:
        """The surroundings of one operation: who asks, by the header or by the socket's first message."""
        authorization = (payload or {}).get("authorization") or headers.get("authorization")
        identity = await self.verifier.identify(bearer(authorization)) if authorization else None
        viewer = identity.actor if identity else None
        return Context(
            viewer=viewer,
            trace=begin(headers.get("traceparent")),
            caller=bounds.caller(viewer, headers.get(CLIENT, "")),
            expires_at=identity.expires_at if identity else None,
            fields=identity.only if identity else None,
            locale=_language(headers.get("accept-language", "")),
            commands=self.commands,
            journal=self.journal,
            reference=await self.reference.fresh(),
            db=self.db,
            private_webhooks=self.settings.webhook_private,
        )

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Open what is needed, work while serving, and let go in the reverse order."""
        async with AsyncExitStack() as stack:
            self.db = await database.open(
                self.url, pool_size=self.settings.pool_size, command_timeout=self.settings.statement_timeout
            )
            stack.push_async_callback(_close_database)
            stack.push_async_callback(self.reader.close)
            await self.bell.start()
            stack.push_async_callback(self.bell.close)
            if self.settings.worker:
                crew = working(self.settings, self.url, self.commands, self.due)
                self.vitals.crew = await stack.enter_async_context(crew)
            await self.hub.start()
            await stack.enter_async_context(self.vitals.shown(self))
            stack.push_async_callback(self.leave)
            yield

    async def leave(self) -> None:
        """Send every stream's client elsewhere, after what is under way has been answered. Can be called twice."""
        if not self.leaving:
            self.leaving = True
            await asyncio.gather(self.sockets.close(), self.hub.close())

    def _ring(self) -> None:
        self.bell.ring()
        self.due.ring()


async def _close_database() -> None:
    """Who has not ended by now is cut off: commands have had their time, and are safe at any point."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await database.close()


def now() -> datetime:
    """The clock of the server."""
    return datetime.now(UTC)


def serving(one: Application) -> Starlette:
    """The routes of an application, for a server that serves nothing else."""

    @asynccontextmanager
    async def lifespan(served: Starlette) -> AsyncIterator[None]:
        async with one.lifespan(served):
            gc.collect()
            gc.freeze()  # what is loaded by now stays: no later collection needs to look at it
            gc.set_threshold(*GARBAGE)
            gc.enable()
            yield

    return site(one, lifespan)


def site(one: Application, lifespan: Lifespan[Starlette]) -> Starlette:
    """The routes of an application, open for as long as `lifespan` lasts."""
    settings = one.settings
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", "last-event-id"],
    )
    return (Starlette if settings.cors_origins else Site)(
        routes=[
            Route("/graphql", GraphQLEndpoint(one.engine)),
            WebSocketRoute("/graphql", one.sockets.endpoint),
            *one.vitals.pages(one).routes(),
            *([stripe_route(one.commands, settings.stripe_webhook_secret)] if settings.stripe_webhook_secret else []),
            Mount("/pictures", StaticFiles(directory=PICTURES)),
            *graphiql.routes(settings),
            *webapp.routes(settings, one.secret),
        ],
        middleware=[Middleware(SecurityHeaders), *([cors] if settings.cors_origins else [])],
        exception_handlers={HTTPException: refused, Exception: broken},
        lifespan=lifespan,
    )


class Site(Starlette):
    """The application, with a way past middleware and router to the endpoint that needs neither."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/graphql":
            endpoint: Any = self.routes[0]
            await endpoint.app.directly(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


@asynccontextmanager
async def working(settings: Settings, url: str, commands: Commands, bell: Bell) -> AsyncIterator[Crew]:
    """A worker that runs until the block is left."""
    async with gateways_of(settings, url) as gateways:
        worker = Worker(commands, gateways, bell, lease=timedelta(seconds=settings.refund_lease))
        outbound = Outbound(private=settings.webhook_private)
        deliveries = Deliveries(commands.clock, bell, outbound)
        tasks = [
            asyncio.create_task(worker.run(), name="worker"),
            asyncio.create_task(deliveries.run(), name="webhooks"),
        ]
        try:
            yield Crew(worker, tasks)
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            await outbound.close()


@asynccontextmanager
async def gateways_of(settings: Settings, url: str) -> AsyncIterator[dict[str, Gateway]]:
    """The gateways that the settings name, by provider; closed when the block is left."""
    gateways: dict[str, Gateway] = {"ledger": await open_ledger(url)}
    if settings.stripe_api_key:
        from gateways.stripe import StripeGateway

        gateways["stripe"] = StripeGateway(
            settings.stripe_api_key, exponent=exponent, api_base=settings.stripe_api_base
        )
    if settings.traces:
        gateways = {name: traces().gateway(gateway) for name, gateway in gateways.items()}
    try:
        yield gateways
    finally:
        for gateway in gateways.values():
            await gateway.close()


async def work(settings: Settings, url: str) -> None:
    """A worker by itself, until cancelled or told to stop; rung by the servers' bells."""
    bell = bell_of(settings.bell_url, url)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await database.open(url, pool_size=settings.pool_size)
    await bell.start()
    try:
        async with working(settings, url, Commands(clock=now, ring=bell.ring, terms=_terms(settings)), bell):
            log.warning("The worker is at work.")
            await stop.wait()
    finally:
        await bell.close()
        await database.close()


def _terms(settings: Settings) -> Terms:
    return Terms(confirm_after=timedelta(seconds=settings.auto_confirm_after))


def _language(accepted: str) -> str:
    """The first language of an Accept-Language header, "en" without one."""
    first = accepted.partition(",")[0].partition(";")[0].strip()
    return first if first and first != "*" and len(first) <= 35 else "en"
