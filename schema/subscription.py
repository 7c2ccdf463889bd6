"""The root fields of subscriptions: first the events after a cursor, then new ones, with no gap between."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import strawberry

import schema.common as common
from domain.actions import Action
from domain.words import Subject
from engine.execution.computed import computed
from resolvers import subscriptions
from resolvers.context import Info
from schema.arguments import Since
from schema.events import (
    ACTED,
    ACTION,
    AT,
    CURSOR,
    FROM,
    FROM_STATUS,
    RESUME,
    SUBJECT,
    SUBJECT_ID,
    TO,
    TO_STATUS,
    cursor_of_row,
    from_status,
    to_status,
)
from schema.lists import PlanFilter, RequestFilter, ReturnFilter
from schema.orders import Order
from schema.plans import CancellationPlan
from schema.requests import CancellationRequest
from schema.returns import ReturnShipment
from schema.scalars import Cursor, DateTime
from schema.withdrawals import Withdrawal, WithdrawalFilter

_CHANGED = "As it is now, which may be later than the change."
_LEAVES = (
    "Whether the change takes the object out of the subscription's filter: it fulfilled the filter before and no "
    "longer does. Take it off a filtered list. No later change follows until it fulfills the filter again."
)
_FILTERED = "With a filter: of objects that fulfill it before the change or after it; `leaves` says which."


def _leaves(row: dict[str, Any]) -> bool:
    return bool(row[subscriptions.LEAVES])


@strawberry.type(description="A request was opened, or its status or who is expected to act on it changed.")
class RequestUpdate:
    at: DateTime = strawberry.field(description=AT)
    action: Action = strawberry.field(description=ACTION)
    request: CancellationRequest = strawberry.field(description=_CHANGED)
    cursor: Cursor = computed(cursor_of_row, needs=CURSOR, description=RESUME)
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR, description=ACTED)
    from_: str | None = computed(from_status, needs=FROM, name="from", description=FROM_STATUS)
    to: str = computed(to_status, needs=TO, description=TO_STATUS)
    leaves: bool = computed(_leaves, description=_LEAVES)


@strawberry.type(description="A plan was opened, or its status or the state of its refunds changed.")
class PlanUpdate:
    at: DateTime = strawberry.field(description=AT)
    action: Action = strawberry.field(description=ACTION)
    plan: CancellationPlan = strawberry.field(description=_CHANGED)
    cursor: Cursor = computed(cursor_of_row, needs=CURSOR, description=RESUME)
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR, description=ACTED)
    from_: str | None = computed(from_status, needs=FROM, name="from", description=FROM_STATUS)
    to: str = computed(to_status, needs=TO, description=TO_STATUS)
    leaves: bool = computed(_leaves, description=_LEAVES)


@strawberry.type(description="A return shipment was opened, or its status changed.")
class ReturnShipmentUpdate:
    at: DateTime = strawberry.field(description=AT)
    action: Action = strawberry.field(description=ACTION)
    return_shipment: ReturnShipment = strawberry.field(description=_CHANGED)
    cursor: Cursor = computed(cursor_of_row, needs=CURSOR, description=RESUME)
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR, description=ACTED)
    from_: str | None = computed(from_status, needs=FROM, name="from", description=FROM_STATUS)
    to: str = computed(to_status, needs=TO, description=TO_STATUS)
    leaves: bool = computed(_leaves, description=_LEAVES)


@strawberry.type(description="A withdrawal was declared, or its status changed.")
class WithdrawalUpdate:
    at: DateTime = strawberry.field(description=AT)
    action: Action = strawberry.field(description=ACTION)
    withdrawal: Withdrawal = strawberry.field(description=_CHANGED)
    cursor: Cursor = computed(cursor_of_row, needs=CURSOR, description=RESUME)
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR, description=ACTED)
    from_: str | None = computed(from_status, needs=FROM, name="from", description=FROM_STATUS)
    to: str = computed(to_status, needs=TO, description=TO_STATUS)
    leaves: bool = computed(_leaves, description=_LEAVES)


@strawberry.type(
    description="A package, request, plan, refund or return shipment of an order was opened, or its status changed."
)
class OrderUpdate:
    at: DateTime = strawberry.field(description=AT)
    subject: Subject = strawberry.field(description=SUBJECT)
    subject_id: strawberry.ID = strawberry.field(description=SUBJECT_ID)
    action: Action = strawberry.field(description=ACTION)
    order: Order = strawberry.field(description=_CHANGED)
    cursor: Cursor = computed(cursor_of_row, needs=CURSOR, description=RESUME)
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR, description=ACTED)
    from_: str | None = computed(from_status, needs=FROM, name="from", description=FROM_STATUS)
    to: str = computed(to_status, needs=TO, description=TO_STATUS)


OnlyOrder = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Only changes in this order. If left out, in all orders that the viewer may see."),
]


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Tells of each change of the status of a request that the viewer may see, and of who is expected "
        f"to act on it. {_FILTERED}"
    )
    async def request_updates(
        self, info: Info, filter: RequestFilter | None = None, after: Since = None
    ) -> AsyncIterator[RequestUpdate]:
        return subscriptions.requests(info, filter, after)

    @strawberry.subscription(
        description="Tells of each change of the status of a plan that the viewer may see, and of the state of its "
        f"refunds. {_FILTERED}"
    )
    async def plan_updates(
        self, info: Info, filter: PlanFilter | None = None, after: Since = None
    ) -> AsyncIterator[PlanUpdate]:
        return subscriptions.plans(info, filter, after)

    @strawberry.subscription(
        description=f"Tells of each change of the status of a return shipment that the viewer may see. {_FILTERED}"
    )
    async def return_shipment_updates(
        self, info: Info, filter: ReturnFilter | None = None, after: Since = None
    ) -> AsyncIterator[ReturnShipmentUpdate]:
        return subscriptions.returns(info, filter, after)

    @strawberry.subscription(
        description=f"Tells of each withdrawal that the viewer may see, and of each change of its status. {_FILTERED}"
    )
    async def withdrawal_updates(
        self, info: Info, filter: WithdrawalFilter | None = None, after: Since = None
    ) -> AsyncIterator[WithdrawalUpdate]:
        return subscriptions.withdrawals(info, filter, after)

    @strawberry.subscription(description="Tells of each change in one order, or in all orders that the viewer may see.")
    async def order_updates(
        self, info: Info, order_id: OnlyOrder = None, after: Since = None
    ) -> AsyncIterator[OrderUpdate]:
        return subscriptions.orders(info, order_id, after)
