"""A temporary database for joining files that are sorted differently, so that memory stays bounded.

SQLite keeps it in a file without a name and spills what does not fit its cache.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from services.intake.importing.csvfile import Broken, records
from services.intake.importing.entries import Place, Trouble

CACHE_KIB = 65_536


class Spool:
    """Tables of raw cells, each with the line it came from, and the keys of records that were broken."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute(f"pragma cache_size = -{CACHE_KIB}")
        self.db.execute("pragma journal_mode = off")
        self.db.execute("create table broken (key text primary key) without rowid")
        self._any_broken = False

    def load(self, table: str, path: Path, columns: tuple[str, ...], *, key: int) -> Iterator[Trouble]:
        """Put a file into a table with `line` and columns c0, c1 …; the first `key` of them are its key.

        A record whose key has been there is reported, and so is what is broken; no key (0) lets all in.
        """
        names = [f"c{n}" for n in range(len(columns))]
        unique = f", unique ({', '.join(names[:key])})" if key else ""
        self.db.execute(
            f"create table {table} (line integer primary key, {', '.join(f'{n} text' for n in names)}{unique})"
        )
        self.db.execute("begin")
        insert = f"insert or ignore into {table} values (?{', ?' * len(names)})"
        for record in records(path, columns):
            if isinstance(record, Broken):
                yield record.trouble
                self.taint(record.key)
            elif not self.db.execute(insert, (record.number, *record.cells)).rowcount:
                yield Trouble(Place(path, record.number), f"{' '.join(record.cells[:key])} is here twice.")
                self.taint(record.cells[0])
        self.db.execute("commit")

    def taint(self, key: str) -> None:
        """Remember that something of this key could not be read, so that the rest of it is not taken for all."""
        self._any_broken = True
        self.db.execute("insert or ignore into broken values (?)", (key.encode("utf-8", "replace").decode(),))

    def tainted(self, key: str) -> bool:
        """Whether something of this key could not be read."""
        found = self._any_broken and self.db.execute("select 1 from broken where key = ?", (key,)).fetchone()
        return bool(found)

    def close(self) -> None:
        """Drop everything."""
        self.db.close()
