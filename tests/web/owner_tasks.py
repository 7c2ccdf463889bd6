"""What owners do most."""

import asyncio
import re

from playwright.async_api import expect

from tests.web.customer_tasks import new_order
from tests.web.demo_shop import Shop
from tests.web.hand import Hand
from tests.web.orders import OWNER as MARKETPLACE
from tests.web.orders import STOVE, place
from tests.web.seat_task import Task
from tests.web.seller_tasks import dialog, done, one_return, rows, select, to_buttons

REQUESTS = "Cancellation/Return Requests"
_REQUEST = "query R($number: String!) { order(number: $number) { requests { id } } }"


async def cancellations(shop: Shop, count: int, provider: str = "ledger") -> str:
    """Cancellations that wait for the owner. Returns the number of an order with one."""

    async def one() -> str:
        order = await place(shop, {STOVE: 1}, provider=provider)
        await order.request(stove=1)
        return order.number

    return (await asyncio.gather(*(one() for _ in range(count))))[-1]


async def one_cancellation(shop: Shop) -> str:
    return await cancellations(shop, 1)


async def ten_cancellations(shop: Shop) -> str:
    return await cancellations(shop, 10)


async def failed_refund(shop: Shop) -> str:
    """A refund at a provider that Retour does not know. Returns the number of the order."""
    order = await place(shop, {STOVE: 1}, provider="vouchers")
    await order.request(stove=1)
    (request,) = (await shop.server.data(MARKETPLACE, _REQUEST, number=order.number))["order"]["requests"]
    values = {"transaction": "CANCEL", "requestId": request["id"], "confirm": True}
    await order.do(MARKETPLACE, "applyCancellation", "plans { id }", **values)
    return order.number


async def waiting_for(hand: Hand, name: str) -> None:
    """The requests that wait for somebody, the next deadline first."""
    await hand.go(REQUESTS)
    await hand.do(hand.page.get_by_role("main").get_by_role("link", name=f"Waiting for {name}"))
    await expect(hand.page).to_have_url(re.compile("waitingOn="))
    await expect(rows(hand).filter(has_not_text=name)).to_have_count(0)
    await expect(rows(hand).first).to_be_visible()


async def decide_next(hand: Hand, name: str, number: str = "") -> None:
    """Press a button of the first row that has it; with the keys, row by row until there."""
    row = rows(hand).filter(has=hand.page.get_by_role("button", name=name), has_text=number).first
    await expect(row).to_be_visible()
    if hand.keys:
        await hand.reach(row, by="j")
    await hand.do(row.get_by_role("button", name=name))


async def apply_next(hand: Hand, _: str) -> None:
    await waiting_for(hand, "Owner")
    await decide_next(hand, "Apply request")
    await hand.confirm(dialog(hand).get_by_role("button", name="Yes"))
    await done(hand)


async def apply_ten(hand: Hand, _: str) -> None:
    await waiting_for(hand, "Owner")
    await select(hand, 10)
    await hand.do(hand.page.get_by_role("button", name="Apply ").first)
    await hand.confirm(dialog(hand).get_by_role("button", name="Apply "))
    await done(hand, "Applied: ")


async def confirm_in_place(hand: Hand, _: str) -> None:
    await waiting_for(hand, "Seller")
    await decide_next(hand, "Confirm request")
    await hand.write(dialog(hand).get_by_role("textbox", name="Note"), "The seller is on holiday.")
    await hand.confirm(dialog(hand).get_by_role("button", name="Confirm", exact=True))
    await done(hand)


async def see_next(hand: Hand, _: str) -> None:
    """All about a request beside the list, then the one below it, then the list again."""
    await hand.go(REQUESTS)
    details = hand.page.get_by_role("region", name="Details")
    await expect(rows(hand).nth(1)).to_be_visible()
    if hand.keys:
        await hand.press("j", "Enter")
    else:
        await hand.do(rows(hand).nth(0).get_by_role("cell").nth(1))
    await expect(details.get_by_role("heading", name="Request")).to_be_visible()
    if hand.keys:
        await hand.press("j", "Escape")
    else:
        await hand.do(rows(hand).nth(1).get_by_role("cell").nth(1))
        await hand.do(details.get_by_role("button", name="Close"))
    await expect(details).to_have_count(0)


async def overdue(hand: Hand, _: str) -> None:
    await hand.go(REQUESTS)
    await hand.select(hand.page.get_by_role("combobox", name="Transaction"), "Refund")
    await hand.select(hand.page.get_by_role("combobox", name="Deadline"), "Overdue")
    await hand.write(hand.page.get_by_role("combobox", name="Seller"), "Alpina Outdoor")
    await expect(hand.page).to_have_url(re.compile("due=.*seller|seller.*due="))
    await expect(rows(hand).first).to_contain_text("Alpina Outdoor")


async def export(hand: Hand, number: str) -> None:
    await overdue(hand, number)
    hand.count = 0
    async with hand.page.expect_download():
        if hand.keys:
            await hand.press("Tab")  # out of the field of the seller
        await to_buttons(hand)
        await hand.do(hand.page.get_by_role("button", name="Export as CSV"))


async def retry(hand: Hand, number: str) -> None:
    await hand.go("Refunds")
    await decide_next(hand, "Retry", number)
    await done(hand, "The refund is sent again")


async def settle(hand: Hand, number: str) -> None:
    await hand.go("Refunds")
    await decide_next(hand, "Settle", number)
    await hand.write(dialog(hand).get_by_role("textbox"), f"Transfer for {number}")
    await hand.confirm(dialog(hand).get_by_role("button", name="Settle"))
    await done(hand, f"Transfer for {number}")


async def find_order(hand: Hand, number: str) -> None:
    """By its number, a name, or an address."""
    if hand.keys:
        await hand.find(number, f"Order {number}")
    else:
        await hand.go("Orders")
        await hand.write(hand.page.get_by_role("searchbox", name="Search"), number)
        await hand.do(hand.page.get_by_role("link", name=number, exact=True))
    await expect(hand.page.get_by_role("heading", name=f"Order {number}", level=1)).to_be_visible()


async def reject_next(hand: Hand, _: str) -> None:
    await waiting_for(hand, "Owner")
    await decide_next(hand, "Reject request")
    await hand.write(dialog(hand).get_by_role("textbox"), "It has left already.")
    await hand.confirm(dialog(hand).get_by_role("button", name="Reject", exact=True))
    await done(hand)


OWNER = (
    Task("List the overdue returns of one seller", overdue),
    Task("Take that list as a file", export),
    Task("Apply the cancellation that is due next", apply_next, one_cancellation),
    Task("Reject one, with a reason", reject_next, one_cancellation),
    Task("Apply ten at once", apply_ten, ten_cancellations),
    Task("Confirm a return in the place of its seller", confirm_in_place, one_return),
    Task("Read a request beside the list, then the next", see_next),
    Task("Find an order", find_order, new_order),
    Task("Retry a refund that has failed", retry, failed_refund),
    Task("Settle it another way", settle, failed_refund),
)
