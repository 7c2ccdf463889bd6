"""A second market, made by clicking: its rules are written, compared, tried, published and shown where they decide."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.terms import EVERYTHING
from tests.web.console_actions import row_with
from tests.web.demo_shop import Shop
from tests.web.orders import OWNER, STOVE, TENT, PlacedOrder, place
from tests.web.test_accessibility import PHONES, violations
from tests.web.test_product_by_product import open_path
from tests.web.words import ENGLISH, GERMAN, Words


@dataclass(frozen=True, slots=True)
class TermsWords:
    """The words of one language. A text with `{}` has a gap."""

    home: str
    home_market: str
    abroad: str
    abroad_market: str
    sealed: str
    """The names of the rules, and their markets: each language makes its own."""
    settings: str
    terms: str
    draft_change: str
    why: str
    save: str
    go_back: str
    draft: str
    add_rule: str
    name: str
    markets: str
    tags: str
    own_window: str
    exempt: str
    hygiene: str
    postage: str
    by_customer: str
    decides_on_nothing: str
    move_up: str
    moved: str
    added: str
    changed: str
    changes: str
    tried: str
    try_it: str
    would_have_gone: str
    publish: str
    discard: str
    keep: str
    done: str
    in_force: str
    version: str
    of_order: str
    market: str
    rule: str
    days: str
    free_label: str
    of_return: str
    of_cancellation: str
    outdated: str


TEXTS = {
    ENGLISH.locale: TermsWords(
        home="Germany",
        home_market="de",
        abroad="France",
        abroad_market="fr",
        sealed="Hygiene in France",
        settings="Settings",
        terms="Terms",
        draft_change="Draft a change",
        why="Why the rules change",
        save="Save",
        go_back="Go back",
        draft="Draft of the terms",
        add_rule="Add a rule",
        name="Name of the rule",
        markets="Markets",
        tags="Tags",
        own_window="Own days to return: Goodwill of the marketplace",
        exempt="Cannot be returned",
        hygiene="Hygiene",
        postage="Postage of the way back",
        by_customer="Paid by the customer",
        decides_on_nothing="Decides on nothing: “{}” stands before it",
        move_up="Move {} up",
        moved="{} is now rule {} of {}.",
        added="Added",
        changed="Changed",
        changes="What changes",
        tried="What it would have said of past returns",
        try_it="Try it",
        would_have_gone="returns would have gone",
        publish="Publish",
        discard="Throw the draft away",
        keep="Keep these rules",
        done="Done.",
        in_force="In force",
        version="Terms, version {}",
        of_order="Terms of this order",
        market="Market",
        rule="Version {}, rule “{}”",
        days="{} days",
        free_label="Free label",
        of_return="Terms of this return",
        of_cancellation="Terms of this cancellation",
        outdated="The Return Policy or the terms have changed.",
    ),
    GERMAN.locale: TermsWords(
        home="Österreich",
        home_market="at",
        abroad="Schweiz",
        abroad_market="ch",
        sealed="Hygiene in der Schweiz",
        settings="Einstellungen",
        terms="Rückgaberegeln",
        draft_change="Änderung entwerfen",
        why="Warum sich die Regeln ändern",
        save="Speichern",
        go_back="Abbrechen",
        draft="Entwurf der Rückgaberegeln",
        add_rule="Regel hinzufügen",
        name="Name der Regel",
        markets="Märkte",
        tags="Merkmale",
        own_window="Eigene Tage zur Rückgabe: Kulanz des Marktplatzes",
        exempt="Rückgabe ausgeschlossen",
        hygiene="Hygiene",
        postage="Porto des Rückwegs",
        by_customer="Zahlt der Kunde",
        decides_on_nothing="Entscheidet über nichts: „{}“ steht davor",
        move_up="{} nach oben",
        moved="{} ist jetzt Regel {} von {}.",
        added="Neu",
        changed="Geändert",
        changes="Was sich ändert",
        tried="Was sie über vergangene Rückgaben gesagt hätten",
        try_it="Ausprobieren",
        would_have_gone="Rückgaben wären",
        publish="Veröffentlichen",
        discard="Entwurf verwerfen",
        keep="Diese Regeln behalten",
        done="Erledigt.",
        in_force="In Kraft",
        version="Rückgaberegeln, Version {}",
        of_order="Rückgaberegeln dieser Bestellung",
        market="Markt",
        rule="Version {}, Regel „{}“",
        days="{} Tage",
        free_label="Kostenloses Etikett",
        of_return="Regeln dieser Rückgabe",
        of_cancellation="Regeln dieser Stornierung",
        outdated="Die Rückgabebedingungen oder die Rückgaberegeln haben sich geändert.",
    ),
}


_VERSION = "returnSettings { version }"


async def second_market(shop: Shop, words: Words, texts: TermsWords) -> None:
    """Germany has 14 days and the customer's postage; France has 30, a free label, and takes nothing back unsealed."""
    order = await place(shop, {TENT: 1, STOVE: 1}, market=texts.home_market, tags={STOVE: ["sealed"]})
    await order.move("SHIPPED", "DELIVERED")
    other = await _say_everything(order)
    async with shop.signed_in("Owner", words=words) as owner:
        await _draft(owner, texts)
        await _write(owner, texts)
        await _compare(owner, texts)
        version = await _publish(owner, texts, order)
        await _unchanged(order, other)
        await _discard(owner, texts)
        await _explain(owner, texts, order, version)
        number = await _request(shop, words, texts, order)
        await _shown(shop, owner, words, texts, number, texts.rule.format(version + 1, texts.home))
        await _cancellation(shop, owner, words, texts)
    await _publish_meanwhile(order, None)  # the next language begins without them
    await order.do(OWNER, "setReturnSettings", _VERSION, sellerId=other, terms=None)


