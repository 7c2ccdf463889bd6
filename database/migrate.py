"""Migrations: the schema is brought up to date behind one lock, and a server checks that it fits the program."""

from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.transactions import in_transaction

from database.client import APPS, configuration, greet
from database.migration_state import LateExecutor
from settings import OperatorError

MIGRATION_LOCK = 7_391_640_118  # any number, the same in every process that migrates
ERA = 2**40
"""Transactions; more than one cluster ever counts."""
_OWN_XID, _OWN_HORIZON = "pg_current_xact_id()", "pg_snapshot_xmin(pg_current_snapshot())"
_PLACE = """
select coalesce((select e.xid::text::bigint from event e order by e.xid desc limit 1), 0) as last,
       journal_xid()::text::bigint as now
"""
MIGRATIONS = Path(__file__).parents[1] / "migrations"
_APPLIED = "select name from tortoise_migrations where app = 'models'"


async def migrate(url: str, *, zone: str = "UTC") -> list[str]:
    """Bring the schema up to date and return the names of the migrations that this call applied.

    All of them and their records are one transaction behind one lock: processes may call it at once. `zone` is the
    market's, for migrations that count in days. Raises DatabaseUnreachable.
    """
    async with TortoiseContext() as context:
        await context.init(configuration(url, 1, None))
        await greet(context)
        async with in_transaction() as transaction:
            await transaction.execute_query("select set_config('retour.market_zone', $1, true)", [zone])
            await transaction.execute_query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK])
            executor = LateExecutor(transaction, APPS)
            # first: the executor reads the table before it creates it, which would end the transaction
            await executor.recorder.ensure_schema(AsyncpgSchemaEditor(transaction, atomic=False))
            before = set(await executor.recorder.applied_migrations())
            await executor.migrate()
            after = await executor.recorder.applied_migrations()
            await _begin_era(transaction)
    return [key.name for key in after if key not in before]


async def _begin_era(transaction: BaseDBAsyncClient) -> None:
    """Let the journal of a restored database continue after its last event; leave any other alone.

    A new cluster counts its transactions from the start again: the next events would come before the restored ones,
    which would not be readable yet. Eras lie so far apart that a cursor of an event that the backup lacks can never be
    the cursor of a later event.
    """
    (place,) = await transaction.execute_query_dict(_PLACE)
    if place["last"] >= place["now"]:
        era = (place["last"] // ERA + 1) * ERA
        for function, own in (("journal_xid", _OWN_XID), ("journal_horizon", _OWN_HORIZON)):
            body = f"select ({own}::text::bigint + {era})::text::xid8"
            await transaction.execute_script(
                f"create or replace function {function}() returns xid8 language sql stable as '{body}'"
            )


class MigrationsDiffer(OperatorError):
    """The open database's tables are not those of this version of the program."""


async def check_migrations() -> None:
    """Raise MigrationsDiffer if the open database is older or newer than this version of the program."""
    rows = await get_connection("default").execute_query_dict(_APPLIED)
    there, known = {row["name"] for row in rows}, {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}
    if missing := sorted(known - there):
        raise MigrationsDiffer(f"{', '.join(missing)} must be applied: run `python server.py migrate`.")
    if unknown := sorted(there - known):
        raise MigrationsDiffer(f"The database is newer than this program, by {', '.join(unknown)}: run the newer one.")
