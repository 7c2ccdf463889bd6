"""THE TABLES. Every change of a status is one edge here, and nothing else in the program knows another.

An edge says who may take it, when it is *offered* (guards of the world), what an ask must satisfy to be
*accepted*, and which effects follow. `allowed()` and `decide()` read the same rows, so what a client is
told it can do and what it then may do cannot drift apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain import guards as g
from domain.errors import Blocker, Path, Refused
from domain.facts import Decision, Facts
from domain.words import (
    Action,
    Effect,
    PackageStatus,
    PlanStatus,
    Refusal,
    RefundStatus,
    RequestStatus,
    Role,
    Subject,
    TransactionType,
    Word,
)

STATUSES: dict[Subject, type[Word]] = {
    Subject.PACKAGE: PackageStatus,
    Subject.REQUEST: RequestStatus,
    Subject.PLAN: PlanStatus,
    Subject.REFUND: RefundStatus,
}


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a table. `transaction` None: for both types; `source` None: the edge opens."""

    subject: Subject
    action: Action
    transaction: TransactionType | None
    source: Word | None
    target: Word
    who: frozenset[Role]
    when: tuple[g.Guard, ...] = ()
    given: tuple[g.Guard, ...] = ()
    effects: tuple[Effect, ...] = ()


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


A, E, T = Action, Effect, TransactionType
K, Q, P, R = PackageStatus, RequestStatus, PlanStatus, RefundStatus
CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM


def _package(action: Action, source: Word | None, target: Word, *who: Role, **rest: Any) -> Edge:
    return Edge(Subject.PACKAGE, action, None, source, target, frozenset(who), **rest)


def _request(
    action: Action, kind: TransactionType | None, way: tuple[Word | None, Word], *who: Role, **rest: Any
) -> Edge:
    return Edge(Subject.REQUEST, action, kind, way[0], way[1], frozenset(who), **rest)


def _plan(
    action: Action, kind: TransactionType | None, way: tuple[Word | None, Word], *who: Role, **rest: Any
) -> Edge:
    return Edge(Subject.PLAN, action, kind, way[0], way[1], frozenset(who), **rest)


def _refund(action: Action, source: Word | None, target: Word, *who: Role, **rest: Any) -> Edge:
    return Edge(Subject.REFUND, action, None, source, target, frozenset(who), **rest)


_HANDED_OVER = {"when": (g.units_left_in_package,), "effects": (E.STAMP_SHIPPED, E.AGGREGATE)}
_ARRIVED = {"when": (g.units_left_in_package,), "effects": (E.STAMP_DELIVERED, E.AGGREGATE)}

PACKAGES = (
    _package(A.CREATE_ORDER, None, K.PREPARING, OWNER, SYSTEM),
    *(_package(A.IMPORT_ORDER, None, status, SYSTEM) for status in K if status is not K.CANCELED),
    _package(
        A.UPDATE_PACKAGE_STATUS, K.PREPARING, K.READY_TO_SHIP, SELLER, OWNER, when=(g.units_left_in_package,)
    ),
    _package(A.UPDATE_PACKAGE_STATUS, K.READY_TO_SHIP, K.PREPARING, SELLER, OWNER),
    _package(A.UPDATE_PACKAGE_STATUS, K.PREPARING, K.SHIPPED, SELLER, OWNER, **_HANDED_OVER),
    _package(A.UPDATE_PACKAGE_STATUS, K.READY_TO_SHIP, K.SHIPPED, SELLER, OWNER, **_HANDED_OVER),
    _package(A.UPDATE_PACKAGE_STATUS, K.SHIPPED, K.DELIVERED, SELLER, OWNER, **_ARRIVED),
    _package(A.UPDATE_PACKAGE_STATUS, K.SHIPPED, K.DELIVERY_FAILED, SELLER, OWNER, effects=(E.AGGREGATE,)),
    _package(A.UPDATE_PACKAGE_STATUS, K.DELIVERY_FAILED, K.SHIPPED, SELLER, OWNER, **_HANDED_OVER),
    _package(A.UPDATE_PACKAGE_STATUS, K.DELIVERY_FAILED, K.DELIVERED, SELLER, OWNER, **_ARRIVED),
    _package(A.CANCEL_PACKAGE, K.PREPARING, K.CANCELED, SYSTEM, when=(g.no_units_left_in_package,)),
    _package(A.CANCEL_PACKAGE, K.READY_TO_SHIP, K.CANCELED, SYSTEM, when=(g.no_units_left_in_package,)),
)

