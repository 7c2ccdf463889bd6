"""Races on a real database: one winner, typed refusals for the rest, and what happens without version and lock."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest

from domain.facts import Actor
from services import changes, commands
from tests.faults.sizes import size
from tests.market import OWNER, POLICY, REQUESTS, Market, Order, customer, seller

VERSION = ' and t."version" = r."version" - 1'
"""What keeps a statement from writing over what it has not read."""
TWINS = 8
ROUNDS = size(3, 100)
pytestmark = pytest.mark.timeout(size(120, 1800))


def codes(payload: dict[str, Any]) -> list[str]:
    return [one["code"] for error in payload["userErrors"] for one in error["blockers"]]


def winners(payloads: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in payloads if not one["userErrors"]]


async def ledger_holds(market: Market) -> None:
    """The invariants that no race may break (I1, I2, I4, I6)."""
    broken = await market.rows(
        "select id from order_item where quantity <> active + cancel_held + canceled + return_held + returned"
    )
    assert broken == []
    doubled = await market.rows("select request_id from cancellation_plan group by 1 having count(*) > 1")
    assert doubled == []
    overdrawn = await market.rows(
        "select p.id from payment p join refund r on r.payment_id = p.id"
        " group by p.id having sum(r.amount_minor) > p.captured_minor"
    )
    assert overdrawn == []
    versions = await market.rows("select subject_id, version from event group by 1, 2 having count(*) > 1")
    assert versions == []


async def test_of_eight_asks_for_the_same_units_one_is_taken(market: Market) -> None:
    for _ in range(ROUNDS):
        order = await market.order()
        item = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "changed_mind"}
        inputs = [
            market.do(customer("ada"), "requestReturn", REQUESTS, orderId=order.id, items=[item], policyVersion=POLICY)
            for _ in range(TWINS)
        ]
        payloads = await asyncio.gather(*inputs)
        assert len(winners(payloads)) == 1
        assert all(
            set(codes(one)) <= {"REQUEST_OPEN", "NO_UNITS_LEFT", "TOO_MANY_UNITS"}
            for one in payloads
            if one["userErrors"]
        )
    await ledger_holds(market)


async def test_of_a_seller_out_of_stock_and_a_customer_that_asks_for_the_same_units_one_wins(market: Market) -> None:
    for _ in range(ROUNDS):
        order = await market.order()
        item = {"orderItemId": order.items["lamp"], "quantity": 2}
        ways: list[tuple[Actor, dict[str, Any]]] = [
            (seller(order, "north"), {"items": [item | {"reason": "sold_out"}]}),
            (customer("ada"), {"items": [item | {"reason": "changed_mind"}], "policyVersion": POLICY}),
        ]
        payloads = await asyncio.gather(
            *(
                market.do(actor, "requestReturn", REQUESTS, orderId=order.id, **values)
                for actor, values in random.sample(ways * TWINS, TWINS)
            )
        )
        assert len(winners(payloads)) == 1
        assert all(
            set(codes(one)) <= {"REQUEST_OPEN", "NO_UNITS_LEFT", "TOO_MANY_UNITS"}
            for one in payloads
            if one["userErrors"]
        )
        market.clock.pass_by(seconds=3)
        await market.work()
    await ledger_holds(market)


async def test_of_eight_owners_that_apply_at_once_one_makes_the_plan(market: Market) -> None:
    for _ in range(ROUNDS):
        request = await market.request(await market.order(), lamp=1)
        inputs = [
            market.do(
                OWNER, "applyCancellation", "plans { id }", transaction="CANCEL", confirm=True, requestId=request["id"]
            )
            for _ in range(TWINS)
        ]
        payloads = await asyncio.gather(*inputs)
        assert len(winners(payloads)) == 1
        assert all(codes(one) == ["PLAN_EXISTS"] for one in payloads if one["userErrors"])
    await ledger_holds(market)


async def test_fifty_confirmations_of_one_return_approve_it_once(market: Market) -> None:
    await confirm_at_once(market, 50)


async def test_of_eight_confirmations_of_one_return_one_approves_it(market: Market) -> None:
    for _ in range(ROUNDS):
        await confirm_at_once(market, TWINS)
    await ledger_holds(market)


async def confirm_at_once(market: Market, number: int) -> None:
    order, request = await returning(market)
    inputs = [market.do(seller(order, "north"), "confirmRequest", requestId=request["id"]) for _ in range(number)]
    payloads = await asyncio.gather(*inputs)
    assert len(winners(payloads)) == 1
    assert all(codes(one) == ["WRONG_STATUS"] for one in payloads if one["userErrors"])
    await market.work()
    paid = "select l.key from ledger_entry l join refund r on r.id = l.key join cancellation_plan p on p.id = r.plan_id"
    assert len(await market.rows(f"{paid} where p.request_id = $1", request["id"])) == 1


async def test_the_same_key_from_twenty_clients_at_once_is_one_command(market: Market) -> None:
    for n in range(ROUNDS):
        order = await market.order()
        item = {"orderItemId": order.items["lamp"], "quantity": 1, "reason": "changed_mind"}
        inputs = [
            market.do(
                customer("ada"), "requestReturn", "requests { id }",
                orderId=order.id, items=[item], policyVersion=POLICY, idempotencyKey=f"twenty-{n}",
            )
            for _ in range(20)
        ]  # fmt: skip
        payloads = await asyncio.gather(*inputs)
        assert winners(payloads) == payloads
        assert len({one["requests"][0]["id"] for one in payloads}) == 1
        assert sorted(one["replayed"] for one in payloads) == [False] + [True] * 19


async def test_a_package_that_ships_while_the_owner_applies_leaves_one_consistent_story(market: Market) -> None:
    for _ in range(ROUNDS):
        order = await market.order()
        request = await market.request(order, lamp=2)
        given: dict[str, Any] = {"packageId": order.packages["north"], "status": "SHIPPED", "despiteRequests": True}
        ship = market.do(seller(order, "north"), "updatePackageStatus", **given)
        apply = market.do(OWNER, "applyCancellation", transaction="CANCEL", confirm=True, requestId=request["id"])
        shipped, applied = await asyncio.gather(ship, apply)
        assert shipped["userErrors"] == []
        assert set(codes(applied)) <= {"PACKAGE_NOT_WHOLE"}
        market.clock.pass_by(seconds=3)
        await market.work()
        (row,) = await market.rows(
            "select q.status, p.status as plan from cancellation_request q"
            " left join cancellation_plan p on p.request_id = q.id where q.id = $1",
            request["id"],
        )
        assert row == {"status": "WAITING", "plan": None if applied["userErrors"] else "CONFIRMATION_WAITING"}
    await ledger_holds(market)


async def test_an_apply_while_the_whole_package_ships_always_ends_with_the_seller(market: Market) -> None:
    for _ in range(ROUNDS):
        order = await market.order()
        request = await market.request(order, lamp=2, bulb=1)
        given: dict[str, Any] = {"packageId": order.packages["north"], "status": "SHIPPED", "despiteRequests": True}
        shipped, applied = await asyncio.gather(
            market.do(seller(order, "north"), "updatePackageStatus", **given),
            market.do(OWNER, "applyCancellation", transaction="CANCEL", confirm=True, requestId=request["id"]),
        )
        assert shipped["userErrors"] == applied["userErrors"] == []
        market.clock.pass_by(seconds=3)
        await market.work()
        plans = await market.rows("select status from cancellation_plan where request_id = $1", request["id"])
        assert plans == [{"status": "CONFIRMATION_WAITING"}]
    await ledger_holds(market)


async def recalling(market: Market) -> tuple[Order, dict[str, Any]]:
    """A cancellation that was put to the seller after its package had left."""
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.move(order, "north", "SHIPPED")
    await market.apply(request)
    return order, request


async def test_of_eight_who_convert_withdraw_and_confirm_at_once_one_decides(market: Market) -> None:
    for _ in range(ROUNDS):
        order, request = await recalling(market)
        ways = [
            (customer("ada"), "convertToReturn"),
            (OWNER, "convertToReturn"),
            (customer("ada"), "withdrawRequest"),
            (seller(order, "north"), "confirmRequest"),
        ]
        chosen = random.sample(ways * TWINS, TWINS)
        payloads = await asyncio.gather(
            *(market.do(actor, mutation, requestId=request["id"]) for actor, mutation in chosen)
        )
        assert len(winners(payloads)) == 1
        assert all(codes(one) == ["WRONG_STATUS"] for one in payloads if one["userErrors"])
        returns = await market.rows("select id from cancellation_request where predecessor_id = $1", request["id"])
        (row,) = await market.rows("select status from cancellation_request where id = $1", request["id"])
        assert len(returns) == (row["status"] == "CONVERTED")
    await ledger_holds(market)


async def returning(market: Market) -> tuple[Order, dict[str, Any]]:
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    return order, await market.request(order, lamp=2)


async def test_of_eight_who_confirm_reject_and_withdraw_at_once_one_decides(market: Market) -> None:
    for _ in range(ROUNDS):
        order, request = await returning(market)
        ways = [
            (seller(order, "north"), "confirmRequest", {}),
            (OWNER, "confirmRequest", {"note": "The seller is silent."}),
            (seller(order, "north"), "rejectRequest", {"reason": "No"}),
            (OWNER, "rejectRequest", {"reason": "No"}),
            (customer("ada"), "withdrawRequest", {}),
        ]
        chosen = random.sample(ways * TWINS, TWINS)
        payloads = await asyncio.gather(
            *(market.do(actor, mutation, requestId=request["id"], **values) for actor, mutation, values in chosen)
        )
        assert len(winners(payloads)) == 1
        approved = chosen[payloads.index(winners(payloads)[0])][1] == "confirmRequest"
        for (actor, mutation, _), payload in zip(chosen, payloads, strict=True):
            # an owner may reject, and a customer withdraw, an approved return whose money waits for its goods
            knows = approved and (actor, mutation) != (seller(order, "north"), "rejectRequest")
            late = "MONEY_RELEASED" if knows and mutation != "confirmRequest" else "WRONG_STATUS"
            assert codes(payload) in ([], [late]), (actor, mutation)
    await ledger_holds(market)


@pytest.mark.parametrize(("mutation", "more"), [("confirmRequest", {}), ("rejectRequest", {"reason": "No"})])
@pytest.mark.parametrize("scene", ["return", "recall"])
async def test_of_owner_and_seller_who_decide_at_once_one_decides(
    market: Market, scene: str, mutation: str, more: dict[str, str]
) -> None:
    for _ in range(ROUNDS):
        order, request = await (returning(market) if scene == "return" else recalling(market))
        ways = [
            market.do(OWNER, "confirmRequest", requestId=request["id"], note="The seller is silent."),
            market.do(seller(order, "north"), mutation, requestId=request["id"], **more),
        ]
        payloads = await asyncio.gather(*ways)
        assert len(winners(payloads)) == 1
        assert [codes(payload) for payload in payloads if payload["userErrors"]] == [["WRONG_STATUS"]]
        by_owner = not payloads[0]["userErrors"]
        decided = await market.rows(
            "select actor_role, data->>'onBehalfOf' as of from event where subject = 'REQUEST' and request_id = $1"
            " and action in ('CONFIRM_REQUEST', 'REJECT_REQUEST')",
            request["id"],
        )
        assert decided == [
            {"actor_role": "OWNER", "of": "SELLER"} if by_owner else {"actor_role": "SELLER", "of": None}
        ]
    await ledger_holds(market)


def part_of(order: Order, **more: Any) -> dict[str, Any]:
    """One of the lamps is accepted, and the other one waits on."""
    return {"items": [{"orderItemId": order.items["lamp"], "quantity": 1}], "rest": "KEEP_WAITING", **more}


async def requests_hold_what_items_say(market: Market) -> None:
    """The units that waiting requests and unfinished returns stand for are those that the items count as held."""
    broken = await market.rows(
        "select i.id from order_item i left join ("
        " select l.order_item_id, sum(coalesce(l.accepted_quantity, l.quantity)) as units from request_item l"
        " join cancellation_request q on q.id = l.request_id where q.status in ('WAITING', 'APPROVED') group by 1"
        ") h on h.order_item_id = i.id where i.cancel_held + i.return_held <> coalesce(h.units, 0)"
    )
    assert broken == []


async def test_of_eight_who_confirm_a_part_or_the_whole_at_once_one_decides(market: Market) -> None:
    for _ in range(ROUNDS):
        order, request = await returning(market)
        ways: list[dict[str, Any]] = [{}, part_of(order), part_of(order, rest="RELEASE", restReason="One is used.")]
        chosen = random.sample(ways * TWINS, TWINS)
        payloads = await asyncio.gather(
            *(market.do(seller(order, "north"), "confirmRequest", requestId=request["id"], **way) for way in chosen)
        )
        assert len(winners(payloads)) == 1
        assert all(codes(one) == ["WRONG_STATUS"] for one in payloads if one["userErrors"])
        successors = await market.rows("select id from cancellation_request where predecessor_id = $1", request["id"])
        winner = chosen[next(n for n, one in enumerate(payloads) if not one["userErrors"])]
        assert len(successors) == (winner.get("rest") == "KEEP_WAITING")
    await requests_hold_what_items_say(market)
    await ledger_holds(market)


async def test_of_eight_owners_who_apply_a_part_or_the_whole_at_once_one_makes_the_plan(market: Market) -> None:
    for _ in range(ROUNDS):
        order = await market.order()
        request = await market.request(order, lamp=2)
        part = part_of(order)
        part["accept"] = part.pop("items")
        asked: dict[str, Any] = {"transaction": "CANCEL", "confirm": True, "requestId": request["id"]}
        payloads = await asyncio.gather(
            *(market.do(OWNER, "applyCancellation", **asked, **way) for way in [part, {}] * (TWINS // 2))
        )
        assert len(winners(payloads)) == 1
        assert all(codes(one) == ["PLAN_EXISTS"] for one in payloads if one["userErrors"])
    await requests_hold_what_items_say(market)
    await ledger_holds(market)


async def test_of_a_part_and_a_withdrawal_at_once_one_wins(market: Market) -> None:
    for n in range(2 * ROUNDS):
        if n % 2:
            order, request = await returning(market)
            decide = market.do(seller(order, "north"), "confirmRequest", requestId=request["id"], **part_of(order))
        else:  # an applied cancellation can still be withdrawn, unless the customer has not seen it applied
            order = await market.order()
            request = await market.request(order, lamp=2)
            part = part_of(order, transaction="CANCEL", confirm=True, expectedVersion=request["version"])
            part["accept"] = part.pop("items")
            decide = market.do(OWNER, "applyCancellation", requestId=request["id"], **part)
        seen = {"expectedVersion": request["version"]}
        withdraw = market.do(customer("ada"), "withdrawRequest", requestId=request["id"], **seen)
        payloads = list(await asyncio.gather(decide, withdraw))
        assert len(winners(payloads)) == 1
        refused = next(codes(one) for one in payloads if one["userErrors"])
        assert refused in (["WRONG_STATUS"], ["STALE_VERSION"])
    await requests_hold_what_items_say(market)
    await ledger_holds(market)


async def test_without_version_and_lock_both_would_win(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same two commands, each reading before the other writes, one writing after the other."""
    both_have_read, first_is_done = asyncio.Barrier(2), asyncio.Event()
    find, statement = commands.find_order, changes.statement_of

    async def read_together(*args: Any, lock: bool) -> Any:
        found = await find(*args, lock=False)
        if await both_have_read.wait() == 1:
            await first_is_done.wait()
        return found

    async def answered(ask: Any) -> Any:
        answer = await ask
        first_is_done.set()
        return next(iter(answer["data"].values()))["userErrors"]

    order, request = await returning(market)
    monkeypatch.setattr(commands, "find_order", read_together)
    monkeypatch.setattr(changes, "statement_of", lambda shape: statement(shape).replace(VERSION, ""))
    confirm = answered(market.ask(seller(order, "north"), _CONFIRM, id=request["id"]))
    withdraw = answered(market.ask(customer("ada"), _WITHDRAW, id=request["id"]))
    assert list(await asyncio.gather(confirm, withdraw)) == [[], []]


_CONFIRM = "mutation M($id: ID!) { confirmRequest(input: {requestId: $id}) { userErrors { code } } }"
_WITHDRAW = "mutation M($id: ID!) { withdrawRequest(input: {requestId: $id}) { userErrors { code } } }"
