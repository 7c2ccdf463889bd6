"""GraphQL over HTTP: an ASGI endpoint for a Starlette Route, of any method.

POST takes JSON; GET takes the query string, but no mutations. Accept alone decides what an answer is:
`application/graphql-response+json`, `application/json` or server-sent events, by the client's weights (accept.py).
Every error is answered in JSON, with `errors` and their codes.
"""

import math
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from engine.context import OperationContext
from engine.documents.limits import Limits
from engine.documents.registry import Document, RequestErrors
from engine.engine import CLIENT, Engine, Response, masked
from engine.errors import BadInput, GraphQLFault, Throttled, TooComplex, fault_of
from engine.timing.delays import Delay
from engine.timing.disconnect import CancelOnDisconnect, ClientDisconnected
from engine.timing.timeout import Timeout
from engine.transport.accept import preferred
from engine.transport.encoding import COMPRESS_FROM, encodings, gzipped
from engine.transport.request import GraphQLRequest, read_json
from engine.transport.resume import resumed
from engine.transport.sse import EventStream

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENTS = "text/event-stream"

_EVERY_ANSWER = [
    (b"cache-control", b"no-store"),
    (b"vary", b"accept, accept-encoding, authorization, origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
_LINES = {
    media: [*_EVERY_ANSWER, (b"content-type", f"{media}; charset=utf-8".encode())] for media in (JSON, GRAPHQL_JSON)
}
_GZIP = ("gzip",)
_GZIPPED = (b"content-encoding", b"gzip")
_OF_ANY_TYPE = frozenset({401, 403, 429})
"""Statuses that proxies and clients act on; they are sent with every media type."""


class RequestRefused(Exception):
    """A request that is answered before GraphQL runs."""

    def __init__(self, status: int, fault: GraphQLFault, **headers: str) -> None:
        super().__init__(fault.message)
        self.status = status
        self.errors = RequestErrors.of(fault)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class GraphQLEndpoint:
    """`Route("/graphql", GraphQLEndpoint(engine))`. The engine's context factory says who the caller is.

    `keep_alive` is in seconds: how often an event stream without events sends a sign of life. With `compress`, long
    answers in JSON are gzipped for clients that accept it; event streams never are.
    """

    def __init__(self, engine: Engine, *, keep_alive: float = 12.0, compress: bool = True) -> None:
        self._engine = engine
        self._keep_alive = keep_alive
        self._compress_from: float = COMPRESS_FROM if compress else math.inf
        self._for_bodies = Delay(engine.limits.body_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        accept = _accept(scope, headers)
        accepted = answer_type(accept)
        media = GRAPHQL_JSON if accepted == GRAPHQL_JSON else JSON
        more: dict[str, str] = {}
        try:
            request = await self._request(scope, headers, receive, accepted)
            headers[CLIENT] = scope["client"][0] if scope.get("client") else ""
            context = await self._engine.context(headers, None)
            self._engine.admit(context)
            if accepted == EVENTS or await self._streams(request, accept, context, receive):
                stream = EventStream(receive, send, self._keep_alive)
                await self._stream(request, context, scope, stream, receive=receive)
                return
            response = await self._response(request, context, scope["method"], receive)
            status = 200 if media == JSON or "data" in response else 400
        except ClientDisconnected:
            return
        except RequestRefused as refused:
            response, status, more = self._engine.refusal(refused.errors), refused.status, refused.headers
        except (RequestErrors, GraphQLFault) as error:
            refusal = RequestErrors.of(error) if isinstance(error, GraphQLFault) else error
            response, status = self._engine.refusal(refusal), _status(refusal, media)
            more = _more(error, status)
        except Exception as error:
            fault = fault_of(error)
            refusal = RequestErrors.of(fault) if fault else RequestErrors([masked(error)])
            response, status = self._engine.refusal(refusal), fault.http_status if fault else 500
        body, lines = self._engine.encode(response), [*_LINES[media], *_raw(more)]
        if len(body) >= self._compress_from and encodings(headers.get("accept-encoding", ""), _GZIP):
            body = await gzipped(body)
            lines.append(_GZIPPED)
        await _answer(send, status, body, lines)

    async def _request(
        self, scope: Scope, headers: dict[str, str], receive: Receive, accepted: str | None
    ) -> GraphQLRequest:
        """The request in GraphQL's own terms; raises RequestRefused."""
        method, limits = scope["method"], self._engine.limits
        if method not in ("POST", "GET"):
            raise RequestRefused(405, BadInput(f"{method} is not served here."), allow="GET, POST")
        if accepted is None:
            raise RequestRefused(406, BadInput(f"The answer can be {GRAPHQL_JSON}, {JSON} or {EVENTS}."))
        try:
            if method == "GET":
                return GraphQLRequest.of(_from_query(scope["query_string"], limits))
            _check_content(headers)
            return GraphQLRequest.of(read_json(await self._body(receive, headers), limits.nesting))
        except BadInput as fault:
            raise RequestRefused(400, fault) from None

    async def _body(self, receive: Receive, headers: dict[str, str]) -> bytes:
        """The whole body, within the limits of size and time. Raises RequestRefused and ClientDisconnected."""
        limits = self._engine.limits
        length = headers.get("content-length", "0")
        if len(length) > 12 or not length.isdecimal() or int(length) > limits.body_bytes:
            raise _too_long(limits)
        body = bytearray()
        try:
            with Timeout(self._for_bodies):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnected
                    body += message.get("body", b"")
                    if len(body) > limits.body_bytes:
                        raise _too_long(limits)
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            fault = BadInput(f"The body did not arrive within {limits.body_seconds:g} seconds.")
            raise RequestRefused(408, fault, connection="close") from None

    async def _document(self, request: GraphQLRequest, context: OperationContext, receive: Receive) -> Document:
        """The request's document. One that has to wait for its turn leaves the queue when its client disconnects."""
        document = self._engine.known(request.query, request.document_id, context)
        if document is None:
            with CancelOnDisconnect(receive):
                document = await self._engine.examine(request.query, request.document_id, context)
        return document

    async def _streams(self, request: GraphQLRequest, accept: str, context: OperationContext, receive: Receive) -> bool:
        """Whether JSON and events are equals to the client, and only events can answer the request."""
        if answer_type(accept, streaming=True) != EVENTS:
            return False
        document = await self._document(request, context, receive)
        return document.kind(request.operation_name) is OperationType.SUBSCRIPTION

    async def _response(
        self, request: GraphQLRequest, context: OperationContext, method: str, receive: Receive
    ) -> Response:
        """A query is canceled when its client disconnects; a mutation that has begun is carried out."""
        engine = self._engine
        document = await self._document(request, context, receive)
        if document.kind(request.operation_name) is OperationType.MUTATION:
            if method == "GET":
                raise _mutation_by_get()
            return await engine.execute(document, request.operation_name, request.variables, context)
        with CancelOnDisconnect(receive):
            return await engine.execute(document, request.operation_name, request.variables, context)

    async def _stream(
        self, request: GraphQLRequest, context: OperationContext, scope: Scope, stream: EventStream, *, receive: Receive
    ) -> None:
        """Answer in events, errors of the document too: a browser's EventSource reads nothing else."""
        engine = self._engine
        try:
            document = await self._document(request, context, receive)
            kind = document.kind(request.operation_name)
            if kind is OperationType.SUBSCRIPTION:
                document, variables = resumed(engine, document, request, _last_event_id(scope))
                await stream.send_all(engine.stream(document, request.operation_name, variables, context))
                return
            if kind is OperationType.MUTATION and scope["method"] == "GET":
                raise _mutation_by_get()
            response = await engine.execute(document, request.operation_name, request.variables, context)
        except RequestErrors as refusal:
            response = engine.refusal(refusal)
        await stream.send_one(engine.encode(response))


def _last_event_id(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), None)


def _mutation_by_get() -> RequestRefused:
    return RequestRefused(405, BadInput("Mutations are served by POST only."), allow="POST")


def _more(error: Exception, status: int) -> dict[str, str]:
    """The headers that a status needs."""
    if isinstance(error, Throttled):
        return {"retry-after": str(math.ceil(error.retry_after))}
    return {"www-authenticate": "Bearer"} if status == 401 else {}


def _status(refusal: RequestErrors, media: str) -> int:
    if refusal.http_status in _OF_ANY_TYPE:
        return refusal.http_status
    return 200 if media == JSON else 400


@lru_cache(maxsize=256)
def answer_type(accept: str, *, streaming: bool = False) -> str | None:
    """The media type of the answer, from what a client accepts; None if it accepts none of ours.

    The client's weights decide. A client that lists event streams and JSON as equals, as urql does, gets JSON, and
    events for what can only be streamed.
    """
    offered = (EVENTS, GRAPHQL_JSON, JSON) if streaming else (GRAPHQL_JSON, JSON, EVENTS)
    return preferred(accept, offered, plain=JSON)


def _accept(scope: Scope, headers: dict[str, str]) -> str:
    """The header Accept; a client may send it on several lines."""
    if len(headers) == len(scope["headers"]):
        return headers.get("accept", "")
    return ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")


def _check_content(headers: dict[str, str]) -> None:
    """Refuse every content that a page of another origin can send without a preflight, and every other encoding."""
    if not _is_json(headers.get("content-type", "")):
        raise RequestRefused(415, BadInput(f"The content type must be {JSON}, in UTF-8."), accept_post=JSON)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestRefused(415, BadInput("Compressed bodies are not served."), accept_encoding="identity")


@lru_cache(maxsize=256)
def _is_json(content_type: str) -> bool:
    kind, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    charsets = [piece.removeprefix("charset=").strip('"') for piece in parameters if piece.startswith("charset=")]
    return kind == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def _too_long(limits: Limits) -> RequestRefused:
    return RequestRefused(413, TooComplex(f"A body may have {limits.body_bytes} bytes at most."), connection="close")


def _from_query(query_string: bytes, limits: Limits) -> dict[str, Any]:
    """A GET request's members; `variables` and `extensions` are JSON in them."""
    if len(query_string) > limits.body_bytes:
        raise RequestRefused(414, TooComplex(f"A query string may have {limits.body_bytes} bytes at most."))
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=32)
    except ValueError:
        raise BadInput("The query string is not in UTF-8, or has too many members.") from None
    members: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if name in members:
            members[name] = read_json(members[name], limits.nesting) if members[name] else None
    return members


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def _answer(send: Send, status: int, body: bytes, lines: list[tuple[bytes, bytes]]) -> None:
    lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
