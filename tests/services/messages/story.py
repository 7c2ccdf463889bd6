"""What customers of a market do that messages are about, each customer with an address of their own."""

from itertools import count
from typing import Any

from tests.market import Market, Order, seller

numbers = count(1)


async def bought(market: Market, *, email: str | None = None, name: str | None = None) -> tuple[Order, str]:
    """A delivered order of a new customer, and the customer's address."""
    customer = f"ada{next(numbers)}"
    order = await market.order(customer=customer)
    address = email or f"{customer}@example.org"
    await market.rows(
        "update customer set email = $1, name = coalesce($2, name) where subject = $3", address, name, customer
    )
    await market.rows("update seller set email = 'orders@north.example'")
    await market.move(order, "north", "SHIPPED", "DELIVERED")
    return order, address


async def returned(market: Market, order: Order, **units: int) -> dict[str, Any]:
    """A return that was requested and confirmed, with its money paid."""
    request = await market.request(order, **units)
    await market.do(seller(order, "north"), "confirmRequest", requestId=request["id"])
    await market.work()
    return request


async def stored(market: Market, address: str) -> list[dict[str, Any]]:
    return await market.rows(
        "select id, type, state, attempts, answer from message where address = $1 order by position",
        address,
    )
