"""The edges of plans and refunds."""

from typing import Any

from domain.actions import Action
from domain.facts import (
    PlanFacts,
    RefundFacts,
    Settlement,
)
from domain.words import (
    PlanStatus,
    RefundStatus,
    Role,
    Subject,
    TransactionType,
)
from tests.domain.tables_by_hand.edges import OWNER, SELLER, SYSTEM, A, E, ExpectedEdge, F, K, P, R, T, Violation
from tests.domain.tables_by_hand.violations import PACKAGES_SHIPPED, PAID_ALREADY


def plan(
    action: Action, transaction: TransactionType, source: PlanStatus | None, to: PlanStatus, *roles: Role, **rest: Any
) -> ExpectedEdge:
    facts = PlanFacts(
        source,
        transaction,
        rest.pop("packages", frozenset({K.PREPARING})),
        rest.pop("refunds", ()),
        rest.pop("money_held", False),
        rest.pop("short_minor", 0),
        {"re_spent": 0, "re_rest": 1},
    )
    return ExpectedEdge(Subject.PLAN, action, transaction, to, frozenset(roles), facts, **rest)


PAYS, CONFIRMING = (E.CREATE_REFUNDS,), P.CONFIRMATION_WAITING


RELEASES = (E.PRICE_PLAN, E.CREATE_REFUNDS)


PACKAGES_NOT_SHIPPED = Violation(F.PACKAGE_HAS_NOT_LEFT, {"packages": frozenset({K.PREPARING, K.READY_TO_SHIP})})


REFUNDS_NOT_DONE = tuple(
    Violation(F.REFUNDS_NOT_DONE, {"refunds": (R.SUCCEEDED, status)})
    for status in (R.PENDING, R.PROCESSING, R.UNKNOWN, R.FAILED)
)


DONE_REFUNDS = (R.SUCCEEDED, R.SETTLED_MANUALLY)


NO_REFERENCE = tuple(
    Violation(F.REFERENCE_REQUIRED, input={"reference": text}, about=("reference",)) for text in (None, "", " ")
)

USED = Violation(F.MOVEMENT_SPENT, {"used": True}, {"reference": "re_other"}, about=("reference",))


