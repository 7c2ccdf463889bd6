"""Guests: customers without an account. A link that is mailed to an order's customer shows that order, once.

Requesting a link looks at no order: it keeps what was typed, and the worker does the rest later. So its answer, its
work and its time are the same whether or not there is such an order (services/messages/granting.py). So it is with a
withdrawal that is declared without a link: the worker records it, to be verified (services/acts/verification.py).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypedDict

from tortoise.transactions import in_transaction

from domain.errors import refuse
from domain.facts import Actor
from domain.refusals import Refusal
from domain.withdrawal import TypedStatement
from domain.words import Role
from models.ids import new_id

LINK_HOLDS = timedelta(hours=24)
TOKEN_HOLDS = timedelta(hours=1)
KEPT = LINK_HOLDS * 2
"""How long what was typed is kept: services/privacy/retention.py."""
WITHIN = timedelta(hours=1)
"""The time in which links are counted."""
OF_NUMBER, OF_EMAIL = 5, 10
"""Links that one caller may request within that time with the same number, and with the same address."""

# One at a time for each caller, so that what is counted holds when the row is written.
_LOCK = "select pg_advisory_xact_lock(7232, hashtext($1))"
_KEEP = """
insert into order_access (id, number, email, caller, requested_at, name, locale)
select $1, upper($2::text collate "C"), lower($3::text), $4, $5, $10, $11
from (select count(*) as of_all, count(*) filter (where number = upper($2::text collate "C")) as of_number,
        count(*) filter (where email = lower($3::text)) as of_email
      from order_access where caller = $4 and requested_at > $6 and (name is null) = ($10::text is null)) known
where of_all < $7 and of_number < $8 and of_email < $9
returning number, email
"""
"""Links and declarations are counted apart: a caller who has used up the one still has the other."""
_TOO_MANY_LINKS = "You have requested too many links to orders: use the latest one, or try again in an hour."
_TOO_MANY_DECLARATIONS = (
    "You have declared too many withdrawals within an hour. Each was received and counts: look for its receipt, or try"
    " again in an hour."
)
_REDEEM = """
update order_access a set used_at = $2
where a.secret_hash = $1 and a.used_at is null and a.expires_at > $2
  and exists (select from "order" o where o.id = a.order_id and o.customer_id = a.customer_id)
returning a.id, a.order_id
"""


class SignsToken(Protocol):
    """Makes a token for an actor that holds for `ttl` seconds."""

    def __call__(self, actor: Actor, *, ttl: float) -> str: ...


@dataclass(frozen=True, slots=True)
class Guests:
    """How guests reach their orders: `sign` makes their tokens, and `per_hour` limits one caller."""

    sign: SignsToken
    per_hour: int


@dataclass(frozen=True, slots=True)
class LinkWish:
    """A link that somebody requests, for an order and an address as they were typed.

    With a `name` that person withdraws from the order's contracts as well, in the language `locale`.
    """

    number: str
    email: str
    caller: str
    name: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class GuestToken:
    """What shows one order for a while."""

    token: str
    order_id: str
    expires_at: datetime


def hash_of(text: str) -> str:
    """What is kept of a text that is compared and never shown: a link's secret, a caller."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


async def request(guests: Guests, wanted: LinkWish, now: datetime) -> None:
    """Keep a wish for a link. Raises Refused by what the caller has done before, and by nothing else."""
    await _keep(guests, wanted, now)


async def declare(guests: Guests, wanted: LinkWish, now: datetime) -> TypedStatement:
    """Keep a withdrawal that is to be verified: the statement. Raises Refused as `request` does."""
    assert wanted.name is not None, "the declaration of nobody"
    assert wanted.locale is not None, "the declaration in no language"
    kept = await _keep(guests, wanted, now)
    return TypedStatement(kept["number"], wanted.name, kept["email"], wanted.locale)


class _TypedRow(TypedDict):
    """Number and address as they are looked up."""

    number: str
    email: str


async def _keep(guests: Guests, wanted: LinkWish, now: datetime) -> _TypedRow:
    caller, limits = hash_of(wanted.caller), [now - WITHIN, guests.per_hour, OF_NUMBER, OF_EMAIL]
    async with in_transaction() as db:
        await db.execute_query_dict(_LOCK, [caller])
        row = [new_id("access"), wanted.number, wanted.email, caller, now, *limits, wanted.name, wanted.locale]
        kept = await db.execute_query_dict(_KEEP, row)
    if not kept:
        if wanted.name is None:
            raise refuse(Refusal.TOO_MANY_LINKS, _TOO_MANY_LINKS)
        raise refuse(Refusal.TOO_MANY_DECLARATIONS, _TOO_MANY_DECLARATIONS)
    return _TypedRow(number=kept[0]["number"], email=kept[0]["email"])


async def redeem(guests: Guests, secret: str, now: datetime) -> GuestToken:
    """Use a link up. Raises Refused, with one answer for every link that shows nothing."""
    async with in_transaction() as db:
        found = await db.execute_query_dict(_REDEEM, [hash_of(secret), now])
    if not found:
        message = "This link does not work: it works once, for a day. Request a new one with the order's number."
        raise refuse(Refusal.LINK_NOT_VALID, message, about=("secret",))
    guest = Actor(Role.CUSTOMER, found[0]["id"], order_id=found[0]["order_id"])
    token = guests.sign(guest, ttl=TOKEN_HOLDS.total_seconds())
    return GuestToken(token, found[0]["order_id"], now + TOKEN_HOLDS)
