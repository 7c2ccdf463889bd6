"""Processes of server.py, forked from one that has imported all of Retour, which takes longer than to start.

It is Python's own fork server: it begins with the first process, ends with the run, and has neither threads nor
connections to share. All else is as if server.py had been executed, which `tests/app/commands/test_commands.py` and the
README's tour do.
"""

import asyncio
import atexit
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context, reduction
from multiprocessing.context import ForkServerProcess
from multiprocessing.popen_forkserver import _DupFd
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
_FORK_SERVER = get_context("forkserver")
_FORK_SERVER.set_forkserver_preload([__name__, "server", "app.application", "app.routes", "app.workers"])


class Forked:
    """A running process; what it can is what asyncio's own `Process` can."""

    def __init__(self, process: ForkServerProcess, stdout: asyncio.StreamReader) -> None:
        assert process.pid is not None
        self.pid, self.stdout, self._process = process.pid, stdout, process

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    async def wait(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def fork(arguments: Sequence[str], environment: Mapping[str, str], log: IO[bytes] | None = None) -> Forked:
    """A process of server.py with these arguments; its log goes to `log`, or where that of the tests goes."""
    read, written = os.pipe()
    try:
        process = _started(arguments, environment, written, log.fileno() if log else 2)
    finally:
        os.close(written)
    stdout, pipe = asyncio.StreamReader(), os.fdopen(read, "rb", 0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdout), pipe)
    return Forked(process, stdout)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """The same to its end, as `subprocess.run` would with what it writes captured."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as log:
        process = _started(arguments, environment, out.fileno(), log.fileno())
        process.join()
        assert process.exitcode is not None
        out.seek(0)
        log.seek(0)
        return subprocess.CompletedProcess(arguments, process.exitcode, out.read(), log.read())


def _started(arguments: Sequence[str], environment: Mapping[str, str], out: int, log: int) -> ForkServerProcess:
    process = _FORK_SERVER.Process(target=_main, args=(arguments, environment, _Output(out), _Output(log)), daemon=True)
    process.start()
    return process


class _Output:
    """A file descriptor that the process gets a duplicate of."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __getstate__(self) -> object:
        return reduction.DupFd(self.descriptor)

    def __setstate__(self, duplicate: "_DupFd") -> None:
        self.descriptor = duplicate.detach()


def _main(arguments: Sequence[str], environment: Mapping[str, str], out: _Output, log: _Output) -> None:
    import server

    for output, standard in ((out, 1), (log, 2)):
        os.dup2(output.descriptor, standard)
        os.close(output.descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["server.py", *arguments]
    try:
        server.main()
    finally:
        # multiprocessing ends its processes without this.
        atexit._run_exitfuncs()
