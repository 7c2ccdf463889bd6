"""CSV files, gzipped or not, line by line: what is broken is reported and the rest is read on."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from services.intake.importing.entries import Place, Trouble, Unreadable

GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Line:
    """The wanted cells of one record, and the line where it ends."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be used; `key` is its first cell, if it has one."""

    trouble: Trouble
    key: str


class File:
    """A file being read, and how many bytes of it have been."""

    def __init__(self, raw: BinaryIO, length: int | None) -> None:
        self._raw = raw
        self.length = length
        packed = raw.peek(2)[:2] == GZIP if isinstance(raw, io.BufferedReader) else False
        self.stream: BinaryIO = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw

    @property
    def done(self) -> int:
        """Bytes read so far, of the file as it lies on the disk; 0 for a pipe."""
        return self._raw.tell() if self.length is not None else 0


@contextmanager
def opened(path: Path) -> Iterator[File]:
    """Open a file, unpacking it when it is gzipped. Raises Unreadable, also for what goes wrong in the block."""
    try:
        with path.open("rb") as raw:
            yield File(raw, path.stat().st_size if path.is_file() else None)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable(f"{path} cannot be read: {reason}") from error


def records(path: Path, columns: tuple[str, ...]) -> Iterator[Line | Broken]:
    """The records of a CSV file with one header line, as cells in the order of `columns`. Raises Unreadable."""
    with opened(path) as file:
        text = io.TextIOWrapper(file.stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        reader = csv.reader(text, strict=True)
        places, width = _header(reader, path, columns)
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield Broken(Trouble(Place(path, reader.line_num), f"This is not CSV: {error}."), "")
                continue
            if row is None:
                return
            fault = _fault(row, width)
            if fault:
                yield Broken(Trouble(Place(path, reader.line_num), fault), row[0])
            elif row:
                yield Line(reader.line_num, tuple([row[place] for place in places]))


def moment_of(text: str) -> datetime:
    """A cell's time; the records name no zone, so it is taken as UTC. Raises ValueError."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a time.") from None


def _header(reader: Any, path: Path, columns: tuple[str, ...]) -> tuple[list[int], int]:
    """Where the columns stand, and how many cells a record has."""
    try:
        header: list[str] = next(reader, [])
    except csv.Error as error:
        raise Unreadable(f"{path} is not CSV: {error}.") from error
    missing = [name for name in columns if name not in header]
    if missing:
        raise Unreadable(f"{path} has no column {', '.join(missing)}.")
    return [header.index(name) for name in columns], len(header)


def _fault(row: list[str], width: int) -> str:
    if row and len(row) != width:
        return f"There are {len(row)} cells where the header has {width}."
    text = "".join(row)
    if not text.isascii() and any("\udc80" <= char <= "\udcff" for char in text):
        return "This is not UTF-8."
    return ""
