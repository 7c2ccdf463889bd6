"""Migrated databases for servers of their own: the migrations run once in a process, the others are copies.

Within one cluster a template does it (`tests/databases.py`).
"""

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import database
from app.operations.backup import back_up, restore


async def fill(url: str) -> None:
    """Make the tables of today in the empty database at `url`."""
    dump = Path(_home().name) / "migrated"
    if dump.exists():
        await asyncio.to_thread(restore, url, dump)
    else:
        await database.migrate(url)
        await asyncio.to_thread(back_up, url, dump)


@cache
def _home() -> TemporaryDirectory[str]:
    """Removed when the process ends."""
    return TemporaryDirectory(prefix="retour-")
