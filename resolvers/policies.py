"""The versions of the return policy: the owner's list of them, and how the next one is published."""

from typing import TYPE_CHECKING

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.words import Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers.context import Info
from resolvers.owner import answer, setter
from services import policies
from services.policies import NewPolicy

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.policies import PublishReturnPolicyInput


async def versions(info: Info) -> list[Row]:
    """All versions, the one published last first."""
    info.context.only(Role.OWNER)
    return await reads.many(info, models.ReturnPolicy, order_by=("-published_at", "-id"))


async def publish(info: Info, input: "PublishReturnPolicyInput") -> Row:
    """Publish a version."""
    wanted = NewPolicy(
        version=input.version,
        texts=tuple((text.locale, text.text) for text in input.texts),
        window_days=input.window_days,
        response_days=input.response_days,
        refund_days=input.refund_days,
        effective_at=input.effective_at,
        replaces=input.replaces,
    )

    async def act(db: BaseDBAsyncClient) -> policies.Outcome:
        return await policies.publish(db, wanted, setter(info))

    return await answer(info, "publishReturnPolicy", input, act, _policy)


async def _policy(info: Info, outcome: policies.Outcome | None) -> Row:
    """The version; this process shows it from its moment on, the others within seconds."""
    if outcome is None:
        return {"return_policy": None}
    info.context.reference.expire()
    where = Condition.equal("id", outcome["id"])
    return {"return_policy": await reads.one(info, models.ReturnPolicy, where, at="return_policy")}
