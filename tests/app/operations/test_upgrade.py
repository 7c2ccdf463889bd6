"""A new version takes over the database of an old one: what stood there stands, and what was under way goes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor

import database as db
from database.client import APPS, configuration
from database.embedded import Cluster
from database.migrate import MIGRATIONS
from services.demo import make_demo, stage
from services.demo.acts import Declare, DeclareWithoutAccount, DisputePayment, PayAllowance
from services.demo.stories import STORIES
from services.demo.stories_of_goods import GOODS
from tests.app.commands.test_commands import retour
from tests.app.operations.test_doctor import findings
from tests.crash.rig import until
from tests.crash.storm import _BROKEN
from tests.databases import fresh
from tests.live import scenes
from tests.live.process import serving

OLDEST = "0003_journal_era"
"""The first that a version of ours was used with."""
NEWER = "insert into tortoise_migrations (app, name, applied_at) values ('models', '9000_of_tomorrow', now())"
_COLUMNS = """
select table_name, array_agg(column_name::text order by ordinal_position) as columns
from information_schema.columns where table_schema = 'public' and table_name <> 'tortoise_migrations'
group by table_name order by table_name
"""
_UNDER_WAY = """
select (select count(*) from refund where status in ('PENDING', 'PROCESSING'))
     + (select count(*) from cancellation_plan where id = $1 and status <> 'COMPLETED')
"""
_BEING_SENT = """
with late as (update refund set due_at = now() where status = 'PROCESSING' returning payment_id)
update payment set provider = 'ledger' where id in (select payment_id from late)
"""
STOCK = "out-of-stock"
_NOT_TODAYS_LABEL = """
select count(*) from request_item l join cancellation_reason r on r.id = l.reason_id
join reason_label t on t.id = l.reason_label_id where t.labels <> r.labels
"""
_COUNTERS = "select sequencename, last_value from pg_sequences where last_value is not null"


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


NEW_ACTS = PayAllowance | DisputePayment | Declare | DeclareWithoutAccount
OLD_STORIES = tuple(
    story for story in STORIES if story not in GOODS and not any(isinstance(act, NEW_ACTS) for _, act in story.acts)
)
"""What can happen without goods, allowances, disputes and withdrawals, of which old versions knew nothing."""
_AS_OLD_VERSIONS_HAD_IT = "update cancellation_request set status = 'WITHDRAWN' where status = 'CONVERTED'"
"""What newer versions have more of: a cancellation that became a return was withdrawn, the return asked for anew."""


async def migrate_to(url: str, name: str) -> None:
    """The tables as a version had them whose last migration this was."""
    async with TortoiseContext() as context:
        await context.init(configuration(url, 1, None))
        executor = MigrationExecutor(context.db(), APPS)
        await executor.recorder.ensure_schema(AsyncpgSchemaEditor(context.db(), atomic=False))
        await executor.migrate([MigrationTarget("models", name)])


async def contents(connection: asyncpg.Connection, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """Every row of these columns."""
    found = {}
    for table, names in columns.items():
        row = f'select row({", ".join(names)})::text from "{table}"'
        found[table] = sorted(text for (text,) in await connection.fetch(row))
    return found


@pytest.fixture(scope="module")
async def oldest(administration: asyncpg.Connection, cluster: Cluster) -> str:
    """The name of a database with the tables of the oldest version, which is never written to."""
    await administration.execute(f'create database "{OLDEST}"')
    await migrate_to(cluster.url(OLDEST), OLDEST)
    return OLDEST


@pytest.fixture
async def oldest_url(administration: asyncpg.Connection, cluster: Cluster, oldest: str) -> AsyncIterator[str]:
    """The address of a database of the oldest version, without rows."""
    async with fresh(administration, cluster, oldest) as url:
        yield url


@pytest.fixture
async def old_url(
    oldest_url: str,
    administration: asyncpg.Connection,
    cluster: Cluster,
    template: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """The same with a marketplace at work: requests, plans and refunds of every kind."""
    monkeypatch.setattr(stage, "STORIES", OLD_STORIES)
    async with fresh(administration, cluster, template) as url:
        await db.open(url)
        await make_demo(datetime.now(UTC))
        await db.close()
        async with connected(url) as source, connected(oldest_url) as old:
            await source.execute(_AS_OLD_VERSIONS_HAD_IT)
            await old.execute("set session_replication_role = replica")  # the tables come in any order
            for table, columns in await old.fetch(_COLUMNS):
                file = tmp_path / table
                await source.copy_from_query(f'select {", ".join(columns)} from "{table}"', output=file)
                await old.copy_to_table(table, source=file, columns=columns)
            for counter, last in await source.fetch(_COUNTERS):
                await old.execute("select setval(to_regclass($1), $2) where to_regclass($1) is not null", counter, last)
            await old.execute(_BEING_SENT)
    return oldest_url


async def test_a_new_version_continues_the_unfinished_work_of_an_old_one(old_url: str, tmp_path: Path) -> None:
    async with connected(old_url) as connection:
        columns = dict(await connection.fetch(_COLUMNS))
        before = await contents(connection, columns)
        assert len(before["refund"]) > 3
        applied = await db.migrate(old_url)
        assert applied == sorted(one.stem for one in MIGRATIONS.glob("[0-9]*.py") if one.stem > OLDEST)
        assert await contents(connection, columns) == before
        assert await connection.fetchval(_NOT_TODAYS_LABEL) == 0
        assert await connection.fetchval(
            "select audiences ? 'SELLER' from cancellation_reason where handle = $1", STOCK
        )

        async def carried_on() -> bool:
            return not await connection.fetchval(_UNDER_WAY, plan)

        async with serving(old_url, tmp_path) as server:
            plan = await scenes.apply(server, await scenes.ask(server, "UP-1"))
            await until(carried_on, seconds=30)
        assert await connection.fetch(_BROKEN) == []
    report = retour("reconcile", DATABASE_URL=old_url, RETOUR_HOME=str(tmp_path))
    assert report.returncode == 0, report.stdout


_OLD_ORDERS = """
with bought as (
  insert into "order" (id, number, status, currency, placed_at, customer_id, items_minor, discount_minor, tax_minor,
    shipping_minor, captured_minor, refunded_minor, version)
  select 'order_' || n, number, 'SHIPPING', 'EUR', timestamptz '2026-01-01' + n * interval '1 s', 'customer_1',
    0, 0, 0, 0, 7, 0, 1
  from unnest(array['A-1', 'A-1 ', ' B-1', 'C-1', ' C-2 ', 'C-2	']) with ordinality as t (number, n)
  returning id
) insert into payment (id, order_id, position, method, provider, reference, currency, captured_minor, allocated_minor)
select 'payment_' || id, id, 1, 'card', 'ledger',
  case when id < 'order_4' then 'pay-1' || repeat(' ', right(id, 1)::int - 1) else id end, 'EUR', 7, 0 from bought
