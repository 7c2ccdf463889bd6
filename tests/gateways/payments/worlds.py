"""The gateways that the kit is for, each as a world: the adapter, and what can be done to what stands behind it.

A new adapter gets a world here, and no test of its own for the law of the port: `test_kit.py` runs for each.
"""

from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from gateways.payments.ledger import LedgerGateway, open_ledger
from gateways.payments.port import Answer, Gateway, GatewayUnknown, RefundOrder
from tests.gateways.kit import Breakable, patiently
from tests.gateways.payments.fault_proxy import Fault, FaultProxy, Instead
from tests.gateways.payments.senders import a_gateway
from tests.gateways.payments.stand_in import StandIn

_payments = count(1)


class World(Breakable, Protocol):
    """What the kit does to a bank behind its adapter."""

    gateway: Gateway
    stranger: Gateway
    """The same adapter with the access of an account that is not ours."""
    forgets: bool
    """Whether the bank forgets our keys one day."""
    decides_later: bool
    """Whether a credit may fail that was accepted, and whether people can pay back at the bank by hand."""

    async def pay(self, minor: int, currency: str = "BRL") -> str:
        """A captured payment; its reference."""

    async def paid(self, payment: str) -> list[int]:
        """What the bank has paid back of a payment, and not taken back: an amount a credit."""

    def refuse(self) -> None:
        """Refuse the next refund for good."""

    async def bounce(self, reference: str) -> None:
        """A credit that was accepted fails after all."""

    async def by_hand(self, payment: str, minor: int) -> str:
        """Somebody pays back at the bank; the credit's reference."""

    async def dispute(self, payment: str, minor: int) -> str:
        """A customer disputes a payment at the bank; the dispute's reference."""


@dataclass
class LedgerWorld:
    """The marketplace's own book on a real PostgreSQL, whose connection breaks before or after a row is written."""

    behind: LedgerGateway
    stranger: Gateway
    breaks: bool = True
    forgets: bool = False
    decides_later: bool = False
    script: deque[Fault] = field(default_factory=deque)
    strays: list[tuple[str, Sequence[Any]]] = field(default_factory=list)
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = LedgerGateway(self._execute)

    def next(self, *faults: Fault) -> None:
        self.script.extend(faults)

    async def arrive(self) -> None:
        while self.strays:
            await self.behind.execute(*self.strays.pop(0))

    async def pay(self, minor: int, currency: str = "BRL") -> str:
        return f"pay-{next(_payments)}"

    async def paid(self, payment: str) -> list[int]:
        sql = "select amount_minor from ledger_entry where payment_reference = $1"
        return [row["amount_minor"] for row in await self.behind.execute(sql, (payment,))]

    def refuse(self) -> None:
        """The book takes every credit."""

    def forget_keys(self) -> None:
        """The book keeps them."""

    async def bounce(self, reference: str) -> None:
        """What is written stays."""

    async def by_hand(self, payment: str, minor: int) -> str:
        """Nobody else writes into the book."""
        return ""

    async def dispute(self, payment: str, minor: int) -> str:
        """No bank stands behind the book."""
        return ""

    async def _execute(self, sql: str, args: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        writes = "insert" in sql
        fault = self.script.popleft() if writes and self.script else Fault.PASS
        if fault is Fault.STRAYED:
            self.strays.append((sql, args))
        if fault in (Fault.STRAYED, Fault.REFUSED):
            raise ConnectionResetError(fault)
        rows = await self.behind.execute(sql, args)
        if fault is Fault.REPEATED:
            rows = await self.behind.execute(sql, args)
        if fault in (Fault.LATE, Fault.DRIPPING, Fault.DROPPED, Fault.ERROR):
            raise ConnectionResetError(fault)
        return rows


@dataclass
class StripeWorld:
    """Stripe's stand-in behind the fault proxy; its payments are charges or payment intents."""

    gateway: Gateway
    stranger: Gateway
    server: StandIn
    proxy: FaultProxy
    intents: bool
    breaks: bool = True
    forgets: bool = True
    decides_later: bool = True

    def next(self, *faults: Fault) -> None:
        self.proxy.script.extend(faults)

    async def arrive(self) -> None:
        await self.proxy.arrive()

    async def pay(self, minor: int, currency: str = "BRL") -> str:
        make = self.server.intent if self.intents else self.server.charge
        return await make(minor, currency.lower())

    async def paid(self, payment: str) -> list[int]:
        return [one["amount"] for one in await self.server.credits(payment) if one["status"] == "succeeded"]

    def refuse(self) -> None:
        self.proxy.script.append(Instead(400, "invalid_request_error", "charge_disputed"))

    def forget_keys(self) -> None:
        self.proxy.remember_keys = False

    async def bounce(self, reference: str) -> None:
        await self.server.set_status(reference, "failed")

    async def by_hand(self, payment: str, minor: int) -> str:
        kind = "payment_intent" if self.intents else "charge"
        made = await self.server.client.post("/v1/refunds", data={kind: payment, "amount": str(minor)})
        return str(made.json()["id"])

    async def dispute(self, payment: str, minor: int) -> str:
        return await self.server.dispute(payment, minor)


@asynccontextmanager
async def ledger(url: str, timeout_s: float) -> AsyncIterator[World]:
    ours = await open_ledger(url, timeout_s=timeout_s, size=10)
    nowhere = await open_ledger(url + "_of_another", timeout_s=timeout_s)
    yield LedgerWorld(ours, nowhere)
    await ours.close()
    await nowhere.close()


@asynccontextmanager
async def stripe(server: StandIn, timeout_s: float, *, intents: bool = False) -> AsyncIterator[World]:
    async with (
        FaultProxy(server.port) as proxy,
        a_gateway(proxy.url, timeout_s=timeout_s) as ours,
        a_gateway(proxy.url, timeout_s=timeout_s, api_key="of another account") as foreign,
    ):
        yield StripeWorld(ours, foreign, server, proxy, intents)


async def refund_until_known(gateway: Gateway, order: RefundOrder, *, looks: bool = True) -> Answer:
    """The worker's protocol in short: unknown → find → send the same order again."""

    async def call(before: int) -> Answer:
        found = await gateway.find(order.key, order.payment_reference, retry=order.retry) if looks and before else None
        return found or await gateway.refund(order)

    return await patiently(call, GatewayUnknown)
