"""Every page on a phone and on a laptop, light and dark: axe finds nothing, and no page scrolls sideways."""

from collections.abc import AsyncIterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.web.browser import axe
from tests.web.demo_shop import LAPTOP, PHONE, Shop
from tests.web.orders import STOVE, TENT, place
from tests.web.third_language import build_with_french, serve_from
from tests.web.walkthroughs import STATE_WALKTHROUGHS, WALKTHROUGHS, Walkthrough
from tests.web.words import GERMAN

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXCEPTIONS = {"graphiql": ["nested-interactive"]}  # GraphiQL itself puts a close button into each tab
EXCLUDED = [[".monaco-editor .view-lines"]]  # the syntax colors are those of the editor
Look: TypeAlias = tuple[ViewportSize, Literal["light", "dark"]]
LOOKS: tuple[Look, ...] = ((LAPTOP, "light"), (PHONE, "dark"))
"""Each size and each scheme once."""
PHONES: tuple[Look, ...] = ((PHONE, "light"), (PHONE, "dark"))
EVERY_LOOK: tuple[Look, ...] = ((LAPTOP, "light"), (LAPTOP, "dark"), *PHONES)
HEADER, ONE_LINE = 110, 60  # px, what the header may take, and where it is one line
ONE_LINE_FROM = 1280  # px
_HEIGHT = "element => element.offsetHeight"
WIDTHS = (1440, 1280, 1241, 800, 360)
_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_FOCUSED_NAME = """(element => element.matches('a, button, input') ? element.ariaLabel ?? element.innerText : '')(
  document.activeElement)"""
_FITS = """[document.scrollingElement, ...document.querySelectorAll('dialog, [role=dialog], [role=alertdialog]')].every(
  element => element.scrollWidth <= element.clientWidth)"""
_COLORS = ["color-contrast", "link-in-text-block"]
"""What the other scheme may change at the same size."""
_RUN = """async ([rules, exceptions, exclude]) => {
  const off = Object.fromEntries(exceptions.map(rule => [rule, { enabled: false }]));
  const options = { runOnly: rules, rules: off, resultTypes: ['violations'] };
  const { violations } = await axe.run({ exclude }, options);
  return violations.map(({ id, nodes }) => ({ id, where: nodes.map(node => node.html.slice(0, 160)) }));
}"""


