"""GraphiQL's steps on a marketplace of their own: what a step made is what the next decides about."""

from playwright.async_api import Request

from tests.web.demo_shop import Shop
from tests.web.test_graphiql import answer_has, run


async def test_the_steps_that_decide_are_about_the_request_just_made(shop: Shop) -> None:
    async with shop.page("/graphiql") as page:
        await run(page)
        await answer_has(page, '"totalCount"')
        for asks, decides in (("RequestCancellation", "ApplyCancellation"), ("RequestReturn", "ConfirmReturn")):
            await page.get_by_role("tab", name=asks, exact=True).click()
            async with page.expect_response(lambda answer: _is_about(answer.request, asks)) as answered:  # noqa: B023  # awaited in the same turn
                await run(page)
            made = (await (await answered.value).json())["data"]["requestReturn"]["requests"][0]["id"]
            await page.get_by_role("tab", name=decides, exact=True).click()
            async with page.expect_request(lambda request: _is_about(request, decides)) as sent:  # noqa: B023  # awaited in the same turn
                await run(page)
            variables = ((await sent.value).post_data_json or {})["variables"]
            assert variables["input"]["requestId"] == made
    async with shop.page("/graphiql") as page:  # which finds no order without requests any more
        await page.get_by_role("tab", name="OrderDetails", exact=True).click()
        await run(page)
        await answer_has(page, '"number": "D-')


def _is_about(request: Request, step: str) -> bool:
    return f"mutation {step}" in (request.post_data or "")
