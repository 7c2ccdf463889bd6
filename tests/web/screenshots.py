"""Takes the pictures of the README: `make screenshots` writes docs/screenshots/*.png from a demo of its own."""

import asyncio
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright

from tests.live.process import serving
from tests.web.browser import start
from tests.web.seats import PHONE, Shop
from tests.web.tours import TOURS

PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"
WINDOW: ViewportSize = {"width": 1200, "height": 760}
ON_A_PHONE = frozenset({"return-this-item", "requests"})  # these also small and dark
WHOLE = frozenset({"order"})  # the plan stands at the bottom of the page
COLOURS = 128


async def take(page: Page, name: str) -> None:
    """Write what the window shows, or all that can be scrolled to; so few colours need no more than a palette."""
    await page.evaluate("document.activeElement?.blur()")
    await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    shot = Image.open(io.BytesIO(await page.screenshot(full_page=name in WHOLE, animations="disabled")))
    palette = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(PICTURES / f"{name}.png", optimize=True)


async def tour(shop: Shop) -> None:
    """Visit every page."""
    for one in TOURS:
        async with one.enter(shop) as page:
            for name, go in one.stops.items():
                await page.set_viewport_size(WINDOW)
                await page.emulate_media(color_scheme="light")
                await go(page)
                await take(page, name)
                if name in ON_A_PHONE:
                    await page.set_viewport_size(PHONE)
                    await page.emulate_media(color_scheme="dark")
                    await take(page, f"{name}-phone")


async def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as home:
        # without an address of a database, the server starts its own and makes the demo
        async with serving("", Path(home)) as server, async_playwright() as playwright:
            browser = await start(playwright)
            await tour(Shop(browser, server, "", Path(home)))
            await browser.close()
    print(f"{len(list(PICTURES.glob('*.png')))} pictures in docs/screenshots")


if __name__ == "__main__":
    asyncio.run(main())
