"""Processes of server.py made by fork from one that has imported all of Retour, which takes longer than to start.

That one begins with the first server of a run, ends with the run, and has neither threads nor connections to share. A
keeper stands between it and each server and says how the server ends; all else is as if server.py had been executed,
which `tests/app/commands/test_commands.py` and the README's tour do.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).parents[2]
_LONGEST = 1 << 17


class Forged:
    """A running process; what it can is what asyncio's own `Process` can."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader, ends: asyncio.StreamReader) -> None:
        self.pid, self.stdout = pid, stdout
        self._end = asyncio.ensure_future(ends.read())

    @property
    def returncode(self) -> int | None:
        return int(self._end.result()) if self._end.done() else None

    async def wait(self) -> int:
        return int(await asyncio.shield(self._end))

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def forged(arguments: Sequence[str], environment: Mapping[str, str], log: IO[bytes] | None = None) -> Forged:
    """A process of server.py with these arguments; its log goes to `log`, or where that of the tests goes."""
    out, written = os.pipe()
    try:
        end = _ask(arguments, environment, written, log.fileno() if log else 2)
    finally:
        os.close(written)
    stdout, ends = await _reader(out), await _reader(end)
    return Forged(int(await ends.readline()), stdout, ends)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """The same to its end, as `subprocess.run` would with what it writes captured."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as log:
        with os.fdopen(_ask(arguments, environment, out.fileno(), log.fileno()), "rb") as ends:
            _, code = ends.read().split()
        out.seek(0)
        log.seek(0)
        return subprocess.CompletedProcess(arguments, int(code), out.read(), log.read())


def _ask(arguments: Sequence[str], environment: Mapping[str, str], out: int, log: int) -> int:
    """Have a process made; where its id is to be read, and its exit code when it has ended."""
    end, told = os.pipe()
    try:
        request = json.dumps([list(arguments), dict(environment)]).encode()
        socket.send_fds(_forge(), [request], [out, log, told])
    finally:
        os.close(told)
    return end


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", 0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


@cache
def _forge() -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        its.set_inheritable(True)
        command = [sys.executable, "-c", f"from tests.live.forge import main; main({its.fileno()})"]
        os.posix_spawn(sys.executable, command, {**os.environ, "PYTHONPATH": str(ROOT)})
    return ours


def main(descriptor: int) -> None:
    """Import all of Retour, then fork a server for each request, until nobody can ask any more."""
    gc.disable()
    import server
    from app import application, routes, workers  # noqa: F401 - what the commands import when they run

    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.chdir(ROOT)
    channel = socket.socket(fileno=descriptor)
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, _LONGEST, 3)
        if not request:
            return
        if os.fork() == 0:
            break
        for each in descriptors:
            os.close(each)
    channel.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out, log, end = descriptors
    if pid := os.fork():
        _keep(pid, out, log, end)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(out, 1)
    os.dup2(log, 2)
    for each in descriptors:
        os.close(each)
    arguments, environment = json.loads(request)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["server.py", *arguments]
    server.main()


def _keep(pid: int, out: int, log: int, end: int) -> NoReturn:
    """Say which process it is, and how it ends."""
    os.write(end, b"%d\n" % pid)
    os.close(out)
    os.close(log)
    _, status = os.waitpid(pid, 0)
    os.write(end, b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)
