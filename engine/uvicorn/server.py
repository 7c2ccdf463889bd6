"""uvicorn with other ends of a connection: for clients that do not read, and for a server that stops.

uvicorn closes a transport once its buffer is written, which never happens if the client does not read. And it closes
all sockets before the application can send a last message. `GracefulServer(uvicorn.Config(…, ws=WebSocketProtocol),
leave=…)`.

This folder is the room for uvicorn as engine/compat is for other libraries: nothing else reaches into uvicorn, and
tests/engine/compat/test_uvicorn.py holds what is used here.
"""

import asyncio
import math
import socket
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

import orjson
import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.protocol import State

from engine.transport.connection import ABORT, SILENT, WRITE

_CODES = {403: "FORBIDDEN", 500: "INTERNAL"}
LAST_SECONDS = 5.0
"""Seconds from the server's close to the cut, for clients that do not answer the close."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Lets the application cut a connection, and cuts a connection that stays open after a close or does not answer.

    A client that has stopped reading or has vanished is let go within `ping_seconds` and `pong_seconds`.
    """

    ping_seconds = 12.0
    """From an answered ping, or the handshake, to the next."""
    pong_seconds = 16.0
    """For the answer, which comes after all that the client has not read yet."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # uvicorn's own parameters, whatever they are
        super().__init__(*arguments, **named)
        self.ping_interval, self.ping_timeout = self.ping_seconds, self.pong_seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.conn.reject = _rejection  # type: ignore[method-assign]  # all refusals of a handshake come from it

    def refuse_unreadable(self) -> None:
        """Answer a handshake that websockets could not read; uvicorn leaves its client without a word."""
        if self.handshake_initiated or self.handshake_complete:
            return
        self.handshake_complete = self.close_sent = True
        refusal = _rejection(400, "The WebSocket handshake cannot be read: it has too many or too long headers.")
        self.transport.write(refusal.serialize())
        self.transport.close()

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # not if the handshake was refused
            self.scope["extensions"][ABORT] = {"abort": self.transport.abort}
            self.scope["extensions"][WRITE] = {"write": self.write}

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # Without these cycles a connection's hundred objects are freed at once, not by the garbage collector
        self.conn.parser.close()
        if hasattr(self, "scope"):
            self.scope["extensions"].clear()

    def write(self, message: bytes) -> bool:
        """Send one text message at once; False if the client does not keep up or has disconnected."""
        if self.close_sent or self.transport.is_closing() or not self.writable.is_set():
            return False
        if self.conn.state is not State.OPEN or self.conn.extensions:  # extensions change what a frame looks like
            return False
        size = len(message)
        if size < 126:
            head = bytes((0x81, size))
        else:
            head = b"\x81\x7e" + size.to_bytes(2) if size < 65_536 else b"\x81\x7f" + size.to_bytes(8)
        self.transport.write(head + message)
        return True

    def send_receive_event_to_app(self) -> None:
        """Close with 1007 after a text that is not UTF-8, without the traceback that uvicorn logs."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_text(b"".join(self.frames)):
            self.conn.send_close(1007)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.close" and self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(LAST_SECONDS, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """Close with a code that clients come back from, and cut: uvicorn's own, 1011, is fatal to them."""
        self.pong_timer = self.pending_ping_payload = None
        if not self.close_sent and not self.transport.is_closing():
            self.conn.fail(*SILENT)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.transport.abort()

    def shutdown(self) -> None:
        super().shutdown()
        self.loop.call_later(LAST_SECONDS, self.transport.abort)


def _rejection(status: int, text: str) -> Response:
    """The refusal of a handshake in JSON, as every other answer has it; websockets says it in plain text."""
    phrase, code = HTTPStatus(status).phrase, _CODES.get(int(status), "BAD_INPUT")
    message = text.partition("\n")[0] or "The WebSocket connection was refused: check its path and its origin."
    body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})
    headers = {
        "Date": formatdate(usegmt=True),
        "Connection": "close",
        "Content-Length": str(len(body)),
        "Content-Type": "application/json; charset=utf-8",
    }
    return Response(int(status), phrase, Headers(headers), body)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class GracefulServer(uvicorn.Server):
    """Calls `leave` when it is asked to stop: new connections are refused by then, the old ones are still open.

    The config's `timeout_graceful_shutdown` limits both together: `leave` and the answers that are still under way.
    """

    def __init__(self, config: uvicorn.Config, *, leave: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._leave = leave

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        began = time.monotonic()
        await self._leave()
        if self.config.timeout_graceful_shutdown is not None:
            left = self.config.timeout_graceful_shutdown - (time.monotonic() - began)
            self.config.timeout_graceful_shutdown = max(1, math.ceil(left))
        await super().shutdown(sockets)
