"""How long a list of a hundred rows keeps the browser busy: `python -m tests.web.long_tasks`, from its own demo."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from tests.live.process import serving
from tests.web.browser import start
from tests.web.demo_shop import Shop
from tests.web.orders import STOVE, place

ROWS = 100
LIMIT = 50  # ms; what a browser calls a long task
_WATCH = """globalThis.tasks = []; new PerformanceObserver(list => tasks.push(
  ...list.getEntries().map(entry => Math.round(entry.duration)))).observe({ type: 'longtask', buffered: true })"""
_SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300))))"
_TAKE = f"{_SETTLED}.then(() => tasks.splice(0))"


async def scroll(page: Page) -> None:
    for _ in range(20):
        await page.mouse.wheel(0, 400)
        await page.wait_for_timeout(30)


async def walk(page: Page) -> None:
    """From row to row, and every second one is selected."""
    for step in range(60):
        await page.keyboard.press("j")
        if step % 2:
            await page.keyboard.press("x")


async def select_all(page: Page) -> None:
    await page.get_by_role("checkbox", name="selected").check()
    await page.get_by_role("checkbox", name=f"{ROWS} selected").uncheck()


async def measure(shop: Shop) -> None:
    """Print the longest task of each step, beside how many were too long."""
    orders = [await place(shop, {STOVE: 1}) for _ in range(ROWS)]
    for order in orders:
        await order.request(stove=1)
    async with shop.signed_in("Owner") as page:
        await page.add_init_script(_WATCH)
        await page.goto(f"{shop.server.address}/owner/requests?size={ROWS}")
        await expect(page.get_by_role("rowheader")).to_have_count(ROWS)
        print(f"{'show':12} {await page.evaluate(_TAKE)} ms: the first time, with everything that is loaded")
        await page.get_by_role("heading", level=1).click()
        for step in (scroll, walk, select_all):
            await step(page)
            tasks = await page.evaluate(_TAKE)
            print(f"{step.__name__:12} tasks above {LIMIT} ms: {tasks or 'none'}")


async def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        # without a database URL, the server starts its own database and creates the demo
        async with serving("", Path(home)) as server, async_playwright() as playwright:
            browser = await start(playwright)
            await measure(Shop(browser, server, "", Path(home)))
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
