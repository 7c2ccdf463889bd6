"""The refund worker's protocol, step by step, against gateways that lose answers, wait, refuse and pay late."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from database import migrate
from gateways.payments.port import Answer, Credit, GatewayUnknown, Outcome, RefundOrder, ShownDispute
from services.acts import refunds
from services.acts.refunds import Call
from services.worker import due
from tests.market import OWNER, Market, Order, customer

REFUND = """id status version externalReference allowedActions { action enabled }
  attempts { number outcome gatewayReference message }"""
_PLAN = f"""query P($id: ID!) {{ request(id: $id) {{ status plan {{ status refundState
  allowedActions {{ action enabled }} refunds {{ {REFUND} }} }} }} }}"""


@dataclass
class Bank:
    """A gateway that says what its script tells it to; every order that it carries out stands in its book."""

    name: str = "ledger"
    script: list[Any] = field(default_factory=list)
    book: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    disputed: Sequence[ShownDispute] = ()

    async def refund(self, order: RefundOrder) -> Answer:
        self.asked.append("refund")
        says = self.script.pop(0) if self.script else Outcome.SUCCEEDED
        if says == "paid, answer lost":
            self._pay(order)
            raise GatewayUnknown("The answer was lost.")
        if says == "never answers":
            await asyncio.Event().wait()
        if isinstance(says, Exception):
            raise says
        if says is not Outcome.FAILED:
            self._pay(order)
        return Answer(says, f"re_{order.key}_{order.retry}", "No." if says is Outcome.FAILED else None)

    async def find(self, key: str, payment_reference: str, *, retry: int = 0) -> Answer | None:
        self.asked.append("find")
        says = self.script.pop(0) if self.script else None
        if isinstance(says, Exception):
            raise says
        if says is not None:
            return Answer(says, f"re_{key}_{retry}")
        return Answer(Outcome.SUCCEEDED, self.book[key][0]) if key in self.book else None

    def _pay(self, order: RefundOrder) -> None:
        self.book.setdefault(order.key, []).append(f"re_{order.key}_{order.retry}")

    async def credits(self, since: datetime) -> AsyncIterator[Credit]:
        lines: list[Credit] = []
        for line in lines:  # nobody reads this bank's book
            yield line

    async def disputes(self, since: datetime) -> AsyncIterator[ShownDispute]:
        for dispute in self.disputed:
            yield dispute

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def bank(market: Market) -> Bank:
    one = Bank()
    market.worker.gateways = {"ledger": one}
    return one


async def approved(market: Market) -> tuple[Order, str]:
    """An order whose cancellation was approved this moment, its one refund due; the request's id."""
    order = await market.order()
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    market.clock.pass_by(seconds=3)
    await market.worker.commands.work_on_due(_PLANS, [], due.confirm)
    (plan,) = await market.rows("select status from cancellation_plan where request_id = $1", request["id"])
    assert plan["status"] != "WAITING"  # a worker that runs may have confirmed it first
    return order, str(request["id"])


_PLANS = """select t.id, t.order_id from cancellation_plan t join "order" o on o.id = t.order_id
where t.status = 'WAITING' for no key update of o, t"""


