"""An order book's rows → what the pricing of the domain reads, and back to columns."""

from collections.abc import Mapping

from domain import pricing
from models import PlanLine
from services.order_book import OrderBook


def price_units(order_book: OrderBook, quantities: Mapping[str, int]) -> tuple[pricing.PlanLine, ...]:
    """The lines of a plan for a number of units by item id; nothing is written."""
    order = pricing.OrderMoney(
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
    taken = pricing.held(_priced(line) for line in order_book.live_lines())
    return tuple(pricing.price(order, taken, quantities))


def spread_total(order_book: OrderBook, total_minor: int) -> tuple[tuple[str, int], ...]:
    """How a total goes back to the payments: (payment id, amount), in the order they were made."""
    return pricing.spread(
        total_minor,
        (
            pricing.Payment(payment.id, payment.position, payment.captured_minor - payment.allocated_minor)
            for payment in order_book.payments
        ),
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
