"""The table of disputes: one edge a row.

Gateways tell of disputes late, twice and in any order, so a dispute may be opened in any status. None leaves WON or LOST:
what a gateway says against that, `reconcile` shows.
"""

from domain.actions import Action, Effect
from domain.tables.edge import table
from domain.words import DisputeStatus, Role, Subject

# domain/tables/__init__.py says what the letters stand for.
A, E, D = Action, Effect, DisputeStatus
SYSTEM = Role.SYSTEM
ANY, OPENS = None, None

# fmt: off
blocks, ends = (E.BLOCK_REFUNDS,), (E.UNBLOCK_REFUNDS,)

DISPUTES = table(Subject.DISPUTE, [
    # action           type from       to         who       when given effects
    (A.OPEN_DISPUTE,   ANY, OPENS,     D.INQUIRY, {SYSTEM}, (),  (),   ()),
    (A.OPEN_DISPUTE,   ANY, OPENS,     D.OPEN,    {SYSTEM}, (),  (),   blocks),
    (A.OPEN_DISPUTE,   ANY, D.INQUIRY, D.OPEN,    {SYSTEM}, (),  (),   blocks),
    (A.UPDATE_DISPUTE, ANY, D.INQUIRY, D.INQUIRY, {SYSTEM}, (),  (),   ()),
    (A.UPDATE_DISPUTE, ANY, D.OPEN,    D.OPEN,    {SYSTEM}, (),  (),   ()),
    (A.WIN_DISPUTE,    ANY, OPENS,     D.WON,     {SYSTEM}, (),  (),   ends),
    (A.WIN_DISPUTE,    ANY, D.INQUIRY, D.WON,     {SYSTEM}, (),  (),   ends),
    (A.WIN_DISPUTE,    ANY, D.OPEN,    D.WON,     {SYSTEM}, (),  (),   ends),
    (A.LOSE_DISPUTE,   ANY, OPENS,     D.LOST,    {SYSTEM}, (),  (),   ends),
    (A.LOSE_DISPUTE,   ANY, D.INQUIRY, D.LOST,    {SYSTEM}, (),  (),   ends),
    (A.LOSE_DISPUTE,   ANY, D.OPEN,    D.LOST,    {SYSTEM}, (),  (),   ends),
])
# fmt: on
