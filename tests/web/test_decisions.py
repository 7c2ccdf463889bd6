"""Decisions beside the two flows of the seed: rejecting, confirming in part, taking back, retrying, settling."""

from playwright.async_api import Locator, Page, expect

from domain.facts import Actor
from domain.words import Role
from tests.market import customer
from tests.web.console_actions import (
    POLICY,
    RECEIVED,
    open_order,
    open_request,
    request_article,
    return_selected,
    row_with,
    select_item,
)
from tests.web.demo_shop import REFUSED, Shop
from tests.web.terms_flow import TEXTS, second_market
from tests.web.words import ENGLISH, GERMAN, Words, in_both_languages

OWNER = Actor(Role.OWNER, "owner")
_ACCEPTED = "query A($number: String) { order(number: $number) { requests { acceptedPolicy { version } } } }"


async def publish_policy(shop: Shop, text: str) -> None:
    """Publish a new version of the return policy in the owner's console."""
    async with shop.signed_in("Owner") as owner:
        await owner.get_by_role("link", name="Settings").click()
        await owner.get_by_role("link", name="Return Policy").click()
        old = owner.get_by_role("article", name="Version 2026-01")
        await expect(old).to_contain_text("in force")
        await owner.get_by_role("button", name="Publish a version").click()
        dialog = owner.get_by_role("dialog", name="Publish a version")
        publish, name = dialog.get_by_role("button", name="Publish"), dialog.get_by_role("textbox", name="Name of the")
        await name.fill("2026-01")
        await dialog.get_by_role("group", name="Text: en").get_by_role("textbox", name="Text").fill(text)
        await publish.click()
        await expect(dialog.get_by_role("alert")).to_contain_text("choose another name")
        await name.fill("2027-01")
        await publish.click()
        await expect(owner.locator(":focus")).to_have_text("Done.")
        await expect(owner.get_by_role("article", name="Version 2027-01")).to_contain_text("in force")
        await expect(old).not_to_contain_text("in force")


async def lose_session_and_sign_in_again(page: Page, send: Locator) -> None:
    """Let the server refuse the seller's token when a form is sent: what is in the form stays."""
    await page.route("**/graphql", lambda route: route.fulfill(status=401, json=REFUSED))  # whatever comes first
    await send.click()
    ended = page.get_by_role("alertdialog", name="Your session has ended")
    await expect(ended).to_be_visible()
    await page.unroute("**/graphql")
    async with page.context.expect_page() as opened:
        await ended.get_by_role("button", name="Sign in again").click()
    other = await opened.value
    await other.get_by_role("button", name="Sign in as Alpina Outdoor").click()
    await expect(ended).to_have_count(0)
    await expect(send).to_be_focused()
    await other.close()
    third = await page.context.new_page()  # a new tab does not ask who one is
    await third.goto(page.url)
    await expect(third.get_by_role("heading", name="Requests", level=1)).to_be_visible()
    await third.goto(f"{page.url}?after=nonsense")
    await expect(third.get_by_role("alert")).to_contain_text("This address or entry is not valid here.")
    await third.close()


async def reload_without_session(page: Page) -> None:
    """Read the page anew after the session has ended, and sign in again: what was written is still there."""
    await page.route("**/graphql", lambda route: route.fulfill(status=401, json=REFUSED), times=1)
    await page.reload()
    await page.get_by_role("button", name="Sign in as Alpina Outdoor").click()


async def number_of(page: Page, product: str) -> str:
    """The number of the request with this product, as the list of requests shows it."""
    request = page.get_by_role("rowheader", name="RQ-")  # not of the packages, which stay until the requests are there
    return (
        await page.get_by_role("row").filter(has_text=product).filter(has=request).get_by_role("rowheader").inner_text()
    )


async def test_a_seller_rejects_with_a_reason_that_the_customer_reads(shop: Shop) -> None:
    async with (
        shop.signed_in("Ada Brandt") as buyer,
        shop.signed_in("Alpina Outdoor", click=True, expect_errors=True) as seller,
    ):
        await open_order(buyer, "Bottle Brook", "Wool hat", status="Shipping")
        await seller.get_by_role("link", name="Requests").click()
        number = await number_of(seller, "Bottle Brook")
        await expect(row_with(seller, number)).to_contain_text("Seller")
        await seller.get_by_role("button", name=f"Reject request {number}").click()
        dialog = seller.get_by_role("dialog", name=f"Reject request {number}")
        await dialog.get_by_role("button", name="Reject").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Say why you reject the request")
        await dialog.get_by_role("textbox", name="Reason for the customer").fill("The lid is not the bottle's own.")
        await seller.route("**/graphql", lambda route: route.fulfill(status=500), times=2)  # it is tried twice
        await dialog.get_by_role("button", name="Reject").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("The server could not do this (error 500).")
        await lose_session_and_sign_in_again(seller, dialog.get_by_role("button", name="Reject"))
        await reload_without_session(seller)
        await seller.get_by_role("link", name="Requests").click()
        await seller.get_by_role("button", name=f"Reject request {number}").click()
        await expect(dialog.get_by_role("textbox")).to_have_value("The lid is not the bottle's own.")
        await dialog.get_by_role("button", name="Reject").click()
        await expect(row_with(seller, number)).to_have_count(0)
        await seller.get_by_role("link", name="All", exact=True).click()
        await expect(row_with(seller, number)).to_contain_text("Rejected")

        rejection = "Rejected by Seller: The lid is not the bottle's own."
        await expect(request_article(buyer, number)).to_contain_text(rejection)
        await expect(request_article(buyer, number)).not_to_contain_text("→")  # statuses are nothing for shoppers
        await expect(buyer.get_by_role("button", name="Return This Item: Bottle Brook")).to_be_visible()


