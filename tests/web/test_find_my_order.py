"""Without an account, on a phone: a link by mail, the order with the customer's own acts, and a link used up."""

import re

from playwright.async_api import Page, expect

import database
from app.parts import messages_of
from app.workers import now
from events.notifier import ProcessNotifier
from services.commands import Commands
from settings import Settings
from tests.market import SECRET
from tests.web.console_actions import request_item
from tests.web.demo_shop import PHONE, Shop
from tests.web.orders import LAMP, place
from tests.web.test_accessibility import PHONES, violations
from tests.web.test_product_by_product import open_path

FIND = "Find my order"
SHOW = "Show my order"
FORM = "/find-my-order"
ENDED = "Your session has ended"
SENT = "If there is such an order, and this is its address, a link is on its way."


async def request_link(page: Page, number: str, email: str) -> None:
    """Fill the form in and send it."""
    await page.get_by_role("textbox", name="Order number").fill(number)
    await page.get_by_role("textbox", name="Email").fill(email)
    async with page.expect_response("**/graphql"):
        await page.get_by_role("button", name="Send me a link").click()


async def send_mail(shop: Shop) -> None:
    """Let everything be sent that is due, into the folder that the page of the demo's mail shows."""
    given = {"RETOUR_HOME": str(shop.home), "SMTP_URL": "folder", "PUBLIC_URL": shop.server.address}
    settings, notifier = Settings.read(given), ProcessNotifier()
    await database.open(shop.database)
    try:
        async with messages_of(settings, SECRET, Commands(clock=now, notify=notifier.notify), notifier) as worker:
            assert worker is not None
            while await worker.step():
                pass
    finally:
        await database.close()


async def mailed_link(shop: Shop, number: str) -> str:
    """The link in the latest message about an order, on the page of the demo's mail."""
    listed = (await shop.server.http.get("/demo/mail")).text
    path = re.findall(rf'href="(/demo/mail/[^"]+)">[^<]*{number}<', listed)[0]
    (link,) = re.findall(r'href="([^"]+#[^"]+)"', (await shop.server.http.get(path)).text)
    return str(link)


async def enter(page: Page, link: str, number: str) -> None:
    """Follow a link to the order of this number."""
    await page.goto(link)
    await page.get_by_role("button", name=SHOW).click()
    await expect(page.get_by_role("heading", name=f"Order {number}", level=1)).to_be_visible()


async def axe(page: Page) -> list[dict[str, object]]:
    found = [fault async for fault in violations(page, looks=PHONES)]
    await page.set_viewport_size(PHONE)
    return found


async def test_a_guest_finds_an_order_by_a_link_and_cancels_an_item_of_it(shop: Shop) -> None:
    order = await place(shop, {LAMP: 2})
    async with shop.page("/", viewport=PHONE) as page:
        await page.get_by_role("link", name=FIND).click()
        await expect(page.get_by_role("heading", name=FIND, level=1)).to_be_visible()
        await request_link(page, order.number, "nobody")
        await expect(page.get_by_role("alert")).to_contain_text("not an email address")
        await expect(page.get_by_role("textbox", name="Email")).to_have_accessible_description(
            re.compile("not an email address")
        )
        assert await axe(page) == []
        for email in ("eve@customers.example", "ADA@customers.example"):
            await request_link(page, order.number, email)
            await expect(page.get_by_role("status").filter(has_text=SENT)).to_be_visible()
        assert await axe(page) == []
        await send_mail(shop)

        address = await mailed_link(shop, order.number)
        await page.goto(address)
        await expect(page.get_by_role("button", name=SHOW)).to_be_visible()
        assert await axe(page) == []
        await page.get_by_role("button", name=SHOW).click()
        await expect(page.get_by_role("heading", name=f"Order {order.number}", level=1)).to_be_visible()
        await expect(page.get_by_role("banner")).to_contain_text("Ada Brandt")
        assert address.partition("#")[2] not in page.url
        await request_item(page, LAMP, "I have changed my mind")
        assert await axe(page) == []
        await page.get_by_role("navigation").get_by_role("link", name="My Orders").first.click()
        await expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="Order N-")).to_have_count(1)

    async with shop.page(address.removeprefix(shop.server.address), viewport=PHONE) as page:
        await page.get_by_role("button", name=SHOW).click()
        await expect(page.get_by_role("alert")).to_contain_text("This link does not work any more")
        await expect(page.get_by_role("button", name="Send me a link")).to_be_visible()
        assert await axe(page) == []


