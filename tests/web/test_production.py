"""The console as it is put on the internet: people sign in at an issuer, and nobody is handed a token or the schema."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.web.issuer import AUDIENCE, CLIENT, Issuer, issuing
from tests.web.seats import PATIENCE, Shop, is_live

KEPT = "sessionStorage.getItem('retour.token')"
_RENEWED = f"token => {KEPT} === token"


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuer]:
    async with issuing() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def environment(issuer: Issuer) -> dict[str, str]:
    """A server in production that trusts the issuer alone, with GraphiQL all the same."""
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


def visit(shop: Shop, issuer: Issuer) -> AbstractAsyncContextManager[Page]:
    """The sign-in page, from where only the issuer may be asked."""
    return shop.page("/", friend=issuer.address)


async def to_the_issuer(page: Page) -> None:
    await page.get_by_role("button", name="Sign in with your account").click()
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


async def test_a_person_signs_in_at_the_issuer_and_stays_signed_in(shop: Shop, issuer: Issuer) -> None:
    async with visit(shop, issuer) as page:
        await expect(page.get_by_role("button", name="Sign in as")).to_have_count(0)
        await to_the_issuer(page)
        await page.get_by_role("link", name="Ada Brandt").click()
        await expect(page.get_by_role("link", name="Order D-1060")).to_be_visible()
        await is_live(page)
        assert page.url == f"{shop.server.address}/store/orders"

        async with asyncio.timeout(PATIENCE / 1000):
            await issuer.renewed.wait()
        assert issuer.grants == ["authorization_code", "refresh_token"]
        await page.wait_for_function(_RENEWED, arg=issuer.tokens[1])
        await page.reload()
        await is_live(page)

        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert await page.evaluate("sessionStorage.length") == 0


async def test_who_does_not_sign_in_at_the_issuer_is_told_so(shop: Shop, issuer: Issuer) -> None:
    async with visit(shop, issuer) as page:
        await to_the_issuer(page)
        await page.get_by_role("link", name="I will not say").click()
        await expect(page.get_by_role("alert")).to_contain_text("Nobody has signed in.")
        await to_the_issuer(page)  # another try


async def test_a_code_that_this_tab_did_not_ask_for_signs_nobody_in(shop: Shop, issuer: Issuer) -> None:
    before = list(issuer.grants)
    async with shop.page("/signin/callback?code=stolen&state=guessed", friend=issuer.address) as page:
        await expect(page.get_by_role("alert")).to_contain_text("No matching state")
        assert await page.evaluate(KEPT) is None
    assert issuer.grants == before


async def test_a_token_can_be_pasted_and_a_wrong_one_is_refused_in_words(shop: Shop, issuer: Issuer) -> None:
    async with shop.page("/", friend=issuer.address, complaints=True) as page:
        field, use = page.get_by_role("textbox", name="Token"), page.get_by_role("button", name="Use this token")
        await field.fill("nonsense")
        await use.click()
        await expect(page.get_by_role("alert")).to_contain_text("token")
        await field.fill(f"Bearer {issuer.signed(aud=AUDIENCE, role='customer')}")
        await use.click()
        await expect(page.get_by_role("link", name="Order D-1060")).to_be_visible()


async def test_a_refusal_that_comes_late_leaves_the_next_person_alone(shop: Shop, issuer: Issuer) -> None:
    late = asyncio.Event()

    def is_late(request: Request) -> bool:
        wrong = request.headers.get("authorization") == "Bearer nonsense"
        return wrong and "latestCursor" in (request.post_data or "")

    async def hold(route: Route) -> None:
        if is_late(route.request):
            await late.wait()
        await route.continue_()

    async with shop.page("/", friend=issuer.address, complaints=True) as page:
        await page.route("**/graphql", hold)
        field, use = page.get_by_role("textbox", name="Token"), page.get_by_role("button", name="Use this token")
        await field.fill("nonsense")
        await use.click()
        await expect(page.get_by_role("alert")).to_contain_text("token")
        token = issuer.signed(aud=AUDIENCE, role="customer")
        await field.fill(token)
        async with page.expect_response(lambda one: is_late(one.request)) as held:
            late.set()
        await (await held.value).finished()
        await page.evaluate("new Promise(requestAnimationFrame)")  # whatever it does has been done
        await expect(field).to_have_value(token)


async def test_graphiql_says_that_the_schema_is_not_told(shop: Shop) -> None:
    asked: list[str] = []
    async with shop.page("/console/config.json") as page:
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{shop.server.address}/graphiql")
        await expect(page.get_by_role("note")).to_contain_text("This server keeps its schema to itself")
        await expect(page.get_by_role("button", name="Execute")).to_be_enabled()
        await expect(page.get_by_role("button", name="Customer")).to_have_count(0)
    assert not [url for url in asked if url.endswith(("/graphql", "/demo/people"))]
