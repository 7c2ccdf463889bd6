"""What customers and sellers want of messages, for themselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.messages import MessageType, optional_for, owed_to
from domain.words import Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed
from resolvers.owner import answer

if TYPE_CHECKING:
    from services.messages.preferences import Outcome

WRITTEN_TO = (Role.CUSTOMER, Role.SELLER)
"""The owner's addresses are a setting, and so is what is sent to them."""
_NOTHING_SAID: Row = {"locale": None, "unwanted": [], "digest": False}


class WantedMessages(Keyed, Protocol):
    """The input of `setMessagePreferences`."""

    @property
    def locale(self) -> str | None: ...

    @property
    def unwanted(self) -> Sequence[MessageType] | None: ...

    @property
    def digest(self) -> bool: ...


async def shown(info: Info, *, at: str = "") -> Row:
    """What the viewer wants of messages."""
    info.context.only(*WRITTEN_TO)
    return await reads.one(info, models.MessagePreference, Condition.all([]), at=at) or _NOTHING_SAID


def optional(_row: dict[str, Any], info: Info) -> list[MessageType]:
    """What the viewer may do without."""
    return optional_for(info.context.actor.role)


def owed(_row: dict[str, Any], info: Info) -> list[MessageType]:
    """What the viewer always gets."""
    return owed_to(info.context.actor.role)


async def set_preferences(info: Info, input: WantedMessages) -> Row:
    """Keep what the viewer wants."""
    from services.messages import preferences

    context = info.context

    async def act(db: BaseDBAsyncClient) -> "Outcome":
        given = preferences.Preferences(input.locale, input.unwanted, input.digest)
        return await preferences.set_preferences(db, context.actor, given, context.now)

    async def show(info: Info, outcome: "Outcome | None") -> Row:
        return {"preferences": await shown(info, at="preferences") if outcome else None}

    return await answer(info, "setMessagePreferences", input, act, show, roles=WRITTEN_TO)
