"""The owner hands out what is known of a person, and erases the person once nothing is open any more."""

from playwright.async_api import expect

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
