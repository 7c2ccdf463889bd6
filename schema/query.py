"""The root fields that read."""

import strawberry

import models
from domain.words import Action, Effect, Refusal, Role, Subject, TransactionType
from engine.execution.computed import computed
from resolvers import filters, previews, queries
from resolvers.context import Info
from schema import inputs
from schema.common import Node
from schema.events import EventConnection
from schema.lists import (
    CancellationPlanConnection,
    CancellationRequestConnection,
    EventFilter,
    OrderConnection,
    OrderFilter,
    OrderOrder,
    PlanFilter,
    PlanOrder,
    RefundConnection,
    RefundFilter,
    RequestFilter,
    RequestOrder,
)
from schema.orders import Order
from schema.people import Viewer
from schema.plans import CancellationPlan
from schema.previews import Preview
from schema.requests import CancellationRequest
from schema.scalars import Cursor
from schema.terms import CancellationReason, ReturnPolicy
from schema.words import ConditionKind


@strawberry.type(description="A condition of an edge.")
class RuleCondition:
    kind: ConditionKind
    code: Refusal
    message: str = strawberry.field(description="The sentence a client reads when it does not hold.")
    input: str | None = strawberry.field(description="The input it looks at, when it looks at one.")


@strawberry.type(description="One edge of the transition tables: what drives every change, and nothing else does.")
class TransitionRule:
    subject: Subject
    action: Action
    transaction: TransactionType | None = strawberry.field(description="None: for both types.")
    from_: str | None = computed(lambda row: row["from_status"], name="from", description="None: the edge opens.")
    to: str = computed(lambda row: row["to_status"])
    who: list[Role]
    conditions: list[RuleCondition]
    effects: list[Effect]


@strawberry.type
class Query:
    @strawberry.field(description="Who is asking, by the token.")
    async def viewer(self, info: Info) -> Viewer:
        return await queries.viewer(info)

    @strawberry.field(description="Anything by its id.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return await queries.node(info, id)

    @strawberry.field(description="An order by its id or number.")
    async def order(self, info: Info, id: strawberry.ID | None = None, number: str | None = None) -> Order | None:
        return await queries.one(info, models.Order, id, number)

    @strawberry.field(description="My Orders; for a seller those with a part of its own, for the owner all.")
    async def orders(
        self,
        info: Info,
        filter: OrderFilter | None = None,
        order_by: OrderOrder = OrderOrder.PLACED_AT_DESC,
        first: int | None = 20,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> OrderConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await queries.page(info, models.Order, filters.orders(filter), order_by, window)

    @strawberry.field(description="A request by its id or number.")
    async def request(
        self, info: Info, id: strawberry.ID | None = None, number: str | None = None
    ) -> CancellationRequest | None:
        return await queries.one(info, models.CancellationRequest, id, number)

    @strawberry.field(description="Cancellation and return requests.")
    async def requests(
        self,
        info: Info,
        filter: RequestFilter | None = None,
        order_by: RequestOrder = RequestOrder.CREATED_AT_DESC,
        first: int | None = 20,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> CancellationRequestConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        where = filters.requests(filter)
        return await queries.page(info, models.CancellationRequest, where, order_by, window)

    @strawberry.field(description="A plan by its id.")
    async def plan(self, info: Info, id: strawberry.ID) -> CancellationPlan | None:
        return await queries.one(info, models.CancellationPlan, id)

    @strawberry.field(description="Cancellation and refund plans.")
    async def plans(
        self,
        info: Info,
        filter: PlanFilter | None = None,
        order_by: PlanOrder = PlanOrder.CREATED_AT_DESC,
        first: int | None = 20,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> CancellationPlanConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await queries.page(info, models.CancellationPlan, filters.plans(filter), order_by, window)

    @strawberry.field(description="Movements of money, for the owner.")
    async def refunds(
        self,
        info: Info,
        filter: RefundFilter | None = None,
        order_by: PlanOrder = PlanOrder.CREATED_AT_DESC,
        first: int | None = 20,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> RefundConnection:
        info.context.only(Role.OWNER)
        window = {"first": first, "after": after, "last": last, "before": before}
        return await queries.page(info, models.Refund, filters.refunds(filter), order_by, window)

    @strawberry.field(description="The drop-down of reasons.")
    async def reasons(self, info: Info, transaction: TransactionType | None = None) -> list[CancellationReason]:
        reference = await info.context.reference.fresh()
        return reference.reasons_for(transaction)

    @strawberry.field(description="The return policy in force.")
    async def return_policy(self, info: Info) -> ReturnPolicy:
        return await queries.return_policy(info)

    @strawberry.field(description="What requestReturn would bring about now; nothing is written.")
    async def preview_return(self, info: Info, input: inputs.RequestReturnInput) -> Preview:
        return await previews.preview_return(info, input)

    @strawberry.field(description="What applyCancellation would bring about now; nothing is written.")
    async def preview_cancellation(self, info: Info, input: inputs.ApplyCancellationInput) -> Preview:
        return await previews.preview_cancellation(info, input)

    @strawberry.field(description="What confirmRequest would bring about now; nothing is written.")
    async def preview_confirmation(self, info: Info, input: inputs.ConfirmRequestInput) -> Preview:
        return await previews.preview_confirmation(info, input)

    @strawberry.field(description="The journal: the same log that subscriptions follow.")
    async def events(
        self, info: Info, filter: EventFilter | None = None, after: Cursor | None = None, first: int = 50
    ) -> EventConnection:
        return await queries.events(info, filter, after, first)

    @strawberry.field(
        description="Where the journal stands; null before the first event. Ask for it before the state that you show, "
        "then subscribe with it as `after`: nothing falls between."
    )
    async def latest_cursor(self, info: Info) -> Cursor | None:
        cursor = await queries.latest_cursor(info)
        return None if cursor is None else Cursor(cursor)

    @strawberry.field(description="The transition tables that drive everything.")
    def transitions(self) -> list[TransitionRule]:
        return queries.transitions()
