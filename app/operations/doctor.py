"""Looks at everything a server needs before it serves, and says of each thing whether it is well.

Nothing is changed: no table is made, no money moved, no row written.
"""

import asyncio
import resource
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tortoise.connection import get_connection

import database
from app.auth.jwks import KeySet, KeysUnavailable
from app.workers import gateways_of
from events.journal import Journal
from events.notifier import RemoteNotifier, notifier_of
from events.reader import Reader
from settings import OperatorError, Settings

OLDEST_POSTGRES = 150_000
SKEW = 5.0
"""Seconds that the database's clock and this machine's may differ: due times are compared with both."""
BACKLOG = 60.0
"""Seconds that a transaction may hold the journal back."""
LEAST_FREE = 1 << 30
LEAST_FILES = 4_096
PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what is wrong with it, if anything is."""

    name: str
    trouble: str | None

    def __str__(self) -> str:
        return f"ok    {self.name}" if self.trouble is None else f"FAIL  {self.name}: {self.trouble}"


class Trouble(Exception):
    """What is wrong, in a sentence for the operator, who also learns from it what to do."""


async def examine(settings: Settings, url: str) -> AsyncIterator[Finding]:
    """One finding after the other; what needs the database is left out when it is away."""
    yield await _look("settings", lambda: _settings(settings))
    yield await _look("files and disk", lambda: _machine(settings))
    if settings.jwks:
        yield await _look("keys of tokens", lambda: _keys(str(settings.jwks)))
    async with AsyncExitStack() as stack:
        reached = await _look("database", lambda: _open(stack, settings, url))
        yield reached
        if reached.trouble is not None:
            return
        for name, check in (
            ("database version", _version),
            ("durability", _durability),
            ("migrations", _migrations),
            ("connections", lambda: _connections(settings)),
            ("clocks", _clocks),
            ("journal", lambda: _journal(url)),
            ("notifier", lambda: _notifier(settings, url)),
            ("gateways", lambda: _gateways(settings, url)),
        ):
            yield await _look(name, check)


async def _look(name: str, check: Callable[[], Awaitable[None]]) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            await check()
    except (Trouble, OperatorError) as trouble:
        return Finding(name, str(trouble))
    except TimeoutError:
        return Finding(name, f"no answer within {PATIENCE:g} s.")
    except Exception as error:  # a text of a library may hold an address with its password
        return Finding(name, f"failed with {type(error).__name__}.")
    return Finding(name, None)


async def _settings(settings: Settings) -> None:
    if not settings.production and settings.host not in ("127.0.0.1", "::1", "localhost"):
        raise Trouble(f"HOST is {settings.host} in development mode: set RETOUR_ENV=production.")
    if "*" in settings.cors_origins:
        raise Trouble("CORS_ORIGINS lets every site of the web call: name those that may.")


async def _machine(settings: Settings) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < LEAST_FILES:
        raise Trouble(f"only {hard} files may be open, and each connection is one: raise `ulimit -n`.")
    if settings.database_url is None:
        free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
        if free < LEAST_FREE:
            raise Trouble(f"only {free >> 20} MiB are free where the embedded database lives.")


async def _keys(source: str) -> None:
    try:
        await KeySet(source).find(None, "RS256")
    except KeysUnavailable:
        raise Trouble("JWKS cannot be read: no token of the identity provider will be accepted.") from None


async def _open(stack: AsyncExitStack, settings: Settings, url: str) -> None:
    await database.open(url, pool_size=2, command_timeout=settings.statement_timeout)
    stack.push_async_callback(database.close)


async def _ask(sql: str, *args: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(sql, list(args))
    return rows[0]


async def _version() -> None:
    row = await _ask(
        "select current_setting('server_version_num')::int as number, current_setting('server_version') as text"
    )
    if row["number"] < OLDEST_POSTGRES:
        raise Trouble(f"PostgreSQL {row['text']} is older than 15.")


async def _durability() -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        row = await _ask("select current_setting($1) as value", name)
        if row["value"] == "off":
            raise Trouble(f"{name} is off: what was acknowledged can be lost when the power fails.")


async def _migrations() -> None:
    if (await _ask("select to_regclass('tortoise_migrations') is null as fresh"))["fresh"]:
        raise Trouble("the database is empty: run `python server.py migrate`.")
    await database.check_migrations()


async def _connections(settings: Settings) -> None:
    row = await _ask("select current_setting('max_connections')::int as most")
    # of each process the pool, two for the ledger, and one each for the journal and the notifier
    needed = settings.workers * (settings.pool_size + 4)
    if needed > row["most"] * 0.8:
        raise Trouble(f"these servers may open {needed} connections, and the database allows {row['most']} in all.")


async def _clocks() -> None:
    before = time.time()
    theirs: datetime = (await _ask("select clock_timestamp() as now"))["now"]
    skew = theirs.timestamp() - (before + time.time()) / 2
    if abs(skew) > SKEW:
        raise Trouble(f"the database's clock differs by {skew:+.1f} s: let both follow the same time server.")


async def _journal(url: str) -> None:
    reader = Reader(url)
    journal = Journal(reader.execute, notifier_of("process", url))
    try:
        await journal.head()
        held = await journal.backlog()
    finally:
        await reader.close()
    if held > BACKLOG:
        raise Trouble(f"a transaction of {held:.0f} s holds the events back: see pg_stat_activity.")


async def _notifier(settings: Settings, url: str) -> None:
    """Ring one notifier and listen at another, as two processes would."""
    ringing, listening = notifier_of(settings.notifier_url, url), notifier_of(settings.notifier_url, url)
    if not isinstance(ringing, RemoteNotifier):
        return  # within one process there is nothing to reach
    try:
        await listening.start()
        await ringing.start()
        await listening.wait(PATIENCE / 3)  # a line that is opened rings by itself
        for _ in range(3):
            ringing.notify()
            began = time.monotonic()
            await listening.wait(PATIENCE / 6)
            if time.monotonic() - began < PATIENCE / 6 - 0.1:
                return
        raise Trouble("a notify was not wake: other processes would learn of events late. See NOTIFIER_URL.")
    finally:
        await ringing.close()
        await listening.close()


async def _gateways(settings: Settings, url: str) -> None:
    """Read one line of each book."""
    async with gateways_of(settings, url) as gateways:
        for name, gateway in gateways.items():
            try:
                async for _ in gateway.credits(datetime.now(UTC) - timedelta(minutes=1)):
                    break
            except Exception as error:
                raise Trouble(f"{name} does not show its credits ({type(error).__name__}).") from error


async def print_findings(settings: Settings, url: str, say: Callable[[str], None]) -> bool:
    """Say each finding as it comes; whether all is well."""
    well = True
    async for finding in examine(settings, url):
        say(str(finding))
        well = well and finding.trouble is None
    return well
