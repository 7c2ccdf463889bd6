"""What customers and sellers want of messages."""

import strawberry

from domain.messages import MessageType
from engine.execution.computed import Needs, computed
from resolvers import message_preferences
from resolvers.context import Info
from schema.inputs.base import repeatable
from schema.payloads import Payload

_LOCALE = "The language of messages, as BCP 47 writes it, such as `de` or `pt-BR`"


@strawberry.type(description="What the viewer wants of messages.")
class MessagePreferences:
    locale: str | None = strawberry.field(description=f"{_LOCALE}; null if it follows the order.")
    unwanted: list[MessageType] = strawberry.field(description="The types of messages that the viewer does without.")
    optional: list[MessageType] = computed(
        message_preferences.optional,
        needs=Needs(),
        description="The types that the viewer may do without. All others are receipts, decisions and payments.",
    )
    owed: list[MessageType] = computed(
        message_preferences.owed, needs=Needs(), description="The types that are always sent to the viewer."
    )
    digest: bool = strawberry.field(
        description="Whether a seller gets one message a day about all that waits, instead of one about each step."
    )


@strawberry.input(description="The input of `setMessagePreferences`. It replaces all that was wanted before.")
class SetMessagePreferencesInput:
    unwanted: list[MessageType] | None = strawberry.field(
        default=None,
        description="The types of messages to do without, of `messagePreferences.optional`. If left out, none.",
    )
    locale: str | None = strawberry.field(default=None, description=f"{_LOCALE}. If left out, it follows the order.")
    digest: bool = strawberry.field(
        default=False,
        description="For sellers: one message a day about all that waits, instead of one about each step.",
    )
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of the mutation `setMessagePreferences`.")
class MessagePreferencesPayload(Payload):
    preferences: MessagePreferences | None = strawberry.field(
        description="What the viewer wants now; null if the command was refused."
    )


@strawberry.type
class MessagePreferencesQuery:
    @strawberry.field(description="What the viewer wants of messages. For customers and sellers.")
    async def message_preferences(self, info: Info) -> MessagePreferences:
        return await message_preferences.shown(info)


@strawberry.type
class MessagePreferencesMutation:
    @strawberry.mutation(
        description="Choose the language of messages, and which to do without. For customers and sellers."
    )
    async def set_message_preferences(self, info: Info, input: SetMessagePreferencesInput) -> MessagePreferencesPayload:
        return await message_preferences.set_preferences(info, input)
