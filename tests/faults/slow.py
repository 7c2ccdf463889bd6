"""Clients that take their time: over a request's head, over its body, over reading the answer."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

_START = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
_ESTABLISHED = "01"
PIPELINED = 5
"""Answers that nobody reads, on one connection: more than the buffers on their way take in."""


class Slow(StrEnum):
    """What a client is slow at."""

    SILENT = "says nothing"
    HEAD = "sends a head line by line"
    BODY = "sends a body byte by byte"
    READING = "reads an answer byte by byte"


@dataclass(frozen=True, slots=True)
class Slowcoach:
    """One such client, at its own port of this machine."""

    door: socket.socket
    slow: Slow
    port: int

    def dawdle(self) -> None:
        """Do the next little bit; nothing once the server has had enough."""
        try:
            if self.slow is Slow.HEAD:
                self.door.send(b"x: y\r\n")
            elif self.slow is Slow.BODY:
                self.door.send(b" ")
            elif self.slow is Slow.READING:
                self.door.recv(1)
        except OSError:
            pass


@asynccontextmanager
async def crowd(port: int, number: int, requests: list[bytes]) -> AsyncIterator[list[Slowcoach]]:
    """So many of each kind, a hundred a second, at a server of this machine; who reads sends `requests` in turn."""
    with ExitStack() as stack:
        coaches = []
        for n in range(number):
            for slow in Slow:
                door = stack.enter_context(socket.socket())
                if slow is Slow.READING:
                    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)  # else the kernel takes in megabytes
                door.connect(("127.0.0.1", port))
                door.sendall(_begun(slow, requests[n % len(requests)]))
                door.setblocking(False)
                coaches.append(Slowcoach(door, slow, door.getsockname()[1]))
            await asyncio.sleep(0.01)  # their pace
        yield coaches


def dawdle(coaches: Sequence[Slowcoach]) -> None:
    """Let each do its next little bit."""
    for coach in coaches:
        coach.dawdle()


def asking(question: str, token: str = "") -> bytes:
    """A request as it goes over the wire."""
    body = orjson.dumps({"query": question})
    return _START + b"authorization: Bearer %b\r\ncontent-length: %d\r\n\r\n" % (token.encode(), len(body)) + body


def _begun(slow: Slow, request: bytes) -> bytes:
    """What a client says at once."""
    return {
        Slow.SILENT: b"",
        Slow.HEAD: _START,
        Slow.BODY: _START + b"content-length: 1000\r\n\r\n{",
        Slow.READING: request * PIPELINED,
    }[slow]


def served(port: int) -> set[int]:
    """The ports of those that a server of this machine still keeps a connection to, as its kernel sees it."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, *_ = line.split()
        if int(local.partition(":")[2], 16) == port and state == _ESTABLISHED:
            found.add(int(remote.partition(":")[2], 16))
    return found
