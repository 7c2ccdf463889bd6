"""The routes of one application, and the server's short cut to the GraphQL endpoint."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan, Receive, Scope, Send

from app.application import Application
from app.pages import console, graphiql
from app.pages.gateway_webhooks import stripe_route
from app.pages.headers import SecurityHeaders, broken, refused
from engine.transport.http import GraphQLEndpoint
from services.demo.cast import PICTURES

GARBAGE = (20_000, 10, 5)
"""New objects until the youngest are collected: a request makes one or two thousand, and none in circles."""


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
            *one.health.pages(one).routes(),
            *([stripe_route(one.commands, settings.stripe_webhook_secret)] if settings.stripe_webhook_secret else []),
            Mount("/pictures", StaticFiles(directory=PICTURES)),
            *graphiql.routes(settings),
            *console.routes(settings, one.secret),
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
