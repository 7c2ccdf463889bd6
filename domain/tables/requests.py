"""The table of requests, to cancel and to return: one edge a row."""

from domain import guards as g
from domain.tables.edge import FOR_SELLER, table
from domain.words import Action, Effect, RequestStatus, Role, Subject, TransactionType

# domain/tables/__init__.py says what the letters stand for.
A, E, T, Q = Action, Effect, TransactionType, RequestStatus
CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
free = (g.item_has_free_units, g.item_in_no_open_request)
unsent = (g.item_package_unsent, g.item_seller_has_not_shipped, *free)
sent = (g.item_package_sent, *free)
in_window = (*sent, g.item_in_return_window)
cancelable = (g.request_packages_unsent, g.request_seller_has_not_shipped, g.no_live_plan)
waiting_plan = (g.plan_waiting, g.request_packages_unsent)
with_seller = (g.plan_waits_for_seller,)
recallable = (g.plan_waits_for_seller, g.package_can_be_recalled)

units = (g.quantity_positive, g.quantity_within_free_units)
cancel = (*units, g.reason_known, g.reason_active, g.reason_for_canceling, g.note_if_required)
refund = (*units, g.reason_known, g.reason_active, g.reason_for_returning, g.note_if_required)
policy = (g.policy_accepted, g.policy_current)
on_behalf = (*refund, g.note_outside_window)
accepts = (g.accepts_held_units, g.accepts_no_negative_units, g.accepts_at_least_one_unit)
noted = (g.decision_for_seller_noted,)
explained = (g.rejection_explained,)

holds = (E.HOLD_UNITS,)
agreed = (E.CANCEL_UNITS, E.APPROVE_PLAN)
returns = (E.KEEP_ACCEPTED_UNITS, E.START_RETURN, E.OPEN_APPROVED_PLAN)
ended = (E.RELEASE_UNITS, E.CLOSE_PLAN)

REQUESTS = table(Subject.REQUEST, [
    # action              type      from        to           who                when          given      effects
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      Q.WAITING,   {CUSTOMER},        unsent,       cancel + policy, holds),
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      Q.WAITING,   {OWNER},           unsent,       cancel,    holds),
    (A.REQUEST_RETURN,     T.REFUND, OPENS,      Q.WAITING,   {CUSTOMER},        in_window,    refund + policy, holds),
    (A.REQUEST_RETURN,     T.REFUND, OPENS,      Q.WAITING,   {OWNER},           sent,         on_behalf, holds),
    (A.APPLY_CANCELLATION, T.CANCEL, OPENS,      Q.WAITING,   {OWNER},           unsent,       (*cancel, g.opening_confirmed), (*holds, E.OPEN_PLAN)),
    (A.APPLY_CANCELLATION, T.REFUND, OPENS,      Q.WAITING,   {OWNER},           sent,         on_behalf, holds),
    (A.APPLY_CANCELLATION, T.CANCEL, Q.WAITING,  Q.WAITING,   {OWNER},           cancelable,   (g.decision_confirmed,), (E.OPEN_PLAN,)),
    (A.OPEN_SUCCESSOR,     ANY,      OPENS,      Q.WAITING,   {SYSTEM},          free,         units,     holds),
    (A.AUTO_CONFIRM,       T.CANCEL, Q.WAITING,  Q.APPROVED,  {SYSTEM},          waiting_plan, (),        agreed),
    (A.CONFIRM_REQUEST,    T.CANCEL, Q.WAITING,  Q.APPROVED,  {SELLER},          recallable,   (),        agreed),
    (A.CONFIRM_REQUEST,    T.CANCEL, Q.WAITING,  Q.APPROVED,  FOR_SELLER,        recallable,   noted,     agreed),
    (A.CONFIRM_REQUEST,    T.REFUND, Q.WAITING,  Q.APPROVED,  {SELLER},          (),           accepts,   returns),
    (A.CONFIRM_REQUEST,    T.REFUND, Q.WAITING,  Q.APPROVED,  FOR_SELLER,        (),           accepts + noted, returns),
    (A.REJECT_REQUEST,     T.CANCEL, Q.WAITING,  Q.REJECTED,  {SELLER},          with_seller,  explained, ended),
    (A.REJECT_REQUEST,     T.CANCEL, Q.WAITING,  Q.REJECTED,  {OWNER},           (),           explained, ended),
    (A.REJECT_REQUEST,     T.REFUND, Q.WAITING,  Q.REJECTED,  {SELLER, OWNER},   (),           explained, ended),
    (A.WITHDRAW_REQUEST,   ANY,      Q.WAITING,  Q.WITHDRAWN, {CUSTOMER, OWNER}, (),           (),        ended),
    (A.EXPIRE_REQUEST,     ANY,      Q.WAITING,  Q.EXPIRED,   {SYSTEM},          (g.overdue,), (),        ended),
    (A.COMPLETE_REQUEST,   T.CANCEL, Q.APPROVED, Q.COMPLETED, {SYSTEM},          (g.plan_completed,), (), ()),
    (A.COMPLETE_REQUEST,   T.REFUND, Q.APPROVED, Q.COMPLETED, {SYSTEM},          (g.plan_completed,), (), (E.RETURN_UNITS, E.AGGREGATE)),
])
# fmt: on
