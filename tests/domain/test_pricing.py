"""Pricing of random orders with random histories of plans, some of them voided."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.pricing import Nets, OrderMoney, PlanLine, PricedItem, held, nets, price
from tests.examples import examples

Plan = tuple[PlanLine, ...]
MANY = 80_995  # the largest quantity of one line in the UCI "Online Retail" records
# A busy machine must not fail a test: no deadline, and examples may be drawn slowly.
CALM = settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def sold_items(draw: st.DrawFn) -> tuple[PricedItem, ...]:
    items = []
    for n in range(draw(st.integers(1, 6))):
        quantity = draw(st.integers(1, 5) | st.sampled_from([7, 100, MANY]))
        unit_price = draw(st.integers(0, 5) | st.integers(0, 500_000))
        discount = draw(st.just(0) | st.integers(0, unit_price * quantity))
        tax = draw(st.just(0) | st.integers(0, max(10, unit_price * quantity // 4)))
        items.append(PricedItem(f"i{n}", draw(st.sampled_from("abc")), quantity, unit_price, discount, tax))
    return tuple(items)


def nominal(order: OrderMoney) -> int:
    sellers = {item.seller_order_id for item in order.items}
    return sum(item.nominal_minor for item in order.items) + sum(
        minor for seller, minor in order.shipping_minor.items() if seller in sellers
    )


@st.composite
def paid_orders(draw: st.DrawFn) -> OrderMoney:
    shipping = draw(st.dictionaries(st.sampled_from("abc"), st.integers(0, 5_000)))
    return exactly_paid(OrderMoney("EUR", draw(sold_items()), shipping, 0))


@st.composite
def orders(draw: st.DrawFn) -> OrderMoney:
    """Orders paid exactly, by some cents more or less, not at all, or by any amount."""
    order = draw(paid_orders())
    due = order.captured_minor
    nearly = st.integers(-5, 5).map(lambda cents: max(0, due + cents))
    paid = draw(st.just(due) | nearly | st.just(0) | st.integers(0, 2 * due + 10))
    return replace(order, captured_minor=paid)


def exactly_paid(order: OrderMoney) -> OrderMoney:
    return replace(order, captured_minor=nominal(order))


def left_of(order: OrderMoney, plans: list[Plan]) -> dict[str, int]:
    taken = held(line for plan in plans for line in plan)
    left = {item.id: item.quantity - (taken[item.id].quantity if item.id in taken else 0) for item in order.items}
    return {item_id: units for item_id, units in left.items() if units}


def some_of(left: dict[str, int], rnd: Random) -> dict[str, int]:
    chosen = rnd.sample(sorted(left), rnd.randint(1, len(left)))
    return {item_id: rnd.choice([1, left[item_id], rnd.randint(1, left[item_id])]) for item_id in chosen}


def take(order: OrderMoney, plans: list[Plan], quantities: dict[str, int]) -> Plan:
    plan = price(order, held(line for earlier in plans for line in earlier), quantities)
    plans.append(plan)
    return plan


def take_the_rest(order: OrderMoney, plans: list[Plan], rnd: Random) -> None:
    for _ in range(6):
        if left := left_of(order, plans):
            take(order, plans, some_of(left, rnd))
    if left := left_of(order, plans):
        take(order, plans, left)


def history(order: OrderMoney, rnd: Random, *, voids: bool) -> list[Plan]:
    plans: list[Plan] = []
    for _ in range(rnd.randint(0, 10)):
        left = left_of(order, plans)
        if plans and voids and rnd.random() < 0.4:
            plans.remove(rnd.choice(plans))
        elif left:
            take(order, plans, some_of(left, rnd))
    return plans


def total(plans: list[Plan]) -> int:
    return sum(line.amounts.total for plan in plans for line in plan)


def check_explained(order: OrderMoney, plan: Plan) -> None:
    items = {item.id: item for item in order.items}
    for line in plan:
        amounts = line.amounts
        assert amounts.base == items[line.item_id].unit_price_minor * line.quantity
        assert min(amounts.discount_share, amounts.tax_share, amounts.shipping_share, amounts.goods) >= 0
        explained = amounts.base - amounts.discount_share + amounts.tax_share
        assert amounts.total == explained + amounts.shipping_share + amounts.rounding


def check_within(order: OrderMoney, plans: list[Plan], worth: Nets) -> None:
    given_back = held(line for plan in plans for line in plan)
    for item_id, line in given_back.items():
        assert line.amounts.goods <= worth.lines[item_id]
    for seller, minor in worth.shipping.items():
        lines = [given_back.get(item.id) for item in order.items if item.seller_order_id == seller]
        assert sum(line.amounts.shipping_share for line in lines if line) <= minor
    assert total(plans) <= order.captured_minor


@CALM
@given(orders())
def test_the_nets_of_an_order_sum_to_the_captured_amount(order: OrderMoney) -> None:
    worth = nets(order)
    parts = [*worth.lines.values(), *worth.shipping.values()]
    assert sum(parts) == order.captured_minor
    assert min(parts) >= 0


@CALM
@given(paid_orders())
def test_in_an_order_paid_exactly_each_net_is_its_price(order: OrderMoney) -> None:
    if order.captured_minor:
        worth = nets(order)
        assert worth.lines == {item.id: item.nominal_minor for item in order.items}
        assert worth.shipping == {seller: order.shipping_minor.get(seller, 0) for seller in worth.shipping}


@CALM
@given(orders())
def test_a_full_cancellation_gives_back_the_captured_amount(order: OrderMoney) -> None:
    plan = price(order, {}, {item.id: item.quantity for item in order.items})
    check_explained(order, plan)
    assert total([plan]) == order.captured_minor


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_no_history_of_plans_gives_back_too_much_and_a_complete_one_gives_back_everything(
    order: OrderMoney, rnd: Random
) -> None:
    worth = nets(order)
    plans = history(order, rnd, voids=True)
    check_within(order, plans, worth)
    take_the_rest(order, plans, rnd)
    for plan in plans:
        check_explained(order, plan)
    check_within(order, plans, worth)
    assert total(plans) == order.captured_minor


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_the_components_of_all_plans_sum_to_those_of_the_whole_item(order: OrderMoney, rnd: Random) -> None:
    plans = history(order, rnd, voids=True)
    take_the_rest(order, plans, rnd)
    given_back = held(line for plan in plans for line in plan)
    worth = nets(order)
    for item in order.items:
        line = given_back[item.id]
        assert line.quantity == item.quantity
        assert line.amounts.discount_share == item.discount_minor
        assert line.amounts.tax_share == item.tax_minor
        assert line.amounts.goods == worth.lines[item.id]
    whole = [line.amounts.shipping_share for line in given_back.values()]
    assert sum(whole) == sum(worth.shipping.values())


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_the_order_of_the_plans_does_not_change_what_they_give_back(order: OrderMoney, rnd: Random) -> None:
    plans = history(order, rnd, voids=False)
    taken = [{line.item_id: line.quantity for line in plan} for plan in plans]
    rnd.shuffle(taken)
    again: list[Plan] = []
    for quantities in taken:
        take(order, again, quantities)
    assert total(again) == total(plans)
    sums = [held(line for plan in order_of_plans for line in plan) for order_of_plans in (plans, again)]
    goods = [{item_id: line.amounts.goods for item_id, line in by_item.items()} for by_item in sums]
    assert goods[0] == goods[1]


@CALM
@given(paid_orders(), st.randoms(use_true_random=False))
def test_an_order_paid_exactly_rounds_by_at_most_one_cent(order: OrderMoney, rnd: Random) -> None:
    plans = history(order, rnd, voids=False)
    if order.captured_minor:
        assert all(abs(line.amounts.rounding) <= 1 for plan in plans for line in plan)


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_shipping_goes_back_only_with_the_last_unit_of_a_seller(order: OrderMoney, rnd: Random) -> None:
    plans: list[Plan] = []
    worth = nets(order)
    while left := left_of(order, plans):
        plan = take(order, plans, some_of(left, rnd) if len(plans) < 6 else left)
        still = left_of(order, plans)
        for seller, minor in worth.shipping.items():
            mine = [item.id for item in order.items if item.seller_order_id == seller]
            shares = [line.amounts.shipping_share for line in plan if line.item_id in mine]
            closes = bool(shares) and not any(item_id in still for item_id in mine)
            assert sum(shares) == (minor if closes else 0)
            assert not any(shares[:-1])
