"""What taking units out of an order gives back, and which payments it goes back to.

The method. An order's *parts* are its lines and one shipping part per seller order. What was captured is
allocated over the parts by what each nominally cost, so the parts' *nets* sum to the captured amount even
when the customer paid more or less than the lines say. A plan then takes from a line the difference
between what all units taken so far are worth and what live plans already hold of it; the line's last unit
takes the exact rest. Shipping goes back with the seller order's last unit. Nothing depends on the order in
which plans came, and a voided plan simply gives back what it held.

All amounts are integers in minor units of the order's one currency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.money import allocate, share_so_far


@dataclass(frozen=True, slots=True)
class PricedItem:
    """A line as it was sold; discount and tax are of the whole line.

    The unit price is before discount. Tax is what came on top: 0 where prices include it.
    Raises ValueError when a term is negative or no unit was sold.
    """

    id: str
    seller_order_id: str
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"line {self.id} has no units")
        if min(self.unit_price_minor, self.discount_minor, self.tax_minor) < 0:
            raise ValueError(f"line {self.id} has a negative amount")

    @property
    def nominal_minor(self) -> int:
        """What the line should have cost; never below zero, however large its discount."""
        return max(0, self.unit_price_minor * self.quantity - self.discount_minor + self.tax_minor)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """What of an order decides amounts: its lines, each seller order's shipping, what was captured.

    A seller order without an entry shipped for free. The captured amount is that of the sale, before
    any refund. Raises ValueError when an amount is negative.
    """

    currency: str
    items: tuple[PricedItem, ...]
    shipping_minor: Mapping[str, int]
    captured_minor: int

    def __post_init__(self) -> None:
        if self.captured_minor < 0 or any(minor < 0 for minor in self.shipping_minor.values()):
            raise ValueError("captured amount and shipping must not be negative")


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """How a plan line's total comes about, in minor units; only `rounding` may be negative.

    `shipping_share` is what was really paid for shipping: its part of an over- or underpayment is in it.
    `rounding` is everything that makes the rest come out: cents of unit shares, and the line's part of
    an over- or underpayment. Without one of those it is at most one minor unit either way, unless
    an earlier plan was voided.
    """

    base: int = 0
    discount_share: int = 0
    tax_share: int = 0
    shipping_share: int = 0
    rounding: int = 0

    @property
    def goods(self) -> int:
        """The total without shipping: what counts against the line's own net."""
        return self.base - self.discount_share + self.tax_share + self.rounding

    @property
    def total(self) -> int:
        """What goes back for the line."""
        return self.goods + self.shipping_share

    def __add__(self, other: "LineAmounts") -> "LineAmounts":
        return LineAmounts(
            base=self.base + other.base,
            discount_share=self.discount_share + other.discount_share,
            tax_share=self.tax_share + other.tax_share,
            shipping_share=self.shipping_share + other.shipping_share,
            rounding=self.rounding + other.rounding,
        )


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Some units of one line with what they give back; also the sum of several such lines of one item."""

    item_id: str
    quantity: int
    amounts: LineAmounts


Taken = Mapping[str, PlanLine]
"""What live plans (neither voided nor rejected) hold, by item id; an item nobody asked for may be absent.

The shipping that a seller order gave back is found in it too: it is the `shipping_share` of its lines.
"""


@dataclass(frozen=True, slots=True)
class Nets:
    """What each part of an order is worth: lines by item id, shipping by seller order id.

    All are ≥ 0 and together they are exactly what was captured.
    """

    lines: Mapping[str, int]
    shipping: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as a place to give money back to; `left_minor` is captured minus refunds not failed."""

    id: str
    position: int
    left_minor: int


def held(lines: Iterable[PlanLine]) -> dict[str, PlanLine]:
    """Sum plan lines by item, as `price` wants to know them."""
    sums: dict[str, PlanLine] = {}
    for line in lines:
        so_far = sums.get(line.item_id)
        if so_far:
            line = PlanLine(line.item_id, so_far.quantity + line.quantity, so_far.amounts + line.amounts)
        sums[line.item_id] = line
    return sums


