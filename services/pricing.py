"""An order book's rows → what the pricing of the domain reads, and back to columns."""

from collections.abc import Mapping

from domain import pricing
from gateways.payments.steps import step_of
from models import CancellationPlan, PlanLine
from services.currency import exponent
from services.order_book import OrderBook


def quoted(order_book: OrderBook, quantities: Mapping[str, int]) -> tuple[pricing.PlanLine, ...]:
    """The lines of a plan for units by item id, should every plan that waits be approved before it."""
    waiting = order_book.waiting_lines()
    payments = pricing.after(_payments(order_book), sum(line.total_minor for line in waiting))
    taken = pricing.held(map(_priced, order_book.released_lines() + waiting))
    return pricing.release(_order_money(order_book), taken, quantities, payments)


def released(
    order_book: OrderBook, quantities: Mapping[str, int], *, plan: CancellationPlan | None = None
) -> tuple[pricing.PlanLine, ...]:
    """The lines of a plan for units by item id whose money goes back now; of `plan`, if it was quoted before."""
    taken = pricing.held(map(_priced, order_book.released_lines(besides=plan)))
    return pricing.release(_order_money(order_book), taken, quantities, _payments(order_book))


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


def spread_total(order_book: OrderBook, total_minor: int) -> tuple[tuple[str, int], ...]:
    """How a total goes back to the payments: (payment id, amount), in the order they were made."""
    return pricing.spread(total_minor, _payments(order_book))


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
            )
            for item in order_book.items
        ),
        shipping_minor={part.id: part.shipping_minor for part in order_book.seller_orders},
        captured_minor=order_book.order.captured_minor,
    )


def _payments(order_book: OrderBook) -> tuple[pricing.Payment, ...]:
    return tuple(
        pricing.Payment(
            payment.id,
            payment.position,
            left_minor=payment.captured_minor - payment.allocated_minor,
            paid_minor=payment.allocated_minor,
            step_minor=step_of(payment.provider, payment.currency, exponent),
        )
        for payment in order_book.payments
    )


def _priced(line: PlanLine) -> pricing.PlanLine:
    amounts = pricing.LineAmounts(
        base=line.base_minor,
        discount_share=line.discount_share_minor,
        tax_share=line.tax_share_minor,
        shipping_share=line.shipping_share_minor,
        rounding=line.rounding_minor,
    )
    return pricing.PlanLine(line.order_item_id, line.quantity, amounts)
