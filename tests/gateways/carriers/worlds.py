"""The carriers that the kit is for, each as a world: the adapter, and what can be done to what stands behind it.

A new adapter gets a world here, and no test of its own for the law of the port: `test_kit.py` runs for each.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from gateways.carriers.easypost import EasyPostCarrier
from gateways.carriers.port import Carrier, CarrierUnknown, LabelAnswer, LabelOrder, LabelOutcome, PostalAddress
from gateways.carriers.slip import SlipCarrier
from tests.gateways.carriers.stand_in import KEY, EasyPostStandIn, running
from tests.gateways.kit import Breakable, Enter, patiently
from tests.gateways.payments.fault_proxy import Fault, FaultProxy

_numbers = count(1)


class World(Breakable, Protocol):
    """What the kit does to a carrier behind its adapter. A carrier that forgets keys knows packages by its own ids."""

    carrier: Carrier
    stranger: Carrier
    """The same adapter with a key of an account that is not ours."""

    def bought(self, key: str) -> int:
        """How many labels were bought under this key."""

    def voided(self, key: str) -> int:
        """How many of them were voided."""

    def refuse(self) -> None:
        """Refuse to sell any label."""

    def use(self, key: str) -> None:
        """The package has been handed to the carrier."""


@dataclass
class SlipWorld:
    """Slips: there is nothing behind the adapter, so nothing is bought or lost."""

    carrier: Carrier = field(default_factory=SlipCarrier)
    stranger: Carrier = field(default_factory=SlipCarrier)
    breaks: bool = False

    def next(self, *faults: Fault) -> None:
        """There is no network that could break."""

    async def arrive(self) -> None:
        """Nothing is on its way."""

    def bought(self, key: str) -> int:
        return 1

    def voided(self, key: str) -> int:
        return 1

    def refuse(self) -> None:
        """Nobody could."""

    def use(self, key: str) -> None:
        """Nobody notices."""

    def forget_keys(self) -> None:
        """Nobody knows any."""


@dataclass
class EasyPostWorld:
    """EasyPost's stand-in behind the fault proxy."""

    carrier: Carrier
    stranger: Carrier
    server: EasyPostStandIn
    proxy: FaultProxy
    breaks: bool = True

    def next(self, *faults: Fault) -> None:
        self.proxy.script.extend(faults)

    async def arrive(self) -> None:
        await self.proxy.arrive()

    def bought(self, key: str) -> int:
        return self.server.bought.count(key)

    def voided(self, key: str) -> int:
        return self.server.refunded.count(key)

    def refuse(self) -> None:
        self.server.no_money = True

    def use(self, key: str) -> None:
        self.server.use(key)

    def forget_keys(self) -> None:
        self.server.knows_keys = False


@asynccontextmanager
async def slip(timeout_s: float) -> AsyncIterator[World]:
    yield SlipWorld()


@asynccontextmanager
async def easypost(timeout_s: float) -> AsyncIterator[World]:
    async with running() as server, FaultProxy(server.port) as proxy:
        ours, foreign = (
            EasyPostCarrier(key, api_base=f"{proxy.url}/v2", timeout_s=timeout_s) for key in (KEY, "EZTK_of_another")
        )
        yield EasyPostWorld(ours, foreign, server, proxy)
        await ours.close()
        await foreign.close()


WORLDS: dict[str, Enter[World]] = {"slip": slip, "easypost": easypost}


def an_order(key: str | None = None) -> LabelOrder:
    """A label from Warsaw to Hamburg."""
    return LabelOrder(
        key=key or f"label_{next(_numbers)}",
        number="RS-100001-1",
        sender=PostalAddress(
            name="Ada Łęcka", lines=("ul. Żabia 3", "m. 7"), postal_code="00-001", city="Warszawa", country="PL"
        ),
        recipient=PostalAddress(
            name="North returns", lines=("Hafenstraße 1",), postal_code="20095", city="Hamburg", country="DE"
        ),
    )


@dataclass
class Memory:
    """What the worker keeps of a label between two calls."""

    reference: str | None = None


async def until_known(
    carrier: Carrier, order: LabelOrder, memory: Memory | None = None, *, looks: bool = True, stores: bool = True
) -> LabelAnswer:
    """The worker's protocol in short: ask if an earlier call may have done anything, register, store, buy."""
    kept = memory or Memory()
    return await patiently(
        lambda before: _call(carrier, order, kept, looks=looks and before > 0, stores=stores), CarrierUnknown
    )


async def _call(carrier: Carrier, order: LabelOrder, memory: Memory, *, looks: bool, stores: bool) -> LabelAnswer:
    reference = memory.reference
    if looks:
        found = await carrier.find(order.key, reference)
        if found is not None and found.outcome is not LabelOutcome.REGISTERED:
            return found
        reference = found.reference if found else reference
    if reference is None:
        registered = await carrier.register(order)
        if registered.reference is None:
            return registered
        reference = registered.reference
    if stores:
        memory.reference = reference
    return await carrier.buy(order, reference)


async def void_until_known(carrier: Carrier, key: str, reference: str) -> LabelAnswer:
    """The same for voiding."""

    async def call(_before: int) -> LabelAnswer:
        found = await carrier.find(key, reference)
        if found is not None and found.outcome in (LabelOutcome.VOIDED, LabelOutcome.VOIDING):
            return found
        return await carrier.void(key, reference)

    return await patiently(call, CarrierUnknown)
