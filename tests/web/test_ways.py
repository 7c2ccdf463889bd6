"""The seed's two ways, clicked in all three seats at once; nobody reloads a page."""

from playwright.async_api import expect

from tests.live.process import working
from tests.web.seats import Shop, choose
from tests.web.steps import ask_for, open_order, request_of, row_of, send


async def test_a_cancellation_goes_from_my_orders_to_money_back(shop: Shop) -> None:
    async with (
        shop.seat("Ada Brandt", click=True) as customer,
        shop.seat("Owner", click=True) as owner,
        shop.seat("Lumen Lights", click=True) as seller,
    ):
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await seller.get_by_role("link", name="Requests").click()
        await seller.get_by_role("link", name="Confirmed by the system").click()

        order = await open_order(customer, "Desk lamp Halo", "Warm bulbs", status="Waiting Packaging")
        number = await ask_for(customer, "Desk lamp Halo", "I have changed my mind")
        await expect(request_of(customer, number)).to_contain_text("Waiting for Owner")

        await expect(row_of(owner, number)).to_contain_text("Waiting")
        await row_of(owner, number).get_by_role("link").click()
        await expect(owner.get_by_role("heading", name=f"Order {order}")).to_be_visible()
        for part in ("Products", "Customer Information", "Order Information", "Payment Information"):
            await expect(owner.get_by_role("region", name=part)).to_be_visible()
        await owner.get_by_role("checkbox", name="Select Desk lamp Halo").check(force=True)
        await owner.get_by_role("button", name="Cancel/Return Selected Items").click()
        await choose(owner, "Transaction", "Cancel")
        await owner.get_by_role("button", name="Apply", exact=True).click()
        dialog = owner.get_by_role("alertdialog", name="Order Cancel?")
        await dialog.get_by_role("button", name="Yes").click()
        plan = owner.get_by_role("article", name=f"Cancellation plan · Request {number}")
        await expect(plan).to_contain_text("Waiting")
        await expect(request_of(seller, number)).to_have_count(0)

        async with working(shop.database, shop.home):
            await expect(plan).to_contain_text("Completed")
            await expect(plan).to_contain_text("Money is back")
            await expect(request_of(customer, number)).to_contain_text("Money is back")
            await expect(request_of(seller, number)).to_contain_text("Confirmed automatically")

        history = request_of(customer, number).get_by_role("list", name="History")
        await expect(history).to_contain_text("Request: Waiting → Approved")
        item = customer.get_by_role("listitem").filter(has_text="Desk lamp Halo").filter(has_text="Canceled")
        await expect(item).not_to_have_count(0)


async def test_a_return_is_confirmed_by_the_seller_and_paid_back(shop: Shop) -> None:
    async with (
        shop.seat("Ada Brandt", click=True) as customer,
        shop.seat("Tinker Workshop", click=True) as seller,
        shop.seat("Owner", click=True) as owner,
    ):
        await seller.get_by_role("link", name="Requests").click()
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()

        await open_order(customer, "Kite", "Puzzle", status="Delivered")
        number = await ask_for(customer, "Kite Swift", "I no longer want it")
        await expect(request_of(customer, number)).to_contain_text("Waiting for Seller")
        await expect(row_of(owner, number)).to_contain_text("Refund")

        await request_of(seller, number).get_by_role("button", name=f"Confirm request {number}").click()
        dialog = seller.get_by_role("dialog", name=f"Confirm request {number}")
        await dialog.get_by_role("button", name="Confirm").click()
        await expect(request_of(seller, number)).to_have_count(0)  # it no longer waits for the seller
        await expect(row_of(owner, number)).to_contain_text("Approved")
        await row_of(owner, number).get_by_role("link").click()
        plan = owner.get_by_role("article", name=f"Cancellation plan · Request {number}")
        await expect(plan).to_contain_text("Refund")
        await expect(plan).to_contain_text("Approved")

        async with working(shop.database, shop.home):
            await expect(plan).to_contain_text("Completed")
            await expect(request_of(customer, number)).to_contain_text("Money is back")


async def test_a_refusal_shows_the_servers_sentence_and_keeps_what_was_chosen(shop: Shop) -> None:
    async with shop.seat("Ben Okafor") as customer:
        await open_order(customer, "Kite Swift", "Wooden train", status="Shipping")
        await customer.get_by_role("button", name="Return This Item: Wooden train").click()
        await send(customer)
        refusal = customer.get_by_role("alert")
        await expect(refusal).to_contain_text("The return policy must be read and accepted")
        await expect(customer.get_by_role("button", name="Reason for Wooden train")).to_be_visible()
