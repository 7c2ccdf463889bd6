"""Pages of the demo marketplace: each in its own browser context, signed in, and monitored for errors."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    WebError,
    expect,
)

from app.workers import working
from settings import Settings
from tests.live.process import Server
from tests.web.polling import look_often
from tests.web.words import ENGLISH, Words

LAPTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
STRIPE_SECRET = "whsec_of_the_tests"
LISTS = {"customer": "/store/orders", "seller": "/seller/packages", "owner": "/owner/orders"}
"""The list of each role that its home leads to."""
REFUSED = {"errors": [{"message": "The token has expired.", "extensions": {"code": "UNAUTHENTICATED"}}]}
"""What the server answers to a token that has expired."""
TIMEOUT = 15_000  # ms, for live updates on a busy machine

expect.set_options(timeout=TIMEOUT)
look_often()


@dataclass  # without slots: Playwright sets attributes on objects that listen
class Monitor:
    """The errors of a browser context, and its requests to other hosts."""

    hosts: frozenset[str]
    errors: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        """Listen from now on. The browser logs violations of the content security policy on its console."""
        context.on("weberror", self._on_error)
        context.on("console", self._on_message)
        context.on("request", self._on_request)

    def _on_error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def _on_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc not in self.hosts:
            self.foreign_requests.append(request.url)


@dataclass(frozen=True, slots=True)
class Shop:
    """A running demo marketplace and a browser to open it with."""

    browser: Browser
    server: Server
    database: str
    home: Path

    @asynccontextmanager
    async def page(
        self,
        path: str,
        *,
        address: str | None = None,
        other_host: str | None = None,
        expect_errors: bool = False,
        token: str | None = None,
        viewport: ViewportSize = LAPTOP,
        words: Words = ENGLISH,
    ) -> AsyncIterator[Page]:
        """A page in its own browser context. Afterwards, asserts that no error and no foreign request occurred.

        `expect_errors` allows errors on the console, `other_host` is the URL of another allowed host. With a
        `token`, the page is signed in. The browser asks for the language of the `words`.
        """
        address = address or self.server.address
        monitor = Monitor(frozenset(urlsplit(url).netloc for url in (address, other_host or address)))
        context = await self.browser.new_context(viewport=viewport, locale=words.locale, reduced_motion="reduce")
        context.set_default_timeout(TIMEOUT)
        monitor.listen(context)
        if token:
            keep = f"sessionStorage['retour.token'] ??= {json.dumps(token)}"
            await context.add_init_script(f"if (location.protocol !== 'about:') {keep}")
        try:
            page = await context.new_page()
            await page.goto(address + path)
            yield page
            assert expect_errors or not monitor.errors, f"The console shows {monitor.errors}"
            assert not monitor.foreign_requests, f"Requests to other hosts: {monitor.foreign_requests}"
        finally:
            await context.close()

    @asynccontextmanager
    async def signed_in(
        self,
        person: str,
        *,
        address: str | None = None,
        click: bool = False,
        expect_errors: bool = False,
        words: Words = ENGLISH,
    ) -> AsyncIterator[Page]:
        """The first list of this person, signed in, live: by a click, or by a token from the start."""
        listed = LISTS[(await self._id_of(person)).partition(":")[0]]
        token = None if click else await self.token(person)
        path = "/" if click else listed
        async with self.page(path, address=address, expect_errors=expect_errors, token=token, words=words) as page:
            if click:
                name = words.owner if person == "Owner" else person
                await page.get_by_role("button", name=words.sign_in_as.format(name)).click()
                await page.locator(f'nav a[href="{listed}"]').click()
            await is_live(page)
            yield page

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker that does what is due, in this process: one of its own would import all of Retour each time."""
        settings = Settings.read({"DATABASE_URL": self.database, "AUTO_CONFIRM_AFTER": "0.2"})
        async with working(settings, self.database):
            yield

    async def token(self, person: str) -> str:
        """A token of the demo for this person."""
        named = {"person": await self._id_of(person)}
        return str((await self.server.http.post("/demo/token", json=named)).json()["token"])

    async def _id_of(self, person: str) -> str:
        people = (await self.server.http.get("/demo/people")).json()["people"]
        (id,) = [entry["id"] for entry in people if entry["name"] == person]
        return str(id)


async def is_live(page: Page) -> None:
    """Wait until the page is live."""
    await expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()


async def choose(page: Page, label: str, option: str) -> None:
    """Select an option of a drop-down."""
    await page.get_by_role("button", name=label).click()
    await page.get_by_role("option", name=option, exact=True).click()
