"""The routes of one application."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan

from app.application import Application
from app.pages import console, graphiql
from app.pages.gateway_webhooks import stripe_routes
from app.pages.headers import SecurityHeaders, http_error, internal_error
from engine import GraphQLEndpoint
from services.demo.cast import PICTURES

GARBAGE = (20_000, 10, 5)
"""Thresholds of the garbage collector: a request makes one or two thousand objects, without cycles."""


def serving(application: Application) -> Starlette:
    """The routes of an application, for a process that serves nothing else."""

    @asynccontextmanager
    async def lifespan(served: Starlette) -> AsyncIterator[None]:
        async with application.lifespan(served):
            gc.collect()
            gc.freeze()  # what is loaded now stays: later collections skip it
            gc.set_threshold(*GARBAGE)
            gc.enable()
            yield

    return site(application, lifespan)


def site(application: Application, lifespan: Lifespan[Starlette]) -> Starlette:
    """The routes of an application, which is open while `lifespan` lasts."""
    settings = application.settings
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", "last-event-id"],
    )
    return Starlette(
        routes=[
            Route("/graphql", GraphQLEndpoint(application.engine)),
            WebSocketRoute("/graphql", application.sockets.endpoint),
            *application.health.pages(application).routes(),
            *stripe_routes(application.commands, settings.stripe_webhook_secret),
            Mount("/pictures", StaticFiles(directory=PICTURES)),
            *graphiql.routes(settings),
            *console.routes(settings, application.secret),
        ],
        middleware=[Middleware(SecurityHeaders), *([cors] if settings.cors_origins else [])],
        exception_handlers={HTTPException: http_error, Exception: internal_error},
        lifespan=lifespan,
    )
