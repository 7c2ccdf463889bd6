"""A short storm; `make storm` runs a long one."""

import pytest

from tests.crash.storm import RESTORED, storm
from tests.gateways.payments.stand_in import StandIn


@pytest.mark.timeout(360)
async def test_after_a_storm_every_refund_is_paid_once_and_nothing_acknowledged_is_lost(own_stripe: StandIn) -> None:
    tally = await storm(own_stripe, seconds=8)
    assert tally.clean, tally.table()
    assert tally.refunds == tally.credits > 0
    assert tally.returned >= tally.stood > 0
    assert tally.restored == RESTORED
