"""A PostgreSQL and a rig of the storm's own, and what is done to them from outside."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from database.embedded import OPTIONS, Cluster
from tests.crash.rig import Rig, courier, rig
from tests.gateways.payments.stand_in import StandIn
from tests.live.fork_server import fork
from tests.migrated import fill

LEASE = 3.0
"""Seconds of a refund's lease: a call must come back within three quarters of it, on a busy machine, too."""


def restart(cluster: Cluster) -> None:
    """PostgreSQL as after a crash: no checkpoint, every connection cut, recovery from its log."""
    cluster._run("pg_ctl", "restart", "-m", "immediate", "-w", "-D", str(cluster.directory))


async def reconciled(rig: Rig, *options: str) -> tuple[int, str]:
    """What `python server.py reconcile` says."""
    environment = {
        "PATH": "",
        "DATABASE_URL": rig.url,
        "RETOUR_HOME": str(rig.home),
        "STRIPE_API_KEY": rig.stripe.api_key,
        "STRIPE_API_BASE": rig.teller.url,
    }
    process = await fork(["reconcile", *options], environment)
    output = await process.stdout.read()
    return await process.wait(), output.decode()


@asynccontextmanager
async def own_cluster() -> AsyncIterator[Cluster]:
    """A PostgreSQL that nobody else minds losing for a moment."""
    directory = Path(tempfile.mkdtemp(prefix="retour-"))
    cluster = Cluster(directory / "postgres", options={**OPTIONS, "max_connections": "60"})
    await asyncio.to_thread(cluster.enter)
    try:
        yield cluster
    finally:
        await asyncio.to_thread(cluster.leave)
        shutil.rmtree(directory)


@asynccontextmanager
async def own_rig(stripe: StandIn) -> AsyncIterator[tuple[Rig, Cluster]]:
    """A rig on a cluster of its own."""
    async with own_cluster() as cluster:
        cluster.create_database("storm")
        url = cluster.url("storm")
        await fill(url)
        async with (
            courier() as carrier,
            rig(url, cluster.directory.parent / "home", stripe, lease=LEASE, courier=carrier) as running,
        ):
            running.teller.left = running.left
            yield running, cluster
