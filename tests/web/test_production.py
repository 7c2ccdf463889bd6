"""The console in production: people sign in at an issuer, and the server gives away no tokens and no schema."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.web.demo_shop import TIMEOUT, Shop, is_live
from tests.web.issuer import AUDIENCE, CLIENT, Issuer, issuing

SAVED_TOKEN = "sessionStorage.getItem('retour.token')"
_RENEWED = f"token => {SAVED_TOKEN} === token"


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuer]:
    async with issuing() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def environment(issuer: Issuer) -> dict[str, str]:
    """A server in production that trusts the issuer only, with GraphiQL switched on."""
    return {
        "RETOUR_ENV": "production",
        "SECRET": "",
        "JWKS": f"{issuer.address}/keys",
        "JWT_ISSUER": issuer.address,
        "JWT_AUDIENCE": AUDIENCE,
        "OIDC_AUTHORITY": issuer.address,
        "OIDC_CLIENT_ID": CLIENT,
        "GRAPHIQL": "on",
        "WORKER": "off",
        "LOG_LEVEL": "warning",
    }


def sign_in_page(shop: Shop, issuer: Issuer) -> AbstractAsyncContextManager[Page]:
    """The sign-in page. Of other hosts, only the issuer may be called."""
    return shop.page("/", other_host=issuer.address)


async def renewed_in(issuer: Issuer, *tabs: Page) -> None:
    """Wait until the session is renewed again, and all of these tabs have the new token."""
    issuer.renewed.clear()
    async with asyncio.timeout(TIMEOUT / 1000):
        await issuer.renewed.wait()
    for tab in tabs:
        await tab.wait_for_function(_RENEWED, arg=issuer.tokens[-1])


async def go_to_issuer(page: Page) -> None:
    await page.get_by_role("button", name="Sign in with your account").click()
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


async def test_a_person_signs_in_at_the_issuer_once_for_all_tabs_and_stays_signed_in(
    shop: Shop, issuer: Issuer
) -> None:
    async with sign_in_page(shop, issuer) as page:
        await expect(page.get_by_role("button", name="Sign in as")).to_have_count(0)
        await page.get_by_role("contentinfo").get_by_role("link", name="Withdraw from contract here").click()
        await go_to_issuer(page)
        await page.get_by_role("link", name="Ada Brandt").click()
        await expect(page.get_by_role("link", name="Order D-1060")).to_be_visible()
        await is_live(page)
        assert page.url == f"{shop.server.address}/store/withdraw"

        await renewed_in(issuer, page)
        assert issuer.grants[:2] == ["authorization_code", "refresh_token"]

        second, third = [await page.context.new_page() for _ in range(2)]
        for tab in (second, third):
            await tab.goto(page.url)
            await is_live(tab)
        await renewed_in(issuer, page, second, third)
        issuer.expires_in = 3600
        await page.close()
        await renewed_in(issuer, second, third)  # by one of the tabs that took the session over
        assert issuer.refused == 0  # only one of them has renewed it
        await second.reload()
        await is_live(second)

        await third.get_by_role("button", name="Sign out").click()
        for tab in (second, third):
            await expect(tab.get_by_role("button", name="Sign in with your account")).to_be_visible()
            assert await tab.evaluate("sessionStorage.length") == 0


async def test_a_person_who_cancels_at_the_issuer_reads_why_they_are_not_signed_in(shop: Shop, issuer: Issuer) -> None:
    async with sign_in_page(shop, issuer) as page:
        await go_to_issuer(page)
        await page.get_by_role("link", name="I will not say").click()
        await expect(page.get_by_role("alert")).to_contain_text("Nobody has signed in.")
        await go_to_issuer(page)  # and can try again


async def test_a_code_that_this_tab_did_not_request_signs_nobody_in(shop: Shop, issuer: Issuer) -> None:
    before = list(issuer.grants)
    async with shop.page("/signin/callback?code=stolen&state=guessed", other_host=issuer.address) as page:
        await expect(page.get_by_role("alert")).to_contain_text("No matching state")
        assert await page.evaluate(SAVED_TOKEN) is None
    assert issuer.grants == before


async def test_a_token_can_be_pasted_and_an_invalid_token_is_refused_with_a_message(shop: Shop, issuer: Issuer) -> None:
    async with shop.page("/", other_host=issuer.address, expect_errors=True) as page:
        field, use = page.get_by_role("textbox", name="Token"), page.get_by_role("button", name="Use this token")
        await field.fill("nonsense")
        await use.click()
        await expect(page.get_by_role("alert")).to_contain_text("token")
        await field.fill(f"Bearer {issuer.signed(aud=AUDIENCE, role='customer')}")
        await use.click()
        await expect(page.get_by_role("link", name="Order D-1060")).to_be_visible()


async def test_a_late_refusal_does_not_sign_out_the_next_person(shop: Shop, issuer: Issuer) -> None:
    late = asyncio.Event()

    def is_late(request: Request) -> bool:
        wrong = request.headers.get("authorization") == "Bearer nonsense"
        return wrong and "latestCursor" in (request.post_data or "")

    async def hold(route: Route) -> None:
        if is_late(route.request):
            await late.wait()
        await route.continue_()

    async with shop.page("/", other_host=issuer.address, expect_errors=True) as page:
        await page.route("**/graphql", hold)
        field, use = page.get_by_role("textbox", name="Token"), page.get_by_role("button", name="Use this token")
        await field.fill("nonsense")
        await use.click()
        await expect(page.get_by_role("alert")).to_contain_text("token")
        token = issuer.signed(aud=AUDIENCE, role="customer")
        await field.fill(token)
        async with page.expect_response(lambda response: is_late(response.request)) as held:
            late.set()
        await (await held.value).finished()
        await page.evaluate("new Promise(requestAnimationFrame)")  # the page has handled the answer
        await expect(field).to_have_value(token)


async def test_graphiql_says_that_the_server_does_not_show_its_schema(shop: Shop) -> None:
    requested: list[str] = []
    async with shop.page("/console/config.json") as page:
        page.on("request", lambda request: requested.append(request.url))
        await page.goto(f"{shop.server.address}/graphiql")
        await expect(page.get_by_role("note")).to_contain_text("This server does not show its schema")
        await expect(page.get_by_role("button", name="Execute")).to_be_enabled()
        await expect(page.get_by_role("button", name="Customer")).to_have_count(0)
    assert not [url for url in requested if url.endswith(("/graphql", "/demo/people"))]
