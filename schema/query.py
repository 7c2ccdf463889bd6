"""The root fields of queries."""

from typing import Annotated

import strawberry

import models
from domain.actions import Action, Effect
from domain.refusals import Refusal
from domain.words import ReasonAudience, Role, Subject, TransactionType
from engine.execution.computed import computed
from resolvers import filters, pauses, previews, queries
from resolvers.context import Info
from resolvers.reference import audience_of
from schema import inputs
from schema.arguments import After, Before, First, Id, Last, Number
from schema.common import Node
from schema.events import EventConnection
from schema.lists import (
    CancellationPlanConnection,
    CancellationRequestConnection,
    EventFilter,
    EventOrder,
    OrderConnection,
    OrderFilter,
    OrderOrder,
    PackageConnection,
    PackageFilter,
    PackageOrder,
    PlanFilter,
    PlanOrder,
    RefundConnection,
    RefundFilter,
    RequestFilter,
    RequestOrder,
    ReturnFilter,
    ReturnOrder,
    ReturnShipmentConnection,
)
from schema.orders import Order
from schema.pauses import RefundPause
from schema.people import Viewer
from schema.plans import CancellationPlan
from schema.previews import Preview
from schema.requests import CancellationRequest
from schema.returns import ReturnShipment
from schema.scalars import Cursor
from schema.terms import CancellationReason, ReturnPolicy
from schema.words import ConditionKind

_OR_NULL = "null if it does not exist or the viewer may not see it."
NodeId = Annotated[strawberry.ID, strawberry.argument(description="The id of the object.")]
PlanId = Annotated[strawberry.ID, strawberry.argument(description="The id of the plan.")]
ReasonType = Annotated[
    TransactionType | None, strawberry.argument(description="Only reasons for this type. If left out, for both types.")
]
Audience = Annotated[
    ReasonAudience | None,
    strawberry.argument(
        description="Only reasons that these people are offered. If left out, those that the viewer's role is offered; "
        "without a token, those that customers are offered."
    ),
]
EventsAfter = Annotated[
    Cursor | None,
    strawberry.argument(description="Only events after this one. If left out, from the start of the journal."),
]
FirstEvents = Annotated[int, strawberry.argument(description="The number of events; at most 100.")]


@strawberry.type(description="A condition of an edge of the transition tables.")
class RuleCondition:
    kind: ConditionKind = strawberry.field(description="Whether the condition reads facts or the command's input.")
    code: Refusal = strawberry.field(description="The code of the refusal if the condition does not hold.")
    message: str = strawberry.field(description="The sentence of the refusal if the condition does not hold.")
    input: str | None = strawberry.field(description="The path of the input that the condition reads, if any.")


@strawberry.type(description="An edge of the transition tables, which decide every change of a status.")
class TransitionRule:
    subject: Subject = strawberry.field(description="The type of the object that the edge moves.")
    action: Action = strawberry.field(description="The action that takes the edge.")
    transaction: TransactionType | None = strawberry.field(
        description="The transaction type that the edge is for; null if it is for both."
    )
    from_: str | None = computed(
        lambda row: row["from_status"],
        name="from",
        description="The status before; null if the edge opens the object.",
    )
    to: str = computed(lambda row: row["to_status"], description="The status after.")
    who: list[Role] = strawberry.field(description="The roles that may take the edge.")
    on_behalf_of: Role | None = strawberry.field(
        description="The role whose decision it is, if `who` takes the edge in its place; null as a rule."
    )
    conditions: list[RuleCondition] = strawberry.field(description="The conditions, which must all hold.")
    effects: list[Effect] = strawberry.field(description="What the edge writes besides the new status.")


