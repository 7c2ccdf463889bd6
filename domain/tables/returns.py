"""The table of return shipments: one edge a row.

A tracking number that a customer has typed moves the goods only; the money follows when the seller or the owner has
checked it. Units that never came are split off while the money is held (COUNT_ARRIVED), and are missing otherwise: then
they may still arrive, which takes the shipment back to Received. So may the goods of an expired one whose money had
gone before; if the money was held, the units are the customer's again, and what comes later is received as unannounced.
"""

from domain import guards as g
from domain.actions import Action, Effect
from domain.tables.edge import table
from domain.words import ReturnStatus, Role, Subject

# domain/tables/__init__.py says what the letters stand for.
A, E, V = Action, Effect, ReturnStatus
CUSTOMER, SELLER, OWNER, SYSTEM = Role.CUSTOMER, Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
opens = (E.STAMP_RETURN, E.ORDER_LABEL)
due = (E.STAMP_RETURN, E.RELEASE_IF_DUE)
proves = (E.STAMP_RETURN, E.STAMP_PROOF, E.VOID_LABELS)
checks = (*proves, E.RELEASE_IF_DUE)
scanned = (E.STAMP_RETURN, E.VOID_LABELS, E.RELEASE_IF_DUE)
counts = (E.STAMP_RETURN, E.COUNT_ARRIVED, E.RELEASE_IF_DUE, E.VOID_LABELS)
grades = (E.STAMP_RETURN, E.GRADE_UNITS, E.RELEASE_IF_DUE)
loses = (E.STAMP_RETURN, E.RELEASE_LOST)
waives = (E.STAMP_RETURN, E.RELEASE_PLAN, E.VOID_LABELS)
expires = (E.STAMP_RETURN, E.EXPIRE_HELD, E.VOID_LABELS)
cancels = (E.STAMP_RETURN, E.VOID_LABELS)

proof = (g.proof_given,)
units = (g.receives_expected_units, g.receives_no_negative_units, g.receives_at_least_one_unit)
graded = (
    g.every_unit_graded, g.grades_positive_units, g.deducts_no_negative_amount, g.deducts_from_held_money,
    g.deducts_from_paid_units, g.grade_explained,
)
unchecked = (g.proof_releases_money,)
missing = (g.units_missing,)
late = (g.return_overdue,)

RETURNS = table(Subject.RETURN_SHIPMENT, [
    # action                type from          to            who              when               given   effects
    (A.OPEN_RETURN,         ANY, OPENS,        V.AWAITING,   {SYSTEM},        (g.with_customer,), (),     opens),
    (A.OPEN_RETURN,         ANY, OPENS,        V.IN_TRANSIT, {SYSTEM},        (g.under_way,),     (),     due),
    (A.RECEIVE_UNANNOUNCED, ANY, OPENS,        V.RECEIVED,   {SELLER, OWNER}, (g.under_way,),     (),     due),
    (A.SEND_RETURN,         ANY, V.AWAITING,   V.IN_TRANSIT, {CUSTOMER},      (),                 proof,  proves),
    (A.SEND_RETURN,         ANY, V.AWAITING,   V.IN_TRANSIT, {SELLER, OWNER}, (),                 proof,  checks),
    (A.SEND_RETURN,         ANY, V.AWAITING,   V.IN_TRANSIT, {SYSTEM},        (),                 (),     scanned),
    (A.SEND_RETURN,         ANY, V.IN_TRANSIT, V.IN_TRANSIT, {SELLER, OWNER}, unchecked,          (),     checks),
    (A.SEND_RETURN,         ANY, V.IN_TRANSIT, V.IN_TRANSIT, {SYSTEM},        unchecked,          (),     scanned),
    (A.RECEIVE_RETURN,      ANY, V.AWAITING,   V.RECEIVED,   {SELLER, OWNER}, (),                 units,  counts),
    (A.RECEIVE_RETURN,      ANY, V.IN_TRANSIT, V.RECEIVED,   {SELLER, OWNER}, (),                 units,  counts),
    (A.RECEIVE_RETURN,      ANY, V.LOST,       V.RECEIVED,   {SELLER, OWNER}, (),                 units,  counts),
    (A.RECEIVE_RETURN,      ANY, V.EXPIRED,    V.RECEIVED,   {SELLER, OWNER}, missing,            units,  counts),
    (A.RECEIVE_RETURN,      ANY, V.RECEIVED,   V.RECEIVED,   {SELLER, OWNER}, missing,            units,  counts),
    (A.RECEIVE_RETURN,      ANY, V.INSPECTED,  V.RECEIVED,   {SELLER, OWNER}, missing,            units,  counts),
    (A.INSPECT_RETURN,      ANY, V.RECEIVED,   V.INSPECTED,  {SELLER, OWNER}, (),                 graded, grades),
    (A.INSPECT_RETURN,      ANY, V.RECEIVED,   V.INSPECTED,  {SYSTEM},        late,               (),     grades),
    (A.LOSE_RETURN,         ANY, V.IN_TRANSIT, V.LOST,       {OWNER},         (),                 (),     loses),
    (A.LOSE_RETURN,         ANY, V.IN_TRANSIT, V.LOST,       {SYSTEM},        late,               (),     loses),
    (A.WAIVE_RETURN,        ANY, V.AWAITING,   V.WAIVED,     {SELLER, OWNER}, (),                 (),     waives),
    (A.WAIVE_RETURN,        ANY, V.IN_TRANSIT, V.WAIVED,     {SELLER, OWNER}, (),                 (),     waives),
    (A.WAIVE_RETURN,        ANY, V.LOST,       V.WAIVED,     {SELLER, OWNER}, (),                 (),     waives),
    (A.WAIVE_RETURN,        ANY, V.RECEIVED,   V.WAIVED,     {SELLER, OWNER}, (),                 (),     waives),
    (A.EXPIRE_RETURN,       ANY, V.AWAITING,   V.EXPIRED,    {SYSTEM},        (*late, g.return_may_expire), (), expires),
    (A.CANCEL_RETURN,       ANY, V.AWAITING,   V.CANCELED,   {SYSTEM},        (),                 (),     cancels),
    (A.CANCEL_RETURN,       ANY, V.LOST,       V.CANCELED,   {SYSTEM},        (),                 (),     cancels),
])
# fmt: on
