"""The owner's webhook endpoints: made, changed, given a new secret, removed, and told again what they have missed."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.errors import not_found, refuse
from domain.words import Action, Refusal
from gateways.outbound import AddressRefused, check_url
from models.ids import new_id
from services.deliveries import journal_in

SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long an old secret goes on signing beside the new one."""
MOST_SECRETS = 5
LONGEST_URL = 1000

_CREATE = """
insert into webhook_endpoint (id, url, actions, secrets, active, since_xid, since_id, created_at, updated_at)
values ($1, $2, $3::text::jsonb, $4::text::jsonb, true, $5, $6, $7, $7)
"""
_UPDATE = """
update webhook_endpoint set url = coalesce($2, url), actions = coalesce($3::text::jsonb, actions),
  active = coalesce($4, active), updated_at = $5
where id = $1 returning id
"""
_LOCK = "select secrets from webhook_endpoint where id = $1 for update"
_SECRETS = "update webhook_endpoint set secrets = $2::text::jsonb, updated_at = $3 where id = $1"
_DELETE = "delete from webhook_endpoint where id = $1 returning id"
_REPLAY = """
update webhook_delivery set state = 'PENDING', attempts = 0, due_at = $2, updated_at = $2
where endpoint_id = $1 and (id = any($3) or ($4 and state = 'FAILED') or created_at >= $5)
returning id
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an endpoint is to be; None leaves it as it is. No actions at all means every action."""

    url: str | None = None
    actions: tuple[Action, ...] | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """What is to be told again: these deliveries, all that failed, all since a moment."""

    ids: tuple[str, ...] = ()
    failed: bool = False
    since: datetime | None = None


async def create(wish: Wish, now: datetime, *, private: bool) -> tuple[str, str]:
    """A new endpoint's id and its secret, which is shown this once. Raises Refused."""
    assert wish.url is not None
    _check(wish.url, private=private)
    id, secret = new_id("endpoint"), new_secret()
    kept = orjson.dumps([{"key": secret, "until": None}]).decode()
    async with in_transaction() as db:
        since = await journal_in(db).head()
        await _stored(db, _CREATE, [id, wish.url, _actions(wish) or "[]", kept, *since, now])
    return id, secret


async def update(id: str, wish: Wish, now: datetime, *, private: bool) -> None:
    """Change an endpoint; while it is not active, nothing is kept for it. Raises Refused."""
    if wish.url is not None:
        _check(wish.url, private=private)
    db = get_connection("default")
    if not await _stored(db, _UPDATE, [id, wish.url, _actions(wish), wish.active, now]):
        raise not_found("endpoint", about=("endpointId",))


async def rotate(id: str, now: datetime) -> str:
    """A new secret, shown this once; the old ones sign beside it for a day. Raises Refused."""
    secret = new_secret()
    async with in_transaction() as db:
        rows = await db.execute_query_dict(_LOCK, [id])
        if not rows:
            raise not_found("endpoint", about=("endpointId",))
        old = rows[0]["secrets"]
        kept = [_until(one, now + OVERLAP) for one in (orjson.loads(old) if isinstance(old, str) else old)]
        still = [one for one in kept if datetime.fromisoformat(one["until"]) > now]
        all_of_them = [{"key": secret, "until": None}, *still][:MOST_SECRETS]
        await db.execute_query(_SECRETS, [id, orjson.dumps(all_of_them).decode(), now])
    return secret


async def delete(id: str) -> None:
    """Remove an endpoint and its deliveries. Raises Refused."""
    if not await get_connection("default").execute_query_dict(_DELETE, [id]):
        raise not_found("endpoint", about=("endpointId",))


async def replay(id: str, again: Again, now: datetime) -> int:
    """Have deliveries posted again, from the first try on; how many. Raises Refused."""
    async with in_transaction() as db:
        if not await db.execute_query_dict(_LOCK, [id]):
            raise not_found("endpoint", about=("endpointId",))
        return len(await db.execute_query_dict(_REPLAY, [id, now, list(again.ids), again.failed, again.since]))


def new_secret() -> str:
    """A secret as the Standard Webhooks write it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _check(url: str, *, private: bool) -> None:
    if len(url) > LONGEST_URL:
        raise refuse(Refusal.INVALID_INPUT, f"This text may have at most {LONGEST_URL} characters.", about=("url",))
    try:
        check_url(url, private=private)
    except AddressRefused as refused:
        raise refuse(Refusal.ADDRESS_NOT_ALLOWED, str(refused), about=("url",)) from None


def _actions(wish: Wish) -> str | None:
    return None if wish.actions is None else orjson.dumps(sorted(set(wish.actions))).decode()


def _until(one: dict[str, Any], moment: datetime) -> dict[str, Any]:
    return one if one["until"] else {**one, "until": moment.isoformat()}


async def _stored(db: BaseDBAsyncClient, sql: str, args: list[Any]) -> list[Any]:
    try:
        return list(await db.execute_query_dict(sql, args))
    except IntegrityError as error:
        if isinstance(error.__cause__, asyncpg.UniqueViolationError) or "unique" in str(error):
            raise refuse(Refusal.ENDPOINT_EXISTS, about=("url",)) from None
        raise
