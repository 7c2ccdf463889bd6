"""Each race once more with its protection taken away: then it is lost, so the tests of the races can fail.

There are three lines of defence: what is written holds for the version that was read, who comes too late decides again
under the order's lock, and, where there is one, a constraint. Each alone must hold; with all gone the harm is there to
see.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from domain.deadlines import RETURN_SELLER
from domain.words import AtDeadline
from services import changes, commands
from services.acts import clocks
from services.commands import Commands
from services.order_reading import load
from services.transition import Terms
from services.worker import due, gateway_reports
from tests.market import OWNER, POLICY, Market, Order, customer, seller
from tests.services.test_races import VERSION, codes, part_of, recalling, returning, winners
from tests.services.worker.test_refunds import Bank, approved

TWINS = 2
_ONE_PLAN = "select conname from pg_constraint where conrelid = 'cancellation_plan'::regclass and contype = 'u'"


class Rush:
    """Commands that all have read before the first one writes, and then write one after the other, without a lock."""

    def __init__(self, twins: int) -> None:
        self._all_have_read, self._turn = asyncio.Barrier(twins), asyncio.Lock()
        self._left, self._writing = twins, set[Any]()

    async def enter(self) -> None:
        """Come here with what has been read."""
        if self._left:  # who was too late comes again, and alone
            self._left -= 1
            await self._all_have_read.wait()
            await self._turn.acquire()
            self._writing.add(asyncio.current_task())

    def leave(self) -> None:
        """Let the next one write."""
        if asyncio.current_task() in self._writing:
            self._writing.remove(asyncio.current_task())
            self._turn.release()

    async def load(self, *arguments: Any, **named: Any) -> Any:
        book = await load(*arguments, **named)
        await self.enter()
        return book

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        try:
            async with in_transaction() as db:
                yield db
        finally:
            self.leave()


@contextmanager
def unlocked(twins: int = TWINS, *, versions: bool = False) -> Iterator[None]:
    """Nobody locks an order, and everybody decides on what was there before anybody wrote.

    Without `versions` nobody asks either whether that is still there.
    """
    rush, find, statement, done = Rush(twins), commands.find_order, changes.statement_of, Commands.conclude

    async def without_lock(*arguments: Any, lock: bool) -> Any:
        found = await find(*arguments, lock=False)
        await rush.enter()
        return found

    async def one_by_one(*arguments: Any) -> Any:
        try:
            return await done(*arguments)
        finally:
            rush.leave()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "find_order", without_lock)
        patch.setattr(commands, "load", rush.load)
        patch.setattr(commands, "in_transaction", rush.transaction)
        patch.setattr(Commands, "conclude", one_by_one)
        if not versions:
            patch.setattr(changes, "statement_of", lambda shape: statement(shape).replace(VERSION, ""))
        for name in ("DUE_PLAN", "DUE_REFUND", "DUE_REQUEST", "DUE_PACKAGE", "DUE_RETURN"):
            patch.setattr(due, name, getattr(due, name).partition("for no key update")[0])
        unlocked = gateway_reports.NEXT_DISPUTED.partition("for no key update")[0]
        patch.setattr(gateway_reports, "NEXT_DISPUTED", unlocked)
        yield


Twin = Callable[[], Awaitable[dict[str, Any]]]


async def together(twin: Twin, other: Twin | None = None, *, versions: bool = False) -> list[dict[str, Any]]:
    with unlocked(versions=versions):
        return list(await asyncio.gather(twin(), (other or twin)()))


async def drop_constraint(market: Market, table: str, name: str) -> None:
    await market.rows(f'alter table "{table}" drop constraint "{name}"')


async def drop_one_plan(market: Market) -> None:
    (row,) = await market.rows(_ONE_PLAN)
    await drop_constraint(market, "cancellation_plan", row["conname"])


async def drop_one_open_request(market: Market) -> None:
    await drop_constraint(market, "request_item", "request_item_in_one_open_request")


def inputs(market: Market, order: Order, **values: Any) -> Twin:
    item = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "changed_mind"}
    return lambda: market.do(
        customer("ada"), "requestReturn", "requests { id }",
        orderId=order.id, items=[item], policyVersion=POLICY, **values,
    )  # fmt: skip


async def test_the_same_units_can_be_asked_for_twice_without_lock_and_constraint(market: Market) -> None:
    for protected in (True, False):
        order = await market.order()
        if not protected:
            await drop_one_open_request(market)
        payloads = await together(inputs(market, order))
        assert len(winners(payloads)) == (1 if protected else 2)
        (held,) = await market.rows(
            "select i.cancel_held, sum(l.quantity)::int as asked from order_item i"
            " join request_item l on l.order_item_id = i.id and l.open where i.order_id = $1 group by i.id",
            order.id,
        )
        assert (held["cancel_held"] == held["asked"]) is protected


async def test_a_seller_and_a_customer_can_both_have_the_same_units_without_lock_and_constraint(
    market: Market,
) -> None:
    for protected in (True, False):
        order = await market.order()
        item = {"orderItemId": order.items["lamp"], "quantity": 2, "reason": "sold_out"}
        north = seller(order, "north")
        if not protected:
            await drop_one_open_request(market)
        payloads = await together(
            inputs(market, order),
            partial(market.do, north, "requestReturn", "requests { id }", orderId=order.id, items=[item]),
        )
        assert len(winners(payloads)) == (1 if protected else 2)


async def test_the_version_alone_lets_one_of_two_win(market: Market) -> None:
    await drop_one_open_request(market)
    order = await market.order()
    assert VERSION in changes.statement_of((("order", ("version",), True),))
    payloads = await together(inputs(market, order), versions=True)
    assert len(winners(payloads)) == 1
    refused = [codes(one) for one in payloads if one["userErrors"]]
    assert refused == [["NO_UNITS_LEFT", "REQUEST_OPEN", "TOO_MANY_UNITS"]]


async def test_a_request_gets_two_plans_without_lock_and_constraint(market: Market) -> None:
    for protected in (True, False):
        request = await market.request(await market.order(), lamp=2)
        if not protected:
            await drop_one_plan(market)
        given: dict[str, Any] = {"transaction": "CANCEL", "requestId": request["id"]}
        payloads = await together(partial(market.do, OWNER, "applyCancellation", confirm=True, **given))
        assert len(winners(payloads)) == (1 if protected else 2)
        assert [codes(one) for one in payloads if one["userErrors"]] == ([["PLAN_EXISTS"]] if protected else [])
        plans = await market.rows("select id from cancellation_plan where request_id = $1", request["id"])
        assert len(plans) == (1 if protected else 2)


async def test_a_return_that_is_confirmed_twice_is_paid_twice_without_lock_and_constraint(market: Market) -> None:
    for protected in (True, False):
        order = await market.order()
        await market.move(order, "north", "SHIPPED")
        request = await market.request(order, lamp=2)
        if not protected:
            await drop_one_plan(market)
        confirm: dict[str, Any] = {"requestId": request["id"]}
        payloads = await together(partial(market.do, seller(order, "north"), "confirmRequest", **confirm))
        assert len(winners(payloads)) == (1 if protected else 2)
        (paid,) = await market.rows(
            "select count(*) as refunds, sum(amount_minor)::int as minor from refund where order_id = $1", order.id
        )
        assert paid == ({"refunds": 1, "minor": 2000} if protected else {"refunds": 2, "minor": 4000})


async def test_owner_and_seller_both_decide_without_lock_and_constraint(market: Market) -> None:
    for protected in (True, False):
        order, request = await returning(market)
        if not protected:
            await drop_constraint(market, "cancellation_request", "request_rejection_has_reason")
        confirm = partial(market.do, OWNER, "confirmRequest", requestId=request["id"], note="The seller is silent.")
        reject = partial(market.do, seller(order, "north"), "rejectRequest", requestId=request["id"], reason="No")
        payloads = await together(confirm, reject, versions=protected)
        assert len(winners(payloads)) == (1 if protected else 2)
        decided = await market.rows(
            "select 1 from event where subject = 'REQUEST' and request_id = $1 and from_status = 'WAITING'",
            request["id"],
        )
        assert len(decided) == (1 if protected else 2)


async def test_a_part_and_the_whole_are_both_confirmed_without_lock_and_constraint(market: Market) -> None:
    for protected in (True, False):
        order, request = await returning(market)
        if not protected:
            await drop_one_plan(market)
        confirm = partial(market.do, seller(order, "north"), "confirmRequest", requestId=request["id"])
        payloads = await together(partial(confirm, **part_of(order)), confirm)
        assert len(winners(payloads)) == (1 if protected else 2)
        (paid,) = await market.rows(
            "select sum(quantity)::int as units from plan_line where order_item_id = $1", order.items["lamp"]
        )
        assert (paid["units"] > 2) is not protected  # two were bought


async def test_a_part_is_confirmed_of_what_was_withdrawn_without_version_and_lock(market: Market) -> None:
    for protected in (True, False):
        order, request = await returning(market)
        payloads = await together(
            partial(market.do, seller(order, "north"), "confirmRequest", requestId=request["id"], **part_of(order)),
            partial(market.do, customer("ada"), "withdrawRequest", requestId=request["id"]),
            versions=protected,
        )
        assert len(winners(payloads)) == (1 if protected else 2)


async def test_one_key_makes_two_requests_without_lock_and_constraint(market: Market) -> None:
    await drop_one_open_request(market)
    for protected in (True, False):
        order = await market.order()
        if not protected:
            await drop_constraint(market, "idempotency_record", "idempotency_once")
        payloads = await together(inputs(market, order, idempotencyKey=f"key {protected}"))
        assert winners(payloads) == payloads
        ids = {one["requests"][0]["id"] for one in payloads}
        assert len(ids) == (1 if protected else 2)


async def test_an_application_overlooks_the_package_that_has_left_without_the_lock(market: Market) -> None:
    order = await market.order()
    request = await market.request(order, lamp=2)
    before = await version(market, order)
    given = {"transaction": "CANCEL", "requestId": request["id"]}
    package: dict[str, Any] = {"packageId": order.packages["north"], "status": "SHIPPED", "despiteRequests": True}
    payloads = await together(
        lambda: market.do(OWNER, "applyCancellation", confirm=True, **given),
        lambda: market.do(seller(order, "north"), "updatePackageStatus", **package),
    )
    assert winners(payloads) == payloads
    assert await version(market, order) == before + 1  # two commands: one of them did not see the other


@pytest.mark.parametrize("against", ["withdrawRequest", "confirmRequest"])
async def test_a_conversion_and_another_decision_both_win_without_lock_and_constraint(
    market: Market, against: str
) -> None:
    order, request = await recalling(market)
    await drop_constraint(market, "order_item", "order_item_ledger")
    actor = customer("ada") if against == "withdrawRequest" else seller(order, "north")
    payloads = await together(
        partial(market.do, OWNER, "convertToReturn", requestId=request["id"]),
        partial(market.do, actor, against, requestId=request["id"]),
    )
    assert winners(payloads) == payloads
    doubled = await market.rows(
        "select version from event where subject_id = $1 group by 1 having count(*) > 1", request["id"]
    )
    assert doubled != []


@pytest.mark.parametrize("against", ["withdrawRequest", "confirmRequest"])
async def test_the_version_alone_lets_a_conversion_or_another_decision_win(market: Market, against: str) -> None:
    order, request = await recalling(market)
    actor = customer("ada") if against == "withdrawRequest" else seller(order, "north")
    payloads = await together(
        partial(market.do, OWNER, "convertToReturn", requestId=request["id"]),
        partial(market.do, actor, against, requestId=request["id"]),
        versions=True,
    )
    assert len(winners(payloads)) == 1


async def version(market: Market, order: Order) -> int:
    return int((await market.rows('select version from "order" where id = $1', order.id))[0]["version"])


async def confirmed_while_it_ships(market: Market, rush: Callable[[], Any]) -> tuple[bool, str, str]:
    """The worker confirms a plan while the seller ships: whether it shipped, and how package and plan stand."""
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    market.clock.pass_by(seconds=3)
    package: dict[str, Any] = {"packageId": order.packages["north"], "status": "SHIPPED", "despiteRequests": True}
    with rush():
        shipped, _ = await asyncio.gather(
            market.do(seller(order, "north"), "updatePackageStatus", **package),
            market.worker.commands.work_on_due(due.DUE_PLAN, [market.clock(), ["WAITING"], []], due.confirm),
        )
    await market.work()
    (row,) = await market.rows(
        "select k.status as package, p.status as plan"
        " from package k join cancellation_plan p on p.order_id = k.order_id"
        " where k.order_id = $1",
        order.id,
    )
    return not shipped["userErrors"], row["package"], row["plan"]


@contextmanager
def as_it_is() -> Iterator[None]:
    yield


async def test_a_package_that_ships_while_its_plan_is_confirmed_is_either_shipped_or_canceled(market: Market) -> None:
    for _ in range(4):
        assert await confirmed_while_it_ships(market, as_it_is) in [
            (True, "SHIPPED", "CONFIRMATION_WAITING"),
            (False, "CANCELED", "COMPLETED"),
        ]


async def test_without_the_lock_a_package_is_shipped_and_paid_back_unasked(market: Market) -> None:
    shipped, _, plan = await confirmed_while_it_ships(market, unlocked)
    assert (shipped, plan) == (True, "COMPLETED")


@pytest.fixture
def bank(market: Market) -> Bank:
    one = Bank()
    market.worker.gateways = {"ledger": one}
    return one


async def test_of_eight_workers_one_sends_a_refund(market: Market, bank: Bank) -> None:
    for n in range(1, 4):
        await approved(market)
        await asyncio.gather(*(market.worker.send_one(market.clock()) for _ in range(8)))
        assert bank.asked == ["refund"] * n


async def test_without_lock_and_constraint_two_workers_send_it(market: Market, bank: Bank) -> None:
    for protected in (True, False):
        bank.asked.clear()
        await approved(market)
        if not protected:
            await drop_constraint(market, "refund_attempt", "refund_attempt_number")
        with unlocked():
            await asyncio.gather(*(_leased(market) for _ in range(TWINS)))
        assert len(bank.asked) == (1 if protected else 2)


async def _leased(market: Market) -> None:
    """A lease and the call that it is for."""
    leased = await market.worker.take(due.DUE_REFUND, market.clock(), ["PENDING"], market.worker.lease_refund)
    if leased and leased[0]:
        await market.worker.ask(leased[0])


async def decided_at_the_deadline(market: Market, rush: Callable[[], Any]) -> tuple[bool, str, int]:
    """A return expires while its seller confirms it: whether it was confirmed, how it ended, its refunds."""
    order = await market.order()
    await market.move(order, "north", "SHIPPED")
    request = await market.request(order, lamp=2)
    market.clock.pass_by(days=3)
    expiring = replace(market.worker.commands, terms=Terms(at_deadline={RETURN_SELLER: AtDeadline.EXPIRE}))
    with rush():
        confirmed, _ = await asyncio.gather(
            market.do(seller(order, "north"), "confirmRequest", requestId=request["id"]),
            expiring.work_on_due(
                due.DUE_REQUEST, [market.clock(), []], lambda at, row: clocks.act_on_deadline(at, row.id)
            ),
        )
    (row,) = await market.rows(
        "select q.status, (select count(*)::int from refund r where r.order_id = q.order_id) as refunds"
        " from cancellation_request q where q.id = $1",
        request["id"],
    )
    return not confirmed["userErrors"], row["status"], row["refunds"]


async def test_a_return_is_either_confirmed_or_expires_at_its_deadline(market: Market) -> None:
    for _ in range(4):
        found = await decided_at_the_deadline(market, as_it_is)
        assert found in [(True, "APPROVED", 1), (False, "EXPIRED", 0)]


async def test_without_the_lock_a_return_that_expires_is_paid_as_well(market: Market) -> None:
    confirmed, status, refunds = await decided_at_the_deadline(market, unlocked)
    assert (confirmed, refunds) == (True, 1)
    (events,) = await market.rows(
        "select count(distinct action)::int as count from event"
        " where subject = 'REQUEST' and action in ('CONFIRM_REQUEST', 'EXPIRE_REQUEST')"
    )
    assert (events["count"], status in ("APPROVED", "EXPIRED")) == (2, True)
