"""Commands on several orders that are written in one round trip, as those of busy minutes are."""

import asyncio

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from services import changes
from services.order_book import OrderBook
from services.order_reading import load
from tests.market import Market

SKIP = " for no key update skip locked"
"""What keeps a statement from waiting for an order."""


STATEMENT_OF = changes.statement_of


async def books(market: Market, number: int) -> list[OrderBook]:
    db = get_connection("default")
    return [await load(db, (await market.order()).id, named="") for _ in range(number)]


def waiting_statement(shape: changes.Shape) -> str:
    """The statement of changes as it would wait for an order that is locked."""
    return STATEMENT_OF(shape).replace(SKIP, "")


def written(db: BaseDBAsyncClient, order_book: OrderBook) -> "asyncio.Task[bool]":
    """The book's next version, on its way: True once it is there, False if it cannot be."""
    order_book.order.version += 1
    return asyncio.create_task(order_book.changes.write(db))


async def versions(market: Market, *all: OrderBook) -> list[int]:
    rows = await market.rows('select id, version from "order"')
    found = {row["id"]: row["version"] for row in rows}
    return [found[book.order.id] for book in all]


async def test_an_order_that_is_locked_is_left_out_and_keeps_no_other_waiting(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = get_connection("default")
    for skips in (True, False):
        first, locked, other, last = await books(market, 4)
        before = await versions(market, first, locked, other, last)
        if not skips:  # the control
            monkeypatch.setattr(changes, "statement_of", waiting_statement)
        async with in_transaction() as holder:
            await holder.execute_query('select from "order" where id = $1 for no key update', [locked.order.id])
            writes = [written(db, book) for book in (first, locked, other, last)]
            await asyncio.wait(writes, timeout=1)
            assert [write.done() for write in writes] == [True, skips, skips, skips]
        done = await asyncio.gather(*writes)
        assert done == [True, not skips, True, True]
        after = await versions(market, first, locked, other, last)
        assert [new - old for new, old in zip(after, before, strict=True)] == done


async def test_of_two_on_one_order_the_second_comes_too_late(market: Market) -> None:
    first, order = await books(market, 2)
    twin = await load(get_connection("default"), order.order.id, named="")
    (before,) = await versions(market, order)
    done = await asyncio.gather(*[written(get_connection("default"), book) for book in (first, order, twin)])
    assert done == [True, True, False]
    assert await versions(market, order) == [before + 1]
