"""Backup of the database to one file and back, by PostgreSQL's own programs."""

import asyncio
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkstemp
from typing import IO
from urllib.parse import unquote, urlsplit

import asyncpg

from database.embedded import program
from settings import OperatorError

_RELATIONS = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'S')
order by c.relkind = 'r' desc, c.relname limit 3
"""


class BackupError(OperatorError):
    """A backup could not be written or restored."""


def back_up(url: str, file: Path) -> None:
    """Write a snapshot of the database at `url` to `file`, while servers go on serving.

    The file is complete or does not exist. Only its owner may read it, from the first byte: it has every secret of the
    database. Raises BackupError.
    """
    if file.exists():
        raise BackupError(f"{file} already exists: name another file.")
    try:
        descriptor, name = mkstemp(dir=file.parent, prefix=f"{file.name}.", suffix=".unfinished")  # of mode 0600
        unfinished = Path(name)
        try:
            with open(descriptor, "wb") as writing:
                _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", into=writing)
            _rename(unfinished, file)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror or error}.") from error


def _rename(unfinished: Path, file: Path) -> None:
    """Give a file its name, unless another run has taken the name meanwhile: then FileExistsError."""
    try:
        os.link(unfinished, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        unfinished.rename(file)


def restore(url: str, file: Path) -> None:
    """Fill the empty database at `url` from `file`, in one transaction. Raises BackupError.

    `database.migrate` must follow: it lets the journal continue after the restored events.
    """
    with ThreadPoolExecutor(1) as thread:  # a caller may have a loop of its own
        found = thread.submit(asyncio.run, _relations(url)).result()
    if found:
        raise BackupError(
            f"The database is not empty: it holds {', '.join(found)}. Create a new one and name it in DATABASE_URL."
        )
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(file))


async def _relations(url: str) -> list[str]:
    """The names of some tables, views or sequences that the database has. Raises BackupError if it cannot be asked."""
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise BackupError(f"The database cannot be reached: {error}") from error
    try:
        return [row["relname"] for row in await connection.fetch(_RELATIONS)]
    finally:
        await connection.close()


def _run(name: str, url: str, *arguments: str, into: IO[bytes] | None = None) -> None:
    """Run a program of PostgreSQL's; its output goes to an open file, or nowhere. Raises BackupError."""
    address, password = _without_password(url)
    try:
        done = subprocess.run(
            [program(name), f"--dbname={address}", *arguments],
            env={**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})},
            stdin=subprocess.DEVNULL,  # asked for a password, it would wait
            stdout=into if into is not None else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    except OSError as error:
        raise BackupError(f"{name} cannot be run: {error}") from error
    if done.returncode:
        raise BackupError(f"{name} failed: {done.stderr.strip()}")


def _without_password(url: str) -> tuple[str, str | None]:
    """The address and the password separately: every user of the machine can read a program's arguments."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    return parts._replace(netloc=name + at + host).geturl(), unquote(password) if colon else None
