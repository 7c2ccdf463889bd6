"""Messages: what was sent, for those whom it was sent to; templates and all else for the owner only."""

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

import models
from domain.errors import Refused, not_found
from domain.messages import MessageType
from domain.words import Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers import filters, queries
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed
from resolvers.mutations import user_errors
from resolvers.owner import answer

if TYPE_CHECKING:  # the schema is above; jinja2 and MJML, which take a while to import, are loaded with the first use
    from schema.messages import MessageFilter
    from services.messages.editing import Draft, Outcome


class WrittenTemplate(Protocol):
    """What the inputs of `saveMessageTemplate` and `previewMessage` have in common."""

    @property
    def type(self) -> MessageType: ...

    @property
    def audience(self) -> Role: ...

    @property
    def locale(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def mjml(self) -> str: ...


class SavedTemplate(WrittenTemplate, Keyed, Protocol):
    """The input of `saveMessageTemplate`."""


class PreviewedTemplate(WrittenTemplate, Protocol):
    """The input of `previewMessage`."""

    @property
    def request_id(self) -> str | None: ...


class NamedTemplate(Keyed, Protocol):
    """The input of `publishMessageTemplate`."""

    @property
    def template_id(self) -> str: ...


class NamedMessage(Keyed, Protocol):
    """The input of `resendMessage` and `clearBounce`."""

    @property
    def message_id(self) -> str: ...


class SellerAddress(Keyed, Protocol):
    """The input of `setSellerEmail`."""

    @property
    def seller_id(self) -> str: ...

    @property
    def email(self) -> str | None: ...


async def listed(info: Info, given: "MessageFilter | None", order: Enum, window: Row) -> Row:
    """A page of messages."""
    info.context.only(Role.OWNER)
    return await queries.page(info, models.Message, filters.messages(given, info.context), order, window)


async def templates(info: Info, type: MessageType | None, audience: Role | None) -> list[Row]:
    """The owner's versions, and before them the files that come with Retour: all, or those of a type or for a role."""
    from services.messages.templates import built_in

    info.context.only(Role.OWNER)
    files = [
        {
            "id": None,
            "type": each.type,
            "audience": each.audience,
            "locale": each.locale,
            "version": None,
            "subject": each.source.subject,
            "text": each.source.text,
            "mjml": each.source.mjml,
            "published_at": None,
            "updated_at": None,
        }
        for each in built_in().values()
        if type in (None, each.type) and audience in (None, each.audience)
    ]
    return [*files, *await reads.many(info, models.MessageTemplate, where=filters.templates(type, audience))]


def variables(info: Info) -> list[Row]:
    """What templates may fill in."""
    from services.messages.values import VARIABLES

    info.context.only(Role.OWNER)
    return [{"path": each.path, "meaning": each.meaning} for each in VARIABLES]


async def preview(info: Info, input: PreviewedTemplate) -> Row:
    """What a template would say of a request, or of an example."""
    from services.messages.facts import facts_of_request
    from services.messages.values import Recipient, Waiting, digest_of, examples, values_of

    context = info.context
    context.only(Role.OWNER)
    try:
        draft = _draft(input).checked()
        values = examples(draft.locale)
        if input.request_id is not None:
            context.statements += 1
            id = input.request_id
            facts = await facts_of_request(get_connection("default"), id) if id.isprintable() else None
            if facts is None:
                raise not_found("request", about=("requestId",))
            names = {Role.CUSTOMER: facts.customer_name, Role.SELLER: facts.seller_name or ""}
            zone = context.commands.terms.calendar.zone
            name = names.get(draft.audience, MARKET)
            recipient = Recipient(draft.audience, name, draft.locale, MARKET, zone)
            values = values_of(facts, recipient)
            if draft.type is MessageType.DAILY_DIGEST:
                waiting = Waiting(facts.request_number, facts.order_number, facts.transaction, facts.due_at)
                values = digest_of([waiting], 1, recipient)
        made = draft.rendered(values)
    except Refused as refused:
        context.refusals.extend(blocker.code for blocker in refused.blockers)
        return {"subject": None, "text": None, "html": None, "user_errors": user_errors(refused)}
    return {"subject": made.subject, "text": made.text, "html": made.html, "user_errors": []}


MARKET = "Marketplace"
"""Stands in previews for the name that MAIL_SENDER has where messages are sent."""


async def save(info: Info, input: SavedTemplate) -> Row:
    """Keep a template as a draft."""
    from services.messages import editing

    async def act(db: BaseDBAsyncClient) -> "Outcome":
        return await editing.save(db, _draft(input), info.context.now)

    return await answer(info, "saveMessageTemplate", input, act, _template)


async def publish(info: Info, input: NamedTemplate) -> Row:
    """Let messages be made by a template."""
    from services.messages import editing

    async def act(db: BaseDBAsyncClient) -> "Outcome":
        return await editing.publish(db, input.template_id, info.context.now)

    return await answer(info, "publishMessageTemplate", input, act, _template)


async def resend(info: Info, input: NamedMessage) -> Row:
    """Send a message again."""
    from services.messages import editing

    async def act(db: BaseDBAsyncClient) -> "Outcome":
        return await editing.resend(db, input.message_id, info.context.now)

    payload = await answer(info, "resendMessage", input, act, _message)
    info.context.commands.notify()
    return payload


async def clear_bounce(info: Info, input: NamedMessage) -> Row:
    """Let messages go to an address again."""
    from services.messages import editing

    async def act(db: BaseDBAsyncClient) -> "Outcome":
        return await editing.clear_bounce(db, input.message_id, info.context.now)

    return await answer(info, "clearBounce", input, act, _message)


async def set_seller_email(info: Info, input: SellerAddress) -> Row:
    """Say where a seller's messages go."""
    from services.messages import editing

    async def act(db: BaseDBAsyncClient) -> "Outcome":
        return await editing.set_seller_email(db, input.seller_id, input.email)

    async def show(info: Info, outcome: "Outcome | None") -> Row:
        where = Condition.equal("id", outcome["id"]) if outcome else None
        return {"seller": await reads.one(info, models.Seller, where, at="seller") if where else None}

    return await answer(info, "setSellerEmail", input, act, show)


def _draft(input: WrittenTemplate) -> "Draft":
    from services.messages.editing import Draft
    from services.messages.rendering import Wording

    return Draft(input.type, input.audience, input.locale, Wording(input.subject, input.text, input.mjml))


async def _message(info: Info, outcome: "Outcome | None") -> Row:
    if outcome is None:
        return {"message": None}
    where = Condition.equal("id", outcome["id"])
    return {"message": await reads.one(info, models.Message, where, at="message")}


async def _template(info: Info, outcome: "Outcome | None") -> Row:
    if outcome is None:
        return {"template": None}
    where = Condition.equal("id", outcome["id"])
    return {"template": await reads.one(info, models.MessageTemplate, where, at="template")}
