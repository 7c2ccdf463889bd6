"""What people do on the console's pages, click by click."""

from playwright.async_api import Locator, Page, expect

from tests.web.seats import choose

RECEIVED = "Your request has been received and is under evaluation."
POLICY = "I accept that I read and understand the Return Policy"


async def open_order(page: Page, *things: str, status: str) -> str:
    """Open, under My Orders, the order of these things; its number."""
    card = page.get_by_role("listitem").filter(has_text=status).filter(has=page.get_by_role("heading"))
    for thing in things:
        card = card.filter(has_text=thing)
    link = card.get_by_role("link")
    number = (await link.inner_text()).removeprefix("Order ")
    await link.click()
    await expect(page.get_by_role("heading", name=f"Order {number}", level=1)).to_be_visible()
    return number


async def pick(page: Page, thing: str, reason: str) -> None:
    """Return This Item, for a reason."""
    await page.get_by_role("button", name=f"Return This Item: {thing}").click()
    await choose(page, f"Reason for {thing}", reason)


async def send(page: Page) -> None:
    """Return Selected Items, whatever comes of it."""
    await page.get_by_role("button", name="Return Selected Items").click()


async def ask_for(page: Page, thing: str, reason: str) -> str:
    """Return This Item, a reason, the policy, Return Selected Items; the request's number."""
    await pick(page, thing, reason)
    await page.get_by_role("button", name=POLICY).click()
    await send(page)
    await expect(page.get_by_role("status").filter(has_text=RECEIVED)).to_be_visible()
    heading = page.get_by_role("article").get_by_role("heading").filter(has_text="Request")
    return (await heading.inner_text()).removeprefix("Request ")


def row_of(page: Page, number: str) -> Locator:
    """The row of a table that leads to what has this number."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=number, exact=True))


def request_of(page: Page, number: str) -> Locator:
    """A request with its details."""
    return page.get_by_role("article", name=f"Request {number}", exact=True)
