"""One operation of one connection, from its `subscribe` message to its `complete` or `error`."""

import asyncio
import logging
from typing import Any, Protocol

from graphql import OperationType

from engine.context import OperationContext
from engine.documents.registry import RequestErrors
from engine.engine import Engine
from engine.errors import GraphQLFault
from engine.subscriptions.hub import Subscription
from engine.subscriptions.streams import End, EndReason, Payload
from engine.transport import frames
from engine.transport.request import GraphQLRequest

log = logging.getLogger("retour.sockets")

_UNFINISHED: set[asyncio.Task[None]] = set()
"""Mutations under way: the loop holds tasks only weakly, and these may outlive their connection."""

_CLOSE_CODES = {EndReason.EXPIRED: 4403, EndReason.OVERFLOW: 1013, EndReason.FAILED: 1013, EndReason.RESTART: 1012}


class Channel(Protocol):
    """What an operation needs of its connection."""

    def post(self, body: str | Payload, operation: "Operation | None" = None) -> None: ...

    def close(self, code: int, reason: str) -> None: ...

    def forget(self, operation: "Operation") -> None: ...

    async def room(self) -> None: ...


class Operation:
    """A query, mutation or subscription; the sink of the latter. It has a task until it is live or answered."""

    __slots__ = ("_before", "_channel", "_head", "_listener", "dropped", "id", "is_mutation", "task")

    def __init__(self, connection: Channel, id_: str) -> None:
        self.id = id_
        self.dropped = False
        self.is_mutation = False
        self.task: asyncio.Task[None] | None = None
        self._before = frames.before_payload(id_)
        self._head = self._before.encode()
        self._channel = connection
        self._listener: Subscription | None = None

    def start(self, engine: Engine, frame: frames.Subscribe, context: OperationContext) -> None:
        self.task = asyncio.create_task(self._run(engine, frame, context), name="socket-operation")

    async def _run(self, engine: Engine, frame: frames.Subscribe, context: OperationContext) -> None:
        try:
            await self._answer(engine, frame, context)
        except Exception:
            log.exception("socket: an operation failed outside of its execution")
            self._channel.close(4500, "Internal server error")
        finally:
            self.task = None

    async def _answer(self, engine: Engine, frame: frames.Subscribe, context: OperationContext) -> None:
        try:
            engine.admit(context)
            request = GraphQLRequest.of(frame.payload)
            arguments = request.operation_name, request.variables or {}, context
            document = engine.known(request.query, request.document_id, context)
            document = document or await engine.examine(request.query, request.document_id, context)
            kind = document.kind(request.operation_name)
            stream = engine.stream(document, *arguments) if kind is OperationType.SUBSCRIPTION else None
        except GraphQLFault as fault:
            return self._error(engine.refusal(RequestErrors.of(fault))["errors"])
        except RequestErrors as refusal:
            return self._error(engine.refusal(refusal)["errors"])
        if stream is not None:
            assert isinstance(stream, Subscription), "sockets need a hub that pushes"
            self._listener = stream
            return await stream.listen(self)
        if kind is OperationType.MUTATION:
            self._protect()
        result = await engine.execute(document, *arguments)
        if "data" not in result:
            return self._error(result["errors"])
        self.push(Payload.of(engine.encode(result)))
        self._last(frames.complete(self.id))
        return None

    def _protect(self) -> None:
        self.is_mutation = True
        if self.task is not None:
            _UNFINISHED.add(self.task)
            self.task.add_done_callback(_UNFINISHED.discard)

    def _error(self, errors: list[Any]) -> None:
        self._last(frames.error(self.id, errors))

    def _last(self, frame: str) -> None:
        self._channel.forget(self)
        if not self.dropped:
            self._channel.post(frame)

    def stop(self) -> None:
        """Send nothing more and cancel the work, unless it is a mutation."""
        self.dropped = True
        if self._listener is not None:
            self._listener.leave()
            self._listener = None
        if self.task is not None and not self.is_mutation:
            self.task.cancel()

    @property
    def is_subscription(self) -> bool:
        return self._listener is not None

    def text(self, payload: Payload) -> str:
        return f"{self._before}{payload.text}}}"

    def message(self, payload: Payload) -> bytes:
        """The same, encoded."""
        return b"%b%b}" % (self._head, payload)

    def push(self, payload: Payload) -> None:
        if not self.dropped:
            self._channel.post(payload, self)

    async def room(self) -> None:
        await self._channel.room()

    def end(self, end: End) -> None:
        self._listener = None
        code = _CLOSE_CODES.get(end.reason)
        if code is None:
            self._error(end.errors)
        else:
            self._channel.close(code, end.reason.value)
