"""An order book's rows → what the pricing of the domain reads, and back to columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from domain import adjustments, pricing
from domain.adjustments import Adjustment, Ceilings, applied
from domain.pricing import NONE
from domain.words import LIVE_PLANS, RELEASED_PLANS
from gateways.payments.steps import step_of
from models import CancellationPlan, PlanLine
from services.currency import exponent
from services.order_book import OrderBook

Asked: TypeAlias = Callable[[Sequence[pricing.PlanLine]], Sequence[Adjustment]]
"""What a plan is to add to its lines or to keep from them, by the lines."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The lines of a plan, and what it adds to them or keeps from them."""

    lines: tuple[pricing.PlanLine, ...]
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def total_minor(self) -> int:
        """What goes back."""
        return sum(line.amounts.total for line in self.lines) + sum(each.applied_minor for each in self.adjustments)


def quoted(
    order_book: OrderBook,
    quantities: Mapping[str, int],
    asked: Asked | None,
    *,
    plan: CancellationPlan | None = None,
    surcharges: Mapping[str, int] = NONE,
) -> Priced:
    """A plan for units by item id, should every other plan that waits be released first; of `plan`, if it exists.

    `surcharges` are what of a seller's shipping does not go back, by the id of its part.
    """
    waiting = order_book.waiting_plans(besides=plan)
    payments = pricing.after(_payments(order_book, since_then=False), sum(other.total_minor for other in waiting))
    lines = order_book.released_lines(besides=plan) + order_book.waiting_lines(besides=plan)
    return _priced(order_book, lines, quantities, payments, asked, plan, _with(order_book.adjusted(), surcharges))


def released(
    order_book: OrderBook,
    quantities: Mapping[str, int],
    asked: Asked | None,
    *,
    plan: CancellationPlan | None = None,
    surcharges: Mapping[str, int] = NONE,
) -> Priced:
    """A plan for units by item id whose money goes back now; of `plan`, if it was quoted before."""
    lines, allowances = order_book.released_lines(besides=plan), _with(order_book.adjusted(), surcharges)
    held = [other for other in order_book.plans if other.held and other is not plan]
    for line in pricing.held(_line(row) for other in held for row in order_book.lines_of(other)).values():
        allowances[line.item_id] = allowances.get(line.item_id, 0) + line.amounts.goods  # reserved, as an allowance is
    return _priced(order_book, lines, quantities, _payments(order_book, since_then=False), asked, plan, allowances)


def _with(allowances: dict[str, int], surcharges: Mapping[str, int]) -> dict[str, int]:
    """Allowances beside what does not go back: of a seller's shipping, both leave so much less."""
    for part, minor in surcharges.items():
        allowances[part] = allowances.get(part, 0) + minor
    return allowances


def _priced(
    order_book: OrderBook,
    earlier: Sequence[PlanLine],
    quantities: Mapping[str, int],
    payments: Sequence[pricing.Payment],
    asked: Asked | None,
    plan: CancellationPlan | None,
    allowances: pricing.Allowances,
) -> Priced:
    if not quantities:
        return Priced((), applied(asked(()) if asked else (), ()))
    money, taken = _order_money(order_book), pricing.held(map(_line, earlier))
    adjusted: tuple[Adjustment, ...] = ()
    if asked:
        full = pricing.price(money, taken, quantities, allowances=allowances)
        adjusted = applied(asked(full), full)
    besides = sum(each.applied_minor for each in adjusted)
    lines = pricing.release(money, taken, quantities, payments, allowances=allowances, besides_minor=besides)
    return Priced(_within(order_book, lines, plan, besides), adjusted)


def _within(
    order_book: OrderBook, lines: tuple[pricing.PlanLine, ...], plan: CancellationPlan | None, besides_minor: int
) -> tuple[pricing.PlanLine, ...]:
    """What is reserved for plans that wait for their goods is not given to another plan."""
    held = [other.total_minor for other in order_book.plans if other.held and other is not plan]
    if not held:
        return lines
    left = sum(payment.left_minor for payment in _payments(order_book, since_then=False))
    return pricing.within(lines, left - sum(held) - besides_minor)


