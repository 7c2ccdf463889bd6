"""The routes of one application."""

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from app.application import Application
from app.pages import console, graphiql
from app.pages.evidence.page import evidence_routes
from app.pages.exports import export_routes
from app.pages.gateway_webhooks import bounce_routes, easypost_routes, stripe_routes
from app.pages.headers import SecurityHeaders, http_error, internal_error
from app.pages.labels import label_routes
from app.pages.mail import mail_routes
from app.pages.person_export import person_routes
from app.pages.unsubscribe import unsubscribe_routes
from app.parts import return_path_of
from engine import GraphQLEndpoint
from services.demo.cast import PICTURES

_GRAPHQL = "/graphql"
GARBAGE = (20_000, 10, 5)
"""Thresholds of the garbage collector: a request makes one or two thousand objects, without cycles."""


class Site(Starlette):
    """Routes behind middleware, and before them GraphQL over HTTP, which sets its headers and answers errors itself."""

    graphql: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        if scope["type"] == "http" and scope["path"] == _GRAPHQL:
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


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
    endpoint = GraphQLEndpoint(application.engine, compress=settings.compression)
    served = Site(
        routes=[
            Route(_GRAPHQL, endpoint),
            WebSocketRoute(_GRAPHQL, application.sockets.endpoint),
            *application.health.pages(application).routes(),
            *stripe_routes(application.commands, settings.stripe_webhook_secret),
            *easypost_routes(application.commands, settings.easypost_webhook_secret),
            *bounce_routes(application.commands, return_path_of(settings)),
            *label_routes(application),
            *evidence_routes(application),
            *export_routes(application),
            *person_routes(application),
            *mail_routes(settings, application.secret),
            *unsubscribe_routes(settings, application.commands),
            Mount("/pictures", StaticFiles(directory=PICTURES)),
            *graphiql.routes(settings),
            *console.routes(settings, application.secret),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(_cors, settings.cors_origins)],
        exception_handlers={HTTPException: http_error, Exception: internal_error},
        lifespan=lifespan,
    )
    served.graphql = _cors(endpoint, settings.cors_origins)
    return served


def _cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """The application as pages of these origins may call it; itself if there are none."""
    if not origins:
        return app
    headers = ["authorization", "content-type", "last-event-id"]
    return CORSMiddleware(app, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=headers)
