"""Figures of returns: counted once each whatever happens, and the same again from the journal and its archives."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from app.operations.archive import archive
from app.operations.recount import recount
from domain.figures import HOURS, Figure, quantile, rate, seconds_of
from services import figures as module
from services.figures import Counting
from settings import OperatorError
from tests import figures
from tests.app.operations.archived import spread
from tests.goods import act, confirmed, delivered
from tests.goods import settings as terms
from tests.market import OWNER, Market, Part


async def busy(market: Market, orders: int) -> None:
    """Returns and cancellations of two sellers, some on the next day."""
    await terms(market, "ON_RECEIPT")
    for _ in range(orders):
        await market.apply(await market.request(await market.order(Part("south", {"cup": (3, "2.50")})), cup=2))
        shipment = await confirmed(market, await delivered(market), lamp=1)
        market.clock.pass_by(hours=30)
        await act(market, OWNER, "receiveReturn", shipment["id"])
        await market.work()


async def test_several_workers_count_each_transaction_once_also_if_one_is_stopped_in_between(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    await busy(market, 2)
    stopped = asyncio.create_task(Counting(figures.ZONE).count())
    await asyncio.sleep(0)  # it has begun
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)

    async def work() -> int:
        steps = 0
        while await Counting(figures.ZONE).count():
            steps += 1
        return steps

    assert sum(await asyncio.gather(*(work() for _ in range(4)))) > 4
    found = await figures.hold(market)
    assert sum(amount for key, amount in found.items() if key[2] == Figure.UNITS_BACK) == 6


async def test_what_an_archive_has_is_counted_again_and_a_missing_one_is_refused(
    market: Market, tmp_path: Path
) -> None:
    files = [tmp_path / "one.gz", tmp_path / "two.gz"]
    for file in files:
        await busy(market, 2)
        market.clock.now += timedelta(days=800)
        assert (await archive(file, market.clock.now)).held, "not counted yet"
        await spread(market)
        assert (await archive(file, market.clock.now - timedelta(days=790))).events > 10
    await busy(market, 1)
    before = await figures.hold(market, files)
    for some in ([], files[1:]):
        with pytest.raises(OperatorError, match="name all archives"):
            await recount(market.url, some, figures.ZONE)
    assert await figures.stored(market) == before


async def test_reconcile_finds_what_is_counted_wrongly_and_counting_anew_mends_it(market: Market) -> None:
    await busy(market, 2)
    right = await figures.hold(market)
    for wrong in (
        "update daily_figure set amount = amount + 1 where figure = 'REFUNDED'",
        "delete from daily_figure where figure = 'OPENED'",
        "update daily_figure set amount = amount - 1 where figure = 'ORDERED_UNITS'",
    ):
        await market.rows(wrong)
        assert await figures.differences(market) != [], wrong
        await recount(market.url, [], figures.ZONE)
        assert await figures.stored(market) == right


def test_a_time_that_a_share_stays_within_is_read_from_buckets_that_add_up() -> None:
    assert quantile({}, 50) is None
    assert quantile({0: 1}, 50) == 1800
    assert quantile({0: 2, 3: 2}, 50) == 3600
    assert quantile({0: 1, 3: 9}, 95) == round((4 + 4 * 8.5 / 9) * 3600)
    assert quantile({len(HOURS): 1}, 50) == HOURS[-1] * 3600
    edges = [seconds_of(bucket) for bucket in range(len(HOURS) + 1)]
    assert [end for _, end in edges] == [*(begin for begin, _ in edges[1:]), None]
    assert (rate(1, 0), rate(0, 5), rate(1, 3), rate(2, 3), rate(3, 3)) == (None, 0, 3333, 6667, 10_000)
