"""Seats in the browser: each a context of its own, signed in by a click, watched for whatever goes wrong."""

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

from tests.live.process import Server

LAPTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
PATIENCE = 15_000  # ms, for what comes by itself on a busy machine

expect.set_options(timeout=PATIENCE)


@dataclass  # without slots: Playwright hangs something of its own on whoever listens
class Watch:
    """What a context did that nobody wants."""

    hosts: frozenset[str]
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Listen from now on. What breaks the content security policy is said on the console."""
        context.on("weberror", self._failed)
        context.on("console", self._said)
        context.on("request", self._asked)

    def _failed(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc not in self.hosts:
            self.strangers.append(request.url)


@dataclass(frozen=True, slots=True)
class Shop:
    """A served demo marketplace and a browser to visit it with."""

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
        friend: str | None = None,
        complaints: bool = False,
        token: str | None = None,
        viewport: ViewportSize = LAPTOP,
    ) -> AsyncIterator[Page]:
        """A page in a context of its own; at the end, nothing must have gone wrong, and no other host been asked.

        `complaints` says that the console may show errors, because the test makes some, `friend` is the address of
        another host that may be asked. Who brings a token is signed in.
        """
        address = address or self.server.address
        watch = Watch(frozenset(urlsplit(one).netloc for one in (address, friend or address)))
        context = await self.browser.new_context(viewport=viewport, locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        if token:
            keep = f"sessionStorage['retour.token'] ??= {json.dumps(token)}"
            await context.add_init_script(f"if (location.protocol !== 'about:') {keep}")
        try:
            page = await context.new_page()
            await page.goto(address + path)
            yield page
            assert complaints or not watch.complaints, f"The console shows {watch.complaints}"
            assert not watch.strangers, f"Another host was asked: {watch.strangers}"
        finally:
            await context.close()

    @asynccontextmanager
    async def seat(
        self, person: str, *, address: str | None = None, click: bool = False, complaints: bool = False
    ) -> AsyncIterator[Page]:
        """The console with this person signed in, live: by a click, or with a token from the start."""
        token = None if click else await self.token(person)
        async with self.page("/", address=address, complaints=complaints, token=token) as page:
            if click:
                await page.get_by_role("button", name=f"Sign in as {person}").click()
            await is_live(page)
            yield page

    async def token(self, person: str) -> str:
        """What the demo hands out to whoever takes this person's seat."""
        people = (await self.server.http.get("/demo/people")).json()["people"]
        (id,) = [one["id"] for one in people if one["name"] == person]
        return str((await self.server.http.post("/demo/token", json={"person": id})).json()["token"])


async def is_live(page: Page) -> None:
    """The connection light is green."""
    await expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()


async def choose(page: Page, label: str, option: str) -> None:
    """Take an option of a drop-down."""
    await page.get_by_role("button", name=label).click()
    await page.get_by_role("option", name=option, exact=True).click()
