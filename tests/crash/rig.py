"""A real server process with a Stripe and a carrier that count, to be killed at a chosen moment and started again.

Nothing in the server knows of this. A moment is held still from outside: at the gateway by the proxy, in the
database by a trigger that waits for an advisory lock.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qsl

import asyncpg
import httpx
import stripe

from domain.facts import Actor
from tests.gateways.carriers.events import signature, tracker_event
from tests.gateways.carriers.stand_in import KEY, EasyPostStandIn, running
from tests.gateways.payments.fault_proxy import FaultProxy, Instead, Request, error_of
from tests.gateways.payments.stand_in import StandIn
from tests.live.process import Server, address_of, start

WEBHOOK_SECRET = "whsec_of_the_storm"
GATE = 47_110_815
_HOLD = """
create or replace function hold_still() returns trigger language plpgsql as $$
begin perform pg_advisory_xact_lock({gate}); return new; end $$;
create trigger hold_still before update on "{table}" for each row
when (new.status = '{status}' and old.status is distinct from new.status) execute function hold_still();
"""
_WAITED_FOR = "select exists (select 1 from pg_locks where locktype = 'advisory' and objid = $1 and not granted)"


@dataclass(slots=True)
class Teller(FaultProxy):
    """The way to the stand-in; a `blind` one shows no list of refunds, so that nothing sent before is found.

    With `left` it pays back no more of a payment than that, as Stripe does and the stand-in does not.
    """

    blind: bool = False
    captured: dict[str, int] = field(default_factory=dict)
    counter: asyncio.Lock = field(default_factory=asyncio.Lock)
    left: Callable[[str], Awaitable[int]] | None = None

    async def _forward(self, request: Request) -> bytes:
        wanted = dict(parse_qsl(request.body.decode())) if request.method == "POST" else {}
        charge = wanted.get("charge", "")
        if self.left is None or charge not in self.captured:
            return await super(Teller, self)._forward(request)
        async with self.counter:
            if int(wanted["amount"]) > await self.left(charge):
                return error_of(Instead(400, "invalid_request_error", "charge_already_refunded"))
            return await super(Teller, self)._forward(request)

    async def _ask(self, request: Request) -> bytes:
        if self.blind and request.method == "GET":
            body = b'{"object": "list", "data": [], "has_more": false, "url": "/v1/refunds"}'
            head = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            )
            return head % len(body) + body
        return await super(Teller, self)._ask(request)  # a class with slots is not the one that `super()` means


@dataclass(slots=True)
class Courier:
    """The carrier that counts, and the way to it, which breaks as its script says."""

    behind: EasyPostStandIn
    way: FaultProxy

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a server that buys labels here."""
        return {
            "CARRIER": "easypost",
            "EASYPOST_API_KEY": KEY,
            "EASYPOST_API_BASE": f"{self.way.url}/v2",
            "EASYPOST_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }


@asynccontextmanager
async def courier() -> AsyncIterator[Courier]:
    """A carrier behind a network that breaks."""
    async with running() as behind, FaultProxy(behind.port) as way:
        yield Courier(behind, way)


@dataclass(slots=True)
class Rig:
    """One database, one gateway, maybe a carrier, and a server that comes and goes."""

    url: str
    home: Path
    stripe: StandIn
    teller: Teller
    lease: float = 1.2
    server: Server | None = None
    kills: int = 0
    charges: list[str] = field(default_factory=list)
    courier: Courier | None = None
    taken: Counter[str] = field(default_factory=Counter)

    async def up(self, **environment: str) -> None:
        """Start the server unless it runs."""
        if self.server is None:
            process = await start(
                self.url,
                self.home,
                STRIPE_API_KEY=self.stripe.api_key,
                STRIPE_API_BASE=self.teller.url,
                REFUND_LEASE=str(self.lease),
                AUTO_CONFIRM_AFTER="0.05",
                POOL_SIZE="6",
                STRIPE_WEBHOOK_SECRET=WEBHOOK_SECRET,
                **(self.courier.environment if self.courier else {}),
                **environment,
            )
            address = await address_of(process)
            self.server = Server(process, address, httpx.AsyncClient(base_url=address, timeout=20))

    async def kill(self) -> None:
        """SIGKILL: no farewell, no clean-up."""
        assert self.server is not None
        server, self.server = self.server, None
        await server.kill()
        await server.http.aclose()
        self.kills += 1

    async def ask(self, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer of the server that runs now. Raises httpx.TransportError where there is none."""
        server = self.server
        if server is None:
            raise httpx.ConnectError("no server runs")
        headers = {"authorization": f"Bearer {server.token(actor)}", "accept": "application/json"}
        response = await server.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """What stands in the database, with any server or none."""
        db = await asyncpg.connect(self.url)
        try:
            return [dict(row) for row in await db.fetch(sql, *args)]
        finally:
            await db.close()

    async def report(self, shown: dict[str, Any], kind: str = "refund.failed") -> None:
        """Stripe reports a refund. Raises httpx.TransportError unless the server takes it."""
        event = {"object": "event", "id": "evt_1", "created": int(time()), "type": kind, "data": {"object": shown}}
        body, now = json.dumps(event), int(time())
        signed = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, now)
        await self._deliver("/webhooks/stripe", body.encode(), {"stripe-signature": signed})

    async def scan(self, event_id: str, package: str) -> None:
        """The carrier reports that it has a package. Raises httpx.TransportError unless the server takes it."""
        body = tracker_event(event_id, datetime.now(UTC).isoformat(), package=package)
        await self._deliver("/webhooks/easypost", body, {"x-hmac-signature": signature(body, WEBHOOK_SECRET)})

    async def _deliver(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        server = self.server
        if server is None:
            raise httpx.ConnectError("no server runs")
        answer = await server.http.post(path, content=body, headers=headers)
        if answer.status_code != httpx.codes.OK:
            raise httpx.ReadError(answer.text)

    async def charge(self, minor: int) -> str:
        """A captured payment at Stripe."""
        self.charges.append(await self.stripe.charge(minor, "eur"))
        self.teller.captured[self.charges[-1]] = minor
        return self.charges[-1]

    async def left(self, charge: str) -> int:
        """What Stripe has not paid back of a payment, and not taken for disputes."""
        credits = await self.stripe.credits(charge)
        paid = sum(int(one["amount"]) for one in credits if one["status"] != "failed")
        return self.teller.captured[charge] - paid - self.taken[charge]

    @asynccontextmanager
    async def held_at(self, table: str, status: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Let nobody write a status until the block is left. Yields what returns once somebody tries to."""
        db = await asyncpg.connect(self.url)
        try:
            await db.execute("select pg_advisory_lock($1)", GATE)
            await db.execute(_HOLD.format(gate=GATE, table=table, status=status))

            async def reached() -> None:
                await until(lambda: db.fetchval(_WAITED_FOR, GATE))

            yield reached
        finally:
            await db.execute("select pg_advisory_unlock($1)", GATE)
            await db.execute(f'drop trigger if exists hold_still on "{table}"')
            await db.close()


@asynccontextmanager
async def rig(
    url: str, home: Path, stripe: StandIn, *, lease: float = 1.2, courier: Courier | None = None
) -> AsyncIterator[Rig]:
    """A rig with its server up, killed at the end."""
    async with Teller(stripe.port) as teller:
        one = Rig(url, home, stripe, teller, lease, courier=courier)
        await one.up()
        try:
            yield one
        finally:
            if one.server is not None:
                await one.kill()


async def until(holds: Callable[[], Awaitable[Any]], *, seconds: float = 30, every: float = 0.02) -> None:
    """Look again and again; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - what is looked at is in another process
            await asyncio.sleep(every)
