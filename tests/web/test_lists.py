"""Lists of the owner and the seller: filters, search, pages, live updates; the list of mail; the days of figures."""

import asyncio
from datetime import UTC, datetime

import asyncpg
from playwright.async_api import Locator, Page, expect

from domain.facts import Actor
from domain.words import Role
from tests.live.process import Server
from tests.market import customer
from tests.web.console_actions import row_with
from tests.web.demo_shop import Shop
from tests.web.message_flow import TEXTS, from_template_to_mail
from tests.web.orders import STOVE, place
from tests.web.test_accessibility import violations
from tests.web.test_product_by_product import package_row
from tests.web.withdrawal_flow import TEXTS as WITHDRAWAL_TEXTS
from tests.web.withdrawal_flow import from_footer_to_receipt
from tests.web.words import ENGLISH, GERMAN, Words, in_both_languages

OWNER = Actor(Role.OWNER, "owner")

_ALL = """query A($filter: RequestFilter, $order: RequestOrder! = CREATED_AT_DESC) {
  requests(first: 100, filter: $filter, orderBy: $order) {
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


async def numbers(server: Server, order: str = "CREATED_AT_DESC", **filter: object) -> list[str]:
    """The numbers of the requests that match the filter, newest first unless said otherwise."""
    found = await server.data(OWNER, _ALL, filter=filter or None, order=order)
    return [request["number"] for request in found["requests"]["nodes"]]


def links(page: Page) -> Locator:
    """The links of the rows of the table."""
    return page.get_by_role("rowheader").get_by_role("link")


async def press(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Pagination").get_by_role("button", name=name).click()


async def test_pages_of_requests_have_no_gap_and_no_repeat(shop: Shop) -> None:
    everything = await numbers(shop.server)
    pages = [everything[start : start + 25] for start in range(0, len(everything), 25)]
    assert len(pages) > 1, "two pages are needed"
    first, second = pages[:2]
    async with shop.signed_in("Owner") as page:
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        await expect(links(page)).to_have_text(first)
        await expect(page.get_by_text(f"{len(everything)} found")).to_be_visible()
        onwards, back = [("Next", shown) for shown in pages[1:]], [("Previous", shown) for shown in pages[-2:0:-1]]
        ends = [("First page", first), ("Last page", everything[-25:]), ("First page", first)]
        for button, shown in (*onwards, *back, *ends):
            await press(page, button)
            await expect(links(page)).to_have_text(shown)
        await expect(page.get_by_role("button", name="Previous")).to_be_disabled()
        await expect(page.get_by_role("button", name="First page")).to_be_focused()  # although it can do no more
        await press(page, "Next")
        await expect(links(page)).to_have_text(second)
        await page.reload()  # the URL names the page
        await expect(links(page)).to_have_text(second)
        await page.get_by_role("combobox", name="Rows a page").select_option("100")
        await expect(links(page)).to_have_text(everything)


async def test_requests_are_filtered_searched_and_counted_live(shop: Shop) -> None:
    async def choose(name: str, label: str) -> None:
        await page.get_by_role("combobox", name=name).select_option(label)

    async with shop.signed_in("Owner") as page:
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        await choose("Transaction", "Refund")
        await expect(links(page)).to_have_text((await numbers(shop.server, transaction="REFUND"))[:25])
        await choose("Status", "Waiting")
        await expect(links(page)).to_have_text(await numbers(shop.server, transaction="REFUND", status=["WAITING"]))
        await choose("Transaction", "All")
        await choose("Waiting for", "Owner")
        found = await numbers(shop.server, "DUE_AT_ASC", status=["WAITING"], waitingOn=["OWNER"])
        await expect(links(page)).to_have_text(found)
        waiting = await numbers(shop.server, "DUE_AT_ASC", waitingOn=["OWNER"])  # with the goods that are lost

        await page.get_by_role("button", name="Clear filters").click()
        search = page.get_by_role("searchbox", name="Search")
        await search.fill("D-1043")
        await expect(links(page)).to_have_text(await numbers(shop.server, numberStartsWith="D-1043"))
        await search.fill("nothing")
        await expect(page.get_by_text("No requests match these filters.")).to_be_visible()
        await page.get_by_role("button", name="Clear filters").click()
        await expect(search).to_have_value("")

        counter = page.get_by_role("main").get_by_role("link", name="Waiting for Owner")
        await expect(counter).to_have_text(f"{len(waiting)} Waiting for Owner")
        await counter.click()
        await expect(links(page)).to_have_text(waiting)
        (request,) = [
            node for node in (await shop.server.data(OWNER, _ALL))["requests"]["nodes"] if node["number"] == found[0]
        ]
        buyer = customer(request["customer"]["subject"])
        answer = await shop.server.data(buyer, _WITHDRAW, i={"requestId": request["id"]})
        assert answer["withdrawRequest"]["userErrors"] == []
        await expect(counter).to_have_text(f"{len(waiting) - 1} Waiting for Owner")
        await expect(links(page)).to_have_text([number for number in waiting if number != found[0]])


async def test_a_new_order_appears_live_and_its_package_moves_on_to_the_customer(shop: Shop) -> None:
    async with (
        shop.signed_in("Owner") as owner,
        shop.signed_in("Alpina Outdoor") as seller,
        shop.signed_in("Ada Brandt") as buyer,
    ):
        package = "N-9001-1"
        card = await package_row(seller, package)
        await expect(seller.get_by_text("There are no such packages.")).to_be_visible()
        created = (await shop.server.data(OWNER, _CREATE, i=_ORDER))["createOrder"]
        assert created["userErrors"] == []
        await owner.get_by_role("searchbox", name="Search").fill("N-9001")
        await expect(row_with(owner, "N-9001")).to_contain_text("Waiting Packaging")
        await buyer.get_by_role("link", name="Order N-9001").click()
        await expect(buyer.get_by_role("heading", name="Order N-9001", level=1)).to_be_visible()
        item = buyer.get_by_role("listitem").filter(has_text="Tent Burrow")
        await expect(item).to_contain_text("Can be canceled until the package is shipped")

        await card.get_by_role("button", name="Set to Ready to Ship").click()
        await expect(item).to_contain_text("Ready to Ship")
        await card.get_by_role("button", name="Set to Shipped").click()
        dialog = seller.get_by_role("dialog", name=f"Set to Shipped: {package}")
        await dialog.get_by_role("textbox", name="Tracking number").fill("TRK-77")
        await dialog.get_by_role("button", name="Confirm").click()
        await expect(card).to_contain_text("TRK-77")
        await expect(item).to_contain_text("Can be returned")
        await expect(row_with(owner, "N-9001")).to_contain_text("Shipping")


_OVERDUE = "update cancellation_request set due_at = now() - interval '1 hour' where number = any($1)"
_ALPINA = """{ sellers(filter: { nameStartsWith: "Alpina" }) { nodes { id } } }"""
_CONFIRM = "mutation C($i: ConfirmRequestInput!) { confirmRequest(input: $i) { userErrors { code } } }"
_CHANGED = "update cancellation_request set version = version + 1 where number = $1"


async def overdue_returns(shop: Shop, count: int) -> list[str]:
    """Returns of Alpina Outdoor that nobody has decided in time. Returns their numbers."""

    async def late() -> str:
        order = await place(shop, {STOVE: 1})
        await order.move("SHIPPED", "DELIVERED")
        return await order.request("REFUND", stove=1)

    made = await asyncio.gather(*(late() for _ in range(count)))
    await in_database(shop, _OVERDUE, made)
    return made


async def overdue_at_alpina(server: Server) -> list[str]:
    """The numbers of all of them, the longest overdue first."""
    found = await server.data(OWNER, _ALPINA)
    (seller,) = found["sellers"]["nodes"]
    waiting = ["OWNER", "SELLER", "CUSTOMER", "SYSTEM"]
    conditions = {"transaction": "REFUND", "sellerId": seller["id"], "waitingOn": waiting}
    return await numbers(server, "DUE_AT_ASC", dueBefore=datetime.now(UTC).isoformat(), **conditions)


async def confirm(server: Server, number: str) -> None:
    """Let the owner confirm a request for its silent seller, elsewhere than in the browser."""
    found = await server.data(
        OWNER, "query Q($n: String!) { requests(filter: { search: $n }) { nodes { id } } }", n=number
    )
    (request,) = found["requests"]["nodes"]
    values = {"requestId": request["id"], "note": "The seller has not answered."}
    answer = await server.data(OWNER, _CONFIRM, i=values)
    assert answer["confirmRequest"]["userErrors"] == []


async def in_database(shop: Shop, statement: str, *values: object) -> None:
    connection = await asyncpg.connect(shop.database)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


async def test_a_new_owner_finds_what_is_overdue_decides_ten_at_once_and_exports_the_rest(shop: Shop) -> None:
    made = await overdue_returns(shop, 11)
    async with shop.signed_in("Owner") as page:
        await page.get_by_role("link", name="Cancellation/Return Requests").click()
        await page.get_by_role("combobox", name="Transaction").select_option("Refund")
        await page.get_by_role("combobox", name="Deadline").select_option("Overdue")
        await page.get_by_role("combobox", name="Seller").fill("Alpina Outdoor")
        await page.keyboard.press("Tab")
        everything = await overdue_at_alpina(shop.server)
        await expect(links(page)).to_have_text(everything)

        await page.get_by_role("heading", level=1).click()
        await page.keyboard.press("?")
        await page.get_by_role("dialog", name="Keys").get_by_role("button", name="Close").click()
        await page.keyboard.press("a")
        await page.get_by_role("checkbox", name=f"{len(everything)} selected").uncheck()
        chosen = [number for number in everything if number in made][:10]
        for number in everything[: everything.index(chosen[-1]) + 1]:
            await page.keyboard.press("j")
            if number in chosen:
                await page.keyboard.press("x")
        await expect(page.get_by_text("10 selected")).to_be_visible()
        await page.keyboard.press("b")
        await expect(page.get_by_role("button", name="Confirm 10")).to_be_focused()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Confirm requests: 10")
        await expect(dialog.get_by_role("textbox", name="Note")).to_be_focused()
        await page.keyboard.press("Control+Enter")  # without a note nothing can be confirmed
        await dialog.get_by_role("textbox", name="Note").fill("The seller has not answered.")
        await in_database(shop, _CHANGED, chosen[9])
        await page.keyboard.press("Control+Enter")
        said = page.get_by_role("alert")
        await expect(page.locator(":focus")).to_contain_text("Confirmed: 9.")
        await expect(said).to_contain_text(f"{chosen[9]}: This has changed in the meantime.")
        rest = [number for number in everything if number not in chosen[:9]]
        await expect(links(page)).to_have_text(rest)
        await expect(row_with(page, chosen[9]).get_by_role("checkbox")).to_be_checked()

        await row_with(page, chosen[9]).get_by_text("1 hour ago").click()
        details = page.get_by_role("region", name="Details")
        await expect(details.get_by_role("heading", name=f"Request {chosen[9]}")).to_be_visible()
        await expect(details.get_by_role("region", name="Payment Information")).to_be_visible()
        assert [fault async for fault in violations(page)] == []
        await page.reload()  # the URL names the row
        await expect(details.get_by_role("heading", name=f"Request {chosen[9]}")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(details).to_have_count(0)
        await expect(row_with(page, chosen[9])).to_be_focused()
        await page.go_back()
        await expect(details).to_be_focused()
        await page.go_forward()  # without Escape
        await expect(row_with(page, chosen[9])).to_be_focused()

        place = rest.index(chosen[9])
        rest.remove(chosen[9])
        await confirm(shop.server, chosen[9])
        await expect(links(page)).to_have_text(rest)
        await page.keyboard.press("j")  # to where the row was
        await expect(row_with(page, rest[min(place, len(rest) - 1)])).to_be_focused()

        await page.get_by_role("button", name="Save this view").click()
        dialog = page.get_by_role("dialog", name="Save this view")
        await dialog.get_by_role("textbox", name="Name of the view").fill("Late at Alpina")
        await dialog.get_by_text("For all colleagues").click()
        await dialog.get_by_role("button", name="Save").click()
        view = page.get_by_role("link", name="Late at Alpina")
        await expect(view).to_have_text(f"Late at Alpina {len(rest)}")

        async with shop.working(), page.expect_download() as file:
            await page.get_by_role("button", name="Export as CSV").click()
        written = (await (await file.value).path()).read_text()
        assert all((number in written) == (number in rest) for number in everything)
        await page.get_by_role("button", name="Delete the view Late at Alpina").click()
        question = page.get_by_role("alertdialog")
        await expect(question).to_contain_text("All colleagues have it")
        await question.get_by_role("button", name="Yes").click()
        await expect(view).to_have_count(0)
        await page.keyboard.press("Control+k")
        await page.keyboard.type(rest[0])  # while the menu's file is on its way
        search = page.get_by_role("searchbox", name="Pages, actions and search")
        await expect(search).to_have_value(rest[0])
        await page.get_by_role("menuitem", name=f"Request {rest[0]}").click()
        await expect(page.get_by_role("heading", name=f"Request {rest[0]}", level=1)).to_be_visible()


@in_both_languages(("words",), (ENGLISH,), (GERMAN,))
async def test_a_template_is_tried_on_a_real_request_and_published_and_its_mail_is_in_the_log(
    shop: Shop, words: Words
) -> None:
    await from_template_to_mail(shop, words, TEXTS[words.locale])


@in_both_languages(("words",), (ENGLISH,), (GERMAN,))
async def test_a_customer_withdraws_from_a_contract_on_a_phone_and_everybody_sees_what_follows(
    shop: Shop, words: Words
) -> None:
    await from_footer_to_receipt(shop, words, WITHDRAWAL_TEXTS[words.locale])


async def test_the_days_of_figures_are_those_of_the_market_and_go_on_at_its_midnight(shop: Shop) -> None:
    async with shop.page("/console/config.json", token=await shop.token("Owner")) as page:
        west = await page.context.new_cdp_session(page)
        await west.send("Emulation.setTimezoneOverride", {"timezoneId": "Pacific/Honolulu"})  # ten hours behind
        await page.clock.install(time="2026-03-10T23:30:00Z")
        await page.goto(shop.server.address + "/owner")
        await expect(page.get_by_role("region", name="Return rate")).to_contain_text("ordered")
        async with page.expect_request(lambda request: '"to":"2026-03-11"' in (request.post_data or "")) as asked:
            await page.clock.fast_forward(60 * 60_000)
        assert '"from":"2026-02-10"' in ((await asked.value).post_data or "")
