"""Health checks: whether the process works, and whether it should be sent requests."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

Check = Callable[[], Awaitable[None]]
"""Returns if all is well; raises Unhealthy, or any other exception, if not."""

TIME_LIMIT = 2.0
"""Seconds for one check."""


class Unhealthy(Exception):
    """What is wrong, in a sentence that everybody may read."""


@dataclass(frozen=True, slots=True)
class CheckResults:
    """The result of each check by its name: "ok" or a sentence."""

    checks: Mapping[str, str]

    @property
    def healthy(self) -> bool:
        return all(result == "ok" for result in self.checks.values())

    @property
    def status(self) -> int:
        """The status of the HTTP answer."""
        return 200 if self.healthy else 503


async def examine(checks: Mapping[str, Check]) -> CheckResults:
    """Run all checks at the same time; none takes longer than TIME_LIMIT."""
    results = await asyncio.gather(*(_result(check) for check in checks.values()))
    return CheckResults(dict(zip(checks, results, strict=True)))


async def _result(check: Check) -> str:
    try:
        async with asyncio.timeout(TIME_LIMIT):
            await check()
    except Unhealthy as unhealthy:
        return str(unhealthy)
    except TimeoutError:
        return f"no answer within {TIME_LIMIT:g} s"
    except Exception as error:  # its text may contain an address or a row
        return f"failed: {type(error).__name__}"
    return "ok"
