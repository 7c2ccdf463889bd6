"""Disputes of payments: while one is open nothing is sent; a lost one pays what is owed, a won one lets it go on."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.words import DisputeStatus
from gateways.payments.port import GatewayUnknown, Outcome
from tests.app.pages.test_gateway_webhooks import SECRET, event, report
from tests.disputes import answered, disputed, later, refund_of, stripe_says
from tests.market import OWNER, Market, opened
from tests.services.worker.test_movements import Book, at_stripe, owed, plan_of, sound, sums
from tests.services.worker.test_refunds import enabled

D = DisputeStatus


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that Stripe reports to."""
    async with opened(database_url, stripe_webhook_secret=SECRET) as market:
        yield market


async def test_nothing_is_sent_of_a_pending_refund_while_its_payment_is_disputed(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    assert await stripe_says(market, "created", "needs_response") == (200, "noted\n")
    await later(market)
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"], bank.asked) == ("PENDING", True, [])
    (dispute,) = refund["payment"]["disputes"]
    assert (dispute["status"], dispute["amount"]["amount"], dispute["reason"]) == ("OPEN", "28.40", "fraudulent")
    assert (dispute["reference"], dispute["closedAt"]) == ("du_1", None)
    assert dispute["evidenceDueAt"] > dispute["openedAt"]
    plan = await plan_of(market, id)
    assert (plan["status"], plan["refundState"], refund["payment"]["disputed"]) == ("APPROVED", "DISPUTED", True)
    await sound(market, bank, "DISPUTE_MISSING")  # the bank's list has none


async def test_without_the_dispute_the_refund_is_sent(market: Market, bank: Book) -> None:
    """The control of the tests here."""
    await owed(market, bank)
    await later(market)
    assert bank.asked == ["find", "refund"]


async def test_a_stopped_refund_that_another_process_makes_due_is_not_sent(market: Market, bank: Book) -> None:
    """One of a version that knows no disputes retries it, or creates it while the payment is disputed."""
    _, id = await owed(market, bank)
    await answered(market)
    for stopped in (True, False):
        await market.rows("update refund set due_at = $2, disputed = $1", stopped, market.clock())
        await later(market)
        assert bank.asked == []
        assert await market.rows("select due_at, disputed from refund") == [{"due_at": None, "disputed": True}]
    assert (await refund_of(market, id))["status"] == "PENDING"


async def test_a_won_dispute_lets_the_refund_go_on(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    for kind, status in (("created", "needs_response"), ("updated", "under_review"), ("closed", "won")):
        assert (await stripe_says(market, kind, status))[0] == 200
    bank.disputed = [disputed(D.WON)]
    assert (await refund_of(market, id))["disputed"] is False
    await market.work()
    plan = await plan_of(market, id)
    assert (plan["status"], plan["refundState"], bank.asked) == ("COMPLETED", "DONE", ["refund"])
    assert sums(plan) == ("28.40", "0.00", "28.40", "0.00")
    await sound(market, bank, "CREDIT_MISSING")  # this bank's book shows no credits


async def test_a_lost_dispute_pays_what_is_owed(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    await stripe_says(market, "created", "needs_response")
    assert await stripe_says(market, "closed", "lost") == (200, "noted\n")
    bank.disputed = [disputed(D.LOST)]
    await later(market)
    plan = await plan_of(market, id)
    (refund,) = plan["refunds"]
    assert (plan["status"], refund["status"], refund["externalReference"]) == ("COMPLETED", "SETTLED_MANUALLY", "du_1")
    assert (sums(plan), bank.asked) == (("28.40", "0.00", "28.40", "0.00"), [])
    assert (await market.rows("select kind, reference from external_movement")) == [
        {"kind": "DISPUTE", "reference": "du_1"}
    ]
    await sound(market, bank)


@pytest.mark.parametrize("lost", [1000, 2840, 9000], ids=["a part", "all", "more, as it was of several orders"])
async def test_a_dispute_that_is_lost_before_a_decision_lowers_what_is_left(
    market: Market, bank: Book, lost: int
) -> None:
    order = await market.order()
    await at_stripe(market)
    assert await answered(market, D.LOST, lost)
    request = await market.request(order, lamp=2, bulb=1)
    await market.apply(request)
    await later(market)
    plan = await plan_of(market, str(request["id"]))
    left = max(0, 2840 - lost)
    assert plan["shortfall"]["amount"] == f"{(2840 - left) / 100:.2f}"
    assert plan["refundState"] == "NEEDS_ATTENTION"
    assert sum(refund["status"] == "SUCCEEDED" for refund in plan["refunds"]) == (left > 0)
    assert "SETTLE_SHORTFALL" in enabled(plan)


async def test_an_accepted_refund_is_paid_although_its_payment_is_disputed(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, Outcome.PENDING)
    assert await answered(market)
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == ("PROCESSING", True)
    assert (await report(market, event("succeeded", refund["id"])))[1] == "noted\n"
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == ("SUCCEEDED", False)
    assert (await plan_of(market, id))["refundState"] == "DONE"


async def test_a_refund_in_doubt_is_looked_up_and_not_sent_again_while_its_payment_is_disputed(
    market: Market, bank: Book
) -> None:
    _, id = await owed(market, bank, GatewayUnknown("lost"))
    assert await answered(market)
    await later(market)
    assert (await refund_of(market, id))["status"] == "UNKNOWN"
    assert bank.asked == ["refund", "find"]
    bank.script = [Outcome.SUCCEEDED]
    await later(market)
    assert (await refund_of(market, id))["status"] == "SUCCEEDED"
    assert bank.asked == ["refund", "find", "find"]


@pytest.mark.parametrize(("end", "asked"), [(D.WON, ["find", "refund"]), (D.LOST, ["find"])])
async def test_a_refund_in_doubt_goes_on_once_the_bank_has_decided(
    market: Market, bank: Book, end: DisputeStatus, asked: list[str]
) -> None:
    _, id = await owed(market, bank, GatewayUnknown("lost"))
    assert await answered(market)
    assert await answered(market, end)
    bank.asked.clear()
    await market.work()
    plan = await plan_of(market, id)
    assert (bank.asked, plan["status"]) == (asked, "COMPLETED")
    assert sums(plan) == ("28.40", "0.00", "28.40", "0.00")


@pytest.mark.parametrize(("says", "status"), [(Outcome.FAILED, "FAILED"), (GatewayUnknown("lost"), "UNKNOWN")])
async def test_nothing_is_resent_or_settled_by_hand_while_the_payment_is_disputed(
    market: Market, bank: Book, says: Any, status: str
) -> None:
    _, id = await owed(market, bank, says)
    before = enabled(await plan_of(market, id))
    assert "SETTLE_REFUND" in before  # the control
    await answered(market)
    refund = await refund_of(market, id)
    assert (refund["status"], enabled(refund), enabled(await plan_of(market, id))) == (status, set(), set())
    found = {one["code"] for action in refund["allowedActions"] for one in action["blockers"]}
    assert "PAYMENT_DISPUTED" in found
    settled = await market.do(OWNER, "settleRefund", refundId=refund["id"], reference="by transfer")
    (refusal,) = settled["userErrors"]
    assert refusal["code"] == "PAYMENT_DISPUTED"
    assert "disputes the payment" in refusal["message"]
    assert "answer the dispute at the gateway" in refusal["message"]
    retried = await market.do(OWNER, "retryRefund", refundId=refund["id"])
    assert [one["code"] for one in retried["userErrors"]] in (["PAYMENT_DISPUTED"], ["WRONG_STATUS"])
    await answered(market, D.WON)
    assert enabled(await plan_of(market, id)) == before


async def test_a_refund_that_bounces_while_its_payment_is_disputed_waits(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, Outcome.SUCCEEDED)
    assert await answered(market)
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == ("SUCCEEDED", False)
    await report(market, event("failed", refund["id"]))
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == ("FAILED", True)
    assert await answered(market, D.LOST)
    assert (await refund_of(market, id))["status"] == "SETTLED_MANUALLY"


async def test_a_plan_approved_while_the_payment_is_disputed_waits(market: Market, bank: Book) -> None:
    order = await market.order()
    await at_stripe(market)
    assert await answered(market)
    request = await market.request(order, lamp=2)
    await market.apply(request)
    await later(market)
    id = str(request["id"])
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"], bank.asked) == ("PENDING", True, [])
    assert (await plan_of(market, id))["refundState"] == "DISPUTED"
    await answered(market, D.WON)
    await later(market)
    assert (await plan_of(market, id))["refundState"] == "DONE"


async def test_an_inquiry_is_shown_and_stops_nothing(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    assert (await stripe_says(market, "created", "warning_needs_response"))[1] == "noted\n"
    refund = await refund_of(market, id)
    assert (refund["disputed"], refund["payment"]["disputed"]) == (False, False)
    assert [one["status"] for one in refund["payment"]["disputes"]] == ["INQUIRY"]
    await market.work()
    assert (await refund_of(market, id))["status"] == "SUCCEEDED"
    assert (await stripe_says(market, "closed", "warning_closed"))[1] == "noted\n"
    assert [one["status"] for one in (await refund_of(market, id))["payment"]["disputes"]] == ["WON"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "acct_of_another"},
        {"shown": int(time.time()) + 3600},
        {"shown": {"created": int(time.time()) + 3600}},
        {"shown": {"created": "yesterday"}},
        {"shown": {"amount": True}},
        {"shown": {"currency": None}},
        {"shown": {"evidence_details": {"due_by": 2**40}}},
        {"shown": "now"},
    ],
    ids=["another account", "told later", "opened later", "no time", "no amount", "no currency", "far", "no moment"],
)
async def test_events_of_other_accounts_of_the_future_and_unreadable_ones_are_rejected(
    market: Market, wrong: dict[str, Any]
) -> None:
    status, _ = await stripe_says(market, "created", "needs_response", **wrong)
    assert status == 400
    assert await market.rows("select id from dispute") == []
