"""The edges of requests once they are opened."""

from collections.abc import Iterator
from typing import Any

from domain.actions import Action, Effect
from domain.facts import (
    Decision,
    RequestFacts,
)
from domain.words import (
    OrderStatus,
    RequestStatus,
    Subject,
    TransactionType,
)
from tests.domain.tables_by_hand.edges import (
    CUSTOMER,
    OWNER,
    SELLER,
    SYSTEM,
    A,
    E,
    ExpectedEdge,
    F,
    K,
    P,
    Q,
    T,
    V,
    Violation,
)
from tests.domain.tables_by_hand.openings import RETURN_BEGINS
from tests.domain.tables_by_hand.violations import (
    AGREED,
    APPLY_VIOLATIONS,
    BY_LAW,
    CONFIRMS,
    CONFIRMS_FOR_SELLER,
    DECIDED_BEFORE,
    DELIVERED,
    ENDED,
    GIVEN,
    IN_PART,
    IN_TIME,
    ITEM,
    KEPT,
    NOT_BY_ITSELF,
    NOT_WHOLE,
    NOT_WITH_SELLER,
    NOTHING_LEFT,
    OF_SELLER,
    PACKAGES_SHIPPED,
    PAID_ALREADY,
    PLAN_NOT_COMPLETED,
    RECALLABLE,
    RECALLED,
    REJECTS,
    REST_UNEXPLAINED,
    UNEXPLAINED,
    WITHOUT_NOTE,
    WRONG_ADJUSTMENTS,
    WRONG_CHARGES,
    WRONG_DEDUCTIONS,
    J,
    asked,
    request,
    wrong_adjustment,
    wrong_units,
)


