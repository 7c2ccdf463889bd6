"""The owner's return settings: the rules of the terms that ask for one seller, or for nothing. A change is a version.

The rule of a seller stands right before the first one that asks for nothing, or at the end; the one that asks for
nothing is the last.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.actions import OwnerAction
from domain.errors import Refused, not_found, refuse
from domain.reach import findings
from domain.refusals import Refusal
from domain.returns import Json
from domain.terms import MOST_RULES, Matcher, TermsRule, contradictions
from models import Seller
from services.outcomes import TermsWanted, outcome, problems
from services.owner_events import Setter, note
from services.return_terms import Stand, lock, publish_next, rules_in_force

Outcome: TypeAlias = dict[str, str]
"""The recorded result of a command: the id of the version that has the settings, nothing if there are none any more."""


_CAPITAL = re.compile("[A-Z]")


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The wanted settings of a seller, of the marketplace if there is none; without `terms` they are taken away."""

    seller_id: str | None
    terms: TermsWanted | None
    expected_version: int | None = None


async def change(db: BaseDBAsyncClient, change: SettingsChange, by: Setter) -> Outcome:
    """Create, replace or take away settings. Raises Refused."""
    seller = None
    if change.seller_id is not None:
        seller = await Seller.get_or_none(id=change.seller_id, using_db=db)
        if seller is None:
            raise not_found("seller", about=("sellerId",))
    if change.terms is not None and (found := tuple(problems(change.terms, ("terms",)))):
        raise Refused(found)
    stand = await lock(db)
    rules = await rules_in_force(db, stand)
    kept = rule_of(rules, change.seller_id)
    _expect(change, kept)
    if change.terms is None and kept is None:
        return {}
    _check(stand, rules, kept)
    rule = None
    if change.terms is not None:
        name = kept.name if kept else _name(f"Seller {seller.handle}" if seller else "Marketplace", rules)
        revision = kept.revision + 1 if kept else 1
        rule = TermsRule(name, _matcher(change.seller_id), outcome(change.terms), revision, stand.now)
    following = _replaced(rules, kept, rule)
    for contradiction in contradictions(following):
        about = contradiction.about if contradiction.about[0] == "terms" else ("terms",)
        raise refuse(Refusal.CONTRADICTORY_INPUT, contradiction.message, about=about)
    idle = await asyncio.to_thread(findings, following)
    published = await publish_next(db, stand, following, idle, by.actor)
    before, after = _noted(change.seller_id, kept), _noted(change.seller_id, rule)
    await note(db, by, OwnerAction.SET_RETURN_SETTINGS, published["id"], before=before, after=after)
    return published if rule else {}


def rule_of(rules: Sequence[TermsRule], seller_id: str | None) -> TermsRule | None:
    """The rule that asks for this seller and nothing else, or for nothing at all."""
    wanted = _matcher(seller_id)
    return next((rule for rule in rules if rule.matcher == wanted), None)


def settings_in(rules: Sequence[TermsRule]) -> list[tuple[str | None, TermsRule]]:
    """The rules that are settings, each with its seller: the marketplace's first."""
    found = [(seller_of(rule), rule) for rule in rules if _is_setting(rule)]
    return sorted(found, key=lambda each: (each[0] is not None, each[0] or ""))


def seller_of(rule: TermsRule) -> str | None:
    """The one seller that a rule asks for."""
    return next(iter(rule.matcher.sellers), None) if rule.matcher.sellers else None


def _is_setting(rule: TermsRule) -> bool:
    return rule.matcher.only_sellers and len(rule.matcher.sellers or ("",)) == 1


def _matcher(seller_id: str | None) -> Matcher:
    return Matcher(sellers=None if seller_id is None else frozenset([seller_id]))


def _replaced(rules: Sequence[TermsRule], kept: TermsRule | None, rule: TermsRule | None) -> list[TermsRule]:
    """The rules with one in the place of another, without it, or with one more."""
    if kept is not None:
        return [each for other in rules if (each := rule if other is kept else other) is not None]
    assert rule is not None
    place = len(rules)
    if rule.matcher.sellers is not None:
        place = next((n for n, other in enumerate(rules) if other.matcher == Matcher()), place)
    return [*rules[:place], rule, *rules[place:]]


def _name(wanted: str, rules: Sequence[TermsRule]) -> str:
    """A name that no other rule has."""
    taken = {rule.name for rule in rules}
    return next(name for n in range(len(taken) + 1) if (name := f"{wanted} ({n + 1})" if n else wanted) not in taken)


def _noted(seller_id: str | None, rule: TermsRule | None) -> dict[str, Json]:
    """What a change of settings is noted with, under names that are spelled as those of the other notes."""
    if rule is None:
        return {}
    said = {_CAPITAL.sub(r"_\g<0>", name).lower(): value for name, value in rule.outcome.to_json().items()}
    return {"seller_id": seller_id, **said}


def _expect(change: SettingsChange, kept: TermsRule | None) -> None:
    if change.expected_version not in (None, kept.revision if kept else 0):
        now_at = f"it is now at version {kept.revision}" if kept else "there are no such settings"
        message = f"This has changed since you last saw it: {now_at}."
        raise refuse(Refusal.STALE_VERSION, message, about=("expectedVersion",))


def _check(stand: Stand, rules: Sequence[TermsRule], kept: TermsRule | None) -> None:
    if stand.ahead is not None:
        message = (
            f"Version {stand.ahead} of the terms is to take effect, and would end these settings: write them into a"
            " draft of the terms instead."
        )
        raise refuse(Refusal.WRONG_STATUS, message)
    if kept is None and len(rules) >= MOST_RULES:
        raise refuse(Refusal.INVALID_INPUT, f"The terms have {MOST_RULES} rules: remove one first.", about=("terms",))
