"""The owner's reasons: what people choose from when they cancel or return."""

from collections.abc import Sequence
from typing import Protocol

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.words import ReasonAudience, Role, TransactionType
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed
from resolvers.owner import answer, setter
from services import reasons
from services.reasons import ReasonChange


class Label(Protocol):
    """A label of a reason, in one language."""

    @property
    def locale(self) -> str: ...

    @property
    def label(self) -> str: ...


class WantedReason(Keyed, Protocol):
    """The input of `upsertReason`."""

    @property
    def handle(self) -> str: ...

    @property
    def transaction(self) -> TransactionType | None: ...

    @property
    def labels(self) -> Sequence[Label] | None: ...

    @property
    def needs_note(self) -> bool | None: ...

    @property
    def active(self) -> bool | None: ...

    @property
    def position(self) -> int | None: ...

    @property
    def audiences(self) -> Sequence[ReasonAudience] | None: ...

    @property
    def goods_with_customer(self) -> bool | None: ...

    @property
    def expected_version(self) -> int | None: ...


async def every(info: Info) -> list[Row]:
    """All reasons, also those that are not offered."""
    info.context.only(Role.OWNER)
    return await reads.many(info, models.CancellationReason, order_by=("position", "id"))


async def upsert(info: Info, input: WantedReason) -> Row:
    """Create a reason, or change it."""
    change = ReasonChange(
        handle=input.handle,
        transaction=input.transaction,
        labels=None if input.labels is None else tuple((label.locale, label.label) for label in input.labels),
        needs_note=input.needs_note,
        active=input.active,
        position=input.position,
        audiences=None if input.audiences is None else tuple(input.audiences),
        goods_with_customer=input.goods_with_customer,
        expected_version=input.expected_version,
    )

    async def act(db: BaseDBAsyncClient) -> reasons.Outcome:
        return await reasons.upsert(db, change, setter(info))

    return await answer(info, "upsertReason", input, act, _reason)


async def _reason(info: Info, outcome: reasons.Outcome | None) -> Row:
    """The reason as it is now; this process offers it from now on, the others within seconds."""
    if outcome is None:
        return {"reason": None}
    info.context.reference.expire()
    where = Condition.equal("id", outcome["id"])
    return {"reason": await reads.one(info, models.CancellationReason, where, at="reason")}
