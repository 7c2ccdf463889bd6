"""The customers and sellers of incoming orders: new ones get a row, known ones the name that they have now.

Who is newer is decided by `placedAt`, not by arrival: history that is imported late must not bring back the name that
a customer had then, and files may be imported in any order. So a person is named as in the latest order placed; of two
placed at once, the one that arrives later counts. An order that says no e-mail address
leaves the one that is known, and so does an order without a phone number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from models.ids import new_id
from services.inputs import IncomingOrder

_CUSTOMERS = """
insert into customer (id, subject, name, email, phone)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) on conflict (subject) do nothing
"""
_SELLERS = """
insert into seller (id, handle, name)
select * from unnest($1::text[], $2::text[], $3::text[]) on conflict (handle) do nothing
"""
_CUSTOMERS_KNOWN = "select id, subject as key, name, email, phone from customer where subject = any($1)"
_SELLERS_KNOWN = "select id, handle as key, name, null as email, null as phone from seller where handle = any($1)"
# the lock comes first, in a statement of its own: the next one then sees the orders of the import that had it
_CUSTOMERS_LOCK = "select from customer where id = any($1) order by id for no key update"
_SELLERS_LOCK = "select from seller where id = any($1) order by id for no key update"
_CUSTOMERS_RENAME = """
update customer c set name = n.name, email = coalesce(n.email, c.email), phone = coalesce(n.phone, c.phone)
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) n (id, name, email, phone, placed_at)
where c.id = n.id and not exists (select from "order" o where o.customer_id = c.id and o.placed_at > n.placed_at)
"""
_SELLERS_RENAME = """
update seller s set name = n.name from unnest($1::text[], $2::text[], $3::timestamptz[]) n (id, name, placed_at)
where s.id = n.id and not exists (select from seller_order o where o.seller_id = s.id and o.placed_at > n.placed_at)
"""


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """A person as orders state it: a customer by the subject, a seller by the handle."""

    key: str
    name: str
    email: str | None
    phone: str | None
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as the database knows it."""

    id: str
    key: str
    name: str
    email: str | None
    phone: str | None

    def differs(self, stated: StatedPerson) -> bool:
        """Whether an order states something else."""
        return (
            self.name != stated.name or stated.email not in (None, self.email) or stated.phone not in (None, self.phone)
        )


def customers_of(orders: Iterable[IncomingOrder]) -> dict[str, StatedPerson]:
    """The customers of some orders by subject, each as its latest order states it."""
    return _latest(
        StatedPerson(
            key=order.customer_subject,
            name=order.customer_name,
            email=order.customer_email,
            phone=order.customer_phone,
            placed_at=order.placed_at,
        )
        for order in orders
    )


def sellers_of(orders: Iterable[IncomingOrder]) -> dict[str, StatedPerson]:
    """The sellers of some orders by handle, each as its latest order states it."""
    return _latest(
        StatedPerson(part.seller_handle, part.seller_name, None, None, order.placed_at)
        for order in orders
        for part in order.parts
    )


async def take_people(db: BaseDBAsyncClient, orders: Iterable[IncomingOrder]) -> tuple[dict[str, str], dict[str, str]]:
    """The ids of customers by subject and of sellers by handle of orders about to be written.

    New ones get a row, known ones what a newer order states. It must be called in the transaction that writes the
    orders. Rows are written in the order of their keys and locked in that of their ids, so that two imports seldom wait
    for each other crosswise; the database ends one that does.
    """
    taken = list(orders)
    customers, sellers = customers_of(taken), sellers_of(taken)
    await _insert_customers(db, customers)
    await _insert_sellers(db, sellers)
    known_customers = await _known(db, _CUSTOMERS_KNOWN, list(customers))
    known_sellers = await _known(db, _SELLERS_KNOWN, list(sellers))
    await rename(db, known_customers, customers, known_sellers, sellers)
    return {person.key: person.id for person in known_customers}, {person.key: person.id for person in known_sellers}


async def rename(
    db: BaseDBAsyncClient,
    known_customers: Iterable[KnownPerson],
    customers: dict[str, StatedPerson],
    known_sellers: Iterable[KnownPerson],
    sellers: dict[str, StatedPerson],
) -> None:
    """Write what orders state of known people, unless a later order exists. Without news it asks nothing."""
    renamed = {person.id: customers[person.key] for person in known_customers if person.differs(customers[person.key])}
    if renamed:
        stated = list(renamed.values())
        await db.execute_query(_CUSTOMERS_LOCK, [list(renamed)])
        values = [
            list(renamed),
            [person.name for person in stated],
            [person.email for person in stated],
            [person.phone for person in stated],
            [person.placed_at for person in stated],
        ]
        await db.execute_query(_CUSTOMERS_RENAME, values)
    renamed = {person.id: sellers[person.key] for person in known_sellers if person.differs(sellers[person.key])}
    if renamed:
        stated = list(renamed.values())
        await db.execute_query(_SELLERS_LOCK, [list(renamed)])
        values = [list(renamed), [person.name for person in stated], [person.placed_at for person in stated]]
        await db.execute_query(_SELLERS_RENAME, values)


def _latest(stated: Iterable[StatedPerson]) -> dict[str, StatedPerson]:
    """Each person as the latest order states it, with the latest e-mail address and phone that any of them states."""
    found: dict[str, StatedPerson] = {}
    for person in sorted(stated, key=lambda person: person.placed_at):
        before = found.get(person.key)
        if before:
            email, phone = person.email or before.email, person.phone or before.phone
            person = replace(person, email=email, phone=phone)
        found[person.key] = person
    return found


async def _insert_customers(db: BaseDBAsyncClient, customers: dict[str, StatedPerson]) -> None:
    stated = [customers[subject] for subject in sorted(customers)]
    values = [
        [new_id("customer") for _ in stated],
        sorted(customers),
        [person.name for person in stated],
        [person.email for person in stated],
        [person.phone for person in stated],
    ]
    await db.execute_query(_CUSTOMERS, values)


async def _insert_sellers(db: BaseDBAsyncClient, sellers: dict[str, StatedPerson]) -> None:
    stated = [sellers[handle] for handle in sorted(sellers)]
    await db.execute_query(_SELLERS, [[new_id("seller") for _ in stated], sorted(sellers), [p.name for p in stated]])


async def _known(db: BaseDBAsyncClient, sql: str, keys: list[str]) -> list[KnownPerson]:
    return [KnownPerson(**row) for row in await db.execute_query_dict(sql, [keys])]
