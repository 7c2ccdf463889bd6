"""What went back of random orders before they came in, and what goes back afterwards."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.paid_back import Excess, PaidBack, excesses, settled
from domain.pricing import OrderMoney, PlanLine, PricedItem, held, nets, price
from tests.domain.test_pricing import CALM, orders

LAMPS = OrderMoney("EUR", (PricedItem("lamp", "north", 2, 2000),), {"north": 490}, 4490)


def past(order: OrderMoney, rnd: Random, *, exactly: bool) -> list[PaidBack]:
    """What may have gone back of an order: exactly what the units are worth, or anything that it could pay."""
    gone: list[PaidBack] = []
    for item in rnd.sample(order.items, rnd.randint(1, len(order.items))):
        for units in rnd.sample([1, rnd.randint(1, item.quantity)], rnd.randint(1, 2)):
            if sum(back.quantity for back in gone if back.item_id == item.id) + units <= item.quantity:
                gone.append(priced(order, gone, item, units) if exactly else any_amount(order, gone, item, units, rnd))
    return gone


def priced(order: OrderMoney, gone: list[PaidBack], item: PricedItem, units: int) -> PaidBack:
    taken = held(line.line for line in settled(order, gone))
    (line,) = price(order, taken, {item.id: units})
    return PaidBack(item.id, units, line.amounts.goods, line.amounts.shipping_share)


def any_amount(order: OrderMoney, gone: list[PaidBack], item: PricedItem, units: int, rnd: Random) -> PaidBack:
    worth, taken = nets(order), held(line.line for line in settled(order, gone))
    goods = worth.lines[item.id] - (taken[item.id].amounts.goods if item.id in taken else 0)
    siblings = {one.id for one in order.items if one.seller_order_id == item.seller_order_id}
    shipping = worth.shipping[item.seller_order_id] - sum(
        back.shipping_minor for back in gone if back.item_id in siblings
    )
    return PaidBack(item.id, units, rnd.randint(0, goods), rnd.choice([0, shipping, rnd.randint(0, shipping)]))


def rest_in_parts(order: OrderMoney, lines: list[PlanLine], rnd: Random) -> list[PlanLine]:
    """The lines of the plans that take all other units, in any parts."""
    later: list[PlanLine] = []
    while True:
        taken = held([*lines, *later])
        left = {item.id: item.quantity - (taken[item.id].quantity if item.id in taken else 0) for item in order.items}
        left = {item: units for item, units in left.items() if units}
        if not left:
            return later
        chosen = rnd.sample(sorted(left), rnd.randint(1, len(left)))
        units = {item: rnd.choice([left[item], rnd.randint(1, left[item])]) for item in chosen}
        later += price(order, taken, units)


def amount(lines: list[PlanLine]) -> int:
    return sum(line.amounts.total for line in lines)


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_what_went_back_at_its_price_and_the_rest_are_what_the_customer_paid(order: OrderMoney, rnd: Random) -> None:
    gone = past(order, rnd, exactly=True)
    assert list(excesses(order, gone)) == []
    before = settled(order, gone)
    assert [line.kept_minor for line in before] == [0] * len(gone)
    lines = [line.line for line in before]
    assert amount(lines) + amount(rest_in_parts(order, lines, rnd)) == order.captured_minor


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_whatever_went_back_and_the_rest_are_never_more_than_the_customer_paid(order: OrderMoney, rnd: Random) -> None:
    gone = past(order, rnd, exactly=False)
    assert list(excesses(order, gone)) == []
    before = settled(order, gone)
    lines, kept = [line.line for line in before], sum(line.kept_minor for line in before)
    stated = sum(back.goods_minor + back.shipping_minor for back in gone)
    assert amount(lines) - kept == stated
    for line in lines:
        parts = line.amounts
        assert (
            parts.total == parts.base - parts.discount_share + parts.tax_share + parts.shipping_share + parts.rounding
        )
        assert parts.total >= 0
    later = amount(rest_in_parts(order, lines, rnd))
    assert stated + later <= order.captured_minor
    alike = amount(rest_in_parts(order, lines, rnd))
    assert later == alike  # in whichever parts the rest goes back


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_what_was_kept_is_never_paid_back_by_the_units_that_are_left(order: OrderMoney, rnd: Random) -> None:
    gone = [replace(back, goods_minor=back.goods_minor // 2) for back in past(order, rnd, exactly=True)]
    before = settled(order, gone)
    lines, kept = [line.line for line in before], sum(line.kept_minor for line in before)
    assert amount(lines) - kept + amount(rest_in_parts(order, lines, rnd)) == order.captured_minor - kept


def test_more_than_a_unit_is_worth_lowers_what_the_next_one_brings() -> None:
    (before,) = settled(LAMPS, [PaidBack("lamp", 1, 2500)])
    assert (before.kept_minor, before.line.amounts.rounding) == (0, 500)
    (line,) = price(LAMPS, held([before.line]), {"lamp": 1})
    assert (line.amounts.goods, line.amounts.shipping_share) == (1500, 490)


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        ([PaidBack("lamp", 1, 4000)], []),
        ([PaidBack("lamp", 1, 4001)], [Excess(0, shipping=False, most_minor=4000)]),
        ([PaidBack("lamp", 1, 2500), PaidBack("lamp", 1, 1501)], [Excess(1, shipping=False, most_minor=1500)]),
        ([PaidBack("lamp", 1, 0, 491)], [Excess(0, shipping=True, most_minor=490)]),
        ([PaidBack("lamp", 1, 0, 490), PaidBack("lamp", 1, 0, 1)], [Excess(1, shipping=True, most_minor=0)]),
    ],
)
def test_more_than_was_paid_for_an_item_or_for_shipping_is_found(gone: list[PaidBack], found: list[Excess]) -> None:
    assert list(excesses(LAMPS, gone)) == found


def test_more_units_than_there_are_cannot_have_gone_back() -> None:
    with pytest.raises(ValueError, match="cannot take 3 of 2 units"):
        settled(LAMPS, [PaidBack("lamp", 3, 0)])


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_an_order_whose_prices_include_the_tax_brings_back_what_one_with_the_tax_on_top_does(
    order: OrderMoney, rnd: Random
) -> None:
    """The same lines at the same cost to the customer: with the tax in the price, or added to it."""
    on_top = tuple(replace(item, discount_minor=min(item.discount_minor, _price(item))) for item in order.items)
    both = [replace(order, items=items) for items in (on_top, tuple(map(_with_tax_in_price, on_top)))]
    assert nets(both[0]) == nets(both[1])
    seed = rnd.random()
    for one in both:
        assert amount(rest_in_parts(one, [], Random(seed))) == order.captured_minor


def _price(item: PricedItem) -> int:
    return item.unit_price_minor * item.quantity


def _with_tax_in_price(item: PricedItem) -> PricedItem:
    """The same line at the same cost; what does not divide by its units is a discount."""
    more = -(-item.tax_minor // item.quantity)
    discount = item.discount_minor + more * item.quantity - item.tax_minor
    return replace(item, unit_price_minor=item.unit_price_minor + more, discount_minor=discount, tax_minor=0)
