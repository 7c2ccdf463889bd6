"""A short storm; `make storm` runs a long one."""

import pytest

from tests.crash import by_hand
from tests.crash.storm import RESTORED, storm
from tests.gateways.payments.stand_in import StandIn


@pytest.mark.timeout(600)
async def test_after_a_storm_all_is_paid_and_bought_once_and_nothing_acknowledged_is_lost(
    own_stripe: StandIn,
) -> None:
    tally = await storm(own_stripe, seconds=8)
    assert tally.clean, tally.table()
    assert tally.refunds == tally.credits > 0
    assert tally.returned >= tally.stood > 0
    assert tally.restored == RESTORED
    assert tally.labels["bought"] > tally.labels["voided"] > 0
    assert set(tally.by_hand) >= by_hand.WAYS
