"""The databases that a run is measured on: marketplaces of several sizes on a PostgreSQL of the run's own."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

import database
from benchmarks.market import fill
from database.embedded import Cluster


@contextmanager
def markets(kept: Path | None) -> Iterator["Markets"]:
    """Databases on a PostgreSQL of the run's own, which syncs as in production; removed at the end unless `kept`."""
    home = kept or Path(tempfile.mkdtemp(prefix="retour-bench-"))
    cluster = Cluster(home / "postgres")
    cluster.enter()
    try:
        yield Markets(cluster, copied=kept is not None)
    finally:
        cluster.leave()
        if kept is None:
            shutil.rmtree(home)


class Markets:
    """The cluster's databases, one a size; made when first asked for.

    With `copied` they stay as they were made, for other runs: what is measured is a copy of each, made anew.
    """

    def __init__(self, cluster: Cluster, *, copied: bool) -> None:
        self._cluster = cluster
        self._copied = copied
        self._made: dict[int, str] = {}

    @property
    def pid(self) -> int:
        """The postmaster."""
        return int((self._cluster.directory / "postmaster.pid").read_text().splitlines()[0])

    def url(self, orders: int) -> str:
        """The address of a market of so many orders, filled."""
        if orders not in self._made:
            say(f"Making a market of {orders:,} orders …")
            name = f"orders_{orders}"
            self._cluster.create_database(name)
            asyncio.run(_filled(self._cluster.url(name), orders))
            if self._copied:
                asyncio.run(_copied(self._cluster.url("postgres"), name))
                name = f"{name}_copy"
            self._made[orders] = self._cluster.url(name)
        return self._made[orders]


async def _filled(url: str, orders: int) -> None:
    """Fill a database, unless that has been done."""
    await database.migrate(url)
    connection = await asyncpg.connect(url)
    try:
        there = await connection.fetchval('select exists (select 1 from "order")')
    finally:
        await connection.close()
    if not there:
        await fill(url, orders)


async def _copied(url: str, name: str) -> None:
    """Make the copy of a database anew."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"drop database if exists {name}_copy")
        await connection.execute(f"create database {name}_copy template {name} strategy file_copy")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


def say(text: str) -> None:
    """Progress, beside the results on stdout."""
    print(text, file=sys.stderr, flush=True)
