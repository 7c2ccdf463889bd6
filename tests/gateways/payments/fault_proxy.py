"""A proxy that breaks the network on purpose, between the Stripe adapter and a stand-in for Stripe.

It can also remember idempotency keys as Stripe documents it, for the stand-in (localstripe) does not know
them. Without that memory only `find` stands between a lost answer and a second credit.
"""

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Fault(StrEnum):
    """What happens to one request that moves money."""

    PASS = "passes"
    LATE = "is done, but answered after the caller gave up"
    DRIPPING = "is done, but answered a byte at a time"
    DROPPED = "is done, but the answer is lost"
    ERROR = "is done, but answered by 500"
    REFUSED = "never arrives"
    REPEATED = "arrives twice"
    STRAYED = "arrives only after the caller gave up"


@dataclass(frozen=True, slots=True)
class Instead:
    """An error that the proxy answers by itself; the request never arrives."""

    status: int
    kind: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, as bytes and as far as the proxy understands it."""

    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode()

    def header(self, name: str) -> str | None:
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.strip().lower() == name:
                return value.strip()
        return None


@dataclass(slots=True)
class FaultProxy:
    """Listens on a port of 127.0.0.1 that the system chooses; `script` holds the faults of the next POSTs.

    `strays` are requests on their way that the caller has given up: `arrive` lets them reach the server.
    """

    upstream_port: int
    remember_keys: bool = True
    script: deque[Fault | Instead] = field(default_factory=deque)
    posts: int = 0
    strays: list[Request] = field(default_factory=list)
    _answers: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def forget(self) -> None:
        """Forget every idempotency key, as Stripe may after 24 hours."""
        self._answers.clear()

    async def arrive(self) -> None:
        """Let every stray request reach the server now."""
        while self.strays:
            await self._ask(self.strays.pop(0))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read_request(reader)
        fault: Fault | Instead = Fault.PASS
        if request.method == "POST":
            self.posts += 1
            fault = self.script.popleft() if self.script else Fault.PASS
        if isinstance(fault, Instead):
            writer.write(error_of(fault))
            await writer.drain()
        elif fault is Fault.REFUSED:
            writer.transport.abort()
        elif fault is Fault.STRAYED:
            self.strays.append(request)
            await reader.read()  # until the caller gives up
        else:
            await self._work(fault, request, reader, writer)

    async def _work(
        self, fault: Fault, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """The work is done; what the caller learns of it is another matter."""
        answer = await self._ask(request)
        if fault is Fault.REPEATED:
            answer = await self._ask(request)
        if fault is Fault.DROPPED:
            writer.transport.abort()
        elif fault is Fault.LATE:
            await reader.read()  # until the caller gives up
        elif fault is Fault.DRIPPING:
            await _drip(answer, writer)
        else:
            writer.write(error_of(Instead(500, "api_error")) if fault is Fault.ERROR else answer)
            await writer.drain()

    async def _ask(self, request: Request) -> bytes:
        """Send it on, or answer from memory as Stripe does for a key that it knows."""
        key = request.header("idempotency-key")
        if request.method != "POST" or key is None or not self.remember_keys:
            return await self._forward(request)
        key = f"{request.header('authorization')} {key}"  # each account has its own
        if key in self._busy:
            return error_of(Instead(409, "idempotency_error", "idempotency_key_in_use"))
        if key not in self._answers:
            self._busy.add(key)
            try:
                self._answers[key] = (request.body, await self._forward(request))
            finally:
                self._busy.discard(key)
        body, answer = self._answers[key]
        return answer if body == request.body else error_of(Instead(400, "idempotency_error"))

    async def _forward(self, request: Request) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        try:
            first, *lines = request.head.split(b"\r\n")
            kept = [line for line in lines if line and not line.lower().startswith(b"connection:")]
            writer.write(b"\r\n".join([first, *kept, b"Connection: close", b"", b""]) + request.body)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(Request(head, b"").header("content-length") or 0)
    return Request(head, await reader.readexactly(length))


async def _drip(answer: bytes, writer: asyncio.StreamWriter) -> None:
    """So slowly that the answer never ends in time, and so steadily that no single read is late."""
    for byte in answer:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


def error_of(error: Instead) -> bytes:
    """The answer that the proxy gives by itself."""
    received = {"type": error.kind, "code": error.code, "message": f"the proxy says {error.code or error.kind}"}
    body = json.dumps({"error": received}).encode()
    head = f"HTTP/1.1 {error.status} Fault\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body