def ceilings(order_book: OrderBook, lines: Sequence[pricing.PlanLine]) -> Ceilings:
    """The most that a new plan with these lines may add or keep, given what all others hold, the waiting ones too."""
    live = {plan.id for plan in order_book.plans if plan.status in LIVE_PLANS | RELEASED_PLANS}
    rows = [*order_book.settled_lines, *(row for row in order_book.plan_lines if row.plan_id in live)]
    taken = pricing.held(map(_line, rows))
    kept = {id: each.minor for id, each in order_book.kept().items()}
    return adjustments.ceilings(_order_money(order_book), taken, order_book.adjusted(), lines, kept)


def payable(order_book: OrderBook, total_minor: int) -> int:
    """The largest part of a total that the payments can pay now, beside what is reserved for plans that are held."""
    held = sum(plan.total_minor for plan in order_book.plans if plan.held)
    payments = _payments(order_book)
    left = sum(payment.left_minor for payment in payments) - held
    before = sum(payment.left_minor for payment in payments)
    most = pricing.after(payments, max(0, min(total_minor, left)))
    return before - sum(payment.left_minor for payment in most)


def columns(amounts: pricing.LineAmounts) -> dict[str, int]:
    """The amounts of a line as its row has them."""
    return {
        "base_minor": amounts.base,
        "discount_share_minor": amounts.discount_share,
        "tax_share_minor": amounts.tax_share,
        "shipping_share_minor": amounts.shipping_share,
        "rounding_minor": amounts.rounding,
        "total_minor": amounts.total,
    }


def spread_total(order_book: OrderBook, total_minor: int) -> tuple[tuple[tuple[str, int], ...], int]:
    """How a total goes back to the payments: (payment id, amount), in the order they were made; and what they lack.

    They lack something only if money went back outside of Retour since the order came in.
    """
    return pricing.fill(total_minor, _payments(order_book))


def _order_money(order_book: OrderBook) -> pricing.OrderMoney:
    return pricing.OrderMoney(
        currency=order_book.order.currency,
        items=tuple(
            pricing.PricedItem(
                item.id,
                item.seller_order_id,
                item.quantity,
                item.unit_price_minor,
                item.discount_minor,
                item.tax_minor,
                item.cut_from_id,
            )
            for item in order_book.items
        ),
        shipping_minor={part.id: part.shipping_minor for part in order_book.seller_orders},
        captured_minor=order_book.order.captured_minor,
    )


def _payments(order_book: OrderBook, *, since_then: bool = True) -> tuple[pricing.Payment, ...]:
    """The payments; what went back outside of Retour `since_then`, after the order came in, changes nothing of what is
    owed.
    """
    known = {payment.id: 0 for payment in order_book.payments}
    for movement in order_book.movements if not since_then else ():
        known[movement.payment_id] += movement.left_minor
    return tuple(
        pricing.Payment(
            payment.id,
            payment.position,
            left_minor=max(0, payment.captured_minor - payment.allocated_minor - elsewhere),
            paid_minor=payment.allocated_minor + elsewhere,
            step_minor=step_of(payment.provider, payment.currency, exponent),
        )
        for payment in order_book.payments
        for elsewhere in (payment.external_minor - known[payment.id],)
    )


def _line(line: PlanLine) -> pricing.PlanLine:
    amounts = pricing.LineAmounts(
        base=line.base_minor,
        discount_share=line.discount_share_minor,
        tax_share=line.tax_share_minor,
        shipping_share=line.shipping_share_minor,
        rounding=line.rounding_minor,
    )
    return pricing.PlanLine(line.order_item_id, line.quantity, amounts)
