"""GraphiQL without the internet: this server delivers everything, under its content security policy."""

import json
from pathlib import Path

import httpx
import jwt
import pytest
from graphql import build_schema, parse, validate
from playwright.async_api import Page, expect
from starlette.applications import Starlette

from app.pages import graphiql
from domain.facts import Actor
from domain.words import Role
from settings import Settings
from tests.web.demo_shop import REFUSED, Shop
from tests.web.tcp_proxy import proxy_to

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "web" / "graphiql" / "examples").glob("*.graphql"))
OWNER = Actor(Role.OWNER, "owner")

_WAITING = """{ requests(first: 2, filter: { waitingOn: [OWNER], transaction: CANCEL }) {
  nodes { id timeline { cursor } } } }"""
_SAVED = "bearer => JSON.parse(localStorage['graphiql:tabState']).tabs[0].headers.includes(bearer)"
_FORBIDDEN = """() => new Promise(done => {
  const refused = [];
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    if (refused.push(effectiveDirective) === 3) done(refused.sort());
  });
  fetch('https://elsewhere.invalid/').catch(() => {});
  new Image().src = 'https://elsewhere.invalid/x';
  document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.stolen = 1' }));
})"""
_APPLY = """mutation A($i: ApplyCancellationInput!) { applyCancellation(input: $i) {
  userErrors { message } plans { id } } }"""


async def apply(shop: Shop, request: dict[str, str]) -> str:
    """Apply a request as the owner. Returns the plan's id."""
    values = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"]}
    answer = await shop.server.data(OWNER, _APPLY, i=values)
    assert answer["applyCancellation"]["userErrors"] == []
    return str(answer["applyCancellation"]["plans"][0]["id"])


def role_of(authorization: str | None) -> str:
    """The role that a bearer token names."""
    claims = jwt.decode((authorization or "").removeprefix("Bearer "), options={"verify_signature": False})
    return str(claims["role"])


async def run(page: Page) -> None:
    """Execute, once the editors are there: before that, the button does nothing."""
    editors = page.get_by_role("textbox", name="Editor content", include_hidden=True)
    await expect(editors).to_have_count(4)
    await page.get_by_role("button", name="Execute").click()


async def answer_has(page: Page, *texts: str) -> None:
    """Wait until the result contains these texts."""
    for text in texts:
        await expect(page.get_by_role("region", name="Result Window")).to_contain_text(text)


async def write(page: Page, editor: str, text: str) -> None:
    """Replace the text of an editor."""
    await page.get_by_role("region", name=editor).get_by_role("textbox").focus()
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.insert_text(text)


async def test_graphiql_runs_a_query_and_a_subscription_without_the_internet(shop: Shop) -> None:
    first, second = (await shop.server.data(OWNER, _WAITING))["requests"]["nodes"]
    async with shop.page("/graphiql") as page:
        await run(page)
        await answer_has(page, '"totalCount": 8', '"name": "Desk lamp Halo"')

        await page.get_by_role("tab", name="WatchPlans").click()
        await page.get_by_role("button", name="Variables").click()
        await write(page, "Variables", json.dumps({"after": first["timeline"][-1]["cursor"]}))
        plan = await apply(shop, first)
        await run(page)
        await answer_has(page, '"to": "WAITING"', f'"id": "{plan}"')
        plan = await apply(shop, second)  # while the subscription is open
        await answer_has(page, f'"id": "{plan}"')
        await page.get_by_role("button", name="Stop").click()


async def test_each_example_has_its_variables_and_runs(shop: Shop) -> None:
    answers = {
        "OrderDetails": '"number": "D-',
        "RequestCancellation": '"waitingOn": "OWNER"',
        "Requests": '"transaction":',
        "ApplyCancellation": '"status": "WAITING"',
        "RequestReturn": '"waitingOn": "SELLER"',
        "ConfirmReturn": '"status": "APPROVED"',
    }
    async with shop.page("/graphiql") as page:
        for tab, answer in answers.items():
            await page.get_by_role("tab", name=tab, exact=True).click()
            await run(page)
            await answer_has(page, answer)


async def test_a_click_switches_the_role_and_a_reload_keeps_it(shop: Shop) -> None:
    async with shop.page("/graphiql") as page:
        seller = page.get_by_role("button", name="Seller", exact=True)
        await expect(seller).to_have_attribute("aria-pressed", "false")
        await seller.click()
        for _ in range(2):
            await expect(seller).to_have_attribute("aria-pressed", "true")
            async with page.expect_request(lambda request: "query MyOrders" in (request.post_data or "")) as sent:
                await run(page)
            authorization = await (await sent.value).header_value("authorization")
            assert role_of(authorization) == "SELLER"
            await page.wait_for_function(_SAVED, arg=authorization)
            await page.reload()
        await expect(page.get_by_role("tab")).to_have_count(9)


async def test_graphiql_says_what_is_wrong_while_the_server_is_away_or_refuses_the_token(shop: Shop) -> None:
    async with (
        proxy_to(shop.server.address) as proxy,
        shop.page("/graphiql", address=proxy.address, expect_errors=True) as page,
    ):
        await run(page)
        await answer_has(page, '"totalCount"')
        proxy.disconnect()
        await run(page)
        await answer_has(page, "The server cannot be reached at the moment.")
        proxy.reconnect()
        await page.route("**/graphql", lambda route: route.fulfill(status=401, json=REFUSED), times=1)
        await run(page)
        await answer_has(page, "The token has expired. Reload the page: it gets new tokens")
        await page.route("**/config.json", lambda route: route.abort())
        await page.reload()
        await expect(page.get_by_role("alert")).to_contain_text("This page opens by itself.")
        await page.unroute("**/config.json")
        await expect(page.get_by_role("button", name="Execute")).to_be_enabled()


async def test_graphiql_has_a_history_and_an_explorer(shop: Shop) -> None:
    async with shop.page("/graphiql") as page:
        await run(page)
        await page.get_by_role("button", name="Show History").click()
        await expect(page.get_by_role("region", name="History")).to_contain_text("MyOrders")
        await page.get_by_role("button", name="Show GraphiQL Explorer").click()
        await expect(page.get_by_text("pageInfo")).not_to_have_count(0)


async def test_graphiql_cannot_run_inline_scripts_or_reach_other_hosts(shop: Shop) -> None:
    async with await shop.browser.new_page() as page:
        await page.goto(f"{shop.server.address}/graphiql")
        assert await page.evaluate(_FORBIDDEN) == ["connect-src", "img-src", "script-src-elem"]
        assert await page.evaluate("window.stolen") is None


async def test_a_request_to_another_host_fails_the_test(shop: Shop) -> None:
    with pytest.raises(AssertionError, match=r"elsewhere\.invalid"):
        async with shop.page("/", expect_errors=True) as page, page.expect_request("https://elsewhere.invalid/*"):
            await page.evaluate("new Image().src = 'https://elsewhere.invalid/x'")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_valid(example: Path) -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())
    assert validate(schema, parse(example.read_text())) == []


async def test_graphiql_can_be_switched_off() -> None:
    for enabled, status in ((True, 200), (False, 404)):
        site = Starlette(routes=graphiql.routes(Settings(graphiql=enabled)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://test") as http:
            assert (await http.get("/graphiql")).status_code == status


async def test_graphiql_says_how_to_build_it_if_it_is_not_built(tmp_path: Path) -> None:
    site = Starlette(routes=graphiql.routes(Settings(), built=tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://test") as http:
        answer = await http.get("/graphiql")
    assert answer.status_code == 503
    assert "make web" in answer.text
