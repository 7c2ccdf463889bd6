"""From the footer of the shop, signed out and on a phone, to the receipt; what the seller objects, and what is due."""

import re
from dataclasses import dataclass

import asyncpg
from playwright.async_api import Page, expect

from tests.live.process import working
from tests.web.demo_shop import PHONE, Shop
from tests.web.orders import LAMP, OWNER, TENT, PlacedOrder, place
from tests.web.test_accessibility import PHONES, violations
from tests.web.test_product_by_product import open_path
from tests.web.words import ENGLISH, GERMAN, Words

NOTE = "The seal of the tent is broken."
_PREVIEW = "query P($i: PreviewWithdrawalInput!) { previewWithdrawal(input: $i) { hash } }"


@dataclass(frozen=True, slots=True)
class WithdrawalWords:
    """What the console says about withdrawals. A text with `{}` has a gap."""

    here: str
    sign_in: str
    units: str
    address: str
    next_step: str
    statement: str
    canceled: str
    comes_back: str
    confirm: str
    outdated: str
    receipt: str
    mailed: str
    withdrawals: str
    basis: str
    object_to: str
    object: str
    note: str
    objected: str
    ground: str
    reject: str
    overdue: str
    subject: str
    sent: str


TEXTS = {
    ENGLISH.locale: WithdrawalWords(
        here="Withdraw from contract here",
        sign_in="Sign in to withdraw from a contract.",
        units="What do you withdraw from?",
        address="Email for the receipt",
        next_step="Continue",
        statement="Your statement",
        canceled="is canceled",
        comes_back="comes back",
        confirm="Confirm withdrawal",
        outdated="The statement has changed",
        receipt="Receipt of withdrawal {}",
        mailed="Mailed to you",
        withdrawals="Withdrawals",
        basis="Right of withdrawal",
        object_to="Object to the withdrawal: request {}",
        object="Object",
        note="Note for the marketplace",
        objected="The seller objects: The law gives no right of withdrawal.",
        ground="Ground",
        reject="Reject",
        overdue="Overdue withdrawals",
        subject="Receipt of your withdrawal {}",
        sent="Sent",
    ),
    GERMAN.locale: WithdrawalWords(
        here="Vertrag hier widerrufen",
        sign_in="Melden Sie sich an, um einen Vertrag zu widerrufen.",
        units="Was widerrufen Sie?",
        address="E-Mail für die Bestätigung",
        next_step="Weiter",
        statement="Ihre Erklärung",
        canceled="wird storniert",
        comes_back="geht zurück",
        confirm="Widerruf bestätigen",
        outdated="Die Erklärung",
        receipt="Eingangsbestätigung des Widerrufs {}",
        mailed="An Sie gemailt",
        withdrawals="Widerrufe",
        basis="Widerrufsrecht",
        object_to="Einwand gegen den Widerruf: Anfrage {}",
        object="Einwand erheben",
        note="Notiz für den Marktplatz",
        objected="Der Händler wendet ein: Kein Widerrufsrecht für diese Ware.",
        ground="Grund",
        reject="ablehnen",
        overdue="Überfällige Widerrufe",
        subject="Eingangsbestätigung Ihres Widerrufs {}",
        sent="Gesendet",
    ),
}


async def from_footer_to_receipt(shop: Shop, words: Words, texts: WithdrawalWords) -> None:
    """Of an order whose lanterns have not been sent, and whose tent has arrived."""
    order = await place(shop, {LAMP: 3}, {TENT: 1})
    await order.move("SHIPPED", "DELIVERED", package=1)
    number = f"{order.number}/W2"  # the first is the one that gets in between
    async with (
        working(shop.database, shop.home, SMTP_URL="folder"),
        shop.signed_in("Owner", words=words) as owner,
        shop.page("/", viewport=PHONE, words=words) as page,
    ):
        await open_path(owner, "/owner/messages")
        await expect(owner.get_by_role("table")).to_be_visible()  # of reminders: mail is made from now on
        await open_path(owner, "/owner/withdrawals")
        await expect(owner.get_by_role("heading", name=texts.withdrawals, level=1)).to_be_visible()
        await _enter(page, words, texts, order)
        await _choose(page, words, texts)
        await _confirm(page, texts, order)
        await _due(owner, number)
        await _object(shop, words, texts, order)
        await owner.get_by_role("row").get_by_role("link", name=order.number).click()
        await expect(owner.get_by_role("article").filter(has_text=texts.objected)).to_contain_text(NOTE)
        await _overdue(shop, owner, texts, number)
        await _receipt(shop, page, texts, order)


async def _axe(page: Page) -> list[dict[str, object]]:
    found = [fault async for fault in violations(page, looks=PHONES)]
    await page.set_viewport_size(PHONE)
    return found


async def _enter(page: Page, words: Words, texts: WithdrawalWords, order: PlacedOrder) -> None:
    """The link of the footer, which leads through the sign-in to the orders; then from the order at hand."""
    footer = page.get_by_role("contentinfo").get_by_role("link", name=texts.here, exact=True)
    await footer.click()
    await expect(page.get_by_text(texts.sign_in)).to_be_visible()
    await page.get_by_role("button", name=words.sign_in_as.format("Ada Brandt")).click()
    await expect(page.get_by_role("link", name=words.order.format(order.number))).to_be_visible()
    assert await _axe(page) == []
    await open_path(page, f"/store/orders/{order.id}")
    await footer.click()


