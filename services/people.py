"""Whom tokens can be made for: the people that the database knows."""

from dataclasses import dataclass

from tortoise.connection import get_connection

_KNOWN = "select to_regclass('customer') is not null and to_regclass('seller') is not null as known"
_SEATS = """
select (select c.subject from customer c order by c.subject <> $1, c.id limit 1) as customer,
       (select s.id from seller s order by s.handle <> $2, s.id limit 1) as seller,
       (select s.handle from seller s order by s.handle <> $2, s.id limit 1) as handle
"""
_SELLER = "select id from seller where handle = $1 or id = $1"
FIRST_CUSTOMER, FIRST_SELLER = "ada", "lumen"
"""Of the demo: whom a token is for when nobody is named."""


@dataclass(frozen=True, slots=True)
class Seats:
    """A customer's subject, a seller's id and handle; None where there is nobody yet."""

    customer: str | None = None
    seller: str | None = None
    handle: str | None = None


async def seats() -> Seats:
    """Somebody for each seat: the demo's first people, or else whoever has been there longest."""
    db = get_connection("default")
    (tables,) = await db.execute_query_dict(_KNOWN)
    if not tables["known"]:
        return Seats()
    (row,) = await db.execute_query_dict(_SEATS, [FIRST_CUSTOMER, FIRST_SELLER])
    return Seats(**row)


async def seller_named(handle_or_id: str) -> str | None:
    """The id of a seller, None where nobody is called so."""
    db = get_connection("default")
    (tables,) = await db.execute_query_dict(_KNOWN)
    rows = await db.execute_query_dict(_SELLER, [handle_or_id]) if tables["known"] else []
    return rows[0]["id"] if rows else None
