"""What Stripe reports: signed, in any order, more than once, about refunds of ours and of nobody."""

import itertools
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import stripe

from gateways.payments.port import Answer, Outcome
from tests.market import OWNER, Market, opened
from tests.services.worker.test_refunds import Bank, approved, shown

SECRET = "whsec_of_the_tests"


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market that Stripe reports to."""
    async with opened(database_url, stripe_webhook_secret=SECRET) as market:
        yield market


@pytest.fixture
def bank(market: Market) -> Bank:
    """In Stripe's place."""
    one = Bank("stripe")
    market.worker.gateways = {"stripe": one}
    return one


async def report(market: Market, body: bytes, *, secret: str = SECRET) -> tuple[int, str]:
    """Post an event as Stripe does; the status and the text of the answer."""
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time()))
    answer = await market.http.post("/webhooks/stripe", content=body, headers={"stripe-signature": header})
    return answer.status_code, answer.text


def event(status: str, refund_id: str, *, retry: int = 0, reference: str | None = None) -> bytes:
    shown = {
        "object": "refund",
        "id": reference or f"re_{refund_id}_{retry}",
        "amount": 2840,
        "currency": "eur",
        "created": 1_700_000_000,
        "charge": "ch_1",
        "status": status,
        "failure_reason": "expired_or_canceled_card" if status == "failed" else None,
        "metadata": {"refund": refund_id, "retry": str(retry), "payment": "ch_1"},
    }
    return answered("refund.failed" if status == "failed" else "refund.updated", shown)


def answered(kind: str, shown: dict[str, Any]) -> bytes:
    return json.dumps({"object": "event", "id": "evt_1", "type": kind, "data": {"object": shown}}).encode()


async def sent(market: Market, bank: Bank, *script: Any) -> tuple[str, str]:
    """A refund that Stripe was asked for, with these answers; the ids of request and refund."""
    _, request_id = await approved(market)
    await market.rows("update payment set provider = 'stripe'")
    bank.script = list(script)
    await market.work()
    return request_id, (await shown(market, request_id))[1]["id"]


async def test_a_report_of_success_completes_an_accepted_refund(market: Market, bank: Bank) -> None:
    request_id, refund_id = await sent(market, bank, Outcome.PENDING)
    assert await report(market, event("succeeded", refund_id)) == (200, "noted\n")
    request, refund = await shown(market, request_id)
    assert (request["status"], refund["status"]) == ("COMPLETED", "SUCCEEDED")
    assert [one["outcome"] for one in refund["attempts"]] == ["SUCCEEDED"]


async def test_a_report_resolves_a_lost_call(market: Market, bank: Bank) -> None:
    request_id, refund_id = await sent(market, bank, "paid, answer lost")
    await report(market, event("succeeded", refund_id))
    market.clock.pass_by(days=1)
    await market.work()
    assert (await shown(market, request_id))[0]["status"] == "COMPLETED"
    assert bank.asked == ["refund"]


@pytest.mark.parametrize("order", [*itertools.permutations(["pending", "succeeded", "failed"])])
async def test_reports_in_any_order_and_repeated_lead_to_the_same_end(
    market: Market, bank: Bank, order: tuple[str, ...]
) -> None:
    request_id, refund_id = await sent(market, bank, Outcome.PENDING)
    for status in (*order, *order):
        assert (await report(market, event(status, refund_id)))[0] == 200
    request, refund = await shown(market, request_id)
    assert (refund["status"], request["plan"]["refundState"]) == ("FAILED", "NEEDS_ATTENTION")


async def test_a_bounced_refund_needs_attention_and_undoes_no_decision(market: Market, bank: Bank) -> None:
    request_id, refund_id = await sent(market, bank, Outcome.SUCCEEDED)
    for answer in ("noted\n", "nothing new\n"):
        assert await report(market, event("failed", refund_id)) == (200, answer)
    request, refund = await shown(market, request_id)
    assert (request["status"], request["plan"]["status"]) == ("COMPLETED", "COMPLETED")
    assert (refund["status"], request["plan"]["refundState"]) == ("FAILED", "NEEDS_ATTENTION")
    assert refund["attempts"][-1]["message"] == "expired_or_canceled_card"
    assert await refunded(market) == 0
    again = await market.do(OWNER, "retryRefund", "refund { status }", refundId=refund_id)
    assert again["userErrors"] == []
    bank.book.clear()
    await market.work()
    request, refund = await shown(market, request_id)
    assert (refund["status"], request["plan"]["refundState"], await refunded(market)) == ("SUCCEEDED", "DONE", 2840)
    events = await market.rows("select action from event where plan_id is not null and subject = 'PLAN' order by id")
    assert [row["action"] for row in events] == ["APPLY_CANCELLATION", "AUTO_CONFIRM", "COMPLETE_PLAN"]


async def refunded(market: Market) -> int:
    """What the order says has gone back."""
    return int((await market.rows('select refunded_minor from "order"'))[0]["refunded_minor"])


async def test_a_bounced_refund_can_be_settled_by_hand(market: Market, bank: Bank) -> None:
    request_id, refund_id = await sent(market, bank, Outcome.SUCCEEDED)
    await report(market, event("failed", refund_id))
    settled = await market.do(OWNER, "settleRefund", "refund { status }", refundId=refund_id, reference="Cheque 9")
    assert settled["refund"] == {"status": "SETTLED_MANUALLY"}
    assert (await shown(market, request_id))[0]["plan"]["refundState"] == "DONE"
    assert await refunded(market) == 2840
    assert await report(market, event("succeeded", refund_id)) == (200, "nothing new\n")