async def _say_everything(order: PlacedOrder) -> str:
    """Let the rule of another seller say everything that a rule can say. Returns the seller's id."""
    found = await order.shop.server.data(OWNER, "{ sellers(first: 2) { nodes { id } } }")
    other = str(next(each["id"] for each in found["sellers"]["nodes"] if each["id"] != order.seller.seller_id))
    await order.do(OWNER, "setReturnSettings", _VERSION, sellerId=other, terms=EVERYTHING)
    return other


async def _unchanged(order: PlacedOrder, other: str) -> None:
    """That rule has been copied into the draft, sent with each change of it, and published as it was."""
    found = await order.shop.server.data(OWNER, "{ terms { rules { revision matcher { sellerIds } } } }")
    revisions = [each["revision"] for each in found["terms"]["rules"] if each["matcher"]["sellerIds"] == [other]]
    assert revisions == [1]


async def _draft(page: Page, texts: TermsWords) -> None:
    await page.get_by_role("link", name=texts.settings).click()
    await page.get_by_role("link", name=texts.terms, exact=True).click()
    await page.get_by_role("button", name=texts.draft_change).click()
    await page.get_by_role("dialog").get_by_role("textbox", name=texts.why).fill(texts.abroad)
    await page.get_by_role("dialog").get_by_role("button", name=texts.save).click()
    await expect(page.get_by_role("heading", name=texts.draft)).to_be_visible()


async def _rule(page: Page, texts: TermsWords, name: str, market: str, days: int | None = None) -> Locator:
    """The form for a new rule of a market, filled in so far."""
    await page.get_by_role("button", name=texts.add_rule).click()
    dialog = page.get_by_role("dialog", name=texts.add_rule)
    await dialog.get_by_role("textbox", name=texts.name).fill(name)
    await dialog.get_by_role("textbox", name=texts.markets).fill(market)
    await dialog.get_by_role("textbox", name=texts.markets).press("Enter")
    if days is not None:
        await dialog.get_by_role("checkbox", name=texts.own_window).check(force=True)
        await dialog.get_by_role("textbox", name=texts.own_window).fill(str(days))
        await dialog.get_by_role("textbox", name=texts.own_window).press("Tab")
    return dialog


async def _save(page: Page, texts: TermsWords, dialog: Locator) -> None:
    await dialog.get_by_role("button", name=texts.save).click()
    await expect(page.locator(":focus")).to_have_text(texts.done)


