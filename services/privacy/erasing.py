"""Erasing a person: in one transaction, and only while nothing of the person is under way.

The rows stay, for the books and for what sellers have of them; the person leaves them as services/privacy/table.py
says. A kill before the commit changes nothing. After it nothing is left to do but files of messages: retention.py.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.actions import OwnerAction
from domain.errors import not_found, refuse
from domain.law import KeptGround, WithdrawalStatus
from domain.refusals import Refusal
from domain.words import (
    LIVE_PLANS,
    PAID_REFUNDS,
    UNDECIDED_DISPUTES,
    UNSENT,
    PackageStatus,
    RequestStatus,
    ReturnStatus,
    Subject,
    Word,
)
from models import SealedRecord
from services.owner_events import Setter, note
from services.privacy.table import HOLDINGS, KNOWN_AS, Holding, Seal, addresses

log = logging.getLogger("retour.privacy")

NAMED = 50
"""Open matters that a refusal and a preview name at most."""
# While it lasts, no message is made of what is about to be erased, and no delivery: services/messages/making.py.
_HOLD_MESSAGES = "select pg_advisory_xact_lock(7231, 1)"
_HOLD_DELIVERIES = "select from webhook_cursor where id = 1 for update"
# The orders first, as commands lock: an order, and then by foreign keys its customer.
_LOCK_ORDERS = 'select from "order" where customer_id = $1 order by id for no key update'
_LOCK = "select erased_at, email from customer where id = $1 for update"
# Commands that have read an order are overtaken, as by any other command: they read again, and find nobody.
_OVERTAKE = 'update "order" set version = version + 1 where customer_id = $1'
_SEAL = """
insert into sealed_record (customer_id, source, source_id, ground, until, data)
select $1, source, source_id, ground, until, data from ({rows}) s
"""
_MARK = "update customer set erased_at = $2 where id = $1"


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Something of a person that is still under way, with the number by which people know it."""

    subject: Subject
    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many years after the end of the year the law keeps what it has a ground for; 0 keeps nothing."""

    tax_years: int = 10
    claim_years: int = 3

    def years(self, ground: KeptGround) -> int:
        """The years of a ground."""
        return {KeptGround.TAX: self.tax_years, KeptGround.CLAIM: self.claim_years}[ground]


KEEPING = Keeping()
"""What is kept unless the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """What the law keeps of one row, and when it goes."""

    source: str
    columns: tuple[str, ...]
    ground: KeptGround
    until: datetime


def _words(*words: Word) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


_OF_ORDERS = 'join "order" o on o.id = t.order_id where o.customer_id = $1'
_FINAL_RETURNS = (ReturnStatus.INSPECTED, ReturnStatus.WAIVED, ReturnStatus.EXPIRED, ReturnStatus.CANCELED)
_OPEN = f"""
select '{Subject.PACKAGE}' as subject, t.id, t.number from package t {_OF_ORDERS}
  and t.status in ({_words(*UNSENT, PackageStatus.SHIPPED)})
union all
select '{Subject.REQUEST}', t.id, t.number
  from cancellation_request t left join cancellation_plan p on p.request_id = t.id
  where t.customer_id = $1 and (t.status in ({_words(RequestStatus.WAITING, RequestStatus.APPROVED)})
    or p.status in ({_words(*LIVE_PLANS)}))
union all
select '{Subject.REFUND}', t.id, t.id from refund t {_OF_ORDERS} and t.status not in ({_words(*PAID_REFUNDS)})
union all
select '{Subject.RETURN_SHIPMENT}', t.id, t.number from return_shipment t {_OF_ORDERS}
  and t.status not in ({_words(*_FINAL_RETURNS, ReturnStatus.LOST)})
union all
select '{Subject.LABEL}', t.id, t.id from return_label t {_OF_ORDERS} and t.due_at is not null
union all
select '{Subject.DISPUTE}', t.id, t.reference from dispute t {_OF_ORDERS}
  and t.status in ({_words(*UNDECIDED_DISPUTES)})
union all
select '{Subject.WITHDRAWAL}', t.id, t.number from withdrawal t
  where t.customer_id = $1 and t.status in ({_words(WithdrawalStatus.UNVERIFIED, WithdrawalStatus.DECLARED)})
limit {NAMED}
"""


async def open_matters(db: BaseDBAsyncClient, customer_id: str) -> list[OpenMatter]:
    """What of a person is under way, so that the person cannot be erased yet: goods, money, decisions."""
    rows = await db.execute_query_dict(_OPEN, [customer_id])
    return [OpenMatter(Subject(row["subject"]), row["id"], row["number"]) for row in rows]


