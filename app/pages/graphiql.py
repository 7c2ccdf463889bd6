"""GraphiQL at /graphiql, as web/graphiql has built it: it asks nobody but this server."""

from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Scope

from app.pages import console
from settings import Settings

BUILT = console.DIST / "graphiql"
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    # the editor positions and colours every line of text by a style of its own
    "style-src 'self' 'unsafe-inline'",
    # the style sheet brings its fonts along
    "font-src 'self' data:",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "content-security-policy": "; ".join(POLICY),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
NOT_BUILT = "GraphiQL has not been built: run `make web` and load this page again.\n"


def routes(settings: Settings, built: Path = BUILT) -> list[BaseRoute]:
    """The routes of GraphiQL; none when it is switched off."""
    if not settings.graphiql:
        return []

    async def page(_request: Request) -> Response:
        if not (built / "index.html").exists():
            return PlainTextResponse(NOT_BUILT, 503, {"cache-control": "no-store"})
        return FileResponse(built / "index.html", headers={**HEADERS, "cache-control": "no-cache"})

    assets = Assets(directory=built / "assets", check_dir=False)
    return [Route("/graphiql", page), Mount("/graphiql/assets", GZipMiddleware(assets, compresslevel=6))]


class Assets(console.Assets):
    """Built files under the policy of the page: a worker is held to that of its own file."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response
