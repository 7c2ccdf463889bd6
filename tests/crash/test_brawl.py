"""A short brawl; `make storm` has a long one. Each count has a control, which plants one loss and sees it found."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import monotonic

import httpx
import pytest

from tests.crash import labels
from tests.crash.brawl import ACTORS, Brawl
from tests.crash.cluster import own_rig, reconciled
from tests.faults.sizes import LONG, size
from tests.gateways.carriers.stand_in import KEY
from tests.gateways.payments.stand_in import StandIn

CALLS = size(150, 10_000)
EVERY = size(1.0, 5.0)
"""Seconds between SIGKILLs."""
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
async def fight() -> AsyncIterator[Brawl]:
    """A brawl that is over and counted, with its server still up; at a bank that nobody else has used."""
    stripe = await StandIn.start()
    try:
        async with own_rig(stripe) as (one, cluster):
            fight = Brawl(one, cluster, ends=0, at_least=0, calls=CALLS, every=EVERY)
            began = monotonic()
            await fight.rage(ACTORS)
            fight.seconds = monotonic() - began
            yield fight
    finally:
        await stripe.stop()


async def test_answers_to_concurrent_random_commands_are_true(
    fight: Brawl, record_property: Callable[[str, object], None]
) -> None:
    tally, money = fight.tally, fight.money
    record_property("actors", ACTORS)
    record_property("seconds", round(fight.seconds))
    for line in tally.table().splitlines():
        record_property(line[:34].strip(), line[35:])
    for name, minor in money.items():
        record_property(name, f"{minor / 100:.2f}")
    assert tally.clean, tally.table()
    assert tally.operations >= CALLS
    assert tally.refused > 0, "nobody was in anybody's way"
    assert tally.refunds == tally.credits > 0
    assert tally.labels["bought"] > tally.labels["bought twice"] == 0
    tried = set(+tally.goods) | set(+tally.by_hand)
    assert tried >= fight.ways | (labels.ORDERS | labels.REPORTS if LONG else set())


@asynccontextmanager
async def a_label_bought_twice(fight: Brawl) -> AsyncIterator[str]:
    """Somebody registers a second package under a label's key, and buys its label."""
    assert fight.rig.courier is not None
    behind = fight.rig.courier.behind
    key, access = behind.bought[0], {"authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{behind.port}/v2", headers=access) as carrier:
        wanted = {"reference": key, "is_return": True, "to_address": {"street1": "Hafenstraße 1"}}
        package = (await carrier.post("/shipments", json={"shipment": wanted})).json()
        await carrier.post(f"/shipments/{package['id']}/buy", json={"rate": package["rates"][0]})
    yield f"label {key} was bought 2 times"
    behind.bought.pop()


@asynccontextmanager
async def money_that_no_one_reports(fight: Brawl) -> AsyncIterator[str]:
    """Somebody pays back a cent by hand; later the bank reports it."""
    made = await fight.by_hand.pay(await _charge_with_money(fight), 1)
    assert made is not None
    yield str(made["id"])
    await fight.rig.report(made, "refund.created")


@asynccontextmanager
async def a_lost_dispute_that_no_one_reports(fight: Brawl) -> AsyncIterator[str]:
    """The bank takes a cent for a dispute and keeps it; later it reports both."""
    charge, rig = await _charge_with_money(fight), fight.rig
    made = await rig.stripe.set_dispute(await rig.stripe.dispute(charge, 1), "lost")
    rig.taken[charge] += 1
    fight.disputes.shown[made["id"]] = made
    yield str(made["id"])
    await rig.report(made, "charge.dispute.closed")


async def _charge_with_money(fight: Brawl) -> str:
    for charge in reversed(fight.rig.charges):
        if await fight.rig.left(charge) > 0:
            return charge
    raise AssertionError("all payments were paid back")


Loss = Callable[[Brawl], AbstractAsyncContextManager[str]]


async def test_a_label_that_is_bought_twice_is_counted(fight: Brawl) -> None:
    """A control."""
    async with a_label_bought_twice(fight) as named:
        assert named in await counted(fight)
    assert await counted(fight) == []


@pytest.mark.parametrize("loss", [money_that_no_one_reports, a_lost_dispute_that_no_one_reports])
async def test_money_that_has_gone_is_counted_and_reconcile_names_it_until_it_is_reported(
    fight: Brawl, loss: Loss
) -> None:
    """A control."""
    async with loss(fight) as reference:
        assert f"by hand {reference}: 1 was paid, None is known" in await counted(fight)
        code, said = await reconciled(fight.rig)
        assert code == 1
        assert reference in said
    assert await counted(fight) == []


async def counted(fight: Brawl) -> list[str]:
    """What differs now of that which others have sold, paid or taken."""
    fight.tally.differences.clear()
    await fight.count_what_others_did()
    return list(fight.tally.differences)
