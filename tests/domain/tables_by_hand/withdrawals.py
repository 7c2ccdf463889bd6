"""The edges of withdrawals from a contract."""

from domain.actions import Action
from domain.facts import Decision
from domain.law import WithdrawalStatus
from domain.refusals import Refusal
from domain.withdrawal import Stated, WithdrawalFacts
from domain.words import Role, Subject
from tests.domain.tables_by_hand.edges import CUSTOMER, OWNER, SYSTEM, A, E, ExpectedEdge, F, Violation

W = WithdrawalStatus
ORDER = WithdrawalFacts(None, {"item": 2, "other": 1}, "hash")


def wrong(code: Refusal, *items: tuple[str, int], at: tuple[str, ...] = ()) -> Violation:
    return Violation(code, input={"items": items}, about=("items", *at))


def by_itself(action: Action, to: WithdrawalStatus, facts: WithdrawalFacts, *violations: Violation) -> ExpectedEdge:
    effects = (E.STAMP_OVERDUE,) if action is A.REPORT_OVERDUE else ()
    roles = frozenset({SYSTEM})
    return ExpectedEdge(Subject.WITHDRAWAL, action, None, to, roles, facts, violations=violations, effects=effects)


def verified(source: WithdrawalStatus, *roles: Role) -> ExpectedEdge:
    facts, nothing = WithdrawalFacts(source, {"item": 2}), Violation(F.NOTHING_TO_WITHDRAW, {"left": {"item": 0}})
    return ExpectedEdge(
        Subject.WITHDRAWAL, A.VERIFY_WITHDRAWAL, None, W.DECLARED, frozenset(roles), facts, violations=(nothing,)
    )


def rejected(role: Role, *violations: Violation) -> ExpectedEdge:
    facts, why = WithdrawalFacts(W.UNVERIFIED), Decision(note="The customer says so on the phone.")
    return ExpectedEdge(
        Subject.WITHDRAWAL, A.REJECT_WITHDRAWAL, None, W.REJECTED, frozenset({role}), facts, why, violations=violations
    )


WITHDRAWALS = (
    ExpectedEdge(
        Subject.WITHDRAWAL,
        A.DECLARE_WITHDRAWAL,
        None,
        W.DECLARED,
        frozenset({CUSTOMER, OWNER}),
        ORDER,
        Stated("hash", (("item", 2),)),
        violations=(
            Violation(F.NOTHING_TO_WITHDRAW, {"left": {"item": 0}}, {"items": None}),
            Violation(F.STATEMENT_OUTDATED, input={"hash": "another"}, about=("hash",)),
            wrong(F.QUANTITY_NOT_POSITIVE),
            wrong(F.QUANTITY_NOT_POSITIVE, ("item", 0), at=("0", "quantity")),
            wrong(F.TOO_MANY_UNITS, ("other", 1), ("item", 3), at=("1", "quantity")),
            wrong(F.TOO_MANY_UNITS, ("strange", 1), at=("0", "quantity")),
        ),
    ),
    by_itself(
        A.DECLARE_WITHDRAWAL,
        W.UNVERIFIED,
        WithdrawalFacts(None, {"item": 2}, unverified=19),
        Violation(F.NOTHING_TO_WITHDRAW, {"left": {"item": 0}}),
        Violation(F.TOO_MANY_UNVERIFIED, {"unverified": 20}),
    ),
    verified(W.UNVERIFIED, CUSTOMER, OWNER),
    verified(W.EXPIRED, OWNER),
    rejected(CUSTOMER),
    rejected(OWNER, Violation(F.NOTE_REQUIRED, input={"note": " "}, about=("note",))),
    by_itself(
        A.EXPIRE_WITHDRAWAL,
        W.EXPIRED,
        WithdrawalFacts(W.UNVERIFIED, stale=True),
        Violation(F.NOT_DUE, {"stale": False}),
    ),
    by_itself(
        A.REPORT_OVERDUE,
        W.DECLARED,
        WithdrawalFacts(W.DECLARED, overdue=True),
        Violation(F.NOT_DUE, {"overdue": False}),
        Violation(F.NOT_DUE, {"reported": True}),
    ),
    by_itself(
        A.COMPLETE_WITHDRAWAL,
        W.COMPLETED,
        WithdrawalFacts(W.DECLARED, settled=True),
        Violation(F.REFUNDS_NOT_DONE, {"settled": False}),
    ),
)
