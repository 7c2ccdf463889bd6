"""The owner's reasons: create and change what people choose from."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from domain.actions import OwnerAction
from domain.errors import Blocker, Path, Refused, not_found, refuse
from domain.identifiers import identifier
from domain.locales import locale
from domain.refusals import Refusal
from domain.texts import is_blank
from domain.words import ReasonAudience, TransactionType
from models import CancellationReason
from models.ids import new_id
from services.owner_events import Setter, note
from services.terms import CHOSEN_BY

Columns: TypeAlias = dict[str, str | int | list[str] | dict[str, str]]
Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the reason's id."""

MOST_LABELS, MOST_POSITION = 50, 10_000
_HANDLE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ReasonChange:
    """The wanted columns of a reason; None leaves one as it is. `labels` are pairs of locale and text."""

    handle: str
    transaction: TransactionType | None = None
    labels: tuple[tuple[str, str], ...] | None = None
    needs_note: bool | None = None
    active: bool | None = None
    position: int | None = None
    audiences: tuple[ReasonAudience, ...] | None = None
    goods_with_customer: bool | None = None
    expected_version: int | None = None

    def columns(self) -> Columns:
        """The columns that are given, as they are stored."""
        labels, audiences = self.labels, self.audiences
        wanted = {
            "transaction": self.transaction,
            "labels": None if labels is None else {locale(name) or name: identifier(text) for name, text in labels},
            "needs_note": self.needs_note,
            "active": self.active,
            "position": self.position,
            "audiences": None if audiences is None else [str(each) for each in ReasonAudience if each in audiences],
            "goods_with_customer": self.goods_with_customer,
        }
        return {name: value for name, value in wanted.items() if value is not None}


async def upsert(db: BaseDBAsyncClient, change: ReasonChange, by: Setter) -> Outcome:
    """Create the reason of a handle, or change what is given of it. Raises Refused."""
    change = replace(change, handle=identifier(change.handle))
    _refuse([*_problems_of_texts(change), *_problems_of_numbers(change)])
    found = CancellationReason.filter(handle=change.handle).using_db(db).select_for_update(no_key=True)
    kept = await found.get_or_none()
    try:
        return {"id": await (_change(db, kept, change, by) if kept else _create(db, change, by))}
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) == "23505":
            message = "Another command has just created a reason with this handle: read it and decide again."
            raise refuse(Refusal.STALE_VERSION, message, about=("handle",)) from None
        raise


async def _create(db: BaseDBAsyncClient, change: ReasonChange, by: Setter) -> str:
    if change.expected_version is not None:
        raise not_found("reason", about=("handle",))
    columns = change.columns()
    _refuse([*_missing(change), *_contradictions(columns)])
    last = await CancellationReason.all().using_db(db).order_by("-position").first()
    chosen: Columns = {"position": min(last.position + 1, MOST_POSITION) if last else 1, "audiences": [*CHOSEN_BY]}
    wanted = {**chosen, **columns}
    reason = await CancellationReason.create(using_db=db, id=new_id("reason"), handle=change.handle, **wanted)
    await note(db, by, OwnerAction.UPSERT_REASON, reason.id, after={"handle": change.handle, **wanted})
    return reason.id


async def _change(db: BaseDBAsyncClient, kept: CancellationReason, change: ReasonChange, by: Setter) -> str:
    if change.expected_version not in (None, kept.version):
        message = f"This has changed since you last saw it: it is now at version {kept.version}."
        raise refuse(Refusal.STALE_VERSION, message, about=("expectedVersion",))
    present: Columns = {name: getattr(kept, name) for name in _COLUMNS}
    wanted = {**present, **change.columns()}
    if wanted["transaction"] != kept.transaction:
        id = await _replace(db, kept, wanted)
    else:
        _refuse(_contradictions(wanted))
        id = kept.id
        if wanted != present:
            await CancellationReason.filter(id=id).using_db(db).update(**wanted, version=kept.version + 1)
    if wanted != present:
        await note(db, by, OwnerAction.UPSERT_REASON, id, before=present, after=wanted)
    return id


async def _replace(db: BaseDBAsyncClient, kept: CancellationReason, columns: Columns) -> str:
    """Give a reason another type, under another id: a request that names the old id, even now, keeps the old type.

    The foreign key decides between this and such a request. A command that loses decides again (services/commands.py).
    """
    blockers = [*_contradictions(columns)]
    try:
        await kept.delete(using_db=db)
    except IntegrityError:
        blockers.append(Blocker(Refusal.REASON_IN_USE, Refusal.REASON_IN_USE.meaning, ("transaction",)))
    _refuse(blockers)
    reason = await CancellationReason.create(
        using_db=db, id=new_id("reason"), handle=kept.handle, version=kept.version + 1, **columns
    )
    return reason.id


_COLUMNS = ("transaction", "labels", "needs_note", "active", "position", "audiences", "goods_with_customer")


def _missing(change: ReasonChange) -> Iterator[Blocker]:
    """What a new reason cannot be without."""
    if not _HANDLE.fullmatch(change.handle):
        yield _invalid("A handle has small letters and digits, with single hyphens or underscores between.", "handle")
    if change.transaction is None:
        yield _invalid("A new reason needs a transaction type.", "transaction")
    if change.labels is None:
        yield _invalid("A new reason needs a label in at least one language.", "labels")


def _problems_of_texts(change: ReasonChange) -> Iterator[Blocker]:
    labels = change.labels
    if labels is None:
        return
    if not 0 < len(labels) <= MOST_LABELS:
        yield _invalid(f"A reason has labels in 1 to {MOST_LABELS} languages.", "labels")
    seen: set[str] = set()
    for n, (name, text) in enumerate(labels):
        spelled = locale(name)
        if spelled is None:
            yield _invalid("This is not the name of a language: write it as `de` or `pt-BR`.", "labels", n, "locale")
        elif spelled in seen:
            yield _invalid("The list has this language twice: name it once.", "labels", n, "locale")
        seen.add(spelled or "")
        if is_blank(text):
            yield _invalid("A label must show something to its reader.", "labels", n, "label")


def _problems_of_numbers(change: ReasonChange) -> Iterator[Blocker]:
    if change.position is not None and not 0 <= change.position <= MOST_POSITION:
        yield _invalid(f"A position is a number from 0 to {MOST_POSITION}.", "position")
    if change.audiences is not None and not change.audiences:
        yield _invalid("Name at least one audience; to offer the reason to nobody, set `active` to false.", "audiences")


def _contradictions(columns: Columns) -> Iterator[Blocker]:
    audiences = columns.get("audiences")
    if (
        columns.get("transaction") == TransactionType.REFUND
        and isinstance(audiences, list)
        and ReasonAudience.SELLER in audiences
    ):
        message = "Sellers can cancel only: a reason for returns cannot be for them."
        yield Blocker(Refusal.CONTRADICTORY_INPUT, message, ("audiences",))


def _invalid(message: str, *about: str | int) -> Blocker:
    path: Path = tuple(map(str, about))
    return Blocker(Refusal.INVALID_INPUT, message, path)


def _refuse(blockers: Iterable[Blocker]) -> None:
    """Raise Refused with all that is wrong, if anything is."""
    if found := tuple(blockers):
        raise Refused(found)
