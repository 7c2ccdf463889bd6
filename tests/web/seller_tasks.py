"""What sellers do most."""

import asyncio

from playwright.async_api import Locator, expect

from tests.web.customer_tasks import agreed_return, new_order
from tests.web.demo_shop import Shop
from tests.web.hand import Hand
from tests.web.orders import OWNER, STOVE, PlacedOrder, place
from tests.web.seat_task import Task

WHY = "It was used."
TRACKING = "00340434161094042601"
_SHIPMENT = "query S($number: String!) { order(number: $number) { id returnShipments { id number } } }"


async def return_requests(shop: Shop, count: int) -> None:
    """Returns of Ada's that wait for the seller."""

    async def one() -> None:
        order = await place(shop, {STOVE: 1})
        await order.move("SHIPPED", "DELIVERED")
        await order.request("REFUND", stove=1)

    await asyncio.gather(*(one() for _ in range(count)))


async def one_return(shop: Shop) -> str:
    await return_requests(shop, 1)
    return ""


async def order_with_request(shop: Shop) -> str:
    order = await place(shop, {STOVE: 1})
    await order.request(stove=1)
    return order.number


async def ten_returns(shop: Shop) -> str:
    await return_requests(shop, 10)
    return ""


async def new_package(shop: Shop) -> str:
    return f"{await new_order(shop)}-1"


async def shipped_package(shop: Shop) -> str:
    order = await place(shop, {STOVE: 1})
    await order.move("SHIPPED")
    return order.packages[0]["number"]


async def shipment_of(shop: Shop, order: PlacedOrder) -> dict[str, str]:
    found = await shop.server.data(OWNER, _SHIPMENT, number=order.number)
    (shipment,) = found["order"]["returnShipments"]
    return dict(shipment)


async def goods_on_their_way(shop: Shop) -> str:
    """The number on the label of the package."""
    return (await shipment_of(shop, await agreed_return(shop)))["number"]


async def received_goods(shop: Shop) -> str:
    """The number of a return shipment that is to be inspected."""
    order = await agreed_return(shop)
    shipment = await shipment_of(shop, order)
    await order.do(order.seller, "receiveReturn", "returnShipment { id }", returnId=shipment["id"])
    return shipment["number"]


def dialog(hand: Hand) -> Locator:
    return hand.page.get_by_role("dialog").or_(hand.page.get_by_role("alertdialog"))


def rows(hand: Hand) -> Locator:
    return hand.page.get_by_role("row").filter(has=hand.page.get_by_role("rowheader"))


async def done(hand: Hand, text: str = "Done: request") -> None:
    await expect(hand.page.get_by_text(text).first).to_be_visible()


async def decide_next(hand: Hand, name: str) -> None:
    """Open the first of those that wait, as the home has them, and press a button beside it."""
    waiting = hand.page.get_by_role("region", name="Waiting for you")
    await hand.do(waiting.get_by_role("listitem").first.get_by_role("link"))
    await hand.do(hand.page.get_by_role("region", name="Details").get_by_role("button", name=name))


async def confirm_next(hand: Hand, _: str) -> None:
    await decide_next(hand, "Confirm request")
    await hand.confirm(dialog(hand).get_by_role("button", name="Confirm", exact=True))
    await done(hand)


async def reject_next(hand: Hand, _: str) -> None:
    await decide_next(hand, "Reject request")
    await hand.write(dialog(hand).get_by_role("textbox"), WHY)
    await hand.confirm(dialog(hand).get_by_role("button", name="Reject", exact=True))
    await done(hand)


async def select(hand: Hand, count: int) -> None:
    """The first rows of a list."""
    await expect(rows(hand).nth(count - 1)).to_be_visible()
    for index in range(count):
        if hand.keys:
            await hand.press("j", "x")
        else:
            await hand.do(rows(hand).nth(index).get_by_role("checkbox"))
    await expect(hand.page.get_by_text(f"{count} selected")).to_be_visible()
    await to_buttons(hand)


