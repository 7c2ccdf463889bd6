"""First loads of the console in a real browser, with an empty cache: `python -m benchmarks.console`.

Prints a table of its pages: what comes over the network, how far things move (CLS), and when the largest part of the
page is drawn (LCP), on this machine and on slow 4G (1.6 Mbit/s, 150 ms a round trip) with a quarter of the processor.
Each page is visited several times; the median counts.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.async_api import Page, async_playwright

from domain.facts import Actor
from tests.live.process import serving
from tests.web.browser import start
from tests.web.demo_shop import Shop
from tests.web.test_page_weight import Shown, pages, watch

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}  # ms, bytes/s
SLOWER = 4
TIMEOUT = 60_000  # ms


@dataclass(frozen=True, slots=True)
class Visit:
    """One first load: bytes and files over the network, layout shift, and milliseconds to the largest part."""

    weight: int
    files: int
    shift: float
    largest: float


async def throttle(page: Page) -> None:
    """Slow the network and the processor of this page."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_4G)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


async def visit(shop: Shop, path: str, actor: Actor | None, shown: Shown, *, slow: bool) -> Visit:
    """A first load until the network is idle."""
    token = shop.server.token(actor) if actor else None
    async with shop.page("/console/config.json", token=token) as page:
        page.set_default_timeout(TIMEOUT)
        if slow:
            await throttle(page)
        seen = await watch(page)
        await page.goto(shop.server.address + path)
        await shown(page)
        await page.wait_for_load_state("networkidle")
        return Visit(*await seen())


async def measure(shop: Shop, rounds: int, names: Sequence[str]) -> None:
    """Visit each page and print its line."""
    print("| page | bytes | files | CLS | LCP | LCP, slow 4G and a quarter of the processor |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, (path, actor, shown) in (await pages(shop)).items():
        if name == "too-large" or (names and name not in names):
            continue
        quick = [await visit(shop, path, actor, shown, slow=False) for _ in range(rounds)]
        slow = [await visit(shop, path, actor, shown, slow=True) for _ in range(rounds)]
        cells = (
            f"{median(seen.weight for seen in quick):,.0f}",
            f"{median(seen.files for seen in quick):.0f}",
            f"{max(seen.shift for seen in (*quick, *slow)):.3f}",
            f"{median(seen.largest for seen in quick) / 1000:.2f} s",
            f"{median(seen.largest for seen in slow) / 1000:.2f} s",
        )
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", help="names of pages, as in tests/web/test_page_weight.py; all by default")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        # without a database URL, the server starts its own database and creates the demo
        async with serving("", Path(home)) as server, async_playwright() as playwright:
            browser = await start(playwright)
            await measure(Shop(browser, server, "", Path(home)), options.rounds, options.pages)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
