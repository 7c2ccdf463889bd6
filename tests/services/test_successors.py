"""A request that goes on with what is left of another: what it inherits, and one statement that closes and opens."""

import asyncio
import json
from typing import Any

import pytest
from tortoise.connection import get_connection

from database.batching import Batching
from database.client import Client
from domain.actions import Action
from domain.errors import Refused
from domain.words import TransactionType
from services.acts.successors import open_successor
from services.order_book import OrderBook
from services.order_reading import load
from services.transition import Terms, Transition
from tests.market import OWNER, Market, customer

SHOWN = """{ id number submissionId transaction status waitingOn dueAt openedBy createdAt submittedAt version
  acceptedPolicy { version } items { quantity reason { handle } note orderItem { sku } }
  predecessor { id } successors { id } timeline { action from to actor { role } } }"""
ONE_OPEN = "alter table request_item drop constraint request_item_in_one_open_request"
UNIQUE = "create unique index at_once on request_item (order_item_id) where open"


def transition(market: Market, order_book: OrderBook) -> Transition:
    return Transition(order_book, OWNER, market.clock(), terms=Terms())


async def withdrawn_and_continued(market: Market, **units: int) -> tuple[OrderBook, str]:
    """An order book, not written yet, in which a request ends and goes on with some of its units; the request's id."""
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    order_book = await load(get_connection("default"), order.id, named=request["id"])
    act, row = transition(market, order_book), order_book.request(request["id"])
    due_at = row.due_at
    act.take(Action.WITHDRAW_REQUEST, row)
    open_successor(act, row, {order.items[sku]: quantity for sku, quantity in units.items()}, due_at=due_at)
    order_book.order.version += 1
    return order_book, row.id


async def shown(market: Market, id: str) -> dict[str, Any]:
    query = f"query Q($id: ID!) {{ node(id: $id) {{ ... on CancellationRequest {SHOWN} }} }}"
    found: dict[str, Any] = (await market.data(customer("ada"), query, id=id))["node"]
    return found


async def test_the_journal_has_the_deadline_that_a_successor_inherits(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    market.clock.pass_by(days=1)
    accept = [{"orderItemId": order.items["lamp"], "quantity": 1}]
    choice = {"requestId": request["id"], "transaction": "CANCEL", "confirm": True, "rest": "KEEP_WAITING"}
    await market.do(OWNER, "applyCancellation", **choice, accept=accept)
    (row,) = await market.rows(
        "select q.due_at, e.data from cancellation_request q join event e on e.subject_id = q.id"
        " where q.predecessor_id = $1 and e.action = 'OPEN_SUCCESSOR'",
        request["id"],
    )
    before, after = json.loads(row["data"])["request"]
    assert (before, after) == (None, ["WAITING", "OWNER", row["due_at"].isoformat()])


async def test_a_successor_goes_on_with_what_the_first_request_asked_for(market: Market) -> None:
    order_book, id = await withdrawn_and_continued(market, lamp=1, bulb=1)
    asked = await shown(market, id)
    assert await order_book.changes.write(get_connection("default"))
    first = await shown(market, id)
    second = await shown(market, first["successors"][0]["id"])
    for name in ("submissionId", "transaction", "openedBy", "acceptedPolicy", "submittedAt"):
        assert second[name] == asked[name], name
    assert (second["dueAt"], second["waitingOn"], second["status"]) == (asked["dueAt"], "OWNER", "WAITING")
    assert second["number"] != first["number"] == asked["number"]
    assert second["predecessor"] == {"id": id}
    assert (first["predecessor"], second["successors"]) == (None, [])
    assert [(item["orderItem"]["sku"], item["quantity"]) for item in second["items"]] == [("lamp", 1), ("bulb", 1)]
    assert [item["quantity"] for item in first["items"]] == [2, 1]
    assert [item["reason"] for item in second["items"]] == [item["reason"] for item in asked["items"]]
    assert second["timeline"] == [
        {"action": "OPEN_SUCCESSOR", "from": None, "to": "WAITING", "actor": {"role": "SYSTEM"}}
    ]


async def test_the_successor_of_a_successor_knows_when_the_customer_asked_first(market: Market) -> None:
    order_book, id = await withdrawn_and_continued(market, lamp=2)
    market.clock.pass_by(days=1)
    act = transition(market, order_book)
    second = next(request for request in order_book.requests if request.predecessor_id == id)
    act.take(Action.WITHDRAW_REQUEST, second)
    third = open_successor(act, second, {order_book.items_of(second)[0].order_item_id: 1}, due_at=None)
    assert await order_book.changes.write(get_connection("default"))
    found = await shown(market, third.id)
    assert found["submittedAt"] == (await shown(market, id))["createdAt"] < found["createdAt"]
    assert found["dueAt"] > (await shown(market, second.id))["createdAt"]


async def test_a_cancellation_goes_on_as_a_return(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    await market.move(order, "north", "SHIPPED")
    order_book = await load(get_connection("default"), order.id, named=request["id"])
    act, row = transition(market, order_book), order_book.request(request["id"])
    act.take(Action.WITHDRAW_REQUEST, row)
    units = {order.items["lamp"]: 2}
    successor = open_successor(act, row, units, due_at=None, transaction=TransactionType.REFUND)
    order_book.order.version += 1
    assert await order_book.changes.write(get_connection("default"))
    found = await shown(market, successor.id)
    assert (found["transaction"], found["waitingOn"]) == ("REFUND", "SELLER")
    assert found["items"][0]["reason"] == {"handle": "changed_mind"}
    (item,) = await market.rows("select cancel_held, return_held from order_item where id = $1", order.items["lamp"])
    assert item == {"cancel_held": 0, "return_held": 2}


async def test_a_successor_takes_only_units_that_are_free(market: Market) -> None:
    with pytest.raises(Refused) as refused:
        await withdrawn_and_continued(market, lamp=3)
    assert refused.value.code == "TOO_MANY_UNITS"


async def test_lines_are_closed_and_opened_in_one_statement_also_in_a_batch(market: Market) -> None:
    for deferred in (True, False):
        if not deferred:  # the control: an index is asked at once, and inserts run before updates
            await market.rows(ONE_OPEN)
            await market.rows(UNIQUE)
        books = [(await withdrawn_and_continued(market, lamp=2, bulb=1))[0] for _ in range(4)]
        db = get_connection("default")
        assert isinstance(db, Client)
        shared = db.writing.shared if isinstance(db.writing, Batching) else 0
        done = await asyncio.gather(*[book.changes.write(db) for book in books], return_exceptions=True)
        assert [written is True for written in done] == [deferred] * 4
        assert not isinstance(db.writing, Batching) or db.writing.shared > shared
