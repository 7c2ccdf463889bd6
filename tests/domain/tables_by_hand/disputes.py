"""The edges of disputes."""

from domain.actions import Action, Effect
from domain.facts import (
    DisputeFacts,
)
from domain.words import (
    DisputeStatus,
    Subject,
)
from tests.domain.tables_by_hand.edges import SYSTEM, A, E, ExpectedEdge


def dispute(action: Action, source: DisputeStatus | None, to: DisputeStatus, *effects: Effect) -> ExpectedEdge:
    return ExpectedEdge(Subject.DISPUTE, action, None, to, frozenset({SYSTEM}), DisputeFacts(source), effects=effects)


D = DisputeStatus


DISPUTES = (
    dispute(A.OPEN_DISPUTE, None, D.INQUIRY),
    dispute(A.OPEN_DISPUTE, None, D.OPEN, E.BLOCK_REFUNDS),
    dispute(A.OPEN_DISPUTE, D.INQUIRY, D.OPEN, E.BLOCK_REFUNDS),
    dispute(A.UPDATE_DISPUTE, D.INQUIRY, D.INQUIRY),
    dispute(A.UPDATE_DISPUTE, D.OPEN, D.OPEN),
    *(dispute(A.WIN_DISPUTE, source, D.WON, E.UNBLOCK_REFUNDS) for source in (None, D.INQUIRY, D.OPEN)),
    *(dispute(A.LOSE_DISPUTE, source, D.LOST, E.UNBLOCK_REFUNDS) for source in (None, D.INQUIRY, D.OPEN)),
)
