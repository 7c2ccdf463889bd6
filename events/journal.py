"""The journal's tail: every event once, in an order that no late commit can change.

An id is drawn when a row is inserted and visible when its transaction commits, so a reader that goes on after the
greatest id it saw loses the rows of slower transactions. Here a row's position is (xid, id), and only rows of
transactions older than every running one are read: no row can appear before them later.
The database's functions journal_xid() and journal_horizon() count the transactions. In a cluster that a backup was
restored into, they begin after the last transaction of the backup: see `database.migrate`.
The price is that one long transaction holds the tail back, even one in another database of the cluster: `lag` says by
how much, and `holder` which it is.
"""

import base64
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from engine.errors import BadInput
from events.notifier import Notifier, ProcessNotifier
from models.journal import Change

Position = tuple[int, int]
Execute = Callable[[str, Sequence[Any]], Awaitable[Sequence[Mapping[str, Any]]]]

LEAST_AGE = timedelta(days=1)
"""Younger events are never archived, so that a reader that follows the journal live never meets its end."""

_SETTLED = "xid < journal_horizon()"

# A bare name in `order by` would be the output column, which is text.
# A position without an event, but for the very beginning, has been archived, and perhaps events after it, too.
_READ = f"""
select id, xid::text as xid, at, subject, subject_id, action, from_status, to_status, actor_role, actor_id,
       order_id, seller_id, customer_id, seller_order_id, request_id, plan_id, version, data,
       $2::bigint = 0 or exists (select from event e where e.xid = $1::text::xid8 and e.id = $2::bigint) as whole
from event
where (event.xid, event.id) > ($1::text::xid8, $2::bigint) and event.{_SETTLED}
order by event.xid, event.id
limit $3::bigint
"""

_HEAD = f"""
select coalesce(max(place.xid)::text, '0') as xid, coalesce(max(place.id), 0) as id
from (select xid, id from event where {_SETTLED} order by xid desc, id desc limit 1) as place
"""

# Only after an event that still exists are the events complete: older ones may have been archived, and a restored
# database has lost the youngest.
_LOCATE = f"""
select exists (select from event where xid = $1::text::xid8 and id = $2::bigint and {_SETTLED}) as kept
"""

_LAG = """
select extract(epoch from clock_timestamp() - at)::float8 as seconds
from event
where xid >= journal_horizon()
order by event.xid, event.id
limit 1
"""

# Every role may read these columns. The times and statements of other roles' sessions are for pg_read_all_stats alone.
# The lock of a transaction has the lower half of its number.
_HOLDER = """
select l.pid, coalesce(a.usename, p.owner)::text as role, coalesce(a.datname, p.database)::text as database, p.gid
from pg_locks l
left join pg_stat_activity a on a.pid = l.pid
left join pg_prepared_xacts p on p.transaction = l.transactionid
where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
  and l.transactionid::text::bigint = pg_snapshot_xmin(pg_current_snapshot())::text::bigint % 4294967296
limit 1
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """The oldest running transaction that writes, anywhere in the cluster: no event after its number can be read.

    `gid` is the name of a prepared transaction, which no process holds.
    """

    pid: int | None
    role: str | None
    database: str | None
    gid: str | None

    def __str__(self) -> str:
        gid = "" if self.gid is None else f" '{self.gid}'"
        return f"{self.place}{gid} of role {self.role} in database {self.database}"

    @property
    def place(self) -> str:
        """What everybody may receive."""
        return f"PostgreSQL's process {self.pid}" if self.gid is None else "a prepared transaction"


class CursorMalformed(BadInput):
    """A text that is not a cursor of this journal."""

    code = "CURSOR_MALFORMED"


class CursorExpired(BadInput):
    """A cursor after which events of this journal are missing."""

    code = "CURSOR_EXPIRED"

    def __init__(self) -> None:
        super().__init__(
            "Some events after this cursor no longer exist. Query the present state, "
            "then subscribe again without `after`."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the journal as readers see it; times are UTC-aware, `data` is parsed JSON."""

    position: Position
    at: datetime
    subject: str
    subject_id: str
    action: str
    from_status: str | None
    to_status: str
    actor_role: str
    actor_id: str
    order_id: str
    seller_id: str
    customer_id: str
    seller_order_id: str
    request_id: str | None
    plan_id: str | None
    version: int
    data: Mapping[str, Change]

    @property
    def cursor(self) -> str:
        return cursor_of(self.position)


class Journal:
    """Reads the table "event" by `execute(sql, args)`, outside of any transaction; the hub's `Journal`."""

    def __init__(self, execute: Execute, notifier: Notifier) -> None:
        self._execute = execute
        self._notifier = notifier

    async def head(self) -> Position:
        row = (await self._execute(_HEAD, []))[0]
        return int(row["xid"]), row["id"]

    def parse(self, cursor: str) -> Position:
        return position_of(cursor)

    async def locate(self, cursor: str) -> Position:
        position = position_of(cursor)
        row = (await self._execute(_LOCATE, [str(position[0]), position[1]]))[0]
        if not row["kept"]:
            raise CursorExpired
        return position

    async def read(self, after: tuple[int, ...], limit: int) -> list[Event]:
        """The next events; raises CursorExpired if some of them may have been archived."""
        xid, number = after
        rows = await self._execute(_READ, [str(xid), number, limit])
        if rows and not rows[0]["whole"]:
            raise CursorExpired
        return [_event(row) for row in rows]

    async def wait(self, seconds: float) -> None:
        await self._notifier.wait(seconds)

    async def lag(self) -> float:
        """The age in seconds, by the database's clock, of the oldest event that cannot be read yet; 0 without any."""
        rows = await self._execute(_LAG, [])
        return max(rows[0]["seconds"], 0.0) if rows else 0.0

    async def holder(self) -> Holder | None:
        """The transaction that holds the tail back; None if none writes."""
        rows = await self._execute(_HOLDER, [])
        return Holder(**rows[0]) if rows else None


def journal_in(db: BaseDBAsyncClient) -> Journal:
    """The journal, read in a transaction: for readers that keep their cursor in a row."""

    async def execute(sql: str, args: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        return await db.execute_query_dict(sql, list(args))

    return Journal(execute, ProcessNotifier())


def _event(row: Mapping[str, Any]) -> Event:
    columns = dict(row)
    del columns["whole"]
    position = int(columns.pop("xid")), columns.pop("id")
    if isinstance(columns["data"], str):
        columns["data"] = orjson.loads(columns["data"])
    return Event(position=position, **columns)


def cursor_of(position: tuple[int, ...]) -> str:
    """A short text for a position: base64url of the length of xid, xid, id."""
    xid, number = (part.to_bytes((part.bit_length() + 7) // 8) for part in position)
    return base64.urlsafe_b64encode(bytes([len(xid)]) + xid + number).rstrip(b"=").decode()


def position_of(cursor: str) -> Position:
    """The position of a text that `cursor_of` has made, and of no other; raises CursorMalformed."""
    if re.fullmatch(r"[A-Za-z0-9_-]{2,23}", cursor) and len(cursor) % 4 != 1:
        raw = base64.urlsafe_b64decode(cursor + "==")
        split = 1 + raw[0]
        position = int.from_bytes(raw[1:split]), int.from_bytes(raw[split:])
        if max(position) < 2**63 and cursor_of(position) == cursor:
            return position
    raise CursorMalformed(
        "This is not a cursor of this service. Pass a cursor exactly as it was received, "
        "or leave `after` out to begin now."
    )
