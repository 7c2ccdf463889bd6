"""From the journal to messages: each event that concerns somebody becomes a row for each address.

The transaction that writes the rows also moves the cursor past their events: no message without its event, and no event
forgotten. What is sent is fixed here, byte for byte.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.headerregistry import Address
from typing import TypeAlias, TypedDict

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from domain.mail_addresses import mail_address
from domain.messages import OLDEST, MessageState, MessageType, occasions
from domain.words import Role
from events.journal import CursorExpired, journal_in
from models import MessageCursor
from models.ids import new_id
from services.messages.facts import Facts, facts_of_events
from services.messages.rendering import Rendered, TemplateRefused, render
from services.messages.templates import KnownTemplate, Templates
from services.messages.values import Recipient, values_of

log = logging.getLogger("retour.messages")

BATCH = 50
GERMAN = frozenset({"DE", "AT", "LI"})
"""Countries whose customers are written to in German."""
NOT_AN_ADDRESS = "This is not an email address, so nothing is sent to it."
BOUNCED_BEFORE = "The mail server has said that there is no such address. Send one of its messages again to try it."
# One process at a time. The lock takes no number of a transaction, so it does not hold the journal's tail back.
LOCK = "select pg_try_advisory_xact_lock(7231, 1) as mine"
_BOUNCED = """
select a.address from unnest($1::text[]) a (address) cross join lateral (
  select m.state from message m where m.address = a.address and m.state in ('SENT', 'BOUNCED')
  order by m.updated_at desc limit 1) last
where last.state = 'BOUNCED'
"""
_MAKE = """
insert into message (id, event_id, type, audience, locale, template_version, order_id, request_id, seller_id,
  customer_id, sender, name, address, subject, text, html, state, attempts, due_at, answer, created_at, updated_at)
select id, event_id, type, audience, locale, template_version, order_id, request_id, seller_id, customer_id, sender,
  name, address, subject, text, html, state, 0, case when state = 'PENDING' then $2::timestamptz end, answer, $2, $2
from json_populate_recordset(null::message, $1::json)
on conflict (event_id, type, audience, address) do nothing
"""


Wanted: TypeAlias = tuple[int, MessageType, Role]
"""A message that is to be made: about which event, of which type, for which role."""


class NewMessage(TypedDict):
    """The columns of a message that differ between messages."""

    id: str
    event_id: int | None
    type: str
    audience: str
    locale: str
    template_version: int | None
    order_id: str
    request_id: str | None
    seller_id: str | None
    customer_id: str
    sender: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    state: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, and how.

    `owner` are the addresses of the marketplace's owner, `locale` is the language of people whose own is not known, and
    `zone` is that in whose days deadlines end.
    """

    sender: Address
    owner: tuple[str, ...]
    locale: str
    zone: tzinfo

    @property
    def market(self) -> str:
        """The name of the marketplace."""
        return self.sender.display_name or self.sender.domain

    def recipients(self, role: Role, facts: Facts) -> Iterator[tuple[str, str, str]]:
        """Name, address and language of all whom a message for a role goes to; nobody if no address is known."""
        if role is Role.CUSTOMER and facts.customer_email:
            yield facts.customer_name, facts.customer_email, "de" if facts.country in GERMAN else self.locale
        if role is Role.SELLER and facts.seller_name and facts.seller_email:
            yield facts.seller_name, facts.seller_email, self.locale
        if role is Role.OWNER:
            yield from ((self.market, address, self.locale) for address in self.owner)


