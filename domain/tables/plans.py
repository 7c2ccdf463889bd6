"""The table of plans: one edge a row."""

from domain import guards as g
from domain.tables.edge import FOR_SELLER, table
from domain.words import Action, Effect, PlanStatus, Role, Subject, TransactionType

# domain/tables/__init__.py says what the letters stand for.
A, E, T, P = Action, Effect, TransactionType, PlanStatus
SELLER, OWNER, SYSTEM = Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
pays = (E.CREATE_REFUNDS,)
releases = (E.PRICE_PLAN, E.CREATE_REFUNDS)
asked = P.CONFIRMATION_WAITING

PLANS = table(Subject.PLAN, [
    # action              type      from        to           who       when                           given effects
    (A.APPLY_CANCELLATION, T.CANCEL, OPENS,      P.WAITING,   {OWNER},  (),                            (), ()),
    (A.AUTO_CONFIRM,       T.CANCEL, P.WAITING,  P.APPROVED,  {SYSTEM}, (g.request_packages_unsent,),  (), releases),
    (A.ASK_SELLER,         T.CANCEL, P.WAITING,  asked,       {SYSTEM}, (g.plan_package_sent,),        (), ()),
    (A.CONFIRM_REQUEST,    T.CANCEL, asked,      P.APPROVED,  {SELLER}, (),                            (), releases),
    (A.CONFIRM_REQUEST,    T.CANCEL, asked,      P.APPROVED,  FOR_SELLER, (),                          (), releases),
    (A.REJECT_REQUEST,     T.CANCEL, asked,      P.REJECTED,  {SELLER}, (),                            (), ()),
    (A.CONFIRM_REQUEST,    T.REFUND, OPENS,      P.APPROVED,  {SYSTEM}, (),                            (), pays),
    (A.VOID_PLAN,          T.CANCEL, P.WAITING,  P.VOIDED,    {SYSTEM}, (),                            (), ()),
    (A.VOID_PLAN,          T.CANCEL, asked,      P.VOIDED,    {SYSTEM}, (),                            (), ()),
    (A.COMPLETE_PLAN,      ANY,      P.APPROVED, P.COMPLETED, {SYSTEM}, (g.refunds_done,),             (), (E.COMPLETE_REQUEST,)),
])
# fmt: on