async def _write(page: Page, texts: TermsWords) -> None:
    """Three rules: one is refused while it contradicts another, one decides on nothing until it is moved up."""
    dialog = await _rule(page, texts, texts.home, texts.home_market, 14)
    await dialog.get_by_role("combobox", name=texts.postage).select_option(label=texts.by_customer)
    await _save(page, texts, dialog)
    await _save(page, texts, await _rule(page, texts, texts.abroad, texts.abroad_market, 30))
    dialog = await _rule(page, texts, f"{texts.abroad} 2", texts.abroad_market, 10)
    await dialog.get_by_role("button", name=texts.save).click()
    await expect(dialog.get_by_role("alert")).to_contain_text(
        f'{texts.abroad} 2: This rule contradicts "{texts.abroad}"'
    )
    await dialog.get_by_role("textbox", name=texts.name).fill(texts.sealed)
    await dialog.get_by_role("textbox", name=texts.tags).fill("sealed")
    await dialog.get_by_role("combobox", name=texts.exempt).select_option(label=texts.hygiene)
    assert [fault async for fault in violations(page, looks=PHONES)] == []
    await _save(page, texts, dialog)

    hygiene = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=texts.sealed))
    await expect(hygiene).to_contain_text(texts.decides_on_nothing.format(texts.abroad))
    await page.reload()  # and the draft is still there
    await expect(hygiene).to_contain_text(texts.decides_on_nothing.format(texts.abroad))
    up = hygiene.get_by_role("button", name=texts.move_up.format(texts.sealed))
    places = await page.get_by_role("rowheader").count()
    await up.press("ArrowUp")
    await expect(hygiene).not_to_contain_text(texts.decides_on_nothing.format(texts.abroad))
    await expect(up).to_be_focused()
    said = texts.moved.format(texts.sealed, places - 1, places)
    await expect(page.get_by_role("status").filter(has_text=texts.sealed)).to_have_text(said)


async def _compare(page: Page, texts: TermsWords) -> None:
    changes = page.get_by_role("region", name=texts.changes)
    await expect(changes.get_by_role("listitem").filter(has_text=texts.added)).to_have_count(3)
    await expect(changes.get_by_text(texts.changed)).to_have_count(0)  # what was copied is still the same
    await page.get_by_role("button", name=texts.try_it).click()
    await expect(page.get_by_role("region", name=texts.tried)).to_contain_text(texts.would_have_gone)
    assert [fault async for fault in violations(page, looks=PHONES)] == []


async def _publish_meanwhile(order: PlacedOrder, ship_by_days: int | None) -> None:
    """Let somebody else publish a version, by settings of the order's seller, or by taking them away."""
    said = {"trigger": "ON_CONFIRM", "shipByDays": ship_by_days, "cancellation": {"responseDays": 2}}
    terms = None if ship_by_days is None else said
    await order.do(OWNER, "setReturnSettings", _VERSION, sellerId=order.seller.seller_id, terms=terms)


async def _publish(page: Page, texts: TermsWords, order: PlacedOrder) -> int:
    """Refused while another version has been published since, until the owner keeps these rules."""
    await _publish_meanwhile(order, 8)
    await page.get_by_role("button", name=texts.publish).click()
    await page.get_by_role("alertdialog").get_by_role("button", name=texts.publish).click()
    await expect(page.get_by_role("alertdialog").get_by_role("alert")).to_be_visible()
    await page.get_by_role("alertdialog").get_by_role("button", name=texts.go_back).click()
    await page.get_by_role("button", name=texts.keep).click()
    await expect(page.get_by_role("button", name=texts.keep)).to_have_count(0)
    await expect(page.locator(":focus")).to_have_text(texts.publish)
    await page.get_by_role("button", name=texts.publish).click()
    await page.get_by_role("alertdialog").get_by_role("button", name=texts.publish).click()
    await expect(page.locator(":focus")).to_have_text(texts.done)
    await expect(page.get_by_role("main")).to_contain_text(texts.in_force)
    title = await page.get_by_role("heading", level=1).inner_text()
    return int(title.removeprefix(texts.version.format("")))


