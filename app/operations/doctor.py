"""Checks everything that a server needs, and reports a finding on each.

It changes nothing: it creates no table, moves no money and writes no row.
"""

import asyncio
import logging
import resource
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from tortoise.connection import get_connection

import database
from app.auth.jwks import KeySet, KeysUnavailable
from app.health import LATE_EVENTS
from app.parts import gateways_of, letterhead_of, return_path_of
from database.hosts import is_unsure_of_its_host
from engine import is_outage
from events.journal import Holder, Journal
from events.notifier import RemoteNotifier, notifier_of
from events.reader import Reader
from models import FigureCursor, RefundPause
from settings import OperatorError, Settings

log = logging.getLogger("retour.doctor")

OLDEST_POSTGRES = 150_000
SKEW = 5.0
"""Seconds by which the clocks of database and server may differ: due times are compared with both."""
LOOK_EVERY = 60.0
"""Seconds between two looks of a running server or worker at the clocks."""
LEAST_FREE = 1 << 30
LEAST_FILES = 4_096
TIME_LIMIT = 15.0
"""Seconds for one check."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, and the problem with it, if there is one."""

    name: str
    problem: str | None

    def __str__(self) -> str:
        return f"ok    {self.name}" if self.problem is None else f"FAIL  {self.name}: {self.problem}"


class CheckFailed(Exception):
    """A problem and its remedy, in a sentence for the operator."""


async def examine(settings: Settings, url: str) -> AsyncIterator[Finding]:
    """Yield one finding after another; the checks of the database are left out if it cannot be reached."""
    yield await _check("settings", lambda: _settings(settings))
    yield await _check("files and disk", lambda: _machine(settings))
    if settings.jwks:
        yield await _check("keys of tokens", lambda: _keys(str(settings.jwks)))
    if settings.smtp_url not in (None, "off"):
        yield await _check("mail", lambda: _mail(settings))
    async with AsyncExitStack() as stack:
        reached = await _check("database", lambda: _open(stack, settings, url))
        yield reached
        if reached.problem is not None:
            return
        for name, check in (
            ("database version", _version),
            ("pooler", _pooler),
            ("durability", _durability),
            ("migrations", _migrations),
            ("connections", lambda: _connections(settings)),
            ("clocks", _clocks),
            ("journal", lambda: _journal(url)),
            ("notifier", lambda: _notifier(settings, url)),
            ("gateways", lambda: _gateways(settings, url)),
            ("sending of refunds", _sending),
            ("figures", lambda: _figures(settings)),
        ):
            yield await _check(name, check)


async def _check(name: str, check: Callable[[], Awaitable[None]]) -> Finding:
    try:
        async with asyncio.timeout(TIME_LIMIT):
            await check()
    except (CheckFailed, OperatorError) as failed:
        return Finding(name, str(failed))
    except TimeoutError:
        return Finding(name, f"no answer within {TIME_LIMIT:g} s.")
    except Exception as error:  # the text of a library may contain an address with its password
        return Finding(name, f"failed with {type(error).__name__}.")
    return Finding(name, None)


async def _settings(settings: Settings) -> None:
    if not settings.production and settings.host not in ("127.0.0.1", "::1", "localhost"):
        raise CheckFailed(f"HOST is {settings.host} in development mode: set RETOUR_ENV=production.")
    if "*" in settings.cors_origins:
        raise CheckFailed("CORS_ORIGINS allows every website: name the origins that may call.")
    if settings.database_url and is_unsure_of_its_host(settings.database_url):
        raise CheckFailed(
            "DATABASE_URL names several hosts, and one may be a standby: add target_session_attrs=read-write."
        )


async def _machine(settings: Settings) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < LEAST_FILES:
        raise CheckFailed(f"only {hard} files may be open, and each connection needs one: raise `ulimit -n`.")
    if settings.database_url is None:
        free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
        if free < LEAST_FREE:
            raise CheckFailed(f"only {free >> 20} MiB are free for the embedded database: free some space.")


