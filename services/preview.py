"""What a command would bring about: the act itself and all that follows by itself, on an order book never written.

A customer's request has no plan yet; its preview goes on as if everybody agreed at once, for that is what the money
would be. The people who agree later decide on the world as it is then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actions import Action
from domain.facts import SYSTEM, Actor, Decision
from domain.returns import Json
from domain.words import SENT, PlanStatus, RequestStatus, Role, TransactionType
from models import CancellationPlan, CancellationRequest, PlanAdjustment, PlanLine, Refund
from services.commands import Act, Command, Commands
from services.inputs import ChangedIds
from services.transition import Transition

_OWNER, _SELLER = Actor(Role.OWNER, "preview"), Actor(Role.SELLER, "preview")


@dataclass(frozen=True, slots=True)
class PlannedRefund:
    """A plan that was not written, with its lines and adjustments and the refunds that would be sent.

    `terms` and `cancel_terms` are what its request froze, as JSON. `due_at` is until when the request would wait for a
    decision, None if the command decides on it; `ship_by` until when the goods would be sent, if that is known.
    """

    plan: CancellationPlan
    terms: Mapping[str, Json] | None
    cancel_terms: Mapping[str, Json] | None
    due_at: datetime | None
    ship_by: datetime | None
    lines: Sequence[PlanLine]
    adjustments: Sequence[PlanAdjustment]
    refunds: Sequence[Refund]


async def preview(commands: Commands, command: Command, act: Act, *, to_the_end: bool = True) -> list[PlannedRefund]:
    """The plans that the command would lead to, or leave behind if not `to_the_end`. Raises `Refused` as it would."""

    due: dict[str, datetime | None] = {}

    def acted(transition: Transition) -> ChangedIds:
        changed = act(transition)
        waiting = [row for row in transition.order_book.requests if row.status is RequestStatus.WAITING]
        due.update({row.id: row.due_at for row in waiting})
        if not to_the_end:
            return changed
        _release_earlier(transition, changed["requests"])
        for id in changed["requests"]:
            _agree(transition, transition.order_book.request(id))
            _release(transition, transition.order_book.request(id))
        return changed

    order_book, changed = await commands.preview(command, acted)
    ship_by = {shipment.request_id: shipment.ship_by for shipment in order_book.returns}
    return [
        PlannedRefund(
            plan,
            request.return_terms,
            request.cancel_terms,
            due.get(request.id),
            ship_by.get(request.id),
            order_book.lines_of(plan),
            order_book.adjustments_of(plan),
            order_book.refunds_of(plan),
        )
        for request in map(order_book.request, changed["requests"])
        if (plan := order_book.plan_of(request)) and plan.status is not PlanStatus.VOIDED
    ]


def _release_earlier(transition: Transition, ids: Sequence[str]) -> None:
    """Cancellations that were applied before confirm themselves before these, so their money goes first."""
    if any(transition.order_book.request(id).transaction is TransactionType.CANCEL for id in ids):
        _confirm_waiting(transition, besides=ids)


def _confirm_waiting(transition: Transition, *, besides: Sequence[str] = ()) -> None:
    """Cancellations that nothing stands in the way of are confirmed."""
    order_book = transition.order_book
    waiting = [plan for plan in order_book.plans if plan.status is PlanStatus.WAITING]
    for plan in [plan for plan in waiting if plan.request_id not in besides]:
        request = order_book.request(plan.request_id)
        if order_book.packages_of(request).isdisjoint(SENT):
            transition.acting_as(SYSTEM).take(Action.AUTO_CONFIRM, request)


def _agree(transition: Transition, request: CancellationRequest) -> None:
    """Take what is left of the way to an approved plan."""
    if request.status is not RequestStatus.WAITING:
        return
    if request.transaction is TransactionType.REFUND:
        transition.acting_as(_SELLER).take(Action.CONFIRM_REQUEST, request, given=Decision())
        return
    if transition.order_book.plan_of(request) is None:
        transition.acting_as(_OWNER).take(Action.APPLY_CANCELLATION, request, given=Decision(confirm=True))
    plan = transition.order_book.plan_of(request)
    if plan is not None and plan.status is PlanStatus.WAITING:
        transition.acting_as(SYSTEM).take(Action.AUTO_CONFIRM, request)
    elif plan is not None and plan.status is PlanStatus.CONFIRMATION_WAITING:
        transition.acting_as(_SELLER).take(Action.CONFIRM_REQUEST, request, given=Decision())


def _release(transition: Transition, request: CancellationRequest) -> None:
    """Money that waits for goods goes back, as if they came as announced: after those that waited before them.

    That is what the plan's quote counts on, so the preview and the plan that is opened say the same.
    """
    plan = transition.order_book.plan_of(request)
    if plan is not None and plan.held:
        _confirm_waiting(transition)
        for held in [other for other in transition.order_book.plans if other.held and other is not plan]:
            transition.acting_as(SYSTEM).take(Action.RELEASE_PLAN, held)
        transition.acting_as(SYSTEM).take(Action.RELEASE_PLAN, plan)
