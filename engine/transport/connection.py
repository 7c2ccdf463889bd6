"""The connection of one client: every frame is checked, every answer goes through one bounded outbox."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.context import OperationContext
from engine.engine import CLIENT, Engine
from engine.errors import GraphQLFault, Throttled, TimedOut, Unavailable, fault_of
from engine.rate_limits import ConcurrencyLimiter
from engine.subscriptions.outbox import MOST_BYTES, MOST_ITEMS, Outbox
from engine.subscriptions.streams import EndReason, Payload
from engine.transport import frames
from engine.transport.operation import Operation

log = logging.getLogger("retour.sockets")

ABORT = "retour.abort"
"""The ASGI extension that cuts a connection whose client does not read; engine/uvicorn/server.py provides it."""

WRITE = "retour.write"
"""The ASGI extension that sends a message without a task of its own while the client keeps up; from there, too."""

SILENT = (1013, "No answer to a ping. Resume after the last cursor.")
"""Code and reason of the close for a client that does not answer; from there, too."""

_GONE = (WebSocketDisconnect, RuntimeError, OSError)
"""What sending raises once the client has disconnected; it depends on the server and the moment."""
_LONGEST_REASON = 123
_PASSING = frozenset({Throttled.code, TimedOut.code, Unavailable.code})
"""Codes of faults that another try may not meet: of the keys of tokens that cannot be read just now, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """What one connection may use; times in seconds, sizes in bytes."""

    init_seconds: float = 5.0
    close_seconds: float = 5.0
    message_bytes: int = 262_144
    operations: int = 100
    connections: int = 20_000
    """Of the process."""
    caller_connections: int = 200
    outbox_items: int = MOST_ITEMS
    outbox_bytes: int = MOST_BYTES


