"""Streams that are open by a token end when it is revoked. What comes later is refused: see `Application.identify`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from engine.context import OperationContext
from resolvers.context import Context
from resolvers.reference import FRESH

if TYPE_CHECKING:
    from app.application import Application

log = logging.getLogger("retour.revocations")


@asynccontextmanager
async def revoked_ended(application: "Application", every: float = FRESH) -> AsyncIterator[None]:
    """Look for revoked tokens each few seconds while streams are open, until the block is left."""
    task = asyncio.create_task(_watch(application, every), name="revocations")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(application: "Application", every: float) -> None:
    """End what is open twice after each change: a stream may have been about to open at the first time."""
    earlier: dict[str, float] = {}
    last: dict[str, float] = {}
    while True:
        await asyncio.sleep(every)
        if not len(application.sockets) and not application.hub.subscribers:
            continue
        try:
            revoked = (await application.reference.fresh()).revoked
        except Exception as error:
            log.warning("revocations: they cannot be read (%s)", error)
            continue
        if revoked != earlier:
            application.sockets.revoke(_is_revoked)
            application.hub.revoke(_is_revoked)
        earlier, last = last, revoked


def _is_revoked(context: OperationContext) -> bool:
    assert isinstance(context, Context)
    return context.viewer is not None and context.reference.revokes(context.viewer, context.issued_at)
