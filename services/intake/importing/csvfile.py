"""CSV files, gzipped or not, read record by record; broken records are reported and skipped."""

import csv
import gzip
import io
import re
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, cast

from services.intake.importing.entries import STDIN, FilePosition, Problem, Unreadable

GZIP = b"\x1f\x8b"
_WHOLE = re.compile("-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class Record:
    """The wanted cells of one record, and the line where it ends."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that cannot be read; `key` is the cell of its first column, empty if that is unknown."""

    problem: Problem
    key: str


class OpenFile:
    """An open file, and how many of its bytes have been read."""

    def __init__(self, raw: BinaryIO, length: int | None) -> None:
        self._raw = raw
        self.length = length
        packed = raw.peek(2)[:2] == GZIP if isinstance(raw, io.BufferedReader) else False
        self.stream: BinaryIO = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw

    @property
    def done(self) -> int:
        """Bytes of the file on the disk that have been read; 0 for a pipe."""
        return self._raw.tell() if self.length is not None else 0


@contextmanager
def opened(path: Path) -> Iterator[OpenFile]:
    """Open a file, or stdin for `-`; gzip is unpacked. Raises Unreadable, also for errors in the block."""
    try:
        if path == STDIN:
            yield OpenFile(sys.stdin.buffer, None)
            return
        with path.open("rb") as raw:
            yield OpenFile(raw, path.stat().st_size if path.is_file() else None)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable(f"{path} cannot be read: {reason}") from error


def records(path: Path, columns: tuple[str, ...]) -> Iterator[Record | BrokenRecord]:
    """The records of a CSV file with one header line, as cells in the order of `columns`. Raises Unreadable."""
    with opened(path) as file:
        text = io.TextIOWrapper(file.stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        reader = csv.reader(text, strict=True)
        indexes, width = _header(reader, path, columns)
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield BrokenRecord(Problem(FilePosition(path, reader.line_num), f"This is not CSV: {error}."), "")
                continue
            if row is None:
                return
            fault = _fault(row, width)
            if fault:
                key = row[indexes[0]] if indexes[0] < len(row) else ""
                yield BrokenRecord(Problem(FilePosition(path, reader.line_num), fault), key)
            elif row:
                yield Record(reader.line_num, tuple([row[index] for index in indexes]))


def columns_of(path: Path) -> tuple[str, ...]:
    """The names in the header line of a CSV file. Raises Unreadable."""
    with opened(path) as file:
        text = io.TextIOWrapper(file.stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        try:
            return tuple(next(csv.reader(text, strict=True), ()))
        except csv.Error as error:
            raise Unreadable(f"{path} is not CSV: {error}.") from error


def moment_of(text: str) -> datetime:
    """The time in a cell; if it names no time zone, as in the public records, it is read as UTC. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is not a time.") from None


def whole_of(text: str) -> int:
    """The whole number in a cell: digits, with a minus before them or not. Raises ValueError."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a whole number.")
    return int(text)


def decimal_of(text: str) -> Decimal:
    """The decimal number in a cell: digits with at most one point in them, with a minus or not. Raises ValueError."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a number.")
    return Decimal(text)


def plain(key: str) -> str:
    """A key without white space around it and without characters that do not show; the same key has one spelling."""
    if key.isascii() and key.isprintable():
        return key.strip()
    shown = "".join(char for char in key if unicodedata.category(char) not in ("Cc", "Cf"))
    return unicodedata.normalize("NFC", shown).strip()


def _header(reader: Iterator[list[str]], path: Path, columns: tuple[str, ...]) -> tuple[list[int], int]:
    """The indexes of the columns, and how many cells a record has."""
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise Unreadable(f"{path} is not CSV: {error}.") from error
    missing = [name for name in columns if name not in header]
    if missing:
        raise Unreadable(f"{path} has no column {', '.join(missing)}.")
    return [header.index(name) for name in columns], len(header)


def _fault(row: list[str], width: int) -> str:
    if row and len(row) != width:
        return f"This record has {len(row)} cells, the header has {width}."
    text = "".join(row)
    if not text.isascii() and any("\udc80" <= char <= "\udcff" for char in text):
        return "This is not UTF-8."
    return ""
