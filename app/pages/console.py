"""The console in a browser: its built files, its configuration, and the people of the demo.

Everything here is plain HTTP beside the API: the console itself uses `/graphql` like any other client.
"""

import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

import models
from app.auth.tokens import mint
from app.pages import assets
from app.pages.headers import NO_STORE, page_headers
from app.parts import links_of
from domain.actions import Action
from domain.facts import Actor
from domain.words import Role
from services.people import seats
from settings import Settings, is_loopback

DEMO_TOKEN_TTL = 8 * 3600  # seconds
PEOPLE_SHOWN = 12  # of each role
OWNER = "owner"
SUPPORT = Actor(
    Role.OWNER,
    "support",
    actions=frozenset(
        {Action.APPLY_CANCELLATION, Action.CONFIRM_REQUEST, Action.REJECT_REQUEST, Action.CONVERT_TO_RETURN}
    ),
)
"""Somebody of the demo's staff: decides on requests, and sees all else."""
ADDRESSES = re.compile(
    r"/|/signin/callback|/find-my-order"
    r"|/store(/orders(/[^/.]+)?|/notifications|/withdraw(/[^/.]+)?)?/?"
    r"|/seller(/packages|/requests|/arriving|/notifications)?/?"
    r"|/owner(/orders(/[^/.]+)?|/requests(/[^/.]+)?|/returns|/refunds|/withdrawals|/settings(/terms/[^/.]+)?)?/?"
    r"|/owner/packages/?"
    r"|/owner/messages(/[^/.]+|/templates/[^/.]+/[^/.]+/[^/.]+)?/?"
)
"""The console's own addresses, as `web/src` routes them; any other path is not found."""

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Retour</title>
<h1>The console has not been built</h1>
<p>Build it with <code>make web</code> and load this page again. The API at /graphql works without it.</p></html>"""

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers that proxies add: the client is somewhere behind."""
ELSEWHERE = "The demo gives tokens to browsers of its own machine only: open the console at http://localhost."

Handler = Callable[[Request], Awaitable[Response]]


def routes(settings: Settings, secret: str | None, dist: Path = assets.DIST) -> list[BaseRoute]:
    """The console's routes. The last one matches the addresses of its pages."""
    found: list[BaseRoute] = [
        Route("/console/config.json", _config(settings, secret)),
        assets.mount("/assets", dist / "assets"),
    ]
    if secret is not None and offers_demo(settings, secret):
        token = _of_this_machine(_token(settings, secret))
        found += [Route("/demo/people", _of_this_machine(people)), Route("/demo/token", token, methods=["POST"])]
    found.append(Page("/{path:path}", _page(settings, dist / "index.html")))
    return found


def offers_demo(settings: Settings, secret: str | None) -> bool:
    """Whether anybody may sign in as anybody: only if this server signs tokens itself."""
    return settings.demo and not settings.production and secret is not None


class Page(Route):
    """The console's own addresses. Other paths do not match at all, not even with a method that is not allowed."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not ADDRESSES.fullmatch(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)


def _page(settings: Settings, index: Path) -> Callable[[Request], Response]:
    issuer = _origin(settings.oidc_authority)

    def page(_request: Request) -> Response:
        """The console's one page, under each of its addresses."""
        if not index.exists():
            return HTMLResponse(_NOT_BUILT, 503, NO_STORE)
        nonce = secrets.token_urlsafe(16)
        headers = {**_security_headers(nonce, issuer), **NO_STORE}
        return HTMLResponse(index.read_text().replace("CSP_NONCE", nonce), headers=headers)

    return page


def _security_headers(nonce: str, issuer: str) -> dict[str, str]:
    """The page may run its own scripts and call the API and the identity provider at `issuer`, nothing else."""
    return page_headers(
        f"script-src 'self' 'nonce-{nonce}'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' https: data:",
        "font-src 'self'",
        f"connect-src 'self' {issuer}".rstrip(),
        f"frame-src {issuer}" if issuer else "frame-src 'none'",
    )


def is_of_this_machine(request: Request) -> bool:
    """Whether a browser of this machine asks: by its address, by the host it has in mind, and without a proxy.

    The host's name tells a page of another name that has been pointed at this address.
    """
    client = request.client.host if request.client else ""
    named = is_loopback(client) and is_loopback(request.url.hostname or "")
    return named and not any(name in request.headers for name in FORWARDED)


def _of_this_machine(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        if not is_of_this_machine(request):
            return JSONResponse({"error": ELSEWHERE}, 403, NO_STORE)
        return await handler(request)

    return guarded


def _config(settings: Settings, secret: str | None) -> Handler:
    oidc = None
    if settings.oidc_authority and settings.oidc_client_id:
        oidc = {"authority": settings.oidc_authority, "clientId": settings.oidc_client_id}
    answer = {
        "graphiql": settings.graphiql,
        "guests": links_of(settings, secret) is not None,
        "introspection": not settings.production,
        "oidc": oidc,
    }
    demo = offers_demo(settings, secret)

    async def config(request: Request) -> Response:
        """What the console must know before the user signs in."""
        return JSONResponse({"demo": demo and is_of_this_machine(request), **answer}, headers=NO_STORE)

    return config


async def people(_request: Request) -> Response:
    """The people whom the console can sign in as: the first customers and sellers, and the owner.

    Those whose tokens `serve` prints come first.
    """
    first = await seats()
    customers = await models.Customer.all().order_by("subject").limit(PEOPLE_SHOWN)
    sellers = await models.Seller.all().order_by("handle").limit(PEOPLE_SHOWN)
    customers.sort(key=lambda customer: customer.subject != first.customer)
    sellers.sort(key=lambda seller: seller.id != first.seller)
    found = [
        *({"id": f"customer:{row.subject}", "name": row.name, "role": Role.CUSTOMER} for row in customers),
        *({"id": f"seller:{row.handle}", "name": row.name, "role": Role.SELLER} for row in sellers),
        {"id": OWNER, "name": Role.OWNER.label, "role": Role.OWNER},
        {"id": SUPPORT.id, "name": "Support", "role": Role.OWNER},
    ]
    return JSONResponse({"people": found}, headers=NO_STORE)


def _token(settings: Settings, secret: str) -> Handler:
    async def token(request: Request) -> Response:
        """A token for a person of the demo, who is named in a JSON body."""
        actor = await _actor(await _named(request))
        made = mint(secret, actor, ttl=DEMO_TOKEN_TTL, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
        return JSONResponse({"token": made, "expiresIn": DEMO_TOKEN_TTL}, headers=NO_STORE)

    return token


async def _named(request: Request) -> str:
    # browsers send this content type from another site only after a preflight request, which is refused
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
    if person == SUPPORT.id:
        return SUPPORT
    if role == "customer" and (customer := await models.Customer.get_or_none(subject=name)):
        return Actor(Role.CUSTOMER, customer.subject)
    if role == "seller" and (seller := await models.Seller.get_or_none(handle=name)):
        return Actor(Role.SELLER, seller.handle, seller.id)
    raise HTTPException(404)


def _origin(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
