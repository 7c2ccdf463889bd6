"""What a request takes in instructions of the processor: the same in every run, whatever else the machine is at.

A server runs under valgrind, which counts them in its own code, not the kernel's. One request comes after the other, so
that nothing travels together: it tells what a change in Python is worth, not what a server costs under load.

python -m benchmarks.instructions --only order_details --keep ../markets
"""

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.client import send
from benchmarks.markets import markets, say
from benchmarks.measure import Places
from benchmarks.operations import Operation, chosen
from benchmarks.report import table
from benchmarks.servers import FLOOR, OURS, Served, served

WARM = 100
"""Requests that are not counted, sixteen at a time and then alone: what is remembered is remembered by then."""
COUNTED, WINDOWS = 10, 9
_PATIENCE = 30.0


class Counter:
    """Counts the instructions of programs that run `under` it, while switched on. `home` is a directory of its own.

    What is not counted runs ten times as fast.
    """

    def __init__(self, home: Path) -> None:
        self._out = home / "counted"
        quiet = f"--log-file={home / 'log'}"
        self.under = ("valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={self._out}", quiet)

    def count(self, pid: int, *, on: bool) -> None:
        """Begin to count what a process does, or leave it alone."""
        self._control(pid, f"--instr={'on' if on else 'off'}")

    def begin(self, pid: int) -> None:
        """Forget what has been counted of a process."""
        self._control(pid, "--zero")

    def since(self, pid: int) -> int:
        """How many a process has carried out since then."""
        self._control(pid, "--dump")
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            for dump in self._out.parent.glob(f"{self._out.name}.*"):
                if found := re.search(r"^totals: (\d+)$", dump.read_text(errors="replace"), re.MULTILINE):
                    dump.unlink()
                    return int(found[1])
            time.sleep(0.05)  # it is another process that writes the file
        raise RuntimeError("valgrind has counted nothing")

    def _control(self, pid: int, what: str) -> None:
        subprocess.run(["callgrind_control", what, str(pid)], check=True, capture_output=True)


def warm(server: Served, counter: Counter, operation: Operation, places: Places) -> None:
    """Let a server remember what it remembers of an operation, and count it from then on."""
    for crowd in (16, 1):
        send(server.port, server.requests(operation, places.take(operation, WARM)), concurrency=crowd)
    counter.count(server.pid, on=True)


def window(server: Served, counter: Counter, operation: Operation, places: Places) -> float:
    """Thousands of instructions a request, of a few requests."""
    send(server.port, server.requests(operation, places.take(operation, 2)), concurrency=1)
    counter.begin(server.pid)
    send(server.port, server.requests(operation, places.take(operation, COUNTED)), concurrency=1)
    return counter.since(server.pid) / COUNTED / 1e3


def instructions(server: Served, counter: Counter, operation: Operation, places: Places) -> float:
    """Thousands of instructions a request: the least of several windows, as clocks go off in the others."""
    warm(server, counter, operation, places)
    found = min(window(server, counter, operation, places) for _ in range(WINDOWS))
    counter.count(server.pid, on=False)
    return found


def main(
    orders: Annotated[int, typer.Option(help="In the market.")] = 50_000,
    only: Annotated[str, typer.Option(help="Operations to measure, with commas between them.")] = "",
    keep: Annotated[Path | None, typer.Option(help="Where to keep the databases for the next run.")] = None,
) -> None:
    """Count, and print them beside the floor's."""
    operations = chosen(only)
    if shutil.which("valgrind") is None:
        raise typer.BadParameter("This needs valgrind, the package of that name.")
    found: dict[str, list[float]] = {}
    with markets(keep) as market:
        url, places = market.url(orders), Places(orders)
        for name in (OURS, FLOOR):
            with tempfile.TemporaryDirectory(prefix="retour-bench-") as home:
                counter = Counter(Path(home))
                with served(name, url, under=counter.under) as server:
                    found[name] = [instructions(server, counter, one, places) for one in operations]
            say(f"{name}: counted")
    pairs = zip(operations, found[OURS], found[FLOOR], strict=True)
    rows = [[one.title, f"{ours:.0f}", f"{floor:.0f}", f"{ours / floor:.2f}"] for one, ours, floor in pairs]
    print(table(["instructions a request, in thousands", "ours", "floor", "ours / floor"], rows))


if __name__ == "__main__":
    typer.run(main)
