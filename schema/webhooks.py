"""Webhooks: events that are posted to the owner's own systems."""

from typing import Annotated, ClassVar

import strawberry

from domain.actions import Action
from domain.words import DeliveryState
from resolvers import webhook_endpoints
from resolvers.context import Info
from schema.arguments import After, Before, First, Last
from schema.common import Node, PageInfo
from schema.inputs.base import repeatable
from schema.lists import COUNT, CURSOR, EDGES, NODES, PAGE_INFO
from schema.payloads import Payload
from schema.scalars import DateTime

_ACTIONS = "Only events of these actions are posted."
_ALL_ACTIONS = "If true, events of all actions are posted, also of actions that do not exist yet."
_SECRET = (
    "The secret that signs the posts, as Standard Webhooks define it. Keep it: only this result shows it. If the "
    "command is sent again with its key, the result shows it again while it is in force."
)
_LEFT_OUT = "If left out, it stays as it is."


@strawberry.type(
    description="An address that events are posted to. Posts are signed, and each event is posted at least once."
)
class WebhookEndpoint(Node):
    prefix: ClassVar[str] = "endpoint"
    url: str = strawberry.field(description="The address.")
    actions: list[Action] = strawberry.field(description=f"{_ACTIONS} Empty if events of all actions are.")
    active: bool = strawberry.field(
        description="Whether events are posted. Events that happen while this is false are never posted."
    )
    created_at: DateTime = strawberry.field(description="The time at which the endpoint was created.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")


@strawberry.type(
    description="The delivery of one event to one endpoint. Its id is the `webhook-id` header of every try."
)
class WebhookDelivery(Node):
    prefix: ClassVar[str] = "delivery"
    endpoint: WebhookEndpoint = strawberry.field(description="The endpoint that the event is posted to.")
    type: str = strawberry.field(description="The type of the event, such as `refund.succeeded`.")
    body: str = strawberry.field(description="The JSON that is posted, byte for byte.")
    state: DeliveryState = strawberry.field(description="The state of the delivery.")
    attempts: int = strawberry.field(description="The number of tries so far.")
    due_at: DateTime | None = strawberry.field(description="The time of the next try; null if none is due.")
    status_code: int | None = strawberry.field(description="The HTTP status of the last answer, if there was one.")
    message: str | None = strawberry.field(description="Why the last try failed.")
    created_at: DateTime = strawberry.field(description="The time at which the delivery was created.")
    updated_at: DateTime = strawberry.field(description="The time of the last change.")


@strawberry.type(description="A delivery on a page, with its cursor.")
class WebhookDeliveryEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: WebhookDelivery = strawberry.field(description="The delivery.")


@strawberry.type(description="A page of deliveries.")
class WebhookDeliveryConnection:
    edges: list[WebhookDeliveryEdge] = strawberry.field(description=EDGES)
    nodes: list[WebhookDelivery] = strawberry.field(description=NODES)
    page_info: PageInfo = strawberry.field(description=PAGE_INFO)
    total_count: int = strawberry.field(description=COUNT)


@strawberry.input(description="The input of `createWebhookEndpoint`.")
class CreateWebhookEndpointInput:
    url: str = strawberry.field(
        description="The address. It must begin with https:// and be public, unless the server's settings allow others."
    )
    actions: list[Action] | None = strawberry.field(
        default=None, description=f"{_ACTIONS} If left out, all events are. An empty list is refused."
    )
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The input of `updateWebhookEndpoint`. What is left out stays as it is.")
class UpdateWebhookEndpointInput:
    endpoint_id: strawberry.ID = strawberry.field(description="The endpoint.")
    url: str | None = strawberry.field(default=None, description=f"The new address. {_LEFT_OUT}")
    actions: list[Action] | None = strawberry.field(
        default=None, description=f"{_ACTIONS} {_LEFT_OUT} An empty list is refused."
    )
    all_actions: bool = strawberry.field(default=False, description=_ALL_ACTIONS)
    active: bool | None = strawberry.field(default=None, description=f"Whether events are posted. {_LEFT_OUT}")
    idempotency_key: str | None = repeatable()