"""


async def test_orders_of_an_old_version_get_their_spelling_and_a_row_for_each_payment(
    oldest_url: str, tmp_path: Path
) -> None:
    async with connected(oldest_url) as connection:
        await connection.execute("insert into customer (id, subject, name) values ('customer_1', 'ada', 'Ada')")
        await connection.execute(_OLD_ORDERS)
        assert "0009_payment_references" in await db.migrate(oldest_url)
        numbers = [number for (number,) in await connection.fetch('select number from "order" order by id')]
        assert numbers == ["A-1", "A-1 ", "B-1", "C-1", "C-2", "C-2\t"]  # a number that is taken stays as it is
        held = "select reference, captured_minor, total_minor, stated from payment_reference order by 1"
        assert [tuple(row) for row in await connection.fetch(held)] == [
            *((f"order_{n}", 7, 7, False) for n in (4, 5, 6)),
            ("pay-1", 21, 21, False),
        ]
    report = retour("reconcile", DATABASE_URL=oldest_url, RETOUR_HOME=str(tmp_path))
    assert report.returncode == 1
    assert report.stdout.split()[:2] == ["PAYMENT_SHARED", "ledger:pay-1"]
    assert "3 orders have this payment, A-1 to B-1, and do not state its total" in report.stdout


async def test_a_database_newer_than_the_program_is_reported_and_served_by_running_processes_only(
    database_url: str, tmp_path: Path
) -> None:
    sentence = "The database is newer than this program, by 9000_of_tomorrow: run the newer one."
    async with serving(database_url, tmp_path, WORKER="off") as early, connected(database_url) as connection:
        assert (await early.http.get("/readyz")).status_code == 200
        await connection.execute(NEWER)
        assert (await findings(database_url))["migrations"] == sentence
        assert (await early.http.get("/readyz")).status_code == 200, "the next version's processes are still to come"
        async with serving(database_url, tmp_path, WORKER="off") as late:
            unready = await late.http.get("/readyz")
            assert (unready.status_code, unready.json()["checks"]["migrations"]) == (503, sentence)
            assert (await late.http.get("/healthz")).status_code == 200
    assert await db.migrate(database_url) == []
