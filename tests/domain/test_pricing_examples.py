"""Pricing calculated by hand, what pricing refuses, and how a total is split over payments."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.pricing import (
    LineAmounts,
    Nets,
    OrderMoney,
    Payment,
    PlanLine,
    PricedItem,
    held,
    nets,
    price,
    spread,
)

# A busy machine must not fail a test: no deadline, and examples may be drawn slowly.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Plan = tuple[PlanLine, ...]


def paid(items: tuple[PricedItem, ...], shipping: dict[str, int]) -> OrderMoney:
    due = sum(item.nominal_minor for item in items) + sum(shipping.values())
    return OrderMoney("EUR", items, shipping, captured_minor=due)


def two_units(
    *, quantity: int = 2, unit_price_minor: int = 500, discount_minor: int = 0, tax_minor: int = 0
) -> OrderMoney:
    """An order of one item with shipping, paid exactly."""
    item = PricedItem("i", "a", quantity, unit_price_minor, discount_minor, tax_minor)
    return paid((item,), {"a": 300})


def take(order: OrderMoney, plans: list[Plan], quantities: dict[str, int]) -> LineAmounts:
    plan = price(order, held(line for earlier in plans for line in earlier), quantities)
    plans.append(plan)
    return plan[0].amounts


def total(plans: list[Plan]) -> int:
    return sum(line.amounts.total for plan in plans for line in plan)


def test_a_plan_line_explains_its_amount() -> None:
    order = two_units(quantity=3, discount_minor=100, tax_minor=50)
    plans: list[Plan] = []
    shown = [take(order, plans, {"i": 1}) for _ in range(3)]
    assert shown == [
        LineAmounts(base=500, discount_share=33, tax_share=16, shipping_share=0, rounding=0),
        LineAmounts(base=500, discount_share=33, tax_share=17, shipping_share=0, rounding=-1),
        LineAmounts(base=500, discount_share=34, tax_share=17, shipping_share=300, rounding=1),
    ]
    assert [amounts.total for amounts in shown] == [483, 483, 784]


def test_an_overpayment_is_split_over_items_and_shipping() -> None:
    items = (PricedItem("i", "a", 1, 600), PricedItem("j", "b", 1, 300))
    order = OrderMoney("EUR", items, {"a": 100}, captured_minor=1010)
    assert nets(order) == Nets({"i": 606, "j": 303}, {"a": 101, "b": 0})


def test_an_unpaid_order_gives_back_nothing_and_explains_it() -> None:
    (line,) = price(replace(two_units(), captured_minor=0), {}, {"i": 2})
    assert line.amounts == LineAmounts(base=1000, rounding=-1000)
    assert line.amounts.total == 0


def test_money_paid_for_free_items_still_goes_back() -> None:
    items = (PricedItem("i", "a", 1, 0), PricedItem("j", "a", 1, 0))
    order = OrderMoney("EUR", items, {}, captured_minor=7)
    assert total([price(order, {}, {"i": 1, "j": 1})]) == 7


def test_shipping_goes_back_although_another_seller_has_units_left() -> None:
    items = (PricedItem("i", "a", 1, 600), PricedItem("j", "b", 1, 300))
    order = paid(items, {"a": 100, "b": 50})
    assert [line.amounts.total for line in price(order, {}, {"i": 1})] == [700]


def test_after_a_plan_with_shipping_was_voided_the_next_last_unit_carries_it() -> None:
    order, plans = two_units(), list[Plan]()
    take(order, plans, {"i": 1})
    take(order, plans, {"i": 1})
    plans.pop()
    assert take(order, plans, {"i": 1}).shipping_share == 300


def test_shipping_does_not_go_back_twice_if_an_earlier_plan_was_voided() -> None:
    order, plans = two_units(), list[Plan]()
    take(order, plans, {"i": 1})
    take(order, plans, {"i": 1})
    plans.pop(0)
    assert take(order, plans, {"i": 1}).shipping_share == 0
    assert total(plans) == order.captured_minor


def test_a_cent_too_many_after_a_void_makes_no_amount_negative() -> None:
    order = OrderMoney("EUR", (PricedItem("i", "a", 3, 1, discount_minor=1, tax_minor=1),), {}, captured_minor=1)
    plans: list[Plan] = []
    take(order, plans, {"i": 2})
    take(order, plans, {"i": 1})
    plans.pop(0)
    after = take(order, plans, {"i": 1})
    assert (after.total, after.discount_share, after.tax_share) == (0, 0, 0)
    take(order, plans, {"i": 1})
    assert total(plans) == 1


def test_shipping_paid_back_above_its_net_makes_no_amount_negative() -> None:
    already = {"i": PlanLine("i", 1, LineAmounts(base=500, shipping_share=400))}
    assert price(two_units(), already, {"i": 1})[0].amounts.shipping_share == 0


def test_an_item_with_a_discount_above_its_price_has_a_net_of_zero() -> None:
    items = (PricedItem("i", "a", 1, 100, discount_minor=150), PricedItem("j", "a", 1, 100))
    order = paid(items, {})
    assert nets(order).lines == {"i": 0, "j": 100}


def test_lines_are_in_the_order_of_the_items_however_they_are_asked_for() -> None:
    items = (PricedItem("i", "a", 1, 600), PricedItem("j", "a", 1, 300))
    order = paid(items, {"a": 10})
    assert price(order, {}, {"j": 1, "i": 1}) == price(order, {}, {"i": 1, "j": 1})


def test_shipping_of_a_seller_order_without_items_has_no_net() -> None:
    order = OrderMoney("EUR", (PricedItem("i", "a", 1, 600),), {"b": 100}, captured_minor=600)
    assert nets(order) == Nets({"i": 600}, {"a": 0})
    assert nets(replace(order, items=())) == Nets({}, {})


@pytest.mark.parametrize("quantities", [{"i": 0}, {"i": -1}, {"i": 3}, {"other": 1}])
def test_units_that_the_order_does_not_have_cannot_be_priced(quantities: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="cannot take"):
        price(two_units(), {}, quantities)


def test_units_that_a_live_plan_holds_cannot_be_priced_again() -> None:
    order, plans = two_units(), list[Plan]()
    take(order, plans, {"i": 1})
    with pytest.raises(ValueError, match="of 1 units left"):
        take(order, plans, {"i": 2})


@pytest.mark.parametrize("changes", [{"unit_price_minor": -1}, {"discount_minor": -1}, {"tax_minor": -1}])
def test_an_item_with_a_negative_amount_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="negative amount"):
        two_units(**changes)


def test_an_item_without_units_is_refused() -> None:
    with pytest.raises(ValueError, match="no units"):
        two_units(quantity=0)


@pytest.mark.parametrize(("shipping", "captured"), [(-1, 0), (0, -1)])
def test_a_negative_captured_amount_or_shipping_is_refused(shipping: int, captured: int) -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        OrderMoney("EUR", (), {"a": shipping}, captured)


PAYMENTS = st.lists(st.integers(-5, 10_000), max_size=30).map(
    lambda lefts: [Payment(f"p{n}", n, left) for n, left in enumerate(lefts)]
)


@CALM
@given(PAYMENTS, st.randoms(use_true_random=False))
def test_a_spread_fills_payments_in_order_and_none_above_what_is_left(payments: list[Payment], rnd: Random) -> None:
    available = sum(max(0, payment.left_minor) for payment in payments)
    amount = rnd.randint(0, available)
    parts = spread(amount, rnd.sample(payments, len(payments)))
    assert sum(minor for _, minor in parts) == amount
    assert all(minor > 0 for _, minor in parts)
    usable = [(payment.id, payment.left_minor) for payment in payments if payment.left_minor > 0]
    assert list(parts[:-1]) == usable[: len(parts)][:-1]
    if parts:
        last_id, most = usable[len(parts) - 1]
        assert parts[-1][0] == last_id
        assert parts[-1][1] <= most


@CALM
@given(PAYMENTS, st.integers(1, 10_000))
def test_more_than_the_payments_have_left_cannot_be_spread(payments: list[Payment], more: int) -> None:
    available = sum(max(0, payment.left_minor) for payment in payments)
    with pytest.raises(ValueError, match=f"lack {more} "):
        spread(available + more, payments)


def test_a_single_cent_is_spread_too() -> None:
    assert spread(1, [Payment("empty", 1, 0), Payment("p", 2, 100)]) == (("p", 1),)
    assert spread(101, [Payment("p", 1, 100), Payment("q", 2, 1)]) == (("p", 100), ("q", 1))


def test_a_negative_amount_cannot_be_spread() -> None:
    with pytest.raises(ValueError, match="negative"):
        spread(-1, [Payment("p", 1, 100)])
