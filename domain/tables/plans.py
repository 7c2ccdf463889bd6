"""The table of plans: one edge a row."""

from domain import guards as g
from domain.actions import Action, Effect
from domain.tables.edge import FOR_SELLER, table
from domain.words import PlanStatus, Role, Subject, TransactionType

# domain/tables/__init__.py says what the letters stand for.
A, E, T, P = Action, Effect, TransactionType, PlanStatus
SELLER, OWNER, SYSTEM = Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
pays = (E.CREATE_REFUNDS,)
releases = (E.PRICE_PLAN, E.CREATE_REFUNDS)
paid_elsewhere = (g.settlement_has_reference, g.reference_unused, g.movement_has_rest)
asked = P.CONFIRMATION_WAITING

PLANS = table(Subject.PLAN, [
    # action              type      from        to           who       when                           given effects
    (A.CREATE_ORDER,       T.CANCEL, OPENS,      P.COMPLETED, {OWNER},  (),                            (), ()),
    (A.IMPORT_ORDER,       ANY,      OPENS,      P.COMPLETED, {SYSTEM}, (),                            (), ()),
    (A.APPLY_CANCELLATION, T.CANCEL, OPENS,      P.WAITING,   {OWNER, SYSTEM}, (g.request_packages_unsent,), (), ()),
    (A.APPLY_CANCELLATION, T.CANCEL, OPENS,      asked,       {OWNER},  (g.plan_package_sent,),        (), ()),
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      P.WAITING,   {SELLER}, (),                            (), ()),
    (A.AUTO_CONFIRM,       T.CANCEL, P.WAITING,  P.APPROVED,  {SYSTEM}, (g.request_packages_unsent,),  (), releases),
    (A.DECLARE_WITHDRAWAL, T.CANCEL, OPENS,      P.WAITING,   {SYSTEM}, (g.request_packages_unsent,),  (), ()),
    (A.DECLARE_WITHDRAWAL, T.CANCEL, P.WAITING,  P.APPROVED,  {SYSTEM}, (g.request_packages_unsent,),  (), releases),
    (A.ASK_SELLER,         T.CANCEL, P.WAITING,  asked,       {SYSTEM}, (g.plan_package_sent,),        (), ()),
    (A.REVERT_PACKAGE_STATUS, T.CANCEL, asked,   P.WAITING,   {SYSTEM}, (g.request_packages_unsent,), (), (E.SCHEDULE_PLAN,)),
    (A.CONFIRM_REQUEST,    T.CANCEL, asked,      P.APPROVED,  {SELLER, SYSTEM}, (),                    (), releases),
    (A.CONFIRM_REQUEST,    T.CANCEL, asked,      P.APPROVED,  FOR_SELLER, (),                          (), releases),
    (A.REJECT_REQUEST,     T.CANCEL, asked,      P.REJECTED,  {SELLER}, (),                            (), ()),
    (A.CONFIRM_REQUEST,    T.REFUND, OPENS,      P.APPROVED,  {SYSTEM}, (),                            (), pays),
    (A.OPEN_SUCCESSOR,     T.REFUND, OPENS,      P.APPROVED,  {SYSTEM}, (),                            (), pays),
    (A.RECEIVE_UNANNOUNCED, T.REFUND, OPENS,     P.APPROVED,  {SYSTEM}, (),                            (), pays),
    (A.REFUND_ALLOWANCE,   T.REFUND, OPENS,      P.APPROVED,  {SYSTEM}, (),                            (), pays),
    (A.DECLARE_WITHDRAWAL, T.REFUND, OPENS,      P.APPROVED,  {SYSTEM}, (),                            (), pays),
    (A.RELEASE_PLAN,       T.REFUND, P.APPROVED, P.APPROVED,  {SYSTEM}, (g.money_waits_for_goods,),    (), (E.UNHOLD_PLAN, *releases)),
    (A.VOID_PLAN,          T.REFUND, P.APPROVED, P.VOIDED,    {SYSTEM}, (g.money_waits_for_goods,),    (), (E.UNHOLD_PLAN,)),
    (A.VOID_PLAN,          T.CANCEL, P.WAITING,  P.VOIDED,    {SYSTEM}, (),                            (), ()),
    (A.VOID_PLAN,          T.CANCEL, asked,      P.VOIDED,    {SYSTEM}, (),                            (), ()),
    (A.SETTLE_SHORTFALL,   ANY,      P.APPROVED, P.APPROVED,  {OWNER},  (g.plan_is_short, g.refunds_undisputed), paid_elsewhere, (E.COVER_SHORTFALL,)),
    (A.SETTLE_SHORTFALL,   ANY,      P.COMPLETED, P.COMPLETED, {OWNER}, (g.plan_is_short, g.refunds_undisputed), paid_elsewhere, (E.COVER_SHORTFALL,)),
    (A.COMPLETE_PLAN,      ANY,      P.APPROVED, P.COMPLETED, {SYSTEM}, (g.money_released, g.refunds_done, g.nothing_short), (), (E.COMPLETE_REQUEST,)),
])
# fmt: on
