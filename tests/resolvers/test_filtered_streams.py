"""A filtered stream tells what comes into its filter and what leaves it, each once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.auth.tokens import mint
from domain.facts import Actor
from engine import reads
from gateways.payments.port import Outcome
from tests.market import OWNER, SECRET, Market, customer, seller
from tests.resolvers.test_shared_streams import EVENTS, Inbox
from tests.services.worker.test_refunds import Bank

_REQUESTS = """subscription S($filter: RequestFilter) {
  requestUpdates(filter: $filter) { action from to leaves request { id status waitingOn } } }"""
_PLANS = """subscription S($filter: PlanFilter) {
  planUpdates(filter: $filter) { action from to leaves plan { id status refundState } } }"""


class Told:
    """What one filtered subscription has been told."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def next(self) -> tuple[str, str | None, str, bool]:
        """The next item: action, from, to, leaves."""
        answer = json.loads(await self._inbox.next())
        assert "errors" not in answer, answer
        (item,) = answer["data"].values()
        return item["action"], item["from"], item["to"], item["leaves"]


@asynccontextmanager
async def telling(market: Market, text: str, actor: Actor = OWNER, **filters: Any) -> AsyncIterator[Told]:
    """A live subscription with a filter."""
    engine, inbox = market.one.engine, Inbox()
    context = await market.one.context({"authorization": f"Bearer {mint(SECRET, actor, ttl=3600)}"}, None)
    stream = market.one.hub.stream(engine.operation(engine.document(text), None, {"filter": filters}, context))
    await stream.listen(inbox)
    try:
        yield Told(inbox)
    finally:
        stream.leave()


@pytest.fixture
def bank(market: Market, monkeypatch: pytest.MonkeyPatch) -> Bank:
    """The market's only gateway."""
    bank = Bank()
    monkeypatch.setattr(market.worker, "gateways", {"ledger": bank})
    return bank


async def withdraw(market: Market, request: dict[str, Any]) -> None:
    """Let the customer withdraw it."""
    payload = await market.do(customer("ada"), "withdrawRequest", requestId=request["id"])
    assert payload["userErrors"] == [], payload


async def test_a_request_that_leaves_a_filter_by_status_is_told_once_as_leaving(market: Market) -> None:
    async with telling(market, _REQUESTS, status=["WAITING"]) as told:
        request = await market.request(await market.order(), lamp=1)
        assert await told.next() == ("REQUEST_RETURN", None, "WAITING", False)
        await withdraw(market, request)
        assert await told.next() == ("WITHDRAW_REQUEST", "WAITING", "WITHDRAWN", True)


async def test_a_request_that_ends_tells_nothing_to_a_filter_that_it_left_before(market: Market) -> None:
    async with telling(market, _REQUESTS, status=["WAITING"]) as told:
        await market.apply(await market.request(await market.order(), lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()  # approved, then completed
        another = await market.request(await market.order(), lamp=1)
        actions = [await told.next() for _ in range(4)]
        assert [(action, leaves) for action, _, _, leaves in actions] == [
            ("REQUEST_RETURN", False),
            ("APPLY_CANCELLATION", False),
            ("AUTO_CONFIRM", True),
            ("REQUEST_RETURN", False),
        ]
        assert another["status"] == "WAITING"


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ("OWNER", [("REQUEST_RETURN", False), ("APPLY_CANCELLATION", True)]),
        ("SYSTEM", [("APPLY_CANCELLATION", False), ("ASK_SELLER", True)]),
        ("SELLER", [("ASK_SELLER", False), ("CONFIRM_REQUEST", True)]),
    ],
)
async def test_a_filter_by_waiting_on_is_told_of_changes_by_any_subject(
    market: Market, waits: str, expected: list[tuple[str, bool]]
) -> None:
    async with telling(market, _REQUESTS, waitingOn=[waits]) as told:
        order = await market.order()
        request = await market.request(order, lamp=1)
        await market.apply(request)
        await market.move(order, "north", "SHIPPED")
        market.clock.pass_by(seconds=3)
        await market.work()
        payload = await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
        assert payload["userErrors"] == [], payload
        if waits == "SYSTEM":  # once more in, since what has been approved goes on by itself
            expected = [*expected, ("CONFIRM_REQUEST", False)]
        assert [(item[0], item[3]) for item in [await told.next() for _ in expected]] == expected


async def test_conditions_of_a_filter_count_together_before_and_after(market: Market) -> None:
    async with telling(market, _REQUESTS, status=["WAITING"], waitingOn=["SYSTEM"]) as told:
        request = await market.request(await market.order(), lamp=1)  # waits for the owner
        await market.apply(request)
        assert await told.next() == ("APPLY_CANCELLATION", "WAITING", "WAITING", False)
        await withdraw(market, request)
        assert await told.next() == ("WITHDRAW_REQUEST", "WAITING", "WITHDRAWN", True)