async def violations(
    page: Page, exceptions: Sequence[str] = (), *, looks: Sequence[Look] = LOOKS
) -> AsyncIterator[dict[str, Any]]:
    """What axe finds on the page at these sizes in these schemes, and whether page or header are too large for them."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    before = None
    for size, scheme in looks:
        rules = _COLORS if size == before else RULES
        before = size
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate(_DRAWN)
        where = f"{size['width']} px, {scheme}"
        for violation in await page.evaluate(_RUN, [rules, [*exceptions], EXCLUDED]):
            yield {"at": where, **violation}
        wide = await page.evaluate("document.scrollingElement.scrollWidth")
        if wide > size["width"]:
            yield {"at": where, "id": "scrolls-sideways", "where": [wide]}
        if high := await high_header(page, size["width"]):
            yield {"at": where, "id": "high-header", "where": [high]}
    await page.set_viewport_size(LAPTOP)


async def high_header(page: Page, width: int) -> int | None:
    """How many pixels the header takes, if that is too much."""
    for header in await page.locator("header.top").all():
        high = int(await header.evaluate(_HEIGHT))
        return high if high > (ONE_LINE if width >= ONE_LINE_FROM else HEADER) else None
    return None


each_look = pytest.mark.parametrize(
    "looks", [pytest.param(LOOKS, id="some"), pytest.param(EVERY_LOOK, id="all", marks=pytest.mark.storm)]
)


@each_look
@pytest.mark.parametrize("walkthrough", WALKTHROUGHS, ids=lambda walkthrough: walkthrough.name)
async def test_axe_finds_nothing_at_any_size_in_any_scheme(
    shop: Shop, walkthrough: Walkthrough, looks: Sequence[Look]
) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    async with walkthrough.enter(shop) as page:
        for name, go in walkthrough.steps.items():
            await go(page)
            found[name] = [fault async for fault in violations(page, EXCEPTIONS.get(name, []), looks=looks)]
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize("walkthrough", STATE_WALKTHROUGHS, ids=lambda walkthrough: walkthrough.name)
async def test_axe_finds_nothing_in_dialogs_refusals_and_empty_lists(shop: Shop, walkthrough: Walkthrough) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    async with walkthrough.enter(shop) as page:
        for name, go in walkthrough.steps.items():
            await go(page)
            found[name] = [fault async for fault in violations(page, looks=PHONES)]
    assert {name: some for name, some in found.items() if some} == {}


async def test_a_violation_is_found(shop: Shop) -> None:
    async with shop.page("/") as page:
        await expect(page.get_by_role("button", name="Sign in as Ada Brandt")).to_be_visible()
        await page.evaluate(
            "document.body.append(Object.assign(new Image(), { width: 9, style: 'min-width: 2000px' }))"
        )
        found = {(violation["id"], violation["at"]) async for violation in violations(page)}
    assert {*product(("image-alt", "scrolls-sideways"), ("1440 px, light", "360 px, dark"))} <= found


async def test_a_color_that_is_faint_in_one_scheme_only_is_found(shop: Shop) -> None:
    async with shop.page("/") as page:
        await expect(page.get_by_role("button", name="Sign in as Ada Brandt")).to_be_visible()
        await page.evaluate(
            "document.querySelector('h1').append(Object.assign(document.createElement('span'),"
            " { innerText: 'faint', style: 'color: light-dark(#1b2426, #222a2c)' }))"
        )
        found = {(violation["id"], violation["at"]) async for violation in violations(page, looks=PHONES)}
    assert found == {("color-contrast", "360 px, dark")}


async def unfit(*pages: Page) -> list[str]:
    """The pages that scroll sideways, have a dialog that does or a high header, with the width; they end as a phone."""
    found: list[str] = []
    for page in pages:
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 740})
            await page.evaluate(_DRAWN)
            if not await page.evaluate(_FITS) or await high_header(page, width):
                found.append(f"{page.url} at {width}")
    return found


async def reach(page: Page, name: str, keys: str) -> None:
    """Press Tab until an element with this name has the focus, then press these keys."""
    for _ in range(60):
        if name in await page.evaluate(_FOCUSED_NAME):
            break
        await page.keyboard.press("Tab")
    else:
        raise AssertionError(f"Tab does not reach {name!r}")
    for key in keys.split():
        await page.keyboard.press(key)


async def test_both_flows_work_with_the_keyboard_alone(shop: Shop) -> None:
    async with shop.signed_in("Ada Brandt") as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()  # before the menu
        await reach(page, "Order D-1060", "Enter")
        await expect(page.get_by_role("heading", name="Order D-1060", level=1)).to_be_visible()
        await reach(page, "Return This Item: Warm bulbs", "Space")
        await expect(page.get_by_role("textbox", name="Units of Warm bulbs")).to_be_visible()
        await page.keyboard.press("Tab")  # into the number of units
        await reach(page, "Select …", "Enter")
        await expect(page.get_by_role("option", name="I have changed my mind")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Reason for Warm bulbs")).to_be_focused()
        await reach(page, "I accept that I read", "Space")
        await reach(page, "Return Selected Items", "Enter")
        await expect(page.locator(":focus")).to_contain_text("under evaluation")  # and a screen reader reads it
    async with shop.signed_in("Owner") as page:
        await expect(page.get_by_role("link", name="D-1060")).to_be_visible()
        await reach(page, "D-1060", "Enter")
        await expect(page.get_by_role("heading", name="Order D-1060", level=1)).to_be_visible()
        await reach(page, "Select Warm bulbs", "Space")
        await reach(page, "Cancel/Return Selected Items", "Enter")
        await reach(page, "Apply", "Enter")
        await expect(page.get_by_role("button", name="Yes")).to_be_enabled()
        await reach(page, "Yes", "Enter")
        await expect(page.locator(":focus")).to_contain_text("Done.")
        await expect(page.get_by_role("article", name="Cancellation plan")).to_contain_text("Waiting")
    async with shop.signed_in("Alpina Outdoor") as page:
        await reach(page, "Requests", "Enter")
        requests = page.get_by_role("rowheader")
        await expect(requests).to_have_count(2)
        await reach(page, "Confirm request", "Enter")
        await expect(page.get_by_role("button", name="Confirm", exact=True)).to_be_enabled()
        await reach(page, "Confirm", "Enter")
        await expect(requests).to_have_count(1)
        await expect(page.locator(":focus")).to_contain_text("Done: request")


async def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until this element has the focus."""
    for _ in range(60):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


