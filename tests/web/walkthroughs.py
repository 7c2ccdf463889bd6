"""Walkthroughs of all pages, role by role: for axe, and for the screenshots of the README."""

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from playwright.async_api import Page, expect

from tests.web.demo_shop import Shop, choose
from tests.web.settings_steps import changing_reasons, changing_settings, publishing, settings

Step = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """The steps to the pages of one role, by the name of the page, in their order."""

    name: str
    enter: Callable[[Shop], AbstractAsyncContextManager[Page]]
    steps: dict[str, Step]


async def sign_in(page: Page) -> None:
    await expect(page.get_by_role("button", name="Sign in as Ada Brandt")).to_be_visible()


async def my_orders(page: Page) -> None:
    await expect(page.get_by_role("heading", name="My Orders")).to_be_visible()
    await expect(page.get_by_role("link", name="Order D-1060")).to_be_visible()


async def my_order(page: Page) -> None:
    """An order with a selected item, its reason, its note, and the expected refund."""
    await page.get_by_role("link", name="Order D-1060").click()
    await page.get_by_role("button", name="Return This Item: Desk lamp Halo").click()
    await choose(page, "Reason for Desk lamp Halo", "Another reason")
    await page.get_by_role("textbox", name="Note for Desk lamp Halo").fill("Too bright for my desk.")
    await expect(page.get_by_role("region", name="Expected refund")).to_contain_text("1 × Desk lamp")


async def my_request(page: Page) -> None:
    """An order with an open request."""
    await page.get_by_role("link", name="My Orders").first.click()
    await page.get_by_role("listitem").filter(has_text="Request open").get_by_role("link").first.click()
    await expect(page.get_by_role("article").get_by_role("list", name="Step by step").first).to_be_visible()


