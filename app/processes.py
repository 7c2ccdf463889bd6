"""Server processes: one by itself, or several on one port, watched, replaced one by one and stopped together."""

import asyncio
import logging
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn
from prometheus_client.multiprocess import mark_process_dead

from app.application import Application
from app.pages.headers import ONLY_TLS
from app.routes import serving
from engine.uvicorn import server
from engine.uvicorn.http_protocol import HttpProtocol
from settings import OperatorError, Settings

log = logging.getLogger("retour.processes")

STOP_WITHIN = 8
"""Seconds for answers under way once a server is told to stop."""
READY_WITHIN = 60.0
_LATE = 5.0
"""Seconds beyond STOP_WITHIN until a process is killed."""
_FIRST_PAUSE, _LAST_PAUSE = 0.2, 10.0
_MANY_FILES = 65_536


class Server(server.Server):
    """uvicorn with our protocols. `started_with` is called with the port once it listens."""

    def __init__(self, one: Application, started_with: Callable[[int], None]) -> None:
        settings = one.settings
        config = uvicorn.Config(
            serving(one),
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http=HttpProtocol,
            ws=server.WebSocketProtocol,
            ws_max_size=settings.max_body,
            ws_per_message_deflate=False,
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            headers=[ONLY_TLS] if settings.production else [],
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=STOP_WITHIN,
        )
        super().__init__(config, leave=one.leave)
        self._started_with = started_with

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:  # not before it is true, and with the port that PORT=0 has found
            self._started_with(self.servers[0].sockets[0].getsockname()[1])


def run_alone(one: Application, greet: Callable[[int], None]) -> None:
    """Serve in this process until it is told to stop."""
    _allow_files()
    with suppress(KeyboardInterrupt):  # raised again by uvicorn after its orderly stop
        Server(one, greet).run()


def run_as_one_of_many(one: Application, listener: int, line: int) -> None:
    """Serve on an inherited socket; `line` leads to the parent, without whom this process stops."""
    _allow_files()
    parent = socket.socket(fileno=line)

    def started(_port: int) -> None:
        parent.send(b"1")
        # the parent never writes: what can be read here is that it has gone
        asyncio.get_running_loop().add_reader(parent, lambda: setattr(server, "should_exit", True))

    server = Server(one, started)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[socket.socket(fileno=listener)])


def listen(settings: Settings) -> socket.socket:
    """The socket that all processes accept from. Raises OperatorError."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise OperatorError(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.") from error


class Fleet:
    """As many processes as are wanted, each a run of `command`, on one listening socket.

    SIGHUP replaces them one by one, each when its successor serves; SIGTERM and SIGINT stop them all.
    """

    def __init__(self, command: Sequence[str], size: int, listener: socket.socket) -> None:
        self._command = command
        self._listener = listener
        self._members: list[asyncio.subprocess.Process | None] = [None] * size
        self._numbers = Path(tempfile.mkdtemp(prefix="retour-metrics-"))
        self._stop = asyncio.Event()
        self._lines: dict[int, socket.socket] = {}
        self._renewal: asyncio.Task[None] | None = None

    async def run(self, greet: Callable[[], None]) -> None:
        """Until told to stop. Raises OperatorError when a first process does not come up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        # the end of a terminal is a stop, as for any other program
        loop.add_signal_handler(signal.SIGHUP, self._stop.set if sys.stdin.isatty() else self._renew)
        try:
            first = await asyncio.gather(*(self._spawn() for _ in self._members))
            self._members[:] = first
            if None in first:
                raise OperatorError("A server process did not start; what it said stands above.")
            greet()
            keepers = [asyncio.create_task(self._keep(place)) for place in range(len(first))]
            await self._stop.wait()
            for task in (*keepers, self._renewal):
                if task is not None:
                    task.cancel()
        finally:
            await asyncio.gather(*(self._end(member) for member in self._members if member is not None))
            shutil.rmtree(self._numbers, ignore_errors=True)

    async def _spawn(self) -> asyncio.subprocess.Process | None:
        """A process that serves; None if it has ended, or was ended, before it did."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        fds = (self._listener.fileno(), theirs.fileno())
        member = await asyncio.create_subprocess_exec(
            *self._command,
            *map(str, fds),
            pass_fds=fds,
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(self._numbers)},
        )
        theirs.close()
        self._lines[member.pid] = ours
        try:
            async with asyncio.timeout(READY_WITHIN):
                ready = await asyncio.get_running_loop().sock_recv(ours, 1)
        except (TimeoutError, OSError):
            ready = b""
        except asyncio.CancelledError:
            await self._end(member)
            raise
        if ready:
            return member
        await self._end(member)
        return None

    async def _keep(self, place: int) -> None:
        """Put another process in the place of one that has died, in ever longer intervals if that goes on."""
        pause = _FIRST_PAUSE
        while True:
            member, began = self._members[place], time.monotonic()
            if member is not None:
                await member.wait()
                if self._members[place] is not member:
                    continue  # it has been replaced
                log.warning("A server process has ended with %s; another one takes its place", member.returncode)
                self._forget(member)
            pause = _FIRST_PAUSE if time.monotonic() - began > _LAST_PAUSE else min(pause * 2, _LAST_PAUSE)
            await asyncio.sleep(pause)
            if self._members[place] is member:
                self._members[place] = await self._spawn()

    def _renew(self) -> None:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._replace_all(), name="renewal")

    async def _replace_all(self) -> None:
        for place, old in enumerate(self._members):
            new = await self._spawn()
            if new is None:
                log.error("A new server process did not start; the old ones serve on")
                return
            self._members[place] = new
            if old is not None:
                await self._end(old)
        log.warning("All server processes have been replaced")

    async def _end(self, member: asyncio.subprocess.Process) -> None:
        with suppress(ProcessLookupError):
            member.terminate()
        try:
            async with asyncio.timeout(STOP_WITHIN + _LATE):
                await member.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                member.kill()
            await member.wait()
        self._forget(member)

    def _forget(self, member: asyncio.subprocess.Process) -> None:
        line = self._lines.pop(member.pid, None)
        if line is not None:
            line.close()
            mark_process_dead(member.pid, str(self._numbers))  # type: ignore[no-untyped-call]  # no types there


def _allow_files() -> None:
    """Let as many connections be open as the system allows; most start programs with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, _MANY_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
