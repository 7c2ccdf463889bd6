"""What guests want of an order: for each link that was requested, a message to the order's customer, if all fits.

A withdrawal that was declared without a link is recorded first, to be verified; its receipt goes to the address that
was typed, whether or not there is such an order, and a link to the order's customer. The worker does this after the
request was answered, and at its own pace: nothing wakes it for one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from domain.law import WithdrawalStatus
from domain.mail_addresses import mail_address
from domain.messages import MessageType
from domain.withdrawal import TypedStatement, hash_of
from domain.words import Role
from models import OrderAccess
from services import guests
from services.acts.verification import Declared, record
from services.commands import Commands
from services.guests import LINK_HOLDS, OF_NUMBER, WITHIN
from services.messages.facts import facts_of_order
from services.messages.links import Links
from services.messages.making import LOCK, About, Addressee, Letter, Making, keep, known
from services.messages.templates import Templates
from services.messages.values import receipt_of

OF_CUSTOMER = 20
"""Links that one customer is sent within an hour, by all callers together; of one order as many as a caller may.

As many receipts go to one address: nobody's mailbox is filled in somebody else's name.
"""
_NEXT = f"""
with a as materialized (select * from order_access where not handled order by requested_at, id limit 1)
select a.id, a.number, a.email as typed, a.name, a.locale, a.requested_at, a.order_id is not null as recorded,
  o.id as order_id, o.customer_id, c.email as known,
  (select count(*) from order_access b where b.order_id = o.id and b.requested_at > $1 and b.id <> a.id
     and (b.name is null) = (a.name is null)) < $2
  and (select count(*) from order_access b where b.customer_id = c.id and b.requested_at > $1 and b.id <> a.id
     and (b.name is null) = (a.name is null)) < $3 as may_be_sent,
  a.name is not null and (select count(*) from order_access b where b.email = a.email and b.name is not null
     and b.handled and b.requested_at > $1) < $3 as receipt_may_be_sent,
  exists (select from withdrawal w where w.order_id = o.id and w.receipt_to = a.email
     and w.status = '{WithdrawalStatus.UNVERIFIED}') as waits
from a left join ("order" o join customer c on c.id = o.customer_id and c.erased_at is null)
  on upper(o.number collate "C") = a.number
order by o.id
"""
_TO_RECORD = """
select a.id, o.id as order_id from order_access a join "order" o on o.id = $2 join customer c on c.id = o.customer_id
where a.id = $1 and a.order_id is null and c.erased_at is null for no key update of o, a, c
"""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What was requested, with an order of its number; None if there is none, or its customer was erased.

    With a `name` it is a declaration; `waits` says that one of this address waits to be verified.
    """

    id: str
    number: str
    typed: str
    name: str | None
    locale: str | None
    requested_at: datetime
    recorded: bool
    order_id: str | None
    customer_id: str | None
    known: str | None
    may_be_sent: bool
    receipt_may_be_sent: bool
    waits: bool

    @property
    def fits(self) -> bool:
        """Whether the address that was typed is the one of the order's customer."""
        known = mail_address(self.known or "")
        return known is not None and known.lower() == self.typed

    @property
    def declared(self) -> Declared | None:
        """What was declared, if anything was."""
        if self.name is None or self.locale is None:
            return None
        stated = TypedStatement(self.number, self.name, self.typed, self.locale)
        return Declared(self.id, stated, self.requested_at, own=self.fits)


@dataclass(frozen=True, slots=True)
class Granting:
    """Makes the messages with links; any number of processes share the work, one at a time."""

    making: Making
    links: Links
    commands: Commands

    async def grant(self) -> bool:
        """Handle what was requested first, a declaration in two steps; returns whether there was anything."""
        now = self.making.clock()
        async with in_transaction() as db:
            if not (await db.execute_query_dict(LOCK))[0]["mine"]:
                return False  # another process makes messages, or a person is being erased
            rows = await db.execute_query_dict(_NEXT, [now - WITHIN, OF_NUMBER, OF_CUSTOMER])
            if not rows:
                return False
            found = [_Candidate(**row) for row in rows]
            wanted = next((each for each in found if each.fits), found[0])
            declared = wanted.declared
            if declared is None or wanted.recorded or wanted.order_id is None:
                await OrderAccess.filter(id=wanted.id).using_db(db).update(handled=True)
                if declared is not None and wanted.receipt_may_be_sent:
                    await self._send_receipt(db, wanted, declared.stated)
                opens = wanted.fits if declared is None else wanted.waits
                if wanted.order_id is not None and wanted.may_be_sent and opens:
                    await self._send_link(db, wanted, wanted.order_id, declared)
                return True
        await self.commands.work_on_due(_TO_RECORD, [wanted.id, wanted.order_id], lambda at, _: record(at, declared))
        return True

    async def _send_receipt(self, db: BaseDBAsyncClient, wanted: _Candidate, stated: TypedStatement) -> None:
        about: About = {}
        if wanted.order_id is not None and wanted.customer_id is not None:
            about = {"order_id": wanted.order_id, "customer_id": wanted.customer_id}
        say = partial(receipt_of, stated, wanted.requested_at)
        letter = Letter(MessageType.STATEMENT_RECEIPT, Role.CUSTOMER, about, say)
        letterhead = self.making.letterhead
        to = Addressee(stated.name, stated.address, known(stated.locale, letterhead.locale))
        await keep(db, [letterhead.message(letter, to, await Templates.read(db))], self.making.clock())

    async def _send_link(
        self, db: BaseDBAsyncClient, wanted: _Candidate, order_id: str, declared: Declared | None
    ) -> None:
        now, type = self.making.clock(), MessageType.ORDER_ACCESS
        facts = replace(await facts_of_order(db, order_id), link=self.links.sealed)
        if declared is not None:
            text, type = declared.stated.text, MessageType.VERIFY_WITHDRAWAL
            facts = replace(facts, statement=text, statement_hash=hash_of(text), declared_at=declared.at)
        for message in self.making.messages(type, Role.CUSTOMER, facts, await Templates.read(db)):
            await keep(db, [message], now)
            await (
                OrderAccess.filter(id=wanted.id)
                .using_db(db)
                .update(
                    order_id=order_id,
                    customer_id=wanted.customer_id,
                    secret_hash=guests.hash_of(self.links.secret(message["id"])),
                    expires_at=now + LINK_HOLDS,
                )
            )
