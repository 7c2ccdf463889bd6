"""Saved views: one of the owner's or of a seller's people keeps a list as it is, for itself or for all of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.desk import ViewedList
from domain.errors import Blocker, Refused, not_found, refuse
from domain.facts import Actor
from domain.refusals import Refusal
from models import SavedView
from models.ids import new_id
from services.intake.validation import TextLimit, text_problems

MOST = 50
"""Views that one person may have."""
NAME = TextLimit(80, line=True)
Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the view's id."""

_CHARACTER = r"[A-Za-z0-9._~!$'()*+,;:@/?%\[\]-]"
_PAIR = f"{_CHARACTER}+={_CHARACTER}*"
_QUERY = re.compile(f"({_PAIR}(&{_PAIR})*)?")


@dataclass(frozen=True, slots=True)
class WantedView:
    """A view as it is to be; without an id a new one. `shared` None leaves it as it is, and a new one personal."""

    id: str | None
    list: ViewedList
    name: str
    query: str
    shared: bool | None
    expected_version: int | None


async def save(db: BaseDBAsyncClient, wanted: WantedView, by: Actor, now: datetime) -> Outcome:
    """Save a new view, or change one. Raises `Refused`."""
    if problems := tuple(_problems(wanted)):
        raise Refused(problems)
    columns = {"list": wanted.list, "name": wanted.name.strip(), "query": wanted.query, "updated_at": now}
    if wanted.id is None:
        await _check_room(db, by)
        shared, id = bool(wanted.shared), new_id("view")
        whose = {"seller_id": by.seller_id, "person": by.id}
        await SavedView.create(using_db=db, id=id, shared=shared, created_at=now, **whose, **columns)
        return {"id": id}
    kept = await _locked(db, wanted.id, by, wanted.expected_version)
    shared = kept.shared if wanted.shared is None else wanted.shared
    if not shared and kept.person != by.id:
        message = "Only the person who has saved a view can make it personal: delete it, or save another."
        raise refuse(Refusal.INVALID_INPUT, message, about=("shared",))
    await SavedView.filter(id=kept.id).using_db(db).update(shared=shared, version=kept.version + 1, **columns)
    return {"id": kept.id}


async def delete(db: BaseDBAsyncClient, id: str, by: Actor, *, expected_version: int | None) -> Outcome:
    """Delete a view. Raises `Refused`."""
    kept = await _locked(db, id, by, expected_version)
    await kept.delete(using_db=db)
    return {"id": kept.id}


async def _locked(db: BaseDBAsyncClient, id: str, by: Actor, expected_version: int | None) -> SavedView:
    """A view that the person may change: its own, and what is shared with it."""
    kept = await SavedView.filter(id=id, seller_id=by.seller_id).using_db(db).select_for_update().get_or_none()
    if kept is None or not (kept.shared or kept.person == by.id):
        raise not_found("view", about=("id",))
    if expected_version not in (None, kept.version):
        message = f"This has changed since you last saw it: it is now at version {kept.version}."
        raise refuse(Refusal.STALE_VERSION, message, about=("expectedVersion",))
    return kept


async def _check_room(db: BaseDBAsyncClient, by: Actor) -> None:
    """Raise `Refused` if the person has as many views as it may; two that are saved at once are counted one by one."""
    await db.execute_query("select pg_advisory_xact_lock(hashtext($1))", [f"views of {by.seller_id} {by.id}"])
    if await SavedView.filter(seller_id=by.seller_id, person=by.id).using_db(db).count() >= MOST:
        message = f"You have {MOST} views, which is the most: delete one that you no longer need."
        raise refuse(Refusal.INVALID_INPUT, message)


def _problems(wanted: WantedView) -> Iterator[Blocker]:
    for about, sentence in text_problems(("name",), wanted.name, NAME):
        yield Blocker(Refusal.INVALID_INPUT, sentence, about)
    if not _QUERY.fullmatch(wanted.query):
        message = "This is not the query of an address: write it as `status=WAITING&order=DUE_AT_ASC`."
        yield Blocker(Refusal.INVALID_INPUT, message, ("query",))
