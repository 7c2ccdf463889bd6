"""Nested lists are bounded before the answer is built (L3): what is longer is a typed error, never cut in silence."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import pytest

from engine.reads import statements
from tests.app.test_answers import code
from tests.market import OWNER, Market, Order, Part

LINES, EVENTS = 500, 6_000
AGAIN = "query Q($id: ID!) { order(id: $id) { items { id package { items { id } } } } }"


@pytest.fixture
def bounded() -> Iterator[Callable[[], None]]:
    """Sets bounds that small orders pass."""
    with pytest.MonkeyPatch.context() as patch:

        def small() -> None:
            patch.setattr(statements, "LIST_MOST", 10)
            patch.setattr(statements, "REPEATED_MOST", 30)
            statements.text.cache_clear()

        yield small
    statements.text.cache_clear()


async def order_of(market: Market, lines: int) -> Order:
    return await market.order(Part("north", {f"lamp{n}": (1, "1.00") for n in range(lines)}))


async def asked(market: Market, order: Order, text: str) -> dict[str, Any]:
    return await market.ask(OWNER, text, id=order.id)


async def test_a_list_that_is_too_long_is_a_typed_error_and_one_that_fits_is_whole(
    market: Market, bounded: Callable[[], None]
) -> None:
    text = "query Q($id: ID!) { order(id: $id) { items { id } } }"
    fits, longer = await order_of(market, 10), await order_of(market, 11)
    bounded()
    assert len((await asked(market, fits, text))["data"]["order"]["items"]) == 10
    answer = await asked(market, longer, text)
    assert (code(answer), answer["data"], answer["errors"][0]["path"]) == ("TOO_COMPLEX", {"order": None}, ["order"])
    page = await market.ask(OWNER, "{ orders { nodes { items { id } } } }")
    assert (code(page), page["data"]) == ("TOO_COMPLEX", None)


async def test_rows_that_come_up_again_for_each_of_their_siblings_are_counted_together(
    market: Market, bounded: Callable[[], None]
) -> None:
    fits, longer = await order_of(market, 5), await order_of(market, 6)
    bounded()
    items = (await asked(market, fits, AGAIN))["data"]["order"]["items"]
    assert [len(item["package"]["items"]) for item in items] == [5] * 5
    assert code(await asked(market, longer, AGAIN)) == "TOO_COMPLEX"  # 36 rows


async def test_ways_that_only_go_down_are_not_counted_together(market: Market, bounded: Callable[[], None]) -> None:
    order = await order_of(market, 9)
    for n in range(6):
        await market.request(order, **{f"lamp{n}": 1})
    bounded()
    text = (
        "query Q($id: ID!) { order(id: $id) { packages { items { id } }"
        " sellerOrders { requests { items { quantity } } items { id } packages { items { id } } } } }"
    )
    found = (await asked(market, order, text))["data"]["order"]
    assert len(found["packages"][0]["items"]) == len(found["sellerOrders"][0]["packages"][0]["items"]) == 9
    assert len(found["sellerOrders"][0]["requests"]) == 6


async def test_the_mark_of_a_long_list_cannot_come_from_a_text(market: Market) -> None:
    order = await market.order(Part("north", {statements.TOO_LONG: (1, "1.00")}))
    answer = await asked(market, order, "query Q($id: ID!) { order(id: $id) { items { sku name } } }")
    assert answer["data"]["order"]["items"][0]["sku"] == statements.TOO_LONG


@pytest.mark.timeout(300)
async def test_long_orders_requests_and_timelines_are_answered_or_refused_at_once(
    market: Market, record_property: Callable[[str, object], None]
) -> None:
    order = await order_of(market, LINES)
    request = await market.request(order, **{f"lamp{n}": 1 for n in range(LINES)})
    await market.rows(
        "insert into event (id, xid, at, subject, subject_id, action, to_status, actor_role, actor_id, order_id,"
        " seller_order_id, seller_id, customer_id, version, data)"
        " select 1000000 + n, xid, at, subject, subject_id, action, to_status, actor_role, actor_id, order_id,"
        " seller_order_id, seller_id, customer_id, 1000 + n, data"
        f" from (select * from event order by id limit 1) e, generate_series(1, {EVENTS}) n"
    )
    for name, text, refused in (
        ("items", "order(id: $id) { items { id sku eligibility { quantity } } }", False),
        ("a request with all items", "request(id: $request) { items { quantity orderItem { sku } } }", False),
        ("its actions", "request(id: $request) { allowedActions { action } }", None),
        ("items and again items", "order(id: $id) { items { id package { items { id sku } } } }", True),
        ("thrice", "order(id: $id) { items { id package { items { package { items { id } } } } } }", True),
        ("timeline", "order(id: $id) { timeline { cursor action } }", True),
    ):
        began = perf_counter()
        named = text.replace("$id", f'"{order.id}"').replace("$request", f'"{request["id"]}"')
        answer = await market.ask(OWNER, f"{{ {named} }}")
        seconds = perf_counter() - began
        record_property(
            name, f"{seconds:.2f} s, {len(str(answer)) / 1e3:.0f} kB, {answer.get('errors', 'whole')!s:.60}"
        )
        if refused is not None:
            assert ("errors" in answer) is refused
        if "errors" in answer:
            assert code(answer) == "TOO_COMPLEX"
