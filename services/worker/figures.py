"""The loop that counts figures of returns."""

import asyncio

from services.figures import Counting
from services.worker.loop import work_until_canceled

EVERY = 5.0
"""Seconds between two looks: figures may be as old, which spares the database a look for each event."""


async def keep_counting(counting: Counting) -> None:
    """Count until canceled; failures are logged, and their work is tried again."""
    await work_until_canceled("figures", counting.count, lambda: asyncio.sleep(EVERY))
