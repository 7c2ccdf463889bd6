"""A crowd of subscribers in a process of its own; lines of JSON on its standard input say what to do.

{"open": n}   connect so many more, one subscription each; answers {"opened": n} once all are acknowledged
{"expect": n} answers {"first", "last", "distinct"} when each has got one more message, or "missing" after a while
Moments are of the machine's monotonic clock, which all its processes share.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import uvloop

from benchmarks.subscriber import Subscriber

_AT_ONCE = 50
_PATIENCE = 60.0


@dataclass(slots=True)
class Arrivals:
    """What the crowd has got of one event."""

    wanted: int = 0
    first: float = 0.0
    last: float = 0.0
    count: int = 0
    bodies: set[bytes] = field(default_factory=set)
    whole: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, count: int) -> None:
        """Begin to count anew."""
        self.wanted, self.count = count, 0
        self.bodies.clear()
        self.whole.clear()

    def add(self, body: bytes) -> None:
        """One more has arrived."""
        self.count += 1
        self.bodies.add(body)
        self.last = monotonic()
        if self.count == 1:
            self.first = self.last
        if self.count == self.wanted:
            self.whole.set()


class _Member(Subscriber):
    def __init__(self, token: str, query: str, arrivals: Arrivals, ready: "asyncio.Future[None]") -> None:
        super().__init__(token, {"query": query})
        self._arrivals, self._ready = arrivals, ready

    def on_acknowledged(self) -> None:
        self._ready.set_result(None)

    def on_message(self, text: bytes) -> None:
        self._arrivals.add(text)

    def on_end(self, code: int | None) -> None:
        if not self._ready.done():
            self._ready.set_exception(ConnectionError(f"closed with {code}"))


async def _open(port: int, token: str, query: str, arrivals: Arrivals, count: int) -> None:
    loop = asyncio.get_running_loop()
    for done in range(0, count, _AT_ONCE):
        ready = [loop.create_future() for _ in range(min(_AT_ONCE, count - done))]
        for one in ready:
            await loop.create_connection(partial(_Member, token, query, arrivals, one), "127.0.0.1", port)
        await asyncio.gather(*ready)


async def _run(port: int, token: str, query: str) -> None:
    arrivals = Arrivals()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        if "open" in command:
            await _open(port, token, query, arrivals, command["open"])
            _say({"opened": command["open"]})
            continue
        arrivals.expect(command["expect"])
        _say({"expecting": command["expect"]})
        try:
            async with asyncio.timeout(command.get("seconds", _PATIENCE)):
                await arrivals.whole.wait()
        except TimeoutError:
            _say({"missing": arrivals.wanted - arrivals.count})
        else:
            _say({"first": arrivals.first, "last": arrivals.last, "distinct": len(arrivals.bodies)})


def _say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


class Crowd:
    """The process, from outside; closing it closes all its connections."""

    def __init__(self, port: int, token: str, query: str) -> None:
        self.size = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.crowd", str(port), token, query],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def open(self, count: int) -> None:
        """Let so many more in."""
        self._tell({"open": count})
        self._hear()
        self.size += count

    def expect(self, seconds: float = _PATIENCE) -> None:
        """Count the next event from nothing."""
        self._tell({"expect": self.size, "seconds": seconds})
        self._hear()

    def arrived(self) -> dict[str, Any]:
        """What became of the event: see the module."""
        return self._hear()

    def close(self) -> None:
        """Leave, all at once."""
        self._process.kill()
        self._process.communicate()

    def _tell(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ConnectionError("The crowd has gone; its traceback stands above.")
        heard: dict[str, Any] = json.loads(line)
        return heard


def main(arguments: Sequence[str]) -> None:
    port, token, query = arguments
    uvloop.run(_run(int(port), token, query))


if __name__ == "__main__":
    main(sys.argv[1:])
