"""Labels, clicked by customer, seller and owner at once: printed, added, refused, retried and voided."""

from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Locator, Page, expect

from tests.gateways.carriers.test_slip import scanned
from tests.web.console_actions import request_article
from tests.web.demo_shop import Shop
from tests.web.orders import PlacedOrder
from tests.web.test_accessibility import violations
from tests.web.test_product_by_product import open_path
from tests.web.test_way_back import confirmed
from tests.web.words import ENGLISH, GERMAN, Words, in_both_languages

TRACKING = "<img src=x onerror=alert(1)>00340434161094042557"
"""A carrier has put a script into its number; the page shows it as text, and runs nothing."""
_NUMBER = (
    "select s.number from return_shipment s join cancellation_request r on r.id = s.request_id where r.number = $1"
)
_SAID = """
update return_label l set status = $2, message = 'No rate for <b>this</b> package.', leased = false, due_at = null
from return_shipment s where s.id = l.shipment_id and s.number = $1"""
_SOLD = """
update return_label l set carrier = 'easypost', tracking_number = $2, label_url = 'https://labels.example/1.pdf'
from return_shipment s where s.id = l.shipment_id and s.number = $1"""


@dataclass(frozen=True, slots=True)
class LabelWords:
    """What the console says about labels. A text with `{}` has a gap."""

    how_to_send: str
    coming: str
    code: str
    download: str
    arriving: str
    add: str
    add_title: str
    ordered: str
    void: str
    void_title: str
    voided: str


ENGLISH_LABELS = LabelWords(
    how_to_send="How to send it back",
    coming="Your label is being made.",
    code="QR code of label {}",
    download="Download label {}",
    arriving="Arriving",
    add="Add a label",
    add_title="Add a label to {}",
    ordered="Ordered",
    void="Void",
    void_title="Void label {}",
    voided="Void",
)
GERMAN_LABELS = LabelWords(
    how_to_send="So schicken Sie es zurück",
    coming="Ihr Versandetikett wird erstellt.",
    code="QR-Code des Etiketts {}",
    download="Etikett {} herunterladen",
    arriving="Wareneingang",
    add="Etikett hinzufügen",
    add_title="Etikett hinzufügen: {}",
    ordered="Bestellt",
    void="Stornieren",
    void_title="Etikett {} stornieren",
    voided="Ungültig",
)


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """A server with the built-in carrier."""
    return {"WORKER": "off", "DEMO": "on", "CARRIER": "slip"}


async def labeled(shop: Shop) -> tuple[PlacedOrder, str, str]:
    """A return by mail that the seller has confirmed: its order, and the numbers of request and shipment."""
    order, request = await confirmed(shop, method="MAIL")
    connection = await asyncpg.connect(shop.database)
    try:
        return order, request, str(await connection.fetchval(_NUMBER, request))
    finally:
        await connection.close()


async def change(shop: Shop, statement: str, number: str, value: str) -> None:
    """Let a carrier have said something about the labels of a shipment."""
    connection = await asyncpg.connect(shop.database)
    try:
        assert (await connection.execute(statement, number, value)).startswith("UPDATE 1")
    finally:
        await connection.close()


async def faults(*pages: Page) -> list[object]:
    """What axe finds on pages at any size, in any scheme; and what scrolls sideways on a phone."""
    return [fault for page in pages for fault in [fault async for fault in violations(page)]]


def label(page: Page, number: str) -> Locator:
    """The label of a seller's or the owner's list."""
    return page.get_by_role("listitem").filter(has_text=number).filter(has=page.locator("strong"))


@in_both_languages(("words", "texts"), (ENGLISH, ENGLISH_LABELS), (GERMAN, GERMAN_LABELS))
async def test_a_slip_is_printed_and_another_is_added_and_voided(shop: Shop, words: Words, texts: LabelWords) -> None:
    order, _, number = await labeled(shop)
    async with (
        shop.signed_in("Ada Brandt", words=words) as store,
        shop.signed_in("Alpina Outdoor", words=words) as seller,
        shop.signed_in("Owner", words=words) as owner,
    ):
        await open_path(store, f"/store/orders/{order.id}")
        how = store.get_by_role("region", name=texts.how_to_send)
        await expect(how).to_contain_text(texts.coming)
        await open_path(owner, f"/owner/orders/{order.id}")
        async with shop.working():
            await expect(how.get_by_role("img", name=texts.code.format(f"{number}-1"))).to_be_visible()
        await expect(how).not_to_contain_text(texts.coming)
        await _print(store, how, texts, number)

        await seller.get_by_role("link", name=texts.arriving).click()
        await seller.get_by_role("button", name=texts.add_title.format(number)).click()
        await seller.get_by_role("dialog").get_by_role("button", name=texts.add, exact=True).click()
        await expect(seller.locator(":focus")).to_contain_text(number)
        second = label(owner, f"{number}-2")
        await expect(second).to_contain_text(texts.ordered)
        await expect(label(seller, f"{number}-2").get_by_role("button")).to_have_count(0)  # voiding is the owner's

        await second.get_by_role("button", name=texts.void_title.format(f"{number}-2")).click()
        question = owner.get_by_role("alertdialog", name=texts.void_title.format(f"{number}-2"))
        await question.get_by_role("button", name=texts.void, exact=True).click()
        await expect(owner.locator(":focus")).to_contain_text(number)
        await expect(second).to_contain_text(texts.voided)
        await expect(label(seller, f"{number}-2")).to_contain_text(texts.voided)
        await expect(how.get_by_role("button", name=texts.download.format(f"{number}-2"))).to_have_count(0)
        assert await faults(store, seller, owner) == []


