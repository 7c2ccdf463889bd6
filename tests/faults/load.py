"""Writers and readers that use a server while it is in trouble, and note what they were told."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import asyncpg
import httpx

from tests.live.process import Server
from tests.live.scenes import one_lamp
from tests.market import OWNER

LONGEST = 10.0
"""Seconds that any call may take, whatever happens."""
TYPED = frozenset({"UNAVAILABLE", "TIMEOUT", "THROTTLED"})
_CREATE = "mutation C($i: CreateOrderInput!) { createOrder(input: $i) { userErrors { code } order { id number } } }"
_READ = "{ orders(first: 3) { totalCount nodes { id items { sku } } } }"


@dataclass(slots=True)
class Load:
    """Calls of a few clients at a time, each at one of the `servers` by chance.

    `acknowledged` are the numbers of orders that were said to be taken in. With `mortal` a server may be killed, so
    that a call may end without any answer.
    """

    servers: Sequence[Server]
    mortal: bool = False
    acknowledged: set[str] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)
    untyped: list[Any] = field(default_factory=list)
    longest: float = 0.0

    async def call(self, query: str, **variables: Any) -> Any:
        """The data of one call, None when it was refused; notes how long it took and what was wrong."""
        server = random.choice(self.servers)
        headers = {"authorization": f"Bearer {server.token(OWNER)}", "accept": "application/json"}
        begun = monotonic()
        try:
            answer = await server.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
            body = answer.json()
        except (httpx.HTTPError, ValueError, RuntimeError) as error:  # RuntimeError: its client was closed meanwhile
            if not (self.mortal and isinstance(error, httpx.TransportError | RuntimeError)):
                self.untyped.append(repr(error))
            self.said["no answer"] += 1
            return None
        finally:
            self.longest = max(self.longest, monotonic() - begun)
        codes = [one.get("extensions", {}).get("code") for one in body.get("errors", [])]
        self.said.update(codes or ["OK"])
        if any(code not in TYPED for code in codes):
            self.untyped.append(body)
        return None if codes else body["data"]

    async def write(self, number: str, *, until: asyncio.Event) -> None:
        """Take an order in, again under the same key until it is acknowledged or the time is over."""
        while not until.is_set():
            data = await self.call(_CREATE, i=order(number))
            if data is not None:
                assert data["createOrder"]["userErrors"] == [], data
                self.acknowledged.add(number)
                return
            await asyncio.sleep(0.05)  # a client's patience

    async def writer(self, name: str, until: asyncio.Event) -> None:
        number = 0
        while not until.is_set():
            number += 1
            await self.write(f"{name}-{number}", until=until)

    async def reader(self, until: asyncio.Event) -> None:
        while not until.is_set():
            await self.call(_READ)
            await asyncio.sleep(0.02)

    async def well(self, seconds: float = 5.0) -> float:
        """Until reading and writing work again; how long that took."""
        begun = monotonic()
        async with asyncio.timeout(seconds + LONGEST):
            while await self.call(_READ) is None or await self.call(_CREATE, i=order(f"well-{begun}")) is None:
                pass
        took = monotonic() - begun
        assert took <= seconds, f"it took {took:.1f} s to be well again"
        return took

    def summary(self) -> str:
        """What the clients were told."""
        codes = ", ".join(f"{times} {code}" for code, times in sorted(self.said.items()))
        return f"{len(self.acknowledged)} acknowledged; {codes}; the longest call {self.longest:.1f} s"

    async def check(self, url: str) -> None:
        """Nothing acknowledged is lost, nothing is there twice, and every answer was data or a typed error in time."""
        connection = await asyncpg.connect(url)
        try:
            numbers = [row["number"] for row in await connection.fetch('select number from "order"')]
        finally:
            await connection.close()
        assert not self.untyped, self.untyped[:3]
        assert self.longest <= LONGEST, f"a call took {self.longest:.1f} s"
        assert self.acknowledged <= set(numbers)
        assert len(numbers) == len(set(numbers))


@asynccontextmanager
async def under_load(
    servers: Sequence[Server], *, writers: int = 3, readers: int = 2, mortal: bool = False
) -> AsyncIterator[Load]:
    """Clients at work until the block is left, and then the end of what they had begun."""
    load, until = Load(servers, mortal=mortal), asyncio.Event()
    async with asyncio.TaskGroup() as clients:
        for n in range(writers):
            clients.create_task(load.writer(f"w{n}", until))
        for _ in range(readers):
            clients.create_task(load.reader(until))
        try:
            yield load
        finally:
            until.set()


def order(number: str) -> dict[str, Any]:
    """The input of createOrder; its number is its idempotency key, too."""
    return {**one_lamp(number), "idempotencyKey": number}
