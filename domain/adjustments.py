"""What a plan adds to the amounts of its lines, or keeps from them: fees, deductions, allowances, reversals.

The lines of a plan always stand for the goods in full. What a fee or a deduction keeps lowers the payout alone: the
units count as paid in full, so the next unit never brings it back. An allowance counts against the net of what it is
for, and the units that go back later bring that much less (domain/pricing.py).

Fees never eat into more than there is: what a plan cannot pay out of its own lines and additions is cut off its fees,
the last one first. Everything else is refused if it is above its ceiling, since a person has asked for that very
amount. A deduction is cut only if its units leave a plan that waits. What is cut keeps both amounts: what was asked and
what was applied.

All amounts are integers in minor units.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.pricing import Allowances, OrderMoney, PlanLine, Taken, by_line, held, nets
from domain.words import AdjustmentKind

KEEPS = frozenset({AdjustmentKind.FEE, AdjustmentKind.DEDUCTION})
"""The kinds that lower a payout; all others raise it."""
ALLOWS = frozenset({AdjustmentKind.ALLOWANCE, AdjustmentKind.SHIPPING})
"""The kinds that count against the net of an item, or of a seller's shipping."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One amount that a plan adds or keeps. `asked_minor` is never below zero; the kind says which way it goes.

    `of` names what it is about: an item for a deduction or an allowance, a seller order for shipping, the earlier
    adjustment for a reversal; a fee names nothing. `applied_minor` is what comes of it, signed as it moves the payout.
    Raises ValueError if the amount is negative.
    """

    kind: AdjustmentKind
    asked_minor: int
    of: str | None = None
    applied_minor: int = 0

    def __post_init__(self) -> None:
        if self.asked_minor < 0:
            raise ValueError("an adjustment's amount must not be negative")

    @property
    def full_minor(self) -> int:
        """What it comes to if nothing is cut."""
        return -self.asked_minor if self.kind in KEEPS else self.asked_minor


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The most that a plan may add or keep for each thing, by its id: what is left of its net, line or fee.

    `lines` has the line of each item that was cut from one, or from which one was cut: they share what is left of it.
    """

    deductions: Mapping[str, int]
    allowances: Mapping[str, int]
    shipping: Mapping[str, int]
    reversals: Mapping[str, int]
    lines: Mapping[str, str] = field(default_factory=dict)

    def of(self, adjustment: Adjustment) -> int | None:
        """The ceiling of an adjustment in minor units; None for a fee, which is cut instead."""
        if adjustment.kind is AdjustmentKind.FEE:
            return None
        by_kind = {
            AdjustmentKind.DEDUCTION: self.deductions,
            AdjustmentKind.ALLOWANCE: self.allowances,
            AdjustmentKind.SHIPPING: self.shipping,
            AdjustmentKind.REVERSAL: self.reversals,
        }
        return by_kind[adjustment.kind].get(adjustment.of or "", 0)


def ceilings(
    order: OrderMoney, taken: Taken, allowances: Allowances, lines: Sequence[PlanLine], kept: Mapping[str, int]
) -> Ceilings:
    """What a plan with these lines may add or keep at most.

    `taken` and `allowances` are what all other live plans hold, `kept` is what is still kept of each earlier fee or
    deduction, by its id.
    """
    worth = nets(order)
    counted = held([*taken.values(), *lines])
    shipping: dict[str, int] = {}
    for item in order.items:
        if item.id in counted:
            given = counted[item.id].amounts.shipping_share
            shipping[item.seller_order_id] = shipping.get(item.seller_order_id, 0) + given
    goods = by_line(order.items, {item: line.amounts.goods for item, line in counted.items()})
    left = _left(worth.lines, goods, by_line(order.items, allowances))
    return Ceilings(
        deductions={line.item_id: max(0, line.amounts.goods) for line in lines},
        allowances={item.id: left[item.line] for item in order.items},
        shipping=_left(worth.shipping, shipping, allowances),
        reversals=kept,
        lines={item.id: item.line for item in order.items},
    )


def _left(worth: Mapping[str, int], counted: Mapping[str, int], allowances: Allowances) -> dict[str, int]:
    return {id: max(0, net - counted.get(id, 0) - allowances.get(id, 0)) for id, net in worth.items()}


def excess(adjustments: Sequence[Adjustment], limits: Ceilings) -> dict[int, int]:
    """The adjustments that are above their ceilings: position → the ceiling, of all for the same thing together."""
    used: dict[tuple[AdjustmentKind, str | None], int] = {}
    found = {}
    for position, adjustment in enumerate(adjustments):
        limit = limits.of(adjustment)
        if limit is None:
            continue
        of = adjustment.of
        if adjustment.kind is AdjustmentKind.ALLOWANCE and of is not None:
            of = limits.lines.get(of, of)
        key = adjustment.kind, of
        left = limit - used.get(key, 0)
        used[key] = used.get(key, 0) + adjustment.asked_minor
        if adjustment.asked_minor > left:
            found[position] = max(0, left)
    return found


def applied(adjustments: Iterable[Adjustment], lines: Sequence[PlanLine]) -> tuple[Adjustment, ...]:
    """The adjustments as they come out beside these lines, so that the payout is not negative: the last are cut first.

    Deductions keep no more than the lines of their own item bring, and fees no more than what is left of all.
    """
    goods: dict[str | None, int] = {line.item_id: max(0, line.amounts.goods) for line in lines}
    asked = []
    for each in adjustments:
        least = each.full_minor
        if each.kind is AdjustmentKind.DEDUCTION:
            least = -min(each.asked_minor, goods.get(each.of, 0))
            goods[each.of] = goods.get(each.of, 0) + least
        asked.append(replace(each, applied_minor=least))
    lacking = -min(0, sum(line.amounts.total for line in lines) + sum(each.applied_minor for each in asked))
    cut = []
    for each in reversed(asked):
        if lacking and each.kind is AdjustmentKind.FEE:
            less = min(lacking, each.asked_minor)
            lacking -= less
            each = replace(each, applied_minor=each.applied_minor + less)
        cut.append(each)
    return tuple(reversed(cut))
