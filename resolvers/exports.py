"""Exports: a list is wanted as a file, and the person who wants it sees how far it is. Files: app/pages/exports.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.errors import refuse
from domain.refusals import Refusal
from domain.returns import Json
from domain.words import ExportedList, ExportState, Role
from engine import Forbidden
from engine.reads import Row
from models import Export
from resolvers.context import Info
from resolvers.keyed_inputs import camel
from resolvers.owner import answer
from services.exports import jobs
from services.exports.columns import LISTS

if TYPE_CHECKING:  # the schema is above, and its inputs are what is read here
    from schema.exports import StartExportInput

Given: TypeAlias = "str | bool | int | datetime | list[Given] | None"
"""A value in a filter."""


async def start(info: Info, input: "StartExportInput") -> Row:
    """Start the export of a list, for a person at a desk."""
    actor, exported = info.context.actor, input.list
    field = LISTS[exported].field
    if info.context.fields is not None and field not in info.context.fields:
        raise Forbidden(f"This token is not for {field}.")

    async def act(db: BaseDBAsyncClient) -> dict[str, str]:
        if LISTS[exported].owner_only and actor.role is not Role.OWNER:
            message = f"Only the owner may read {field}: export another list."
            raise refuse(Refusal.ROLE_NOT_ALLOWED, message, about=("list",))
        return await jobs.start(db, jobs.WantedList(actor, exported, _conditions(input)))

    async def show(info: Info, outcome: dict[str, str] | None) -> Row:
        return {"export": None if outcome is None else await one(info, outcome["id"])}

    return await answer(info, "startExport", input, act, show, roles=(Role.SELLER, Role.OWNER))


async def listed(info: Info) -> list[Row]:
    """The exports of the viewer, the newest first."""
    info.context.statements += 1
    return [_shown(export) for export in await jobs.find(info.context.actor)]


async def one(info: Info, id: str) -> Row | None:
    """An export of the viewer; None if there is none, or it is somebody else's."""
    info.context.statements += 1
    found = [] if "\0" in id else await jobs.find(info.context.actor, id)
    return _shown(found[0]) if found else None


def _conditions(input: "StartExportInput") -> dict[str, Json] | None:
    """The list's own filter as variables of a query. Raises `Refused` if that of another list is given."""
    given = {exported: getattr(input, exported.lower()) for exported in ExportedList}
    for exported, filter in given.items():
        if filter is not None and exported is not input.list:
            name = camel(exported.lower())
            message = f"`{name}` is the filter of another list: leave it out, or export that list."
            raise refuse(Refusal.CONTRADICTORY_INPUT, message, about=(name,))
    filter = given[input.list]
    if filter is None:
        return None
    members: Mapping[str, Given] = vars(filter)
    return {camel(name): _plain(value) for name, value in members.items() if value is not None}


def _plain(value: Given) -> Json:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _shown(export: Export) -> Row:
    return {
        **{name: getattr(export, name) for name in ("id", "list", "state", "done", "total", "message")},
        **{name: getattr(export, name) for name in ("created_at", "finished_at")},
        "expires_at": export.created_at + jobs.KEPT,
        "url": f"/exports/{export.id}.csv" if export.state is ExportState.READY else None,
    }
