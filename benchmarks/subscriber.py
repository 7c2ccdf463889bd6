"""A client of graphql-transport-ws down to the frames, so lean that thousands of them fit into one process."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Mapping
from os import urandom
from typing import Any, cast

_PONG, _PING, _CLOSE, _TEXT = 0x8A, 0x89, 0x88, 0x81


class Subscriber(asyncio.Protocol):
    """Connects, greets with a token, subscribes, and answers pings. Subclasses say what to do with what comes."""

    def __init__(self, token: str, *subscriptions: Mapping[str, Any]) -> None:
        self._token = token
        self._subscriptions = subscriptions
        self._left = b""
        self._open = self._acknowledged = False
        self.transport: asyncio.Transport

    def on_acknowledged(self) -> None:
        """The server knows who this is, and what was asked for is on its way."""

    def on_message(self, text: bytes) -> None:
        """A message has come: `next`, `error`, `complete` or `pong`."""

    def on_end(self, code: int | None) -> None:
        """The connection is over; `code` is what the server said, None if it said nothing."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._code: int | None = None
        key = b64encode(urandom(16)).decode()
        self.transport.write(
            b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
            b"Sec-WebSocket-Key: %b\r\n\r\n" % key.encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._left + data if self._left else data
        if not self._open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._left = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(head.decode(errors="replace"))
            self._open = True
            self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {self._token}"}})
        start = 0
        while (frame := frame_of(data, start)) is not None:
            kind, text, start = frame
            self._on_frame(kind, text)
        self._left = data[start:]

    def _on_frame(self, kind: int, text: bytes) -> None:
        if kind == _TEXT and self._acknowledged:
            self.on_message(text)
        elif kind == _TEXT:
            if b"connection_ack" not in text:
                raise ConnectionError(text.decode())
            self._acknowledged = True
            for number, payload in enumerate(self._subscriptions, 1):
                self.send({"id": str(number), "type": "subscribe", "payload": payload})
            self.on_acknowledged()
        elif kind == _PING:
            self._write(_PONG, text)
        elif kind == _CLOSE:
            self._code = int.from_bytes(text[:2])
            self._write(_CLOSE, text[:2])
            self.transport.close()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message of the protocol."""
        self._write(_TEXT, json.dumps(message).encode())

    def _write(self, kind: int, body: bytes) -> None:
        size = len(body)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
        self.transport.write(bytes([kind]) + length + bytes(4) + body)  # masked, by zeros

    def connection_lost(self, exc: Exception | None) -> None:
        self.on_end(self._code)


def frame_of(data: bytes, start: int) -> tuple[int, bytes, int] | None:
    """The frame of a server that begins at `start`: its first byte, its payload, its end; None unless it is whole."""
    if len(data) < start + 2:
        return None
    size, head = data[start + 1], start + 2
    if size == 126:
        size, head = int.from_bytes(data[head : head + 2]), head + 2
    elif size == 127:
        size, head = int.from_bytes(data[head : head + 8]), head + 8
    end = head + size
    return None if len(data) < end or len(data) < head else (data[start], data[head:end], end)
