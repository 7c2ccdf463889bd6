"""The pages of the administration: what the owner sets there, and what staff is shown of it."""

import re
from dataclasses import replace

from playwright.async_api import Page, expect

from domain.facts import Actor
from domain.words import Role
from tests.web.demo_shop import Shop
from tests.web.orders import LAMP, OWNER, place
from tests.web.test_accessibility import violations
from tests.web.test_product_by_product import open_path

ZORAH = {"subject": "zorah", "name": "Zorah Quellmann", "email": "zorah@customers.example"}


async def test_the_owner_exports_and_erases_a_person(shop: Shop) -> None:
    order = await place(shop, {LAMP: 1}, buyer=ZORAH)
    async with shop.signed_in("Owner") as owner:
        await open_path(owner, "/owner/settings?view=privacy")
        await owner.get_by_label("Email address").fill("Zorah@Customers.example")
        await owner.get_by_role("button", name="Find customer").click()
        card = owner.get_by_role("article", name="Zorah Quellmann")
        async with owner.expect_download() as download:
            await card.get_by_role("button", name="Export").click()
        assert order.number in (await (await download.value).path()).read_text()
        await card.get_by_role("button", name="Erase").click()
        dialog = owner.get_by_role("alertdialog")
        await expect(dialog).to_contain_text(f"Package {order.packages[0]['number']}")
        await expect(dialog.get_by_role("button", name="Erase")).to_be_disabled()
        assert [fault async for fault in violations(owner)] == []
        await dialog.get_by_role("button", name="Go back").click()
        await order.move("SHIPPED", "DELIVERED")
        await card.get_by_role("button", name="Erase").click()
        await expect(dialog).to_contain_text("The law keeps")
        await dialog.get_by_role("button", name="Erase").click()
        await expect(owner.locator(":focus")).to_contain_text("The person was erased.")
        await open_path(owner, f"/owner/orders/{order.id}")
        await expect(owner.get_by_role("main")).to_contain_text("erased-")
        await expect(owner.get_by_role("main")).not_to_contain_text("Zorah")


async def look(page: Page, view: str) -> None:
    """Nothing is wrong with a page of the settings, wide and narrow, light and dark."""
    assert [fault async for fault in violations(page)] == [], view