@pytest.mark.parametrize("role", ["owner", "customer", "seller"])
async def test_a_refund_that_fails_is_news_of_its_plan_to_all_who_see_the_plan(
    market: Market, bank: Bank, role: str
) -> None:
    order = await market.order()
    actor = {"owner": OWNER, "customer": customer("ada"), "seller": seller(order, "north")}[role]
    bank.script = [Outcome.FAILED]
    async with (
        telling(market, _PLANS, actor, refundState=["NEEDS_ATTENTION"]) as told,
        telling(market, _PLANS, actor, refundState=["IN_PROGRESS"]) as under_way,
        telling(market, _PLANS, actor) as everything,
    ):
        await market.apply(await market.request(order, lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()
        assert await told.next() == ("FAIL_REFUND", "APPROVED", "APPROVED", False)
        (refund,) = await market.rows("select id from refund")
        await market.do(OWNER, "retryRefund", "refund { status }", refundId=refund["id"])
        assert await told.next() == ("RETRY_REFUND", "APPROVED", "APPROVED", True)
        await market.work()
        steps = [("AUTO_CONFIRM", False), ("FAIL_REFUND", True), ("RETRY_REFUND", False), ("COMPLETE_PLAN", True)]
        assert [(item[0], item[3]) for item in [await under_way.next() for _ in steps]] == steps
        assert [(await everything.next())[0] for _ in range(5)] == ["APPLY_CANCELLATION", *[name for name, _ in steps]]
    if role == "seller":  # the refund's own events stay out of its sight
        subjects = "{ events(first: 100) { nodes { subject } } }"
        found = await market.data(actor, subjects)
        assert {event["subject"] for event in found["events"]["nodes"]} == {"PACKAGE", "REQUEST", "PLAN"}


async def test_a_plan_whose_refunds_are_done_comes_into_its_filter_with_its_own_event(market: Market) -> None:
    async with telling(market, _PLANS, refundState=["DONE"]) as told:
        await market.apply(await market.request(await market.order(), lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()
        assert await told.next() == ("COMPLETE_PLAN", "APPROVED", "COMPLETED", False)


async def test_what_never_changes_only_restricts(market: Market) -> None:
    order, other = await market.order(), await market.order(customer="bob")
    (row,) = await market.rows('select customer_id from "order" where id = $1', order.id)
    filters: list[dict[str, Any]] = [
        {"orderId": order.id},
        {"customerId": row["customer_id"]},
        {"numberStartsWith": order.number},
    ]
    for given in filters:
        async with telling(market, _REQUESTS, **given, status=["WAITING"]) as told:
            strange = await market.request(other, bulb=1)
            request = await market.request(order, lamp=1)
            assert (await told.next())[0] == "REQUEST_RETURN"
            await market.do(customer("bob"), "withdrawRequest", requestId=strange["id"])
            await withdraw(market, request)
            assert await told.next() == ("WITHDRAW_REQUEST", "WAITING", "WITHDRAWN", True)
    strangers: list[dict[str, Any]] = [
        {"transaction": "REFUND"},
        {"sellerId": "seller_00000000000000000000000000"},
        {"orderId": other.id},
        {"submissionId": "submission_00000000000000000000000000"},
    ]
    for given in strangers:
        async with telling(market, _REQUESTS, **given, status=["WAITING"]) as told:
            await withdraw(market, await market.request(order, lamp=1))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await told.next()


async def test_rows_of_the_journal_from_before_are_told_by_their_statuses(market: Market) -> None:
    await market.request(await market.order(), lamp=1)
    start = (await market.data(OWNER, EVENTS))["events"]["nodes"][0]["cursor"]
    await market.rows("update event set data = '{}'")
    text = _REQUESTS.replace("filter: $filter", f'filter: $filter, after: "{start}"')
    async with telling(market, text, status=["WAITING"], waitingOn=["OWNER"]) as told:
        assert await told.next() == ("REQUEST_RETURN", None, "WAITING", False)


async def test_a_batch_of_events_is_one_statement_of_a_group(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    many = reads.many

    async def counting(*arguments: Any, **named: Any) -> Any:
        counted.append(len(named["where"].values[0]))
        return await many(*arguments, **named)

    monkeypatch.setattr(reads, "many", counting)
    async with telling(market, _PLANS, refundState=["IN_PROGRESS"]) as told:
        await market.apply(await market.request(await market.order(), lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()
        await told.next()
        await told.next()
        assert counted in ([1, 1], [2])
