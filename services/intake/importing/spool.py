"""A temporary database that joins files which are sorted differently, with limited memory.

SQLite keeps it in an unnamed file and writes to it what exceeds the cache.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from services.intake.importing.csvfile import BrokenRecord, records
from services.intake.importing.entries import FilePosition, Problem

CACHE_KIB = 65_536


class Spool:
    """Tables of raw cells with their line numbers, and the keys of broken records."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute(f"pragma cache_size = -{CACHE_KIB}")
        self.db.execute("pragma journal_mode = off")
        self.db.execute("create table broken (key text primary key) without rowid")
        self._any_broken = False

    def load(self, table: str, path: Path, columns: tuple[str, ...], *, key: int) -> Iterator[Problem]:
        """Load a file into a table with `line` and columns c0, c1 …, of which the first `key` are its key.

        It yields a problem for each broken record and each repeated key; with 0 there is no key.
        """
        names = [f"c{n}" for n in range(len(columns))]
        unique = f", unique ({', '.join(names[:key])})" if key else ""
        self.db.execute(
            f"create table {table} (line integer primary key, {', '.join(f'{n} text' for n in names)}{unique})"
        )
        self.db.execute("begin")
        insert = f"insert or ignore into {table} values (?{', ?' * len(names)})"
        for record in records(path, columns):
            if isinstance(record, BrokenRecord):
                yield record.problem
                self.taint(record.key)
            elif not self.db.execute(insert, (record.number, *record.cells)).rowcount:
                yield Problem(
                    FilePosition(path, record.number), f"{' '.join(record.cells[:key])} is in the file twice."
                )
                self.taint(record.cells[0])
        self.db.execute("commit")

    def taint(self, key: str) -> None:
        """Remember that a record of this key is broken, so that the others are not taken for the whole."""
        self._any_broken = True
        self.db.execute("insert or ignore into broken values (?)", (key.encode("utf-8", "replace").decode(),))

    def tainted(self, key: str) -> bool:
        """Whether a record of this key is broken."""
        found = self._any_broken and self.db.execute("select 1 from broken where key = ?", (key,)).fetchone()
        return bool(found)

    def close(self) -> None:
        """Delete the database."""
        self.db.close()