async def test_the_owner_administers_the_marketplace_and_staff_sees_what_its_token_names(shop: Shop) -> None:
    async with shop.signed_in("Owner") as owner:
        main = owner.get_by_role("main")
        await open_path(owner, "/owner/settings?view=sellers")
        await owner.get_by_label("Name of the seller begins with").fill("loom")
        await owner.get_by_role("button", name="Change where messages to Loom & Thread go").click()
        dialog = owner.get_by_role("dialog")
        await dialog.get_by_label("Email address").fill("nobody")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await dialog.get_by_label("Email address").fill("returns@loom.example")
        await dialog.get_by_role("button", name="Save").click()
        await expect(owner.get_by_role("row", name="Loom & Thread")).to_contain_text("returns@loom.example")
        await expect(main.get_by_role("row")).to_have_count(2)
        await look(owner, "sellers")

        await open_path(owner, "/owner/settings?view=webhooks")
        await owner.get_by_role("button", name="Add an address").click()
        await dialog.get_by_label("Address").fill("https://example.org/hook")
        await dialog.get_by_text("All events").click()
        await dialog.get_by_text("Refund paid out", exact=True).click()
        await look(owner, "a webhook's form")
        await dialog.get_by_role("button", name="Save").click()
        await expect(owner.get_by_label("Secret that signs the posts")).to_have_value(re.compile("^whsec_"))
        card = owner.get_by_role("article", name="https://example.org/hook")
        await look(owner, "webhooks")
        await card.get_by_role("button", name="Change https://example.org/hook").click()
        await dialog.get_by_text("Events are posted").click()
        await dialog.get_by_role("button", name="Save").click()
        await expect(card).to_contain_text("Off")
        await card.get_by_role("button", name="Remove").click()
        await owner.get_by_role("alertdialog").get_by_role("button", name="Yes").click()
        await expect(main).to_contain_text("Events are posted nowhere yet.")

        await open_path(owner, "/owner/settings?view=gateways")
        await expect(owner.get_by_role("row", name="ledger")).to_be_visible()
        await look(owner, "gateways")

        await open_path(owner, "/owner/settings?view=staff")
        await owner.get_by_label("Person or system").fill("sam")
        await main.get_by_text("CONFIRM_REQUEST").click()
        await main.get_by_role("button", name="Issue a token").click()
        token = await owner.get_by_label("Token", exact=True).input_value()
        await look(owner, "staff")
        await owner.get_by_label("Whose tokens").fill("stolen")
        await main.get_by_role("button", name="Revoke tokens").click()
        question = owner.get_by_role("alertdialog", name="Revoke tokens")
        await expect(question).to_contain_text("No token of stolen")
        await question.get_by_role("button", name="Yes").click()
        await expect(owner.locator(":focus")).to_contain_text("The tokens of stolen were revoked.")

        await open_path(owner, "/owner/settings?view=audit&who=owner")
        events = ("Revoke tokens", "Issue a token", "Remove a webhook", "Change a webhook", "Change a seller’s address")
        for done in events:
            await expect(owner.get_by_role("region", name="With settings")).to_contain_text(done)
        await look(owner, "audit")

    async with shop.page("/owner/settings?view=reasons", token=token) as staff:
        await expect(staff.get_by_role("article").first).to_be_visible()
        await expect(staff.get_by_role("banner")).to_contain_text("sam")
        for view, shown, button in (
            ("reasons", "Name for programs", "Add a reason"),
            ("policy", "In force from", "Publish a version"),
            ("terms", "Versions", "Draft a change"),
            ("webhooks", "Events are posted nowhere yet.", "Add an address"),
            ("staff", "A person’s token", "Issue a token"),
            ("staff", "A person’s token", "Revoke tokens"),
        ):
            await open_path(staff, f"/owner/settings?view={view}")
            await expect(staff.get_by_role("main")).to_contain_text(shown)
            await expect(staff.get_by_role("button", name=button)).to_have_count(0)


READ_BY_OWNERS = (
    *("", "orders?view=all", "packages?view=all", "requests?view=all", "returns?view=all", "refunds?view=all"),
    *("withdrawals?view=all", "messages?view=all", "messages?view=templates"),
    *(f"settings?view={view}" for view in ("returns", "terms", "reasons", "policy", "privacy")),
    *(f"settings?view={view}" for view in ("sellers", "webhooks", "gateways", "staff", "audit")),
)
READ_BY_SELLERS = ("", "packages?view=all", "requests?view=all", "arriving?view=all", "notifications")
READING = {"First page", "Previous", "Next", "Last page", "Find", "Find customer", "Evidence file"}
_BUTTONS = "[...document.querySelectorAll('main button')].map(button => button.ariaLabel ?? button.innerText)"


async def test_a_token_that_only_reads_is_shown_no_button_of_a_command(shop: Shop) -> None:
    """On each page: a command that forgets to ask whether the person may give it shows its button here."""
    found = await shop.server.data(OWNER, "{ requests(first: 1) { nodes { id order { id } seller { id } } } }")
    (request,) = found["requests"]["nodes"]
    pages = (*READ_BY_OWNERS, f"requests/{request['id']}", f"orders/{request['order']['id']}")
    seller = Actor(Role.SELLER, "reader", request["seller"]["id"], actions=frozenset())
    for reader, area, paths in (
        (replace(OWNER, actions=frozenset()), "owner", pages),
        (seller, "seller", READ_BY_SELLERS),
    ):
        async with shop.page(f"/{area}", token=shop.server.token(reader)) as page:
            for path in paths:
                await page.goto(f"{shop.server.address}/{area}/{path}")
                await expect(page.locator("main")).not_to_be_empty()
                await expect(page.locator("main .skeleton")).to_have_count(0)
                assert set(await page.evaluate(_BUTTONS)) <= READING, path
