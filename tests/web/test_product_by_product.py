"""Requests that are decided product by product: what is ticked is what is decided, and nothing else."""

import asyncpg
from playwright.async_api import Locator, Page, expect

from tests.web.console_actions import open_request, request_article, row_with
from tests.web.demo_shop import Shop, choose
from tests.web.orders import LAMP, OWNER, STOVE, TENT, PlacedOrder, place

_GO = "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }"

_ID_OF = "query F($number: String!) { requests(filter: {numberStartsWith: $number}) { nodes { id } } }"
_OVERDUE = "update cancellation_request set due_at = now() - interval '1 minute' where number = $1"


async def open_path(page: Page, path: str) -> None:
    """Go to a page of the console as a link does, without loading it anew."""
    await page.evaluate(_GO, path)


async def package_row(page: Page, number: str) -> Locator:
    """The row of a package in its seller's list, which is searched for it."""
    await open_path(page, f"/seller/packages?search={number}")
    return page.locator("[data-row]").filter(has=page.get_by_role("link", name=number, exact=True))


async def open_order(page: Page, seat: str, order: PlacedOrder) -> None:
    """Open the page of an order."""
    await open_path(page, f"/{seat}/orders/{order.id}")
    await expect(page.get_by_role("heading", name=f"Order {order.number}", level=1)).to_be_visible()


