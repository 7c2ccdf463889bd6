"""The owner's versions of the terms: drafts are written and published at a moment; what is published never changes.

Publishing takes one lock, so versions have numbers without gaps, and each is based on the one before it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.actions import OwnerAction
from domain.errors import Blocker, Refused, not_found, refuse
from domain.facts import Actor
from domain.reach import IdleRule
from domain.refusals import Refusal
from domain.returns import Json
from domain.rulebook import is_specific
from domain.terms import TermsRule, contradictions
from domain.words import TermsStatus
from models import Seller, TermsVersion
from models.ids import new_id
from services.owner_events import Setter, note
from services.rulebooks import TERMS_IN_FORCE, rules_in

Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the id of the version."""

MOST_AHEAD = timedelta(days=3660)
_LOCK = "select pg_advisory_xact_lock(hashtext('terms_published'))"
_STAND = f"""
select {TERMS_IN_FORCE}->>'id' as in_force, clock_timestamp() as now,
  coalesce((select max(number) from terms_version), 0) as latest,
  (select min(number) from terms_version where status = 'PUBLISHED' and effective_at > statement_timestamp()) as ahead
"""


class Stand(NamedTuple):
    """How the versions stand: the id of the one in force, the latest number, one that is still to come, the time."""

    in_force: str | None
    now: datetime
    latest: int
    ahead: int | None


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """Rules that the owner wants, with what was found of them; a new draft if there is no id."""

    rules: Sequence[TermsRule]
    findings: Sequence[IdleRule]
    note: str | None = None
    id: str | None = None
    expected_version: int | None = None


async def lock(db: BaseDBAsyncClient) -> Stand:
    """Wait until nobody else publishes; then how the versions stand, until the end of the transaction."""
    await db.execute_query_dict(_LOCK)
    return Stand(**(await db.execute_query_dict(_STAND))[0])


async def draft(db: BaseDBAsyncClient, wanted: TermsDraft, by: Setter) -> Outcome:
    """Write a draft, or write it anew. Raises Refused."""
    stand = await lock(db)
    await _check_sellers(db, wanted.rules)
    columns = {**_columns(wanted.rules, wanted.findings), "note": wanted.note, "based_on": stand.latest}
    if wanted.id is None:
        if wanted.expected_version is not None:
            raise not_found("draft", about=("id",))
        created = await TermsVersion.create(
            using_db=db, id=new_id("terms"), status=TermsStatus.DRAFT, created_at=by.now, updated_at=by.now, **columns
        )
        await note(db, by, OwnerAction.DRAFT_TERMS, created.id, after=_noted(wanted.rules, note=wanted.note))
        return {"id": created.id}
    kept = await _draft_of(db, wanted.id, wanted.expected_version)
    found = TermsVersion.filter(id=kept.id).using_db(db)
    await found.update(**columns, updated_at=by.now, version=kept.version + 1)
    before, after = _noted(rules_in(kept.rules), note=kept.note), _noted(wanted.rules, note=wanted.note)
    await note(db, by, OwnerAction.DRAFT_TERMS, kept.id, before=before, after=after)
    return {"id": kept.id}


async def discard(db: BaseDBAsyncClient, id: str, by: Setter, *, expected_version: int | None = None) -> Outcome:
    """Throw a draft away, under the lock so that nobody publishes it meanwhile. Raises Refused."""
    await lock(db)
    kept = await _draft_of(db, id, expected_version)
    await TermsVersion.filter(id=id).using_db(db).delete()
    before = _noted(rules_in(kept.rules), status=TermsStatus.DRAFT, note=kept.note)
    await note(db, by, OwnerAction.DISCARD_TERMS, id, before=before)
    return {"id": id}


async def publish(
    db: BaseDBAsyncClient, id: str, at: datetime | None, by: Setter, *, expected_version: int | None = None
) -> Outcome:
    """Publish a draft, now or at a moment. Raises Refused."""
    stand = await lock(db)
    kept = await _draft_of(db, id, expected_version)
    if kept.based_on != stand.latest:
        message = (
            f"Version {stand.latest} was published after this draft was written: compare the two with `diffTerms` and"
            " save the draft again."
        )
        raise refuse(Refusal.STALE_VERSION, message, about=("id",))
    if at is not None and not stand.now <= at <= stand.now + MOST_AHEAD:
        message = "The moment is not in the ten years to come: leave it out to publish now."
        raise refuse(Refusal.INVALID_INPUT, message, about=("at",))
    _check_contradictions(wanted := rules_in(kept.rules))
    present = await rules_in_force(db, stand)
    rules, published = _revised(wanted, present, stand.now), _published(stand, by.actor, at)
    found = TermsVersion.filter(id=id).using_db(db)
    await found.update(**published, rules=_stored(rules), version=kept.version + 1)
    after = _noted(rules, number=stand.latest + 1, effective_at=(at or stand.now).isoformat())
    await note(db, by, OwnerAction.PUBLISH_TERMS, id, before=_noted(present), after=after)
    return {"id": id}