def nets(order: OrderMoney) -> Nets:
    """Allocate what was captured over the lines and shippings by what each nominally cost."""
    sellers = list(dict.fromkeys(item.seller_order_id for item in order.items))
    nominal = [item.nominal_minor for item in order.items]
    nominal += [order.shipping_minor.get(seller, 0) for seller in sellers]
    parts = iter(allocate(order.captured_minor, nominal) if nominal else ())
    return Nets({item.id: next(parts) for item in order.items}, {seller: next(parts) for seller in sellers})


def price(order: OrderMoney, taken: Taken, ask: Mapping[str, int]) -> tuple[PlanLine, ...]:
    """Price a number of units per item id, given what live plans hold already.

    One line per item asked for, in the order's order. The lines of every plan that stays live sum to
    what was captured once no unit is left, and to no more before. A seller order's shipping is on the
    plan's last line of it. It stays given when a sibling plan is voided later, and is not given twice.
    Raises ValueError on an unknown item, on less than one unit and on more units than are left.
    """
    left = {item.id: item.quantity - _taken_units(taken, item.id) for item in order.items}
    for item_id, quantity in ask.items():
        if not 1 <= quantity <= left.get(item_id, 0):
            raise ValueError(f"cannot take {quantity} of {left.get(item_id, 0)} units left of item {item_id}")
    worth = nets(order)
    closing = _closing_lines(order.items, left, ask)
    lines = []
    for item in order.items:
        if item.id in ask:
            shipping = 0
            if item.id in closing:
                given = _shipping_given(order.items, taken, item.seller_order_id)
                shipping = max(0, worth.shipping[item.seller_order_id] - given)
            amounts = _goods(item, worth.lines[item.id], taken.get(item.id), ask[item.id])
            lines.append(PlanLine(item.id, ask[item.id], amounts + LineAmounts(shipping_share=shipping)))
    return tuple(lines)


def spread(total_minor: int, payments: Iterable[Payment]) -> tuple[tuple[str, int], ...]:
    """Give an amount back to payments in order of position, each filled before the next is touched.

    Pairs of payment id and amount; a payment that gets nothing is left out. Raises ValueError on a
    negative amount and when the payments have less left than is to be given.
    """
    if total_minor < 0:
        raise ValueError("a negative amount cannot be given back")
    parts = []
    for payment in sorted(payments, key=lambda each: each.position):
        amount = min(total_minor, payment.left_minor)
        if amount > 0:
            parts.append((payment.id, amount))
            total_minor -= amount
    if total_minor:
        raise ValueError(f"the payments lack {total_minor} minor units")
    return tuple(parts)


def _taken_units(taken: Taken, item_id: str) -> int:
    line = taken.get(item_id)
    return line.quantity if line else 0


def _goods(item: PricedItem, net_minor: int, before: PlanLine | None, units: int) -> LineAmounts:
    """The next units of a line without shipping, each component by the same telescoping.

    After a void the live plans may hold a cent more than their units are worth: then nothing is given
    rather than less than nothing, and later units even it out.
    """
    had, so_far = (before.amounts, before.quantity + units) if before else (LineAmounts(), units)
    goods = max(0, share_so_far(net_minor, so_far, item.quantity) - had.goods)
    discount = max(0, share_so_far(item.discount_minor, so_far, item.quantity) - had.discount_share)
    tax = max(0, share_so_far(item.tax_minor, so_far, item.quantity) - had.tax_share)
    base = item.unit_price_minor * units
    return LineAmounts(base, discount, tax, rounding=goods - (base - discount + tax))


def _closing_lines(items: Sequence[PricedItem], left: Mapping[str, int], ask: Mapping[str, int]) -> set[str]:
    """The items whose line brings shipping back: a seller order's last one, if the ask leaves none of it."""
    last = {item.seller_order_id: item.id for item in items if item.id in ask}
    open_sellers = {item.seller_order_id for item in items if left[item.id] > ask.get(item.id, 0)}
    return {item_id for seller, item_id in last.items() if seller not in open_sellers}


def _shipping_given(items: Sequence[PricedItem], taken: Taken, seller_order_id: str) -> int:
    siblings = (item.id for item in items if item.seller_order_id == seller_order_id)
    return sum(taken[item_id].amounts.shipping_share for item_id in siblings if item_id in taken)