@dataclass(frozen=True, slots=True)
class Making:
    """Makes the messages of the journal's next events; any number of processes share the work."""

    clock: Callable[[], datetime]
    letterhead: Letterhead

    async def make(self) -> int:
        """Make the messages of the next events; returns how many events these were."""
        async with in_transaction() as db:
            if not (await db.execute_query_dict(LOCK))[0]["mine"]:
                return 0  # another process does it
            cursor = await MessageCursor.get_or_none(id=1, using_db=db)
            journal = journal_in(db)
            if cursor is None:
                xid, number = await journal.head()  # mail has just been switched on: what was before is past
                await MessageCursor.create(using_db=db, id=1, xid=xid, event_id=number)
                return 0
            try:
                events = await journal.read((cursor.xid, cursor.event_id), BATCH)
            except CursorExpired:
                events = await journal.read((0, 0), BATCH)  # the cursor's event is archived: what is left comes next
            if not events:
                return 0
            since = self.clock() - OLDEST
            fresh = (event for event in events if event.at > since)
            wanted = [(event.position[1], each.type, each.audience) for event in fresh for each in occasions(event)]
            await self.write(db, wanted)
            cursor.xid, cursor.event_id = events[-1].position
            await cursor.save(using_db=db, update_fields=["xid", "event_id"])
            return len(events)

    async def write(self, db: BaseDBAsyncClient, wanted: Sequence[Wanted]) -> None:
        """Write the messages about some events, each of a type and for a role, in a transaction."""
        if not wanted:
            return
        facts = await facts_of_events(db, [event_id for event_id, _, _ in wanted])
        templates = await Templates.read(db)
        await self.store(
            db, [row for id, type, audience in wanted for row in self.messages(type, audience, facts[id], templates)]
        )

    async def store(self, db: BaseDBAsyncClient, rows: Sequence[NewMessage]) -> None:
        """Write messages, in a transaction; those to addresses that have bounced are not sent."""
        if not rows:
            return
        addresses = list({row["address"] for row in rows})
        bounced = {row["address"] for row in await db.execute_query_dict(_BOUNCED, [addresses])}
        for row in rows:
            if row["state"] == MessageState.PENDING and row["address"] in bounced:
                row["state"], row["answer"] = MessageState.BOUNCED, BOUNCED_BEFORE
        await db.execute_query(_MAKE, [orjson.dumps(rows).decode(), self.clock()])

    def messages(self, type: MessageType, audience: Role, facts: Facts, templates: Templates) -> Iterator[NewMessage]:
        """A message of a type about some facts for each address of a role."""
        seen: set[str] = set()
        for name, given, locale in self.letterhead.recipients(audience, facts):
            address = mail_address(given)
            if (address or given) in seen:
                continue
            seen.add(address or given)
            recipient = Recipient(audience, name, locale, self.letterhead.market, self.letterhead.zone)
            template, rendered, fault = made_by(templates, type, facts, recipient)
            fault = fault if address else NOT_AN_ADDRESS
            yield {
                "id": new_id("message"),
                "event_id": facts.event_id,
                "type": type,
                "audience": audience,
                "locale": template.locale,
                "template_version": template.version,
                "order_id": facts.order_id,
                "request_id": facts.request_id,
                "seller_id": facts.seller_id,
                "customer_id": facts.customer_id,
                "sender": str(self.letterhead.sender),
                "name": name,
                "address": address or given,
                "subject": rendered.subject,
                "text": rendered.text,
                "html": rendered.html,
                "state": MessageState.FAILED if fault else MessageState.PENDING,
                "answer": fault,
            }


def made_by(
    templates: Templates, type: MessageType, facts: Facts, recipient: Recipient
) -> tuple[KnownTemplate, Rendered, str | None]:
    """The template that a message is made by, what it says, and why it cannot be made; None if it can.

    A template that fails, by what nobody has tried it with, is passed over for the next best.
    """
    fault = None
    candidates = templates.candidates(type, recipient.role, (recipient.locale,))
    for template in candidates:
        local = Recipient(recipient.role, recipient.name, template.locale, recipient.market, recipient.zone)
        try:
            return template, render(template.source, values_of(facts, local)), None
        except TemplateRefused as refused:
            where = f"{template.type} for {template.audience} in {template.locale}, version {template.version}"
            fault = f"The template {where} fails in its {refused.part}: {refused.sentence}"
            log.warning("%s Another one is used.", fault)
    return candidates[-1], Rendered("", "", ""), fault
