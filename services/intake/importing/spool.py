"""A temporary database that joins files which are sorted differently, with limited memory.

SQLite keeps it in an unnamed file and writes to it what exceeds the cache.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from services.intake.importing.csvfile import BrokenRecord, Record, plain, records
from services.intake.importing.entries import FilePosition, Problem

CACHE_KIB = 65_536


class Spool:
    """Tables of raw cells with their line numbers, and the keys of broken records.

    `lost` notes a broken record whose key is unknown. Records of one key mostly follow each other, so the keys
    of its neighbors are taken for broken as well.
    """

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute(f"pragma cache_size = -{CACHE_KIB}")
        self.db.execute("pragma journal_mode = off")
        self.db.execute("create table broken (key text primary key) without rowid")
        self._any_broken = False
        self.lost = False

    def count(self, sql: str) -> int:
        """The one number that a query finds."""
        found: tuple[int] = self.db.execute(sql).fetchone()
        return found[0]

    def load(self, table: str, path: Path, columns: tuple[str, ...], *, key: int) -> Iterator[Problem]:
        """Load a file into a table with `line` and columns c0, c1 …, of which the first `key` are its key.

        It yields a problem for each broken record, each repeated key and each key with characters that do not show;
        with 0 keys may repeat.
        """
        names = [f"c{n}" for n in range(len(columns))]
        unique = f", unique ({', '.join(names[:key])})" if key else ""
        self.db.execute(
            f"create table {table} (line integer primary key, {', '.join(f'{n} text' for n in names)}{unique})"
        )
        self.db.execute("begin")
        insert = f"insert or ignore into {table} values (?{', ?' * len(names)})"
        before, after_lost = "", False
        for record in records(path, columns):
            if isinstance(record, BrokenRecord):
                yield record.problem
                self._taint_lost(record.key, before)
                after_lost |= not record.key
                continue
            if after_lost:
                self.taint(record.cells[0])
            before, after_lost = record.cells[0], False
            if fault := _unplain(record, path, key):
                yield fault
                self._taint_lost(plain(record.cells[0]), before)
            elif not self.db.execute(insert, (record.number, *record.cells)).rowcount:
                yield Problem(
                    FilePosition(path, record.number), f"{' '.join(record.cells[:key])} is in the file twice."
                )
                self.taint(record.cells[0])
        self.db.execute("commit")

    def taint(self, key: str) -> None:
        """Remember that a record of this key is broken, so that the others are not taken for the whole."""
        self._any_broken = True
        spelled = plain(key.encode("utf-8", "replace").decode())
        self.db.execute("insert or ignore into broken values (?)", (spelled,))

    def _taint_lost(self, key: str, before: str) -> None:
        """Remember a broken record; if its key is unknown, it may belong to the record before it."""
        self.lost |= not key
        self.taint(key or before)

    def tainted(self, key: str) -> bool:
        """Whether a record of this key is broken."""
        found = self._any_broken and self.db.execute("select 1 from broken where key = ?", (key,)).fetchone()
        return bool(found)

    def close(self) -> None:
        """Delete the database."""
        self.db.close()


def _unplain(record: Record, path: Path, key: int) -> Problem | None:
    """The problem of a record whose key differs from another only by characters that do not show."""
    for cell in record.cells[: key or 1]:
        if cell != plain(cell):
            sentence = f"{cell[:80]!r} has white space around it, or characters that do not show: remove them."
            return Problem(FilePosition(path, record.number), sentence)
    return None
