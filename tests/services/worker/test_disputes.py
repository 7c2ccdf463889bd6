"""Disputes of payments: while one is open nothing is sent; a lost one pays what is owed, a won one lets it go on."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.words import DisputeStatus, MovementKind
from gateways.payments.port import GatewayUnknown, Outcome, ShownDispute
from services.worker.gateway_reports import TakenRefused, record, record_all, tell_dispute
from services.worker.reconcile import reconcile
from tests.app.pages.test_gateway_webhooks import SECRET, event, report
from tests.market import OWNER, Market, customer, opened, seller
from tests.services.worker.test_movements import Book, at_stripe, by_hand, owed, plan_of, sound, sums
from tests.services.worker.test_refunds import enabled

D = DisputeStatus
PAYMENT = "N-1/0"
_REFUND = """query P($id: ID!) { request(id: $id) { plan { refunds { id status disputed
  allowedActions { action enabled blockers { code message } }
  payment { disputed disputes { status amount { amount } reason openedAt closedAt evidenceDueAt reference version } }
} } } }"""
_EVENTS = """select subject, action, from_status, to_status from event
where subject in ('REFUND', 'DISPUTE') and action like '%DISPUTE' or action like '%BLOCK%' order by id"""


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that Stripe reports to."""
    async with opened(database_url, stripe_webhook_secret=SECRET) as market:
        yield market


def disputed(status: DisputeStatus = D.OPEN, amount: int = 2840, **more: Any) -> ShownDispute:
    """A dispute of the first order's payment, as Stripe shows it."""
    shown: dict[str, Any] = {
        "reference": "du_1",
        "payments": (PAYMENT,),
        "currency": "EUR",
        "opened_at": datetime.now(UTC) - timedelta(days=1),
        "reason": "fraudulent",
    }
    return ShownDispute(**{**shown, **more}, status=status, amount_minor=amount)


async def answered(market: Market, status: DisputeStatus = D.OPEN, amount: int = 2840, **more: Any) -> bool:
    return await tell_dispute(market.worker.commands, "stripe", disputed(status, amount, **more))


async def later(market: Market, **more: Any) -> None:
    """Days pass, and the worker does what is due."""
    market.clock.pass_by(**(more or {"days": 3}))
    await market.work()


async def refund_of(market: Market, request_id: str) -> dict[str, Any]:
    (refund,) = (await market.data(OWNER, _REFUND, id=request_id))["request"]["plan"]["refunds"]
    found: dict[str, Any] = refund
    return found


async def stripe_says(market: Market, kind: str, status: str, **more: Any) -> tuple[int, str]:
    """Stripe's webhook about a dispute of 28.40."""
    now = int(time.time())
    shown_at = more.pop("shown", now)
    shown = {
        "object": "dispute",
        "id": "du_1",
        "amount": 2840,
        "currency": "eur",
        "charge": PAYMENT,
        "payment_intent": None,
        "created": now - 86_400,
        "reason": "fraudulent",
        "status": status,
        "evidence_details": {"due_by": now + 864_000},
        **more.pop("shown", {}),
    }
    body = {"object": "event", "id": "evt_1", "type": f"charge.dispute.{kind}", "data": {"object": shown}}
    return await report(market, json.dumps({**body, "created": shown_at, **more}).encode())


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


@pytest.mark.parametrize("last", [D.WON, D.LOST])
async def test_news_twice_late_and_in_any_order_leads_to_the_same_end(
    market: Market, bank: Book, last: DisputeStatus
) -> None:
    _, id = await owed(market, bank)
    for status in (last, D.OPEN, last, D.INQUIRY, D.OPEN):
        await answered(market, status)
    ended = (await refund_of(market, id))["payment"]["disputes"]
    assert [(one["status"], one["version"]) for one in ended] == [(last, 1)]
    await later(market)
    plan = await plan_of(market, id)
    assert (plan["status"], len(bank.asked)) == ("COMPLETED", 2 if last is D.WON else 0)  # looked up, sent
    bank.disputed = [disputed(last)]
    await sound(market, bank, *(["CREDIT_MISSING"] if last is D.WON else []))


async def test_news_against_what_the_bank_decided_changes_nothing_and_reconcile_names_it(
    market: Market, bank: Book
) -> None:
    await owed(market, bank)
    await answered(market, D.WON)
    assert not await answered(market, D.LOST)
    assert await market.rows("select id from external_movement") == []
    bank.disputed = [disputed(D.LOST)]
    await sound(market, bank, "DISPUTE_STATUS")


