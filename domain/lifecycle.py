"""What may be done: offered to a viewer, or decided for a command. Both read the same rows of the tables.

`allowed()` reads the facts only, and returns every action of a role with what blocks it. `decide()` reads the command's
input as well, and returns the edge to take or raises every reason against it. The two agree, because they ask the same
guards.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from domain.actions import Action
from domain.errors import Blocker, Refused, refuse
from domain.facts import Actor, Decision, Facts, Inspection, Receipt, Split
from domain.guards import Guard
from domain.refusals import Refusal
from domain.tables import STATUSES, TABLE, Edge
from domain.withdrawal import Stated
from domain.words import SENT, PackageStatus, Role, Subject, TransactionType, Word

__all__ = [
    "EDGES",
    "EDGES_OF_ACTION",
    "STATUSES",
    "TABLE",
    "Edge",
    "Offer",
    "allowed",
    "check",
    "check_actor",
    "check_token",
    "decide",
    "is_final",
    "requested_type",
]


K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Offer:
    """An action as it stands for one role: what blocks it, and the inputs that its mutation may require."""

    action: Action
    blockers: tuple[Blocker, ...]
    requires: tuple[str, ...]

    @property
    def enabled(self) -> bool:
        """Whether the action is offered."""
        return not self.blockers


def check_actor(action: Action, actor: Actor) -> None:
    """Raise `Refused` if the actor may never take an action: for the role, or because the token does not name it.

    Callers check it before any look-up, so that the refusal reveals nothing about what exists.
    """
    if actor.role not in _ROLES[action]:
        raise Refused((_wrong_role([edge for edge in TABLE if edge.action is action]),))
    check_token(action, actor)


def check_token(action: str, actor: Actor) -> None:
    """Raise `Refused` if the actor's token names actions, and not this one."""
    if not actor.may(action):
        message = f"Your token does not allow this: {action} is not among its actions."
        raise refuse(Refusal.ACTION_NOT_ALLOWED, message)


def requested_type(role: Role, package: PackageStatus) -> TransactionType:
    """The type of a request that a role opens on an item in a package, if it names none.

    The package decides: one that has left can only be returned, one that has not can only be canceled. A role that may
    open one type only always means that one, so it reads what blocks it.
    """
    only = _ONLY_TYPE.get(role)
    return only or (TransactionType.REFUND if package in SENT else TransactionType.CANCEL)


def is_final(status: Word) -> bool:
    """Whether no edge leads from a status to another one."""
    return all(edge.source is not status or edge.target is status for edge in TABLE)


def allowed(
    subject: Subject,
    role: Role,
    facts: Facts,
    *,
    transaction: TransactionType | None = None,
    actions: Iterable[Action] | None = None,
) -> list[Offer]:
    """Every action that a role may ever take on a subject of this type, offered or blocked.

    An action that the status or other facts forbid is included, with everything that blocks it. An action with several
    targets (a package can go on or back) is offered if any of its edges is, and requires what any of these requires.
    """
    offers: dict[Action, Offer] = {}
    status = facts_status(facts)
    opens = status is None
    for edge in EDGES[subject]:
        if role not in edge.roles or edge.transaction not in (None, transaction) or (edge.source is None) is not opens:
            continue
        if actions and edge.action not in actions:
            continue
        blockers = _blockers_of_facts(edge, facts)
        earlier = offers.get(edge.action)
        if earlier is None or _is_better(blockers, earlier.blockers):
            offers[edge.action] = Offer(edge.action, blockers, _required_inputs(edge, facts))
        elif not blockers:
            requires = dict.fromkeys((*earlier.requires, *_required_inputs(edge, facts)))
            offers[edge.action] = replace(earlier, requires=tuple(requires))
    return list(offers.values())


def decide(
    subject: Subject,
    action: Action,
    role: Role,
    facts: Facts,
    *,
    input: Any = None,
    transaction: TransactionType | None = None,
    target: Word | None = None,
) -> Edge:
    """The edge that a command takes. Raises `Refused` with every condition that fails, not only the first."""
    edges = [edge for edge in EDGES_OF_ACTION.get((subject, action), ()) if edge.transaction in (None, transaction)]
    of_role = [edge for edge in edges if role in edge.roles]
    if not of_role:
        raise Refused((_wrong_role(edges),))
    status = facts_status(facts)
    fitting = [edge for edge in of_role if edge.source is status and (target is None or edge.target is target)]
    if not fitting:
        open_edges = [edge for edge in of_role if edge.source is not status or not _blockers_of_facts(edge, facts)]
        raise Refused((_wrong_status(subject, status, open_edges, target),))
    edge = fitting[0]
    blockers = (*_blockers_of_facts(edge, facts), *_blockers_of_input(edge, facts, input))
    if blockers:
        raise Refused(blockers)
    return edge


def facts_status(facts: Facts) -> Word | None:
    """The status of a subject in its facts; None if it has yet to be opened, as a request on an item."""
    return getattr(facts, "status", None)


def _blockers_of_facts(edge: Edge, facts: Facts) -> tuple[Blocker, ...]:
    if edge.source is not facts_status(facts):
        return (_wrong_status(edge.subject, facts_status(facts), _same_action(edge), None),)
    return tuple(Blocker(guard.code, guard.sentence) for guard in edge.when if not guard.holds(facts))