@strawberry.type
class Query:
    @strawberry.field(description="The person or program that sends this operation, as its token says.")
    async def viewer(self, info: Info) -> Viewer:
        return await queries.viewer(info)

    @strawberry.field(description=f"An object of any type by its id; {_OR_NULL}")
    async def node(self, info: Info, id: NodeId) -> Node | None:
        return await queries.node(info, id)

    @strawberry.field(description=f"An order by its id or by its number; {_OR_NULL}")
    async def order(self, info: Info, id: Id = None, number: Number = None) -> Order | None:
        return await queries.one(info, models.Order, id, number)

    @strawberry.field(description="My Orders. A seller sees the orders that it has a part in; the owner sees all.")
    async def orders(
        self,
        info: Info,
        filter: OrderFilter | None = None,
        order_by: OrderOrder = OrderOrder.PLACED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> OrderConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        where = filters.orders(filter, info.context)
        return await queries.page(info, models.Order, where, order_by, window)

    @strawberry.field(description="The packages that the viewer may see.")
    async def packages(
        self,
        info: Info,
        filter: PackageFilter | None = None,
        order_by: PackageOrder = PackageOrder.PLACED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> PackageConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        where = filters.packages(filter, info.context)
        return await queries.page(info, models.Package, where, order_by, window)

    @strawberry.field(description=f"A request by its id or by its number; {_OR_NULL}")
    async def request(self, info: Info, id: Id = None, number: Number = None) -> CancellationRequest | None:
        return await queries.one(info, models.CancellationRequest, id, number)

    @strawberry.field(description="The requests that the viewer may see.")
    async def requests(
        self,
        info: Info,
        filter: RequestFilter | None = None,
        order_by: RequestOrder = RequestOrder.CREATED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> CancellationRequestConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        where = filters.requests(filter, info.context)
        return await queries.page(info, models.CancellationRequest, where, order_by, window)

    @strawberry.field(description=f"A plan by its id; {_OR_NULL}")
    async def plan(self, info: Info, id: PlanId) -> CancellationPlan | None:
        return await queries.one(info, models.CancellationPlan, id)

    @strawberry.field(description="The plans that the viewer may see.")
    async def plans(
        self,
        info: Info,
        filter: PlanFilter | None = None,
        order_by: PlanOrder = PlanOrder.CREATED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> CancellationPlanConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        where = filters.plans(filter, info.context)
        return await queries.page(info, models.CancellationPlan, where, order_by, window)

    @strawberry.field(description=f"A return shipment by its id or by its number; {_OR_NULL}")
    async def return_shipment(self, info: Info, id: Id = None, number: Number = None) -> ReturnShipment | None:
        return await queries.one(info, models.ReturnShipment, id, number)

    @strawberry.field(description="The return shipments that the viewer may see.")
    async def return_shipments(
        self,
        info: Info,
        filter: ReturnFilter | None = None,
        order_by: ReturnOrder = ReturnOrder.CREATED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ReturnShipmentConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        where = filters.returns(filter, info.context)
        return await queries.page(info, models.ReturnShipment, where, order_by, window)

    @strawberry.field(description="All refunds. For the owner only.")
    async def refunds(
        self,
        info: Info,
        filter: RefundFilter | None = None,
        order_by: PlanOrder = PlanOrder.CREATED_AT_DESC,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> RefundConnection:
        info.context.only(Role.OWNER)
        window = {"first": first, "after": after, "last": last, "before": before}
        where = filters.refunds(filter, info.context)
        return await queries.page(info, models.Refund, where, order_by, window)

    @strawberry.field(
        description="The pause of sending refunds that holds now; null if refunds are sent. For the owner only."
    )
    async def refund_pause(self, info: Info) -> RefundPause | None:
        return await pauses.current(info)

    @strawberry.field(description="The reasons for requests that are offered now.")
    async def reasons(
        self, info: Info, transaction: ReasonType = None, audience: Audience = None
    ) -> list[CancellationReason]:
        reference = await info.context.reference.fresh()
        return reference.reasons_for(transaction, audience or audience_of(info.context.viewer))

    @strawberry.field(description="The version of the return policy that is in force.")
    async def return_policy(self, info: Info) -> ReturnPolicy:
        return await queries.return_policy(info)

    @strawberry.field(description="What `requestReturn` with this input would do now. Nothing is written.")
    async def preview_return(self, info: Info, input: inputs.RequestReturnInput) -> Preview:
        return await previews.preview_return(info, input)

    @strawberry.field(description="What `applyCancellation` with this input would do now. Nothing is written.")
    async def preview_cancellation(self, info: Info, input: inputs.ApplyCancellationInput) -> Preview:
        return await previews.preview_cancellation(info, input)

    @strawberry.field(description="What `confirmRequest` with this input would do now. Nothing is written.")
    async def preview_confirmation(self, info: Info, input: inputs.ConfirmRequestInput) -> Preview:
        return await previews.preview_confirmation(info, input)

    @strawberry.field(description="What `refundAllowance` with this input would do now. Nothing is written.")
    async def preview_allowance(self, info: Info, input: inputs.RefundAllowanceInput) -> Preview:
        return await previews.preview_allowance(info, input)

    @strawberry.field(
        description="What `receiveReturn` with this input would do now to the plan of what has arrived: what goes back "
        "or stays held. Nothing is written."
    )
    async def preview_receipt(self, info: Info, input: inputs.ReceiveReturnInput) -> Preview:
        return await previews.preview_receipt(info, input)

    @strawberry.field(description="What `inspectReturn` with this input would do now. Nothing is written.")
    async def preview_inspection(self, info: Info, input: inputs.InspectReturnInput) -> Preview:
        return await previews.preview_inspection(info, input)

    @strawberry.field(
        description="The journal, the oldest event first if nothing else is said. Subscriptions read the same journal."
    )
    async def events(
        self,
        info: Info,
        filter: EventFilter | None = None,
        order_by: EventOrder = EventOrder.AT_ASC,
        after: EventsAfter = None,
        first: FirstEvents = 50,
    ) -> EventConnection:
        return await queries.events(info, filter, order_by, after, first)

    @strawberry.field(
        description="The present end of the journal; null before the first event. Read it before the state that you "
        "show, then subscribe with it as `after`, and you miss no event."
    )
    async def latest_cursor(self, info: Info) -> Cursor | None:
        cursor = await queries.latest_cursor(info)
        return None if cursor is None else Cursor(cursor)

    @strawberry.field(description="The transition tables, which decide every change of a status.")
    def transitions(self) -> list[TransitionRule]:
        return queries.transitions()
