"""The transition tables written a second time, by hand: every edge, the roles that take it, and what must stop them.

The tests compare `domain/tables/` with this. A `Violation` changes the facts or the input that take an edge so that
exactly one condition fails, and names the code of the refusal.
"""

from tests.domain.tables_by_hand.decisions import decisions
from tests.domain.tables_by_hand.disputes import DISPUTES
from tests.domain.tables_by_hand.edges import ExpectedEdge
from tests.domain.tables_by_hand.openings import OPENINGS
from tests.domain.tables_by_hand.packages import PACKAGES
from tests.domain.tables_by_hand.plans import PLANS, REFUNDS
from tests.domain.tables_by_hand.returns import LABELS, RETURNS
from tests.domain.tables_by_hand.withdrawals import WITHDRAWALS

EXPECTED_EDGES: tuple[ExpectedEdge, ...] = (
    *PACKAGES,
    *OPENINGS,
    *decisions(),
    *PLANS,
    *REFUNDS,
    *RETURNS,
    *LABELS,
    *DISPUTES,
    *WITHDRAWALS,
)