async def test_a_seller_confirms_a_part_and_sees_the_refund_before(shop: Shop) -> None:
    async with shop.signed_in("Kumo Ceramics") as seller, shop.signed_in("Owner") as owner:
        await seller.get_by_role("link", name="Requests").click()
        number = await number_of(seller, "Tea bowl Moss")
        await seller.get_by_role("button", name=f"Confirm request {number}").click()
        dialog = seller.get_by_role("dialog", name=f"Confirm request {number}")
        confirm, refund = dialog.get_by_role("button", name="Confirm"), dialog.get_by_role("region")
        await expect(refund).to_contain_text("2 × Tea bowl Moss")
        full_refund = await refund.locator(".sum .money").inner_text()
        tick = dialog.get_by_role("checkbox", name="2 × Tea bowl Moss")
        await tick.uncheck(force=True)
        await expect(refund).to_contain_text("At least one unit must be accepted")
        await expect(confirm).to_be_disabled()
        await tick.check(force=True)
        units = dialog.get_by_role("textbox", name="Units accepted of Tea bowl Moss")
        await units.fill("0")
        await units.press("Tab")
        await expect(units).to_have_value("1")  # less than one unit is no tick
        await expect(refund).to_contain_text("1 × Tea bowl Moss")
        partial_refund = await refund.locator(".sum .money").inner_text()
        assert partial_refund != full_refund
        await confirm.click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Say why you do not accept the rest")
        await dialog.get_by_role("textbox", name="Reason for the customer").fill("One of the bowls has no crack.")
        await confirm.click()
        await expect(row_with(seller, number)).to_have_count(0)

        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await open_request(owner, number)
        await expect(request_article(owner, number)).to_contain_text("2 × Tea bowl Moss")
        await expect(request_article(owner, number)).to_contain_text("1 accepted")
        plan = owner.get_by_role("article", name=f"Cancellation plan · Request {number}")
        await expect(plan.get_by_role("row").filter(has_text="1 × Tea bowl Moss")).to_contain_text(partial_refund)


async def test_a_customer_takes_a_request_back(shop: Shop) -> None:
    async with shop.signed_in("Ada Brandt") as buyer:
        await open_order(buyer, "Teapot Ember", "Tea bowl Moss", status="Waiting Packaging")
        again = buyer.get_by_role("button", name="Return This Item: Teapot Ember")
        await expect(buyer.get_by_role("listitem").filter(has_text="Cancellation requested")).to_have_count(1)
        await expect(again).to_have_count(0)
        dialog = buyer.get_by_role("alertdialog", name="Take this request back?")
        for answer in ("No", "Yes"):
            await buyer.get_by_role("button", name="Take back").click()
            await dialog.get_by_role("button", name=answer).click()
            await expect(dialog).to_have_count(0)
            await expect(again).to_have_count(0 if answer == "No" else 1)
        await expect(buyer.get_by_role("article")).to_be_focused()
        await expect(buyer.get_by_role("article").get_by_role("heading", level=3)).to_have_count(1)
        await expect(buyer.get_by_role("article")).to_contain_text("Taken back")


async def test_a_customer_must_accept_the_policy_that_is_in_force(shop: Shop) -> None:
    async with shop.signed_in("Chloé Martin") as buyer:
        number = await open_order(buyer, "Notebook Dot", "Fountain pen", status="Delivered")
        await select_item(buyer, "Fountain pen Heron", "It does not fit")
        accept, refusal = buyer.get_by_role("button", name=POLICY), buyer.get_by_role("alert")
        await expect(buyer.get_by_text("You may return an item within 30 days")).to_be_visible()
        await accept.click()
        await accept.click()  # and takes it back
        await return_selected(buyer)
        await expect(refusal).to_contain_text("Read and accept the Return Policy.")
        await expect(buyer.get_by_role("button", name="Return Selected Items")).to_be_focused()
        await accept.click()
        await expect(accept).to_have_attribute("aria-pressed", "true")

        await publish_policy(shop, "Everything may be returned until spring.")
        await return_selected(buyer)
        await expect(refusal).to_contain_text("The Return Policy or the terms have changed.")
        await expect(buyer.get_by_text("until spring")).to_be_visible()
        await expect(accept).to_have_attribute("aria-pressed", "false")
        await accept.click()
        await return_selected(buyer)
        await expect(buyer.get_by_role("status").filter(has_text=RECEIVED)).to_be_visible()
    (request,) = (await shop.server.data(customer("chloe"), _ACCEPTED, number=number))["order"]["requests"]
    assert request["acceptedPolicy"]["version"] == "2027-01"


