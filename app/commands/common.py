"""Helpers of several commands: the secret, the database, and durations as people write them."""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from settings import Settings, SettingsError

T = TypeVar("T")


def secret_of(settings: Settings) -> str | None:
    """The key of HS256 tokens: SECRET, or in development a generated one; None if only JWKS is set.

    Raises SettingsError if production is given the development secret.
    """
    from app.auth.tokens import development_secret

    if not settings.production:
        return settings.secret or development_secret(settings.home)
    kept = settings.home / "secret"
    if settings.secret is not None and kept.exists() and kept.read_text().strip() == settings.secret:
        raise SettingsError("SECRET is the development secret in RETOUR_HOME: set another one for production.")
    return settings.secret


def database_url_of(settings: Settings) -> str:
    """The address of the database; starts the embedded one unless it is running. Raises EmbeddedError."""
    from database import embedded

    return settings.database_url or embedded.start(settings.home)


async def prepared(settings: Settings, url: str) -> list[str]:
    """Migrate the tables and create the first terms if there are none; returns the names of the applied migrations."""
    import database
    from services.terms import ensure_terms

    applied = await database.migrate(url, zone=settings.market_zone)
    await with_database(url, ensure_terms)
    return applied


async def with_database(url: str, work: Callable[[], Awaitable[T]], *, command_timeout: float | None = 6.0) -> T:
    """Run `work` with the database at `url` open, and return its result. Raises DatabaseUnreachable."""
    import database

    await database.open(url, pool_size=2, command_timeout=command_timeout)
    try:
        return await work()
    finally:
        await database.close()


def seconds(text: str, option: str) -> float:
    """A duration such as 90s, 30m, 8h or 7d, in seconds. Raises BadParameter."""
    match = re.fullmatch(r"([1-9][0-9]{0,8})([smhd])", text)
    if match is None:
        raise typer.BadParameter("must look like 90s, 30m, 8h or 7d.", param_hint=option)
    return int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]
