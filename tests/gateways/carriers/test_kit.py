"""The kit: what every carrier's adapter has to stand, whatever its network does.

docs/ports.md says how a new adapter joins it.
"""

import asyncio
from functools import partial
from itertools import product

import pytest

from gateways.carriers.port import CarrierUnknown, LabelOutcome
from tests.gateways.carriers.worlds import (
    WORLDS,
    Memory,
    an_order,
    until_known,
    void_until_known,
)
from tests.gateways.kit import FAULTS, NEEDING_PATIENCE
from tests.gateways.kit import at as entered
from tests.gateways.payments.fault_proxy import Fault

AT_ONCE = [fault for fault in FAULTS if fault not in NEEDING_PATIENCE]
LOST_ANSWERS = [Fault.DROPPED, Fault.ERROR]
TAKEN = (LabelOutcome.VOIDED, LabelOutcome.VOIDING)


at = partial(entered, WORLDS)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("place", [0, 1], ids=["registering", "buying"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_leaves_exactly_one_label(name: str, place: int, fault: Fault) -> None:
    async with at(name, *[Fault.PASS] * place, fault) as world:
        order = an_order()
        answer = await until_known(world.carrier, order)
        await world.arrive()
        assert answer.outcome is LabelOutcome.ISSUED
        assert answer.reference is not None
        assert world.bought(order.key) == 1


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize(("first", "second"), list(product(AT_ONCE[1:], repeat=2)))
async def test_two_faults_in_a_row_leave_exactly_one_label(name: str, first: Fault, second: Fault) -> None:
    async with at(name, Fault.PASS, first, second) as world:
        order = an_order()
        assert (await until_known(world.carrier, order)).outcome is LabelOutcome.ISSUED
        assert world.bought(order.key) == 1


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("fault", [Fault.PASS, *LOST_ANSWERS, Fault.REFUSED])
async def test_a_carrier_that_forgets_our_keys_sells_one_label(name: str, fault: Fault) -> None:
    """What was stored before the purchase is enough."""
    async with at(name, Fault.PASS, fault) as world:
        world.forget_keys()
        order = an_order()
        assert (await until_known(world.carrier, order)).outcome is LabelOutcome.ISSUED
        assert world.bought(order.key) == 1


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_a_label_whose_reference_was_lost_is_found_by_its_key(name: str, fault: Fault) -> None:
    """As after a backup from before the purchase was restored."""
    async with at(name, Fault.PASS, fault) as world:
        order = an_order()
        assert (await until_known(world.carrier, order, stores=False)).outcome is LabelOutcome.ISSUED
        assert world.bought(order.key) == 1


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_without_its_reference_and_its_key_a_label_is_bought_twice(name: str, fault: Fault) -> None:
    """The control: what storing the reference protects from, and asking by the key."""
    async with at(name, Fault.PASS, fault) as world:
        order = an_order()
        await until_known(world.carrier, order, stores=False, looks=False)
        assert world.bought(order.key) == (2 if world.breaks else 1)


@pytest.mark.parametrize("name", WORLDS)
async def test_twenty_buyers_of_one_package_buy_one_label(name: str) -> None:
    async with at(name) as world:
        order = an_order()
        registered = await world.carrier.register(order)
        memories = [Memory(registered.reference) for _ in range(20)]
        answers = await asyncio.gather(*(until_known(world.carrier, order, memory) for memory in memories))
        assert {answer.outcome for answer in answers} == {LabelOutcome.ISSUED}
        assert len({answer.reference for answer in answers}) == 1
        assert world.bought(order.key) == 1


@pytest.mark.parametrize("name", WORLDS)
async def test_buying_again_says_the_same_and_buys_nothing(name: str) -> None:
    async with at(name) as world:
        order, memory = an_order(), Memory()
        first = await until_known(world.carrier, order, memory)
        assert await until_known(world.carrier, order, Memory(memory.reference)) == first
        assert world.bought(order.key) == 1


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "slip"])
async def test_what_is_refused_is_not_bought(name: str) -> None:
    async with at(name) as world:
        world.refuse()
        order = an_order()
        answer = await until_known(world.carrier, order)
        assert answer.outcome is LabelOutcome.REFUSED
        assert answer.message
        assert world.bought(order.key) == 0


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_leaves_a_label_voided_once(name: str, fault: Fault) -> None:
    async with at(name, Fault.PASS, Fault.PASS, fault) as world:
        order = an_order()
        reference = (await until_known(world.carrier, order)).reference
        assert reference is not None
        answer = await void_until_known(world.carrier, order.key, reference)
        await world.arrive()
        assert answer.outcome in TAKEN
        assert world.voided(order.key) == 1
        assert (await void_until_known(world.carrier, order.key, reference)).outcome in TAKEN
        assert world.voided(order.key) == 1


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "slip"])
async def test_a_used_label_is_not_voided_and_its_scans_are_told(name: str) -> None:
    async with at(name) as world:
        order = an_order()
        reference = (await until_known(world.carrier, order)).reference
        assert reference is not None
        assert await world.carrier.scans(reference) == ()
        world.use(order.key)
        assert len(await world.carrier.scans(reference)) == 1
        assert (await void_until_known(world.carrier, order.key, reference)).outcome is LabelOutcome.REFUSED
        assert world.voided(order.key) == 0


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "slip"])
async def test_an_account_that_is_not_ours_says_nothing_about_the_label(name: str) -> None:
    """A wrong key is corrected one day, so it is doubt and no refusal."""
    async with at(name) as world:
        order, foreign = an_order(), world.stranger
        reference = (await until_known(world.carrier, order)).reference
        assert reference is not None
        calls = [
            foreign.register(order),
            foreign.buy(order, reference),
            foreign.find(order.key, reference),
            foreign.find(order.key, None),
            foreign.void(order.key, reference),
            foreign.scans(reference),
        ]
        for call in calls:
            with pytest.raises(CarrierUnknown):
                await call
        assert (world.bought(order.key), world.voided(order.key)) == (1, 0)


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "slip"])
async def test_a_package_that_nobody_knows_is_not_found(name: str) -> None:
    async with at(name) as world:
        assert await world.carrier.find("label_unknown", None) is None


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("fault", [Fault.LATE, Fault.DRIPPING])
async def test_a_call_ends_within_its_time_whatever_the_server_does(name: str, fault: Fault) -> None:
    async with at(name, fault) as world, asyncio.timeout(5):
        if world.breaks:
            with pytest.raises(CarrierUnknown):
                await world.carrier.register(an_order())
