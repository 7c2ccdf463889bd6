"""How much money goes back when units are taken out of an order, and to which payments.

The method. The *parts* of an order are its items and the shipping of each seller order. The captured amount is
allocated over the parts by their nominal prices, so the *nets* of the parts sum to the captured amount even if the
customer paid more or less than the prices say. A plan then takes from an item the difference between the value of all
units taken so far and the amount that live plans already hold of it; the last unit of an item takes the exact rest.
Shipping goes back with the last unit of a seller order. The order in which plans are made does not matter, and a
voided plan frees what it held.

An item that was cut in two, since its units went into two packages, is still one line: its *siblings* are priced
together, each getting what the uncut line would give for units taken next.

Money goes when a plan is *released*, and only then are its amounts final: what `taken` holds are the plans released
before it. Until then a plan is a quote, which also counts the quotes that wait beside it.

An *allowance* is money for a defect or as goodwill, without units. It comes out of the net of the item, or of the
shipping, that it names, so the units that go back afterwards bring at most what it left: nothing is paid back twice.
What a plan adds to its lines or keeps from them is worked out in domain/adjustments.py.

A gateway may move only multiples of a *step*, such as ten fils. `release` lets a plan pay what the payments can pay by
then; the difference stands in `rounding`, and the next plan of the order makes up for it.

All amounts are integers in minor units of the order's one currency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.money import allocate, share_so_far


@dataclass(frozen=True, slots=True)
class PricedItem:
    """An order item as it was sold. Discount and tax are those of all its units together.

    The unit price is before discount. Tax is what is added to the price: 0 if prices include it. Siblings have the same
    `cut_from`, the id of the item that they were cut from.
    Raises ValueError if an amount is negative or no unit was sold.
    """

    id: str
    seller_order_id: str
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0
    cut_from: str | None = None

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"item {self.id} has no units")
        if min(self.unit_price_minor, self.discount_minor, self.tax_minor) < 0:
            raise ValueError(f"item {self.id} has a negative amount")

    @property
    def line(self) -> str:
        """The id of the line that it is, or is a part of."""
        return self.cut_from or self.id

    @property
    def nominal_minor(self) -> int:
        """The price of the whole item; never below zero, however large the discount."""
        return max(0, self.unit_price_minor * self.quantity - self.discount_minor + self.tax_minor)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """The amounts of an order that pricing reads: its items, the shipping of each seller order, the captured amount.

    A seller order without an entry in `shipping_minor` was shipped for free. The captured amount is that of the sale,
    before any refund. Raises ValueError if an amount is negative.
    """

    currency: str
    items: tuple[PricedItem, ...]
    shipping_minor: Mapping[str, int]
    captured_minor: int

    def __post_init__(self) -> None:
        if self.captured_minor < 0 or any(minor < 0 for minor in self.shipping_minor.values()):
            raise ValueError("the captured amount and shipping must not be negative")


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """The components of a plan line's total, in minor units; only `rounding` may be negative.

    `shipping_share` is what was really paid for shipping: its part of an over- or underpayment is included.
    `rounding` is everything else: the rounding of unit shares, the item's part of an over- or underpayment, and what
    the payments cannot pay yet, or make up for (`release`). If the order was paid exactly, no plan was voided and every
    payment pays single minor units, it is at most one minor unit up or down.
    """

    base: int = 0
    discount_share: int = 0
    tax_share: int = 0
    shipping_share: int = 0
    rounding: int = 0

    @property
    def goods(self) -> int:
        """The total without shipping, which counts against the net of the item."""
        return self.base - self.discount_share + self.tax_share + self.rounding

    @property
    def total(self) -> int:
        """The amount that goes back for the line."""
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
    """Some units of one item with the amounts that go back for them; also the sum of several lines of one item."""

    item_id: str
    quantity: int
    amounts: LineAmounts


Taken = Mapping[str, PlanLine]
"""What earlier plans hold, by item id: those released before, or all live ones. An item that none holds may be absent.

The shipping that went back for a seller order is included: it is the `shipping_share` of its lines.
"""


Allowances = Mapping[str, int]
"""What allowances hold, in minor units, by the id of the item or of the seller order whose shipping they are for."""
NONE: Allowances = {}


@dataclass(frozen=True, slots=True)
class Nets:
    """The net amount of each part of an order: lines by the id of their first item, shipping by seller order id.

    Each is ≥ 0, and together they are exactly the captured amount.
    """

    lines: Mapping[str, int]
    shipping: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that money can go back to.

    `paid_minor` is what its refunds have paid back or are to pay back, `left_minor` the rest of what was captured.
    Refunds may bring the sum to a multiple of `step_minor`, or to all that was captured.
    """

    id: str
    position: int
    left_minor: int
    paid_minor: int = 0
    step_minor: int = 1

    def payable(self, most_minor: int) -> int:
        """The largest amount up to `most_minor` that may go back to this payment now."""
        if most_minor >= self.left_minor:
            return max(0, self.left_minor)
        return max(0, most_minor - (self.paid_minor + most_minor) % self.step_minor)