async def packages(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Packages")).to_be_visible()
    await expect(page.get_by_role("button", name="Set to").first).to_be_visible()
    await expect(page.get_by_role("row").filter(has_text="D-1043-1")).to_have_count(0)  # it has arrived


async def seller_requests(page: Page) -> None:
    await page.get_by_role("link", name="Requests").click()
    await expect(page.get_by_role("button", name="Confirm request").first).to_be_visible()


async def seller_confirms(page: Page) -> None:
    await page.get_by_role("button", name="Confirm request").first.click()
    await expect(page.get_by_role("dialog").get_by_role("button", name="Confirm")).to_be_enabled()


async def orders(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    await expect(page.get_by_role("row").nth(1)).to_be_visible()


async def owner_packages(page: Page) -> None:
    """The packages of all sellers, and an order beside them."""
    await page.get_by_role("link", name="Packages", exact=True).click()
    await page.get_by_role("rowheader").first.get_by_role("link").click()
    await expect(page.get_by_role("region", name="Details").get_by_role("region", name="Products")).to_be_visible()
    await page.get_by_role("button", name="Close").click()


async def requests(page: Page) -> None:
    await page.get_by_role("link", name="Cancellation/Return Requests").click()
    await expect(page.get_by_role("region", name="Latest changes")).to_be_visible()
    await expect(page.get_by_role("row").nth(1)).to_be_visible()


async def order(page: Page) -> None:
    """An order with a plan."""
    agreed = page.get_by_role("row").filter(has_text=re.compile("Approved|Completed"))
    await agreed.first.get_by_role("link", name=re.compile("^D-")).click()
    await expect(page.get_by_role("article", name="Cancellation plan").first).to_be_visible()


async def request_page(page: Page) -> None:
    """A request, what the owner can decide, and its product, customer, order and payment information."""
    await page.get_by_role("link", name="Cancellation/Return Requests").first.click()
    waiting = page.get_by_role("row").filter(has=page.get_by_role("button", name="Apply request"))
    await waiting.first.get_by_role("rowheader").get_by_role("link").click()
    await expect(page.get_by_role("region", name="Payment Information")).to_be_visible()


async def apply(page: Page) -> None:
    """The dialog before a cancellation."""
    await page.get_by_role("link", name="Orders", exact=True).first.click()
    await page.get_by_role("link", name="D-1060").click()
    await page.get_by_role("checkbox", name="Select Desk lamp Halo").check(force=True)
    await page.get_by_role("button", name="Cancel/Return Selected Items").click()
    await choose(page, "Reason for Desk lamp Halo", "The seller cannot deliver")
    await page.get_by_role("button", name="Apply", exact=True).click()
    await expect(page.get_by_role("alertdialog").get_by_role("button", name="Yes")).to_be_enabled()


async def still_returnable(page: Page) -> None:
    """A customer's home: what can be canceled or returned, and until when."""
    await page.get_by_role("link", name="Overview").click()
    await expect(page.get_by_role("heading", name="What you can still cancel or return")).to_be_visible()
    kite = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Order D-1047"))
    await expect(kite).to_contain_text(re.compile("Kite.*Can be returned until", re.DOTALL))


async def today(page: Page) -> None:
    """A seller's home: what waits, the earliest deadline first, and the seller's own figures."""
    await page.get_by_role("button", name="Go back").click()
    await page.get_by_role("link", name="Today").click()
    waiting = page.get_by_role("region", name="Waiting for you")
    await expect(waiting.get_by_role("link", name=re.compile("^RQ-")).first).to_be_visible()
    await expect(waiting.locator("time").first).to_have_text(re.compile("^(in|tomorrow)"))  # how far the deadline is
    await waiting.get_by_role("link", name=re.compile("^RQ-")).first.click()
    details = page.get_by_role("region", name="Details")
    await expect(details.get_by_role("button", name="Confirm")).to_be_visible()
    await expect(details).to_be_focused()
    await page.get_by_role("link", name="Today").click()
    await expect(page.get_by_role("region", name="Return rate")).to_contain_text(re.compile("Units: .* ordered"))


async def overview(page: Page) -> None:
    """The owner's home: figures, their charts, and the table behind one."""
    await page.get_by_role("button", name="No", exact=True).click()
    await page.get_by_role("link", name="Overview").click()
    await expect(page.get_by_role("region", name="Return rate")).to_contain_text("%")
    chart = page.get_by_role("figure", name="Requests by day")
    await expect(chart.get_by_role("img", name="Opened: at most")).to_be_visible()
    await chart.get_by_text("As a table").click()
    await expect(chart.get_by_role("row")).to_have_count(31)
    await expect(
        page.get_by_role("figure", name="Reasons, by units asked for").get_by_role("row").nth(1)
    ).to_be_visible()


async def refunds(page: Page) -> None:
    await page.get_by_role("link", name="Refunds").click()
    await expect(page.get_by_role("button", name="Retry").first).to_be_visible()


async def graphiql(page: Page) -> None:
    await expect(page.get_by_role("textbox", name="Editor content", include_hidden=True)).to_have_count(4)
    await page.get_by_role("button", name="Execute").click()
    await expect(page.get_by_role("region", name="Result Window")).to_contain_text("totalCount")


async def take_back(page: Page) -> None:
    """The dialog before a request is taken back."""
    await page.get_by_role("link", name="Order D-1058").click()
    await page.get_by_role("button", name="Take back").click()
    await expect(page.get_by_role("alertdialog")).to_be_visible()


async def refused(page: Page) -> None:
    """A request that the server refuses, because the input is incomplete."""
    await page.get_by_role("button", name="No").click()
    await page.get_by_role("link", name="My Orders").first.click()
    await page.get_by_role("link", name="Order D-1047").click()
    await page.get_by_role("button", name="Return This Item: Kite").click()
    await page.get_by_role("button", name="Return Selected Items").click()
    await expect(page.get_by_role("alert")).to_be_visible()


async def not_found(page: Page) -> None:
    """An order that does not exist, or that belongs to another customer."""
    await page.evaluate("history.pushState(null, '', '/store/orders/order_01none'), location.reload()")
    await expect(page.get_by_text("This order does not exist, or you do not have access to it.")).to_be_visible()


async def ship(page: Page) -> None:
    """The dialog before a package is shipped."""
    await page.get_by_role("button", name="Set to Shipped").first.click()
    await expect(page.get_by_role("textbox", name="Tracking number")).to_be_visible()


async def canceling(page: Page) -> None:
    """The dialog in which a seller cancels what it cannot send."""
    await page.get_by_role("button", name="Go back").click()
    await page.get_by_role("row").filter(has_text="Preparing").first.get_by_role("link").click()
    await page.get_by_role("button", name="Cancel items of package").click()
    await page.get_by_role("dialog").get_by_role("checkbox").first.check(force=True)
    await expect(page.get_by_role("button", name="Reason for")).to_be_visible()


async def rejecting(page: Page) -> None:
    """A rejection without a reason."""
    await page.get_by_role("button", name="Go back").click()
    await page.get_by_role("link", name="Requests").click()
    await page.get_by_role("button", name="Reject request").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    await expect(page.get_by_role("alert")).to_be_visible()


async def deciding(page: Page) -> None:
    """The dialog to cancel a request product by product, with what is not ticked."""
    await page.get_by_role("link", name="Cancellation/Return Requests").click()
    await page.get_by_role("button", name="Apply request").first.click()
    dialog = page.get_by_role("alertdialog")
    await expect(dialog.get_by_role("button", name="Yes")).to_be_enabled()  # the dialog grows no more
    await dialog.get_by_role("checkbox").first.uncheck(force=True)
    await expect(page.get_by_role("radio", name="Keep it waiting")).to_be_visible()


async def confirming_for_seller(page: Page) -> None:
    """The dialog in which the owner confirms for a silent seller."""
    await page.get_by_role("alertdialog").get_by_role("button", name="No").click()
    await page.get_by_role("button", name="Confirm request").first.click()
    await expect(page.get_by_role("dialog").get_by_role("textbox", name="Note")).to_be_visible()


async def settling(page: Page) -> None:
    """The dialog to settle a refund manually."""
    await page.get_by_role("button", name="Go back").click()
    await refunds(page)
    await page.get_by_role("button", name="Settle").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def none_found(page: Page) -> None:
    """A list without a match for the filters."""
    await page.get_by_role("button", name="Go back").click()
    await page.get_by_role("link", name="Orders", exact=True).click()
    await page.get_by_role("searchbox").fill("nothing")
    await expect(page.get_by_text("No orders match these filters.")).to_be_visible()


async def returns(page: Page) -> None:
    """The goods on their way back to all sellers, and those of one return beside them."""
    await page.get_by_role("link", name="Returns", exact=True).click()
    await page.get_by_role("rowheader").first.get_by_role("link").click()
    await expect(page.get_by_role("region", name="Details").get_by_role("article")).to_be_visible()


async def way_back(page: Page) -> None:
    """A return whose goods are to be sent: where to, until when, the form, and the steps."""
    await page.get_by_role("link", name="Order D-1010").click()
    await expect(page.get_by_role("region", name="How to send it back")).to_be_visible()


async def kept(page: Page) -> None:
    """A return that was paid back, less what was kept."""
    await page.get_by_role("link", name="Order D-1004").click()
    await expect(page.get_by_role("region", name="What was kept, and why")).to_be_visible()


async def arriving(page: Page) -> None:
    await page.get_by_role("link", name="Arriving").click()
    await expect(page.get_by_role("button", name="Receive RS-").first).to_be_visible()


async def receiving(page: Page) -> None:
    """The dialog in which the seller counts what has arrived, and not everything has."""
    await arriving(page)
    await page.get_by_role("article").filter(has_text="2 expected").get_by_role("button", name="Receive").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="that arrived").fill("1")
    await page.get_by_role("dialog").get_by_role("textbox", name="that arrived").press("Tab")
    await expect(page.get_by_role("dialog").get_by_text("1 unit missing")).to_be_visible()


async def inspecting(page: Page) -> None:
    """The inspection of a damaged unit, with the deduction and the refund."""
    await page.get_by_role("link", name="To inspect").click()
    await page.get_by_role("button", name="Inspect RS-").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="Condition").select_option(label="Damaged")
    await dialog.get_by_role("textbox", name="Deduction").fill("15")
    await dialog.get_by_role("textbox", name="Deduction").press("Tab")
    await dialog.get_by_role("textbox", name="Why it is kept").fill("A corner is frayed.")
    await expect(dialog.get_by_role("region", name="Expected refund")).to_contain_text("15.00")


