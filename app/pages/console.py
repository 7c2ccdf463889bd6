"""The console in a browser: its built files, what it must know of the server, and the demo's people.

Everything here is plain HTTP beside the API: the console itself asks `/graphql` like any other client.
"""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import models
from app.auth.tokens import mint
from domain.facts import Actor
from domain.words import Role
from services.people import seats
from settings import Settings

DIST = Path(__file__).parents[2] / "web" / "dist"
DEMO_TOKEN_TTL = 8 * 3600  # seconds
PEOPLE_SHOWN = 12  # of each role
OWNER = "owner"
NOT_PAGES = frozenset({"graphql", "graphiql", "healthz", "assets", "pictures", "demo", "console", "webhooks"})
"""First parts of a path that never lead to a page of the console, whether or not this server answers there."""

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Retour</title>
<h1>The console has not been built</h1>
<p>Build it with <code>make web</code> and load this page again. The API at /graphql works without it.</p></html>"""


def routes(settings: Settings, secret: str | None, dist: Path = DIST) -> list[BaseRoute]:
    """The console's routes. The last of them takes every path, so they come after all others."""
    found: list[BaseRoute] = [
        Route("/console/config.json", _config(settings, demo=offers_demo(settings, secret))),
        Mount("/assets", GZipMiddleware(Assets(directory=dist / "assets", check_dir=False), compresslevel=6)),
    ]
    if secret is not None and offers_demo(settings, secret):
        found += [Route("/demo/people", people), Route("/demo/token", _token(settings, secret), methods=["POST"])]
    found.append(Page("/{path:path}", _page(settings, dist / "index.html")))
    return found


def offers_demo(settings: Settings, secret: str | None) -> bool:
    """Whether anybody may take any seat: only where this server signs tokens itself."""
    return settings.demo and not settings.production and secret is not None


class Assets(StaticFiles):
    """Built files; their names carry a hash of their content, so a browser may keep them for ever."""

    async def check_config(self) -> None:
        """Nothing: what has not been built is not found."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        response.headers["x-content-type-options"] = "nosniff"
        return response


class Page(Route):
    """The console's own addresses. The others are not its to answer, not even that a method is not allowed there."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["path"].lstrip("/").partition("/")[0] in NOT_PAGES:
            return Match.NONE, {}
        return super().matches(scope)


def _page(settings: Settings, index: Path) -> Any:
    issuer = _origin(settings.oidc_authority)

    def page(request: Request) -> Response:
        """The console's one page, under every address that is one of its own."""
        if "." in request.path_params["path"].rpartition("/")[2]:
            raise HTTPException(404)
        if not index.exists():
            return HTMLResponse(_NOT_BUILT, 503, {"cache-control": "no-store"})
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(index.read_text().replace("CSP_NONCE", nonce), headers=security_headers(nonce, issuer))

    return page


def security_headers(nonce: str, issuer: str = "") -> dict[str, str]:
    """What a browser may do on behalf of a page: its own scripts, the API, and the issuer of tokens, nothing else."""
    policy = (
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' https: data:",
        f"connect-src 'self' {issuer}".rstrip(),
        f"frame-src {issuer}" if issuer else "frame-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "cache-control": "no-store",
        "content-security-policy": "; ".join(policy),
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }


def _config(settings: Settings, *, demo: bool) -> Any:
    oidc = None
    if settings.oidc_authority and settings.oidc_client_id:
        oidc = {"authority": settings.oidc_authority, "clientId": settings.oidc_client_id}
    answer = {"demo": demo, "graphiql": settings.graphiql, "introspection": not settings.production, "oidc": oidc}

    async def config(_request: Request) -> Response:
        """What the console must know before anybody has signed in."""
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    return config


async def people(_request: Request) -> Response:
    """Whose seat can be taken: the first customers and sellers, and the owner; those that `serve` greets lead."""
    first = await seats()
    customers = await models.Customer.all().order_by("subject").limit(PEOPLE_SHOWN)
    sellers = await models.Seller.all().order_by("handle").limit(PEOPLE_SHOWN)
    customers.sort(key=lambda one: one.subject != first.customer)
    sellers.sort(key=lambda one: one.id != first.seller)
    found = [
        *({"id": f"customer:{one.subject}", "name": one.name, "role": Role.CUSTOMER} for one in customers),
        *({"id": f"seller:{one.handle}", "name": one.name, "role": Role.SELLER} for one in sellers),
        {"id": OWNER, "name": Role.OWNER.label, "role": Role.OWNER},
    ]
    return JSONResponse({"people": found}, headers={"cache-control": "no-store"})


def _token(settings: Settings, secret: str) -> Any:
    async def token(request: Request) -> Response:
        """A token for one of the demo's people, named in a JSON body."""
        actor = await _actor(await _named(request))
        made = mint(secret, actor, ttl=DEMO_TOKEN_TTL, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
        return JSONResponse({"token": made, "expiresIn": DEMO_TOKEN_TTL}, headers={"cache-control": "no-store"})

    return token


async def _named(request: Request) -> str:
    # other sites cannot send this content type without asking first, and they are not allowed to
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415)
    try:
        person = (await request.json())["person"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(person, str) or len(person) > 300 or not person.isprintable():
        raise HTTPException(400)
    return person


async def _actor(person: str) -> Actor:
    role, _, name = person.partition(":")
    if person == OWNER:
        return Actor(Role.OWNER, OWNER)
    if role == "customer" and (customer := await models.Customer.get_or_none(subject=name)):
        return Actor(Role.CUSTOMER, customer.subject)
    if role == "seller" and (seller := await models.Seller.get_or_none(handle=name)):
        return Actor(Role.SELLER, seller.handle, seller.id)
    raise HTTPException(404)


def _origin(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