async def shown(market: Market, request_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request and its one refund, as the owner sees them."""
    request = (await market.data(OWNER, _PLAN, id=request_id))["request"]
    (refund,) = request["plan"]["refunds"]
    return request, refund


def outcomes(refund: Mapping[str, Any]) -> list[str | None]:
    return [attempt["outcome"] for attempt in refund["attempts"]]


def enabled(shown: Mapping[str, Any]) -> set[str]:
    return {one["action"] for one in shown["allowedActions"] if one["enabled"]}


def paid(bank: Bank) -> int:
    return sum(len(credits) for credits in bank.book.values())


async def test_a_lost_answer_is_unknown_and_is_asked_about_before_anything_is_sent_again(
    market: Market, bank: Bank
) -> None:
    _, id = await approved(market)
    bank.script = ["paid, answer lost"]
    await market.work()
    request, refund = await shown(market, id)
    assert (refund["status"], request["plan"]["refundState"], outcomes(refund)) == (
        "UNKNOWN", "IN_PROGRESS", ["UNKNOWN"],
    )  # fmt: skip
    market.clock.pass_by(seconds=2)
    await market.work()
    request, refund = await shown(market, id)
    assert (request["status"], refund["status"], outcomes(refund)) == (
        "COMPLETED", "SUCCEEDED", ["UNKNOWN", "SUCCEEDED"],
    )  # fmt: skip
    assert (bank.asked, paid(bank)) == (["refund", "find"], 1)


async def test_without_asking_first_a_forgetful_bank_pays_twice(
    market: Market, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    await approved(market)
    monkeypatch.setattr(Bank, "find", _finds_nothing)
    bank.script = ["paid, answer lost"]
    await market.work()
    market.clock.pass_by(seconds=2)
    await market.work()
    assert paid(bank) == 2


async def _finds_nothing(_bank: Bank, _key: str, _reference: str, *, retry: int = 0) -> None:
    return None


async def test_what_never_arrived_is_sent_again_under_the_same_key(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    bank.script = [GatewayUnknown("down"), GatewayUnknown("still down"), None, Outcome.SUCCEEDED]
    for _ in range(3):
        await market.work()
        market.clock.pass_by(seconds=5)
    request, refund = await shown(market, id)
    assert (request["status"], outcomes(refund)) == ("COMPLETED", ["UNKNOWN", "UNKNOWN", "SUCCEEDED"])
    assert bank.asked == ["refund", "find", "find", "refund"]
    assert list(bank.book) == [refund["id"]]


async def test_a_gateway_that_breaks_in_an_unforeseen_way_counts_as_lost(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    bank.script = [ZeroDivisionError()]
    await market.work()
    _, refund = await shown(market, id)
    assert (refund["status"], refund["attempts"][0]["message"]) == ("UNKNOWN", "The gateway failed: ZeroDivisionError")


async def test_a_call_is_given_up_before_its_lease_ends(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    market.worker.lease = timedelta(seconds=0.2)
    bank.script = ["never answers"]
    await market.work()
    _, refund = await shown(market, id)
    assert (refund["status"], refund["attempts"][0]["message"]) == ("UNKNOWN", refunds.LOST)


async def test_a_lease_is_committed_before_the_call_and_holds_others_off(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    call = await leased(market)
    _, refund = await shown(market, id)
    assert (refund["status"], outcomes(refund), bank.asked) == ("PROCESSING", [None], [])
    await market.work()
    assert bank.asked == []
    await market.worker.execute(call)
    assert (await shown(market, id))[1]["status"] == "SUCCEEDED"


async def test_a_worker_that_never_came_back_is_noticed_when_its_lease_ends(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    await leased(market)
    market.clock.pass_by(seconds=refunds.LEASE.total_seconds() - 1)
    await market.work()
    assert (await shown(market, id))[1]["status"] == "PROCESSING"
    market.clock.pass_by(seconds=1)
    await market.work()
    _, refund = await shown(market, id)
    assert (refund["status"], outcomes(refund)) == ("SUCCEEDED", ["UNKNOWN", "SUCCEEDED"])
    assert bank.asked == ["find", "refund"]


async def test_a_late_answer_that_the_money_has_moved_counts_and_any_other_does_not(market: Market, bank: Bank) -> None:
    for said, then in [(Outcome.SUCCEEDED, "SUCCEEDED"), (Outcome.FAILED, "UNKNOWN"), (Outcome.PENDING, "UNKNOWN")]:
        _, id = await approved(market)
        call = await leased(market)
        market.clock.pass_by(seconds=61)
        assert await leased(market) is None
        bank.script = [said]
        await market.worker.execute(call)
        assert (await shown(market, id))[1]["status"] == then
        bank.script = []
        market.clock.pass_by(seconds=1)
        await market.work()
        assert len(bank.book[call.refund_id]) == 1


async def test_a_late_answer_to_a_refund_that_was_settled_by_hand_is_kept_and_changes_nothing(
    market: Market, bank: Bank
) -> None:
    _, id = await approved(market)
    call = await leased(market)
    market.clock.pass_by(seconds=61)
    assert await leased(market) is None
    await market.do(OWNER, "settleRefund", refundId=call.refund_id, reference="Bank 7")
    await market.worker.execute(call)
    _, refund = await shown(market, id)
    assert (refund["status"], refund["externalReference"]) == ("SETTLED_MANUALLY", "Bank 7")
    assert outcomes(refund) == ["SUCCEEDED"]


async def leased(market: Market) -> Any:
    """The worker's next lease without the call; None when it only noticed a lost one."""
    taken = await market.worker.take(
        due.DUE_REFUND, market.clock(), ["PENDING", "PROCESSING", "UNKNOWN"], market.worker.lease_refund
    )
    assert taken is not None
    assert taken[0] is None or isinstance(taken[0], Call)
    return taken[0]


async def test_an_accepted_refund_waits_and_is_asked_about_again_but_never_sent_twice(
    market: Market, bank: Bank
) -> None:
    _, id = await approved(market)
    bank.script = [Outcome.PENDING]
    await market.work()
    request, refund = await shown(market, id)
    assert (refund["status"], request["plan"]["refundState"]) == ("PROCESSING", "IN_PROGRESS")
    assert refund["externalReference"] == f"re_{refund['id']}_0"
    bank.script = [Outcome.PENDING, GatewayUnknown("down"), Outcome.SUCCEEDED]
    for status in ("PROCESSING", "PROCESSING", "SUCCEEDED"):
        market.clock.pass_by(days=1)
        await market.work()
        assert (await shown(market, id))[1]["status"] == status
    request, refund = await shown(market, id)
    assert (request["status"], refund["status"]) == ("COMPLETED", "SUCCEEDED")
    assert outcomes(refund) == ["PENDING", "PENDING", "UNKNOWN", "SUCCEEDED"]
    assert (bank.asked, paid(bank)) == (["refund", "find", "find", "find"], 1)


async def test_a_refused_refund_needs_attention_and_never_unapproves_the_plan(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    bank.script = [Outcome.FAILED]
    await market.work()
    request, refund = await shown(market, id)
    assert (request["status"], request["plan"]["status"]) == ("APPROVED", "APPROVED")
    assert (refund["status"], request["plan"]["refundState"]) == ("FAILED", "NEEDS_ATTENTION")
    assert refund["attempts"][0]["message"] == "No."
    assert enabled(refund) == enabled(request["plan"]) == {"RETRY_REFUND", "SETTLE_REFUND"}
    market.clock.pass_by(days=30)
    await market.work()
    assert bank.asked == ["refund"]


async def test_the_owner_sends_a_failed_refund_again_and_it_is_looked_for_first(market: Market, bank: Bank) -> None:
    order, id = await approved(market)
    bank.script = [Outcome.FAILED]
    await market.work()
    _, refund = await shown(market, id)
    stale = await market.do(OWNER, "retryRefund", "refund { status }", refundId=refund["id"], expectedVersion=1)
    assert [one["code"] for one in stale["userErrors"]] == ["STALE_VERSION"]
    nobody = await market.do(customer(order.customer), "retryRefund", refundId=refund["id"])
    assert [one["code"] for one in nobody["userErrors"]] == ["ROLE_NOT_ALLOWED"]
    for replayed in (False, True):
        again = await market.do(
            OWNER, "retryRefund", "refund { status }",
            refundId=refund["id"], expectedVersion=refund["version"], idempotencyKey="again",
        )  # fmt: skip
        assert (again["refund"], again["replayed"]) == ({"status": "PENDING"}, replayed)
    await market.work()
    request, refund = await shown(market, id)
    assert (request["status"], request["plan"]["refundState"], outcomes(refund)) == (
        "COMPLETED", "DONE", ["FAILED", "SUCCEEDED"],
    )  # fmt: skip
    assert bank.asked == ["refund", "find", "refund"]
    once_more = await market.do(OWNER, "retryRefund", refundId=refund["id"])
    assert [one["code"] for one in once_more["userErrors"]] == ["WRONG_STATUS"]


async def test_a_retry_that_finds_the_money_moved_sends_nothing(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    bank.script = [Outcome.FAILED]
    await market.work()
    _, refund = await shown(market, id)
    bank.book[refund["id"]] = ["re_that_went_through_after_all"]
    await market.do(OWNER, "retryRefund", refundId=refund["id"])
    await market.work()
    _, refund = await shown(market, id)
    assert (refund["status"], refund["externalReference"]) == ("SUCCEEDED", "re_that_went_through_after_all")
    assert (bank.asked, paid(bank)) == (["refund", "find"], 1)


@pytest.mark.parametrize("script", [[Outcome.FAILED], [GatewayUnknown("down")]])
async def test_the_owner_settles_a_refund_by_hand_with_a_reference(
    market: Market, bank: Bank, script: list[Any]
) -> None:
    _, id = await approved(market)
    bank.script = script
    await market.work()
    _, refund = await shown(market, id)
    silent = await market.do(OWNER, "settleRefund", refundId=refund["id"], reference=" ")
    assert [one["code"] for one in silent["userErrors"]] == ["REFERENCE_REQUIRED"]
    settled = await market.do(OWNER, "settleRefund", "refund { status }", refundId=refund["id"], reference="Bank 7")
    assert settled["refund"] == {"status": "SETTLED_MANUALLY"}
    market.clock.pass_by(days=1)
    await market.work()
    request, refund = await shown(market, id)
    assert (request["status"], request["plan"]["refundState"]) == ("COMPLETED", "DONE")
    assert (refund["externalReference"], enabled(refund), bank.asked) == ("Bank 7", set(), ["refund"])


async def test_a_refund_that_is_being_sent_cannot_be_settled_by_hand(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    await leased(market)
    _, refund = await shown(market, id)
    early = await market.do(OWNER, "settleRefund", refundId=refund["id"], reference="Bank 7")
    assert [one["code"] for one in early["userErrors"]] == ["WRONG_STATUS"]


async def test_the_list_of_refunds_is_filtered_by_status(market: Market, bank: Bank) -> None:
    bank.script = [Outcome.FAILED, Outcome.SUCCEEDED]
    for _ in range(2):
        await approved(market)
        await market.work()
    text = "query R($s: [RefundStatus!]) { refunds(filter: {status: $s}) { totalCount nodes { status } } }"
    for status in ("FAILED", "SUCCEEDED"):
        found = (await market.data(OWNER, text, s=[status]))["refunds"]
        assert found == {"totalCount": 1, "nodes": [{"status": status}]}


async def test_a_payment_of_a_gateway_that_is_not_set_up_fails_at_once_but_an_unknown_call_stays_unknown(
    market: Market, bank: Bank
) -> None:
    _, id = await approved(market)
    bank.script = ["paid, answer lost"]
    await market.work()
    market.worker.gateways = {}
    market.clock.pass_by(seconds=2)
    await market.work()
    assert (await shown(market, id))[1]["status"] == "UNKNOWN"
    _, other = await approved(market)
    await market.work()
    for attempts in (["FAILED"], ["FAILED", "FAILED"]):  # a retry of it hides nothing
        request, refund = await shown(market, other)
        assert (refund["status"], request["plan"]["refundState"]) == ("FAILED", "NEEDS_ATTENTION")
        assert outcomes(refund) == attempts
        await market.do(OWNER, "retryRefund", refundId=refund["id"])
        await market.work()


async def test_a_row_that_cannot_be_worked_on_does_not_hold_up_the_others(market: Market, bank: Bank) -> None:
    _, broken = await approved(market)
    _, other = await approved(market)
    _, refund = await shown(market, broken)
    never = f"check (id <> '{refund['id']}' or status <> 'PROCESSING')"
    await market.rows(f"alter table refund add constraint no_lease {never}")
    with pytest.raises(Exception, match="no_lease"):
        await market.worker.once()
    await market.work()
    assert (await shown(market, other))[0]["status"] == "COMPLETED"
    await market.rows("alter table refund drop constraint no_lease")
    market.clock.pass_by(seconds=31)
    await market.work()
    assert (await shown(market, broken))[0]["status"] == "COMPLETED"


NEW_CLUSTER = "update event set xid = (xid::text::bigint + 100000000)::text::xid8"
"""As a dump leaves the journal in a cluster that has counted fewer transactions than its own."""


async def from_before_a_new_era(market: Market) -> None:
    await market.rows(NEW_CLUSTER)
    await migrate(market.url)


async def from_days_ago(market: Market) -> None:
    market.clock.pass_by(days=3)


async def from_a_moment_ago(market: Market) -> None:
    market.clock.pass_by(seconds=refunds.FRESH.total_seconds() + 1)


async def from_the_future(market: Market) -> None:
    """A worker whose clock is wrong cannot tell how old a refund is."""
    market.clock.pass_by(hours=-1)
    await market.rows("update refund set due_at = created_at - interval '1 day'")


MAY_HAVE_BEEN_SENT = [from_before_a_new_era, from_days_ago, from_a_moment_ago, from_the_future]


@pytest.mark.parametrize("came", MAY_HAVE_BEEN_SENT)
async def test_a_restored_refund_without_attempts_is_looked_up_at_a_bank_that_forgets_keys(
    market: Market, bank: Bank, came: Callable[[Market], Awaitable[None]]
) -> None:
    _, id = await approved(market)
    _, refund = await shown(market, id)
    assert (refund["status"], refund["attempts"]) == ("PENDING", [])
    bank.book[refund["id"]] = ["re_paid_after_the_backup"]
    await came(market)
    await market.work()
    request, refund = await shown(market, id)
    assert (request["status"], refund["status"], refund["externalReference"]) == (
        "COMPLETED", "SUCCEEDED", "re_paid_after_the_backup",
    )  # fmt: skip
    assert (bank.asked, paid(bank)) == (["find"], 1)


async def test_without_looking_up_a_restored_refund_is_paid_twice(
    market: Market, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    _, id = await approved(market)
    _, refund = await shown(market, id)
    bank.book[refund["id"]] = ["re_paid_after_the_backup"]
    await from_days_ago(market)
    monkeypatch.setattr(refunds, "FRESH", timedelta(days=9))
    await market.work()
    assert paid(bank) == 2


async def test_a_new_refund_is_sent_at_once_also_in_a_new_era(market: Market, bank: Bank) -> None:
    await from_before_a_new_era(market)
    await approved(market)
    await market.work()
    assert (bank.asked, paid(bank)) == (["refund"], 1)


async def test_an_old_refund_that_was_never_sent_is_sent_once_it_has_been_looked_up(market: Market, bank: Bank) -> None:
    _, id = await approved(market)
    market.clock.pass_by(days=3)
    await market.work()
    assert (await shown(market, id))[0]["status"] == "COMPLETED"
    assert (bank.asked, paid(bank)) == (["find", "refund"], 1)


async def test_an_old_refund_of_a_gateway_that_is_not_set_up_fails_at_once(market: Market, bank: Bank) -> None:
    market.worker.gateways = {}
    _, id = await approved(market)
    market.clock.pass_by(days=3)
    await market.work()
    assert (await shown(market, id))[1]["status"] == "FAILED"


WAITS = [
    (refunds.pause, timedelta(seconds=1), timedelta(minutes=5)),
    (refunds.checked_after, timedelta(hours=1), timedelta(days=1)),
]


@pytest.mark.parametrize(("wait", "first", "longest"), WAITS)
def test_waits_double_up_to_a_cap_and_are_not_the_same_for_all(wait: Any, first: timedelta, longest: timedelta) -> None:
    for attempt in (1, 2, 3, 50, 10_000):
        full = min(longest, first * 2 ** min(attempt - 1, 16))
        waits: Sequence[timedelta] = [wait(attempt) for _ in range(50)]
        assert all(full / 2 <= one <= full for one in waits)
        assert len(set(waits)) > 10
