"""The loop of everything that works by itself: do what is due, rest, and after a failure rest a little longer."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from engine.errors import is_outage

log = logging.getLogger("retour.worker")

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds of rest after the first failure in a row, doubling up to the longest."""


async def work_until_canceled(
    name: str, step: Callable[[], Awaitable[bool]], rest: Callable[[], Awaitable[None]]
) -> None:
    """Repeat `step`, and `rest` whenever it says that nothing was due. A failure is logged; its work comes up again."""
    failures = 0
    while True:
        try:
            worked = await step()
            failures = 0
            if not worked:
                await rest()
        except Exception as error:
            failures += 1
            if is_outage(error):
                log.warning("The database is away (%s); what is due for the %s stays due", error, name)
            else:
                log.exception("A step of the %s failed; its work comes up again", name)
            await asyncio.sleep(back_off(failures))


def back_off(failures: int) -> float:
    """Seconds to rest after so many failures in a row, with jitter so that many workers do not return at once."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(failures - 1, 16))) * random.uniform(0.5, 1.0)


def next_try(now: datetime, tries: int, delays: Sequence[timedelta]) -> datetime | None:
    """When what the world outside has refused so many times is tried again, with jitter; None after the last delay."""
    return None if tries > len(delays) else now + delays[tries - 1] * random.uniform(0.9, 1.2)
