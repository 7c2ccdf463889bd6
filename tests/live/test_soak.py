"""The soak in its short form: subscribers of two processes, cut at random, one of them asleep."""

from array import array
from pathlib import Path

import pytest

from benchmarks.soak import Reader, differs, soak
from tests.live.process import serving


async def test_every_stream_equals_its_slice_of_the_journal_despite_cuts_and_sleep(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path) as one, serving(database_url, tmp_path) as other:
        report = await soak([one, other], clients=40, seconds=9, rate=4, cuts=20)
    assert report.wrong == []
    assert report.messages == 40 * report.events
    assert report.events > 60
    assert report.cuts > 80
    assert report.dropped >= 1, "nobody was asleep for long enough"
    assert report.codes.get(1013, 0) <= report.dropped, "somebody was dropped for another's fault"


@pytest.mark.parametrize(("seen", "sentence"), [([0, 2], "at 1"), ([0, 0, 1, 2], "at 1"), ([0, 1], "2 of 3")])
def test_a_gap_a_duplicate_and_a_missing_end_are_found(seen: list[int], sentence: str) -> None:
    class Nobody(Reader):
        def __init__(self) -> None:
            self.seen = array("L", seen)

    assert sentence in differs(0, Nobody(), array("L", [0, 1, 2]))
