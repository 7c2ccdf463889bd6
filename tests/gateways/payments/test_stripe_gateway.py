"""What Stripe's adapter makes of Stripe's answers, lists and statuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from domain.words import DisputeStatus
from gateways.payments.port import Answer, Credit, GatewayUnknown, Outcome, RefundOrder, ShownDispute, shown_in
from gateways.payments.stripe import StripeGateway
from tests.gateways.payments.fault_proxy import Fault, FaultProxy, Instead
from tests.gateways.payments.senders import a_gateway, an_order
from tests.gateways.payments.stand_in import StandIn

# Stripe's library hands its body to httpx in a way that httpx would rather not see.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.mark.parametrize(
    "refusal",
    [
        Instead(400, "invalid_request_error", "charge_disputed"),
        Instead(400, "invalid_request_error", "charge_already_refunded"),
        Instead(402, "card_error", "card_declined"),
        Instead(404, "invalid_request_error", "resource_missing"),
    ],
    ids=lambda refusal: refusal.code,
)
async def test_a_refusal_is_a_definite_failure(stripe_server: StandIn, refusal: Instead) -> None:
    payment = await stripe_server.charge(1000)
    async with FaultProxy(stripe_server.port) as proxy, a_gateway(proxy.url) as gateway:
        proxy.script.append(refusal)
        answer = await gateway.refund(an_order(payment))
    assert answer.outcome is Outcome.FAILED
    assert str(refusal.code) in (answer.message or "")


@pytest.mark.parametrize(
    "doubt",
    [
        Instead(400, "idempotency_error"),
        Instead(409, "idempotency_error", "idempotency_key_in_use"),
        Instead(400, "invalid_request_error", "lock_timeout"),
        Instead(429, "invalid_request_error", "lock_timeout"),
        Instead(429, "invalid_request_error", "rate_limit"),
        Instead(401, "invalid_request_error", "api_key_expired"),
        Instead(403, "invalid_request_error"),
        Instead(500, "api_error"),
        Instead(502, "api_error"),
    ],
    ids=lambda doubt: f"{doubt.status}-{doubt.code or doubt.kind}",
)
async def test_what_says_nothing_of_the_refund_is_unknown(stripe_server: StandIn, doubt: Instead) -> None:
    payment = await stripe_server.charge(1000)
    async with FaultProxy(stripe_server.port) as proxy, a_gateway(proxy.url) as gateway:
        proxy.script.append(doubt)
        with pytest.raises(GatewayUnknown):
            await gateway.refund(an_order(payment))


async def test_a_server_that_is_not_there_is_unknown() -> None:
    closed = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    async with a_gateway(f"http://127.0.0.1:{port}") as gateway:
        with pytest.raises(GatewayUnknown):
            await gateway.refund(an_order("ch_1"))
        with pytest.raises(GatewayUnknown):
            await gateway.find("refund-x", "ch_1")


async def test_the_library_sends_a_request_once_and_leaves_resending_to_the_worker(stripe_server: StandIn) -> None:
    payment = await stripe_server.charge(1000)
    async with FaultProxy(stripe_server.port) as proxy, a_gateway(proxy.url) as gateway:
        proxy.script.extend([Fault.ERROR] * 3)
        with pytest.raises(GatewayUnknown):
            await gateway.refund(an_order(payment))
        assert proxy.posts == 1


@pytest.mark.parametrize("code", ["charge_already_refunded", "charge_disputed"])
async def test_a_refusal_about_our_own_first_attempt_is_its_success(stripe_server: StandIn, code: str) -> None:
    """The answer was lost, Stripe forgot the key after a day, and then says that the charge is refunded."""
    payment = await stripe_server.charge(1000)
    order = an_order(payment, 1000)
    async with FaultProxy(stripe_server.port) as proxy, a_gateway(proxy.url) as gateway:
        proxy.script.extend([Fault.DROPPED, Instead(400, "invalid_request_error", code)])
        with pytest.raises(GatewayUnknown):
            await gateway.refund(order)
        proxy.forget()
        answer = await gateway.refund(order)
    assert answer.outcome is Outcome.SUCCEEDED
    assert [credit["id"] for credit in await stripe_server.credits(payment)] == [answer.reference]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("pending", Outcome.PENDING),
        ("requires_action", Outcome.PENDING),
        ("a_status_of_next_year", Outcome.PENDING),
        ("succeeded", Outcome.SUCCEEDED),
        ("failed", Outcome.FAILED),
        ("canceled", Outcome.FAILED),
    ],
)
async def test_every_status_of_stripe_has_its_outcome(stripe_server: StandIn, status: str, outcome: Outcome) -> None:
    payment = await stripe_server.charge(1000)
    order = an_order(payment)
    async with a_gateway(f"http://127.0.0.1:{stripe_server.port}") as gateway:
        made = await gateway.refund(order)
        await stripe_server.set_status(str(made.reference), status)
        found = await gateway.find(order.key, payment)
    assert found == Answer(outcome, made.reference)


async def test_find_sees_only_its_own_key_among_many_refunds_of_a_payment(stripe_server: StandIn) -> None:
    """More than a page of Stripe's list, and those on the second page are found too."""
    payment = await stripe_server.charge(100_000)
    async with a_gateway(f"http://127.0.0.1:{stripe_server.port}") as gateway:
        orders = [an_order(payment, 1) for _ in range(103)]
        made = {order.key: await gateway.refund(order) for order in orders}
        first_page = {credit["metadata"]["refund"] for credit in await stripe_server.credits(payment)}
        assert len(first_page) == 100
        for key in [*(made.keys() - first_page), orders[50].key]:
            assert await gateway.find(key, payment) == made[key]
        assert await gateway.find("refund-never-sent", payment) is None


