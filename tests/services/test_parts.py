"""Requests decided in part: what is accepted moves, and the rest is released or goes on in a successor."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.market import OWNER, Market, Order, Part, customer, seller

SHOWN = """{ id status waitingOn dueAt restReason submittedAt createdAt openedBy
  items { quantity acceptedQuantity orderItem { sku } }
  plan { status total { amount } lines { quantity orderItem { sku } } }
  predecessor { id } successors { id number } }"""
LAMP_AND_BULB = Part("north", {"lamp": (3, "10.00"), "bulb": (2, "3.00")}, "5.00")

Decide = Callable[..., Awaitable[dict[str, Any]]]


def units(order: Order, **by_sku: int) -> list[dict[str, Any]]:
    return [{"orderItemId": order.items[sku], "quantity": quantity} for sku, quantity in by_sku.items()]


async def apply_part(market: Market, order: Order, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The owner applies a part; `lamp` and `bulb` are accepted units."""
    accept = units(order, **{sku: more.pop(sku) for sku in ("lamp", "bulb") if sku in more})
    payload = await market.do(
        OWNER,
        "applyCancellation",
        f"requests {SHOWN}",
        transaction="CANCEL",
        confirm=True,
        requestId=request["id"],
        accept=accept,
        **more,
    )
    assert payload["userErrors"] == [], payload
    (found,) = payload["requests"]
    return dict(found)


