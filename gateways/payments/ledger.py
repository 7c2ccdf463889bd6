"""The default gateway: the marketplace's own ledger of credits, one row for each refund.

It works outside of the caller's transaction as a bank does: a written credit stays if the caller rolls back. So it has
its own connections to the database, which may be another PostgreSQL.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

from gateways.payments.port import Answer, Credit, GatewayUnknown, Outcome, RefundOrder, ShownDispute

Execute: TypeAlias = Callable[[str, Sequence[Any]], Awaitable[Sequence[Mapping[str, Any]]]]
Close: TypeAlias = Callable[[], Awaitable[None]]

LEDGER_TABLE = """
create table if not exists ledger_entry (
    key text primary key,
    payment_reference text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    created_at timestamptz not null default now()
)"""

# Without the lock, "if not exists" fails in the slower one of two processes that start at the same time.
_CREATE_ONCE = f"""
do $$ begin
    perform pg_advisory_xact_lock(hashtext('ledger_entry'));
    {LEDGER_TABLE};
end $$"""

_WRITE = """
insert into ledger_entry (key, payment_reference, amount_minor, currency, created_at)
values ($1, $2, $3, $4, now()) on conflict (key) do nothing
returning key, payment_reference, amount_minor, currency"""

_FIND = "select key, payment_reference, amount_minor, currency from ledger_entry where key = $1"

_PAGE = """
select key, payment_reference, amount_minor, currency from ledger_entry
where key > $1 and created_at >= $2 order by key limit $3"""

_PAGE_SIZE = 1000


class LedgerGateway:
    """Credits as rows; the primary key ensures that a key moves money once.

    `execute` runs one statement in a transaction of its own and returns its rows; it must never join the caller's
    transaction.
    """

    name = "ledger"

    def __init__(self, execute: Execute, *, close: Close | None = None) -> None:
        self.execute = execute
        self._close = close

    async def refund(self, order: RefundOrder) -> Answer:
        """Write the credit unless its key exists; an existing key with another amount or payment is FAILED."""
        wanted = (order.key, order.payment_reference, order.amount_minor, order.currency)
        rows = await self._rows(_WRITE, wanted) or await self._rows(_FIND, (order.key,))
        if not rows:
            raise GatewayUnknown(f"refund {order.key}: the ledger has neither stored nor found it")
        found = (rows[0]["key"], rows[0]["payment_reference"], rows[0]["amount_minor"], rows[0]["currency"])
        if found != wanted:
            return Answer(Outcome.FAILED, None, f"this key already exists for {found[2]} {found[3]} to {found[1]}")
        return Answer(Outcome.SUCCEEDED, order.key)

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        """The credit of a key, or None. The ledger stores no failures, so `retry` is not used."""
        rows = await self._rows(_FIND, (key,))
        return Answer(Outcome.SUCCEEDED, key) if rows else None

    async def credits(self, since: datetime) -> AsyncIterator[Credit]:
        """The ledger's credits since a moment, by key, read in pages."""
        last = ""
        while rows := await self._rows(_PAGE, (last, since, _PAGE_SIZE)):
            for row in rows:
                yield Credit(
                    key=row["key"],
                    reference=row["key"],
                    payment_reference=row["payment_reference"],
                    amount_minor=row["amount_minor"],
                    currency=row["currency"],
                    outcome=Outcome.SUCCEEDED,
                )
            last = rows[-1]["key"]

    async def disputes(self, since: datetime) -> AsyncIterator[ShownDispute]:
        """None: no bank stands behind the ledger."""
        none: tuple[ShownDispute, ...] = ()
        for dispute in none:
            yield dispute

    async def close(self) -> None:
        """Close the connections."""
        if self._close is not None:
            await self._close()

    async def _rows(self, sql: str, args: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        try:
            return await self.execute(sql, args)
        # Whatever failed, the row may have been committed or not, so the result is unknown.
        except Exception as error:
            raise GatewayUnknown(f"the ledger did not answer: {type(error).__name__}: {error}") from error


async def open_ledger(
    dsn: str,
    *,
    size: int = 2,
    timeout_s: float = 10.0,
    create: bool = False,
    connect: Callable[..., Awaitable[Any]] = asyncpg.connect,
) -> LedgerGateway:
    """A ledger with its own pool of connections; `create` makes the table if no migration has.

    `connect` is called as asyncpg's own.
    """
    pool = await asyncpg.create_pool(
        dsn, min_size=0, max_size=size, timeout=timeout_s, command_timeout=timeout_s, connect=connect
    )

    async def execute(sql: str, args: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        async with pool.acquire(timeout=timeout_s) as connection:
            try:
                rows: Sequence[Mapping[str, Any]] = await connection.fetch(sql, *args)
            except asyncpg.ReadOnlySQLTransactionError:
                await pool.expire_connections()  # new ones may find the server that takes writes
                raise
            return rows

    ledger = LedgerGateway(execute, close=pool.close)
    if create:
        await execute(_CREATE_ONCE, ())
    return ledger
