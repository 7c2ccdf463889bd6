"""The owner's pause: while an incident lasts, no refund is sent. Refunds in doubt are still looked up."""

from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from domain.actions import OwnerAction
from domain.errors import refuse
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import RefundStatus
from models import Refund, RefundPause
from models.ids import new_id
from services.owner_events import Setter, note

Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the id of the pause."""

_WAIT = "select pg_advisory_xact_lock(hashtext('refunds_may_go'))"
"""Waits until every transaction that is leasing a refund has ended (migrations/0018_adjustments.py)."""


async def pause(db: BaseDBAsyncClient, reason: str, by: Setter) -> Outcome:
    """Stop the sending of refunds. Once this is committed, none is leased any more. Raises `Refused`."""
    if is_blank(reason):
        raise refuse(Refusal.NOTE_REQUIRED, "Say why: others will read it while refunds wait.", about=("reason",))
    try:
        paused = await RefundPause.create(
            using_db=db, id=new_id("pause"), reason=reason, paused_at=by.now, paused_by=by.actor.id
        )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) == "23505":
            message = "The sending of refunds is paused already: `refundPause` says since when, and why."
            raise refuse(Refusal.REFUNDS_PAUSED, message) from None
        raise
    await note(db, by, OwnerAction.PAUSE_REFUNDS, paused.id, after={"reason": reason})
    await db.execute_query(_WAIT)
    return {"id": paused.id}


async def resume(db: BaseDBAsyncClient, remark: str | None, by: Setter) -> Outcome:
    """Let refunds be sent again, at once: those that waited, and those that were only looked up. Raises `Refused`."""
    paused = await RefundPause.filter(resumed_at=None).using_db(db).select_for_update().get_or_none()
    if paused is None:
        raise refuse(Refusal.REFUNDS_NOT_PAUSED, "The sending of refunds is not paused: there is nothing to resume.")
    ended = {"resumed_at": by.now, "resumed_by": by.actor.id, "note": remark}
    await RefundPause.filter(id=paused.id).using_db(db).update(**ended)
    await Refund.filter(status=RefundStatus.UNKNOWN, due_at__gt=by.now).using_db(db).update(due_at=by.now)
    await note(db, by, OwnerAction.RESUME_REFUNDS, paused.id, before={"reason": paused.reason}, after={"note": remark})
    return {"id": paused.id}
