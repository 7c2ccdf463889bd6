"""The journal's oldest events, taken out of the database and kept in a file: gzip, one event a line, as JSON.

An event is deleted only when it stands in the file and the file is synced, so a kill at any moment loses none; what
a kill left unfinished at the file's end is cut off by the next run. Events go in the journal's order, oldest first:
what follows an event that is still here is all here. The last event that is old enough stays, so whoever has followed
the journal to its end within the given age finds its own place again; nothing is taken that webhooks have not read.
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

from settings import OperatorError

BATCH = 10_000
"""Events of one statement, and of one part of the file: some megabytes."""
_FIRST = b'{"id":'
_CHUNK = 1 << 20

# What the webhooks have read is settled: no late commit can come to stand before it.
_OLDEST = """
select e.id, e.xid::text as xid, e.at, row_to_json(e)::text as line
from event e, webhook_cursor w
where (e.xid, e.id) > ($1::text::xid8, $2::bigint) and (e.xid, e.id) <= (w.xid::text::xid8, w.event_id)
order by e.xid, e.id limit $3::bigint
"""
_DELETE = "delete from event where id = any($1::bigint[])"
_HELD = """
select exists (
  select from event e, webhook_cursor w where (e.xid, e.id) > (w.xid::text::xid8, w.event_id) and e.at < $1
) as held
"""


class ArchiveError(OperatorError):
    """The file cannot take the events; the sentence is for the operator, and nothing was deleted that is not in it."""


@dataclass(slots=True)
class Archived:
    """What was archived, up to when; `held` when older events wait for the webhooks to have read them."""

    events: int = 0
    until: datetime | None = None
    held: bool = False


async def archive(path: Path, before: datetime, *, batch: int = BATCH) -> Archived:
    """Move the events from before a moment (UTC-aware) out of the open database. Raises ArchiveError.

    Beside servers at work, and beside itself with another file: two at once write the same events twice, at worst.
    """
    done = Archived()
    place = ("0", 0)
    with _kept(path) as file:
        while rows := await _oldest(place, before, batch):
            file.append([row["line"].encode() for row in rows])
            await _execute(_DELETE, [row["id"] for row in rows])
            done.events += len(rows)
            done.until = rows[-1]["at"]
            place = (rows[-1]["xid"], rows[-1]["id"])
    done.held = (await _execute(_HELD, before))[0]["held"]
    return done


async def _oldest(place: tuple[str, int], before: datetime, batch: int) -> list[Mapping[str, Any]]:
    """The next events up to the first that is too young, but never the last of them: somebody's place may be there."""
    rows = await _execute(_OLDEST, *place, batch + 1)
    return list(takewhile(lambda row: row["at"] < before, rows))[:-1]


async def _execute(sql: str, *args: Any) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await get_connection("default").execute_query_dict(sql, list(args))
    return rows


class _File:
    """An archive that only ever grows, by whole parts: each a gzip member of its own."""

    def __init__(self, file: FileIO, path: Path) -> None:
        self._file, self._path = file, path
        with _told(path):
            end, lines = self._whole()
            file.truncate(end)
            os.fsync(file)
        self._there = frozenset(lines)

    def append(self, lines: Sequence[bytes]) -> None:
        """Put lines behind the others, and onto the disk. Those of the last part, cut off by a kill, it has already."""
        fresh = [line for line in lines if line not in self._there]
        with _told(self._path):
            rest = memoryview(gzip.compress(b"\n".join(fresh) + b"\n", compresslevel=6, mtime=0) if fresh else b"")
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file)

    def _whole(self) -> tuple[int, list[bytes]]:
        """Where the last whole part ends, and its lines. Raises ArchiveError for a file that is no archive."""
        end, lines = 0, list[bytes]()
        self._file.seek(0)
        for end_of_part, text in self._parts():
            if text and not text.startswith(_FIRST):
                raise ArchiveError(f"{self._path} is there already and no archive: name another file.")
            if end_of_part is not None:
                end, lines = end_of_part, text.splitlines()
        return end, lines

    def _parts(self) -> Iterator[tuple[int | None, bytes]]:
        """The end of each part and its text; None for one that has no end."""
        rest = self._file.read(_CHUNK)
        while rest:
            part, text = zlib.decompressobj(wbits=31), b""
            while rest and not part.eof:
                try:
                    text += part.decompress(rest)
                except zlib.error:
                    raise ArchiveError(f"{self._path} is damaged, or no archive: keep it and name another.") from None
                rest = part.unused_data or self._file.read(_CHUNK)
            at = self._file.tell() - len(rest)
            yield (at if part.eof else None), text


@contextmanager
def _kept(path: Path) -> Iterator[_File]:
    """The file, open for this process alone. Raises ArchiveError."""
    with ExitStack() as stack:
        with _told(path):
            file = stack.enter_context(FileIO(path, "a+b", opener=_private))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _sync_directory(path)
        yield _File(file, path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system says against the file, as a sentence for the operator."""
    try:
        yield
    except BlockingIOError:
        raise ArchiveError(f"{path} is being written by another run.") from None
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror or error}.") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # who did what stands in it


def _sync_directory(path: Path) -> None:
    directory = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