PLANS = (
    plan(A.CREATE_ORDER, T.CANCEL, None, P.COMPLETED, OWNER),
    *(plan(A.IMPORT_ORDER, transaction, None, P.COMPLETED, SYSTEM) for transaction in T),
    plan(A.REQUEST_RETURN, T.CANCEL, None, P.WAITING, SELLER),
    plan(A.APPLY_CANCELLATION, T.CANCEL, None, P.WAITING, OWNER, SYSTEM, violations=PACKAGES_SHIPPED),
    plan(
        A.APPLY_CANCELLATION,
        T.CANCEL,
        None,
        CONFIRMING,
        OWNER,
        packages=frozenset({K.SHIPPED}),
        violations=(PACKAGES_NOT_SHIPPED,),
    ),
    plan(A.AUTO_CONFIRM, T.CANCEL, P.WAITING, P.APPROVED, SYSTEM, violations=PACKAGES_SHIPPED, effects=RELEASES),
    plan(A.DECLARE_WITHDRAWAL, T.CANCEL, None, P.WAITING, SYSTEM, violations=PACKAGES_SHIPPED),
    plan(A.DECLARE_WITHDRAWAL, T.CANCEL, P.WAITING, P.APPROVED, SYSTEM, violations=PACKAGES_SHIPPED, effects=RELEASES),
    plan(A.DECLARE_WITHDRAWAL, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(
        A.ASK_SELLER,
        T.CANCEL,
        P.WAITING,
        CONFIRMING,
        SYSTEM,
        packages=frozenset({K.SHIPPED}),
        violations=(PACKAGES_NOT_SHIPPED,),
    ),
    plan(A.CONFIRM_REQUEST, T.CANCEL, CONFIRMING, P.APPROVED, SELLER, SYSTEM, effects=RELEASES),
    plan(A.CONFIRM_REQUEST, T.CANCEL, CONFIRMING, P.APPROVED, OWNER, effects=RELEASES, on_behalf_of=SELLER),
    plan(A.REJECT_REQUEST, T.CANCEL, CONFIRMING, P.REJECTED, SELLER),
    plan(
        A.REVERT_PACKAGE_STATUS,
        T.CANCEL,
        CONFIRMING,
        P.WAITING,
        SYSTEM,
        violations=PACKAGES_SHIPPED,
        effects=(E.SCHEDULE_PLAN,),
    ),
    plan(A.CONFIRM_REQUEST, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(A.OPEN_SUCCESSOR, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(A.REFUND_ALLOWANCE, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(A.RECEIVE_UNANNOUNCED, T.REFUND, None, P.APPROVED, SYSTEM, effects=PAYS),
    plan(
        A.RELEASE_PLAN,
        T.REFUND,
        P.APPROVED,
        P.APPROVED,
        SYSTEM,
        money_held=True,
        violations=(PAID_ALREADY,),
        effects=(E.UNHOLD_PLAN, *RELEASES),
    ),
    plan(
        A.VOID_PLAN,
        T.REFUND,
        P.APPROVED,
        P.VOIDED,
        SYSTEM,
        money_held=True,
        violations=(PAID_ALREADY,),
        effects=(E.UNHOLD_PLAN,),
    ),
    plan(A.VOID_PLAN, T.CANCEL, P.WAITING, P.VOIDED, SYSTEM),
    plan(A.VOID_PLAN, T.CANCEL, CONFIRMING, P.VOIDED, SYSTEM),
    *(
        plan(
            A.COMPLETE_PLAN,
            transaction,
            P.APPROVED,
            P.COMPLETED,
            SYSTEM,
            refunds=DONE_REFUNDS,
            violations=(
                *REFUNDS_NOT_DONE,
                Violation(F.MONEY_HELD, {"money_held": True}),
                Violation(F.REFUNDS_NOT_DONE, {"short_minor": 1}),
            ),
            effects=(E.COMPLETE_REQUEST,),
        )
        for transaction in T
    ),
    *(
        plan(
            A.SETTLE_SHORTFALL,
            transaction,
            status,
            status,
            OWNER,
            refunds=DONE_REFUNDS,
            short_minor=5,
            input=Settlement("re_rest"),
            violations=(
                Violation(F.NOTHING_SHORT, {"short_minor": 0}),
                Violation(F.PAYMENT_DISPUTED, {"disputed": True}),
                Violation(F.MOVEMENT_SPENT, input={"reference": "re_spent"}, about=("reference",)),
                USED,
                *NO_REFERENCE,
            ),
            effects=(E.COVER_SHORTFALL,),
        )
        for transaction in T
        for status in (P.APPROVED, P.COMPLETED)
    ),
)


def refund(action: Action, source: RefundStatus | None, to: RefundStatus, role: Role, **rest: Any) -> ExpectedEdge:
    facts = RefundFacts(source, amount_minor=10, left_of={"re_less": 9, "re_same": 10})
    return ExpectedEdge(Subject.REFUND, action, None, to, frozenset({role}), facts, **rest)


UNDISPUTED = (Violation(F.PAYMENT_DISPUTED, {"disputed": True}),)


SETTLED_BY_HAND: dict[str, Any] = {
    "input": Settlement("Bank transfer 1"),
    "violations": (
        *UNDISPUTED,
        *NO_REFERENCE,
        Violation(F.MOVEMENT_SPENT, input={"reference": "re_less"}, about=("reference",)),
        USED,
    ),
    "effects": (E.COMPLETE_PLAN,),
}


REFUNDS = (
    refund(A.CREATE_REFUND, None, R.PENDING, SYSTEM),
    refund(A.SEND_REFUND, R.PENDING, R.PROCESSING, SYSTEM, violations=UNDISPUTED),
    refund(A.SEND_REFUND, R.UNKNOWN, R.PROCESSING, SYSTEM),
    refund(A.LOSE_REFUND, R.PROCESSING, R.UNKNOWN, SYSTEM),
    refund(
        A.CHECK_REFUND,
        R.PROCESSING,
        R.PROCESSING,
        SYSTEM,
        violations=(Violation(F.NOT_DUE, facts={"lease_over": False}),),
    ),
    refund(A.SUCCEED_REFUND, R.PROCESSING, R.SUCCEEDED, SYSTEM, effects=(E.COMPLETE_PLAN,)),
    refund(A.SUCCEED_REFUND, R.UNKNOWN, R.SUCCEEDED, SYSTEM, effects=(E.COMPLETE_PLAN,)),
    refund(A.FAIL_REFUND, R.PROCESSING, R.FAILED, SYSTEM),
    refund(A.FAIL_REFUND, R.UNKNOWN, R.FAILED, SYSTEM),
    refund(A.BOUNCE_REFUND, R.SUCCEEDED, R.FAILED, SYSTEM, effects=(E.UNCOUNT_REFUND,)),
    refund(A.RETRY_REFUND, R.FAILED, R.PENDING, OWNER, violations=UNDISPUTED),
    *(
        refund(A.COVER_REFUND, source, R.SETTLED_MANUALLY, SYSTEM, effects=(E.COMPLETE_PLAN,))
        for source in (None, R.PENDING, R.FAILED, R.UNKNOWN)
    ),
    refund(A.SETTLE_REFUND, R.FAILED, R.SETTLED_MANUALLY, OWNER, **SETTLED_BY_HAND),
    refund(A.SETTLE_REFUND, R.UNKNOWN, R.SETTLED_MANUALLY, OWNER, **SETTLED_BY_HAND),
    *(
        refund(action, source, source, SYSTEM, effects=(effect,))
        for action, effect in ((A.BLOCK_REFUND, E.BLOCK_REFUND), (A.UNBLOCK_REFUND, E.UNBLOCK_REFUND))
        for source in (R.PENDING, R.PROCESSING, R.UNKNOWN, R.FAILED)
    ),
)