def _blockers_of_input(edge: Edge, facts: Facts, input: Any) -> Iterable[Blocker]:
    for guard in edge.given:
        if guard.when is not None and not guard.when(facts):
            continue
        if guard.by_item:
            yield from _blockers_by_item(guard, facts, input)
        elif not guard.holds(facts, input):
            yield Blocker(guard.code, guard.sentence, guard.about)


def _blockers_by_item(
    guard: Guard, facts: Facts, input: Decision | Receipt | Inspection | Split | Stated
) -> Iterable[Blocker]:
    """Ask a guard for each item of a list. The `*` of its path becomes the item's place in the list."""
    adjusts = guard.field == "adjustments"
    parts = input.adjustments if adjusts and isinstance(input, Decision) else input.by_item
    for place, part in enumerate(parts):
        if not guard.holds(facts, part):
            path = tuple(str(place) if part == "*" else part for part in guard.about)
            yield Blocker(guard.code, guard.sentence, path)


def _wrong_role(edges: Sequence[Edge]) -> Blocker:
    people = {role.label.lower() for edge in edges for role in edge.roles if role is not Role.SYSTEM}
    names = _either(f"the {name}" for name in people)
    return Blocker(
        Refusal.ROLE_NOT_ALLOWED,
        f"Your role may not do this: only {names} may." if names else "Only Retour itself does this.",
    )


def _wrong_status(subject: Subject, status: Word | None, edges: Sequence[Edge], target: Word | None) -> Blocker:
    thing = f"This {subject.label.lower()}"
    now = f"{thing} is {status.label}" if status else f"{thing} has not been opened"
    if target is not None:
        targets = _either(edge.target.label for edge in edges if edge.source is status)
        rest = f"it can become {targets}, not {target.label}" if targets else f"it cannot become {target.label}"
    else:
        sources = _either(edge.source.label for edge in edges if edge.source)
        rest = f"this is possible only while it is {sources}"
    return Blocker(Refusal.WRONG_STATUS, f"{now}; {rest}.")


def _same_action(edge: Edge) -> list[Edge]:
    """The edges of the same action and type that one of the edge's roles may take."""
    return [
        other
        for other in EDGES_OF_ACTION[edge.subject, edge.action]
        if other.transaction is edge.transaction and other.roles & edge.roles
    ]


def _is_better(new: tuple[Blocker, ...], earlier: tuple[Blocker, ...]) -> bool:
    """Whether an edge says more than an earlier one: an open edge does, then one that the status allows."""
    if not new or not earlier:
        return not new and bool(earlier)
    return earlier[0].code is Refusal.WRONG_STATUS and new[0].code is not Refusal.WRONG_STATUS


def _required_inputs(edge: Edge, facts: Facts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guard.field for guard in edge.given if guard.may_require and guard.applies(facts)))


def _either(names: Iterable[str]) -> str:
    """The distinct names in alphabetical order: "A", "A or B", "A, B or C"; "" for none."""
    *others, last = sorted(set(names)) or [""]
    return f"{', '.join(others)} or {last}" if others else last


def _grouped(table: Sequence[Edge], key: Callable[[Edge], K]) -> dict[K, tuple[Edge, ...]]:
    groups: dict[K, list[Edge]] = defaultdict(list)
    for edge in table:
        groups[key(edge)].append(edge)
    return {key: tuple(edges) for key, edges in groups.items()}


def check(table: Sequence[Edge]) -> None:
    """Raise ValueError if a table contradicts itself.

    That is: two edges fit one command, a status cannot be reached, or a guard has no sentence.
    """
    seen: set[tuple[object, ...]] = set()
    for edge in table:
        for transaction in (edge.transaction,) if edge.transaction else tuple(TransactionType):
            for role in edge.roles:
                key = (edge.subject, edge.action, transaction, edge.source, edge.target, role)
                if key in seen:
                    raise ValueError(f"Two edges fit one command: {key}")
                seen.add(key)
        for guard in edge.when + edge.given:
            if not guard.sentence.endswith("."):
                raise ValueError(f"The guard {guard.name} has no sentence")
    for subject, statuses in STATUSES.items():
        edges = [edge for edge in table if edge.subject is subject]
        reached: set[Word | None] = {None}
        while more := {edge.target for edge in edges if edge.source in reached} - reached:
            reached |= more
        if missing := set(statuses) - reached:
            raise ValueError(f"No edge leads to {sorted(missing)} of {subject}")


def _opened_by(role: Role) -> list[Edge]:
    """The edges by which a role requests that units be canceled or returned."""
    return [
        edge
        for edge in TABLE
        if (edge.subject, edge.action) == (Subject.REQUEST, Action.REQUEST_RETURN) and role in edge.roles
    ]


check(TABLE)
EDGES: Mapping[Subject, tuple[Edge, ...]] = _grouped(TABLE, lambda edge: edge.subject)
"""The edges of each subject, in the order of its table."""
EDGES_OF_ACTION: Mapping[tuple[Subject, Action], tuple[Edge, ...]] = _grouped(
    TABLE, lambda edge: (edge.subject, edge.action)
)
"""The edges of each action on a subject, in the same order."""
_ONLY_TYPE = {
    role: type for role in Role for type in TransactionType if {edge.transaction for edge in _opened_by(role)} == {type}
}
_ROLES = {action: frozenset().union(*[edge.roles for edge in TABLE if edge.action is action]) for action in Action}
