"""From the journal to messages: each event that concerns somebody becomes a row for each address.

The transaction that writes the rows also moves the cursor past their events: no message without its event, and no event
forgotten. What is sent is fixed here, byte for byte.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from email.headerregistry import Address
from functools import partial
from hashlib import sha256
from typing import NotRequired, TypeAlias, TypedDict

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from domain.law import WithdrawalStatus
from domain.mail_addresses import mail_address
from domain.messages import LEGAL_RECEIPTS, OLDEST, MessageState, MessageType, is_wanted, occasions, optional_for
from domain.words import Role, Subject
from events.journal import CursorExpired, journal_in
from gateways.mail.port import Mail
from gateways.mail.source import source_of
from models import MessageCursor
from models.ids import new_id
from services.messages.bouncing import BOUNCED_BEFORE
from services.messages.facts import Facts, facts_of_events
from services.messages.rendering import Rendered, TemplateRefused, render
from services.messages.templates import KnownTemplate, Templates
from services.messages.values import OWED, Recipient, Values, values_of

log = logging.getLogger("retour.messages")

BATCH = 50
GERMAN = frozenset({"DE", "AT", "LI"})
"""Countries whose customers are written to in German."""
NOT_AN_ADDRESS = "This is not an email address, so nothing is sent to it."
# One process at a time. The lock takes no number of a transaction, so it does not hold the journal's tail back.
LOCK = "select pg_try_advisory_xact_lock(7231, 1) as mine"
_BOUNCED = """
select a.address from unnest($1::text[]) a (address) cross join lateral (
  select m.state from message m where m.address = a.address and m.state in ('SENT', 'BOUNCED')
  order by m.updated_at desc limit 1) last
where last.state = 'BOUNCED'
"""
_DECLARED = f"""
select e.id from withdrawal w join event e on e.withdrawal_id = w.id
where e.subject = '{Subject.WITHDRAWAL}' and e.to_status = '{WithdrawalStatus.DECLARED}'
  and e.from_status is distinct from e.to_status
order by e.id
"""
"""Events by which withdrawals were declared; an overdue one is reported from and to the same status."""
_MAKE = """
insert into message (id, event_id, day, type, audience, locale, template_version, order_id, request_id, withdrawal_id,
  seller_id, customer_id, sender, name, address, subject, text, html, sha256, unsubscribe, state, attempts, due_at,
  answer, created_at, updated_at)
select id, event_id, day, type, audience, locale, template_version, order_id, request_id, withdrawal_id,
  seller_id, customer_id, sender, name, address, subject, text, html, sha256, unsubscribe, state, 0,
  case when state = 'PENDING' then $2::timestamptz end, answer, $2, $2
from json_populate_recordset(null::message, $1::json)
on conflict do nothing
"""


Wanted: TypeAlias = tuple[int, MessageType, Role]
"""A message that is to be made: about which event, of which type, for which role."""


class About(TypedDict):
    """The columns that say what a message is about: an event, or for a seller's digest a day (ISO 8601)."""

    event_id: NotRequired[int | None]
    day: NotRequired[str]
    order_id: NotRequired[str]
    request_id: NotRequired[str | None]
    withdrawal_id: NotRequired[str | None]
    seller_id: NotRequired[str | None]
    customer_id: NotRequired[str | None]