def decisions() -> Iterator[ExpectedEdge]:
    """Every decision on a waiting or approved request, and the allowance, which is decided as it is opened."""
    yield ExpectedEdge(
        Subject.REQUEST,
        A.REFUND_ALLOWANCE,
        T.REFUND,
        Q.APPROVED,
        frozenset({OWNER}),
        RequestFacts(None, T.REFUND, frozenset(), OrderStatus.SHIPPING),
        input=Decision(adjustments=(GIVEN,)),
        violations=(
            Violation(F.INVALID_INPUT, input={"adjustments": ()}, about=("adjustments",)),
            wrong_adjustment(F.ADJUSTMENT_NOT_ALLOWED, "kind", asked(J.FEE)),
            wrong_adjustment(F.ADJUSTMENT_NOT_ALLOWED, "kind", asked(J.DEDUCTION, **ITEM)),
            *WRONG_ADJUSTMENTS,
        ),
        effects=(E.OPEN_APPROVED_PLAN,),
    )
    yield request(
        A.APPLY_CANCELLATION,
        T.CANCEL,
        Q.WAITING,
        Q.WAITING,
        OWNER,
        input=CONFIRMS,
        violations=APPLY_VIOLATIONS,
        effects=(E.KEEP_ACCEPTED_UNITS, E.OPEN_PLAN),
    )
    yield request(
        A.AUTO_CONFIRM,
        T.CANCEL,
        Q.WAITING,
        Q.APPROVED,
        SYSTEM,
        plan=P.WAITING,
        violations=(
            *PACKAGES_SHIPPED,
            *(Violation(F.PLAN_NOT_WAITING, {"plan": plan}) for plan in (None, P.CONFIRMATION_WAITING)),
        ),
        effects=AGREED,
    )
    yield request(
        A.CONFIRM_REQUEST, T.CANCEL, Q.WAITING, Q.APPROVED, SELLER, input=CONFIRMS, effects=RECALLED, **RECALLABLE
    )
    yield request(
        A.CONFIRM_REQUEST,
        T.REFUND,
        Q.WAITING,
        Q.APPROVED,
        SELLER,
        input=CONFIRMS,
        violations=wrong_units("items", KEPT)
        + NOTHING_LEFT
        + REST_UNEXPLAINED
        + WRONG_ADJUSTMENTS
        + WRONG_DEDUCTIONS
        + OF_SELLER,
        effects=RETURN_BEGINS,
    )
    yield request(
        A.CONFIRM_REQUEST,
        T.CANCEL,
        Q.WAITING,
        Q.APPROVED,
        OWNER,
        input=CONFIRMS_FOR_SELLER,
        plan=P.CONFIRMATION_WAITING,
        violations=(*NOT_WITH_SELLER, DELIVERED, *IN_PART, *NOTHING_LEFT[:3], *WITHOUT_NOTE, DECIDED_BEFORE),
        effects=RECALLED,
        on_behalf_of=SELLER,
    )
    yield request(
        A.CONFIRM_REQUEST,
        T.REFUND,
        Q.WAITING,
        Q.APPROVED,
        OWNER,
        input=CONFIRMS_FOR_SELLER,
        violations=wrong_units("items", KEPT)
        + NOTHING_LEFT
        + REST_UNEXPLAINED
        + WITHOUT_NOTE
        + WRONG_ADJUSTMENTS
        + WRONG_DEDUCTIONS
        + WRONG_CHARGES,
        effects=RETURN_BEGINS,
        on_behalf_of=SELLER,
    )
    yield request(
        A.REJECT_REQUEST,
        T.CANCEL,
        Q.WAITING,
        Q.REJECTED,
        SELLER,
        input=REJECTS,
        plan=P.CONFIRMATION_WAITING,
        violations=(*NOT_WITH_SELLER, *UNEXPLAINED, BY_LAW),
        effects=ENDED,
    )
    yield request(
        A.REJECT_REQUEST, T.CANCEL, Q.WAITING, Q.REJECTED, OWNER, input=REJECTS, violations=UNEXPLAINED, effects=ENDED
    )
    yield request(
        A.REJECT_REQUEST,
        T.REFUND,
        Q.WAITING,
        Q.REJECTED,
        SELLER,
        input=REJECTS,
        violations=(*UNEXPLAINED, BY_LAW),
        effects=ENDED,
    )
    yield request(
        A.REJECT_REQUEST, T.REFUND, Q.WAITING, Q.REJECTED, OWNER, input=REJECTS, violations=UNEXPLAINED, effects=ENDED
    )
    yield from by_law()
    for transaction in T:
        yield request(A.WITHDRAW_REQUEST, transaction, Q.WAITING, Q.WITHDRAWN, OWNER, effects=ENDED)
        yield request(
            A.WITHDRAW_REQUEST,
            transaction,
            Q.WAITING,
            Q.WITHDRAWN,
            CUSTOMER,
            violations=(Violation(F.REQUEST_OF_OTHER_ROLE, {"opened_by": SELLER}),),
            effects=ENDED,
        )
        yield from at_deadline(transaction)
    yield request(
        A.CONVERT_TO_RETURN,
        T.CANCEL,
        Q.WAITING,
        Q.CONVERTED,
        CUSTOMER,
        OWNER,
        packages=frozenset({K.DELIVERED, K.PREPARING}),
        violations=(
            Violation(F.PACKAGE_HAS_NOT_LEFT, {"packages": frozenset({K.PREPARING, K.READY_TO_SHIP})}),
            Violation(F.REQUEST_OPEN, {"elsewhere": True}),
        ),
        effects=ENDED,
    )
    yield request(
        A.WITHDRAW_REQUEST,
        T.CANCEL,
        Q.WAITING,
        Q.WITHDRAWN,
        SELLER,
        opened_by=SELLER,
        violations=tuple(Violation(F.REQUEST_OF_OTHER_ROLE, {"opened_by": role}) for role in (CUSTOMER, OWNER)),
        effects=ENDED,
    )
    yield request(
        A.WITHDRAW_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.WITHDRAWN,
        CUSTOMER,
        OWNER,
        money_held=True,
        goods=V.AWAITING,
        violations=(
            PAID_ALREADY,
            *(Violation(F.GOODS_UNDER_WAY, {"goods": at}) for at in V if at is not V.AWAITING),
        ),
        effects=(*ENDED, E.CANCEL_SHIPMENT),
    )
    yield request(
        A.EXPIRE_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.EXPIRED,
        SYSTEM,
        money_held=True,
        goods=V.EXPIRED,
        violations=(PAID_ALREADY, *(Violation(F.NOT_DUE, {"goods": at}) for at in (None, *set(V) - {V.EXPIRED}))),
        effects=ENDED,
    )
    yield request(
        A.REJECT_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.REJECTED,
        SYSTEM,
        units=0,
        money_held=True,
        input=REJECTS,
        violations=(PAID_ALREADY, Violation(F.UNITS_LEFT_TO_PAY, {"held": {"item": 0, "other": 1}}), *UNEXPLAINED),
        effects=ENDED,
    )
    yield request(
        A.REJECT_REQUEST,
        T.REFUND,
        Q.APPROVED,
        Q.REJECTED,
        OWNER,
        money_held=True,
        goods=V.LOST,
        input=REJECTS,
        violations=(
            PAID_ALREADY,
            *(Violation(F.GOODS_NOT_LOST, {"goods": at}) for at in V if at is not V.LOST),
            Violation(F.GOODS_NOT_LOST, {"statutory": True}),
            *(
                Violation(F.GOODS_NOT_LOST, {"goods": at, "statutory": True, "objected": True})
                for at in V
                if at not in (V.AWAITING, V.LOST)
            ),
            *UNEXPLAINED,
        ),
        effects=(*ENDED, E.CANCEL_SHIPMENT),
    )
    paid: dict[str, Any] = {"plan": P.COMPLETED, "violations": PLAN_NOT_COMPLETED}
    yield request(A.COMPLETE_REQUEST, T.CANCEL, Q.APPROVED, Q.COMPLETED, SYSTEM, **paid)
    yield request(
        A.COMPLETE_REQUEST, T.REFUND, Q.APPROVED, Q.COMPLETED, SYSTEM, effects=(E.RETURN_UNITS, E.AGGREGATE), **paid
    )


