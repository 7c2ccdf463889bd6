"""Payments that move money in steps: what can be paid is paid, and the last plan makes up for the rest."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.pricing import OrderMoney, Payment, PlanLine, PricedItem, after, held, release, spread
from gateways.payments.steps import step_of
from gateways.payments.stripe_amounts import to_stripe
from services.currency import exponent
from tests.domain.test_pricing import left_of, orders, some_of
from tests.examples import examples

Plan = tuple[PlanLine, ...]
CALM = settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
THREE = OrderMoney("KWD", (PricedItem("i", "a", 3, 3_333, tax_minor=1),), {}, 10_000)
STEPS = st.sampled_from([1, 10, 10, 100])
"""The smallest amounts that a payment moves."""


@st.composite
def paid_in_steps(draw: st.DrawFn, steps: st.SearchStrategy[int] = STEPS) -> tuple[OrderMoney, list[Payment]]:
    """An order with its payments; a payment of a step has captured a multiple of it, or anything at all."""
    order = draw(orders())
    left, payments = order.captured_minor, list[Payment]()
    for n in range(draw(st.integers(1, 4))):
        step = draw(steps)
        captured = draw(st.integers(0, left))
        if draw(st.booleans()):
            captured -= captured % step
        payments.append(Payment(f"p{n}", n, captured, step_minor=step))
        left -= captured
    payments.append(Payment("rest", 9, left, step_minor=min(10, draw(steps))))
    return order, payments


def pay(order: OrderMoney, plans: list[Plan], payments: list[Payment], quantities: dict[str, int]) -> int:
    """Release a plan and let its total go back; what it fell short of."""
    before = sum(payment.paid_minor for payment in payments)
    plan = release(order, held(line for earlier in plans for line in earlier), quantities, payments)
    total = sum(line.amounts.total for line in plan)
    for line in plan:
        amounts = line.amounts
        assert amounts.total >= 0
        assert min(amounts.base, amounts.discount_share, amounts.tax_share, amounts.shipping_share) >= 0
    assert sum(amount for _, amount in spread(total, payments)) == total
    payments[:] = after(payments, total)
    plans.append(plan)
    assert sum(payment.paid_minor for payment in payments) == before + total
    exact = release(order, {}, units_of(plans), [])
    return sum(line.amounts.total for line in exact) - before - total


def units_of(plans: list[Plan]) -> dict[str, int]:
    return {item_id: line.quantity for item_id, line in held(line for plan in plans for line in plan).items()}


def check_steps(payments: list[Payment]) -> None:
    for payment in payments:
        assert payment.left_minor >= 0
        assert not payment.left_minor or payment.paid_minor % payment.step_minor == 0


@CALM
@given(paid_in_steps(), st.randoms(use_true_random=False))
def test_every_payment_holds_its_step_and_all_plans_together_give_back_everything(
    paid: tuple[OrderMoney, list[Payment]], rnd: Random
) -> None:
    order, payments = paid
    plans: list[Plan] = []
    while left := left_of(order, plans):
        short = pay(order, plans, payments, some_of(left, rnd) if len(plans) < 8 else left)
        assert 0 <= short < max(payment.step_minor for payment in payments)
        check_steps(payments)
    assert sum(payment.paid_minor for payment in payments) == order.captured_minor
    assert not any(payment.left_minor for payment in payments)


@CALM
@given(paid_in_steps())
def test_a_full_cancellation_gives_back_all_that_was_captured(paid: tuple[OrderMoney, list[Payment]]) -> None:
    order, payments = paid
    assert pay(order, [], payments, {item.id: item.quantity for item in order.items}) == 0
    assert not any(payment.left_minor for payment in payments)


@CALM
@given(st.sampled_from([1, 10]).flatmap(lambda step: paid_in_steps(st.just(step))), st.randoms(use_true_random=False))
def test_what_has_gone_back_so_far_does_not_depend_on_the_order_of_the_plans(
    paid: tuple[OrderMoney, list[Payment]], rnd: Random
) -> None:
    order, payments = paid
    plans: list[Plan] = []
    first, second = list(payments), list(payments)
    while (left := left_of(order, plans)) and len(plans) < 5:
        pay(order, plans, first, some_of(left, rnd))
    taken = [{line.item_id: line.quantity for line in plan} for plan in plans]
    rnd.shuffle(taken)
    again: list[Plan] = []
    for quantities in taken:
        pay(order, again, second, quantities)
    assert [payment.paid_minor for payment in first] == [payment.paid_minor for payment in second]


@pytest.mark.parametrize("voucher", [0, 5])
def test_three_units_of_ten_dinars_go_back_in_amounts_that_stripe_moves(voucher: int) -> None:
    order = replace(THREE, captured_minor=10_000 + voucher)
    payments = [
        Payment("voucher", 1, voucher),
        Payment("card", 2, 10_000, step_minor=step_of("stripe", "KWD", exponent)),
    ]
    plans: list[Plan] = []
    for _ in range(3):
        before = payments[1].paid_minor
        pay(order, plans, payments, {"i": 1})
        to_stripe(payments[1].paid_minor - before, "KWD", exponent)
    assert [payment.paid_minor for payment in payments] == [voucher, 10_000]


@pytest.mark.parametrize(
    ("currency", "step"),
    [("KWD", 10), ("TND", 10), ("IQD", 10), ("MGA", 100), ("CLF", 100), ("EUR", 1), ("JPY", 1), ("ISK", 1)],
)
def test_the_step_of_a_currency_is_the_smallest_amount_that_stripe_moves(currency: str, step: int) -> None:
    assert step_of("stripe", currency, exponent) == step
    assert step_of("ledger", currency, exponent) == 1
    to_stripe(step, currency, exponent)
    for less in range(1, step):
        with pytest.raises(ValueError, match="exactly"):
            to_stripe(less, currency, exponent)


def test_an_amount_that_no_payment_can_pay_waits_for_the_next_plan() -> None:
    payments = [Payment("card", 1, 20, step_minor=10)]
    order = OrderMoney("KWD", (PricedItem("i", "a", 5, 4),), {}, 20)
    plans: list[Plan] = []
    totals = []
    for _ in range(5):
        pay(order, plans, payments, {"i": 1})
        totals.append(sum(line.amounts.total for line in plans[-1]))
    assert totals == [0, 0, 10, 0, 10]
    assert [plan[0].amounts.rounding for plan in plans] == [-4, -4, 6, -4, 6]
