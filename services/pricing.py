"""A book's rows → what the pricing of the domain wants to know, and back to columns."""

from collections.abc import Mapping

from domain import pricing
from services.changes import Row
from services.order_book import Book


def price_units(book: Book, ask: Mapping[str, int]) -> list[Row]:
    """The plan lines, as columns, for a number of units by item id; nothing is written."""
    order = pricing.OrderMoney(
        currency=book.order["currency"],
        items=tuple(
            pricing.PricedItem(
                row["id"],
                row["seller_order_id"],
                row["quantity"],
                row["unit_price_minor"],
                row["discount_minor"],
                row["tax_minor"],
            )
            for row in book.items
        ),
        shipping_minor={row["id"]: row["shipping_minor"] for row in book.seller_orders},
        captured_minor=book.order["captured_minor"],
    )
    taken = pricing.held(_line(row) for row in book.live_lines())
    return [_columns(line, order.currency) for line in pricing.price(order, taken, ask)]


def spread_total(book: Book, total_minor: int) -> tuple[tuple[str, int], ...]:
    """How a total goes back to the payments: (payment id, amount), in the order they were made."""
    return pricing.spread(
        total_minor,
        (
            pricing.Payment(row["id"], row["position"], row["captured_minor"] - row["allocated_minor"])
            for row in book.payments
        ),
    )


def _line(row: Row) -> pricing.PlanLine:
    amounts = pricing.LineAmounts(
        base=row["base_minor"],
        discount_share=row["discount_share_minor"],
        tax_share=row["tax_share_minor"],
        shipping_share=row["shipping_share_minor"],
        rounding=row["rounding_minor"],
    )
    return pricing.PlanLine(row["order_item_id"], row["quantity"], amounts)


def _columns(line: pricing.PlanLine, currency: str) -> Row:
    amounts = line.amounts
    return {
        "order_item_id": line.item_id,
        "quantity": line.quantity,
        "currency": currency,
        "base_minor": amounts.base,
        "discount_share_minor": amounts.discount_share,
        "tax_share_minor": amounts.tax_share,
        "shipping_share_minor": amounts.shipping_share,
        "rounding_minor": amounts.rounding,
        "total_minor": amounts.total,
    }
