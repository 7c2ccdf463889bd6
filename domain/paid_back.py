"""What went back of an order before it came in, as a plan holds it.

Only amounts are known of it. The units count for what they are worth, as in every plan (domain/pricing.py): what went
back beyond that stands in the line's `rounding`, and the units that are left bring that much less; what was kept of it
is kept for good, and no later unit brings it back. So what goes back later is never above what was captured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.pricing import LineAmounts, OrderMoney, PlanLine, held, nets, price


@dataclass(frozen=True, slots=True)
class PaidBack:
    """Some units of an item, and what went back for them: for the goods, and of the seller's shipping."""

    item_id: str
    quantity: int
    goods_minor: int
    shipping_minor: int = 0


@dataclass(frozen=True, slots=True)
class SettledLine:
    """The line of a plan whose money has gone, and what was kept of its goods."""

    line: PlanLine
    kept_minor: int


@dataclass(frozen=True, slots=True)
class Excess:
    """More went back than the customer had paid for it: which of the units, for the goods or shipping, the most."""

    position: int
    shipping: bool
    most_minor: int


def settled(order: OrderMoney, gone: Sequence[PaidBack]) -> list[SettledLine]:
    """The lines of what went back, in the same order. Raises ValueError if an item has fewer units."""
    taken: list[PlanLine] = []
    found = []
    for back in gone:
        (line,) = price(order, held(taken), {back.item_id: back.quantity})
        goods = replace(line.amounts, shipping_share=0)
        kept = goods.goods - back.goods_minor
        amounts = goods + LineAmounts(shipping_share=back.shipping_minor, rounding=max(0, -kept))
        taken.append(replace(line, amounts=amounts))
        found.append(SettledLine(taken[-1], max(0, kept)))
    return found


def excesses(order: OrderMoney, gone: Sequence[PaidBack]) -> Iterator[Excess]:
    """Where more went back than the customer had paid for an item or for a seller's shipping, all units together."""
    worth = nets(order)
    seller_of = {item.id: item.seller_order_id for item in order.items}
    goods, shipping = dict(worth.lines), dict(worth.shipping)
    for position, settled_line in enumerate(settled(order, gone)):
        back, seller = gone[position], seller_of[gone[position].item_id]
        if settled_line.line.amounts.goods > goods[back.item_id]:
            yield Excess(position, shipping=False, most_minor=goods[back.item_id])
        if back.shipping_minor > shipping[seller]:
            yield Excess(position, shipping=True, most_minor=shipping[seller])
        goods[back.item_id] = max(0, goods[back.item_id] - settled_line.line.amounts.goods)
        shipping[seller] = max(0, shipping[seller] - back.shipping_minor)