async def _discard(page: Page, texts: TermsWords) -> None:
    """Another draft is begun, thrown away, and not listed any more."""
    drafts = page.get_by_role("rowheader", name=texts.draft, exact=True)
    await page.get_by_role("button", name=texts.draft_change).click()
    await page.get_by_role("dialog").get_by_role("button", name=texts.save).click()
    await page.get_by_role("button", name=texts.discard).click()
    await page.get_by_role("alertdialog").get_by_role("button", name=texts.discard).click()
    await expect(page.get_by_role("link", name=texts.version.format(1), exact=True)).to_be_visible()
    await expect(drafts).to_have_count(0)


async def _explain(page: Page, texts: TermsWords, order: PlacedOrder, version: int) -> None:
    """The same order as it is, in Germany, and as if it was placed in France."""
    await open_path(page, f"/owner/orders/{order.id}")
    await page.get_by_text(texts.of_order).click()
    tent, stove = (
        page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True)).last
        for name in (TENT, STOVE)
    )
    for row in (tent, stove):
        await expect(row).to_contain_text(texts.rule.format(version, texts.home))
        await expect(row).to_contain_text(texts.days.format(14))
    await page.get_by_role("combobox", name=texts.market).select_option(label=texts.abroad_market)
    for text in (texts.rule.format(version, texts.abroad), texts.days.format(30), texts.free_label):
        await expect(tent).to_contain_text(text)
    for text in (texts.rule.format(version, texts.sealed), f"{texts.exempt}: {texts.hygiene}"):
        await expect(stove).to_contain_text(text)
    assert [fault async for fault in violations(page, looks=PHONES)] == []


async def _request(shop: Shop, words: Words, texts: TermsWords, order: PlacedOrder) -> str:
    """The customer reads what holds, and reads it again if it has changed meanwhile."""
    async with shop.signed_in("Ada Brandt", words=words) as store:
        await open_path(store, f"/store/orders/{order.id}")
        await store.get_by_role("button", name=words.return_item.format(TENT)).click()
        await store.get_by_role("button", name=words.reason_for.format(TENT)).click()
        await store.get_by_role("option", name=words.no_longer_wanted).click()
        preview = store.get_by_role("region", name=words.expected_refund)
        for text in (texts.days.format(14), texts.by_customer):
            await expect(preview).to_contain_text(text)
        await _publish_meanwhile(order, 9)
        await store.get_by_role("button", name=words.policy).click()
        async with store.expect_response(lambda answer: "previewReturn" in (answer.request.post_data or "")):
            await store.get_by_role("button", name=words.return_selected).click()
        await expect(store.get_by_role("alert")).to_contain_text(texts.outdated)
        await expect(preview).to_contain_text(texts.days.format(14))
        await store.get_by_role("button", name=words.return_selected).click()
        await expect(store.get_by_role("status").filter(has_text=words.received)).to_be_visible()
        request = store.get_by_role("article")
        await expect(request).to_contain_text(texts.by_customer)
        await expect(request).not_to_contain_text(texts.home)
        heading = await request.get_by_role("heading", level=3).inner_text()
        return heading.removeprefix(words.request.format(""))


async def _shown(shop: Shop, owner: Page, words: Words, texts: TermsWords, number: str, rule: str) -> None:
    """The rule and its version on the request, for owner and seller."""
    article = owner.get_by_role("article", name=words.request.format(number), exact=True)
    await article.get_by_role("link", name=number).click()
    await expect(owner.get_by_role("article")).to_contain_text(rule)
    async with shop.signed_in("Alpina Outdoor", words=words) as seller:
        await seller.get_by_role("link", name=words.requests).click()
        await row_with(seller, number).get_by_role("link").click()
        article = seller.get_by_role("article", name=words.request.format(number), exact=True)
        await article.get_by_text(texts.of_return).click()
        await expect(article.get_by_text(rule)).to_be_visible()


async def _cancellation(shop: Shop, owner: Page, words: Words, texts: TermsWords) -> None:
    """What the rule of the seller says of a cancellation, on its page."""
    order = await place(shop, {TENT: 1})
    number = await order.request(tent=1)
    await open_path(owner, f"/owner/orders/{order.id}")
    article = owner.get_by_role("article", name=words.request.format(number), exact=True)
    await article.get_by_role("link", name=number).click()
    await expect(owner.get_by_role("group").filter(has_text=texts.of_cancellation)).to_contain_text(
        texts.days.format(2)
    )
