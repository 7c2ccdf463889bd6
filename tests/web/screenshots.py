"""Take the screenshots of the README: `make screenshots` writes docs/screenshots/*.png from its own demo."""

import asyncio
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright

from tests.live.process import serving
from tests.web.browser import start
from tests.web.demo_shop import PHONE, Shop
from tests.web.walkthroughs import WALKTHROUGHS

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WINDOW: ViewportSize = {"width": 1440, "height": 900}
ON_A_PHONE = frozenset({"return-this-item", "requests"})  # also taken on a phone, in dark mode
WHOLE = frozenset({"order", "goods", "way-back", "kept"})  # what they show is at the bottom of the page
COLORS = 128


async def take(page: Page, name: str) -> None:
    """Save the visible part of a page, or the whole page, with a small palette of colors."""
    await page.evaluate("document.activeElement?.blur()")
    await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    shot = Image.open(io.BytesIO(await page.screenshot(full_page=name in WHOLE, animations="disabled")))
    palette = shot.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    palette.save(FOLDER / f"{name}.png", optimize=True)


async def take_all(shop: Shop) -> None:
    """Visit every page and take its screenshots."""
    for walkthrough in WALKTHROUGHS:
        async with walkthrough.enter(shop) as page:
            for name, go in walkthrough.steps.items():
                await page.set_viewport_size(WINDOW)
                await page.emulate_media(color_scheme="light")
                await go(page)
                await take(page, name)
                if name in ON_A_PHONE:
                    await page.set_viewport_size(PHONE)
                    await page.emulate_media(color_scheme="dark")
                    await take(page, f"{name}-phone")


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as home:
        # without a database URL, the server starts its own database and creates the demo
        async with serving("", Path(home)) as server, async_playwright() as playwright:
            browser = await start(playwright)
            await take_all(Shop(browser, server, "", Path(home)))
            await browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} screenshots in docs/screenshots")


if __name__ == "__main__":
    asyncio.run(main())
