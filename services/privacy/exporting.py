"""A file of everything that is about a person: JSON, of one moment, a hundred rows in memory at a time."""

from typing import BinaryIO

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from services.privacy.table import HOLDINGS, KNOWN_AS, addresses

AT_ONCE = 100
"""Rows that are in memory at a time."""
_ONE_MOMENT = "set transaction isolation level repeatable read, read only"
_HEAD = "select to_json(now())::text as at, (select email from customer where id = $1) as email"


async def export(customer_id: str, file: BinaryIO, *, at_once: int = AT_ONCE) -> None:
    """Write all rows about a customer to a file, the tables by their names, each row with all of its columns."""
    async with in_transaction() as db:
        await db.execute_query(_ONE_MOMENT)
        (head,) = await db.execute_query_dict(_HEAD, [customer_id])
        known_as = addresses(head["email"])
        file.write(b'{"customer": "%b", "at": %b, "rows": {' % (customer_id.encode(), head["at"].encode()))
        for number, (table, where) in enumerate(sorted(_tables().items())):
            file.write(b'%b\n"%b": [' % (b"," if number else b"", table.encode()))
            rows = f'{KNOWN_AS} select row_to_json(t)::text as row from "{table}" t where {where}'
            await db.execute_query(f"declare rows no scroll cursor for {rows}", [customer_id, known_as])
            await _write_rows(db, file, at_once)
            file.write(b"]")
        file.write(b"\n}}\n")


def _tables() -> dict[str, str]:
    """Each table that holds something about customers, with the condition for all rows of the customer $1."""
    found: dict[str, str] = {}
    for holding in HOLDINGS:
        if holding.shared:
            continue
        others = f"{found[holding.table]} or " if holding.table in found else ""
        found[holding.table] = f"{others}({holding.where})"
    return found


async def _write_rows(db: BaseDBAsyncClient, file: BinaryIO, at_once: int) -> None:
    """Write the rows of the database's cursor, so that no table is in memory as a whole."""
    separator = b"\n"
    while rows := await db.execute_query_dict(f"fetch {at_once} from rows"):
        for row in rows:
            file.write(separator + row["row"].encode())
            separator = b",\n"
    await db.execute_query("close rows")
