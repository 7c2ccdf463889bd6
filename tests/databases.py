"""Migrated databases for one test after the other: what a test has written is deleted, and the next test gets it.

To make one costs many times as much. A database of which more than the rows has changed, that has grown, or that
somebody still uses is dropped instead.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import asyncpg

import database as db
from database.embedded import Cluster

LARGEST = 256 * 1024
"""Bytes of a table. Deleted rows stay in its file, and a statement that reads the table passes them."""
_OWN = 16384
"""Objects that do not come with PostgreSQL itself have numbers from here on."""
_CATALOGS = {
    **dict.fromkeys(("pg_class", "pg_proc", "pg_type", "pg_constraint", "pg_trigger", "pg_namespace"), "oid"),
    **dict.fromkeys(("pg_attrdef", "pg_extension", "pg_rewrite", "pg_policy", "pg_event_trigger"), "oid"),
    "pg_attribute": "attrelid",
    "pg_index": "indexrelid",
    "pg_sequence": "seqrelid",
    "pg_inherits": "inhrelid",
}
_CATALOG = " || ".join(
    f"(select concat(count(*), ' ', sum(hashtext(concat({key}, ' ', xmin))), ' ') from {name} where {key} >= {_OWN})"
    for name, key in _CATALOGS.items()
)
_STATE = f"""
select (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as users,
       (select max(pg_relation_size(oid)) from pg_class where relkind = 'r' and oid >= {_OWN}) as largest,
       (select count(*) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
        where d.datname = current_database()) as settings,
       {_CATALOG} as catalog
"""
_TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"
_COUNTERS = "select sequencename, coalesce(last_value, start_value), last_value is not null from pg_sequences"


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection, closed at the end."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class Template:
    """A migrated database that is never written to: its name, its catalog, and what makes a copy like it again."""

    name: str
    catalog: str
    restoring: str

    @classmethod
    async def of(cls, name: str, url: str) -> "Template":
        """Read what is to be known of it."""
        async with connected(url) as connection:
            tables = [table for (table,) in await connection.fetch(_TABLES)]
            parts = ["set session_replication_role = replica", *(f'delete from "{table}"' for table in tables)]
            for table in tables:
                rows = await connection.fetchval(f'select jsonb_agg(to_jsonb(t)) from "{table}" t')
                if rows is not None:
                    same = f'select * from jsonb_populate_recordset(null::"{table}", $rows${rows}$rows$)'
                    parts.append(f'insert into "{table}" {same}')
            for counter, last, used in await connection.fetch(_COUNTERS):
                parts.append(f"select setval('{counter}', {last}, {used})")
            return cls(name, (await connection.fetchrow(_STATE))["catalog"], ";".join(parts))

    async def is_restored(self, connection: asyncpg.Connection) -> bool:
        """Make a copy as it was, unless it has to be dropped."""
        state = await connection.fetchrow(_STATE)
        if state["users"] or state["settings"] or state["largest"] > LARGEST or state["catalog"] != self.catalog:
            return False
        await connection.execute(self.restoring)
        return True


_numbers = count(1)


@asynccontextmanager
async def fresh(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[str]:
    """The address of a new copy of `template`, dropped at the end, whatever is still connected to it."""
    name = await _make(administration, template)
    try:
        yield cluster.url(name)
    finally:
        await _close()
        await _drop(administration, name)


@dataclass(slots=True)
class Lending:
    """Copies of one template, each for one test at a time."""

    administration: asyncpg.Connection
    cluster: Cluster
    template: Template
    _free: list[str] = field(default_factory=list)
    _cleaners: dict[str, asyncpg.Connection] = field(default_factory=dict)
    """A connection for each database that has been lent once: a new one reads its catalogs, ten times the work."""

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[str]:
        """The address of one without rows."""
        name = self._free.pop() if self._free else await _make(self.administration, self.template.name)
        try:
            yield self.cluster.url(name)
        finally:
            await _close()
            if await self.template.is_restored(await self._cleaner(name)):
                self._free.append(name)
            else:
                await self._cleaners.pop(name).close()
                await _drop(self.administration, name)

    async def close(self) -> None:
        """Close the connections."""
        for cleaner in self._cleaners.values():
            await cleaner.close()

    async def _cleaner(self, name: str) -> asyncpg.Connection:
        """The database's connection, or another one if a test has ended it."""
        if name not in self._cleaners or self._cleaners[name].is_closed():
            self._cleaners[name] = await asyncpg.connect(self.cluster.url(name))
        return self._cleaners[name]


async def _make(administration: asyncpg.Connection, template: str) -> str:
    name = f"test_{next(_numbers)}"
    await administration.execute(f'create database "{name}" template "{template}" strategy file_copy')
    return name


async def _drop(administration: asyncpg.Connection, name: str) -> None:
    await administration.execute(f'drop database "{name}" with (force)')


async def _close() -> None:
    """A test that fails may leave its database open, and a process opens one at a time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            await db.close()