async def _keys(source: str) -> None:
    try:
        await KeySet(source).find(None, "RS256")
    except KeysUnavailable:
        raise CheckFailed("JWKS cannot be read, so its tokens are not accepted: check its address.") from None


async def _mail(settings: Settings) -> None:
    from gateways.mail.port import MailAway
    from gateways.mail.smtp import SmtpMailer

    letterhead_of(settings)
    return_path_of(settings)
    if settings.smtp_url is None or settings.smtp_url == "folder":
        return
    mailer = SmtpMailer(settings.smtp_url, seconds=TIME_LIMIT / 2)
    try:
        await mailer.check()
    except MailAway as away:
        raise CheckFailed(f"no mail server takes messages ({away}): check SMTP_URL.") from None
    finally:
        await mailer.close()


async def _open(stack: AsyncExitStack, settings: Settings, url: str) -> None:
    await database.open(url, pool_size=2, command_timeout=settings.statement_timeout)
    stack.push_async_callback(database.close)


async def _row(sql: str, *args: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(sql, list(args))
    return rows[0]


async def _version() -> None:
    row = await _row(
        "select current_setting('server_version_num')::int as number, current_setting('server_version') as text"
    )
    if row["number"] < OLDEST_POSTGRES:
        raise CheckFailed(f"PostgreSQL {row['text']} is older than 15: upgrade it.")


async def _pooler() -> None:
    """Statements that are prepared, and parameters that are set at the start, hold whatever lies in between."""
    try:
        async with asyncio.TaskGroup() as both:
            for number in range(2):
                both.create_task(_alternate(number))
    except* asyncpg.PostgresError as group:
        problem = next(filter(None, map(database.pooler_problem, group.exceptions)), None)
        raise CheckFailed(problem or f"prepared statements fail with {type(group.exceptions[0]).__name__}.") from None
    for name, wanted in (("plan_cache_mode", "force_generic_plan"), ("timezone", "UTC")):
        value = (await _row("select current_setting($1) as value", name))["value"]
        if value != wanted:
            raise CheckFailed(f"{name} is {value}: a pooler drops it; run `alter role … set {name} = '{wanted}'`.")
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        if (await _row("select current_setting($1) as value", name))["value"] == "0":
            raise CheckFailed(f"{name} is off: a pooler drops it; run `alter role … set {name} = '30s'`.")


async def _alternate(number: int) -> None:
    """Execute statements that are prepared on one connection, between others of another connection."""
    async with get_connection("default").acquire_connection() as connection:
        for _ in range(5):
            await connection.fetchval(f"select $1::int + {number}, pg_sleep(0.01)", number)


async def _durability() -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        row = await _row("select current_setting($1) as value", name)
        if row["value"] == "off":
            raise CheckFailed(f"{name} is off, so acknowledged changes can be lost in a power failure: switch it on.")


async def _migrations() -> None:
    if (await _row("select to_regclass('tortoise_migrations') is null as fresh"))["fresh"]:
        raise CheckFailed("the database is empty: run `python server.py migrate`.")
    await database.check_migrations()


async def _connections(settings: Settings) -> None:
    row = await _row("select current_setting('max_connections')::int as most")
    # for each process: the pool, two for the ledger, one for the journal and one for the notifier
    needed = settings.workers * (settings.pool_size + 4)
    if needed > row["most"] * 0.8:
        most = row["most"]
        raise CheckFailed(f"servers may open {needed} connections, the database allows {most}: raise max_connections.")


async def _clocks() -> None:
    skew = await clock_skew()
    if abs(skew) > SKEW:
        raise CheckFailed(f"the database's clock differs by {skew:+.1f} s: synchronize both with the same time server.")


async def clock_skew() -> float:
    """Seconds by which the database's clock is ahead of this machine's."""
    before = time.time()
    theirs = await database.now()
    return theirs.timestamp() - (before + time.time()) / 2


async def watch_clocks(every: float = LOOK_EVERY) -> None:
    """Look at the clocks again and again until canceled, and warn when they begin to differ, and every hour after."""
    warned: float | None = None
    while True:
        await asyncio.sleep(every)
        try:
            await _clocks()
            warned = None
        except CheckFailed as failed:
            if warned is None or time.monotonic() - warned > 3600:
                log.warning("Clocks: %s", failed)
                warned = time.monotonic()
        except Exception as error:
            if not is_outage(error):
                log.exception("The clocks could not be compared")


@asynccontextmanager
async def clocks_watched() -> AsyncIterator[None]:
    """Watch the clocks until the block is left."""
    task = asyncio.create_task(watch_clocks(), name="clocks")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _journal(url: str) -> None:
    reader = Reader(url, connect=database.connect)
    journal = Journal(reader.execute, notifier_of("process", url))
    try:
        await journal.head()
        lag = await journal.lag()
        holder = await journal.holder() if lag > LATE_EVENTS else None
    finally:
        await reader.close()
    if lag > LATE_EVENTS:
        by = f"{holder}. {_remedy(holder)}" if holder else "a transaction that has just ended."
        raise CheckFailed(f"subscribers have not received events for {lag:.0f} s, held back by {by}")


def _remedy(holder: Holder) -> str:
    if holder.gid is not None:
        return f"End it with COMMIT PREPARED or ROLLBACK PREPARED '{holder.gid}'."
    return f"End it with pg_terminate_backend({holder.pid})."


async def _notifier(settings: Settings, url: str) -> None:
    """Notify through one notifier and listen at another, as two processes would."""
    notifying, listening = (
        notifier_of(settings.notifier_url, url, connect=database.connect) for _ in ("notifying", "listening")
    )
    if not isinstance(notifying, RemoteNotifier):
        return  # this notifier works within one process only
    try:
        await listening.start()
        await notifying.start()
        await listening.wait(TIME_LIMIT / 3)  # a new connection wakes its listener once
        for _ in range(3):
            notifying.notify()
            began = time.monotonic()
            await listening.wait(TIME_LIMIT / 6)
            if time.monotonic() - began < TIME_LIMIT / 6 - 0.1:
                return
        raise CheckFailed("a notification did not arrive, so other processes learn of events late: check NOTIFIER_URL.")
    finally:
        await notifying.close()
        await listening.close()


async def _gateways(settings: Settings, url: str) -> None:
    """Read one credit of each gateway."""
    async with gateways_of(settings, url) as gateways:
        for name, gateway in gateways.items():
            try:
                async for _ in gateway.credits(datetime.now(UTC) - timedelta(minutes=1)):
                    break
            except Exception as error:
                raise CheckFailed(
                    f"{name} does not show its credits ({type(error).__name__}): check its key."
                ) from error


async def _sending() -> None:
    paused = await RefundPause.get_or_none(resumed_at=None)
    if paused is not None:
        since = f"{paused.paused_at:%Y-%m-%d %H:%M} UTC by {paused.paused_by}"
        raise CheckFailed(f"paused since {since} ({paused.reason}): `resumeRefunds` lifts the pause.")


async def _figures(settings: Settings) -> None:
    counted = await FigureCursor.get(id=1)
    if counted.zone not in (None, settings.market_zone):
        raise CheckFailed(
            f"they count days of {counted.zone}, and MARKET_ZONE is {settings.market_zone}: run `python server.py "
            "recount` with all archives."
        )


async def print_findings(settings: Settings, url: str, echo: Callable[[str], None]) -> bool:
    """Print each finding as it is made; returns whether there is no problem."""
    healthy = True
    async for finding in examine(settings, url):
        echo(str(finding))
        healthy = healthy and finding.problem is None
    return healthy
