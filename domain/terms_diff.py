"""How two versions of the terms differ: rules are the same if they have one name."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.returns import Json
from domain.terms import TermsRule


class RuleChange(NamedTuple):
    """A rule that is in both versions but not the same: what of it has changed, by the names that are stored.

    `moved` says that it stands elsewhere among the rules that are in both.
    """

    before: TermsRule
    after: TermsRule
    fields: tuple[str, ...]
    moved: bool


class TermsDiff(NamedTuple):
    """The rules that are in the later version alone, in the earlier one alone, and those that have changed."""

    added: list[TermsRule]
    removed: list[TermsRule]
    changed: list[RuleChange]


def diff(before: Sequence[TermsRule], after: Sequence[TermsRule]) -> TermsDiff:
    """What has changed from one version to another, in the order of the later one."""
    earlier, later = {rule.name: rule for rule in before}, {rule.name: rule for rule in after}
    kept = [name for name in later if name in earlier]
    places = {name: place for place, name in enumerate(name for name in earlier if name in later)}
    changed = (
        RuleChange(earlier[name], later[name], _fields(earlier[name], later[name]), places[name] != place)
        for place, name in enumerate(kept)
    )
    return TermsDiff(
        [rule for rule in after if rule.name not in earlier],
        [rule for rule in before if rule.name not in later],
        [change for change in changed if change.fields or change.moved],
    )


def _fields(before: TermsRule, after: TermsRule) -> tuple[str, ...]:
    matchers = _differing("matcher", before.matcher.to_json(), after.matcher.to_json())
    return (*matchers, *_differing("terms", before.outcome.to_json(), after.outcome.to_json()))


def _differing(within: str, before: Mapping[str, Json], after: Mapping[str, Json]) -> tuple[str, ...]:
    names = dict.fromkeys((*before, *after))
    return tuple(f"{within}.{name}" for name in names if before.get(name) != after.get(name))
