"""The pages of the administration: what the owner sets there, and what staff is shown of it."""

import re

from playwright.async_api import Page, expect

from tests.web.demo_shop import Shop
from tests.web.orders import LAMP, place
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
        await owner.get_by_role("region", name="Issue a token").get_by_label("Person or system").fill("sam")
        await main.get_by_text("CONFIRM_REQUEST").click()
        await main.get_by_role("button", name="Issue a token").click()
        token = await owner.get_by_label("Token", exact=True).input_value()
        revoking = owner.get_by_role("region", name="Revoke tokens")
        await revoking.get_by_label("Person or system").fill("tom")
        await revoking.get_by_role("button", name="Revoke tokens").click()
        await owner.get_by_role("alertdialog").get_by_role("button", name="Revoke tokens").click()
        await expect(revoking.get_by_role("status")).to_contain_text("The tokens of tom are revoked.")
        await look(owner, "staff")

        await open_path(owner, "/owner/settings?view=audit&who=owner")
        for done in (
            "Revoke the tokens of a person",
            "Issue a token",
            "Remove a webhook",
            "Change a webhook",
            "Change a seller’s address",
        ):
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
