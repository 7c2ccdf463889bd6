"""What the owner sets for the whole marketplace, noted in the transaction that sets it: who, when, what was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.actions import OwnerAction
from domain.facts import Actor
from domain.returns import Json
from models import OwnerEvent


@dataclass(frozen=True, slots=True)
class Setter:
    """Who sets something, and when."""

    actor: Actor
    now: datetime


async def note(
    db: BaseDBAsyncClient,
    by: Setter,
    action: OwnerAction,
    subject_id: str,
    *,
    before: Mapping[str, Json] | None = None,
    after: Mapping[str, Json] | None = None,
) -> None:
    """Note what differs between the values before and after; None where there was nothing, or nothing is left."""
    old, new = before or {}, after or {}
    names = [*old, *(name for name in new if name not in old)]
    changed = {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}
    await OwnerEvent.create(
        using_db=db, at=by.now, actor_id=by.actor.id, action=action, subject_id=subject_id, data=changed
    )
