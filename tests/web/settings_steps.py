"""Steps through the owner's settings: how returns go, reasons, versions of the policy."""

from playwright.async_api import Page, expect


async def settings(page: Page) -> None:
    await page.get_by_role("link", name="Settings").click()
    terms = page.get_by_role("article", name="Loom & Thread")
    await expect(terms).to_contain_text("Return handling")
    await expect(terms).to_contain_text("Paid by the customer")  # the demo has slips only


async def changing_settings(page: Page) -> None:
    """The form for the settings of a seller, refused for a fee without a name."""
    await page.get_by_role("button", name="Go back").click()
    await settings(page)
    await page.get_by_role("button", name="Change the return settings of Loom & Thread").click()
    await page.get_by_role("dialog").get_by_role("button", name="Add a fee").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()


async def changing_reasons(page: Page) -> None:
    """The form for a reason over the list of all, refused for a language that is none."""
    await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    await page.get_by_role("link", name="Reasons").click()
    await page.get_by_role("button", name="Change the reason damaged", exact=True).click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Language").first.fill("?")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()


async def publishing(page: Page) -> None:
    """The form for a version of the policy that takes effect later, over the list of versions."""
    await page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    await page.get_by_role("link", name="Return Policy").click()
    await page.get_by_role("button", name="Publish a version").click()
    await page.get_by_role("dialog").get_by_text("It takes effect later").click()
    await expect(page.get_by_role("dialog").get_by_label("In force from")).to_be_visible()
