"""What each seat does most, and how many clicks or keys it takes: `python -m tests.web.tasks`, from its own demo."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from tests.live.process import serving
from tests.web.browser import start
from tests.web.customer_tasks import CUSTOMER
from tests.web.demo_shop import Shop
from tests.web.hand import MEANS, Hand, Means
from tests.web.owner_tasks import OWNER
from tests.web.seat_task import Task
from tests.web.seller_tasks import SELLER


@dataclass(frozen=True, slots=True)
class Seat:
    name: str
    person: str
    home: str
    tasks: Sequence[Task]


SEATS = (
    Seat("Customer", "Ada Brandt", "/store", CUSTOMER),
    Seat("Seller", "Alpina Outdoor", "/seller", SELLER),
    Seat("Owner", "Owner", "/owner", OWNER),
)


async def count(shop: Shop, seat: Seat, task: Task, means: Means) -> int:
    """Do it in a new session, from the seat's first page."""
    subject = await task.prepare(shop)
    async with shop.page(seat.home, token=await shop.token(seat.person)) as page:
        hand = Hand(page, means)
        await page.get_by_role("heading", level=1).wait_for()
        await task.act(hand, subject)
        return hand.count


async def count_all(shop: Shop) -> None:
    """Print the table of docs/desk.md."""
    wanted = {*sys.argv[1:]} or {seat.name for seat in SEATS}
    for seat in SEATS:
        if seat.name not in wanted:
            continue
        print(f"\n| {seat.name} | Clicks | Keys |\n| --- | --- | --- |")
        for task in seat.tasks:
            clicks, keys = [await count(shop, seat, task, means) for means in MEANS]
            print(f"| {task.name} | {clicks} | {keys} |", flush=True)


async def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        # without a database URL, the server starts its own database and creates the demo
        async with serving("", Path(home), PAYMENT_PROVIDERS="vouchers") as server, async_playwright() as playwright:
            browser = await start(playwright)
            await count_all(Shop(browser, server, "", Path(home)))
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
