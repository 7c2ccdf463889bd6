"""The kit: what every gateway's adapter has to stand, whatever its network does.

docs/ports.md says how a new adapter joins it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

import asyncpg
import pytest

from database.embedded import Cluster
from domain.words import DisputeStatus
from gateways.payments.port import GatewayUnknown, Outcome
from gateways.payments.steps import step_of
from services.currency import exponent
from tests.databases import fresh
from tests.gateways import kit
from tests.gateways.kit import FAULTS, LOST_ANSWERS, Enter
from tests.gateways.payments import worlds
from tests.gateways.payments.fault_proxy import Fault
from tests.gateways.payments.senders import an_order
from tests.gateways.payments.stand_in import StandIn
from tests.gateways.payments.worlds import World, refund_until_known

# Stripe's library hands its body to httpx in a way that httpx would rather not see.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

GATEWAYS = ["ledger", "stripe"]
BANKS = ["stripe"]
"""Those that decide for themselves: they refuse, change their mind, and people pay back there by hand."""

At = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture(scope="module")
async def at(
    administration: asyncpg.Connection, cluster: Cluster, template: str, stripe_server: StandIn
) -> AsyncIterator[At]:
    """Enters a gateway's world, whose next requests meet the given faults."""
    async with fresh(administration, cluster, template) as url:
        entries: Mapping[str, Enter[World]] = {
            "ledger": partial(worlds.ledger, url),
            "stripe": partial(worlds.stripe, stripe_server),
            "stripe by intent": partial(worlds.stripe, stripe_server, intents=True),
        }
        yield partial(kit.at, entries)


async def credits_after(world: World, *, looks: bool = True) -> int:
    """How many credits the bank made of one refund."""
    payment = await world.pay(1000)
    answer = await refund_until_known(world.gateway, an_order(payment, 400), looks=looks)
    await world.arrive()
    assert answer.outcome is Outcome.SUCCEEDED
    assert answer.reference is not None
    paid = await world.paid(payment)
    assert set(paid) == {400}
    return len(paid)


