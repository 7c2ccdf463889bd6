"""Server processes: a single one, or several on one port that a supervisor restarts, replaces and stops."""

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
from engine import GracefulServer, HttpProtocol, WebSocketProtocol
from settings import OperatorError, Settings

log = logging.getLogger("retour.processes")

STOP_WITHIN = 8
"""Seconds for running operations to be answered after a server is asked to stop."""
READY_WITHIN = 60.0
_LATE = 5.0
"""Seconds beyond STOP_WITHIN until a process is killed."""
_FIRST_PAUSE, _LAST_PAUSE = 0.2, 10.0
_MANY_FILES = 65_536


class ApplicationServer(GracefulServer):
    """uvicorn with our protocols; it calls `started_with` with the port once it listens."""

    def __init__(self, application: Application, started_with: Callable[[int], None]) -> None:
        settings = application.settings
        config = uvicorn.Config(
            serving(application),
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http=HttpProtocol,
            ws=WebSocketProtocol,
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
        super().__init__(config, leave=application.leave)
        self._started_with = started_with

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:  # with PORT=0, the port is known only now
            self._started_with(self.servers[0].sockets[0].getsockname()[1])


def run_alone(application: Application, greet: Callable[[int], None]) -> None:
    """Serve in this process until it is asked to stop."""
    _allow_files()
    with suppress(KeyboardInterrupt):  # raised again by uvicorn after its orderly stop
        ApplicationServer(application, greet).run()


def run_as_one_of_many(application: Application, listener: int, parent_socket: int) -> None:
    """Serve on an inherited socket until the supervisor at `parent_socket` stops this process or ends itself."""
    _allow_files()
    parent = socket.socket(fileno=parent_socket)

    def started(_port: int) -> None:
        parent.send(b"1")
        # the supervisor never writes: the socket becomes readable when the supervisor has ended
        asyncio.get_running_loop().add_reader(parent, lambda: setattr(server, "should_exit", True))

    server = ApplicationServer(application, started)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[socket.socket(fileno=listener)])


def ask_for_port(settings: Settings) -> None:
    """Raise OperatorError if the server could not listen: asked before the database is started and migrated."""
    listen(settings).close()


def listen(settings: Settings) -> socket.socket:
    """The socket that all processes accept connections from. Raises OperatorError."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        remedy = "name another port with PORT=…, or another address with HOST=…"
        raise OperatorError(
            f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}): {remedy}."
        ) from error


class Supervisor:
    """Runs `size` processes of `command` on one listening socket.

    SIGHUP replaces them one by one, each after its successor serves; SIGTERM and SIGINT stop them all.
    """

    def __init__(self, command: Sequence[str], size: int, listener: socket.socket) -> None:
        self._command = command
        self._listener = listener
        self._members: list[asyncio.subprocess.Process | None] = [None] * size
        self._metrics = Path(tempfile.mkdtemp(prefix="retour-metrics-"))
        self._stop = asyncio.Event()
        self._sockets: dict[int, socket.socket] = {}
        self._renewal: asyncio.Task[None] | None = None

    async def run(self, greet: Callable[[], None]) -> None:
        """Run until asked to stop. Raises OperatorError if one of the first processes does not start."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        # a closed terminal stops the processes, as it does any other program
        loop.add_signal_handler(signal.SIGHUP, self._stop.set if sys.stdin.isatty() else self._renew)
        try:
            first = await asyncio.gather(*(self._spawn() for _ in self._members))
            self._members[:] = first
            if None in first:
                raise OperatorError("A server process did not start: see its messages above.")
            greet()
            keepers = [asyncio.create_task(self._keep(index)) for index in range(len(first))]
            await self._stop.wait()
            for task in (*keepers, self._renewal):
                if task is not None:
                    task.cancel()
        finally:
            await asyncio.gather(*(self._end(member) for member in self._members if member is not None))
            shutil.rmtree(self._metrics, ignore_errors=True)

    async def _spawn(self) -> asyncio.subprocess.Process | None:
        """Start a process and wait until it serves; None if it ended, or took too long and was ended."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        fds = (self._listener.fileno(), theirs.fileno())
        member = await asyncio.create_subprocess_exec(
            *self._command,
            *map(str, fds),
            pass_fds=fds,
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(self._metrics)},
        )
        theirs.close()
        self._sockets[member.pid] = ours
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

    async def _keep(self, index: int) -> None:
        """Restart the process at `index` whenever it dies, after longer and longer pauses if it goes on dying."""
        pause = _FIRST_PAUSE
        while True:
            member, began = self._members[index], time.monotonic()
            if member is not None:
                await member.wait()
                if self._members[index] is not member:
                    continue  # it was replaced
                log.warning("A server process ended with code %s and is restarted", member.returncode)
                self._forget(member)
            pause = _FIRST_PAUSE if time.monotonic() - began > _LAST_PAUSE else min(pause * 2, _LAST_PAUSE)
            await asyncio.sleep(pause)
            if self._members[index] is member:
                self._members[index] = await self._spawn()

    def _renew(self) -> None:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._replace_all(), name="renewal")

    async def _replace_all(self) -> None:
        for index, old in enumerate(self._members):
            new = await self._spawn()
            if new is None:
                log.error("A new server process did not start; the old processes go on serving")
                return
            self._members[index] = new
            if old is not None:
                await self._end(old)
        log.warning("All server processes were replaced")

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
        ours = self._sockets.pop(member.pid, None)
        if ours is not None:
            ours.close()
            mark_process_dead(member.pid, str(self._metrics))  # type: ignore[no-untyped-call]  # no types there


def _allow_files() -> None:
    """Raise the limit of open files to what the system allows; most systems start programs with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, _MANY_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