async def waiving(page: Page) -> None:
    """The dialog before a seller gives goods up."""
    await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    await page.get_by_role("button", name="Waive RS-").first.click()
    await expect(page.get_by_role("alertdialog")).to_be_visible()


async def unannounced(page: Page) -> None:
    """The dialog about goods that nobody expects."""
    await page.get_by_role("alertdialog").get_by_role("button", name="Go back").click()
    await page.get_by_role("button", name="Goods arrived unannounced").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Order number").fill("D-1002")
    await dialog.get_by_role("checkbox", name="Cushion Pebble").check(force=True)
    await expect(dialog.get_by_role("combobox", name="Reason for")).to_be_visible()


async def nothing_scanned(page: Page) -> None:
    """A scan that finds nothing."""
    await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    await page.get_by_role("searchbox", name="Scan or type").fill("4711")
    await page.get_by_role("searchbox", name="Scan or type").press("Enter")
    await expect(page.get_by_text("Nothing is expected for “4711”.")).to_be_visible()


async def goods(page: Page) -> None:
    """An order whose goods are on their way back, beside its money."""
    await page.get_by_role("link", name="Orders", exact=True).first.click()
    await page.get_by_role("searchbox").fill("D-1008")
    await page.get_by_role("link", name="D-1008").click()
    await expect(page.get_by_role("article", name="Return shipment").first).to_be_visible()


async def allowing(page: Page) -> None:
    """The dialog of an allowance, with what would be paid and what is too much."""
    await page.get_by_role("button", name="Refund an allowance").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Amount").fill("9999")
    await dialog.get_by_role("textbox", name="Amount").press("Tab")
    await expect(dialog.get_by_role("region", name="Expected refund")).to_contain_text("Adjustment 1")


