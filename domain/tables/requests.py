"""The table of requests, to cancel and to return: one edge a row."""

from domain import guards as g
from domain.actions import Action, Effect
from domain.tables.edge import FOR_SELLER, table
from domain.words import RequestStatus, Role, Subject, TransactionType

# domain/tables/__init__.py says what the letters stand for.
A, E, T, Q = Action, Effect, TransactionType, RequestStatus
CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
free = (g.item_has_free_units, g.item_in_no_open_request)
unsent = (g.item_package_unsent, g.item_package_open)
asked_unsent = (*unsent, g.item_seller_has_not_shipped, *free)
sellers_unsent = (*unsent, g.item_in_first_package_of_seller, *free)
on_behalf_unsent = (*unsent, g.item_needs_no_override, *free)
applied_unsent = (*unsent, *free)
sent = (g.item_package_sent, g.item_package_was_sent, *free)
in_window = (*sent, g.item_in_return_window, g.item_not_exempt)
cancelable = (g.package_can_be_recalled, g.recalls_whole_packages, g.no_live_plan)
waiting_plan = (g.plan_waiting, g.request_packages_unsent)
with_seller = (g.plan_waits_for_seller,)
recallable = (g.plan_waits_for_seller, g.package_can_be_recalled)

by_itself = (g.request_packages_unsent, g.seller_has_shipped_nothing, g.no_live_plan)
convertible = (g.request_package_sent, g.request_alone_on_its_items)
its_own = (g.request_of_seller,)
not_sellers = (g.request_not_of_seller,)

units = (g.quantity_positive, g.quantity_within_free_units)
cancel = (*units, g.reason_known, g.reason_active, g.reason_for_canceling, g.note_if_required)
refund = (*units, g.reason_known, g.reason_active, g.reason_for_returning, g.note_if_required)
overrides = (g.opening_overrides, g.opening_override_explained)
accepted = (g.reason_for_customers, g.policy_accepted, g.policy_current, g.not_withdrawn_too_often)
for_customer = (*cancel, g.reason_for_owner)
sellers_cancel = (*cancel, g.reason_for_sellers)
on_behalf = (*refund, g.reason_for_owner, g.note_outside_window, g.note_despite_exemption)
accepts = (g.accepts_held_units, g.accepts_no_negative_units, g.accepts_at_least_one_unit)
rest_fits = (g.rest_only_if_left, g.rest_reason_only_if_left)
left_over = (*rest_fits, g.rest_explained)
whole = (g.confirmed_as_a_whole, *rest_fits, g.confirmed_as_planned)
adjusts = (g.adjustment_above_zero, g.adjustment_about_one_thing, g.adjustment_explained)
by_seller = (g.seller_keeps_no_fee, g.seller_deducts_after_inspection, g.seller_bears_adjustments)
confirms = (*accepts, *left_over, *adjusts)
allows = (g.allowance_names_adjustments, *adjusts, g.allowance_only_adds)
recalls = (g.decision_overrides, g.accepts_whole_packages, g.decision_override_explained)
cancels_accepted = (g.cancels_held_units, g.cancels_no_negative_units, g.cancels_at_least_one_unit)
applies = (g.decision_confirmed, *recalls, *cancels_accepted, *left_over, *adjusts, g.deducts_from_returned_goods)
noted = (g.decision_for_seller_noted,)
explained = (g.rejection_explained,)
refusable = (g.not_statutory,)
objectionable = (g.statutory, g.not_objected)
late = (g.overdue, g.deadline_not_acted_on)
arrived = (g.returns_are_received, g.goods_package_sent, g.goods_package_was_sent, g.goods_have_free_units)
not_sent = (g.money_waits_for_goods, g.goods_not_sent)
never_sent = (g.money_waits_for_goods, g.goods_never_sent)
never_came = (g.money_waits_for_goods, g.goods_lost_or_objected)
none_kept = (g.money_waits_for_goods, g.no_unit_left_to_pay)

holds = (E.HOLD_UNITS,)
cancels = (E.KEEP_ACCEPTED_UNITS, E.OPEN_PLAN)
agreed = (E.CANCEL_UNITS, E.APPROVE_PLAN)
recalled = (*agreed, E.RECALL_GOODS)
returns = (E.KEEP_ACCEPTED_UNITS, E.START_RETURN, E.OPEN_APPROVED_PLAN, E.OPEN_SHIPMENT)
returned = (*holds, E.KEEP_ACCEPTED_UNITS, E.START_RETURN, E.OPEN_APPROVED_PLAN)
ended = (E.RELEASE_UNITS, E.CLOSE_PLAN)
objected = (E.STAMP_OBJECTION, E.STAMP_ESCALATED)

