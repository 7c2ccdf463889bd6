"""Counts the figures of returns anew, beside the old ones, and puts them in their place with one transaction.

Whatever kills it leaves the old ones. Nothing before that transaction holds the journal's tail back.
"""

from collections.abc import Sequence
from pathlib import Path

import asyncpg

import database
from app.operations.archive import locked
from services.figures import adding, next_of
from settings import OperatorError

BATCH = 100_000
"""Events of one statement: to find where each ends, all that follow are looked at."""
_JOURNAL, _FRESH = "journal", "fresh_figure"
_PREPARE = f"""
create temp table archived (like event);
alter table archived add primary key (id);
create index on archived (xid);
create index on archived (order_id);
create temp view {_JOURNAL} as
  select * from event e where not exists (select from archived a where a.id = e.id) union all select * from archived;
create temp table {_FRESH} (like daily_figure including all)
"""
# Two archives may have the same events, and the journal, too, after a kill.
_LOAD = """
insert into archived select (json_populate_record(null::event, l.line::json)).* from unnest($1::text[]) l (line)
on conflict do nothing
"""
_MISSING = f"""
select count(*) from "order" o
where not exists (select from {_JOURNAL} e where e.order_id = o.id and e.subject = 'PACKAGE' and e.from_status is null)
"""
_REPLACE = f"""
insert into daily_figure (day, seller_id, figure, transaction, key, name, amount)
select day, seller_id, figure, transaction, key, name, amount from {_FRESH}
"""


async def recount(url: str, archives: Sequence[Path], zone: str) -> int:
    """Count all figures again, in the days of a zone; returns how many days have any.

    Raises OperatorError if an archive is missing, ArchiveError if one cannot be read.
    """
    connection = await database.connect(url)
    try:
        await connection.execute(_PREPARE)
        for path in archives:
            with locked(path) as file:
                for lines in filter(None, file.parts()):
                    await connection.execute(_LOAD, [line.decode() for line in lines])
        xid = await _count(connection, zone, "0")
        async with connection.transaction():
            await connection.execute("select from figure_cursor where id = 1 for update")
            if missing := await connection.fetchval(_MISSING):
                raise OperatorError(f"The first events of {missing} orders are missing: name all archives.")
            xid = await _count(connection, zone, xid)
            await connection.execute("delete from daily_figure")
            await connection.execute(_REPLACE)
            await connection.execute("update figure_cursor set xid = $1::text::bigint, zone = $2", xid, zone)
            days: int = await connection.fetchval("select count(distinct day) from daily_figure")
            return days
    finally:
        await connection.close()


async def _count(connection: asyncpg.Connection, zone: str, xid: str) -> str:
    """Count what follows a transaction; returns the last one that was counted."""
    while (upto := await connection.fetchval(next_of(_JOURNAL, batch=BATCH), xid)) is not None:
        await connection.execute(adding(_JOURNAL, _FRESH), zone, xid, upto)
        xid = upto
    return xid
