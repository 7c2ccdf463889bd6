"""Webhook endpoints: for the owner only. A refusal becomes `userErrors` as everywhere."""

from collections.abc import Awaitable, Callable
from typing import Any

import models
from domain.errors import Refused, refuse
from domain.words import Refusal, Role
from engine import reads
from engine.context import Condition
from engine.reads import Ordering
from resolvers.commands import check_texts, user_errors
from resolvers.context import Context, Info
from services import endpoints
from services.endpoints import Again, Wish

Row = dict[str, Any]
NEWEST = Ordering("newest", ("-created_at",))


async def listed(info: Info) -> Any:
    """All endpoints, the oldest first."""
    info.context.only(Role.OWNER)
    return await reads.many(info, models.WebhookEndpoint)


async def deliveries(info: Info, endpoint_id: str | None, states: list[Any] | None, window: Row) -> Any:
    """A page of deliveries, the newest first."""
    info.context.only(Role.OWNER)
    where = Condition.all(
        [
            None if endpoint_id is None else Condition("{t}.endpoint_id = {0}", (str(endpoint_id),)),
            None if states is None else Condition("{t}.state = any({0})", ([str(one) for one in states],)),
        ]
    )
    return await reads.page(info, models.WebhookDelivery, where=where, order=NEWEST, **window)


async def create(info: Info, input: Any) -> Any:
    """Make an endpoint; its secret is in this answer only."""

    async def act(context: Context) -> Row:
        wish = Wish(input.url, tuple(input.actions or ()))
        id, secret = await endpoints.create(wish, context.now, private=context.private_webhooks)
        return {"endpoint": await _read(info, id), "secret": secret}

    return await _answer(info, input, act, {"endpoint": None, "secret": None})


async def update(info: Info, input: Any) -> Any:
    """Change an endpoint."""

    async def act(context: Context) -> Row:
        wish = Wish(input.url, None if input.actions is None else tuple(input.actions), input.active)
        await endpoints.update(input.endpoint_id, wish, context.now, private=context.private_webhooks)
        return {"endpoint": await _read(info, input.endpoint_id)}

    return await _answer(info, input, act, {"endpoint": None, "secret": None})


async def rotate(info: Info, input: Any) -> Any:
    """Give an endpoint a new secret, which is in this answer only."""

    async def act(context: Context) -> Row:
        secret = await endpoints.rotate(input.endpoint_id, context.now)
        return {"endpoint": await _read(info, input.endpoint_id), "secret": secret}

    return await _answer(info, input, act, {"endpoint": None, "secret": None})


async def delete(info: Info, input: Any) -> Any:
    """Remove an endpoint."""

    async def act(context: Context) -> Row:
        await endpoints.delete(input.endpoint_id)
        return {"deleted_id": input.endpoint_id}

    return await _answer(info, input, act, {"deleted_id": None})


async def replay(info: Info, input: Any) -> Any:
    """Have deliveries sent again."""

    async def act(context: Context) -> Row:
        again = Again(tuple(map(str, input.delivery_ids or ())), bool(input.failed), input.since)
        count = await endpoints.replay(input.endpoint_id, again, context.now)
        context.commands.ring()
        return {"count": count}

    return await _answer(info, input, act, {"count": 0})


async def _answer(info: Info, input: Any, act: Callable[[Context], Awaitable[Row]], nothing: Row) -> Row:
    try:
        if info.context.actor.role is not Role.OWNER:
            raise refuse(Refusal.ROLE_NOT_ALLOWED)
        check_texts(input)
        return {**nothing, "user_errors": [], **await act(info.context)}
    except Refused as refused:
        return {**nothing, "user_errors": user_errors(refused)}


async def _read(info: Info, id: str) -> Any:
    return await reads.one(info, models.WebhookEndpoint, Condition("{t}.id = {0}", (str(id),)), at="endpoint")
