"""What customers and sellers want of messages, said by themselves: in the API, or by the page that a message names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.errors import not_found, refuse
from domain.facts import Actor
from domain.locales import locale
from domain.messages import MessageType, optional_for
from domain.refusals import Refusal
from domain.words import Role
from models import Customer, Message, MessagePreference, Seller

Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the role whose preferences these are."""

_STOP = """
insert into message_preference as p ({0}, unwanted, digest, updated_at)
select {0}, jsonb_build_array(type), false, $2 from message where id = $1
on conflict ({0}) do update set updated_at = excluded.updated_at,
  unwanted = case when p.unwanted @> excluded.unwanted then p.unwanted else p.unwanted || excluded.unwanted end
"""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody wants: a language or that of the order, no messages of some types, one a day instead of each."""

    locale: str | None
    unwanted: Sequence[MessageType] | None
    digest: bool

    def checked(self, role: Role) -> "Preferences":
        """The preferences with their language spelled in one way. Raises Refused."""
        spelled = None if self.locale is None else locale(self.locale)
        if self.locale is not None and spelled is None:
            message = "This is not the name of a language: write it as `de` or `pt-BR`."
            raise refuse(Refusal.INVALID_INPUT, message, about=("locale",))
        if self.unwanted is not None and not self.unwanted:
            message = "An empty list chooses nothing: leave `unwanted` out to get all messages."
            raise refuse(Refusal.INVALID_INPUT, message, about=("unwanted",))
        unwanted, optional = self.unwanted or (), optional_for(role)
        owed = [type for type in unwanted if type not in optional]
        if owed:
            message = f"You cannot do without {', '.join(owed)}: choose among {', '.join(optional)}."
            raise refuse(Refusal.INVALID_INPUT, message, about=("unwanted",))
        if self.digest and role is not Role.SELLER:
            message = "Only sellers have a digest: leave `digest` out."
            raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=("digest",))
        return Preferences(spelled, list(dict.fromkeys(unwanted)), self.digest)


async def set_preferences(db: BaseDBAsyncClient, actor: Actor, given: Preferences, now: datetime) -> Outcome:
    """Keep what a customer or a seller wants, in place of what they wanted before. Raises Refused."""
    wanted = given.checked(actor.role)
    person: Customer | Seller | None
    if actor.role is Role.CUSTOMER:
        column, person = "customer_id", await Customer.get_or_none(subject=actor.id, using_db=db)
    else:
        column, person = "seller_id", await Seller.get_or_none(id=actor.seller_id, using_db=db)
    if person is None:
        raise not_found(actor.role.label.lower())
    said = {"locale": wanted.locale, "unwanted": wanted.unwanted, "digest": wanted.digest, "updated_at": now}
    row = MessagePreference(**{column: person.id}, **said)
    await MessagePreference.bulk_create([row], on_conflict=(column,), update_fields=tuple(said), using_db=db)
    return {"role": actor.role}


async def message_of(token: str) -> Message | None:
    """The message whose page of stopping a token names; None if there is none."""
    id, dot, _ = token.partition(".")
    found = await Message.get_or_none(id=id) if dot and token.isprintable() else None
    if found is None or found.unsubscribe is None:
        return None
    return found if compare_digest(found.unsubscribe.rpartition("/")[2].encode(), token.encode()) else None


async def stop(db: BaseDBAsyncClient, message: Message, now: datetime) -> None:
    """Send no more messages of a message's type to its recipient."""
    column = "customer_id" if message.audience is Role.CUSTOMER else "seller_id"
    await db.execute_query(_STOP.format(column), [message.id, now])