async def kept_of(db: BaseDBAsyncClient, customer_id: str) -> list[KeptRecord]:
    """What is sealed of a person who was erased, the first to go first."""
    rows = await SealedRecord.filter(customer_id=customer_id).using_db(db).order_by("until", "id")
    return [KeptRecord(row.source, tuple(sorted(row.data)), row.ground, row.until) for row in rows]


async def would_be_kept(db: BaseDBAsyncClient, customer_id: str, keeping: Keeping) -> list[KeptRecord]:
    """What would be sealed if the person were erased now, the first to go first."""
    found: list[KeptRecord] = []
    for holding, seal, years in sealed(keeping):
        rows = await db.execute_query_dict(_rows_to_seal(holding, seal), [customer_id, years])
        found += (KeptRecord(holding.table, tuple(sorted(seal.columns)), seal.ground, row["until"]) for row in rows)
    return sorted(found, key=lambda kept: kept.until)


def sealed(keeping: Keeping) -> Iterator[tuple[Holding, Seal, int]]:
    """The rows of the table of which the law keeps something, with the years."""
    for holding in HOLDINGS:
        if holding.seal is not None and (years := keeping.years(holding.seal.ground)):
            yield holding, holding.seal, years


async def erase(db: BaseDBAsyncClient, customer_id: str, keeping: Keeping, by: Setter) -> None:
    """Erase a person; once more, it does nothing. Raises `Refused` if anything is under way, or nobody has the id."""
    for statement in (_HOLD_MESSAGES, _HOLD_DELIVERIES):
        await db.execute_query(statement)
    await db.execute_query(_LOCK_ORDERS, [customer_id])
    locked = await db.execute_query_dict(_LOCK, [customer_id])
    if not locked:
        raise not_found("customer", about=("customerId",))
    if locked[0]["erased_at"] is not None:
        return
    await db.execute_query(_OVERTAKE, [customer_id])
    if matters := await open_matters(db, customer_id):
        raise refuse(Refusal.PERSON_HAS_OPEN_MATTERS, _sentence(matters), about=("customerId",))
    for holding, seal, years in sealed(keeping):
        await db.execute_query(_SEAL.format(rows=_rows_to_seal(holding, seal)), [customer_id, years])
    for holding in HOLDINGS:
        if sql := erasing(holding):
            await db.execute_query(f"{KNOWN_AS} {sql}", [customer_id, addresses(locked[0]["email"])])
    await db.execute_query(_MARK, [customer_id, by.now])
    await note(db, by, OwnerAction.ERASE_PERSON, customer_id)
    log.warning("Customer %s was erased.", customer_id)  # after a restore it is to be done again: docs/privacy.md


def _sentence(matters: Sequence[OpenMatter]) -> str:
    named = ", ".join(f"{matter.subject.label.lower()} {matter.number}" for matter in matters)
    more = " and perhaps more" if len(matters) == NAMED else ""
    return f"This person cannot be erased while goods or money are under way: {named}{more}."


def pseudonym(holding: Holding) -> str:
    """The pseudonym of the person whom a row is about, in SQL: the same in every row, made of the customer's id."""
    return f"replace(t.{'id' if holding.table == 'customer' else 'customer_id'}, 'customer_', 'erased-')"


def replaced(holding: Holding) -> dict[str, str]:
    """What erasing puts into each column of a table, in SQL; the row is `t`."""
    return {name: how.value.format(f"t.{name}", pseudonym(holding)) for name, how in holding.erased.items()}


def erasing(holding: Holding) -> str | None:
    """The statement that erases the customer $1 from a table; None if the table's rows stay as they are."""
    if holding.deleted:
        return f'delete from "{holding.table}" t where {holding.where}'
    if not holding.erased:
        return None
    changes = ", ".join(f"{name} = {value}" for name, value in replaced(holding).items())
    return f'update "{holding.table}" t set {changes} where {holding.where}'


def _rows_to_seal(holding: Holding, seal: Seal) -> str:
    """The rows that are to be sealed, until the end of the year that is $2 years after the one of their moment."""
    data = ", ".join(f"'{name}', t.{name}" for name in seal.columns)
    until = f"date_trunc('year', {seal.since}, 'UTC') + make_interval(years => $2::int + 1)"
    return f"""
      select '{holding.table}' as source, t.{seal.key} as source_id, '{seal.ground}' as ground, {until} as until,
             jsonb_build_object({data}) as data
      from "{holding.table}" t where {holding.where} and {until} > now()"""
