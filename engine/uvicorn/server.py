"""uvicorn, mended where a connection ends: for clients that do not read, and for a server that stops.

uvicorn closes a transport after its buffer is written, which a client that does not read never lets happen;
and it closes all sockets before the application may say anything. `GracefulServer(uvicorn.Config(…,
ws=WebSocketProtocol), leave=…)`.
"""

import math
import socket
import time
from collections.abc import Awaitable, Callable

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

from engine.transport.connection import ABORT, WRITE

LAST_SECONDS = 5.0
"""From the server's close to the cut, for clients that do not answer it."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Lets the application cut a connection, and cuts by itself what stays open after a close."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # not if the handshake was refused
            self.scope["extensions"][ABORT] = {"abort": self.transport.abort}
            self.scope["extensions"][WRITE] = {"write": self.write}

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # Without these circles a connection's hundred objects are gone at once, and not when garbage is collected
        self.conn.parser.close()
        if hasattr(self, "scope"):
            self.scope["extensions"].clear()

    def write(self, message: bytes) -> bool:
        """Send one text message at once; False where a client has to be waited for, or is no longer there."""
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
        """Without the trace that uvicorn writes into the log for a text of a client's that is not UTF-8."""
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
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        super().shutdown()
        self.loop.call_later(LAST_SECONDS, self.transport.abort)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class GracefulServer(uvicorn.Server):
    """Calls `leave` when it is told to stop: new connections are refused then, the old ones still stand.

    The config's `timeout_graceful_shutdown` is for both, leaving and the answers that are then still under way.
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