class NewMessage(About):
    """The columns of a message that differ between messages."""

    id: str
    type: str
    audience: str
    locale: str
    template_version: int | None
    sender: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    sha256: str | None
    unsubscribe: str | None
    state: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to people of a role; `say` has the values for a recipient."""

    type: MessageType
    audience: Role
    about: About
    say: Callable[[Recipient], Values]


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is written to, in the first of these languages that has a template."""

    name: str
    email: str
    locales: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, and how.

    `owner` are the addresses of the marketplace's owner, `locale` is the language of people whose own is not known, and
    `zone` is that in whose days deadlines end, and from whose `digest_hour` on sellers get the digest of a day. `site`
    is the address that people reach this server by; without one no message can be stopped by a link.
    """

    sender: Address
    owner: tuple[str, ...]
    locale: str
    zone: tzinfo
    digest_hour: int = 7
    site: str | None = None

    @property
    def market(self) -> str:
        """The name of the marketplace."""
        return self.sender.display_name or self.sender.domain

    def addressees(self, type: MessageType, role: Role, facts: Facts) -> Iterator[Addressee]:
        """All whom a message goes to: nobody whose address is not known, and nobody who does without it.

        A receipt goes where its statement says, in the language of the statement.
        """
        match role:
            case Role.CUSTOMER if type in LEGAL_RECEIPTS:
                if facts.receipt_to and facts.declared_in:
                    yield Addressee(facts.customer_name, facts.receipt_to, (facts.declared_in,))
            case Role.CUSTOMER if facts.customer_email:
                if is_wanted(type, unwanted=facts.customer_unwanted, digest=False):
                    ordered = "de" if facts.country in GERMAN else self.locale
                    yield Addressee(facts.customer_name, facts.customer_email, known(facts.customer_locale, ordered))
            case Role.SELLER if facts.seller_name and facts.seller_email:
                if is_wanted(type, unwanted=facts.seller_unwanted, digest=facts.seller_digest):
                    yield Addressee(facts.seller_name, facts.seller_email, known(facts.seller_locale, self.locale))
            case Role.OWNER:
                yield from (Addressee(self.market, address, (self.locale,)) for address in self.owner)

    def message(self, letter: Letter, to: Addressee, templates: Templates) -> NewMessage:
        """The message that says it to one of them."""
        id, address = new_id("message"), mail_address(to.email)
        page = None
        if self.site and letter.type in optional_for(letter.audience):
            page = f"{self.site}/unsubscribe/{id}.{secrets.token_urlsafe(16)}"
        recipient = Recipient(letter.audience, to.name, to.locales[0], self.market, self.zone, page)
        candidates = templates.candidates(letter.type, letter.audience, to.locales)
        template, rendered, fault = _made_by(candidates, letter, recipient)
        fault = fault if address else NOT_AN_ADDRESS
        return {
            **letter.about,
            "id": id,
            "type": letter.type,
            "audience": letter.audience,
            "locale": template.locale,
            "template_version": template.version,
            "sender": str(self.sender),
            "name": to.name,
            "address": address or to.email,
            "subject": rendered.subject,
            "text": rendered.text,
            "html": rendered.html,
            "sha256": None,
            "unsubscribe": page,
            "state": MessageState.FAILED if fault else MessageState.PENDING,
            "answer": fault,
        }


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
                await self._write_receipts(db)
                return 0
            try:
                events = await journal.read((cursor.xid, cursor.event_id), BATCH)
            except CursorExpired:
                events = await journal.read((0, 0), BATCH)  # the cursor's event is archived: what is left comes next
            if not events:
                return 0
            since = self.clock() - OLDEST
            wanted = [
                (event.position[1], each.type, each.audience)
                for event in events
                for each in occasions(event)
                if event.at > since or each.type in LEGAL_RECEIPTS
            ]
            await self.write(db, wanted)
            cursor.xid, cursor.event_id = events[-1].position
            await cursor.save(using_db=db, update_fields=["xid", "event_id"])
            return len(events)

    async def _write_receipts(self, db: BaseDBAsyncClient) -> None:
        """Write the receipts that the law requires about all that was declared: it is never too late for them."""
        rows = await db.execute_query_dict(_DECLARED)
        for first in range(0, len(rows), BATCH):
            some = rows[first : first + BATCH]
            await self.write(db, [(row["id"], MessageType.WITHDRAWAL_RECEIPT, Role.CUSTOMER) for row in some])

    async def write(self, db: BaseDBAsyncClient, wanted: Sequence[Wanted]) -> None:
        """Write the messages about some events, each of a type and for a role, in a transaction."""
        if not wanted:
            return
        facts = await facts_of_events(db, [event_id for event_id, _, _ in wanted])
        templates = await Templates.read(db)
        rows = (row for id, type, role in wanted for row in self.messages(type, role, facts[id], templates))
        await keep(db, rows, self.clock())

    def messages(self, type: MessageType, audience: Role, facts: Facts, templates: Templates) -> Iterator[NewMessage]:
        """A message of a type about some facts for each address of a role."""
        about: About = {
            "event_id": facts.event_id,
            "order_id": facts.order_id,
            "request_id": facts.request_id,
            "withdrawal_id": facts.withdrawal_id,
            "seller_id": facts.seller_id,
            "customer_id": facts.customer_id,
        }
        letter = Letter(type, audience, about, partial(values_of, facts))
        for to in self.letterhead.addressees(type, audience, facts):
            yield self.letterhead.message(letter, to, templates)


async def keep(db: BaseDBAsyncClient, made: Iterable[NewMessage], now: datetime) -> None:
    """Write messages, but for those that exist; those to an address that does not exist are noted and not sent."""
    rows = list(made)
    if not rows:
        return
    addresses = list({row["address"] for row in rows})
    bounced = {row["address"] for row in await db.execute_query_dict(_BOUNCED, [addresses])}
    for row in rows:
        if row["state"] == MessageState.PENDING and row["address"] in bounced:
            row["state"], row["answer"] = MessageState.BOUNCED, BOUNCED_BEFORE
        if row["type"] in LEGAL_RECEIPTS and row["state"] != MessageState.FAILED:
            row["sha256"] = _digest(row, now)
    await db.execute_query(_MAKE, [orjson.dumps(rows).decode(), now])


def _digest(row: NewMessage, at: datetime) -> str:
    """The SHA-256 of the bytes that are sent."""
    columns = (row["id"], row["sender"], row["name"], row["address"], row["subject"], row["text"], row["html"])
    return sha256(source_of(Mail(*columns, at))).hexdigest()


def known(*locales: str | None) -> tuple[str, ...]:
    """The languages that are said, the best first."""
    return tuple(locale for locale in locales if locale)


def _made_by(
    candidates: Sequence[KnownTemplate], letter: Letter, recipient: Recipient
) -> tuple[KnownTemplate, Rendered, str | None]:
    """The template that a message is made by, what it says, and why it cannot be made; None if it can.

    A template that fails, by what nobody has tried it with, is passed over for the next best.
    """
    fault = None
    for template in candidates:
        try:
            values = letter.say(replace(recipient, locale=template.locale))
            return template, render(template.source, values, OWED.get(letter.type, ())), None
        except TemplateRefused as refused:
            where = f"{template.type} for {template.audience} in {template.locale}, version {template.version}"
            fault = f"The template {where} fails in its {refused.part}: {refused.sentence}"
            log.warning("%s Another one is used.", fault)
    return candidates[-1], Rendered("", "", ""), fault
