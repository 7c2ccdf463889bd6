"""Messages by mail: what was sent, and the templates that it is made by."""

from enum import Enum
from typing import Annotated, Any, ClassVar

import strawberry

from domain.messages import MessageState, MessageType
from domain.words import Role
from engine.execution.computed import Needs, computed
from resolvers import messages
from resolvers.context import Info
from schema.arguments import After, Before, First, Last
from schema.common import Node, PageInfo
from schema.inputs.base import repeatable
from schema.lists import COUNT, CREATED_AFTER, CREATED_BEFORE, CURSOR, EDGES, NODES, PAGE_INFO, SEARCH
from schema.orders import Order
from schema.payloads import Payload, UserError
from schema.people import Seller
from schema.requests import CancellationRequest
from schema.scalars import DateTime
from schema.withdrawals import Withdrawal

_PARTS = "It fills in `messageVariables` as `{{ order.number }}`, and has `{% if %}` and `{% for item in items %}`."
_SUBJECT = "The subject, as a template."
_TEXT = f"The plain text, as a template. {_PARTS}"
_MJML = f"The same in MJML, which becomes HTML, as a template; it may extend `layout.mjml`. {_PARTS}"
_OfType = Annotated[
    MessageType | None, strawberry.argument(description="Only templates of this type. If left out, of all.")
]
_OfAudience = Annotated[
    Role | None, strawberry.argument(description="Only templates for this role. If left out, for all.")
]


def _answer(row: dict[str, Any], info: Info) -> str | None:
    return row["answer"] if info.context.sees_notes else None


@strawberry.type(
    description="What was sent to one address about one event, or on one day, byte for byte. Its id is its Message-ID."
)
class Message(Node):
    prefix: ClassVar[str] = "message"
    type: MessageType = strawberry.field(description="What the message is about.")
    audience: Role = strawberry.field(description="The role that the message is for.")
    locale: str = strawberry.field(description="The language of the message.")
    template_version: int | None = strawberry.field(
        description="The version of the owner's template that made it; null if it was made by one of Retour's own."
    )
    order: Order | None = strawberry.field(description="The order that the message is about; null for a digest.")
    request: CancellationRequest | None = strawberry.field(
        description="The request that the message is about; null if it is about none."
    )
    withdrawal: Withdrawal | None = strawberry.field(
        description="The withdrawal from the contract that the message is about."
    )
    name: str = strawberry.field(description="The name of the recipient.")
    address: str = strawberry.field(description="The email address that it goes to.")
    subject: str = strawberry.field(description="The subject.")
    text: str = strawberry.field(description="What it says, as plain text.")
    html: str = strawberry.field(description="What it says, as HTML: show it without its scripts, as mail programs do.")
    sha256: str | None = strawberry.field(
        description="The SHA-256 of the bytes of a receipt that the law requires, as they are sent; null for others."
    )
    state: MessageState = strawberry.field(description="The state of the message.")
    attempts: int = strawberry.field(description="The number of tries so far.")
    due_at: DateTime | None = strawberry.field(description="The time of the next try; null if none is due.")
    sent_at: DateTime | None = strawberry.field(description="The time at which the mail server accepted it last.")
    answer: str | None = computed(
        _answer,
        needs=Needs("answer"),
        description="What the mail server said last, or why nothing is sent; null for customers.",
    )
    created_at: DateTime = strawberry.field(description="The time at which the message was made.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")


@strawberry.type(description="A message on a page, with its cursor.")
class MessageEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: Message = strawberry.field(description="The message.")


@strawberry.type(description="A page of messages.")
class MessageConnection:
    edges: list[MessageEdge] = strawberry.field(description=EDGES)
    nodes: list[Message] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.input(
    description="Conditions on messages. An entry is listed only if it fulfills every condition that is given. An "
    "empty list or text finds nothing."
)
class MessageFilter:
    state: list[MessageState] | None = strawberry.field(default=None, description="The state is one of these.")
    address: str | None = strawberry.field(default=None, description="The message goes to this email address.")
    request_id: strawberry.ID | None = strawberry.field(default=None, description="The message is about this request.")
    created_after: DateTime | None = strawberry.field(default=None, description=CREATED_AFTER)
    created_before: DateTime | None = strawberry.field(default=None, description=CREATED_BEFORE)
    search: str | None = strawberry.field(
        default=None, description=f"{SEARCH} Or the address or the subject of the message has it."
    )


@strawberry.enum(description="The sort order of messages.")
class MessageOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("-created_at", description="The newest first.")
    CREATED_AT_ASC = strawberry.enum_value("created_at", description="The oldest first.")


@strawberry.type(
    description="A template of messages. A version that is published takes the place of the one before it, and never "
    "changes."
)
class MessageTemplate:
    id: strawberry.ID | None = strawberry.field(description="The id of the version; null for one of Retour's own.")
    type: MessageType = strawberry.field(description="What the messages are about.")
    audience: Role = strawberry.field(description="The role that the messages are for.")
    locale: str = strawberry.field(description="The language of the messages.")
    version: int | None = strawberry.field(
        description="The version, counted from 1; null for one of Retour's own, which holds until another is published."
    )
    subject: str = strawberry.field(description=_SUBJECT)
    text: str = strawberry.field(description=_TEXT)
    mjml: str = strawberry.field(description=_MJML)
    published_at: DateTime | None = strawberry.field(
        description="The time from which messages were made by it; null for a draft."
    )
    updated_at: DateTime | None = strawberry.field(
        description="The time of the last change; null for one of Retour's own."
    )


