"""uvicorn's HTTP protocol with limits for slow clients: slow heads, endless heads, answers that are not read.

`uvicorn.Config(…, http=HttpProtocol)`. The endpoint limits slow bodies (engine/transport/http.py). By itself uvicorn
waits without limit for the first request and for a client that does not read, and answers errors in plain text.
"""

import asyncio
import re

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from engine.timing.delays import Delay
from engine.uvicorn.closing_transport import ClosingTransport
from engine.uvicorn.server import WebSocketProtocol

_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
}
_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Za-z:.%]+\])(?::[0-9]*)?")


class _HeadRefused(Exception):
    """A head that is well-formed, and yet not served."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits: see the module."""

    head_delay = Delay(10.0)
    """From the start of the connection, or from a request's first byte, to the end of its head."""
    rest_delay = Delay(5.0)
    """Between an answer and the next request."""
    head_bytes = 65_536
    first_seconds = 0.5
    """How long a stopping server waits for the first request of a connection that it has just accepted."""
    read_seconds = 20.0
    """How long a client may leave an answer unread once the buffer is full, or once the connection is to be closed."""

    _headless = False
    _sending = False
    """Whether the client may still be sending what nobody will read."""
    _refusal: _HeadRefused | None = None
    _head_bytes = _received = 0
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        self._closing = ClosingTransport(transport, self.loop, self.read_seconds, self._is_sending)
        super().connection_made(self._closing)  # type: ignore[arg-type]  # it does what a transport does
        self._await_head()

    def handle_websocket_upgrade(self) -> None:
        self.transport = self._closing.inner
        self._closing.more = bool  # it holds this protocol
        super().handle_websocket_upgrade()
        websocket = self.transport.get_protocol()  # it has been given the whole handshake
        if isinstance(websocket, WebSocketProtocol):
            websocket.refuse_unreadable()
        self.parser = None  # type: ignore[assignment]  # parser and protocol hold each other

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        self.rest_delay.discard(self)
        self.resume_writing()
        super().connection_lost(exc)
        self._closing.more = bool  # it holds this protocol

    def data_received(self, data: bytes) -> None:
        if self._closing.draining:
            return
        self._received = len(data)
        super().data_received(data)
        if self._headless:
            self._head_bytes += len(data)
            if self._head_bytes > self.head_bytes:
                self._refuse(431, self._too_long().message)

    def shutdown(self) -> None:
        request: object = self.cycle  # None before the first, although uvicorn's annotation says otherwise
        if request is None and self._headless:
            # accepted a moment ago, its first request on the way: it gets an answer, not a reset
            self.loop.call_later(self.first_seconds, super().shutdown)
        elif self._closing.draining:
            self._closing.inner.close()
        else:
            super().shutdown()

    def on_message_begin(self) -> None:
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        most = self._head_bytes + self._received
        self._forget_head()
        try:
            if most > self.head_bytes:  # otherwise the head cannot be too long
                self._check_length()
            self._check_head()
        except _HeadRefused as refusal:
            self._refusal = refusal
            raise  # the parser stops, and `send_400_response` is called
        super().on_headers_complete()

    def _check_length(self) -> None:
        """Raise _HeadRefused if the head is too long, in however few pieces it has arrived."""
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > self.head_bytes:
            raise self._too_long()

    def _check_head(self) -> None:
        """Raise _HeadRefused for what HTTP has a server refuse, and its parser does not (RFC 9112, 3.2 and 6.1)."""
        hosts, codings = 0, b""
        for name, value in self.headers:
            if name == b"host":
                hosts += 1 if _HOST.fullmatch(value.strip()) else 2
            elif name == b"transfer-encoding":
                codings += b"," + value
        old = self.parser.get_http_version() == "1.0"
        if hosts > 1 or (hosts == 0 and not old):
            raise _HeadRefused(400, "A request must have one Host header, with a host name.")
        if codings:
            if old:
                raise _HeadRefused(400, "HTTP/1.0 has no transfer codings: send a content-length.")
            if [coding.strip().lower() for coding in codings[1:].split(b",") if coding.strip()] != [b"chunked"]:
                raise _HeadRefused(501, "The only transfer coding that is served is chunked.")

    def _too_long(self) -> _HeadRefused:
        return _HeadRefused(431, f"A request's head may have {self.head_bytes} bytes at most.")

    def send_400_response(self, msg: str) -> None:
        refusal = self._refusal or _HeadRefused(400, msg)
        self._refuse(refusal.status, refusal.message)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def on_response_complete(self) -> None:
        """As uvicorn's own, but all connections share one timer for their keep-alive."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self.rest_delay.add(self, self.timeout_keep_alive_handler)

    def _unset_keepalive_if_required(self) -> None:
        self.rest_delay.discard(self)

    def _await_head(self) -> None:
        if not self._headless:
            self._headless, self._head_bytes = True, 0
            self.head_delay.add(self, self._too_slow)

    def _forget_head(self) -> None:
        if self._headless:
            self._headless = False
            self.head_delay.discard(self)

    def _too_slow(self) -> None:
        if self._head_bytes:
            self._refuse(408, f"The request's head did not arrive within {self.head_delay.seconds:g} seconds.")
        else:
            self.transport.close()

    def _refuse(self, status: int, message: str) -> None:
        """Answer in JSON and close: no further byte of the connection can be understood."""
        self._forget_head()
        body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": "BAD_INPUT"}}]})
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-type: application/json; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self._sending = True
        self.transport.close()

    def _is_sending(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return self._sending or (cycle is not None and cycle.more_body)
