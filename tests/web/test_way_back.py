"""Goods on their way back, clicked by customer, seller and owner at once: what arrives, is kept and is missing."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.live.process import working
from tests.web.demo_shop import Shop
from tests.web.goods_words import ENGLISH_GOODS, GERMAN_GOODS, GoodsWords
from tests.web.orders import LAMP, OWNER, PlacedOrder, place
from tests.web.seats import Seats, seated
from tests.web.test_product_by_product import open_path
from tests.web.words import ENGLISH, GERMAN, Words

ADDRESS = {"name": "Alpina returns", "lines": ["Talweg 3"], "postalCode": "80331", "city": "München", "country": "DE"}
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


@pytest.mark.parametrize(
    ("words", "goods"), [(ENGLISH, ENGLISH_GOODS), (GERMAN, GERMAN_GOODS)], ids=["english", "german"]
)
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
        async with working(shop.database, shop.home):
            await expect(seats.article(seats.store, number)).to_contain_text(words.refunded)
        await expect(_refunded(seats)).to_contain_text(_amount(goods, "14.00"))  # less than the one that arrived
        await _the_missing_one_is_lost_and_turns_up(seats, goods, second)
        async with working(shop.database, shop.home):
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
