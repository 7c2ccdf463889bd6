"""One browser for the whole run, and for each module a real server on a fresh copy of the demo marketplace."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from playwright.async_api import Browser, async_playwright

import database as db
from app.pages.assets import DIST
from database.embedded import Cluster
from services.demo import make_demo
from services.figures import Counting
from tests.databases import fresh
from tests.live.process import serving
from tests.web.browser import start
from tests.web.demo_shop import STRIPE_SECRET, Shop


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A running Chromium."""
    async with async_playwright() as playwright:
        browser = await start(playwright)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def demo(administration: asyncpg.Connection, cluster: Cluster, template: str) -> AsyncIterator[str]:
    """The name of a database with the demo marketplace, to be copied."""
    assert (DIST / "graphiql" / "index.html").exists(), "The console has not been built: run `make web`."
    async with fresh(administration, cluster, template) as url:
        await db.open(url)
        try:
            await make_demo(datetime.now(UTC))
            while await Counting("UTC").count():
                pass
        finally:
            await db.close()
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """The environment variables of the module's server. A module overrides them with a fixture of this name."""
    return {"WORKER": "off", "DEMO": "on", "STRIPE_WEBHOOK_SECRET": STRIPE_SECRET}


@pytest.fixture(scope="module")
async def shop(
    administration: asyncpg.Connection,
    cluster: Cluster,
    demo: str,
    browser: Browser,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Shop]:
    """A running server on demo data that only this module changes, and a browser for it."""
    home: Path = tmp_path_factory.mktemp("home")
    async with (
        fresh(administration, cluster, demo) as url,
        serving(url, home, **environment) as server,
    ):
        yield Shop(browser, server, url, home)
