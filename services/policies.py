"""The return policy: which version is in force, and how the owner publishes the next one.

A published version never changes. The version in force is the last one whose moment has come, by the database's clock.
Of two versions of one moment the one that was published later counts, so a mistake can be replaced before its moment.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.actions import OwnerAction
from domain.errors import Blocker, Path, Refused, refuse
from domain.identifiers import identifier, unseen_character
from domain.locales import locale
from domain.refusals import Refusal
from domain.returns import Json
from domain.texts import is_blank
from models import ReturnPolicy
from models.ids import new_id
from services.owner_events import Setter, note

Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the version's id."""

POLICY_IN_FORCE = """return_policy p where p.effective_at <= statement_timestamp()
  order by p.effective_at desc, p.published_at desc, p.id desc limit 1"""
"""The end of a statement that reads the version in force, by the name `p`."""
MOST_TEXTS, MOST_DAYS, LONGEST_NAME, LONGEST_TEXT = 50, 3650, 32, 20_000
_DAYS = (("window_days", "windowDays"), ("response_days", "responseDays"), ("refund_days", "refundDays"))
# Publishing waits for others who publish, so that each sees the last version; readers and requests do not wait.
_ONE_BY_ONE = "lock table return_policy in share row exclusive mode"


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """A version as the owner wants it. `texts` are pairs of locale and text; days left out are those in force.

    Without `effective_at` it takes effect at once. `replaces` names the version that the owner knew as the last one.
    """

    version: str
    texts: tuple[tuple[str, str], ...]
    window_days: int | None = None
    response_days: int | None = None
    refund_days: int | None = None
    effective_at: datetime | None = None
    replaces: str | None = None


async def publish(db: BaseDBAsyncClient, wanted: NewPolicy, by: Setter) -> Outcome:
    """Publish a version. Raises `Refused`."""
    wanted = replace(wanted, version=identifier(wanted.version))
    await db.execute_query(_ONE_BY_ONE)
    now = await _now(db)
    last = await ReturnPolicy.all().using_db(db).order_by("-published_at", "-id").first()
    if last and wanted.replaces is not None and identifier(wanted.replaces) != last.version:
        message = f"Another version has been published since: {last.version}. Read it and decide again."
        raise refuse(Refusal.STALE_VERSION, message, about=("replaces",))
    days = await _days(db, wanted)
    problems = [
        *[problem async for problem in _problems_of_version(db, wanted.version)],
        *_problems_of_texts(wanted.texts),
        *_problems_of_days(days),
        *_problems_of_moment(wanted.effective_at, now),
    ]
    if problems:
        raise Refused(tuple(problems))
    return {"id": await _create(db, wanted, {name: days[name] or 0 for name, _ in _DAYS}, now, by)}


async def _create(db: BaseDBAsyncClient, wanted: NewPolicy, days: dict[str, int], now: datetime, by: Setter) -> str:
    effective_at = wanted.effective_at or now
    at_once = effective_at == now
    if at_once:
        await ReturnPolicy.filter(current=True).using_db(db).update(current=False)
    texts = {locale(name) or name: text.strip() for name, text in wanted.texts}
    policy = await ReturnPolicy.create(
        using_db=db,
        id=new_id("policy"),
        version=wanted.version,
        texts=texts,
        **days,
        current=at_once,
        published_at=now,
        effective_at=effective_at,
    )
    moment = effective_at.isoformat()
    after: dict[str, Json] = {"version": wanted.version, "texts": texts, **days, "effective_at": moment}
    await note(db, by, OwnerAction.PUBLISH_RETURN_POLICY, policy.id, after=after)
    return policy.id


async def _now(db: BaseDBAsyncClient) -> datetime:
    """The moment by the database's clock, by which it also finds the version in force."""
    (row,) = await db.execute_query_dict("select statement_timestamp() as now")
    now: datetime = row["now"]
    return now


async def _days(db: BaseDBAsyncClient, wanted: NewPolicy) -> dict[str, int | None]:
    """The days that are wanted; those in force for what is left out."""
    found = await db.execute_query_dict(f"select p.window_days, p.response_days, p.refund_days from {POLICY_IN_FORCE}")
    present: dict[str, int] = found[0] if found else {}
    given = {
        "window_days": wanted.window_days,
        "response_days": wanted.response_days,
        "refund_days": wanted.refund_days,
    }
    return {name: present.get(name) if days is None else days for name, days in given.items()}


async def _problems_of_version(db: BaseDBAsyncClient, version: str) -> AsyncIterator[Blocker]:
    if is_blank(version) or len(version) > LONGEST_NAME or unseen_character(version):
        yield _invalid(f"A version has a name of 1 to {LONGEST_NAME} characters that can be seen.", "version")
    elif await ReturnPolicy.filter(version=version).using_db(db).exists():
        message = "A version with this name has been published before, and it stays as it is: choose another name."
        yield Blocker(Refusal.POLICY_EXISTS, message, ("version",))


def _problems_of_texts(texts: tuple[tuple[str, str], ...]) -> Iterator[Blocker]:
    if not 0 < len(texts) <= MOST_TEXTS:
        yield _invalid(f"A version has texts in 1 to {MOST_TEXTS} languages.", "texts")
    seen: set[str] = set()
    for n, (name, text) in enumerate(texts):
        spelled = locale(name)
        if spelled is None:
            yield _invalid("This is not the name of a language: write it as `de` or `pt-BR`.", "texts", n, "locale")
        elif spelled in seen:
            yield _invalid("The list has this language twice: name it once.", "texts", n, "locale")
        seen.add(spelled or "")
        if is_blank(text):
            yield _invalid("A text must show something to its reader.", "texts", n, "text")


def _problems_of_days(days: dict[str, int | None]) -> Iterator[Blocker]:
    for name, field in _DAYS:
        number = days[name]
        if number is None:
            yield _invalid("No version is in force yet, so say how many days there are.", field)
        elif not 0 <= number <= MOST_DAYS:
            yield _invalid(f"This is a number of days from 0 to {MOST_DAYS}.", field)


def _problems_of_moment(moment: datetime | None, now: datetime) -> Iterator[Blocker]:
    if moment is not None and moment <= now:
        message = "A version cannot take effect in the past: leave the time out to let it take effect at once."
        yield _invalid(message, "effectiveAt")


def _invalid(message: str, *about: str | int) -> Blocker:
    path: Path = tuple(map(str, about))
    return Blocker(Refusal.INVALID_INPUT, message, path)
