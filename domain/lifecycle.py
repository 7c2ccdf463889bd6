"""What may be done: offered to a viewer, decided for a command. Both read the same rows of the tables.

`allowed()` looks at the world only and tells every action of a role with what blocks it; `decide()` looks
at the ask too and yields the edge to take, or every reason against it. They cannot drift apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain import guards as g
from domain.errors import Blocker, Refused
from domain.facts import Decision, Facts
from domain.tables import STATUSES, TABLE, Edge
from domain.words import Action, Refusal, Role, Subject, TransactionType, Word

__all__ = ["STATUSES", "TABLE", "Edge", "Offer", "allowed", "check", "check_role", "decide", "is_final"]


@dataclass(frozen=True, slots=True)
class Offer:
    """An action as it stands for one role: enabled, or what blocks it, and the inputs that it will want."""

    action: Action
    blockers: tuple[Blocker, ...]
    requires: tuple[str, ...]

    @property
    def enabled(self) -> bool:
        """Whether the action is offered."""
        return not self.blockers


def check_role(action: Action, role: Role) -> None:
    """Raise `Refused` for an action that is never this role's. Asked before any look-up, so it tells nothing."""
    if role not in _TAKERS[action]:
        raise Refused((_wrong_role([edge for edge in TABLE if edge.action is action]),))


def is_final(status: Word) -> bool:
    """Whether no edge leaves a status."""
    return all(edge.source is not status for edge in TABLE)


def allowed(
    subject: Subject,
    role: Role,
    facts: Facts,
    *,
    kind: TransactionType | None = None,
    actions: Iterable[Action] | None = None,
) -> list[Offer]:
    """Every action that a role may ever take on a subject of this type, as it stands now.

    One that the status or the world forbids is there too, with all that blocks it. When several targets
    are possible (a package can go on or back), the action is offered if any of them is.
    """
    offers: dict[Action, Offer] = {}
    opens = facts_status(facts) is None
    for edge in _INDEX[subject]:
        if role not in edge.who or edge.transaction not in (None, kind) or (edge.source is None) is not opens:
            continue
        if actions and edge.action not in actions:
            continue
        blockers = _blockers_of_world(edge, facts)
        known = offers.get(edge.action)
        if known is None or _better(blockers, known.blockers):
            offers[edge.action] = Offer(edge.action, blockers, _required(edge))
    return list(offers.values())


def decide(
    subject: Subject,
    action: Action,
    role: Role,
    facts: Facts,
    *,
    ask: Any = None,
    kind: TransactionType | None = None,
    target: Word | None = None,
) -> Edge:
    """The edge that this ask takes. Raises `Refused` with every condition that fails, not only the first."""
    rows = [e for e in _INDEX[subject] if e.action is action and e.transaction in (None, kind)]
    mine = [e for e in rows if role in e.who]
    if not mine:
        raise Refused((_wrong_role(rows),))
    here = [e for e in mine if e.source is facts_status(facts)]
    fitting = [e for e in here if target is None or e.target is target]
    if not fitting:
        raise Refused((_wrong_status(subject, facts_status(facts), mine, target),))
    edge = fitting[0]
    blockers = tuple(_blockers_of_world(edge, facts)) + tuple(_blockers_of_ask(edge, facts, ask))
    if blockers:
        raise Refused(blockers)
    return edge


def facts_status(facts: Facts) -> Word | None:
    """The status a subject has in its facts; None for one that is not there yet, such as a request on an item."""
    return getattr(facts, "status", None)


def _blockers_of_world(edge: Edge, facts: Facts) -> tuple[Blocker, ...]:
    if edge.source is not facts_status(facts):
        return (_wrong_status(edge.subject, facts_status(facts), _alike(edge), None),)
    return tuple(Blocker(rule.code, rule.sentence) for rule in edge.when if not rule.holds(facts))


def _blockers_of_ask(edge: Edge, facts: Facts, ask: Any) -> Iterable[Blocker]:
    for rule in edge.given:
        if "*" in rule.about:
            yield from _blockers_by_item(rule, facts, ask)
        elif not rule.holds(facts, ask):
            yield Blocker(rule.code, rule.sentence, rule.about)


def _blockers_by_item(rule: g.Guard, facts: Facts, ask: Decision) -> Iterable[Blocker]:
    for n, item in enumerate(ask.accepted):
        if not rule.holds(facts, item):
            yield Blocker(rule.code, rule.sentence, tuple(str(n) if part == "*" else part for part in rule.about))


def _wrong_role(rows: Sequence[Edge]) -> Blocker:
    names = _one_of(sorted({role.label.lower() for edge in rows for role in edge.who if role is not Role.SYSTEM}))
    return Blocker(
        Refusal.ROLE_NOT_ALLOWED,
        f"This is for the {names} to do." if names else "Only Retour itself does this.",
    )


def _wrong_status(subject: Subject, status: Word | None, rows: Sequence[Edge], target: Word | None) -> Blocker:
    now = f"This {subject.label.lower()} is {status.label}" if status else f"This {subject.label.lower()} is not open"
    if target is not None:
        ways = _one_of(sorted({edge.target.label for edge in rows if edge.source is status}))
        rest = f"it can become {ways}, not {target.label}" if ways else f"it cannot become {target.label}"
    else:
        sources = _one_of(sorted({edge.source.label for edge in rows if edge.source}))
        rest = f"this is possible only while it is {sources}"
    return Blocker(Refusal.WRONG_STATUS, f"{now}; {rest}.")


def _alike(edge: Edge) -> list[Edge]:
    return [
        e
        for e in _INDEX[edge.subject]
        if e.action is edge.action and e.transaction is edge.transaction and e.who & edge.who
    ]


def _better(new: tuple[Blocker, ...], known: tuple[Blocker, ...]) -> bool:
    """Fewer blockers win; of two blocked ways, the one that the status allows tells more."""
    if not new or not known:
        return not new and bool(known)
    return known[0].code is Refusal.WRONG_STATUS and new[0].code is not Refusal.WRONG_STATUS


def _required(edge: Edge) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.about[-1] for rule in edge.given if rule.about))


def _one_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else " or ".join([", ".join(names[:-1]), names[-1]]) if names else ""


def _index(table: Sequence[Edge]) -> dict[Subject, tuple[Edge, ...]]:
    found: dict[Subject, list[Edge]] = defaultdict(list)
    for edge in table:
        found[edge.subject].append(edge)
    return {subject: tuple(edges) for subject, edges in found.items()}


def check(table: Sequence[Edge]) -> None:
    """Raise ValueError where a table contradicts itself: two edges for one ask, a lost status, a silent guard."""
    seen: set[tuple[object, ...]] = set()
    for edge in table:
        for kind in (edge.transaction,) if edge.transaction else tuple(TransactionType):
            for role in edge.who:
                key = (edge.subject, edge.action, kind, edge.source, edge.target, role)
                if key in seen:
                    raise ValueError(f"Two edges for one ask: {key}")
                seen.add(key)
        for rule in edge.when + edge.given:
            if not rule.sentence.endswith("."):
                raise ValueError(f"The guard {rule.name} has no sentence")
    for subject, statuses in STATUSES.items():
        edges = [edge for edge in table if edge.subject is subject]
        reached: set[Word | None] = {None}
        while more := {e.target for e in edges if e.source in reached} - reached:
            reached |= more
        if missing := set(statuses) - reached:
            raise ValueError(f"No way leads to {sorted(missing)} of {subject}")


check(TABLE)
_INDEX = _index(TABLE)
_TAKERS = {action: frozenset().union(*[edge.who for edge in TABLE if edge.action is action]) for action in Action}
