"""The three servers, each a process of its own on a port that it says."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app.auth.tokens import mint
from benchmarks.client import post, send
from benchmarks.machine import memory_of
from benchmarks.operations import DETAILS, Case, Operation
from domain.facts import Actor

ROOT = Path(__file__).parents[1]
SECRET = "a secret of the benchmarks, long enough for HS256"
OURS, FLOOR, NAIVE = "ours", "floor", "naive"
OTHER = "other"
"""A server of ours, too, of another checkout."""
_tokens: dict[Actor, str] = {}


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    name: str
    port: int
    pid: int

    def requests(self, operation: Operation, cases: Sequence[Case]) -> list[str]:
        """The texts of these requests, as this server wants them: the floor has a route for each operation."""
        if self.name == FLOOR:
            return [post(f"/{operation.name}", orjson.dumps(asked), _token(actor)) for actor, asked in cases]
        bodies = [orjson.dumps({"query": operation.document, "variables": asked}) for _, asked in cases]
        return [post("/graphql", body, _token(actor)) for body, (actor, _) in zip(bodies, cases, strict=True)]

    def answers(self, operation: Operation, cases: Sequence[Case]) -> list[Any]:
        """The `data` of the answers."""
        seen = send(self.port, self.requests(operation, cases), concurrency=1, keep=True)
        return [orjson.loads(body)["data"] for body in seen.bodies]


def _token(actor: Actor) -> str:
    if actor not in _tokens:
        _tokens[actor] = mint(SECRET, actor, ttl=86400)
    return _tokens[actor]


@contextmanager
def served(name: str, url: str, root: Path = ROOT, under: Sequence[str] = ()) -> Iterator[Served]:
    """A server on the database at `url`, of the checkout at `root`, stopped at the end; `under` another program.

    Ours runs as `server.py serve` does, with its metrics, log, and limits, but for the rate of one caller, which is
    the whole benchmark here; its worker is a process of its own in a deployment like this one and does not run.
    """
    with tempfile.TemporaryDirectory(prefix="retour-bench-") as home:
        ours = [sys.executable, "server.py", "serve"]
        beside = [sys.executable, "-m", f"benchmarks.{name}", url, SECRET]
        environment = {
            **{one: value for one, value in os.environ.items() if one in ("PATH", "HOME", "LANG", "TMPDIR")},
            "DATABASE_URL": url,
            "SECRET": SECRET,
            "PORT": "0",
            "WORKER": "off",
            "RETOUR_HOME": home,
            "RATE_LIMIT": "1000000",
            "RATE_BURST": "100000000",
        }
        with (Path(home) / "log").open("wb") as log:
            process = subprocess.Popen(
                [*under, *(beside if name in (FLOOR, NAIVE) else ours)],
                cwd=root,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
            )
            try:
                yield Served(name, _port(process), process.pid)
            finally:
                process.terminate()
                process.wait(20)
                if process.stdout is not None:
                    process.stdout.close()


def _port(process: "subprocess.Popen[bytes]") -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(rb"http://127\.0\.0\.1:(\d+)", line):
            return int(found[1])
    raise RuntimeError("a server ended before it listened")


@dataclass(frozen=True, slots=True)
class Start:
    """How a server starts: seconds to its first answer, and bytes of memory once it has nothing to do."""

    seconds: float
    memory: int


def start_of(url: str, orders: int) -> Start:
    """Start our server on a warm database, ask once, and look at it when it rests."""
    began = time.perf_counter()
    with served(OURS, url) as one:
        one.answers(DETAILS, DETAILS.take(orders, 0, 1))
        seconds = time.perf_counter() - began
        time.sleep(2)
        return Start(seconds, memory_of(one.pid))