async def test_the_owner_adds_a_reason_and_no_longer_offers_it(shop: Shop) -> None:
    async with shop.signed_in("Owner") as owner, shop.signed_in("Owner", words=GERMAN) as german:
        await owner.get_by_role("link", name="Settings").click()
        await owner.get_by_role("link", name="Reasons").click()
        await expect(owner.get_by_role("article", name="found-cheaper")).to_contain_text("It is offeredNo")
        await owner.get_by_role("button", name="Add a reason").click()
        dialog = owner.get_by_role("dialog", name="Add a reason")
        save = dialog.get_by_role("button", name="Save")
        await dialog.get_by_role("textbox", name="Name for programs").fill("a-gift")
        for language, text in (("en", "It was a gift"), ("de", "Es war ein Geschenk")):
            await dialog.get_by_role("group", name=f"Text: {language}").get_by_role("textbox", name="Text").fill(text)
        await dialog.get_by_text("Seller", exact=True).click()
        await dialog.get_by_role("combobox", name="Transaction").select_option(label="Refund")
        await save.click()
        await expect(dialog.get_by_role("alert")).to_be_visible()  # sellers cannot begin returns
        await dialog.get_by_role("combobox", name="Transaction").select_option(label="Cancel")
        await save.click()
        await expect(owner.locator(":focus")).to_have_text("Done.")
        card = owner.get_by_role("article", name="a-gift")
        await expect(card).to_contain_text("It was a gift")
        await expect(card).to_contain_text("Customer, Seller and Owner")
        await german.get_by_role("link", name="Einstellungen").click()
        await german.get_by_role("link", name="Gründe").click()
        await expect(german.get_by_role("article", name="a-gift")).to_contain_text("Es war ein Geschenk")

        await owner.get_by_role("button", name="Change the reason a-gift").click()
        await owner.get_by_role("dialog").get_by_text("It is offered").click()
        await owner.get_by_role("dialog").get_by_role("button", name="Save").click()
        await expect(card).to_contain_text("It is offeredNo")
    offered = await shop.server.data(OWNER, "{ reasons { handle } }")
    assert "a-gift" not in {reason["handle"] for reason in offered["reasons"]}


async def test_the_owner_reattempts_a_refund_and_settles_it_manually(shop: Shop) -> None:
    async with shop.signed_in("Owner") as owner:
        await owner.get_by_role("link", name="Refunds").click()
        failed = row_with(owner, "D-1050")
        attempts = failed.get_by_role("list", name="Attempts").get_by_role("listitem")
        await expect(attempts).to_have_count(1)
        await failed.get_by_role("button", name="Retry").click()
        await expect(owner.locator(":focus")).to_contain_text("The refund is sent again: €")
        await expect(owner.get_by_text("All refunds are done or in progress.")).to_be_visible()
        async with shop.working():  # it fails again, and comes back
            await expect(attempts.nth(1)).to_contain_text("No gateway named 'gift-cards' is set up here.")
        await expect(failed.get_by_role("button", name="Retry")).to_be_visible()

        await failed.get_by_role("button", name="Settle").click()
        dialog = owner.get_by_role("dialog", name="Settle this refund manually")
        settle = dialog.get_by_role("button", name="Settle")
        await settle.click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Enter the reference of the payment.")
        await dialog.get_by_role("textbox", name="Payment reference").fill("wire 4711")
        await settle.click()
        await expect(failed).to_have_count(0)
        await expect(owner.locator(":focus")).to_contain_text("wire 4711")

        await owner.get_by_role("link", name="Cancellation/Return Requests").click()
        await expect(owner.get_by_role("link", name="Needs attention")).to_have_text("0 Needs attention")
        await owner.get_by_role("searchbox", name="Search").fill("D-1050")
        await owner.get_by_role("row").filter(has_text="D-1050").get_by_role("rowheader").get_by_role("link").click()
        plan = owner.get_by_role("article", name="Cancellation plan")
        await expect(plan).to_contain_text("Settled manually")
        await expect(plan).to_contain_text("wire 4711")
        await expect(plan).to_contain_text("Completed")


@in_both_languages(("words",), (ENGLISH,), (GERMAN,))
async def test_a_second_market_is_made_by_clicking_and_one_order_is_compared_under_both(
    shop: Shop, words: Words
) -> None:
    await second_market(shop, words, TEXTS[words.locale])