async def confirm_part(market: Market, order: Order, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The seller confirms a part; `lamp` and `bulb` are accepted units."""
    items = units(order, **{sku: more.pop(sku) for sku in ("lamp", "bulb") if sku in more})
    payload = await market.do(
        seller(order, "north"), "confirmRequest", f"request {SHOWN}", requestId=request["id"], items=items, **more
    )
    assert payload["userErrors"] == [], payload
    return dict(payload["request"])


async def requested(market: Market, *, ships: bool = False) -> tuple[Order, dict[str, Any]]:
    order = await market.order(LAMP_AND_BULB)
    if ships:
        await market.move(order, "north", "SHIPPED")
    return order, await market.request(order, lamp=3, bulb=1)


async def shown(market: Market, id: str) -> dict[str, Any]:
    query = f"query Q($id: ID!) {{ request(id: $id) {SHOWN} }}"
    return dict((await market.data(customer("ada"), query, id=id))["request"])


async def ledger(market: Market, order: Order) -> dict[str, list[int]]:
    """Of each item: active, held, canceled and returned units."""
    rows = await market.rows("select * from order_item where order_id = $1", order.id)
    return {
        row["sku"]: [row["active"], row["cancel_held"] + row["return_held"], row["canceled"], row["returned"]]
        for row in rows
    }


async def settled(market: Market) -> None:
    market.clock.pass_by(seconds=3)
    await market.work()


async def test_what_is_not_canceled_is_the_customers_again_who_reads_why(market: Market) -> None:
    order, request = await requested(market)
    applied = await apply_part(market, order, request, lamp=2, restReason="One lamp is engraved.")
    assert (applied["status"], applied["successors"]) == ("WAITING", [])
    assert [(item["quantity"], item["acceptedQuantity"]) for item in applied["items"]] == [(3, 2), (1, 0)]
    assert applied["plan"]["lines"] == [{"quantity": 2, "orderItem": {"sku": "lamp"}}]
    assert await ledger(market, order) == {"lamp": [1, 2, 0, 0], "bulb": [2, 0, 0, 0]}
    await settled(market)
    done = await shown(market, request["id"])
    assert (done["status"], done["plan"]["status"], done["plan"]["total"]) == (
        "COMPLETED",
        "COMPLETED",
        {"amount": "20.00"},
    )
    assert done["restReason"] == "One lamp is engraved."
    assert await ledger(market, order) == {"lamp": [1, 0, 2, 0], "bulb": [2, 0, 0, 0]}
    await market.request(order, lamp=1, bulb=2)  # what was released can be asked for again


async def test_what_waits_on_goes_on_in_a_request_of_its_own(market: Market) -> None:
    order, request = await requested(market)
    first = await shown(market, request["id"])
    market.clock.pass_by(hours=5)
    applied = await apply_part(market, order, request, lamp=2, bulb=1, rest="KEEP_WAITING")
    rest = await shown(market, applied["successors"][0]["id"])
    assert (rest["predecessor"], applied["restReason"]) == ({"id": request["id"]}, None)
    assert (rest["status"], rest["waitingOn"], rest["dueAt"]) == ("WAITING", "OWNER", first["dueAt"])
    assert (rest["submittedAt"], rest["openedBy"]) == (first["createdAt"], "CUSTOMER")
    assert rest["createdAt"] > first["createdAt"]
    assert [(item["orderItem"]["sku"], item["quantity"]) for item in rest["items"]] == [("lamp", 1)]
    assert await ledger(market, order) == {"lamp": [0, 3, 0, 0], "bulb": [1, 1, 0, 0]}
    await settled(market)
    assert await ledger(market, order) == {"lamp": [0, 1, 2, 0], "bulb": [1, 0, 1, 0]}
    await market.apply(rest)
    await settled(market)
    assert await ledger(market, order) == {"lamp": [0, 0, 3, 0], "bulb": [1, 0, 1, 0]}
    totals = [(await shown(market, one["id"]))["plan"]["total"]["amount"] for one in (request, rest)]
    assert totals == ["23.00", "10.00"]


@pytest.mark.parametrize("ships", [False, True])
async def test_piece_by_piece_everything_goes_back_to_the_cent(market: Market, ships: bool) -> None:
    order = await market.order(Part("north", {"lamp": (3, "3.33")}, "1.01"), paid=("5.00", "6.00"))
    if ships:
        await market.move(order, "north", "SHIPPED")
    request = await market.request(order, lamp=3)
    decide: Decide = confirm_part if ships else apply_part
    for _ in range(2):
        decided = await decide(market, order, request, lamp=1, rest="KEEP_WAITING", restReason="One after the other.")
        await settled(market)
        (request,) = decided["successors"]
    await decide(market, order, request, lamp=1)
    await settled(market)
    assert await ledger(market, order) == {"lamp": [0, 0, 0, 3] if ships else [0, 0, 3, 0]}
    (row,) = await market.rows('select status, refunded_minor from "order" where id = $1', order.id)
    assert row == {"status": "REFUNDED" if ships else "CANCELED", "refunded_minor": 1100}


async def test_a_part_of_a_return_is_confirmed_and_the_rest_stays_with_the_seller(market: Market) -> None:
    order, request = await requested(market, ships=True)
    due_at = (await shown(market, request["id"]))["dueAt"]
    market.clock.pass_by(hours=1)
    confirmed = await confirm_part(
        market, order, request, bulb=1, rest="KEEP_WAITING", restReason="The lamps come later."
    )
    assert (confirmed["status"], confirmed["restReason"]) == ("APPROVED", "The lamps come later.")
    rest = await shown(market, confirmed["successors"][0]["id"])
    assert (rest["waitingOn"], rest["dueAt"], rest["items"][0]["quantity"]) == ("SELLER", due_at, 3)
    await settled(market)
    assert await ledger(market, order) == {"lamp": [0, 3, 0, 0], "bulb": [1, 0, 0, 1]}
    payload = await market.do(OWNER, "rejectRequest", requestId=rest["id"], reason="They are worn.")
    assert payload["userErrors"] == []
    assert await ledger(market, order) == {"lamp": [3, 0, 0, 0], "bulb": [1, 0, 0, 1]}


@pytest.mark.parametrize("rest", ["RELEASE", "KEEP_WAITING"])
@pytest.mark.parametrize("ends", ["rejectRequest", "withdrawRequest"])
async def test_what_goes_back_from_a_part_is_what_it_still_holds(market: Market, rest: str, ends: str) -> None:
    order, request = await requested(market)
    applied = await apply_part(market, order, request, lamp=2, rest=rest, restReason="Not the others.")
    await market.move(order, "north", "SHIPPED")
    await settled(market)
    assert (await shown(market, request["id"]))["plan"]["status"] == "CONFIRMATION_WAITING"
    actor = seller(order, "north") if ends == "rejectRequest" else customer("ada")
    payload = await market.do(
        actor, ends, requestId=request["id"], **({"reason": "It left."} if ends[0] == "r" else {})
    )
    assert payload["userErrors"] == []
    kept = rest == "KEEP_WAITING"
    assert await ledger(market, order) == {
        "lamp": [2 + (not kept), int(kept), 0, 0],
        "bulb": [2 - kept, int(kept), 0, 0],
    }
    if kept:
        await market.do(customer("ada"), "withdrawRequest", requestId=applied["successors"][0]["id"])
    assert await ledger(market, order) == {"lamp": [3, 0, 0, 0], "bulb": [2, 0, 0, 0]}


async def test_a_recalled_part_is_confirmed_by_its_seller(market: Market) -> None:
    order, request = await requested(market)
    await apply_part(market, order, request, lamp=2, restReason="Not the others.")
    await market.move(order, "north", "SHIPPED")
    await settled(market)
    payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    assert payload["userErrors"] == []
    await settled(market)
    assert await ledger(market, order) == {"lamp": [1, 0, 2, 0], "bulb": [2, 0, 0, 0]}


async def test_a_package_is_closed_by_the_last_part_only(market: Market) -> None:
    order = await market.order(Part("north", {"lamp": (2, "10.00")}))
    request = await market.request(order, lamp=2)
    applied = await apply_part(market, order, request, lamp=1, rest="KEEP_WAITING")
    statuses = []
    for one in (None, *applied["successors"]):
        if one:
            await market.apply(one)
        await settled(market)
        (row,) = await market.rows("select status from package where order_id = $1", order.id)
        statuses.append(row["status"])
    assert statuses == ["PREPARING", "CANCELED"]


async def test_a_package_with_nothing_accepted_does_not_hold_a_part_up(market: Market) -> None:
    """The accepted units are in one package; the other one ships, and the cancellation is confirmed all the same."""
    part = {"seller": "north", "sellerName": "North", "shipping": "0.00"}
    lamp = {"sku": "lamp", "name": "Lamp", "quantity": 1, "unitPrice": "10.00"}
    packages = [{"items": [lamp]}, {"items": [lamp | {"sku": "bulb", "unitPrice": "3.00"}]}]
    create = """mutation C($input: CreateOrderInput!) { createOrder(input: $input) {
      order { id number items { id sku } packages { id } sellerOrders { seller { id handle } } } } }"""
    values = {
        "number": "two packages",
        "currency": "EUR",
        "placedAt": market.clock().isoformat(),
        "customer": {"subject": "ada", "name": "Ada"},
        "sellerOrders": [part | {"packages": packages}],
        "payments": [{"method": "card", "captured": "13.00", "reference": "two"}],
    }
    made = (await market.data(OWNER, create, input=values))["createOrder"]["order"]
    sellers = {one["seller"]["handle"]: one["seller"]["id"] for one in made["sellerOrders"]}
    items = {item["sku"]: item["id"] for item in made["items"]}
    order = Order(made["id"], made["number"], items, {"north": made["packages"][1]["id"]}, sellers, "ada")
    request = await market.request(order, lamp=1, bulb=1)
    applied = await apply_part(market, order, request, lamp=1, rest="KEEP_WAITING")
    await market.move(order, "north", "SHIPPED")
    actions = "query Q($id: ID!) { request(id: $id) { allowedActions { action blockers { code } } } }"
    offers = (await market.data(OWNER, actions, id=request["id"]))["request"]["allowedActions"]
    blockers = next(one["blockers"] for one in offers if one["action"] == "APPLY_CANCELLATION")
    assert [one["code"] for one in blockers] == ["PLAN_EXISTS"]  # and not PACKAGE_HAS_LEFT
    await settled(market)
    assert (await shown(market, request["id"]))["status"] == "COMPLETED"
    rest = await shown(market, applied["successors"][0]["id"])
    assert (rest["status"], rest["items"][0]["orderItem"]["sku"]) == ("WAITING", "bulb")


async def test_a_whole_decision_says_what_it_accepts(market: Market) -> None:
    for ships in (False, True):
        order, request = await requested(market, ships=ships)
        if ships:
            await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
        else:
            await market.apply(request)
        found = await shown(market, request["id"])
        assert [item["acceptedQuantity"] for item in found["items"]] == [3, 1]
        assert (found["successors"], found["restReason"]) == ([], None)


async def test_an_opened_successor_is_told_to_streams_and_webhooks_like_any_request(market: Market) -> None:
    order, request = await requested(market)
    applied = await apply_part(market, order, request, lamp=1, rest="KEEP_WAITING")
    rows = await market.rows(
        "select action, from_status, to_status, request_id, data from event where subject_id = $1",
        applied["successors"][0]["id"],
    )
    assert [(row["action"], row["from_status"], row["to_status"]) for row in rows] == [
        ("OPEN_SUCCESSOR", None, "WAITING")
    ]
    assert rows[0]["request_id"] == applied["successors"][0]["id"]
    data = rows[0]["data"]
    before, after = (json.loads(data) if isinstance(data, str) else data)["request"]
    assert (before, after[:2]) == (None, ["WAITING", "OWNER"])
