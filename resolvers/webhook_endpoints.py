"""Webhook endpoints: for the owner only. A refusal becomes `userErrors` as everywhere."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient

import models
from domain.errors import Refused, refuse
from domain.words import Action, DeliveryState, Refusal, Role
from engine import reads
from engine.conditions import Condition
from engine.reads import Ordering, Row
from resolvers import filters
from resolvers.context import Info
from resolvers.mutations import Keyed, check_texts, hash_of, user_errors
from services.idempotency import IdempotentCall, caller_of, once
from services.webhooks import endpoints
from services.webhooks.endpoints import EndpointChange, EndpointOutcome, ReplaySelection

T = TypeVar("T")
Act: TypeAlias = Callable[[BaseDBAsyncClient], Awaitable[EndpointOutcome]]
Show: TypeAlias = Callable[[Info, EndpointOutcome | None], Awaitable[Row]]
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

    return await _answer(info, "createWebhookEndpoint", input, act, _endpoint)


async def update(info: Info, input: ChangedEndpoint) -> Row:
    """Change an endpoint."""
    context = info.context
    change = EndpointChange(input.url, _given(input.actions), input.active, all_actions=input.all_actions)

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.update(db, input.endpoint_id, change, context.now, private=context.private_webhooks)

    return await _answer(info, "updateWebhookEndpoint", input, act, _endpoint)


async def rotate(info: Info, input: NamedEndpoint) -> Row:
    """Give an endpoint a new secret, which is in this answer only."""

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.rotate(db, input.endpoint_id, info.context.now)

    return await _answer(info, "rotateWebhookSecret", input, act, _endpoint)


async def delete(info: Info, input: NamedEndpoint) -> Row:
    """Delete an endpoint."""

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.delete(db, input.endpoint_id)

    async def show(_info: Info, outcome: EndpointOutcome | None) -> Row:
        return {"deleted_id": outcome and outcome["id"]}

    return await _answer(info, "deleteWebhookEndpoint", input, act, show)


async def replay(info: Info, input: Replayed) -> Row:
    """Have deliveries sent again."""
    selection = ReplaySelection(_given(input.delivery_ids), bool(input.failed), input.since)

    async def act(db: BaseDBAsyncClient) -> EndpointOutcome:
        return await endpoints.replay(db, input.endpoint_id, selection, info.context.now)

    async def show(info: Info, outcome: EndpointOutcome | None) -> Row:
        info.context.commands.notify()
        return {"count": outcome["count"] if outcome else 0}

    return await _answer(info, "replayWebhookDeliveries", input, act, show)


def _given(values: Sequence[T] | None) -> tuple[T, ...] | None:
    return None if values is None else tuple(values)


async def _answer(info: Info, operation: str, input: Keyed, act: Act, show: Show) -> Row:
    """What came of a call, executed once for its key, or why it was refused: then `show` is given None."""
    actor = info.context.actor
    try:
        if actor.role is not Role.OWNER:
            raise refuse(Refusal.ROLE_NOT_ALLOWED)
        check_texts(input)
        call = IdempotentCall(caller_of(actor), operation, input.idempotency_key, hash_of(input))
        done = await once(call, act)
    except Refused as refused:
        info.context.refusals.extend(blocker.code for blocker in refused.blockers)
        return {"user_errors": user_errors(refused), "replayed": False, **await show(info, None)}
    return {"user_errors": [], "replayed": done.replayed, **await show(info, done.changed)}


async def _endpoint(info: Info, outcome: EndpointOutcome | None) -> Row:
    """The endpoint as it is now, with the secret that the call has made."""
    if outcome is None:
        return {"endpoint": None, "secret": None}
    where = Condition.equal("id", outcome["id"])
    endpoint = await reads.one(info, models.WebhookEndpoint, where, at="endpoint")
    secret = await endpoints.secret_of(outcome, info.context.now) if "secret" in outcome else None
    return {"endpoint": endpoint, "secret": secret}
