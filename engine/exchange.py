"""One HTTP request and its answer, each handed over whole and at once.

By ASGI a body is waited for and an answer goes out in two messages, header by header: a tenth of what a small request
costs. Who stands directly on the server, with no middleware to have a say, may take this way; where it is not open,
the ordinary one always is.
"""

from typing import Any

from starlette.types import Receive
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from engine.corked import Corked


class Exchange:
    """A request as uvicorn has it."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def body(self) -> bytes | None:
        """The whole body, once, if it is here; None where it has to be received."""
        cycle = self._cycle
        if cycle.more_body or cycle.disconnected or cycle.waiting_for_100_continue:
            return None
        body, cycle.body = bytes(cycle.body), bytearray()
        cycle.message_event.clear()
        cycle.flow.resume_reading()
        return body

    def answer(self, status: int, head: bytes, body: bytes) -> bool:
        """Send a whole answer; False, and nothing is sent, where it has to be sent message by message.

        `head` are lines of headers, each with its end, without the body's length.
        """
        cycle = self._cycle
        transport: Any = cycle.transport
        if (
            not cycle.keep_alive
            or cycle.disconnected
            or cycle.response_started
            or cycle.flow.write_paused
            or cycle.access_log
            or not isinstance(transport, Corked)
        ):
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        common = b"".join([b"%b: %b\r\n" % line for line in cycle.default_headers])
        length = b"content-length: %d\r\n\r\n" % len(body)
        transport.send(STATUS_LINE[status] + common + head + length + body)
        cycle.message_event.set()
        cycle.on_response()
        return True


def exchange_of(receive: Receive) -> Exchange | None:
    """The exchange behind a request's `receive`, if that is uvicorn's own."""
    cycle = getattr(receive, "__self__", None)
    return Exchange(cycle) if isinstance(cycle, RequestResponseCycle) else None