@strawberry.type(description="A value that templates may fill in.")
class MessageVariable:
    path: str = strawberry.field(description="The name of the value in a template, such as `order.number`.")
    meaning: str = strawberry.field(description="What the value is.")


@strawberry.type(description="What a message would say.")
class MessagePreview:
    subject: str | None = strawberry.field(description="The subject; null if the template is refused.")
    text: str | None = strawberry.field(description="The plain text; null if the template is refused.")
    html: str | None = strawberry.field(description="The HTML; null if the template is refused.")
    user_errors: list[UserError] = strawberry.field(description="Why the template is refused; empty if it can be used.")


@strawberry.input(description="The input of `previewMessage`.")
class PreviewMessageInput:
    type: MessageType = strawberry.field(description="What the message is about.")
    audience: Role = strawberry.field(description="The role that the message is for.")
    locale: str = strawberry.field(description="The language, as BCP 47 writes it, such as `de` or `pt-BR`.")
    subject: str = strawberry.field(description=_SUBJECT)
    text: str = strawberry.field(description=_TEXT)
    mjml: str = strawberry.field(description=_MJML)
    request_id: strawberry.ID | None = strawberry.field(
        default=None, description="The request to speak of, as it is now. If left out, an example."
    )


@strawberry.input(description="The input of `saveMessageTemplate`.")
class SaveMessageTemplateInput:
    type: MessageType = strawberry.field(description="What the messages are about.")
    audience: Role = strawberry.field(description="The role that the messages are for.")
    locale: str = strawberry.field(description="The language, as BCP 47 writes it, such as `de` or `pt-BR`.")
    subject: str = strawberry.field(description=_SUBJECT)
    text: str = strawberry.field(description=_TEXT)
    mjml: str = strawberry.field(description=_MJML)
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `publishMessageTemplate`.")
class PublishMessageTemplateInput:
    template_id: strawberry.ID = strawberry.field(description="The draft to publish.")
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `resendMessage`.")
class ResendMessageInput:
    message_id: strawberry.ID = strawberry.field(description="The message to send again.")
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `clearBounce`.")
class ClearBounceInput:
    message_id: strawberry.ID = strawberry.field(description="A message that has bounced.")
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `setSellerEmail`.")
class SetSellerEmailInput:
    seller_id: strawberry.ID = strawberry.field(description="The seller.")
    email: str | None = strawberry.field(
        default=None, description="The address that the seller's messages go to. If left out, none are sent."
    )
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutations `saveMessageTemplate` and `publishMessageTemplate`.")
class MessageTemplatePayload(Payload):
    template: MessageTemplate | None = strawberry.field(
        description="The version as it is now; null if the command was refused."
    )


@strawberry.type(description="The result of the mutations `resendMessage` and `clearBounce`.")
class MessagePayload(Payload):
    message: Message | None = strawberry.field(description="The message as it is now; null if the command was refused.")


@strawberry.type(description="The result of the mutation `setSellerEmail`.")
class SellerPayload(Payload):
    seller: Seller | None = strawberry.field(description="The seller as it is now; null if the command was refused.")


@strawberry.type
class MessageQuery:
    @strawberry.field(description="The messages. For the owner only; see `request.messages`.")
    async def messages(
        self,
        info: Info,
        filter: MessageFilter | None = None,
        order_by: MessageOrder = MessageOrder.CREATED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> MessageConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await messages.listed(info, filter, order_by, window)

    @strawberry.field(description="Retour's own templates, then all versions of the owner's. For the owner only.")
    async def message_templates(
        self, info: Info, type: _OfType = None, audience: _OfAudience = None
    ) -> list[MessageTemplate]:
        return await messages.templates(info, type, audience)

    @strawberry.field(description="The values that templates may fill in. For the owner only.")
    def message_variables(self, info: Info) -> list[MessageVariable]:
        return messages.variables(info)

    @strawberry.field(description="What a template would say. Nothing is kept or sent. For the owner only.")
    async def preview_message(self, info: Info, input: PreviewMessageInput) -> MessagePreview:
        return await messages.preview(info, input)


@strawberry.type
class MessageMutation:
    @strawberry.mutation(
        description="Keep a template as a draft, which replaces the draft of the same type, role and language. For the "
        "owner."
    )
    async def save_message_template(self, info: Info, input: SaveMessageTemplateInput) -> MessageTemplatePayload:
        return await messages.save(info, input)

    @strawberry.mutation(description="Let messages be made by a draft from now on. For the owner.")
    async def publish_message_template(self, info: Info, input: PublishMessageTemplateInput) -> MessageTemplatePayload:
        return await messages.publish(info, input)

    @strawberry.mutation(
        description="Send a message again that was sent, has failed or has bounced: the same bytes under the same "
        "Message-ID. For the owner."
    )
    async def resend_message(self, info: Info, input: ResendMessageInput) -> MessagePayload:
        return await messages.resend(info, input)

    @strawberry.mutation(
        description="Let later messages go again to the address that a message has bounced from. What has bounced is "
        "not sent by that: see `resendMessage`. For the owner."
    )
    async def clear_bounce(self, info: Info, input: ClearBounceInput) -> MessagePayload:
        return await messages.clear_bounce(info, input)

    @strawberry.mutation(description="Set the address that a seller's messages go to. For the owner.")
    async def set_seller_email(self, info: Info, input: SetSellerEmailInput) -> SellerPayload:
        return await messages.set_seller_email(info, input)