REQUESTS = table(Subject.REQUEST, [
    # action              type      from        to           who                when          given      effects
    (A.CREATE_ORDER,       T.CANCEL, OPENS,      Q.COMPLETED, {OWNER},           (),           (),        ()),
    (A.IMPORT_ORDER,       ANY,      OPENS,      Q.COMPLETED, {SYSTEM},          (),           (),        ()),
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      Q.WAITING,   {CUSTOMER},        asked_unsent, cancel + accepted, holds),
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      Q.WAITING,   {OWNER},           on_behalf_unsent, for_customer, holds),
    (A.REQUEST_RETURN,     T.CANCEL, OPENS,      Q.WAITING,   {SELLER},          sellers_unsent, sellers_cancel, (*holds, *cancels)),
    (A.REQUEST_RETURN,     T.REFUND, OPENS,      Q.WAITING,   {CUSTOMER},        in_window,    refund + accepted, holds),
    (A.REQUEST_RETURN,     T.REFUND, OPENS,      Q.WAITING,   {OWNER},           sent,         on_behalf, holds),
    (A.APPLY_CANCELLATION, T.CANCEL, OPENS,      Q.WAITING,   {OWNER},           applied_unsent, (*for_customer, g.opening_confirmed, *overrides), (*holds, *cancels)),
    (A.APPLY_CANCELLATION, T.REFUND, OPENS,      Q.WAITING,   {OWNER},           sent,         on_behalf, holds),
    (A.APPLY_CANCELLATION, T.CANCEL, Q.WAITING,  Q.WAITING,   {OWNER},           cancelable,   applies,   cancels),
    (A.OPEN_SUCCESSOR,     ANY,      OPENS,      Q.WAITING,   {SYSTEM},          free,         units,     holds),
    (A.OPEN_SUCCESSOR,     T.REFUND, OPENS,      Q.APPROVED,  {SYSTEM},          (g.item_has_free_units,), units, returned),
    (A.RECEIVE_UNANNOUNCED, T.REFUND, OPENS,     Q.APPROVED,  {SELLER, OWNER},   arrived,      refund,    returned),
    (A.REFUND_ALLOWANCE,   T.REFUND, OPENS,      Q.APPROVED,  {OWNER},           (),           allows,    (E.OPEN_APPROVED_PLAN,)),
    (A.AUTO_CONFIRM,       T.CANCEL, Q.WAITING,  Q.APPROVED,  {SYSTEM},          waiting_plan, (),        agreed),
    (A.CONFIRM_REQUEST,    T.CANCEL, Q.WAITING,  Q.APPROVED,  {SELLER},          recallable,   whole,     recalled),
    (A.CONFIRM_REQUEST,    T.CANCEL, Q.WAITING,  Q.APPROVED,  FOR_SELLER,        recallable,   whole + noted, recalled),
    (A.CONFIRM_REQUEST,    T.REFUND, Q.WAITING,  Q.APPROVED,  {SELLER},          (),           confirms + by_seller, returns),
    (A.CONFIRM_REQUEST,    T.REFUND, Q.WAITING,  Q.APPROVED,  FOR_SELLER,        (),           confirms + noted, returns),
    (A.REJECT_REQUEST,     T.CANCEL, Q.WAITING,  Q.REJECTED,  {SELLER},          (*with_seller, *refusable), explained, ended),
    (A.REJECT_REQUEST,     T.CANCEL, Q.WAITING,  Q.REJECTED,  {OWNER},           (),           explained, ended),
    (A.REJECT_REQUEST,     T.REFUND, Q.WAITING,  Q.REJECTED,  {SELLER},          refusable,    explained, ended),
    (A.REJECT_REQUEST,     T.REFUND, Q.WAITING,  Q.REJECTED,  {OWNER},           (),           explained, ended),
    (A.WITHDRAW_REQUEST,   ANY,      Q.WAITING,  Q.WITHDRAWN, {CUSTOMER},        not_sellers,  (),        ended),
    (A.WITHDRAW_REQUEST,   ANY,      Q.WAITING,  Q.WITHDRAWN, {OWNER},           (),           (),        ended),
    (A.WITHDRAW_REQUEST,   T.CANCEL, Q.WAITING,  Q.WITHDRAWN, {SELLER},          its_own,      (),        ended),
    (A.CONVERT_TO_RETURN,  T.CANCEL, Q.WAITING,  Q.CONVERTED, {CUSTOMER, OWNER}, convertible, (),    ended),
    (A.REMIND_REQUEST,     ANY,      Q.WAITING,  Q.WAITING,   {SYSTEM},          late,         (),        (E.STAMP_REMINDED,)),
    (A.ESCALATE_REQUEST,   ANY,      Q.WAITING,  Q.WAITING,   {SYSTEM},          late,         (),        (E.STAMP_ESCALATED,)),
    (A.APPLY_CANCELLATION, T.CANCEL, Q.WAITING,  Q.WAITING,   {SYSTEM},          (*late, *by_itself), (), cancels),
    (A.CONFIRM_REQUEST,    T.CANCEL, Q.WAITING,  Q.APPROVED,  {SYSTEM},          (*late, *recallable, g.recalls_whole_packages), (), recalled),
    (A.CONFIRM_REQUEST,    T.REFUND, Q.WAITING,  Q.APPROVED,  {SYSTEM},          late,         (),        returns),
    (A.REJECT_REQUEST,     ANY,      Q.WAITING,  Q.REJECTED,  {SYSTEM},          (*late, *refusable), explained, ended),
    (A.EXPIRE_REQUEST,     ANY,      Q.WAITING,  Q.EXPIRED,   {SYSTEM},          (*late, *refusable), (), ended),
    (A.WITHDRAW_REQUEST,   T.REFUND, Q.APPROVED, Q.WITHDRAWN, {CUSTOMER, OWNER}, not_sent,     (),        (*ended, E.CANCEL_SHIPMENT)),
    (A.EXPIRE_REQUEST,     T.REFUND, Q.APPROVED, Q.EXPIRED,   {SYSTEM},          never_sent,   (),        ended),
    (A.REJECT_REQUEST,     T.REFUND, Q.APPROVED, Q.REJECTED,  {OWNER},           never_came,   explained, (*ended, E.CANCEL_SHIPMENT)),
    (A.REJECT_REQUEST,     T.REFUND, Q.APPROVED, Q.REJECTED,  {SYSTEM},          none_kept,    explained, ended),
    (A.DECLARE_WITHDRAWAL, T.CANCEL, OPENS,      Q.WAITING,   {CUSTOMER, OWNER}, applied_unsent, units,     holds),
    (A.DECLARE_WITHDRAWAL, T.REFUND, OPENS,      Q.WAITING,   {CUSTOMER, OWNER}, sent,         units,     holds),
    (A.DECLARE_WITHDRAWAL, T.CANCEL, Q.WAITING,  Q.WAITING,   {SYSTEM},          (g.request_packages_unsent, g.no_live_plan), (), cancels),
    (A.DECLARE_WITHDRAWAL, T.CANCEL, Q.WAITING,  Q.APPROVED,  {SYSTEM},          waiting_plan, (),        (E.CHANGE_BASIS, *agreed)),
    (A.DECLARE_WITHDRAWAL, T.REFUND, Q.WAITING,  Q.APPROVED,  {SYSTEM},          (),           (),        (E.CHANGE_BASIS, *returns)),
    (A.DECLARE_WITHDRAWAL, T.REFUND, Q.APPROVED, Q.APPROVED,  {SYSTEM},          (),           (),        (E.CHANGE_BASIS, E.RELEASE_REACHED)),
    (A.DECLARE_WITHDRAWAL, ANY,      Q.WAITING,  Q.CONVERTED, {SYSTEM},          (),           (),        ended),
    (A.DECLARE_WITHDRAWAL, T.REFUND, Q.APPROVED, Q.CONVERTED, {SYSTEM},          not_sent,     (),        (*ended, E.CANCEL_SHIPMENT)),
    (A.DECLARE_WITHDRAWAL, T.REFUND, OPENS,      Q.APPROVED,  {SYSTEM},          (),           (),        (E.OPEN_APPROVED_PLAN,)),
    (A.OBJECT_TO_WITHDRAWAL, ANY,    Q.WAITING,  Q.WAITING,   {SELLER, OWNER},   objectionable, (),       objected),
    (A.OBJECT_TO_WITHDRAWAL, T.REFUND, Q.APPROVED, Q.APPROVED, {SELLER, OWNER},  (*objectionable, g.money_waits_for_goods), (), objected),
    (A.COMPLETE_REQUEST,   T.CANCEL, Q.APPROVED, Q.COMPLETED, {SYSTEM},          (g.plan_completed,), (), ()),
    (A.COMPLETE_REQUEST,   T.REFUND, Q.APPROVED, Q.COMPLETED, {SYSTEM},          (g.plan_completed,), (), (E.RETURN_UNITS, E.AGGREGATE)),
])
# fmt: on
