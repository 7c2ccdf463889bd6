"""Webhooks: telling the owner's own systems what happens, without their asking."""

from typing import ClassVar

import strawberry

from domain.words import Action, DeliveryState
from resolvers import webhook_endpoints
from resolvers.context import Info
from schema.common import Node, PageInfo
from schema.inputs import repeatable
from schema.payloads import Payload
from schema.scalars import DateTime

_ACTIONS = "What it is told of; none for everything."
_SECRET = (
    "Signs the posts, as the Standard Webhooks say. Keep it: shown in this answer only, and again to who repeats "
    "the command under its key, as long as it is in force."
)


@strawberry.type(description="An address that events are posted to, signed, at least once each.")
class WebhookEndpoint(Node):
    prefix: ClassVar[str] = "endpoint"
    url: str
    actions: list[Action] = strawberry.field(description=_ACTIONS)
    active: bool = strawberry.field(description="While it is not, nothing is sent and no event is kept for it.")
    created_at: DateTime
    updated_at: DateTime


@strawberry.type(description="One event for one endpoint. Its id is the `webhook-id` of every try.")
class WebhookDelivery(Node):
    prefix: ClassVar[str] = "delivery"
    endpoint: WebhookEndpoint
    type: str = strawberry.field(description="Such as `refund.succeeded`.")
    body: str = strawberry.field(description="The JSON that is posted, to the byte.")
    state: DeliveryState
    attempts: int
    due_at: DateTime | None = strawberry.field(description="When it is tried next, while it is pending.")
    status_code: int | None = strawberry.field(description="What the last try was answered with, if at all.")
    message: str | None = strawberry.field(description="Why the last try failed.")
    created_at: DateTime
    updated_at: DateTime


@strawberry.type
class WebhookDeliveryEdge:
    cursor: str
    node: WebhookDelivery


@strawberry.type(description="A page of deliveries.")
class WebhookDeliveryConnection:
    edges: list[WebhookDeliveryEdge]
    nodes: list[WebhookDelivery]
    page_info: PageInfo
    total_count: int = strawberry.field(description="How many there are in all, counted only when asked for.")


@strawberry.input
class CreateWebhookEndpointInput:
    url: str = strawberry.field(description="https://…, on the public internet unless the server allows others.")
    actions: list[Action] | None = strawberry.field(default=None, description=_ACTIONS)
    idempotency_key: str | None = repeatable()


@strawberry.input(description="What is left out stays as it is.")
class UpdateWebhookEndpointInput:
    endpoint_id: strawberry.ID
    url: str | None = None
    actions: list[Action] | None = strawberry.field(default=None, description=_ACTIONS)
    active: bool | None = None
    idempotency_key: str | None = repeatable()


@strawberry.input
class WebhookEndpointInput:
    endpoint_id: strawberry.ID
    idempotency_key: str | None = repeatable()


@strawberry.input(description="Each of these adds to what is sent again.")
class ReplayWebhookDeliveriesInput:
    endpoint_id: strawberry.ID
    delivery_ids: list[strawberry.ID] | None = None
    failed: bool = strawberry.field(default=False, description="All that were given up.")
    since: DateTime | None = strawberry.field(default=None, description="All made since then. Kept for 14 days.")
    idempotency_key: str | None = repeatable()


@strawberry.type
class WebhookEndpointPayload(Payload):
    endpoint: WebhookEndpoint | None
    secret: str | None = strawberry.field(description=_SECRET)


@strawberry.type
class DeleteWebhookEndpointPayload(Payload):
    deleted_id: strawberry.ID | None


@strawberry.type
class ReplayWebhookDeliveriesPayload(Payload):
    count: int = strawberry.field(description="How many deliveries are sent again.")


@strawberry.type
class WebhookQuery:
    @strawberry.field(description="Where events are posted to, for the owner.")
    async def webhook_endpoints(self, info: Info) -> list[WebhookEndpoint]:
        return await webhook_endpoints.listed(info)

    @strawberry.field(description="What is posted, for the owner, the newest first; the FAILED are the dead letters.")
    async def webhook_deliveries(
        self,
        info: Info,
        endpoint_id: strawberry.ID | None = None,
        state: list[DeliveryState] | None = None,
        first: int | None = 20,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> WebhookDeliveryConnection:
        window = {"first": first, "after": after, "last": last, "before": before}
        return await webhook_endpoints.deliveries(info, endpoint_id, state, window)


@strawberry.type
class WebhookMutation:
    @strawberry.mutation(description="Have events posted to an address, from now on.")
    async def create_webhook_endpoint(self, info: Info, input: CreateWebhookEndpointInput) -> WebhookEndpointPayload:
        return await webhook_endpoints.create(info, input)

    @strawberry.mutation(description="Change an endpoint, or stop it for a while.")
    async def update_webhook_endpoint(self, info: Info, input: UpdateWebhookEndpointInput) -> WebhookEndpointPayload:
        return await webhook_endpoints.update(info, input)

    @strawberry.mutation(description="Give an endpoint a new secret; the old one signs beside it for a day.")
    async def rotate_webhook_secret(self, info: Info, input: WebhookEndpointInput) -> WebhookEndpointPayload:
        return await webhook_endpoints.rotate(info, input)

    @strawberry.mutation(description="Remove an endpoint with its deliveries.")
    async def delete_webhook_endpoint(self, info: Info, input: WebhookEndpointInput) -> DeleteWebhookEndpointPayload:
        return await webhook_endpoints.delete(info, input)

    @strawberry.mutation(description="Send deliveries again, from the first try on.")
    async def replay_webhook_deliveries(
        self, info: Info, input: ReplayWebhookDeliveriesInput
    ) -> ReplayWebhookDeliveriesPayload:
        return await webhook_endpoints.replay(info, input)
