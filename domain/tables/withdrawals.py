"""The table of withdrawals from a contract: one edge a row.

A withdrawal needs nobody's yes: it is declared, and what follows are requests (domain/tables/requests.py). One that is
late, or about goods that the law exempts, is recorded like any other; its requests then wait for a decision.
"""

from domain import guards as g
from domain.actions import Action, Effect
from domain.law import WithdrawalStatus
from domain.tables.edge import table
from domain.words import Role, Subject

# domain/tables/__init__.py says what the letters stand for.
A, E, W = Action, Effect, WithdrawalStatus
CUSTOMER, OWNER, SYSTEM = Role.CUSTOMER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
stated = (g.withdraws_something, g.withdraws_positive_units, g.withdraws_units_left, g.statement_current)
overdue = (g.refund_overdue, g.overdue_not_reported)

WITHDRAWALS = table(Subject.WITHDRAWAL, [
    # action                type from        to           who                when                    given   effects
    (A.DECLARE_WITHDRAWAL,  ANY, OPENS,      W.DECLARED,  {CUSTOMER, OWNER}, (g.units_to_withdraw,), stated, ()),
    (A.REPORT_OVERDUE,      ANY, W.DECLARED, W.DECLARED,  {SYSTEM},          overdue,                (),     (E.STAMP_OVERDUE,)),
    (A.COMPLETE_WITHDRAWAL, ANY, W.DECLARED, W.COMPLETED, {SYSTEM},          (g.withdrawal_settled,), (),    ()),
])
# fmt: on
