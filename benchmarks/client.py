"""The client, a process of its own: raw HTTP/1.1 on kept connections, so that little of the machine is its own.

It reads a job from stdin as JSON ({port, concurrency, requests: [text], keep}) and writes what it saw:
{seconds, latencies: [seconds], bodies: [text] if asked to keep them}.
"""

import asyncio
import json
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import cast

import uvloop


class BadAnswer(Exception):
    """A server did not answer as it should."""


class _Connection(asyncio.Protocol):
    """Sends one request after the other, the next when the answer to the last is whole."""

    def __init__(self, waiting: "deque[bytes]", seen: "Seen", done: "asyncio.Future[None]") -> None:
        self._waiting, self._seen, self._done = waiting, seen, done
        self._answer = bytearray()
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)
            return
        request = self._waiting.popleft()
        self._sent_at = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        answer += data
        end = answer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(answer[:end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(answer) < end + 4 + length:
            return
        self._seen.latencies.append(perf_counter() - self._sent_at)
        if self._seen.keep:
            self._seen.bodies.append(bytes(answer[end + 4 :]).decode())
        if not head.startswith(b"http/1.1 200") or b'"errors":' in answer:
            self._fail(BadAnswer(answer[:2000].decode(errors="replace")))
        answer.clear()
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        self._fail(BadAnswer("The server has closed the connection."))

    def _fail(self, problem: BadAnswer) -> None:
        if not self._done.done():
            self._done.set_exception(problem)


@dataclass(slots=True)
class Seen:
    """What came back; the bodies are in the order of the requests only at concurrency 1."""

    keep: bool
    latencies: list[float]
    bodies: list[str]
    seconds: float = 0.0


async def _run(port: int, requests: Sequence[str], concurrency: int, *, keep: bool) -> Seen:
    loop, seen = asyncio.get_running_loop(), Seen(keep, [], [])
    waiting = deque(request.encode() for request in requests)
    ends = [loop.create_future() for _ in range(concurrency)]
    began = perf_counter()
    for end in ends:
        await loop.create_connection(partial(_Connection, waiting, seen, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    seen.seconds = perf_counter() - began
    return seen


def send(port: int, requests: Sequence[str], *, concurrency: int, keep: bool = False) -> Seen:
    """Send all requests from a process of their own and wait for the answers. Raises BadAnswer."""
    job = {"port": port, "concurrency": concurrency, "requests": list(requests), "keep": keep}
    with TemporaryFile() as said:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.client"],
            input=json.dumps(job).encode(),
            stdout=said,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            check=False,
        )
        if done.returncode:
            raise BadAnswer(done.stderr.decode()[-3000:])
        said.seek(0)
        return Seen(**json.load(said))


def post(path: str, body: bytes, token: str) -> str:
    """The text of a POST request with a JSON body."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head + body.decode()


def main() -> None:
    job = json.loads(sys.stdin.buffer.read())
    seen = uvloop.run(_run(job["port"], job["requests"], job["concurrency"], keep=job["keep"]))
    values = {"keep": seen.keep, "latencies": seen.latencies, "bodies": seen.bodies, "seconds": seen.seconds}
    sys.stdout.write(json.dumps(values))


if __name__ == "__main__":
    main()
