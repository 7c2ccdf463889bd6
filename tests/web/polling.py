"""Assertions of Playwright that look ten times a second.

The driver looks twice a second, unless it may wait for less than 2.5 s: half of the time was spent waiting for its
next look. So it is asked to wait for less, and asked again.
"""

from time import monotonic

from playwright._impl.assertions import LocatorAssertions
from playwright._impl.internal_structures import FrameExpectOptions, FrameExpectResult

PATIENCE = 2_400  # ms
_wait = LocatorAssertions._call_expect


async def _look_often(
    self: LocatorAssertions, expression: str, expect_options: FrameExpectOptions, title: str | None
) -> FrameExpectResult:
    end = monotonic() * 1000 + (expect_options["timeout"] or 0)
    while True:
        left = end - monotonic() * 1000
        patience: FrameExpectOptions = {**expect_options, "timeout": min(PATIENCE, max(left, 1))}
        result = await _wait(self, expression, patience, title)
        if result["matches"] != expect_options["isNot"] or left <= PATIENCE:
            return result


def look_often() -> None:
    """Let every assertion about an element do so."""
    LocatorAssertions._call_expect = _look_often  # type: ignore[method-assign]  # no option says how often
