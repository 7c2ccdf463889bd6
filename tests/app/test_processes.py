"""Several processes on one port: they share the work, follow each other without a gap, and stop together."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.live.process import Server, serving

TOKEN = "m" * 32


@pytest.fixture
async def supervisor(ops_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    """Two server processes and their parent."""
    async with serving(ops_url, tmp_path, WORKERS="2", WORKER="off", LOG_LEVEL="warning") as server:
        yield server


def children(server: Server) -> set[int]:
    pid = server.process.pid
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


async def until_renewed(server: Server, old: set[int]) -> int:
    """Ask until two processes are there that are none of the old ones; how often that was."""
    asked = 0
    async with asyncio.timeout(60):
        while len(children(server)) != 2 or children(server) & old:
            await ask(server)
            asked += 1
    return asked


async def until_counted(server: Server, number: int) -> None:
    """Look at the metrics until all processes together have counted so many operations: they count many at a time."""
    async with asyncio.timeout(10), httpx.AsyncClient(base_url=server.address, timeout=30) as http:
        while True:
            lines = (await http.get("/metrics")).text.splitlines()
            counts = [line.rpartition(" ")[2] for line in lines if line.startswith("retour_operations_total{")]
            if sum(map(float, counts)) >= number:
                return


async def ask(server: Server) -> None:
    """One query on a connection of its own."""
    async with httpx.AsyncClient(base_url=server.address, timeout=30) as http:
        response = await http.post("/graphql", json={"query": "{ __typename }"})
    assert response.json()["data"] == {"__typename": "Query"}


async def test_processes_are_replaced_without_a_gap_and_stop_together(supervisor: Server) -> None:
    before = children(supervisor)
    assert len(before) == 2
    stop, answered = asyncio.Event(), 0

    async def keep_asking() -> None:
        nonlocal answered
        while not stop.is_set():
            await ask(supervisor)
            answered += 1

    asking = asyncio.create_task(keep_asking())
    supervisor.process.send_signal(signal.SIGHUP)
    await until_renewed(supervisor, before)
    stop.set()
    await asking
    assert answered > 5

    renewed = children(supervisor)
    supervisor.process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await supervisor.process.wait() == 0
    assert not any(_runs(pid) for pid in renewed)


async def test_a_process_that_dies_is_followed_by_another_and_numbers_are_added_up(supervisor: Server) -> None:
    await asyncio.gather(*(ask(supervisor) for _ in range(20)))
    await until_counted(supervisor, 20)
    victim = min(children(supervisor))
    os.kill(victim, signal.SIGKILL)
    asked = await until_renewed(supervisor, {victim})
    await until_counted(supervisor, 20 + asked)  # the dead process's operations among them
    async with httpx.AsyncClient(base_url=supervisor.address, timeout=30) as http:
        assert (await http.get("/readyz")).text == "ok\n"


async def test_without_their_parent_the_processes_stop(supervisor: Server) -> None:
    orphans = children(supervisor)
    await supervisor.kill()
    async with asyncio.timeout(20):
        while any(_runs(pid) for pid in orphans):
            await asyncio.to_thread(os.sched_yield)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
