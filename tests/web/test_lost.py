"""A lost connection: the page says so, goes on from its cursor when it is back, and shows nothing twice."""

import json
from typing import Any

from playwright.async_api import Locator, Page, WebSocket, expect

from domain.facts import Actor
from domain.words import Role
from tests.live.process import Server
from tests.market import customer
from tests.web.seats import Shop, is_live
from tests.web.wire import wired

OWNER = Actor(Role.OWNER, "owner")

_WAITING = """{ requests(first: 3, filter: { waitingOn: [OWNER], transaction: CANCEL }) {
  nodes { id number customer { subject } } } }"""
_WITHDRAW = """mutation W($i: WithdrawRequestInput!) { withdrawRequest(input: $i) {
  userErrors { message } request { number } } }"""


async def withdraw(server: Server, request: dict[str, dict[str, str]]) -> None:
    """The customer takes a request back, past the browser."""
    given = {"requestId": request["id"]}
    answer = await server.data(customer(request["customer"]["subject"]), _WITHDRAW, i=given)
    assert answer["withdrawRequest"]["userErrors"] == []


def told(page: Page, request: dict[str, str]) -> Locator:
    """The lines of the latest changes about a request."""
    return page.get_by_role("region", name="Latest changes").get_by_role("listitem").filter(has_text=request["number"])


async def test_a_lost_connection_resumes_and_shows_nothing_twice(shop: Shop) -> None:
    before, meanwhile, after = (await shop.server.data(OWNER, _WAITING))["requests"]["nodes"]
    asked: list[dict[str, Any]] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: asked.append(json.loads(frame)))

    async with wired(shop.server.address) as wire, shop.seat("Owner", address=wire.address, complaints=True) as page:
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        page.on("websocket", listen)
        await withdraw(shop.server, before)
        await expect(told(page, before)).to_have_count(1)
        cursor = await told(page, before).get_attribute("data-cursor")

        wire.cut()
        await expect(page.get_by_role("status").filter(has_text="Connection lost")).to_be_visible()
        await withdraw(shop.server, meanwhile)
        await wire.refused.wait()  # it has tried, and the wire was cut
        await expect(told(page, meanwhile)).to_have_count(0)

        wire.mend()
        await is_live(page)
        await expect(told(page, meanwhile)).to_have_count(1)
        await withdraw(shop.server, after)
        await expect(told(page, after)).to_have_count(1)
        await expect(told(page, before)).to_have_count(1)
        await expect(told(page, meanwhile)).to_have_count(1)

    again = [frame for frame in asked if "requestUpdates" in json.dumps(frame)]
    assert again, "the page has not subscribed again"
    assert {frame["payload"]["variables"]["after"] for frame in again} == {cursor}
