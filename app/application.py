"""One process put together: database, services, engine and worker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from tortoise.backends.base.client import BaseDBAsyncClient

import database
from app import limits as limits_of
from app.auth.jwks import KeySet
from app.auth.tokens import Verifier, bearer
from app.health import Health
from app.workers import terms_of, working
from engine.documents.registry import Documents
from engine.engine import CLIENT, Engine
from engine.subscriptions.hub import Hub
from engine.transport.websocket import Sockets
from events.journal import Journal
from events.notifier import Notifier, ProcessNotifier, notifier_of
from events.reader import Reader
from observe.traceparent import begin
from resolvers.context import Context
from resolvers.reference import Reference
from schema.build import build as build_schema
from services.commands import Commands
from settings import Settings

CLOSE_WITHIN = 1.0
"""Seconds for the database's connections to come back at the end."""


Clock = Callable[[], datetime]


class Application:
    """Everything one process serves with. `open` and `close` frame its life."""

    def __init__(self, settings: Settings, url: str, secret: str | None, *, clock: Clock) -> None:
        self.settings, self.url, self.secret = settings, url, secret
        self.health = Health(traced=settings.traces)
        self.db: BaseDBAsyncClient | None = None
        self.notifier: Notifier = notifier_of(settings.notifier_url, url)
        self.due = ProcessNotifier()
        self.reader = Reader(url)
        self.journal = Journal(self.reader.execute, self.notifier)
        self.reference = Reference()
        self.commands = Commands(
            clock=clock,
            notify=self._notify,
            terms=terms_of(settings),
        )
        keys = KeySet(settings.jwks) if settings.jwks else None
        self.verifier = Verifier(secret=secret, keys=keys, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
        schema, limits = build_schema(), limits_of.limits(settings)
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
            rates=limits_of.rates(settings),
            finished=self.health.finished,
            refused=self.health.refused,
            around=self.health.around(schema),
        )
        self.leaving = False
        self.sockets = Sockets(self.engine, rules=limits_of.rules(settings))

    async def context(self, headers: Mapping[str, str], payload: Mapping[str, Any] | None) -> Context:
        """The surroundings of one operation: who asks, by the header or by the socket's first message."""
        authorization = (payload or {}).get("authorization") or headers.get("authorization")
        identity = await self.verifier.identify(bearer(authorization)) if authorization else None
        viewer = identity.actor if identity else None
        return Context(
            viewer=viewer,
            trace=begin(headers.get("traceparent")),
            caller=limits_of.caller(viewer, headers.get(CLIENT, "")),
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
            await self.notifier.start()
            stack.push_async_callback(self.notifier.close)
            if self.settings.worker:
                crew = working(self.settings, self.url, self.commands, self.due)
                self.health.crew = await stack.enter_async_context(crew)
            await self.hub.start()
            await stack.enter_async_context(self.health.shown(self))
            stack.push_async_callback(self.leave)
            yield

    async def leave(self) -> None:
        """Send every stream's client elsewhere, after what is under way has been answered. Can be called twice."""
        if not self.leaving:
            self.leaving = True
            await asyncio.gather(self.sockets.close(), self.hub.close())

    def _notify(self) -> None:
        self.notifier.notify()
        self.due.notify()


async def _close_database() -> None:
    """Who has not ended by now is cut off: commands have had their time, and are safe at any point."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await database.close()


def _language(accepted: str) -> str:
    """The first language of an Accept-Language header, "en" without one."""
    first = accepted.partition(",")[0].partition(";")[0].strip()
    return first if first and first != "*" and len(first) <= 35 else "en"
