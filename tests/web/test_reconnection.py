"""A lost connection: the page says so, resumes from its cursor, and shows nothing twice."""

import json
from typing import Any

from playwright.async_api import Locator, Page, WebSocket, expect

from domain.facts import Actor
from domain.words import Role
from tests.live.process import Server
from tests.market import customer
from tests.web.demo_shop import Shop, is_live
from tests.web.tcp_proxy import proxy_to

OWNER = Actor(Role.OWNER, "owner")

_WAITING = """{ requests(first: 3, filter: { waitingOn: [OWNER], transaction: CANCEL }) {
  nodes { id number customer { subject } } } }"""
_WITHDRAW = """mutation W($i: WithdrawRequestInput!) { withdrawRequest(input: $i) {
  userErrors { message } request { number } } }"""


async def withdraw(server: Server, request: dict[str, dict[str, str]]) -> None:
    """Withdraw a request as its customer, through the API."""
    values = {"requestId": request["id"]}
    answer = await server.data(customer(request["customer"]["subject"]), _WITHDRAW, i=values)
    assert answer["withdrawRequest"]["userErrors"] == []


def changes_of(page: Page, request: dict[str, str]) -> Locator:
    """The latest changes of a request, as the page lists them."""
    return page.get_by_role("region", name="Latest changes").get_by_role("listitem").filter(has_text=request["number"])


async def test_a_lost_connection_resumes_and_shows_nothing_twice(shop: Shop) -> None:
    before, meanwhile, after = (await shop.server.data(OWNER, _WAITING))["requests"]["nodes"]
    sent: list[dict[str, Any]] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(json.loads(frame)))

    async with (
        proxy_to(shop.server.address) as proxy,
        shop.signed_in("Owner", address=proxy.address, expect_errors=True) as page,
    ):
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        page.on("websocket", listen)
        await withdraw(shop.server, before)
        await expect(changes_of(page, before)).to_have_count(1)
        cursor = await changes_of(page, before).get_attribute("data-cursor")

        proxy.disconnect()
        await expect(page.get_by_role("status").filter(has_text="Connection lost")).to_be_visible()
        await withdraw(shop.server, meanwhile)
        await proxy.refused.wait()  # the page has tried to reconnect
        await expect(changes_of(page, meanwhile)).to_have_count(0)

        proxy.reconnect()
        await is_live(page)
        await expect(changes_of(page, meanwhile)).to_have_count(1)
        await withdraw(shop.server, after)
        await expect(changes_of(page, after)).to_have_count(1)
        await expect(changes_of(page, before)).to_have_count(1)
        await expect(changes_of(page, meanwhile)).to_have_count(1)
        resubscriptions = [frame for frame in sent if "requestUpdates" in json.dumps(frame)]
        assert resubscriptions, "the page has not subscribed again"
        assert {frame["payload"]["variables"]["after"] for frame in resubscriptions} == {cursor}

        proxy.disconnect()
        await page.get_by_role("navigation", name="Pages").get_by_role("link", name="Orders", exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached at the moment.")
        async with page.expect_request(lambda request: "query Viewer" in (request.post_data or "")):
            proxy.reconnect()  # all of the page is asked for again, also what did not fail
        await expect(page.get_by_role("alert")).to_have_count(0)  # nobody had to press Try again
        proxy.disconnect()
        async with page.expect_event("requestfailed", lambda request: request.url.endswith("/config.json")):
            await page.get_by_role("link", name="Refunds").click()  # a part of the console that is not loaded yet
        await expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached at the moment.")
        proxy.reconnect()
        await expect(page.get_by_role("heading", name="Refunds", level=1)).to_be_visible()