def item(page: Page, product: str) -> Locator:
    """A line of the order in the Store."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=product, level=3))


async def tick(page: Page | Locator, name: str, *, on: bool = True) -> None:
    """Tick a product, or take the tick away."""
    await page.get_by_role("checkbox", name=name).set_checked(on, force=True)


async def test_the_owner_cancels_what_is_ticked_and_the_customer_reads_why_not_the_rest(shop: Shop) -> None:
    order = await place(shop, {TENT: 2, STOVE: 1, LAMP: 1})
    number = await order.request(tent=2, stove=1)
    async with shop.signed_in("Owner") as owner, shop.signed_in("Ada Brandt") as buyer:
        await open_order(owner, "owner", order)
        await open_order(buyer, "store", order)
        products = owner.get_by_role("region", name="Products", exact=True)
        await tick(products, f"Select {TENT}")
        await products.get_by_role("button", name="Cancel/Return Selected Items").click()
        money = products.get_by_role("region", name="Expected refund")
        await expect(money).to_contain_text(f"2 × {TENT}")
        await expect(money).to_contain_text("298.00")
        await products.get_by_role("textbox", name=f"Units accepted of {TENT}").fill("1")
        await products.get_by_role("textbox", name=f"Units accepted of {TENT}").press("Tab")
        await expect(money).to_contain_text(f"1 × {TENT}")
        await expect(money).to_contain_text("149.00")
        await expect(money).not_to_contain_text(STOVE)

        await products.get_by_role("button", name="Apply", exact=True).click()
        dialog = owner.get_by_role("alertdialog", name="Order Cancel?")
        await expect(dialog).to_contain_text("Say why you do not accept the rest")
        await expect(dialog.get_by_role("button", name="Yes")).to_be_disabled()
        await dialog.get_by_role("button", name="No").click()
        rest = products.get_by_role("group", name=f"The rest of request {number}")
        await expect(rest.get_by_role("radio", name="Release it")).to_be_checked()
        await rest.get_by_role("textbox", name="Reason for the customer").fill("The stove has been engraved for you.")
        await products.get_by_role("button", name="Apply", exact=True).click()
        await expect(dialog.get_by_role("region", name="Expected refund")).to_contain_text("149.00")
        await dialog.get_by_role("button", name="Yes").click()

        plan = owner.get_by_role("article", name=f"Cancellation plan · Request {number}")
        await expect(plan).to_contain_text("Waiting")
        await expect(plan.get_by_role("row").filter(has_text=TENT)).to_contain_text(f"1 × {TENT}")
        await expect(plan).not_to_contain_text(STOVE)
        await expect(request_article(buyer, number)).to_contain_text("The stove has been engraved for you.")
        await expect(request_article(buyer, number)).to_contain_text("1 accepted")
        await expect(item(buyer, STOVE)).not_to_contain_text("Cancellation requested")
        await expect(buyer.get_by_role("button", name=f"Return This Item: {STOVE}")).to_be_visible()
        async with shop.working():
            await expect(request_article(buyer, number)).to_contain_text("Refunded")
        await expect(item(buyer, TENT)).to_contain_text("Partly canceled")


async def test_what_the_owner_keeps_waiting_goes_on_as_a_request_of_its_own(shop: Shop) -> None:
    order = await place(shop, {TENT: 1, STOVE: 1})
    number = await order.request(tent=1, stove=1)
    async with shop.signed_in("Owner") as owner, shop.signed_in("Ada Brandt") as buyer:
        await open_order(buyer, "store", order)
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await owner.get_by_role("searchbox", name="Search").fill(number)
        await owner.get_by_role("button", name=f"Apply request {number}").click()
        dialog = owner.get_by_role("alertdialog", name="Order Cancel?")
        await expect(dialog.get_by_role("region", name="Expected refund")).to_contain_text("208.00")
        await tick(dialog, f"1 × {STOVE}", on=False)
        await expect(dialog.get_by_role("region", name="Expected refund")).to_contain_text("149.00")
        await dialog.get_by_role("radio", name="Keep it waiting").check()
        await dialog.get_by_role("button", name="Yes").click()
        await expect(owner.locator(":focus")).to_have_text(f"Done: request {number}")

        link = request_article(buyer, number).get_by_role("link", name="Goes on as request")
        successor = (await link.inner_text()).removeprefix("Goes on as request ")
        await link.click()
        await expect(request_article(buyer, successor)).to_be_focused()
        await expect(request_article(buyer, successor)).to_contain_text(f"Continues request {number}")
        await expect(request_article(buyer, successor)).to_contain_text(f"1 × {STOVE}")
        await expect(request_article(buyer, successor)).to_contain_text("Waiting for Owner")

        await open_request(owner, number)
        await owner.get_by_role("link", name=f"Goes on as request {successor}").click()
        await expect(owner.get_by_role("heading", name=f"Request {successor}", level=1)).to_be_visible()
        await expect(owner.get_by_role("button", name=f"Apply request {successor}")).to_be_visible()

        await open_order(owner, "owner", order)  # and another owner is faster
        stove = owner.get_by_role("checkbox", name=f"Select {STOVE}")
        await tick(owner, f"Select {STOVE}")
        await owner.get_by_role("button", name="Cancel/Return Selected Items").click()
        await owner.get_by_role("button", name="Apply", exact=True).click()
        await expect(dialog.get_by_role("button", name="Yes")).to_be_enabled()
        (request,) = (await shop.server.data(OWNER, _ID_OF, number=successor))["requests"]["nodes"]
        values = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"]}
        await order.do(OWNER, "applyCancellation", "requests { id }", **values)
        changed = f"Request {successor} has changed a moment ago: Applied (Owner)."
        await expect(dialog.get_by_role("alert")).to_contain_text(changed)
        await expect(dialog.get_by_role("button", name="Yes")).to_be_disabled()
        await dialog.get_by_role("button", name="No").click()
        await expect(stove).to_be_disabled()
        await expect(stove).not_to_be_checked()


async def test_a_page_about_a_request_shows_its_product_customer_order_and_payment(shop: Shop) -> None:
    order = await place(shop, {TENT: 1, STOVE: 1})
    number = await order.request(tent=1)
    async with shop.signed_in("Owner") as owner:
        await open_order(owner, "owner", order)
        await request_article(owner, number).get_by_role("link", name=f"Request {number}").click()
        await expect(owner.get_by_role("heading", name=f"Request {number}", level=1)).to_be_visible()
        trail = owner.get_by_role("navigation", name="Breadcrumb")
        await expect(trail).to_contain_text(f"Orders › Cancellation/Return Requests › Request {number}")
        for name, contents in {
            "Product Information": (f"1 × {TENT}", "I have changed my mind", "Alpina Outdoor"),
            "Customer Information": ("Ada Brandt", "ada@customers.example", "+49 30 5550 100"),
            "Order Information": (order.number, "Waiting Packaging", "Lindenweg 7", "10115 Berlin", "Kontorhaus 1"),
            "Payment Information": ("card", "Visa •••• 4242", "208.00", "Refunded", "Payment reference"),
        }.items():
            for content in contents:
                await expect(owner.get_by_role("region", name=name)).to_contain_text(content)
        blocked = owner.get_by_role("list", name="Not possible now")
        await expect(blocked).to_contain_text("Confirm: ")

        await owner.get_by_role("button", name=f"Apply request {number}").click()
        dialog = owner.get_by_role("alertdialog", name="Order Cancel?")
        await dialog.get_by_role("button", name="Yes").click()
        plan = owner.get_by_role("article", name=f"Cancellation plan · Request {number}")
        await expect(plan).to_contain_text("Waiting")
        await expect(owner.get_by_role("region", name="History")).to_contain_text("Applied")
        await trail.get_by_role("link", name="Cancellation/Return Requests").click()
        await row_with(owner, number).get_by_role("link", name=order.number).click()
        await expect(owner.get_by_role("heading", name=f"Order {order.number}", level=1)).to_be_visible()


async def test_the_owner_confirms_for_a_silent_seller_and_the_seller_reads_why(shop: Shop) -> None:
    order = await place(shop, {TENT: 2, STOVE: 1})
    await order.move("SHIPPED", "DELIVERED")
    number = await order.request("REFUND", tent=2, stove=1)
    note = "Nobody has answered for a week."
    async with (
        shop.signed_in("Owner") as owner,
        shop.signed_in("Alpina Outdoor") as seller,
        shop.signed_in("Ada Brandt") as buyer,
    ):
        await open_order(buyer, "store", order)
        await seller.get_by_role("link", name="Requests").click()
        await expect(row_with(seller, number)).to_contain_text("Seller")
        await seller.get_by_role("link", name="All", exact=True).click()
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await row_with(owner, number).get_by_role("button", name=f"Confirm request {number}").click()
        dialog = owner.get_by_role("dialog", name=f"Confirm request {number}")
        await expect(dialog).to_contain_text("You confirm in the place of Alpina Outdoor.")
        money = dialog.get_by_role("region", name="Expected refund")
        await expect(money).to_contain_text("357.00")  # the dialog grows no more
        await tick(dialog, f"1 × {STOVE}", on=False)
        await expect(money).to_contain_text("298.00")
        await expect(money).not_to_contain_text(STOVE)
        confirm = dialog.get_by_role("button", name="Confirm", exact=True)
        await confirm.click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Say why you do not accept the rest")
        await expect(dialog.get_by_role("alert")).to_contain_text("say in the note why")
        await dialog.get_by_role("textbox", name="Reason for the customer").fill("The stove has been used.")
        await dialog.get_by_role("textbox", name="Note").fill(note)
        await confirm.click()

        await row_with(seller, number).get_by_role("link").click()  # beside the list
        await expect(request_article(seller, number)).to_contain_text("Decided for you by the marketplace owner")
        history = request_article(seller, number).get_by_role("list", name="History")
        await expect(history).to_contain_text("Owner on behalf of the seller")
        await expect(history).to_contain_text(note)
        await expect(request_article(buyer, number)).to_contain_text("The stove has been used.")
        await expect(request_article(buyer, number)).to_contain_text("on behalf of the seller")
        await expect(request_article(buyer, number)).not_to_contain_text(note)
        await open_request(owner, number)
        await expect(owner.get_by_role("region", name="History")).to_contain_text(note)
        plan = owner.get_by_role("article", name=f"Cancellation plan · Request {number}")
        await expect(plan).to_contain_text("298.00")


async def test_a_seller_cancels_what_is_out_of_stock_and_the_customer_sees_who_began(shop: Shop) -> None:
    order = await place(shop, {TENT: 2, STOVE: 1})
    package = order.packages[0]["number"]
    async with shop.signed_in("Alpina Outdoor") as seller, shop.signed_in("Ada Brandt") as buyer:
        await open_order(buyer, "store", order)
        card = await package_row(seller, package)
        await card.get_by_role("link", name=package, exact=True).click()
        await seller.get_by_role("region", name="Details").get_by_role("button", name="Cancel items").click()
        dialog = seller.get_by_role("dialog", name=f"Cancel items of package {package}")
        await expect(dialog.get_by_role("button", name="Cancel items")).to_be_disabled()
        await tick(dialog, TENT)
        await dialog.get_by_role("textbox", name=f"Units of {TENT}").fill("1")
        await dialog.get_by_role("button", name=f"Reason for {TENT}").click()
        await expect(seller.get_by_role("option", name="I have changed my mind")).to_have_count(0)
        await seller.get_by_role("option", name="Damaged in stock").click()
        await expect(dialog.get_by_role("region", name="Expected refund")).to_contain_text("149.00")
        await dialog.get_by_role("button", name="Cancel items").click()
        await expect(dialog).to_have_count(0)

        request = buyer.get_by_role("article").filter(has_text="Begun by the seller")
        await expect(request).to_contain_text(f"1 × {TENT}")
        await expect(request).to_contain_text("Damaged in stock")
        async with shop.working():
            await expect(request).to_contain_text("Refunded")
        await expect(item(buyer, TENT)).to_contain_text("Partly canceled")


async def test_a_cancellation_whose_package_has_left_becomes_a_return(shop: Shop) -> None:
    order = await place(shop, {TENT: 1, STOVE: 1})
    number = await order.request(tent=1)
    async with (
        shop.signed_in("Ada Brandt") as buyer,
        shop.signed_in("Alpina Outdoor") as seller,
        shop.signed_in("Owner") as owner,
    ):
        await open_order(buyer, "store", order)
        convert = request_article(buyer, number).get_by_role("button", name="Return instead")
        await expect(convert).to_have_count(0)
        await order.move("SHIPPED")
        await convert.click()
        dialog = buyer.get_by_role("alertdialog", name="Return instead of canceling?")
        await dialog.get_by_role("button", name="Yes").click()
        await expect(request_article(buyer, number)).to_contain_text("Converted to a return")
        await expect(request_article(buyer, number)).to_be_focused()
        link = request_article(buyer, number).get_by_role("link", name="Goes on as request")
        successor = (await link.inner_text()).removeprefix("Goes on as request ")
        await link.click()
        await expect(request_article(buyer, successor)).to_be_focused()
        await expect(request_article(buyer, successor)).to_contain_text("Waiting for Seller")
        await expect(request_article(buyer, successor)).to_contain_text("I have changed my mind")

        await seller.get_by_role("link", name="Requests").click()
        await expect(row_with(seller, successor)).to_contain_text("Refund")
        await row_with(seller, successor).get_by_role("link").click()
        await seller.get_by_role("link", name=f"Continues request {number}").click()
        await expect(request_article(seller, number)).to_contain_text("Converted to a return")
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await expect(row_with(owner, number)).to_contain_text("Converted to a return")
        await expect(row_with(owner, successor)).to_contain_text("Seller")


async def test_a_dialog_of_the_seller_stays_when_its_entry_leaves_the_list(shop: Shop) -> None:
    order = await place(shop, {TENT: 1})
    package = order.packages[0]["number"]
    async with shop.signed_in("Alpina Outdoor") as seller:
        card = await package_row(seller, package)
        await card.get_by_role("button", name="Set to Shipped").click()
        dialog = seller.get_by_role("dialog", name=f"Set to Shipped: {package}")
        await dialog.get_by_role("textbox", name="Tracking number").fill("T-1")
        await order.move("SHIPPED", "DELIVERED")
        await expect(card).to_have_count(0)
        await dialog.get_by_role("button", name="Confirm").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await dialog.get_by_role("button", name="Go back").click()

        number = await order.request("REFUND", tent=1)
        await open_path(seller, "/seller/requests")
        await seller.get_by_role("button", name=f"Reject request {number}").click()
        dialog = seller.get_by_role("dialog", name=f"Reject request {number}")
        await dialog.get_by_role("textbox").fill("It was used.")
        (request,) = (await shop.server.data(OWNER, _ID_OF, number=number))["requests"]["nodes"]
        await order.do(OWNER, "rejectRequest", "request { id }", requestId=request["id"], reason="Too late.")
        await expect(row_with(seller, number)).to_have_count(0)
        await expect(dialog.get_by_role("alert")).to_have_text(f"Request {number} was rejected a moment ago (Owner).")
        await expect(dialog.get_by_role("button", name="Reject")).to_be_disabled()
        await dialog.get_by_role("button", name="Go back").click()
        await expect(seller.get_by_role("main")).to_be_focused()  # the button that opened the dialog has gone


async def test_a_seller_is_warned_before_shipping_what_may_be_canceled(shop: Shop) -> None:
    order = await place(shop, {TENT: 1, STOVE: 2})
    package = order.packages[0]["number"]
    async with shop.signed_in("Alpina Outdoor") as seller, shop.signed_in("Ada Brandt") as buyer:
        card = await package_row(seller, package)
        await expect(card).to_contain_text("Preparing")
        warning = "A cancellation of 2 units in this package waits for a decision."
        await expect(card).not_to_contain_text(warning)
        await order.request(stove=2)
        await expect(card).to_contain_text(warning)
        await open_order(buyer, "store", order)

        dialog = seller.get_by_role("dialog", name=f"Set to Shipped: {package}")
        for answer in ("Go back", "Ship in spite of it"):
            await card.get_by_role("button", name="Set to Shipped").click()
            await expect(dialog).to_contain_text(warning)
            await expect(dialog.get_by_role("button", name="Confirm")).to_have_count(0)
            await dialog.get_by_role("button", name=answer).click()
            await expect(dialog).to_have_count(0)
            status = "Preparing" if answer == "Go back" else "Shipped"
            await expect(item(buyer, STOVE)).to_contain_text(status)


async def test_the_owner_cancels_an_unsent_package_of_a_seller_that_has_shipped_another(shop: Shop) -> None:
    order = await place(shop, {TENT: 1}, {STOVE: 2})
    await order.move("SHIPPED")
    async with shop.signed_in("Owner") as owner, shop.signed_in("Ada Brandt") as buyer:
        await open_order(buyer, "store", order)
        await expect(item(buyer, STOVE)).to_contain_text("The seller has already shipped another part of this order")
        await open_order(owner, "owner", order)
        products = owner.get_by_role("region", name="Products", exact=True)
        await tick(products, f"Select {TENT}")
        await tick(products, f"Select {STOVE}")
        await products.get_by_role("button", name="Cancel/Return Selected Items").click()
        await expect(products).to_contain_text("Some of the ticked products can be canceled, the others returned.")
        await expect(products.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
        await choose(owner, "Transaction", "Cancel")
        await expect(products.get_by_role("checkbox", name=f"Select {TENT}")).not_to_be_checked()
        await choose(owner, f"Reason for {STOVE}", "The seller cannot deliver")
        await expect(products.get_by_role("textbox", name=f"Units of {STOVE}")).to_have_value("2")
        await products.get_by_role("textbox", name=f"Units of {STOVE}").fill("1")
        await products.get_by_role("textbox", name=f"Units of {STOVE}").press("Tab")
        await expect(products.get_by_role("region", name="Expected refund")).to_contain_text("59.00")
        apply, dialog = products.get_by_role("button", name="Apply", exact=True), owner.get_by_role("alertdialog")
        await apply.click()
        await expect(dialog).to_contain_text("The seller has already shipped another part of this order")
        await expect(dialog.get_by_role("button", name="Yes")).to_be_disabled()
        await dialog.get_by_role("button", name="No").click()
        await tick(products, "Cancel although the seller has shipped another part of this order")
        await products.get_by_role("textbox", name="Note", exact=True).fill("The seller has run out of stoves.")
        await apply.click()
        await dialog.get_by_role("button", name="Yes").click()
        await expect(owner.get_by_role("article", name="Cancellation plan")).to_contain_text("Waiting")
        await expect(item(buyer, STOVE)).to_contain_text("Cancellation requested")


async def test_a_request_that_nobody_has_decided_in_time_is_marked_and_listed_first(shop: Shop) -> None:
    order = await place(shop, {TENT: 1})
    await order.move("SHIPPED", "DELIVERED")
    number = await order.request("REFUND", tent=1)
    async with shop.signed_in("Owner") as owner:
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await expect(row_with(owner, number)).to_contain_text("Seller")
        await expect(row_with(owner, number)).not_to_contain_text("Escalated")
        connection = await asyncpg.connect(shop.database)
        await connection.execute(_OVERDUE, number)
        await connection.close()
        async with shop.working():
            await expect(row_with(owner, number)).to_contain_text("Escalated")
        await expect(row_with(owner, number)).to_contain_text("Owner")
        await owner.get_by_role("main").get_by_role("link", name="Escalated").click()
        await expect(owner.get_by_role("checkbox", name="Only escalated")).to_be_checked()
        await owner.get_by_role("combobox", name="Sort by").select_option("Deadline first")
        await expect(row_with(owner, number)).to_contain_text("Escalated")
        await open_request(owner, number)
        await expect(request_article(owner, number)).to_contain_text("Escalated")
        await expect(owner.get_by_role("region", name="History")).to_contain_text("Handed to the owner")
        await expect(owner.get_by_role("button", name=f"Confirm request {number}")).to_be_visible()
