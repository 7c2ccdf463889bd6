"""Events that stand still are seen by the server, and the culprit is named, wherever it is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from database.embedded import Cluster
from tests.app.operations.test_doctor import findings
from tests.app.test_observe import sample
from tests.market import Market, opened

_GRANTS = """
do $$ begin
    if not exists (select from pg_roles where rolname = 'least') then create role least login; end if;
    if not exists (select from pg_roles where rolname = 'etl') then create role etl login; end if;
end $$;
grant all on all tables in schema public to least;
grant all on all sequences in schema public to least;
"""


@dataclass
class Held:
    """The address of a database for a role that may use its tables alone, and another role's open transaction."""

    url: str
    other: asyncpg.Connection

    @property
    def pid(self) -> int:
        """The process that holds events back."""
        return int(self.other.get_server_pid())


@pytest.fixture
async def held(database_url: str, cluster: Cluster) -> AsyncIterator[Held]:
    connection = await asyncpg.connect(database_url)
    await connection.execute(_GRANTS)
    await connection.close()
    other = await asyncpg.connect(cluster.url("postgres").replace("postgres@", "etl@"))
    await other.execute("begin; select pg_current_xact_id()")
    yield Held(database_url.replace("postgres@", "least@"), other)
    await other.close()


async def wait_long(market: Market) -> None:
    """Let an event happen, and wait to be read for 75 seconds."""
    await market.order()
    await market.rows("update event set at = clock_timestamp() - interval '75 seconds'")


async def test_the_lag_is_seen_by_a_role_that_may_see_nobody_elses_sessions(held: Held) -> None:
    async with opened(held.url) as market:
        assert (await market.http.get("/readyz")).text == "ok\n"
        await wait_long(market)
        assert 70 < await sample(market, "retour_journal_lag_seconds") < 100

        ready = await market.http.get("/readyz")
        assert ready.status_code == 200, "queries and commands go on"
        warning = ready.json()["warnings"]["journal"]
        assert f"held back by PostgreSQL's process {held.pid}." in warning
        assert "etl" not in warning

        await held.other.execute("rollback")
        assert (await market.http.get("/readyz")).text == "ok\n"


async def test_the_doctor_names_the_role_the_database_and_the_remedy(held: Held) -> None:
    async with opened(held.url) as market:
        await wait_long(market)
    found = str((await findings(held.url))["journal"])
    assert f"process {held.pid} of role etl in database postgres" in found
    assert f"pg_terminate_backend({held.pid})" in found
    await held.other.execute("rollback")
    assert (await findings(held.url))["journal"] is None
