"""The people whom tokens are made for: those that the database knows."""

from dataclasses import dataclass

from tortoise.connection import get_connection
from tortoise.expressions import Q

from models import Customer, Seller

_MIGRATED = "select to_regclass('customer') is not null and to_regclass('seller') is not null as migrated"
FIRST_CUSTOMER, FIRST_SELLER = "ada", "lumen"
"""People of the demo: a token is for them if nobody is named."""


@dataclass(frozen=True, slots=True)
class Seats:
    """A customer's subject, and a seller's id and handle; None if there is nobody yet."""

    customer: str | None = None
    seller: str | None = None
    handle: str | None = None


async def seats() -> Seats:
    """A customer and a seller: the demo's first people, or else the oldest ones."""
    if not await _migrated():
        return Seats()
    customer = await Customer.get_or_none(subject=FIRST_CUSTOMER) or await Customer.all().order_by("id").first()
    seller = await Seller.get_or_none(handle=FIRST_SELLER) or await Seller.all().order_by("id").first()
    return Seats(
        customer=customer.subject if customer else None,
        seller=seller.id if seller else None,
        handle=seller.handle if seller else None,
    )


async def seller_named(handle_or_id: str) -> str | None:
    """The id of a seller; None if no seller has this handle or id."""
    if not await _migrated():
        return None
    seller = await Seller.filter(Q(handle=handle_or_id) | Q(id=handle_or_id)).first()
    return seller.id if seller else None


async def _migrated() -> bool:
    """Whether the tables exist: a token may be wanted before the first migration. The ORM has no word for that."""
    (row,) = await get_connection("default").execute_query_dict(_MIGRATED)
    return bool(row["migrated"])
