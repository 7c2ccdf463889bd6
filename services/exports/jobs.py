"""Exports as rows: started by a person, written piece by piece by any worker, whole or absent, and gone after a day.

The file lies in the database, in pieces of a thousand rows: every server process, on whatever machine, has it, it is
there if and only if the export says so, and it needs no storage of its own to be set up, backed up or erased.

A worker leases an export for one piece. The statement that stores the piece also moves the cursor, and does nothing
unless the lease is still this worker's own: whatever is killed, the next worker goes on after the last stored row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from domain.errors import refuse
from domain.facts import Actor
from domain.refusals import Refusal
from domain.returns import Json
from domain.words import ExportedList, ExportState, Role
from models import Export
from models.ids import new_id

LEASE = timedelta(seconds=60)
"""Time for one piece."""
TRIES = 5
"""How often one piece is tried."""
KEPT = timedelta(days=1)
"""How long an export and its file are there at least: services/privacy/retention.py deletes older ones."""
RUNNING, STARTED = 2, 20
"""Exports of one person that may run at once, and that may be there at all."""
ROWS = 500_000
"""Rows of a file; Excel shows twice as many."""

# One at a time for each person, so that what is counted holds when the row is written.
_LOCK = "select pg_advisory_xact_lock(7233, hashtext($1))"
_COUNT = """
select count(*) as started, count(*) filter (where state = 'RUNNING') as running
from export where role = $1 and actor_id = $2 and seller_id is not distinct from $3
"""
_LEASE = """
update export set leased_until = clock_timestamp() + $1::interval, tries = tries + 1
where id = (
  select id from export where state = 'RUNNING' and (leased_until is null or leased_until < clock_timestamp())
  order by leased_until nulls first, created_at limit 1 for no key update skip locked
)
returning id, role, actor_id, seller_id, list, conditions, done, total, after, tries, leased_until
"""
_STORE = """
with stored as (
  update export set done = $3, total = $4, after = $5, tries = 0, leased_until = clock_timestamp(),
    state = case when $5::text is null then 'READY' else 'RUNNING' end,
    finished_at = case when $5::text is null then clock_timestamp() end
  where id = $1 and leased_until = $2 and state = 'RUNNING'
  returning id)
insert into export_piece (export_id, position, content) select id, $6, $7 from stored returning export_id
"""
_FAIL = """
with failed as (
  update export set state = 'FAILED', message = left($3, 500), finished_at = clock_timestamp()
  where id = $1 and leased_until = $2 and state = 'RUNNING'
  returning id)
delete from export_piece p using failed f where p.export_id = f.id
"""
_PIECES = "select position, octet_length(content) as size from export_piece where export_id = $1 order by position"
_PIECE = "select content from export_piece where export_id = $1 and position = $2"


@dataclass(frozen=True, slots=True)
class WantedList:
    """A list that a person wants as a file; `conditions` is the list's own filter as the API takes it."""

    by: Actor
    list: ExportedList
    conditions: dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class Lease:
    """An export of which this worker writes the next piece; `tries` counts this one."""

    id: str
    wanted: WantedList
    done: int
    total: int | None
    after: str | None
    tries: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows as they stand in the file, and where the list goes on after them; None at its end."""

    rows: int
    total: int
    content: bytes
    after: str | None


async def start(db: BaseDBAsyncClient, wanted: WantedList) -> dict[str, str]:
    """Store that a list is wanted. Raises `Refused` if the person has too many exports."""
    by = wanted.by
    person = [by.role, by.id, by.seller_id]
    await db.execute_query(_LOCK, [f"{by.role} {by.seller_id or ''} {by.id}"])
    (known,) = await db.execute_query_dict(_COUNT, person)
    if known["running"] >= RUNNING:
        message = f"{known['running']} of your exports are being written: wait until one of them is ready."
        raise refuse(Refusal.TOO_MANY_EXPORTS, message)
    if known["started"] >= STARTED:
        message = f"You have started {known['started']} exports within a day: download one of them, or try again later."
        raise refuse(Refusal.TOO_MANY_EXPORTS, message)
    export = await Export.create(
        id=new_id("export"),
        role=by.role,
        actor_id=by.id,
        seller_id=by.seller_id,
        list=wanted.list,
        conditions=wanted.conditions,
        state=ExportState.RUNNING,
        using_db=db,
    )
    return {"id": export.id}


async def lease() -> Lease | None:
    """Lease the export that has waited longest for its next piece; None if none waits."""
    rows = await get_connection("default").execute_query_dict(_LEASE, [LEASE])
    if not rows:
        return None
    (row,) = rows
    by = Actor(Role(row["role"]), row["actor_id"], row["seller_id"])
    conditions = None if row["conditions"] is None else orjson.loads(row["conditions"])
    wanted = WantedList(by, ExportedList(row["list"]), conditions)
    return Lease(row["id"], wanted, row["done"], row["total"], row["after"], row["tries"], row["leased_until"])


async def store(leased: Lease, piece: Piece) -> bool:
    """Store a piece; False, and nothing is stored, if the lease was lost or the export is gone."""
    done = leased.done + piece.rows
    total = piece.total if piece.after else done
    values = [leased.id, leased.until, done, total, piece.after, leased.done, piece.content]
    return bool(await get_connection("default").execute_query_dict(_STORE, values))


async def fail(leased: Lease, why: str) -> None:
    """End an export without a file or any piece of it, unless the lease was lost."""
    await get_connection("default").execute_query(_FAIL, [leased.id, leased.until, why])


async def find(by: Actor, id: str | None = None) -> list[Export]:
    """The exports of a person, the newest first, or the one of an id."""
    mine = Export.filter(role=by.role, actor_id=by.id, seller_id=by.seller_id)
    return await (mine if id is None else mine.filter(id=id))


async def pieces(export: Export) -> dict[int, int]:
    """The positions of a file's pieces, each with its bytes, in the order of the file."""
    rows = await get_connection("default").execute_query_dict(_PIECES, [export.id])
    return {row["position"]: row["size"] for row in rows}


async def content(export: Export, position: int) -> bytes:
    """A piece of a file. Raises ValueError if the export is gone since."""
    (piece,) = await get_connection("default").execute_query_dict(_PIECE, [export.id, position])
    return bytes(piece["content"])
