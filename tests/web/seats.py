"""The three seats of one flow, each a page of the console, in one language."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.web.console_actions import row_with
from tests.web.demo_shop import Shop
from tests.web.words import Words


@dataclass(frozen=True, slots=True)
class Seats:
    """Store, Omnitron and Seller Center, with the words that their people read, and the product that it is about."""

    words: Words
    product: str
    store: Page
    omnitron: Page
    seller_center: Page

    def button(self, place: Page | Locator, text: str, *gap: str) -> Locator:
        """A button by its whole name."""
        return place.get_by_role("button", name=text.format(*gap), exact=True)

    def article(self, page: Page, number: str) -> Locator:
        """The article about a request."""
        return page.get_by_role("article", name=self.words.request.format(number), exact=True)

    def plan(self, number: str) -> Locator:
        """The plan of a request, as the owner sees it."""
        return self.omnitron.get_by_role("article", name=self.words.plan.format(number))

    def row(self, number: str, page: Page | None = None) -> Locator:
        """The row of a list, the owner's unless said otherwise, with a link of this number."""
        return row_with(page or self.omnitron, number)

    def item(self, product: str = "") -> Locator:
        """The line of a product on an order's page in the Store."""
        heading = self.store.get_by_role("heading", name=product or self.product, level=3)
        return self.store.get_by_role("listitem").filter(has=heading)

    async def my_orders(self) -> None:
        """The Store's section "My Orders"."""
        await self.store.get_by_role("navigation").get_by_role("link", name=self.words.my_orders).first.click()
        await expect(self.store.get_by_role("heading", name=self.words.my_orders, level=1)).to_be_visible()

    async def open_order(self, *texts: str) -> str:
        """My Orders → the order with these products and this status. Returns its number."""
        await self.my_orders()
        card = self.store.get_by_role("listitem").filter(has=self.store.get_by_role("heading"))
        for text in texts:
            card = card.filter(has_text=text)
        link = card.get_by_role("link")
        number = (await link.inner_text()).removeprefix(self.words.order.format(""))
        await link.click()
        await expect(self.store.get_by_role("heading", name=self.words.order.format(number), level=1)).to_be_visible()
        return number

    async def select_reason(self, reason: str) -> str:
        """Return This Item, and a reason of the drop-down. Returns the refund that is expected."""
        await self.button(self.store, self.words.return_item, self.product).click()
        await self.store.get_by_role("button", name=self.words.reason_for.format(self.product)).click()
        await self.store.get_by_role("option", name=reason, exact=True).click()
        expected = self.store.get_by_role("region", name=self.words.expected_refund)
        await expect(expected).to_contain_text(self.product)
        return await expected.locator(".sum .money").inner_text()

    async def return_selected(self) -> None:
        """The policy, and Return Selected Items."""
        await self.button(self.store, self.words.policy).click()
        await self.button(self.store, self.words.return_selected).click()

    async def received(self) -> str:
        """The success message. Returns the number of the request."""
        message = self.store.get_by_role("status").filter(has_text=self.words.received)
        await expect(message).to_be_visible()
        request = self.store.get_by_role("article").filter(has_text=self.product)
        heading = request.get_by_role("heading", level=3)
        return (await heading.inner_text()).removeprefix(self.words.request.format(""))


@asynccontextmanager
async def seated(shop: Shop, words: Words, product: str, *, seller: str) -> AsyncIterator[Seats]:
    """Ada, the owner and a seller, signed in by a click."""
    async with (
        shop.signed_in("Ada Brandt", click=True, words=words) as store,
        shop.signed_in("Owner", click=True, words=words) as omnitron,
        shop.signed_in(seller, click=True, words=words) as seller_center,
    ):
        yield Seats(words, product, store, omnitron, seller_center)
