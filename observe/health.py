"""Whether the process lives, and whether it should be sent requests: two questions with two answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

Check = Callable[[], Awaitable[None]]
"""Returns when all is well; raises Unwell, or anything else, when it is not."""

PATIENCE = 2.0
"""Seconds for one check."""


class Unwell(Exception):
    """What is wrong, in a sentence that may be shown to whoever asks."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the checks: "ok" or a sentence, by name."""

    checks: Mapping[str, str]

    @property
    def well(self) -> bool:
        return all(found == "ok" for found in self.checks.values())

    @property
    def status(self) -> int:
        """Of the HTTP answer."""
        return 200 if self.well else 503


async def examine(checks: Mapping[str, Check]) -> Report:
    """All checks at once; none takes longer than PATIENCE."""
    found = await asyncio.gather(*(_result(check) for check in checks.values()))
    return Report(dict(zip(checks, found, strict=True)))


async def _result(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            await check()
    except Unwell as unwell:
        return str(unwell)
    except TimeoutError:
        return f"no answer within {PATIENCE:g} s"
    except Exception as error:  # its text may hold an address or a row
        return f"failed: {type(error).__name__}"
    return "ok"
