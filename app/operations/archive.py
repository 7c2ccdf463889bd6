"""Moves the journal's oldest events from the database to a gzipped file, one event a line, as JSON.

An event is deleted only after it is in the file and the file is synced, so a kill at any moment loses none. The next
run cuts off what a kill left unfinished at the end of the file. Events move in the journal's order, oldest first, so
all events that follow a remaining event remain too. The last event that is old enough stays: a reader that was at the
end of the journal within the given age finds its position again. Events that webhooks have not read, or that figures
have not counted, stay as well.
"""

import fcntl
import gzip
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from itertools import takewhile
from pathlib import Path
from typing import Any

from tortoise.connection import get_connection

from domain.messages import OLDEST
from settings import OperatorError

BATCH = 10_000
"""Events of one statement and of one part of the file: some megabytes."""
_FIRST = b'{"id":'
_CHUNK = 1 << 20

# Mail passes over older events, so it holds none of them back.
_UNREAD_BY_MAIL = f"""
exists (select from message_cursor m
  where (e.xid, e.id) > (m.xid::text::xid8, m.event_id) and e.at > clock_timestamp() - interval '{OLDEST.days} days')
"""
_COUNTED = "e.xid <= (select c.xid::text::xid8 from figure_cursor c where c.id = 1)"
# No late commit can insert an event before the position up to which the webhooks have read.
_OLDEST = f"""
select e.id, e.xid::text as xid, e.at, row_to_json(e)::text as line, not {_COUNTED} or {_UNREAD_BY_MAIL} as unread
from event e, webhook_cursor w
where (e.xid, e.id) > ($1::text::xid8, $2::bigint) and (e.xid, e.id) <= (w.xid::text::xid8, w.event_id)
order by e.xid, e.id limit $3::bigint
"""
_DELETE = "delete from event where id = any($1::bigint[])"
_HELD = f"""
select exists (
  select from event e, webhook_cursor w
  where e.at < $1 and ((e.xid, e.id) > (w.xid::text::xid8, w.event_id) or not {_COUNTED} or {_UNREAD_BY_MAIL})
) as held
"""


class ArchiveError(OperatorError):
    """The events cannot be written to the file; no event was deleted that is not in it."""


@dataclass(slots=True)
class Archived:
    """How many events were archived, and up to when; `held` if webhooks, mail or figures lack older ones."""

    events: int = 0
    until: datetime | None = None
    held: bool = False


async def archive(path: Path, before: datetime, *, batch: int = BATCH) -> Archived:
    """Move the events before a moment (UTC-aware) from the open database to a file. Raises ArchiveError.

    Servers may run meanwhile, and so may another run with another file: at worst, both files get the same events.
    """
    done = Archived()
    position = ("0", 0)
    with locked(path) as file:
        while rows := await _oldest(position, before, batch):
            file.append([row["line"].encode() for row in rows])
            await _execute(_DELETE, [row["id"] for row in rows])
            done.events += len(rows)
            done.until = rows[-1]["at"]
            position = (rows[-1]["xid"], rows[-1]["id"])
    done.held = (await _execute(_HELD, before))[0]["held"]
    return done


async def _oldest(position: tuple[str, int], before: datetime, batch: int) -> list[Mapping[str, Any]]:
    """The next events up to the first that is too young, without the last of them: a reader may be at it."""
    rows = await _execute(_OLDEST, *position, batch + 1)
    return list(takewhile(lambda row: row["at"] < before and not row["unread"], rows))[:-1]


async def _execute(sql: str, *args: Any) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await get_connection("default").execute_query_dict(sql, list(args))
    return rows


class _File:
    """An archive to which whole parts are appended, each a gzip member."""

    def __init__(self, file: FileIO, path: Path) -> None:
        self._file, self._path = file, path
        with _sentences(path):
            end, lines = self._whole()
            file.truncate(end)
            os.fsync(file)
        self._last_part = frozenset(lines)

    def append(self, lines: Sequence[bytes]) -> None:
        """Append lines and sync the file, without those that the last part already has after a kill."""
        fresh = [line for line in lines if line not in self._last_part]
        with _sentences(self._path):
            rest = memoryview(gzip.compress(b"\n".join(fresh) + b"\n", compresslevel=6, mtime=0) if fresh else b"")
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file)

    def parts(self) -> Iterator[list[bytes]]:
        """The lines of each part, one part in memory at a time."""
        with _sentences(self._path):
            self._file.seek(0)
            for _, text in self._parts():
                yield text.splitlines()

    def _whole(self) -> tuple[int, list[bytes]]:
        """The end of the last whole part, and its lines. Raises ArchiveError if the file is not an archive."""
        end, lines = 0, list[bytes]()
        self._file.seek(0)
        for end_of_part, text in self._parts():
            if text and not text.startswith(_FIRST):
                raise ArchiveError(f"{self._path} already exists and is not an archive: name another file.")
            if end_of_part is not None:
                end, lines = end_of_part, text.splitlines()
        return end, lines

    def _parts(self) -> Iterator[tuple[int | None, bytes]]:
        """The end of each part and its text; the end is None if the part is unfinished."""
        rest = self._file.read(_CHUNK)
        while rest:
            part, text = zlib.decompressobj(wbits=31), b""
            while rest and not part.eof:
                try:
                    text += part.decompress(rest)
                except zlib.error:
                    raise ArchiveError(f"{self._path} is damaged or not an archive: name another file.") from None
                rest = part.unused_data or self._file.read(_CHUNK)
            at = self._file.tell() - len(rest)
            yield (at if part.eof else None), text


@contextmanager
def locked(path: Path) -> Iterator[_File]:
    """The file, locked by this process. Raises ArchiveError."""
    with ExitStack() as stack:
        with _sentences(path):
            file = stack.enter_context(FileIO(path, "a+b", opener=private))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                raise BlockingIOError  # it was replaced since it was opened: erase_archive.py
            if not os.fstat(file.fileno()).st_size:
                os.fchmod(file.fileno(), 0o600)  # an empty file may be there already, made by others' rules
            sync_directory(path)
        yield _File(file, path)


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn errors of the system about the file into sentences for the operator."""
    try:
        yield
    except BlockingIOError:
        raise ArchiveError(f"{path} is being written by another run: wait for it or name another file.") from None
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror or error}.") from error


def private(path: str, flags: int) -> int:
    """Open a file that its owner alone may read."""
    return os.open(path, flags, 0o600)  # it says who did what


def sync_directory(path: Path) -> None:
    """Make the names in a file's directory durable."""
    directory = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
