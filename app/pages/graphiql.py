"""GraphiQL at /graphiql, built by web/graphiql; it sends requests to this server only."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.pages import assets
from app.pages.headers import NO_STORE, page_headers
from settings import Settings

BUILT = assets.DIST / "graphiql"
HEADERS = page_headers(
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    # the editor positions and colors each line of text with a style of its own
    "style-src 'self' 'unsafe-inline'",
    # the style sheet embeds its fonts
    "font-src 'self' data:",
    "img-src 'self' data:",
)
NOT_BUILT = "GraphiQL has not been built: run `make web` and load this page again.\n"


def routes(settings: Settings, built: Path = BUILT) -> list[BaseRoute]:
    """The routes of GraphiQL; none if it is switched off."""
    if not settings.graphiql:
        return []

    async def page(_request: Request) -> Response:
        if not (built / "index.html").exists():
            return PlainTextResponse(NOT_BUILT, 503, NO_STORE)
        return FileResponse(built / "index.html", headers={**HEADERS, "cache-control": "no-cache"})

    # the files carry the policy as well, because a worker is bound by that of its own file
    return [Route("/graphiql", page), assets.mount("/graphiql/assets", built / "assets", HEADERS)]
