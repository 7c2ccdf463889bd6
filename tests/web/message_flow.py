"""From a template to the mail that it makes: written and tried by the owner, read by the customer."""

import asyncio
import re
from dataclasses import dataclass

import asyncpg
from playwright.async_api import FrameLocator, Locator, Page, Route, expect

from tests.live.process import working
from tests.web.demo_shop import Shop
from tests.web.orders import LAMP, PlacedOrder, place
from tests.web.test_accessibility import violations
from tests.web.test_product_by_product import open_path
from tests.web.words import ENGLISH, GERMAN, Words

_BACKGROUND = "body => getComputedStyle(body).backgroundColor"
_OF_LAYOUT = "rgb(244, 245, 247)"


@dataclass(frozen=True, slots=True)
class MessageWords:
    """What the console says about messages. A text with `{}` has a gap."""

    messages: str
    templates: str
    template: str
    subject: str
    preview: str
    request_number: str
    search: str
    draft: str
    save: str
    publish: str
    published: str
    versions: str
    version: str
    sent: str
    mailed: str
    notifications: str
    optional: tuple[str, str]
    """Two messages that customers may do without."""
    not_mailed: str
    language: str
    in_english: str
    digest: str
    once_a_day: str
    daily_digest: str
    trust: str
    trusted: str


TEXTS = {
    ENGLISH.locale: MessageWords(
        messages="Messages",
        templates="Templates",
        template="Request opened, Customer, German",
        subject="Subject",
        preview="Preview",
        request_number="Number of a request",
        search="Search",
        draft="This is a saved draft",
        save="Save draft",
        publish="Publish",
        published="The template is published.",
        versions="Versions",
        version="Version",
        sent="Sent",
        mailed="Mailed to you",
        notifications="Notifications",
        optional=("Request completed", "Label issued"),
        not_mailed="Saved: “Label issued” is no longer mailed to you.",
        language="Language",
        in_english="Saved: messages to you come in English from now on.",
        digest="One message a day about all that waits",
        once_a_day="Saved: you get one message a day from now on.",
        daily_digest="Daily digest",
        trust="Let messages go there again",
        trusted="Later messages go to ada@customers.example again.",
    ),
    GERMAN.locale: MessageWords(
        messages="Nachrichten",
        templates="Vorlagen",
        template="Anfrage eröffnet, Kunde, Deutsch",
        subject="Betreff",
        preview="Vorschau",
        request_number="Nummer einer Anfrage",
        search="Suche",
        draft="Dies ist ein gespeicherter Entwurf",
        save="Entwurf speichern",
        publish="Veröffentlichen",
        published="Die Vorlage ist veröffentlicht.",
        versions="Fassungen",
        version="Fassung",
        sent="Gesendet",
        mailed="An Sie gemailt",
        notifications="Benachrichtigungen",
        optional=("Anfrage abgeschlossen", "Etikett ausgestellt"),
        not_mailed="Gespeichert: „Etikett ausgestellt“ wird Ihnen nicht mehr gemailt.",
        language="Sprache",
        in_english="Gespeichert: Nachrichten an Sie kommen ab jetzt auf Englisch.",
        digest="Eine Nachricht am Tag über alles, was wartet",
        once_a_day="Gespeichert: Sie bekommen ab jetzt eine Nachricht am Tag.",
        daily_digest="Tägliche Übersicht",
        trust="Wieder Nachrichten dorthin senden",
        trusted="Spätere Nachrichten gehen wieder an ada@customers.example.",
    ),
}


async def from_template_to_mail(shop: Shop, words: Words, texts: MessageWords) -> None:
    """The template is in German: the shop's Ada lives in Berlin."""
    tried, mailed = await place(shop, {LAMP: 1}), await place(shop, {LAMP: 1})
    number = await tried.request(lantern=1)
    async with (
        working(shop.database, shop.home, SMTP_URL="folder"),
        shop.signed_in("Owner", words=words) as owner,
    ):
        await open_path(owner, "/owner/messages")
        table = owner.get_by_role("table").filter(has=owner.get_by_role("columnheader", name=texts.subject))
        await expect(table).to_be_visible()  # of reminders, which arrive without a reload
        await owner.get_by_role("link", name=texts.templates).click()
        await owner.get_by_role("link", name=texts.template).click()
        await _write(owner, texts, number, words)
        await _publish(owner, texts)
        said = f"{words.locale}: {await mailed.request(lantern=1)}"
        await _log(owner, texts, said)
        async with shop.page("/demo/mail") as mail:
            await mail.get_by_role("link", name=said).click()
            await expect(mail.get_by_text("Ada Brandt")).to_be_visible()
        await _store(shop, words, texts, mailed, said)
        await _seller(shop, words, texts)
        await _bounced(shop, owner, texts, said)


async def _write(owner: Page, texts: MessageWords, number: str, words: Words) -> None:
    """Write a subject, wrong at first, beside what it says of a real request. A reload loses nothing."""
    preview = owner.get_by_role("region", name=texts.preview)
    subject = owner.get_by_role("textbox", name=texts.subject)
    await preview.get_by_role("textbox", name=texts.request_number).fill(number)
    await expect(preview.get_by_role("heading", level=2)).to_contain_text(number)
    await _shown(preview)
    await subject.fill("{{ request.numbr }}")
    await expect(subject).to_have_accessible_description(re.compile("No value is named 'numbr' here"))
    await subject.fill(f"{words.locale}: {{{{ request.number }}}}")
    await expect(preview.get_by_role("heading", level=2)).to_have_text(f"{words.locale}: {number}")
    await owner.reload()
    await expect(subject).to_have_value(re.compile(words.locale))
    await owner.get_by_role("button", name=texts.save).click()
    await expect(owner.get_by_text(texts.draft)).to_be_visible()
    assert [fault async for fault in violations(owner)] == []


