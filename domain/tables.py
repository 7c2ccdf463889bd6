"""THE TABLES: every change of a status is one edge here, and nothing else in the program knows another.

An edge says who may take it, when it is *offered* (guards of the world), what an ask must satisfy to be
*accepted*, and which effects follow. A source of None opens; a type of None is for both types.
Everything reads these rows: commands, what clients are offered, previews, the API's `transitions`, the docs.
"""

from dataclasses import dataclass

from domain import guards as g
from domain.words import (
    Action,
    Effect,
    PackageStatus,
    PlanStatus,
    RefundStatus,
    RequestStatus,
    Role,
    Subject,
    TransactionType,
    Word,
)


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a table."""

    subject: Subject
    action: Action
    transaction: TransactionType | None
    source: Word | None
    target: Word
    who: frozenset[Role]
    when: tuple[g.Guard, ...] = ()
    given: tuple[g.Guard, ...] = ()
    effects: tuple[Effect, ...] = ()


STATUSES: dict[Subject, type[Word]] = {
    Subject.PACKAGE: PackageStatus,
    Subject.REQUEST: RequestStatus,
    Subject.PLAN: PlanStatus,
    Subject.REFUND: RefundStatus,
}

Row = tuple[
    Action,
    TransactionType | None,
    Word | None,
    Word,
    set[Role],
    tuple[g.Guard, ...],
    tuple[g.Guard, ...],
    tuple[Effect, ...],
]


def _table(subject: Subject, rows: list[Row]) -> tuple[Edge, ...]:
    return tuple(Edge(subject, *row[:4], frozenset(row[4]), *row[5:]) for row in rows)


A, E, T = Action, Effect, TransactionType
K, Q, P, R = PackageStatus, RequestStatus, PlanStatus, RefundStatus
CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
full = (g.units_left_in_package,)
empty = (g.no_units_left_in_package,)
leaves = (E.STAMP_SHIPPED, E.AGGREGATE)
arrives = (E.STAMP_DELIVERED, E.AGGREGATE)

PACKAGES = _table(Subject.PACKAGE, [
    # action                 type from               to                 who              when   given effects
    (A.CREATE_ORDER,          ANY, OPENS,             K.PREPARING,       {OWNER, SYSTEM}, (),    (), ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.PREPARING,       {SYSTEM},        (),    (), ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.READY_TO_SHIP,   {SYSTEM},        (),    (), ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.SHIPPED,         {SYSTEM},        (),    (), ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.DELIVERED,       {SYSTEM},        (),    (), ()),
    (A.IMPORT_ORDER,          ANY, OPENS,             K.DELIVERY_FAILED, {SYSTEM},        (),    (), ()),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.PREPARING,       K.READY_TO_SHIP,   {SELLER, OWNER}, full,  (), ()),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.READY_TO_SHIP,   K.PREPARING,       {SELLER, OWNER}, (),    (), ()),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.PREPARING,       K.SHIPPED,         {SELLER, OWNER}, full,  (), leaves),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.READY_TO_SHIP,   K.SHIPPED,         {SELLER, OWNER}, full,  (), leaves),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.SHIPPED,         K.DELIVERED,       {SELLER, OWNER}, full,  (), arrives),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.SHIPPED,         K.DELIVERY_FAILED, {SELLER, OWNER}, (),    (), (E.AGGREGATE,)),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERY_FAILED, K.SHIPPED,         {SELLER, OWNER}, full,  (), leaves),
    (A.UPDATE_PACKAGE_STATUS, ANY, K.DELIVERY_FAILED, K.DELIVERED,       {SELLER, OWNER}, full,  (), arrives),
    (A.CANCEL_PACKAGE,        ANY, K.PREPARING,       K.CANCELED,        {SYSTEM},        empty, (), ()),
    (A.CANCEL_PACKAGE,        ANY, K.READY_TO_SHIP,   K.CANCELED,        {SYSTEM},        empty, (), ()),
])

free = (g.item_has_free_units, g.item_in_no_open_request)
unsent = (g.item_package_unsent, g.item_seller_waiting_packaging, *free)
sent = (g.item_package_sent, *free)
in_window = (*sent, g.item_in_return_window)
still_here = (g.request_packages_unsent, g.request_seller_waiting_packaging, g.no_live_plan)
waiting_plan = (g.plan_waiting, g.request_packages_unsent)
with_seller = (g.plan_with_seller,)
recallable = (g.plan_with_seller, g.parcel_can_be_recalled)

units = (g.asks_for_units, g.asks_for_free_units)
cancel = (*units, g.reason_known, g.reason_active, g.reason_for_cancelling, g.note_where_needed)
refund = (*units, g.reason_known, g.reason_active, g.reason_for_returning, g.note_where_needed)
policy = (g.policy_accepted, g.policy_current)
on_behalf = (*refund, g.note_outside_window)
accepts = (g.accepts_held_units, g.accepts_no_negative_units, g.accepts_something)
explained = (g.rejection_explained,)

holds = (E.HOLD_UNITS,)
agreed = (E.CANCEL_UNITS, E.APPROVE_PLAN)
returns = (E.KEEP_ACCEPTED_UNITS, E.START_RETURN, E.OPEN_APPROVED_PLAN)
ended = (E.RELEASE_UNITS, E.CLOSE_PLAN)

REQUESTS = _table(Subject.REQUEST, [
    # action              type      from        to           who                when          given      effects
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      Q.WAITING,   {CUSTOMER},        unsent,       cancel + policy, holds),
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      Q.WAITING,   {OWNER},           unsent,       cancel,    holds),
    (A.REQUEST_RETURN,     T.REFUND, OPENS,      Q.WAITING,   {CUSTOMER},        in_window,    refund + policy, holds),
    (A.REQUEST_RETURN,     T.REFUND, OPENS,      Q.WAITING,   {OWNER},           sent,         on_behalf, holds),
    (A.APPLY_CANCELLATION, T.CANCEL, OPENS,      Q.WAITING,   {OWNER},           unsent,       (*cancel, g.opening_confirmed), (*holds, E.OPEN_PLAN)),
    (A.APPLY_CANCELLATION, T.REFUND, OPENS,      Q.WAITING,   {OWNER},           sent,         on_behalf, holds),
    (A.APPLY_CANCELLATION, T.CANCEL, Q.WAITING,  Q.WAITING,   {OWNER},           still_here,   (g.decision_confirmed,), (E.OPEN_PLAN,)),
    (A.AUTO_CONFIRM,       T.CANCEL, Q.WAITING,  Q.APPROVED,  {SYSTEM},          waiting_plan, (),        agreed),
    (A.CONFIRM_REQUEST,    T.CANCEL, Q.WAITING,  Q.APPROVED,  {SELLER},          recallable,   (),        agreed),
    (A.CONFIRM_REQUEST,    T.REFUND, Q.WAITING,  Q.APPROVED,  {SELLER},          (),           accepts,   returns),
    (A.REJECT_REQUEST,     T.CANCEL, Q.WAITING,  Q.REJECTED,  {SELLER},          with_seller,  explained, ended),
    (A.REJECT_REQUEST,     T.CANCEL, Q.WAITING,  Q.REJECTED,  {OWNER},           (),           explained, ended),
    (A.REJECT_REQUEST,     T.REFUND, Q.WAITING,  Q.REJECTED,  {SELLER, OWNER},   (),           explained, ended),
    (A.WITHDRAW_REQUEST,   ANY,      Q.WAITING,  Q.WITHDRAWN, {CUSTOMER, OWNER}, (),           (),        ended),
    (A.EXPIRE_REQUEST,     ANY,      Q.WAITING,  Q.EXPIRED,   {SYSTEM},          (g.overdue,), (),        ended),
    (A.COMPLETE_REQUEST,   T.CANCEL, Q.APPROVED, Q.COMPLETED, {SYSTEM},          (g.plan_completed,), (), ()),
    (A.COMPLETE_REQUEST,   T.REFUND, Q.APPROVED, Q.COMPLETED, {SYSTEM},          (g.plan_completed,), (), (E.RETURN_UNITS, E.AGGREGATE)),
])

pays = (E.CREATE_REFUNDS,)
asked = P.CONFIRMATION_WAITING

PLANS = _table(Subject.PLAN, [
    # action              type      from        to           who       when                           given effects
    (A.APPLY_CANCELLATION, T.CANCEL, OPENS,      P.WAITING,   {OWNER},  (),                            (), ()),
    (A.AUTO_CONFIRM,       T.CANCEL, P.WAITING,  P.APPROVED,  {SYSTEM}, (g.request_packages_unsent,),  (), pays),
    (A.ASK_SELLER,         T.CANCEL, P.WAITING,  asked,       {SYSTEM}, (g.plan_package_sent,),        (), ()),
    (A.CONFIRM_REQUEST,    T.CANCEL, asked,      P.APPROVED,  {SELLER}, (),                            (), pays),
    (A.REJECT_REQUEST,     T.CANCEL, asked,      P.REJECTED,  {SELLER}, (),                            (), ()),
    (A.CONFIRM_REQUEST,    T.REFUND, OPENS,      P.APPROVED,  {SYSTEM}, (),                            (), pays),
    (A.VOID_PLAN,          T.CANCEL, P.WAITING,  P.VOIDED,    {SYSTEM}, (),                            (), ()),
    (A.VOID_PLAN,          T.CANCEL, asked,      P.VOIDED,    {SYSTEM}, (),                            (), ()),
    (A.COMPLETE_PLAN,      ANY,      P.APPROVED, P.COMPLETED, {SYSTEM}, (g.refunds_done,),             (), (E.COMPLETE_REQUEST,)),
])

done = (E.COMPLETE_PLAN,)
bounced = (E.UNCOUNT_REFUND,)
unheld = (g.lease_over,)
paid_elsewhere = (g.settlement_has_reference,)

REFUNDS = _table(Subject.REFUND, [
    # action          type from          to                   who       when given           effects
    (A.CREATE_REFUND,  ANY, OPENS,        R.PENDING,           {SYSTEM}, (),  (),             ()),
    (A.SEND_REFUND,    ANY, R.PENDING,    R.PROCESSING,        {SYSTEM}, (),  (),             ()),
    (A.SEND_REFUND,    ANY, R.UNKNOWN,    R.PROCESSING,        {SYSTEM}, (),  (),             ()),
    (A.LOSE_REFUND,    ANY, R.PROCESSING, R.UNKNOWN,           {SYSTEM}, (),  (),             ()),
    (A.CHECK_REFUND,   ANY, R.PROCESSING, R.PROCESSING,        {SYSTEM}, unheld, (),          ()),
    (A.SUCCEED_REFUND, ANY, R.PROCESSING, R.SUCCEEDED,         {SYSTEM}, (),  (),             done),
    (A.SUCCEED_REFUND, ANY, R.UNKNOWN,    R.SUCCEEDED,         {SYSTEM}, (),  (),             done),
    (A.FAIL_REFUND,    ANY, R.PROCESSING, R.FAILED,            {SYSTEM}, (),  (),             ()),
    (A.FAIL_REFUND,    ANY, R.UNKNOWN,    R.FAILED,            {SYSTEM}, (),  (),             ()),
    (A.BOUNCE_REFUND,  ANY, R.SUCCEEDED,  R.FAILED,            {SYSTEM}, (),  (),             bounced),
    (A.RETRY_REFUND,   ANY, R.FAILED,     R.PENDING,           {OWNER},  (),  (),             ()),
    (A.SETTLE_REFUND,  ANY, R.FAILED,     R.SETTLED_MANUALLY,  {OWNER},  (),  paid_elsewhere, done),
    (A.SETTLE_REFUND,  ANY, R.UNKNOWN,    R.SETTLED_MANUALLY,  {OWNER},  (),  paid_elsewhere, done),
])
# fmt: on

TABLE: tuple[Edge, ...] = PACKAGES + REQUESTS + PLANS + REFUNDS
