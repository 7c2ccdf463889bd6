"""The root fields that push: replay after a cursor, then live, without a seam."""

from collections.abc import AsyncIterator

import strawberry

import schema.common as common
from domain.words import Action, Subject
from engine.execution.computed import computed
from resolvers import subscriptions
from resolvers.context import Info
from schema.events import CURSOR, FROM, TO, _cursor, _from, _to
from schema.lists import PlanFilter, RequestFilter
from schema.orders import Order
from schema.plans import CancellationPlan
from schema.requests import CancellationRequest
from schema.scalars import Cursor, DateTime

_AFTER = "Only what came after this cursor; left out, from now on."


@strawberry.type(description="A request has moved along an edge.")
class RequestUpdate:
    at: DateTime
    action: Action
    request: CancellationRequest = strawberry.field(description="As it is now, which may be further than `to`.")
    cursor: Cursor = computed(_cursor, needs=CURSOR, description="Resume with it as `after`.")
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR)
    from_: str | None = computed(_from, needs=FROM, name="from")
    to: str = computed(_to, needs=TO)


@strawberry.type(description="A plan has moved along an edge.")
class PlanUpdate:
    at: DateTime
    action: Action
    plan: CancellationPlan = strawberry.field(description="As it is now, which may be further than `to`.")
    cursor: Cursor = computed(_cursor, needs=CURSOR, description="Resume with it as `after`.")
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR)
    from_: str | None = computed(_from, needs=FROM, name="from")
    to: str = computed(_to, needs=TO)


@strawberry.type(description="Something of an order has moved along an edge.")
class OrderUpdate:
    at: DateTime
    subject: Subject
    subject_id: strawberry.ID
    action: Action
    order: Order = strawberry.field(description="As it is now.")
    cursor: Cursor = computed(_cursor, needs=CURSOR, description="Resume with it as `after`.")
    actor: common.Actor = computed(common.actor_of, needs=common.ACTOR)
    from_: str | None = computed(_from, needs=FROM, name="from")
    to: str = computed(_to, needs=TO)


@strawberry.type
class Subscription:
    @strawberry.subscription(description="What happens to requests.")
    async def request_updates(
        self, info: Info, filter: RequestFilter | None = None, after: Cursor | None = None
    ) -> AsyncIterator[RequestUpdate]:
        return subscriptions.requests(info, filter, after)

    @strawberry.subscription(description="What happens to plans.")
    async def plan_updates(
        self, info: Info, filter: PlanFilter | None = None, after: Cursor | None = None
    ) -> AsyncIterator[PlanUpdate]:
        return subscriptions.plans(info, filter, after)

    @strawberry.subscription(description="What happens to one order; without its id, to all that you may see.")
    async def order_updates(
        self, info: Info, order_id: strawberry.ID | None = None, after: Cursor | None = None
    ) -> AsyncIterator[OrderUpdate]:
        return subscriptions.orders(info, order_id, after)