async def to_buttons(hand: Hand) -> None:
    """What can be done with the rows that are selected, or with the whole list."""
    if hand.keys:
        await hand.press("b")


async def reject_ten(hand: Hand, _: str) -> None:
    await hand.go("Requests")
    await select(hand, 10)
    await hand.do(
        hand.page.get_by_role("button", name="Reject 10", exact=True),
    )
    await hand.write(dialog(hand).get_by_role("textbox"), WHY)
    await hand.confirm(dialog(hand).get_by_role("button", name="Reject 10"))
    await done(hand, "Rejected: 10.")


async def confirm_page(hand: Hand, _: str) -> None:
    await hand.go("Requests")
    everything = hand.page.get_by_role("checkbox", name="Select all of this page")
    await expect(everything).to_be_visible()
    if hand.keys:
        await hand.press("a", "b")
    else:
        await hand.do(everything)
    await hand.do(hand.page.get_by_role("button", name="Confirm ").first)
    await hand.confirm(dialog(hand).get_by_role("button", name="Confirm "))
    await done(hand, "Confirmed: ")


async def move(hand: Hand, name: str, number: str) -> None:
    await hand.go("Packages")
    await hand.do(hand.page.get_by_role("button", name=f"{name}: {number}"))


async def make_ready(hand: Hand, number: str) -> None:
    await move(hand, "Set to Ready to Ship", number)
    await done(hand, f"{number}: Ready to Ship")


async def ship(hand: Hand, number: str) -> None:
    await move(hand, "Set to Shipped", number)
    await hand.write(dialog(hand).get_by_role("textbox"), TRACKING)
    await hand.confirm(dialog(hand).get_by_role("button", name="Confirm"))
    await done(hand, f"{number}: Shipped")


async def deliver(hand: Hand, number: str) -> None:
    await move(hand, "Set to Delivered", number)
    await hand.confirm(dialog(hand).get_by_role("button", name="Yes"))
    await done(hand, f"{number}: Delivered")


async def scan(hand: Hand, number: str) -> None:
    """The scanner types the number and presses Enter, which is not counted."""
    await hand.go("Arriving")
    await hand.write(hand.page.get_by_role("searchbox", name="Scan or type"), number)
    await hand.page.keyboard.press("Enter")


async def receive(hand: Hand, number: str) -> None:
    await scan(hand, number)
    await hand.confirm(dialog(hand).get_by_role("button", name="Receive", exact=True))
    await done(hand, "Done: ")


async def inspect(hand: Hand, number: str) -> None:
    """Everything is as new."""
    await scan(hand, number)
    await hand.confirm(dialog(hand).get_by_role("button", name="Inspect", exact=True))
    await done(hand, "Done: ")


async def find_request(hand: Hand, number: str) -> None:
    """By its number, a name, or an address; here by the number of its order."""
    if hand.keys:
        await hand.find(number, f"Order {number}")
    else:
        await hand.go("Requests")
        await hand.do(hand.page.get_by_role("link", name="All", exact=True))
        await hand.write(hand.page.get_by_role("searchbox", name="Search"), number)
    await expect(rows(hand)).to_have_count(1)
    await expect(rows(hand)).to_contain_text(number)


SELLER = (
    Task("Confirm the request that is due next", confirm_next, one_return),
    Task("Reject it, with a reason", reject_next, one_return),
    Task("Reject ten for one reason", reject_ten, ten_returns),
    Task("Confirm all that wait on a page", confirm_page, ten_returns),
    Task("Set a package to ready to ship", make_ready, new_package),
    Task("Ship a package, with its tracking number", ship, new_package),
    Task("Set a package to delivered", deliver, shipped_package),
    Task("Receive a return by scanning its label", receive, goods_on_their_way),
    Task("Inspect it in the same way", inspect, received_goods),
    Task("Find a request", find_request, order_with_request),
)
