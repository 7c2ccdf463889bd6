"""What every answer carries, whichever route it comes from: headers for browsers, and errors in JSON."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
"""For answers that are no pages; a page brings a policy of its own."""

ONLY_TLS = ("strict-transport-security", "max-age=31536000")
_CODES = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND", 429: "THROTTLED", 500: "INTERNAL"}


class SecurityHeaders:
    """Adds what an answer does not say itself. The endpoint of GraphQL does, so that it costs nothing there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == "/graphql":
            return await self.app(scope, receive, send)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in HEADERS if one[0] not in said)]
            await send(message)

        return await self.app(scope, receive, sending)


async def refused(_request: Request, error: Exception) -> Response:
    """An error of HTTP, in the form that those of GraphQL have."""
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "BAD_INPUT")
    body = {"errors": [{"message": error.detail, "extensions": {"code": code}}]}
    return JSONResponse(body, error.status_code, error.headers)


async def broken(_request: Request, _error: Exception) -> Response:
    """What is said of an unforeseen exception; the log has the rest."""
    return JSONResponse({"errors": [{"message": "Internal error.", "extensions": {"code": "INTERNAL"}}]}, 500)
