"""A short brawl; `make storm` has a long one."""

from collections.abc import Callable

import pytest

from tests.crash.brawl import ACTORS, brawl
from tests.faults.sizes import size
from tests.gateways.payments.stand_in import StandIn

CALLS = size(150, 10_000)
EVERY = size(1.0, 5.0)
"""Seconds between SIGKILLs."""


@pytest.mark.timeout(1800)
async def test_answers_to_concurrent_random_commands_are_true(
    own_stripe: StandIn, record_property: Callable[[str, object], None]
) -> None:
    tally, money = await brawl(own_stripe, calls=CALLS, every=EVERY)
    record_property("actors", ACTORS)
    for line in tally.table().splitlines():
        record_property(line[:34].strip(), line[35:])
    record_property("approved = refunded", f"{money['refunded'] / 100:.2f}")
    assert tally.clean, tally.table()
    assert tally.operations >= CALLS
    assert tally.refused > 0, "nobody was in anybody's way"
    assert tally.refunds == tally.credits > 0
