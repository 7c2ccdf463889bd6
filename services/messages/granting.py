"""Links for guests: for each that was requested, a message to the customer of the order, if number and address fit.

The worker does this after the request was answered, and at its own pace: nothing wakes it for one.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from domain.mail_addresses import mail_address
from domain.messages import MessageType
from domain.words import Role
from models import OrderAccess
from services.guests import LINK_HOLDS, OF_NUMBER, WITHIN, hash_of
from services.messages.facts import facts_of_order
from services.messages.links import Links
from services.messages.making import LOCK, Making, keep
from services.messages.templates import Templates

OF_CUSTOMER = 20
"""Links that one customer is sent within an hour, by all callers together; of one order as many as a caller may."""
_NEXT = """
with a as materialized (
  select id, number, email from order_access where not handled order by requested_at, id limit 1)
select a.id, a.email as typed, o.id as order_id, o.customer_id, c.email as known
from a left join "order" o on upper(o.number collate "C") = a.number and (
    select count(*) from order_access b where b.order_id = o.id and b.requested_at > $1) < $2
  left join customer c on c.id = o.customer_id and (
    select count(*) from order_access b where b.customer_id = c.id and b.requested_at > $1) < $3
"""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A link that was requested, with an order of its number; None if there is none."""

    id: str
    typed: str
    order_id: str | None
    customer_id: str | None
    known: str | None

    @property
    def fits(self) -> bool:
        """Whether the address that was typed is the one of the order's customer."""
        known = mail_address(self.known or "")
        return known is not None and known.lower() == self.typed


@dataclass(frozen=True, slots=True)
class Granting:
    """Makes the messages with links; any number of processes share the work, one at a time."""

    making: Making
    links: Links

    async def grant(self) -> bool:
        """Handle the link that was requested first; returns whether there was one."""
        now = self.making.clock()
        async with in_transaction() as db:
            if not (await db.execute_query_dict(LOCK))[0]["mine"]:
                return False  # another process makes messages, or a person is being erased
            rows = await db.execute_query_dict(_NEXT, [now - WITHIN, OF_NUMBER, OF_CUSTOMER])
            if not rows:
                return False
            found = [_Candidate(**row) for row in rows]
            await OrderAccess.filter(id=found[0].id).using_db(db).update(handled=True)
            for wanted in found:
                if wanted.fits and wanted.order_id is not None:
                    await self._mail(db, wanted, wanted.order_id, now)
                    break
            return True

    async def _mail(self, db: BaseDBAsyncClient, wanted: _Candidate, order_id: str, now: datetime) -> None:
        facts = replace(await facts_of_order(db, order_id), link=self.links.sealed)
        (message,) = self.making.messages(MessageType.ORDER_ACCESS, Role.CUSTOMER, facts, await Templates.read(db))
        await keep(db, [message], now)
        await (
            OrderAccess.filter(id=wanted.id)
            .using_db(db)
            .update(
                order_id=order_id,
                customer_id=wanted.customer_id,
                secret_hash=hash_of(self.links.secret(message["id"])),
                expires_at=now + LINK_HOLDS,
            )
        )