_CAN_CANCEL = (
    g.item_package_unsent, g.item_seller_waiting_packaging, g.item_has_free_units, g.item_in_no_open_request,
)
_CAN_RETURN = (g.item_package_sent, g.item_has_free_units, g.item_in_no_open_request)
_CANCEL_ASK = (
    g.asks_for_units,
    g.asks_for_free_units,
    g.reason_known,
    g.reason_active,
    g.reason_for_cancelling,
    g.note_where_needed,
)
_RETURN_ASK = (
    g.asks_for_units,
    g.asks_for_free_units,
    g.reason_known,
    g.reason_active,
    g.reason_for_returning,
    g.note_where_needed,
)
_POLICY = (g.policy_accepted, g.policy_current)
_OPENS = (None, Q.WAITING)
_STAYS = (Q.WAITING, Q.WAITING)
_AGREED = (E.CANCEL_UNITS, E.APPROVE_PLAN)
_ENDED = (E.RELEASE_UNITS, E.CLOSE_PLAN)
_ON_BEHALF = (*_RETURN_ASK, g.note_outside_window)

REQUESTS = (
    _request(
        A.REQUEST_RETURN,
        T.CANCEL,
        _OPENS,
        CUSTOMER,
        when=_CAN_CANCEL,
        given=_CANCEL_ASK + _POLICY,
        effects=(E.HOLD_UNITS,),
    ),
    _request(
        A.REQUEST_RETURN,
        T.CANCEL,
        _OPENS,
        OWNER,
        when=_CAN_CANCEL,
        given=_CANCEL_ASK,
        effects=(E.HOLD_UNITS,),
    ),
    _request(
        A.REQUEST_RETURN,
        T.REFUND,
        _OPENS,
        CUSTOMER,
        when=(*_CAN_RETURN, g.item_in_return_window),
        given=_RETURN_ASK + _POLICY,
        effects=(E.HOLD_UNITS,),
    ),
    _request(
        A.REQUEST_RETURN, T.REFUND, _OPENS, OWNER, when=_CAN_RETURN, given=_ON_BEHALF, effects=(E.HOLD_UNITS,)
    ),
    _request(
        A.APPLY_CANCELLATION,
        T.CANCEL,
        _OPENS,
        OWNER,
        when=_CAN_CANCEL,
        given=(*_CANCEL_ASK, g.opening_confirmed),
        effects=(E.HOLD_UNITS, E.OPEN_PLAN),
    ),
    _request(
        A.APPLY_CANCELLATION,
        T.REFUND,
        _OPENS,
        OWNER,
        when=_CAN_RETURN,
        given=_ON_BEHALF,
        effects=(E.HOLD_UNITS,),
    ),
    _request(
        A.APPLY_CANCELLATION,
        T.CANCEL,
        _STAYS,
        OWNER,
        when=(g.request_packages_unsent, g.request_seller_waiting_packaging, g.no_live_plan),
        given=(g.decision_confirmed,),
        effects=(E.OPEN_PLAN,),
    ),
    _request(
        A.AUTO_CONFIRM,
        T.CANCEL,
        (Q.WAITING, Q.APPROVED),
        SYSTEM,
        when=(g.plan_waiting, g.request_packages_unsent),
        effects=_AGREED,
    ),
    _request(
        A.CONFIRM_REQUEST,
        T.CANCEL,
        (Q.WAITING, Q.APPROVED),
        SELLER,
        when=(g.plan_with_seller,),
        effects=_AGREED,
    ),
    _request(
        A.CONFIRM_REQUEST,
        T.REFUND,
        (Q.WAITING, Q.APPROVED),
        SELLER,
        given=(g.accepts_held_units, g.accepts_no_negative_units, g.accepts_something),
        effects=(E.KEEP_ACCEPTED_UNITS, E.START_RETURN, E.OPEN_APPROVED_PLAN),
    ),
    _request(
        A.REJECT_REQUEST,
        T.CANCEL,
        (Q.WAITING, Q.REJECTED),
        SELLER,
        when=(g.plan_with_seller,),
        given=(g.rejection_explained,),
        effects=_ENDED,
    ),
    _request(
        A.REJECT_REQUEST,
        T.CANCEL,
        (Q.WAITING, Q.REJECTED),
        OWNER,
        given=(g.rejection_explained,),
        effects=_ENDED,
    ),
    _request(
        A.REJECT_REQUEST,
        T.REFUND,
        (Q.WAITING, Q.REJECTED),
        SELLER,
        OWNER,
        given=(g.rejection_explained,),
        effects=_ENDED,
    ),
    _request(A.WITHDRAW_REQUEST, None, (Q.WAITING, Q.WITHDRAWN), CUSTOMER, OWNER, effects=_ENDED),
    _request(A.EXPIRE_REQUEST, None, (Q.WAITING, Q.EXPIRED), SYSTEM, when=(g.overdue,), effects=_ENDED),
    _request(A.COMPLETE_REQUEST, T.CANCEL, (Q.APPROVED, Q.COMPLETED), SYSTEM, when=(g.plan_completed,)),
    _request(
        A.COMPLETE_REQUEST,
        T.REFUND,
        (Q.APPROVED, Q.COMPLETED),
        SYSTEM,
        when=(g.plan_completed,),
        effects=(E.RETURN_UNITS, E.AGGREGATE),
    ),
)

