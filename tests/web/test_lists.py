"""The owner's and the seller's lists: filters, search, keyset paging, and what arrives while one looks."""

from playwright.async_api import Locator, Page, expect

from domain.facts import Actor
from domain.words import Role
from tests.live.process import Server
from tests.market import customer
from tests.web.seats import Shop
from tests.web.steps import row_of

OWNER = Actor(Role.OWNER, "owner")

_ALL = """query A($filter: RequestFilter) { requests(first: 100, filter: $filter) {
  nodes { id number order { number } customer { subject } } } }"""
_WITHDRAW = """mutation W($i: WithdrawRequestInput!) { withdrawRequest(input: $i) { userErrors { message } } }"""
_CREATE = """mutation C($i: CreateOrderInput!) { createOrder(input: $i) {
  userErrors { message } order { packages { number } } } }"""
_ORDER = {
    "number": "N-9001",
    "currency": "EUR",
    "placedAt": "2026-03-01T10:00:00Z",
    "customer": {"subject": "ada", "name": "Ada Brandt"},
    "sellerOrders": [
        {
            "seller": "alpina",
            "sellerName": "Alpina Outdoor",
            "packages": [
                {"items": [{"sku": "tent", "name": "Tent Burrow", "quantity": 1, "unitPrice": "149.00"}]},
            ],
        }
    ],
    "payments": [{"method": "card", "captured": "149.00"}],
}


async def numbers(server: Server, **filter: object) -> list[str]:
    """The numbers of the requests that the API finds, newest first."""
    found = await server.data(OWNER, _ALL, filter=filter or None)
    return [one["number"] for one in found["requests"]["nodes"]]


def links(page: Page) -> Locator:
    """What the rows of the table lead to."""
    return page.get_by_role("rowheader").get_by_role("link")


async def press(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Paging").get_by_role("button", name=name).click()


async def test_requests_are_paged_by_keyset_without_a_gap_or_a_repeat(shop: Shop) -> None:
    everything = await numbers(shop.server)
    first, second, last = everything[:15], everything[15:30], everything[30:]
    assert last, "three pages are needed"
    async with shop.seat("Owner") as page:
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        await expect(links(page)).to_have_text(first)
        await expect(page.get_by_text(f"{len(everything)} found")).to_be_visible()
        for button, shown in (("Next", second), ("Next", last), ("Previous", second), ("First page", first)):
            await press(page, button)
            await expect(links(page)).to_have_text(shown)
        await expect(page.get_by_role("button", name="Previous")).to_be_disabled()
        await press(page, "Next")
        await expect(links(page)).to_have_text(second)
        await page.reload()  # the page stands in the address
        await expect(links(page)).to_have_text(second)


async def test_requests_are_filtered_searched_and_counted_live(shop: Shop) -> None:
    async def choose(name: str, label: str) -> None:
        await page.get_by_role("combobox", name=name).select_option(label)

    async with shop.seat("Owner") as page:
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        await choose("Transaction", "Refund")
        await expect(links(page)).to_have_text((await numbers(shop.server, transaction="REFUND"))[:15])
        await choose("Status", "Waiting")
        await expect(links(page)).to_have_text(await numbers(shop.server, transaction="REFUND", status=["WAITING"]))
        await choose("Transaction", "All")
        await choose("Waiting for", "Owner")
        waiting = await numbers(shop.server, status=["WAITING"], waitingOn=["OWNER"])
        await expect(links(page)).to_have_text(waiting)

        await page.get_by_role("button", name="Clear filters").click()
        search = page.get_by_role("searchbox", name="Search by number")
        await search.fill("D-1043")
        await expect(links(page)).to_have_text(await numbers(shop.server, numberStartsWith="D-1043"))
        await search.fill("nothing")
        await expect(page.get_by_text("No request fits these filters.")).to_be_visible()
        await page.get_by_role("button", name="Clear filters").click()
        await expect(search).to_have_value("")

        counter = page.get_by_role("main").get_by_role("link", name="Waiting for Owner")
        await expect(counter).to_have_text(f"{len(waiting)} Waiting for Owner")
        await counter.click()
        await expect(links(page)).to_have_text(waiting)
        (taken,) = [
            one for one in (await shop.server.data(OWNER, _ALL))["requests"]["nodes"] if one["number"] == waiting[0]
        ]
        taker = customer(taken["customer"]["subject"])
        done = await shop.server.data(taker, _WITHDRAW, i={"requestId": taken["id"]})
        assert done["withdrawRequest"]["userErrors"] == []
        await expect(counter).to_have_text(f"{len(waiting) - 1} Waiting for Owner")
        await expect(links(page)).to_have_text(waiting[1:])


async def test_an_order_that_comes_in_shows_by_itself_and_moves_on_to_the_customer(shop: Shop) -> None:
    async with (
        shop.seat("Owner") as owner,
        shop.seat("Alpina Outdoor") as seller,
        shop.seat("Ada Brandt") as buyer,
    ):
        made = (await shop.server.data(OWNER, _CREATE, i=_ORDER))["createOrder"]
        assert made["userErrors"] == []
        parcel = made["order"]["packages"][0]["number"]
        await owner.get_by_role("searchbox", name="Search by number").fill("N-9001")
        await expect(row_of(owner, "N-9001")).to_contain_text("Waiting Packaging")
        await buyer.get_by_role("link", name="Order N-9001").click()
        await expect(buyer.get_by_role("heading", name="Order N-9001", level=1)).to_be_visible()
        item = buyer.get_by_role("listitem").filter(has_text="Tent Burrow")
        await expect(item).to_contain_text("Can be canceled until the parcel leaves")

        card = seller.get_by_role("listitem").filter(has=seller.get_by_role("heading", name=parcel))
        await card.get_by_role("button", name="Set to Ready to Ship").click()
        await expect(item).to_contain_text("Ready to Ship")
        await card.get_by_role("button", name="Set to Shipped").click()
        dialog = seller.get_by_role("dialog", name=f"Set to Shipped: {parcel}")
        await dialog.get_by_role("textbox", name="Tracking number").fill("TRK-77")
        await dialog.get_by_role("button", name="Confirm").click()
        await expect(card).to_contain_text("Tracking number TRK-77")
        await expect(item).to_contain_text("Can be returned")
        await expect(row_of(owner, "N-9001")).to_contain_text("Shipping")