@pytest.mark.parametrize("payment", ["tr_1", "", "pay-77", "ch_unknown_to_stripe"])
async def test_a_payment_that_stripe_never_took_is_refused_and_not_found(stripe_server: StandIn, payment: str) -> None:
    async with a_gateway(f"http://127.0.0.1:{stripe_server.port}") as gateway:
        assert await gateway.find("refund-x", payment) is None
        assert (await gateway.refund(an_order(payment))).outcome is Outcome.FAILED


async def test_an_amount_that_stripe_cannot_move_exactly_is_refused_before_anything_is_sent(
    stripe_server: StandIn,
) -> None:
    payment = await stripe_server.charge(10_000, "kwd")
    order = RefundOrder(key="refund-kwd", payment_reference=payment, amount_minor=1234, currency="KWD")
    async with FaultProxy(stripe_server.port) as proxy:
        gateway = StripeGateway("sk_test_1234", exponent=lambda currency: 3, api_base=proxy.url)
        assert (await gateway.refund(order)).outcome is Outcome.FAILED
        assert proxy.posts == 0
        await gateway.close()


async def test_the_list_of_disputes_is_read_page_by_page_back_to_a_moment(
    stripe_server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateways.payments.stripe._PAGE_SIZE", 1)
    charge = await stripe_server.charge(1000)
    made = {await stripe_server.dispute(charge, 700, status): status for status in ("lost", "needs_response", "new")}
    async with a_gateway(f"http://127.0.0.1:{stripe_server.port}") as gateway:
        since = datetime.now(UTC) - timedelta(hours=1)
        shown = {dispute.reference: dispute async for dispute in gateway.disputes(since) if charge in dispute.payments}
        later = [dispute async for dispute in gateway.disputes(datetime.now(UTC) + timedelta(hours=1))]
    assert later == []
    assert {made[reference]: dispute.status for reference, dispute in shown.items()} == {
        "lost": DisputeStatus.LOST,
        "needs_response": DisputeStatus.OPEN,
        "new": DisputeStatus.OPEN,
    }
    for dispute in shown.values():
        assert (dispute.amount_minor, dispute.currency, dispute.reason) == (700, "BRL", "fraudulent")
        assert dispute.evidence_due_at is not None


async def test_a_list_of_disputes_that_is_refused_is_unknown(
    stripe_server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateways.payments.stripe._PAGE_SIZE", -1)  # which Stripe refuses
    async with a_gateway(f"http://127.0.0.1:{stripe_server.port}") as gateway:
        with pytest.raises(GatewayUnknown, match="refuses to list the disputes"):
            _ = [dispute async for dispute in gateway.disputes(datetime.now(UTC))]


@pytest.mark.parametrize("of", ["refunds", "disputes"])
async def test_a_row_that_cannot_be_read_hides_no_others(
    stripe_server: StandIn, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    """It stands at the end of a page. A look-up stays in doubt: it may be the credit that is looked for."""
    monkeypatch.setattr("gateways.payments.stripe._PAGE_SIZE", 2)
    since, charge = datetime.now(UTC) - timedelta(seconds=1), await stripe_server.charge(1000)
    async with a_gateway(f"http://127.0.0.1:{stripe_server.port}") as gateway:
        if of == "refunds":
            made = [str((await gateway.refund(an_order(charge, 1))).reference) for _ in range(3)]
        else:
            made = [await stripe_server.dispute(charge, 1) for _ in range(3)]
        rows: AsyncIterator[Credit | ShownDispute] = (gateway.credits if of == "refunds" else gateway.disputes)(since)
        await stripe_server.set_currency(of, made[1], "none\n")
        try:
            found, unreadable = await shown_in(rows)
            with pytest.raises(GatewayUnknown, match=made[1]) if of == "refunds" else nullcontext():
                assert await gateway.find("refund-never-sent", charge) is None
        finally:
            await stripe_server.set_currency(of, made[1], "brl")
    assert {row.reference for row in found} >= {made[0], made[2]}
    assert made[1] not in {row.reference for row in found}
    assert [made[1] in sentence and sentence.isprintable() for sentence in unreadable] == [True]