async def _publish(owner: Page, texts: MessageWords) -> None:
    """The question, and the version that holds from then on."""
    await owner.get_by_role("button", name=texts.publish, exact=True).click()
    await owner.get_by_role("alertdialog").get_by_role("button", name=texts.publish).click()
    await expect(owner.locator(":focus")).to_contain_text(texts.published)
    latest = owner.get_by_role("region", name=texts.versions).get_by_role("listitem").first
    await expect(latest).to_contain_text(texts.version)


async def _log(owner: Page, texts: MessageWords, said: str) -> None:
    """The message in the log, as it was sent, and on the page of its request."""
    number = said.split()[-1]
    await owner.get_by_role("link", name=texts.messages).first.click()
    await owner.get_by_role("searchbox", name=texts.search).fill(number)
    row = owner.get_by_role("row").filter(has=owner.get_by_role("link", name=said))
    await expect(row).to_contain_text(texts.sent)
    await expect(owner.get_by_role("row").filter(has_not_text=number)).to_have_count(1)  # the head
    assert [fault async for fault in violations(owner)] == []
    await row.get_by_role("link", name=said).click()
    await _shown(owner.get_by_role("main"))
    assert [fault async for fault in violations(owner)] == []
    await owner.get_by_role("link", name=number, exact=True).click()
    await expect(owner.get_by_role("region", name=texts.messages)).to_contain_text(said)


async def _store(shop: Shop, words: Words, texts: MessageWords, order: PlacedOrder, said: str) -> None:
    """What the customer sees of it, beside the request."""
    async with shop.signed_in("Ada Brandt", words=words) as store:
        await open_path(store, f"/store/orders/{order.id}")
        await store.get_by_text(texts.mailed).click()
        await store.get_by_text(said).click()
        await _shown(store.get_by_role("article"))
        await _without(store, texts)


async def _without(store: Page, texts: MessageWords) -> None:
    """The customer chooses a language and does without two messages: saved one after the other, and the focus stays."""
    await store.get_by_role("link", name=texts.notifications).click()
    await store.get_by_role("combobox", name=texts.language).select_option("en")
    await expect(store.get_by_role("main").get_by_role("status")).to_have_text(texts.in_english)
    first, second = (store.get_by_role("switch", name=name) for name in texts.optional)
    arrives = asyncio.Event()
    sent: list[Route] = []

    async def hold(route: Route) -> None:
        sent.append(route)
        await arrives.wait()
        await route.continue_()

    await store.route("**/graphql", hold)
    for switch in (first, second):  # the second change is made while the first is on its way
        await switch.focus()
        await store.keyboard.press("Space")
        await expect(switch).not_to_be_checked()
    assert len(sent) == 1
    arrives.set()
    await expect(store.get_by_role("main").get_by_role("status")).to_have_text(texts.not_mailed)
    await expect(second).to_be_focused()
    await store.unroute("**/graphql")
    assert [fault async for fault in violations(store)] == []
    await store.reload()
    await expect(first).not_to_be_checked()
    await expect(second).not_to_be_checked()
    await expect(store.get_by_role("combobox", name=texts.language)).to_have_value("en")


async def _seller(shop: Shop, words: Words, texts: MessageWords) -> None:
    """The seller gets one message a day, in place of those about each step."""
    async with shop.signed_in("Alpina Outdoor", words=words) as seller:
        await seller.get_by_role("link", name=texts.notifications).click()
        digest = seller.get_by_role("radio", name=texts.digest)
        await digest.check()
        await expect(seller.get_by_role("main").get_by_role("status")).to_have_text(texts.once_a_day)
        await expect(digest).to_be_focused()
        await expect(seller.get_by_role("switch")).to_have_count(1)
        await expect(seller.get_by_role("switch", name=texts.daily_digest)).to_be_checked()
        assert [fault async for fault in violations(seller)] == []


async def _bounced(shop: Shop, owner: Page, texts: MessageWords, said: str) -> None:
    """The owner trusts an address again that a message has bounced from."""
    connection = await asyncpg.connect(shop.database)
    await connection.execute("update message set state = 'BOUNCED' where subject = $1", said)
    await connection.close()
    await open_path(owner, "/owner/messages?state=BOUNCED")
    await owner.get_by_role("row").filter(has_text=said).get_by_role("button", name=texts.trust).click()
    assert [fault async for fault in violations(owner)] == []
    await owner.get_by_role("alertdialog").get_by_role("button", name=texts.trust).click()
    await expect(owner.locator(":focus")).to_have_text(texts.trusted)
    await expect(owner.get_by_role("row").filter(has_text=said)).to_have_count(0)


async def _shown(place: Locator) -> FrameLocator:
    """The mail in its frame: with its own styles, and without a way to run a script."""
    mail = place.frame_locator("iframe")
    await expect(mail.get_by_text("Ada Brandt")).to_be_visible()
    assert await place.locator("iframe").get_attribute("sandbox") == "allow-same-origin"
    assert await mail.locator("body").evaluate(_BACKGROUND) == _OF_LAYOUT
    return mail
