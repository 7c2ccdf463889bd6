"""One process put together: database, services, engine and worker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from starlette.applications import Starlette
from tortoise.backends.base.client import BaseDBAsyncClient

import database
from app import limits
from app.auth.jwks import KeySet
from app.auth.tokens import Identity, Verifier, authorization_of, bearer, mint
from app.exports import ListReader
from app.health import Health
from app.languages import language_of
from app.operations.doctor import clocks_watched
from app.parts import keeping_of, links_of, terms_of
from app.revocations import revoked_ended
from app.workers import run_worker
from database import embedded
from engine import CLIENT, Documents, Engine, Hub, Sockets, Unauthenticated, listed_documents
from events.journal import Journal
from events.notifier import Notifier, ProcessNotifier, notifier_of
from events.reader import Reader
from observe.traceparent import begin
from resolvers.context import Context
from resolvers.reference import Reference
from schema.build import PUBLIC
from schema.build import build as build_schema
from services.commands import Commands
from services.guests import Guests
from services.tokens import Issuer
from settings import OperatorError, Settings

CLOSE_WITHIN = 1.0
"""Seconds for the database's connections to be returned at shutdown."""


Clock = Callable[[], datetime]


class Application:
    """The services, engine and worker of one process; `lifespan` opens and closes them."""

    def __init__(self, settings: Settings, url: str, secret: str | None, *, clock: Clock) -> None:
        self.settings, self.url, self.secret = settings, url, secret
        self.health = Health(traced=settings.traces)
        self.db: BaseDBAsyncClient | None = None
        self.notifier: Notifier = notifier_of(settings.notifier_url, url, connect=database.connect)
        self.due = ProcessNotifier()
        self.reader = Reader(url, connect=database.connect)
        self.journal = Journal(self.reader.execute, self.notifier)
        self.reference = Reference()
        self.commands = Commands(
            clock=clock,
            notify=self._notify,
            terms=terms_of(settings),
        )
        keys = KeySet(settings.jwks) if settings.jwks else None
        guest_secret = settings.guest_secret or secret
        self.verifier = Verifier(
            secret=secret,
            keys=keys,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            guest_secret=guest_secret,
        )
        self.guests: Guests | None = None
        if guest_secret is not None and links_of(settings, secret) is not None:
            sign = partial(mint, guest_secret, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
            self.guests = Guests(sign, settings.order_links_per_hour)
        self.issuer: Issuer | None = None
        if secret is not None and settings.issued_token_days:
            sign = partial(mint, secret, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
            self.issuer = Issuer(sign, settings.issued_token_days)
        schema, request_limits = build_schema(), limits.limits(settings)
        documents = Documents(
            schema,
            request_limits,
            listed=_listed(settings),
            only_listed=settings.documents_only,
            introspection=not settings.production,
            suggestions=not settings.production,
            public=PUBLIC,
        )
        self.hub = Hub(self.journal, caller_subscriptions=settings.max_caller_subscriptions)
        self.engine = Engine(
            schema,
            documents=documents,
            limits=request_limits,
            hub=self.hub,
            context=self.context,
            rate_limiter=limits.rate_limiter(settings),
            finished=self.health.finished,
            refused=self.health.refused,
            around=self.health.around(schema),
            stock=settings.executor == "stock",
        )
        self.leaving = False
        self.sockets = Sockets(self.engine, limits=limits.connection_limits(settings))

    async def identify(self, authorization: object) -> Identity:
        """Who is calling, by the text of an `authorization`. Raises Unauthenticated."""
        identity = await self.verifier.identify(bearer(authorization))
        if (await self.reference.fresh()).revokes(identity.actor, identity.issued_at):
            raise Unauthenticated("The token was revoked.")
        return identity

    async def context(self, headers: Mapping[str, str], payload: Mapping[str, Any] | None) -> Context:
        """The context of one operation; the caller is named by the header or the WebSocket's first message."""
        authorization = authorization_of(headers, payload)
        identity = None if authorization is None else await self.identify(authorization)
        viewer = identity.actor if identity else None
        reference = self.reference if identity else await self.reference.fresh()
        return Context(
            viewer=viewer,
            trace=begin(headers.get("traceparent")),
            anonymous=viewer is None,
            caller=limits.caller(viewer, headers.get(CLIENT, "")),
            expires_at=identity.expires_at if identity else None,
            issued_at=identity.issued_at if identity else 0.0,
            fields=identity.only if identity else None,
            locale=language_of(headers.get("accept-language", ""), reference.languages),
            commands=self.commands,
            journal=self.journal,
            reference=reference,
            db=self.db,
            private_webhooks=self.settings.webhook_private,
            guests=self.guests,
            issuer=self.issuer,
            sellers_see_customers=self.settings.sellers_see_customers,
            keeping=keeping_of(self.settings),
        )

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Open everything, work while serving, and close in the reverse order."""
        async with AsyncExitStack() as stack:
            self.db = await database.open(
                self.url,
                pool_size=self.settings.pool_size,
                command_timeout=self.settings.statement_timeout,
                batching=self.settings.batching,
            )
            stack.push_async_callback(_close_database)
            await stack.enter_async_context(clocks_watched())
            self.health.embedded = await stack.enter_async_context(embedded.watched())
            stack.push_async_callback(self.reader.close)
            await self.notifier.start()
            stack.push_async_callback(self.notifier.close)
            if self.settings.worker:
                lists = ListReader(lambda: self)
                working = run_worker(self.settings, self.url, self.secret, self.commands, self.due, lists)
                self.health.worker_tasks = await stack.enter_async_context(working)
            await self.hub.start()
            await stack.enter_async_context(revoked_ended(self))
            await stack.enter_async_context(self.health.gauges(self))
            stack.push_async_callback(self.leave)
            yield

    async def leave(self) -> None:
        """Close all streams, so that clients reconnect elsewhere. It can be called twice."""
        if not self.leaving:
            self.leaving = True
            await asyncio.gather(self.sockets.close(), self.hub.close())

    def _notify(self) -> None:
        self.notifier.notify()
        self.due.notify()


def _listed(settings: Settings) -> dict[str, str]:
    """The persisted documents by their identifiers. Raises OperatorError."""
    if settings.documents is None:
        return {}
    try:
        return listed_documents(settings.documents)
    except (OSError, ValueError) as error:
        raise OperatorError(f"DOCUMENTS cannot be read: {error}") from error


async def _close_database() -> None:
    """Close the pool; statements that run on are cut off, which is safe at any point of a command."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await database.close()
