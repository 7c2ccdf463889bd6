"""One HTTP request and its answer, each handed over whole and at once.

By ASGI a body is waited for and an answer goes out in two messages, header by header: a tenth of what a small request
costs. Who stands directly on the server, with no middleware to have a say, may take this way; where it is not open,
the ordinary one always is.
"""

from starlette.types import Receive
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from engine.uvicorn.corked_transport import CorkedTransport


class Exchange:
    """A request as uvicorn has it."""

    __slots__ = ("_cycle", "_transport")

    def __init__(self, cycle: RequestResponseCycle, transport: CorkedTransport) -> None:
        self._cycle, self._transport = cycle, transport

    def body(self) -> bytes | None:
        """The whole body, once, if it is here; None where it has to be received."""
        cycle = self._cycle
        if cycle.more_body or cycle.disconnected:
            return None
        body, cycle.body = bytes(cycle.body), bytearray()
        cycle.flow.resume_reading()  # else nobody would see the client go
        return body

    def answer(self, status: int, head: bytes, body: bytes) -> bool:
        """Send a whole answer; False, and nothing is sent, where it has to be sent message by message.

        That is where the connection ends with it, and where the client has to read earlier answers first.
        `head` are lines of headers, each with its end, without the body's length.
        """
        cycle = self._cycle
        if not cycle.keep_alive or cycle.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        common = b"".join([b"%b: %b\r\n" % line for line in cycle.default_headers])
        length = b"content-length: %d\r\n\r\n" % len(body)
        self._transport.send(STATUS_LINE[status] + common + head + length + body)
        cycle.on_response()
        return True


def exchange_of(receive: Receive) -> Exchange | None:
    """The exchange behind a request's `receive`, if that is uvicorn's own, over our protocol."""
    cycle = getattr(receive, "__self__", None)
    if not isinstance(cycle, RequestResponseCycle):
        return None
    transport: object = cycle.transport
    return Exchange(cycle, transport) if isinstance(transport, CorkedTransport) else None