@pytest.mark.parametrize("name", [*GATEWAYS, "stripe by intent"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_leaves_exactly_one_credit(at: At, name: str, fault: Fault) -> None:
    async with at(name, fault) as world:
        assert await credits_after(world) == 1


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize(
    ("first", "second"),
    list(
        product(
            [Fault.DROPPED, Fault.REFUSED, Fault.STRAYED],
            [fault for fault in FAULTS if fault not in {Fault.PASS, Fault.DRIPPING}],
        )
    ),
)
async def test_two_faults_in_a_row_leave_exactly_one_credit(at: At, name: str, first: Fault, second: Fault) -> None:
    async with at(name, first, second) as world:
        assert await credits_after(world) == 1


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("fault", [Fault.PASS, Fault.REFUSED, *LOST_ANSWERS])
async def test_asking_by_key_is_enough_where_the_bank_forgets_keys(at: At, name: str, fault: Fault) -> None:
    async with at(name, fault) as world:
        world.forget_keys()
        assert await credits_after(world) == 1


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_keys_are_enough_where_nobody_asks(at: At, name: str, fault: Fault) -> None:
    async with at(name, fault) as world:
        assert await credits_after(world, looks=False) == 1


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_without_asking_by_key_a_forgetful_bank_pays_twice(at: At, name: str, fault: Fault) -> None:
    """The control: what `find` before a resend protects from."""
    async with at(name, fault) as world:
        world.forget_keys()
        assert await credits_after(world, looks=False) == (2 if world.forgets else 1)


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("fault", [Fault.REPEATED, Fault.STRAYED])
async def test_without_keys_a_request_that_arrives_twice_pays_twice(at: At, name: str, fault: Fault) -> None:
    """The control: what the key protects from."""
    async with at(name, fault) as world:
        world.forget_keys()
        assert await credits_after(world) == (2 if world.forgets else 1)


@pytest.mark.parametrize("name", GATEWAYS)
async def test_twenty_senders_of_one_refund_make_one_credit(at: At, name: str) -> None:
    async with at(name) as world:
        payment = await world.pay(1000)
        order = an_order(payment, 400)
        answers = await asyncio.gather(*(refund_until_known(world.gateway, order) for _ in range(20)))
        assert len({answer.reference for answer in answers}) == 1
        assert await world.paid(payment) == [400]


@pytest.mark.parametrize("name", GATEWAYS)
async def test_each_refund_of_a_payment_is_a_credit_of_its_own(at: At, name: str) -> None:
    async with at(name) as world:
        payment = await world.pay(1000)
        first, second, never = an_order(payment, 400), an_order(payment, 600), an_order(payment)
        made = [await world.gateway.refund(order) for order in (first, second)]
        assert sorted(await world.paid(payment)) == [400, 600]
        assert [await world.gateway.find(order.key, payment) for order in (first, second)] == made
        assert await world.gateway.find(never.key, payment) is None


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("change", ["amount", "payment"])
async def test_a_key_that_exists_for_other_money_pays_nothing(at: At, name: str, change: str) -> None:
    """It is refused or unknown, and never a success."""
    async with at(name) as world:
        payment, another = await world.pay(1000), await world.pay(1000)
        order = an_order(payment, 400)
        await world.gateway.refund(order)
        other = replace(order, amount_minor=500) if change == "amount" else replace(order, payment_reference=another)
        with suppress(GatewayUnknown):
            assert (await world.gateway.refund(other)).outcome is Outcome.FAILED
        assert (await world.paid(payment), await world.paid(another)) == ([400], [])


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("currency", ["KWD", "ISK", "JPY", "EUR"])
async def test_amounts_are_moved_to_the_step_and_never_rounded(at: At, name: str, currency: str) -> None:
    """`step_of` says which amounts a gateway can move; each other is refused before anything is sent."""
    step = step_of(name, currency, exponent)
    async with at(name) as world:
        payment = await world.pay(100_000, currency)
        exact = replace(an_order(payment, 7 * step), currency=currency)
        assert (await world.gateway.refund(exact)).outcome is Outcome.SUCCEEDED
        paid = await world.paid(payment)
        for amount in {step - 1, step + 1} - {0, 2} if step > 1 else ():
            between = replace(an_order(payment, amount), currency=currency)
            assert (await world.gateway.refund(between)).outcome is Outcome.FAILED
        assert await world.paid(payment) == paid
        since = datetime.now(UTC) - timedelta(hours=1)
        booked = {credit.key: credit.amount_minor async for credit in world.gateway.credits(since)}
        assert booked[exact.key] == 7 * step


@pytest.mark.parametrize("name", GATEWAYS)
async def test_an_account_that_is_not_ours_says_nothing_about_the_refund(at: At, name: str) -> None:
    """A wrong key is corrected one day, so it is doubt and no refusal."""
    async with at(name) as world:
        payment = await world.pay(1000)
        order = an_order(payment, 400)
        with pytest.raises(GatewayUnknown):
            await world.stranger.refund(order)
        with pytest.raises(GatewayUnknown):
            await world.stranger.find(order.key, payment)
        with pytest.raises(GatewayUnknown):
            [credit async for credit in world.stranger.credits(datetime.now(UTC))]
        assert await world.paid(payment) == []
        assert (await refund_until_known(world.gateway, order)).outcome is Outcome.SUCCEEDED
        assert await world.paid(payment) == [400]


@pytest.mark.parametrize("name", BANKS)
async def test_what_is_refused_is_not_paid_and_says_why(at: At, name: str) -> None:
    async with at(name) as world:
        payment = await world.pay(1000)
        world.refuse()
        answer = await world.gateway.refund(an_order(payment, 400))
        assert (answer.outcome, bool(answer.message)) == (Outcome.FAILED, True)
        assert await world.paid(payment) == []


@pytest.mark.parametrize("name", GATEWAYS)
async def test_a_retry_finds_the_credit_of_the_attempt_before(at: At, name: str) -> None:
    async with at(name) as world:
        order = an_order(await world.pay(1000), 400)
        made = await world.gateway.refund(order)
        assert await world.gateway.find(order.key, order.payment_reference, retry=1) == made


@pytest.mark.parametrize("name", BANKS)
@pytest.mark.parametrize("fault", [Fault.PASS, *LOST_ANSWERS])
async def test_a_retry_after_a_credit_that_failed_pays_once(at: At, name: str, fault: Fault) -> None:
    async with at(name, Fault.PASS, fault) as world:
        payment = await world.pay(1000)
        first = an_order(payment, 400)
        failed = await world.gateway.refund(first)
        await world.bounce(str(failed.reference))
        found = await world.gateway.find(first.key, payment)
        assert found is not None
        assert (found.outcome, found.reference) == (Outcome.FAILED, failed.reference)
        assert await world.gateway.find(first.key, payment, retry=1) is None
        answer = await refund_until_known(world.gateway, replace(first, retry=1))
        assert answer.outcome is Outcome.SUCCEEDED
        assert answer.reference != failed.reference
        assert await world.paid(payment) == [400]


@pytest.mark.parametrize("name", GATEWAYS)
async def test_the_book_shows_each_credit_once_from_a_moment_on(at: At, name: str) -> None:
    async with at(name) as world:
        payment = await world.pay(1000)
        orders = [an_order(payment, amount) for amount in (100, 200, 300)]
        made = [await world.gateway.refund(order) for order in orders]
        since = datetime.now(UTC) - timedelta(hours=1)
        book = [credit async for credit in world.gateway.credits(since)]
        ours = {credit.key: credit for credit in book if credit.payment_reference == payment}
        assert len(book) == len({credit.reference for credit in book})
        for order, answer in zip(orders, made, strict=True):
            credit = ours[order.key]
            assert (credit.reference, credit.amount_minor, credit.currency) == (
                answer.reference,
                order.amount_minor,
                order.currency,
            )
        later = datetime.now(UTC) + timedelta(hours=1)
        assert [credit async for credit in world.gateway.credits(later)] == []


@pytest.mark.parametrize("name", [*BANKS, "stripe by intent"])
async def test_the_book_shows_what_somebody_has_paid_back_by_hand(at: At, name: str) -> None:
    async with at(name) as world:
        payment = await world.pay(1000)
        reference = await world.by_hand(payment, 5)
        since = datetime.now(UTC) - timedelta(hours=1)
        (found,) = [credit async for credit in world.gateway.credits(since) if credit.reference == reference]
        assert (found.key, found.payment_reference, found.amount_minor) == (None, payment, 5)


@pytest.mark.parametrize("name", GATEWAYS)
async def test_the_bank_shows_what_customers_dispute(at: At, name: str) -> None:
    async with at(name) as world:
        payment = await world.pay(1000)
        reference = await world.dispute(payment, 700)
        since = datetime.now(UTC) - timedelta(hours=1)
        found = [one async for one in world.gateway.disputes(since) if payment in one.payments]
        expected = [(reference, DisputeStatus.OPEN, 700)] if world.decides_later else []
        assert [(one.reference, one.status, one.amount_minor) for one in found] == expected
        later = datetime.now(UTC) + timedelta(hours=1)
        assert [one async for one in world.gateway.disputes(later)] == []


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("fault", [Fault.LATE, Fault.DRIPPING])
async def test_a_call_ends_within_its_time_whatever_the_bank_does(at: At, name: str, fault: Fault) -> None:
    async with at(name, fault) as world, asyncio.timeout(5):
        with pytest.raises(GatewayUnknown):
            await world.gateway.refund(an_order(await world.pay(1000)))