def code_in(file: Path) -> str:
    """The number that a scanner reads off a slip."""
    return scanned(file.read_bytes())["Code128"]


async def _print(store: Page, how: Locator, texts: LabelWords, number: str) -> None:
    async with store.expect_download() as download:
        await how.get_by_role("button", name=texts.download.format(f"{number}-1")).click()
    file = await download.value
    assert file.suggested_filename == f"{number}-1.pdf"
    assert code_in(await file.path()) == f"{number}-1"
    await store.emulate_media(media="print")
    await expect(store.get_by_role("navigation")).to_have_count(0)
    await expect(how.get_by_role("form")).to_have_count(0)
    await expect(how.get_by_role("button")).to_have_count(0)
    await expect(how.get_by_role("img")).to_be_visible()
    await expect(how).to_contain_text("Talweg 3")
    await store.emulate_media(media="screen")


async def test_a_label_that_a_carrier_refuses_is_the_owners_to_retry(shop: Shop) -> None:
    order, _, number = await labeled(shop)
    await change(shop, _SAID, number, "FAILED")
    async with shop.signed_in("Ada Brandt") as store, shop.signed_in("Owner") as owner:
        await open_path(store, f"/store/orders/{order.id}")
        how = store.get_by_role("region", name="How to send it back")
        await expect(how).to_contain_text("The marketplace takes care of your label.")
        await expect(how).not_to_contain_text("No rate")
        await open_path(owner, f"/owner/orders/{order.id}")
        row = label(owner, f"{number}-1")
        await expect(row).to_contain_text("The carrier has refused this label. Retry it, or void it.")
        await expect(row).to_contain_text("No rate for <b>this</b> package.")
        await row.get_by_role("button", name=f"Retry label {number}-1").click()
        await owner.get_by_role("dialog").get_by_role("button", name="Retry", exact=True).click()
        await expect(owner.locator(":focus")).to_contain_text(number)
        async with shop.working():
            await expect(row).to_contain_text("Issued")
        await expect(how.get_by_role("img")).to_be_visible()
    await change(shop, _SAID, number, "UNKNOWN")
    async with shop.signed_in("Owner") as owner:
        await open_path(owner, f"/owner/orders/{order.id}")
        await expect(label(owner, f"{number}-1")).to_contain_text("The carrier is asked again automatically.")


@in_both_languages(
    ("words", "heading", "retry", "yes"),
    (ENGLISH, "Labels to look at", "Retry label {}", "Retry"),
    (GERMAN, "Etiketten zu klären", "Etikett {} wiederholen", "Wiederholen"),
)
async def test_a_refused_label_is_among_what_needs_attention(
    shop: Shop, words: Words, heading: str, retry: str, yes: str
) -> None:
    _, _, number = await labeled(shop)
    await change(shop, _SAID, number, "FAILED")
    async with shop.signed_in("Owner", words=words) as owner:
        await open_path(owner, "/owner/requests")
        await owner.get_by_role("link", name=heading).click()
        region = owner.get_by_role("region", name=heading)
        await expect(label(owner, f"{number}-1")).to_contain_text("No rate for <b>this</b> package.")
        assert await faults(owner) == []
        await region.get_by_role("button", name=retry.format(f"{number}-1")).click()
        await owner.get_by_role("dialog").get_by_role("button", name=yes, exact=True).click()
        await expect(owner.locator(":focus")).to_contain_text(number)
        await expect(label(owner, f"{number}-1")).to_have_count(0)


async def test_a_carriers_own_label_is_a_link_with_its_tracking_number(shop: Shop) -> None:
    order, request, number = await labeled(shop)
    async with shop.signed_in("Ada Brandt") as store, shop.signed_in("Alpina Outdoor") as seller:
        await open_path(store, f"/store/orders/{order.id}")
        how = store.get_by_role("region", name="How to send it back")
        async with shop.working():
            await expect(how.get_by_role("img")).to_be_visible()
        await change(shop, _SOLD, number, TRACKING)
        await store.reload()
        link = how.get_by_role("link", name=f"Download label {number}-1")
        await expect(link).to_have_attribute("href", "https://labels.example/1.pdf")
        await expect(how).to_contain_text("The postage is paid.")
        await expect(request_article(store, request)).to_contain_text(f"Tracking number: {TRACKING}")
        await seller.get_by_role("link", name="Arriving").click()
        await expect(label(seller, f"{number}-1")).to_contain_text(TRACKING)