@strawberry.input(description="The endpoint that a mutation is about.")
class WebhookEndpointInput:
    endpoint_id: strawberry.ID = strawberry.field(description="The endpoint.")
    idempotency_key: str | None = repeatable()


@strawberry.input(
    description="The input of `replayWebhookDeliveries`. A delivery is sent again if any of these names it."
)
class ReplayWebhookDeliveriesInput:
    endpoint_id: strawberry.ID = strawberry.field(description="The endpoint.")
    delivery_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="These deliveries.")
    failed: bool = strawberry.field(default=False, description="If true, all deliveries with the state FAILED.")
    since: DateTime | None = strawberry.field(
        default=None, description="All deliveries that were created at this time or later. They are kept for 14 days."
    )
    idempotency_key: str | None = repeatable()


@strawberry.type(description="The result of a mutation that creates or changes an endpoint.")
class WebhookEndpointPayload(Payload):
    endpoint: WebhookEndpoint | None = strawberry.field(
        description="The endpoint as it is now; null if the command was refused."
    )
    secret: str | None = strawberry.field(description=_SECRET)


@strawberry.type(description="The result of the mutation `deleteWebhookEndpoint`.")
class DeleteWebhookEndpointPayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        description="The id of the endpoint that was removed; null if the command was refused."
    )


@strawberry.type(description="The result of the mutation `replayWebhookDeliveries`.")
class ReplayWebhookDeliveriesPayload(Payload):
    count: int = strawberry.field(description="The number of deliveries that are sent again.")


OnlyEndpoint = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Only deliveries to this endpoint. If left out, to all endpoints."),
]
OnlyStates = Annotated[
    list[DeliveryState] | None,
    strawberry.argument(description="Only deliveries with one of these states. If left out, with any state."),
]


@strawberry.type
class WebhookQuery:
    @strawberry.field(description="The endpoints that events are posted to. For the owner only.")
    async def webhook_endpoints(self, info: Info) -> list[WebhookEndpoint]:
        return await webhook_endpoints.listed(info)

    @strawberry.field(description="The deliveries, the newest first. For the owner only.")
    async def webhook_deliveries(
        self,
        info: Info,
        endpoint_id: OnlyEndpoint = None,
        state: OnlyStates = None,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> WebhookDeliveryConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await webhook_endpoints.deliveries(info, endpoint_id, state, window)


@strawberry.type
class WebhookMutation:
    @strawberry.mutation(description="Create an endpoint: from now on, events are posted to its address.")
    async def create_webhook_endpoint(self, info: Info, input: CreateWebhookEndpointInput) -> WebhookEndpointPayload:
        return await webhook_endpoints.create(info, input)

    @strawberry.mutation(description="Change an endpoint, or pause it with `active: false`.")
    async def update_webhook_endpoint(self, info: Info, input: UpdateWebhookEndpointInput) -> WebhookEndpointPayload:
        return await webhook_endpoints.update(info, input)

    @strawberry.mutation(
        description="Give an endpoint a new secret. For a day, posts are signed with the old one as well."
    )
    async def rotate_webhook_secret(self, info: Info, input: WebhookEndpointInput) -> WebhookEndpointPayload:
        return await webhook_endpoints.rotate(info, input)

    @strawberry.mutation(description="Remove an endpoint and all its deliveries.")
    async def delete_webhook_endpoint(self, info: Info, input: WebhookEndpointInput) -> DeleteWebhookEndpointPayload:
        return await webhook_endpoints.delete(info, input)

    @strawberry.mutation(description="Send deliveries again, beginning with the first try.")
    async def replay_webhook_deliveries(
        self, info: Info, input: ReplayWebhookDeliveriesInput
    ) -> ReplayWebhookDeliveriesPayload:
        return await webhook_endpoints.replay(info, input)