def by_law() -> Iterator[ExpectedEdge]:
    """What a customer's withdrawal from the contract does with requests, and what the seller has against it."""
    declare = A.DECLARE_WITHDRAWAL
    applied = tuple(Violation(F.PLAN_EXISTS, {"plan": plan}) for plan in (P.WAITING, P.CONFIRMATION_WAITING))
    unapplied = tuple(Violation(F.PLAN_NOT_WAITING, {"plan": plan}) for plan in (None, P.CONFIRMATION_WAITING))
    cancels = (E.KEEP_ACCEPTED_UNITS, E.OPEN_PLAN)
    yield request(
        declare,
        T.CANCEL,
        Q.WAITING,
        Q.WAITING,
        SYSTEM,
        violations=(*PACKAGES_SHIPPED, *applied),
        effects=cancels,
    )
    yield request(
        declare,
        T.CANCEL,
        Q.WAITING,
        Q.APPROVED,
        SYSTEM,
        plan=P.WAITING,
        violations=(*PACKAGES_SHIPPED, *unapplied),
        effects=(E.CHANGE_BASIS, *AGREED),
    )
    yield request(declare, T.REFUND, Q.WAITING, Q.APPROVED, SYSTEM, effects=(E.CHANGE_BASIS, *RETURN_BEGINS))
    yield request(declare, T.REFUND, Q.APPROVED, Q.APPROVED, SYSTEM, effects=(E.CHANGE_BASIS, E.RELEASE_REACHED))
    yield request(
        declare,
        T.REFUND,
        Q.APPROVED,
        Q.CONVERTED,
        SYSTEM,
        money_held=True,
        goods=V.AWAITING,
        violations=(
            PAID_ALREADY,
            *(Violation(F.GOODS_UNDER_WAY, {"goods": at}) for at in V if at is not V.AWAITING),
        ),
        effects=(*ENDED, E.CANCEL_SHIPMENT),
    )
    yield ExpectedEdge(
        Subject.REQUEST,
        declare,
        T.REFUND,
        Q.APPROVED,
        frozenset({SYSTEM}),
        RequestFacts(None, T.REFUND, frozenset(), OrderStatus.SHIPPING),
        effects=(E.OPEN_APPROVED_PLAN,),
    )
    objects = A.OBJECT_TO_WITHDRAWAL
    objected = (E.STAMP_OBJECTION, E.STAMP_ESCALATED)
    nothing_against = (
        Violation(F.NOT_BY_LAW, {"statutory": False}),
        Violation(F.OBJECTION_EXISTS, {"objected": True}),
    )
    for transaction in T:
        yield request(declare, transaction, Q.WAITING, Q.CONVERTED, SYSTEM, effects=ENDED)
        yield request(
            objects,
            transaction,
            Q.WAITING,
            Q.WAITING,
            SELLER,
            OWNER,
            statutory=True,
            violations=nothing_against,
            effects=objected,
        )
    yield request(
        objects,
        T.REFUND,
        Q.APPROVED,
        Q.APPROVED,
        SELLER,
        OWNER,
        statutory=True,
        money_held=True,
        violations=(*nothing_against, PAID_ALREADY),
        effects=objected,
    )


def at_deadline(transaction: TransactionType) -> Iterator[ExpectedEdge]:
    """What Retour itself may do once the deadline of a request has passed."""

    def late(action: Action, to: RequestStatus, *effects: Effect, **rest: Any) -> ExpectedEdge:
        violations = IN_TIME + rest.pop("violations", ())
        return request(
            action, transaction, Q.WAITING, to, SYSTEM, overdue=True, violations=violations, effects=effects, **rest
        )

    yield late(A.REMIND_REQUEST, Q.WAITING, E.STAMP_REMINDED)
    yield late(A.ESCALATE_REQUEST, Q.WAITING, E.STAMP_ESCALATED)
    yield late(A.EXPIRE_REQUEST, Q.EXPIRED, *ENDED, violations=(BY_LAW,))
    yield late(A.REJECT_REQUEST, Q.REJECTED, *ENDED, input=REJECTS, violations=(*UNEXPLAINED, BY_LAW))
    if transaction is T.REFUND:
        yield late(A.CONFIRM_REQUEST, Q.APPROVED, *RETURN_BEGINS)
    else:
        yield late(A.APPLY_CANCELLATION, Q.WAITING, E.KEEP_ACCEPTED_UNITS, E.OPEN_PLAN, violations=NOT_BY_ITSELF)
        asked = {"plan": P.CONFIRMATION_WAITING, "violations": (*NOT_WITH_SELLER, DELIVERED, NOT_WHOLE)}
        yield late(A.CONFIRM_REQUEST, Q.APPROVED, *RECALLED, **asked)
