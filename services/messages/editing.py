"""What the owner does about messages: write and publish templates, send a message again, say where sellers read."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from domain.errors import not_found, refuse
from domain.locales import locale
from domain.mail_addresses import mail_address
from domain.messages import KINDS, OPEN_MESSAGES, MessageState, MessageType
from domain.refusals import Refusal
from domain.words import Role
from models import Message, MessageTemplate, Seller
from models.ids import new_id
from services.messages.rendering import Rendered, TemplateRefused, Wording, render
from services.messages.values import OWED, Values, examples

Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the id of what it is about."""

NO_SUCH_KIND = "No message of this type goes to this role: see `messageTemplates` for those that do."
STILL_SENT = "This message is still to be sent: wait for what comes of it."
NEVER_SENT = "This message cannot be sent: {0}"
NOT_BOUNCED = "This message has not bounced, so messages go to its address."
PUBLISHED = "This version has been published, so it never changes: save a new one."


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as the owner has written it."""

    type: MessageType
    audience: Role
    locale: str
    source: Wording

    def checked(self) -> "Draft":
        """The draft with its language spelled in one way. Raises Refused."""
        if (self.type, self.audience) not in KINDS:
            raise refuse(Refusal.CONTRADICTORY_INPUT, NO_SUCH_KIND, about=("audience",))
        spelled = locale(self.locale)
        if spelled is None:
            message = "This is not the name of a language: write it as `de` or `pt-BR`."
            raise refuse(Refusal.INVALID_INPUT, message, about=("locale",))
        draft = Draft(self.type, self.audience, spelled, self.source)
        draft.rendered(examples(spelled))
        return draft

    def rendered(self, values: Values) -> Rendered:
        """What the template says. Raises Refused with what is wrong with it."""
        try:
            return render(self.source, values, OWED.get(self.type, ()))
        except TemplateRefused as fault:
            raise refuse(Refusal.INVALID_INPUT, fault.sentence, about=(fault.part,)) from None


async def save(db: BaseDBAsyncClient, draft: Draft, now: datetime) -> Outcome:
    """Keep a draft: the unpublished version of its type, role and language. Raises Refused."""
    draft = draft.checked()
    texts = {"subject": draft.source.subject, "text": draft.source.text, "mjml": draft.source.mjml, "updated_at": now}
    versions = MessageTemplate.filter(type=draft.type, audience=draft.audience, locale=draft.locale).using_db(db)
    last = await versions.select_for_update().order_by("-version").first()
    if last is not None and last.published_at is None:
        await MessageTemplate.filter(id=last.id).using_db(db).update(**texts)
        return {"id": last.id}
    try:
        made = await MessageTemplate.create(
            using_db=db,
            id=new_id("template"),
            type=draft.type,
            audience=draft.audience,
            locale=draft.locale,
            version=last.version + 1 if last else 1,
            created_at=now,
            **texts,
        )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != "23505":
            raise
        message = "Another command has just saved a version of this template: read it and decide again."
        raise refuse(Refusal.STALE_VERSION, message) from None
    return {"id": made.id}


async def publish(db: BaseDBAsyncClient, id: str, now: datetime) -> Outcome:
    """Let messages be made by a version from now on. Raises Refused."""
    found = await MessageTemplate.filter(id=id).using_db(db).select_for_update().get_or_none()
    if found is None:
        raise not_found("template", about=("templateId",))
    if found.published_at is not None:
        raise refuse(Refusal.WRONG_STATUS, PUBLISHED, about=("templateId",))
    source = Wording(found.subject, found.text, found.mjml)
    Draft(found.type, found.audience, found.locale, source).rendered(examples(found.locale))
    await MessageTemplate.filter(id=id).using_db(db).update(published_at=now, updated_at=now)
    return {"id": id}


async def resend(db: BaseDBAsyncClient, id: str, now: datetime) -> Outcome:
    """Send a message again, as it is and from the first try. Raises Refused."""
    found = await Message.filter(id=id).using_db(db).select_for_update().get_or_none()
    if found is None:
        raise not_found("message", about=("messageId",))
    if found.state in OPEN_MESSAGES:
        raise refuse(Refusal.WRONG_STATUS, STILL_SENT, about=("messageId",))
    if not found.subject or mail_address(found.address) is None:
        raise refuse(Refusal.WRONG_STATUS, NEVER_SENT.format(found.answer), about=("messageId",))
    again = {"state": MessageState.PENDING, "attempts": 0, "due_at": now, "answer": None, "updated_at": now}
    await Message.filter(id=id).using_db(db).update(**again)
    return {"id": id}


async def clear_bounce(db: BaseDBAsyncClient, id: str, now: datetime) -> Outcome:
    """Let messages go again to an address that a message has bounced from. Raises Refused."""
    found = await Message.filter(id=id).using_db(db).select_for_update().get_or_none()
    if found is None:
        raise not_found("message", about=("messageId",))
    if found.state is not MessageState.BOUNCED:
        raise refuse(Refusal.WRONG_STATUS, NOT_BOUNCED, about=("messageId",))
    bounced = Message.filter(address=found.address, state=MessageState.BOUNCED).using_db(db)
    await bounced.update(state=MessageState.FAILED, updated_at=now)
    return {"id": id}


async def set_seller_email(db: BaseDBAsyncClient, id: str, email: str | None) -> Outcome:
    """Say where a seller's messages go, or nowhere. Raises Refused."""
    address = None if email is None else mail_address(email)
    if email is not None and address is None:
        message = "This is not an email address: write it as name@example.org."
        raise refuse(Refusal.INVALID_INPUT, message, about=("email",))
    if not await Seller.filter(id=id).using_db(db).update(email=address):
        raise not_found("seller", about=("sellerId",))
    return {"id": id}
