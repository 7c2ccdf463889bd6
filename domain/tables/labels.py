"""The table of labels: one edge a row.

A label is bought once. A worker leases it, and an answer that is lost makes it UNKNOWN: then the carrier is asked before
anything is bought. Voiding goes the same way, with an unknown of its own. A label that is not bought yet is voided
without a call. Nobody scans a slip, so it counts as used once the goods were sent.
"""

from domain import guards as g
from domain.actions import Action, Effect
from domain.tables.edge import table
from domain.words import LabelStatus, Role, Subject

# domain/tables/__init__.py says what the letters stand for.
A, E, L = Action, Effect, LabelStatus
SELLER, OWNER, SYSTEM = Role.SELLER, Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
wanted = (g.carrier_set_up, g.goods_wait_for_label)
one_more = (*wanted, g.few_labels)
unused = (g.label_unused,)
voidable = (*unused, g.slip_unsent)
no_lease = (g.label_lease_over,)
known = (E.VOID_IF_ENDED,)

LABELS = table(Subject.LABEL, [
    # action         type from            to              who              when      given effects
    (A.ORDER_LABEL,   ANY, OPENS,          L.PENDING,      {SYSTEM},        wanted,   (),   ()),
    (A.ADD_LABEL,     ANY, OPENS,          L.PENDING,      {SELLER, OWNER}, one_more, (),   ()),
    (A.BUY_LABEL,     ANY, L.PENDING,      L.PROCESSING,   {SYSTEM},        (),       (),   ()),
    (A.BUY_LABEL,     ANY, L.UNKNOWN,      L.PROCESSING,   {SYSTEM},        (),       (),   ()),
    (A.LOSE_LABEL,    ANY, L.PROCESSING,   L.UNKNOWN,      {SYSTEM},        (),       (),   ()),
    (A.ISSUE_LABEL,   ANY, L.PROCESSING,   L.ISSUED,       {SYSTEM},        (),       (),   known),
    (A.ISSUE_LABEL,   ANY, L.UNKNOWN,      L.ISSUED,       {SYSTEM},        (),       (),   known),
    (A.FAIL_LABEL,    ANY, L.PROCESSING,   L.FAILED,       {SYSTEM},        (),       (),   known),
    (A.RETRY_LABEL,   ANY, L.FAILED,       L.PENDING,      {OWNER},         wanted,   (),   ()),
    (A.SCAN_LABEL,    ANY, L.ISSUED,       L.ISSUED,       {SYSTEM},        unused,   (),   ()),
    (A.VOID_LABEL,    ANY, L.PENDING,      L.VOIDED,       {OWNER, SYSTEM}, (),       (),   ()),
    (A.VOID_LABEL,    ANY, L.FAILED,       L.VOIDED,       {OWNER, SYSTEM}, (),       (),   ()),
    (A.VOID_LABEL,    ANY, L.ISSUED,       L.VOIDING,      {OWNER, SYSTEM}, voidable, (),   ()),
    (A.SEND_VOID,     ANY, L.VOIDING,      L.VOIDING,      {SYSTEM},        no_lease, (),   ()),
    (A.SEND_VOID,     ANY, L.VOID_UNKNOWN, L.VOIDING,      {SYSTEM},        (),       (),   ()),
    (A.LOSE_VOID,     ANY, L.VOIDING,      L.VOID_UNKNOWN, {SYSTEM},        (),       (),   ()),
    (A.FINISH_VOID,   ANY, L.VOIDING,      L.VOIDED,       {SYSTEM},        (),       (),   ()),
    (A.FINISH_VOID,   ANY, L.VOID_UNKNOWN, L.VOIDED,       {SYSTEM},        (),       (),   ()),
    (A.REFUSE_VOID,   ANY, L.VOIDING,      L.ISSUED,       {SYSTEM},        (),       (),   ()),
])
# fmt: on
