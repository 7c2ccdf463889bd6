"""The reference is read again by one of those who come after its time, whatever becomes of that one."""

import asyncio
from typing import Any

import pytest

from engine.reads import fetch_row
from resolvers import reference
from resolvers.reference import FRESH, Reference
from tests.market import Market


class Reads:
    """Counts readings; the first ones fail with what it is given."""

    def __init__(self, *faults: BaseException) -> None:
        self.faults, self.done = list(faults), 0

    async def __call__(self, *arguments: Any) -> Any:
        self.done += 1
        if self.faults:
            raise self.faults.pop(0)
        return await fetch_row(*arguments)


def outdated(kept: Reference) -> None:
    assert kept._read_at is not None
    kept._read_at -= FRESH + 1


async def test_one_of_many_reads_it_again_and_the_others_take_what_is_there(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, reads = Reference(), Reads()
    monkeypatch.setattr(reference, "fetch_row", reads)
    await kept.fresh()
    assert (reads.done, len(kept.reasons) > 0) == (1, True)
    await market.rows("update cancellation_reason set active = false where handle <> 'changed_mind'")
    await asyncio.gather(*(kept.fresh() for _ in range(8)))
    assert (reads.done, len(kept.reasons) > 1) == (1, True)
    outdated(kept)
    await asyncio.gather(*(kept.fresh() for _ in range(8)))
    assert (reads.done, [row["handle"] for row in kept.reasons]) == (2, ["changed_mind"])


@pytest.mark.parametrize("fault", [TimeoutError(), asyncio.CancelledError()], ids=repr)
async def test_one_that_fails_leaves_it_to_the_next(
    market: Market, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    kept, reads = Reference(), Reads()
    monkeypatch.setattr(reference, "fetch_row", reads)
    await kept.fresh()
    outdated(kept)
    reads.faults.append(fault)
    (found,) = await asyncio.gather(kept.fresh(), return_exceptions=True)
    assert isinstance(found, type(fault))
    await kept.fresh()
    assert reads.done == 3
    await kept.fresh()
    assert reads.done == 3
