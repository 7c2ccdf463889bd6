"""What people add to refunds or keep from them, allowances, the pause of refunds, and packages split or taken back."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.web.console_actions import request_article
from tests.web.demo_shop import Shop, choose
from tests.web.orders import LAMP, OWNER, TENT, place
from tests.web.test_accessibility import violations
from tests.web.test_product_by_product import open_path, package_row
from tests.web.test_way_back import delivered
from tests.web.words import ENGLISH, GERMAN, Words, in_both_languages


@dataclass(frozen=True, slots=True)
class MoneyWords:
    """The words of one language. A text with `{}` has a gap."""

    apply_request: str
    add: str
    row: str
    kind: str
    about: str
    amount: str
    reason: str
    bearer: str
    refund_allowance: str
    refund_now: str
    allowance: str
    reversal: str
    carrier: str
    money: str


IN_ENGLISH = MoneyWords(
    apply_request="Apply request {}",
    add="Add an adjustment",
    row="Adjustment {}",
    kind="Kind of adjustment",
    about="What it is about",
    amount="Amount",
    reason="Reason for the customer",
    bearer="Borne by, or paid to",
    refund_allowance="Refund an allowance",
    refund_now="Refund",
    allowance="Allowance",
    reversal="Paid back after all",
    carrier="Carrier",
    money="€{}",
)
IN_GERMAN = MoneyWords(
    apply_request="Anfrage {} anwenden",
    add="Anpassung hinzufügen",
    row="Anpassung {}",
    kind="Art der Anpassung",
    about="Worum es geht",
    amount="Betrag",
    reason="Begründung für den Kunden",
    bearer="Trägt oder bekommt es",
    refund_allowance="Nachlass erstatten",
    refund_now="Erstatten",
    allowance="Nachlass",
    reversal="Doch erstattet",
    carrier="Paketdienst",
    money="{} €",
)


async def fill_amount(row: Locator, words: MoneyWords, amount: int) -> None:
    """Enter an amount, which counts once the field is left."""
    await row.get_by_role("textbox", name=words.amount).fill(str(amount))
    await row.get_by_role("textbox", name=words.amount).press("Tab")


def of(words: MoneyWords, amount: str) -> str:
    return words.money.format(amount if words is IN_ENGLISH else amount.replace(".", ","))


@in_both_languages(("words", "texts"), (ENGLISH, IN_ENGLISH), (GERMAN, IN_GERMAN))
async def test_the_owner_adds_to_a_cancellation_and_pays_an_allowance_to_the_cent(
    shop: Shop, words: Words, texts: MoneyWords
) -> None:
    order = await place(shop, {TENT: 1, LAMP: 2})
    number = await order.request(lantern=2)
    async with shop.signed_in("Owner", words=words) as page:
        await page.set_viewport_size({"width": 360, "height": 740})
        await open_path(page, f"/owner/orders/{order.id}")
        await page.get_by_role("button", name=texts.apply_request.format(number)).click()
        dialog = page.get_by_role("alertdialog", name=words.order_cancel)
        preview = dialog.get_by_role("region", name=words.expected_refund)
        await expect(preview.locator(".sum")).to_contain_text(of(texts, "38.00"))
        await dialog.get_by_role("button", name=texts.add).click()
        row = dialog.get_by_role("group", name=texts.row.format(1))
        await row.get_by_role("combobox", name=texts.about).select_option(label=TENT)
        await row.get_by_role("combobox", name=texts.bearer).select_option(label=texts.carrier)
        await fill_amount(row, texts, 3)
        await expect(preview.locator(".sum")).to_contain_text(of(texts, "41.00"))
        yes = dialog.get_by_role("button", name=words.yes, exact=True)
        await yes.click()
        await expect(dialog.get_by_role("alert")).to_contain_text(texts.row.format(1))  # the customer is owed a reason
        await expect(yes).to_be_focused()
        await row.get_by_role("textbox", name=texts.reason).fill("It took long.")
        assert await dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
        await yes.click()
        plan = page.get_by_role("article", name=words.plan.format(number))
        for text in (of(texts, "41.00"), "It took long.", texts.carrier):
            await expect(plan).to_contain_text(text)

        await page.get_by_role("button", name=texts.refund_allowance).click()
        dialog = page.get_by_role("dialog", name=texts.refund_allowance)
        preview = dialog.get_by_role("region", name=words.expected_refund)
        row = dialog.get_by_role("group", name=texts.row.format(1))
        refund = dialog.get_by_role("button", name=texts.refund_now, exact=True)
        await expect(refund).to_be_disabled()
        await row.get_by_role("combobox", name=texts.about).select_option(label=TENT)
        await fill_amount(row, texts, 147)  # 149 less the 3 from above
        await expect(preview).to_contain_text(texts.row.format(1))
        await expect(refund).to_be_disabled()
        await fill_amount(row, texts, 146)
        await expect(preview.locator(".sum")).to_contain_text(of(texts, "146.00"))
        await row.get_by_role("textbox", name=texts.reason).fill("A scratch.")
        assert await dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
        await refund.click()
        await expect(dialog).to_have_count(0)
        await expect(page.locator(":focus")).not_to_be_empty()
        paid = page.get_by_role("article").filter(has_text="A scratch.")
        await expect(paid).to_contain_text(of(texts, "146.00"))
        assert await page.evaluate("document.scrollingElement.scrollWidth") <= 360


def kinds(row: Locator) -> Locator:
    """What a row can be."""
    return row.get_by_role("combobox", name=IN_ENGLISH.kind).locator("option")


async def open_confirmation(page: Page, number: str) -> Locator:
    """The dialog in which a seller confirms a request, with a row for an adjustment."""
    await page.get_by_role("link", name="Requests").click()
    await page.get_by_role("button", name=f"Confirm request {number}").click()
    dialog = page.get_by_role("dialog", name=f"Confirm request {number}")
    await dialog.get_by_role("button", name=IN_ENGLISH.add).click()
    return dialog


async def test_a_seller_deducts_within_its_limits_and_the_owner_gives_it_back(shop: Shop) -> None:
    order = await place(shop, {LAMP: 2})
    await order.move("SHIPPED", "DELIVERED")
    number = await order.request("REFUND", lantern=1)
    async with shop.signed_in("Alpina Outdoor") as seller, shop.signed_in("Owner") as owner:
        dialog = await open_confirmation(seller, number)
        row = dialog.get_by_role("group", name="Adjustment 1")
        await expect(kinds(row)).to_have_text(["Allowance", "Deduction"])  # no fee, and there is no shipping
        await expect(row.get_by_role("combobox", name=IN_ENGLISH.bearer)).to_have_count(0)
        await row.get_by_role("combobox", name=IN_ENGLISH.kind).select_option(label="Deduction")
        await fill_amount(row, IN_ENGLISH, 4)
        await expect(dialog.get_by_role("region", name="Expected refund").locator(".sum")).to_contain_text("€15.00")
        await row.get_by_role("textbox", name=IN_ENGLISH.reason).fill("A dent.")
        await dialog.get_by_role("button", name="Confirm", exact=True).click()
        await expect(seller.locator(":focus")).to_contain_text(number)

        await open_path(owner, f"/owner/orders/{order.id}")
        await expect(owner.get_by_role("article", name="Cancellation plan")).to_contain_text("A dent.")
        await owner.get_by_role("button", name=IN_ENGLISH.refund_allowance).click()
        dialog = owner.get_by_role("dialog", name=IN_ENGLISH.refund_allowance)
        row = dialog.get_by_role("group", name="Adjustment 1")
        await row.get_by_role("combobox", name=IN_ENGLISH.kind).select_option(label=IN_ENGLISH.reversal)
        await expect(row.get_by_role("combobox", name=IN_ENGLISH.about)).to_contain_text(f"Deduction · {LAMP}")
        await fill_amount(row, IN_ENGLISH, 4)
        await expect(dialog.get_by_role("region", name="Expected refund").locator(".sum")).to_contain_text("€4.00")
        await row.get_by_role("textbox", name=IN_ENGLISH.reason).fill("It was there before.")
        await dialog.get_by_role("button", name="Refund", exact=True).click()
        await expect(dialog).to_have_count(0)
        await expect(owner.get_by_role("article").filter(has_text="It was there before.")).to_contain_text("€4.00")


async def test_a_seller_whose_goods_are_inspected_deducts_nothing_before(shop: Shop) -> None:
    order = await delivered(shop)
    number = await order.request("REFUND", lantern=1)
    async with shop.signed_in("Alpina Outdoor") as seller:
        dialog = await open_confirmation(seller, number)
        await expect(kinds(dialog.get_by_role("group", name="Adjustment 1"))).to_have_text(["Allowance"])


async def test_everybody_of_the_owners_seat_sees_that_refunds_are_paused_and_why(shop: Shop) -> None:
    async with shop.signed_in("Owner") as owner, shop.signed_in("Owner", words=GERMAN) as other:
        await other.set_viewport_size({"width": 360, "height": 740})
        await owner.get_by_role("link", name="Refunds").click()
        await owner.get_by_role("button", name="Pause refunds").click()
        dialog = owner.get_by_role("dialog", name="Pause refunds")
        pause = dialog.get_by_role("button", name="Pause refunds")
        await pause.click()
        await expect(dialog.get_by_role("alert")).to_be_visible()  # a pause has a reason
        await expect(pause).to_be_focused()
        await dialog.get_by_role("textbox", name="Reason for the pause").fill("Paid twice.")
        await pause.click()
        await expect(owner.locator(":focus")).to_contain_text("Refunds are paused.")
        banner = owner.get_by_role("status").filter(has_text="No refunds are sent.")
        await expect(banner).to_contain_text("Paid twice.")
        await owner.get_by_role("link", name="Settings").click()
        await expect(banner).to_be_visible()

        await other.reload()
        seen = other.get_by_role("status").filter(has_text="Es werden keine Erstattungen gesendet.")
        await expect(seen).to_contain_text("Paid twice.")
        assert await other.evaluate("document.scrollingElement.scrollWidth") <= 360
        await seen.get_by_role("link", name="Erstattungen").click()
        await other.get_by_role("button", name="Erstattungen fortsetzen").click()
        await other.get_by_role("dialog").get_by_role("button", name="Erstattungen fortsetzen").click()
        await expect(other.locator(":focus")).to_contain_text("Erstattungen werden wieder gesendet.")
        await expect(seen).to_have_count(0)


async def test_what_was_done_is_said_and_can_be_undone_for_a_while(shop: Shop) -> None:
    order = await place(shop, {LAMP: 1})
    package = order.packages[0]["number"]
    async with shop.signed_in("Ada Brandt") as buyer, shop.signed_in("Alpina Outdoor") as seller:
        card = await package_row(seller, package)
        await seller.clock.install()
        await card.get_by_role("button", name="Set to Ready to ship").click()
        said = seller.get_by_role("status").filter(has_text=f"{package}: Ready to ship")
        await said.hover()
        await seller.clock.fast_forward(60_000)
        await expect(said).to_be_visible()  # as long as somebody points at it
        assert [fault async for fault in violations(seller)] == []
        await seller.mouse.move(0, 0)
        for key in ("F6", "Tab", "Tab"):  # to the messages, to this one, to what can be done about it
            await seller.keyboard.press(key)
        await expect(seller.get_by_role("button", name=f"Undo: {package}")).to_be_focused()
        await seller.keyboard.press("Enter")
        await expect(card).to_contain_text("Preparing")
        await expect(seller.locator(":focus")).to_have_text(f"{package}: Preparing")
        await seller.get_by_role("heading", level=1).click()  # nobody points at it, or is in it
        await seller.clock.fast_forward(60_000)
        await expect(seller.get_by_role("alertdialog")).to_have_count(0)

        await open_path(buyer, f"/store/orders/{order.id}")
        await buyer.get_by_role("button", name=f"Return This Item: {LAMP}").click()
        await choose(buyer, f"Reason for {LAMP}", ENGLISH.changed_mind)
        await expect(buyer.get_by_role("region", name=ENGLISH.expected_refund)).to_contain_text(LAMP)
        await buyer.get_by_role("button", name=ENGLISH.policy).click()
        await buyer.get_by_role("button", name=ENGLISH.return_selected).click()
        await buyer.get_by_role("button", name="Undo: RQ-").click()
        await expect(buyer.locator(":focus")).to_contain_text("Taken back: RQ-")
        await expect(buyer.get_by_role("article")).to_contain_text("You have taken this back.")
        await expect(buyer.get_by_role("button", name=f"Return This Item: {LAMP}")).to_be_visible()


@in_both_languages(
    ("words", "deliver", "undo", "no", "yes", "shipped"),
    (ENGLISH, "Set to Delivered", "Undo", "No", "Yes", "Shipped"),
    (GERMAN, "Auf „Zugestellt“ setzen", "Rückgängig machen", "Nein", "Ja", "Versandt"),
)
async def test_a_delivery_is_asked_about_and_taken_back(
    shop: Shop, words: Words, deliver: str, undo: str, no: str, yes: str, shipped: str
) -> None:
    order = await place(shop, {LAMP: 1})
    await order.move("SHIPPED")
    package = order.packages[0]["number"]
    async with shop.signed_in("Alpina Outdoor", words=words) as page:
        await page.set_viewport_size({"width": 360, "height": 740})
        card = await package_row(page, package)
        await card.get_by_role("button", name=deliver).click()
        dialog = page.get_by_role("alertdialog")
        await dialog.get_by_role("button", name=no, exact=True).click()
        await expect(dialog).to_have_count(0)
        await expect(card).to_contain_text(shipped)
        await card.get_by_role("button", name=deliver).click()
        await dialog.get_by_role("button", name=yes, exact=True).click()
        await expect(page.locator(":focus")).to_contain_text(package)
        await expect(card).to_have_count(0)
        await page.get_by_role("button", name=f"{undo}: {package}", exact=True).click()
        await expect(card).to_contain_text(shipped)
        await expect(page.get_by_role("button", name=f"{undo}: {package}", exact=True)).to_have_count(0)
        assert await page.evaluate("document.scrollingElement.scrollWidth") <= 360


async def test_a_seller_splits_a_package(shop: Shop) -> None:
    order = await place(shop, {TENT: 1, LAMP: 3})
    package = order.packages[0]["number"]
    async with shop.signed_in("Alpina Outdoor") as page:
        card = await package_row(page, package)
        await card.get_by_role("link", name=package, exact=True).click()
        await page.get_by_role("region", name="Details").get_by_role("button", name=f"Split package {package}").click()
        dialog = page.get_by_role("dialog", name=f"Split package {package}")
        split = dialog.get_by_role("button", name="Split", exact=True)
        await expect(split).to_be_disabled()
        for product, units in ((TENT, 1), (LAMP, 3)):
            field = dialog.get_by_role("textbox", name=f"Units of {product} for the new package")
            await field.fill(str(units))
            await field.press("Tab")
        await split.click()
        await expect(dialog.get_by_role("alert")).to_be_visible()  # one unit has to stay
        await expect(split).to_be_focused()
        await dialog.get_by_role("textbox", name=f"Units of {LAMP} for the new package").fill("1")
        await dialog.get_by_role("textbox", name=f"Units of {LAMP} for the new package").press("Tab")
        await split.click()
        await expect(page.locator(":focus")).to_contain_text(f"Done: {package} is split.")
        await expect(card).to_contain_text(f"2 × {LAMP}")
        new = await package_row(page, f"{package}.2")
        await expect(new).to_contain_text(f"1 × {TENT}")
        await expect(new).to_contain_text(f"1 × {LAMP}")


async def test_an_allowance_is_found_among_the_requests(shop: Shop) -> None:
    order = await delivered(shop)
    about = {"kind": "ALLOWANCE", "amount": "2.00", "reason": "A stain.", "orderItemId": order.items[LAMP]}
    async with shop.signed_in("Owner") as page:
        paid = await order.do(OWNER, "refundAllowance", "request { number }", orderId=order.id, adjustments=[about])
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        await page.get_by_text("Only allowances").click()
        await expect(page.get_by_role("checkbox", name="Only allowances")).to_be_checked()
        await page.get_by_role("link", name=paid["request"]["number"]).click()
        await expect(request_article(page, paid["request"]["number"])).to_contain_text("Allowance")
