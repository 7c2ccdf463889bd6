"""Webhook endpoints: for the owner only. A refusal becomes `userErrors` as everywhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.actions import Action
from domain.words import DeliveryState, Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Ordering, Row
from resolvers import filters
from resolvers.context import Info
from resolvers.keyed_inputs import Keyed
from resolvers.owner import answer
from services.webhooks import endpoints
from services.webhooks.endpoints import EndpointChange, EndpointOutcome, ReplaySelection

T = TypeVar("T")
NEWEST = Ordering("newest", ("-created_at",))


class NewEndpoint(Keyed, Protocol):
    """The input of `createWebhookEndpoint`."""

    @property
    def url(self) -> str: ...

    @property
    def actions(self) -> Sequence[Action] | None: ...


class ChangedEndpoint(Keyed, Protocol):
    """The input of `updateWebhookEndpoint`."""

    @property
    def endpoint_id(self) -> str: ...

    @property
    def url(self) -> str | None: ...

    @property
    def actions(self) -> Sequence[Action] | None: ...

    @property
    def all_actions(self) -> bool: ...

    @property
    def active(self) -> bool | None: ...


class NamedEndpoint(Keyed, Protocol):
    """An input that names an endpoint."""

    @property
    def endpoint_id(self) -> str: ...


class Replayed(NamedEndpoint, Protocol):
    """The input of `replayWebhookDeliveries`."""

    @property
    def delivery_ids(self) -> Sequence[str] | None: ...

    @property
    def failed(self) -> bool | None: ...

    @property
    def since(self) -> datetime | None: ...


async def listed(info: Info) -> list[Row]:
    """All endpoints, the oldest first."""
    info.context.only(Role.OWNER)
    return await reads.many(info, models.WebhookEndpoint)


async def deliveries(info: Info, endpoint_id: str | None, states: list[DeliveryState] | None, window: Row) -> Row:
    """A page of deliveries, the newest first."""
    info.context.only(Role.OWNER)
    where = filters.deliveries(endpoint_id, states)
    return await reads.page(info, models.WebhookDelivery, where=where, order=NEWEST, **window)


async def create(info: Info, input: NewEndpoint) -> Row:
    """Create an endpoint; its secret is in this answer only."""
    context = info.context
    change = EndpointChange(input.url, _given(input.actions), all_actions=input.actions is None)

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.create(db, change, context.now, private=context.private_webhooks)

    return await answer(info, "createWebhookEndpoint", input, act, _endpoint, noted=_id)


async def update(info: Info, input: ChangedEndpoint) -> Row:
    """Change an endpoint."""
    context = info.context
    change = EndpointChange(input.url, _given(input.actions), input.active, all_actions=input.all_actions)

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.update(db, input.endpoint_id, change, context.now, private=context.private_webhooks)

    return await answer(info, "updateWebhookEndpoint", input, act, _endpoint, noted=_id)


async def rotate(info: Info, input: NamedEndpoint) -> Row:
    """Give an endpoint a new secret, which is in this answer only."""

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.rotate(db, input.endpoint_id, info.context.now)

    return await answer(info, "rotateWebhookSecret", input, act, _endpoint, noted=_id)


async def delete(info: Info, input: NamedEndpoint) -> Row:
    """Delete an endpoint."""

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.delete(db, input.endpoint_id)

    async def show(_info: Info, outcome: EndpointOutcome | None) -> Row:
        return {"deleted_id": outcome and outcome["id"]}

    return await answer(info, "deleteWebhookEndpoint", input, act, show, noted=_id)


async def replay(info: Info, input: Replayed) -> Row:
    """Have deliveries sent again."""
    selection = ReplaySelection(_given(input.delivery_ids), bool(input.failed), input.since)

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.replay(db, input.endpoint_id, selection, info.context.now)

    async def show(info: Info, outcome: EndpointOutcome | None) -> Row:
        info.context.commands.notify()
        return {"count": outcome["count"] if outcome else 0}

    return await answer(info, "replayWebhookDeliveries", input, act, show, noted=_id)


def _given(values: Sequence[T] | None) -> tuple[T, ...] | None:
    return None if values is None else tuple(values)


async def _endpoint(info: Info, outcome: EndpointOutcome | None) -> Row:
    """The endpoint as it is now, with the secret that the call has made."""
    if outcome is None:
        return {"endpoint": None, "secret": None}
    where = Condition.equal("id", outcome["id"])
    endpoint = await reads.one(info, models.WebhookEndpoint, where, at="endpoint")
    secret = await endpoints.secret_of(outcome, info.context.now) if "secret" in outcome else None
    return {"endpoint": endpoint, "secret": secret}


def _id(outcome: EndpointOutcome) -> str:
    return outcome["id"]