async def test_a_guest_whose_time_is_up_goes_on_by_a_second_link(shop: Shop) -> None:
    """The page stays as it is until another tab is let in to the same order; another order is no help."""
    order, other = [await place(shop, {LAMP: 1}) for _ in range(2)]
    async with shop.page(FORM, viewport=PHONE, expect_errors=True) as page:
        for number in (order.number, other.number):
            await request_link(page, number, "ada@customers.example")
        await send_mail(shop)
        await enter(page, await mailed_link(shop, order.number), order.number)
        await page.evaluate("sessionStorage['retour.token'] = sessionStorage['retour.token'].slice(0, -9)")
        await page.get_by_role("navigation").get_by_role("link", name="My Orders").first.click()
        ended = page.get_by_role("alertdialog", name=ENDED)
        await expect(ended).to_be_visible()

        tab = await page.context.new_page()
        await enter(tab, await mailed_link(shop, other.number), other.number)
        await tab.goto(shop.server.address + FORM)
        await request_link(tab, order.number, "ada@customers.example")
        await expect(ended).to_be_visible()
        await send_mail(shop)
        await enter(tab, await mailed_link(shop, order.number), order.number)
        await expect(ended).to_have_count(0)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("main").get_by_role("listitem").filter(has_text=order.number)).to_have_count(1)


async def refused_name(page: Page) -> None:
    """The address of a page is no name: its writer reads why, and goes back to correct it."""
    await page.get_by_role("textbox", name="Your name").fill("Win: prize.example")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Confirm withdrawal").click()
    await expect(page.get_by_role("alert")).to_contain_text("This name reads like the address of a web page")
    await page.get_by_role("button", name="Go back").click()


async def test_a_guest_withdraws_without_a_link_and_the_owner_and_the_link_verify_it(shop: Shop) -> None:
    """From the footer, signed out: what is declared waits for the owner's or the guest's word."""
    orders = [await place(shop, {LAMP: 2}) for _ in range(2)]
    async with shop.page("/", viewport=PHONE) as page, shop.signed_in("Owner") as owner:
        for order in orders:
            await page.goto(shop.server.address)
            await page.get_by_role("contentinfo").get_by_role("link", name="Withdraw from contract here").click()
            await expect(page.get_by_role("heading", name="Withdraw from a contract", level=1)).to_be_visible()
            await page.get_by_role("textbox", name="Order number").fill(order.number)
            await page.get_by_role("textbox", name="Email for the receipt").fill("ada@home.example")
            if order is orders[0]:
                await refused_name(page)
            await page.get_by_role("textbox", name="Your name").fill("Ada Brandt")
            assert order is orders[1] or await axe(page) == []
            await page.get_by_role("button", name="Continue").click()
            await expect(page.get_by_role("heading", name="Your statement")).to_be_focused()
            await expect(page.get_by_role("alert")).to_have_count(0)
            await page.get_by_role("button", name="Confirm withdrawal").click()
            await expect(page.get_by_role("heading", name="Your withdrawal has arrived")).to_be_focused()
            await expect(page.get_by_role("blockquote")).to_contain_text(order.number)
            assert order is orders[1] or await axe(page) == []
        await send_mail(shop)

        await page.goto(await mailed_link(shop, orders[0].number))
        await page.get_by_role("button", name=SHOW).click()
        asked = page.get_by_role("region", name="Is this your withdrawal?")
        await expect(asked).to_be_visible()
        assert await axe(page) == []
        await asked.get_by_role("button", name="Confirm withdrawal").click()
        await expect(page.get_by_role("article", name=f"Receipt of withdrawal {orders[0].number}/W1")).to_be_visible()
        await expect(asked).to_have_count(0)

        await open_path(owner, "/owner/withdrawals?view=unverified")
        await owner.get_by_role("button", name=f"Reject: {orders[1].number}/W1").click()
        dialog = owner.get_by_role("dialog")
        await dialog.get_by_role("button", name="Reject").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await dialog.get_by_role("textbox", name="How do you know?").fill("The customer says on the phone.")
        assert [fault async for fault in violations(owner)] == []
        await dialog.get_by_role("button", name="Reject").click()
        await expect(owner.get_by_text("Nothing follows from it.")).to_be_visible()
        await expect(owner.get_by_role("rowheader", name=f"{orders[1].number}/W1")).to_have_count(0)
