"""A hand that does what it is asked to with the mouse or with the keys alone, and counts its clicks and presses."""

from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Locator, Page, expect

from tests.web.demo_shop import choose

Means = Literal["mouse", "keys"]
MEANS: tuple[Means, ...] = ("mouse", "keys")
_IS_FOCUSED = "element => element === document.activeElement"
_IS_AHEAD = "element => document.activeElement === document.body && element.closest('main') !== null"
_IS_BOX = "element => element.matches('input')"
_FARTHEST = 120  # presses of Tab


@dataclass
class Hand:
    """One way of using a page. What is typed as a text, such as a name or a reason, is not counted."""

    page: Page
    means: Means
    count: int = 0

    @property
    def keys(self) -> bool:
        return self.means == "keys"

    async def press(self, *keys: str) -> None:
        """Press keys, each of which counts."""
        for key in keys:
            await self.page.keyboard.press(key)
            self.count += 1

    async def reach(self, target: Locator, by: str = "Tab") -> None:
        """Move the focus there, by a key each press of which counts."""
        await expect(target).to_be_visible()
        if by == "Tab" and await target.evaluate(_IS_AHEAD):
            await self.press("Tab", "Enter")  # the link that skips the menu
        for _ in range(_FARTHEST):
            if await target.evaluate(_IS_FOCUSED):
                return
            await self.press(by)
        raise AssertionError(f"{by} does not reach {target}")

    async def do(self, target: Locator, key: str = "Enter", *, by: str = "Tab") -> None:
        """Follow a link, press a button, or tick a box with the key Space."""
        await expect(target).to_be_enabled()
        if self.keys:
            await self.reach(target, by)
            await self.press(key)
        else:
            await target.click(force=await target.evaluate(_IS_BOX))  # what is drawn lies over the input
            self.count += 1

    async def confirm(self, button: Locator) -> None:
        """Confirm a dialog by its button, which one key presses wherever the focus is."""
        await expect(button).to_be_enabled()
        if self.keys:
            await self.press("Control+Enter")
        else:
            await self.do(button)

    async def write(self, target: Locator, text: str) -> None:
        """Type a text into a field that has to be found first, unless the focus is there."""
        if self.keys:
            await self.reach(target)
        elif not await target.evaluate(_IS_FOCUSED):
            await target.click()
            self.count += 1
        await self.page.keyboard.insert_text(text)

    async def select(self, target: Locator, option: str) -> None:
        """Select an option of a drop-down that the browser draws: its first letters choose it without a click."""
        if self.keys:
            await self.reach(target)
        else:
            self.count += 2
        await target.select_option(option)

    async def choose(self, label: str, option: str) -> None:
        """Select an option of a drop-down that the console draws."""
        if not self.keys:
            await choose(self.page, label, option)
            self.count += 2
            return
        await self.do(self.page.get_by_role("button", name=label))
        wanted = self.page.get_by_role("option", name=option, exact=True)
        await self.reach(wanted, by="ArrowDown")
        await self.press("Enter")

    async def go(self, name: str) -> None:
        """Go to a page of the seat: by a click on the menu, or by its name in the command menu."""
        link = self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True)
        if self.keys:
            await self.find(name)
        else:
            await self.do(link)
        await expect(link).to_have_attribute("aria-current", "page")

    async def find(self, text: str, shown: str = "") -> None:
        """Find something with the command menu: the first match, unless another is meant."""
        await self.press("Control+k")
        await expect(self.page.get_by_role("searchbox", name="Pages, actions and search")).to_be_focused()
        await self.page.keyboard.insert_text(text)
        wanted = self.page.get_by_role("menuitem", name=shown or text).first
        await expect(wanted).to_be_visible()
        await self.press("Enter")
