"""The table of refunds: one edge a row."""

from domain import guards as g
from domain.actions import Action, Effect
from domain.tables.edge import table
from domain.words import RefundStatus, Role, Subject

# domain/tables/__init__.py says what the letters stand for.
A, E, R = Action, Effect, RefundStatus
OWNER, SYSTEM = Role.OWNER, Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
done = (E.COMPLETE_PLAN,)
bounced = (E.UNCOUNT_REFUND,)
no_lease = (g.lease_over,)
undisputed = (g.payment_undisputed,)
blocks, unblocks = (E.BLOCK_REFUND,), (E.UNBLOCK_REFUND,)
paid_elsewhere = (g.settlement_has_reference, g.reference_unused, g.movement_pays_refund)

REFUNDS = table(Subject.REFUND, [
    # action          type from          to                   who       when      given         effects
    (A.CREATE_REFUND,  ANY, OPENS,        R.PENDING,           {SYSTEM}, (),       (),             ()),
    (A.SEND_REFUND,    ANY, R.PENDING,    R.PROCESSING,        {SYSTEM}, undisputed, (),           ()),
    (A.SEND_REFUND,    ANY, R.UNKNOWN,    R.PROCESSING,        {SYSTEM}, (),       (),             ()),
    (A.LOSE_REFUND,    ANY, R.PROCESSING, R.UNKNOWN,           {SYSTEM}, (),       (),             ()),
    (A.CHECK_REFUND,   ANY, R.PROCESSING, R.PROCESSING,        {SYSTEM}, no_lease, (),             ()),
    (A.SUCCEED_REFUND, ANY, R.PROCESSING, R.SUCCEEDED,         {SYSTEM}, (),       (),             done),
    (A.SUCCEED_REFUND, ANY, R.UNKNOWN,    R.SUCCEEDED,         {SYSTEM}, (),       (),             done),
    (A.FAIL_REFUND,    ANY, R.PROCESSING, R.FAILED,            {SYSTEM}, (),       (),             ()),
    (A.FAIL_REFUND,    ANY, R.UNKNOWN,    R.FAILED,            {SYSTEM}, (),       (),             ()),
    (A.BOUNCE_REFUND,  ANY, R.SUCCEEDED,  R.FAILED,            {SYSTEM}, (),       (),             bounced),
    (A.RETRY_REFUND,   ANY, R.FAILED,     R.PENDING,           {OWNER},  undisputed, (),           ()),
    (A.COVER_REFUND,   ANY, OPENS,        R.SETTLED_MANUALLY,  {SYSTEM}, (),       (),             done),
    (A.COVER_REFUND,   ANY, R.PENDING,    R.SETTLED_MANUALLY,  {SYSTEM}, (),       (),             done),
    (A.COVER_REFUND,   ANY, R.FAILED,     R.SETTLED_MANUALLY,  {SYSTEM}, (),       (),             done),
    (A.COVER_REFUND,   ANY, R.UNKNOWN,    R.SETTLED_MANUALLY,  {SYSTEM}, (),       (),             done),
    (A.SETTLE_REFUND,  ANY, R.FAILED,     R.SETTLED_MANUALLY,  {OWNER},  undisputed, paid_elsewhere, done),
    (A.SETTLE_REFUND,  ANY, R.UNKNOWN,    R.SETTLED_MANUALLY,  {OWNER},  undisputed, paid_elsewhere, done),
    (A.BLOCK_REFUND,   ANY, R.PENDING,    R.PENDING,            {SYSTEM}, (),       (),             blocks),
    (A.BLOCK_REFUND,   ANY, R.PROCESSING, R.PROCESSING,         {SYSTEM}, (),       (),             blocks),
    (A.BLOCK_REFUND,   ANY, R.UNKNOWN,    R.UNKNOWN,            {SYSTEM}, (),       (),             blocks),
    (A.BLOCK_REFUND,   ANY, R.FAILED,     R.FAILED,             {SYSTEM}, (),       (),             blocks),
    (A.UNBLOCK_REFUND, ANY, R.PENDING,    R.PENDING,            {SYSTEM}, (),       (),             unblocks),
    (A.UNBLOCK_REFUND, ANY, R.PROCESSING, R.PROCESSING,         {SYSTEM}, (),       (),             unblocks),
    (A.UNBLOCK_REFUND, ANY, R.UNKNOWN,    R.UNKNOWN,            {SYSTEM}, (),       (),             unblocks),
    (A.UNBLOCK_REFUND, ANY, R.FAILED,     R.FAILED,             {SYSTEM}, (),       (),             unblocks),
])
# fmt: on
