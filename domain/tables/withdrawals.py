"""The table of withdrawals from a contract: one edge a row.

A withdrawal needs nobody's yes: it is declared, and what follows are requests (domain/tables/requests.py). One that is
late, or about goods that the law exempts, is recorded like any other; its requests then wait for a decision.

One that somebody has declared without an account is unverified: it counts from its moment, but nothing follows before the
customer or the owner verifies it.
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
unproved = (g.units_to_withdraw, g.few_unverified)
noted = (g.rejected_withdrawal_noted,)
overdue = (g.refund_overdue, g.overdue_not_reported)

WITHDRAWALS = table(Subject.WITHDRAWAL, [
    # action                type from          to            who                when                     given   effects
    (A.DECLARE_WITHDRAWAL,  ANY, OPENS,        W.DECLARED,   {CUSTOMER, OWNER}, (g.units_to_withdraw,),  stated, ()),
    (A.DECLARE_WITHDRAWAL,  ANY, OPENS,        W.UNVERIFIED, {SYSTEM},          unproved,                (),     ()),
    (A.VERIFY_WITHDRAWAL,   ANY, W.UNVERIFIED, W.DECLARED,   {CUSTOMER, OWNER}, (g.units_to_withdraw,),  (),     ()),
    (A.VERIFY_WITHDRAWAL,   ANY, W.EXPIRED,    W.DECLARED,   {OWNER},           (g.units_to_withdraw,),  (),     ()),
    (A.REJECT_WITHDRAWAL,   ANY, W.UNVERIFIED, W.REJECTED,   {CUSTOMER},        (),                      (),     ()),
    (A.REJECT_WITHDRAWAL,   ANY, W.UNVERIFIED, W.REJECTED,   {OWNER},           (),                      noted,  ()),
    (A.EXPIRE_WITHDRAWAL,   ANY, W.UNVERIFIED, W.EXPIRED,    {SYSTEM},          (g.unverified_for_long,), (),    ()),
    (A.REPORT_OVERDUE,      ANY, W.DECLARED,   W.DECLARED,   {SYSTEM},          overdue,                 (),     (E.STAMP_OVERDUE,)),
    (A.COMPLETE_WITHDRAWAL, ANY, W.DECLARED,   W.COMPLETED,  {SYSTEM},          (g.withdrawal_settled,), (),     ()),
])
# fmt: on
