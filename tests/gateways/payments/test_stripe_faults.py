"""Stripe's adapter over a network that breaks: one refund, one credit."""

import asyncio
from itertools import product

import pytest

from gateways.payments.port import GatewayUnknown, Outcome
from tests.gateways.payments.fault_proxy import Fault, FaultProxy
from tests.gateways.payments.senders import a_gateway, an_order, refund_until_known
from tests.gateways.payments.stand_in import StandIn

# Stripe's library hands its body to httpx in a way that httpx would rather not see.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

_PATIENCE_S = 0.5

FAULTS = list(Fault)
LOST_ANSWERS = [Fault.LATE, Fault.DRIPPING, Fault.DROPPED, Fault.ERROR]
NEEDING_PATIENCE = {Fault.LATE, Fault.DRIPPING, Fault.STRAYED}


async def credits_after(
    server: StandIn, *faults: Fault, remember_keys: bool = True, looks: bool = True, by: str = "charge"
) -> int:
    """How many credits the server made of one refund that was sent through these faults."""
    payment = await (server.charge(1000) if by == "charge" else server.intent(1000))
    async with FaultProxy(server.port, remember_keys=remember_keys) as proxy:
        proxy.script.extend(faults)
        timeout_s = _PATIENCE_S if NEEDING_PATIENCE & {*faults} else 10.0
        async with a_gateway(proxy.url, timeout_s=timeout_s) as gateway:
            answer = await refund_until_known(gateway, an_order(payment), looks=looks)
        await proxy.arrive()
    assert answer.outcome is Outcome.SUCCEEDED
    made = await server.credits(payment)
    assert answer.reference in {credit["id"] for credit in made}
    return len(made)


@pytest.mark.parametrize("by", ["charge", "intent"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_leaves_exactly_one_credit(stripe_server: StandIn, fault: Fault, by: str) -> None:
    assert await credits_after(stripe_server, fault, by=by) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    list(
        product(
            [Fault.DROPPED, Fault.REFUSED, Fault.STRAYED],
            [fault for fault in FAULTS if fault not in {Fault.PASS, Fault.DRIPPING}],
        )
    ),
)
async def test_two_faults_in_a_row_leave_exactly_one_credit(
    stripe_server: StandIn, first: Fault, second: Fault
) -> None:
    assert await credits_after(stripe_server, first, second) == 1


@pytest.mark.parametrize("fault", [Fault.PASS, Fault.REFUSED, *LOST_ANSWERS])
async def test_asking_by_key_is_enough_where_the_server_forgets_keys(stripe_server: StandIn, fault: Fault) -> None:
    assert await credits_after(stripe_server, fault, remember_keys=False) == 1


@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_without_asking_by_key_a_forgetful_server_pays_twice(stripe_server: StandIn, fault: Fault) -> None:
    """The control: what `find` before a resend protects from."""
    assert await credits_after(stripe_server, fault, remember_keys=False, looks=False) > 1


@pytest.mark.parametrize("fault", [Fault.REPEATED, Fault.STRAYED])
async def test_without_idempotency_keys_a_request_that_arrives_twice_pays_twice(
    stripe_server: StandIn, fault: Fault
) -> None:
    """The control: what the idempotency key protects from."""
    assert await credits_after(stripe_server, fault, remember_keys=False) > 1


@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_idempotency_keys_are_enough_where_nobody_asks(stripe_server: StandIn, fault: Fault) -> None:
    assert await credits_after(stripe_server, fault, looks=False) == 1


async def test_twenty_senders_of_one_refund_make_one_credit(stripe_server: StandIn) -> None:
    payment = await stripe_server.charge(1000)
    order = an_order(payment)
    async with FaultProxy(stripe_server.port) as proxy, a_gateway(proxy.url) as gateway:
        answers = await asyncio.gather(*(refund_until_known(gateway, order) for _ in range(20)))
    assert len({answer.reference for answer in answers}) == 1
    assert len(await stripe_server.credits(payment)) == 1


async def test_the_library_sends_a_request_once_and_leaves_resending_to_the_worker(
    stripe_server: StandIn,
) -> None:
    payment = await stripe_server.charge(1000)
    async with FaultProxy(stripe_server.port) as proxy, a_gateway(proxy.url) as gateway:
        proxy.script.extend([Fault.ERROR] * 3)
        with pytest.raises(GatewayUnknown):
            await gateway.refund(an_order(payment))
        assert proxy.posts == 1


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.DRIPPING])
async def test_a_call_ends_within_its_time_whatever_the_server_does(stripe_server: StandIn, fault: Fault) -> None:
    payment = await stripe_server.charge(1000)
    async with FaultProxy(stripe_server.port) as proxy, a_gateway(proxy.url, timeout_s=0.3) as gateway:
        proxy.script.append(fault)
        async with asyncio.timeout(5):
            with pytest.raises(GatewayUnknown):
                await gateway.refund(an_order(payment))
