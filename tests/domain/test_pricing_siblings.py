"""A line that was cut in two is still one line: random cuts against the order that was never cut."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.adjustments import Adjustment, ceilings, excess
from domain.money import share_so_far
from domain.pricing import LineAmounts, OrderMoney, Payment, PlanLine, PricedItem, after, held, nets, price, release
from domain.words import AdjustmentKind
from tests.domain.test_pricing import CALM, orders

Taken = dict[str, PlanLine]


def cut(order: OrderMoney, random: Random, times: int) -> OrderMoney:
    """The same order with some of its items cut, some of them again: parts stand after all others, as they are made."""
    items = list(order.items)
    for n in range(times):
        place = random.randrange(len(items))
        item = items[place]
        if item.quantity > 1:
            units = random.randint(1, item.quantity - 1)
            part = replace(
                item,
                id=f"part{n}",
                quantity=units,
                discount_minor=share_so_far(item.discount_minor, units, item.quantity),
                tax_minor=share_so_far(item.tax_minor, units, item.quantity),
                cut_from=item.line,
            )
            items[place] = replace(
                item,
                quantity=item.quantity - units,
                discount_minor=item.discount_minor - part.discount_minor,
                tax_minor=item.tax_minor - part.tax_minor,
            )
            items.append(part)
    return replace(order, items=tuple(items))


def chosen(order: OrderMoney, taken: Taken, random: Random) -> dict[str, int]:
    """Some of the units that are left, by item."""
    left = {item.id: item.quantity - (taken[item.id].quantity if item.id in taken else 0) for item in order.items}
    return {id: random.randint(1, units) for id, units in left.items() if units and random.random() < 0.6}


def by_line(order: OrderMoney, lines: tuple[PlanLine, ...]) -> dict[str, tuple[int, LineAmounts]]:
    """What a plan gives for each line that was sold, without shipping, which stands on any of a seller's lines."""
    line_of = {item.id: item.line for item in order.items}
    sums = held(replace(line, item_id=line_of[line.item_id]) for line in lines)
    return {id: (line.quantity, replace(line.amounts, shipping_share=0)) for id, line in sums.items()}


def shipping(order: OrderMoney, lines: tuple[PlanLine, ...]) -> dict[str, int]:
    """What a plan gives for shipping, by seller order."""
    seller_of = {item.id: item.seller_order_id for item in order.items}
    sums: dict[str, int] = {}
    for line in lines:
        seller = seller_of[line.item_id]
        sums[seller] = sums.get(seller, 0) + line.amounts.shipping_share
    return sums


@CALM
@given(orders(), st.integers(0, 2**32), st.integers(1, 6))
def test_the_parts_of_a_line_bring_to_the_cent_what_the_line_brings(order: OrderMoney, seed: int, times: int) -> None:
    """Plan by plan, whatever was voided in between, and whatever allowances hold of the line."""
    random = Random(seed)
    parts = cut(order, random, times)
    assert nets(parts) == nets(order)
    line_of = {item.id: item.line for item in parts.items}
    allowed = {item.id: random.choice((0, 1, 50)) for item in parts.items if random.random() < 0.3}
    of_lines: dict[str, int] = {}
    for id, minor in allowed.items():
        of_lines[line_of[id]] = of_lines.get(line_of[id], 0) + minor
    plans: list[tuple[tuple[PlanLine, ...], tuple[PlanLine, ...]]] = []
    for _ in range(6):
        cut_taken = held(line for plan, _ in plans for line in plan)
        whole_taken = held(line for _, plan in plans for line in plan)
        units = chosen(parts, cut_taken, random)
        together: dict[str, int] = {}
        for id, quantity in units.items():
            together[line_of[id]] = together.get(line_of[id], 0) + quantity
        in_parts = price(parts, cut_taken, units, allowances=allowed)
        whole = price(order, whole_taken, together, allowances=of_lines)
        assert by_line(parts, in_parts) == by_line(order, whole)
        assert shipping(parts, in_parts) == shipping(order, whole)
        assert all(line.amounts.goods >= 0 for line in in_parts)
        plans.append((in_parts, whole))
        if random.random() < 0.3:
            plans.pop(random.randrange(len(plans)))


@CALM
@given(orders(), st.integers(0, 2**32), st.integers(1, 6), st.sampled_from([1, 10]))
def test_the_parts_bring_the_same_through_payments_with_steps(
    order: OrderMoney, seed: int, times: int, step: int
) -> None:
    random = Random(seed)
    parts = cut(order, random, times)
    line_of = {item.id: item.line for item in parts.items}
    payments: tuple[Payment, ...] = (Payment("card", 1, order.captured_minor, step_minor=step),)
    cut_taken: Taken = {}
    whole_taken: Taken = {}
    for _ in range(4):
        units = chosen(parts, cut_taken, random)
        together: dict[str, int] = {}
        for id, quantity in units.items():
            together[line_of[id]] = together.get(line_of[id], 0) + quantity
        in_parts = release(parts, cut_taken, units, payments)
        whole = release(order, whole_taken, together, payments)
        total = sum(line.amounts.total for line in whole)
        assert sum(line.amounts.total for line in in_parts) == total
        cut_taken = held([*cut_taken.values(), *in_parts])
        whole_taken = held([*whole_taken.values(), *whole])
        payments = after(payments, total)


def test_a_part_that_is_priced_by_itself_would_bring_something_else() -> None:
    """The control: without `cut_from` the parts of an order that was paid a cent short round by themselves."""
    lamps = PricedItem("lamps", "a", 3, 1001)
    order = OrderMoney("EUR", (lamps,), {}, 3002)
    parts = OrderMoney(
        "EUR", (replace(lamps, quantity=1), PricedItem("part", "a", 2, 1001, cut_from="lamps")), {}, 3002
    )
    alone = replace(parts, items=tuple(replace(item, cut_from=None) for item in parts.items))
    one = price(order, {}, {"lamps": 1})[0].amounts.goods
    assert price(parts, {}, {"part": 1})[0].amounts.goods == one == 1000
    assert price(alone, {}, {"lamps": 1})[0].amounts.goods == 1001


def test_allowances_for_parts_share_what_is_left_of_the_line() -> None:
    lamps = PricedItem("lamps", "a", 2, 1000)
    parts = (replace(lamps, quantity=1), PricedItem("part", "a", 1, 1000, cut_from="lamps"))
    order = OrderMoney("EUR", parts, {}, 2000)
    taken = {"part": price(order, {}, {"part": 1})[0]}
    limits = ceilings(order, taken, {"lamps": 300}, (), {})
    assert limits.allowances == {"lamps": 700, "part": 700}
    asked = [Adjustment(AdjustmentKind.ALLOWANCE, minor, of) for minor, of in ((500, "lamps"), (300, "part"))]
    assert excess(asked, limits) == {1: 200}
