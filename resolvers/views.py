"""Saved views of the caller's lists."""

from typing import Any, Protocol

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.desk import ViewedList
from domain.words import Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Row
from engine.visibility import EVERYTHING
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed
from resolvers.owner import answer
from services import views
from services.visibility import views_of

DESKS = (Role.OWNER, Role.SELLER)


class NamedView(Keyed, Protocol):
    """The input of `deleteView`."""

    @property
    def id(self) -> str: ...

    @property
    def expected_version(self) -> int | None: ...


class SavedQuery(Keyed, Protocol):
    """The input of `saveView`."""

    @property
    def id(self) -> str | None: ...

    @property
    def list(self) -> ViewedList: ...

    @property
    def name(self) -> str: ...

    @property
    def query(self) -> str: ...

    @property
    def shared(self) -> bool | None: ...

    @property
    def expected_version(self) -> int | None: ...


async def saved(info: Info, list: ViewedList) -> list[Row]:
    """The caller's own views of a list, and those that are shared with it."""
    info.context.only(*DESKS)
    where = Condition.all([views_of(info.context.actor), Condition.equal("list", str(list))])
    return await reads.many(info, models.SavedView, where=where, visibility=EVERYTHING)


def is_mine(row: dict[str, Any], info: Info) -> bool:
    """Whether the caller has saved a view."""
    return bool(row["person"] == info.context.actor.id)


async def save(info: Info, input: SavedQuery) -> Row:
    """Save a view, or change it."""
    wanted = views.WantedView(input.id, input.list, input.name, input.query, input.shared, input.expected_version)

    async def act(db: BaseDBAsyncClient) -> views.Outcome:
        return await views.save(db, wanted, info.context.actor, info.context.now)

    async def show(info: Info, outcome: views.Outcome | None) -> Row:
        if outcome is None:
            return {"view": None}
        where = Condition.all([views_of(info.context.actor), Condition.equal("id", outcome["id"])])
        found = await reads.many(info, models.SavedView, where=where, at="view", visibility=EVERYTHING)
        return {"view": found[0] if found else None}

    return await answer(info, "saveView", input, act, show, roles=DESKS)


async def delete(info: Info, input: NamedView) -> Row:
    """Delete a view."""

    async def act(db: BaseDBAsyncClient) -> views.Outcome:
        return await views.delete(db, input.id, info.context.actor, expected_version=input.expected_version)

    async def show(_: Info, outcome: views.Outcome | None) -> Row:
        return {"deleted_id": outcome and outcome["id"]}

    return await answer(info, "deleteView", input, act, show, roles=DESKS)
