"""Takes persons who were erased out of a file of archived events, as the journal itself is rid of them.

The file is written anew beside itself, synced, and put in its own place: a kill at any moment leaves the old one or the
new one, and the next run begins again.
"""

import gzip
import os
from io import BufferedWriter, FileIO
from pathlib import Path

from tortoise.connection import get_connection

from app.operations.archive import locked, private, sync_directory
from services.privacy.erasing import replaced
from services.privacy.table import HOLDINGS

(_EVENT,) = (holding for holding in HOLDINGS if holding.table == "event")
_CHANGES = ", ".join(f"'{name}', {value}" for name, value in replaced(_EVENT).items())
# The lines are rows of the table: what erasing puts into its columns is put into theirs.
_ERASED = f"""
select l.n, row_to_json(json_populate_record(t, json_build_object({_CHANGES})))::text as line
from unnest($1::text[]) with ordinality l (line, n), json_populate_record(null::event, l.line::json) t
where exists (select from customer c where c.id = t.customer_id and c.erased_at is not null)
"""


async def erase_archive(path: Path) -> int:
    """Take all persons whom the open database knows as erased out of a file. Returns how many events had any.

    Raises ArchiveError.
    """
    changed = 0
    rewritten = path.with_name(f"{path.name}.erasing")
    with locked(path) as archive:
        with FileIO(rewritten, "w", opener=private) as unbuffered, BufferedWriter(unbuffered) as file:
            for lines in filter(None, archive.parts()):
                changed += await _erase(lines)
                file.write(gzip.compress(b"\n".join(lines) + b"\n", compresslevel=6, mtime=0))
            file.flush()
            os.fsync(file.fileno())
        os.replace(rewritten, path)
        sync_directory(path)
    return changed


async def _erase(lines: list[bytes]) -> int:
    """Erase persons from the lines of one part, in place."""
    rows = await get_connection("default").execute_query_dict(_ERASED, [[line.decode() for line in lines]])
    fresh = {row["n"] - 1: row["line"].encode() for row in rows}
    changed = [n for n, line in fresh.items() if line != lines[n]]
    for n in changed:
        lines[n] = fresh[n]
    return len(changed)
