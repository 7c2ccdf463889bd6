"""The two flows of the seed, clicked by customer, seller and owner at once. Nobody reloads a page."""

from playwright.async_api import expect

from tests.live.process import working
from tests.web.console_actions import open_order, request_article, request_item, return_selected, row_with
from tests.web.demo_shop import Shop, choose


async def test_a_cancellation_goes_from_my_orders_to_the_refund(shop: Shop) -> None:
    async with (
        shop.signed_in("Ada Brandt", click=True) as customer,
        shop.signed_in("Owner", click=True) as owner,
        shop.signed_in("Lumen Lights", click=True) as seller,
    ):
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await seller.get_by_role("link", name="Requests").click()
        await seller.get_by_role("link", name="Confirmed automatically").click()

        order = await open_order(customer, "Desk lamp Halo", "Warm bulbs", status="Waiting Packaging")
        number = await request_item(customer, "Desk lamp Halo", "I have changed my mind")
        await expect(request_article(customer, number)).to_contain_text("Waiting for Owner")

        await expect(row_with(owner, number)).to_contain_text("Waiting")
        await row_with(owner, number).get_by_role("link").click()
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
        await expect(request_article(seller, number)).to_have_count(0)

        async with working(shop.database, shop.home):
            await expect(plan).to_contain_text("Completed")
            await expect(plan).to_contain_text("Refunded")
            await expect(request_article(customer, number)).to_contain_text("Refunded")
            await expect(request_article(seller, number)).to_contain_text("Confirmed automatically")

        history = request_article(customer, number).get_by_role("list", name="History")
        await expect(history).to_contain_text("Request: Waiting → Approved")
        item = customer.get_by_role("listitem").filter(has_text="Desk lamp Halo").filter(has_text="Canceled")
        await expect(item).not_to_have_count(0)


async def test_a_return_is_confirmed_by_the_seller_and_refunded(shop: Shop) -> None:
    async with (
        shop.signed_in("Ada Brandt", click=True) as customer,
        shop.signed_in("Tinker Workshop", click=True) as seller,
        shop.signed_in("Owner", click=True) as owner,
    ):
        await seller.get_by_role("link", name="Requests").click()
        await owner.get_by_role("link", name="Cancellation/Return Requests").click()

        await open_order(customer, "Kite", "Puzzle", status="Delivered")
        number = await request_item(customer, "Kite Swift", "I no longer want it")
        await expect(request_article(customer, number)).to_contain_text("Waiting for Seller")
        await expect(row_with(owner, number)).to_contain_text("Refund")

        await request_article(seller, number).get_by_role("button", name=f"Confirm request {number}").click()
        dialog = seller.get_by_role("dialog", name=f"Confirm request {number}")
        await dialog.get_by_role("button", name="Confirm").click()
        await expect(request_article(seller, number)).to_have_count(0)  # it no longer waits for the seller
        await expect(row_with(owner, number)).to_contain_text("Approved")
        await row_with(owner, number).get_by_role("link").click()
        plan = owner.get_by_role("article", name=f"Cancellation plan · Request {number}")
        await expect(plan.get_by_text("Refund", exact=True)).to_be_visible()
        await expect(plan).to_contain_text("Approved")

        async with working(shop.database, shop.home):
            await expect(plan).to_contain_text("Completed")
            await expect(request_article(customer, number)).to_contain_text("Refunded")


async def test_a_refusal_says_why_and_keeps_the_selection(shop: Shop) -> None:
    async with shop.signed_in("Ben Okafor") as customer:
        await open_order(customer, "Kite Swift", "Wooden train", status="Shipping")
        await customer.get_by_role("button", name="Return This Item: Wooden train").click()
        await return_selected(customer)
        refusal = customer.get_by_role("alert")
        await expect(refusal).to_contain_text("Read and accept the Return Policy.")
        await expect(customer.get_by_role("button", name="Reason for Wooden train")).to_be_visible()