async def publish_next(
    db: BaseDBAsyncClient, stand: Stand, rules: Sequence[TermsRule], findings: Sequence[IdleRule], actor: Actor
) -> Outcome:
    """Publish rules at once, without a draft, under the lock."""
    created = await TermsVersion.create(
        using_db=db,
        id=new_id("terms"),
        based_on=stand.latest,
        created_at=stand.now,
        **_columns(rules, findings),
        **_published(stand, actor, None),
    )
    return {"id": created.id}


async def rules_in_force(db: BaseDBAsyncClient, stand: Stand) -> list[TermsRule]:
    """The rules of the version in force; none if there is none."""
    row = await TermsVersion.get_or_none(id=stand.in_force, using_db=db) if stand.in_force else None
    return rules_in(row.rules) if row else []


async def _draft_of(db: BaseDBAsyncClient, id: str, expected_version: int | None) -> TermsVersion:
    kept = await TermsVersion.get_or_none(id=id, using_db=db)
    if kept is None:
        raise not_found("draft", about=("id",))
    if kept.status is TermsStatus.PUBLISHED:
        message = f"This is published as version {kept.number}, which never changes: write another draft."
        raise refuse(Refusal.TERMS_PUBLISHED, message, about=("id",))
    if expected_version not in (None, kept.version):
        message = f"This has changed since you last saw it: it is now at version {kept.version}."
        raise refuse(Refusal.STALE_VERSION, message, about=("expectedVersion",))
    return kept


async def _check_sellers(db: BaseDBAsyncClient, rules: Sequence[TermsRule]) -> None:
    """Refuse sellers that do not exist."""
    named = {id for rule in rules for id in rule.matcher.sellers or ()}
    known = set(await Seller.filter(id__in=list(named)).using_db(db).values_list("id", flat=True)) if named else set()
    about = [
        ("rules", str(n), "matcher", "sellerIds")
        for n, rule in enumerate(rules)
        if (rule.matcher.sellers or set()) - known
    ]
    if about:
        message = "There is no seller with one of these ids."
        raise Refused(tuple(Blocker(Refusal.NOT_FOUND, message, each) for each in about))


def _check_contradictions(rules: Sequence[TermsRule]) -> None:
    """Refuse a draft that a version before this one has taken, though it contradicts itself by the rules of today."""
    found = tuple(
        Blocker(Refusal.CONTRADICTORY_INPUT, f'Rule "{rules[each.rule].name}": {each.message}', ("id",))
        for each in contradictions(rules)
    )
    if found:
        raise Refused(found)


def _revised(rules: Sequence[TermsRule], present: Sequence[TermsRule], now: datetime) -> list[TermsRule]:
    """The rules with their revisions: a rule of a name that was there before counts on, if it says something else."""
    before = {rule.name: rule for rule in present}
    return [_revision(rule, before.get(rule.name), now) for rule in rules]


def _revision(rule: TermsRule, before: TermsRule | None, now: datetime) -> TermsRule:
    if before is None:
        return replace(rule, revision=1, changed_at=now)
    if (rule.matcher, rule.outcome) == (before.matcher, before.outcome):
        return before
    return replace(rule, revision=before.revision + 1, changed_at=now)


def _published(stand: Stand, actor: Actor, at: datetime | None) -> Mapping[str, str | int | datetime]:
    return {
        "status": TermsStatus.PUBLISHED,
        "number": stand.latest + 1,
        "effective_at": at or stand.now,
        "published_at": stand.now,
        "published_by": actor.id,
        "updated_at": stand.now,
    }


def _noted(rules: Sequence[TermsRule], **more: Json) -> dict[str, Json]:
    """What a change of rules is noted with: rule by rule, so that only those that differ are noted."""
    order = [rule.name for rule in rules] or None
    return {**more, "order": order, **{f"rule {rule.name}": rule.to_json() for rule in rules}}


def _columns(rules: Sequence[TermsRule], findings: Sequence[IdleRule]) -> dict[str, Json]:
    return {"rules": _stored(rules), "findings": list(_found(findings)), "specific": is_specific(rules)}


def _stored(rules: Sequence[TermsRule]) -> list[Json]:
    return [rule.to_json() for rule in rules]


def _found(findings: Sequence[IdleRule]) -> Iterator[Json]:
    for each in findings:
        yield {"rule": each.rule, "fault": str(each.fault), "by": list(each.by)}
