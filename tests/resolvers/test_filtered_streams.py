"""A filtered stream tells what comes into its filter and what leaves it, each once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.auth.tokens import mint
from domain.facts import Actor
from engine import reads
from gateways.payments.port import Outcome
from resolvers.subscriptions import Wish
from tests.market import OWNER, SECRET, Market, Part, customer, seller
from tests.resolvers.test_shared_streams import EVENTS, Inbox
from tests.services.worker.test_refunds import Bank
from tests.withdrawals import declared, unverified

REQUESTS = """subscription S($filter: RequestFilter) {
  requestUpdates(filter: $filter) { action from to leaves request { id status waitingOn } } }"""
PLANS = """subscription S($filter: PlanFilter) {
  planUpdates(filter: $filter) { action from to leaves plan { id status refundState } } }"""

WITHDRAWALS = """subscription S($filter: WithdrawalFilter) {
  withdrawalUpdates(filter: $filter) { action from to leaves withdrawal { id status statement } } }"""


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
    async with telling(market, REQUESTS, status=["WAITING"]) as received:
        request = await market.request(await market.order(), lamp=1)
        assert await received.next() == ("REQUEST_RETURN", None, "WAITING", False)
        await withdraw(market, request)
        assert await received.next() == ("WITHDRAW_REQUEST", "WAITING", "WITHDRAWN", True)


async def test_a_request_that_ends_tells_nothing_to_a_filter_that_it_left_before(market: Market) -> None:
    async with telling(market, REQUESTS, status=["WAITING"]) as received:
        await market.apply(await market.request(await market.order(), lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()  # approved, then completed
        another = await market.request(await market.order(), lamp=1)
        actions = [await received.next() for _ in range(4)]
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
    async with telling(market, REQUESTS, waitingOn=[waits]) as received:
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
        assert [(item[0], item[3]) for item in [await received.next() for _ in expected]] == expected


async def test_conditions_of_a_filter_count_together_before_and_after(market: Market) -> None:
    async with telling(market, REQUESTS, status=["WAITING"], waitingOn=["SYSTEM"]) as received:
        request = await market.request(await market.order(), lamp=1)  # waits for the owner
        await market.apply(request)
        assert await received.next() == ("APPLY_CANCELLATION", "WAITING", "WAITING", False)
        await withdraw(market, request)
        assert await received.next() == ("WITHDRAW_REQUEST", "WAITING", "WITHDRAWN", True)


@pytest.mark.parametrize("role", ["owner", "customer", "seller"])
async def test_a_refund_that_fails_is_news_of_its_plan_to_all_who_see_the_plan(
    market: Market, bank: Bank, role: str
) -> None:
    order = await market.order()
    actor = {"owner": OWNER, "customer": customer("ada"), "seller": seller(order, "north")}[role]
    bank.script = [Outcome.FAILED]
    async with (
        telling(market, PLANS, actor, refundState=["NEEDS_ATTENTION"]) as received,
        telling(market, PLANS, actor, refundState=["IN_PROGRESS"]) as under_way,
        telling(market, PLANS, actor) as everything,
    ):
        await market.apply(await market.request(order, lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()
        assert await received.next() == ("FAIL_REFUND", "APPROVED", "APPROVED", False)
        (refund,) = await market.rows("select id from refund")
        await market.do(OWNER, "retryRefund", "refund { status }", refundId=refund["id"])
        assert await received.next() == ("RETRY_REFUND", "APPROVED", "APPROVED", True)
        await market.work()
        steps = [("AUTO_CONFIRM", False), ("FAIL_REFUND", True), ("RETRY_REFUND", False), ("COMPLETE_PLAN", True)]
        assert [(item[0], item[3]) for item in [await under_way.next() for _ in steps]] == steps
        assert [(await everything.next())[0] for _ in range(5)] == ["APPLY_CANCELLATION", *[name for name, _ in steps]]
    if role == "seller":  # the refund's own events stay out of its sight
        subjects = "{ events(first: 100) { nodes { subject } } }"
        found = await market.data(actor, subjects)
        assert {event["subject"] for event in found["events"]["nodes"]} == {"PACKAGE", "REQUEST", "PLAN"}


async def test_a_plan_whose_refunds_are_done_comes_into_its_filter_with_its_own_event(market: Market) -> None:
    async with telling(market, PLANS, refundState=["DONE"]) as received:
        await market.apply(await market.request(await market.order(), lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()
        assert await received.next() == ("COMPLETE_PLAN", "APPROVED", "COMPLETED", False)


async def test_what_never_changes_only_restricts(market: Market) -> None:
    order, other = await market.order(), await market.order(customer="bob")
    (row,) = await market.rows('select customer_id from "order" where id = $1', order.id)
    filters: list[dict[str, Any]] = [
        {"orderId": order.id},
        {"customerId": row["customer_id"]},
        {"numberStartsWith": order.number},
        {"search": order.number},
    ]
    for given in filters:
        async with telling(market, REQUESTS, **given, status=["WAITING"]) as received:
            strange = await market.request(other, bulb=1)
            request = await market.request(order, lamp=1)
            assert (await received.next())[0] == "REQUEST_RETURN"
            await market.do(customer("bob"), "withdrawRequest", requestId=strange["id"])
            await withdraw(market, request)
            assert await received.next() == ("WITHDRAW_REQUEST", "WAITING", "WITHDRAWN", True)
    strangers: list[dict[str, Any]] = [
        {"transaction": "REFUND"},
        {"sellerId": "seller_00000000000000000000000000"},
        {"orderId": other.id},
        {"submissionId": "submission_00000000000000000000000000"},
    ]
    for given in strangers:
        async with telling(market, REQUESTS, **given, status=["WAITING"]) as received:
            await withdraw(market, await market.request(order, lamp=1))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await received.next()


async def test_rows_of_the_journal_from_before_are_told_by_their_statuses(market: Market) -> None:
    await market.request(await market.order(), lamp=1)
    start = (await market.data(OWNER, EVENTS))["events"]["nodes"][0]["cursor"]
    await market.rows("update event set data = '{}'")
    text = REQUESTS.replace("filter: $filter", f'filter: $filter, after: "{start}"')
    async with telling(market, text, status=["WAITING"], waitingOn=["OWNER"]) as received:
        assert await received.next() == ("REQUEST_RETURN", None, "WAITING", False)


async def test_a_batch_of_events_is_one_statement_of_a_group(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    many = reads.many

    async def counting(*arguments: Any, **named: Any) -> Any:
        counted.append(len(named["where"].values[0]))
        return await many(*arguments, **named)

    monkeypatch.setattr(reads, "many", counting)
    async with telling(market, PLANS, refundState=["IN_PROGRESS"]) as received:
        await market.apply(await market.request(await market.order(), lamp=1))
        market.clock.pass_by(seconds=3)
        await market.work()
        await received.next()
        await received.next()
        assert counted in ([1, 1], [2])


async def test_a_filter_by_escalation_is_told_what_comes_in_and_what_leaves(market: Market) -> None:
    async with (
        telling(market, REQUESTS, escalated=True) as escalated,
        telling(market, REQUESTS, escalated=False) as others,
    ):
        request = await market.request(await market.order(), lamp=1)
        assert await others.next() == ("REQUEST_RETURN", None, "WAITING", False)
        market.clock.pass_by(days=3)
        await market.work()
        assert await escalated.next() == ("ESCALATE_REQUEST", "WAITING", "WAITING", False)
        assert await others.next() == ("ESCALATE_REQUEST", "WAITING", "WAITING", True)
        await market.apply(request)  # the owner has acted on it
        assert await escalated.next() == ("APPLY_CANCELLATION", "WAITING", "WAITING", True)
        assert await others.next() == ("APPLY_CANCELLATION", "WAITING", "WAITING", False)


async def test_a_filter_by_deadline_is_told_what_comes_in_and_what_leaves(market: Market) -> None:
    due = market.clock.now + timedelta(days=3)
    async with (
        telling(market, REQUESTS, dueBefore=due.isoformat()) as too_early,
        telling(market, REQUESTS, dueBefore=(due + timedelta(microseconds=1)).isoformat()) as received,
    ):
        request = await market.request(await market.order(), lamp=1)
        assert await received.next() == ("REQUEST_RETURN", None, "WAITING", False)
        await withdraw(market, request)
        assert await received.next() == ("WITHDRAW_REQUEST", "WAITING", "WITHDRAWN", True)
        market.clock.pass_by(days=-1)
        await market.request(await market.order(), lamp=1)
        for stream in (received, too_early):  # of the first request this one has been told nothing
            assert await stream.next() == ("REQUEST_RETURN", None, "WAITING", False)


@pytest.mark.parametrize(
    "received", [["WAITING", "OWNER"], ["WAITING", "OWNER", ""], ["WAITING", "OWNER", "", "ESCALATED"]]
)
def test_a_row_that_says_nothing_of_deadlines_may_fulfill_any_condition_on_them(received: list[str]) -> None:
    """Rows of the journal from before say less; no news of theirs may be missed."""
    before = datetime(2026, 1, 1, tzinfo=UTC)
    assert Wish(due_before=before).fulfilled(received) is (len(received) == 2)
    assert Wish(escalated=True).fulfilled(received) is (len(received) != 3)
    assert Wish(escalated=False).fulfilled(received) is (len(received) != 4)


async def test_lists_are_filtered_and_ordered_by_deadline(market: Market) -> None:
    text = """query L($filter: RequestFilter, $order: RequestOrder!, $after: String) {
      requests(filter: $filter, orderBy: $order, first: 2, after: $after) {
        totalCount nodes { id dueAt } pageInfo { endCursor hasNextPage } } }"""
    ids = []
    for hours in (0, 5, -9, 1):
        market.clock.pass_by(hours=hours)
        ids.append((await market.request(await market.order(), lamp=1))["id"])
    closed = await market.request(await market.order(), lamp=1)
    await withdraw(market, closed)
    by_deadline = [ids[2], ids[3], ids[0], ids[1], closed["id"]]
    for order, expected in (("DUE_AT_ASC", by_deadline), ("DUE_AT_DESC", by_deadline[::-1])):
        found: list[str] = []
        after = None
        while True:
            page = (await market.data(OWNER, text, order=order, after=after))["requests"]
            found += [node["id"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert found == expected
    first_due = datetime.fromisoformat(
        (await market.data(OWNER, text, order="DUE_AT_ASC"))["requests"]["nodes"][1]["dueAt"]
    )

    async def count(**given: object) -> int:
        page = (await market.data(OWNER, text, order="DUE_AT_ASC", filter=given))["requests"]
        return int(page["totalCount"])

    assert await count(dueBefore=first_due.isoformat()) == 1
    assert await count(dueBefore=(first_due + timedelta(microseconds=1)).isoformat()) == 2
    assert (await count(escalated=True), await count(escalated=False)) == (0, 5)
    market.clock.now = first_due
    await market.work()
    assert (await count(escalated=True), await count(escalated=False)) == (2, 3)


async def test_a_withdrawal_reaches_all_who_see_it_and_leaves_a_filter_when_it_ends(market: Market) -> None:
    order, north = await market.order(), Part("north", {"lamp": (1, "10.00")})
    other = await market.order(north, Part("south", {"cup": (1, "2.00")}), customer="bo")
    watching = (OWNER, customer("ada"), seller(order, "north"), customer("bo"), seller(other, "south"))
    async with AsyncExitStack() as streams:
        watched = [
            await streams.enter_async_context(telling(market, WITHDRAWALS, actor, status=["DECLARED"]))
            for actor in watching
        ]
        await declared(market, order)
        await market.work()
        opens = ("DECLARE_WITHDRAWAL", None, "DECLARED", False)
        ends = ("COMPLETE_WITHDRAWAL", "DECLARED", "COMPLETED", True)
        assert [[await each.next() for _ in "ab"] for each in watched[:3]] == [[opens, ends]] * 3
        await declared(market, other)
        assert [await each.next() for each in watched[3:]] == [opens] * 2, "of the order before they have nothing"
        assert [await watched[0].next() for _ in "ab"] == [opens] * 2, "one for each seller"


async def test_a_withdrawal_without_an_account_is_news_for_its_seller_once_it_is_verified(market: Market) -> None:
    order = await market.order()
    async with telling(market, WITHDRAWALS) as owner, telling(market, WITHDRAWALS, seller(order, "north")) as north:
        withdrawal = await unverified(market, order)
        assert await owner.next() == ("DECLARE_WITHDRAWAL", None, "UNVERIFIED", False)
        payload = await market.do(OWNER, "verifyWithdrawal", withdrawalId=withdrawal)
        assert payload["userErrors"] == []
        verified = ("VERIFY_WITHDRAWAL", "UNVERIFIED", "DECLARED", False)
        assert [await owner.next(), await north.next()] == [verified] * 2
