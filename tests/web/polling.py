"""Assertions of Playwright that look ten times a second.

The driver looks twice a second, unless it may wait for less than 2.5 s: half of the time was spent waiting for its
next look. So it is asked to wait for less, and asked again.
"""

from time import monotonic

from playwright._impl.assertions import LocatorAssertions
from playwright._impl.internal_structures import FrameExpectOptions, FrameExpectResult

AT_ONCE = 2_400  # ms, below what makes the driver look less often
_wait = LocatorAssertions._call_expect


async def _look_often(
    self: LocatorAssertions, expression: str, expect_options: FrameExpectOptions, title: str | None
) -> FrameExpectResult:
    end = monotonic() * 1000 + (expect_options["timeout"] or 0)
    while True:
        left = end - monotonic() * 1000
        shorter: FrameExpectOptions = {**expect_options, "timeout": min(AT_ONCE, max(left, 1))}
        result = await _wait(self, expression, shorter, title)
        if result["matches"] != expect_options["isNot"] or left <= AT_ONCE:
            return result


def look_often() -> None:
    """Let every assertion about an element do so."""
    LocatorAssertions._call_expect = _look_often  # type: ignore[method-assign]  # no option says how often