_PAYS = (E.CREATE_REFUNDS,)

PLANS = (
    _plan(A.APPLY_CANCELLATION, T.CANCEL, (None, P.WAITING), OWNER),
    _plan(
        A.AUTO_CONFIRM,
        T.CANCEL,
        (P.WAITING, P.APPROVED),
        SYSTEM,
        when=(g.request_packages_unsent,),
        effects=_PAYS,
    ),
    _plan(A.ASK_SELLER, T.CANCEL, (P.WAITING, P.CONFIRMATION_WAITING), SYSTEM, when=(g.plan_package_sent,)),
    _plan(A.CONFIRM_REQUEST, T.CANCEL, (P.CONFIRMATION_WAITING, P.APPROVED), SELLER, effects=_PAYS),
    _plan(A.REJECT_REQUEST, T.CANCEL, (P.CONFIRMATION_WAITING, P.REJECTED), SELLER),
    _plan(A.CONFIRM_REQUEST, T.REFUND, (None, P.APPROVED), SYSTEM, effects=_PAYS),
    _plan(A.VOID_PLAN, T.CANCEL, (P.WAITING, P.VOIDED), SYSTEM),
    _plan(A.VOID_PLAN, T.CANCEL, (P.CONFIRMATION_WAITING, P.VOIDED), SYSTEM),
    _plan(
        A.COMPLETE_PLAN,
        None,
        (P.APPROVED, P.COMPLETED),
        SYSTEM,
        when=(g.refunds_done,),
        effects=(E.COMPLETE_REQUEST,),
    ),
)

_DONE = (E.COMPLETE_PLAN,)

REFUNDS = (
    _refund(A.CREATE_REFUND, None, R.PENDING, SYSTEM),
    _refund(A.SEND_REFUND, R.PENDING, R.PROCESSING, SYSTEM),
    _refund(A.SEND_REFUND, R.UNKNOWN, R.PROCESSING, SYSTEM),
    _refund(A.LOSE_REFUND, R.PROCESSING, R.UNKNOWN, SYSTEM),
    _refund(A.SUCCEED_REFUND, R.PROCESSING, R.SUCCEEDED, SYSTEM, effects=_DONE),
    _refund(A.SUCCEED_REFUND, R.UNKNOWN, R.SUCCEEDED, SYSTEM, effects=_DONE),
    _refund(A.FAIL_REFUND, R.PROCESSING, R.FAILED, SYSTEM),
    _refund(A.FAIL_REFUND, R.UNKNOWN, R.FAILED, SYSTEM),
    _refund(A.RETRY_REFUND, R.FAILED, R.PENDING, OWNER),
    _refund(
        A.SETTLE_REFUND,
        R.FAILED,
        R.SETTLED_MANUALLY,
        OWNER,
        given=(g.settlement_has_reference,),
        effects=_DONE,
    ),
    _refund(
        A.SETTLE_REFUND,
        R.UNKNOWN,
        R.SETTLED_MANUALLY,
        OWNER,
        given=(g.settlement_has_reference,),
        effects=_DONE,
    ),
)

TABLE: tuple[Edge, ...] = PACKAGES + REQUESTS + PLANS + REFUNDS


def check_role(action: Action, role: Role) -> None:
    """Raise `Refused` for an action that is never this role's. Asked before anything is looked up, so it tells nothing."""
    rows = [edge for edge in TABLE if edge.action is action]
    if not any(role in edge.who for edge in rows):
        raise Refused((_wrong_role(rows),))


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
    for edge in _INDEX[subject]:
        if (
            role not in edge.who
            or edge.transaction not in (None, kind)
            or (actions and edge.action not in actions)
        ):
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
            yield Blocker(
                rule.code, rule.sentence, tuple(str(n) if part == "*" else part for part in rule.about)
            )


def _wrong_role(rows: Sequence[Edge]) -> Blocker:
    names = _one_of(sorted({role.label.lower() for edge in rows for role in edge.who if role is not SYSTEM}))
    return Blocker(
        Refusal.ROLE_NOT_ALLOWED,
        f"This is for the {names} to do." if names else "Only Retour itself does this.",
    )


def _wrong_status(
    subject: Subject, status: Word | None, rows: Sequence[Edge], target: Word | None
) -> Blocker:
    now = (
        f"This {subject.label.lower()} is {status.label}"
        if status
        else f"This {subject.label.lower()} is not open"
    )
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
    """Raise ValueError where a table contradicts itself: two edges for one ask, a status nobody reaches, a silent guard."""
    seen: set[tuple[object, ...]] = set()
    for edge in table:
        for kind in (edge.transaction,) if edge.transaction else tuple(T):
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
