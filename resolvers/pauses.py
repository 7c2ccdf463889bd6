"""The owner's pause of sending refunds."""

from typing import TYPE_CHECKING

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.words import Role
from engine import reads
from engine.conditions import Column, Condition, Fragment
from engine.reads import Row
from resolvers.context import Info
from resolvers.owner import answer, setter
from services import pauses

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.inputs import PauseRefundsInput, ResumeRefundsInput

UNDER_WAY = Fragment("(select count(*) from refund r where r.status = 'PROCESSING' and r.external_reference is null)")
"""The calls to gateways that are under way: what was leased before a pause is not called back."""
_OPEN = Condition(Fragment(Column("resumed_at"), " is null"))


async def current(info: Info) -> Row | None:
    """The pause that holds now, if there is one."""
    info.context.only(Role.OWNER)
    return await reads.one(info, models.RefundPause, _OPEN)


async def pause(info: Info, input: "PauseRefundsInput") -> Row:
    """Stop the sending of refunds."""

    async def act(db: BaseDBAsyncClient) -> pauses.Outcome:
        return await pauses.pause(db, input.reason, setter(info))

    return await answer(info, "pauseRefunds", input, act, _shown)


async def resume(info: Info, input: "ResumeRefundsInput") -> Row:
    """Let refunds be sent again."""

    async def act(db: BaseDBAsyncClient) -> pauses.Outcome:
        return await pauses.resume(db, input.note, setter(info))

    payload = await answer(info, "resumeRefunds", input, act, _shown)
    info.context.commands.notify()
    return payload


async def _shown(info: Info, outcome: pauses.Outcome | None) -> Row:
    if outcome is None:
        return {"refund_pause": None}
    where = Condition.equal("id", outcome["id"])
    return {"refund_pause": await reads.one(info, models.RefundPause, where, at="refund_pause")}
