"""The doctor finds what is wrong and changes nothing; and a backup goes round by the command line."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.operations import doctor
from app.operations.doctor import examine
from database import client, pooler_problem
from database.embedded import Cluster
from settings import Settings
from tests.app.commands.test_commands import retour
from tests.live.process import SECRET


async def findings(url: str, **settings: object) -> dict[str, str | None]:
    received = Settings(database_url=url, secret=SECRET, **settings)  # type: ignore[arg-type]  # by name, of any type
    return {finding.name: finding.problem async for finding in examine(received, url)}


async def test_all_is_well_with_a_migrated_database_but_for_its_syncing(database_url: str) -> None:
    found = await findings(database_url)
    assert [name for name, problem in found.items() if problem] == ["durability"]
    assert "fsync is off" in str(found["durability"])  # the tests' own cluster does not sync
    assert {"clocks", "notifier", "gateways", "journal", "migrations"} <= found.keys()


async def test_a_pause_of_refunds_is_a_finding_with_its_reason_and_the_way_out(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "insert into refund_pause (id, reason, paused_at, paused_by)"
        " values ('pause_1', 'The bank is ill.', now(), 'olga')"
    )
    await connection.close()
    found = str((await findings(database_url))["sending of refunds"])
    assert all(text in found for text in ("by olga", "The bank is ill.", "resumeRefunds"))


async def test_figures_of_another_zone_than_the_markets_are_a_finding(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("update figure_cursor set zone = 'Europe/Berlin'")
    await connection.close()
    assert "days of Europe/Berlin" in str((await findings(database_url))["figures"])


async def test_an_unreachable_database_is_one_finding_without_its_password() -> None:
    found = await findings("postgresql://u:hidden@127.0.0.1:1/x")
    assert "cannot be reached" in str(found["database"])
    assert "hidden" not in str(found)
    assert "migrations" not in found


async def test_the_doctor_says_what_to_do(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.operations.doctor.TIME_LIMIT", 3.0)
    connection = await asyncpg.connect(database_url)
    await connection.execute("delete from tortoise_migrations where name = '0002_constraints'")
    await connection.execute("begin; select pg_current_xact_id()")
    found = await findings(
        database_url,
        host="0.0.0.0",
        workers=40,
        jwks=str(tmp_path / "missing.json"),
        notifier_url="nats://127.0.0.1:1",
        stripe_api_key="sk_test_x",
        stripe_api_base="http://127.0.0.1:1",
    )
    await connection.close()
    assert "RETOUR_ENV=production" in str(found["settings"])
    assert "python server.py migrate" in str(found["migrations"])
    assert "560 connections" in str(found["connections"])
    assert "cannot be read" in str(found["keys of tokens"])
    assert "NOTIFIER_URL" in str(found["notifier"])
    assert "stripe does not show its credits" in str(found["gateways"])


async def test_an_empty_database_is_recognized(postgres_url: str) -> None:
    assert "is empty" in str((await findings(postgres_url))["migrations"])


@pytest.mark.parametrize("command", ["doctor", "backup", "restore", "archive", "reconcile"])
def test_the_commands_explain_themselves(command: str) -> None:
    assert "Usage:" in retour(command, "--help").stdout


async def test_backup_restore_and_reconcile_go_round(database_url: str, cluster: Cluster, tmp_path: Path) -> None:
    home = {"RETOUR_HOME": str(tmp_path), "SECRET": SECRET}
    assert retour("demo", DATABASE_URL=database_url, **home).returncode == 0
    file = tmp_path / "backup"
    assert retour("backup", str(file), DATABASE_URL=database_url, **home).stdout == f"Wrote {file}.\n"
    cluster.create_database("gone_round")
    restored = cluster.url("gone_round")
    done = retour("restore", str(file), DATABASE_URL=restored, **home)
    assert done.stdout.startswith("Restored."), done.stderr
    again = retour("restore", str(file), DATABASE_URL=restored, **home)
    assert again.returncode == 1
    assert again.stderr.startswith("retour: The database is not empty")
    reconciled = [retour("reconcile", DATABASE_URL=url, **home) for url in (database_url, restored)]
    assert reconciled[0].stdout == reconciled[1].stdout
    assert [one.returncode for one in reconciled] == [0, 0], reconciled[1].stdout


async def test_a_pooler_that_drops_parameters_is_found(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As PgBouncer does with what stands in its ignore_startup_parameters."""
    whole = client.configuration

    def without(name: str, value: str | None) -> Callable[..., dict[str, Any]]:
        def configuration(*args: Any, **options: Any) -> dict[str, Any]:
            made = whole(*args, **options)
            settings = made["connections"]["default"]["credentials"]["server_settings"]
            settings.pop(name) if value is None else settings.update({name: value})
            return made

        return configuration

    for name, value in (
        ("plan_cache_mode", None),
        ("timezone", "Asia/Tokyo"),
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", None),
    ):
        monkeypatch.setattr(client, "configuration", without(name, value))
        assert f"{name} is" in str((await findings(database_url))["pooler"])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.InvalidSQLStatementNameError('prepared statement "__asyncpg_stmt_1__" does not exist'), "1.21"),
        (asyncpg.DuplicatePreparedStatementError("already exists"), "max_prepared_statements"),
        (asyncpg.ProtocolViolationError("unsupported startup parameter: plan_cache_mode"), "ignore_startup_parameters"),
        (asyncpg.InvalidPasswordError("no"), None),
    ],
)
async def test_what_a_pooler_breaks_is_said_with_its_remedy(
    database_url: str, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str | None
) -> None:
    async def broken(_number: int) -> None:
        raise error

    assert (words is None and pooler_problem(error) is None) or str(words) in str(pooler_problem(error))
    monkeypatch.setattr(doctor, "_alternate", broken)
    assert (words or "prepared statements fail") in str((await findings(database_url))["pooler"])


async def test_a_server_warns_when_the_clocks_begin_to_differ(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen = asyncio.Event()
    skews = [0.0, 0.0, -8 * 86400.0, -8 * 86400.0, 0.0, 90.0]

    async def clock_skew() -> float:
        if not skews:
            seen.set()
            await asyncio.Event().wait()
        return skews.pop(0)

    monkeypatch.setattr(doctor, "clock_skew", clock_skew)
    watching = asyncio.create_task(doctor.watch_clocks(every=0))
    async with asyncio.timeout(5):
        await seen.wait()
    watching.cancel()
    warnings = [record.getMessage() for record in caplog.records if record.name == "retour.doctor"]
    assert [text.split(":")[0] for text in warnings] == ["Clocks", "Clocks"]
    assert "-691200.0 s" in warnings[0]
    assert "+90.0 s" in warnings[1]
