"""Goods on their way back, clicked by customer, seller and owner at once: what arrives, is kept and is missing."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.web.console_actions import request_article
from tests.web.demo_shop import Shop
from tests.web.goods_words import ENGLISH_GOODS, GERMAN_GOODS, GoodsWords
from tests.web.orders import LAMP, OWNER, PlacedOrder, place
from tests.web.seats import Seats, seated
from tests.web.test_accessibility import unfit
from tests.web.test_product_by_product import open_path
from tests.web.words import ENGLISH, GERMAN, Words, in_both_languages

ADDRESS = {"name": "Alpina returns", "lines": ["Talweg 3"], "postalCode": "80331", "city": "München", "country": "DE"}
_REQUESTS = "query F($number: String!) { requests(filter: { numberStartsWith: $number }) { nodes { id } } }"
WHY = "The glass is broken."


async def set_terms(order: PlacedOrder, trigger: str | None, **terms: Any) -> None:
    """Set the return settings of Alpina Outdoor, or take them away."""
    wanted = None if trigger is None else {"trigger": trigger, "address": ADDRESS, **terms}
    await order.do(
        OWNER, "setReturnSettings", "returnSettings { version }", sellerId=order.seller.seller_id, terms=wanted
    )


async def delivered(shop: Shop, **terms: Any) -> PlacedOrder:
    """An order of two lanterns that Ada has got, of a seller that pays what it has inspected."""
    order = await place(shop, {LAMP: 2})
    await set_terms(order, "ON_INSPECTION", **terms)
    await order.move("SHIPPED", "DELIVERED")
    return order


async def arrive(seats: Seats, goods: GoodsWords, scanned: str, number: str, *, units: int) -> None:
    """Scan what is on a package, count what is in it, and read that it is done where the focus is."""
    page = seats.seller_center
    await page.get_by_role("link", name=goods.arriving).click()
    await page.get_by_role("searchbox", name=goods.scan).fill(scanned)
    await page.get_by_role("searchbox", name=goods.scan).press("Enter")
    dialog = page.get_by_role("dialog", name=goods.receive_title.format(number))
    await dialog.get_by_role("textbox", name=goods.arrived_units.format(LAMP)).fill(str(units))
    await dialog.get_by_role("textbox", name=goods.arrived_units.format(LAMP)).press("Tab")


def shipment(page: Page, goods: GoodsWords, number: str) -> Locator:
    """The article about a return shipment."""
    return page.get_by_role("article", name=goods.shipment.format(number), exact=True)


@in_both_languages(("words", "goods"), (ENGLISH, ENGLISH_GOODS), (GERMAN, GERMAN_GOODS))
async def test_two_are_sent_one_arrives_damaged_and_the_missing_one_turns_up(
    shop: Shop, words: Words, goods: GoodsWords
) -> None:
    order = await delivered(shop)
    number = await order.request("REFUND", lantern=2)
    tracking = f"1Z-{order.number}"
    async with seated(shop, words, LAMP, seller="Alpina Outdoor") as seats:
        await open_path(seats.store, f"/store/orders/{order.id}")
        await open_path(seats.omnitron, f"/owner/orders/{order.id}")
        await _the_seller_agrees(seats, number)
        first = await _the_customer_sends_both(seats, goods, number, tracking)
        second = await _one_of_two_arrives(seats, goods, tracking, first)
        await _it_is_damaged(seats, goods, first)
        await _everybody_reads_what_was_kept(seats, goods, number, first)
        async with shop.working():
            await expect(seats.article(seats.store, number)).to_contain_text(words.refunded)
        await expect(_refunded(seats)).to_contain_text(_amount(goods, "14.00"))  # less than the one that arrived
        await _the_missing_one_is_lost_and_turns_up(seats, goods, second)
        async with shop.working():
            await expect(_refunded(seats)).to_contain_text(_amount(goods, "33.00"))
        await expect(seats.item()).to_contain_text(words.returned)


def _amount(goods: GoodsWords, amount: str) -> str:
    return goods.money.format(amount if goods is ENGLISH_GOODS else amount.replace(".", ","))


def _refunded(seats: Seats) -> Locator:
    totals = seats.store.get_by_role("region", name=seats.words.totals)
    return totals.locator(".fact").filter(has_text=seats.words.refunded)


async def _the_seller_agrees(seats: Seats, number: str) -> None:
    page, words = seats.seller_center, seats.words
    await page.get_by_role("link", name=words.requests).click()
    await page.get_by_role("button", name=words.confirm_request.format(number)).click()
    dialog = page.get_by_role("dialog", name=words.confirm_request.format(number))
    await dialog.get_by_role("button", name=words.confirm, exact=True).click()
    await expect(dialog).to_have_count(0)


async def _the_customer_sends_both(seats: Seats, goods: GoodsWords, number: str, tracking: str) -> str:
    article = seats.article(seats.store, number)
    how = article.get_by_role("region", name=goods.how_to_send)
    await expect(how).to_contain_text("Talweg 3")
    await expect(article).to_contain_text(goods.held)
    step = article.get_by_role("list", name=goods.step_by_step).locator("[aria-current=step]")
    await expect(step).to_contain_text(goods.on_its_way)
    (first,) = re.findall(r"RS-\d+", await how.inner_text())
    await how.get_by_role("button", name=goods.i_have_sent_it).click()
    await expect(how.get_by_role("alert")).to_be_visible()  # neither a number nor a receipt
    await expect(how.get_by_role("button", name=goods.i_have_sent_it)).to_be_focused()
    await how.get_by_role("textbox", name=goods.tracking).fill(tracking)
    await how.get_by_role("button", name=goods.i_have_sent_it).click()
    await expect(how).to_have_count(0)
    await expect(article).to_be_focused()
    return str(first)


async def _one_of_two_arrives(seats: Seats, goods: GoodsWords, tracking: str, first: str) -> str:
    await arrive(seats, goods, tracking.lower(), first, units=1)
    page = seats.seller_center
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(goods.one_missing)
    money = dialog.get_by_role("region", name=seats.words.expected_refund)
    await expect(money).to_contain_text(_amount(goods, "19.00"))  # of the one, before the seller says yes
    await dialog.get_by_role("button", name=goods.receive, exact=True).click()
    done = page.locator(":focus")
    await expect(done).to_contain_text(goods.still_to_come.format(first))
    return str(re.findall(r"RS-\d+", await done.inner_text())[-1])


async def _it_is_damaged(seats: Seats, goods: GoodsWords, first: str) -> None:
    page = seats.seller_center
    await page.get_by_role("link", name=goods.to_inspect).click()
    await page.get_by_role("button", name=goods.inspect_title.format(first)).click()
    dialog = page.get_by_role("dialog", name=goods.inspect_title.format(first))
    money = dialog.get_by_role("region", name=seats.words.expected_refund)
    await expect(money).to_contain_text(_amount(goods, "19.00"))
    await dialog.get_by_role("combobox", name=goods.condition).select_option(label=goods.damaged)
    await dialog.get_by_role("textbox", name=goods.deduction).fill("5")
    await dialog.get_by_role("textbox", name=goods.deduction).press("Tab")
    await expect(money).to_contain_text(_amount(goods, "14.00"))
    confirm = dialog.get_by_role("button", name=goods.inspect, exact=True)
    await confirm.click()
    await expect(dialog.get_by_role("alert")).to_contain_text(LAMP)  # the customer is owed a reason
    await expect(confirm).to_be_focused()
    await dialog.get_by_role("textbox", name=goods.why).fill(WHY)
    await confirm.click()
    await expect(page.locator(":focus")).to_contain_text(first)


async def _everybody_reads_what_was_kept(seats: Seats, goods: GoodsWords, number: str, first: str) -> None:
    kept = seats.article(seats.store, number).get_by_role("region", name=goods.kept)
    for text in (goods.deduction, WHY, goods.by_seller, _amount(goods, "5.00"), _amount(goods, "14.00")):
        await expect(kept).to_contain_text(text)
    plan = seats.plan(number)
    for text in (goods.deduction, WHY, goods.by_seller, _amount(goods, "14.00")):
        await expect(plan).to_contain_text(text)
    await expect(shipment(seats.omnitron, goods, first)).to_contain_text(goods.counts)
    await expect(shipment(seats.omnitron, goods, first)).to_contain_text(goods.damaged)


async def _the_missing_one_is_lost_and_turns_up(seats: Seats, goods: GoodsWords, second: str) -> None:
    page = seats.omnitron
    await page.get_by_role("button", name=goods.lose_title.format(second)).click()
    await page.get_by_role("dialog").get_by_role("button", name=goods.lose, exact=True).click()
    await expect(page.locator(":focus")).to_contain_text(second)
    await expect(seats.store.get_by_text(goods.lost)).to_be_visible()
    await arrive(seats, goods, second, second, units=1)
    page = seats.seller_center
    await page.get_by_role("dialog").get_by_role("button", name=goods.receive, exact=True).click()
    await expect(page.locator(":focus")).to_contain_text(second)
    await page.get_by_role("button", name=goods.inspect_title.format(second)).click()
    dialog = page.get_by_role("dialog", name=goods.inspect_title.format(second))
    await expect(dialog.get_by_role("region")).to_contain_text(_amount(goods, "19.00"))
    await dialog.get_by_role("button", name=goods.inspect, exact=True).click()
    await expect(page.locator(":focus")).to_contain_text(second)


STEPS = {
    "Chloé Martin": {
        "D-1053": ("RQ-100039", "Requested", "Confirmed by", "Money back"),
        "D-1048": ("RQ-100032", "Requested", "Taken back", "You have taken this back."),
        "D-1015": ("RQ-100008", "Agreed", "The payment is disputed: your bank decides first."),
        "D-1005": ("RQ-100004", "On its way back", "Received and inspected Still to come", "The package is lost."),
    },
    "Dario Conti": {
        "D-1033": ("RQ-100022", "Requested", "Refused"),
        "D-1002": ("RQ-100001", "Agreed", "Ended", "It was not sent in time."),
    },
}
"""By person and order of the demo: a request, and what its customer reads of it."""


async def test_customers_read_step_by_step_what_becomes_of_their_requests(shop: Shop) -> None:
    for person, orders in STEPS.items():
        async with shop.signed_in(person) as page:
            for order, (number, *texts) in orders.items():
                await page.get_by_role("link", name="My Orders").first.click()
                await page.get_by_role("link", name=f"Order {order}", exact=True).click()
                article = request_article(page, number)
                await expect(article.get_by_role("list", name="Step by step")).to_be_visible()
                for text in texts:
                    await expect(article).to_contain_text(text)
                for word in ("HELD", "System", "plan"):
                    await expect(article).not_to_contain_text(word)


async def confirmed(shop: Shop, **terms: Any) -> tuple[PlacedOrder, str]:
    """A return of one lantern that the seller has confirmed, and the number of its request."""
    order = await delivered(shop, **terms)
    number = await order.request("REFUND", lantern=1)
    (found,) = (await shop.server.data(order.seller, _REQUESTS, number=number))["requests"]["nodes"]
    await order.do(order.seller, "confirmRequest", "request { id }", requestId=found["id"])
    return order, number


async def test_a_return_whose_goods_are_not_sent_is_withdrawn(shop: Shop) -> None:
    order, number = await confirmed(shop)
    async with shop.signed_in("Ada Brandt") as buyer:
        await open_path(buyer, f"/store/orders/{order.id}")
        article = request_article(buyer, number)
        await expect(article.get_by_role("region", name="How to send it back")).to_be_visible()
        await article.get_by_role("button", name="Take back").click()
        await buyer.get_by_role("alertdialog").get_by_role("button", name="Yes").click()
        await expect(article).to_contain_text("You have taken this back.")
        await expect(article.get_by_role("region", name="How to send it back")).to_have_count(0)
        await expect(buyer.get_by_role("button", name=f"Return This Item: {LAMP}")).to_be_visible()


async def test_a_seller_waives_goods_and_the_customer_reads_why_and_is_paid(shop: Shop) -> None:
    order, number = await confirmed(shop, fees=[{"name": "Label", "amount": "2.50", "currency": "EUR"}])
    async with shop.signed_in("Ada Brandt") as buyer, shop.signed_in("Alpina Outdoor") as seller:
        await open_path(buyer, f"/store/orders/{order.id}")
        article = request_article(buyer, number)
        await expect(article).to_contain_text("Will be kept: Label")
        await seller.get_by_role("link", name="Arriving").click()
        card = seller.get_by_role("article").filter(has_text=number)
        await card.get_by_role("button", name="Waive").click()
        dialog = seller.get_by_role("alertdialog")
        await expect(dialog).to_contain_text("16.50")
        await dialog.get_by_role("textbox", name="Note for everybody").fill("Keep it.")
        await dialog.get_by_role("button", name="Waive").click()
        await expect(seller.locator(":focus")).to_contain_text("Done: RS-")
        await expect(article).to_contain_text("Keep it.")
        await expect(article.get_by_role("region", name="What was kept, and why")).to_contain_text("Label")
        async with shop.working():
            await expect(article).to_contain_text("Refunded")


async def test_goods_that_nobody_expects_are_received_for_their_customer(shop: Shop) -> None:
    order = await delivered(shop)
    async with shop.signed_in("Alpina Outdoor") as seller, shop.signed_in("Ada Brandt") as buyer:
        await open_path(buyer, f"/store/orders/{order.id}")
        await seller.get_by_role("link", name="Arriving").click()
        await seller.get_by_role("searchbox", name="Scan or type").fill("1Z-UNKNOWN")
        await seller.get_by_role("searchbox", name="Scan or type").press("Enter")
        await expect(seller.get_by_text("Nothing is expected for “1Z-UNKNOWN”.")).to_be_visible()
        await seller.get_by_role("button", name="Goods arrived unannounced").click()
        dialog = seller.get_by_role("dialog", name="Goods arrived unannounced")
        await expect(dialog.get_by_role("button", name="Receive")).to_be_disabled()
        await dialog.get_by_role("textbox", name="Order number").fill(order.number)
        await dialog.get_by_role("checkbox", name=LAMP).check(force=True)
        await dialog.get_by_role("combobox", name=f"Reason for {LAMP}").select_option(label="I no longer want it")
        await dialog.get_by_role("button", name="Receive").click()
        await expect(seller.locator(":focus")).to_contain_text("Done: RS-")
        request = buyer.get_by_role("article").filter(has_text="Received")
        await expect(request).to_contain_text(f"2 × {LAMP}")
        await expect(request).to_contain_text("Begun by the seller")
        await seller.get_by_role("searchbox", name="Scan or type").fill(LAMP)  # what is on the goods themselves
        await seller.get_by_role("searchbox", name="Scan or type").press("Enter")
        await expect(seller.get_by_role("button", name="Inspect RS-").first).to_be_visible()


async def test_the_owner_sets_changes_and_takes_away_how_returns_of_a_seller_go(shop: Shop) -> None:
    order = await place(shop, {LAMP: 1})
    await set_terms(order, None)
    async with shop.signed_in("Owner") as page:
        await page.get_by_role("link", name="Settings").click()
        await expect(page.get_by_role("article", name="Marketplace")).to_contain_text("No settings")
        await page.get_by_role("textbox", name="Name of the seller begins with").fill("alp")
        sellers = page.get_by_role("combobox", name="Seller with settings of its own")
        await expect(sellers.get_by_role("option")).to_have_text(["Alpina Outdoor"])
        await page.get_by_role("button", name="Add settings").click()
        dialog = page.get_by_role("dialog", name="Return settings of Alpina Outdoor")
        await dialog.get_by_role("combobox", name="The money waits until").select_option(label="The goods have arrived")
        await dialog.get_by_role("textbox", name="Days to send the goods").fill("10")
        await dialog.get_by_role("button", name="Add a fee").click()
        save = dialog.get_by_role("button", name="Save")
        await save.click()
        await expect(dialog.get_by_role("alert")).to_be_visible()  # a fee needs a name
        await expect(save).to_be_focused()
        await dialog.get_by_role("textbox", name="Name of the fee").fill("Restocking")
        await dialog.get_by_role("combobox", name="Kind of fee").select_option(label="A share of the goods")
        await dialog.get_by_role("textbox", name="Percent of the goods").fill("10")
        await dialog.get_by_role("textbox", name="Percent of the goods").press("Tab")
        await save.click()
        await expect(page.locator(":focus")).to_have_text("Done.")
        card = page.get_by_role("article", name="Alpina Outdoor")
        for text in ("The goods have arrived", "10 %", "Restocking"):
            await expect(card).to_contain_text(text)

        await page.get_by_role("button", name="Remove the return settings of Alpina Outdoor").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
        await expect(page.locator(":focus")).to_have_text("Done.")
        await expect(card).to_have_count(0)


@pytest.mark.storm  # the owner's pages stand for it (test_accessibility.py)
async def test_no_page_about_goods_scrolls_sideways_in_german(shop: Shop) -> None:
    async with (
        shop.signed_in("Greta Lindqvist", words=GERMAN) as store,
        shop.signed_in("Loom & Thread", words=GERMAN) as seller,
        shop.signed_in("Owner", words=GERMAN) as owner,
    ):
        await store.get_by_role("link", name="Bestellung D-1010").click()
        await expect(store.get_by_role("region", name=GERMAN_GOODS.how_to_send)).to_be_visible()
        await seller.get_by_role("link", name=GERMAN_GOODS.arriving).click()
        await expect(seller.get_by_role("article").first).to_be_visible()
        await seller.get_by_role("link", name=GERMAN_GOODS.to_inspect).click()
        await seller.get_by_role("button", name="prüfen").first.click()
        await expect(seller.get_by_role("dialog").get_by_role("region")).to_contain_text("€")
        await owner.get_by_role("searchbox").fill("D-1004")
        await owner.get_by_role("link", name="D-1004").click()
        await expect(owner.get_by_role("article", name="Rücksendung")).to_be_visible()
        assert await unfit(store, seller, owner) == []
        await owner.get_by_role("link", name="Einstellungen").click()
        await expect(owner.get_by_role("article", name="Loom & Thread")).to_be_visible()
        assert await unfit(owner) == []