async def _choose(page: Page, words: Words, texts: WithdrawalWords) -> None:
    """All is chosen at first, and the known address stands there: two lanterns stay, and another address is named."""
    units = page.get_by_role("group", name=texts.units)
    await expect(units.get_by_role("checkbox", checked=True)).to_have_count(2)
    assert await _axe(page) == []
    address = page.get_by_role("textbox", name=texts.address)
    await expect(address).to_have_value("ada@customers.example")
    await address.fill("ada")
    await page.get_by_role("button", name=texts.next_step).click()
    await expect(page.get_by_role("region", name=words.expected_refund).get_by_role("listitem")).to_be_visible()
    await expect(page.get_by_role("button", name=texts.confirm, exact=True)).to_be_disabled()
    await page.get_by_role("button").filter(has_text=re.compile("^(Go back|Abbrechen)$")).click()
    await address.fill("ada@home.example")
    await units.get_by_role("button").first.click()  # one less
    await page.get_by_role("button", name=texts.next_step).click()


async def _declare_one(order: PlacedOrder) -> None:
    """The owner declares for the customer, who has called, that it withdraws from one lantern."""
    values = {"orderId": order.id, "items": [{"orderItemId": order.items[LAMP], "quantity": 1}]}
    hash = (await order.shop.server.data(OWNER, _PREVIEW, i=values))["previewWithdrawal"]["hash"]
    await order.do(OWNER, "declareWithdrawal", "withdrawals { id }", **values, hash=hash)


async def _confirm(page: Page, texts: WithdrawalWords, order: PlacedOrder) -> None:
    """The statement has another number once another one was declared: it is shown anew, to be confirmed again."""
    statement = page.get_by_role("region", name=texts.statement)
    await expect(statement).to_contain_text(f"2 × {LAMP}: {texts.canceled}")
    await expect(statement).to_contain_text(f"1 × {TENT}: {texts.comes_back}")
    await expect(statement.get_by_role("blockquote")).to_contain_text("ada@home.example")
    assert await _axe(page) == []
    await _declare_one(order)
    confirm = statement.get_by_role("button", name=texts.confirm, exact=True)
    await confirm.click()
    await expect(statement.get_by_role("alert")).to_contain_text(texts.outdated)
    await expect(statement.get_by_role("blockquote")).to_contain_text(f"{order.number}/W2")
    await confirm.click()
    receipt = page.get_by_role("article", name=texts.receipt.format(f"{order.number}/W2"))
    await expect(receipt).to_contain_text("ada@home.example")
    await expect(receipt.get_by_text(re.compile("^[0-9a-f]{64}$"))).to_be_visible()
    assert await _axe(page) == []


async def _object(shop: Shop, words: Words, texts: WithdrawalWords, order: PlacedOrder) -> None:
    """The seller cannot refuse what the customer has withdrawn from, and says why it should not be so."""
    async with shop.signed_in("Alpina Outdoor", words=words) as seller:
        await open_path(seller, "/seller/requests?view=all")
        request = seller.get_by_role("row").filter(has_text=order.number).filter(has_text=TENT)
        await expect(request).to_contain_text(texts.basis)
        await expect(request.get_by_role("button", name=texts.reject)).to_have_count(0)
        await request.get_by_role("button").filter(has_text=texts.object).click()
        dialog = seller.get_by_role("dialog")
        await dialog.get_by_role("combobox", name=texts.ground).select_option("EXEMPT")
        await dialog.get_by_role("textbox", name=texts.note).fill(NOTE)
        assert [fault async for fault in violations(seller, looks=PHONES)] == []
        await dialog.get_by_role("button", name=texts.object, exact=True).click()
        await request.get_by_role("link").click()
        await expect(seller.get_by_role("article").filter(has_text=order.number)).to_contain_text(texts.objected)


async def _due(owner: Page, number: str) -> None:
    """The owner's list has it without a reload."""
    row = owner.get_by_role("row").filter(has=owner.get_by_role("rowheader", name=number))
    await expect(row).to_contain_text("Ada Brandt")
    assert [fault async for fault in violations(owner)] == []


async def _overdue(shop: Shop, owner: Page, texts: WithdrawalWords, number: str) -> None:
    """What was not paid back in time is among what needs attention."""
    connection = await asyncpg.connect(shop.database)
    try:
        await connection.execute("UPDATE withdrawal SET overdue_at = now() WHERE number = $1", number)
    finally:
        await connection.close()
    await open_path(owner, "/owner/refunds")
    await expect(owner.get_by_role("region", name=texts.overdue)).to_contain_text(number)


async def _receipt(shop: Shop, page: Page, texts: WithdrawalWords, order: PlacedOrder) -> None:
    """On the page of the order, with the mail once it is sent; and on the page of the demo's mail."""
    await open_path(page, f"/store/orders/{order.id}")
    receipt = page.get_by_role("article", name=texts.receipt.format(f"{order.number}/W2"))
    await expect(receipt).to_be_visible()
    assert await _axe(page) == []
    subject = texts.subject.format(f"{order.number}/W2")
    await receipt.get_by_text(texts.mailed).click()
    sent = receipt.get_by_role("listitem").filter(has_text=subject)
    await expect(sent.get_by_text(texts.sent, exact=True)).to_be_visible()
    async with shop.page("/demo/mail") as mail:
        await mail.get_by_role("link", name=subject).click()
        await expect(mail.get_by_text("SHA-256")).to_be_visible()