def held(lines: Iterable[PlanLine]) -> dict[str, PlanLine]:
    """Sum plan lines by item, as `price` takes them."""
    sums: dict[str, PlanLine] = {}
    for line in lines:
        _add(sums, line)
    return sums


def nets(order: OrderMoney) -> Nets:
    """Allocate the captured amount over items and shipping by their nominal prices."""
    lines = _lines(order.items)
    sellers = list(dict.fromkeys(line.seller_order_id for line in lines.values()))
    nominal = [line.nominal_minor for line in lines.values()]
    nominal += [order.shipping_minor.get(seller, 0) for seller in sellers]
    parts = iter(allocate(order.captured_minor, nominal) if nominal else ())
    return Nets({line: next(parts) for line in lines}, {seller: next(parts) for seller in sellers})


def price(
    order: OrderMoney, taken: Taken, quantities: Mapping[str, int], *, allowances: Allowances = NONE
) -> tuple[PlanLine, ...]:
    """Price a number of units by item id, given what live plans and allowances already hold.

    There is one line per item in `quantities`, in the order of `order.items`. The lines of all live plans together
    never sum to more than the captured amount, and to exactly that once no unit is left. The shipping of a seller
    order is on the last of its lines in the plan that takes its last unit. If another plan of it is voided later, the
    shipping is not paid back twice.
    Raises ValueError if an item is unknown, or if a quantity is below one or above the units left.
    """
    left = {item.id: item.quantity - _taken_units(taken, item.id) for item in order.items}
    for item_id, quantity in quantities.items():
        if not 1 <= quantity <= left.get(item_id, 0):
            raise ValueError(f"cannot take {quantity} of {left.get(item_id, 0)} units left of item {item_id}")
    worth = nets(order)
    closing = _closing_lines(order.items, left, quantities)
    whole, given_for = _lines(order.items), by_line(order.items, allowances)
    so_far = _taken_by_line(order.items, taken)
    lines = []
    for item in order.items:
        if item.id in quantities:
            shipping = 0
            if item.id in closing:
                given = _shipping_given(order.items, taken, item.seller_order_id)
                given += allowances.get(item.seller_order_id, 0)
                shipping = max(0, worth.shipping[item.seller_order_id] - given)
            units, net = quantities[item.id], worth.lines[item.line]
            most = net - given_for.get(item.line, 0)
            amounts = _goods(whole[item.line], net, most, so_far.get(item.line), units)
            _add(so_far, PlanLine(item.line, units, amounts))
            lines.append(PlanLine(item.id, units, amounts + LineAmounts(shipping_share=shipping)))
    return tuple(lines)


def release(
    order: OrderMoney,
    taken: Taken,
    quantities: Mapping[str, int],
    payments: Sequence[Payment],
    *,
    allowances: Allowances = NONE,
    besides_minor: int = 0,
) -> tuple[PlanLine, ...]:
    """Price units as `price` does, in amounts that the payments can pay.

    `besides_minor` is what the plan adds to its lines, or keeps from them if it is negative: the payments pay both.

    If they cannot pay what is owed to the last minor unit, because a gateway moves only multiples of a step, the lines
    sum to the largest amount that they can. What is owed includes what earlier plans fell short of, so the last plan of
    an order brings everything back. Raises ValueError as `price` does.
    """
    lines = price(order, taken, quantities, allowances=allowances)
    if all(payment.step_minor == 1 for payment in payments):
        return lines
    parts, _ = fill(max(0, _owed(order, taken, quantities, allowances) + besides_minor), payments)
    return _adjusted(lines, sum(amount for _, amount in parts) - besides_minor)


def within(lines: Sequence[PlanLine], most_minor: int) -> tuple[PlanLine, ...]:
    """The lines, cut to an amount that they must not exceed together: the last ones first, in their `rounding`.

    Quotes that wait may hold a minor unit more than is left for them if the one that was made last is released first.
    What is cut is made up for by the units that go back later.
    """
    if sum(line.amounts.total for line in lines) <= most_minor:
        return tuple(lines)
    return _adjusted(lines, max(0, most_minor))


def spread(total_minor: int, payments: Iterable[Payment]) -> tuple[tuple[str, int], ...]:
    """Split an amount over payments in the order of their positions: each is filled before the next one gets anything.

    A payment that cannot be filled gets what its step allows. Returns pairs of payment id and amount; a payment that
    gets nothing is left out. Raises ValueError if the amount is negative, or more than the payments can pay.
    """
    if total_minor < 0:
        raise ValueError("a negative amount cannot be split over payments")
    parts, lacking = fill(total_minor, payments)
    if lacking:
        raise ValueError(f"the payments lack {lacking} minor units")
    return parts


def after(payments: Iterable[Payment], total_minor: int) -> tuple[Payment, ...]:
    """The payments as they are once an amount, or as much of it as they can pay, has gone back to them."""
    payments = tuple(payments)
    parts = dict(fill(total_minor, payments)[0])
    return tuple(
        replace(
            payment,
            left_minor=payment.left_minor - parts.get(payment.id, 0),
            paid_minor=payment.paid_minor + parts.get(payment.id, 0),
        )
        for payment in payments
    )


