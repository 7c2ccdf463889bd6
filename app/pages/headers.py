"""The headers and the errors of every answer: security headers stand here and nowhere else in `app/`."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_STORE = {"cache-control": "no-store"}
NO_SNIFFING = {"x-content-type-options": "nosniff"}
_EVERYWHERE = {**NO_SNIFFING, "cross-origin-opener-policy": "same-origin"}
_CLOSED = ("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
_DEFAULT = {
    **_EVERYWHERE,
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_DEFAULT_LINES = [(name.encode(), value.encode()) for name, value in _DEFAULT.items()]

ONLY_TLS = ("strict-transport-security", "max-age=31536000")
_CODES = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND", 429: "THROTTLED", 500: "INTERNAL"}


def page_headers(*directives: str) -> dict[str, str]:
    """The security headers of a page; `directives` are what its content security policy allows."""
    named = {directive.partition(" ")[0] for directive in directives}
    closed = (directive for directive in _CLOSED if directive.partition(" ")[0] not in named)
    policy = "; ".join(("default-src 'none'", *directives, *closed))
    return {**_EVERYWHERE, "referrer-policy": "same-origin", "content-security-policy": policy}


class SecurityHeaders:
    """Middleware that adds the default headers which an answer does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(line for line in _DEFAULT_LINES if line[0] not in present),
                ]
            await send(message)

        return await self.app(scope, receive, send_with_headers)


async def http_error(_request: Request, error: Exception) -> Response:
    """An HTTP error in the form of a GraphQL error."""
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "BAD_INPUT")
    body = {"errors": [{"message": error.detail, "extensions": {"code": code}}]}
    return JSONResponse(body, error.status_code, error.headers)


async def internal_error(_request: Request, _error: Exception) -> Response:
    """The answer to an unexpected exception; only the log has the details."""
    return JSONResponse({"errors": [{"message": "Internal error.", "extensions": {"code": "INTERNAL"}}]}, 500)