async def test_a_report_about_an_earlier_retry_or_another_credit_changes_nothing(market: Market, bank: Bank) -> None:
    request_id, refund_id = await sent(market, bank, Outcome.FAILED)
    await market.do(OWNER, "retryRefund", refundId=refund_id)
    await report(market, event("failed", refund_id))
    assert (await shown(market, request_id))[1]["status"] == "PENDING"
    await market.work()
    assert (await shown(market, request_id))[1]["status"] == "SUCCEEDED"
    before = await market.fingerprint()
    for body in (event("failed", refund_id), event("failed", refund_id, retry=1, reference="re_other")):
        assert await report(market, body) == (200, "nothing new\n")
    assert await market.fingerprint() == before


async def found_after_all(market: Market, bank: Bank) -> tuple[str, str]:
    """A refund that Stripe refused and then paid, which the owner's retry has found; the ids of request and refund."""
    request_id, refund_id = await sent(market, bank, Outcome.FAILED)
    bank.book[refund_id] = [f"re_{refund_id}_0"]
    await market.do(OWNER, "retryRefund", refundId=refund_id)
    return request_id, refund_id


async def test_a_paid_refund_bounces_whichever_retry_made_its_credit(market: Market, bank: Bank) -> None:
    request_id, refund_id = await found_after_all(market, bank)
    await market.work()
    assert ((await shown(market, request_id))[1]["status"], await refunded(market)) == ("SUCCEEDED", 2840)
    assert await report(market, event("failed", refund_id, reference="re_other")) == (200, "nothing new\n")
    assert await report(market, event("failed", refund_id, retry=0)) == (200, "noted\n")
    assert await report(market, event("failed", refund_id, retry=0)) == (200, "nothing new\n")
    request, refund = await shown(market, request_id)
    assert (refund["status"], request["plan"]["refundState"]) == ("FAILED", "NEEDS_ATTENTION")
    assert await refunded(market) == 0


@pytest.mark.parametrize(("status", "then"), [("succeeded", "SUCCEEDED"), ("failed", "FAILED")])
async def test_a_refund_that_waits_for_an_earlier_retrys_credit_hears_of_it(
    market: Market, bank: Bank, status: str, then: str
) -> None:
    request_id, refund_id = await found_after_all(market, bank)
    bank.find = pending(f"re_{refund_id}_0")  # type: ignore[method-assign]  # what the bank's list shows of retry 0
    await market.work()
    assert (await shown(market, request_id))[1]["status"] == "PROCESSING"
    assert await report(market, event(status, refund_id, retry=0)) == (200, "noted\n")
    assert (await shown(market, request_id))[1]["status"] == then


def pending(reference: str) -> Any:
    async def find(*_args: Any, **_options: Any) -> Answer:
        return Answer(Outcome.PENDING, reference)

    return find


async def test_a_late_report_of_an_earlier_success_does_not_pay_a_bounced_refund(market: Market, bank: Bank) -> None:
    request_id, refund_id = await sent(market, bank, Outcome.SUCCEEDED)
    await report(market, event("failed", refund_id))
    await market.do(OWNER, "retryRefund", refundId=refund_id)
    assert await report(market, event("succeeded", refund_id)) == (200, "nothing new\n")
    assert (await shown(market, request_id))[1]["status"] == "PENDING"


async def test_a_refunded_charge_only_makes_its_open_refunds_due(market: Market, bank: Bank) -> None:
    request_id, _ = await sent(market, bank, Outcome.PENDING)
    (payment,) = await market.rows("select reference from payment")
    hint = answered("charge.refunded", {"object": "charge", "id": payment["reference"], "payment_intent": None})
    assert await report(market, hint) == (200, "noted\n")
    bank.script = [Outcome.SUCCEEDED]
    await market.work()
    assert (await shown(market, request_id))[0]["status"] == "COMPLETED"
    assert bank.asked == ["refund", "find"]
    assert await report(market, hint) == (200, "nothing new\n")


async def test_a_report_about_a_foreign_refund_changes_nothing(market: Market, bank: Bank) -> None:
    request_id, refund_id = await sent(market, bank, Outcome.PENDING)
    await market.rows("update payment set provider = 'ledger'")
    before = await market.fingerprint()
    bodies = [
        event("succeeded", refund_id),  # of another gateway
        event("succeeded", "refund_00000000000000000000000000"),
        event("succeeded", "x" * 5000, reference="re_long"),
        event("succeeded", "refund_\0", reference="re_nul"),
        answered("charge.refunded", {"object": "charge", "id": "ch_of_nobody"}),
        answered("customer.created", {"object": "customer", "id": "cus_1"}),
    ]
    for body in bodies:
        assert await report(market, body) == (200, "nothing new\n")
    assert await market.fingerprint() == before
    assert (await shown(market, request_id))[1]["status"] == "PROCESSING"


async def test_a_report_without_stripes_signature_is_rejected(market: Market, bank: Bank) -> None:
    _, refund_id = await sent(market, bank, Outcome.PENDING)
    before = await market.fingerprint()
    body = event("succeeded", refund_id)
    assert (await report(market, body, secret="whsec_of_an_intruder"))[0] == 400
    assert (await market.http.post("/webhooks/stripe", content=body)).status_code == 400
    assert (await report(market, b"7"))[0] == 400
    assert (await report(market, b" " * 300_000))[0] == 413
    assert (await market.http.get("/webhooks/stripe")).status_code == 405
    assert await market.fingerprint() == before


async def test_without_a_secret_the_route_does_not_exist(database_url: str) -> None:
    async with opened(database_url) as market:
        assert (await market.http.post("/webhooks/stripe", content=b"{}")).status_code == 404