def fill(total_minor: int, payments: Iterable[Payment]) -> tuple[tuple[tuple[str, int], ...], int]:
    """The parts of an amount that payments can pay, as `spread` gives them, and what they cannot pay."""
    parts = []
    for payment in sorted(payments, key=lambda payment: payment.position):
        amount = payment.payable(total_minor)
        if amount:
            parts.append((payment.id, amount))
            total_minor -= amount
    return tuple(parts), total_minor


def _owed(order: OrderMoney, taken: Taken, quantities: Mapping[str, int], allowances: Allowances) -> int:
    """The value of all units that are taken after this plan, minus what earlier plans have given for theirs."""
    worth = nets(order)
    given_for = by_line(order.items, allowances)
    units = by_line(order.items, {item.id: _taken_units(taken, item.id) for item in order.items})
    for item in order.items:
        units[item.line] += quantities.get(item.id, 0)
    lines = _lines(order.items).values()
    unfinished = {line.seller_order_id for line in lines if units[line.id] < line.quantity}
    goods = sum(
        min(share_so_far(net, units[line.id], line.quantity), max(0, net - given_for.get(line.id, 0)))
        for line in lines
        for net in (worth.lines[line.id],)
    )
    shipping = sum(
        max(0, minor - allowances.get(seller, 0))
        for seller, minor in worth.shipping.items()
        if seller not in unfinished
    )
    return max(0, goods + shipping - sum(line.amounts.total for line in taken.values()))


def _adjusted(lines: Sequence[PlanLine], total_minor: int) -> tuple[PlanLine, ...]:
    """The lines with the difference to another total in their `rounding`: no line below zero, the last ones first."""
    rest = total_minor - sum(line.amounts.total for line in lines)
    adjusted = []
    for line in reversed(lines):
        change = max(rest, -line.amounts.total)
        rest -= change
        adjusted.append(replace(line, amounts=line.amounts + LineAmounts(rounding=change)))
    return tuple(reversed(adjusted))


def _lines(items: Sequence[PricedItem]) -> dict[str, PricedItem]:
    """The lines as they were sold, in their order: siblings are one again."""
    lines: dict[str, PricedItem] = {}
    for item in items:
        first = lines.get(item.line)
        lines[item.line] = (
            replace(
                first,
                quantity=first.quantity + item.quantity,
                discount_minor=first.discount_minor + item.discount_minor,
                tax_minor=first.tax_minor + item.tax_minor,
            )
            if first
            else item
        )
    return lines


def by_line(items: Sequence[PricedItem], amounts: Mapping[str, int]) -> dict[str, int]:
    """Sums of what is known by item, by line; what is known of none of them is left out."""
    sums: dict[str, int] = {}
    for item in items:
        if item.id in amounts:
            sums[item.line] = sums.get(item.line, 0) + amounts[item.id]
    return sums


def _taken_by_line(items: Sequence[PricedItem], taken: Taken) -> dict[str, PlanLine]:
    return held(replace(taken[item.id], item_id=item.line) for item in items if item.id in taken)


def _add(sums: dict[str, PlanLine], line: PlanLine) -> None:
    so_far = sums.get(line.item_id)
    if so_far:
        line = PlanLine(line.item_id, so_far.quantity + line.quantity, so_far.amounts + line.amounts)
    sums[line.item_id] = line


def _taken_units(taken: Taken, item_id: str) -> int:
    line = taken.get(item_id)
    return line.quantity if line else 0


def _goods(item: PricedItem, net_minor: int, most_minor: int, before: PlanLine | None, units: int) -> LineAmounts:
    """The amounts of the next units of an item without shipping. Each component telescopes (`share_so_far`).

    All units together bring at most `most_minor`, the net without what allowances hold of it.

    After a plan was voided, the live plans may hold a cent more than the value of their units. Then a component is zero
    rather than negative, and later units even it out.
    """
    had, so_far = (before.amounts, before.quantity + units) if before else (LineAmounts(), units)
    goods = max(0, min(share_so_far(net_minor, so_far, item.quantity), most_minor) - had.goods)
    discount = max(0, share_so_far(item.discount_minor, so_far, item.quantity) - had.discount_share)
    tax = max(0, share_so_far(item.tax_minor, so_far, item.quantity) - had.tax_share)
    base = item.unit_price_minor * units
    return LineAmounts(base, discount, tax, rounding=goods - (base - discount + tax))


def _closing_lines(items: Sequence[PricedItem], left: Mapping[str, int], quantities: Mapping[str, int]) -> set[str]:
    """The items whose lines carry shipping: the last one of each seller order of which no unit is left afterwards."""
    last = {item.seller_order_id: item.id for item in items if item.id in quantities}
    open_sellers = {item.seller_order_id for item in items if left[item.id] > quantities.get(item.id, 0)}
    return {item_id for seller, item_id in last.items() if seller not in open_sellers}


def _shipping_given(items: Sequence[PricedItem], taken: Taken, seller_order_id: str) -> int:
    siblings = (item.id for item in items if item.seller_order_id == seller_order_id)
    return sum(taken[item_id].amounts.shipping_share for item_id in siblings if item_id in taken)
