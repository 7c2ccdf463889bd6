"""What the rows of the journal say of the requests and plans that they belong to: how these stood before and after.

Whom a request waits for and how a plan's refunds stand is derived, so it changes with events of other subjects, too: a
refund that fails changes its plan. A stream with a filter has an event if the request or plan fulfilled the filter
before it or does so after it (resolvers/subscriptions.py). The rows themselves show only how it is now.
"""

from domain.lifecycle import Edge
from models import CancellationPlan, CancellationRequest, Event
from models.base import StatusRow

State = tuple[str, ...]
"""The status, and what is derived: of a plan `refund_state`; of a request `waiting_on`, `due_at` ("" for none), and
ESCALATED if it is."""
ESCALATED = "ESCALATED"
_Subject = CancellationRequest | CancellationPlan


class Standings:
    """How requests and plans stand while one command changes them, for the `data` of its rows of the journal.

    `data` is {"request": [before, after], "plan": [before, after]}: each only if the event is about it or changes it;
    `before` is null if it was opened.
    """

    def __init__(self) -> None:
        self._last: dict[str, State | None] = {}
        self._noted: list[tuple[Event, tuple[tuple[str, _Subject], ...]]] = []

    def before(
        self, row: StatusRow, edge: Edge, request: CancellationRequest | None, plan: CancellationPlan | None
    ) -> None:
        """Remember how they stand, the first time that an event of theirs is about to be taken."""
        for concerned in (request, plan):
            if concerned is not None and concerned.id not in self._last:
                opened = concerned is row and edge.source is None
                self._last[concerned.id] = None if opened else _state_of(concerned)

    def note(self, event: Event, request: CancellationRequest | None, plan: CancellationPlan | None) -> None:
        """Remember an event that has just been put into the journal."""
        if request is not None:
            concerned = (("request", request),) if plan is None else (("request", request), ("plan", plan))
            self._noted.append((event, concerned))

    def write(self) -> None:
        """Fill in the events that have been noted, once everything that follows from them has been done.

        What is derived changes with the last event of its own subject, with the last of another one if there is none.
        """
        carriers: dict[str, Event] = {}
        for event, concerned in self._noted:
            for _, row in concerned:
                known = carriers.get(row.id)
                if known is None or known.subject_id != row.id or event.subject_id == row.id:
                    carriers[row.id] = event
        for event, concerned in self._noted:
            for name, row in concerned:
                own, before = event.subject_id == row.id, self._last[row.id]
                derived = _state_of(row)[1:] if before is None or carriers[row.id] is event else before[1:]
                after = (str(event.to_status) if own or before is None else before[0], *derived)
                if own or after != before:
                    event.data[name] = before, after
                self._last[row.id] = after
        self._noted.clear()


def _state_of(row: _Subject) -> State:
    if isinstance(row, CancellationPlan):
        return str(row.status), str(row.refund_state)
    state = str(row.status), str(row.waiting_on), row.due_at.isoformat() if row.due_at else ""
    return state if row.escalated_at is None else (*state, ESCALATED)