async def test_only_newer_news_changes_the_amount_and_the_deadline(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    now = datetime.now(UTC)
    await answered(market, shown_at=now, evidence_due_at=now)
    for shown_at, amount, news in (
        (now - timedelta(days=1), 1, False),
        (now, 1, False),
        (now + timedelta(1), 900, True),
    ):
        assert await answered(market, D.OPEN, amount, shown_at=shown_at) is news
    (dispute,) = (await refund_of(market, id))["payment"]["disputes"]
    assert (dispute["amount"]["amount"], dispute["evidenceDueAt"], dispute["version"]) == ("9.00", None, 2)


async def test_two_disputes_of_a_payment_stop_it_until_both_have_ended(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    await answered(market)
    await answered(market, reference="du_2")
    await answered(market, D.WON)
    assert (await refund_of(market, id))["disputed"] is True
    await answered(market, D.WON, reference="du_2")
    assert (await refund_of(market, id))["disputed"] is False
    assert await market.rows('select disputed from "order"') == [{"disputed": False}]


async def test_the_dispute_of_one_payment_does_not_stop_the_refund_of_another(market: Market, bank: Book) -> None:
    _, first = await owed(market, bank)
    _, second = await owed(market, bank)
    await answered(market)
    await later(market)
    assert [(await plan_of(market, id))["refundState"] for id in (first, second)] == ["DISPUTED", "DONE"]


async def test_what_nobody_can_record_is_left_alone(market: Market, bank: Book) -> None:
    """Of a payment that no order has, or with a name that cannot be stored."""
    await owed(market, bank)
    for more in (
        {"payments": ("ch_of_nobody",)},
        {"payments": ()},
        {"reference": "x" * 201},
        {"reference": ""},
        {"reference": "du\0"},
        {"payments": ("a\0b",)},
    ):
        for status in D:
            assert not await answered(market, status, **more)
    assert await market.rows("select id from dispute") == []


@pytest.mark.parametrize("status", [D.INQUIRY, D.OPEN])
@pytest.mark.parametrize(
    ("more", "stored"),
    [
        ({"currency": "USD"}, {"amount_minor": 2840, "currency": "USD"}),
        ({"amount": 0}, {"amount_minor": 0}),
        ({"amount": -5}, {"amount_minor": 0}),
        ({"amount": 2**80}, {"amount_minor": 2**53}),
        ({"reason": "a\0b\ud800"}, {"reason": "ab"}),
        ({"reason": "x" * 500}, {"reason": "x" * 80}),
        ({"payments": ("a\0b", PAYMENT)}, {}),
    ],
    ids=["another currency", "nothing", "less", "too much", "a reason that cannot be printed", "long", "a name"],
)
async def test_a_dispute_stops_its_payment_whatever_it_is_about(
    market: Market, bank: Book, more: dict[str, Any], stored: dict[str, Any], status: DisputeStatus
) -> None:
    _, id = await owed(market, bank)
    assert await answered(market, status, **more)
    (row,) = await market.rows("select * from dispute")
    assert {name: row[name] for name in stored} == stored
    await later(market)
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == (("PENDING", True) if status is D.OPEN else ("SUCCEEDED", False))


async def test_the_money_of_a_dispute_is_in_the_currency_that_the_bank_disputes(market: Market, bank: Book) -> None:
    order, _ = await owed(market, bank)
    await answered(market, amount=3100, currency="JPY")
    shown = "query O($id: ID!) { order(id: $id) { payments { disputes { amount { amount currency } } } } }"
    (payment,) = (await market.data(OWNER, shown, id=order.id))["order"]["payments"]
    assert payment["disputes"] == [{"amount": {"amount": "3100", "currency": "JPY"}}]


LOST_IN_DOLLARS: dict[str, Any] = {"amount": 3100, "currency": "USD"}


@pytest.mark.parametrize("known", [True, False])
async def test_what_is_lost_in_another_currency_stops_refunds_until_the_owner_says_what_was_taken(
    market: Market, bank: Book, known: bool
) -> None:
    _, id = await owed(market, bank)
    if known:
        await answered(market, **LOST_IN_DOLLARS)
    bank.disputed = [disputed(D.LOST, **LOST_IN_DOLLARS)]
    since, commands = market.clock() - timedelta(days=90), market.worker.commands
    assert await record_all(commands, market.worker.gateways, since) == (0 if known else 1)
    await later(market)
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"], bank.asked) == ("PENDING", True, [])
    found = await reconcile(market.worker.gateways, market.clock())
    (uncounted,) = [one for one in found.differences if one.kind == "DISPUTE_UNCOUNTED"]
    assert "31.00 USD" in uncounted.sentence
    assert "--record --taken du_1=" in uncounted.sentence
    for wrong in ("28.401", "0", "-1", "NaN", "1e30"):
        with pytest.raises(TakenRefused):
            await record_all(commands, market.worker.gateways, since, taken={"du_1": Decimal(wrong)})
    assert await market.rows("select id from external_movement") == []
    assert await record_all(commands, market.worker.gateways, since, taken={"du_1": Decimal("28.40")})
    plan = await plan_of(market, id)
    assert (plan["status"], sums(plan), bank.asked) == ("COMPLETED", ("28.40", "0.00", "28.40", "0.00"), [])
    assert [one["status"] for one in (await refund_of(market, id))["payment"]["disputes"]] == ["LOST"]
    await sound(market, bank)
    assert not await record_all(commands, market.worker.gateways, since)  # the same news again


async def test_what_the_owner_says_changes_nothing_of_what_can_be_counted(market: Market, bank: Book) -> None:
    await owed(market, bank)
    bank.disputed = [disputed(D.LOST, 1000)]
    since = market.clock() - timedelta(days=90)
    await record_all(market.worker.commands, market.worker.gateways, since, taken={"du_1": Decimal("28.40")})
    assert await market.rows("select amount_minor from external_movement") == [{"amount_minor": 1000}]


async def test_news_halfway_after_the_owner_has_said_what_was_taken_completes_it(market: Market, bank: Book) -> None:
    """The movement was recorded, and then the process was killed."""
    _, id = await owed(market, bank)
    await answered(market, **LOST_IN_DOLLARS)
    await record(market.worker.commands, "stripe", by_hand("du_1", 2840), kind=MovementKind.DISPUTE)
    assert await answered(market, D.LOST, **LOST_IN_DOLLARS)
    assert [one["status"] for one in (await refund_of(market, id))["payment"]["disputes"]] == ["LOST"]


async def test_a_dispute_about_nothing_that_is_lost_takes_nothing(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    await answered(market, D.LOST, 0)
    bank.disputed = [disputed(D.LOST, 0)]
    await later(market)
    assert (await plan_of(market, id))["refundState"] == "DONE"
    await sound(market, bank, "CREDIT_MISSING")  # this bank's book shows no credits


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


async def test_orders_that_share_a_payment_are_all_stopped(market: Market, bank: Book) -> None:
    _, first = await owed(market, bank)
    _, second = await owed(market, bank)
    await market.rows("update payment set reference = 'shared', total_minor = 5680")
    await answered(market, payments=("shared",), amount=5680)
    await later(market)
    assert [(await plan_of(market, id))["refundState"] for id in (first, second)] == ["DISPUTED", "DISPUTED"]
    assert bank.asked == []
    assert [row["n"] for row in await market.rows("select count(*) as n from dispute")] == [2]


async def test_the_journal_and_the_webhooks_tell_what_happened(market: Market, bank: Book) -> None:
    await owed(market, bank)
    await answered(market)
    await answered(market, D.WON)
    assert [tuple(row.values()) for row in await market.rows(_EVENTS)] == [
        ("DISPUTE", "OPEN_DISPUTE", None, "OPEN"),
        ("REFUND", "BLOCK_REFUND", "PENDING", "PENDING"),
        ("DISPUTE", "WIN_DISPUTE", "OPEN", "WON"),
        ("REFUND", "UNBLOCK_REFUND", "PENDING", "PENDING"),
    ]


async def test_lists_find_what_is_disputed_and_sellers_see_no_dispute(market: Market, bank: Book) -> None:
    order, _ = await owed(market, bank)
    await owed(market, bank)
    assert await disputed_orders(market, OWNER) == []
    await answered(market)
    assert await disputed_orders(market, OWNER) == ["N-1"]
    assert await disputed_orders(market, customer(order.customer)) == ["N-1"]
    stated = "{ plans(filter: { refundState: [DISPUTED] }) { totalCount } }"
    assert (await market.data(OWNER, stated))["plans"]["totalCount"] == 1
    shown = "query O($id: ID!) { order(id: $id) { disputed payments { disputes { reference evidenceDueAt status } } } }"
    theirs = (await market.data(customer(order.customer), shown, id=order.id))["order"]
    assert theirs["payments"][0]["disputes"] == [{"reference": None, "evidenceDueAt": None, "status": "OPEN"}]
    assert (await market.data(seller(order, "north"), shown, id=order.id))["order"]["payments"] == []
    events = "{ events(filter: { subject: DISPUTE }) { nodes { action } } }"
    for actor, seen in ((OWNER, 1), (customer(order.customer), 1), (seller(order, "north"), 0)):
        assert len((await market.data(actor, events))["events"]["nodes"]) == seen
    await answered(market, D.WON)
    assert await disputed_orders(market, OWNER) == []


async def disputed_orders(market: Market, actor: Any) -> list[str]:
    found = await market.data(actor, "{ orders(filter: { disputed: true }) { nodes { number } } }")
    rest = await market.data(actor, "{ orders(filter: { disputed: false }) { nodes { number } } }")
    numbers = [row["number"] for row in found["orders"]["nodes"]]
    assert not set(numbers) & {row["number"] for row in rest["orders"]["nodes"]}
    return numbers


async def test_money_that_somebody_pays_back_by_hand_pays_a_stopped_refund(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    await answered(market)
    assert await record(market.worker.commands, "stripe", by_hand("re_hand", 2840))
    refund = await refund_of(market, id)
    assert (refund["status"], refund["disputed"]) == ("SETTLED_MANUALLY", False)


async def test_what_the_gateway_lists_is_recorded_once(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank)
    bank.disputed = [disputed(), disputed(D.LOST, payments=("ch_of_nobody",), reference="du_2")]
    await sound(market, bank, "DISPUTE_UNKNOWN")
    since = market.clock() - timedelta(days=90)
    counts = [await record_all(market.worker.commands, market.worker.gateways, since) for _ in range(2)]
    assert counts == [1, 0]
    assert (await refund_of(market, id))["disputed"] is True
    await sound(market, bank)
    bank.disputed = [replace(bank.disputed[0], status=D.LOST)]
    assert await record_all(market.worker.commands, market.worker.gateways, since) == 1
    assert (await plan_of(market, id))["status"] == "COMPLETED"
    await sound(market, bank)


PLANTED = {
    "ORDER_DISPUTED": 'update "order" set disputed = not disputed',
    "REFUND_DISPUTED": "update refund set disputed = not disputed",
    "DISPUTE_AMOUNT": "update dispute set amount_minor = amount_minor + 1",
    "DISPUTE_MISSING": "update dispute set reference = reference || '0'",
}


async def test_reconcile_finds_each_planted_difference(market: Market, bank: Book) -> None:
    await owed(market, bank)
    await answered(market)
    bank.disputed = [disputed()]
    await sound(market, bank)
    for kind, sql in PLANTED.items():
        await market.rows(sql)
        found = await kinds(market)
        assert kind in found, kind
        await market.rows(UNDO[kind])
    await sound(market, bank)
    await answered(market, D.LOST)
    bank.disputed = [disputed(D.LOST)]
    await sound(market, bank)
    await market.rows("update external_movement set reference = 'du_9'")
    assert {"DISPUTE_MOVEMENT", "MOVEMENT_DISPUTE"} <= set(await kinds(market))


UNDO = {
    **PLANTED,
    "DISPUTE_AMOUNT": "update dispute set amount_minor = amount_minor - 1",
    "DISPUTE_MISSING": "update dispute set reference = 'du_1'",
}


async def kinds(market: Market) -> list[str]:
    found = await reconcile(market.worker.gateways, market.clock())
    return [one.kind for one in found.differences]


class Silent(Book):
    async def disputes(self, since: datetime) -> Any:
        async for dispute in super().disputes(since):
            yield dispute
        raise GatewayUnknown("down")


async def test_a_payment_that_was_refunded_and_lost_as_well_is_a_difference(market: Market, bank: Book) -> None:
    _, id = await owed(market, bank, Outcome.SUCCEEDED)
    refund = (await plan_of(market, id))["refunds"][0]
    bank.by_hand = [by_hand(refund["externalReference"], 2840, key=refund["id"])]
    bank.disputed = [disputed(D.LOST, 1)]
    await answered(market, D.LOST, 1)
    await sound(market, bank, "CREDIT_EXCEEDS")


async def test_a_gateway_that_does_not_show_its_disputes_is_a_difference(market: Market, bank: Book) -> None:
    await owed(market, bank)

    market.worker.gateways = {"stripe": Silent("stripe")}
    assert "DISPUTES_SILENT" in await kinds(market)
