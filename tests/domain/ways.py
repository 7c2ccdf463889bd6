"""The transition tables told once more, by hand: every way, who may take it, and what must stop them.

`domain/tables/__init__.py` is held against this. A `Stop` changes the facts or the ask of a way that is open so that
exactly one condition fails, and names the code that it is refused with.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.facts import (
    Decision,
    Facts,
    ItemChoice,
    ItemFacts,
    PackageFacts,
    PlanFacts,
    Reason,
    RefundFacts,
    RequestFacts,
    Settlement,
)
from domain.words import (
    Action,
    Effect,
    OrderStatus,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    Refusal,
    RequestStatus,
    Role,
    Subject,
    TransactionType,
    Word,
)

A, E, F, T = Action, Effect, Refusal, TransactionType
K, Q, P, R = PackageStatus, RequestStatus, PlanStatus, RefundStatus
CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM


@dataclass(frozen=True)
class Stop:
    """One thing that is wrong: changes to the facts, changes to the ask, the code, the input it is about."""

    code: Refusal
    facts: dict[str, Any] = field(default_factory=dict)
    ask: dict[str, Any] = field(default_factory=dict)
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """One edge with facts and an ask that take it."""

    subject: Subject
    action: Action
    kind: TransactionType | None
    to: Word
    who: frozenset[Role]
    facts: Facts
    ask: Any = None
    stops: tuple[Stop, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def source(self) -> Word | None:
        """Where it starts; None for what is not there yet."""
        return getattr(self.facts, "status", None)

    def __str__(self) -> str:
        who = "+".join(sorted(self.who))
        return f"{self.subject}-{self.action}-{self.kind}-{self.source}-{self.to}-{who}"


def package(action: Action, source: PackageStatus | None, to: PackageStatus, *who: Role, **rest: Any) -> Way:
    return Way(Subject.PACKAGE, action, None, to, frozenset(who), PackageFacts(source, rest.pop("units", 2)), **rest)


NEEDS_UNITS = (Stop(F.PACKAGE_EMPTY, {"units": 0}),)
NEEDS_NONE = (Stop(F.PACKAGE_NOT_EMPTY, {"units": 1}),)
LEAVES = {"stops": NEEDS_UNITS, "effects": (E.STAMP_SHIPPED, E.AGGREGATE)}
ARRIVES = {"stops": NEEDS_UNITS, "effects": (E.STAMP_DELIVERED, E.AGGREGATE)}
MOVE = A.UPDATE_PACKAGE_STATUS

PACKAGES = (
    package(A.CREATE_ORDER, None, K.PREPARING, OWNER, SYSTEM),
    package(A.IMPORT_ORDER, None, K.PREPARING, SYSTEM),
    package(A.IMPORT_ORDER, None, K.READY_TO_SHIP, SYSTEM),
    package(A.IMPORT_ORDER, None, K.SHIPPED, SYSTEM),
    package(A.IMPORT_ORDER, None, K.DELIVERED, SYSTEM),
    package(A.IMPORT_ORDER, None, K.DELIVERY_FAILED, SYSTEM),
    package(MOVE, K.PREPARING, K.READY_TO_SHIP, SELLER, OWNER, stops=NEEDS_UNITS),
    package(MOVE, K.READY_TO_SHIP, K.PREPARING, SELLER, OWNER),
    package(MOVE, K.PREPARING, K.SHIPPED, SELLER, OWNER, **LEAVES),
    package(MOVE, K.READY_TO_SHIP, K.SHIPPED, SELLER, OWNER, **LEAVES),
    package(MOVE, K.SHIPPED, K.DELIVERED, SELLER, OWNER, **ARRIVES),
    package(MOVE, K.SHIPPED, K.DELIVERY_FAILED, SELLER, OWNER, effects=(E.AGGREGATE,)),
    package(MOVE, K.DELIVERY_FAILED, K.SHIPPED, SELLER, OWNER, **LEAVES),
    package(MOVE, K.DELIVERY_FAILED, K.DELIVERED, SELLER, OWNER, **ARRIVES),
    package(A.CANCEL_PACKAGE, K.PREPARING, K.CANCELED, SYSTEM, units=0, stops=NEEDS_NONE),
    package(A.CANCEL_PACKAGE, K.READY_TO_SHIP, K.CANCELED, SYSTEM, units=0, stops=NEEDS_NONE),
)

KEPT = ItemFacts(K.PREPARING, OrderStatus.WAITING_PACKAGING, active=3, window_open=True, policy_version="v2")
SENT = ItemFacts(K.DELIVERED, OrderStatus.DELIVERED, active=3, window_open=True, policy_version="v2")
CANCELLING = Reason("changed-mind", T.CANCEL, needs_note=False, active=True)
RETURNING = Reason("does-not-fit", T.REFUND, needs_note=False, active=True)
TO_CANCEL = ItemChoice(2, CANCELLING, None, "v2", confirm=True)
TO_RETURN = ItemChoice(2, RETURNING, None, "v2", confirm=True)

NOT_KEPT = (
    *(Stop(F.PACKAGE_HAS_LEFT, {"package": status}) for status in (K.SHIPPED, K.DELIVERED, K.DELIVERY_FAILED)),
    Stop(F.PACKAGE_HAS_LEFT, {"package": K.CANCELED}),
    *(Stop(F.SELLER_HAS_SHIPPED, {"seller_order": status}) for status in (OrderStatus.SHIPPING, OrderStatus.DELIVERED)),
)
NOT_SENT = tuple(
    Stop(F.PACKAGE_HAS_NOT_LEFT, {"package": status}) for status in (K.PREPARING, K.READY_TO_SHIP, K.CANCELED)
)
NOT_FREE = (Stop(F.REQUEST_OPEN, {"in_open_request": True}),)
LATE = (Stop(F.RETURN_WINDOW_CLOSED, {"window_open": False}),)
LATE_UNEXPLAINED = (
    Stop(F.NOTE_REQUIRED, {"window_open": False}, about=("note",)),
    Stop(F.NOTE_REQUIRED, {"window_open": False}, {"note": "  "}, ("note",)),
)
NO_POLICY = (
    Stop(F.POLICY_NOT_ACCEPTED, ask={"policy_version": None}, about=("policyVersion",)),
    Stop(F.POLICY_NOT_ACCEPTED, ask={"policy_version": ""}, about=("policyVersion",)),
    Stop(F.POLICY_OUTDATED, ask={"policy_version": "v1"}, about=("policyVersion",)),
)
NOT_SURE = (Stop(F.CONFIRMATION_REQUIRED, ask={"confirm": False}, about=("confirm",)),)


def bad_line(kind: TransactionType) -> tuple[Stop, ...]:
    """What may be wrong with one line of a request of this type."""
    other = T.REFUND if kind is T.CANCEL else T.CANCEL
    return (
        Stop(F.QUANTITY_NOT_POSITIVE, ask={"quantity": 0}, about=("quantity",)),
        Stop(F.QUANTITY_NOT_POSITIVE, ask={"quantity": -1}, about=("quantity",)),
        Stop(F.TOO_MANY_UNITS, ask={"quantity": 4}, about=("quantity",)),
        Stop(F.REASON_UNKNOWN, ask={"reason": None}, about=("reason",)),
        Stop(F.REASON_INACTIVE, ask={"reason": Reason("old", kind, False, active=False)}, about=("reason",)),
        Stop(F.REASON_WRONG_TYPE, ask={"reason": Reason("x", other, False, active=True)}, about=("reason",)),
        Stop(F.NOTE_REQUIRED, ask={"reason": Reason("other", kind, True, active=True)}, about=("note",)),
        Stop(F.NOTE_REQUIRED, ask={"reason": Reason("other", kind, True, True), "note": " "}, about=("note",)),
    )


def opening(action: Action, kind: TransactionType, who: Role, stops: tuple[Stop, ...], *more: Effect) -> Way:
    facts, ask = (KEPT, TO_CANCEL) if kind is T.CANCEL else (SENT, TO_RETURN)
    # without free units no quantity is right: the ask is refused with it
    none_left = Stop(F.NO_UNITS_LEFT, {"active": 0}, {"quantity": 0})
    return Way(
        Subject.REQUEST,
        action,
        kind,
        Q.WAITING,
        frozenset({who}),
        facts,
        ask,
        (*stops, none_left),
        (E.HOLD_UNITS, *more),
    )


OPENINGS = (
    opening(A.REQUEST_RETURN, T.CANCEL, CUSTOMER, NOT_KEPT + NOT_FREE + bad_line(T.CANCEL) + NO_POLICY),
    opening(A.REQUEST_RETURN, T.CANCEL, OWNER, NOT_KEPT + NOT_FREE + bad_line(T.CANCEL)),
    opening(A.REQUEST_RETURN, T.REFUND, CUSTOMER, NOT_SENT + NOT_FREE + LATE + bad_line(T.REFUND) + NO_POLICY),
    opening(A.REQUEST_RETURN, T.REFUND, OWNER, NOT_SENT + NOT_FREE + LATE_UNEXPLAINED + bad_line(T.REFUND)),
    opening(A.APPLY_CANCELLATION, T.CANCEL, OWNER, NOT_KEPT + NOT_FREE + bad_line(T.CANCEL) + NOT_SURE, E.OPEN_PLAN),
    opening(A.APPLY_CANCELLATION, T.REFUND, OWNER, NOT_SENT + NOT_FREE + LATE_UNEXPLAINED + bad_line(T.REFUND)),
)


def request(
    action: Action, kind: TransactionType, source: RequestStatus, to: RequestStatus, *who: Role, **rest: Any
) -> Way:
    """A decision on a request of two units of one item, whose parcel stands as its type wants it."""
    kept = kind is T.CANCEL
    facts = RequestFacts(
        source,
        kind,
        packages=frozenset({K.PREPARING if kept else K.DELIVERED}),
        seller_order=OrderStatus.WAITING_PACKAGING if kept else OrderStatus.DELIVERED,
        plan=rest.pop("plan", None),
        held={"item": 2},
        overdue=rest.pop("overdue", False),
    )
    return Way(Subject.REQUEST, action, kind, to, frozenset(who), facts, **rest)


GONE = tuple(
    Stop(F.PACKAGE_HAS_LEFT, {"packages": frozenset({K.PREPARING, status})})
    for status in (K.SHIPPED, K.DELIVERED, K.DELIVERY_FAILED)
)
UNEXPLAINED = tuple(
    Stop(F.REJECTION_REASON_REQUIRED, ask={"reason": reason}, about=("reason",)) for reason in (None, "", "  ")
)
NOT_WITH_SELLER = tuple(Stop(F.PLAN_NOT_WITH_SELLER, {"plan": plan}) for plan in (None, P.WAITING))
UNPAID = tuple(Stop(F.PLAN_NOT_COMPLETED, {"plan": plan}) for plan in (None, P.APPROVED, P.VOIDED))
NOT_ITS_UNITS = (
    Stop(F.UNITS_NOT_HELD, ask={"accepted": (("item", 3),)}, about=("items", "0", "quantity")),
    Stop(F.UNITS_NOT_HELD, ask={"accepted": (("item", 1), ("other", 1))}, about=("items", "1", "quantity")),
    Stop(F.QUANTITY_NOT_POSITIVE, ask={"accepted": (("item", 0),)}, about=("items",)),
    Stop(
        F.QUANTITY_NOT_POSITIVE,
        ask={"accepted": (("item", 1), ("item", -1))},
        about=("items", "1", "quantity"),
    ),
)
YES, NO = Decision(confirm=True), Decision(reason="It has been packed.")
AGREED, ENDED = (E.CANCEL_UNITS, E.APPROVE_PLAN), (E.RELEASE_UNITS, E.CLOSE_PLAN)
RETURN_BEGINS = (E.KEEP_ACCEPTED_UNITS, E.START_RETURN, E.OPEN_APPROVED_PLAN)
APPLY_STOPS = (
    *GONE,
    Stop(F.SELLER_HAS_SHIPPED, {"seller_order": OrderStatus.SHIPPING}),
    *(Stop(F.PLAN_EXISTS, {"plan": plan}) for plan in (P.WAITING, P.CONFIRMATION_WAITING, P.APPROVED)),
    *NOT_SURE,
)
ARRIVED = Stop(F.PACKAGE_DELIVERED, {"packages": frozenset({K.SHIPPED, K.DELIVERED})})
RECALLED: dict[str, Any] = {"plan": P.CONFIRMATION_WAITING, "stops": (*NOT_WITH_SELLER, ARRIVED)}


def decisions() -> Iterator[Way]:
    """Everything that can be decided on a waiting or approved request."""
    yield request(
        A.APPLY_CANCELLATION, T.CANCEL, Q.WAITING, Q.WAITING, OWNER, ask=YES, stops=APPLY_STOPS, effects=(E.OPEN_PLAN,)
    )
    yield request(
        A.AUTO_CONFIRM,
        T.CANCEL,
        Q.WAITING,
        Q.APPROVED,
        SYSTEM,
        plan=P.WAITING,
        stops=(*GONE, *(Stop(F.PLAN_NOT_WAITING, {"plan": plan}) for plan in (None, P.CONFIRMATION_WAITING))),
        effects=AGREED,
    )
    yield request(A.CONFIRM_REQUEST, T.CANCEL, Q.WAITING, Q.APPROVED, SELLER, ask=YES, effects=AGREED, **RECALLED)
    yield request(
        A.CONFIRM_REQUEST,
        T.REFUND,
        Q.WAITING,
        Q.APPROVED,
        SELLER,
        ask=YES,
        stops=NOT_ITS_UNITS,
        effects=RETURN_BEGINS,
    )
    yield request(
        A.REJECT_REQUEST,
        T.CANCEL,
        Q.WAITING,
        Q.REJECTED,
        SELLER,
        ask=NO,
        plan=P.CONFIRMATION_WAITING,
        stops=NOT_WITH_SELLER + UNEXPLAINED,
        effects=ENDED,
    )
    yield request(A.REJECT_REQUEST, T.CANCEL, Q.WAITING, Q.REJECTED, OWNER, ask=NO, stops=UNEXPLAINED, effects=ENDED)
    yield request(
        A.REJECT_REQUEST, T.REFUND, Q.WAITING, Q.REJECTED, SELLER, OWNER, ask=NO, stops=UNEXPLAINED, effects=ENDED
    )
    for kind in T:
        yield request(A.WITHDRAW_REQUEST, kind, Q.WAITING, Q.WITHDRAWN, CUSTOMER, OWNER, effects=ENDED)
        yield request(
            A.EXPIRE_REQUEST,
            kind,
            Q.WAITING,
            Q.EXPIRED,
            SYSTEM,
            overdue=True,
            stops=(Stop(F.NOT_DUE, {"overdue": False}),),
            effects=ENDED,
        )
    paid: dict[str, Any] = {"plan": P.COMPLETED, "stops": UNPAID}
    yield request(A.COMPLETE_REQUEST, T.CANCEL, Q.APPROVED, Q.COMPLETED, SYSTEM, **paid)
    yield request(
        A.COMPLETE_REQUEST, T.REFUND, Q.APPROVED, Q.COMPLETED, SYSTEM, effects=(E.RETURN_UNITS, E.AGGREGATE), **paid
    )


def plan(
    action: Action, kind: TransactionType, source: PlanStatus | None, to: PlanStatus, *who: Role, **rest: Any
) -> Way:
    facts = PlanFacts(source, kind, rest.pop("packages", frozenset({K.PREPARING})), rest.pop("refunds", ()))
    return Way(Subject.PLAN, action, kind, to, frozenset(who), facts, **rest)


PAYS, CONFIRMING = (E.CREATE_REFUNDS,), P.CONFIRMATION_WAITING
STAYED = Stop(F.PACKAGE_HAS_NOT_LEFT, {"packages": frozenset({K.PREPARING, K.READY_TO_SHIP})})
OWED = tuple(
    Stop(F.REFUNDS_NOT_DONE, {"refunds": (R.SUCCEEDED, status)})
    for status in (R.PENDING, R.PROCESSING, R.UNKNOWN, R.FAILED)
)
PAID = (R.SUCCEEDED, R.SETTLED_MANUALLY)

PLANS = (
    plan(A.APPLY_CANCELLATION, T.CANCEL, None, P.WAITING, OWNER),
    plan(A.AUTO_CONFIRM, T.CANCEL, P.WAITING, P.APPROVED, SYSTEM, stops=GONE, effects=PAYS),
    plan(A.ASK_SELLER, T.CANCEL, P.WAITING, CONFIRMING, SYSTEM, packages=frozenset({K.SHIPPED}), stops=(STAYED,)),
    plan(A.CONFIRM_REQUEST, T.CANCEL, CONFIRMING, P.APPROVED, SELLER, effects=PAYS),
    plan(A.REJECT_REQUEST, T.CANCEL, CONFIRMING, P.REJECTED, SELLER),
    plan(A.CONFIRM_REQUEST, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(A.VOID_PLAN, T.CANCEL, P.WAITING, P.VOIDED, SYSTEM),
    plan(A.VOID_PLAN, T.CANCEL, CONFIRMING, P.VOIDED, SYSTEM),
    *(
        plan(
            A.COMPLETE_PLAN,
            kind,
            P.APPROVED,
            P.COMPLETED,
            SYSTEM,
            refunds=PAID,
            stops=OWED,
            effects=(E.COMPLETE_REQUEST,),
        )
        for kind in T
    ),
)


def refund(action: Action, source: RefundStatus | None, to: RefundStatus, who: Role, **rest: Any) -> Way:
    return Way(Subject.REFUND, action, None, to, frozenset({who}), RefundFacts(source), **rest)


BY_HAND: dict[str, Any] = {
    "ask": Settlement("Bank transfer 1"),
    "stops": tuple(
        Stop(F.REFERENCE_REQUIRED, ask={"reference": text}, about=("reference",)) for text in (None, "", " ")
    ),
    "effects": (E.COMPLETE_PLAN,),
}

REFUNDS = (
    refund(A.CREATE_REFUND, None, R.PENDING, SYSTEM),
    refund(A.SEND_REFUND, R.PENDING, R.PROCESSING, SYSTEM),
    refund(A.SEND_REFUND, R.UNKNOWN, R.PROCESSING, SYSTEM),
    refund(A.LOSE_REFUND, R.PROCESSING, R.UNKNOWN, SYSTEM),
    refund(A.CHECK_REFUND, R.PROCESSING, R.PROCESSING, SYSTEM, stops=(Stop(F.NOT_DUE, facts={"lease_over": False}),)),
    refund(A.SUCCEED_REFUND, R.PROCESSING, R.SUCCEEDED, SYSTEM, effects=(E.COMPLETE_PLAN,)),
    refund(A.SUCCEED_REFUND, R.UNKNOWN, R.SUCCEEDED, SYSTEM, effects=(E.COMPLETE_PLAN,)),
    refund(A.FAIL_REFUND, R.PROCESSING, R.FAILED, SYSTEM),
    refund(A.FAIL_REFUND, R.UNKNOWN, R.FAILED, SYSTEM),
    refund(A.BOUNCE_REFUND, R.SUCCEEDED, R.FAILED, SYSTEM, effects=(E.UNCOUNT_REFUND,)),
    refund(A.RETRY_REFUND, R.FAILED, R.PENDING, OWNER),
    refund(A.SETTLE_REFUND, R.FAILED, R.SETTLED_MANUALLY, OWNER, **BY_HAND),
    refund(A.SETTLE_REFUND, R.UNKNOWN, R.SETTLED_MANUALLY, OWNER, **BY_HAND),
)

WAYS: tuple[Way, ...] = (*PACKAGES, *OPENINGS, *decisions(), *PLANS, *REFUNDS)