async def test_a_part_is_decided_with_the_keyboard_alone(shop: Shop) -> None:
    order = await place(shop, {TENT: 1, STOVE: 1})
    number = await order.request(tent=1, stove=1)
    async with shop.signed_in("Owner") as page:
        await reach(page, "Cancellation/Return Requests", "Enter")
        await expect(page.get_by_role("heading", name="Cancellation/Return Requests", level=1)).to_be_visible()
        await tab_to(page, page.get_by_role("button", name=f"Apply request {number}"))
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("alertdialog", name="Order Cancel?")
        await tab_to(page, dialog.get_by_role("checkbox", name=STOVE))
        await page.keyboard.press("Space")
        await tab_to(page, dialog.get_by_role("radio", name="Release it"))
        await page.keyboard.press("ArrowDown")
        await expect(dialog.get_by_role("radio", name="Keep it waiting")).to_be_checked()
        await expect(dialog.get_by_role("button", name="Yes")).to_be_enabled()
        await tab_to(page, dialog.get_by_role("button", name="Yes"))
        await page.keyboard.press("Enter")
        await expect(page.locator(":focus")).to_have_text(f"Done: request {number}")  # and a screen reader reads it


async def test_every_page_of_the_owner_fits_in_german(shop: Shop) -> None:
    order = await place(shop, {TENT: 2, STOVE: 1})
    number = await order.request(tent=2, stove=1)
    async with shop.signed_in("Owner", words=GERMAN) as page:
        await page.get_by_role("link", name=GERMAN.requests_page).click()
        await expect(page.get_by_role("row").nth(1)).to_be_visible()
        assert await unfit(page) == []
        await page.get_by_role("button", name=f"Anfrage {number} anwenden").click()
        yes = page.get_by_role("alertdialog").get_by_role("button", name="Ja")
        await expect(yes).to_be_enabled()  # the money is there, and the dialog grows no more
        await page.get_by_role("alertdialog").get_by_role("checkbox").first.uncheck(force=True)
        assert await unfit(page) == []
        await page.get_by_role("alertdialog").get_by_role("button", name="Nein").click()
        await page.get_by_role("link", name=number, exact=True).click()
        await expect(page.get_by_role("region", name="Zahlungsdaten")).to_contain_text("Bezahlt (Karte)")
        assert await unfit(page) == []
        await page.get_by_role("link", name=order.number).first.click()
        await page.get_by_role("checkbox", name=f"{TENT} auswählen").check(force=True)
        await page.get_by_role("button", name=GERMAN.apply_title).click()
        await expect(page.get_by_role("group", name=f"Der Rest von Anfrage {number}")).to_be_visible()
        assert await unfit(page) == []
        await page.goto(f"{shop.server.address}/owner/settings?view=privacy")
        await expect(page.get_by_role("link", name="Datenschutz")).to_be_in_viewport(ratio=1)  # of a line that scrolls
        assert await page.locator("nav.views").evaluate(_HEIGHT) < ONE_LINE
        assert await unfit(page) == []


async def test_the_console_speaks_german(shop: Shop) -> None:
    async with shop.signed_in("Ada Brandt") as page:
        await page.get_by_role("button", name="Language").click()
        await expect(page.get_by_role("heading", name="Meine Bestellungen")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        await expect(page.get_by_text("Wartet auf Verpackung")).not_to_have_count(0)
        await page.get_by_role("link", name="Bestellung D-1058").click()
        await expect(page.get_by_text("Dieser Artikel ist Teil einer offenen Anfrage.")).to_be_visible()
        await page.reload()  # the browser remembers the language
        await expect(page.get_by_role("heading", name="Bestellung D-1058")).to_be_visible()


@pytest.mark.storm  # it builds the console once more; that a text is missing is a type error
async def test_a_language_is_one_file(shop: Shop, tmp_path: Path) -> None:
    async with shop.page("/console/config.json") as page:
        await serve_from(build_with_french(tmp_path), page)
        await page.goto(shop.server.address + "/")
        language = page.get_by_role("button", name="Language: English")
        await language.click()
        await page.get_by_role("button", name="Sprache: Deutsch").click()
        await expect(page.get_by_role("button", name="[Language]: français")).to_be_visible()
        await expect(page.get_by_role("button", name="[Sign in as Ada Brandt]")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("lang", "fr")
        await page.reload()  # the browser remembers the language
        await page.get_by_role("button", name="[Language]: français").click()
        await expect(language).to_be_visible()