class Connection:
    """Speaks graphql-transport-ws with one client, from the accepted handshake to the close."""

    __slots__ = (
        "_closer",
        "_context",
        "_engine",
        "_flusher",
        "_greeting",
        "_limiter",
        "_limits",
        "_operations",
        "_outbox",
        "_retiring",
        "_timer",
        "_websocket",
        "_write",
    )

    def __init__(
        self, websocket: WebSocket, engine: Engine, limits: ConnectionLimits, limiter: ConcurrencyLimiter
    ) -> None:
        self._websocket = websocket
        direct = websocket.scope.get("extensions", {}).get(WRITE)
        self._write: Callable[[bytes], bool] | None = direct and direct["write"]
        self._engine = engine
        self._limits = limits
        self._limiter = limiter
        self._context: OperationContext | None = None
        self._operations: dict[str, Operation] = {}
        self._outbox: Outbox[tuple[Operation | None, str | Payload]] = Outbox(
            most_items=limits.outbox_items, most_bytes=limits.outbox_bytes
        )
        self._retiring = False
        self._timer: asyncio.TimerHandle | None = None
        self._greeting: asyncio.Task[None] | None = None
        self._flusher: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serve until the client or the server has closed; leaves no task behind but mutations under way."""
        self._close_in(self._limits.init_seconds, 4408, "Connection initialisation timeout")
        try:
            while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
                if self._closer is None:
                    self._on_message(message.get("text"))
        finally:
            await self._clean()

    async def _clean(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._closer = self._closer or asyncio.current_task()  # from now on nothing is posted
        left = [self._greeting, self._flusher, self._closer]
        for operation in tuple(self._operations.values()):
            operation.stop()
            left.append(None if operation.is_mutation else operation.task)
        self._operations.clear()
        tasks = [task for task in left if task is not None and task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._context is not None:
            self._limiter.release(self._context.caller)

    def _on_message(self, text: str | None) -> None:
        if text is None:
            return self.close(4400, "Invalid message: binary")
        if len(text) > self._limits.message_bytes:
            return self.close(1009, "Message too big")
        try:
            frame = frames.read(text)
        except frames.BadFrame as bad:
            return self.close(4400, str(bad))
        match frame:
            case frames.Init():
                self._on_init(frame)
            case frames.Subscribe():
                self._on_subscribe(frame)
            case frames.Complete() if frame.id in self._operations:
                self._operations.pop(frame.id).stop()
            case frames.Ping():
                self.post(frames.pong(frame.payload))
        return None

    def _on_init(self, frame: frames.Init) -> None:
        if self._greeting is not None:
            return self.close(4429, "Too many initialisation requests")
        self._greeting = asyncio.create_task(self._greet(frame.payload), name="socket-init")
        return None

    async def _greet(self, payload: Mapping[str, Any] | None) -> None:
        headers = {name.lower(): value for name, value in self._websocket.headers.items()}
        headers[CLIENT] = self._websocket.client.host if self._websocket.client else ""
        try:
            context = await self._engine.context(headers, payload)
            self._limiter.acquire(context.caller)
        except GraphQLFault as fault:
            if fault.code in _PASSING:
                return self.close(1013, fault.message)
            return self.close(4403, f"Forbidden: {fault.message}")
        except Exception as error:
            away = fault_of(error)
            if away is not None:  # clients reconnect after 1013, and never after 4500
                return self.close(1013, away.message)
            log.exception("socket: no context could be made")
            return self.close(4500, "Internal server error")
        self._context = context
        if context.expires_at is None:
            self._close_in(None)
        else:
            self._close_in(max(0.0, context.expires_at - time.time()), 4403, EndReason.EXPIRED.value)
        self.post(frames.ACK)
        return None

    def _on_subscribe(self, frame: frames.Subscribe) -> None:
        if self._context is None:
            return self.close(4401, "Unauthorized")
        if frame.id in self._operations:
            return self.close(4409, f"Subscriber for {frame.id} already exists")
        if self._retiring:
            return None  # the close that follows tells the client what to do
        if len(self._operations) >= self._limits.operations:
            sentence = f"At most {self._limits.operations} operations at a time on one connection."
            self.post(frames.error(frame.id, [{"message": sentence, "extensions": {"code": "THROTTLED"}}]))
            return None
        operation = self._operations[frame.id] = Operation(self, frame.id)
        operation.start(self._engine, frame, self._context)
        return None

    def forget(self, operation: Operation) -> None:
        """Let the client use the operation's id again."""
        if self._operations.get(operation.id) is operation:
            del self._operations[operation.id]

    async def room(self) -> None:
        await self._outbox.room()

    def post(self, body: str | Payload, operation: Operation | None = None) -> None:
        """Send when the client reads. The connection is closed if its outbox is full; no other connection waits."""
        if self._closer is not None:
            return
        if (
            self._flusher is None
            and operation is not None
            and isinstance(body, Payload)
            and self._at_once(operation, body)
        ):
            return
        if not self._outbox.put((operation, body), len(body)):
            self._outbox.clear()
            self.close(1013, EndReason.OVERFLOW.value)
        elif self._flusher is None:
            self._flusher = asyncio.create_task(self._flush(), name="socket-flush")

    def _at_once(self, operation: Operation, payload: Payload) -> bool:
        return self._write is not None and self._write(operation.message(payload))

    async def _flush(self) -> None:
        try:
            while self._outbox:
                operation, body = self._outbox.take()
                if operation is not None and isinstance(body, Payload):
                    if operation.dropped:
                        continue
                    body = operation.text(body)
                await self._websocket.send({"type": "websocket.send", "text": body})
        except _GONE:
            self._outbox.clear()
        finally:
            self._flusher = None

    def _close_in(self, seconds: float | None, code: int = 1000, reason: str = "") -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(seconds, self.close, code, reason)

    def close(self, code: int, reason: str) -> None:
        """Close after what is in the outbox; the first close decides code and reason."""
        if self._closer is None:
            for operation in tuple(self._operations.values()):
                operation.stop()
            self._closer = asyncio.create_task(self._shut(code, reason), name="socket-close")

    async def _shut(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(self._limits.close_seconds):
                if self._flusher is not None:
                    await asyncio.wait([self._flusher])
                text = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
                await self._websocket.close(code, text)
        except TimeoutError:
            abort = self._websocket.scope.get("extensions", {}).get(ABORT)
            if abort is not None:
                abort["abort"]()
        except _GONE:
            pass

    def revoke(self, revoked: Callable[[OperationContext], bool]) -> None:
        """Close if the caller's token is among those that are revoked."""
        if self._context is not None and revoked(self._context):
            self.close(4403, EndReason.REVOKED.value)

    def wind_down(self) -> None:
        """Accept no new operation and stop the subscriptions; queries and mutations go on."""
        self._retiring = True
        for operation in tuple(self._operations.values()):
            if operation.is_subscription:
                operation.stop()

    async def retire(self, code: int, reason: str) -> None:
        """Answer the operations under way, then close; returns once it is closed."""
        tasks = [operation.task for operation in self._operations.values() if operation.task is not None]
        if tasks:
            await asyncio.wait(tasks)
        self.close(code, reason)
        if self._closer is not None:
            await asyncio.wait([self._closer])
