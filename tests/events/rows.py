"""A table of events without the shop around it, and what writes to it."""

from collections.abc import Sequence
from typing import Any

import asyncpg

TABLE = """
create function journal_xid() returns xid8 language sql stable as 'select pg_current_xact_id()';
create function journal_horizon() returns xid8 language sql stable
    as 'select pg_snapshot_xmin(pg_current_snapshot())';
create table event (
    id bigint generated always as identity primary key,
    xid xid8 not null default journal_xid(),
    at timestamptz not null default clock_timestamp(),
    subject text not null default 'REQUEST', subject_id text not null,
    action text not null default 'REQUEST', from_status text, to_status text not null default 'WAITING',
    actor_role text not null default 'CUSTOMER', actor_id text not null default 'c', order_id text not null default 'o',
    request_id text, plan_id text, seller_order_id text not null default 'so', seller_id text not null default 's',
    customer_id text not null default 'c', version int not null default 1, data jsonb not null default '{}'
);
create index on event (xid, id);
"""


async def write(connection: Any, name: str) -> None:
    await connection.execute("insert into event (subject_id) values ($1)", name)


async def terminate_others(connection: asyncpg.Connection) -> int:
    """Close every other connection to this database, as a restart of the server does; return how many."""
    rows: Sequence[Any] = await connection.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    return len(rows)
