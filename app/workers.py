"""The worker, inside a server or in a process of its own."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import database
from app.exports import ListReader
from app.health import WorkerTasks
from app.operations.doctor import clocks_watched
from app.parts import carriers_of, gateways_of, messages_of, retention_of, terms_of
from database import embedded
from events.notifier import Notifier, notifier_of
from services.commands import Commands
from services.exports.worker import Exporting, ReadsLists
from services.figures import Counting
from services.webhooks.deliveries import Deliveries
from services.webhooks.outbound import Outbound
from services.worker.due import Worker
from services.worker.figures import keep_counting
from settings import Settings

if TYPE_CHECKING:  # loaded only if lists are read
    from app.application import Application

log = logging.getLogger("retour")


def now() -> datetime:
    """The current time (UTC-aware)."""
    return datetime.now(UTC)


@asynccontextmanager
async def run_worker(
    settings: Settings, url: str, secret: str | None, commands: Commands, notifier: Notifier, reader: ReadsLists
) -> AsyncIterator[WorkerTasks]:
    """Run a worker, the webhooks, the exports and the mail until the block is left."""
    async with (
        gateways_of(settings, url) as gateways,
        carriers_of(settings) as carriers,
        messages_of(settings, secret, commands, notifier) as messages,
    ):
        worker = Worker(
            commands,
            gateways,
            notifier,
            lease=timedelta(seconds=settings.refund_lease),
            carriers=carriers,
            grams=settings.label_grams,
        )
        outbound = Outbound(private=settings.webhook_private)
        deliveries = Deliveries(commands.clock, notifier, outbound)
        tasks = [
            asyncio.create_task(worker.run(), name="worker"),
            asyncio.create_task(deliveries.run(), name="webhooks"),
            asyncio.create_task(retention_of(settings).run(), name="retention"),
            asyncio.create_task(keep_counting(Counting(settings.market_zone)), name="figures"),
            asyncio.create_task(Exporting(reader).run(), name="exports"),
        ]
        if messages is not None:
            tasks.append(asyncio.create_task(messages.run(), name="messages"))
        try:
            yield WorkerTasks(worker, tasks)
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            await outbound.close()


async def work(settings: Settings, url: str, secret: str | None) -> None:
    """Run a worker without a server until it is canceled or SIGTERM stops it."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with embedded.watched(), working(settings, url, secret), clocks_watched():
        log.warning("The worker is running.")
        await stop.wait()


@asynccontextmanager
async def working(settings: Settings, url: str, secret: str | None = None) -> AsyncIterator[None]:
    """A worker without a server until the block is left; the servers' notifiers wake it."""
    notifier = notifier_of(settings.notifier_url, url, connect=database.connect)
    await database.open(url, pool_size=settings.pool_size)
    await notifier.start()
    try:
        commands = Commands(clock=now, notify=notifier.notify, terms=terms_of(settings))
        async with run_worker(
            settings, url, secret, commands, notifier, ListReader(_application(settings, url, secret))
        ):
            yield
    finally:
        await notifier.close()
        await database.close()


def _application(settings: Settings, url: str, secret: str | None) -> "Callable[[], Application]":
    """The engine of a worker without a server: made when the first list is read, for few read any."""

    @cache
    def application() -> "Application":
        from app.application import Application  # which itself runs a worker, by this module

        return Application(settings, url, secret, clock=now)

    return application
