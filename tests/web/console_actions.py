"""What people do on the pages of the console, click by click."""

from playwright.async_api import Locator, Page, expect

from tests.web.demo_shop import choose

RECEIVED = "Your request has been received and is under evaluation."
POLICY = "I accept that I read and understand the Return Policy"


async def open_order(page: Page, *products: str, status: str) -> str:
    """Open the order of these products under My Orders. Returns the order's number."""
    card = page.get_by_role("listitem").filter(has_text=status).filter(has=page.get_by_role("heading"))
    for product in products:
        card = card.filter(has_text=product)
    link = card.get_by_role("link")
    number = (await link.inner_text()).removeprefix("Order ")
    await link.click()
    await expect(page.get_by_role("heading", name=f"Order {number}", level=1)).to_be_visible()
    return number


async def select_item(page: Page, product: str, reason: str) -> None:
    """Return This Item, and a reason."""
    await page.get_by_role("button", name=f"Return This Item: {product}").click()
    await choose(page, f"Reason for {product}", reason)


async def return_selected(page: Page) -> None:
    """Return Selected Items, whether it succeeds or not."""
    await page.get_by_role("button", name="Return Selected Items").click()


async def request_item(page: Page, product: str, reason: str) -> str:
    """Return This Item, a reason, the policy, Return Selected Items. Returns the request's number."""
    await select_item(page, product, reason)
    await page.get_by_role("button", name=POLICY).click()
    await return_selected(page)
    await expect(page.get_by_role("status").filter(has_text=RECEIVED)).to_be_visible()
    heading = page.get_by_role("article").get_by_role("heading").filter(has_text="Request")
    return (await heading.inner_text()).removeprefix("Request ")


def row_with(page: Page, number: str) -> Locator:
    """The table row with a link of this number."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=number, exact=True))


async def open_request(page: Page, number: str) -> None:
    """Open the page about a request from the list of requests."""
    await row_with(page, number).get_by_role("link", name=number, exact=True).click()
    await expect(page.get_by_role("heading", name=f"Request {number}", level=1)).to_be_visible()


def request_article(page: Page, number: str) -> Locator:
    """The article about a request."""
    return page.get_by_role("article", name=f"Request {number}", exact=True)
