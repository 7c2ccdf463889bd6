"""What customers do most."""

import re

from playwright.async_api import Locator, expect

from tests.web.console_actions import POLICY, RECEIVED
from tests.web.demo_shop import Shop
from tests.web.hand import Hand
from tests.web.orders import STOVE, TENT, PlacedOrder, place
from tests.web.seat_task import Task
from tests.web.test_way_back import confirmed, set_terms


async def new_order(shop: Shop) -> str:
    return (await place(shop, {TENT: 1, STOVE: 1})).number


async def delivered_order(shop: Shop) -> str:
    order = await place(shop, {TENT: 1, STOVE: 1})
    await order.move("SHIPPED", "DELIVERED")
    return order.number


async def open_cancellation(shop: Shop) -> str:
    order = await place(shop, {STOVE: 1})
    await order.request(stove=1)
    return order.number


async def agreed_return(shop: Shop) -> PlacedOrder:
    """The goods have to be sent, with a label."""
    order, _ = await confirmed(shop, method="MAIL")
    await set_terms(order, None)
    return order


async def returning(shop: Shop) -> str:
    return (await agreed_return(shop)).number


async def open_order(hand: Hand, number: str) -> None:
    """From the home, which has the latest orders that can still go back."""
    await hand.do(hand.page.get_by_role("link", name=f"Order {number}"))
    await expect(hand.page.get_by_role("heading", name=f"Order {number}", level=1)).to_be_visible()


async def open_any_order(hand: Hand, number: str) -> None:
    """From the list of all orders."""
    await hand.do(hand.page.get_by_role("navigation", name="Pages").get_by_role("link", name="My Orders"))
    await expect(hand.page.get_by_role("heading", name="My Orders", level=1)).to_be_visible()
    await open_order(hand, number)


async def select(hand: Hand, product: str, reason: str) -> None:
    await hand.do(hand.page.get_by_role("button", name=f"Return This Item: {product}"))
    await hand.choose(f"Reason for {product}", reason)


async def send(hand: Hand) -> None:
    await hand.do(hand.page.get_by_role("button", name=POLICY), "Space")
    await hand.do(hand.page.get_by_role("button", name="Return Selected Items"))
    await expect(received(hand)).to_be_visible()


def received(hand: Hand) -> Locator:
    return hand.page.get_by_role("status").filter(has_text=RECEIVED)


async def cancel_item(hand: Hand, number: str) -> None:
    await open_order(hand, number)
    await select(hand, STOVE, "I have changed my mind")
    await send(hand)


async def cancel_all(hand: Hand, number: str) -> None:
    await open_order(hand, number)
    await select(hand, TENT, "I have changed my mind")
    await select(hand, STOVE, "I have changed my mind")
    await send(hand)


async def return_item(hand: Hand, number: str) -> None:
    await open_order(hand, number)
    await select(hand, STOVE, "It does not fit")
    await send(hand)


async def undo(hand: Hand, number: str) -> None:
    await cancel_item(hand, number)
    hand.count = 0
    await hand.do(hand.page.get_by_role("button", name="Undo"))
    await expect(hand.page.get_by_role("article").filter(has_text="Taken back")).to_be_visible()


async def take_back(hand: Hand, number: str) -> None:
    await open_any_order(hand, number)
    await hand.do(hand.page.get_by_role("button", name="Take back"))
    await hand.confirm(hand.page.get_by_role("alertdialog").get_by_role("button", name="Yes"))
    await expect(hand.page.get_by_role("article").filter(has_text="Taken back")).to_be_visible()


async def see_steps(hand: Hand, number: str) -> None:
    await open_any_order(hand, number)
    await expect(hand.page.get_by_role("article").filter(has_text="Money back")).to_be_visible()


async def see_last_day(hand: Hand, number: str) -> None:
    card = hand.page.get_by_role("listitem").filter(has_text=f"Order {number}")
    await expect(card).to_contain_text(re.compile("Can be returned until"))


async def save_label(hand: Hand, number: str) -> None:
    await open_any_order(hand, number)
    async with hand.page.expect_download() as file:
        await hand.do(hand.page.get_by_role("button", name="Download label"))
    assert (await file.value).suggested_filename.endswith(".pdf")


async def say_sent(hand: Hand, number: str) -> None:
    await open_any_order(hand, number)
    form = hand.page.get_by_role("form", name="Tell us that it is on its way")
    await hand.write(form.get_by_role("textbox", name="Tracking number"), "00340434161094042600")
    if hand.keys:
        await hand.press("Enter")
    else:
        await hand.do(form.get_by_role("button", name="I have sent it"))
    await expect(form).to_have_count(0)


async def withdraw(hand: Hand, number: str) -> None:
    await hand.do(hand.page.get_by_role("contentinfo").get_by_role("link"), by="Shift+Tab")
    await hand.do(hand.page.get_by_role("link", name=f"Order {number}"))
    await hand.do(hand.page.get_by_role("button", name="Continue"))
    await hand.do(hand.page.get_by_role("button", name="Confirm withdrawal"))
    await expect(hand.page.get_by_role("heading", name="Receipt of withdrawal").first).to_be_visible()


CUSTOMER = (
    Task("See until when something can go back", see_last_day, delivered_order),
    Task("Cancel an item", cancel_item, new_order),
    Task("Cancel an order of two items", cancel_all, new_order),
    Task("Return an item", return_item, delivered_order),
    Task("Undo it at once", undo, new_order),
    Task("Take a request back later", take_back, open_cancellation),
    Task("See how far a return is, and where the money is", see_steps, returning),
    Task("Save the label of a return", save_label, returning),
    Task("Say that it is sent, with the tracking number", say_sent, returning),
    Task("Withdraw from a contract", withdraw, new_order),
)