async def paused(page: Page) -> None:
    """The dialog before refunds are sent again, and the banner behind it."""
    await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    await page.get_by_role("link", name="Refunds").click()
    await page.get_by_role("button", name="Pause refunds").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Paid twice.")
    await page.get_by_role("dialog").get_by_role("button", name="Pause refunds").click()
    await expect(page.get_by_role("status").filter(has_text="No refunds are sent.")).to_be_visible()
    await page.get_by_role("button", name="Resume refunds").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def resumed(page: Page) -> None:
    await page.get_by_role("dialog").get_by_role("button", name="Resume refunds").click()
    await expect(page.get_by_text("Refunds are sent again.")).to_be_visible()


async def splitting(page: Page) -> None:
    """The dialog in which units go into a new package."""
    await page.get_by_role("row").filter(has_text="2 × Warm bulbs").first.get_by_role("link").click()
    await page.get_by_role("button", name="Split package").click()
    await expect(page.get_by_role("dialog").get_by_role("textbox").first).to_be_visible()


async def undoing(page: Page) -> None:
    """A package that was delivered a moment ago, and the way back."""
    await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    await page.get_by_role("region", name="Details").get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="Set to Delivered: D-1051-1").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Yes").click()
    await expect(page.get_by_role("button", name="Undo: ")).to_be_visible()


async def ended(page: Page) -> None:
    """The question before a package could not be delivered."""
    await page.get_by_role("button", name="Undo: ").click()
    await page.get_by_role("button", name="Set to Delivery Failed").first.click()
    await expect(page.get_by_role("alertdialog")).to_be_visible()


async def losing(page: Page) -> None:
    """The dialog in which the owner says that goods are lost."""
    await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    await goods(page)
    await page.get_by_role("button", name="is lost").first.click()
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_visible()


WALKTHROUGHS = (
    Walkthrough("visitor", lambda shop: shop.page("/"), {"sign-in": sign_in}),
    Walkthrough(
        "customer",
        lambda shop: shop.signed_in("Ada Brandt"),
        {
            "my-orders": my_orders,
            "return-this-item": my_order,
            "request": my_request,
            "still-returnable": still_returnable,
        },
    ),
    Walkthrough(
        "seller",
        lambda shop: shop.signed_in("Alpina Outdoor"),
        {"packages": packages, "seller-requests": seller_requests, "confirm": seller_confirms, "today": today},
    ),
    Walkthrough("returning-customer", lambda shop: shop.signed_in("Greta Lindqvist"), {"way-back": way_back}),
    Walkthrough("customer-with-deduction", lambda shop: shop.signed_in("Ben Okafor"), {"kept": kept}),
    Walkthrough(
        "receiving-seller",
        lambda shop: shop.signed_in("Loom & Thread"),
        {"arriving": arriving, "inspect": inspecting},
    ),
    Walkthrough(
        "owner",
        lambda shop: shop.signed_in("Owner"),
        {
            "orders": orders,
            "owner-packages": owner_packages,
            "refunds": refunds,
            "requests": requests,
            "order": order,
            "request-details": request_page,
            "settings": settings,
            "goods": goods,
            "order-cancel": apply,
            "overview": overview,
        },
    ),
    Walkthrough("developer", lambda shop: shop.page("/graphiql"), {"graphiql": graphiql}),
)

STATE_WALKTHROUGHS = (
    Walkthrough(
        "customer",
        lambda shop: shop.signed_in("Ada Brandt"),
        {"take-back": take_back, "refused": refused, "none": not_found},
    ),
    Walkthrough(
        "seller",
        lambda shop: shop.signed_in("Alpina Outdoor"),
        {"ship": ship, "cancel": canceling, "reject": rejecting},
    ),
    Walkthrough(
        "sending-seller",
        lambda shop: shop.signed_in("Lumen Lights"),
        {"split": splitting, "undo": undoing, "end": ended},
    ),
    Walkthrough(
        "paying-owner",
        lambda shop: shop.signed_in("Owner"),
        {"goods": goods, "allowance": allowing, "paused": paused, "resumed": resumed},
    ),
    Walkthrough(
        "receiving-seller",
        lambda shop: shop.signed_in("Loom & Thread"),
        {"receive": receiving, "waive": waiving, "unannounced": unannounced, "scan": nothing_scanned},
    ),
    Walkthrough(
        "owner",
        lambda shop: shop.signed_in("Owner"),
        {
            "decide": deciding,
            "confirm": confirming_for_seller,
            "settings": changing_settings,
            "reasons": changing_reasons,
            "policy": publishing,
            "lose": losing,
            "settle": settling,
            "none": none_found,
            "returns": returns,
        },
    ),
)
"""Dialogs, refusals and empty lists, which are not among the screenshots."""
