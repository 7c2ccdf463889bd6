"""Server-sent events, one connection an operation: the graphql-sse protocol's distinct connections mode.

Lines end in LF alone, since urql splits at nothing else. A payload's cursor is the event's id, so a browser's
EventSource resumes by itself: it sends the last id as Last-Event-ID.
"""

import asyncio
from collections.abc import AsyncIterator

import orjson
from starlette.types import Receive, Send

from engine.engine import masked
from engine.subscriptions.streams import Payload

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_COMPLETE = b"event: complete\ndata:\n\n"
_ALIVE = b":\n\n"


class EventStream:
    """The answer to one request, as events. `keep_alive` in seconds."""

    def __init__(self, receive: Receive, send: Send, keep_alive: float) -> None:
        self._receive = receive
        self._send = send
        self._keep_alive = keep_alive

    async def send_one(self, body: bytes) -> None:
        """The events of an operation with one result."""
        await self._start()
        await self._write(_event(body, None) + _COMPLETE, more=False)

    async def send_all(self, payloads: AsyncIterator[Payload]) -> None:
        """The events of a subscription, until it ends or the client disconnects."""
        gone = asyncio.create_task(self._gone(), name="sse-gone")
        try:
            await self._start()
            await self._write(_ALIVE)
            while not gone.done():
                pull = asyncio.ensure_future(anext(payloads, None))
                payload = await self._awaited(pull, gone)
                if gone.done():
                    return
                if payload is None:
                    await self._write(_COMPLETE, more=False)
                    return
                await self._write(_event(payload, payload.cursor))
        except Exception as error:  # the status is sent already, so the error is an event
            body = orjson.dumps({"errors": [masked(error).formatted]})
            await self._write(_event(body, None) + _COMPLETE, more=False)
        finally:
            gone.cancel()
            close = getattr(payloads, "aclose", None)
            if close is not None:
                await close()

    async def _awaited(self, pull: "asyncio.Future[Payload | None]", gone: "asyncio.Task[None]") -> Payload | None:
        """The next payload, with signs of life until then; None at the end, or if the client has disconnected."""
        try:
            while not pull.done() and not gone.done():
                done, _ = await asyncio.wait(
                    (pull, gone), timeout=self._keep_alive, return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    await self._write(_ALIVE)
            return await pull if pull.done() else None
        finally:
            pull.cancel()

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _start(self) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})

    async def _write(self, body: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


def _event(body: bytes, cursor: str | None) -> bytes:
    """One `next` event; our JSON holds no line break."""
    place = b"id: %b\n" % cursor.encode() if cursor else b""
    return b"event: next\n%bdata: %b\n\n" % (place, body)
